//! Burp's issue types and their CWEs.

use crate::table::{numbers, rows};
use std::sync::LazyLock;

/// A type of issue that Burp reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BurpType {
    /// The number, as `<type>` has it.
    pub index: u32,
    /// Burp's name for it.
    pub name: &'static str,
    /// Its CWEs, sorted.
    pub cwe: Vec<u32>,
}

static TYPES: LazyLock<Vec<BurpType>> = LazyLock::new(|| {
    let mut types: Vec<BurpType> = rows(include_str!("../data/burp.tsv"))
        .filter_map(|row| match row[..] {
            [index, name, cwe] => Some(BurpType { index: index.parse().ok()?, name, cwe: numbers(cwe) }),
            _ => None,
        })
        .collect();
    types.sort_by_key(|kind| kind.index);
    types
});

/// The type of a weakness's rule: the number before the first `/`.
#[must_use]
pub fn burp_type(rule: &str) -> Option<&'static BurpType> {
    let index: u32 = rule.split('/').next()?.parse().ok()?;
    let types = &*TYPES;
    types.binary_search_by_key(&index, |kind| kind.index).ok().and_then(|at| types.get(at))
}

/// Every type, by number.
pub fn burp_types() -> impl Iterator<Item = &'static BurpType> {
    TYPES.iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_found_by_number_whatever_follows_it() {
        assert_eq!(TYPES.len(), 183);
        assert_eq!(burp_type("1049088").map(|t| (t.name, t.cwe.clone())), Some(("SQL injection", vec![89, 94, 116])));
        assert_eq!(burp_type("134217728/Retire.js").map(|t| t.index), Some(134_217_728));
        assert_eq!((burp_type("7"), burp_type("")), (None, None));
    }
}
