//! Nmap's XML.

use crate::support::{evidence, read, read_bytes};
use ingest::{Options, QuarantineReason};
use model::facts::{EvidenceKind, Place};
use model::{Micros, Severity, Tool};

fn port(protocol: &str, port: u16, service: &str) -> Place {
    Place::Port { protocol: protocol.to_owned(), port, service: service.to_owned() }
}

#[test]
fn open_ports_are_inventory_and_scripts_are_what_they_say() {
    let file = read("nmap/shop.xml");
    let told: Vec<_> = file
        .kept
        .rows
        .iter()
        .map(|row| (file.parsed.weaknesses[row.weakness as usize].rule.as_str(), row.place.to_string(), row.severity))
        .collect();
    let expected = [
        ("nmap/open-port", "tcp/80 (http)", Severity::Info),
        ("nmap/http-title", "tcp/80 (http)", Severity::Info),
        ("nmap/vulners/CVE-2021-41773", "tcp/80 (http)", Severity::High),
        ("nmap/open-port", "tcp/443 (https)", Severity::Info),
        ("nmap/ssl-poodle/CVE-2014-3566", "tcp/443 (https)", Severity::Medium),
        ("nmap/ssl-cert/expired", "tcp/443 (https)", Severity::Medium),
        ("nmap/ssl-cert/short-key", "tcp/443 (https)", Severity::Medium),
        ("nmap/ssl-cert/weak-signature", "tcp/443 (https)", Severity::Medium),
        ("nmap/ssl-enum-ciphers/TLSv1.0", "tcp/443 (https)", Severity::Medium),
        ("nmap/ssl-enum-ciphers/weak", "tcp/443 (https)", Severity::High),
        ("nmap/open-port", "udp/53 (domain)", Severity::Info),
        ("nmap/smb-vuln-example", "", Severity::High),
    ];
    assert_eq!(told, expected.map(|(rule, place, severity)| (rule, place.to_owned(), severity)));
    // A port that cannot be is kept aside; a weakness that is not there is none.
    assert_eq!((file.parsed.rows, file.parsed.no_finding, file.parsed.quarantined), (14, 1, 1));
    let odd = &file.kept.quarantined[0];
    assert_eq!((odd.reason, odd.detail.as_str()), (QuarantineReason::FieldInvalid, "portid=99999"));
    let services = evidence(&file.kept.rows[0], EvidenceKind::Field);
    assert!(services.contains(&"product: Apache httpd") && services.contains(&"version: 2.4.49"), "{services:?}");
    assert!(services.contains(&"cpe: cpe:/a:apache:http_server:2.4.49"), "{services:?}");
    assert_eq!(file.kept.rows[0].place, port("tcp", 80, "http"));
}

#[test]
fn weaknesses_have_the_identifiers_that_the_scripts_state() {
    let file = read("nmap/shop.xml");
    let poodle = file.weakness("nmap/ssl-poodle/CVE-2014-3566");
    assert_eq!(
        (poodle.title.as_str(), poodle.cve.as_slice()),
        ("SSL POODLE information leak", ["CVE-2014-3566".to_owned()].as_slice())
    );
    assert_eq!(poodle.prose.references, "https://example.test/poodle");
    let published = file.weakness("nmap/vulners/CVE-2021-41773");
    assert_eq!(
        (published.score_tenths, published.cve.as_slice()),
        (Some(75), ["CVE-2021-41773".to_owned()].as_slice())
    );
    assert_eq!(file.weakness("nmap/ssl-enum-ciphers/weak").cwe, [326]);
    assert_eq!(file.weakness("nmap/smb-vuln-example").cve, ["CVE-2017-0143"]);
    let sure: Vec<_> = file.rows("nmap/smb-vuln-example").map(|row| row.confidence.as_deref()).collect();
    assert_eq!(sure, [Some("LIKELY VULNERABLE")]);
}

#[test]
fn hosts_that_were_up_and_scanned_to_their_end_are_covered() {
    let file = read("nmap/shop.xml");
    let scan = &file.parsed.scan;
    assert_eq!((scan.tool, scan.tool_version.as_str()), (Tool::Other, "7.95"));
    let command = "nmap -sV -p T:22,80,443,8443,U:53 -sU --script vuln,vulners,ssl-cert,ssl-enum-ciphers 192.0.2.0/29";
    assert_eq!(scan.policy, command, "where the result is written makes it no other scan");
    assert_eq!(scan.coverage.port_range.as_deref(), Some("T:22,80,443,8443,U:53"));
    assert!(!scan.coverage.incomplete);
    assert_eq!(scan.finished_at, Some(Micros(1_767_607_320_000_000)));
    assert_eq!(file.parsed.assets.len(), 2, "a host that is down is none");
    let shop = file.asset("192.0.2.1");
    assert_eq!((shop.facts.fqdn.as_deref(), shop.facts.os.as_deref()), (Some("shop.test"), Some("Linux 4.15 - 5.19")));
    assert_eq!(shop.facts.mac.as_deref(), Some("02:00:00:00:00:01"));
    assert_eq!((shop.observation.reached, shop.observation.at), (true, Some(Micros(1_767_607_260_000_000))));
    assert!(!file.asset("192.0.2.2").observation.reached, "it was given up");
}

#[test]
fn a_scan_that_does_not_say_that_it_ended_closes_nothing() {
    for end in ["", "<runstats><finished time=\"1\" exit=\"error\"/></runstats>"] {
        let text = format!("<nmaprun args=\"nmap a\">{end}</nmaprun>");
        let file = read_bytes(text.as_bytes(), &Options::default()).unwrap();
        assert!(file.parsed.scan.coverage.incomplete, "{end}");
    }
}
