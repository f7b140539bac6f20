//! `ReportItem`: a row.

use super::compliance::{Check, CheckField, Outcome};
use super::host::Host;
use super::rule::{self, Field, Hints};
use super::{Parser, Service, info};
use crate::bounded::xml::Tag;
use crate::tables::{Flaw, unite};
use crate::{QuarantineReason, Refusal};
use model::Severity;
use model::facts::{EvidenceKind, EvidencePart, Place, Row, WeaknessFacts};

/// Open ports that a scan policy lists as rows of a plugin without a number.
const OPEN_PORT: &str = "Open port";

/// The attributes of a row.
struct Attributes {
    plugin: Result<u32, Flaw>,
    port: Result<u16, Flaw>,
    protocol: String,
    service: String,
    severity: Result<Option<Severity>, Flaw>,
    name: String,
    family: String,
}

impl Attributes {
    fn of(tag: &Tag<'_>) -> Self {
        let text = |name| tag.attribute(name).map(|value| value.trim().to_owned()).unwrap_or_default();
        let invalid = |name: &str, value: &str| (QuarantineReason::FieldInvalid, format!("{name}={value}"));
        let plugin = match tag.attribute("pluginID") {
            None => Err((QuarantineReason::RuleMissing, "pluginID".to_owned())),
            Some(value) if value.trim().is_empty() => Err((QuarantineReason::RuleMissing, "pluginID".to_owned())),
            Some(value) => value.trim().parse().map_err(|_| invalid("pluginID", &value)),
        };
        // A row without a port is about the host itself.
        let port = match tag.attribute("port") {
            None => Ok(0),
            Some(value) => value.trim().parse().map_err(|_| invalid("port", &value)),
        };
        let severity = match tag.attribute("severity") {
            None => Ok(None),
            Some(value) => match value.trim().parse().ok().and_then(Severity::from_number) {
                Some(severity) => Ok(Some(severity)),
                None => Err(invalid("severity", &value)),
            },
        };
        Self {
            plugin,
            port,
            protocol: text("protocol").to_ascii_lowercase(),
            service: text("svc_name"),
            severity,
            name: text("pluginName"),
            family: text("pluginFamily"),
        }
    }
}

/// What the elements of a row say that is not the rule's.
#[derive(Default)]
struct Contents {
    output: String,
    name: String,
    risk: String,
    score: (u8, Option<u16>),
    is_check: bool,
    check: Check,
}

impl Parser<'_, '_> {
    /// Reads the `ReportItem` that has just been opened.
    pub(super) fn item(&mut self, host: &mut Host) -> Result<(), Refusal> {
        let attributes = Attributes::of(&self.xml.current());
        self.xml.begin_row();
        let plugin = attributes.plugin.as_ref().ok().copied();
        let is_check = attributes.family.replace(' ', "") == "PolicyCompliance";
        let known = plugin.filter(|_| !is_check).and_then(|plugin| self.by_plugin.get(&plugin).copied());
        let mut draft = WeaknessFacts::default();
        let contents = self.contents(known, is_check, &mut draft)?;
        self.xml.end_row();
        match self.checked(attributes, &contents.risk) {
            Ok(sound) => {
                host.saw(sound.plugin);
                if sound.plugin == info::PLUGIN && !contents.output.is_empty() {
                    host.told = self.info.read(&contents.output).or(host.told);
                }
                self.emit(host, sound, known, draft, contents)
            }
            Err(flaw) => {
                let place = (self.xml.line(), self.xml.offset());
                self.collector.quarantine(flaw, Some(place), self.xml.row_bytes())
            }
        }
    }

    /// Reads the elements of a row: what is the rule's goes to the known weakness or to the draft.
    fn contents(&mut self, known: Option<u32>, is_check: bool, draft: &mut WeaknessFacts) -> Result<Contents, Refusal> {
        let mut contents = Contents { is_check, ..Contents::default() };
        let mut hints = Hints::default();
        while let Some(tag) = self.xml.child()? {
            let name = tag.name();
            if let Some(field) = Field::of(name) {
                if known.is_some() && field.is_prose() {
                    self.xml.skip()?;
                    continue;
                }
                if field == Field::Output {
                    self.xml.text_into(&mut contents.output)?;
                    continue;
                }
                self.scratch.clear();
                self.xml.text_into(&mut self.scratch)?;
                match field {
                    Field::Name => self.scratch.trim().clone_into(&mut contents.name),
                    Field::Risk => self.scratch.trim().clone_into(&mut contents.risk),
                    Field::Score(version) if version > contents.score.0 => {
                        contents.score = (version, rule::tenths(&self.scratch));
                    }
                    field => {
                        let facts = known.map_or(&mut *draft, |index| self.collector.weakness(index));
                        rule::add(facts, &mut hints, field, &self.scratch);
                    }
                }
            } else if let Some(field) = local_name(name).and_then(CheckField::of) {
                contents.is_check = true;
                self.xml.text_into(contents.check.field(field))?;
            } else if name == b"compliance" {
                self.scratch.clear();
                self.xml.text_into(&mut self.scratch)?;
                contents.is_check |= self.scratch.trim().eq_ignore_ascii_case("true");
            } else {
                self.xml.skip()?;
            }
        }
        Ok(contents)
    }

    /// The attributes, if a row can be made of them.
    fn checked(&self, attributes: Attributes, risk: &str) -> Result<Sound, Flaw> {
        let severity = match attributes.severity? {
            Some(severity) => severity,
            None => risk_factor(risk).ok_or_else(|| (QuarantineReason::FieldMissing, "severity".to_owned()))?,
        };
        Ok(Sound {
            plugin: attributes.plugin?,
            place: Place::Port { protocol: attributes.protocol, port: attributes.port?, service: attributes.service },
            severity,
            name: attributes.name,
            family: attributes.family,
        })
    }

    fn emit(
        &mut self,
        host: &Host,
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
                self.collector.asset(host.index).passed.push(weakness);
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
            asset: host.index,
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
            rule::merge(self.collector.weakness(index), &facts);
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
}

/// A row whose attributes are in order.
struct Sound {
    plugin: u32,
    place: Place,
    severity: Severity,
    name: String,
    family: String,
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
    controls.for_each(|control| unite(&mut facts.refs, &mut 0, control.replacen('|', ":", 1).as_str()));
}

fn push_evidence(evidence: &mut Vec<EvidencePart>, kind: EvidenceKind, text: String) {
    if !text.trim().is_empty() {
        evidence.push(EvidencePart { kind, text });
    }
}

/// What follows the namespace prefix. `None` without one.
fn local_name(name: &[u8]) -> Option<&[u8]> {
    name.iter().position(|byte| *byte == b':').map(|at| &name[at + 1..])
}

/// The severity of a `risk_factor`, for rows without the attribute.
fn risk_factor(word: &str) -> Option<Severity> {
    match word.to_ascii_lowercase().as_str() {
        "none" => Some(Severity::Info),
        word => word.parse().ok(),
    }
}
