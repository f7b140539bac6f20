//! Which rules only run in an active scan: an alert of one of them proves that there was one.

/// Their plugin ids, one a line, sorted.
static TABLE: &str = include_str!("../../data/zap_active_rules.txt");

/// Ranges that ZAP gives to active rules only. They catch rules that are older or newer than the table.
const RANGES: [std::ops::Range<u32>; 3] = [20_012..20_100, 30_001..30_100, 40_003..40_100];

/// Whether that plugin is an active rule.
pub fn is_active(plugin: u32) -> bool {
    RANGES.iter().any(|range| range.contains(&plugin))
        || TABLE.lines().filter(|line| !line.starts_with('#')).any(|line| line.parse() == Ok(plugin))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn active_rules_are_told_from_passive_ones() {
        for plugin in [0, 6, 40_012, 40_099, 90_019, 20_012, 100_025] {
            assert!(is_active(plugin), "{plugin}");
        }
        for plugin in [2, 10_015, 10_202, 40_100, 50_007, 90_022, 100_001, 10_101] {
            assert!(!is_active(plugin), "{plugin}");
        }
    }
}
