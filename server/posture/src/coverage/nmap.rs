//! Nmap: its report tells which ports of a host were closed, where something answered, and which scripts spoke.
//!
//! A port that is closed proves everything at it absent. A script that spoke of a place and did not say it again proves it absent;
//! one that broke off proves nothing. One that was silent may not have run: where the place answered, a scan of the same series is
//! the proof, as with any file that has no list of rules. A port that does not answer at all may be behind a filter: that it is
//! open is then absent in the same series, and nothing is known of what is behind it.

use super::{Observation, OccurrenceFacts, ports, same_series};
use model::Grade;
use model::facts::Place;
use model::status::NotRetested;

/// What the rules of Nmap begin with.
pub(super) const RULES: &str = "nmap/";
/// The rule of an open port.
const OPEN: &str = "nmap/open-port";

/// The grade with which a report proves an occurrence absent, or what it lacks.
pub(super) fn judge(
    closing: &Observation,
    occurrence: &OccurrenceFacts<'_>,
    earlier: &[&Observation],
) -> Result<Grade, NotRetested> {
    let Place::Port { protocol, port, .. } = occurrence.place else {
        return script(closing, occurrence, "", earlier);
    };
    let found = |state: &str| {
        let lines = closing.passed.iter().filter_map(|line| line.strip_prefix(state)?.strip_prefix(' '));
        lines.into_iter().any(|text| ports::lists(text, protocol, *port))
    };
    if found("unsure") {
        return Err(NotRetested::PortNotScanned);
    }
    let open = occurrence.rule == OPEN;
    match (found("filtered"), found("closed")) {
        (true, _) if open => same_series(closing, earlier),
        (true, _) => Err(NotRetested::PlaceNotVisited),
        (false, true) => Ok(Grade::RuleRanThere),
        (false, false) if open => Err(NotRetested::PortNotScanned),
        (false, false) => {
            let place = format!("{protocol}/{port}");
            if !says(closing, &["answered", &place]) && !says(closing, &["ran", name(occurrence.rule), &place]) {
                return Err(NotRetested::PlaceNotVisited);
            }
            script(closing, occurrence, &place, earlier)
        }
    }
}

/// What a script proves at a place that answered, or of the host.
fn script(
    closing: &Observation,
    occurrence: &OccurrenceFacts<'_>,
    place: &str,
    earlier: &[&Observation],
) -> Result<Grade, NotRetested> {
    let script = name(occurrence.rule);
    if says(closing, &["failed", script, place]) {
        return Err(NotRetested::RuleNotRun);
    }
    // What a connector's operator says that its command runs.
    let told = closing.scan_coverage.ran_there.as_ref().and_then(|ran| ran.rules.as_ref());
    let told = told.is_some_and(|rules| rules.iter().any(|rule| name(rule) == script));
    if told || says(closing, &["ran", script, place]) {
        return Ok(Grade::RuleRanThere);
    }
    same_series(closing, earlier)
}

/// The script of a rule: `ssl-cert` of `nmap/ssl-cert/expired`.
fn name(rule: &str) -> &str {
    rule.strip_prefix(RULES).unwrap_or(rule).split('/').next().unwrap_or_default()
}

fn says(closing: &Observation, words: &[&str]) -> bool {
    let line = words.join(" ");
    closing.passed.binary_search_by(|known| known.as_str().cmp(line.trim_end())).is_ok()
}
