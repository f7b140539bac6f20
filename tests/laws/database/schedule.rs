//! When a scene's inputs become known.
//!
//! What the store dates by its own clock (decisions, ownership rules, scans without a date) is pinned: in every order it
//! happens at the same instant, or it would be another input. Dated scans, and every undo and redo, happen at any time.

use crate::runner::Dice;
use crate::scene::{Input, Scan, Scene, UNIT};
use std::collections::BTreeMap;

const SECOND: i64 = 1_000_000;
const HOUR: i64 = 3600 * SECOND;
/// Hours in which something may happen: the time of the scene.
const HOURS: i64 = 72;
/// How long after its earliest instant something free happens: never at an instant to which something may be pinned.
const LATER: i64 = 37 * 60 * SECOND;
/// When everything that a script says has happened, but the last rules.
pub const END: i64 = 13 * UNIT;

/// What orders may differ in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freedom {
    /// Anything: scans dated too far ahead of the clock, and rules between the imports.
    Any,
    /// Only what leaves the same inputs. An asset's first owner is that of the rules when it became known, so rules come
    /// before or after all imports.
    SameInputs,
}

/// The instants, and which input is learned then or, if it is in force, withdrawn.
pub fn schedule(scene: &Scene, dice: &Dice, which: usize, freedom: Freedom) -> Vec<(i64, usize)> {
    let mut steps = Vec::new();
    let mut taken: BTreeMap<i64, i64> = BTreeMap::new();
    for (i, input) in scene.inputs.iter().enumerate() {
        let roll = |which: usize, nth: usize| i64::from(dice.orders[which][i * 3 + nth]);
        let free = |nth: usize, from: i64| ((roll(which, nth) % HOURS) * HOUR).max(from) + LATER;
        let pair = dice.pairs[i] && which == 0;
        let pinned = pin(scene, i, roll(0, 0), freedom).map(|at| {
            let rank = taken.entry(at).or_default();
            *rank += 1;
            at + (*rank - 1) * SECOND
        });
        let first = match (pinned, input) {
            (Some(at), _) => at,
            (None, Input::Scan(scan)) if freedom == Freedom::SameInputs => free(0, (scan.at - 4) * UNIT),
            (None, _) => free(0, 0),
        };
        let times = match (input, dice.ends[i], pair) {
            (_, false, false) => 0,
            // A date that a person stated is corrected, not withdrawn.
            (Input::Stated { .. }, ends, _) => usize::from(ends && dated(scene, i).is_some()),
            (Input::Rule { .. } | Input::Move { .. }, false, true) if freedom == Freedom::SameInputs => 0,
            (_, true, false) => 1,
            (_, false, true) => 2,
            // A decision that was withdrawn does not come back; another one would be another input.
            (Input::Scan(_) | Input::Merge { .. } | Input::Setting { .. }, true, true) => 3,
            (_, true, true) => 1,
        };
        let mut at = first;
        for nth in 0..times {
            steps.push((at, i));
            at = free(nth + 1, at);
        }
    }
    // An input's own steps stay in their order.
    steps.sort();
    steps
}

/// When an input happens in every order, if the store's clock dates it.
fn pin(scene: &Scene, input: usize, roll: i64, freedom: Freedom) -> Option<i64> {
    let ends = |at: i64| if freedom == Freedom::Any { at } else { (input as i64 % 2) * END };
    match &scene.inputs[input] {
        Input::Scan(Scan { dated: true, .. }) | Input::Stated { .. } => None,
        Input::Merge { .. } | Input::Setting { .. } => None,
        Input::Scan(_) => Some((roll % 12) * UNIT),
        Input::Said(said) => Some(said.at * UNIT),
        Input::Ruled { at, .. } => Some(at * UNIT),
        Input::Rule { .. } => Some(ends((roll % 12) * UNIT)),
        Input::Move { at, .. } => Some(ends(at * UNIT)),
    }
}

/// The scan that an input dates, and when that ran. Of two that date one scan only the last is heard, or the date would
/// depend on which came later.
pub fn dated(scene: &Scene, input: usize) -> Option<(usize, i64)> {
    let Input::Stated { scan, at } = scene.inputs[input] else { return None };
    let undated = matches!(scene.inputs.get(scan), Some(Input::Scan(Scan { dated: false, .. })));
    let corrected =
        scene.inputs[input + 1..].iter().any(|later| matches!(later, Input::Stated { scan: of, .. } if *of == scan));
    (undated && !corrected).then_some((scan, at * UNIT))
}
