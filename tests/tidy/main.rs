//! The invariants of the architecture, as tests that read the tree.
//!
//! Each says what to do in its message. Checked-in lists (`*.txt` here) are written anew with `POSTURA_TIDY_WRITE=1`, and
//! reviewed like code.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod advisories;
mod asvs;
mod graph;
mod layers;
mod sources;
mod tree;
