//! What the inputs in force say, in the product's types: histories, owners, decisions.

use super::{Mutant, World, identify, key_of};
use crate::scene::{self, Input, Scan, UNIT, What};
use model::facts::ScanCoverage;
use model::{AssetId, Day, Micros, OccurrenceId, ScanId, SeriesId, TeamId, Tool, UserId};
use posture::identity::{occurrence_id, origin_of};
use posture::{
    AssetHistory, ClosingPolicy, Decision, DecisionKind, NewestScan, Observation, OwnerChange, Sighting, VerdictGiven,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

impl World<'_> {
    pub(super) fn histories(&self) -> BTreeMap<(String, Tool), AssetHistory> {
        let mut histories: BTreeMap<(String, Tool), AssetHistory> = BTreeMap::new();
        let scans = self.scans_in_force();
        for (input, scan) in &scans {
            let coverage = ScanCoverage {
                plugin_set: scan.plugins.clone().filter(|_| scan.tool == Tool::Nessus),
                port_range: scan.ports.map(str::to_owned),
                incomplete: scan.incomplete,
                active_proven: scan.active_proven,
                active_rules: scan.active_rules.clone(),
                whole_project: scan.whole,
                ran_there: scan.ran_there(),
            };
            for host in &scan.hosts {
                let key = self.seen_as(scan.source, scan.tool, host.machine);
                let asset = self.assets.iter().position(|a| *a == key).unwrap_or(0);
                let history = histories.entry((key.clone(), scan.tool)).or_insert_with(|| AssetHistory {
                    tool: scan.tool,
                    asset: AssetId(asset as i64),
                    owners: self.owners(&key),
                    observations: Vec::new(),
                    newest: self.newest_scans(&scans),
                });
                let mut sightings: Vec<Sighting> = host.rows.iter().map(|row| self.sighting(scan, &key, row)).collect();
                sightings.sort_by_key(|s| s.occurrence);
                let mut observation = Observation {
                    scan: self.scan_id(*input),
                    series: series(scan),
                    at: Micros((scan.at - host.lag) * UNIT),
                    dated: scan.dated,
                    export_hash: [scan.hash; 32],
                    scan_coverage: Arc::new(coverage.at(&[origin_of(&scene::machine(scan.tool, host.machine).name)])),
                    reached: host.reached,
                    credentialed: host.signed_in,
                    passed: scene::passed(host).into(),
                    closing: if self.reading(scan.source).only_strong(scan.source) {
                        ClosingPolicy::RuleRanThere
                    } else {
                        ClosingPolicy::Both
                    },
                    sightings,
                };
                if self.mutant == Some(Mutant::AbsenceCloses) {
                    believe_absence(&mut observation, scan.tool);
                }
                match history.observations.iter_mut().find(|known| known.scan == observation.scan) {
                    Some(known) => known.join(observation),
                    None => history.observations.push(observation),
                }
            }
        }
        histories
    }

    pub(super) fn newest_scans(&self, scans: &[(usize, Scan)]) -> Vec<NewestScan> {
        let mut newest: BTreeMap<SeriesId, (i64, u8, usize)> = BTreeMap::new();
        for (input, scan) in scans.iter().filter(|(_, s)| s.dated) {
            let this = (scan.at, scan.hash, *input);
            let best = newest.entry(series(scan)).or_insert(this);
            *best = (*best).max(this);
        }
        let of = |(series, (at, _, input))| NewestScan { series, scan: self.scan_id(input), at: Micros(at * UNIT) };
        newest.into_iter().map(of).collect()
    }

    pub(super) fn scan_id(&self, input: usize) -> ScanId {
        ScanId(self.scans.iter().position(|s| *s == input).unwrap_or(0) as i64)
    }

    pub(super) fn sighting(&self, scan: &Scan, key: &str, row: &scene::Row) -> Sighting {
        let id = occurrence_id(scan.tool, key, scene::rule(scan.tool, row.rule), &scene::place(scan.tool, row.place));
        Sighting {
            occurrence: self.known[&id].number,
            severity: row.severity,
            serial: (scan.tool == Tool::Burp).then_some(u64::from(row.serial)),
            location: 0,
            evidence: None,
        }
    }

    pub(super) fn owner_by_rule(&self, key: &str) -> Option<i64> {
        let rules = self.scene.inputs.iter().enumerate().rev().filter(|(i, _)| self.in_force[*i]);
        rules
            .filter_map(|(_, input)| match input {
                Input::Rule { tool, machine, team } => Some((key_of(0, *tool, *machine), *team)),
                _ => None,
            })
            .find(|(of, _)| of == key)
            .map(|(_, team)| team)
    }

    /// The first owner by the rules in force, then what people said.
    pub(super) fn owners(&self, key: &str) -> Vec<OwnerChange> {
        let mut owners = Vec::new();
        let key = &self.namer(key);
        if self.mutant != Some(Mutant::MatchesAsDecisions)
            && let Some(team) = self.owner_by_rule(key)
        {
            owners.push(OwnerChange { at: Micros(i64::MIN), team: Some(TeamId(team)) });
        }
        for (_, input) in self.scene.inputs.iter().enumerate().filter(|(i, _)| self.in_force[*i]) {
            if let Input::Move { spot, at, team } = input
                && identify(spot).0 == *key
            {
                owners.push(OwnerChange { at: Micros(at * UNIT), team: team.map(TeamId) });
            }
        }
        owners
    }

    /// The decisions in force about an occurrence; duplicates only while the other is in the books.
    pub(super) fn decisions(&self, id: OccurrenceId) -> Vec<Decision> {
        let seen = self.seen();
        let said = self.scene.inputs.iter().enumerate().filter(|(i, _)| self.in_force[*i]).filter_map(|(i, input)| {
            let Input::Said(said) = input else { return None };
            if self.identify(&said.spot).1 != id {
                return None;
            }
            let kind = match &said.what {
                What::Confirm => DecisionKind::Confirm,
                What::Start => DecisionKind::Start,
                What::Claim => DecisionKind::ClaimFix,
                What::Reset => DecisionKind::Reset,
                What::FalsePositive => DecisionKind::Verdict(VerdictGiven::FalsePositive),
                What::Accepted(until) => DecisionKind::Verdict(VerdictGiven::Accepted { until: Micros(until * UNIT) }),
                What::Duplicate(of) => {
                    let of = self.identify(of).1;
                    // A duplicate of what it is itself by now has no effect.
                    let of = self.known.get(&of).filter(|_| seen.contains(&of) && of != id)?.number;
                    DecisionKind::Verdict(VerdictGiven::Duplicate { of })
                }
                What::Retired => DecisionKind::Verdict(VerdictGiven::Retired),
                What::ByHand => DecisionKind::Verdict(VerdictGiven::ClosedByHand),
                What::Clear => DecisionKind::ClearVerdict,
                What::Team(team) => DecisionKind::AssignTeam(team.map(TeamId)),
                What::Person(person) => DecisionKind::AssignPerson(person.map(UserId)),
                What::Due(day) => DecisionKind::Due(day.map(Day)),
                What::Comment => DecisionKind::Comment,
            };
            Some(Decision { id: i as i64, at: Micros(said.at * UNIT), kind })
        });
        let rated = self.scene.inputs.iter().enumerate().filter(|(i, _)| self.in_force[*i]).filter_map(|(i, input)| {
            let Input::Ruled { tool, rule, here, at, severity: Some(severity) } = input else { return None };
            let known = &self.known[&id];
            let about = *tool == known.tool && scene::rule(*tool, *rule) == known.rule;
            let speaks = about && (!*here || self.is_here(&known.asset_key));
            speaks.then(|| Decision { id: i as i64, at: Micros(at * UNIT), kind: DecisionKind::Rate(*severity) })
        });
        said.chain(rated).chain(self.written.iter().filter(|(of, _)| *of == id).map(|(_, d)| d.clone())).collect()
    }

    /// What any scan in force saw.
    pub(super) fn seen(&self) -> BTreeSet<OccurrenceId> {
        let mut seen = BTreeSet::new();
        for (_, Scan { source, tool, hosts, .. }) in self.scans_in_force() {
            for host in hosts {
                let key = self.seen_as(source, tool, host.machine);
                for row in host.rows {
                    let (rule, place) = (scene::rule(tool, row.rule), scene::place(tool, row.place));
                    seen.insert(occurrence_id(tool, &key, rule, &place));
                }
            }
        }
        seen
    }
}

fn series(scan: &Scan) -> SeriesId {
    SeriesId((scan.source * 100 + scan.tool.number() as usize * 10 + scan.series) as i64)
}

/// The planted bug: the observation claims to have covered everything.
fn believe_absence(observation: &mut Observation, tool: Tool) {
    observation.reached = true;
    observation.credentialed = Some(true);
    observation.closing = ClosingPolicy::Both;
    observation.passed = [scene::COMPLIANCE.to_owned()].into();
    observation.scan_coverage = Arc::new(ScanCoverage {
        plugin_set: (tool == Tool::Nessus).then(|| vec![100, 200, 300]),
        port_range: Some("1-65535,U:1-65535".to_owned()),
        incomplete: false,
        active_proven: true,
        active_rules: vec![40012, 99999],
        whole_project: true,
        ran_there: None,
    });
}
