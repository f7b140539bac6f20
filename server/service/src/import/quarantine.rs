//! Rows that could not be read, as they are kept: sealed, with where they stood and what they were.

use ingest::Quarantined;
use serde::{Deserialize, Serialize};

/// A row in quarantine.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct QuarantinedRow {
    /// The line, from 1, if known.
    pub line: Option<u64>,
    /// The byte, from 0, if known.
    pub offset: Option<u64>,
    /// Why: the reason's word.
    pub reason: String,
    /// The field or value in question.
    pub detail: String,
    /// The row as it stood in the file, where that is text.
    #[serde(default)]
    pub raw: String,
    /// The row's bytes in hexadecimal, where they are not.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub raw_hex: String,
}

impl QuarantinedRow {
    /// The row as it is kept.
    pub fn of(row: Quarantined) -> Self {
        let (raw, raw_hex) = match String::from_utf8(row.raw) {
            Ok(text) => (text, String::new()),
            Err(error) => (String::new(), crate::request::hex(error.as_bytes())),
        };
        let reason = row.reason.word().to_owned();
        Self { line: row.line, offset: row.offset, reason, detail: row.detail, raw, raw_hex }
    }
}
