//! Burp Suite.

use crate::support::{evidence, read, read_bytes, refusal};
use ingest::{Options, QuarantineReason, RefusalCode};
use model::Severity;
use model::facts::{EvidenceKind, Place};

fn insertion(path: &str, point: &str) -> Place {
    Place::Insertion { path: path.to_owned(), point: point.to_owned() }
}

#[test]
fn the_scan() {
    let scan = read("burp/issues.xml").parsed.scan;
    assert_eq!((scan.tool_version.as_str(), scan.format.as_str()), ("2026.1.2", "Burp XML"));
    assert_eq!(scan.finished_at.unwrap().rfc3339(), "2026-03-02T09:00:00Z");
    assert!(!scan.zone_assumed && !scan.coverage.whole_project);
    let options = Options { whole_project: true, ..Options::default() };
    let whole = read_bytes(&crate::support::bytes("burp/issues.xml"), &options).unwrap();
    assert!(whole.parsed.scan.coverage.whole_project);
}

#[test]
fn every_issue_is_a_row_at_its_insertion_point() {
    let file = read("burp/issues.xml");
    let shop = "https://shop.example.com";
    assert_eq!(
        file.places("2097920"),
        [(shop, &insertion("/search", "q parameter")), (shop, &insertion("/buy", "item parameter"))]
    );
    let severities: Vec<_> =
        file.rows("2097920").map(|row| (row.severity, row.confidence.as_deref(), row.serial.as_deref())).collect();
    assert_eq!(
        severities,
        [(Severity::High, Some("Certain"), Some("1001")), (Severity::Medium, Some("Firm"), Some("1002"))]
    );
    assert_eq!(file.asset(shop).facts.ip.as_deref(), Some("192.0.2.10"));
    assert_eq!((file.parsed.no_finding, file.rows("5244416").count()), (1, 0));
}

#[test]
fn issues_of_extensions_are_told_apart_by_name() {
    let file = read("burp/issues.xml");
    assert_eq!(file.places("134217728/Retire: old library"), [("https://shop.example.com", &insertion("/app.js", ""))]);
    assert_eq!(
        file.places("134217728/Backslash: odd answer"),
        [("http://api.example.com:8080", &insertion("/api", "Host HTTP header"))]
    );
}

#[test]
fn texts_are_plain_and_classified() {
    let file = read("burp/issues.xml");
    let weakness = file.weakness("2097920");
    assert_eq!(weakness.prose.description, "Script & more.\n\nSecond: <script>.");
    assert_eq!(weakness.prose.solution, "Encode.");
    assert_eq!(weakness.prose.references, "Cross-site scripting: https://example.com/xss");
    assert_eq!(
        (weakness.cwe.as_slice(), weakness.refs.as_slice()),
        ([79, 116].as_slice(), ["CAPEC:591".to_owned()].as_slice())
    );
    let row = file.rows("2097920").next().unwrap();
    assert_eq!(evidence(row, EvidenceKind::Detail), ["The value of the q parameter."]);
}

#[test]
fn messages_are_decoded_only_if_they_say_so() {
    let file = read("burp/issues.xml");
    let first = file.rows("2097920").next().unwrap();
    assert_eq!(evidence(first, EvidenceKind::Response), ["HTTP/1.1 200 OK\r\n\r\n\\xff\\x00ñ"]);
    assert_eq!(evidence(file.rows("2097920").nth(1).unwrap(), EvidenceKind::Request).len(), 2);
    let plain = file.rows("134217728/Backslash: odd answer").next().unwrap();
    assert_eq!(evidence(plain, EvidenceKind::Request), ["GET /api HTTP/1.1\n\n", "GET / HTTP/1.1 is not base64"]);
    assert_eq!(evidence(plain, EvidenceKind::Response), ["HTTP/1.1 200 OK\n\nzero \\x00 byte"]);
    assert_eq!(file.parsed.scan.remarks[0].code, "base64_kept_literally");
}

#[test]
fn issues_that_make_no_sense_are_quarantined() {
    let file = read("burp/broken_rows.xml");
    let reasons: Vec<_> = file.kept.quarantined.iter().map(|row| (row.reason, row.detail.as_str())).collect();
    assert_eq!(
        reasons,
        [
            (QuarantineReason::RuleMissing, "type"),
            (QuarantineReason::FieldInvalid, "severity=dire"),
            (QuarantineReason::FieldMissing, "host"),
        ]
    );
    assert!(
        String::from_utf8_lossy(&file.kept.quarantined[0].raw)
            .starts_with("<issue>\n    <serialNumber>1</serialNumber>")
    );
}

#[test]
fn an_empty_report_is_read_and_proxy_items_are_not() {
    assert_eq!(read("burp/no_issues.xml").parsed.rows, 0);
    let items = refusal("burp/items.xml");
    assert_eq!((items.code, items.detail.as_str()), (RefusalCode::UnsupportedFormat, "Burp items XML"));
}
