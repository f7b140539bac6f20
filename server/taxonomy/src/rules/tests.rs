use super::*;
use std::collections::BTreeSet;

/// Families that say where a check was filed, not what it checks.
const GENERAL: [&str; 19] = [
    "CGI abuses",
    "Databases",
    "DNS",
    "Firewalls",
    "FTP",
    "Gain a shell remotely",
    "General",
    "Misc.",
    "NNTP",
    "Peer-To-Peer File Sharing",
    "RPC",
    "SCADA",
    "Service detection",
    "SMTP problems",
    "SNMP",
    "Web Applications",
    "Web Servers",
    "Windows",
    "Windows : User management",
];

#[test]
fn each_example_is_decided_by_its_own_rule() {
    let mut wrong = Vec::new();
    for rule in rules() {
        assert!(!rule.examples().is_empty(), "{} has no example", rule.id);
        for example in rule.examples() {
            let found = first_match(example.tool, &example.facts).map(Rule::id);
            if found != Some(rule.id) {
                wrong.push(format!("{}: {found:?} instead of {}", example.facts.title, rule.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_rule_has_a_class_a_reason_and_a_name_of_its_own() {
    let classes: Classes = read(include_str!("../../data/rules/classes.toml"));
    let mut ids = BTreeSet::new();
    for (_, rules) in RULES.iter() {
        for rule in rules {
            assert!(ids.insert(rule.id.clone()), "{} is there twice", rule.id);
            assert!(rule.is_inventory() || classes.class.contains_key(&rule.class), "{}: {}", rule.id, rule.class);
            assert!(!rule.why.en.is_empty() && !rule.why.es.is_empty(), "{}", rule.id);
        }
    }
}

#[test]
fn no_rule_rests_on_a_general_family_alone() {
    for (_, rules) in RULES.iter() {
        for rule in rules.iter().filter(|rule| rule.plugins.is_empty() && rule.names.is_empty()) {
            let signs = rule.cve == Some(true);
            let specific = !rule.families.is_empty()
                && !rule.families.iter().any(|f| GENERAL.iter().any(|general| f.fits(&Subject::of(general))));
            assert!(specific || signs, "{} matches on a general family alone", rule.id);
        }
    }
}
