//! What a store is opened with: keys, the cut of days, and a source of randomness. All come from `service`.

use crate::seal::KeyRing;
use model::{Day, Micros};
use std::sync::Arc;

/// Cuts instants into calendar days of the organisation's zone.
pub trait DayClock: Send + Sync {
    /// The day that contains an instant.
    fn day(&self, at: Micros) -> Day;
}

impl<F: Fn(Micros) -> Day + Send + Sync> DayClock for F {
    fn day(&self, at: Micros) -> Day {
        self(at)
    }
}

/// A source of unpredictable bytes, for nonces.
pub trait Entropy: Send + Sync {
    /// Fills `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}

impl<F: Fn(&mut [u8]) + Send + Sync> Entropy for F {
    fn fill(&self, bytes: &mut [u8]) {
        self(bytes);
    }
}

/// What a store needs besides its database.
#[derive(Clone)]
pub struct Config {
    /// Seals evidence, texts and originals.
    pub keys: Arc<KeyRing>,
    /// Cuts days in the organisation's zone.
    pub days: Arc<dyn DayClock>,
    /// Nonces come from here.
    pub entropy: Arc<dyn Entropy>,
    /// How many findings a step marks as inventory, or no longer as it, by itself; the marks of more follow it.
    pub marks: i64,
}
