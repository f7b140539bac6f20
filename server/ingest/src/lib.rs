//! Bytes → records: what a scanner's export says, as rows and the tables they point into.
//!
//! One bounded reader each for XML, HTML, JSON and tables of text, one module per export format, recognized by content; and files
//! of any other tool by a mapping. Synchronous; no database, no clock, no network. A row that cannot be understood is quarantined
//! and the rest is read; a file that cannot be trusted as a whole (truncated, hostile, not a scan) is refused with a code, a place
//! and a detail.
//!
//! **Invariant:** rows in the file = sightings + quarantined + *no finding*.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod base64;
mod bounded;
mod burp;
pub mod feeds;
mod fields;
mod format;
mod glance;
mod html;
mod inventory;
mod mapped;
mod nessus;
mod nmap;
mod options;
mod origin;
mod records;
mod refusal;
mod remarks;
mod sarif;
mod score;
mod sniff;
mod tables;
mod text;
mod time;
mod wapiti;
mod zap;

/// The version of the readers together: raised whenever one of them takes more out of a file than before, or places it better,
/// so that what older ones read can be read again.
pub const READER: u32 = 3;

pub use bounded::archive::{Archive, is_archive};
pub use bounded::container::{Unwrapped, unwrapped};
pub use bounded::refusal_of;
pub use format::{ExportFormat, FORMATS, HEAD, Head, Recognized, parse, recognize};
pub use glance::{Glance, glance, head_inside};
pub use inventory::{
    Inventory, InventoryFlaw, InventoryRow, MAX_INVENTORY, MAX_INVENTORY_ROWS, Subject, read_inventory,
};
pub use mapped::{Preview, columns, preview, suggest};
pub use options::{Limits, Options, ZoneOffset};
pub use records::{Parsed, ParsedAsset, QuarantineReason, Quarantined, Sink};
pub use refusal::{Refusal, RefusalCode};
