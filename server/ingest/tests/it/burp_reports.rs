//! Burp's reports for people (HTML) and for pipelines (`JUnit`).

use crate::support::{File, bytes, evidence, read, read_bytes, refusal};
use ingest::{Options, QuarantineReason, RefusalCode};
use model::Severity;
use model::facts::{EvidenceKind, Place};
use std::collections::BTreeSet;

const SHOP: &str = "https://shop.example.com";
const XSS: &str = "2097920";

fn insertion(path: &str, point: &str) -> Place {
    Place::Insertion { path: path.to_owned(), point: point.to_owned() }
}

/// What an occurrence is known by: asset, rule and place of every row; points only where `points` says so.
fn known(file: &File, points: bool) -> BTreeSet<(String, String, String)> {
    let place = |place: &Place| match place {
        Place::Insertion { path, point } if points => format!("{path} [{point}]"),
        Place::Insertion { path, .. } => path.clone(),
        other => panic!("{other:?}"),
    };
    let rows = file.kept.rows.iter();
    rows.map(|row| {
        let rule = file.parsed.weaknesses[row.weakness as usize].rule.clone();
        (file.facts(row).name.clone(), rule, place(&row.place))
    })
    .collect()
}

fn reasons(file: &File) -> Vec<(QuarantineReason, &str)> {
    file.kept.quarantined.iter().map(|row| (row.reason, row.detail.as_str())).collect()
}

#[test]
fn one_issue_is_the_same_in_every_format() {
    let xml = read("burp/issues.xml");
    let html = read("burp/professional.html");
    assert_eq!(known(&html, false), known(&xml, false));
    assert_eq!(html.places(XSS), xml.places(XSS));
    assert_eq!((html.parsed.rows, html.parsed.no_finding), (xml.parsed.rows, xml.parsed.no_finding));
    let dast: BTreeSet<_> = known(&read("burp/dast.html"), false);
    for path in ["/search", "/buy"] {
        let row = (SHOP.to_owned(), XSS.to_owned(), path.to_owned());
        assert!(dast.contains(&row) && known(&read("burp/dastardly.xml"), false).contains(&row), "{path}");
    }
}

#[test]
fn texts_and_classes_are_those_of_the_xml() {
    let xml = read("burp/issues.xml");
    let expected = xml.weakness(XSS);
    for name in ["burp/professional.html", "burp/dast.html", "burp/dastardly.xml"] {
        let file = read(name);
        let weakness = file.weakness(XSS);
        assert_eq!((&weakness.title, &weakness.cwe, &weakness.refs), (&expected.title, &expected.cwe, &expected.refs));
        let (prose, as_xml) = (&weakness.prose, &expected.prose);
        assert_eq!((&prose.solution, &prose.references), (&as_xml.solution, &as_xml.references), "{name}");
        // In plain text nothing stands for anything else.
        let plain = "Script & more.\n\nSecond: <script> as &lt;script&gt;.";
        assert_eq!(prose.description, if name.ends_with("xml") { plain } else { &as_xml.description }, "{name}");
        let first = file.rows(XSS).next().unwrap();
        assert_eq!((first.severity, first.confidence.as_deref()), (Severity::High, Some("Certain")), "{name}");
        assert_eq!(evidence(first, EvidenceKind::Detail), ["The value of the q parameter."], "{name}");
    }
}

#[test]
fn professional_html_says_what_ran_and_when() {
    let scan = read("burp/professional.html").parsed.scan;
    assert_eq!((scan.tool_version.as_str(), scan.format.as_str()), ("2026.1.2", "Burp HTML"));
    assert_eq!(scan.finished_at.unwrap().rfc3339(), "2026-03-02T09:00:00Z");
    assert!(!scan.coverage.whole_project && !scan.coverage.incomplete && scan.remarks.is_empty(), "{:?}", scan.remarks);
    let options = Options { whole_project: true, ..Options::default() };
    assert!(read_bytes(&bytes("burp/professional.html"), &options).unwrap().parsed.scan.coverage.whole_project);
}

#[test]
fn messages_of_professional_html_keep_their_lines() {
    let file = read("burp/professional.html");
    let rows: Vec<_> = file.rows(XSS).collect();
    assert_eq!(
        evidence(rows[0], EvidenceKind::Response),
        ["HTTP/1.1 200 OK\n\n<html>\n<script>alert(1)</script></html>\n...[SNIP]..."]
    );
    assert_eq!(evidence(rows[1], EvidenceKind::Request), ["POST /buy HTTP/1.1", "POST /buy?2 HTTP/1.1"]);
    assert_eq!(
        evidence(rows[1], EvidenceKind::Detail),
        [
            "The value of the item parameter.\n\nEncode the item.\n\nCollaborator DNS interaction\nThe server asked for a name."
        ]
    );
}

/// The user chooses what the sections are: a type is named by the innermost heading that is no place.
#[test]
fn sections_may_be_nested_in_any_way() {
    let document = String::from_utf8(bytes("burp/professional.html")).unwrap();
    let by_severity =
        document.replace("BODH1", "BODH2").replace("<span class=\"BODH0\"", "<span class=\"BODH1\"").replacen(
            "<span class=\"BODH1\" id=\"1\"",
            "<span class=\"BODH0\" id=\"0\">1.&nbsp;High</span><span class=\"BODH1\" id=\"1\"",
            1,
        );
    let file = read_bytes(by_severity.as_bytes(), &Options::default()).unwrap();
    assert_eq!(known(&file, true), known(&read("burp/professional.html"), true));
    assert_eq!(file.weakness(XSS).prose.solution, "Encode.");
}

#[test]
fn dast_html_says_what_ran_and_when() {
    let scan = read("burp/dast.html").parsed.scan;
    assert_eq!(
        (scan.format.as_str(), scan.policy.as_str()),
        ("Burp DAST HTML", "Audit checks - all, Never stop crawl")
    );
    assert_eq!(scan.started_at.unwrap().rfc3339(), "2026-03-01T23:30:00Z");
    assert_eq!(scan.finished_at.unwrap().rfc3339(), "2026-03-02T09:00:00Z");
    assert!(scan.zone_assumed && !scan.coverage.incomplete && scan.remarks.is_empty(), "{:?}", scan.remarks);
}

#[test]
fn dast_html_joins_the_list_and_the_details() {
    let file = read("burp/dast.html");
    assert_eq!(file.parsed.rows, 5);
    let serials: Vec<_> = file.rows(XSS).map(|row| (row.severity, row.serial.as_deref())).collect();
    assert_eq!(serials, [(Severity::High, Some("1001")), (Severity::Medium, Some("1002"))]);
    let second = file.rows(XSS).nth(1).unwrap();
    assert_eq!(evidence(second, EvidenceKind::Detail), ["The value of the item parameter.\n\nReferences\ninside"]);
    assert_eq!(evidence(second, EvidenceKind::Request).len(), 2);
    // Whoever reports an issue decides whose type it is, not its name.
    assert_eq!(file.places("134217728/Retire: old library"), [(SHOP, &insertion("/app.js", ""))]);
    assert_eq!(
        file.places("134217728/SQL injection"),
        [("http://api.example.com:8080", &insertion("/api", "id parameter"))]
    );
    // Listed only.
    assert_eq!(file.places("16777472"), [(SHOP, &insertion("/", ""))]);
}

#[test]
fn test_cases_without_a_failure_are_no_findings() {
    let file = read("burp/dastardly.xml");
    assert_eq!((file.parsed.rows, file.parsed.no_finding, file.kept.rows.len()), (6, 3, 3));
    assert_eq!(file.places(XSS), [(SHOP, &insertion("/search", "")), (SHOP, &insertion("/buy", ""))]);
    let row = file.rows(XSS).next().unwrap();
    assert_eq!(evidence(row, EvidenceKind::Request), ["GET /search?q=1 HTTP/2\nHost: shop.example.com"]);
    assert_eq!(evidence(row, EvidenceKind::Response), ["HTTP/2 200 OK\n\n<script>alert(1)</script>\nReferences"]);
    assert!(file.asset("http://api.example.com:8080").observation.reached);
    let scan = &file.parsed.scan;
    assert_eq!((scan.format.as_str(), scan.finished_at), ("Burp JUnit XML", None));
    assert!(!scan.coverage.whole_project && !scan.coverage.incomplete);
}

#[test]
fn rows_that_make_no_sense_are_quarantined() {
    let file = read("burp/professional_broken.html");
    assert_eq!(
        reasons(&file),
        [
            (QuarantineReason::FieldMissing, "severity"),
            (QuarantineReason::FieldInvalid, "severity=dire"),
            (QuarantineReason::FieldInvalid, "host=shop"),
            (QuarantineReason::RuleMissing, "type"),
        ]
    );
    assert!(file.kept.quarantined[0].raw.starts_with(b"<span>1.&nbsp;SQL injection</span>\n<h2>Issue detail</h2>"));
    let file = read("burp/dast_broken.html");
    assert_eq!(
        reasons(&file),
        [
            (QuarantineReason::FieldInvalid, "severity=dire"),
            (QuarantineReason::FieldMissing, "severity"),
            (QuarantineReason::RuleMissing, "name"),
            (QuarantineReason::FieldInvalid, "host=the shop"),
        ]
    );
    assert_eq!(file.places("1049088"), [(SHOP, &insertion("/b", ""))]);
    let file = read("burp/dastardly_broken.xml");
    assert_eq!(
        reasons(&file),
        [
            (QuarantineReason::FieldInvalid, "severity=dire"),
            (QuarantineReason::FieldMissing, "host"),
            (QuarantineReason::RuleMissing, "name"),
        ]
    );
    assert_eq!(file.parsed.no_finding, 1);
}

/// A report with fewer rows than it says, or of a scan that did not end well, proves nothing absent.
#[test]
fn what_is_not_whole_is_incomplete() {
    let remarks = |file: &File| {
        let remarks = file.parsed.scan.remarks.iter();
        remarks.map(|remark| (remark.code.clone(), remark.detail.clone())).collect::<Vec<_>>()
    };
    let remark = |code: &str, detail: &str| (code.to_owned(), detail.to_owned());
    for (name, expected) in [
        ("burp/professional_broken.html", vec![remark("count_differs", "4 / 3")]),
        ("burp/dast_broken.html", vec![remark("count_differs", "5 / 9"), remark("time_not_understood", "soon")]),
        ("burp/dastardly_broken.xml", vec![remark("count_differs", "4 / 7")]),
    ] {
        let file = read(name);
        assert!(file.parsed.scan.coverage.incomplete, "{name}");
        assert_eq!(remarks(&file), expected, "{name}");
    }
    let stopped = String::from_utf8(bytes("burp/dast.html")).unwrap().replace("Completed", "Failed");
    assert!(read_bytes(stopped.as_bytes(), &Options::default()).unwrap().parsed.scan.coverage.incomplete);
}

#[test]
fn a_part_is_read_only_if_asked_for() {
    let whole = bytes("burp/dast.html");
    let cut = whole.windows(6).rposition(|window| window == b"</html").unwrap() / 10 * 9;
    let options = Options { accept_partial: true, whole_project: true, ..Options::default() };
    let file = read_bytes(&whole[..cut], &options).unwrap();
    assert!(file.parsed.scan.coverage.incomplete && (2..5).contains(&file.parsed.rows), "{}", file.parsed.rows);
    assert_eq!(read_bytes(&whole[..cut], &Options::default()).err().unwrap().code, RefusalCode::Truncated);
}

#[test]
fn other_pages_and_other_tests_are_refused_by_name() {
    for (name, detail) in [("burp/other.html", "HTML report (ZAP)"), ("burp/junit.xml", "JUnit XML")] {
        let refusal = refusal(name);
        assert_eq!((refusal.code, refusal.detail.as_str()), (RefusalCode::UnsupportedFormat, detail));
    }
    // Tests of Burp's own kind are known without Dastardly's name too.
    let tests = String::from_utf8(bytes("burp/dastardly.xml")).unwrap().replace("Dastardly scan results", "Results");
    assert_eq!(read_bytes(tests.as_bytes(), &Options::default()).unwrap().parsed.rows, 6);
    let page = b"<html><head><title>Burp Suite</title></head><body>issue-container</body></html>";
    assert_eq!(read_bytes(page, &Options::default()).err().unwrap().detail, "HTML report (Burp)");
}
