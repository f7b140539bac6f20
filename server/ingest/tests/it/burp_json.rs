//! Burp Suite's JSON: scans of the REST API and issues of the GraphQL API.

use crate::support::{File, bytes, evidence, read, read_bytes};
use ingest::{Options, QuarantineReason, recognize};
use model::Severity;
use model::facts::{EvidenceKind, Place, Row};

const SHOP: &str = "https://shop.example.com";

/// What each row is identified by.
fn identities(file: &File) -> Vec<(&str, &str, &Place)> {
    let rule = |row: &Row| file.parsed.weaknesses[row.weakness as usize].rule.as_str();
    let mut all: Vec<_> =
        file.kept.rows.iter().map(|row| (file.facts(row).name.as_str(), rule(row), &row.place)).collect();
    all.sort_by_key(|(asset, rule, place)| (*asset, *rule, format!("{place:?}")));
    all
}

fn codes(file: &File) -> Vec<(&str, &str)> {
    file.parsed.scan.remarks.iter().map(|remark| (remark.code.as_str(), remark.detail.as_str())).collect()
}

/// Reads a text with one part of it replaced.
fn edited(name: &str, from: &str, to: &str) -> File {
    let text = String::from_utf8_lossy(&bytes(name)).into_owned();
    assert!(text.contains(from), "{from}");
    let options = Options { whole_project: true, ..Options::default() };
    let edited = text.replacen(from, to, 1);
    read_bytes(edited.as_bytes(), &options).unwrap_or_else(|refusal| panic!("{name}: {refusal}"))
}

#[test]
fn one_scan_is_the_same_in_every_format() {
    let xml = read("burp/issues.xml");
    assert_eq!(xml.kept.rows.len(), 4);
    for name in ["burp/rest.json", "burp/graphql.json"] {
        let json = read(name);
        assert_eq!(identities(&json), identities(&xml), "{name}");
        assert_eq!((json.parsed.rows, json.parsed.no_finding), (5, 1), "{name}");
        assert_eq!(json.weakness("2097920").title, xml.weakness("2097920").title, "{name}");
        let said = |file: &File| -> Vec<_> {
            let of_xss = file.rows("2097920");
            of_xss.map(|row| (row.severity, row.confidence.clone(), row.serial.clone())).collect()
        };
        assert_eq!(said(&json), said(&xml), "{name}");
    }
}

#[test]
fn the_last_event_of_an_issue_counts() {
    let file = read("burp/rest.json");
    let row = file.rows("2097920").next().unwrap();
    assert_eq!((row.severity, row.confidence.as_deref()), (Severity::High, Some("Certain")));
    assert_eq!(evidence(row, EvidenceKind::Detail), ["The value of the q parameter."]);
    let weakness = file.weakness("2097920");
    assert_eq!((weakness.prose.description.as_str(), weakness.prose.solution.as_str()), ("Script & more.", "Encode."));
    assert_eq!(weakness.prose.references, "Cross-site scripting: https://example.com/xss");
    assert_eq!(
        (weakness.cwe.as_slice(), weakness.refs.as_slice()),
        ([79].as_slice(), ["CAPEC:591".to_owned()].as_slice())
    );
}

#[test]
fn messages_are_joined_and_gaps_show() {
    let rest = read("burp/rest.json");
    let row = rest.rows("2097920").next().unwrap();
    assert_eq!(evidence(row, EvidenceKind::Attack), ["<script>"]);
    assert_eq!(evidence(row, EvidenceKind::Request), ["GET /search?q=<script> HTTP/1.1\r\n\r\n"]);
    assert_eq!(evidence(row, EvidenceKind::Response), ["HTTP/1.1 200 OK\r\n\r\n\\xffñ[… 9392 bytes …]"]);
    let buy = rest.rows("2097920").nth(1).unwrap();
    assert_eq!(
        evidence(buy, EvidenceKind::Detail),
        ["Encode item.\n\nThe Collaborator server received an HTTP request."]
    );
    assert_eq!(evidence(buy, EvidenceKind::Request), ["POST /buy HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\n\r\n"]);
    let odd = rest.rows("134217728/Backslash: odd answer").next().unwrap();
    assert_eq!((odd.confidence.as_deref(), odd.severity), (None, Severity::Info));
    assert_eq!(evidence(odd, EvidenceKind::Request), ["GET /api, not base64"]);
    assert_eq!(codes(&rest), [("base64_kept_literally", "")]);

    let graphql = read("burp/graphql.json");
    let row = graphql.rows("2097920").next().unwrap();
    assert_eq!(
        evidence(row, EvidenceKind::Request),
        ["GET /search?q=<script> HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\n\r\n"]
    );
    assert_eq!(evidence(row, EvidenceKind::Response), ["HTTP/1.1 200 OK\r\n\r\n<p>[…][… 9392 bytes …]"]);
    assert_eq!(
        evidence(row, EvidenceKind::Detail),
        [
            "The value of the q parameter.\n\nCollaborator HTTP interaction\n\nThe Collaborator server received an HTTP request."
        ]
    );
}

#[test]
fn an_origin_was_seen_when_its_last_request_was_sent() {
    let file = read("burp/rest.json");
    let scan = &file.parsed.scan;
    assert_eq!((scan.format.as_str(), scan.started_at, scan.finished_at), ("Burp REST API JSON", None, None));
    assert_eq!(file.asset(SHOP).observation.at.unwrap().rfc3339(), "2026-03-02T10:00:01Z");
    assert_eq!(file.asset("http://api.example.com:8080").observation.at, None);
    assert!(file.asset(SHOP).observation.reached);
}

#[test]
fn an_answer_tells_when_the_scan_ran() {
    let scan = read("burp/graphql.json").parsed.scan;
    assert_eq!((scan.format.as_str(), scan.tool_version.as_str()), ("Burp GraphQL JSON", "2026.1.2"));
    assert_eq!(scan.started_at.unwrap().rfc3339(), "2026-03-02T08:00:00.525000Z");
    assert_eq!(scan.finished_at.unwrap().rfc3339(), "2026-03-02T09:00:00Z");
    assert!(!scan.zone_assumed && !scan.coverage.incomplete && !scan.coverage.whole_project);
}

#[test]
fn only_a_whole_scan_that_succeeded_is_complete() {
    for name in ["burp/rest.json", "burp/graphql.json"] {
        let whole = edited(name, "succeeded", "Succeeded");
        assert!(whole.parsed.scan.coverage.whole_project && !whole.parsed.scan.coverage.incomplete, "{name}");
        for status in ["auditing", "failed", "cancelled", "paused"] {
            let file = edited(name, "succeeded", status);
            assert!(file.parsed.scan.coverage.incomplete, "{name}: {status}");
            assert!(codes(&file).contains(&("scan_not_finished", status)), "{name}: {status}");
        }
    }
    for (name, from, to, remark) in [
        ("burp/rest.json", "\"issue_events\": 6", "\"issue_events\": 7", ("part_of_a_scan", "6/7")),
        ("burp/graphql.json", "\"total\": 4", "\"total\": \"41\"", ("part_of_a_scan", "5/41")),
        ("burp/graphql.json", "{", "{\"errors\": [{\"message\": \"no\"}],", ("answer_with_errors", "")),
    ] {
        let file = edited(name, from, to);
        assert!(file.parsed.scan.coverage.incomplete && codes(&file).contains(&remark), "{name}: {remark:?}");
    }
}

#[test]
fn events_that_make_no_sense_are_quarantined() {
    let file = read("burp/broken_events.json");
    let reasons: Vec<_> = file.kept.quarantined.iter().map(|row| (row.reason, row.detail.as_str())).collect();
    assert_eq!(
        reasons,
        [
            (QuarantineReason::RuleMissing, "type_index"),
            (QuarantineReason::FieldInvalid, "severity=undefined"),
            (QuarantineReason::FieldMissing, "origin"),
            (QuarantineReason::FieldMissing, "issue"),
            (QuarantineReason::FieldMissing, "issue"),
            (QuarantineReason::FieldInvalid, "type=issue_withdrawn"),
        ]
    );
    assert!(String::from_utf8_lossy(&file.kept.quarantined[0].raw).contains("\"No type\""));
    // One is named after its type only, and two have no serial number to tell them apart by.
    let serials: Vec<_> = file.rows("5244416").map(|row| row.serial.as_deref()).collect();
    assert_eq!(serials, [None, None, Some("4")]);
    assert_eq!(file.parsed.rows, 9);
}

#[test]
fn gathered_issues_are_found_by_their_types_names() {
    let file = read("burp/gathered.json");
    let point = Place::Insertion { path: "/search".into(), point: String::new() };
    assert_eq!(file.places("2097920"), [(SHOP, &point)]);
    assert_eq!(file.weakness("2097920").cwe, [79]);
    assert_eq!(file.rows("134217728/Old library").next().unwrap().severity, Severity::Info);
    assert_eq!(file.rows("150994944").count(), 1);
    let reasons: Vec<_> = file.kept.quarantined.iter().map(|row| (row.reason, row.detail.as_str())).collect();
    assert_eq!(
        reasons,
        [
            (QuarantineReason::RuleMissing, "type_index"),
            (QuarantineReason::RuleMissing, "type_index"),
            (QuarantineReason::FieldMissing, "severity"),
            (QuarantineReason::FieldInvalid, "origin=shop"),
        ]
    );
    assert_eq!(codes(&file), [("insertion_points_not_told", "")]);
    assert!(file.parsed.scan.coverage.incomplete && file.parsed.scan.finished_at.is_none());
}

#[test]
fn answers_are_told_from_other_json() {
    let name = |text: &str| recognize(text.as_bytes()).ok().map(|recognized| recognized.name);
    for text in [
        r#"{"Issues": []}"#,
        r#"{"data": {"scan": {"id": "1", "issues": []}}}"#,
        r#"{"data": {"issue": {"issue_type": {"type_index": "1"}}}}"#,
        r#"{"issues": [{"issue_type": {}, "serial_number": "1"}]}"#,
        r#"[{"issue_type": {}, "serial_number": "1"}]"#,
    ] {
        assert_eq!(name(text), Some("Burp GraphQL JSON"), "{text}");
        assert!(read_bytes(text.as_bytes(), &Options::default()).is_ok(), "{text}");
    }
    for text in [
        r#"{"issue_events": [], "scan_status": "crawling"}"#,
        r#"{"issue_events": null, "task_id": "1"}"#,
        r#"[{"id": "0", "type": "issue_found", "issue": {}}]"#,
    ] {
        assert_eq!(name(text), Some("Burp REST API JSON"), "{text}");
        assert!(read_bytes(text.as_bytes(), &Options::default()).is_ok(), "{text}");
    }
    for text in [
        r#"{"Issues": [{"FromLinter": "x"}]}"#,
        r#"{"Issues": [], "Report": {}}"#,
        r#"{"Golang errors": {}, "Issues": [{"severity": "HIGH"}], "Stats": {}}"#,
        r#"{"data": {"scan": null}, "errors": []}"#,
        r#"{"data": {"repository": {"issues": []}}}"#,
        r#"{"issues": [{"key": "X-1", "fields": {}}]}"#,
        r#"{"issues": [{"origin": "x", "serial_number": "1"}]}"#,
        r#"{"issue_events": [{"event": "labeled"}]}"#,
        r#"[{"issue": 1, "type": "x"}]"#,
    ] {
        assert_eq!(name(text), None, "{text}");
    }
}

#[test]
fn a_single_answer_and_its_nulls_are_read() {
    let answer = r#"{"data": {"issue": {"issue_type": {"type_index": "3146256", "name": null, "references_html": null},
        "serial_number": 6150599811840047104, "severity": "high", "confidence": null, "path": "/", "origin": "http://shop.example.com:80",
        "evidence": null}}}"#;
    let file = read_bytes(answer.as_bytes(), &Options::default()).unwrap();
    assert!(file.parsed.scan.coverage.incomplete && codes(&file).contains(&("part_of_a_scan", "1")));
    let row = file.rows("3146256").next().unwrap();
    assert_eq!(
        (file.facts(row).name.as_str(), row.serial.as_deref()),
        ("http://shop.example.com", Some("6150599811840047104"))
    );
}
