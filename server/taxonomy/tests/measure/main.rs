//! How much of real exports the mapping covers, and how right it is: over the exports beside the project
//! (`../shared/exports`, where they are at hand), against ZAP's own tags, and against plugins of Nessus labelled by hand.
//!
//! `cargo test -p taxonomy --test measure -- --nocapture` prints the figures; with `UPDATE_MEASURE=1` it writes the lists of
//! what is left anew, keeping each judgement that is there.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

mod corpus;
mod coverage;
mod labelled;
mod list;
mod tags;
