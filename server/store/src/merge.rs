//! Assets that people say are one, and that they take apart again.
//!
//! An asset's key is a function of one record alone, so a merge is an input beside the scans: knowledge, which restates the
//! history at the step that learned it. Of assets that are one the lowest key survives; each occurrence of another counts as
//! the survivor's of the same weakness and place, with both's sightings and decisions, as if every record had had that key.
//! A split withdraws the merge, and everything is as it would be without it.

mod check;
mod groups;
mod settle;
mod suggest;

pub(crate) use check::check;
pub use suggest::Suggestion;

pub(crate) use groups::{Groups, parts_of, wholes_of};
pub(crate) use settle::{owners, redirect};

pub(crate) const CATALOGUE: [&[(&str, &str)]; 5] =
    [STATEMENTS, check::STATEMENTS, groups::STATEMENTS, settle::STATEMENTS, suggest::STATEMENTS];

use crate::db::Tx;
use crate::decision::{check_reason, leads_to};
use crate::error::{Error, Result};
use crate::import::Effects;
use crate::ledger::recompute_units;
use crate::owner;
use crate::step::{self, StepKind};
use crate::value::Value;
use crate::viewer::Scoped;
use crate::{binds, occurrences::PersonOf, overrides};
use model::policy::Action;
use model::{AssetId, Micros, Step};
use std::collections::BTreeSet;

crate::sql::statements! {
    KINDS = "SELECT id, kind FROM asset WHERE id IN ($*)";
    INSERT = "INSERT INTO asset_merge (one_id, other_id, reason, user_id, step) VALUES ($1, $2, $3, $4, $5) RETURNING id";
    IN_FORCE = "SELECT withdrawn_step FROM asset_merge WHERE id = $1";
    WITHDRAW = "UPDATE asset_merge SET withdrawn_step = $2, withdrawn_by = $3 WHERE id = $1";
    KNOWN = "SELECT id, merged_id FROM occurrence WHERE known = 1 AND asset_id IN ($*)";
    // What a duplicate of something would lead back to it.
    DUPLICATES = "SELECT DISTINCT COALESCE(o.merged_id, o.id), COALESCE(t.merged_id, t.id) FROM decision d \
        JOIN occurrence o ON o.id = d.occurrence_id JOIN occurrence t ON t.id = d.target_id WHERE d.kind = 'duplicate' \
        AND o.asset_id IN ($*)";
    LIST = "SELECT m.id, m.one_id, a.name AS one, a.key AS one_key, m.other_id, b.name AS other, b.key AS other_key, \
        COALESCE(a.merged_id, a.id) AS whole, m.reason, k.recorded_at, u.id AS user_id, \
        u.login AS user_login, u.name AS user_name FROM asset_merge m JOIN asset a ON a.id = m.one_id \
        JOIN asset b ON b.id = m.other_id JOIN step k ON k.step = m.step LEFT JOIN app_user u ON u.id = m.user_id \
        WHERE m.withdrawn_step IS NULL ORDER BY m.id DESC LIMIT 1000";
}

/// What a merge does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Merged {
    /// The merge's number, by which it can be withdrawn.
    pub merge: i64,
    /// The step that learned it.
    pub step: Step,
    /// The asset that survives.
    pub survivor: AssetId,
    /// Findings that become another asset's.
    pub moved: u64,
    /// Those of them that become part of one that was there already.
    pub joined: u64,
}

/// A merge in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergeRow {
    /// Its number.
    pub id: i64,
    /// One asset.
    pub one: MergedAsset,
    /// The other.
    pub other: MergedAsset,
    /// The asset as which both count.
    pub survivor: AssetId,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Micros,
    /// Who; nobody for the local operator.
    pub who: Option<PersonOf>,
}

/// An asset of a merge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergedAsset {
    /// Its id.
    pub id: AssetId,
    /// Its name.
    pub name: String,
    /// Its key.
    pub key: String,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    one_id: i64,
    one: String,
    one_key: String,
    other_id: i64,
    other: String,
    other_key: String,
    whole: i64,
    reason: String,
    recorded_at: i64,
    user_id: Option<i64>,
    user_login: Option<String>,
    user_name: Option<String>,
}

impl Scoped<'_> {
    /// Says that two assets are one, or computes what that would do.
    ///
    /// # Errors
    /// The viewer may not, there is no such asset, the two are of different kinds or one already, findings would become
    /// duplicates of each other, the reason is missing or too long, or the database fails.
    pub async fn asset_merge(
        &self,
        one: AssetId,
        other: AssetId,
        reason: &str,
        dry_run: bool,
        now: Micros,
    ) -> Result<Merged> {
        self.viewer.require(Action::MergeAssets, None)?;
        check_reason(reason, true)?;
        let config = &self.store.config;
        let mut tx = self.store.db.begin().await?;
        let locked = step::lock(&mut tx).await?;
        let kinds: Vec<(i64, i64)> = tx.all_in(KINDS, binds![], [one, other].map(Value::from)).await?;
        let kind = |asset: AssetId| kinds.iter().find(|(id, _)| *id == asset.0).map(|(_, kind)| *kind);
        let (Some(first), Some(second)) = (kind(one), kind(other)) else { return Err(Error::NotFound("asset")) };
        if first != second {
            return Err(Error::Conflict("kinds_differ"));
        }
        let groups = Groups::load(&mut tx).await?;
        if groups.whole(one.0) == groups.whole(other.0) {
            return Err(Error::Conflict("one_already"));
        }
        let taken = locked.take(&mut tx, config, StepKind::Decision, self.viewer.user, now).await?;
        let binds = binds![one, other, reason.trim(), self.viewer.user, taken.step];
        let (merge,): (i64,) = tx.one(INSERT, binds).await?;
        let wholes = [groups.whole(one.0), groups.whole(other.0)];
        let known: Vec<(i64, Option<i64>)> = tx.all_in(KNOWN, binds![], wholes.map(Value::from)).await?;
        let known: BTreeSet<i64> = known.into_iter().map(|(id, _)| id).collect();
        let affected = settle::settle(&mut tx, taken).await?;
        refuse_circles(&mut tx, &affected).await?;
        let units = owner::units_of(&mut tx, &affected).await?;
        recompute_units(&mut tx, config, taken, &units, &mut Effects::default()).await?;
        Box::pin(overrides::follow(&mut tx, config, taken)).await?;
        let ids: Vec<i64> = known.iter().copied().collect();
        let parts = wholes_of(&mut tx, &ids).await?;
        let survivor = Groups::load(&mut tx).await?.whole(one.0);
        let merged = Merged {
            merge,
            step: Step(taken.step),
            survivor: AssetId(survivor),
            moved: parts.len() as u64,
            joined: parts.values().filter(|whole| known.contains(whole)).count() as u64,
        };
        if dry_run {
            tx.rollback().await?;
        } else {
            tx.commit().await?;
        }
        Ok(merged)
    }

    /// Withdraws a merge: the books become what they would be without it.
    ///
    /// # Errors
    /// The viewer may not, there is no such merge in force, or the database fails.
    pub async fn asset_split(&self, merge: i64, now: Micros) -> Result<Step> {
        self.viewer.require(Action::MergeAssets, None)?;
        let config = &self.store.config;
        let mut tx = self.store.db.begin().await?;
        let locked = step::lock(&mut tx).await?;
        let found: Option<(Option<i64>,)> = tx.optional(IN_FORCE, binds![merge]).await?;
        match found {
            None => return Err(Error::NotFound("merge")),
            Some((Some(_),)) => return Err(Error::Conflict("withdrawn_already")),
            Some((None,)) => {}
        }
        let taken = locked.take(&mut tx, config, StepKind::Undo, self.viewer.user, now).await?;
        tx.execute(WITHDRAW, binds![merge, taken.step, self.viewer.user]).await?;
        let affected = settle::settle(&mut tx, taken).await?;
        let units = owner::units_of(&mut tx, &affected).await?;
        recompute_units(&mut tx, config, taken, &units, &mut Effects::default()).await?;
        Box::pin(overrides::follow(&mut tx, config, taken)).await?;
        tx.commit().await?;
        Ok(Step(taken.step))
    }

    /// The merges in force, the newest first; at most a thousand.
    ///
    /// # Errors
    /// The viewer may not merge, or the database fails.
    pub async fn asset_merges(&self) -> Result<Vec<MergeRow>> {
        self.viewer.require(Action::MergeAssets, None)?;
        let rows: Vec<Row> = self.store.db.all(LIST, binds![]).await?;
        Ok(rows.into_iter().map(row).collect())
    }
}

/// Refuses a merge by which findings would become duplicates of each other, so that none would count.
async fn refuse_circles(tx: &mut Tx, assets: &BTreeSet<i64>) -> Result<()> {
    let said: Vec<(i64, i64)> = tx.all_in(DUPLICATES, binds![], assets.iter().map(|id| Value::from(*id))).await?;
    for (occurrence, target) in said {
        if occurrence != target && leads_to(tx, occurrence, target).await? && leads_to(tx, target, occurrence).await? {
            return Err(Error::Conflict("duplicates_in_a_circle"));
        }
    }
    Ok(())
}

fn row(row: Row) -> MergeRow {
    MergeRow {
        id: row.id,
        one: MergedAsset { id: AssetId(row.one_id), name: row.one, key: row.one_key },
        other: MergedAsset { id: AssetId(row.other_id), name: row.other, key: row.other_key },
        survivor: AssetId(row.whole),
        reason: row.reason,
        at: Micros(row.recorded_at),
        who: PersonOf::of(row.user_id, row.user_login, row.user_name),
    }
}
