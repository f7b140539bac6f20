//! Nessus v1.

use crate::support::{evidence, read, read_bytes};
use ingest::{Options, QuarantineReason, RefusalCode};
use model::facts::{EvidenceKind, Place};
use model::{Severity, Tool};

fn port(protocol: &str, port: u16, service: &str) -> Place {
    Place::Port { protocol: protocol.to_owned(), port, service: service.to_owned() }
}

#[test]
fn the_scan_and_what_it_covers() {
    let scan = read("nessus/v1.nessus").parsed.scan;
    assert_eq!((scan.tool, scan.format.as_str(), scan.tool_version.as_str()), (Tool::Nessus, "Nessus v1 XML", "4.0.2"));
    assert_eq!((scan.name.as_str(), scan.policy.as_str()), ("26/03/02 09:00:00 AM - Weekly", "Weekly"));
    assert_eq!(scan.coverage.plugin_set, Some(vec![10180, 12053, 19506, 21157, 100_001, 100_002, 100_003]));
    assert_eq!(scan.coverage.port_range.as_deref(), Some("default"));
    assert_eq!(scan.started_at.unwrap().rfc3339(), "2026-03-02T09:00:00Z");
    assert_eq!(scan.finished_at.unwrap().rfc3339(), "2026-03-02T10:00:00Z");
    assert!(scan.zone_assumed && !scan.coverage.incomplete);
}

#[test]
fn where_no_host_tells_a_time_the_report_does() {
    let text = "<NessusClientData><Report><StartTime>Mon Mar  2 09:00:00 2026</StartTime></Report></NessusClientData>";
    let scan = read_bytes(text.as_bytes(), &Options::default()).unwrap().parsed.scan;
    assert_eq!((scan.started_at.unwrap().rfc3339().as_str(), scan.zone_assumed), ("2026-03-02T09:00:00Z", true));
}

#[test]
fn hosts_and_how_they_were_observed() {
    let file = read("nessus/v1.nessus");
    let web = file.asset("web-1.example.com");
    assert_eq!((web.facts.fqdn.as_deref(), web.facts.mac.as_deref()), (Some("web-1.example.com"), None));
    assert_eq!(web.observation.at.unwrap().rfc3339(), "2026-03-02T10:00:00Z");
    assert_eq!((web.observation.reached, web.observation.credentialed), (true, Some(false)));
    let inner = file.asset("192.0.2.30");
    assert_eq!((inner.facts.ip.as_deref(), inner.observation.reached), (Some("192.0.2.30"), false), "it has no row");
    assert!(!file.asset("192.0.2.40").observation.reached, "the scan of this host did not end");
    assert_eq!(file.parsed.assets.len(), 3);
}

#[test]
fn a_finding_is_the_same_as_in_v2() {
    let (first, second) = (read("nessus/v1.nessus"), read("nessus/full.nessus"));
    let [one, other] = [&first, &second].map(|file| &file.asset("web-1.example.com").facts);
    assert_eq!(
        (&one.name, &one.ip, &one.fqdn, &one.agent_uuid),
        (&other.name, &other.ip, &other.fqdn, &other.agent_uuid)
    );
    // What v1 calls a service is not part of the place's identity.
    let ports = |file: &crate::support::File| {
        let places = file.places("100001").into_iter().map(|(_, place)| match place {
            Place::Port { protocol, port, .. } => (protocol.clone(), *port),
            place => panic!("{place:?}"),
        });
        places.collect::<Vec<_>>()
    };
    assert_eq!(ports(&first), ports(&second));
    let rule = |file: &crate::support::File| {
        let check = file.parsed.weaknesses.iter().find(|weakness| weakness.title == "1.5 No id").unwrap();
        check.rule.clone()
    };
    assert_eq!(rule(&first), rule(&second), "a check without an id");
}

#[test]
fn the_text_is_taken_apart() {
    let file = read("nessus/v1.nessus");
    let weakness = file.weakness("100001");
    assert_eq!(weakness.title, "Example HTTP Server < 2.4.99 Multiple Vulnerabilities");
    assert_eq!(weakness.cve, ["CVE-2025-0001", "CVE-2025-0002", "CVE-2025-0003"]);
    assert_eq!((weakness.cwe.as_slice(), weakness.score_tenths), ([79].as_slice(), Some(100)));
    assert_eq!(weakness.refs, ["BID:4242", "OSVDB:77"]);
    assert_eq!(weakness.cvss, ["AV:N/AC:L/Au:N/C:C/I:C/A:C"]);
    // As in v2, where rows do not agree.
    assert_eq!(weakness.prose.synopsis, "THE SERVER IS OUT OF DATE.");
    assert_eq!(weakness.prose.description, "It has flaws.\n\nMany of them: 1 < 2 & so on.");
    assert_eq!(weakness.prose.solution, "Upgrade to 2.4.99.");
    assert_eq!(weakness.prose.references, "https://example.com/a\nhttps://example.com/b");
    let row = file.rows("100001").next().unwrap();
    assert_eq!(evidence(row, EvidenceKind::Output), ["Installed version : 2.4.1\n\nSolution : none in the banner"]);
    assert_eq!(row.severity, Severity::High, "v1 knows nothing worse");
    let ping = file.rows("10180").next().unwrap();
    assert_eq!((evidence(ping, EvidenceKind::Output), ping.severity), (vec!["The remote host is up"], Severity::Low));
}

#[test]
fn rows_without_a_severity_have_that_of_their_risk() {
    let file = read("nessus/v1.nessus");
    assert_eq!(file.places("100003"), [("web-1.example.com", &port("udp", 54321, "unknown"))]);
    assert_eq!(file.rows("100003").next().unwrap().severity, Severity::Medium);
    assert_eq!(file.weakness("100003").prose.description, "The server is on an odd port.");
}

#[test]
fn open_ports_and_checks() {
    let file = read("nessus/v1.nessus");
    assert_eq!(file.places("0"), [("web-1.example.com", &port("tcp", 22, "ssh"))]);
    assert_eq!(
        (file.weakness("0").title.as_str(), file.rows("0").next().unwrap().severity),
        ("Open port", Severity::Info)
    );
    assert_eq!((file.parsed.rows, file.parsed.no_finding), (10, 1));
    let passed = &file.asset("web-1.example.com").passed;
    assert_eq!(file.parsed.weaknesses[passed[0] as usize].title, "1.6 Root login");
}

#[test]
fn rows_that_make_no_sense_are_quarantined() {
    let file = read("nessus/v1_broken_rows.nessus");
    let reasons: Vec<_> = file.kept.quarantined.iter().map(|row| (row.reason, row.detail.as_str())).collect();
    assert_eq!(
        reasons,
        [
            (QuarantineReason::RuleMissing, "pluginID"),
            (QuarantineReason::FieldInvalid, "severity=7"),
            (QuarantineReason::FieldInvalid, "port=http (80)"),
            (QuarantineReason::FieldMissing, "port"),
            (QuarantineReason::FieldMissing, "severity"),
            (QuarantineReason::FieldMissing, "HostName"),
        ]
    );
    let first = &file.kept.quarantined[0];
    assert!(String::from_utf8_lossy(&first.raw).contains("<data>first</data>"));
    assert_eq!((first.line, file.parsed.assets.len(), file.kept.rows.len()), (Some(2), 1, 1));
}

#[test]
fn policies_alone_are_no_scan() {
    let text =
        "<NessusClientData><Policies><Policy><policyName>Weekly</policyName></Policy></Policies></NessusClientData>";
    let refusal = read_bytes(text.as_bytes(), &Options::default()).err().unwrap();
    assert_eq!((refusal.code, refusal.detail.as_str()), (RefusalCode::NessusPolicy, "Weekly"));
}
