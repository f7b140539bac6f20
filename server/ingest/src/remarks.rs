//! What was repaired or unusual while a file was read.

use crate::text;
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

    /// Notes how many bytes were not valid in the file's encoding, if any.
    pub fn bytes_replaced(&mut self, count: u64) {
        if count > 0 {
            self.add("bytes_replaced", &count.to_string());
        }
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
    text::beginning(detail, MAX_DETAIL).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::facts::REMARKS;
    use std::path::Path;

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

    /// The codes that the sources in a folder and below give to a remark.
    fn codes_in(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                codes_in(&path, found);
                continue;
            }
            let source: String = std::fs::read_to_string(&path).unwrap().split_whitespace().collect();
            for call in ["remarks.add(\"", "remarks.count(\"", "self.add(\"", "doubt(\"", "Remark{code:\""] {
                let codes = source.split(call).skip(1).filter_map(|rest| rest.split('"').next());
                found.extend(codes.map(str::to_owned));
            }
            // Codes that have names.
            for name in ["constKEPT_", "constUNKNOWN"] {
                let declared =
                    source.split(name).skip(1).filter_map(|rest| rest.split(';').next()?.split_once(":&str=\""));
                let texts = declared.map(|(_, code)| code.trim_end_matches('"'));
                found.extend(texts.map(str::to_owned));
            }
        }
    }

    #[test]
    fn every_code_that_is_used_is_listed() {
        let mut found = BTreeSet::new();
        codes_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
        assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), REMARKS);
    }
}
