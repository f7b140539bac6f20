//! Which share of what is above informational has a place in 2021 and in 2025, and on what basis.

use crate::corpus::weaknesses;
use crate::list::{compare, percent};
use model::{Edition, Mapped};
use std::collections::{BTreeMap, BTreeSet};
use taxonomy::classify;

/// A weakness that is found to be a mere fact is answered, though not with a category: early files of Nessus grade every note as
/// low. Such answers, and what is unmapped, are lines of `rest.tsv`, each with its reason.
#[test]
fn nearly_everything_above_informational_has_a_place_in_both_editions() {
    let Some(seen) = weaknesses() else { return };
    let (mut all, mut facts, mut placed) = (0, 0, 0);
    let mut bases: BTreeMap<(Edition, String), usize> = BTreeMap::new();
    let mut rest = BTreeSet::new();
    for one in seen.iter().filter(|one| one.above_info > 0) {
        let results = [Edition::Y2021, Edition::Y2025].map(|edition| classify(one.tool, &one.facts, edition));
        for result in &results {
            *bases.entry((result.edition, result.basis.to_string())).or_default() += one.above_info;
        }
        all += one.above_info;
        if results.iter().all(|result| matches!(result.primary, Mapped::To(_))) {
            placed += one.above_info;
            continue;
        }
        let fact = results.iter().all(|result| result.primary == Mapped::NotAWeakness);
        facts += if fact { one.above_info } else { 0 };
        let title = one.facts.title.replace(['\t', '\n'], " ");
        let [in_2021, in_2025] = results.map(|result| result.primary.word());
        rest.insert(format!("{}\t{}\t{title}\t{in_2021}\t{in_2025}", one.tool, one.facts.rule));
    }
    println!(
        "{all} occurrences above informational: {placed} in a category of both editions ({}),",
        percent(placed, all)
    );
    println!(
        "  {facts} mere facts ({}), {} unmapped ({})",
        percent(facts, all),
        all - placed - facts,
        percent(all - placed - facts, all)
    );
    for ((edition, basis), count) in &bases {
        println!("  {edition} {basis:<13} {count:>5} ({})", percent(*count, all));
    }
    let weaknesses = all - facts;
    assert!(weaknesses > 3_000, "only {weaknesses} occurrences");
    assert!(placed * 100 >= weaknesses * 99, "only {} have a category in both", percent(placed, weaknesses));
    compare("rest.tsv", "tool\trule\ttitle\towasp_2021\towasp_2025", &rest);
}
