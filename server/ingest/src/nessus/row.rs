//! The rows of a scan and what they say of its plugins, whichever format they are read from.

use super::compliance::{Check, Outcome};
use super::host::{Host, HostTimes};
use super::info;
use super::rule::{self, Field, Hints};
use crate::options::ZoneOffset;
use crate::tables::{Collector, Flaw};
use crate::{Options, Parsed, QuarantineReason, Refusal, Sink, score};
use model::Severity;
use model::facts::{EvidenceKind, EvidencePart, Place, Row, ScanFacts, WeaknessFacts};
use std::collections::HashMap;

/// Open ports that a scan policy lists as rows of a plugin without a number.
const OPEN_PORT: &str = "Open port";

/// A row whose fields are in order.
pub struct Sound {
    /// The plugin.
    pub plugin: u32,
    /// Where on the host.
    pub place: Place,
    /// How bad.
    pub severity: Severity,
    /// The plugin's name, if the row tells it.
    pub name: String,
    /// The plugin's family, if the row tells it.
    pub family: String,
}

/// What a row says besides, that is not the rule's.
#[derive(Default)]
pub struct Contents {
    /// What the plugin found.
    pub output: String,
    /// The plugin's name, used where the row itself has none.
    pub name: String,
    /// The risk factor, used where the severity is missing.
    pub risk: String,
    /// The version of CVSS of the base score, and the score in tenths.
    pub score: (u8, Option<u16>),
    /// Whether the row is a check of an audit file.
    pub is_check: bool,
    /// The check.
    pub check: Check,
}

impl Contents {
    /// Takes a field in: what is the rule's goes to the weakness.
    pub fn take(&mut self, field: Field, text: &str, facts: &mut WeaknessFacts, hints: &mut Hints) {
        match field {
            Field::Output => rule::append(&mut self.output, text),
            Field::Name => text.trim().clone_into(&mut self.name),
            Field::Risk => text.trim().clone_into(&mut self.risk),
            Field::Score(version) if version > self.score.0 => self.score = (version, score::tenths(text)),
            field => rule::add(facts, hints, field, text),
        }
    }
}

/// The number of a plugin.
///
/// # Errors
/// If there is none, or it is no number.
pub fn plugin_of(text: Option<&str>) -> Result<u32, Flaw> {
    match text.map(str::trim) {
        None | Some("") => Err((QuarantineReason::RuleMissing, "pluginID".to_owned())),
        Some(number) => number.parse().map_err(|_| invalid("pluginID", number)),
    }
}

/// The severity of a row, 0 to 4 or in words; that of its risk factor where it has none.
///
/// # Errors
/// If the severity is none of these, or there is neither.
pub fn severity_of(text: Option<&str>, risk: &str) -> Result<Severity, Flaw> {
    match (text.map(str::trim), risk) {
        (None, "") => Err((QuarantineReason::FieldMissing, "severity".to_owned())),
        (None, risk) => severity(risk).ok_or_else(|| invalid("risk_factor", risk)),
        (Some(text), _) => severity(text).ok_or_else(|| invalid("severity", text)),
    }
}

/// The flaw of a field with a value that cannot be.
pub fn invalid(name: &str, value: &str) -> Flaw {
    (QuarantineReason::FieldInvalid, format!("{name}={value}"))
}

/// A severity as a number from 0 to 4, or in words, as risk factors are.
fn severity(text: &str) -> Option<Severity> {
    match text.parse() {
        Ok(number) => Severity::from_number(number),
        Err(_) if text.eq_ignore_ascii_case("none") => Some(Severity::Info),
        Err(_) => text.parse().ok(),
    }
}

/// Which services the rows of a weakness name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Service {
    One,
    Several,
}

/// Collects the rows of one scan.
pub struct Rows<'s> {
    /// The assets, the weaknesses and the count.
    pub collector: Collector<'s>,
    /// What plugin 19506 tells of the scan.
    pub info: info::ScanInfo,
    /// The times that plugin 19506 tells.
    pub told: HostTimes,
    zone: &'s ZoneOffset,
    /// The weakness of each plugin's ordinary rows.
    by_plugin: HashMap<u32, u32>,
    /// Whether each weakness has had rows of more than one service.
    services: Vec<Service>,
}

impl<'s> Rows<'s> {
    /// Nothing yet, in front of a sink.
    pub fn new(sink: &'s mut dyn Sink, options: &'s Options) -> Self {
        Self {
            collector: Collector::new(sink, options),
            info: info::ScanInfo::default(),
            told: HostTimes::default(),
            zone: &options.zone_offset,
            by_plugin: HashMap::new(),
            services: Vec::new(),
        }
    }

    /// The weakness of a plugin's ordinary rows, if there was one.
    pub fn known(&self, plugin: u32) -> Option<u32> {
        self.by_plugin.get(&plugin).copied()
    }

    /// Takes a row of a host in, and notice of what it says of that host.
    ///
    /// # Errors
    /// If there are too many rows, or the sink wants no more.
    pub fn row(
        &mut self,
        host: &mut Host,
        sound: Sound,
        known: Option<u32>,
        draft: WeaknessFacts,
        contents: Contents,
    ) -> Result<(), Refusal> {
        host.saw(sound.plugin);
        if sound.plugin == info::PLUGIN && !contents.output.is_empty() {
            let told = self.info.read(&contents.output);
            host.told = told.credentialed.or(host.told);
            self.told.note(told.span(self.zone));
        }
        self.emit(host.index, sound, known, draft, contents)
    }

    /// Passes a row of an asset on: a sighting, or a check that found nothing. `draft` holds what the row says of a plugin that
    /// is not known yet.
    ///
    /// # Errors
    /// If there are too many rows, or the sink wants no more.
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
        self.services.push(Service::One);
        if check.is_none() {
            self.by_plugin.insert(sound.plugin, index);
        }
        Ok(index)
    }

    /// A weakness names a service only while all its rows do.
    fn note_service(&mut self, weakness: u32, service: &str) {
        let state = &mut self.services[weakness as usize];
        if *state == Service::One && self.collector.weakness(weakness).service != service {
            *state = Service::Several;
        }
    }

    /// Everything that was collected.
    pub fn finish(mut self, scan: ScanFacts) -> Parsed {
        for (index, service) in self.services.iter().enumerate() {
            if *service == Service::Several {
                self.collector.weakness(u32::try_from(index).unwrap_or(u32::MAX)).service.clear();
            }
        }
        for asset in self.collector.assets() {
            asset.passed.sort_unstable();
            asset.passed.dedup();
        }
        self.collector.finish(scan)
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
