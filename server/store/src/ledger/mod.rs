//! The ledger as the difference of projections.
//!
//! A step names the units, (tool, asset), whose inputs it changed. Their histories are loaded with the step's change
//! already in place, `posture` projects each occurrence, and what differs from the books is appended: entries, the head's
//! columns, episodes and roll-ups. Imports, undo, decisions and owners all come through here.

pub(crate) mod books;
pub(crate) mod catch_up;
pub(crate) mod changes;
pub(crate) mod head;
pub(crate) mod load;
pub(crate) mod marks;
pub(crate) mod reclassify;
pub(crate) mod rollup;
pub(crate) mod units;

use crate::config::Config;
use crate::db::Tx;
use crate::error::Result;
use crate::import::Effects;
use crate::merge;
use crate::step::Taken;
use changes::Changes;
use load::{Loader, Subset};
use model::Tool;
use std::collections::{BTreeMap, BTreeSet};
use units::Macs;

/// One tool's view of one asset: what is projected together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Unit {
    pub(crate) tool: Tool,
    pub(crate) asset: i64,
}

/// Assets loaded at a time, which bounds the memory of a step that touches very many.
pub(crate) const BATCH: usize = 128;

/// Projects whole units, appends what differs and counts the effects. With the part of an asset goes the asset.
pub(crate) async fn recompute_units(
    tx: &mut Tx,
    config: &Config,
    taken: Taken,
    units: &BTreeSet<Unit>,
    effects: &mut Effects,
) -> Result<()> {
    let mut loader = Loader::default();
    let groups = loader.groups(tx).await?;
    let wholes = units.iter().map(|unit| Unit { asset: groups.whole(unit.asset), ..*unit });
    let units: BTreeSet<Unit> = units.iter().copied().chain(wholes).collect();
    let mut flips = Flips::default();
    for (tool, assets) in by_tool(&units) {
        for batch in assets.chunks(BATCH) {
            let loaded = loader.units(tx, tool, batch, Subset::All).await?;
            let mut changes = Changes::new(taken);
            for unit in &loaded {
                unit.project(config, taken.recorded_at, &Macs::new(), &mut changes, effects);
            }
            flips.extend(changes.flips());
            changes.write(tx).await?;
        }
    }
    follow_duplicates(tx, config, taken, &flips).await
}

/// Projects single occurrences, for decisions.
pub(crate) async fn recompute_occurrences(
    tx: &mut Tx,
    config: &Config,
    taken: Taken,
    occurrences: &[i64],
) -> Result<()> {
    let mut loader = Loader::default();
    let mut occurrences = occurrences.to_vec();
    if !loader.groups(tx).await?.is_empty() {
        let wholes = merge::wholes_of(tx, &occurrences).await?;
        occurrences.iter_mut().for_each(|id| *id = wholes.get(id).copied().unwrap_or(*id));
    }
    let units: Vec<(Unit, BTreeSet<i64>)> = load::by_unit(tx, &occurrences).await?.into_iter().collect();
    for of_tool in units.chunk_by(|(a, _), (b, _)| a.tool == b.tool) {
        for batch in of_tool.chunks(BATCH) {
            let ids: Vec<i64> = batch.iter().flat_map(|(_, ids)| ids.iter().copied()).collect();
            let loaded = loader.occurrences(tx, batch[0].0.tool, &ids).await?;
            let mut changes = Changes::new(taken);
            for unit in &loaded {
                unit.project(config, taken.recorded_at, &Macs::new(), &mut changes, &mut Effects::default());
            }
            changes.write(tx).await?;
        }
    }
    Ok(())
}

/// Occurrences that entered or left the projection in a step. `Duplicate` decisions that point at them gain or lose effect.
pub(crate) type Flips = BTreeSet<i64>;

/// Projects the occurrences that were called duplicates of others that have come or gone.
pub(crate) async fn follow_duplicates(tx: &mut Tx, config: &Config, taken: Taken, flips: &Flips) -> Result<()> {
    if flips.is_empty() {
        return Ok(());
    }
    let dependents = load::duplicates_of(tx, flips).await?;
    recompute_occurrences(tx, config, taken, &dependents).await
}

fn by_tool(units: &BTreeSet<Unit>) -> BTreeMap<Tool, Vec<i64>> {
    let mut assets: BTreeMap<Tool, Vec<i64>> = BTreeMap::new();
    for unit in units {
        assets.entry(unit.tool).or_default().push(unit.asset);
    }
    assets
}
