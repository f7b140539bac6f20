//! Undo and redo: a scan is withdrawn at a step, or comes back into force at one; or a person states when it ran. Either way
//! the books get the difference.

use super::described::{Packed, keep};
use super::effect::{Effects, ImportEffect};
use super::{assets, texts};
use crate::config::Config;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::ledger::load::{tool_of, units_of_series};
use crate::ledger::{Unit, recompute_units};
use crate::merge::Groups;
use crate::step::{self, StepKind, Taken};
use crate::{Store, binds, overrides, owner};
use model::{Micros, ScanId, SeriesId, Step, UserId};
use std::collections::{BTreeSet, HashSet};

crate::sql::statements! {
    SCAN = "SELECT s.series_id, s.tool, s.export_hash, d.packed AS texts, s.weaknesses AS times, s.withdrawn_step, s.purged_at, r.name FROM scan s \
        JOIN series r ON r.id = s.series_id LEFT JOIN described d ON d.id = s.described_id WHERE s.id = $1";
    WITHDRAW = "UPDATE scan SET withdrawn_step = $2 WHERE id = $1";
    LIFT = "UPDATE scan SET withdrawn_step = NULL WHERE id = $1";
    DATED = "SELECT dated, at, result FROM scan WHERE id = $1";
    SET_DATE = "UPDATE scan SET at = $2, dated = 1, time_basis = 'upload', weaknesses = $3, \
        described_id = $4, result = $5, withdrawn_step = NULL WHERE id = $1";
    DATE_OBSERVATIONS = "UPDATE observation SET at = $2 WHERE scan_id = $1";
    OBSERVED = "SELECT b.asset_id, d.sightings FROM observation b JOIN observed d ON d.id = b.observed_id WHERE b.scan_id = $1";
}

/// What undoing or redoing a scan did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Undone {
    /// The step; `None` if the scan already was as wanted.
    pub step: Option<Step>,
}

#[derive(sqlx::FromRow)]
struct ScanRow {
    series_id: i64,
    tool: i64,
    export_hash: Vec<u8>,
    #[sqlx(flatten)]
    described: Packed,
    withdrawn_step: Option<i64>,
    purged_at: Option<i64>,
    name: String,
}

impl Store {
    /// Withdraws a scan: the books become what they would be without it. Later inputs stay.
    ///
    /// # Errors
    /// There is no such scan, or the database fails.
    pub async fn scan_undo(&self, scan: ScanId, user: Option<UserId>, now: Micros) -> Result<Undone> {
        self.set_in_force(scan, false, user, now).await
    }

    /// Brings an undone scan back into force, as importing its bytes again does.
    ///
    /// # Errors
    /// There is no such scan, or the database fails.
    pub async fn scan_redo(&self, scan: ScanId, user: Option<UserId>, now: Micros) -> Result<Undone> {
        self.set_in_force(scan, true, user, now).await
    }

    /// States when a scan ran, against what its export says or leaves out. The history is told anew with that date. An
    /// undone scan comes back into force.
    ///
    /// # Errors
    /// There is no such scan, or the database fails.
    pub async fn scan_date(&self, scan: ScanId, at: Micros, user: Option<UserId>, now: Micros) -> Result<Undone> {
        let mut tx = self.db.begin().await?;
        let locked = step::lock(&mut tx).await?;
        let row = row_of(&mut tx, scan.0).await?;
        if row.withdrawn_step.is_none() && is_dated(&mut tx, scan.0, at).await? {
            return Ok(Undone { step: None });
        }
        let taken = locked.take(&mut tx, &self.config, StepKind::Date, user, now).await?;
        date_on(&mut tx, &self.config, taken, scan.0, at).await?;
        Box::pin(overrides::follow(&mut tx, &self.config, taken)).await?;
        tx.commit().await?;
        Ok(Undone { step: Some(Step(taken.step)) })
    }

    async fn set_in_force(&self, scan: ScanId, in_force: bool, user: Option<UserId>, now: Micros) -> Result<Undone> {
        let mut tx = self.db.begin().await?;
        let locked = step::lock(&mut tx).await?;
        let row = row_of(&mut tx, scan.0).await?;
        if row.withdrawn_step.is_none() == in_force {
            return Ok(Undone { step: None });
        }
        let taken = locked.take(&mut tx, &self.config, StepKind::Undo, user, now).await?;
        if in_force {
            redo_on(&mut tx, &self.config, taken, scan.0).await?;
        } else {
            undo_on(&mut tx, &self.config, taken, scan.0).await?;
        }
        Box::pin(overrides::follow(&mut tx, &self.config, taken)).await?;
        tx.commit().await?;
        Ok(Undone { step: Some(Step(taken.step)) })
    }
}

/// A scan's row. One that was purged cannot come back.
async fn row_of(tx: &mut Tx, scan: i64) -> Result<ScanRow> {
    let row: ScanRow = tx.optional(SCAN, binds![scan]).await?.ok_or(Error::NotFound("scan"))?;
    if row.purged_at.is_some() { Err(Error::Conflict("purged")) } else { Ok(row) }
}

/// Brings a withdrawn scan back; what that changed.
pub(crate) async fn redo_on(tx: &mut Tx, config: &Config, taken: Taken, scan: i64) -> Result<Effects> {
    let row = row_of(tx, scan).await?;
    tx.execute(LIFT, binds![scan]).await?;
    texts::redo(tx, taken, &row.described.unpack()?, &row.export_hash).await?;
    let owners_changed = assets::settle(tx, taken, scan, &row.export_hash, true).await?;
    recompute(tx, config, taken, scan, row, owners_changed).await
}

/// Refuses a scan that was purged: importing its bytes again would bring back what was destroyed.
pub(super) async fn not_purged(tx: &mut Tx, scan: i64) -> Result<()> {
    row_of(tx, scan).await.map(drop)
}

/// Whether a scan has this date already.
pub(crate) async fn is_dated(tx: &mut Tx, scan: i64, at: Micros) -> Result<bool> {
    let (dated, current, _): (i64, i64, String) = tx.one(DATED, binds![scan]).await?;
    Ok(dated == 1 && current == at.0)
}

/// Gives a scan a date and brings it into force with it; what that changed. Texts and names are settled as if the scan were
/// withdrawn and came back with its new date.
pub(crate) async fn date_on(tx: &mut Tx, config: &Config, taken: Taken, scan: i64, at: Micros) -> Result<Effects> {
    let row = row_of(tx, scan).await?;
    let mut described = row.described.unpack()?;
    let mut owners_changed = BTreeSet::new();
    if row.withdrawn_step.is_none() {
        tx.execute(WITHDRAW, binds![scan, taken.step]).await?;
        texts::undo(tx, taken, tool_of(row.tool)?, &described, &row.export_hash).await?;
        owners_changed = assets::settle(tx, taken, scan, &row.export_hash, false).await?;
    }
    for one in &mut described {
        one.at = at;
    }
    let (_, _, result): (i64, i64, String) = tx.one(DATED, binds![scan]).await?;
    let effect: ImportEffect =
        serde_json::from_str(&result).map_err(|e| Error::damaged(format!("scan.result: {e}")))?;
    let effect = ImportEffect { at, dated: true, time_basis: "upload".to_owned(), ..effect };
    let result = serde_json::to_string(&effect).map_err(|e| Error::damaged(format!("scan.result: {e}")))?;
    let kept = keep(tx, &described).await?;
    tx.execute(SET_DATE, binds![scan, at, kept.times, kept.texts, result]).await?;
    tx.execute(DATE_OBSERVATIONS, binds![scan, at]).await?;
    texts::redo(tx, taken, &described, &row.export_hash).await?;
    owners_changed.append(&mut assets::settle(tx, taken, scan, &row.export_hash, true).await?);
    recompute(tx, config, taken, scan, row, owners_changed).await
}

/// Withdraws a scan that is in force; what that changed.
pub(crate) async fn undo_on(tx: &mut Tx, config: &Config, taken: Taken, scan: i64) -> Result<Effects> {
    let row = row_of(tx, scan).await?;
    tx.execute(WITHDRAW, binds![scan, taken.step]).await?;
    let described = row.described.unpack()?;
    texts::undo(tx, taken, tool_of(row.tool)?, &described, &row.export_hash).await?;
    let owners_changed = assets::settle(tx, taken, scan, &row.export_hash, false).await?;
    recompute(tx, config, taken, scan, row, owners_changed).await
}

/// Withdraws several scans of one source, and projects what they observed once for all.
pub(super) async fn undo_all(tx: &mut Tx, config: &Config, taken: Taken, scans: &[i64]) -> Result<()> {
    let mut units = BTreeSet::new();
    for scan in scans {
        let row = row_of(tx, *scan).await?;
        tx.execute(WITHDRAW, binds![*scan, taken.step]).await?;
        let described = row.described.unpack()?;
        texts::undo(tx, taken, tool_of(row.tool)?, &described, &row.export_hash).await?;
        let owners_changed = assets::settle(tx, taken, *scan, &row.export_hash, false).await?;
        units.append(&mut touched(tx, *scan, &row, &owners_changed).await?);
    }
    recompute_units(tx, config, taken, &units, &mut Effects::default()).await
}

/// What a scan observed, what its series observed besides, and assets whose owners its names change.
async fn touched(tx: &mut Tx, scan: i64, row: &ScanRow, owners_changed: &BTreeSet<i64>) -> Result<BTreeSet<Unit>> {
    let tool = tool_of(row.tool)?;
    let observed: Vec<(i64, Vec<u8>)> = tx.all(OBSERVED, binds![scan]).await?;
    let mut units: BTreeSet<Unit> = observed.iter().map(|(asset, _)| Unit { tool, asset: *asset }).collect();
    units.append(&mut owner::units_of(tx, owners_changed).await?);
    if !row.name.is_empty() {
        units.append(&mut units_of_series(tx, tool, row.series_id).await?);
    }
    Ok(units)
}

/// Projects everything that the scan observed, what its series observed besides, and assets whose owners its names change.
async fn recompute(
    tx: &mut Tx,
    config: &Config,
    taken: Taken,
    scan: i64,
    row: ScanRow,
    owners_changed: BTreeSet<i64>,
) -> Result<Effects> {
    let units = touched(tx, scan, &row, &owners_changed).await?;
    let observed: Vec<(i64, Vec<u8>)> = tx.all(OBSERVED, binds![scan]).await?;
    let mut seen = HashSet::new();
    for (_, packed) in &observed {
        seen.extend(crate::codec::unpack_sightings(packed)?.into_iter().map(|sighting| sighting.occurrence));
    }
    let mut effects = Effects { seen, scan: Some((ScanId(scan), SeriesId(row.series_id))), ..Effects::default() };
    if !Groups::load(tx).await?.is_empty() {
        effects.see_wholes(tx).await?;
    }
    recompute_units(tx, config, taken, &units, &mut effects).await?;
    Ok(effects)
}
