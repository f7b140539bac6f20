//! Every rule of ZAP, type of Burp and CWE of OWASP's lists has a result with a basis, and a change of the data shows.

use model::facts::WeaknessFacts;
use model::{Basis, Edition, Mapped, Tool};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use taxonomy::{Evidence, burp_types, classify, classify_all, listed_cwes, owasp_categories, zap_rules};

fn bare(rule: &str, title: &str) -> WeaknessFacts {
    WeaknessFacts { rule: rule.to_owned(), title: title.to_owned(), ..WeaknessFacts::default() }
}

fn with_cwe(cwe: &[u32]) -> WeaknessFacts {
    WeaknessFacts { cwe: cwe.to_vec(), ..WeaknessFacts::default() }
}

fn number(mapped: Mapped) -> i16 {
    mapped.number()
}

/// What has no place in 2021 or 2025, each with its reason.
const UNMAPPED: &[(&str, &str)] = &[
    ("134217728", "an extension's issue: only its own title can tell"),
    ("134250496", "a person's issue: only its own title can tell"),
    ("150994944", "a check by the user's own script: only its title can tell"),
    ("151027712", "a check by the user's own script: only its title can tell"),
];

fn everything() -> Vec<(&'static str, String, Tool, WeaknessFacts)> {
    let zap = zap_rules().map(|r| ("zap", r.reference.to_owned(), Tool::Zap, bare(r.reference, r.name)));
    let burp = burp_types().map(|t| ("burp", t.index.to_string(), Tool::Burp, bare(&t.index.to_string(), t.name)));
    let cwe = Edition::ALL
        .iter()
        .flat_map(|e| listed_cwes(*e))
        .map(|(cwe, _)| cwe)
        .collect::<BTreeSet<u32>>()
        .into_iter()
        .map(|cwe| ("cwe", cwe.to_string(), Tool::Nessus, with_cwe(&[cwe])));
    zap.chain(burp).chain(cwe).collect()
}

#[test]
fn each_entry_of_the_tables_has_a_result_with_a_basis() {
    let mut bad = Vec::new();
    for (table, id, tool, facts) in everything().into_iter().filter(|(table, ..)| *table != "cwe") {
        for edition in [Edition::Y2021, Edition::Y2025] {
            let result = classify(tool, &facts, edition);
            let excused = UNMAPPED.iter().any(|(known, _)| *known == id);
            if (result.primary == Mapped::Unmapped) != excused {
                bad.push(format!("{table} {id} {} {edition}: {result}", facts.title));
            }
            assert_eq!(result.basis == Basis::Unmapped, result.primary == Mapped::Unmapped);
            assert_eq!(result.evidence == Evidence::Nothing, result.basis == Basis::Unmapped);
        }
    }
    assert!(bad.is_empty(), "{} of the tables:\n{}", bad.len(), bad.join("\n"));
}

#[test]
fn each_cwe_of_the_lists_is_decided_by_its_list() {
    for edition in Edition::ALL {
        for (cwe, _) in listed_cwes(*edition) {
            let result = classify(Tool::Nessus, &with_cwe(&[cwe]), *edition);
            assert_eq!((result.basis, &result.evidence), (Basis::CweList, &Evidence::Cwe { cwe }));
            assert_eq!(Some(result.primary), owasp_categories(*edition, cwe).next().map(Mapped::To));
        }
    }
}

/// Every entry of the tables with its result and basis, an edition a column: `tests/mapping.tsv` shows in its history what each
/// change of the data moved.
#[test]
fn the_mapping_is_the_one_that_was_checked_in() {
    let mut text = String::from("table\tentry\t2017\t2021\t2025\n");
    for (table, id, tool, facts) in everything() {
        let _ = write!(text, "{table}\t{id}");
        for result in classify_all(tool, &facts) {
            let _ = write!(text, "\t{} {}", result.primary.word(), result.basis);
        }
        text.push('\n');
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mapping.tsv");
    if std::env::var_os("UPDATE_MAPPING").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let (before, now): (BTreeSet<&str>, BTreeSet<&str>) = (kept.lines().collect(), text.lines().collect());
    let moved: Vec<_> = before.symmetric_difference(&now).collect();
    assert!(
        moved.is_empty(),
        "{} lines differ; if that is meant, run again with UPDATE_MAPPING=1:\n{moved:#?}",
        moved.len()
    );
}

#[test]
fn the_bases_are_asked_in_their_order() {
    let mut facts = bare("40018", "SQL Injection");
    let basis = |facts: &WeaknessFacts| {
        let result = classify(Tool::Zap, facts, Edition::Y2021);
        (result.basis, number(result.primary))
    };
    assert_eq!(basis(&facts), (Basis::ToolTable, 3));
    // 24 is not on the list itself, but a kind of 23, which is.
    facts.cwe = vec![24];
    assert_eq!(basis(&facts), (Basis::CweAncestor, 1));
    facts.cwe = vec![24, 326];
    assert_eq!(basis(&facts), (Basis::CweList, 2));
    facts.refs = vec!["OWASP_2017_A01".into()];
    assert_eq!(basis(&facts), (Basis::CweList, 2), "a tag for another edition says nothing");
    facts.refs.push("OWASP_2021_A08".into());
    assert_eq!(basis(&facts), (Basis::ScannerTag, 8));
}

#[test]
fn several_cwes_have_one_primary_whatever_their_order() {
    let primary = |cwe: &[u32]| classify(Tool::Burp, &with_cwe(cwe), Edition::Y2021);
    let found = primary(&[89, 94, 116]);
    assert_eq!((number(found.primary), &found.evidence), (3, &Evidence::Cwe { cwe: 89 }));
    assert_eq!(found.also, vec![], "all three are injection");
    let mixed = primary(&[22, 89]);
    assert_eq!((number(mixed.primary), mixed.also.iter().map(|c| c.number()).collect::<Vec<_>>()), (3, vec![1]));
    assert_eq!(primary(&[89, 22]), mixed);
}

#[test]
fn several_tags_agree_with_the_cwe_where_one_does() {
    let mut facts = with_cwe(&[79]);
    facts.refs = ["OWASP_2021_A01", "OWASP_2021_A03"].map(str::to_owned).to_vec();
    let found = classify(Tool::Zap, &facts, Edition::Y2021);
    assert_eq!((number(found.primary), found.also.len()), (3, 1));
    assert_eq!(found.evidence, Evidence::Tag { tag: "OWASP_2021_A03".into() });
    facts.cwe = vec![352, 1000];
    assert_eq!(number(classify(Tool::Zap, &facts, Edition::Y2021).primary), 1);
}

#[test]
fn the_reason_reads_well() {
    let say = |tool, facts: &WeaknessFacts| classify(tool, facts, Edition::Y2021).to_string();
    assert_eq!(say(Tool::Nessus, &with_cwe(&[89])), "CWE-89 → A03:2021 by OWASP's list");
    assert_eq!(say(Tool::Nessus, &with_cwe(&[24])), "CWE-24, a kind of CWE-23 → A01:2021 by OWASP's list");
    assert_eq!(say(Tool::Nessus, &bare("19506", "Nessus Scan Information")), "rule scan-facts → not a weakness");
    assert_eq!(say(Tool::Burp, &bare("1049088", "")), "1049088 (SQL injection) is CWE-89 → A03:2021 by OWASP's list");
}

#[test]
fn a_result_survives_serialization() {
    for (_, _, tool, facts) in everything() {
        for result in classify_all(tool, &facts) {
            let text = serde_json::to_string(&result).unwrap();
            assert_eq!(serde_json::from_str::<taxonomy::Classification>(&text).unwrap(), result);
        }
    }
}

#[test]
fn titles_in_another_language_are_known_by_their_plugin() {
    let facts = bare("19506", "Nessus スキャン情報");
    assert_eq!(classify(Tool::Nessus, &facts, Edition::Y2025).primary, Mapped::NotAWeakness);
    let facts = bare("987654", "Something nobody has seen");
    assert_eq!(classify(Tool::Nessus, &facts, Edition::Y2025).basis, Basis::Unmapped);
}
