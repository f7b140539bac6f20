//! Other settings of a source: what they say of its exports is knowledge, which restates the history at the step that learned
//! it. Every scan of the source is read again under them, and takes the place of what it said, all in one transaction.

use super::replace::{self, Replaced};
use super::staged::Staged;
use super::switch::{self, Import};
use super::visible;
use crate::error::{Error, Result};
use crate::import::Effects;
use crate::ledger::load::{closing_policy, tool_of};
use crate::ledger::{Unit, recompute_units};
use crate::sources::{self, Source, SourceNew};
use crate::step::{self, StepKind};
use crate::{Store, binds, overrides};
use model::{Micros, ScanId, SourceId, Step, UserId};
use std::collections::BTreeSet;

crate::sql::statements! {
    SCANS = "SELECT id, withdrawn_step FROM scan WHERE source_id = $1 ORDER BY at, id";
    UNITS = "SELECT DISTINCT b.tool, b.asset_id FROM observation b JOIN scan s ON s.id = b.scan_id \
        WHERE s.source_id = $1 AND s.withdrawn_step IS NULL";
    KNOWN = "SELECT o.id, (SELECT COUNT(*) FROM decision d WHERE d.occurrence_id = o.id) FROM occurrence o WHERE o.known = 1 \
        AND o.asset_id IN (SELECT COALESCE(a.merged_id, a.id) FROM observation b JOIN scan s ON s.id = b.scan_id \
        JOIN asset a ON a.id = b.asset_id WHERE s.source_id = $1 AND s.withdrawn_step IS NULL)";
    STILL_WITHDRAWN = "UPDATE scan SET withdrawn_step = $2 WHERE id = $1";
}

/// What a change of a source's settings does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SourceChanged {
    /// The step that learned it; none where nothing depends on it yet.
    pub step: Option<Step>,
    /// Scans that were read again.
    pub scans: u64,
    /// Findings that are there no more: they are another asset's now.
    pub left: u64,
    /// Findings that were not there before.
    pub came: u64,
    /// Those of the first of which somebody has said something. What was said stays with them.
    pub decided: u64,
}

impl Store {
    /// The scans of a source, undone ones included: what must be read again under other settings.
    ///
    /// # Errors
    /// The database fails.
    pub async fn source_scans(&self, source: SourceId) -> Result<Vec<ScanId>> {
        let rows: Vec<(i64, Option<i64>)> = self.db.all(SCANS, binds![source]).await?;
        Ok(rows.into_iter().map(|(id, _)| ScanId(id)).collect())
    }

    /// Gives a source other settings, or computes what that would do. `staged` are all its scans, read again under them, or
    /// none where they read alike.
    ///
    /// # Errors
    /// There is no such source, its scans are not those that were read again (`scans_changed`), or the database fails.
    pub async fn source_change(
        &self,
        source: SourceId,
        settings: &SourceNew,
        staged: &[(ScanId, Staged)],
        user: Option<UserId>,
        dry_run: bool,
        now: Micros,
    ) -> Result<SourceChanged> {
        let mut tx = self.db.begin().await?;
        let locked = step::lock(&mut tx).await?;
        let Source { settings: before, .. } = sources::on(&mut tx, source).await?;
        let scans: Vec<(i64, Option<i64>)> = tx.all(SCANS, binds![source]).await?;
        let known: Vec<(i64, i64)> = tx.all(KNOWN, binds![source]).await?;
        let mut changed = SourceChanged::default();
        if before.reads_as(settings) || scans.is_empty() {
            sources::set_on(&mut tx, source, settings).await?;
            if before.closing != settings.closing && !scans.is_empty() {
                let taken = locked.take(&mut tx, &self.config, StepKind::Decision, user, now).await?;
                let rows: Vec<(i64, i64)> = tx.all(UNITS, binds![source]).await?;
                let units = rows.into_iter().map(|(tool, asset)| Ok(Unit { tool: tool_of(tool)?, asset }));
                let units = units.collect::<Result<BTreeSet<Unit>>>()?;
                recompute_units(&mut tx, &self.config, taken, &units, &mut Effects::default()).await?;
                changed.step = Some(Step(taken.step));
            }
        } else {
            let told: BTreeSet<ScanId> = staged.iter().map(|(scan, _)| *scan).collect();
            if told != scans.iter().map(|(id, _)| ScanId(*id)).collect() {
                return Err(Error::Conflict("scans_changed"));
            }
            let taken = locked.take(&mut tx, &self.config, StepKind::Undo, user, now).await?;
            let in_force: Vec<i64> = scans.iter().filter(|(_, step)| step.is_none()).map(|(id, _)| *id).collect();
            visible::undo_all(&mut tx, &self.config, taken, &in_force).await?;
            for (scan, _) in &scans {
                replace::forget(&mut tx, ScanId(*scan)).await?;
            }
            sources::set_on(&mut tx, source, settings).await?;
            let taken = step::lock(&mut tx).await?.take(&mut tx, &self.config, StepKind::Import, user, now).await?;
            for (scan, withdrawn) in &scans {
                let Some((_, staged)) = staged.iter().find(|(of, _)| of.0 == *scan) else { continue };
                let row = replace::row(&mut tx, ScanId(*scan)).await?;
                let replaced = Some(Replaced { scan: *scan, learned: Micros(row.recorded_at) });
                let closing = closing_policy(&row.closing)?;
                let import = Import { source: source.0, file_name: row.file_name, closing, replaced };
                let effect = self.make_visible(&mut tx, staged, taken, import).await?;
                switch::finish(&mut tx, staged, now, &effect).await?;
                replace::drop_replaced(&mut tx, row.import_id, staged).await?;
                if let Some(step) = withdrawn {
                    visible::undo_all(&mut tx, &self.config, taken, &[*scan]).await?;
                    tx.execute(STILL_WITHDRAWN, binds![*scan, *step]).await?;
                }
            }
            Box::pin(overrides::follow(&mut tx, &self.config, taken)).await?;
            (changed.step, changed.scans) = (Some(Step(taken.step)), scans.len() as u64);
        }
        let after: Vec<(i64, i64)> = tx.all(KNOWN, binds![source]).await?;
        let ids = |rows: &[(i64, i64)]| rows.iter().map(|(id, _)| *id).collect::<BTreeSet<i64>>();
        let (was, is) = (ids(&known), ids(&after));
        changed.left = was.difference(&is).count() as u64;
        changed.came = is.difference(&was).count() as u64;
        changed.decided = known.iter().filter(|(id, said)| *said > 0 && !is.contains(id)).count() as u64;
        if dry_run {
            tx.rollback().await?;
        } else {
            tx.commit().await?;
        }
        Ok(changed)
    }
}
