//! The REST API of Nessus.

use crate::support::{bytes, evidence, read, read_bytes, refusal};
use ingest::{Limits, Options, QuarantineReason, RefusalCode};
use model::facts::{AssetKind, EvidenceKind, Place, Prose};
use model::{Severity, Tool};

fn port(protocol: &str, port: u16, service: &str) -> Place {
    Place::Port { protocol: protocol.to_owned(), port, service: service.to_owned() }
}

#[test]
fn outputs_open_and_never_close() {
    let scan = read("nessus/api_outputs.json").parsed.scan;
    assert_eq!(
        (scan.tool, scan.format.as_str(), scan.tool_version.as_str()),
        (Tool::Nessus, "Nessus API JSON", "10.8.3")
    );
    assert_eq!((scan.policy.as_str(), scan.coverage.port_range.as_deref()), ("Weekly", Some("1-1024")));
    assert_eq!(scan.finished_at.unwrap().rfc3339(), "2026-03-02T10:00:00Z");
    assert!(scan.zone_assumed && scan.coverage.incomplete && scan.coverage.plugin_set.is_none());
    assert_eq!(scan.remarks[0].code, "may_be_a_part");
}

#[test]
fn a_finding_is_the_same_as_in_a_nessus_file() {
    let (api, file) = (read("nessus/api_outputs.json"), read("nessus/full.nessus"));
    let [one, other] = [&api, &file].map(|file| file.asset("web-1.example.com"));
    assert_eq!(one.facts, other.facts);
    assert_eq!(api.places("100001"), file.places("100001"));
    let [found, expected] = [&api, &file]
        .map(|file| file.rows("100001").map(|row| (row.severity, evidence(row, EvidenceKind::Output).join(""))).next());
    assert_eq!(found, expected);
    let [found, expected] = [&api, &file].map(|file| file.weakness("100001"));
    assert_eq!((&found.title, &found.family, &found.kind), (&expected.title, &expected.family, &expected.kind));
    // The file has two rows of the plugin, and they do not agree on its synopsis.
    let same = |found: &Prose| (found.description.clone(), found.solution.clone(), found.references.clone());
    assert_eq!((same(&found.prose), &found.service), (same(&expected.prose), &expected.service));
    assert!(expected.prose.fields.contains(&("synopsis".to_owned(), found.prose.synopsis.clone())));
    assert!(found.prose.fields.contains(&("cvss3_base_score".to_owned(), "9.8".to_owned())));
    assert_eq!(found.cve, ["CVE-2025-0001", "CVE-2025-0002"]);
    assert_eq!((found.cwe.as_slice(), found.score_tenths), ([79].as_slice(), Some(98)));
    assert_eq!(found.refs, ["BID:4242", "DESCRIPTION:of none", "IAVA:2025-A-0001"]);
    assert!(found.cvss.len() == 2 && found.cvss.iter().all(|vector| expected.cvss.contains(vector)));
}

#[test]
fn hosts_and_how_they_were_observed() {
    let file = read("nessus/api_outputs.json");
    let web = &file.asset("web-1.example.com").observation;
    assert_eq!((web.at.unwrap().rfc3339().as_str(), web.reached), ("2026-03-02T10:00:00Z", true));
    let other = file.asset("192.0.2.20");
    assert_eq!((other.facts.ip.as_deref(), other.observation.at), (Some("192.0.2.20"), None));
    assert_eq!((other.observation.reached, other.observation.credentialed), (false, Some(false)));
    assert_eq!(file.asset("https://shop.example.com").facts.kind, AssetKind::Origin);
    assert_eq!(file.parsed.assets.len(), 3);
}

#[test]
fn every_host_at_every_port_of_an_output_is_a_row() {
    let file = read("nessus/api_output.json");
    assert_eq!(
        file.places("100004"),
        [
            ("192.0.2.10", &port("tcp", 443, "www")),
            ("192.0.2.10", &port("tcp", 0, "")),
            ("192.0.2.20", &port("tcp", 0, ""))
        ]
    );
    assert!(file.kept.rows.iter().all(|row| row.severity == Severity::Medium));
    assert_eq!(read("nessus/api_outputs.json").rows("100005").next().unwrap().severity, Severity::Low, "of its risk");
}

#[test]
fn rows_that_cannot_be_known_again_are_quarantined() {
    let file = read("nessus/api_outputs.json");
    let reasons: Vec<_> = file.kept.quarantined.iter().map(|row| (row.reason, row.detail.as_str())).collect();
    assert_eq!(
        reasons,
        [
            (QuarantineReason::FieldMissing, "host-ip"),
            (QuarantineReason::FieldMissing, "hostname"),
            (QuarantineReason::FieldInvalid, "ports=www"),
            (QuarantineReason::FieldInvalid, "severity=9"),
            (QuarantineReason::FieldMissing, "ports"),
            (QuarantineReason::FieldMissing, "compliance-check-id"),
            (QuarantineReason::RuleMissing, "pluginID"),
            (QuarantineReason::FieldMissing, "outputs"),
        ]
    );
    assert!(String::from_utf8_lossy(&file.kept.quarantined[0].raw).contains("elsewhere.example.com"));
    assert_eq!(file.parsed.rows, 12);
}

#[test]
fn an_output_is_not_written_without_end() {
    let hosts = r#"{"hostname": "192.0.2.10"},"#.repeat(20) + r#"{"hostname": "192.0.2.10"}"#;
    let text = format!(
        r#"{{"outputs": [{{"ports": {{"0 / tcp / ": [{hosts}]}}, "severity": 1, "plugin_output": "{}"}}],
            "info": {{"plugindescription": {{"pluginid": "1"}}}}}}"#,
        "x".repeat(1000)
    );
    let limited = |max_bytes| {
        let options = Options { limits: Limits { max_bytes, ..Limits::default() }, ..Options::default() };
        read_bytes(text.as_bytes(), &options).err().map(|refusal| refusal.code)
    };
    assert_eq!((limited(10_000), limited(21_000)), (Some(RefusalCode::TooLarge), None));
}

#[test]
fn answers_without_places_are_refused_as_what_they_are() {
    for (name, detail) in [
        ("nessus_scans.json", "Nessus API JSON: a list of scans, without results"),
        ("nessus_scan.json", "Nessus API JSON: scan details, which name neither host nor port of a finding"),
        ("nessus_host.json", "Nessus API JSON: host details, which name no ports"),
        ("nessus_hosts.json", "Nessus API JSON: host details, which name no ports"),
    ] {
        let refusal = refusal(&format!("hostile/{name}"));
        assert_eq!((refusal.code, refusal.detail.as_str()), (RefusalCode::UnsupportedFormat, detail), "{name}");
    }
}

#[test]
fn values_of_any_kind_are_rows_or_quarantined() {
    let text = String::from_utf8(bytes("nessus/api_output.json")).unwrap();
    let values = [
        "\"One.\"",
        "\"100004\"",
        "\"Misc.\"",
        "[{\"hostname\": \"192.0.2.10\"}]",
        "\"192.0.2.20\"",
        "\"Found here.\"",
    ];
    for odd in ["null", "[]", "{}", "\"x\"", "[[{}]]", "-1.5", "true"] {
        for value in values {
            let file = read_bytes(text.replacen(value, odd, 1).as_bytes(), &Options::default()).unwrap();
            assert_eq!(file.parsed.rows, 3, "{value} {odd}");
        }
    }
}
