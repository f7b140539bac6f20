//! Short histories of one occurrence, told scan by scan. Hours stand for instants.

use model::facts::{Place, ScanCoverage};
use model::{AssetId, Cause, Micros, ScanId, SeriesId, Severity, TeamId, Tool};
use posture::{
    AssetHistory, ClosingPolicy, Decision, DecisionKind, Observation, OccurrenceFacts, OwnerChange, Projection,
    Sighting, VerdictGiven,
};
use std::sync::Arc;

const OCCURRENCE: i64 = 7;

pub fn hour(hour: i64) -> Micros {
    Micros(hour * 3_600_000_000)
}

#[derive(Clone)]
pub struct Story {
    pub history: AssetHistory,
    pub rule: &'static str,
    pub place: Place,
    pub decisions: Vec<Decision>,
    pub now: i64,
}

impl Story {
    pub fn of(tool: Tool, rule: &'static str, place: Place) -> Self {
        let (owners, observations, newest) = (Vec::new(), Vec::new(), Vec::new());
        let history = AssetHistory { tool, asset: AssetId(1), owners, observations, newest };
        Self { history, rule, place, decisions: Vec::new(), now: 1_000 }
    }

    /// Plugin 100 on tcp/443. Scans reach the host signed in, with the plugin in the set and the port listed.
    pub fn nessus() -> Self {
        Self::of(Tool::Nessus, "100", Place::Port { protocol: "tcp".into(), port: 443, service: "www".into() })
    }

    /// A ZAP rule at a request.
    pub fn zap(rule: &'static str) -> Self {
        let place = Place::Request { method: "GET".into(), target: "/".into(), parameter: String::new() };
        Self::of(Tool::Zap, rule, place)
    }

    /// A Burp issue at a path.
    pub fn burp() -> Self {
        Self::of(Tool::Burp, "2097920", Place::Insertion { path: "/".into(), point: String::new() })
    }

    pub fn rule(self, rule: &'static str) -> Self {
        Self { rule, ..self }
    }

    pub fn seen(self, at: i64) -> Self {
        self.seen_with(at, |_| {})
    }

    pub fn absent(self, at: i64) -> Self {
        self.absent_with(at, |_| {})
    }

    pub fn seen_with(self, at: i64, change: impl FnOnce(&mut Observation)) -> Self {
        let severity = Severity::High;
        let sighting = Sighting { occurrence: OCCURRENCE, severity, serial: None, location: 1, evidence: None };
        self.absent_with(at, |o| {
            o.sightings = vec![sighting];
            change(o);
        })
    }

    pub fn absent_with(mut self, at: i64, change: impl FnOnce(&mut Observation)) -> Self {
        let number = self.history.observations.len();
        let mut observation = Observation {
            scan: ScanId(number as i64),
            series: SeriesId(1),
            at: hour(at),
            dated: true,
            export_hash: [number as u8; 32],
            scan_coverage: Arc::new(ScanCoverage {
                plugin_set: (self.history.tool == Tool::Nessus).then(|| vec![100, 200]),
                port_range: Some("1-1024".into()),
                ..ScanCoverage::default()
            }),
            reached: true,
            credentialed: Some(true),
            passed: [].into(),
            closing: ClosingPolicy::Both,
            sightings: Vec::new(),
        };
        change(&mut observation);
        self.history.observations.push(observation);
        self
    }

    pub fn said(mut self, at: i64, kind: DecisionKind) -> Self {
        self.decisions.push(Decision { id: self.decisions.len() as i64, at: hour(at), kind });
        self
    }

    pub fn verdict(self, at: i64, verdict: VerdictGiven) -> Self {
        self.said(at, DecisionKind::Verdict(verdict))
    }

    pub fn owner(mut self, at: i64, team: i64) -> Self {
        self.history.owners.push(OwnerChange { at: hour(at), team: Some(TeamId(team)) });
        self
    }

    pub fn now(self, now: i64) -> Self {
        Self { now, ..self }
    }

    pub fn tell(&self) -> Option<Projection> {
        let facts =
            OccurrenceFacts { number: OCCURRENCE, rule: self.rule, place: &self.place, decisions: &self.decisions };
        posture::project(&self.history, &facts, hour(self.now))
    }

    pub fn told(&self) -> Projection {
        self.tell().unwrap()
    }

    /// The lines as (hour, sign, cause).
    pub fn lines(&self) -> Vec<(i64, i8, Cause)> {
        self.told().lines.iter().map(|l| (l.happened_at.0 / 3_600_000_000, l.sign, l.cause)).collect()
    }

    /// The hours at which episodes opened and closed.
    pub fn episodes(&self) -> Vec<(i64, Option<i64>)> {
        let hours = |at: Micros| at.0 / 3_600_000_000;
        self.told().episodes.iter().map(|e| (hours(e.opened_at), e.closed.map(|c| hours(c.at)))).collect()
    }
}

/// Changes what the scan as a whole covers.
pub fn cover(observation: &mut Observation, change: impl FnOnce(&mut ScanCoverage)) {
    change(Arc::make_mut(&mut observation.scan_coverage));
}
