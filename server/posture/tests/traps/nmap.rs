//! Nmap: what its report says of a port, and what a script's silence is worth.

use crate::coverage::proof;
use crate::story::{Story, cover};
use model::facts::{Place, RanThere};
use model::status::NotRetested;
use model::{Grade, SeriesId, Tool};
use posture::Observation;

fn at(rule: &'static str, port: u16) -> Story {
    Story::of(Tool::Other, rule, Place::Port { protocol: "tcp".into(), port, service: "http".into() })
}

fn looked(lines: &'static [&'static str]) -> impl FnOnce(&mut Observation) {
    move |o| {
        let mut lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        lines.sort();
        o.passed = lines.into();
    }
}

#[test]
fn a_port_that_is_closed_proves_what_was_at_it_gone() {
    for rule in ["nmap/open-port", "nmap/http-git", "nmap/ssl-cert/expired"] {
        assert_eq!(proof(at(rule, 8080), looked(&["closed T:1-79,81-65535"])), Ok(Grade::RuleRanThere), "{rule}");
    }
    assert_eq!(proof(at("nmap/open-port", 80), looked(&["closed T:1-79,81"])), Err(NotRetested::PortNotScanned));
    assert_eq!(proof(at("nmap/open-port", 53), looked(&["closed U:53"])), Err(NotRetested::PortNotScanned));
    let unsure = looked(&["closed T:1-100", "unsure T:80"]);
    assert_eq!(proof(at("nmap/open-port", 80), unsure), Err(NotRetested::PortNotScanned), "open, or filtered");
}

#[test]
fn a_port_behind_a_filter_is_not_open_and_hides_what_is_there() {
    assert_eq!(proof(at("nmap/open-port", 80), looked(&["filtered T:80"])), Ok(Grade::SameSeries));
    assert_eq!(proof(at("nmap/http-git", 80), looked(&["filtered T:80"])), Err(NotRetested::PlaceNotVisited));
}

#[test]
fn a_script_that_spoke_proves_and_one_that_broke_off_does_not() {
    let cert = || at("nmap/ssl-cert/expired", 443);
    assert_eq!(proof(cert(), looked(&["answered tcp/443", "ran ssl-cert tcp/443"])), Ok(Grade::RuleRanThere));
    let elsewhere = looked(&["answered tcp/443", "ran ssl-cert tcp/8443"]);
    assert_eq!(proof(cert(), elsewhere), Ok(Grade::SameSeries), "it was silent here");
    assert_eq!(proof(cert(), looked(&["answered tcp/443", "failed ssl-cert tcp/443"])), Err(NotRetested::RuleNotRun));
    let host = || Story::of(Tool::Other, "nmap/smb-vuln-ms17-010", Place::Whole);
    assert_eq!(proof(host(), looked(&["ran smb-vuln-ms17-010"])), Ok(Grade::RuleRanThere));
    assert_eq!(proof(host(), looked(&["failed smb-vuln-ms17-010"])), Err(NotRetested::RuleNotRun));
    assert_eq!(proof(host(), looked(&[])), Ok(Grade::SameSeries));
}

#[test]
fn silence_proves_in_the_same_series_alone_and_where_somebody_answered() {
    let git = || at("nmap/http-git", 80);
    assert_eq!(proof(git(), looked(&["answered tcp/80"])), Ok(Grade::SameSeries));
    assert_eq!(proof(git(), looked(&["answered tcp/8080"])), Err(NotRetested::PlaceNotVisited));
    let other = git().seen(1).absent_with(2, |o| {
        looked(&["answered tcp/80"])(o);
        o.series = SeriesId(2);
    });
    assert_eq!(other.episodes(), [(1, None)]);
    // Whoever runs the command may say which scripts it runs.
    let told = |o: &mut Observation| {
        looked(&["answered tcp/80"])(o);
        let rules = Some(vec!["nmap/http-git".to_owned()]);
        cover(o, |c| c.ran_there = Some(RanThere { rules, ..RanThere::default() }));
    };
    assert_eq!(proof(git(), told), Ok(Grade::RuleRanThere));
}
