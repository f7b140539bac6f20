//! What is wrong with a mapping, said of the field where a person can mend it.

use super::{BY_HAND, MAPPING_VERSION, MappedField, MappedFormat, Mapping};
use crate::status::worded;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// The most characters of the tool's name.
const MAX_TOOL: usize = 60;
/// The most characters of a column's name, a pointer or a word.
const MAX_NAME: usize = 200;
/// The most words of severity, and the most that mean that there is nothing.
const MAX_WORDS: usize = 100;

/// The part of a mapping that something is wrong with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MappingPart {
    /// The version.
    Version,
    /// The tool's name.
    Tool,
    /// The format.
    Format,
    /// The column of a field.
    Column(MappedField),
    /// The words of severity.
    Severities,
    /// The words that mean that there is nothing.
    NoFinding,
}

impl MappingPart {
    /// The machine word; that of the field, for a column.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Version => "version",
            Self::Tool => "tool",
            Self::Format => "format",
            Self::Column(field) => field.word(),
            Self::Severities => "severities",
            Self::NoFinding => "no_finding",
        }
    }
}

worded! {
    /// What is wrong. The words are in `app/locales`.
    MappingProblem {
        /// The mapping was written by a newer version of the product.
        UnknownVersion = 1 "unknown_version",
        /// Nothing stands where something must.
        Empty = 2 "empty",
        /// More characters or entries than the limit.
        TooLong = 3 "too_long",
        /// A character that cannot stand here: a `/` in the tool's name, or one that does not show.
        BadCharacter = 4 "bad_character",
        /// The field needs a column: neither rule nor title, no asset, or no severity and nothing in its stead.
        Missing = 5 "missing",
        /// Another field has this column already.
        Duplicate = 6 "duplicate",
        /// In JSON, places are pointers and begin with `/`.
        NotAPointer = 7 "not_a_pointer",
        /// The field means nothing without another, which has no column: a line without a path.
        Useless = 8 "useless",
        /// The tool's name is that of findings that people write down.
        Taken = 9 "taken",
    }
}

/// Something wrong with a mapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MappingError {
    /// Where.
    pub part: MappingPart,
    /// What.
    pub problem: MappingProblem,
}

impl fmt::Display for MappingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.part.word(), self.problem)
    }
}

impl std::error::Error for MappingError {}

impl Mapping {
    /// Checks that records can be read with it.
    ///
    /// # Errors
    /// Everything that is wrong, in the order of the parts.
    pub fn validate(&self) -> Result<(), Vec<MappingError>> {
        let mut errors = Vec::new();
        let mut add = |part, problem| errors.push(MappingError { part, problem });
        if self.version != MAPPING_VERSION {
            add(MappingPart::Version, MappingProblem::UnknownVersion);
        }
        if let Some(problem) =
            of_text(&self.tool, MAX_TOOL).or_else(|| of_slash(&self.tool)).or_else(|| of_tool(&self.tool))
        {
            add(MappingPart::Tool, problem);
        }
        if let MappedFormat::Json { records } = &self.format
            && !records.is_empty()
            && let Some(problem) = of_text(records, MAX_NAME).or_else(|| of_pointer(records))
        {
            add(MappingPart::Format, problem);
        }
        for (field, problem) in self.of_columns() {
            add(MappingPart::Column(field), problem);
        }
        for (part, words) in [
            (MappingPart::Severities, self.severities.keys().collect::<Vec<_>>()),
            (MappingPart::NoFinding, self.no_finding.iter().collect()),
        ] {
            if words.len() > MAX_WORDS {
                add(part, MappingProblem::TooLong);
            } else if let Some(problem) = words.iter().find_map(|word| of_text(word, MAX_NAME)) {
                add(part, problem);
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    fn of_columns(&self) -> BTreeMap<MappedField, MappingProblem> {
        let mut problems = BTreeMap::new();
        let has = |field| self.columns.contains_key(&field);
        let mut missing = |present: bool, field| {
            if !present {
                problems.insert(field, MappingProblem::Missing);
            }
        };
        missing(has(MappedField::Rule) || has(MappedField::Title), MappedField::Rule);
        missing(self.columns.keys().any(|field| field.names_asset()), MappedField::Asset);
        let rated = has(MappedField::Severity) || has(MappedField::Cvss) || self.default_severity.is_some();
        missing(rated, MappedField::Severity);
        missing(self.no_finding.is_empty() || has(MappedField::Status), MappedField::Status);

        let json = !matches!(self.format, MappedFormat::Csv { .. });
        let mut taken = Vec::new();
        for (field, column) in &self.columns {
            let problem = of_text(column, MAX_NAME)
                .or_else(|| of_pointer(column).filter(|_| json))
                .or_else(|| taken.contains(&column.trim()).then_some(MappingProblem::Duplicate))
                .or_else(|| field.needs().filter(|needed| !has(*needed)).map(|_| MappingProblem::Useless));
            if let Some(problem) = problem {
                problems.insert(*field, problem);
            }
            taken.push(column.trim());
        }
        problems
    }
}

fn of_text(text: &str, max: usize) -> Option<MappingProblem> {
    if text.trim().is_empty() {
        Some(MappingProblem::Empty)
    } else if text.chars().count() > max {
        Some(MappingProblem::TooLong)
    } else {
        text.chars().any(char::is_control).then_some(MappingProblem::BadCharacter)
    }
}

fn of_tool(tool: &str) -> Option<MappingProblem> {
    tool.trim().eq_ignore_ascii_case(BY_HAND).then_some(MappingProblem::Taken)
}

fn of_slash(tool: &str) -> Option<MappingProblem> {
    tool.contains('/').then_some(MappingProblem::BadCharacter)
}

fn of_pointer(text: &str) -> Option<MappingProblem> {
    (!text.starts_with('/')).then_some(MappingProblem::NotAPointer)
}

#[cfg(test)]
mod tests {
    use super::super::Delimiter;
    use super::*;
    use crate::Severity;

    fn csv(columns: &[(MappedField, &str)]) -> Mapping {
        let columns = columns.iter().map(|(field, name)| (*field, (*name).to_owned())).collect();
        Mapping { columns, ..Mapping::new("Scanner", MappedFormat::Csv { delimiter: Delimiter::Auto }) }
    }

    fn errors(mapping: &Mapping) -> Vec<(&'static str, MappingProblem)> {
        let errors = mapping.validate().err().unwrap_or_default();
        errors.into_iter().map(|error| (error.part.word(), error.problem)).collect()
    }

    const GOOD: [(MappedField, &str); 3] =
        [(MappedField::Title, "Name"), (MappedField::Severity, "Risk"), (MappedField::Asset, "Host")];

    #[test]
    fn what_is_needed_is_named() {
        assert_eq!(errors(&csv(&GOOD)), []);
        let all = [
            ("rule", MappingProblem::Missing),
            ("severity", MappingProblem::Missing),
            ("asset", MappingProblem::Missing),
        ];
        assert_eq!(errors(&csv(&[])), all);
        let rated = Mapping { default_severity: Some(Severity::Low), ..csv(&[GOOD[0], GOOD[2]]) };
        assert_eq!(errors(&rated), []);
        let stateless = Mapping { no_finding: vec!["fixed".to_owned()], ..csv(&GOOD) };
        assert_eq!(errors(&stateless), [("status", MappingProblem::Missing)]);
    }

    #[test]
    fn columns_are_distinct_and_of_use() {
        let mut columns = GOOD.to_vec();
        columns.extend([(MappedField::Fqdn, "Host "), (MappedField::Line, "Line"), (MappedField::Evidence, "")]);
        let wrong = [
            ("fqdn", MappingProblem::Duplicate),
            ("line", MappingProblem::Useless),
            ("evidence", MappingProblem::Empty),
        ];
        assert_eq!(errors(&csv(&columns)), wrong);
    }

    #[test]
    fn names_are_bounded() {
        let long = "x".repeat(MAX_NAME + 1);
        let mut mapping = Mapping { version: 2, tool: "a/b".to_owned(), ..csv(&GOOD) };
        mapping.format = MappedFormat::Json { records: "results".to_owned() };
        mapping.columns.insert(MappedField::Description, long.clone());
        mapping.severities.insert(long, Severity::Low);
        let wrong = [
            ("version", MappingProblem::UnknownVersion),
            ("tool", MappingProblem::BadCharacter),
            ("format", MappingProblem::NotAPointer),
            ("title", MappingProblem::NotAPointer),
            ("severity", MappingProblem::NotAPointer),
            ("asset", MappingProblem::NotAPointer),
            ("description", MappingProblem::TooLong),
            ("severities", MappingProblem::TooLong),
        ];
        assert_eq!(errors(&mapping), wrong);
    }
}
