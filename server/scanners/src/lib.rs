//! Scanners that are driven: what can they do, start one, follow it, fetch its result.
//!
//! One [`Connector`] a kind of scanner, all behind one trait; [`connect`] makes one out of a [`Config`]. A connector keeps nothing
//! between two calls: what it must know again is in the [`Remote`] that it hands out, which the caller stores **before** it asks
//! again, so that a restart goes on where it was and starts nothing twice.
//!
//! [`http`] is the one door to the outside: addresses are judged before they are connected to, certificates are verified, redirects
//! are not followed, bodies are bounded.
//!
//! No clock and no randomness: instants and a run's key are parameters. Pauses between polls are measured by the executor's timer.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod burp;
mod command;
mod config;
mod connector;
mod export;
mod fault;
mod folder;
pub mod http;
mod local;
mod nessus;
mod order;
mod progress;
mod remote;
mod zap;

pub use command::{CommandOutput, CommandRule, Processes};
pub use config::{Config, MAX_SETTING, Secret, Settings, Trust, connect};
pub use connector::{Connector, Found, Nature, PastRun, RemoteScan};
pub use export::{Coverage, Exported, Output, RanRule};
pub use fault::Fault;
pub use local::Surroundings;
pub use order::{Login, Order, RunKey};
pub use progress::{Halt, Line, Probe, Progress};
pub use remote::Remote;
