//! Runs of scanners, driven by the real service over a scanner that lives in memory: every state is a place to die at.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

mod chaos;
mod command;
mod fake;
mod health;
mod kill;
mod life;
mod office;
mod pages;
mod pulled;
mod real;
mod replicas;
mod rig;
mod tenable;
mod told;
