//! Runs a law on scenes, each in a fresh database.

use super::arena::Arena;
use crate::runner::{Dice, config_in, dice};
use crate::scene::{Scene, scene};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestError, TestRng, TestRunner};
use std::pin::Pin;
use tests::support::Engine;

/// Scenes a law and engine, unless `POSTURA_LAWS_CASES` says otherwise.
const CASES: u32 = 25;

/// A law at work.
pub type Holds<'x> = Pin<Box<dyn Future<Output = Result<(), String>> + 'x>>;

/// Tries a law on random scenes.
///
/// # Panics
/// A scene breaks it: it is printed as small as it could be made, and its seed is kept and tried first from then on.
pub async fn hold_on(engine: Engine, law: impl for<'x> Fn(&'x Arena, &'x Scene, &'x Dice, usize) -> Holds<'x>) {
    let config = Config {
        max_shrink_iters: 150,
        ..config_in(CASES, concat!(env!("CARGO_MANIFEST_DIR"), "/laws/proptest-regressions/database.txt"))
    };
    let tried = run(engine, TestRunner::new(config), law).await;
    assert!(tried.is_ok(), "{engine:?}: {}", tried.unwrap_err());
}

/// Tries a law on scenes from a fixed seed; true if one of the first breaks it.
pub async fn breaks_on(
    engine: Engine,
    cases: u32,
    law: impl for<'x> Fn(&'x Arena, &'x Scene, &'x Dice, usize) -> Holds<'x>,
) -> bool {
    let config = Config { cases, max_shrink_iters: 0, failure_persistence: None, ..Config::default() };
    let rng = TestRng::deterministic_rng(config.rng_algorithm);
    let tried = run(engine, TestRunner::new_with_rng(config, rng), law).await;
    tried.is_err_and(|error| matches!(*error, TestError::Fail(..)))
}

async fn run(
    engine: Engine,
    mut runner: TestRunner,
    law: impl for<'x> Fn(&'x Arena, &'x Scene, &'x Dice, usize) -> Holds<'x>,
) -> Result<(), Box<TestError<(Scene, Dice, usize)>>> {
    let arena = Arena::new(engine).await;
    let runtime = tokio::runtime::Handle::current();
    tokio::task::block_in_place(|| {
        let tried = runner.run(&(scene(), dice(), any::<usize>()), |(scene, dice, pick)| {
            runtime.block_on(law(&arena, &scene, &dice, pick)).map_err(TestCaseError::fail)
        });
        tried.map_err(Box::new)
    })
}
