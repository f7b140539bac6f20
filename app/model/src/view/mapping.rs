//! What a person sees of mappings: those that are saved, and while defining one the file's columns with a first proposal, and
//! how its records would be read.

use super::Stamp;
use super::scans::RefusalView;
use crate::mapping::MappingError;
use crate::{MappedField, Mapping, Severity};
use serde::{Deserialize, Serialize};

/// The page of mappings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MappingsPage {
    /// Those that are saved, by name.
    pub mappings: Vec<MappingRow>,
    /// The one that the viewer is defining.
    pub draft: Option<DraftRow>,
}

/// A saved mapping in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MappingRow {
    /// Its name.
    pub name: String,
    /// The tool whose files it reads.
    pub tool: String,
    /// How records stand in them: `CSV`, `JSON` or `JSON Lines`.
    pub format: String,
    /// How many fields come from a column.
    pub fields: i64,
    /// Who saved it last; none for the local operator.
    pub by: Option<String>,
    /// When.
    pub at: Stamp,
}

/// What a viewer has begun and not saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftRow {
    /// The name that it is to have; empty if nobody has said.
    pub name: String,
    /// The sample's file name; empty without a sample.
    pub file: String,
    /// When it was last touched.
    pub at: Stamp,
}

/// A mapping while a person defines it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftPage {
    /// The name that it is to have; empty if nobody has said.
    pub name: String,
    /// What it says so far.
    pub mapping: Mapping,
    /// What is wrong with it.
    pub problems: Vec<MappingError>,
    /// The sample's file name; empty without a sample.
    pub file: String,
    /// The sample's columns.
    pub columns: Vec<Column>,
    /// The values of the column of severity, and the mapping's own words.
    pub severities: Vec<SeverityWord>,
    /// How the sample would be read. None without a sample, or while columns are missing.
    pub preview: Option<PreviewView>,
}

/// A word in the column of severity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeverityWord {
    /// The word.
    pub word: String,
    /// What the mapping says that it means.
    pub own: Option<Severity>,
    /// What it means if the mapping says nothing.
    pub usual: Option<Severity>,
}

/// How a sample would be read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewView {
    /// Records that are findings.
    pub findings: i64,
    /// Records that say that there is nothing.
    pub nothing: i64,
    /// Records that cannot be read.
    pub quarantined: i64,
    /// The first records, and of those that cannot be read some more.
    pub rows: Vec<PreviewRow>,
    /// Why the file, as far as it is known, would be refused.
    pub refusal: Option<RefusalView>,
    /// Whether the file goes on behind its sample.
    pub goes_on: bool,
}

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
