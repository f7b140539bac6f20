//! A mapping: how the table or the JSON of any tool is read, as a person defines it once, with a preview, and saves it under a
//! name. A column, or a place in a JSON record, is given to each field that the product knows.

mod form;
mod severity;
mod validate;

pub use form::{FormFields, column_name, word_names};
pub use severity::{folded, same_word, score_tenths};
pub use validate::{MappingError, MappingPart, MappingProblem};

use crate::Severity;
use crate::status::worded;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// The tool of findings that people write down. No saved mapping may have it.
pub const BY_HAND: &str = "manual";

/// The version of mappings that is written.
pub const MAPPING_VERSION: u8 = 1;

/// How the records of a tool's files become findings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// The version of these rules: [`MAPPING_VERSION`].
    pub version: u8,
    /// The tool's name. It begins every rule (`tool/rule`), so that two tools never share one.
    pub tool: String,
    /// How records stand in the file.
    pub format: MappedFormat,
    /// Where each field comes from: a column's name, or in JSON a pointer (RFC 6901) from the record on.
    pub columns: BTreeMap<MappedField, String>,
    /// The tool's own words of severity, before those that everybody uses.
    #[serde(default)]
    pub severities: BTreeMap<String, Severity>,
    /// What a number means where a severity is expected.
    #[serde(default)]
    pub severity_numbers: SeverityNumbers,
    /// The severity of records that give neither a severity nor a CVSS score. Without it, they are quarantined.
    #[serde(default)]
    pub default_severity: Option<Severity>,
    /// The values of [`MappedField::Status`] that say that there is nothing (any more): `fixed`, `false positive`, …
    #[serde(default)]
    pub no_finding: Vec<String>,
    /// How dates in numbers are written.
    #[serde(default)]
    pub dates: DateOrder,
}

/// How records stand in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum MappedFormat {
    /// A table of text (RFC 4180 and its relatives) with a header; each further line is a record.
    Csv {
        /// What stands between two cells.
        #[serde(default)]
        delimiter: Delimiter,
    },
    /// One JSON document with an array of records.
    Json {
        /// Where the array is, as a JSON pointer such as `/results`; empty if the document is the array.
        #[serde(default)]
        records: String,
    },
    /// A JSON object a line.
    JsonLines {},
}

impl MappedFormat {
    /// What it is called, in any language.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Csv { .. } => "CSV",
            Self::Json { .. } => "JSON",
            Self::JsonLines {} => "JSON Lines",
        }
    }
}

worded! {
    /// What stands between two cells of a table.
    #[derive(Default)]
    Delimiter {
        /// Found by looking at the file.
        #[default]
        Auto = 0 "auto",
        /// `,`
        Comma = 1 "comma",
        /// `;`, where the comma is for decimals, as in Spanish.
        Semicolon = 2 "semicolon",
        /// A tab.
        Tab = 3 "tab",
        /// `|`
        Pipe = 4 "pipe",
    }
}

worded! {
    /// What a number means where a severity is expected.
    #[derive(Default)]
    SeverityNumbers {
        /// 0 for informational to 4 for critical.
        #[default]
        Levels = 1 "levels",
        /// A CVSS score from 0.0 to 10.0.
        Cvss = 2 "cvss",
    }
}

worded! {
    /// How dates in numbers are written. Year first, seconds since 1970 and months in words are understood always.
    #[derive(Default)]
    DateOrder {
        /// The year is first; dates in another order are not believed.
        #[default]
        YearFirst = 1 "year_first",
        /// `31/12/2026`
        DayFirst = 2 "day_first",
        /// `12/31/2026`
        MonthFirst = 3 "month_first",
    }
}

worded! {
    /// What a record can say.
    MappedField {
        /// The id of what the tool checks.
        Rule = 1 "rule",
        /// Its title.
        Title = 2 "title",
        /// How bad it is.
        Severity = 3 "severity",
        /// The asset's name: a host, an application, a repository.
        Asset = 4 "asset",
        /// The URL where it was found.
        Url = 5 "url",
        /// The host's address.
        Ip = 6 "ip",
        /// The host's full name.
        Fqdn = 7 "fqdn",
        /// The path of a source file.
        Path = 8 "path",
        /// The line in it.
        Line = 9 "line",
        /// The parameter of a request.
        Parameter = 10 "parameter",
        /// The method of a request.
        Method = 11 "method",
        /// The port, alone or as `443/tcp`.
        Port = 12 "port",
        /// The port's protocol.
        Protocol = 13 "protocol",
        /// What the tool knows a place in source code by when lines move.
        Fingerprint = 14 "fingerprint",
        /// CWE numbers.
        Cwe = 15 "cwe",
        /// CVE ids.
        Cve = 16 "cve",
        /// CVSS vectors, a score, or both.
        Cvss = 17 "cvss",
        /// OWASP Top 10 categories with their edition.
        Owasp = 18 "owasp",
        /// What it is.
        Description = 19 "description",
        /// What to do.
        Solution = 20 "solution",
        /// Links and literature.
        References = 21 "references",
        /// What the tool saw.
        Evidence = 22 "evidence",
        /// How sure the tool is.
        Confidence = 23 "confidence",
        /// What the tool says has become of it.
        Status = 24 "status",
        /// When the tool saw it.
        SeenAt = 25 "seen_at",
    }
}

impl MappedField {
    /// Whether the field decides what a record is, where, how bad, or whether it counts. A file without the column of such a
    /// field is another file than the mapping was made for; the others are text beside it.
    #[must_use]
    pub fn decides(self) -> bool {
        self <= Self::Fingerprint || self == Self::Status
    }

    /// Whether the field alone can name the asset.
    #[must_use]
    pub fn names_asset(self) -> bool {
        matches!(self, Self::Asset | Self::Url | Self::Ip | Self::Fqdn)
    }

    /// The field without which this one has no meaning: a line needs a path.
    #[must_use]
    pub fn needs(self) -> Option<Self> {
        match self {
            Self::Line | Self::Fingerprint => Some(Self::Path),
            Self::Parameter | Self::Method => Some(Self::Url),
            Self::Protocol => Some(Self::Port),
            _ => None,
        }
    }
}

impl Mapping {
    /// A mapping without columns.
    #[must_use]
    pub fn new(tool: &str, format: MappedFormat) -> Self {
        Self {
            version: MAPPING_VERSION,
            tool: tool.to_owned(),
            format,
            columns: BTreeMap::new(),
            severities: BTreeMap::new(),
            severity_numbers: SeverityNumbers::default(),
            default_severity: None,
            no_finding: Vec::new(),
            dates: DateOrder::default(),
        }
    }

    /// Where a field comes from: the column's name as a person knows it; the field's own word if it is not mapped.
    #[must_use]
    pub fn column_or_word(&self, field: MappedField) -> &str {
        self.columns.get(&field).map_or(field.word(), String::as_str)
    }

    /// Whether a record's status says that there is nothing.
    #[must_use]
    pub fn is_no_finding(&self, status: &str) -> bool {
        self.no_finding.iter().any(|word| same_word(word, status))
    }
}
