//! Coverage: absence is not proof.

use crate::story::{Story, cover};
use model::Grade;
use model::facts::{Place, RanThere};
use model::status::NotRetested;
use posture::{ClosingPolicy, Observation};

/// Seen once, then absent in a scan that is changed: the grade, or why it proves nothing.
pub fn proof(story: Story, change: impl FnOnce(&mut Observation)) -> Result<Grade, NotRetested> {
    let told = story.seen(1).absent_with(2, change).told();
    match told.episodes[0].closed {
        Some(closed) => Ok(closed.grade),
        None => Err(told.head.not_retested.unwrap()),
    }
}

fn nessus(change: impl FnOnce(&mut Observation)) -> Result<Grade, NotRetested> {
    proof(Story::nessus(), change)
}

#[test]
fn the_rule_ran_there() {
    assert_eq!(nessus(|_| {}), Ok(Grade::RuleRanThere));
}

#[test]
fn a_scan_that_broke_off_closes_nothing() {
    assert_eq!(nessus(|o| cover(o, |c| c.incomplete = true)), Err(NotRetested::Incomplete));
}

#[test]
fn a_host_that_was_not_reached_closes_nothing() {
    assert_eq!(nessus(|o| o.reached = false), Err(NotRetested::NotReached));
}

#[test]
fn a_plugin_outside_the_set_did_not_run() {
    assert_eq!(nessus(|o| cover(o, |c| c.plugin_set = Some(vec![200]))), Err(NotRetested::RuleNotRun));
}

#[test]
fn what_an_export_calls_fixed_is_absent_at_that_place_and_nowhere_else() {
    let export = |fixed: &'static str| {
        move |o: &mut Observation| {
            cover(o, |c| (c.plugin_set, c.port_range) = (Some(Vec::new()), None));
            (o.credentialed, o.passed) = (None, [fixed.to_owned()].into());
        }
    };
    let Story { rule, place, .. } = Story::nessus();
    let Place::Port { protocol, port, .. } = place else { panic!("a port") };
    let line = |rule: &str, port: u16| &*format!("fixed {rule} {protocol}/{port}").leak();
    assert_eq!(nessus(export(line(rule, port))), Ok(Grade::RuleRanThere));
    assert_eq!(nessus(export(line(rule, port + 1))), Err(NotRetested::RuleNotRun));
    assert_eq!(nessus(export(line("1", port))), Err(NotRetested::RuleNotRun));
    assert_eq!(nessus(export("")), Err(NotRetested::RuleNotRun), "what it is silent about proves nothing");
    // Cut off, it proves nothing at all.
    let cut = |o: &mut Observation| {
        export(line(rule, port))(o);
        cover(o, |c| c.incomplete = true);
    };
    assert_eq!(nessus(cut), Err(NotRetested::Incomplete));
}

#[test]
fn lost_credentials_close_nothing() {
    assert_eq!(nessus(|o| o.credentialed = Some(false)), Err(NotRetested::CredentialsWorse));
    assert_eq!(nessus(|o| o.credentialed = None), Err(NotRetested::CredentialsWorse));
}

#[test]
fn credentials_are_compared_with_the_latest_sighting_alone() {
    let story = Story::nessus().seen(0);
    let unsigned = |o: &mut Observation| o.credentialed = Some(false);
    let told = story.seen_with(1, unsigned).absent_with(2, unsigned).told();
    assert!(told.episodes[0].closed.is_some());
}

#[test]
fn a_port_must_be_listed_or_the_range_the_same() {
    let ports = |text: &'static str| move |o: &mut Observation| cover(o, |c| c.port_range = Some(text.into()));
    assert_eq!(nessus(ports("1-100")), Err(NotRetested::PortNotScanned));
    assert_eq!(nessus(ports("default")), Err(NotRetested::PortNotScanned));
    assert_eq!(nessus(ports("22, 440-450")), Ok(Grade::RuleRanThere));
    assert_eq!(nessus(ports("all")), Ok(Grade::RuleRanThere));
    assert_eq!(nessus(ports("U:443")), Err(NotRetested::PortNotScanned));
    assert_eq!(nessus(ports("U:53,T:443")), Ok(Grade::RuleRanThere));
    let same = Story::nessus().seen_with(1, ports("default")).absent_with(2, ports("default"));
    assert!(same.told().episodes[0].closed.is_some());
}

#[test]
fn port_0_is_the_host_itself() {
    let host =
        Story { place: Place::Port { protocol: "tcp".into(), port: 0, service: "general".into() }, ..Story::nessus() };
    assert_eq!(proof(host, |o| cover(o, |c| c.port_range = None)), Ok(Grade::RuleRanThere));
}

#[test]
fn without_a_plugin_set_only_the_same_series_proves() {
    let filtered = |o: &mut Observation| cover(o, |c| c.plugin_set = None);
    assert_eq!(nessus(filtered), Ok(Grade::SameSeries));
    let other = Story::nessus().seen(1).absent_with(2, |o| {
        filtered(o);
        o.series = model::SeriesId(2);
    });
    assert_eq!(other.episodes(), [(1, None)]);
}

#[test]
fn the_sources_policy_may_ask_for_the_first_grade() {
    let strict = |o: &mut Observation| o.closing = ClosingPolicy::RuleRanThere;
    assert_eq!(nessus(strict), Ok(Grade::RuleRanThere));
    let filtered = nessus(|o| {
        strict(o);
        cover(o, |c| c.plugin_set = None);
    });
    assert_eq!(filtered, Err(NotRetested::PolicyAsksMore));
}

#[test]
fn a_third_scan_proves_nothing() {
    // The range text of a scan that did not see it does not help.
    let odd = |o: &mut Observation| cover(o, |c| c.port_range = Some("default".into()));
    let story = Story::nessus().seen(1).absent_with(2, odd).absent_with(3, odd);
    assert_eq!(story.episodes(), [(1, None)]);
}

#[test]
fn a_compliance_check_closes_by_its_own_pass() {
    let check = || Story::nessus().rule("21156/a");
    assert_eq!(proof(check(), |o| o.passed = ["21156/a".to_owned()].into()), Ok(Grade::RuleRanThere));
    // An error, a warning or a check that is gone: all of them no row of ours, and no pass.
    assert_eq!(proof(check(), |o| o.passed = ["21156/b".to_owned()].into()), Err(NotRetested::CheckNotPassed));
}

#[test]
fn a_zap_file_covers_passive_rules_of_its_series() {
    assert_eq!(proof(Story::zap("10003"), |_| {}), Ok(Grade::SameSeries));
    let other = Story::zap("10003").seen(1).absent_with(2, |o| o.series = model::SeriesId(2));
    assert_eq!(other.episodes(), [(1, None)]);
}

#[test]
fn a_zap_file_covers_active_rules_only_where_it_proves_active_scanning() {
    let active = || Story::zap("40012");
    assert_eq!(proof(active(), |_| {}), Err(NotRetested::RuleNotRun));
    assert_eq!(proof(active(), |o| cover(o, |c| c.active_proven = true)), Ok(Grade::SameSeries));
    // Where the file names the rules that ran, that is the proof.
    let named = |rules: Vec<u32>| {
        move |o: &mut Observation| {
            cover(o, |c| {
                c.active_proven = true;
                c.active_rules = rules;
            });
        }
    };
    assert_eq!(proof(active(), named(vec![40_018])), Err(NotRetested::RuleNotRun));
    assert_eq!(proof(active(), named(vec![40_012])), Ok(Grade::SameSeries));
}

#[test]
fn a_zap_rule_that_nobody_knows_is_not_covered() {
    let proven = |o: &mut Observation| cover(o, |c| c.active_proven = true);
    assert_eq!(proof(Story::zap("99999-1"), proven), Err(NotRetested::RuleNotRun));
    assert_eq!(proof(Story::zap("-1"), proven), Err(NotRetested::RuleNotRun));
}

#[test]
fn a_burp_file_closes_only_as_a_whole_project() {
    assert_eq!(proof(Story::burp(), |_| {}), Err(NotRetested::NotWholeProject));
    assert_eq!(proof(Story::burp(), |o| cover(o, |c| c.whole_project = true)), Ok(Grade::SameSeries));
}

#[test]
fn an_empty_scan_with_coverage_closes() {
    let told = Story::nessus().seen(1).absent_with(2, |o| o.sightings.clear()).told();
    assert!(told.episodes[0].closed.is_some());
}

#[test]
fn of_two_proofs_at_one_instant_the_stronger_counts() {
    let filtered = |o: &mut Observation| cover(o, |c| c.plugin_set = None);
    for story in [
        Story::nessus().seen(1).absent_with(2, filtered).absent(2),
        Story::nessus().seen(1).absent(2).absent_with(2, filtered),
    ] {
        assert_eq!(story.told().episodes[0].closed.unwrap().grade, Grade::RuleRanThere);
    }
}

/// A driven scan of a shop: these rules ran to their end, these pages were visited.
fn told(rules: &[&str], visited: &[&str]) -> impl FnOnce(&mut Observation) + use<> {
    let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let visited = [("https://shop.test".to_owned(), owned(visited))].into();
    let ran = RanThere { rules: Some(owned(rules)), visited: Some(visited), ..RanThere::default() };
    move |o: &mut Observation| cover(o, |c| c.ran_there = Some(ran))
}

fn at(rule: &'static str, target: &str) -> Story {
    let place = Place::Request { method: "GET".into(), target: target.into(), parameter: "id".into() };
    Story { place, ..Story::zap(rule) }
}

#[test]
fn a_driven_scan_proves_what_ran_where() {
    let items = || at("40018", "/items?id=7%27");
    let ran = || told(&["10202", "40018"], &["/", "/items?id"]);
    assert_eq!(proof(items(), ran()), Ok(Grade::RuleRanThere));
    // Of another series too: it says itself what it looked at.
    let other = |o: &mut Observation| {
        ran()(o);
        o.series = model::SeriesId(2);
        o.closing = ClosingPolicy::RuleRanThere;
    };
    assert_eq!(proof(items(), other), Ok(Grade::RuleRanThere));
    assert_eq!(proof(items(), told(&["10202"], &["/items?id"])), Err(NotRetested::RuleNotRun));
    assert_eq!(proof(items(), told(&["40018"], &["/", "/items"])), Err(NotRetested::PlaceNotVisited));
    let signed_out = |o: &mut Observation| {
        ran()(o);
        o.credentialed = Some(false);
    };
    assert_eq!(proof(items(), signed_out), Err(NotRetested::CredentialsWorse));
    let broken_off = |o: &mut Observation| {
        ran()(o);
        cover(o, |c| c.incomplete = true);
    };
    assert_eq!(proof(items(), broken_off), Err(NotRetested::Incomplete));
}

#[test]
fn what_is_one_finding_for_an_origin_was_looked_for_wherever_the_scan_went_there() {
    assert_eq!(proof(at("10038-1", "/gone"), told(&["10038"], &["/"])), Ok(Grade::RuleRanThere));
    assert_eq!(proof(at("10038-1", "/gone"), told(&["10038"], &[])), Err(NotRetested::PlaceNotVisited));
    // Hidden files are looked for at the root, `.env` in every folder.
    assert_eq!(proof(at("40035", "/.git/config"), told(&["40035"], &["/"])), Ok(Grade::RuleRanThere));
    assert_eq!(proof(at("40034", "/app/.env"), told(&["40034"], &["/app/login?next"])), Ok(Grade::RuleRanThere));
    assert_eq!(proof(at("40034", "/app/.env"), told(&["40034"], &["/", "/apple"])), Err(NotRetested::PlaceNotVisited));
}

#[test]
fn of_what_a_scanner_does_not_tell_only_its_series_proves() {
    let pages = |series: i64| {
        move |o: &mut Observation| {
            let visited = [("https://shop.test".to_owned(), vec!["/items?id".to_owned()])].into();
            cover(o, |c| c.ran_there = Some(RanThere { visited: Some(visited), ..RanThere::default() }));
            o.series = model::SeriesId(series);
        }
    };
    assert_eq!(proof(at("40018", "/items?id=7"), pages(1)), Ok(Grade::SameSeries));
    let other = at("40018", "/items?id=7").seen(1).absent_with(2, pages(2));
    assert_eq!(other.episodes(), [(1, None)]);
    assert_eq!(proof(at("40018", "/login"), pages(1)), Err(NotRetested::PlaceNotVisited));
}
