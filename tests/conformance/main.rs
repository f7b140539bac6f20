//! The readers of exports against real exports of many origins, as far as they are at hand beside the project
//! (`../shared/exports`): each file is read, or refused for a true reason; no row and no CVE is lost, by counts that share
//! nothing with the readers; and the outcome of every file is a line of `table.txt`.
//!
//! `UPDATE_CONFORMANCE=1 cargo test -p tests --test conformance` writes the table anew.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

mod counters;
mod fields;
mod files;
mod table;

use counters::{Expected, cves};
use files::{Outcome, corpus, read};
use std::collections::BTreeSet;

/// The corpus, or `None` after saying that it is not at hand.
fn at_hand() -> Option<Vec<files::Export>> {
    let corpus = corpus();
    if corpus.is_none() {
        eprintln!("../shared/exports is absent: nothing to check");
    }
    corpus
}

#[test]
fn the_outcome_of_every_file_is_known() {
    let Some(corpus) = at_hand() else { return };
    let lines = corpus.iter().map(|export| table::line(&export.name, &read(&export.bytes))).collect::<String>();
    table::compare(&lines);
}

#[test]
fn rows_are_those_of_an_independent_count() {
    let Some(corpus) = at_hand() else { return };
    let mut checked = 0;
    for export in &corpus {
        let expected = counters::count(&export.bytes);
        match (read(&export.bytes), expected) {
            (Outcome::Read(file), Some(Expected { format, rows })) => {
                assert_eq!(file.parsed.scan.format, format, "{}", export.name);
                assert_eq!(file.parsed.rows, rows, "{}: rows", export.name);
                let handed_over = file.rows.len() as u64 + file.quarantined.len() as u64 + file.parsed.no_finding;
                assert_eq!(file.parsed.rows, handed_over, "{}: sightings + quarantined + no finding", export.name);
                checked += 1;
            }
            (Outcome::Refused(refusal), Some(expected)) => {
                panic!("{}: a {} was refused: {refusal}", export.name, expected.format)
            }
            (Outcome::Read(file), None) => panic!("{}: read as {}", export.name, file.parsed.scan.format),
            (Outcome::Refused(_), None) => {}
        }
    }
    assert!(checked > 100, "only {checked} files were checked");
}

#[test]
fn one_scan_is_the_same_in_every_format() {
    let at_hand = |names: &[&str]| names.iter().map(|name| files::recording(name)).collect::<Option<Vec<_>>>();
    let reports = ["xml.xml", "json.json", "xml-plus.xml", "json-plus.json"];
    let first = reports.map(|name| format!("zap/zap-traditional-{name}"));
    let second = reports.map(|name| format!("zap/run2/full-traditional-{name}"));
    for names in [first, second] {
        let Some(files) = at_hand(&names.each_ref().map(String::as_str)) else {
            eprintln!("../shared/recordings is absent: nothing to check");
            return;
        };
        assert!(files[0].places().len() > 30);
        for (name, file) in names.iter().zip(&files) {
            assert_eq!(file.places(), files[0].places(), "{name}");
        }
    }
    // The alert list has every instance; reports show a few of what is on every page. They also put alerts of one plugin under
    // the reference of one of them (there is 6-2 at `/file` and 6-5 at `/go`, and the reports say 6-5 of both), so plugins
    // are compared.
    let Some(files) = at_hand(&["zap/alerts-full.json", "zap/zap-traditional-json.json"]) else { return };
    let [list, report] = [&files[0], &files[1]].map(|file| {
        let plugin = |rule: &str| rule.split('-').next().map(str::to_owned);
        let of_plugins = file.places().into_iter().map(|(rule, a, b, c, d)| (plugin(rule), a, b, c, d));
        of_plugins.collect::<BTreeSet<_>>()
    });
    assert!(report.is_subset(&list), "{:?}", report.difference(&list).collect::<Vec<_>>());
    // SARIF has neither the reference nor the parameter: origin, plugin, method and path are the same.
    let names = ["zap/run2/full-sarif-json.json", "zap/run2/full-traditional-json.json"];
    let Some(files) = at_hand(&names) else { return };
    let [sarif, report] = [&files[0], &files[1]].map(|file| {
        let plugin = |rule: &str| rule.split('-').next().map(str::to_owned);
        let places =
            file.places().into_iter().map(|(rule, asset, method, path, _)| (plugin(rule), asset, method, path));
        places.collect::<BTreeSet<_>>()
    });
    assert!(sarif.len() > 30);
    assert_eq!(sarif, report);
}

#[test]
fn every_cve_survives() {
    let Some(corpus) = at_hand() else { return };
    let mut distinct = BTreeSet::new();
    for export in &corpus {
        let Outcome::Read(file) = read(&export.bytes) else { continue };
        if !file.parsed.scan.format.starts_with("Nessus v") && file.parsed.scan.format != "Nessus CSV" {
            continue;
        }
        let expected = cves(&export.bytes);
        let found: BTreeSet<String> =
            file.parsed.weaknesses.iter().flat_map(|weakness| weakness.cve.iter().cloned()).collect();
        assert_eq!(found, expected, "{}", export.name);
        distinct.extend(expected);
    }
    assert!(distinct.len() > 150, "only {} CVEs in the corpus", distinct.len());
}

/// Issues of Burp that were made up for another product's tests, whose types have neither a number nor a name that Burp knows.
const WITHOUT_TYPES: &str = "DefectDojo__django-DefectDojo/burp/burp_graphql/";

#[test]
fn every_field_survives() {
    let Some(corpus) = at_hand() else { return };
    let mut all = Vec::new();
    for export in &corpus {
        all.extend(fields::lost(&export.bytes).into_iter().map(|lost| format!("{}: {lost}", export.name)));
    }
    assert!(all.is_empty(), "{} fields are lost, such as\n{}", all.len(), all[..all.len().min(40)].join("\n"));
}

#[test]
fn nothing_of_the_corpus_is_quarantined() {
    let Some(corpus) = at_hand() else { return };
    for export in corpus.iter().filter(|export| !export.name.starts_with(WITHOUT_TYPES)) {
        if let Outcome::Read(file) = read(&export.bytes) {
            assert!(file.quarantined.is_empty(), "{}: {:?}", export.name, file.quarantined);
        }
    }
}

#[test]
fn a_cut_export_is_refused() {
    let Some(corpus) = at_hand() else { return };
    for export in corpus.iter().filter(|export| export.bytes.len() < 60_000) {
        if let Outcome::Read(file) = read(&export.bytes) {
            // Where a line ends, a table may end.
            if file.parsed.scan.format == "Nessus CSV" {
                continue;
            }
            let end = export.bytes.iter().rposition(|byte| matches!(byte, b'>' | b'}')).unwrap_or(0);
            for cut in [end / 4, end / 2, end - 1, end] {
                assert!(matches!(read(&export.bytes[..cut]), Outcome::Refused(_)), "{} cut at {cut}", export.name);
            }
        }
    }
}

/// Another product's reading of the same files, in what it does not get wrong: the rows that it merges, and the titles that are
/// left. It finds nothing in files without a `Report` or without instances, so those are passed over.
#[test]
fn rows_and_titles_agree_with_another_reader() {
    let Some(corpus) = at_hand() else { return };
    let Some(expectations) = files::expectations() else { return };
    let mut compared = 0;
    for export in &corpus {
        let Outcome::Read(file) = read(&export.bytes) else { continue };
        let Some(expected) = expectations.get(&export.name).filter(|expected| expected.rows > 0) else { continue };
        match file.parsed.scan.format.as_str() {
            "Nessus v2 XML" | "Nessus CSV" => {
                assert_eq!(file.parsed.rows, expected.rows, "{}: rows", export.name);
                // It leaves the title of open ports empty.
                let titles: BTreeSet<String> =
                    file.parsed.weaknesses.iter().map(|weakness| weakness.title.clone()).collect();
                let expected = expected.titles.iter().map(|title| if title.is_empty() { "Open port" } else { title });
                assert_eq!(titles, expected.map(str::to_owned).collect(), "{}: titles", export.name);
            }
            "ZAP XML" => assert_eq!(file.parsed.rows, expected.rows, "{}: rows", export.name),
            _ => continue,
        }
        compared += 1;
    }
    assert!(compared > 40, "only {compared} files were compared");
}
