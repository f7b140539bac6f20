//! What no fact takes is kept, and what was not escaped is repaired.

use crate::support::{File, bytes, evidence, read, read_bytes};
use ingest::Options;
use model::facts::{EvidenceKind, Row, WeaknessFacts};

/// The fields of a rule as lines.
fn fields(weakness: &WeaknessFacts) -> Vec<String> {
    weakness.prose.fields.iter().map(|(name, value)| format!("{name}: {value}")).collect()
}

fn of_row(row: &Row) -> Vec<&str> {
    evidence(row, EvidenceKind::Field)
}

fn remarks(file: &File) -> Vec<String> {
    file.parsed.scan.remarks.iter().map(|remark| format!("{} {}", remark.code, remark.detail)).collect()
}

#[test]
fn the_fields_of_a_plugin_are_kept_over_all_its_rows() {
    let file = read("nessus/fields.nessus");
    let weakness = file.weakness("200001");
    assert_eq!(
        fields(weakness),
        [
            "agent: all",
            "cvss3_base_score: 8.1",
            "cvss_base_score: 6.8",
            "description: A flaw.",
            "epss_score: 0.42",
            "exploit_available: true",
            "fname: example.nasl",
            "plugin_name: Example Library",
            "risk_factor: High",
            "vpr_score: 6.7",
            "vpr_score: 7.1",
        ]
    );
    assert_eq!((weakness.fields.len(), weakness.fields[9].as_str()), (10, "vpr_score"));
    assert_eq!(weakness.prose.description, "A flaw, as it is known since today.");
    assert_eq!(weakness.score_tenths, Some(81));
    // Nothing is lost of a check's plugin.
    assert_eq!(
        fields(file.weakness("21157/9f3a")),
        [
            "compliance-audit-file: cis.audit",
            "compliance-benchmark-version: 2.0.0",
            "compliance_check_type: unix",
            "pluginName: Unix Compliance Checks",
        ]
    );
}

#[test]
fn what_is_not_the_rules_stands_on_the_row() {
    let file = read("nessus/fields.nessus");
    let rows: Vec<_> = file.rows("200001").collect();
    assert_eq!(
        of_row(rows[0]),
        [
            "@zone: dmz",
            "attachment: screen.png (image/png) 0123456789abcdef0123456789abcdef",
            "proof: GET /?a=1 <2",
            "trace: <hop>10.0.0.254</hop>",
            "trace@depth: 2",
        ]
    );
    assert!(of_row(rows[1]).is_empty());
    assert_eq!(of_row(file.rows("21157/9f3a").next().unwrap()), ["compliance-error: none"]);
    // The properties of a host stand on the row that tells of its scan; without one, they are counted.
    let about = of_row(file.rows("19506").next().unwrap());
    assert!(about.contains(&"cpe-0: cpe:/o:debian:debian_linux:12") && about.contains(&"patch-summary-total-cves: 7"));
    assert_eq!(
        remarks(&file),
        [
            "attachment screen.png (image/png) ×1",
            "host_property_not_kept traceroute-hop- ×2",
            "markup_kept_literally hop",
            "unknown_element @zone ×1",
            "unknown_element patches ×1",
            "unknown_element proof ×1",
            "unknown_element trace ×1",
        ]
    );
}

#[test]
fn a_description_alone_is_what_was_found() {
    let file = read("nessus/fields.nessus");
    let found: Vec<_> = file.rows("200002").flat_map(|row| evidence(row, EvidenceKind::Output)).collect();
    assert_eq!(found, ["An SSH server answered.", "An SMTP server that talks a lot answered."]);
    let weakness = file.weakness("200002");
    assert_eq!(weakness.prose.description, "An SMTP server that talks a lot answered.");
    assert_eq!(fields(weakness), ["plugin_version: $Revision: 1.2 $"]);
}

/// The text with the elements that begin with `outer`, and those inside them that begin with `inner`, in the opposite order.
fn reversed(text: &str, outer: &str, inner: &str) -> String {
    let close = format!("</{}>", outer.trim_matches(['<', '>', ' ']));
    let Some(first) = text.find(outer) else { return text.to_owned() };
    let last = text.rfind(&close).map_or(text.len(), |at| at + close.len());
    let parts = text[first..last].split_inclusive(&close);
    let mut parts: Vec<_> =
        parts.map(|part| if inner.is_empty() { part.to_owned() } else { reversed(part, inner, "") }).collect();
    parts.reverse();
    format!("{}{}{}", &text[..first], parts.concat(), &text[last..])
}

#[test]
fn the_order_of_rows_makes_no_difference() {
    for (name, outer, inner) in [
        ("nessus/fields.nessus", "<ReportHost ", "<ReportItem "),
        ("nessus/full.nessus", "<ReportHost ", ""),
        ("zap/fields.xml", "<site ", "<instance>"),
        ("burp/fields.xml", "<issue>", ""),
    ] {
        let text = String::from_utf8(bytes(name)).unwrap();
        let turned = reversed(&text, outer, inner);
        assert_ne!(text, turned);
        let turned = read_bytes(turned.as_bytes(), &Options::default()).unwrap();
        let sorted = |file: &File| {
            let mut weaknesses = file.parsed.weaknesses.clone();
            weaknesses.sort_by(|a, b| a.rule.cmp(&b.rule));
            weaknesses
        };
        assert_eq!(sorted(&read(name)), sorted(&turned), "{name}");
    }
}

#[test]
fn zap_says_the_same_in_both_formats() {
    let (xml, json) = (read("zap/fields.xml"), read("zap/fields.json"));
    for file in [&xml, &json] {
        let weakness = file.weakness("10038-1");
        assert_eq!(
            fields(weakness),
            ["desc: One.", "name: CSP Header", "tags: OWASP_2021_A05 (https://example.com/a05)", "wascid: n/a"]
        );
        assert_eq!(weakness.refs, ["OWASP_2021_A05", "SYSTEMIC", "WASC:15"]);
        assert_eq!(weakness.prose.description, "One, as the API has it.");
        let second = file.rows("10038-1").nth(1).unwrap();
        assert_eq!(
            of_row(second),
            [
                "count: 9",
                "mood: calm",
                "nodeName: http://shop.example.com/a",
                "otherinfo: Told of one.",
                "sourceid: 3",
                "systemic: true",
            ]
        );
    }
    assert_eq!(xml.parsed.weaknesses, json.parsed.weaknesses);
    let first = |file: &File| of_row(file.rows("10038-1").next().unwrap()).last().map(|field| (*field).to_owned());
    assert_eq!(first(&xml).as_deref(), Some("verdict@code: 7"));
    assert_eq!(first(&json).as_deref(), Some("verdict: {\"@code\":7,\"text\":[\"odd\"]}"));
    assert_eq!(remarks(&xml), ["unknown_element mood ×1", "unknown_element verdict ×1", "unknown_element weather ×1"]);
    assert_eq!(
        remarks(&json),
        [
            "alert_ignored http://api.example.com ×1",
            "alert_ignored http://shop.example.com ×1",
            "scanner_said Job spider: failed",
            "unknown_element mood ×1",
            "unknown_element verdict ×1",
            "unknown_element weather ×1",
        ]
    );
}

#[test]
fn an_alert_with_large_messages_is_not_held() {
    let text = String::from_utf8(bytes("zap/fields.xml")).unwrap();
    let body = format!("<responsebody>{}</responsebody></instance>", "x".repeat(600_000));
    let file = read_bytes(text.replace("</instance>", &body).as_bytes(), &Options::default()).unwrap();
    let rows: Vec<_> = file.rows("10038-1").collect();
    assert_eq!(rows.len(), 3);
    // What is said after the instances stands on the last of them.
    assert!(of_row(rows[1]).contains(&"count: 9"));
}

#[test]
fn burp_keeps_what_its_elements_say_besides() {
    let file = read("burp/fields.xml");
    let weakness = file.weakness("4197376");
    assert_eq!(weakness.title, "Input returned in the response");
    assert_eq!(weakness.prose.description, "See this (https://example.com/x):\n• one\n• two");
    assert_eq!(weakness.prose.references, "Title: https://example.com/r\nA book");
    assert_eq!(
        fields(weakness),
        [
            "issueBackground: Short.",
            "name: Input returned",
            "vulnerabilityClassifications: CWE-20: Improper Input Validation: https://cwe.mitre.org/data/definitions/20.html",
        ]
    );
    let rows: Vec<_> = file.rows("4197376").collect();
    assert_eq!(
        of_row(rows[0]),
        ["elapsed: 12", "location: /b (in the body)", "mood: calm", "mood@note: a & b", "responseRedirected: true"]
    );
    assert_eq!(of_row(rows[1]), ["host@ip: 192.0.2.11"]);
    assert_eq!(evidence(rows[0], EvidenceKind::Detail), ["Issued to: | shop\n\n 1 < 2"]);
    assert_eq!(evidence(rows[1], EvidenceKind::Detail), ["if a < b then isn't"]);
    assert_eq!(
        remarks(&file),
        [
            "less_than_kept_literally ",
            "markup_kept_literally a",
            "markup_kept_literally li",
            "markup_kept_literally p",
            "markup_kept_literally ul",
            "unknown_element elapsed ×1",
            "unknown_element mood ×1",
            "unknown_element weather ×1",
        ]
    );
}

#[test]
fn what_was_not_escaped_is_read_as_it_was_meant() {
    let file = read("nessus/unescaped.nessus");
    let weakness = file.weakness("200003");
    assert_eq!(weakness.title, "Odd & old &who;");
    assert_eq!(weakness.prose.synopsis, "If 1 < 2, it's odd.");
    assert_eq!(weakness.prose.description, "A <b>bold</b> word \u{b} and &#0; <PAYLOAD_1> x<y.");
    assert_eq!(evidence(file.rows("200003").next().unwrap(), EvidenceKind::Output), ["R&D &nbsp; a <= b"]);
    assert_eq!(evidence(file.rows("200004").next().unwrap(), EvidenceKind::Output), ["It isn't\u{1} odd."]);
    let expected = [
        "ampersand_kept_literally ",
        "control_character_kept #xB",
        "control_character_kept ×1",
        "entity_kept_literally #0",
        "entity_kept_literally nbsp",
        "entity_kept_literally who",
        "less_than_kept_literally ",
        "markup_kept_literally PAYLOAD_1",
        "markup_kept_literally b",
    ];
    assert_eq!(remarks(&file), expected);
    // The other formats in XML share the reader.
    for (name, at) in [("zap/plain.xml", "<desc>"), ("burp/broken_rows.xml", "<issueDetail>")] {
        let text = String::from_utf8(bytes(name)).unwrap();
        let at = if text.contains(at) { at } else { "<path>" };
        let odd = format!("{at}R&D &nbsp; &#0; &#xB; a < b \u{1} <b>x</b> ");
        let file = read_bytes(text.replace(at, &odd).as_bytes(), &Options::default()).unwrap();
        let found = remarks(&file);
        for code in ["ampersand", "control", "entity", "less_than", "markup"] {
            assert!(found.iter().any(|remark| remark.starts_with(code)), "{name} {code}: {found:?}");
        }
    }
}
