//! `ReportItem`: a row.

use super::compliance::{Check, CheckField, Outcome};
use super::host::Host;
use super::rule::{self, Field, Hints};
use super::words::{self, Words, append};
use super::{Parser, Service, info};
use crate::bounded::xml::Tag;
use crate::fields;
use crate::tables::Flaw;
use crate::{QuarantineReason, Refusal};
use model::Severity;
use model::facts::{EvidenceKind, EvidencePart, Place, Row, WeaknessFacts};

/// Open ports that a scan policy lists as rows of a plugin without a number.
const OPEN_PORT: &str = "Open port";

/// Tells the severity of rows without the attribute.
const RISK: Field = Field::Kept("risk_factor");

/// The longest text of an attachment that is its hash, and not the file.
const LONGEST_HASH: usize = 128;

/// The attributes of a row, but for the plugin's title and family.
struct Attributes {
    plugin: Result<u32, Flaw>,
    port: Result<u16, Flaw>,
    protocol: String,
    service: String,
    severity: Result<Option<Severity>, Flaw>,
    is_check: bool,
    /// Those that are not known.
    others: Vec<(String, String)>,
}

impl Attributes {
    fn of(tag: &Tag<'_>, words: &mut Words) -> Self {
        let invalid = |name: &str, value: &str| (QuarantineReason::FieldInvalid, format!("{name}={value}"));
        let mut found = Self {
            plugin: Err((QuarantineReason::RuleMissing, "pluginID".to_owned())),
            // A row without a port is about the host itself.
            port: Ok(0),
            protocol: String::new(),
            service: String::new(),
            severity: Ok(None),
            is_check: false,
            others: Vec::new(),
        };
        for (name, value) in tag.attributes() {
            let text = value.trim();
            match name {
                "pluginID" if text.is_empty() => {}
                "pluginID" => found.plugin = text.parse().map_err(|_| invalid(name, &value)),
                "port" => found.port = text.parse().map_err(|_| invalid(name, &value)),
                "protocol" => found.protocol = text.to_ascii_lowercase(),
                "svc_name" => text.clone_into(&mut found.service),
                "severity" => {
                    let severity = text.parse().ok().and_then(Severity::from_number);
                    found.severity = severity.map(Some).ok_or_else(|| invalid(name, &value));
                }
                "pluginName" => words.title.push_str(text),
                "pluginFamily" => {
                    words.family.push_str(text);
                    found.is_check = matches!(text, "Policy Compliance" | "PolicyCompliance");
                }
                name => found.others.push((name.to_owned(), value.into_owned())),
            }
        }
        found
    }
}

/// What the elements of a row say that is not the rule's.
#[derive(Default)]
struct Contents {
    output: String,
    risk: String,
    is_check: bool,
    check: Check,
    /// What no fact takes.
    fields: Vec<EvidencePart>,
}

impl Parser<'_, '_> {
    /// Reads the `ReportItem` that has just been opened.
    pub(super) fn item(&mut self, host: &mut Host) -> Result<(), Refusal> {
        let mut words = std::mem::take(&mut self.words);
        words.clear();
        let mut attributes = Attributes::of(&self.xml.current(), &mut words);
        self.xml.begin_row();
        let plugin = attributes.plugin.as_ref().ok().copied();
        let known = plugin.filter(|_| !attributes.is_check).and_then(|plugin| self.by_plugin.get(&plugin).copied());
        let mut contents = Contents { is_check: attributes.is_check, ..Contents::default() };
        for (name, value) in attributes.others.drain(..) {
            self.collector.remarks.count(fields::UNKNOWN, &format!("@{name}"));
            contents.fields.extend(fields::of_row(&format!("@{name}"), &value));
        }
        let mut draft = WeaknessFacts::default();
        self.contents(known, &mut words, &mut draft, &mut contents)?;
        self.xml.end_row();
        match checked(attributes, &contents.risk) {
            Ok(sound) => {
                host.saw(sound.plugin);
                self.emit(host, sound, known, &words, draft, contents)?;
            }
            Err(flaw) => {
                let place = (self.xml.line(), self.xml.offset());
                self.collector.quarantine(flaw, Some(place), self.xml.row_bytes())?;
            }
        }
        self.words = words;
        Ok(())
    }

    /// Reads the elements of a row: what is the rule's goes to the words, and to the known weakness or to the draft.
    fn contents(
        &mut self,
        known: Option<u32>,
        words: &mut Words,
        draft: &mut WeaknessFacts,
        contents: &mut Contents,
    ) -> Result<(), Refusal> {
        let mut hints = Hints::default();
        while let Some(tag) = self.xml.child()? {
            let name = tag.name();
            match Field::of(name) {
                Some(Field::Output) => self.xml.text_into(&mut contents.output)?,
                Some(Field::Attachment) => self.attachment(&mut contents.fields)?,
                Some(field) => {
                    if let Some(slot) = words.slot(field).filter(|slot| slot.is_empty()) {
                        self.xml.text_into(slot)?;
                        continue;
                    }
                    self.scratch.clear();
                    self.xml.text_into(&mut self.scratch)?;
                    if let Some(slot) = words.slot(field) {
                        append(slot, &self.scratch);
                        continue;
                    }
                    if field == RISK {
                        self.scratch.trim().clone_into(&mut contents.risk);
                    }
                    let facts = known.map_or(&mut *draft, |index| self.collector.weakness(index));
                    let grown = rule::add(facts, &mut hints, field, &self.scratch);
                    self.collector.grow(grown)?;
                }
                None => match local_name(name) {
                    Some(local) if local.starts_with(b"compliance-") => {
                        contents.is_check = true;
                        match CheckField::of(local) {
                            Some(field) => self.xml.text_into(contents.check.field(field))?,
                            None if local == b"compliance-error" => {
                                fields::read_into(&mut self.xml, "compliance-error", &mut contents.fields)?;
                            }
                            None => {
                                let name = String::from_utf8_lossy(local).into_owned();
                                self.scratch.clear();
                                self.xml.text_into(&mut self.scratch)?;
                                let facts = known.map_or(&mut *draft, |index| self.collector.weakness(index));
                                let grown = rule::add_named(facts, &mut hints, &name, &self.scratch);
                                self.collector.grow(grown)?;
                            }
                        }
                    }
                    _ if name == b"compliance" => {
                        self.scratch.clear();
                        self.xml.text_into(&mut self.scratch)?;
                        contents.is_check |= self.scratch.trim().eq_ignore_ascii_case("true");
                    }
                    _ => fields::read_unknown(&mut self.xml, &mut self.collector.remarks, &mut contents.fields)?,
                },
            }
        }
        Ok(())
    }

    /// Reads an `attachment`: its name, its type and its hash. Where it holds the file itself, that is not kept.
    fn attachment(&mut self, row: &mut Vec<EvidencePart>) -> Result<(), Refusal> {
        let tag = self.xml.current();
        let [name, kind] = ["name", "type"].map(|name| tag.attribute(name).unwrap_or_default().into_owned());
        self.collector.remarks.count("attachment", &format!("{name} ({kind})"));
        self.scratch.clear();
        self.xml.text_into(&mut self.scratch)?;
        let hash = Some(self.scratch.trim()).filter(|text| text.len() <= LONGEST_HASH).unwrap_or_default();
        row.extend(fields::of_row("attachment", &format!("{name} ({kind}) {hash}")));
        Ok(())
    }

    fn emit(
        &mut self,
        host: &mut Host,
        sound: Sound,
        known: Option<u32>,
        words: &Words,
        draft: WeaknessFacts,
        mut contents: Contents,
    ) -> Result<(), Refusal> {
        let mut outcome = Outcome::Failed;
        let mut own = contents.output.is_empty() && words.is_description_alone();
        if contents.is_check {
            contents.check.complete(&words.description);
            outcome = Outcome::of(contents.check.result.trim());
            // Where the check has no words of its own, its description repeats what was found on that host.
            own = contents.check.info.trim().is_empty();
        }
        if own {
            contents.output.push_str(&words.description);
        }
        if sound.plugin == info::PLUGIN && !contents.output.is_empty() {
            host.told = self.info.read(&contents.output).or(host.told);
        }
        let weakness = match known {
            Some(index) if !contents.check.exists() => {
                let grown = words.settle(self.collector.weakness(index), own);
                self.collector.grow(grown)?;
                index
            }
            _ => self.weakness(&sound, words, draft, &contents.check, own)?,
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
        let mut evidence = Vec::new();
        push_evidence(&mut evidence, EvidenceKind::Output, contents.output);
        push_evidence(&mut evidence, EvidenceKind::Output, contents.check.actual);
        push_evidence(&mut evidence, EvidenceKind::Detail, contents.check.expected);
        fields::append(&mut evidence, contents.fields);
        let row = Row {
            asset: host.index,
            weakness,
            place: sound.place,
            severity: sound.severity,
            confidence: None,
            serial: None,
            evidence,
        };
        if sound.plugin == info::PLUGIN && host.about.is_none() {
            host.about = Some(row);
            return Ok(());
        }
        self.collector.row(row)
    }

    /// The weakness of a row whose plugin is not known yet, or that is a compliance check.
    fn weakness(
        &mut self,
        sound: &Sound,
        words: &Words,
        mut facts: WeaknessFacts,
        check: &Check,
        own: bool,
    ) -> Result<u32, Refusal> {
        let check = check.exists().then_some(check);
        words.settle(&mut facts, own);
        facts.rule = match check {
            Some(check) => format!("{}/{}", sound.plugin, check.key()),
            None => sound.plugin.to_string(),
        };
        if let Some(check) = check {
            check.describe(&mut facts);
        }
        if let Some(index) = self.collector.weakness_of(&facts.rule) {
            let grown = words::merge(self.collector.weakness(index), facts, own);
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
}

/// A row whose attributes are in order.
struct Sound {
    plugin: u32,
    place: Place,
    severity: Severity,
}

/// The attributes, if a row can be made of them.
fn checked(attributes: Attributes, risk: &str) -> Result<Sound, Flaw> {
    let severity = match attributes.severity? {
        Some(severity) => severity,
        None => risk_factor(risk).ok_or_else(|| (QuarantineReason::FieldMissing, "severity".to_owned()))?,
    };
    Ok(Sound {
        plugin: attributes.plugin?,
        place: Place::Port { protocol: attributes.protocol, port: attributes.port?, service: attributes.service },
        severity,
    })
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
