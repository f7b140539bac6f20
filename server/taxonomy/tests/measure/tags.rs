//! ZAP's own tags against what the rest of the order says of the same alert.

use crate::list::{compare, scores};
use model::facts::WeaknessFacts;
use model::{Edition, Mapped, Tool};
use std::collections::BTreeMap;
use taxonomy::{ZapRule, classify, zap_rules};

/// The alert as a report without tags would have it if the project had no table of tags: its title and its CWEs. The rule's
/// number is hidden too, or the table would answer with the tag itself.
fn without_tags(rule: &ZapRule) -> WeaknessFacts {
    WeaknessFacts { title: rule.name.to_owned(), cwe: rule.cwe.clone(), ..WeaknessFacts::default() }
}

#[test]
fn the_rest_of_the_order_is_compared_with_zaps_tags() {
    let mut disputed: BTreeMap<String, (u32, &str)> = BTreeMap::new();
    for edition in [Edition::Y2021, Edition::Y2025] {
        let mut pairs = Vec::new();
        for rule in zap_rules().filter(|rule| rule.alert && !rule.tags(edition).is_empty()) {
            let found = classify(Tool::Zap, &without_tags(rule), edition);
            let tags = rule.tags(edition);
            // Of several tags any is right.
            let agreed = matches!(found.primary, Mapped::To(category) if tags.contains(&category));
            let tag = if agreed { found.primary } else { Mapped::To(tags[0]) };
            pairs.push((tag.word(), found.primary.word()));
            if !agreed {
                let cwe: Vec<String> = rule.cwe.iter().map(|cwe| format!("CWE-{cwe}")).collect();
                let kind = format!("{edition}\t{}\t{}\t{}", cwe.join(" "), tag.word(), found.primary.word());
                disputed.entry(kind).or_insert((0, rule.name)).0 += 1;
            }
        }
        let agreement =
            scores(&format!("ZAP's tags, {edition}: expected is the tag, found the rest of the order"), &pairs);
        assert!(agreement > 0.5, "the tags and the rest of the order have little in common");
    }
    let lines = disputed.into_iter().map(|(kind, (alerts, first))| format!("{kind}\t{alerts}\t{first}")).collect();
    compare("zap_tags.tsv", "edition\tcwe\ttag\trest\talerts\tfirst", &lines);
}
