//! A snapshot of CISA's catalogue of known exploited vulnerabilities, for installations that fetch nothing.

use crate::table::rows;
use std::sync::LazyLock;

/// What the snapshot says of a CVE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KevEntry {
    /// The CVE.
    pub cve: &'static str,
    /// The day on which it was added to the catalogue: `2021-12-10`.
    pub added: &'static str,
    /// The day by which United States' federal agencies must have mended it.
    pub due: &'static str,
    /// Whether it is known to be used by ransomware.
    pub ransomware: bool,
}

const TABLE: &str = include_str!("../data/kev.tsv");

/// Sorted by the text of the CVE.
static ENTRIES: LazyLock<Vec<KevEntry>> = LazyLock::new(|| {
    let of = |row: Vec<&'static str>| match row[..] {
        [cve, added, due, ransomware] => Some(KevEntry { cve, added, due, ransomware: ransomware == "1" }),
        _ => None,
    };
    let mut entries: Vec<KevEntry> = rows(TABLE).filter_map(of).collect();
    entries.sort_by_key(|entry| entry.cve);
    entries
});

/// The day of the snapshot: `2025-08-25`.
#[must_use]
pub fn kev_day() -> &'static str {
    TABLE.lines().next().and_then(|heading| heading.rsplit('\t').next()).unwrap_or_default()
}

/// What the snapshot says of a CVE, written in upper case.
#[must_use]
pub fn kev_entry(cve: &str) -> Option<&'static KevEntry> {
    let entries = &*ENTRIES;
    entries.binary_search_by_key(&cve, |entry| entry.cve).ok().and_then(|at| entries.get(at))
}

/// The whole snapshot.
pub fn kev_entries() -> impl Iterator<Item = &'static KevEntry> {
    ENTRIES.iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_snapshot_has_its_day_and_no_row_is_lost() {
        assert_eq!(kev_day(), "2025-08-25");
        assert_eq!((ENTRIES.len() + 1, ENTRIES.len()), (TABLE.lines().count(), 1404));
        let day = |text: &str| text.len() == 10 && text.as_bytes()[4] == b'-' && text.as_bytes()[7] == b'-';
        assert!(kev_entries().all(|entry| entry.cve.starts_with("CVE-") && day(entry.added) && day(entry.due)));
    }

    #[test]
    fn a_cve_is_found() {
        let log4shell = KevEntry { cve: "CVE-2021-44228", added: "2021-12-10", due: "2021-12-24", ransomware: true };
        assert_eq!(kev_entry("CVE-2021-44228"), Some(&log4shell));
        assert_eq!((kev_entry("CVE-1999-9999"), kev_entry("")), (None, None));
    }
}
