//! The program in a real browser: the whole way from the set-up link to assigned findings, the same without scripts, and every
//! page of the router looked at in both languages, both themes and two widths.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

mod base64;
mod flow;
mod pages;
mod payloads;
mod plain;
mod scans;
mod views;
