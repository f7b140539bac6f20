//! `ReportItem`: a row.

use super::compliance::CheckField;
use super::host::Host;
use super::row::{Contents, Sound, severity};
use super::rule::{Field, Hints};
use super::{Parser, info};
use crate::bounded::xml::Tag;
use crate::tables::Flaw;
use crate::{QuarantineReason, Refusal};
use model::Severity;
use model::facts::{Place, WeaknessFacts};

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
            Some(value) => severity(value.trim()).map(Some).ok_or_else(|| invalid("severity", &value)),
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

impl Parser<'_, '_> {
    /// Reads the `ReportItem` that has just been opened.
    pub(super) fn item(&mut self, host: &mut Host) -> Result<(), Refusal> {
        let attributes = Attributes::of(&self.xml.current());
        self.xml.begin_row();
        let plugin = attributes.plugin.as_ref().ok().copied();
        let is_check = attributes.family.replace(' ', "") == "PolicyCompliance";
        let known = plugin.filter(|_| !is_check).and_then(|plugin| self.rows.known(plugin));
        let mut draft = WeaknessFacts::default();
        let contents = self.contents(known, is_check, &mut draft)?;
        self.xml.end_row();
        match self.checked(attributes, &contents.risk) {
            Ok(sound) => {
                host.saw(sound.plugin);
                if sound.plugin == info::PLUGIN && !contents.output.is_empty() {
                    let told = self.info.read(&contents.output);
                    host.told = told.credentialed.or(host.told);
                    self.told_times.note(told.span(&self.options.zone_offset));
                }
                self.rows.emit(host.index, sound, known, draft, contents)
            }
            Err(flaw) => {
                let place = (self.xml.line(), self.xml.offset());
                self.rows.collector.quarantine(flaw, Some(place), self.xml.row_bytes())
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
                let facts = known.map_or(&mut *draft, |index| self.rows.collector.weakness(index));
                contents.take(facts, &mut hints, field, &self.scratch);
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
            None => severity(risk).ok_or_else(|| (QuarantineReason::FieldMissing, "severity".to_owned()))?,
        };
        Ok(Sound {
            plugin: attributes.plugin?,
            place: Place::Port { protocol: attributes.protocol, port: attributes.port?, service: attributes.service },
            severity,
            name: attributes.name,
            family: attributes.family,
        })
    }
}

/// What follows the namespace prefix. `None` without one.
fn local_name(name: &[u8]) -> Option<&[u8]> {
    name.iter().position(|byte| *byte == b':').map(|at| &name[at + 1..])
}
