//! What a row of Nessus says once its fields have been found, in whatever format they stood: a sighting of a plugin.

use super::compliance::{Check, Outcome};
use super::rule::{self, Field, Hints};
use crate::tables::Collector;
use crate::{Options, Parsed, Refusal, Sink};
use model::Severity;
use model::facts::{EvidenceKind, EvidencePart, Place, Row, ScanFacts, WeaknessFacts};
use std::collections::HashMap;

/// Open ports that a scan policy lists as rows of a plugin without a number.
const OPEN_PORT: &str = "Open port";

/// What was collected of a scan's rows.
pub struct Rows<'s> {
    /// The tables that rows point into.
    pub collector: Collector<'s>,
    /// The weakness of each plugin's ordinary rows.
    by_plugin: HashMap<u32, u32>,
    /// Whether each weakness has had rows of more than one service.
    services: Vec<Services>,
}

/// Which services the rows of a weakness name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Services {
    One,
    Several,
}

/// A row whose attributes are in order.
pub struct Sound {
    /// The plugin's number.
    pub plugin: u32,
    /// Where on the host.
    pub place: Place,
    /// How bad.
    pub severity: Severity,
    /// The plugin's name.
    pub name: String,
    /// The plugin's family.
    pub family: String,
}

/// What the elements of a row say that is not the rule's.
#[derive(Default)]
pub struct Contents {
    /// The plugin's output.
    pub output: String,
    /// The plugin's name, where the row's own attribute has none.
    pub name: String,
    /// The risk factor, where the row has no severity.
    pub risk: String,
    /// The newest version of CVSS that gives a score, and the score.
    pub score: (u8, Option<u16>),
    /// Whether this is a compliance check.
    pub is_check: bool,
    /// What it says as such.
    pub check: Check,
}

impl Contents {
    /// Takes a field's text in: what is the rule's goes to `facts`.
    pub fn take(&mut self, facts: &mut WeaknessFacts, hints: &mut Hints, field: Field, text: &str) {
        match field {
            Field::Output => self.output.push_str(text),
            Field::Name => text.trim().clone_into(&mut self.name),
            Field::Risk => text.trim().clone_into(&mut self.risk),
            Field::Score(version) if version > self.score.0 => self.score = (version, rule::tenths(text)),
            field => rule::add(facts, hints, field, text),
        }
    }
}

impl<'s> Rows<'s> {
    /// Nothing yet.
    pub fn new(sink: &'s mut dyn Sink, options: &Options) -> Self {
        Self { collector: Collector::new(sink, options), by_plugin: HashMap::new(), services: Vec::new() }
    }

    /// The weakness of a plugin's ordinary rows, if there has been one.
    pub fn known(&self, plugin: u32) -> Option<u32> {
        self.by_plugin.get(&plugin).copied()
    }

    /// Everything that was collected.
    pub fn finish(mut self, scan: ScanFacts) -> Parsed {
        for (index, services) in (0..).zip(&self.services) {
            if *services == Services::Several {
                self.collector.weakness(index).service.clear();
            }
        }
        for asset in self.collector.assets() {
            asset.passed.sort_unstable();
            asset.passed.dedup();
        }
        self.collector.finish(scan)
    }

    /// Passes a row on, or counts that it says that there is nothing. What its elements say of the plugin is in the weakness
    /// already if that is known, else in the draft.
    ///
    /// # Errors
    /// If there is too much of something, or the sink wants no more.
    pub fn emit(
        &mut self,
        asset: u32,
        sound: Sound,
        known: Option<u32>,
        mut draft: WeaknessFacts,
        mut contents: Contents,
    ) -> Result<(), Refusal> {
        let mut outcome = Outcome::Failed;
        let mut evidence = Vec::new();
        if contents.is_check {
            contents.check.complete(&draft.prose.description);
            outcome = Outcome::of(contents.check.result.trim());
        }
        let weakness = match known {
            Some(index) if !contents.check.exists() => index,
            _ => self.weakness(&sound, &mut draft, &contents)?,
        };
        match outcome {
            Outcome::Failed => {}
            Outcome::Passed => {
                self.collector.asset(asset).passed.push(weakness);
                return self.collector.no_finding();
            }
            Outcome::Undecided => return self.collector.no_finding(),
        }
        if let Place::Port { service, .. } = &sound.place {
            self.note_service(weakness, service);
        }
        push_evidence(&mut evidence, EvidenceKind::Output, contents.output);
        push_evidence(&mut evidence, EvidenceKind::Output, contents.check.actual);
        push_evidence(&mut evidence, EvidenceKind::Detail, contents.check.expected);
        self.collector.row(Row {
            asset,
            weakness,
            place: sound.place,
            severity: sound.severity,
            confidence: None,
            serial: None,
            evidence,
        })
    }

    /// The weakness of a row whose plugin is not known yet, or that is a compliance check.
    fn weakness(&mut self, sound: &Sound, draft: &mut WeaknessFacts, contents: &Contents) -> Result<u32, Refusal> {
        let check = contents.check.exists().then_some(&contents.check);
        let rule = match check {
            Some(check) => format!("{}/{}", sound.plugin, check.key()),
            None => sound.plugin.to_string(),
        };
        let mut facts = std::mem::take(draft);
        if let Some(index) = self.collector.weakness_of(&rule) {
            let known = self.collector.weakness(index);
            // The lists are made distinct when all rows have been read.
            known.cve.append(&mut facts.cve);
            known.cwe.append(&mut facts.cwe);
            known.refs.append(&mut facts.refs);
            known.cvss.extend(facts.cvss.into_iter().filter(|vector| !known.cvss.contains(vector)).collect::<Vec<_>>());
            return Ok(index);
        }
        facts.rule = rule;
        facts.title =
            [sound.name.as_str(), contents.name.as_str()].into_iter().find(|name| !name.is_empty()).map_or_else(
                || if sound.plugin == 0 { OPEN_PORT.to_owned() } else { sound.plugin.to_string() },
                str::to_owned,
            );
        facts.family.clone_from(&sound.family);
        facts.score_tenths = contents.score.1;
        if let Some(check) = check {
            describe_check(&mut facts, check);
        }
        if let Place::Port { service, .. } = &sound.place {
            facts.service.clone_from(service);
        }
        let index = self.collector.add_weakness(facts)?;
        self.services.push(Services::One);
        if check.is_none() {
            self.by_plugin.insert(sound.plugin, index);
        }
        Ok(index)
    }

    /// A weakness names a service only while all its rows do.
    fn note_service(&mut self, weakness: u32, service: &str) {
        let state = &mut self.services[weakness as usize];
        if *state == Services::One && self.collector.weakness(weakness).service != service {
            *state = Services::Several;
        }
    }
}

/// A check's own words take the place of the plugin's: the description of a row repeats what was found on that host.
fn describe_check(facts: &mut WeaknessFacts, check: &Check) {
    let replace = |field: &mut String, text: &str| {
        if !text.trim().is_empty() {
            text.trim().clone_into(field);
        }
    };
    replace(&mut facts.title, &check.name);
    replace(&mut facts.prose.description, &check.info);
    replace(&mut facts.prose.solution, &check.solution);
    replace(&mut facts.prose.references, &check.see_also);
    let controls = check.reference.split(',').map(str::trim).filter(|control| !control.is_empty());
    facts.refs.extend(controls.map(|control| control.replacen('|', ":", 1)));
}

fn push_evidence(evidence: &mut Vec<EvidencePart>, kind: EvidenceKind, text: String) {
    if !text.trim().is_empty() {
        evidence.push(EvidencePart { kind, text });
    }
}

/// A severity as a number from 0 to 4, or in words, as risk factors are.
pub fn severity(text: &str) -> Option<Severity> {
    match text.parse() {
        Ok(number) => Severity::from_number(number),
        Err(_) if text.eq_ignore_ascii_case("none") => Some(Severity::Info),
        Err(_) => text.parse().ok(),
    }
}
