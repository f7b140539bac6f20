//! What a run asks of its scanner, made from its schedule and target as they stand when it begins.

use super::{entries, within};
use model::Micros;
use model::scanner::Intensity;
use scanners::{Login, Order, RunKey};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::runs::Run;
use store::schedules::Schedule;
use store::targets::Target;

/// How long a run may take that no schedule limits, in minutes.
const TIME_LIMIT: i64 = 8 * 60;
/// By how much two fetches overlap, in microseconds: a scanner lists what a scan saw some time after it looked, and its clock is not
/// ours.
const OVERLAP: i64 = Micros::DAY;

/// Part of a target: a fix is verified.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Part {
    /// These targets, within those of the group.
    pub targets: Vec<String>,
    /// These rules of the scanner.
    pub rules: Vec<String>,
}

/// What was asked, as it is kept with the run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ask {
    /// The schedule's name, or the target's.
    pub name: String,
    /// What is scanned; empty if what the scanner keeps is fetched.
    pub targets: Vec<String>,
    /// Only what changed there since then is fetched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Micros>,
    /// What is left out.
    pub exclude: Vec<String>,
    /// How hard.
    pub intensity: Intensity,
    /// The scanner's policy or template.
    pub choice: String,
    /// Only these rules.
    pub rules: Vec<String>,
    /// How long, in minutes.
    pub minutes: i64,
    /// Whether it signs in.
    #[serde(default)]
    pub signed_in: bool,
}

/// What to ask for a run; the code of the reason if there is nothing that may be asked.
pub(crate) fn ask(run: &Run, schedule: Option<&Schedule>, target: &Target) -> Result<Ask, &'static str> {
    let part: Part = match run.part.as_str() {
        "" => Part::default(),
        text => serde_json::from_str(text).map_err(|_| "damaged")?,
    };
    let group = entries(&target.targets);
    let allowed = entries(&target.allow);
    let allowed = if allowed.is_empty() { &group } else { &allowed };
    let targets = if part.targets.is_empty() { group.clone() } else { part.targets };
    if targets.iter().any(|target| !within(target, allowed)) {
        return Err("out_of_scope");
    }
    Ok(Ask {
        name: schedule.map_or_else(|| target.name.clone(), |schedule| schedule.name.clone()),
        targets,
        since: None,
        exclude: entries(&target.exclude),
        intensity: schedule.and_then(|schedule| schedule.intensity.parse().ok()).unwrap_or(Intensity::Normal),
        choice: schedule.map(|schedule| schedule.choice.clone()).unwrap_or_default(),
        rules: part.rules,
        minutes: schedule.map_or(TIME_LIMIT, |schedule| schedule.time_limit),
        signed_in: target.login_at.is_some(),
    })
}

/// What to ask for a run that scans nothing: what the scanner knows, or what changed there since the run before it that came to
/// the books began.
pub(crate) fn fetch(schedule: &Schedule, since: Option<Micros>) -> Ask {
    Ask {
        name: schedule.name.clone(),
        targets: Vec::new(),
        since: since.map(|since| Micros(since.0 - OVERLAP)),
        exclude: Vec::new(),
        intensity: Intensity::Normal,
        choice: String::new(),
        rules: Vec::new(),
        minutes: schedule.time_limit,
        signed_in: false,
    }
}

/// The most characters of the name of a series.
const SERIES: usize = 200;

impl Ask {
    /// What a run is compared with others as: its name, and what was asked for where that is a part.
    pub(crate) fn series(&self, part: bool) -> String {
        if !part {
            return self.name.clone();
        }
        let (rules, targets) = (self.rules.join(" "), self.targets.join(" "));
        let named = [self.name.as_str(), rules.as_str(), targets.as_str()];
        let named: Vec<&str> = named.into_iter().filter(|text| !text.is_empty()).collect();
        named.join(" · ").chars().take(SERIES).collect()
    }

    /// The order for a run with that key, which signs in by that login; `None` if what is kept is no key.
    pub(crate) fn order(&self, key: &str, login: Option<Login>) -> Option<Order> {
        let seconds = u64::try_from(self.minutes.max(1) * 60).unwrap_or(60);
        Some(Order {
            key: RunKey::new(key)?,
            name: self.name.clone(),
            targets: self.targets.clone(),
            since: self.since,
            exclude: self.exclude.clone(),
            intensity: self.intensity,
            choice: (!self.choice.is_empty()).then(|| self.choice.clone()),
            rules: self.rules.clone(),
            login,
            time_limit: Duration::from_secs(seconds),
        })
    }
}
