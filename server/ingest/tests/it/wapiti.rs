//! Wapiti's report.

use crate::support::{evidence, read};
use ingest::QuarantineReason;
use model::facts::{EvidenceKind, Place};
use model::{Micros, Severity, Tool};

fn request(method: &str, target: &str, parameter: &str) -> Place {
    Place::Request { method: method.to_owned(), target: target.to_owned(), parameter: parameter.to_owned() }
}

#[test]
fn entries_are_rows_under_their_category() {
    let file = read("wapiti/shop.json");
    assert_eq!((file.parsed.rows, file.kept.rows.len(), file.parsed.quarantined), (4, 3, 1));
    let scan = &file.parsed.scan;
    assert_eq!(
        (scan.tool, scan.tool_version.as_str(), scan.name.as_str()),
        (Tool::Other, "3.2.3", "http://shop.test/")
    );
    assert_eq!(scan.started_at, Some(Micros(1_767_607_200_000_000)));
    let row = &file.kept.rows[0];
    assert_eq!((&row.place, row.severity), (&request("GET", "/items", "id"), Severity::Critical));
    assert_eq!(file.facts(row).name, "http://shop.test");
    let weakness = &file.parsed.weaknesses[row.weakness as usize];
    assert_eq!((weakness.rule.as_str(), weakness.cwe.as_slice()), ("SQL Injection", [89].as_slice()));
    assert_eq!(evidence(row, EvidenceKind::Response)[0].lines().next(), Some("HTTP 500"));
    let odd = &file.kept.quarantined[0];
    assert_eq!((odd.reason, odd.detail.as_str()), (QuarantineReason::FieldInvalid, "level=9"));
}

#[test]
fn the_pages_that_were_crawled_are_what_it_looked_at() {
    let file = read("wapiti/shop.json");
    let visited = file.parsed.scan.coverage.ran_there.as_ref().unwrap().visited.as_ref().unwrap();
    assert_eq!(visited["http://shop.test"], ["/", "/items", "/notes", "/search"]);
    assert_eq!(file.parsed.assets[0].observation.credentialed, Some(false), "nobody was signed in");
    // Without the list nothing is told of it, and a target of which nothing is reported was looked at all the same.
    let empty = read("wapiti/empty.json");
    assert_eq!((empty.parsed.rows, empty.parsed.assets.len()), (0, 1));
    assert_eq!(empty.parsed.scan.coverage.ran_there, None);
    assert_eq!(empty.parsed.assets[0].observation.credentialed, Some(true));
}
