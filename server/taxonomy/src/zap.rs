//! ZAP's rules: what each checks, how it looks, and what ZAP tags it with.

use crate::table::{categories, nth, numbers, rows};
use model::{Category, Edition};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// A rule of ZAP, or one of its alerts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZapRule {
    /// The alertRef (`10038-1`), or the rule's number where a report may give only that.
    pub reference: &'static str,
    /// True for an alert; false for a rule all of whose alerts carry a suffix.
    pub alert: bool,
    /// ZAP's name for it.
    pub name: &'static str,
    /// How it looks.
    pub scan: ZapScan,
    /// Whether it looks at every scan's plain requests: it is no script that a person adds, and needs no browser or web socket.
    pub plain: bool,
    /// Its CWEs, sorted.
    pub cwe: Vec<u32>,
    /// OWASP API Security Top 10 2023 tags: `API8`.
    pub api_2023: Vec<&'static str>,
    /// ZAP tags it as the same all over a site.
    pub systemic: bool,
    tags: [Vec<Category>; 3],
}

/// How a rule of ZAP looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ZapScan {
    /// Sends attacks.
    Active,
    /// Reads traffic: HTTP, web sockets, or the page in the browser.
    Passive,
    /// Part of a tool that a person starts.
    Tool,
}

impl ZapRule {
    /// The categories that ZAP tags it with in an edition, sorted.
    #[must_use]
    pub fn tags(&self, edition: Edition) -> &[Category] {
        self.tags.get(nth(edition)).map_or(&[], Vec::as_slice)
    }

    /// The number of its rule.
    #[must_use]
    pub fn rule(&self) -> u32 {
        key(self.reference).0
    }
}

static RULES: LazyLock<Vec<ZapRule>> = LazyLock::new(|| {
    let mut rules: Vec<ZapRule> = rows(include_str!("../data/zap.tsv"))
        .filter_map(|row| match row[..] {
            [reference, level, name, scan, cwe, a, b, c, api, systemic] => Some(ZapRule {
                reference,
                alert: level == "alert",
                name,
                scan: scan_of(scan),
                plain: matches!(scan, "Active" | "Passive"),
                cwe: numbers(cwe),
                api_2023: api.split(',').filter(|tag| !tag.is_empty()).collect(),
                systemic: systemic == "1",
                tags: [categories(a), categories(b), categories(c)],
            }),
            _ => None,
        })
        .collect();
    rules.sort_by_key(|rule| key(rule.reference));
    rules
});

/// `Script Httpsender` rules look at what passes, like passive ones.
fn scan_of(text: &str) -> ZapScan {
    match text {
        "Active" | "Script Active" => ZapScan::Active,
        "Tool" => ZapScan::Tool,
        _ => ZapScan::Passive,
    }
}

fn key(reference: &str) -> (u32, u32) {
    let (rule, nth) = reference.split_once('-').unwrap_or((reference, "0"));
    (rule.parse().unwrap_or(u32::MAX), nth.parse().unwrap_or(u32::MAX))
}

/// The rule of an alertRef or of a rule number: the alert itself, else its rule.
#[must_use]
pub fn zap_rule(reference: &str) -> Option<&'static ZapRule> {
    let rules = &*RULES;
    let find = |wanted| rules.binary_search_by_key(&wanted, |rule| key(rule.reference)).ok();
    let wanted = key(reference);
    find(wanted).or_else(|| find((wanted.0, 0))).and_then(|at| rules.get(at))
}

/// Every rule and alert, by number.
pub fn zap_rules() -> impl Iterator<Item = &'static ZapRule> {
    RULES.iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_row_of_the_table_is_lost() {
        assert_eq!(RULES.len() + 1, include_str!("../data/zap.tsv").lines().count());
        assert_eq!(zap_rules().filter(|rule| rule.alert && rule.systemic).count(), 103);
        let numbers: std::collections::BTreeSet<u32> = zap_rules().map(ZapRule::rule).collect();
        assert_eq!(numbers.len(), 262);
    }

    #[test]
    fn an_alert_is_found_by_its_reference_and_else_by_its_rule() {
        assert_eq!(zap_rule("10038-1").map(|r| (r.reference, r.scan)), Some(("10038-1", ZapScan::Passive)));
        assert_eq!(zap_rule("10038-99").map(|r| (r.reference, r.alert)), Some(("10038", false)));
        assert_eq!(zap_rule("40018").map(|r| (r.scan, r.cwe.contains(&89))), Some((ZapScan::Active, true)));
        assert_eq!((zap_rule("-1"), zap_rule("tomato"), zap_rule("999999")), (None, None, None));
    }
}
