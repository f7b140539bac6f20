//! The rows of a scan and what they say of its plugins, whichever format they are read from.

use super::compliance::{Check, Outcome};
use super::host::{Host, HostTimes};
use super::info;
use super::rule::{self, Field, Hints, RISK};
use super::words::{self, Words, append};
use crate::fields;
use crate::options::ZoneOffset;
use crate::tables::{Collector, Flaw};
use crate::{Options, Parsed, QuarantineReason, Refusal, Sink};
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
}

/// What a row says besides, that is not the rule's.
#[derive(Default)]
pub struct Contents {
    /// What the plugin found.
    pub output: String,
    /// The risk factor, used where the severity is missing.
    pub risk: String,
    /// The description is what was found, and not the plugin's.
    pub own: bool,
    /// Whether the row is a check of an audit file.
    pub is_check: bool,
    /// The check.
    pub check: Check,
    /// What no fact takes.
    pub fields: Vec<EvidencePart>,
    /// By how many bytes the texts of a known weakness grew.
    pub grown: usize,
}

impl Contents {
    /// Takes a field in: what the plugin has once goes to the words, and what else is the rule's to the weakness.
    pub fn take(&mut self, field: Field, text: &str, words: &mut Words, facts: &mut WeaknessFacts, hints: &mut Hints) {
        if field == Field::Output {
            return append(&mut self.output, text);
        }
        if let Some(slot) = words.slot(field) {
            return append(slot, text);
        }
        if field == RISK {
            text.trim().clone_into(&mut self.risk);
        }
        self.grown += rule::add(facts, hints, field, text);
    }

    /// Completes what was found with what only the description tells.
    fn complete(&mut self, description: &str) {
        if self.is_check {
            self.check.complete(description);
            // Where the check has no words of its own, its description repeats what was found on that host.
            self.own = self.check.info.trim().is_empty();
        }
        if self.own {
            append(&mut self.output, description);
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
        words: &Words,
        draft: WeaknessFacts,
        contents: Contents,
    ) -> Result<(), Refusal> {
        match self.of_host(host, sound, known, words, draft, contents)? {
            Some(row) => self.collector.row(row),
            None => Ok(()),
        }
    }

    /// As [`Self::row`], but a sighting is given back.
    ///
    /// # Errors
    /// As there.
    pub fn of_host(
        &mut self,
        host: &mut Host,
        sound: Sound,
        known: Option<u32>,
        words: &Words,
        draft: WeaknessFacts,
        mut contents: Contents,
    ) -> Result<Option<Row>, Refusal> {
        host.saw(sound.plugin);
        contents.complete(&words.description);
        if sound.plugin == info::PLUGIN && !contents.output.is_empty() {
            let told = self.info.read(&contents.output);
            host.told = told.credentialed.or(host.told);
            self.told.note(told.span(self.zone));
        }
        self.made(host.index, sound, known, words, draft, contents)
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
        words: &Words,
        draft: WeaknessFacts,
        mut contents: Contents,
    ) -> Result<(), Refusal> {
        contents.complete(&words.description);
        match self.made(asset, sound, known, words, draft, contents)? {
            Some(row) => self.collector.row(row),
            None => Ok(()),
        }
    }

    /// The sighting that a row is; `None` for a check that found nothing, which is counted.
    fn made(
        &mut self,
        asset: u32,
        sound: Sound,
        known: Option<u32>,
        words: &Words,
        draft: WeaknessFacts,
        contents: Contents,
    ) -> Result<Option<Row>, Refusal> {
        let outcome = if contents.is_check { Outcome::of(contents.check.result.trim()) } else { Outcome::Failed };
        if known.is_some() {
            self.collector.grow(contents.grown)?;
        }
        let weakness = match known {
            Some(index) if !contents.check.exists() => {
                let grown = words.settle(self.collector.weakness(index), contents.own);
                self.collector.grow(grown)?;
                index
            }
            _ => self.weakness(&sound, words, draft, &contents)?,
        };
        match outcome {
            Outcome::Failed => {}
            Outcome::Passed => {
                self.collector.asset(asset).passed.push(weakness);
                return self.collector.no_finding().map(|()| None);
            }
            Outcome::Undecided => return self.collector.no_finding().map(|()| None),
        }
        if let Place::Port { service, .. } = &sound.place {
            self.note_service(weakness, service);
        }
        let mut evidence = Vec::new();
        push_evidence(&mut evidence, EvidenceKind::Output, contents.output);
        push_evidence(&mut evidence, EvidenceKind::Output, contents.check.actual);
        push_evidence(&mut evidence, EvidenceKind::Detail, contents.check.expected);
        fields::append(&mut evidence, contents.fields);
        Ok(Some(Row {
            asset,
            weakness,
            place: sound.place,
            severity: sound.severity,
            confidence: None,
            serial: None,
            evidence,
        }))
    }

    /// The weakness of a row whose plugin is not known yet, or that is a compliance check.
    fn weakness(
        &mut self,
        sound: &Sound,
        words: &Words,
        mut facts: WeaknessFacts,
        contents: &Contents,
    ) -> Result<u32, Refusal> {
        let check = contents.check.exists().then_some(&contents.check);
        words.settle(&mut facts, contents.own);
        facts.rule = match check {
            Some(check) => format!("{}/{}", sound.plugin, check.key()),
            None => sound.plugin.to_string(),
        };
        if let Some(check) = check {
            check.describe(&mut facts);
        }
        if let Some(index) = self.collector.weakness_of(&facts.rule) {
            let grown = words::merge(self.collector.weakness(index), &facts, contents.own);
            self.collector.grow(grown)?;
            return Ok(index);
        }
        if facts.title.is_empty() {
            facts.title = if sound.plugin == 0 { OPEN_PORT.to_owned() } else { sound.plugin.to_string() };
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
        for weakness in self.collector.weaknesses() {
            weakness.score_tenths = rule::newest_score(&weakness.prose.fields);
        }
        for asset in self.collector.assets() {
            asset.passed.sort_unstable();
            asset.passed.dedup();
        }
        self.collector.finish(scan)
    }
}

fn push_evidence(evidence: &mut Vec<EvidencePart>, kind: EvidenceKind, text: String) {
    if !text.trim().is_empty() {
        evidence.push(EvidencePart { kind, text });
    }
}
