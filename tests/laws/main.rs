//! The model's laws as property tests against a second, naive oracle, in memory and on both databases; and the bugs that
//! they must catch.
//!
//! A failing scene is printed whole, and its seed is kept in `laws/proptest-regressions`, which is tried first.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

mod books;
mod border;
mod database;
mod kinds;
mod laws;
mod mutants;
mod oracle;
mod runner;
mod scene;
mod world;
