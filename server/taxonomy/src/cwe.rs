//! CWE names, the research view (1000), and OWASP's lists of mapped CWEs.

use crate::table::{numbers, rows};
use model::{Category, Edition};
use std::collections::BTreeSet;
use std::sync::LazyLock;

struct Entry {
    id: u32,
    name: &'static str,
    parents: Vec<u32>,
}

static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let mut entries: Vec<Entry> = rows(include_str!("../data/cwe.tsv"))
        .filter_map(|row| match row[..] {
            [id, name, parents] => Some(Entry { id: id.parse().ok()?, name, parents: numbers(parents) }),
            _ => None,
        })
        .collect();
    entries.sort_by_key(|entry| entry.id);
    entries
});

/// (edition, CWE, category); rows of the same edition and CWE in the order of the table: its first is the stronger.
static LISTED: LazyLock<Vec<(Edition, u32, Category)>> = LazyLock::new(|| {
    let mut listed: Vec<_> = rows(include_str!("../data/owasp_cwe.tsv"))
        .filter_map(|row| match row[..] {
            [edition, cwe, category] => Some((edition.parse().ok()?, cwe.parse().ok()?, category.parse().ok()?)),
            _ => None,
        })
        .collect();
    listed.sort_by_key(|(edition, cwe, _)| (*edition, *cwe));
    listed
});

fn entry(cwe: u32) -> Option<&'static Entry> {
    let entries = &*ENTRIES;
    entries.binary_search_by_key(&cwe, |entry| entry.id).ok().and_then(|at| entries.get(at))
}

/// The name of a CWE: weaknesses, and the categories and deprecated entries that scanners still cite.
#[must_use]
pub fn cwe_name(cwe: u32) -> Option<&'static str> {
    entry(cwe).map(|entry| entry.name)
}

/// The parents of a CWE in view 1000, sorted; none for pillars, categories and unknown numbers.
#[must_use]
pub fn cwe_parents(cwe: u32) -> &'static [u32] {
    entry(cwe).map_or(&[], |entry| &entry.parents)
}

/// The generations above a CWE in view 1000 by the longest way, which says how specific it is: 0 for a pillar.
#[must_use]
pub fn cwe_depth(cwe: u32) -> u8 {
    let mut depth = 0;
    let mut level: BTreeSet<u32> = cwe_parents(cwe).iter().copied().collect();
    // View 1000 is eleven generations deep; the bound makes a cycle in a future table harmless.
    while !level.is_empty() && depth < 32 {
        depth += 1;
        level = level.iter().flat_map(|id| cwe_parents(*id)).copied().collect();
    }
    depth
}

/// The categories whose list names this very CWE in this edition; the first is the primary.
pub fn owasp_categories(edition: Edition, cwe: u32) -> impl Iterator<Item = Category> {
    let listed = &*LISTED;
    let from = listed.partition_point(|(e, c, _)| (*e, *c) < (edition, cwe));
    let of_this = listed.iter().skip(from).take_while(move |(e, c, _)| (*e, *c) == (edition, cwe));
    of_this.map(|(_, _, category)| *category)
}

/// Every CWE on OWASP's list of an edition with its category, in the order of the numbers.
pub fn listed_cwes(edition: Edition) -> impl Iterator<Item = (u32, Category)> {
    LISTED.iter().filter(move |(e, _, _)| *e == edition).map(|(_, cwe, category)| (*cwe, *category))
}

/// The nearest proper ancestor that is on the list, breadth first; among those of a generation the lowest number.
/// Returns it with the number of generations up.
pub(crate) fn nearest_listed(edition: Edition, cwe: u32) -> Option<(u32, u8)> {
    let mut seen = BTreeSet::from([cwe]);
    let mut level: BTreeSet<u32> = cwe_parents(cwe).iter().copied().collect();
    let mut steps = 1;
    while !level.is_empty() {
        if let Some(found) = level.iter().find(|id| owasp_categories(edition, **id).next().is_some()) {
            return Some((*found, steps));
        }
        seen.extend(&level);
        level = level.iter().flat_map(|id| cwe_parents(*id)).copied().filter(|id| !seen.contains(id)).collect();
        steps += 1;
    }
    None
}

/// What a set of CWEs says in an edition.
pub(crate) struct Verdict {
    /// The CWE that decides.
    pub cwe: u32,
    /// The ancestor that is on the list, with the generations between, if the CWE itself is not.
    pub ancestor: Option<(u32, u8)>,
    /// The categories; the first is the primary.
    pub categories: Vec<Category>,
}

/// What the list says of a set of CWEs. Those on the list outrank those with an ancestor on it, fewer generations
/// outrank more; then the more specific CWE (deeper in view 1000) wins, then the lower number. The others of the same
/// kind only add categories.
pub(crate) fn decide(edition: Edition, cwes: &[u32]) -> Option<Verdict> {
    let mut direct: Vec<u32> =
        cwes.iter().copied().filter(|c| owasp_categories(edition, *c).next().is_some()).collect();
    if !direct.is_empty() {
        direct.sort_by_key(|cwe| (std::cmp::Reverse(cwe_depth(*cwe)), *cwe));
        let categories = direct.iter().flat_map(|cwe| owasp_categories(edition, *cwe)).collect();
        return direct.first().map(|cwe| Verdict { cwe: *cwe, ancestor: None, categories });
    }
    let mut through: Vec<(u32, (u32, u8))> =
        cwes.iter().filter_map(|cwe| Some((*cwe, nearest_listed(edition, *cwe)?))).collect();
    through.sort_by_key(|(cwe, (_, steps))| (*steps, std::cmp::Reverse(cwe_depth(*cwe)), *cwe));
    let categories = through.iter().flat_map(|(_, (ancestor, _))| owasp_categories(edition, *ancestor)).collect();
    through.first().map(|(cwe, ancestor)| Verdict { cwe: *cwe, ancestor: Some(*ancestor), categories })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_parents_are_those_of_the_published_list() {
        assert_eq!(cwe_parents(89), [943]);
        assert!(cwe_name(89).is_some_and(|name| name.contains("SQL Injection")));
        assert_eq!((cwe_name(4_000_000), cwe_parents(4_000_000)), (None, &[][..]));
        assert_eq!((cwe_depth(707), cwe_depth(74)), (0, 1), "a pillar and its child");
        assert!(cwe_depth(89) > cwe_depth(94), "SQL injection is more specific than code injection");
    }

    #[test]
    fn no_row_of_the_tables_is_lost() {
        assert_eq!(ENTRIES.len() + 1, include_str!("../data/cwe.tsv").lines().count());
        assert_eq!(LISTED.len() + 1, include_str!("../data/owasp_cwe.tsv").lines().count());
    }

    #[test]
    fn every_walk_up_ends_and_meets_only_known_numbers() {
        for entry in ENTRIES.iter() {
            assert!(cwe_depth(entry.id) < 32, "CWE-{} lies on a cycle", entry.id);
            assert!(entry.parents.iter().all(|p| cwe_name(*p).is_some()), "CWE-{}", entry.id);
        }
    }

    #[test]
    fn the_nearest_ancestor_is_found_breadth_first() {
        // 23 (relative traversal) → 22 on every list but 2021's and 2025's, which name 23 itself.
        assert_eq!(nearest_listed(Edition::Y2017, 23), Some((22, 1)));
        assert_eq!(nearest_listed(Edition::Y2017, 24), Some((22, 2)));
        assert_eq!(nearest_listed(Edition::Y2021, 24), Some((23, 1)));
        assert_eq!(nearest_listed(Edition::Y2021, 707), None);
    }
}
