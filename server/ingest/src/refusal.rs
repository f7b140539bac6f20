//! Why a file is not read: one stable word, where, and what was found there.

use crate::text;
use std::fmt;

/// How much of a file's own words a refusal repeats, in characters.
const MAX_DETAIL: usize = 200;

/// The reasons for refusing a file. The words are stable; what people read for them is in `app/locales`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RefusalCode {
    /// The file has no bytes, or only white space.
    Empty,
    /// It is not an export of any scanner that is known.
    NotAScan,
    /// It is a scanner's or another tool's format that is recognized but not read; the detail names it.
    UnsupportedFormat,
    /// A `.nessus` file that holds a policy and no report.
    NessusPolicy,
    /// The file ends before its last element, value, quote or record is closed; the detail names what is open.
    Truncated,
    /// It breaks the rules of XML or JSON.
    Malformed,
    /// The encoding is unknown, or cannot be turned into Unicode.
    Encoding,
    /// A DOCTYPE declares an entity.
    EntityDeclared,
    /// A DOCTYPE refers to an external DTD.
    ExternalDtd,
    /// Elements or values are nested deeper than the limit.
    TooDeep,
    /// One element, text, value or record is larger than the limit.
    EventTooLarge,
    /// The whole file is larger than the limit.
    TooLarge,
    /// It decompresses to far more than an export would.
    TooDense,
    /// The file has more rows than the limit.
    TooManyRows,
    /// One element has more attributes, or a table more columns, than the limit.
    TooManyAttributes,
    /// The archive holds more files than the limit.
    TooManyEntries,
    /// The bytes could not be read; the detail says what the reader said.
    Unreadable,
    /// The receiver of the rows asked to stop.
    Stopped,
}

impl RefusalCode {
    /// Every code.
    pub const ALL: [Self; 18] = [
        Self::Empty,
        Self::NotAScan,
        Self::UnsupportedFormat,
        Self::NessusPolicy,
        Self::Truncated,
        Self::Malformed,
        Self::Encoding,
        Self::EntityDeclared,
        Self::ExternalDtd,
        Self::TooDeep,
        Self::EventTooLarge,
        Self::TooLarge,
        Self::TooDense,
        Self::TooManyRows,
        Self::TooManyAttributes,
        Self::TooManyEntries,
        Self::Unreadable,
        Self::Stopped,
    ];

    /// The stable word, as the API, the CLI and the locales use it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::NotAScan => "not_a_scan",
            Self::UnsupportedFormat => "unsupported_format",
            Self::NessusPolicy => "nessus_policy",
            Self::Truncated => "truncated",
            Self::Malformed => "malformed",
            Self::Encoding => "encoding",
            Self::EntityDeclared => "entity_declared",
            Self::ExternalDtd => "external_dtd",
            Self::TooDeep => "too_deep",
            Self::EventTooLarge => "event_too_large",
            Self::TooLarge => "too_large",
            Self::TooDense => "too_dense",
            Self::TooManyRows => "too_many_rows",
            Self::TooManyAttributes => "too_many_attributes",
            Self::TooManyEntries => "too_many_entries",
            Self::Unreadable => "unreadable",
            Self::Stopped => "stopped",
        }
    }
}

impl fmt::Display for RefusalCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A file that is not read, and why. Rows that were handed over before it must be dropped.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Refusal {
    /// The reason.
    pub code: RefusalCode,
    /// The line, from 1, where it was noticed.
    pub line: Option<u64>,
    /// The byte, from 0, where it was noticed. In a file that is not UTF-8: of its UTF-8 form.
    pub offset: Option<u64>,
    /// A parameter for the sentence that people read: a format's name, an element, a limit. May be empty.
    pub detail: String,
}

impl Refusal {
    /// A refusal of the file as a whole. A detail that is too long to be read is cut.
    #[must_use]
    pub fn new(code: RefusalCode, detail: impl Into<String>) -> Self {
        let mut detail = detail.into();
        detail.truncate(text::beginning(&detail, MAX_DETAIL).len());
        Self { code, line: None, offset: None, detail }
    }

    /// The same refusal with the place where it was noticed.
    #[must_use]
    pub fn at(self, line: u64, offset: u64) -> Self {
        Self { line: Some(line), offset: Some(offset), ..self }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code.word())?;
        match (self.line, self.offset) {
            (Some(line), Some(offset)) => write!(f, " at line {line} (byte {offset})")?,
            (Some(line), None) => write!(f, " at line {line}")?,
            (None, Some(offset)) => write!(f, " at byte {offset}")?,
            (None, None) => {}
        }
        if self.detail.is_empty() { Ok(()) } else { write!(f, ": {}", self.detail) }
    }
}
