//! `ReportItem`: a row.

use super::Parser;
use super::compliance::CheckField;
use super::host::Host;
use super::info;
use super::row::{Contents, Sound, invalid, plugin_of, severity_of};
use super::rule::{self, Field, Hints};
use super::words::Words;
use crate::bounded::xml::Tag;
use crate::tables::Flaw;
use crate::{Refusal, fields};
use model::facts::{EvidencePart, Place, WeaknessFacts};

/// The longest text of an attachment that is its hash, and not the file.
const LONGEST_HASH: usize = 128;

/// The attributes of a row, but for the plugin's title and family.
struct Attributes {
    plugin: Result<u32, Flaw>,
    port: Result<u16, Flaw>,
    protocol: String,
    service: String,
    severity: Option<String>,
    is_check: bool,
    /// Those that are not known.
    others: Vec<(String, String)>,
}

impl Attributes {
    fn of(tag: &Tag<'_>, words: &mut Words) -> Self {
        let mut found = Self {
            plugin: plugin_of(None),
            // A row without a port is about the host itself.
            port: Ok(0),
            protocol: String::new(),
            service: String::new(),
            severity: None,
            is_check: false,
            others: Vec::new(),
        };
        for (name, value) in tag.attributes() {
            let text = value.trim();
            match name {
                "pluginID" => found.plugin = plugin_of(Some(text)),
                "port" => found.port = text.parse().map_err(|_| invalid(name, &value)),
                "protocol" => found.protocol = text.to_ascii_lowercase(),
                "svc_name" => text.clone_into(&mut found.service),
                "severity" => found.severity = Some(value.into_owned()),
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

    /// The attributes, if a row can be made of them.
    fn checked(self, risk: &str) -> Result<Sound, Flaw> {
        Ok(Sound {
            severity: severity_of(self.severity.as_deref(), risk)?,
            plugin: self.plugin?,
            place: Place::Port { protocol: self.protocol, port: self.port?, service: self.service },
        })
    }
}

impl Parser<'_, '_> {
    /// Reads the `ReportItem` that has just been opened.
    pub(super) fn item(&mut self, host: &mut Host) -> Result<(), Refusal> {
        let mut words = std::mem::take(&mut self.words);
        words.clear();
        let mut attributes = Attributes::of(&self.xml.current(), &mut words);
        self.xml.begin_row();
        let plugin = attributes.plugin.as_ref().ok().copied();
        let known = plugin.filter(|_| !attributes.is_check).and_then(|plugin| self.rows.known(plugin));
        let mut contents = Contents { is_check: attributes.is_check, ..Contents::default() };
        for (name, value) in attributes.others.drain(..) {
            self.rows.collector.remarks.count(fields::UNKNOWN, &format!("@{name}"));
            fields::keep(&mut contents.fields, fields::of_row(&format!("@{name}"), &value));
        }
        let mut draft = WeaknessFacts::default();
        self.contents(known, &mut words, &mut draft, &mut contents)?;
        self.xml.end_row();
        contents.own = contents.output.is_empty() && words.is_description_alone();
        match attributes.checked(&contents.risk) {
            Ok(sound) => {
                let is_about = sound.plugin == info::PLUGIN && host.about.is_none();
                match self.rows.of_host(host, sound, known, &words, draft, contents)? {
                    Some(row) if is_about => self.about(host, row)?,
                    Some(row) => self.rows.collector.row(row)?,
                    None => {}
                }
            }
            Err(flaw) => self.quarantine(flaw)?,
        }
        self.words = words;
        Ok(())
    }

    /// Keeps the row that has just been read for a person to look at.
    pub(super) fn quarantine(&mut self, flaw: Flaw) -> Result<(), Refusal> {
        let place = (self.xml.line(), self.xml.offset());
        self.rows.collector.quarantine(flaw, Some(place), self.xml.row_bytes())
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
                    let facts = known.map_or(&mut *draft, |index| self.rows.collector.weakness(index));
                    contents.take(field, &self.scratch, words, facts, &mut hints);
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
                                let facts = known.map_or(&mut *draft, |index| self.rows.collector.weakness(index));
                                contents.grown += rule::add_named(facts, &mut hints, &name, &self.scratch);
                            }
                        }
                    }
                    _ if name == b"compliance" => {
                        self.scratch.clear();
                        self.xml.text_into(&mut self.scratch)?;
                        contents.is_check |= self.scratch.trim().eq_ignore_ascii_case("true");
                    }
                    _ => {
                        let remarks = &mut self.rows.collector.remarks;
                        fields::read_unknown(&mut self.xml, remarks, &mut contents.fields)?;
                    }
                },
            }
        }
        Ok(())
    }

    /// Reads an `attachment`: its name, its type and its hash. Where it holds the file itself, that is not kept.
    fn attachment(&mut self, row: &mut Vec<EvidencePart>) -> Result<(), Refusal> {
        let tag = self.xml.current();
        let [name, kind] = ["name", "type"].map(|name| tag.attribute(name).unwrap_or_default().into_owned());
        self.rows.collector.remarks.count("attachment", &format!("{name} ({kind})"));
        self.scratch.clear();
        self.xml.text_into(&mut self.scratch)?;
        let hash = Some(self.scratch.trim()).filter(|text| text.len() <= LONGEST_HASH).unwrap_or_default();
        fields::keep(row, fields::of_row("attachment", &format!("{name} ({kind}) {hash}")));
        Ok(())
    }
}

/// What follows the namespace prefix. `None` without one.
fn local_name(name: &[u8]) -> Option<&[u8]> {
    name.iter().position(|byte| *byte == b':').map(|at| &name[at + 1..])
}
