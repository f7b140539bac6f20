//! The formats as a whole, over the project's own fixtures.

#![expect(clippy::panic, reason = "a test that cannot go on fails")]

mod burp;
mod burp_json;
mod burp_reports;
mod fields;
mod hostile;
mod mapped;
mod mapped_preview;
mod mapped_suggest;
mod nessus;
mod nessus_api;
mod nessus_csv;
mod nessus_v1;
mod sarif;
mod support;
mod truncation;
mod zap;
