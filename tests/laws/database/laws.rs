//! The laws. Each drives a store through a scene and says "holds" or what is wrong.

use super::arena::Arena;
use super::driver::{Decided, Done, Driver, Outcome, accepted_until, same_as_in_memory, wrong};
use super::plants::Plant;
use super::schedule::{END, Freedom, schedule};
use super::{figures, read, runner};
use crate::laws::same;
use crate::oracle;
use crate::runner::Dice;
use crate::scene::{self, Input, Scene, UNIT, What};
use model::{Micros, OccurrenceId};
use std::collections::{BTreeMap, BTreeSet};

/// Runs a script from a fresh database on.
async fn driven<'a>(
    arena: &Arena,
    scene: &'a Scene,
    dice: &Dice,
    which: usize,
    without: Option<usize>,
) -> Done<Driver<'a>> {
    let mut driver = Driver::new(arena.base(which).await, scene, None);
    for (when, input) in schedule(scene, dice, which, Freedom::SameInputs) {
        if Some(input) != without {
            driver.toggle(when, input).await?;
            driver.retry().await?;
        }
    }
    driver.now = driver.now.max(END + UNIT / 2);
    Ok(driver)
}

async fn sound(driver: &Driver<'_>) -> Done<()> {
    let report = driver.base.store.verify_ledger(Micros(driver.now)).await.map_err(wrong)?;
    if report.is_sound() { Ok(()) } else { Err(format!("the books are not sound: {report:#?}")) }
}

/// After every step: the books balance, the head is the oracle's, and what the import says that it changed is what
/// changed. At the end: every earlier step is still known, and lists and figures are the oracle's.
pub async fn oracle(arena: &Arena, scene: &Scene, dice: &Dice, plant: Option<Plant>) -> Done<()> {
    let mut driver = Driver::new(arena.base(0).await, scene, plant);
    let mut known: BTreeMap<i64, BTreeMap<String, Vec<oracle::Line>>> = BTreeMap::new();
    let mut days = BTreeMap::new();
    for (when, input) in schedule(scene, dice, 0, Freedom::Any) {
        let before = read::expected(&driver.inputs(), driver.now.max(when));
        let deciding = !driver.said.iter().any(|d| d.input == input && d.in_force);
        let outcome = driver.toggle(when, input).await?;
        if let (Input::Said(said), true) = (&scene.inputs[input], deciding) {
            let key = driver.counted_as(&said.spot);
            // An id that no scan ever gave leads nowhere, though what it would be part of is there.
            let book = if driver.has_row(&said.spot).await? { before.books.get(&key) } else { None };
            permitted(&said.what, book, driver.now, &outcome)?;
        }
        if plant.is_none() {
            sound(&driver).await?;
        }
        let theirs = read::expected(&driver.inputs(), driver.now);
        let ours = read::Head { names: BTreeMap::new(), ..read::head(&mut driver).await? };
        same("heads", &ours, &theirs)?;
        if let Outcome::Imported(effect) = outcome {
            changed(&effect, &before, &theirs)?;
        }
        let mut steps = vec![(driver.head().await, theirs)];
        if driver.retry().await? {
            let theirs = read::expected(&driver.inputs(), driver.now);
            let ours = read::Head { names: BTreeMap::new(), ..read::head(&mut driver).await? };
            same("heads of what is one", &ours, &theirs)?;
            steps.push((driver.head().await, theirs));
        }
        for ((step, recorded), theirs) in steps {
            let lines = theirs.books.into_iter().map(|(key, book)| (key, book.lines)).filter(|(_, l)| !l.is_empty());
            let lines = lines.collect::<BTreeMap<_, _>>();
            days.insert(i32::try_from(recorded.div_euclid(Micros::DAY)).unwrap(), lines.clone());
            known.insert(step, lines);
        }
    }
    let entries = read::entries(&mut driver).await?;
    for (step, theirs) in &known {
        same(&format!("books as known at step {step}"), &read::known_at(&entries, *step), theirs)?;
    }
    driver.now = driver.now.max(scene.now * UNIT);
    sound(&driver).await?;
    let head = read::expected(&driver.inputs(), driver.now);
    let now = driver.now;
    figures::check(&mut driver, &head, &days, now).await?;
    arena.done(0, driver.base).await;
    Ok(())
}

/// What a person may do follows from what the finding shows.
fn permitted(what: &What, book: Option<&oracle::Book>, now: i64, outcome: &Outcome) -> Done<()> {
    let legal = book.is_some_and(|book| {
        let (open, workflow) = (read::is_open(&book.head.status), book.head.workflow.as_str());
        match what {
            What::Confirm => open && workflow != "confirmed",
            What::Start => open && workflow != "in_progress",
            What::Claim => open && workflow != "fix_claimed",
            What::Reset => open && workflow != "new",
            What::FalsePositive | What::Retired | What::ByHand | What::Duplicate(_) => open,
            What::Accepted(until) => open && accepted_until(*until) > now,
            What::Clear => !open && book.head.status != "fixed",
            What::Team(_) | What::Person(_) | What::Due(_) | What::Comment => true,
        }
    });
    match (legal, outcome, what) {
        // What it would be a duplicate of may be unknown, or lead back to it.
        (true, Outcome::Refused, What::Duplicate(_)) | (true, Outcome::Done, _) | (false, Outcome::Refused, _) => {
            Ok(())
        }
        _ => Err(format!("{what:?} on {:?} gave {outcome:?}", book.map(|b| &b.head))),
    }
}

/// The effect of an import, counted from the heads before and after.
fn changed(effect: &store::ImportEffect, before: &read::Head, after: &read::Head) -> Done<()> {
    let status = |head: &read::Head, key: &String| head.books.get(key).map(|book| book.head.status.clone());
    let mut counted = (0, 0, 0);
    for key in after.books.keys() {
        match (status(before, key).as_deref(), status(after, key).as_deref()) {
            (None, _) => counted.0 += 1,
            (Some("fixed"), Some(now)) if read::is_open(now) => counted.1 += 1,
            (Some(was), Some("fixed")) if read::is_open(was) => counted.2 += 1,
            _ => {}
        }
    }
    same("new, reopened and closed", &(effect.new, effect.reopened, effect.closed), &counted)
}

/// Withdraws in each of two stores the merges and decisions that the other refused or has of another occurrence, for what is
/// legal, and which of two occurrences that are one a decision is written for, depends on the order.
async fn align<'a>(one: &mut Driver<'a>, two: &mut Driver<'a>) -> Done<()> {
    let merged: BTreeSet<usize> = one.merged().intersection(&two.merged()).copied().collect();
    let both: BTreeSet<_> = one.in_force().intersection(&two.in_force()).cloned().collect();
    for driver in [&mut *one, &mut *two] {
        for known in 0..driver.merges.len() {
            if driver.merges[known].in_force && !merged.contains(&driver.merges[known].input) {
                driver.split(known).await?;
            }
        }
        for known in 0..driver.said.len() {
            let Decided { input, at, key, of, in_force, .. } = &driver.said[known];
            if *in_force && !both.contains(&(*input, *at, key.clone(), of.clone())) {
                driver.withdraw(known).await?;
            }
        }
    }
    Ok(())
}

/// Two stores show the same.
async fn alike(one: &mut Driver<'_>, two: &mut Driver<'_>, scene: &Scene) -> Done<()> {
    let now = one.now.max(two.now).max(scene.now * UNIT);
    (one.now, two.now) = (now, now);
    sound(one).await?;
    sound(two).await?;
    same("heads", &read::head(one).await?, &read::head(two).await?)?;
    same("lists", &figures::shown(one, now).await?, &figures::shown(two, now).await?)?;
    same("figures", &figures::all(one, now).await?, &figures::all(two, now).await?)
}

/// Two ways to the same inputs end in the same posture.
pub async fn order_free(arena: &Arena, scene: &Scene, dice: &Dice) -> Done<()> {
    let mut one = driven(arena, scene, dice, 0, None).await?;
    let mut two = driven(arena, scene, dice, 1, None).await?;
    align(&mut one, &mut two).await?;
    alike(&mut one, &mut two, scene).await?;
    arena.done(0, one.base).await;
    arena.done(1, two.base).await;
    Ok(())
}

/// The same bytes again add nothing but the note that they came.
async fn idempotent(arena: &Arena, scene: &Scene, dice: &Dice) -> Done<()> {
    let mut driver = Driver::new(arena.base(0).await, scene, None);
    for (when, input) in schedule(scene, dice, 0, Freedom::Any) {
        driver.toggle(when, input).await?;
        let Input::Scan(scan) = &scene.inputs[input] else { continue };
        let Some(known) = driver.scans.iter().find(|s| s.input == input && s.in_force).map(|s| s.scan) else {
            continue;
        };
        let (before, head) = (driver.traces().await, read::head(&mut driver).await?);
        let staged = driver.stage(input, scan).await?;
        let effect = driver.base.store.import_commit(&staged, Micros(driver.now)).await.map_err(wrong)?;
        if !effect.already_imported || effect.scan != known || (effect.new, effect.reopened, effect.closed) != (0, 0, 0)
        {
            return Err(format!("the same bytes gave {effect:?}"));
        }
        same("rows", &driver.traces().await, &before)?;
        same("heads", &read::head(&mut driver).await?, &head)?;
    }
    sound(&driver).await?;
    arena.done(0, driver.base).await;
    Ok(())
}

/// Withdrawing an input leaves what would be without it, and bringing it back restores what was.
async fn undo(arena: &Arena, scene: &Scene, dice: &Dice, pick: usize) -> Done<()> {
    // Ownership rules are withdrawn by a dated removal, which is another input.
    let kinds = |input: &Input| matches!(input, Input::Scan(_) | Input::Said(_) | Input::Ruled { .. });
    let picks: Vec<usize> = (0..scene.inputs.len()).filter(|i| kinds(&scene.inputs[*i])).collect();
    let Some(pick) = picks.get(pick % picks.len().max(1)).copied() else { return Ok(()) };
    let mut with = driven(arena, scene, dice, 0, None).await?;
    let mut without = driven(arena, scene, dice, 1, Some(pick)).await?;
    let scan = with.scans.iter().any(|s| s.input == pick && s.in_force);
    let lines =
        |head: read::Head| head.books.into_iter().map(|(key, book)| (key, book.lines)).collect::<BTreeMap<_, _>>();
    let (before, said) = (lines(read::head(&mut with).await?), (with.in_force(), with.merged()));
    let ruled = with.ruled.iter().any(|rule| rule.input == pick && rule.in_force);
    if scan || ruled {
        with.toggle(with.now, pick).await?;
    }
    align(&mut with, &mut without).await?;
    alike(&mut with, &mut without, scene).await?;
    // Decisions that are possible only with it were withdrawn and do not come back.
    if scan && (with.in_force(), with.merged()) == said {
        with.toggle(with.now, pick).await?;
        same("books with it again", &lines(read::head(&mut with).await?), &before)?;
        sound(&with).await?;
    }
    arena.done(0, with.base).await;
    arena.done(1, without.base).await;
    Ok(())
}

/// The same rows have the same public ids in every database, and severity and text are no part of them.
async fn identity(arena: &Arena, scene: &Scene) -> Done<()> {
    let mut other = scene.clone();
    for input in &mut other.inputs {
        let Input::Scan(scan) = input else { continue };
        scan.title = 9;
        for row in scan.hosts.iter_mut().flat_map(|h| &mut h.rows) {
            row.severity = model::Severity::from_number(4 - row.severity.number()).unwrap();
        }
    }
    let mut ids = Vec::new();
    for (which, scene) in [scene, &other].into_iter().enumerate() {
        let mut driver = Driver::new(arena.base(which).await, scene, None);
        for input in 0..scene.inputs.len() {
            if matches!(scene.inputs[input], Input::Scan(_)) {
                driver.toggle(14 * UNIT, input).await?;
            }
        }
        let spots: Vec<_> = scene.inputs.iter().flat_map(scene::spots).collect();
        let known: BTreeMap<OccurrenceId, &scene::Spot> = spots.iter().map(|spot| (driver.id(spot), spot)).collect();
        if let Some((id, spot)) = known.iter().find(|(id, spot)| !same_as_in_memory(spot, **id)) {
            return Err(format!("{spot:?} is {id} here"));
        }
        let stored: BTreeSet<OccurrenceId> =
            figures::shown(&driver, driver.now).await?.iter().map(|row| row.id).collect();
        same("occurrences", &stored, &known.into_keys().collect())?;
        ids.push(stored);
        arena.done(which, driver.base).await;
    }
    same("occurrences", &ids[0], &ids[1])
}

/// Scans that cover nothing close nothing, whatever they do not show.
pub async fn coverage(arena: &Arena, scene: &Scene, plant: Option<Plant>) -> Done<()> {
    let mut blind = scene.clone();
    for (i, input) in blind.inputs.iter_mut().enumerate() {
        let Input::Scan(scan) = input else { continue };
        match i % 3 {
            0 => scan.incomplete = true,
            1 => scan.hosts.iter_mut().for_each(|host| host.reached = false),
            _ => scan.dated = false,
        }
    }
    blind.inputs.retain(|input| !matches!(input, Input::Stated { .. }));
    let mut driver = Driver::new(arena.base(0).await, &blind, plant);
    for input in 0..blind.inputs.len() {
        let outcome = driver.toggle((4 + input as i64) * UNIT, input).await?;
        if let Outcome::Imported(effect) = outcome {
            same("closed", &effect.closed, &0)?;
        }
    }
    let closed = read::head(&mut driver).await?.books;
    let closed = closed.values().flat_map(|book| &book.episodes).filter(|episode| episode.2.is_some()).count();
    same("closings", &closed, &0)?;
    arena.done(0, driver.base).await;
    Ok(())
}

tests::on_both! {
    async fn law_oracle(engine: Engine) {
        runner::hold_on(engine, |arena, scene, dice, _| Box::pin(oracle(arena, scene, dice, None))).await;
    }

    async fn law_order_free(engine: Engine) {
        runner::hold_on(engine, |arena, scene, dice, _| Box::pin(order_free(arena, scene, dice))).await;
    }

    async fn law_idempotent(engine: Engine) {
        runner::hold_on(engine, |arena, scene, dice, _| Box::pin(idempotent(arena, scene, dice))).await;
    }

    async fn law_undo(engine: Engine) {
        runner::hold_on(engine, |arena, scene, dice, pick| Box::pin(undo(arena, scene, dice, pick))).await;
    }

    async fn law_identity(engine: Engine) {
        runner::hold_on(engine, |arena, scene, _, _| Box::pin(identity(arena, scene))).await;
    }

    async fn law_coverage(engine: Engine) {
        runner::hold_on(engine, |arena, scene, _, _| Box::pin(coverage(arena, scene, None))).await;
    }
}
