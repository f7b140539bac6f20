//! The formats as a whole, over the project's own fixtures.

#![expect(clippy::panic, reason = "a test that cannot go on fails")]

mod burp;
mod burp_reports;
mod hostile;
mod nessus;
mod support;
mod truncation;
mod zap;
