//! The heart: posture as a pure function of its inputs.
//!
//! Identity ([`identity`]), what a scan proves absent ([`coverage`]), the projection of an occurrence from the facts and
//! decisions in force ([`projection`]), the ledger as the difference of projections ([`ledger`]) and the evaluation of
//! every metric ([`metrics`], [`tested`]). No I/O, no clock, no randomness; the same inputs give the same answer in any order.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod correlation;
pub mod coverage;
pub mod decision;
pub mod history;
pub mod identity;
pub mod ledger;
pub mod measures;
pub mod metrics;
pub mod newest;
pub mod projection;
mod state;
pub mod survival;
pub mod tested;
mod timeline;

pub use decision::{Decision, DecisionKind, OccurrenceFacts, VerdictGiven};
pub use history::{AssetHistory, ClosingPolicy, EvidenceRef, Indexed, NewestScan, Observation, OwnerChange, Sighting};
pub use ledger::{Line, delta, net};
pub use model::status::{NoEffect, NotRetested};
pub use projection::{Closed, Episode, Head, Projection, project};
