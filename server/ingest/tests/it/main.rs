//! The formats as a whole, over the project's own fixtures.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod attacks;
mod blowup;
mod burp;
mod burp_json;
mod burp_reports;
mod documents;
mod endless;
mod feeds;
mod fields;
mod fuzzed;
mod hostile;
mod injection;
mod mapped;
mod mapped_preview;
mod mapped_suggest;
mod nessus;
mod nessus_api;
mod nessus_csv;
mod nessus_export;
mod nessus_v1;
mod nmap;
mod sarif;
mod support;
mod truncation;
mod wapiti;
mod zap;
