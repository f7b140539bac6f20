//! What was repaired or unusual while a file was read.

use model::facts::Remark;
use std::collections::BTreeSet;

/// The code of every remark, sorted. What people read for them is in `app/locales`.
pub const REMARKS: &[&str] = &[
    "ampersand_kept_literally",
    "answer_with_errors",
    "base64_kept_literally",
    "blank_rows",
    "bytes_replaced",
    "checks_without_id",
    "column_missing",
    "count_differs",
    "declaration_not_first",
    "entity_kept_literally",
    "insertion_points_not_told",
    "last_row_may_be_cut",
    "may_be_a_part",
    "part_of_a_scan",
    "properties_outside",
    "read_in_part",
    "results_missing",
    "row_without_texts",
    "rows_fixed",
    "rule_from_title",
    "scan_not_finished",
    "several_repositories",
    "several_tools",
    "table_closes_nothing",
    "table_without_ports",
    "time_not_understood",
    "tool_failed",
    "tool_reported_errors",
    "unknown_column",
    "unread_closes_nothing",
];

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
            self.0.insert((code, detail.chars().take(MAX_DETAIL).collect()));
        }
    }

    /// Notes how many bytes were not valid in the file's encoding, if any.
    pub fn bytes_replaced(&mut self, count: u64) {
        if count > 0 {
            self.add("bytes_replaced", &count.to_string());
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    /// The codes that the sources in a folder and below give to a remark.
    fn codes_in(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                codes_in(&path, found);
                continue;
            }
            let source: String = std::fs::read_to_string(&path).unwrap().split_whitespace().collect();
            for call in ["remarks.add(\"", "self.add(\"", "doubt(\"", "Remark{code:\""] {
                let codes = source.split(call).skip(1).filter_map(|rest| rest.split('"').next());
                found.extend(codes.map(str::to_owned));
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
