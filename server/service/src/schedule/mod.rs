//! When scans run, as pure functions of a schedule and an instant: due times in a zone, what becomes of those that were
//! missed, jitter, blackout windows.
//!
//! A schedule follows the clock on the wall of its zone. A local time that the change of clocks skips is due at the moment to
//! which they jump; one that comes twice is due the first time. So a daily schedule is due exactly once each day.

mod cadence;
mod plan;
mod windows;

pub use cadence::{Cadence, CadenceError};
pub use plan::{Due, Plan, plan};
pub use windows::Windows;
