//! OWASP API Security Top 10 2023, where the scanner speaks of it: its own tags, and the project's copy of ZAP's rules. It stands
//! beside the category of a weakness and decides nothing.

use crate::zap_rule;
use model::Tool;
use model::facts::WeaknessFacts;
use std::collections::BTreeSet;

/// The categories of the API Security Top 10 2023 that a weakness is tagged with, by number, 1 to 10.
#[must_use]
pub fn api_2023(tool: Tool, weakness: &WeaknessFacts) -> BTreeSet<u8> {
    let rule = (tool == Tool::Zap).then(|| zap_rule(&weakness.rule)).flatten();
    let table = rule.iter().flat_map(|rule| rule.api_2023.iter().copied());
    let told = weakness.refs.iter().filter_map(|reference| reference.strip_prefix("OWASP_2023_"));
    table.chain(told).filter_map(number).collect()
}

/// The number of a tag: `API8`.
fn number(tag: &str) -> Option<u8> {
    let number = tag.strip_prefix("API")?.parse().ok()?;
    (1..=10).contains(&number).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zap_rules;

    #[test]
    fn the_table_s_tags_and_the_report_s_are_read() {
        let of = |tool, rule: &str, refs: &[&str]| {
            let refs = refs.iter().map(|text| (*text).to_owned()).collect();
            let facts = WeaknessFacts { rule: rule.to_owned(), refs, ..WeaknessFacts::default() };
            api_2023(tool, &facts).into_iter().collect::<Vec<_>>()
        };
        let tagged = zap_rules().find(|rule| rule.api_2023 == ["API4", "API8"]).unwrap();
        assert_eq!(of(Tool::Zap, tagged.reference, &[]), [4, 8]);
        assert_eq!(of(Tool::Nessus, tagged.reference, &[]), [0_u8; 0], "another tool's numbers are others");
        assert_eq!(of(Tool::Other, "x", &["OWASP_2023_API10", "OWASP_2023_API11", "OWASP_2021_A03"]), [10]);
        for rule in zap_rules() {
            assert_eq!(rule.api_2023.iter().filter_map(|tag| number(tag)).count(), rule.api_2023.len(), "{rule:?}");
        }
    }
}
