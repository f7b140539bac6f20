//! Nessus v2.

use crate::support::{evidence, read};
use ingest::QuarantineReason;
use model::facts::{AssetKind, EvidenceKind, Place};
use model::{Severity, Tool};

fn port(protocol: &str, port: u16, service: &str) -> Place {
    Place::Port { protocol: protocol.to_owned(), port, service: service.to_owned() }
}

#[test]
fn the_scan_and_what_it_covers() {
    let scan = read("nessus/full.nessus").parsed.scan;
    assert_eq!((scan.tool, scan.tool_version.as_str(), scan.name.as_str()), (Tool::Nessus, "10.8.3", "Weekly scan"));
    assert_eq!(scan.policy, "Weekly");
    assert_eq!(scan.coverage.plugin_set, Some(vec![0, 10180, 19506, 21157, 100_001, 100_002]));
    assert_eq!(scan.coverage.port_range.as_deref(), Some("default"));
    assert_eq!(scan.started_at.unwrap().rfc3339(), "2026-03-02T08:00:00Z");
    assert_eq!(scan.finished_at.unwrap().rfc3339(), "2026-03-02T09:30:00Z");
    assert!(scan.zone_assumed && !scan.coverage.incomplete);
}

#[test]
fn without_a_policy_plugin_19506_tells_the_rest() {
    let file = crate::support::bytes("nessus/full.nessus");
    let text = String::from_utf8(file).unwrap();
    let (before, after) = text.split_once("<Policy>").unwrap();
    let text = format!("{before}{}", after.split_once("</Policy>").unwrap().1);
    let scan = crate::support::read_bytes(text.as_bytes(), &ingest::Options::default()).unwrap().parsed.scan;
    assert_eq!(scan.policy, "Weekly of the example");
    assert_eq!(scan.coverage.port_range.as_deref(), Some("1-1024"));
    assert_eq!(scan.coverage.plugin_set, None);
}

#[test]
fn without_the_times_of_hosts_plugin_19506_dates_the_scan() {
    let text = String::from_utf8(crate::support::bytes("nessus/full.nessus")).unwrap();
    let lines = text.lines().filter(|line| !line.contains("\"HOST_")).collect::<Vec<_>>().join("\n");
    let scan = crate::support::read_bytes(lines.as_bytes(), &ingest::Options::default()).unwrap().parsed.scan;
    assert_eq!(scan.started_at.unwrap().rfc3339(), "2026-03-02T08:00:00Z");
    assert!(!scan.zone_assumed);
}

#[test]
fn hosts_and_how_they_were_observed() {
    let file = read("nessus/full.nessus");
    let web = file.asset("web-1.example.com");
    assert_eq!((web.facts.ip.as_deref(), web.facts.netbios.as_deref()), (Some("192.0.2.10"), Some("WEB-1")));
    assert_eq!(web.facts.os.as_deref(), Some("Linux Kernel 6.1 on Debian 12"));
    assert_eq!(web.facts.mac.as_deref(), Some("00:00:5E:00:53:01\n00:00:5E:00:53:02"));
    // The seconds since 1970 win over the words, which carry no zone.
    assert_eq!(web.observation.at.unwrap().rfc3339(), "2026-03-02T09:00:00Z");
    assert_eq!((web.observation.reached, web.observation.credentialed), (true, Some(true)));
    let plain = &file.asset("192.0.2.20").observation;
    assert_eq!((plain.reached, plain.credentialed), (true, None));
    assert!(!file.asset("192.0.2.30").observation.reached, "a ping alone is no scan");
    assert!(!file.asset("192.0.2.40").observation.reached, "the scan of this host did not end");
}

#[test]
fn everything_that_a_plugin_says_is_kept_over_all_its_rows() {
    let file = read("nessus/full.nessus");
    let weakness = file.weakness("100001");
    assert_eq!(weakness.title, "Example HTTP Server < 2.4.99 Multiple Vulnerabilities");
    assert_eq!(
        (weakness.family.as_str(), weakness.kind.as_str(), weakness.service.as_str()),
        ("Web Servers", "remote", "www")
    );
    assert_eq!(weakness.cve, ["CVE-2025-0001", "CVE-2025-0002", "CVE-2025-0003"]);
    assert_eq!(weakness.cwe, [79, 89]);
    assert_eq!(weakness.refs, ["BID:4242", "IAVA:2025-A-0001", "OWASP:2021-A3"]);
    assert_eq!(
        weakness.cvss,
        [
            "AV:N/AC:L/Au:N/C:P/I:P/A:P",
            "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
            "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"
        ]
    );
    assert_eq!(weakness.score_tenths, Some(93));
    // Where rows do not agree, the longest words are the plugin's, of those the first in order; the others are kept as fields.
    assert_eq!(weakness.prose.synopsis, "The server is OUT OF DATE.");
    assert!(weakness.prose.fields.contains(&("synopsis".to_owned(), "The server is out of date.".to_owned())));
    assert_eq!(weakness.prose.description, "It has flaws.\n\nMany of them: 1 < 2 & so on — ñ.");
    assert_eq!(weakness.prose.references, "https://example.com/a\nhttps://example.com/b");
    assert_eq!(
        file.places("100001"),
        [("web-1.example.com", &port("tcp", 443, "www")), ("web-1.example.com", &port("tcp", 8443, "www"))]
    );
    let row = file.rows("100001").next().unwrap();
    assert_eq!(row.severity, Severity::Critical);
    assert_eq!(evidence(row, EvidenceKind::Output), ["Installed version : 2.4.1"]);
}

#[test]
fn a_service_is_named_only_where_all_rows_agree() {
    assert_eq!(read("nessus/full.nessus").weakness("100002").service, "");
}

#[test]
fn compliance_checks_are_rules_of_their_own() {
    let file = read("nessus/full.nessus");
    let failed = file.weakness("21157/9f3a");
    assert_eq!(failed.title, "1.1 Passwords: length");
    assert_eq!(failed.prose.description, "Why it matters.");
    assert_eq!(failed.refs, ["800-53:AC-2", "CSF:PR.AC-1"]);
    assert_eq!(file.places("21157/9f3a"), [("web-1.example.com", &port("tcp", 0, "general"))]);
    let row = file.rows("21157/9f3a").next().unwrap();
    assert_eq!((evidence(row, EvidenceKind::Output), evidence(row, EvidenceKind::Detail)), (vec!["8"], vec!["1"]));
    // The check without an id has a hash of its name.
    assert_eq!(file.parsed.weaknesses.iter().filter(|weakness| weakness.title == "1.5 No id").count(), 1);
    // PASSED, WARNING, ERROR on one host, PASSED on the other.
    assert_eq!(file.parsed.no_finding, 4);
    let passed = |name: &str| {
        let passed = &file.asset(name).passed;
        passed.iter().map(|index| file.parsed.weaknesses[*index as usize].rule.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(passed("web-1.example.com"), ["21157/9f3b"]);
    assert_eq!(passed("192.0.2.20"), ["21157/9f3a"]);
}

#[test]
fn rows_without_a_plugin_are_open_ports() {
    let file = read("nessus/full.nessus");
    assert_eq!(file.weakness("0").title, "Open port");
    assert_eq!(file.places("0"), [("web-1.example.com", &port("tcp", 22, "ssh"))]);
}

#[test]
fn a_web_application_is_an_origin() {
    let file = read("nessus/web_application.nessus");
    let asset = file.asset("https://shop.example.com");
    assert_eq!((asset.facts.kind, asset.facts.fqdn.as_deref()), (AssetKind::Origin, None));
    assert_eq!(asset.observation.at.unwrap().rfc3339(), "2026-03-02T10:00:00.500000Z");
    assert!(asset.observation.reached && !file.parsed.scan.zone_assumed);
    assert_eq!(file.weakness("98104").cwe, [79]);
    assert_eq!(file.places("98104"), [("https://shop.example.com", &port("tcp", 443, "https"))]);
}

#[test]
fn encodings_make_no_difference() {
    let titles = |name: &str| {
        let file = read(name);
        let prose = file.weakness("100001").prose.description.replace('—', "-");
        (file.parsed.rows, file.kept.rows.len(), prose)
    };
    let expected = (14, 10, "It has flaws.\n\nMany of them: 1 < 2 & so on - ñ.".to_owned());
    assert_eq!(titles("nessus/latin1.nessus"), expected);
    assert_eq!(titles("nessus/utf16.nessus"), expected);
}

#[test]
fn oddities_are_read_with_a_remark() {
    let remarks = |name: &str| {
        let file = read(name);
        file.parsed.scan.remarks.into_iter().map(|remark| (remark.code, remark.detail)).collect::<Vec<_>>()
    };
    assert_eq!(remarks("nessus/bad_bytes.nessus"), [("bytes_replaced".to_owned(), "2".to_owned())]);
    let codes = remarks("nessus/entities.nessus");
    assert_eq!(
        codes,
        [
            ("ampersand_kept_literally".to_owned(), String::new()),
            ("entity_kept_literally".to_owned(), "nbsp".to_owned())
        ]
    );
    let file = read("nessus/entities.nessus");
    assert_eq!(evidence(file.rows("100002").next().unwrap(), EvidenceKind::Output), ["&nbsp;AT&T A"]);
}

#[test]
fn hosts_may_stand_under_the_root_and_a_report_may_be_empty() {
    assert_eq!(read("nessus/hosts_under_root.nessus").parsed.rows, 4);
    let empty = read("nessus/no_hosts.nessus").parsed;
    assert_eq!((empty.rows, empty.assets.len(), empty.coverage_plugins()), (0, 0, 6));
}

#[test]
fn rows_that_make_no_sense_are_quarantined_and_the_rest_is_read() {
    let file = read("nessus/broken_rows.nessus");
    let reasons: Vec<_> = file.kept.quarantined.iter().map(|row| (row.reason, row.detail.as_str())).collect();
    assert_eq!(
        reasons,
        [
            (QuarantineReason::RuleMissing, "pluginID"),
            (QuarantineReason::FieldInvalid, "port=99999"),
            (QuarantineReason::FieldInvalid, "severity=9"),
            (QuarantineReason::FieldMissing, "severity"),
        ]
    );
    let first = &file.kept.quarantined[0];
    assert!(String::from_utf8_lossy(&first.raw).contains("pluginName=\"No id\""), "{:?}", first.raw);
    assert_eq!(first.line, Some(7));
    // The severity of the last row is told by its risk factor.
    assert_eq!(file.kept.rows[0].severity, Severity::Medium);
}

trait Plugins {
    fn coverage_plugins(&self) -> usize;
}

impl Plugins for ingest::Parsed {
    fn coverage_plugins(&self) -> usize {
        self.scan.coverage.plugin_set.as_ref().map_or(0, Vec::len)
    }
}
