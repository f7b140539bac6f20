//! What the caller decides: limits, the zone of times without one, and what the importer said of the file.

use chrono::NaiveDateTime;
use model::{Mapping, Micros};
use serde::Deserialize;
use std::fmt;

/// How much of a file is read before it is refused. None of them is reached by an honest export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Bytes of the whole file, decompressed and transcoded.
    pub max_bytes: u64,
    /// Bytes of one tag, one text, one JSON string or one record of a table.
    pub max_event: usize,
    /// Nested elements, objects and arrays.
    pub max_depth: usize,
    /// Rows of one file.
    pub max_rows: u64,
    /// Attributes of one element, columns of one table.
    pub max_attributes: usize,
    /// Files in one archive.
    pub max_entries: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_bytes: 2 << 30,
            max_event: 8 << 20,
            max_depth: 256,
            // An asset or a weakness is a 32-bit index into the tables; this stays far below.
            max_rows: 50_000_000,
            max_attributes: 256,
            max_entries: 1000,
        }
    }
}

/// The instant of a local time for which the export gives no zone.
pub type ZoneOffset = Box<dyn Fn(NaiveDateTime) -> Micros + Send>;

/// How a file is to be read.
pub struct Options {
    /// The limits.
    pub limits: Limits,
    /// What a time without a zone means: the source's zone. UTC by default.
    pub zone_offset: ZoneOffset,
    /// Burp and mapped files: the importer said that the file holds all issues of the project.
    pub whole_project: bool,
    /// How the file of any other tool is read, instead of recognizing what it is. One that [`Mapping::validate`] finds
    /// something wrong with reads as far as it goes.
    pub mapping: Option<Mapping>,
    /// The importer said that of a file that ends early the rows before its end are to be read. They open, and nothing closes.
    pub accept_partial: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            zone_offset: Box::new(|local| Micros(local.and_utc().timestamp_micros())),
            whole_project: false,
            mapping: None,
            accept_partial: false,
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("limits", &self.limits)
            .field("whole_project", &self.whole_project)
            .field("mapping", &self.mapping)
            .field("accept_partial", &self.accept_partial)
            .finish_non_exhaustive()
    }
}
