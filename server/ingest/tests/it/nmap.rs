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
    let lines = [
        "answered tcp/443",
        "answered tcp/80",
        "closed T:22",
        "failed http-broken tcp/80",
        "filtered T:8443",
        "ran http-title tcp/80",
        "ran smb-vuln-example",
        "ran ssl-cert tcp/443",
        "ran ssl-enum-ciphers tcp/443",
        "ran ssl-heartbleed tcp/443",
        "ran ssl-poodle tcp/443",
        "ran vulners tcp/80",
    ];
    assert_eq!(shop.observation.passed, lines);
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

/// A scan of one host.
fn host(args: &str, host: &str) -> crate::support::File {
    let end = "<runstats><finished time=\"1\" exit=\"success\"/></runstats>";
    let text = format!(
        "<nmaprun args=\"{args}\"><scaninfo type=\"connect\" protocol=\"tcp\" numservices=\"1\" services=\"1-90\"/>\
         <host endtime=\"1\">{host}</host>{end}</nmaprun>"
    );
    read_bytes(text.as_bytes(), &Options::default()).unwrap()
}

const ADDRESS: &str = "<address addr=\"192.0.2.9\" addrtype=\"ipv4\"/>";

#[test]
fn a_host_that_nobody_saw_was_not_reached_though_the_command_line_calls_it_up() {
    let up = "<status state=\"up\" reason=\"user-set\"/>";
    let silent = "<ports><extraports state=\"filtered\" count=\"90\">\
        <extrareasons reason=\"no-response\" count=\"90\" proto=\"tcp\" ports=\"1-90\"/></extraports></ports>";
    let observation =
        |ports: &str| host("nmap -Pn a", &format!("{up}{ADDRESS}{ports}")).asset("192.0.2.9").observation.clone();
    assert!(!observation(silent).reached);
    let refused = silent.replace("filtered", "closed").replace("no-response", "conn-refused");
    let refused = observation(&refused);
    assert!(refused.reached, "it refused, so it is there");
    assert_eq!(refused.passed, ["closed T:1-90"]);
}

#[test]
fn ports_that_are_only_counted_are_the_rest_of_the_range_if_there_is_one_rest() {
    let up = format!("<status state=\"up\" reason=\"reset\"/>{ADDRESS}");
    let open = "<port protocol=\"tcp\" portid=\"80\"><state state=\"open|filtered\"/></port>";
    let passed = |ports: &str| {
        host("nmap a", &format!("{up}<ports>{ports}</ports>")).asset("192.0.2.9").observation.passed.clone()
    };
    let closed = "<extraports state=\"closed\" count=\"80\"/>";
    assert_eq!(passed(&format!("{closed}{open}")), ["closed T:1-90", "unsure T:80"]);
    let two = "<extraports state=\"filtered\" count=\"9\"/>";
    assert_eq!(passed(&format!("{closed}{two}{open}")), ["unsure T:80"]);
}

#[test]
fn what_a_script_says_is_told_from_its_silence() {
    let up = format!("<status state=\"up\" reason=\"reset\"/>{ADDRESS}");
    let shop = |args: &str, service: &str, scripts: &str| {
        let port = format!("<port protocol=\"tcp\" portid=\"80\"><state state=\"open\"/>{service}{scripts}</port>");
        host(args, &format!("{up}<ports>{port}</ports>"))
    };
    let none = "<script id=\"http-csrf\" output=\"Couldn&apos;t find any CSRF vulnerabilities.\"/>";
    let file = shop("nmap a", "<service name=\"http\" method=\"probed\"/>", none);
    assert_eq!(file.asset("192.0.2.9").observation.passed, ["answered tcp/80", "ran http-csrf tcp/80"]);
    assert_eq!((file.kept.rows.len(), file.parsed.no_finding), (1, 1));
    // It says the same where nobody answers.
    let mute = shop("nmap a", "<service name=\"http\" method=\"table\"/>", none);
    assert!(mute.asset("192.0.2.9").observation.passed.is_empty());
    let timed = shop("nmap --script-timeout 9 a", "<service name=\"http\" method=\"probed\"/>", "");
    assert!(timed.asset("192.0.2.9").observation.passed.is_empty(), "it may have been stopped");
    let odd = "<script id=\"http-a\" output=\"\"/><script id=\"http-b\" output=\"State: UNKNOWN (unable to test)\"/>";
    let file = shop("nmap a", "", odd);
    assert_eq!(file.asset("192.0.2.9").observation.passed, ["failed http-a tcp/80", "failed http-b tcp/80"]);
    assert_eq!((file.kept.rows.len(), file.parsed.no_finding), (1, 2));
}

#[test]
fn scripts_that_speak_of_a_flaw_say_which() {
    let scripts = "<script id=\"http-cookie-flags\" output=\"/: session: httponly flag not set\"><table key=\"/\">\
        <table key=\"session\"><elem>httponly flag not set</elem></table></table></script>\
        <script id=\"http-csrf\" output=\"Found the following possible CSRF vulnerabilities: Path: /\"/>\
        <script id=\"http-trace\" output=\"TRACE is enabled\"/>";
    let port = format!("<port protocol=\"tcp\" portid=\"80\"><state state=\"open\"/>{scripts}</port>");
    let file = host("nmap a", &format!("<status state=\"up\" reason=\"reset\"/>{ADDRESS}<ports>{port}</ports>"));
    for (rule, cwe, severity) in [
        ("nmap/http-cookie-flags/httponly", 1004, Severity::Low),
        ("nmap/http-csrf", 352, Severity::Medium),
        ("nmap/http-trace", 16, Severity::Medium),
    ] {
        assert_eq!(file.weakness(rule).cwe, [cwe], "{rule}");
        assert!(file.rows(rule).all(|row| row.severity == severity), "{rule}");
    }
}
