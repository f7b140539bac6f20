//! The ZAP alerts that are about a site as a whole: a frozen table, identity version 1.
//!
//! Source: the alertRefs tagged SYSTEMIC in the front matter of `site/content/docs/alerts` in zaproxy/zaproxy-website at
//! commit e2c990f3d455. Frozen because a key must not change when ZAP's own list does: a newer list is a new version.

/// Whether the alert is keyed by its origin alone. Newer reports keep only a sample of such alerts' addresses.
#[must_use]
pub fn systemic(alert_ref: &str) -> bool {
    SYSTEMIC.binary_search(&alert_ref).is_ok()
}

/// In byte order.
const SYSTEMIC: &[&str] = &[
    "0", "10009", "10010", "10011", "10015", "10017", "10019-1", "10019-2", "10020-1", "10020-2", "10020-3", "10020-4",
    "10021", "10024", "10025", "10029", "10030", "10032-1", "10032-2", "10032-3", "10032-4", "10032-5", "10032-6",
    "10033", "10035-1", "10035-2", "10035-3", "10035-4", "10035-5", "10035-6", "10035-7", "10035-8", "10036-1",
    "10036-2", "10037", "10038-1", "10038-2", "10038-3", "10039", "10040", "10047", "10049-1", "10049-2", "10049-3",
    "10050-1", "10050-2", "10052", "10054-1", "10054-2", "10054-3", "10055-1", "10055-10", "10055-11", "10055-12",
    "10055-13", "10055-2", "10055-3", "10055-4", "10055-5", "10055-6", "10055-7", "10055-8", "10055-9", "10056",
    "10061", "10063-1", "10063-2", "10096", "10098", "10104", "10109", "10202", "10205-1", "10205-2", "20012", "3-1",
    "3-2", "3-3", "40003", "40025-1", "40025-2", "40039", "40040-1", "40040-2", "40040-3", "90003", "90004-1",
    "90004-2", "90004-3", "90005-1", "90005-2", "90005-3", "90005-4", "90005-5", "90005-6", "90005-7", "90005-8",
    "90011-1", "90011-2", "90011-3", "90011-4", "90027", "90033",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole_and_sorted() {
        assert_eq!(SYSTEMIC.len(), 103);
        assert!(SYSTEMIC.is_sorted());
        assert!(systemic("10038-1") && !systemic("40012"));
    }
}
