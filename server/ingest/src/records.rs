//! What a parser hands over: rows while it reads, the tables they point into at the end.

use model::facts::{AssetFacts, ObservationFacts, Row, ScanFacts, WeaknessFacts};
use std::ops::ControlFlow;

/// Receives rows while the file is read. Nothing counts until [`crate::parse`] has returned `Ok`: a file may turn out to be
/// truncated at its last byte.
pub trait Sink {
    /// Takes a sighting.
    fn row(&mut self, row: Row) -> ControlFlow<()>;

    /// Takes a row that could not be read. The others are read all the same.
    fn quarantined(&mut self, quarantined: Quarantined) -> ControlFlow<()>;

    /// Hears from time to time how many bytes (decompressed) have been read.
    fn progress(&mut self, _bytes: u64) {}
}

/// A row that could not be understood, kept for a person to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quarantined {
    /// The line, from 1, near the row's end; in a table, where the row begins. JSON: unknown.
    pub line: Option<u64>,
    /// The byte, from 0, near the row's end; in a table, where the row begins. JSON: unknown.
    pub offset: Option<u64>,
    /// Why: a stable word.
    pub reason: QuarantineReason,
    /// The field or value in question.
    pub detail: String,
    /// The row as it stands in the file, cut at [`Quarantined::MAX_RAW`] bytes.
    pub raw: Vec<u8>,
}

impl Quarantined {
    /// How much of a row is kept.
    pub const MAX_RAW: usize = 4096;
}

/// Why a row could not be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum QuarantineReason {
    /// The scanner's rule is not named.
    RuleMissing,
    /// A field is missing without which the row has no place or severity; the detail names it.
    FieldMissing,
    /// A field has a value that cannot be; the detail names it.
    FieldInvalid,
}

impl QuarantineReason {
    /// Every reason.
    pub const ALL: [Self; 3] = [Self::RuleMissing, Self::FieldMissing, Self::FieldInvalid];

    /// The stable word, as the API and the locales use it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::RuleMissing => "rule_missing",
            Self::FieldMissing => "field_missing",
            Self::FieldInvalid => "field_invalid",
        }
    }
}

/// What is known once the whole file has been read.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The scan.
    pub scan: ScanFacts,
    /// The assets that [`Row::asset`] counts into. An asset may have no row.
    pub assets: Vec<ParsedAsset>,
    /// The weaknesses that [`Row::weakness`] counts into. One may have no row: its rows were all *no finding*.
    pub weaknesses: Vec<WeaknessFacts>,
    /// Rows in the file: sightings, quarantined and *no finding* together.
    pub rows: u64,
    /// Rows that say that there is nothing: compliance PASSED, ERROR and WARNING, and the scanner's own false positives.
    pub no_finding: u64,
    /// Rows that were quarantined.
    pub quarantined: u64,
}

impl Parsed {
    /// The rows that were handed over as sightings.
    #[must_use]
    pub fn sightings(&self) -> u64 {
        self.rows - self.no_finding - self.quarantined
    }
}

/// An asset, and how this scan observed it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParsedAsset {
    /// Who it is.
    pub facts: AssetFacts,
    /// How it was observed.
    pub observation: ObservationFacts,
    /// Compliance checks that ran on this asset and found nothing, as sorted indices into the weaknesses: covered and absent.
    /// A compliance check (its rule has a `/`) that is neither here nor among the rows was not covered, whatever the plugin
    /// set says: the same plugin runs every check of every audit file.
    pub passed: Vec<u32>,
}
