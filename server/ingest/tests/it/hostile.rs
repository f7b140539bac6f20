//! Files that are refused, and why.

use crate::support::{Kept, bytes, folder, read_bytes, refusal};
use ingest::{FORMATS, Limits, Options, RefusalCode, Sink, parse, recognize};
use model::facts::Row;
use std::ops::ControlFlow;

/// A fixture of each format, with more than two rows.
const ROWS: [&str; 16] = [
    "nessus/full.nessus",
    "nessus/full.csv",
    "nessus/v1.nessus",
    "nessus/api_outputs.json",
    "nessus/export_chunk.json",
    "zap/plain.json",
    "zap/plain.xml",
    "zap/alerts.json",
    "burp/issues.xml",
    "burp/rest.json",
    "burp/graphql.json",
    "burp/professional.html",
    "burp/dast.html",
    "burp/dastardly.xml",
    "sarif/code.sarif",
    "nmap/shop.xml",
];

#[test]
fn every_hostile_file_is_refused_for_its_own_reason() {
    for (name, code, detail) in [
        ("blank.xml", RefusalCode::Empty, ""),
        ("deep.json", RefusalCode::TooDeep, "256"),
        ("deep.nessus", RefusalCode::TooDeep, "256"),
        ("empty.nessus", RefusalCode::Empty, ""),
        ("entity_bomb.nessus", RefusalCode::EntityDeclared, "<!ENTITY a "),
        ("external_dtd.xml", RefusalCode::ExternalDtd, "issues"),
        ("file_entity.xml", RefusalCode::EntityDeclared, "<!ENTITY x "),
        ("many_attributes.nessus", RefusalCode::TooManyAttributes, "256"),
        ("nessus_v1.nessus", RefusalCode::UnsupportedFormat, "Nessus v1 XML with several reports"),
        ("nul.nessus", RefusalCode::Malformed, "NUL"),
        ("open_quote.csv", RefusalCode::Truncated, "\" (column 13)"),
        ("page.xml", RefusalCode::NotAScan, "XML <feed>"),
        ("parameter_entity.xml", RefusalCode::EntityDeclared, "<!ENTITY % x "),
        ("settings.json", RefusalCode::NotAScan, "JSON"),
        ("summary.csv", RefusalCode::UnsupportedFormat, "Tenable.sc vulnerability summary"),
        ("tail.json", RefusalCode::Malformed, "trailing characters"),
        ("text.nessus", RefusalCode::NotAScan, "text"),
        ("truncated.json", RefusalCode::Truncated, "EOF"),
        ("truncated.nessus", RefusalCode::Truncated, "<cm:compliance-reference>"),
        ("two_roots.nessus", RefusalCode::Malformed, "<"),
        ("unclosed_tag.nessus", RefusalCode::Malformed, "<HostProperties> … </ReportHost>"),
        ("unknown_encoding.nessus", RefusalCode::Encoding, "x-klingon"),
        ("wrong_root.nessus", RefusalCode::NotAScan, "XML <NessusClientData_vwrong>"),
    ] {
        let refusal = refusal(&format!("hostile/{name}"));
        assert_eq!(refusal.code, code, "{name}: {refusal}");
        assert!(refusal.detail.starts_with(detail), "{name}: {refusal}");
    }
}

#[test]
fn a_policy_without_a_report_is_named() {
    let refusal = refusal("nessus/policy_only.nessus");
    assert_eq!((refusal.code, refusal.detail.as_str()), (RefusalCode::NessusPolicy, "Weekly"));
}

#[test]
fn a_refusal_says_where() {
    let refusal = refusal("hostile/unclosed_tag.nessus");
    let text = String::from_utf8(bytes("hostile/unclosed_tag.nessus")).unwrap();
    let offset = text.find("</ReportHost>").unwrap();
    assert_eq!(refusal.offset, Some(offset as u64));
    assert_eq!(refusal.line, Some(text[..offset].matches('\n').count() as u64 + 1));
}

#[test]
fn limits_are_the_callers() {
    let limited = |name: &str, limits: Limits| {
        let options = Options { limits, ..Options::default() };
        read_bytes(&bytes(name), &options).err().map(|refusal| refusal.code)
    };
    let small = Limits { max_event: 1000, ..Limits::default() };
    assert_eq!(limited("hostile/large_attribute.nessus", small), Some(RefusalCode::EventTooLarge));
    assert_eq!(limited("hostile/large_string.json", small), Some(RefusalCode::EventTooLarge));
    let short = Limits { max_bytes: 1000, ..Limits::default() };
    for name in ROWS {
        assert_eq!(limited(name, short), Some(RefusalCode::TooLarge), "{name}");
        let few = Limits { max_rows: 2, ..Limits::default() };
        assert_eq!(limited(name, few), Some(RefusalCode::TooManyRows), "{name}");
    }
}

#[test]
fn a_sink_can_stop_the_reading() {
    struct Full(u32);

    impl Sink for Full {
        fn row(&mut self, _: Row) -> ControlFlow<()> {
            self.0 += 1;
            if self.0 == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        }

        fn quarantined(&mut self, _: ingest::Quarantined) -> ControlFlow<()> {
            ControlFlow::Continue(())
        }
    }

    for name in ROWS {
        let mut sink = Full(0);
        let refusal = parse(&mut bytes(name).as_slice(), &Options::default(), &mut sink).unwrap_err();
        assert_eq!((refusal.code, sink.0), (RefusalCode::Stopped, 2), "{name}");
    }
}

#[test]
fn every_format_of_the_registry_has_fixtures_and_a_name_of_its_own() {
    let mut seen: Vec<&str> = Vec::new();
    for part in ["nessus", "zap", "burp", "sarif", "wapiti", "nmap"] {
        for entry in std::fs::read_dir(folder().join(part)).unwrap() {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            let head = &bytes[..bytes.len().min(ingest::HEAD)];
            if let Ok(recognized) = recognize(head) {
                seen.push(recognized.name);
            }
        }
    }
    let mut names: Vec<_> = FORMATS.iter().map(|format| format.name()).collect();
    for name in &names {
        assert!(seen.contains(name), "{name} has no fixture");
    }
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), FORMATS.len());
}

#[test]
fn reading_hands_nothing_over_for_what_is_no_scan() {
    let mut kept = Kept::default();
    parse(&mut b"nothing".as_slice(), &Options::default(), &mut kept).unwrap_err();
    assert!(kept.rows.is_empty());
}
