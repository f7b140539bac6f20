//! Reading an original again: what a better reader makes of the same bytes takes the place of what the scan said.
//!
//! It is knowledge: the scan is withdrawn at one step and comes back at the next with its new facts, in one transaction. The
//! input stays the same, with the instant at which it was first learned; what was known before the step stays as it was.

use super::dating::Dating;
use super::described::Kept;
use super::effect::{Effects, ImportEffect};
use super::staged::Staged;
use super::switch::{self, Import, intern_coverage};
use super::{assets, check_source, observations, visible};
use crate::blob::BlobId;
use crate::config::Config;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::ledger::load::{closing_policy, unpack_coverage};
use crate::ledger::recompute_units;
use crate::step::{self, StepKind, Taken};
use crate::{Store, binds, overrides, owner};
use model::facts::ScanCoverage;
use model::{Micros, ScanId, UserId};

crate::sql::statements! {
    SCAN = "SELECT s.source_id, s.file_name, s.import_id, s.export_hash, s.withdrawn_step, s.at, s.dated, s.time_basis, \
        k.recorded_at, c.closing, c.zone, s.original_blob, o.expired_at AS original_expired, v.packed AS coverage, s.result FROM scan s JOIN step k ON k.step = s.step \
        LEFT JOIN blob o ON o.id = s.original_blob JOIN coverage v ON v.id = s.coverage_id \
        JOIN source c ON c.id = s.source_id WHERE s.id = $1";
    IN_FORCE = "SELECT id, result FROM scan WHERE withdrawn_step IS NULL ORDER BY id";
    FORGET_QUARANTINE = "DELETE FROM pack WHERE import_id = $1 AND purpose = 'quarantine'";
    REPLACE = "UPDATE scan SET series_id = $2, import_id = $3, tool_version = $4, format = $5, at = $6, started_at = $7, \
        finished_at = $8, time_basis = $9, dated = $10, coverage_id = $11, weaknesses = $12, described_id = $13, withdrawn_step = NULL \
        WHERE id = $1";
    DROP_BLOB = "DELETE FROM blob WHERE id = $1";
}

/// The scan whose place another reading takes.
pub(super) struct Replaced {
    pub(super) scan: i64,
    /// When its bytes were first learned.
    pub(super) learned: Micros,
}

/// A scan's original, and how it was imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Original {
    /// The sealed bytes.
    pub blob: BlobId,
    /// The file's name.
    pub file: String,
    /// Its source.
    pub source: model::SourceId,
    /// The source's zone.
    pub zone: String,
    /// The date that a person stated.
    pub stated_at: Option<Micros>,
    /// What the importer said of the file, and whether it was whole.
    pub coverage: ScanCoverage,
    /// What its import did, as it was stored: JSON.
    pub result: String,
}

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    source_id: i64,
    pub(super) file_name: String,
    pub(super) import_id: i64,
    export_hash: Vec<u8>,
    withdrawn_step: Option<i64>,
    at: i64,
    dated: i64,
    time_basis: String,
    pub(super) recorded_at: i64,
    pub(super) closing: String,
    zone: String,
    original_blob: Option<i64>,
    original_expired: Option<i64>,
    coverage: Vec<u8>,
    result: String,
}

impl Store {
    /// The scans in force that a reader before `reader` read, the oldest import first.
    ///
    /// # Errors
    /// The database fails.
    pub async fn scans_read_before(&self, reader: u32) -> Result<Vec<ScanId>> {
        let rows: Vec<(i64, String)> = self.db.all(IN_FORCE, binds![]).await?;
        let mut scans = Vec::new();
        for (id, result) in rows {
            let effect: ImportEffect =
                serde_json::from_str(&result).map_err(|e| Error::damaged(format!("scan.result: {e}")))?;
            if effect.reader < reader {
                scans.push(ScanId(id));
            }
        }
        Ok(scans)
    }

    /// A scan's original, to be read again.
    ///
    /// # Errors
    /// There is no such scan in force, its original is not kept any more, or the database fails.
    pub async fn original(&self, scan: ScanId) -> Result<Original> {
        self.original_of(scan, false).await
    }

    /// The same of a scan that may be undone.
    ///
    /// # Errors
    /// There is no such scan, its original is not kept any more, or the database fails.
    pub async fn original_of(&self, scan: ScanId, undone_too: bool) -> Result<Original> {
        let row: Option<Row> = self.db.optional(SCAN, binds![scan]).await?;
        let row = row.filter(|row| undone_too || row.withdrawn_step.is_none()).ok_or(Error::NotFound("scan"))?;
        let blob = row.original_blob.ok_or(Error::NotFound("original"))?;
        if row.original_expired.is_some() {
            return Err(Error::Conflict("original_expired"));
        }
        let stated = row.dated == 1 && row.time_basis == "upload";
        Ok(Original {
            blob: BlobId(blob),
            file: row.file_name,
            source: model::SourceId(row.source_id),
            zone: row.zone,
            stated_at: stated.then_some(Micros(row.at)),
            coverage: unpack_coverage(&row.coverage)?,
            result: row.result,
        })
    }

    /// Puts what was staged from a scan's original in the place of what the scan said, or computes what that would do.
    ///
    /// # Errors
    /// There is no such scan in force, the staged bytes are not its original, or the database fails.
    pub async fn import_replace(
        &self,
        staged: &Staged,
        scan: ScanId,
        user: Option<UserId>,
        dry_run: bool,
        now: Micros,
    ) -> Result<ImportEffect> {
        let mut tx = self.db.begin().await?;
        let locked = step::lock(&mut tx).await?;
        let row: Option<Row> = tx.optional(SCAN, binds![scan]).await?;
        let row = row.filter(|row| row.withdrawn_step.is_none()).ok_or(Error::NotFound("scan"))?;
        if row.export_hash != staged.export_hash {
            return Err(Error::Conflict("another_original"));
        }
        check_source(&mut tx, staged).await?;
        let taken = locked.take(&mut tx, &self.config, StepKind::Undo, user, now).await?;
        visible::undo_on(&mut tx, &self.config, taken, scan.0).await?;
        forget(&mut tx, scan).await?;
        let taken = step::lock(&mut tx).await?.take(&mut tx, &self.config, StepKind::Import, user, now).await?;
        let replaced = Some(Replaced { scan: scan.0, learned: Micros(row.recorded_at) });
        let closing = closing_policy(&row.closing)?;
        let import = Import { source: row.source_id, file_name: row.file_name, closing, replaced };
        let effect = self.make_visible(&mut tx, staged, taken, import).await?;
        Box::pin(overrides::follow(&mut tx, &self.config, taken)).await?;
        switch::finish(&mut tx, staged, now, &effect).await?;
        drop_replaced(&mut tx, row.import_id, staged).await?;
        if dry_run {
            tx.rollback().await?
        } else {
            tx.commit().await?
        }
        Ok(effect)
    }
}

/// A scan with what reading it again needs.
pub(super) async fn row(tx: &mut Tx, scan: ScanId) -> Result<Row> {
    tx.optional(SCAN, binds![scan]).await?.ok_or(Error::NotFound("scan"))
}

/// Throws away what a scan, which is not in force, observed.
pub(super) async fn forget(tx: &mut Tx, scan: ScanId) -> Result<()> {
    observations::forget(tx, scan).await?;
    Ok(())
}

/// Throws away what another reading has replaced: rows in quarantine, and the second copy of the original.
pub(super) async fn drop_replaced(tx: &mut Tx, import: i64, staged: &Staged) -> Result<()> {
    tx.execute(FORGET_QUARANTINE, binds![import]).await?;
    tx.execute(DROP_BLOB, binds![staged.original.0]).await?;
    Ok(())
}

/// Writes what a scan now says over what it said.
pub(super) async fn scan(
    tx: &mut Tx,
    staged: &Staged,
    dating: &Dating,
    series: i64,
    described: Kept,
    scan: i64,
) -> Result<i64> {
    let coverage = intern_coverage(tx, &staged.scan.coverage).await?;
    let facts = &staged.scan;
    let binds = binds![
        scan,
        series,
        staged.import.0,
        facts.tool_version.as_str(),
        facts.format.as_str(),
        dating.at,
        facts.started_at,
        facts.finished_at,
        dating.basis,
        dating.dated,
        coverage,
        described.times,
        described.texts,
    ];
    tx.execute(REPLACE, binds).await?;
    Ok(scan)
}

/// Settles since when the scan's assets are known: since its bytes were first learned, not since they were read again.
pub(super) async fn settle(tx: &mut Tx, config: &Config, taken: Taken, scan: i64, hash: &[u8; 32]) -> Result<()> {
    let changed = assets::settle(tx, taken, scan, hash, true).await?;
    let units = owner::units_of(tx, &changed).await?;
    recompute_units(tx, config, taken, &units, &mut Effects::default()).await
}
