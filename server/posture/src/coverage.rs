//! Coverage: what a scan proves absent. Absence alone is no proof.
//!
//! A closing is judged from the closing observation and this occurrence's own earlier sightings, never from a third scan.
//! The rules are those of the model's table, tool by tool; where a file does not say, nothing closes.

mod nmap;
mod places;
mod ports;
mod zap_rules;

use crate::decision::OccurrenceFacts;
use crate::history::{ClosingPolicy, Observation};
use model::facts::{Place, RanThere};
use model::status::NotRetested;
use model::{Grade, Tool};

pub use places::visit;
pub use zap_rules::{ZapRule, zap_plugin, zap_rule};

/// The grade with which `closing` proves the occurrence absent, if it does. `earlier` are the observations that saw it
/// before, oldest first.
#[must_use]
pub fn grade(
    tool: Tool,
    closing: &Observation,
    occurrence: &OccurrenceFacts<'_>,
    earlier: &[&Observation],
) -> Option<Grade> {
    judge(tool, closing, occurrence, earlier).ok()
}

/// Like [`grade`], with the reason where nothing is proved.
///
/// # Errors
/// What the closing observation lacks.
pub fn judge(
    tool: Tool,
    closing: &Observation,
    occurrence: &OccurrenceFacts<'_>,
    earlier: &[&Observation],
) -> Result<Grade, NotRetested> {
    if !closing.dated {
        return Err(NotRetested::Undated);
    }
    if closing.scan_coverage.incomplete {
        return Err(NotRetested::Incomplete);
    }
    if !closing.reached {
        return Err(NotRetested::NotReached);
    }
    let told = closing.scan_coverage.ran_there.as_ref();
    let grade = match tool {
        Tool::Nessus => nessus(closing, occurrence, earlier),
        Tool::Other if occurrence.rule.starts_with(nmap::RULES) => nmap::judge(closing, occurrence, earlier),
        Tool::Zap | Tool::Other if told.is_some_and(tells) => ran_there(tool, closing, occurrence, earlier),
        Tool::Zap => zap(closing, occurrence, earlier),
        Tool::Burp => burp(closing, earlier),
        Tool::Other => same_series(closing, earlier),
    }?;
    match (closing.closing, grade) {
        (ClosingPolicy::RuleRanThere, Grade::SameSeries) => Err(NotRetested::PolicyAsksMore),
        _ => Ok(grade),
    }
}

/// Nessus: a compliance check by its own PASSED row, a plugin by a row that says that it is fixed at that place; else a plugin by
/// the plugin set and the ports, or by the series.
fn nessus(
    closing: &Observation,
    occurrence: &OccurrenceFacts<'_>,
    earlier: &[&Observation],
) -> Result<Grade, NotRetested> {
    if occurrence.rule.contains('/') {
        let passed = closing.passed.binary_search_by(|rule| rule.as_str().cmp(occurrence.rule)).is_ok();
        return if passed { Ok(Grade::RuleRanThere) } else { Err(NotRetested::CheckNotPassed) };
    }
    if is_fixed(closing, occurrence) {
        return Ok(Grade::RuleRanThere);
    }
    let grade = match &closing.scan_coverage.plugin_set {
        Some(plugins) => {
            let plugin: u32 = occurrence.rule.parse().map_err(|_| NotRetested::RuleNotRun)?;
            plugins.binary_search(&plugin).map_err(|_| NotRetested::RuleNotRun)?;
            if !port_covered(closing, occurrence.place, earlier) {
                return Err(NotRetested::PortNotScanned);
            }
            Grade::RuleRanThere
        }
        None => return same_series(closing, earlier),
    };
    if credentials_worse(closing, earlier) { Err(NotRetested::CredentialsWorse) } else { Ok(grade) }
}

/// Whether the export says of the rule at that place that it looked there and did not find it: `fixed 51192 tcp/443`.
fn is_fixed(closing: &Observation, occurrence: &OccurrenceFacts<'_>) -> bool {
    let Place::Port { protocol, port, .. } = occurrence.place else { return false };
    let line = format!("fixed {} {}/{port}", occurrence.rule, protocol.to_ascii_lowercase());
    closing.passed.binary_search(&line).is_ok()
}

/// Port 0 is the host itself; else the port is listed, or the range text is that of a scan that saw it.
fn port_covered(closing: &Observation, place: &Place, earlier: &[&Observation]) -> bool {
    let Place::Port { protocol, port, .. } = place else { return true };
    if *port == 0 {
        return true;
    }
    let Some(text) = closing.scan_coverage.port_range.as_deref() else { return false };
    ports::lists(text, protocol, *port) || earlier.iter().any(|o| o.scan_coverage.port_range.as_deref() == Some(text))
}

/// Whether the closing scan was signed in less well than the latest earlier sighting. Where files do not say, a scan that
/// says "not signed in" is worse, one that does not say either is not.
fn credentials_worse(closing: &Observation, earlier: &[&Observation]) -> bool {
    let Some(latest) = earlier.iter().map(|o| o.at).max() else { return false };
    let was = earlier.iter().filter(|o| o.at == latest).map(|o| rank(o.credentialed)).max().unwrap_or(0);
    rank(closing.credentialed) < was
}

/// Not signed in, unknown, signed in.
fn rank(credentialed: Option<bool>) -> u8 {
    match credentialed {
        Some(false) => 0,
        None => 1,
        Some(true) => 2,
    }
}

/// Whether the scanner tells anything of what ran where.
fn tells(ran: &RanThere) -> bool {
    ran.rules.is_some() || ran.visited.is_some()
}

/// A scanner that tells what ran where: the rule ran to its end, the place was visited, the login held. Of what it does not tell,
/// only the same series is a proof.
fn ran_there(
    tool: Tool,
    closing: &Observation,
    occurrence: &OccurrenceFacts<'_>,
    earlier: &[&Observation],
) -> Result<Grade, NotRetested> {
    let Some(ran) = &closing.scan_coverage.ran_there else { return same_series(closing, earlier) };
    let rule = match tool {
        Tool::Zap => zap_plugin(occurrence.rule),
        _ => occurrence.rule,
    };
    if ran.rules.as_ref().is_some_and(|rules| rules.binary_search_by(|known| known.as_str().cmp(rule)).is_err()) {
        return Err(NotRetested::RuleNotRun);
    }
    if ran.visited.as_ref().is_some_and(|visited| !places::visited(tool, visited, occurrence)) {
        return Err(NotRetested::PlaceNotVisited);
    }
    if ran.rules.is_none() || ran.visited.is_none() {
        return same_series(closing, earlier);
    }
    if credentials_worse(closing, earlier) { Err(NotRetested::CredentialsWorse) } else { Ok(Grade::RuleRanThere) }
}

/// ZAP files: same series; a passive rule, or an active one where the file proves active scanning of it.
fn zap(
    closing: &Observation,
    occurrence: &OccurrenceFacts<'_>,
    earlier: &[&Observation],
) -> Result<Grade, NotRetested> {
    let grade = same_series(closing, earlier)?;
    let coverage = &closing.scan_coverage;
    let Ok(plugin) = zap_plugin(occurrence.rule).parse::<u32>() else { return Err(NotRetested::RuleNotRun) };
    let ran = match zap_rule(plugin) {
        ZapRule::Passive => true,
        ZapRule::Active if coverage.active_rules.is_empty() => coverage.active_proven,
        ZapRule::Active | ZapRule::Unknown => coverage.active_rules.binary_search(&plugin).is_ok(),
    };
    if ran { Ok(grade) } else { Err(NotRetested::RuleNotRun) }
}

/// Burp files: only the whole project, and only in the series that saw it.
fn burp(closing: &Observation, earlier: &[&Observation]) -> Result<Grade, NotRetested> {
    if !closing.scan_coverage.whole_project {
        return Err(NotRetested::NotWholeProject);
    }
    same_series(closing, earlier)
}

/// Nothing in the file says what ran: only a scan of a series that saw it, under no worse conditions, proves anything.
fn same_series(closing: &Observation, earlier: &[&Observation]) -> Result<Grade, NotRetested> {
    if !earlier.iter().any(|o| o.series == closing.series) {
        return Err(NotRetested::OtherSeries);
    }
    if credentials_worse(closing, earlier) { Err(NotRetested::CredentialsWorse) } else { Ok(Grade::SameSeries) }
}
