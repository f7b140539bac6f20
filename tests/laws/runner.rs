//! How many scenes are tried, and where the seeds of failures are kept.

use proptest::prelude::*;
use proptest::test_runner::{Config, FileFailurePersistence, RngSeed};

/// The seed that runs unless another is asked for: a red run is then the doing of the change it ran on.
const SEED: u64 = 20_211_001;

/// Where random scenes begin: `POSTURA_LAWS_SEED`, a number, or `random` to look where nobody has looked.
fn seed() -> RngSeed {
    match std::env::var("POSTURA_LAWS_SEED") {
        Ok(text) if text == "random" => RngSeed::Random,
        Ok(text) => RngSeed::Fixed(text.parse().expect("POSTURA_LAWS_SEED is a number or `random`")),
        Err(_) => RngSeed::Fixed(SEED),
    }
}

/// The cases of a law: `POSTURA_LAWS_CASES`, else as many as take a few seconds.
pub fn config(cases: u32) -> Config {
    config_in(cases, concat!(env!("CARGO_MANIFEST_DIR"), "/laws/proptest-regressions/laws.txt"))
}

/// The same with another file for the seeds of failures.
pub fn config_in(cases: u32, seeds: &'static str) -> Config {
    let asked = std::env::var("POSTURA_LAWS_CASES").ok().and_then(|text| text.parse().ok());
    Config {
        cases: asked.unwrap_or(cases),
        max_shrink_iters: 2_000,
        rng_seed: seed(),
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(seeds))),
        ..Config::default()
    }
}

/// A script's dice: what is in force at the end, what is undone and redone on the way, and in which order.
#[derive(Clone)]
pub struct Dice {
    pub ends: Vec<bool>,
    pub pairs: Vec<bool>,
    pub orders: [Vec<u16>; 2],
}

/// On few lines, for a failing scene is read by people.
impl std::fmt::Debug for Dice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { ends, pairs, orders } = self;
        f.write_str(&format!("Dice {{ ends: {ends:?}, pairs: {pairs:?}, orders: {orders:?} }}"))
    }
}

/// Dice for scenes of up to 32 inputs.
pub fn dice() -> impl Strategy<Value = Dice> {
    let order = || prop::collection::vec(any::<u16>(), 96);
    let flags = |weight| prop::collection::vec(prop::bool::weighted(weight), 32);
    (flags(0.9), flags(0.2), order(), order()).prop_map(|(ends, pairs, one, two)| Dice {
        ends,
        pairs,
        orders: [one, two],
    })
}

impl Dice {
    /// One of the two scripts for a scene; the second never undoes what the first does, but ends the same.
    pub fn script(&self, which: usize, inputs: usize) -> Vec<usize> {
        let pairs: Vec<bool> = self.pairs.iter().map(|pair| *pair && which == 0).collect();
        crate::scene::script(&self.ends[..inputs], &pairs[..inputs], &self.orders[which])
    }
}
