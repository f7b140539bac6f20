//! Rules by which people say where weaknesses belong: listed, tried, added, taken back, written out.

use crate::errors::OrWire;
use crate::present::count;
use crate::request::Session;
use async_trait::async_trait;
use model::audit::AuditAct;
use model::error::WireError;
use model::filter::{Filter, StatusIs};
use model::overrides::Says;
use model::policy::Action;
use model::view::overrides::{
    OverrideDraft, OverrideEntry, OverrideFile, OverrideMove, OverridePreview, OverrideView, OverridesPage,
};
use ports::{Answer, Overrides};
use store::overrides::{Move, OverrideNew, OverrideRow};

#[async_trait]
impl Overrides for Session {
    async fn overrides(&self, draft: OverrideDraft) -> Answer<OverridesPage> {
        let rows = self.scoped(Action::SeeScans)?.override_list().await.wire()?;
        let may_change = self.viewer()?.may(Action::ManageOverrides);
        let begun = !draft.matches.trim().is_empty() || !draft.says.trim().is_empty();
        let (preview, problem) = match begun && may_change {
            false => (None, None),
            true => match self.override_preview(&draft).await {
                Ok(preview) => (Some(preview), None),
                Err(error) if error.field.is_empty() => return Err(error),
                Err(error) => (None, Some((error.field, error.detail))),
            },
        };
        let rules = rows.into_iter().map(|row| self.override_view(row)).collect();
        Ok(OverridesPage { rules, may_change, draft, preview, problem })
    }

    async fn override_preview(&self, draft: &OverrideDraft) -> Answer<OverridePreview> {
        let (matches, says) = (matches(draft)?, says(draft)?);
        let scoped = self.scoped(Action::ManageOverrides)?;
        let moves = scoped.override_preview(&matches, says).await.wire()?;
        let now = self.now();
        let counted = |filter: Filter| async move {
            let value = scoped.occurrence_count(&filter, now).await.wire()?;
            Ok::<_, WireError>(count(value, &filter))
        };
        let mut shown = Vec::with_capacity(moves.len());
        for Move { edition, from, to, weaknesses } in moves {
            let rows = matches.clone().owasp(edition, from);
            let open = counted(rows.clone()).await?;
            let all = counted(rows.status(StatusIs::Any)).await?;
            shown.push(OverrideMove { edition, from, to, weaknesses, open, all });
        }
        Ok(OverridePreview { open: counted(matches.clone()).await?, moves: shown })
    }

    async fn add_override(&self, draft: OverrideDraft) -> Answer<i64> {
        let scoped = self.scoped(Action::ManageOverrides)?;
        let (matches, says) = (matches(&draft)?, says(&draft)?);
        let new = OverrideNew { name: draft.name.trim(), matches: &matches, says, reason: draft.reason.trim() };
        let (id, moved) = scoped.override_add(&new, self.now()).await.wire()?;
        let subject = format!("override:{id}");
        self.audit(AuditAct::AddOverride, &subject, &format!("{matches} → {says}")).await?;
        Ok(i64::try_from(moved).unwrap_or(i64::MAX))
    }

    async fn undo_override(&self, id: i64) -> Answer<i64> {
        let moved = self.scoped(Action::ManageOverrides)?.override_undo(id, self.now()).await.wire()?;
        self.audit(AuditAct::UndoOverride, &format!("override:{id}"), "").await?;
        Ok(i64::try_from(moved).unwrap_or(i64::MAX))
    }

    async fn override_file(&self) -> Answer<OverrideFile> {
        let mut rows = self.scoped(Action::SeeScans)?.override_list().await.wire()?;
        rows.retain(|row| row.withdrawn.is_none());
        rows.sort_by_key(|row| row.id);
        let entry = |row: OverrideRow| OverrideEntry {
            name: row.name,
            matches: row.matches.to_string(),
            says: row.says,
            reason: row.reason,
            by: row.by,
            at: row.at.rfc3339(),
            step: row.step.0,
        };
        Ok(OverrideFile { version: 1, rule: rows.into_iter().map(entry).collect() })
    }
}

impl Session {
    fn override_view(&self, row: OverrideRow) -> OverrideView {
        OverrideView {
            id: row.id,
            name: row.name,
            matches: row.matches.to_string(),
            says: row.says,
            reason: row.reason,
            by: row.by,
            step: row.step.0,
            at: self.stamp(row.at),
            withdrawn: row.withdrawn.map(|(at, by)| (self.stamp(at), by)),
        }
    }
}

fn matches(draft: &OverrideDraft) -> Result<Filter, WireError> {
    Filter::parse(&draft.matches).map_err(|_| WireError::invalid("match", "unreadable"))
}

fn says(draft: &OverrideDraft) -> Result<Says, WireError> {
    draft.says.parse().map_err(|()| WireError::invalid("says", "unreadable"))
}
