//! What was repaired or unusual while a file was read.

use crate::text;
use model::facts::Remark;
use std::collections::BTreeSet;

/// How many distinct remarks are kept: a file full of oddities needs no list of all of them.
const MAX: usize = 50;

/// How much of a detail is kept, in characters.
const MAX_DETAIL: usize = 120;

/// Remarks, each once, in a stable order.
#[derive(Clone, Debug, Default)]
pub struct Remarks(BTreeSet<(&'static str, String)>);

impl Remarks {
    /// Notes a remark.
    pub fn add(&mut self, code: &'static str, detail: &str) {
        if self.0.len() < MAX {
            self.0.insert((code, text::beginning(detail, MAX_DETAIL).to_owned()));
        }
    }

    /// Adds another's remarks.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// The remarks as facts.
    pub fn into_facts(self) -> Vec<Remark> {
        self.0.into_iter().map(|(code, detail)| Remark { code: code.to_owned(), detail }).collect()
    }
}
