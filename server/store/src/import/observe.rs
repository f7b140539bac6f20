//! What a scan's observations change: fast where a sighting only says "still there", by projection everywhere else.
//!
//! A unit is *plain* if this observation is later than everything the tool has said: then an occurrence that is present,
//! quiet and seen at the same severity only moves its `last_seen`, one that was never seen needs no history but this
//! observation, and one that is present and not seen is projected. Every other unit is projected whole.

use super::assets::Assets;
use super::dating::Dating;
use super::effect::Effects;
use super::observations::Observations;
use super::staged::Staged;
use super::switch::{UsedPacks, intern_coverage};
use super::work::{Light, Seen, Work, tells_places};
use crate::binds;
use crate::config::Config;
use crate::db::Tx;
use crate::dialect::bulk::{self, Rows};
use crate::error::Result;
use crate::ledger::changes::{Changes, relocate};
use crate::ledger::load::{self, Loader, Subset};
use crate::ledger::rollup::Owasp;
use crate::ledger::units::Loaded;
use crate::ledger::{BATCH, Flips, Unit, follow_duplicates, recompute_units};
use crate::merge::{self, Groups};
use crate::overrides::Local;
use crate::owner;
use crate::step::Taken;
use crate::value::Value;
use model::{Micros, ScanId, SeriesId};
use posture::ClosingPolicy;
use std::collections::{BTreeMap, BTreeSet, HashMap};

crate::sql::statements! {
    OCCURRENCES = "SELECT id, uuid, asset_id, known, present, severity, quiet_after, evidence_pack, evidence_index, \
        evidence_mac, location_id FROM occurrence WHERE tool = $1 AND asset_id IN ($*)";
    LAST_OCCURRENCE = "SELECT COALESCE(MAX(id), 0) FROM occurrence";
    LAST_OBSERVED = "SELECT b.asset_id, MAX(b.at) FROM observation b JOIN scan s ON s.id = b.scan_id \
        WHERE b.tool = $1 AND s.withdrawn_step IS NULL AND b.asset_id IN ($*) GROUP BY b.asset_id";
}

/// A staged scan with the numbers under which its parts are stored.
pub(super) struct Placed<'a> {
    pub(super) scan: ScanId,
    pub(super) series: SeriesId,
    pub(super) closing: ClosingPolicy,
    pub(super) taken: Taken,
    pub(super) dating: &'a Dating,
    pub(super) assets: &'a Assets,
    pub(super) weaknesses: &'a [(i64, Owasp)],
    /// The weaknesses' shares in the formula of risk, by their numbers.
    pub(super) shares: &'a BTreeMap<i64, i64>,
    /// What is at stake on the assets, by their numbers.
    pub(super) stakes: &'a BTreeMap<i64, i64>,
    /// What rules say on the assets.
    pub(super) local: &'a Local,
    pub(super) locations: &'a [i64],
    /// The instant of the tool's newest scan in force before this one.
    pub(super) latest_scan: Option<Micros>,
}

/// Writes the observations and everything that follows; the effects, and the evidence packs that are referred to.
pub(super) async fn observe(
    tx: &mut Tx,
    config: &Config,
    staged: &Staged,
    placed: &Placed<'_>,
) -> Result<(Effects, UsedPacks)> {
    let lights = lights(tx, staged, placed).await?;
    let mut work = Work::new(staged, placed, &lights);
    let (last,): (i64,) = tx.one(LAST_OCCURRENCE, binds![]).await?;
    work.number(last);
    let observed = last_observed(tx, placed, staged).await?;
    let mut loader = Loader::default();
    let newest = loader.newest(tx, staged.scan.tool).await?;
    let mut owners = load::owners_of(tx, &placed.assets.ids).await?;
    let mut changes = Changes::new(placed.taken);
    let groups = loader.groups(tx).await?;
    let mut merged: BTreeSet<i64> = BTreeSet::new();
    let mut slow: BTreeMap<i64, Slow> = BTreeMap::new();
    let mut observations = Observations::default();
    let own = tells_places(&staged.scan.coverage);
    for number in 0..staged.assets.len() {
        let (observation, seen) = work.observation(number);
        let coverage = if own { Some(intern_coverage(tx, &observation.scan_coverage).await?) } else { None };
        observations.add(&observation, coverage, staged, placed, number)?;
        if observations.is_full() {
            std::mem::take(&mut observations).write(tx, staged, placed).await?;
        }
        let asset = placed.assets.ids[number];
        if groups.holds(asset) {
            merged.insert(asset);
            for (id, newcomer, owasp, head) in work.unseen(number, &seen) {
                changes.newcomer(id, newcomer, owasp, head);
            }
            continue;
        }
        let plain = work.is_plain(number, observed.get(&asset).copied());
        let newcomers = work.newcomers(&seen);
        if !plain {
            slow.insert(asset, Slow { all: true, occurrences: BTreeSet::new(), newcomers });
            continue;
        }
        let rest = work.sort_out(number, asset, &seen);
        if !rest.is_empty() {
            slow.insert(asset, Slow { all: false, occurrences: rest, newcomers: Vec::new() });
        }
        let unit = work.unit(asset, observation, newcomers, owners.remove(&asset).unwrap_or_default(), &newest);
        unit.project(config, placed.taken.recorded_at, &work.macs, &mut changes, &mut work.effects);
        if changes.is_full() {
            std::mem::replace(&mut changes, Changes::new(placed.taken)).write(tx).await?;
        }
    }
    observations.write(tx, staged, placed).await?;
    work.write_quick(tx).await?;
    changes.write(tx).await?;
    let flips = work.project_slow(tx, config, &mut loader, slow).await?;
    work.project_merged(tx, config, &groups, &merged).await?;
    work.project_elsewhere(tx, config).await?;
    follow_duplicates(tx, config, placed.taken, &flips).await?;
    Ok((work.effects, work.used))
}

/// A unit that must be read: whole, or some of its occurrences.
struct Slow {
    all: bool,
    occurrences: BTreeSet<i64>,
    newcomers: Vec<Loaded>,
}

async fn lights(tx: &mut Tx, staged: &Staged, placed: &Placed<'_>) -> Result<Vec<Light>> {
    let known = placed.assets.ids.iter().filter(|id| !placed.assets.fresh.contains(id));
    tx.all_in(OCCURRENCES, binds![staged.scan.tool.number()], known.map(|id| Value::from(*id))).await
}

async fn last_observed(tx: &mut Tx, placed: &Placed<'_>, staged: &Staged) -> Result<HashMap<i64, i64>> {
    let known = placed.assets.ids.iter().filter(|id| !placed.assets.fresh.contains(id));
    let rows: Vec<(i64, i64)> =
        tx.all_in(LAST_OBSERVED, binds![staged.scan.tool.number()], known.map(|id| Value::from(*id))).await?;
    Ok(rows.into_iter().collect())
}

impl Work<'_> {
    async fn write_quick(&mut self, tx: &mut Tx) -> Result<()> {
        let quick = std::mem::take(&mut self.quick);
        let evidence = |(seen, _, light): &(Seen, Micros, &Light)| match seen.evidence {
            Some((at, mac)) => (Some(at), mac.map(|mac| mac.to_vec())),
            None => (light.evidence(), light.evidence_mac.clone()),
        };
        let moved = quick.iter().filter(|(seen, _, light)| seen.location != light.location_id);
        relocate(tx, moved.map(|(seen, ..)| (seen.id, seen.location)).collect()).await?;
        let (refs, macs): (Vec<_>, Vec<_>) = quick.iter().map(evidence).unzip();
        let rows = Rows::new("occurrence")
            .int("id", quick.iter().map(|(seen, ..)| seen.id).collect())
            .int("last_seen", quick.iter().map(|(_, at, _)| at.0).collect())
            .int("not_retested", vec![0; quick.len()])
            .opt_int("quiet_after", quick.iter().map(|(_, at, _)| Some(at.0)).collect())
            .opt_int("evidence_pack", refs.iter().map(|at| at.map(|at| at.pack)).collect())
            .int("evidence_index", refs.iter().map(|at| at.map_or(0, |at| at.index.into())).collect())
            .opt_bytes("evidence_mac", macs);
        bulk::update(tx, rows).await
    }

    async fn project_slow(
        &mut self,
        tx: &mut Tx,
        config: &Config,
        loader: &mut Loader,
        slow: BTreeMap<i64, Slow>,
    ) -> Result<Flips> {
        let mut flips = Flips::default();
        let mut slow: Vec<(i64, Slow)> = slow.into_iter().collect();
        for batch in slow.chunks_mut(BATCH) {
            let (whole, part): (Vec<_>, Vec<_>) = batch.iter_mut().partition(|(_, slow)| slow.all);
            let tool = self.staged.scan.tool;
            let mut newcomers: HashMap<i64, Vec<Loaded>> = HashMap::new();
            let mut wanted = BTreeSet::new();
            let whole_ids: Vec<i64> = whole.iter().map(|(asset, _)| *asset).collect();
            let part_ids: Vec<i64> = part.iter().map(|(asset, _)| *asset).collect();
            for (asset, slow) in whole.into_iter().chain(part) {
                newcomers.insert(*asset, std::mem::take(&mut slow.newcomers));
                wanted.append(&mut slow.occurrences);
            }
            let mut units = loader.units(tx, tool, &whole_ids, Subset::All).await?;
            units.append(&mut loader.units(tx, tool, &part_ids, Subset::Of(&wanted)).await?);
            let mut changes = Changes::new(self.placed.taken);
            for unit in &mut units {
                unit.occurrences.append(&mut newcomers.remove(&unit.history.asset.0).unwrap_or_default());
                unit.project(config, self.placed.taken.recorded_at, &self.macs, &mut changes, &mut self.effects);
            }
            flips.extend(changes.flips());
            changes.write(tx).await?;
        }
        Ok(flips)
    }

    /// Assets that are one with others: what the scan saw of each is led to the survivor, which is projected with all of them.
    async fn project_merged(
        &mut self,
        tx: &mut Tx,
        config: &Config,
        groups: &Groups,
        merged: &BTreeSet<i64>,
    ) -> Result<()> {
        if merged.is_empty() {
            return Ok(());
        }
        let (tool, taken) = (self.staged.scan.tool, self.placed.taken);
        let parts = merged.iter().copied().filter(|asset| groups.is_part(*asset)).collect();
        merge::redirect(tx, taken, &parts).await?;
        self.effects.see_wholes(tx).await?;
        let units = groups.wholes(merged).into_iter().map(|asset| Unit { tool, asset }).collect();
        recompute_units(tx, config, taken, &units, &mut self.effects).await
    }

    /// Units that the scan did not observe and yet changes: assets of its named series that it left out, if it is the
    /// series' newest, and other tools' views of assets whose owners changed.
    async fn project_elsewhere(&mut self, tx: &mut Tx, config: &Config) -> Result<()> {
        let (tool, placed) = (self.staged.scan.tool, self.placed);
        let mut units: BTreeSet<Unit> = owner::units_of(tx, &placed.assets.owners_changed).await?;
        let newest = Loader::default().newest(tx, tool).await?;
        if newest.iter().any(|newest| newest.scan == placed.scan) {
            units.append(&mut load::units_of_series(tx, tool, placed.series.0).await?);
        }
        for asset in &placed.assets.ids {
            units.remove(&Unit { tool, asset: *asset });
        }
        recompute_units(tx, config, placed.taken, &units, &mut self.effects).await
    }
}
