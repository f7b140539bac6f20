//! What is wrong with a filter's text, where, and what was probably meant.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Why a filter was not taken. The words are in `app/locales`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FilterProblem {
    /// More than [`super::MAX_CHARS`] characters.
    TooLong,
    /// More than [`super::MAX_TERMS`] terms.
    TooManyTerms,
    /// More than [`super::MAX_VALUES`] values in one term.
    TooManyValues,
    /// No term has this key.
    UnknownKey,
    /// The key takes other values.
    UnknownValue,
    /// A key without a value, or an empty value between commas.
    EmptyValue,
    /// A quote that nobody closes.
    OpenQuote,
    /// This key cannot be turned by `-`.
    NotNegatable,
    /// This key may stand once, with one value.
    Repeated,
    /// The range ends before it begins.
    EmptyRange,
    /// What had been closed cannot be listed as of a day: the list holds what was open.
    ClosedAsOf,
    /// Only lists of assets know this key.
    OfAssets,
    /// Only lists of findings know this key.
    OfFindings,
}

impl FilterProblem {
    /// The machine word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::TooLong => "too_long",
            Self::TooManyTerms => "too_many_terms",
            Self::TooManyValues => "too_many_values",
            Self::UnknownKey => "unknown_key",
            Self::UnknownValue => "unknown_value",
            Self::EmptyValue => "empty_value",
            Self::OpenQuote => "open_quote",
            Self::NotNegatable => "not_negatable",
            Self::Repeated => "repeated",
            Self::EmptyRange => "empty_range",
            Self::ClosedAsOf => "closed_as_of",
            Self::OfAssets => "of_assets",
            Self::OfFindings => "of_findings",
        }
    }
}

/// The first thing in a filter that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilterError {
    /// What is wrong.
    pub problem: FilterProblem,
    /// Where it begins, counted in characters from 0.
    pub position: usize,
    /// The piece of the text that is to blame.
    pub token: String,
    /// What was probably meant, in the language itself; empty if nothing comes to mind.
    pub suggestion: String,
}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at character {}: {:?}", self.problem.word(), self.position + 1, self.token)?;
        if !self.suggestion.is_empty() {
            write!(f, "; try {}", self.suggestion)?;
        }
        Ok(())
    }
}

impl std::error::Error for FilterError {}

/// The candidate that differs least from `word`, if it differs by no more than a third of its letters, rounded up.
pub(super) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_ascii_lowercase();
    candidates
        .into_iter()
        .map(|candidate| {
            let begins = word.len() >= 2 && (candidate.starts_with(&word) || word.starts_with(candidate));
            (if begins { 1 } else { distance(&word, candidate) }, candidate)
        })
        .filter(|(cost, candidate)| *cost <= candidate.chars().count().div_ceil(3))
        .min_by_key(|(cost, _)| *cost)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's distance over characters, one row at a time.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (j, to) in b.iter().enumerate() {
            let above = row.get(j + 1).copied().unwrap_or(usize::MAX);
            let cost = (diagonal + usize::from(from != *to)).min(left + 1).min(above.saturating_add(1));
            diagonal = above;
            if let Some(cell) = row.get_mut(j) {
                *cell = left;
            }
            left = cost;
        }
        if let Some(last) = row.last_mut() {
            *last = left;
        }
    }
    row.last().copied().unwrap_or(0)
}
