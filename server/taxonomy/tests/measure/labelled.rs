//! Plugins of Nessus that a person labelled from their text, against the rules.

use crate::list::scores;
use model::facts::WeaknessFacts;
use model::{Edition, Tool};
use std::collections::BTreeSet;
use taxonomy::classify;

struct Labelled {
    plugin: &'static str,
    name: &'static str,
    family: &'static str,
    expected: [&'static str; 2],
    why: &'static str,
}

/// The plugins that the rules were written with in view.
const LABELLED: &str = include_str!("nessus.tsv");

/// Plugins whose names were drawn from the feed and labelled before the rules had been tried on them.
const UNSEEN: &str = include_str!("nessus_unseen.tsv");

/// The rows of a table. A row without a number is a plugin whose number was not at hand when it was labelled.
fn labelled(table: &'static str) -> Vec<Labelled> {
    let rows = table.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
    rows.map(|row| match row[..] {
        [plugin, name, family, in_2021, in_2025, why] => {
            Labelled { plugin, name, family, expected: [in_2021, in_2025], why }
        }
        _ => panic!("not six cells: {row:?}"),
    })
    .collect()
}

/// What the rules say; `numbered` lets them see the plugin's number, which some know.
fn disagreements(rows: &[Labelled], edition: Edition, numbered: bool) -> (f64, Vec<String>) {
    let (mut pairs, mut wrong) = (Vec::new(), Vec::new());
    for one in rows {
        let facts = WeaknessFacts {
            rule: if numbered { one.plugin.to_owned() } else { String::new() },
            title: one.name.to_owned(),
            family: one.family.to_owned(),
            ..WeaknessFacts::default()
        };
        let found = classify(Tool::Nessus, &facts, edition);
        let expected = one.expected[usize::from(edition == Edition::Y2025)];
        pairs.push((expected.to_owned(), found.primary.word()));
        if found.primary.word() != expected {
            wrong.push(format!("{} [{}]: {expected} ({}), found {found}", one.name, one.family, one.why));
        }
    }
    let how = if numbered { "by number, name and family" } else { "by name and family alone" };
    (scores(&format!("Labelled plugins of Nessus, {edition}, {how}"), &pairs), wrong)
}

#[test]
fn the_rules_agree_with_the_labels() {
    let rows = labelled(LABELLED);
    let families: BTreeSet<&str> = rows.iter().map(|one| one.family).collect();
    println!("{} plugins of {} families", rows.len(), families.len());
    for edition in [Edition::Y2021, Edition::Y2025] {
        // The number must not be what decides: other plugins will come.
        for numbered in [true, false] {
            let (agreement, wrong) = disagreements(&rows, edition, numbered);
            if !numbered && edition == Edition::Y2021 {
                println!("{}", wrong.join("\n"));
            }
            assert!(agreement >= 0.95, "{agreement:.3} in {edition}:\n{}", wrong.join("\n"));
        }
    }
}

#[test]
fn the_rules_agree_with_labels_that_they_were_not_written_for() {
    let rows = labelled(UNSEEN);
    for edition in [Edition::Y2021, Edition::Y2025] {
        let (agreement, wrong) = disagreements(&rows, edition, false);
        println!("{}", wrong.join("\n"));
        assert!(agreement >= 0.95, "{agreement:.3} in {edition}:\n{}", wrong.join("\n"));
    }
}

#[test]
fn the_labels_are_whole() {
    let (rows, unseen) = (labelled(LABELLED), labelled(UNSEEN));
    assert!(rows.len() >= 300, "{} rows", rows.len());
    let names: BTreeSet<&str> = rows.iter().chain(&unseen).map(|one| one.name).collect();
    assert_eq!(names.len(), rows.len() + unseen.len(), "a plugin is there twice");
    for one in rows.iter().chain(&unseen) {
        assert!(!one.why.is_empty() && !one.family.is_empty(), "{}", one.name);
        let known = |label: &str| label == "inventory" || label.parse::<model::Category>().is_ok();
        assert!(one.expected.iter().all(|label| known(label)), "{}: {:?}", one.name, one.expected);
    }
}
