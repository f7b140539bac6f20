//! Rules out of a file: what it would change is worked out as it would be applied, and applied in one step.

use super::rules::{self, Rule, Rules};
use super::{ALL_STANDING, Move, OverrideNew, OverrideRow, Standing, WITHDRAW, add, check, follow, parted, settle};
use crate::step::{self, StepKind};
use crate::viewer::Scoped;
use crate::{Error, Result, Store, Tx, binds};
use model::policy::Action;
use model::{Micros, UserId};
use std::collections::BTreeMap;

crate::sql::statements! {
    /// Keeps a person's file, in place of the one they had.
    SET = "INSERT INTO override_draft (user_id, file, rules, replaces, saved_at) VALUES ($1, $2, $3, $4, $5) \
        ON CONFLICT (user_id) DO UPDATE SET file = excluded.file, rules = excluded.rules, replaces = excluded.replaces, \
        saved_at = excluded.saved_at";
    /// A person's file.
    GET = "SELECT file, rules, replaces FROM override_draft WHERE user_id = $1";
    /// Throws it away.
    DROP = "DELETE FROM override_draft WHERE user_id = $1";
    /// Throws away what nobody has looked at since an instant.
    SWEEP = "DELETE FROM override_draft WHERE saved_at < $1";
}

/// A file of rules that waits to be applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverrideDraftFile {
    /// Its name.
    pub file: String,
    /// Its text.
    pub rules: String,
    /// Whether rules that are not in it are taken back.
    pub replaces: bool,
}

/// What rules out of a file change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OverrideChange {
    /// The rules that are added, by their places in the file.
    pub added: Vec<usize>,
    /// The rules that are taken back.
    pub withdrawn: Vec<OverrideRow>,
    /// How many weaknesses move, or stand where they stood by another rule.
    pub weaknesses: u64,
    /// Of how many weaknesses on how many assets rules about assets, or of how severe something is, say something else.
    pub places: u64,
    /// How many move from where to where.
    pub moves: Vec<Move>,
}

impl Store {
    /// Throws away files of rules that came in before an instant. The answer is how many.
    ///
    /// # Errors
    /// The database fails.
    pub async fn override_draft_sweep(&self, before: Micros) -> Result<u64> {
        self.db.execute(SWEEP, binds![before]).await
    }
}

impl Scoped<'_> {
    /// What rules out of a file would change.
    ///
    /// # Errors
    /// The viewer may not, a rule cannot be taken, or the database fails.
    pub async fn override_file_preview(&self, file: &[OverrideNew<'_>], replaces: bool) -> Result<OverrideChange> {
        self.viewer.require(Action::ManageOverrides, None)?;
        file.iter().try_for_each(check)?;
        let mut tx = self.store.db.snapshot().await?;
        let change = planned(&mut tx, file, replaces).await?;
        tx.rollback().await?;
        Ok(change)
    }

    /// Adds the rules of a file that are not in force, and takes back those that are not in it if it replaces them. One step;
    /// none if nothing changes. The answer is what changed.
    ///
    /// # Errors
    /// The viewer may not, a rule cannot be taken, or the database fails.
    pub async fn override_file_apply(
        &self,
        file: &[OverrideNew<'_>],
        replaces: bool,
        now: Micros,
    ) -> Result<OverrideChange> {
        self.viewer.require(Action::ManageOverrides, None)?;
        file.iter().try_for_each(check)?;
        let mut tx = self.store.db.begin().await?;
        let locked = step::lock(&mut tx).await?;
        let change = planned(&mut tx, file, replaces).await?;
        if change.added.is_empty() && change.withdrawn.is_empty() {
            tx.rollback().await?;
            return Ok(change);
        }
        let user = self.viewer.user();
        let taken = locked.take(&mut tx, &self.store.config, StepKind::Override, user, now).await?;
        for rule in &change.withdrawn {
            tx.execute(WITHDRAW, binds![rule.id, taken.step, user]).await?;
        }
        for new in change.added.iter().filter_map(|at| file.get(*at)) {
            add(&mut tx, new, user, taken).await?;
        }
        let rows: Vec<Standing> = tx.all(ALL_STANDING, binds![]).await?;
        settle(&mut tx, taken, rows).await?;
        Box::pin(follow(&mut tx, &self.store.config, taken)).await?;
        tx.commit().await?;
        Ok(change)
    }

    /// Keeps a file for the viewer, in place of the one they had.
    ///
    /// # Errors
    /// The viewer may not, or the database fails.
    pub async fn override_draft_set(&self, draft: &OverrideDraftFile, now: Micros) -> Result<()> {
        let binds = binds![self.ruling()?, draft.file.as_str(), draft.rules.as_str(), i64::from(draft.replaces), now];
        self.store.db.execute(SET, binds).await?;
        Ok(())
    }

    /// The viewer's file.
    ///
    /// # Errors
    /// The viewer may not, or the database fails.
    pub async fn override_draft(&self) -> Result<Option<OverrideDraftFile>> {
        self.viewer.require(Action::ManageOverrides, None)?;
        let Some(user) = self.viewer.user() else { return Ok(None) };
        let row: Option<(String, String, i64)> = self.store.db.optional(GET, binds![user]).await?;
        Ok(row.map(|(file, rules, replaces)| OverrideDraftFile { file, rules, replaces: replaces == 1 }))
    }

    /// Throws the viewer's file away.
    ///
    /// # Errors
    /// The viewer may not, or the database fails.
    pub async fn override_draft_drop(&self) -> Result<()> {
        self.store.db.execute(DROP, binds![self.ruling()?]).await?;
        Ok(())
    }

    /// The person who rules; the local operator does that with a file at hand.
    fn ruling(&self) -> Result<UserId> {
        self.viewer.require(Action::ManageOverrides, None)?;
        self.viewer.user().ok_or(Error::NotFound("override_draft"))
    }
}

/// What a file would change of the rules in force, and of the weaknesses.
async fn planned(tx: &mut Tx, file: &[OverrideNew<'_>], replaces: bool) -> Result<OverrideChange> {
    let mut in_force = super::rows(tx).await?;
    in_force.retain(|rule| rule.withdrawn.is_none());
    in_force.sort_by_key(|rule| rule.id);
    let (kept, withdrawn, added) = difference(in_force, file, replaces);
    let stays = kept.iter().map(|rule| Rule::new(rule.id, &rule.name, &rule.matches, rule.says));
    // Their numbers come when they are added; until then any do that no rule has.
    let comes = (i64::MIN..).zip(&added).filter_map(|(id, at)| Some(file.get(*at)?.rule(id)));
    let rules = Rules::of_rules(stays.chain(comes).collect());
    let mut change = OverrideChange { added, withdrawn, ..OverrideChange::default() };
    let mut moves = BTreeMap::new();
    let rows: Vec<Standing> = tx.all(ALL_STANDING, binds![]).await?;
    for row in rows {
        let ruled = row.ruled(&rules)?;
        if !row.is_moved_by(ruled.as_ref()) {
            continue;
        }
        change.weaknesses += 1;
        let after = ruled.map_or(row.base().0, |ruled| ruled.owasp);
        super::count(&mut moves, rules::mapped(row.owasp()), rules::mapped(after));
    }
    change.moves = super::counted(moves);
    change.places = Box::pin(parted::strays_by(tx, &rules)).await?.len() as u64;
    Ok(change)
}

/// Rules that stay, rules that are taken back, and the places in the file of those that are added. The later rules decide, so
/// one that replaces keeps of those in force only what comes in the file's own order.
fn difference(
    in_force: Vec<OverrideRow>,
    file: &[OverrideNew<'_>],
    replaces: bool,
) -> (Vec<OverrideRow>, Vec<OverrideRow>, Vec<usize>) {
    let same = |rule: &OverrideRow, new: &OverrideNew<'_>| {
        rule.name == new.name && rule.matches == *new.matches && rule.says == new.says && rule.reason == new.reason
    };
    if !replaces {
        let missing = |at: &usize| file.get(*at).is_some_and(|new| !in_force.iter().any(|rule| same(rule, new)));
        let added = (0..file.len()).filter(missing).collect();
        return (in_force, Vec::new(), added);
    }
    let (mut kept, mut withdrawn) = (Vec::new(), Vec::new());
    for rule in in_force {
        match file.get(kept.len()) {
            Some(new) if same(&rule, new) => kept.push(rule),
            _ => withdrawn.push(rule),
        }
    }
    let added = (kept.len()..file.len()).collect();
    (kept, withdrawn, added)
}
