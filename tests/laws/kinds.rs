//! The random histories hold everything that goes wrong in practice.

use crate::runner::{Dice, dice};
use crate::scene::{Host, Input, Scan, Scene, scene};
use proptest::test_runner::{Config, TestRng, TestRunner};
use std::collections::BTreeSet;

/// What must occur. Partial and truncated exports are one kind here: what was read of them counts, and closes nothing.
const KINDS: [&str; 16] = [
    "present",
    "absent",
    "partial or truncated",
    "credential lost",
    "host dropped",
    "policy changed",
    "ports changed",
    "re-rated",
    "renamed text",
    "undated",
    "a date stated",
    "out of order",
    "duplicated",
    "two at the same instant",
    "a decision between scans",
    "undone and redone",
];

fn scans(scene: &Scene) -> Vec<(usize, &Scan)> {
    let inputs = scene.inputs.iter().enumerate();
    inputs.filter_map(|(at, input)| if let Input::Scan(scan) = input { Some((at, scan)) } else { None }).collect()
}

/// What a pair of scans of one series shows, the earlier one first.
fn between(one: &Scan, two: &Scan) -> BTreeSet<&'static str> {
    let mut seen = BTreeSet::new();
    let mut add = |kind, holds: bool| holds.then(|| seen.insert(kind));
    let host = |scan: &Scan, machine: usize| scan.hosts.iter().find(|host| host.machine == machine).cloned();
    add("policy changed", one.plugins.is_some() && two.plugins.is_some() && one.plugins != two.plugins);
    add("ports changed", one.ports.is_some() && two.ports.is_some() && one.ports != two.ports);
    for Host { machine, signed_in, rows, .. } in &one.hosts {
        let Some(later) = host(two, *machine) else {
            add("host dropped", !rows.is_empty());
            continue;
        };
        add("credential lost", *signed_in == Some(true) && later.signed_in == Some(false));
        for row in rows {
            let again = later.rows.iter().find(|other| (other.rule, other.place) == (row.rule, row.place));
            add("present", again.is_some());
            add("absent", again.is_none() && later.reached);
            add("re-rated", again.is_some_and(|other| other.severity != row.severity));
            add("renamed text", again.is_some() && one.title != two.title);
        }
    }
    seen
}

fn kinds(scene: &Scene, dice: &Dice) -> BTreeSet<&'static str> {
    let scans = scans(scene);
    let mut seen = BTreeSet::new();
    let mut add = |kind, holds: bool| holds.then(|| seen.insert(kind));
    let script = dice.script(0, scene.inputs.len());
    let learned = |input: usize| script.iter().position(|known| *known == input);
    for (at, scan) in &scans {
        add("partial or truncated", scan.incomplete);
        add("undated", !scan.dated);
        add("undone and redone", script.iter().filter(|known| *known == at).count() > 2);
        for (other, later) in scans.iter().filter(|(other, _)| other != at) {
            let (first, second) = (learned(*at), learned(*other));
            add("out of order", first.is_some() && second < first && second.is_some() && later.at > scan.at);
            add("duplicated", scan.hash == later.hash);
            add("two at the same instant", scan.at == later.at && scan.tool == later.tool && scan.hash != later.hash);
            if (scan.source, scan.tool, scan.series) == (later.source, later.tool, later.series) && scan.at < later.at {
                between(scan, later).into_iter().for_each(|kind| {
                    add(kind, true);
                });
            }
        }
    }
    let bounds = (scans.iter().map(|(_, scan)| scan.at).min(), scans.iter().map(|(_, scan)| scan.at).max());
    for input in &scene.inputs {
        add("a date stated", matches!(input, Input::Stated { .. }));
        if let (Input::Said(said), (Some(first), Some(last))) = (input, bounds) {
            add("a decision between scans", first < said.at && said.at < last);
        }
    }
    seen
}

#[test]
fn histories_hold_every_kind() {
    let seen = std::cell::RefCell::new(BTreeSet::new());
    let config = Config { cases: 200, max_shrink_iters: 0, failure_persistence: None, ..Config::default() };
    let rng = TestRng::deterministic_rng(config.rng_algorithm);
    let ran = TestRunner::new_with_rng(config, rng).run(&(scene(), dice()), |(scene, dice)| {
        seen.borrow_mut().extend(kinds(&scene, &dice));
        Ok(())
    });
    ran.unwrap();
    let missing: Vec<_> = KINDS.iter().filter(|kind| !seen.borrow().contains(*kind)).collect();
    assert!(missing.is_empty(), "no history of the first two hundred has: {missing:?}");
}
