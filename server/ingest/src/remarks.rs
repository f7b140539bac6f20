//! What was repaired or unusual while a file was read.

use model::facts::Remark;
use std::collections::{BTreeMap, BTreeSet};

/// How many distinct remarks, and how many names under one code, are kept: a file full of oddities needs no list of all of them.
const MAX: usize = 50;

/// How much of a detail is kept, in characters.
const MAX_DETAIL: usize = 120;

/// What stands for the names that are too many.
const OTHERS: &str = "…";

/// Remarks, each once, in a stable order.
#[derive(Clone, Debug, Default)]
pub struct Remarks {
    noted: BTreeSet<(&'static str, String)>,
    counted: BTreeMap<&'static str, BTreeMap<String, u64>>,
}

impl Remarks {
    /// Notes a remark.
    pub fn add(&mut self, code: &'static str, detail: &str) {
        if self.noted.len() < MAX {
            self.noted.insert((code, cut(detail)));
        }
    }

    /// Notes a remark whose detail is how often each name occurs.
    pub fn count(&mut self, code: &'static str, name: &str) {
        let names = self.counted.entry(code).or_default();
        if let Some(times) = names.get_mut(name) {
            *times += 1;
            return;
        }
        let name = if names.len() < MAX { cut(name) } else { OTHERS.to_owned() };
        *names.entry(name).or_default() += 1;
    }

    /// Adds another's remarks.
    pub fn extend(&mut self, other: Self) {
        self.noted.extend(other.noted);
        for (code, names) in other.counted {
            let known = self.counted.entry(code).or_default();
            for (name, times) in names {
                *known.entry(name).or_default() += times;
            }
        }
    }

    /// The remarks as facts.
    pub fn into_facts(self) -> Vec<Remark> {
        let counted = self
            .counted
            .into_iter()
            .flat_map(|(code, names)| names.into_iter().map(move |(name, times)| (code, format!("{name} ×{times}"))));
        let all: BTreeSet<_> = self.noted.into_iter().chain(counted).collect();
        all.into_iter().map(|(code, detail)| Remark { code: code.to_owned(), detail }).collect()
    }
}

fn cut(detail: &str) -> String {
    detail.chars().take(MAX_DETAIL).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_counted_up_to_a_bound() {
        let mut remarks = Remarks::default();
        for name in (0..60).map(|number| format!("e{number:02}")) {
            remarks.count("unknown_element", &name);
            remarks.count("unknown_element", &name);
        }
        let facts = remarks.into_facts();
        assert_eq!((facts.len(), facts[0].detail.as_str()), (MAX + 1, "e00 ×2"));
        assert_eq!(facts[MAX].detail, "… ×20");
    }
}
