//! The laws. Each is a function from a scene to "holds" or what is wrong, so that planted bugs can be tried on it too.

use crate::runner::{Dice, config, dice};
use crate::scene::{Input, Scene, UNIT, scene};
use crate::world::{Mutant, World};
use crate::{books, border, oracle};
use model::{Cause, Micros};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

pub type Verdict = Result<(), String>;

pub fn same<T: PartialEq + std::fmt::Debug>(what: &str, ours: &T, theirs: &T) -> Verdict {
    if ours == theirs { Ok(()) } else { Err(format!("{what} differ:\n ours: {ours:#?}\n theirs: {theirs:#?}")) }
}

/// After every step the product's head is the oracle's, computed from the inputs in force; and Σ entries ≤ k = P(k) stays
/// true for every earlier k, because the ledger only grows.
pub fn agrees_with_the_oracle(scene: &Scene, dice: &Dice, mutant: Option<Mutant>) -> Verdict {
    let mut world = World::new(scene, mutant);
    let mut known_at: Vec<BTreeMap<String, Vec<oracle::Line>>> = vec![BTreeMap::new()];
    for input in dice.script(0, scene.inputs.len()) {
        world.toggle(input);
        let inputs = border::inputs(&world);
        let theirs = oracle::books(&inputs, scene.now * UNIT);
        same("books", &border::books(&world)?, &theirs)?;
        for ((tool, rule), title) in world.titles() {
            same("titles", &Some(title.to_string()), &oracle::title(&inputs, tool.word(), rule))?;
        }
        known_at.push(theirs.into_iter().map(|(key, book)| (key, book.lines)).filter(|(_, l)| !l.is_empty()).collect());
    }
    for (step, theirs) in known_at.iter().enumerate() {
        same("books as known at a step", &books::known_at(&world, step as i64)?, theirs)?;
    }
    books::balance(&world, &known_at)
}

/// Two ways to the same inputs end in the same posture.
pub fn order_free(scene: &Scene, dice: &Dice, mutant: Option<Mutant>) -> Verdict {
    let mut worlds = [0, 1].map(|_| World::new(scene, mutant));
    for (which, world) in worlds.iter_mut().enumerate() {
        dice.script(which, scene.inputs.len()).into_iter().for_each(|input| world.toggle(input));
    }
    let [one, two] = worlds;
    same("books", &border::books(&one)?, &border::books(&two)?)?;
    same("titles", &one.titles(), &two.titles())?;
    same("metrics", &books::metrics(&one)?, &books::metrics(&two)?)
}

/// What is known already adds nothing.
fn idempotent(scene: &Scene, dice: &Dice) -> Verdict {
    let mut world = World::new(scene, None);
    for input in dice.script(0, scene.inputs.len()) {
        world.toggle(input);
        let (entries, head) = (world.ledger.len(), border::books(&world)?);
        (0..scene.inputs.len()).filter(|i| *i % 3 == input % 3).for_each(|i| world.again(i));
        same("entries", &world.ledger.len(), &entries)?;
        same("heads", &border::books(&world)?, &head)?;
    }
    Ok(())
}

/// Withdrawing an input leaves what would be without it, and bringing it back restores what was.
fn undo(scene: &Scene, dice: &Dice, pick: usize) -> Verdict {
    let (mut world, mut without) = (World::new(scene, None), World::new(scene, None));
    let pick = pick % scene.inputs.len();
    for input in dice.script(1, scene.inputs.len()) {
        world.toggle(input);
        if input != pick {
            without.toggle(input);
        }
    }
    let before = border::books(&world)?;
    if world.in_force[pick] {
        world.toggle(pick);
        same("books without it", &border::books(&world)?, &border::books(&without)?)?;
        world.toggle(pick);
    }
    same("books with it again", &border::books(&world)?, &before)
}

/// Other severities and other texts make no other occurrence.
fn severity_and_text_are_no_identity(scene: &Scene, severities: &[i16]) -> Verdict {
    let mut other = scene.clone();
    let mut dice = severities.iter().cycle();
    for input in &mut other.inputs {
        let Input::Scan(scan) = input else { continue };
        scan.title = 9;
        for row in scan.hosts.iter_mut().flat_map(|h| &mut h.rows) {
            row.severity = dice.next().and_then(|n| model::Severity::from_number(*n)).unwrap_or(row.severity);
        }
    }
    let all = |scene| {
        let mut world = World::new(scene, None);
        (0..world.in_force.len()).for_each(|input| world.toggle(input));
        (world.known.keys().copied().collect::<BTreeSet<_>>(), world.head.keys().copied().collect::<BTreeSet<_>>())
    };
    same("occurrences", &all(scene), &all(&other))
}

/// Scans that cover nothing close nothing, whatever they do not show.
pub fn nothing_closes_without_coverage(scene: &Scene, mutant: Option<Mutant>) -> Verdict {
    let mut blind = scene.clone();
    for (i, input) in blind.inputs.iter_mut().enumerate() {
        let Input::Scan(scan) = input else { continue };
        match i % 3 {
            0 => scan.incomplete = true,
            1 => scan.hosts.iter_mut().for_each(|host| host.reached = false),
            _ => scan.dated = false,
        }
    }
    let stated = |input: &Input| matches!(input, Input::Stated { .. });
    let mut world = World::new(&blind, mutant);
    (0..blind.inputs.len()).filter(|i| !stated(&blind.inputs[*i])).for_each(|input| world.toggle(input));
    let fixed = world.ledger.iter().filter(|e| e.line.cause == Cause::Fixed).count();
    let closed = world.head.values().flat_map(|p| &p.episodes).filter(|e| e.closed.is_some()).count();
    same("closings", &(fixed, closed), &(0, 0))
}

/// The clock moves heads (an acceptance ends), never lines or episodes.
fn lines_do_not_depend_on_now(scene: &Scene, dice: &Dice) -> Verdict {
    let later = Scene { now: i64::MAX / UNIT, ..scene.clone() };
    let run = |scene| {
        let mut world = World::new(scene, None);
        dice.script(1, scene.inputs.len()).into_iter().for_each(|input| world.toggle(input));
        world.head.into_iter().map(|(id, p)| (id, (p.lines, p.episodes, p.without_effect))).collect::<Vec<_>>()
    };
    same("projections", &run(scene), &run(&later))
}

/// Once everything that is known has happened, what counts as open at `now` is the sum of the lines until then.
fn heads_are_sums(scene: &Scene, dice: &Dice) -> Verdict {
    // Scans and decisions are dated before unit 11; acceptances may end later.
    let scene = Scene { now: scene.now.max(11), ..scene.clone() };
    let mut world = World::new(&scene, None);
    dice.script(1, scene.inputs.len()).into_iter().for_each(|input| world.toggle(input));
    for (id, projection) in &world.head {
        let until_now = projection.lines.iter().filter(|l| l.happened_at <= Micros(scene.now * UNIT));
        let sum: i64 = until_now.map(|l| i64::from(l.sign)).sum();
        same(&format!("open and the sum of {id}"), &i64::from(projection.head.open), &sum)?;
    }
    Ok(())
}

fn law(verdict: Verdict) -> Result<(), TestCaseError> {
    verdict.map_err(TestCaseError::fail)
}

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn law_oracle(scene in scene(), dice in dice()) {
        law(agrees_with_the_oracle(&scene, &dice, None))?;
    }

    #[test]
    fn law_order_free(scene in scene(), dice in dice()) {
        law(order_free(&scene, &dice, None))?;
    }

    #[test]
    fn law_idempotent(scene in scene(), dice in dice()) {
        law(idempotent(&scene, &dice))?;
    }

    #[test]
    fn law_undo(scene in scene(), dice in dice(), pick in any::<usize>()) {
        law(undo(&scene, &dice, pick))?;
    }

    #[test]
    fn law_identity(scene in scene(), severities in prop::collection::vec(0..5i16, 7)) {
        law(severity_and_text_are_no_identity(&scene, &severities))?;
    }

    #[test]
    fn law_coverage(scene in scene()) {
        law(nothing_closes_without_coverage(&scene, None))?;
    }

    #[test]
    fn law_lines_without_clock(scene in scene(), dice in dice()) {
        law(lines_do_not_depend_on_now(&scene, &dice))?;
    }

    #[test]
    fn law_heads_are_sums(scene in scene(), dice in dice()) {
        law(heads_are_sums(&scene, &dice))?;
    }
}
