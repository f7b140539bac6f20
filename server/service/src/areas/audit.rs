//! The audit log, read: a page with a filter, and an export of what fits.

use super::{own, people, security};
use crate::errors::{OrWire, internal};
use crate::query::{day, neutral};
use crate::request::Session;
use async_trait::async_trait;
use model::Micros;
use model::audit::AuditAct;
use model::error::WireError;
use model::policy::Action;
use model::view::account::{AccountPage, PeoplePage, WelcomePage};
use model::view::audit::{AuditPage, AuditQuery, AuditRow};
use model::view::security::SecurityPage;
use ports::{Answer, Trust};
use store::audit::{AuditEntry, AuditFilter};

/// How many entries a page shows.
const ROWS: usize = 50;
/// How many entries an export holds at most.
const EXPORTED: usize = 100_000;
/// How many of them are read at one time.
const AT_ONCE: u32 = 1_000;
/// The most characters of what is asked for.
const LONGEST: usize = 200;

#[async_trait]
impl Trust for Session {
    async fn audit_log(&self, query: AuditQuery) -> Answer<AuditPage> {
        let scoped = self.scoped(Action::SeeAudit)?;
        let (filter, problem) = match self.audit_filter(&query) {
            Ok(filter) => (filter, None),
            Err(error) => (AuditFilter::default(), Some(error.field)),
        };
        let mut entries = scoped.audit_list(&filter, ROWS as u32 + 1).await.wire()?;
        let older = (entries.len() > ROWS).then(|| {
            entries.truncate(ROWS);
            entries.last().map(|entry| entry.id)
        });
        Ok(AuditPage {
            query,
            problem,
            rows: entries.into_iter().map(|entry| self.audit_row(entry)).collect(),
            older: older.flatten(),
            actions: scoped.audit_actions().await.wire()?,
            checked: self.service.audited().map(|(at, report)| (self.stamp(at), report.is_sound())),
        })
    }

    async fn security(&self) -> Answer<SecurityPage> {
        security::page(self).await
    }

    async fn account(&self) -> Answer<AccountPage> {
        own::page(self).await
    }

    async fn people(&self) -> Answer<PeoplePage> {
        people::page(self).await
    }

    async fn welcome(&self, token: String) -> Answer<WelcomePage> {
        people::welcome(self, &token).await
    }
}

impl Session {
    /// The log as CSV, neutralised for spreadsheets; the last line says if the export was cut.
    ///
    /// # Errors
    /// The viewer may not, what is asked cannot be taken, or the database failed.
    pub async fn audit_csv(&self, query: &AuditQuery) -> Result<String, WireError> {
        let scoped = self.scoped(Action::SeeAudit)?;
        let mut filter = self.audit_filter(query)?;
        self.audit(AuditAct::ExportAudit, "audit", "").await?;
        let mut csv = csv::Writer::from_writer(Vec::new());
        let head = ["number", "at", "actor", "action", "outcome", "subject", "network", "detail", "was", "became"];
        csv.write_record(head).map_err(|error| internal(&error))?;
        let mut written = 0;
        while written < EXPORTED {
            let entries = scoped.audit_list(&filter, AT_ONCE).await.wire()?;
            let Some(last) = entries.last() else { break };
            filter.before = Some(last.id);
            written += entries.len();
            for entry in entries {
                let outcome = if entry.refused { "refused" } else { "done" }.to_owned();
                let AuditEntry { id, at, actor, action, subject, network, detail, was, became, .. } = entry;
                let cells =
                    [id.to_string(), at.rfc3339(), actor, action, outcome, subject, network, detail, was, became];
                csv.write_record(cells.map(neutral)).map_err(|error| internal(&error))?;
            }
        }
        if written >= EXPORTED {
            csv.write_record(["cut", "", "", "", "", "", "", "", "", ""]).map_err(|error| internal(&error))?;
        }
        let bytes = csv.into_inner().map_err(|error| internal(&error))?;
        String::from_utf8(bytes).map_err(|error| internal(&error))
    }

    /// What a query asks for.
    fn audit_filter(&self, query: &AuditQuery) -> Result<AuditFilter, WireError> {
        for (field, text) in [("actor", &query.actor), ("action", &query.action), ("subject", &query.subject)] {
            if text.chars().count() > LONGEST || text.contains('\0') {
                return Err(WireError::invalid(field, "too_long"));
            }
        }
        let refused = match query.outcome.as_str() {
            "" => None,
            "refused" => Some(true),
            "done" => Some(false),
            _ => return Err(WireError::invalid("outcome", "unknown")),
        };
        let before = match query.before.as_str() {
            "" => None,
            text => Some(text.parse().map_err(|_| WireError::invalid("before", "not_a_number"))?),
        };
        let zone = &self.service.zone;
        let from = match query.from.as_str() {
            "" => Micros(i64::MIN),
            text => zone.start_of(day("from", text)?),
        };
        let to = match query.to.as_str() {
            "" => Micros(i64::MAX),
            text => zone.end_of(day("to", text)?),
        };
        Ok(AuditFilter {
            before,
            from,
            to,
            actor: query.actor.trim().to_lowercase(),
            action: query.action.clone(),
            refused,
            subject: query.subject.trim().to_owned(),
        })
    }

    fn audit_row(&self, entry: AuditEntry) -> AuditRow {
        AuditRow {
            at: self.stamp(entry.at),
            actor: entry.actor,
            action: entry.action,
            subject: entry.subject,
            refused: entry.refused,
            network: entry.network,
            detail: entry.detail,
            was: entry.was,
            became: entry.became,
        }
    }
}
