//! Bytes → records: what a scanner's export says, as rows and the tables they point into.
//!
//! One bounded reader each for XML, JSON and tables of text, one module per export format, recognized by content.
//! Synchronous; no database, no clock, no network. A row that cannot be understood is quarantined and the rest is read; a file that cannot
//! be trusted as a whole (truncated, hostile, not a scan) is refused with a code, a place and a detail.
//!
//! **Invariant:** rows in the file = sightings + quarantined + *no finding*.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod bounded;
mod burp;
mod format;
mod nessus;
mod options;
mod origin;
mod records;
mod refusal;
mod remarks;
mod sniff;
mod tables;
mod text;
mod time;
mod zap;

pub use bounded::archive::{Archive, is_archive};
pub use bounded::container::{Unwrapped, unwrapped};
pub use format::{ExportFormat, FORMATS, HEAD, Head, Recognized, parse, recognize};
pub use options::{Limits, Options, ZoneOffset};
pub use records::{Parsed, ParsedAsset, QuarantineReason, Quarantined, Sink};
pub use refusal::{Refusal, RefusalCode};
