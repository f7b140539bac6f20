//! Bulk exports of Tenable Vulnerability Management.

use crate::support::{bytes, evidence, read, read_bytes};
use ingest::{Options, QuarantineReason};
use model::facts::{EvidenceKind, Place, Prose};
use model::{Severity, Tool};
use std::path::Path;

const CHUNK: &str = "nessus/export_chunk.json";

fn port(protocol: &str, port: u16, service: &str) -> Place {
    Place::Port { protocol: protocol.to_owned(), port, service: service.to_owned() }
}

#[test]
fn an_export_closes_what_it_calls_fixed_and_nothing_else() {
    let file = read(CHUNK);
    let scan = &file.parsed.scan;
    assert_eq!((scan.tool, scan.format.as_str(), scan.policy.as_str()), (Tool::Nessus, "Tenable export JSON", ""));
    assert_eq!(scan.finished_at.unwrap().rfc3339(), "2026-03-02T10:00:00Z");
    assert!(scan.coverage.plugin_set.as_ref().is_some_and(Vec::is_empty), "nothing says what ran");
    assert!(!scan.coverage.incomplete && !scan.zone_assumed);
    // What is fixed is no finding, counted, and told of its place.
    assert_eq!(file.asset("192.0.2.20").observation.passed, ["fixed 100005 udp/161"]);
    let others = file.parsed.assets.iter().filter(|asset| !asset.observation.passed.is_empty());
    assert_eq!(others.count(), 1);
    assert_eq!((file.parsed.rows, file.parsed.sightings(), file.parsed.no_finding), (6, 5, 1));
    let remarks: Vec<_> = scan.remarks.iter().map(|remark| (remark.code.as_str(), remark.detail.as_str())).collect();
    assert_eq!(remarks, [("export_tells_no_coverage", ""), ("rows_fixed", "1")]);
}

#[test]
fn a_finding_is_the_same_as_in_a_nessus_file() {
    let (export, file) = (read(CHUNK), read("nessus/full.nessus"));
    let [one, other] = [&export, &file].map(|file| file.asset("web-1.example.com"));
    assert_eq!(one.facts, other.facts);
    assert_eq!(export.places("100001"), file.places("100001"));
    let [found, expected] = [&export, &file].map(|file| {
        let row = file.rows("100001").next().unwrap();
        (row.severity, evidence(row, EvidenceKind::Output).join(""))
    });
    assert_eq!(found, expected);
    let [found, expected] = [&export, &file].map(|file| file.weakness("100001"));
    assert_eq!((&found.title, &found.family, &found.kind), (&expected.title, &expected.family, &expected.kind));
    let same = |found: &Prose| (found.description.clone(), found.solution.clone(), found.references.clone());
    assert_eq!((same(&found.prose), &found.service), (same(&expected.prose), &expected.service));
    assert_eq!((&found.cve, &found.score_tenths), (&expected.cve, &expected.score_tenths));
    assert_eq!(found.cwe, [79]);
    assert_eq!((&found.cvss, &found.refs), (&expected.cvss, &expected.refs));
    let field = |name: &str, value: &str| found.prose.fields.contains(&(name.to_owned(), value.to_owned()));
    assert!(field("risk_factor", "High") && field("patch_publication_date", "2025/09/11"), "{:?}", found.prose.fields);
    assert!(field("cvss3_temporal_vector", "CVSS:3.0/E:U/RL:O/RC:C") && field("cvss4_threat_score", "8.1"));
    assert!(field("cvss_temporal_vector", "CVSS2#E:U/RL:OF/RC:C") && field("exploit_available", "true"));
    assert!(
        !found.fields.iter().any(|name| ["exploited_by_malware", "epss_score", "vpr_score"].contains(&name.as_str()))
    );
}

#[test]
fn hosts_and_when_they_were_seen() {
    let file = read(CHUNK);
    let at = |name: &str| file.asset(name).observation.at.unwrap().rfc3339();
    assert_eq!(at("web-1.example.com"), "2026-03-02T10:00:00Z", "the latest of its rows");
    assert_eq!(
        (at("192.0.2.20"), at("laptop-7.example.com")),
        ("2026-03-02T09:30:00Z".into(), "2026-03-01T08:00:00Z".into())
    );
    let plain = &file.asset("192.0.2.20").observation;
    assert_eq!((plain.reached, plain.credentialed), (true, Some(false)));
    let laptop = &file.asset("laptop-7.example.com").facts;
    assert_eq!(laptop.agent_uuid.as_deref(), Some("e8d51f307ca8449c9643bf6c350d749a"));
    assert_eq!((laptop.ip.as_deref(), laptop.os.as_deref()), (Some("192.0.2.30"), Some("Microsoft Windows 11")));
    assert_eq!(file.parsed.assets.len(), 3);
}

#[test]
fn a_severity_is_the_scanners_and_what_somebody_made_of_it_stands_beside() {
    let file = read(CHUNK);
    let row = file.rows("100001").find(|row| row.place == port("tcp", 8443, "www")).unwrap();
    assert_eq!(row.severity, Severity::Critical);
    let said = evidence(row, EvidenceKind::Field);
    for field in ["severity_modification_type: RECASTED", "severity: medium", "recast_reason: Behind a proxy."] {
        assert!(said.contains(&field), "{said:?}");
    }
}

#[test]
fn rows_that_cannot_be_known_again_are_quarantined() {
    let file = read("nessus/export.json");
    let reasons: Vec<_> = file.kept.quarantined.iter().map(|row| (row.reason, row.detail.as_str())).collect();
    assert_eq!(
        reasons,
        [
            (QuarantineReason::FieldMissing, "asset"),
            (QuarantineReason::RuleMissing, "pluginID"),
            (QuarantineReason::FieldInvalid, "port=70000"),
            (QuarantineReason::FieldMissing, "port"),
            (QuarantineReason::FieldMissing, "protocol"),
            (QuarantineReason::FieldInvalid, "severity=9"),
            (QuarantineReason::FieldMissing, "compliance-check-id"),
            (QuarantineReason::RuleMissing, "pluginID"),
        ]
    );
    assert_eq!((file.parsed.rows, file.parsed.sightings()), (10, 2));
    assert!(file.parsed.scan.remarks.iter().any(|remark| remark.code == "time_not_understood"));
}

#[test]
fn an_export_without_changes_is_one() {
    let empty = br#"{"export_uuid": "1d896500", "since": 1772000000, "created": "2026-03-02T11:00:00Z", "vulns": []}"#;
    let parsed = read_bytes(empty, &Options::default()).unwrap().parsed;
    assert_eq!((parsed.rows, parsed.scan.finished_at.unwrap().rfc3339().as_str()), (0, "2026-03-02T11:00:00Z"));
}

#[test]
fn values_of_any_kind_are_rows_or_quarantined() {
    let text = String::from_utf8(bytes(CHUNK)).unwrap();
    let values = [
        "\"192.0.2.20\"",
        "\"Installed version : 2.4.1\"",
        "[\"CVE-2025-0001\", \"CVE-2025-0002\"]",
        "{\"port\": 443, \"protocol\": \"TCP\", \"service\": \"www\"}",
        "\"2026-03-02T10:00:00Z\"",
        "\"OPEN\"",
        "100001",
    ];
    for odd in ["null", "[]", "{}", "\"x\"", "[[{}]]", "-1.5", "true"] {
        for value in values {
            assert!(text.contains(value), "{value}");
            let file = read_bytes(text.replacen(value, odd, 1).as_bytes(), &Options::default()).unwrap();
            assert_eq!(file.parsed.rows, 6, "{value} {odd}");
        }
    }
}

#[test]
fn a_real_chunk_is_read() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/recordings/tenable/test_exports_vulns.json");
    let Ok(recorded) = std::fs::read(path) else {
        eprintln!("SKIPPED (shared absent): recordings/tenable/test_exports_vulns.json");
        return;
    };
    let recorded: serde_json::Value = serde_json::from_slice(&recorded).unwrap();
    let chunk = &recorded[3]["json"];
    let file = read_bytes(chunk.to_string().as_bytes(), &Options::default()).unwrap();
    assert_eq!((file.parsed.rows, file.parsed.quarantined, file.parsed.no_finding), (344, 0, 0));
    assert!(file.parsed.assets.iter().all(|asset| asset.observation.at.is_some() && asset.facts.ip.is_some()));
    let with = |name: &str| chunk.as_array().unwrap().iter().filter(|row| row["plugin"].get(name).is_some()).count();
    let cve = file.kept.rows.iter().filter(|row| !file.parsed.weaknesses[row.weakness as usize].cve.is_empty()).count();
    assert!(cve >= with("cve"), "{cve}");
}
