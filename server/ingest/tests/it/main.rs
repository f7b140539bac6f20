//! The formats as a whole, over the project's own fixtures.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod attacks;
mod blowup;
mod burp;
mod documents;
mod endless;
mod fuzzed;
mod hostile;
mod injection;
mod nessus;
mod support;
mod truncation;
mod zap;
