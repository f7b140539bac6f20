//! A small world in memory: inputs with the steps that learned and withdrew them, and a ledger kept by `posture::delta`.
//!
//! It stands where a store would: it interns numbers in the order of arrival, keeps an append-only ledger and recomputes
//! what a step may have changed. Planted bugs are variants of it.

mod facts;
mod merged;

use crate::scene::{self, Input, Reading, Scan, Scene, Spot, UNIT};
use model::{AssetId, Cause, Micros, OccurrenceId, ScanId, SourceId, TeamId, Tool};
use posture::identity::{AddressSpace, asset_key, occurrence_id};
use posture::newest::{Told, newest};
use posture::{Decision, DecisionKind, Line, OccurrenceFacts, Projection};
use std::collections::{BTreeMap, HashMap};

/// A bug planted on purpose, which the laws must catch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutant {
    /// What is taken back is booked as a correction of today instead of a copy with the sign turned.
    CorrectionToday,
    /// A weakness has the text of the last import.
    TextOfLastImport,
    /// An asset is whichever known one shares a name.
    AssetsByAlias,
    /// Whatever a scan does not show is closed.
    AbsenceCloses,
    /// What a rule matches is written as decisions at import.
    MatchesAsDecisions,
}

/// One entry of the ledger.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    pub step: i64,
    pub occurrence: OccurrenceId,
    pub tool: Tool,
    pub line: Line,
}

/// An occurrence as it was first seen.
#[derive(Clone, Debug)]
pub struct Known {
    pub number: i64,
    pub tool: Tool,
    pub asset_key: String,
    pub rule: &'static str,
    pub place: model::facts::Place,
}

pub struct World<'a> {
    pub scene: &'a Scene,
    pub mutant: Option<Mutant>,
    pub in_force: Vec<bool>,
    pub step: i64,
    pub ledger: Vec<Entry>,
    pub known: BTreeMap<OccurrenceId, Known>,
    pub head: BTreeMap<OccurrenceId, Projection>,
    /// Dense numbers of assets and scans, in the order of arrival.
    assets: Vec<String>,
    scans: Vec<usize>,
    /// What planted bugs remember.
    last_titles: BTreeMap<(Tool, &'static str), u8>,
    aliases: HashMap<String, String>,
    written: Vec<(OccurrenceId, Decision)>,
}

/// Identity of a row, by the product's own rules and without a look at merges.
pub fn identify(spot: &Spot) -> (String, OccurrenceId) {
    identify_as(Reading::default(), spot)
}

/// The same as a source's settings read it.
pub fn identify_as(reading: Reading, spot: &Spot) -> (String, OccurrenceId) {
    let key = key_as(reading, spot.source, spot.tool, spot.machine);
    let id = occurrence_id(spot.tool, &key, scene::rule(spot.tool, spot.rule), &scene::place(spot.tool, spot.place));
    (key, id)
}

pub fn key_of(source: usize, tool: Tool, machine: usize) -> String {
    key_as(Reading::default(), source, tool, machine)
}

/// An asset's key as a source's settings read it.
pub fn key_as(reading: Reading, source: usize, tool: Tool, machine: usize) -> String {
    let (source, aliases) = (SourceId(source as i64), reading.aliases());
    let space = AddressSpace { space: reading.space(), source, prefer_fqdn: false, aliases: &aliases };
    asset_key(&space, &scene::machine(tool, machine))
}

impl<'a> World<'a> {
    pub fn new(scene: &'a Scene, mutant: Option<Mutant>) -> Self {
        Self {
            scene,
            mutant,
            in_force: vec![false; scene.inputs.len()],
            step: 0,
            ledger: Vec::new(),
            known: BTreeMap::new(),
            head: BTreeMap::new(),
            assets: Vec::new(),
            scans: Vec::new(),
            last_titles: BTreeMap::new(),
            aliases: HashMap::new(),
            written: Vec::new(),
        }
    }

    /// Learns an input, or withdraws it if it is known: one step.
    pub fn toggle(&mut self, input: usize) {
        self.in_force[input] = !self.in_force[input];
        self.advance(input);
    }

    /// Brings what is known already: one step that must add nothing.
    pub fn again(&mut self, input: usize) {
        self.advance(input);
    }

    fn advance(&mut self, input: usize) {
        self.step += 1;
        if self.in_force[input] {
            self.learn(input);
        }
        let told = |input: &Input| matches!(input, Input::Merge { .. } | Input::Setting { .. });
        if self.scene.inputs.iter().any(told) {
            self.learn_merged();
        }
        self.recompute();
    }

    fn learn(&mut self, input: usize) {
        let Input::Scan(scan) = &self.scene.inputs[input] else { return };
        if !self.scans.contains(&input) {
            self.scans.push(input);
        }
        for host in &scan.hosts {
            let key = self.key(scan.source, scan.tool, host.machine);
            if !self.assets.contains(&key) {
                self.assets.push(key);
            }
            for row in &host.rows {
                let (rule, place) = (scene::rule(scan.tool, row.rule), scene::place(scan.tool, row.place));
                self.last_titles.insert((scan.tool, rule), scan.title);
                let key = self.key(scan.source, scan.tool, host.machine);
                let id = occurrence_id(scan.tool, &key, rule, &place);
                let number = self.known.len() as i64;
                if self.known.contains_key(&id) {
                    continue;
                }
                self.known.insert(id, Known { number, tool: scan.tool, asset_key: key.clone(), rule, place });
                if self.mutant == Some(Mutant::MatchesAsDecisions)
                    && let Some(team) = self.owner_by_rule(&key)
                {
                    let decision = Decision {
                        id: 1_000 + number,
                        at: Micros(scan.at * UNIT),
                        kind: DecisionKind::AssignTeam(Some(TeamId(team))),
                    };
                    self.written.push((id, decision));
                }
            }
        }
    }

    /// What scans saw is known under the keys of the assets that survive, too.
    fn learn_merged(&mut self) {
        for (_, scan) in self.scans_in_force() {
            for host in &scan.hosts {
                let key = self.seen_as(scan.source, scan.tool, host.machine);
                if !self.assets.contains(&key) {
                    self.assets.push(key.clone());
                }
                for row in &host.rows {
                    let (rule, place) = (scene::rule(scan.tool, row.rule), scene::place(scan.tool, row.place));
                    let id = occurrence_id(scan.tool, &key, rule, &place);
                    let number = self.known.len() as i64;
                    let known = || Known { number, tool: scan.tool, asset_key: key.clone(), rule, place };
                    self.known.entry(id).or_insert_with(known);
                }
            }
        }
    }

    /// The asset's key; one planted bug takes any known asset that shares a name instead.
    fn key(&mut self, source: usize, tool: Tool, machine: usize) -> String {
        let key = key_as(self.reading(source), source, tool, machine);
        let facts = scene::machine(tool, machine);
        match (self.mutant, facts.fqdn) {
            (Some(Mutant::AssetsByAlias), Some(alias)) => self.aliases.entry(alias).or_insert(key).clone(),
            _ => key,
        }
    }

    /// Everything anew: what a store narrows to the assets that a step touches.
    fn recompute(&mut self) {
        let histories = self.histories();
        let mut head = BTreeMap::new();
        for (id, known) in &self.known {
            let decisions = self.decisions(*id);
            let facts =
                OccurrenceFacts { number: known.number, rule: known.rule, place: &known.place, decisions: &decisions };
            let projection = histories
                .get(&(known.asset_key.clone(), known.tool))
                .and_then(|history| history.index().project(&facts, Micros(self.scene.now * UNIT)));
            let before = posture::net(self.ledger.iter().filter(|e| e.occurrence == *id).map(|e| e.line));
            let after = projection.as_ref().map_or(&[][..], |p| &p.lines);
            for mut line in posture::delta(&before, after) {
                if self.mutant == Some(Mutant::CorrectionToday) && before.contains(&line.turned()) {
                    line = Line { happened_at: Micros((100 + self.step) * UNIT), cause: Cause::Moved, ..line };
                }
                self.ledger.push(Entry { step: self.step, occurrence: *id, tool: known.tool, line });
            }
            head.extend(projection.map(|p| (*id, p)));
        }
        self.head = head;
    }

    /// The scans in force with the dates that people stated.
    pub fn scans_in_force(&self) -> Vec<(usize, Scan)> {
        let mut scans = Vec::new();
        for (i, input) in self.scene.inputs.iter().enumerate().filter(|(i, _)| self.in_force[*i]) {
            let Input::Scan(scan) = input else { continue };
            let mut scan = scan.clone();
            for (_, input) in self.scene.inputs.iter().enumerate().filter(|(j, _)| self.in_force[*j]) {
                if let Input::Stated { scan: of, at } = input
                    && *of == i
                    && let Input::Scan(Scan { dated: false, .. }) = self.scene.inputs[i]
                {
                    (scan.dated, scan.at) = (true, *at);
                }
            }
            scans.push((i, scan));
        }
        scans
    }

    /// The titles of the weaknesses that scans in force saw.
    pub fn titles(&self) -> BTreeMap<(Tool, &'static str), u8> {
        let mut told: BTreeMap<(Tool, &'static str), Vec<(Told, u8)>> = BTreeMap::new();
        for (_, scan) in self.scans_in_force() {
            for host in &scan.hosts {
                for row in &host.rows {
                    let told_at = Told { at: Micros((scan.at - host.lag) * UNIT), export_hash: [scan.hash; 32] };
                    told.entry((scan.tool, scene::rule(scan.tool, row.rule))).or_default().push((told_at, scan.title));
                }
            }
        }
        let last = self.mutant == Some(Mutant::TextOfLastImport);
        let pick = |(rule, told): (_, Vec<_>)| {
            let title = if last { self.last_titles.get(&rule).copied() } else { newest(told) };
            Some((rule, title?))
        };
        told.into_iter().filter_map(pick).collect()
    }

    pub fn asset_name(&self, asset: AssetId) -> &str {
        self.assets.get(asset.0 as usize).map_or("", String::as_str)
    }

    /// The export's hash of a dense scan number.
    pub fn hash_of(&self, scan: ScanId) -> u8 {
        match &self.scene.inputs[self.scans[scan.0 as usize]] {
            Input::Scan(scan) => scan.hash,
            _ => u8::MAX,
        }
    }
}
