//! Files of any other tool, by a mapping.

use crate::support::{File, bytes, evidence, read_bytes};
use ingest::{Limits, Options, QuarantineReason, Refusal, RefusalCode};
use model::facts::{AssetKind, EvidenceKind, Place};
use model::mapping::{DateOrder, Delimiter, SeverityNumbers};
use model::{MappedField, MappedFormat, Mapping, Severity};

fn mapping(tool: &str, format: MappedFormat, columns: &[(MappedField, &str)]) -> Mapping {
    let columns = columns.iter().map(|(field, name)| (*field, (*name).to_owned())).collect();
    let mapping = Mapping { columns, ..Mapping::new(tool, format) };
    assert_eq!(mapping.validate().map_err(|errors| errors[0].to_string()), Ok(()));
    mapping
}

fn csv(columns: &[(MappedField, &str)]) -> Mapping {
    let mapping = Mapping { default_severity: Some(Severity::Low), ..Mapping::new("t", auto()) };
    Mapping { columns: columns.iter().map(|(field, name)| (*field, (*name).to_owned())).collect(), ..mapping }
}

fn auto() -> MappedFormat {
    MappedFormat::Csv { delimiter: Delimiter::Auto }
}

pub fn spanish() -> Mapping {
    let columns = [
        (MappedField::Rule, "Código"),
        (MappedField::Title, "Vulnerabilidad"),
        (MappedField::Severity, "Gravedad"),
        (MappedField::Asset, "Activo"),
        (MappedField::Ip, "Dirección IP"),
        (MappedField::Port, "Puerto"),
        (MappedField::Cwe, "CWE"),
        (MappedField::Cvss, "CVSS"),
        (MappedField::Description, "Descripción"),
        (MappedField::Evidence, "Evidencia"),
        (MappedField::Status, "Estado"),
        (MappedField::SeenAt, "Fecha de detección"),
    ];
    Mapping {
        no_finding: vec!["corregida".to_owned()],
        dates: DateOrder::DayFirst,
        ..mapping("Auditoría", auto(), &columns)
    }
}

pub fn nested() -> Mapping {
    let columns = [
        (MappedField::Rule, "/rule/id"),
        (MappedField::Title, "/rule/title"),
        (MappedField::Severity, "/severity"),
        (MappedField::Url, "/target/url"),
        (MappedField::Method, "/target/method"),
        (MappedField::Parameter, "/target/param"),
        (MappedField::Cwe, "/cwe"),
        (MappedField::Owasp, "/owasp"),
        (MappedField::Description, "/description"),
        (MappedField::SeenAt, "/detected"),
    ];
    let format = MappedFormat::Json { records: "/data/results".to_owned() };
    Mapping { severity_numbers: SeverityNumbers::Cvss, ..mapping("shopcheck", format, &columns) }
}

pub fn code_lines() -> Mapping {
    let columns = [
        (MappedField::Rule, "/check_id"),
        (MappedField::Title, "/message"),
        (MappedField::Severity, "/level"),
        (MappedField::Asset, "/repo"),
        (MappedField::Path, "/path"),
        (MappedField::Line, "/start/line"),
        (MappedField::Fingerprint, "/fp"),
    ];
    let own = [("error", Severity::High), ("warning", Severity::Medium), ("note", Severity::Low)];
    Mapping {
        severities: own.map(|(word, severity)| (word.to_owned(), severity)).into_iter().collect(),
        ..mapping("lint", MappedFormat::JsonLines {}, &columns)
    }
}

/// The fixtures and their mappings.
pub fn all() -> [(&'static str, Mapping); 3] {
    [("mapped/es.csv", spanish()), ("mapped/nested.json", nested()), ("mapped/lines.jsonl", code_lines())]
}

fn read_by(bytes: &[u8], mapping: Mapping) -> Result<File, Refusal> {
    read_bytes(bytes, &Options { mapping: Some(mapping), ..Options::default() })
}

pub fn read(name: &str, mapping: Mapping) -> File {
    read_by(&bytes(name), mapping).unwrap_or_else(|refusal| panic!("{name}: {refusal}"))
}

fn flaws(file: &File) -> Vec<(Option<u64>, QuarantineReason, &str)> {
    file.kept.quarantined.iter().map(|row| (row.line, row.reason, row.detail.as_str())).collect()
}

fn remarks(file: &File) -> Vec<(&str, &str)> {
    file.parsed.scan.remarks.iter().map(|remark| (remark.code.as_str(), remark.detail.as_str())).collect()
}

fn port(port: u16) -> Place {
    Place::Port { protocol: "tcp".to_owned(), port, service: String::new() }
}

#[test]
fn a_spanish_table_is_read() {
    let file = read("mapped/es.csv", spanish());
    assert_eq!((file.parsed.rows, file.kept.rows.len(), file.parsed.no_finding), (7, 3, 1));
    let host = "tienda.example.com";
    assert_eq!(file.places("Auditoría/W-12"), [(host, &port(443)), (host, &port(8080))]);
    assert_eq!(file.places("Auditoría/W-40"), [(host, &Place::Whole)]);
    let severities: Vec<_> = file.kept.rows.iter().map(|row| row.severity).collect();
    assert_eq!(severities, [Severity::Critical, Severity::High, Severity::Info]);
    // The same name at two addresses is two hosts.
    let hosts: Vec<_> = file.parsed.assets.iter().filter_map(|asset| asset.facts.ip.as_deref()).collect();
    assert_eq!(hosts, ["10.0.0.5", "10.0.0.6", "10.0.0.7"]);
    let weakness = file.weakness("Auditoría/W-12");
    assert_eq!(
        (weakness.title.as_str(), weakness.cwe.as_slice(), weakness.score_tenths),
        ("Inyección SQL", [89, 564].as_slice(), Some(98))
    );
    assert_eq!(weakness.prose.description, "Primera línea.\n\nSegunda; con «punto y coma».");
    let scan = &file.parsed.scan;
    assert_eq!((scan.format.as_str(), scan.name.as_str()), ("CSV", "Auditoría"));
    assert_eq!(scan.finished_at.unwrap().rfc3339(), "2026-03-01T09:00:00Z");
    assert!(scan.zone_assumed);
}

#[test]
fn formulas_are_text() {
    let file = read("mapped/es.csv", spanish());
    let seen: Vec<_> = file.kept.rows.iter().flat_map(|row| evidence(row, EvidenceKind::Output)).collect();
    assert_eq!(seen, ["=HYPERLINK(\"http://x\";\"y\")", "-1+1", "dos\nlíneas"]);
}

#[test]
fn what_cannot_be_understood_is_kept_with_its_line() {
    let file = read("mapped/es.csv", spanish());
    assert_eq!(
        flaws(&file),
        [
            (Some(4), QuarantineReason::FieldInvalid, "Gravedad=Muy grave"),
            (Some(7), QuarantineReason::RuleMissing, "Código"),
            (Some(9), QuarantineReason::FieldInvalid, "Puerto=muchos"),
        ]
    );
    let raw = std::str::from_utf8(&file.kept.quarantined[1].raw).unwrap();
    assert_eq!(raw, "5;;Sin código;Baja;tienda.example.com;10.0.0.5;443;;;;;Abierta;\n");
    let text = String::from_utf8(bytes("mapped/es.csv")).unwrap();
    assert_eq!(file.kept.quarantined[1].offset, text.find("5;;Sin").map(|at| at as u64));
    // A delimiter in a cell without quotes shifts the cells behind it; a row of empty cells is none.
    let file = read_by(
        b"Name,Host\nA, b,web\n,\n , \nC,web,\n",
        csv(&[(MappedField::Title, "Name"), (MappedField::Asset, "Host")]),
    )
    .unwrap();
    assert_eq!(flaws(&file), [(Some(2), QuarantineReason::FieldInvalid, "cells=3")]);
    assert_eq!(file.parsed.rows, 2);
}

#[test]
fn a_nested_document_is_read() {
    let file = read("mapped/nested.json", nested());
    let request = |method: &str, target: &str, parameter: &str| Place::Request {
        method: method.to_owned(),
        target: target.to_owned(),
        parameter: parameter.to_owned(),
    };
    let origin = "https://shop.example.com";
    assert_eq!(
        file.places("shopcheck/xss-reflected"),
        [(origin, &request("GET", "/search?q=1", "q")), (origin, &request("POST", "/buy", "item"))]
    );
    assert_eq!(file.asset(origin).facts.kind, AssetKind::Origin);
    let severities: Vec<_> = file.kept.rows.iter().map(|row| row.severity).collect();
    assert_eq!(severities, [Severity::High, Severity::Low]);
    let weakness = file.weakness("shopcheck/xss-reflected");
    assert_eq!(
        (weakness.cwe.as_slice(), weakness.refs.as_slice()),
        ([79, 116].as_slice(), ["OWASP_2021_A03".to_owned()].as_slice())
    );
    assert_eq!(weakness.prose.description, "Text & more");
    assert_eq!(file.parsed.scan.finished_at.unwrap().rfc3339(), "2026-03-01T10:00:00Z");
    assert!(!file.parsed.scan.zone_assumed);
    let flaws = flaws(&file);
    assert_eq!(
        flaws[..2],
        [
            (None, QuarantineReason::FieldInvalid, "/severity=unheard of"),
            (None, QuarantineReason::FieldInvalid, "/target/url=shop.example.com"),
        ]
    );
    assert!(
        flaws[2].2.starts_with("JSON=unexpected end of hex escape") || flaws[2].2.starts_with("JSON=lone"),
        "{}",
        flaws[2].2
    );
    assert_eq!(flaws[3].2, "JSON=[\"no record\"]");
    assert!(file.kept.quarantined[0].raw.starts_with(b"{\"rule\": {\"id\": \"tls-old\""));
}

#[test]
fn json_lines_are_read() {
    let file = read("mapped/lines.jsonl", code_lines());
    let code = |path: &str, line, fingerprint: &str| Place::Code {
        path: path.to_owned(),
        line,
        fingerprint: fingerprint.to_owned(),
    };
    assert_eq!(
        file.places("lint/py.eval"),
        [("shop", &code("src/app.py", 7, "abc")), ("shop", &code("src/db.py", 12, ""))]
    );
    assert_eq!(file.kept.rows.iter().map(|row| row.severity).collect::<Vec<_>>(), [Severity::High, Severity::Medium]);
    assert_eq!(flaws(&file), [(Some(4), QuarantineReason::FieldInvalid, "/start/line=top")]);
    let error = |text: &[u8]| read_by(text, code_lines()).err().map(|refusal| (refusal.code, refusal.line));
    assert_eq!(error(b"{\"a\": 1}\n{\"a\": \n"), Some((RefusalCode::Truncated, Some(2))));
    assert_eq!(error(b"{\"a\": 1}\nx\n"), Some((RefusalCode::Malformed, Some(2))));
    assert_eq!(error("[".repeat(300).as_bytes()), Some((RefusalCode::TooDeep, Some(1))));
}

#[test]
fn severity_falls_back_on_the_score_and_on_what_the_mapping_says() {
    let text =
        b"Name,Host,Risk,Score\na,h,high,1.0\nb,h,,\"9,1 CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:N\"\nc,h,,\n";
    let columns = [
        (MappedField::Title, "Name"),
        (MappedField::Asset, "Host"),
        (MappedField::Severity, "Risk"),
        (MappedField::Cvss, "Score"),
    ];
    let severities =
        |mapping| read_by(text, mapping).unwrap().kept.rows.iter().map(|row| row.severity).collect::<Vec<_>>();
    assert_eq!(severities(csv(&columns)), [Severity::High, Severity::Critical, Severity::Low]);
    let strict = Mapping { default_severity: None, ..csv(&columns) };
    let file = read_by(text, strict).unwrap();
    assert_eq!(flaws(&file), [(Some(4), QuarantineReason::FieldMissing, "Risk")]);
    assert_eq!(file.weakness("t/b").cvss, ["CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:N"]);
}

#[test]
fn without_a_rule_the_title_names_it() {
    let mapping = csv(&[(MappedField::Title, "Name"), (MappedField::Url, "URL")]);
    let file = read_by(
        b"Name,URL\nOld TLS!,https://a.example.com\nold  tls,https://b.example.com:8443/\n,https://a.example.com\n",
        mapping,
    )
    .unwrap();
    assert_eq!(file.rows("t/old-tls").count(), 2);
    assert!(remarks(&file).contains(&("rule_from_title", "")));
    assert_eq!(flaws(&file), [(Some(4), QuarantineReason::RuleMissing, "Name")]);
    assert!(!remarks(&read("mapped/es.csv", spanish())).iter().any(|(code, _)| *code == "rule_from_title"));
}

#[test]
fn assets_are_named_by_the_first_that_says_so() {
    let columns = [
        (MappedField::Title, "t"),
        (MappedField::Asset, "a"),
        (MappedField::Url, "u"),
        (MappedField::Ip, "i"),
        (MappedField::Fqdn, "f"),
    ];
    let text = b"t,a,u,i,f\n1,web,,10.0.0.1,web.example.com\n2,,,10.0.0.1,web.example.com\n3,,,10.0.0.1,\n4,web,/login,,\n5,https://Shop.example.com/x,,,\n6,web,http://shop.example.com:80/y,10.0.0.9,\n7,,,,\n8,,ftp:x,,\n";
    let file = read_by(text, csv(&columns)).unwrap();
    let shown: Vec<_> = file.kept.rows.iter().map(|row| format!("{} {}", file.facts(row).name, row.place)).collect();
    assert_eq!(
        shown,
        [
            "web ",
            "web.example.com ",
            "10.0.0.1 ",
            "web /login",
            "https://shop.example.com /x",
            "http://shop.example.com /y"
        ]
    );
    assert_eq!(
        flaws(&file),
        [(Some(8), QuarantineReason::FieldMissing, "a"), (Some(9), QuarantineReason::FieldInvalid, "u=ftp:x"),]
    );
}

#[test]
fn a_file_without_the_mappings_columns_is_another_file() {
    let columns = [(MappedField::Title, "Name"), (MappedField::Asset, "Host"), (MappedField::Solution, "Fix")];
    let file = read_by(b"Host,Name\nweb,x\n", csv(&columns)).unwrap();
    assert_eq!(remarks(&file), [("column_missing", "Fix"), ("may_be_a_part", ""), ("rule_from_title", "")]);
    let refusal = read_by(b"Name,Fix\nx,y\n", csv(&columns)).err().unwrap();
    assert_eq!((refusal.code, refusal.detail.as_str()), (RefusalCode::NotAScan, "Host"));
    let elsewhere = |text: &[u8]| read_by(text, nested()).err().map(|refusal| refusal.code);
    assert_eq!(elsewhere(b"{\"data\": {}}"), Some(RefusalCode::NotAScan));
    assert_eq!(elsewhere(b"{\"data\": null}"), Some(RefusalCode::NotAScan));
    assert_eq!(elsewhere(b"[]"), Some(RefusalCode::Malformed));
    assert_eq!(elsewhere(b"{\"data\": {\"results\": []}}"), None);
}

#[test]
fn every_encoding_gives_the_same_rows() {
    let text = String::from_utf8(bytes("mapped/es.csv")).unwrap();
    let plain = read("mapped/es.csv", spanish());
    // What Latin-1 has no letter for would be another text.
    let narrow = |letter: char| u8::try_from(u32::from(letter)).unwrap();
    let units = |unit: fn(u16) -> [u8; 2]| format!("\u{feff}{text}").encode_utf16().flat_map(unit).collect::<Vec<u8>>();
    for (name, bytes) in [
        ("Latin-1", text.chars().map(narrow).collect()),
        ("BOM", format!("\u{feff}{text}").into_bytes()),
        ("UTF-16LE", units(u16::to_le_bytes)),
        ("UTF-16BE", units(u16::to_be_bytes)),
        ("CRLF", text.replace('\n', "\r\n").replace("dos\r\n", "dos\n").into_bytes()),
    ] {
        let file = read_by(&bytes, spanish()).unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
        assert_eq!(file.kept.rows, plain.kept.rows, "{name}");
        assert_eq!(file.parsed.assets, plain.parsed.assets, "{name}");
    }
}

#[test]
fn a_table_closes_nothing_unless_it_is_said_to_be_whole() {
    let read = |bytes: &[u8], whole_project| {
        let options = Options {
            mapping: Some(csv(&[
                (MappedField::Title, "Name"),
                (MappedField::Asset, "Host"),
                (MappedField::Severity, "Risk"),
            ])),
            whole_project,
            ..Options::default()
        };
        read_bytes(bytes, &options).unwrap()
    };
    let proves = |file: &File| {
        let reached = file.parsed.assets.iter().all(|asset| asset.observation.reached);
        reached && !file.parsed.scan.coverage.incomplete
    };
    let text = b"Name,Host,Risk\na,web,high\nb,db,low\n";
    assert!(!proves(&read(text, false)));
    assert!(proves(&read(text, true)));
    // A row that was not read may be what would be taken for gone.
    let unread = read(b"Name,Host,Risk\na,web,high\nb,db,odd\n", true);
    assert!(!proves(&unread) && remarks(&unread).contains(&("unread_closes_nothing", "")));
    let cut = read(b"Name,Host,Risk\na,web,high\nb,db", true);
    assert!(!proves(&cut) && remarks(&cut).contains(&("last_row_may_be_cut", "")));
}

#[test]
fn a_cut_anywhere_is_refused_or_closes_nothing() {
    for (name, mapping) in all() {
        let whole = bytes(name);
        let all = read(name, mapping.clone());
        let end = whole.trim_ascii_end().len();
        for cut in 0..end {
            let Ok(file) = read_by(&whole[..cut], mapping.clone()) else { continue };
            assert!(!name.ends_with(".json"), "{name} cut at {cut} was read");
            assert!(file.parsed.scan.coverage.incomplete, "{name} cut at {cut}");
            assert!(file.parsed.assets.iter().all(|asset| !asset.observation.reached));
            assert!(file.parsed.rows <= all.parsed.rows);
        }
    }
}

#[test]
fn a_part_is_read_if_the_importer_accepts_one() {
    let options =
        |mapping| Options { mapping: Some(mapping), accept_partial: true, whole_project: true, ..Options::default() };
    let whole = bytes("mapped/nested.json");
    let cut = whole.len() - 60;
    assert_eq!(read_by(&whole[..cut], nested()).err().map(|refusal| refusal.code), Some(RefusalCode::Truncated));
    for (part, mapping, rows) in [
        (&whole[..cut], nested(), 4),
        (
            b"Name,Host\na,web\nb,\"db\nc,x\n".as_slice(),
            csv(&[(MappedField::Title, "Name"), (MappedField::Asset, "Host")]),
            1,
        ),
    ] {
        let file = read_bytes(part, &options(mapping)).unwrap();
        assert_eq!(file.parsed.rows, rows);
        assert!(file.parsed.scan.coverage.incomplete);
        assert!(remarks(&file).iter().any(|(code, _)| *code == "read_in_part"));
    }
}

#[test]
fn limits_hold() {
    for (name, mapping) in all() {
        let limited = |limits| {
            let options = Options { limits, mapping: Some(mapping.clone()), ..Options::default() };
            read_bytes(&bytes(name), &options).err().map(|refusal| refusal.code)
        };
        assert_eq!(limited(Limits { max_bytes: 200, ..Limits::default() }), Some(RefusalCode::TooLarge), "{name}");
        assert_eq!(limited(Limits { max_rows: 2, ..Limits::default() }), Some(RefusalCode::TooManyRows), "{name}");
        assert_eq!(limited(Limits { max_event: 20, ..Limits::default() }), Some(RefusalCode::EventTooLarge), "{name}");
    }
    let narrow = Options {
        limits: Limits { max_attributes: 12, ..Limits::default() },
        mapping: Some(spanish()),
        ..Options::default()
    };
    assert_eq!(
        read_bytes(&bytes("mapped/es.csv"), &narrow).err().map(|refusal| refusal.code),
        Some(RefusalCode::TooManyAttributes)
    );
}
