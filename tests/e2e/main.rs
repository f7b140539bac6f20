//! The program in a real browser: the whole way from the set-up link to assigned findings, the same without scripts, and every
//! page of the router looked at in both languages, both themes and two widths.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code outside of test functions")]

mod base64;
mod flow;
mod pages;
mod plain;
mod views;
