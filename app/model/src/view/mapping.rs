//! What a person sees while defining a mapping: the file's columns with a first proposal, and how its records would be read.

use crate::{MappedField, Mapping, Severity};
use serde::{Deserialize, Serialize};

/// What a file's first bytes suggest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// The columns of a table in its order; the places in JSON records by name.
    pub columns: Vec<Column>,
    /// The proposal: the format as it was found, and the columns whose names or values say what they are. Its tool has no name.
    pub mapping: Mapping,
    /// How far the proposal goes.
    pub confidence: Confidence,
}

/// A column of a table, or a place in JSON records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its name, as a mapping has it.
    pub name: String,
    /// The first values that differ, cut to a line's length.
    pub samples: Vec<String>,
    /// The field that is proposed for it.
    pub field: Option<MappedField>,
}

/// How far a proposal goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Something that a mapping needs was not found: rule or title, severity, or asset.
    Low,
    /// Records can be read; identity rests on their titles, because no column looks like a rule.
    Medium,
    /// Rule, severity and asset have a column.
    High,
}

/// One of the file's first records, as it would be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewRow {
    /// The line on which the record begins, from 1. A JSON document: unknown.
    pub line: Option<u64>,
    /// What becomes of it.
    pub outcome: PreviewOutcome,
}

/// What becomes of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PreviewOutcome {
    /// A sighting.
    Sighting {
        /// The rule, with the tool before it.
        rule: String,
        /// The title.
        title: String,
        /// The severity.
        severity: Severity,
        /// The asset's name.
        asset: String,
        /// The place on the asset in one line; empty for the asset as a whole.
        place: String,
    },
    /// It says that there is nothing.
    NoFinding {
        /// The status that says so.
        status: String,
    },
    /// It cannot be understood.
    Quarantined {
        /// Why: the word of the quarantine.
        reason: String,
        /// The column or value in question.
        detail: String,
    },
}
