//! ZAP, XML and JSON.

use crate::support::{evidence, read};
use ingest::QuarantineReason;
use model::Severity;
use model::facts::{AssetKind, EvidenceKind, Place, Row};

fn request(method: &str, target: &str, parameter: &str) -> Place {
    Place::Request { method: method.to_owned(), target: target.to_owned(), parameter: parameter.to_owned() }
}

/// The rows without what only one of the formats says.
fn without_fields(rows: &[Row]) -> Vec<Row> {
    let mut rows = rows.to_vec();
    for row in &mut rows {
        row.evidence.retain(|part| part.kind != EvidenceKind::Field);
    }
    rows
}

#[test]
fn xml_and_json_say_the_same() {
    let (xml, json, sorted) = (read("zap/plain.xml"), read("zap/plain.json"), read("zap/sorted.json"));
    for other in [&json, &sorted] {
        assert_eq!(without_fields(&xml.kept.rows), without_fields(&other.kept.rows));
        assert_eq!(xml.parsed.weaknesses, other.parsed.weaknesses);
        assert_eq!(xml.parsed.scan.finished_at, other.parsed.scan.finished_at);
        let names = |file: &crate::support::File| {
            file.parsed.assets.iter().map(|asset| asset.facts.clone()).collect::<Vec<_>>()
        };
        assert_eq!(names(&xml), names(other));
    }
}

#[test]
fn the_apis_alert_list_says_what_the_report_says() {
    let (report, list) = (read("zap/plain.json"), read("zap/alerts.json"));
    for rule in ["40012", "10038-1", "10202"] {
        assert_eq!(report.places(rule), list.places(rule), "{rule}");
        let told = |file: &crate::support::File| {
            let rows = without_fields(&file.rows(rule).cloned().collect::<Vec<_>>());
            rows.into_iter().map(|row| (row.severity, row.confidence, row.evidence)).collect::<Vec<_>>()
        };
        assert_eq!(told(&report), told(&list), "{rule}");
    }
    assert_eq!(list.parsed.no_finding, 2, "what the scanner marks as false");
    let weakness = list.weakness("40012");
    assert_eq!(
        (weakness.cwe.as_slice(), weakness.prose.description.as_str()),
        (&[79][..], "First.\nThe <script> tag.")
    );
    assert!(weakness.refs.contains(&"OWASP_2021_A03".to_owned()), "{:?}", weakness.refs);
    // It says neither when nor whether it is whole.
    assert!(list.parsed.scan.finished_at.is_none() && list.parsed.scan.coverage.incomplete);
    let lost = &list.kept.quarantined[0];
    assert_eq!((lost.reason, lost.detail.as_str()), (QuarantineReason::FieldMissing, "url"));
    // The list alone, as programs keep it.
    let text = String::from_utf8(crate::support::bytes("zap/alerts.json")).unwrap();
    let alone = text.trim().strip_prefix("{\n \"alerts\":").unwrap().strip_suffix('}').unwrap();
    let alone = crate::support::read_bytes(alone.as_bytes(), &ingest::Options::default()).unwrap();
    assert_eq!(alone.kept.rows, list.kept.rows);
}

#[test]
fn instances_are_rows_and_alerts_without_any_are_too() {
    let file = read("zap/plain.xml");
    assert_eq!((file.parsed.rows, file.parsed.no_finding), (7, 2));
    assert_eq!(
        file.places("40012"),
        [
            ("https://shop.example.com", &request("GET", "/search?q=%3Cscript%3E", "q")),
            ("https://shop.example.com", &request("POST", "/buy", "item"))
        ]
    );
    assert_eq!(
        file.places("10038-1"),
        [("https://shop.example.com", &request("GET", "/", "")), ("http://localhost:8080", &request("GET", "", ""))]
    );
    assert_eq!(file.places("10015"), [("https://shop.example.com", &Place::Whole)]);
    let row = file.rows("40012").next().unwrap();
    assert_eq!((row.severity, row.confidence.as_deref()), (Severity::High, Some("Medium")));
    assert_eq!(evidence(row, EvidenceKind::Attack), ["<script>"]);
}

#[test]
fn what_the_scanner_marks_as_false_is_no_finding() {
    let file = read("zap/plain.xml");
    assert_eq!(file.rows("10202").count(), 0);
    assert_eq!(read("zap/old.xml").parsed.no_finding, 1);
}

#[test]
fn texts_are_plain() {
    let file = read("zap/plain.xml");
    let weakness = file.weakness("40012");
    assert_eq!(weakness.prose.description, "First.\nThe <script> tag.");
    assert_eq!(weakness.prose.references, "https://example.com/1\nhttps://example.com/2");
    assert_eq!(
        (weakness.cwe.as_slice(), weakness.refs.as_slice()),
        ([79].as_slice(), ["WASC:8".to_owned()].as_slice())
    );
    assert_eq!(file.weakness("10015").cwe, Vec::<u32>::new());
}

#[test]
fn sites_are_origins_even_without_alerts_or_scheme() {
    let file = read("zap/plain.xml");
    let names: Vec<_> = file.parsed.assets.iter().map(|asset| asset.facts.name.as_str()).collect();
    assert_eq!(names, ["https://shop.example.com", "http://bare.example.com", "http://localhost:8080"]);
    assert!(file.parsed.assets.iter().all(|asset| asset.facts.kind == AssetKind::Origin && asset.observation.reached));
}

#[test]
fn active_scanning_is_proven_by_an_active_alert_or_by_statistics() {
    let plain = read("zap/plain.xml").parsed.scan;
    assert!(plain.coverage.active_proven && plain.coverage.active_rules.is_empty());
    assert_eq!(plain.finished_at.unwrap().rfc3339(), "2026-03-02T09:00:00.343034Z");
    assert!(!plain.zone_assumed);
    for name in ["zap/plus.xml", "zap/plus.json"] {
        let coverage = read(name).parsed.scan.coverage;
        assert!(coverage.active_proven, "{name}");
        assert_eq!(coverage.active_rules, [40012], "{name}");
    }
    assert!(!read("zap/old.xml").parsed.scan.coverage.active_proven);
}

#[test]
fn insights_say_where_nothing_was_reached() {
    let file = read("zap/plain.json");
    assert!(!file.parsed.scan.coverage.incomplete);
    assert!(file.asset("https://shop.example.com").observation.reached);
    assert!(!file.asset("http://localhost:8080").observation.reached, "every answer was an error");
    assert!(read("zap/plus.json").parsed.scan.coverage.incomplete, "every request failed");
}

#[test]
fn plus_reports_carry_messages_and_tags() {
    for name in ["zap/plus.xml", "zap/plus.json"] {
        let file = read(name);
        let weakness = file.weakness("10038-1");
        assert_eq!(weakness.title, "CSP & more", "{name}");
        assert_eq!(
            (weakness.cwe.as_slice(), weakness.cve.as_slice()),
            ([80, 693].as_slice(), ["CVE-2025-0009".to_owned()].as_slice())
        );
        assert_eq!(weakness.refs, ["OWASP_2021_A03", "WASC:8"], "{name}");
        let row = &file.kept.rows[0];
        assert!(evidence(row, EvidenceKind::Request)[0].starts_with("GET / HTTP/1.1"), "{name}");
        assert!(evidence(row, EvidenceKind::Request)[0].ends_with("b=1"), "{name}");
        assert!(evidence(row, EvidenceKind::Response)[0].ends_with("<html>"), "{name}");
    }
    let json = read("zap/plus.json");
    assert_eq!(evidence(&json.kept.rows[0], EvidenceKind::Detail), ["Told <p> here \\x00"]);
    assert_eq!(read("zap/plus.xml").weakness("10038-1").prose.description, "Plain <p> text");
}

#[test]
fn reports_before_2_4_have_the_place_on_the_alert() {
    let file = read("zap/old.xml");
    assert_eq!(
        file.places("10010"),
        [
            ("http://old.example.com", &request("", "", "sid=1")),
            ("http://old.example.com", &request("", "/a?b=1", "sid=1"))
        ]
    );
    let scan = file.parsed.scan;
    assert_eq!(
        (scan.tool_version.as_str(), scan.finished_at.unwrap().rfc3339().as_str()),
        ("2.2.2", "2014-06-05T09:13:52Z")
    );
    assert!(scan.zone_assumed);
}

#[test]
fn a_single_site_may_stand_without_its_array_and_numbers_may_be_numbers() {
    let file = read("zap/one_site_object.json");
    assert_eq!(file.places("10010"), [("http://a.example.com", &request("GET", "/", ""))]);
    assert_eq!(file.kept.rows[0].severity, Severity::Low);
}

#[test]
fn alerts_that_make_no_sense_are_quarantined_instance_by_instance() {
    for name in ["zap/broken_rows.xml", "zap/broken_rows.json"] {
        let file = read(name);
        let reasons: Vec<_> = file.kept.quarantined.iter().map(|row| (row.reason, row.detail.as_str())).collect();
        assert_eq!(
            reasons,
            [
                (QuarantineReason::RuleMissing, "pluginid"),
                (QuarantineReason::FieldInvalid, "riskcode=7"),
                (QuarantineReason::FieldInvalid, "riskcode=7"),
            ],
            "{name}"
        );
        for (row, number) in file.kept.quarantined.iter().zip(1..) {
            let raw = String::from_utf8_lossy(&row.raw);
            assert!(raw.contains(&format!("http://a.example.com/{number}")), "{name}: {raw}");
        }
    }
}
