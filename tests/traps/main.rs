//! The traps into which the field's tools fell, each set up through the real import: files as scanners write them, the real
//! service, both databases.
//!
//! What another test proves already is not proved again here:
//!
//! - every number of every page equals the rows behind it: `api/numbers.rs`;
//! - every period reconciles for every filter and team: `laws/books.rs`, `laws/database/figures.rs`;
//! - the same bytes, and any order, on random histories: `laws`;
//! - every other way in which coverage is missing: `server/posture/tests/traps`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

mod files;
mod grain;
mod office;
mod owners;
mod published;
mod reimport;
mod retest;
mod series;
mod ticks;
