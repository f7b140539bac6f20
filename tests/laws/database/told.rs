//! What was told to a store, in the oracle's words.

use super::driver::{Decided, Driver, Held, Imported, accepted_until, owns};
use crate::scene::{Input, Reading, Scan, UNIT, What};
use crate::{border, oracle};
use model::{Micros, Tool};
use std::collections::{BTreeMap, BTreeSet};

/// The inputs in force.
pub fn inputs(driver: &Driver<'_>) -> oracle::Inputs {
    let mut inputs = oracle::Inputs::default();
    for imported in driver.scans.iter().filter(|s| s.in_force) {
        if let Input::Scan(scan) = &driver.scene.inputs[imported.input] {
            inputs.scans.push(told(imported, scan, driver.reading(scan.source)));
        }
    }
    inputs.merges = driver.told_merges();
    for Decided { input, id, at, key, of, .. } in driver.said.iter().filter(|d| d.in_force) {
        let Input::Said(said) = &driver.scene.inputs[*input] else { continue };
        let what = match &said.what {
            What::Accepted(until) => oracle::What::Accepted(accepted_until(*until)),
            What::Duplicate(_) => oracle::What::Duplicate(of.clone().unwrap_or_default()),
            what => border::what(what),
        };
        inputs.said.push(oracle::Said { key: key.clone(), at: *at, id: *id, what });
    }
    for rule in driver.ruled.iter().filter(|rule| rule.in_force) {
        inputs.ruled.extend(border::ruled(&inputs, &driver.scene.inputs[rule.input], rule.at, rule.rule));
    }
    for (asset, machines) in assets(driver) {
        owners(driver, &asset, &machines, &mut inputs);
    }
    inputs
}

/// A scan with the instants that the store must have believed.
fn told(imported: &Imported, scan: &Scan, reading: Reading) -> oracle::Scan {
    let mut told = border::scan(scan, reading);
    let at_once = match (imported.stated, scan.dated) {
        (Some(at), _) => Some((at, true)),
        (None, true) if scan.at * UNIT <= imported.recorded + Micros::DAY => None,
        (None, _) => Some((imported.recorded, false)),
    };
    if let Some((at, dated)) = at_once {
        (told.at, told.dated) = (at, dated);
        told.hosts.iter_mut().for_each(|host| host.at = at);
    }
    told
}

/// The assets of the scene, and which machines each is.
fn assets(driver: &Driver<'_>) -> BTreeMap<String, BTreeSet<(Tool, usize)>> {
    let mut assets: BTreeMap<String, BTreeSet<(Tool, usize)>> = BTreeMap::new();
    for input in &driver.scene.inputs {
        let Input::Scan(scan) = input else { continue };
        for host in &scan.hosts {
            let reading = driver.reading(scan.source);
            let asset = border::asset_as(reading, scan.source, scan.tool, host.machine);
            // What goes by an alias is called nothing that a pattern of the scenes means, but by the one that means all.
            let called = if reading.alias && scan.tool != Tool::Nessus && host.machine == 2 { 9 } else { host.machine };
            assets.entry(asset).or_default().insert((scan.tool, called));
        }
    }
    assets
}

/// An asset's owners: that of the rules when it became known reaches back, later changes of the rules are dated.
fn owners(driver: &Driver<'_>, asset: &str, machines: &BTreeSet<(Tool, usize)>, inputs: &mut oracle::Inputs) {
    // An asset is known since the first of those that are one with it was.
    let group = oracle::group(&inputs.merges, asset);
    let observes = |imported: &&Imported| match &driver.scene.inputs[imported.input] {
        Input::Scan(scan) => {
            let reading = driver.reading(scan.source);
            let asset = |machine| border::asset_as(reading, scan.source, scan.tool, machine);
            scan.hosts.iter().any(|h| group.contains(&asset(h.machine)))
        }
        _ => false,
    };
    let known = driver.scans.iter().filter(|imported| imported.in_force).filter(observes);
    let Some(since) = known.map(|imported| imported.recorded).min() else { return };
    let mine: Vec<&Held> =
        driver.held.iter().filter(|held| machines.iter().any(|(tool, m)| owns(held.pattern, *tool, *m))).collect();
    let owner = |at: i64| {
        let held = mine.iter().rfind(|held| held.added <= at && held.removed.is_none_or(|end| at < end));
        held.map(|held| held.team)
    };
    if let Some(team) = owner(since) {
        inputs.rules.push(oracle::Rule { asset: asset.to_owned(), team });
    }
    let changes: BTreeSet<i64> = mine.iter().flat_map(|held| [Some(held.added), held.removed]).flatten().collect();
    for at in changes.into_iter().filter(|at| *at > since) {
        inputs.moves.push(oracle::Move { asset: asset.to_owned(), at, team: owner(at) });
    }
}
