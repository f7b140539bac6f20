//! The model's laws as property tests against a second, naive oracle, in memory and on both databases; and the bugs that
//! they must catch.
//!
//! A failing scene is printed whole, and its seed is kept in `laws/proptest-regressions`, which is tried first.

#![expect(clippy::unwrap_used, reason = "test code outside of test functions")]

mod books;
mod border;
mod database;
mod laws;
mod mutants;
mod oracle;
mod runner;
mod scene;
mod world;
