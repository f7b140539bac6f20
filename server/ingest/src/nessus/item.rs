//! `ReportItem`: a row.

use super::Parser;
use super::compliance::CheckField;
use super::host::Host;
use super::row::{Contents, Sound, invalid, plugin_of, severity_of};
use super::rule::{Field, Hints};
use crate::Refusal;
use crate::bounded::xml::Tag;
use crate::tables::Flaw;
use model::facts::{Place, WeaknessFacts};

/// The attributes of a row.
struct Attributes {
    plugin: Result<u32, Flaw>,
    port: Result<u16, Flaw>,
    protocol: String,
    service: String,
    severity: Option<String>,
    name: String,
    family: String,
}

impl Attributes {
    fn of(tag: &Tag<'_>) -> Self {
        let text = |name| tag.attribute(name).map(|value| value.trim().to_owned()).unwrap_or_default();
        // A row without a port is about the host itself.
        let port = match tag.attribute("port") {
            None => Ok(0),
            Some(value) => value.trim().parse().map_err(|_| invalid("port", &value)),
        };
        Self {
            plugin: plugin_of(tag.attribute("pluginID").as_deref()),
            port,
            protocol: text("protocol").to_ascii_lowercase(),
            service: text("svc_name"),
            severity: tag.attribute("severity").map(|value| value.into_owned()),
            name: text("pluginName"),
            family: text("pluginFamily"),
        }
    }

    /// The attributes, if a row can be made of them.
    fn checked(self, risk: &str) -> Result<Sound, Flaw> {
        Ok(Sound {
            severity: severity_of(self.severity.as_deref(), risk)?,
            plugin: self.plugin?,
            place: Place::Port { protocol: self.protocol, port: self.port?, service: self.service },
            name: self.name,
            family: self.family,
        })
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
        match attributes.checked(&contents.risk) {
            Ok(sound) => self.rows.row(host, sound, known, draft, contents),
            Err(flaw) => self.quarantine(flaw),
        }
    }

    /// Keeps the row that has just been read for a person to look at.
    pub(super) fn quarantine(&mut self, flaw: Flaw) -> Result<(), Refusal> {
        let place = (self.xml.line(), self.xml.offset());
        self.rows.collector.quarantine(flaw, Some(place), self.xml.row_bytes())
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
                contents.take(field, &self.scratch, facts, &mut hints);
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
}

/// What follows the namespace prefix. `None` without one.
fn local_name(name: &[u8]) -> Option<&[u8]> {
    name.iter().position(|byte| *byte == b':').map(|at| &name[at + 1..])
}
