//! Tables of Nessus, Tenable.sc and Tenable VM.

use crate::support::{File, bytes, cuts, evidence, read, read_bytes, refusal};
use ingest::{Limits, Options, QuarantineReason, RefusalCode};
use model::facts::{EvidenceKind, Place};
use model::{Severity, Tool};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn port(protocol: &str, port: u16) -> Place {
    Place::Port { protocol: protocol.to_owned(), port, service: String::new() }
}

fn remarks(file: &File) -> Vec<(&str, &str)> {
    file.parsed.scan.remarks.iter().map(|remark| (remark.code.as_str(), remark.detail.as_str())).collect()
}

/// Address, name, rule, protocol and port: what an occurrence's identity is made of; and the severity.
type Finding<'a> = (Option<&'a str>, &'a str, &'a str, &'a str, u16, Severity);

fn findings(file: &File) -> BTreeSet<Finding<'_>> {
    file.kept
        .rows
        .iter()
        .map(|row| {
            let asset = &file.parsed.assets[row.asset as usize].facts;
            let weakness = &file.parsed.weaknesses[row.weakness as usize];
            // The table has no ids of compliance checks, so those are compared by name.
            let rule = if weakness.rule.contains('/') { &weakness.title } else { &weakness.rule };
            let Place::Port { protocol, port, .. } = &row.place else { panic!("{row:?}") };
            (asset.ip.as_deref(), asset.name.as_str(), rule.as_str(), protocol.as_str(), *port, row.severity)
        })
        .collect()
}

#[test]
fn one_scan_is_the_same_as_xml_and_as_a_table() {
    let (xml, table) = (read("nessus/full.nessus"), read("nessus/full.csv"));
    assert_eq!(findings(&table), findings(&xml));
    assert_eq!(table.parsed.no_finding, xml.parsed.no_finding);
    for name in ["web-1.example.com", "192.0.2.20", "192.0.2.30", "192.0.2.40"] {
        assert_eq!(table.asset(name).facts, xml.asset(name).facts);
        assert_eq!(table.asset(name).observation.credentialed, xml.asset(name).observation.credentialed);
    }
    let (ours, theirs) = (table.weakness("100001"), xml.weakness("100001"));
    assert_eq!((&ours.title, &ours.family, &ours.kind), (&theirs.title, &theirs.family, &theirs.kind));
    assert_eq!((&ours.prose.synopsis, &ours.prose.description), (&theirs.prose.synopsis, &theirs.prose.description));
    assert_eq!((&ours.cve, &ours.cwe, &ours.refs), (&theirs.cve, &theirs.cwe, &theirs.refs));
    assert_eq!(ours.cvss, theirs.cvss[..2]);
    assert_eq!(table.parsed.scan.tool_version, "10.8.3");
}

#[test]
fn nessus_writes_a_row_for_each_cve() {
    let file = read("nessus/default.csv");
    let scan = &file.parsed.scan;
    assert_eq!((scan.tool, scan.format.as_str(), scan.policy.as_str()), (Tool::Nessus, "Nessus CSV", "Weekly"));
    assert_eq!(scan.coverage.port_range.as_deref(), Some("1-1024"));
    assert_eq!(scan.started_at.unwrap().rfc3339(), "2026-03-02T08:00:00Z");
    assert_eq!(scan.finished_at.unwrap().rfc3339(), "2026-03-02T08:10:00Z");
    assert!(!scan.zone_assumed);
    let weakness = file.weakness("100001");
    assert_eq!(weakness.cve, ["CVE-2025-0001", "CVE-2025-0002"]);
    assert_eq!((weakness.title.as_str(), weakness.score_tenths), ("Example \"HTTP\" Server < 2.4.99", Some(75)));
    assert_eq!(weakness.prose.references, "https://example.com/a\nhttps://example.com/b");
    assert_eq!(file.places("100001"), [("10.0.0.5", &port("tcp", 443)); 2]);
    let host = file.asset("10.0.0.5");
    assert_eq!((host.facts.ip.as_deref(), host.observation.credentialed), (Some("10.0.0.5"), Some(false)));
    assert_eq!(host.observation.at.unwrap().rfc3339(), "2026-03-02T08:10:00Z");
    let named = file.asset("shop.example.com");
    assert_eq!((named.facts.ip.as_deref(), named.observation.at), (None, None));
}

#[test]
fn a_table_closes_nothing() {
    for name in ["default", "full", "sc", "vm", "list", "no_findings", "broken_rows"] {
        let file = read(&format!("nessus/{name}.csv"));
        assert!(file.parsed.assets.iter().all(|asset| !asset.observation.reached), "{name}");
        assert_eq!(file.parsed.scan.coverage.plugin_set, None, "{name}");
        assert!(remarks(&file).contains(&("table_closes_nothing", "")), "{name}");
    }
}

#[test]
fn tenable_sc_keeps_book_of_several_scans() {
    let file = read("nessus/sc.csv");
    assert_eq!((file.parsed.rows, file.parsed.no_finding), (4, 1));
    assert_eq!(
        remarks(&file),
        [
            ("blank_rows", "1"),
            ("checks_without_id", ""),
            ("several_repositories", ""),
            ("table_closes_nothing", ""),
            ("unknown_column", "Colour"),
        ]
    );
    let host = file.asset("10.0.0.5");
    assert_eq!(host.facts.fqdn.as_deref(), Some("shop.example.com"));
    assert_eq!(host.facts.netbios.as_deref(), Some("EXAMPLE\\SHOP"));
    assert_eq!(host.observation.at.unwrap().rfc3339(), "2026-03-02T10:00:00Z");
    let weakness = file.weakness("100001");
    assert_eq!(weakness.cve, ["CVE-2025-0001", "CVE-2025-0002"]);
    assert_eq!((weakness.cwe.as_slice(), weakness.score_tenths), ([310].as_slice(), Some(75)));
    assert_eq!(weakness.refs, ["BID:4242", "CERT:836068"]);
    assert_eq!(weakness.cvss, ["CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"]);
    assert_eq!(file.places("100001"), [("10.0.0.5", &port("tcp", 443))]);
    assert_eq!(evidence(file.rows("100001").next().unwrap(), EvidenceKind::Output), ["\nInstalled version : 2.4.1"]);
    // Compliance checks, as elements in the output, on a host with an agent.
    let check = file.rows("1000200/9f3a").next().unwrap();
    assert_eq!(evidence(check, EvidenceKind::Output), ["8"]);
    assert_eq!(file.facts(check).agent_uuid.as_deref(), Some("1c247b38-044e-4176-bf22-1b2d9e46e960"));
}

#[test]
fn tenable_vm_names_columns_by_its_fields() {
    let file = read("nessus/vm.csv");
    assert_eq!((file.parsed.rows, file.parsed.no_finding), (3, 1));
    assert_eq!(remarks(&file), [("rows_fixed", "1"), ("table_closes_nothing", "")]);
    let weakness = file.weakness("100001");
    assert_eq!(
        (weakness.cve.as_slice(), weakness.cwe.as_slice()),
        (["CVE-2025-0001", "CVE-2025-0002"].map(str::to_owned).as_slice(), [79].as_slice())
    );
    assert_eq!(weakness.prose.description, "One; two");
    let shop = file.asset("shop");
    assert_eq!(shop.facts.ip.as_deref(), Some("10.0.0.5"));
    assert_eq!(shop.observation.at.unwrap().rfc3339(), "2026-03-02T10:00:00.500000Z");
    // Of two addresses it is not known which was scanned.
    assert_eq!(file.asset("desk.example.com").facts.ip, None);
    assert_eq!(file.places("100004"), [("desk.example.com", &port("tcp", 0))]);
}

#[test]
fn a_list_without_ports_places_findings_on_the_whole_host() {
    let file = read("nessus/list.csv");
    assert_eq!(file.places("100001"), [("10.0.0.5", &Place::Whole)]);
    assert_eq!(file.rows("100001").next().unwrap().severity, Severity::Critical);
    assert!(remarks(&file).contains(&("table_without_ports", "")));
}

#[test]
fn a_header_without_rows_is_an_empty_export() {
    let parsed = read("nessus/no_findings.csv").parsed;
    assert_eq!((parsed.rows, parsed.assets.len(), parsed.scan.finished_at), (0, 0, None));
}

#[test]
fn encodings_and_line_ends_make_no_difference() {
    let text = String::from_utf8(bytes("nessus/full.csv")).unwrap();
    let expected = read("nessus/full.csv");
    let utf16: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let windows: Vec<u8> = text.replace('—', "-").chars().map(|character| u8::try_from(character).unwrap()).collect();
    for bytes in
        [utf16, windows, text.replace('\n', "\r\n").into_bytes(), text.replace("\"\n\"", "\"\r\"").into_bytes()]
    {
        let file = read_bytes(&bytes, &Options::default()).unwrap();
        assert_eq!(findings(&file), findings(&expected));
        assert!(file.weakness("100001").prose.description.contains('ñ'));
    }
}

#[test]
fn rows_that_make_no_sense_are_quarantined_and_the_rest_is_read() {
    let file = read("nessus/broken_rows.csv");
    let reasons: Vec<_> = file.kept.quarantined.iter().map(|row| (row.line, row.reason, row.detail.as_str())).collect();
    assert_eq!(
        reasons,
        [
            (Some(3), QuarantineReason::RuleMissing, "pluginID"),
            (Some(4), QuarantineReason::FieldInvalid, "pluginID=x"),
            (Some(5), QuarantineReason::FieldInvalid, "port=99999"),
            (Some(6), QuarantineReason::FieldInvalid, "severity=Severe"),
            (Some(7), QuarantineReason::FieldMissing, "severity"),
            (Some(8), QuarantineReason::FieldMissing, "host"),
        ]
    );
    let second = &file.kept.quarantined[1];
    let text = String::from_utf8(bytes("nessus/broken_rows.csv")).unwrap();
    assert_eq!(second.offset, text.find("\"x\"").map(|at| at as u64));
    assert!(text.contains(std::str::from_utf8(&second.raw).unwrap()) && second.raw.starts_with(b"\"x\","));
    // Rows whose quotes are broken are read as far as they are certain, and so is the row that an open quote took in.
    let rules: Vec<_> =
        file.kept.rows.iter().map(|row| file.parsed.weaknesses[row.weakness as usize].rule.as_str()).collect();
    assert_eq!(rules, ["1", "6", "7", "8", "9", "10", "11", "12"]);
    let torn: Vec<_> = remarks(&file).into_iter().filter(|(code, _)| *code == "row_without_texts").collect();
    assert_eq!(torn, [("row_without_texts", "10"), ("row_without_texts", "11"), ("row_without_texts", "12")]);
    assert_eq!(evidence(file.rows("1").next().unwrap(), EvidenceKind::Output), ["a \"quoted\" word"]);
    assert_eq!(file.weakness("7").prose.description, "");
}

#[test]
fn a_broken_compliance_check_is_not_taken_for_its_plugin() {
    let header = "Plugin ID,CVE,CVSS,Risk,Host,Protocol,Port,Name,Synopsis,Description\n";
    let broken = "21157,,,FAILED,10.0.0.5,tcp,0,Unix,,\"\"1.1 Length, of passwords\" : [FAILED]\"\n";
    let file = read_bytes(format!("{header}{broken}").as_bytes(), &Options::default()).unwrap();
    assert_eq!((file.kept.rows.len(), file.kept.quarantined.len()), (0, 1));
}

#[test]
fn what_decides_behind_a_broken_text_is_not_guessed() {
    let table =
        "Plugin,Severity,IP Address,Protocol,Port,Plugin Text,Agent ID\n1,Low,10.0.0.5,TCP,80,\"a \"b, c\" d\",\n";
    let file = read_bytes(table.as_bytes(), &Options::default()).unwrap();
    assert_eq!((file.kept.rows.len(), file.kept.quarantined[0].detail.as_str()), (0, "cells=8"));
}

#[test]
fn a_quote_that_never_closes_is_told_with_its_line() {
    let refusal = refusal("hostile/open_quote.csv");
    assert_eq!((refusal.code, refusal.line), (RefusalCode::Truncated, Some(4)));
    let mut long = bytes("hostile/open_quote.csv");
    long.extend(b"4,,,Low,10.0.0.5,tcp,80,More,,,,,\n".repeat(40_000));
    let options = Options { limits: Limits { max_event: 100_000, ..Limits::default() }, ..Options::default() };
    let refusal = read_bytes(&long, &options).err().unwrap();
    assert_eq!((refusal.code, refusal.line), (RefusalCode::EventTooLarge, Some(4)));
    let options = Options { limits: Limits { max_attributes: 12, ..Limits::default() }, ..Options::default() };
    assert_eq!(read_bytes(&long, &options).err().unwrap().code, RefusalCode::TooManyAttributes);
}

#[test]
fn a_cut_table_is_refused_or_read_and_closes_nothing() {
    for name in ["nessus/full.csv", "nessus/sc.csv", "nessus/vm.csv", "nessus/broken_rows.csv"] {
        let whole = bytes(name);
        let rows = read(name).parsed.rows;
        for cut in cuts(whole.len()) {
            let Ok(file) = read_bytes(&whole[..cut], &Options::default()) else { continue };
            assert!(file.parsed.rows <= rows, "{name} cut at {cut}");
            assert!(file.parsed.assets.iter().all(|asset| !asset.observation.reached), "{name} cut at {cut}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damage_never_panics(which in 0..4_usize, at in any::<prop::sample::Index>(), byte in "[\",;\r\n\t0a]{0,3}", length in 0_usize..40) {
        let mut damaged = bytes(["nessus/default.csv", "nessus/sc.csv", "nessus/vm.csv", "nessus/broken_rows.csv"][which]);
        let start = at.index(damaged.len());
        let end = (start + length).min(damaged.len());
        damaged.splice(start..end, byte.bytes());
        // `read_bytes` checks that the rows add up wherever the file is still read.
        let _ = read_bytes(&damaged, &Options::default());
    }
}

#[test]
fn rereading_takes_no_longer_than_reading() {
    // Each line opens a quote that the next one closes, so each record has too many cells and is read again from its middle.
    let line = "1,,,Low,10.0.0.5,tcp,80,a,b,c,d,e,\"f\n";
    let table = format!(
        "{}{}",
        "Plugin ID,CVE,CVSS,Risk,Host,Protocol,Port,Name,Synopsis,Description,Solution,See Also,Plugin Output\n",
        line.repeat(20_000)
    );
    let file = read_bytes(table.as_bytes(), &Options::default());
    assert!(file.is_ok_and(|file| file.parsed.rows > 9_000));
}
