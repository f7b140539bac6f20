//! Rules by which people say where weaknesses belong: listed, tried, added, taken back, written out.

use crate::errors::OrWire;
use crate::import::shown_name;
use crate::override_file::{self, FileRule};
use crate::present::count;
use crate::request::Session;
use async_trait::async_trait;
use model::Severity;
use model::audit::AuditAct;
use model::error::{ErrorCode, WireError};
use model::filter::{Filter, StatusIs};
use model::overrides::Says;
use model::policy::Action;
use model::view::overrides::{
    OverrideDraft, OverrideEntry, OverrideFile, OverrideFileMove, OverrideFilePreview, OverrideMove, OverridePreview,
    OverrideRating, OverrideView, OverridesPage,
};
use ports::{Answer, Overrides};
use store::overrides::{Move, OverrideDraftFile, OverrideNew, OverrideRow};

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
        let waiting = if may_change { self.waiting_override_file().await? } else { None };
        Ok(OverridesPage { rules, may_change, draft, preview, problem, waiting })
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
        let mut rated = Vec::new();
        if let Says::Severity(to) = says {
            for from in Severity::ALL.into_iter().filter(|from| *from != to) {
                let rows = matches.clone().severity(from);
                let all = counted(rows.clone().status(StatusIs::Any)).await?;
                if all.value > 0 {
                    rated.push(OverrideRating { from, to, open: counted(rows).await?, all });
                }
            }
        }
        Ok(OverridePreview { open: counted(matches.clone()).await?, moves: shown, rated })
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
        Ok(OverrideFile { version: override_file::VERSION, rule: rows.into_iter().map(entry).collect() })
    }

    async fn take_override_file(&self, file: String, rules: String, replaces: bool) -> Answer<()> {
        let draft = OverrideDraftFile { file: shown_name(&file), rules, replaces };
        self.scoped(Action::ManageOverrides)?.override_draft_set(&draft, self.now()).await.wire()
    }

    async fn load_override_file(
        &self,
        file: &str,
        rules: &str,
        replaces: bool,
        apply: bool,
    ) -> Answer<OverrideFilePreview> {
        let scoped = self.scoped(Action::ManageOverrides)?;
        let mut seen = OverrideFilePreview { file: shown_name(file), replaces, ..OverrideFilePreview::default() };
        let read = match override_file::read(rules) {
            Ok(read) => read,
            Err(flaws) => return Ok(OverrideFilePreview { flaws, ..seen }),
        };
        let new: Vec<OverrideNew<'_>> = read.iter().map(FileRule::as_new).collect();
        let change = if apply {
            scoped.override_file_apply(&new, replaces, self.now()).await.wire()?
        } else {
            scoped.override_file_preview(&new, replaces).await.wire()?
        };
        let added = change.added.iter().filter_map(|at| read.get(*at)).map(|rule| OverrideEntry {
            name: rule.name.clone(),
            matches: rule.matches.to_string(),
            says: rule.says,
            reason: rule.reason.clone(),
            by: None,
            at: String::new(),
            step: 0,
        });
        seen.added = added.collect();
        seen.same = i64::try_from(read.len() - seen.added.len()).unwrap_or(i64::MAX);
        seen.withdrawn = change.withdrawn.into_iter().map(entry).collect();
        seen.weaknesses = i64::try_from(change.weaknesses).unwrap_or(i64::MAX);
        seen.places = i64::try_from(change.places).unwrap_or(i64::MAX);
        let moved = |Move { edition, from, to, weaknesses }| OverrideFileMove { edition, from, to, weaknesses };
        seen.moves = change.moves.into_iter().map(moved).collect();
        if apply {
            let detail = format!("added {}, taken back {}", seen.added.len(), seen.withdrawn.len());
            self.audit(AuditAct::LoadOverrides, &format!("overrides:{}", seen.file), &detail).await?;
        }
        Ok(seen)
    }

    async fn apply_override_file(&self) -> Answer<i64> {
        let scoped = self.scoped(Action::ManageOverrides)?;
        let draft = scoped.override_draft().await.wire()?.ok_or_else(|| WireError::new(ErrorCode::NotFound))?;
        let done = self.load_override_file(&draft.file, &draft.rules, draft.replaces, true).await?;
        if let Some(flaw) = done.flaws.first() {
            return Err(WireError::invalid("rules", &flaw.code));
        }
        scoped.override_draft_drop().await.wire()?;
        Ok(done.weaknesses.saturating_add(done.places))
    }

    async fn drop_override_file(&self) -> Answer<()> {
        self.scoped(Action::ManageOverrides)?.override_draft_drop().await.wire()
    }
}

/// A rule as a file has it.
fn entry(row: OverrideRow) -> OverrideEntry {
    OverrideEntry {
        name: row.name,
        matches: row.matches.to_string(),
        says: row.says,
        reason: row.reason,
        by: row.by,
        at: row.at.rfc3339(),
        step: row.step.0,
    }
}

impl Session {
    /// Refuses unless the viewer may say where weaknesses belong.
    ///
    /// # Errors
    /// They may not.
    pub fn may_rule(&self) -> Result<(), WireError> {
        self.require(Action::ManageOverrides, None)
    }

    /// What the file that the viewer has sent would do, if one waits.
    async fn waiting_override_file(&self) -> Answer<Option<OverrideFilePreview>> {
        let draft = self.scoped(Action::ManageOverrides)?.override_draft().await.wire()?;
        let Some(draft) = draft else { return Ok(None) };
        self.load_override_file(&draft.file, &draft.rules, draft.replaces, false).await.map(Some)
    }

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
