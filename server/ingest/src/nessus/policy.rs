//! What the policy in a `.nessus` file says of what was to be checked.

use crate::Refusal;
use crate::bounded::xml::XmlReader;

/// The parts of a policy that the records need. Texts are empty where the policy has none.
#[derive(Default)]
pub struct Policy {
    /// Its name.
    pub name: String,
    /// The ids of its plugin set, sorted and distinct.
    pub plugin_set: Option<Vec<u32>>,
    /// The ports as written: `default`, `1-65535`, …
    pub port_range: String,
    /// When the scan was started, in seconds since 1970.
    pub started: String,
    /// When it ended.
    pub finished: String,
}

impl Policy {
    /// Reads the `Policy` element that has just been opened. `scratch` is for texts.
    ///
    /// # Errors
    /// Whatever makes the file unreadable as a whole.
    pub fn read(&mut self, xml: &mut XmlReader<'_>, scratch: &mut String) -> Result<(), Refusal> {
        while let Some(tag) = xml.child()? {
            match tag.name() {
                b"policyName" => xml.text()?.trim().clone_into(&mut self.name),
                b"Preferences" => {
                    while let Some(tag) = xml.child()? {
                        match tag.name() {
                            b"ServerPreferences" => self.preferences(xml, scratch)?,
                            _ => xml.skip()?,
                        }
                    }
                }
                _ => xml.skip()?,
            }
        }
        Ok(())
    }

    fn preferences(&mut self, xml: &mut XmlReader<'_>, scratch: &mut String) -> Result<(), Refusal> {
        while let Some(tag) = xml.child()? {
            if tag.name() != b"preference" {
                xml.skip()?;
                continue;
            }
            let mut wanted = None;
            while let Some(tag) = xml.child()? {
                match (tag.name(), wanted) {
                    (b"name", _) => {
                        scratch.clear();
                        xml.text_into(scratch)?;
                        wanted = Preference::of(scratch.trim());
                    }
                    (b"value", Some(preference)) => {
                        scratch.clear();
                        xml.text_into(scratch)?;
                        self.set(preference, scratch.trim());
                    }
                    _ => xml.skip()?,
                }
            }
        }
        Ok(())
    }

    fn set(&mut self, preference: Preference, value: &str) {
        match preference {
            Preference::PluginSet => self.plugin_set = plugin_set(value),
            Preference::PortRange => value.clone_into(&mut self.port_range),
            Preference::Started => value.clone_into(&mut self.started),
            Preference::Finished => value.clone_into(&mut self.finished),
        }
    }
}

/// The preferences that are read.
#[derive(Clone, Copy)]
enum Preference {
    PluginSet,
    PortRange,
    Started,
    Finished,
}

impl Preference {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "plugin_set" => Self::PluginSet,
            "port_range" => Self::PortRange,
            "scan_start_timestamp" => Self::Started,
            "scan_end_timestamp" => Self::Finished,
            _ => return None,
        })
    }
}

/// The ids of `1;2;3;`. An empty list says nothing.
pub fn plugin_set(value: &str) -> Option<Vec<u32>> {
    let mut ids: Vec<u32> = value.split(';').filter_map(|id| id.trim().parse().ok()).collect();
    ids.sort_unstable();
    ids.dedup();
    (!ids.is_empty()).then_some(ids)
}
