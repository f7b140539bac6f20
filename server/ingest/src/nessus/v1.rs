//! Nessus v1 XML (`NessusClientData`), which `NessusClient` 3 and Nessus up to 4 wrote.
//!
//! A row has child elements instead of attributes, and one text for everything; its severity is 0 for an open port and 1 to 3,
//! as there was no critical yet. Line breaks inside of texts stand as `\n`. What is not known is `(unknown)`.

use super::host::{Host, Time, known_by};
use super::policy::{Policy, plugin_set};
use super::row::{Contents, Sound, invalid, plugin_of, severity_of};
use super::rule::Hints;
use super::{Parser, sections};
use crate::bounded::chunks::Nul;
use crate::bounded::xml::XmlReader;
use crate::format::{ExportFormat, Head};
use crate::tables::Flaw;
use crate::{Options, Parsed, ParsedAsset, QuarantineReason, Refusal, RefusalCode, Sink};
use model::facts::{AssetFacts, AssetKind, Place, WeaknessFacts};
use std::io::Read;
use std::net::IpAddr;

/// The plugin whose output tells the address of a host that was named: "Host Fully Qualified Domain Name (FQDN) Resolution".
const RESOLUTION: u32 = 12053;

/// The format.
pub struct NessusV1;

impl ExportFormat for NessusV1 {
    fn name(&self) -> &'static str {
        "Nessus v1 XML"
    }

    fn recognizes(&self, head: &Head<'_>) -> bool {
        matches!(head, Head::Xml { root: "NessusClientData", .. })
    }

    fn parse(&self, input: &mut dyn Read, options: &Options, sink: &mut dyn Sink) -> Result<Parsed, Refusal> {
        let xml = XmlReader::new(input, &options.limits, Nul::Refuse)?;
        let mut parser = Parser::new(xml, options, sink);
        let read = parser.document_v1();
        if parser.unaddressed {
            read.clone()?;
        }
        parser.finish(read, self.name())
    }
}

/// The child elements of a row.
#[derive(Default)]
struct Item {
    plugin: Option<String>,
    port: Option<String>,
    severity: Option<String>,
    name: String,
    data: String,
}

impl Item {
    /// The fields, if a row can be made of them.
    fn checked(self, risk: &str) -> Result<Sound, Flaw> {
        let missing = || (QuarantineReason::FieldMissing, "port".to_owned());
        let port = self.port.ok_or_else(missing)?;
        Ok(Sound {
            plugin: plugin_of(self.plugin.as_deref())?,
            place: place(port.trim()).ok_or_else(|| invalid("port", &port))?,
            severity: severity_of(self.severity.as_deref(), risk)?,
        })
    }
}

impl Parser<'_, '_> {
    fn document_v1(&mut self) -> Result<(), Refusal> {
        self.xml.root()?;
        while let Some(tag) = self.xml.child()? {
            match tag.name() {
                b"Policies" => self.policies()?,
                // Each has its own time and plugins: as one scan, the latest would seem to have seen what only the first did.
                b"Report" if self.has_report => {
                    let detail = "Nessus v1 XML with several reports";
                    return Err(self.xml.here(RefusalCode::UnsupportedFormat, detail));
                }
                b"Report" => self.report_v1()?,
                _ => self.xml.skip()?,
            }
        }
        self.xml.end()
    }

    /// The policies that the client kept. The one that a report was made with stands in the report.
    fn policies(&mut self) -> Result<(), Refusal> {
        while let Some(tag) = self.xml.child()? {
            if tag.name() == b"Policy" {
                self.has_policy = true;
                self.policy.read(&mut self.xml, &mut self.scratch)?;
            } else {
                self.xml.skip()?;
            }
        }
        Ok(())
    }

    fn report_v1(&mut self) -> Result<(), Refusal> {
        self.has_report = true;
        self.policy = Policy::default();
        while let Some(tag) = self.xml.child()? {
            match tag.name() {
                b"ReportName" => self.name = self.xml.text()?.trim().to_owned(),
                b"StartTime" => self.policy.started = self.xml.text()?.trim().to_owned(),
                b"StopTime" => self.policy.finished = self.xml.text()?.trim().to_owned(),
                b"Policy" => self.policy.read(&mut self.xml, &mut self.scratch)?,
                b"PluginSelection" => self.policy.plugin_set = plugin_set(&self.xml.text()?),
                b"ReportHost" => self.host_v1()?,
                _ => self.xml.skip()?,
            }
        }
        Ok(())
    }

    /// Reads the `ReportHost` that has just been opened. There are files with a host inside of another.
    fn host_v1(&mut self) -> Result<(), Refusal> {
        let (mut facts, mut host) = (AssetFacts::default(), None);
        let mut times = (Time::default(), Time::default());
        if let Err(refusal) = self.host_fields(&mut facts, &mut host, &mut times) {
            // What resolves its name is a row like others, and may come later.
            self.unaddressed |= host.is_some() && facts.kind == AssetKind::Host && facts.ip.is_none();
            return Err(refusal);
        }
        if host.is_none() {
            host = self.begin_host(&facts)?;
        }
        if let Some(mut host) = host {
            let (start, end) = times;
            host.ended = !end.is_empty();
            let collector = &mut self.rows.collector;
            let at = self.times.observe((&start, &end), &self.options.zone_offset, &mut collector.remarks);
            let asset = collector.asset(host.index);
            asset.facts = facts;
            asset.observation.at = at;
            host.conclude(&mut asset.observation);
        }
        self.rows.collector.progress(self.xml.offset());
        Ok(())
    }

    fn host_fields(
        &mut self,
        facts: &mut AssetFacts,
        host: &mut Option<Host>,
        (start, end): &mut (Time, Time),
    ) -> Result<(), Refusal> {
        while let Some(tag) = self.xml.child()? {
            match tag.name() {
                b"HostName" => {
                    let named = known_by(self.value()?.unwrap_or_default());
                    (facts.kind, facts.name, facts.ip) = (named.kind, named.name, named.ip);
                }
                b"startTime" => start.words = self.value()?.unwrap_or_default(),
                b"stopTime" => end.words = self.value()?.unwrap_or_default(),
                b"netbios_name" => facts.netbios = self.value()?,
                b"mac_addr" => facts.mac = self.value()?,
                b"dns_name" => facts.fqdn = self.value()?.map(|name| name.trim_end_matches('.').to_owned()),
                b"os_name" => facts.os = self.value()?,
                b"ReportItem" => {
                    if host.is_none() {
                        *host = self.begin_host(facts)?;
                    }
                    self.item_v1(host.as_mut(), facts)?;
                }
                b"ReportHost" => self.host_v1()?,
                _ => self.xml.skip()?,
            }
        }
        Ok(())
    }

    /// Adds the host as an asset, if it has a name.
    fn begin_host(&mut self, facts: &AssetFacts) -> Result<Option<Host>, Refusal> {
        if facts.name.is_empty() {
            return Ok(None);
        }
        let asset = ParsedAsset { facts: facts.clone(), ..ParsedAsset::default() };
        self.rows.collector.add_asset(asset).map(|index| Some(Host::new(index)))
    }

    /// The text of a host's property, if it says anything.
    fn value(&mut self) -> Result<Option<String>, Refusal> {
        let text = sections::with_lines(&self.xml.text()?);
        let text = text.trim();
        Ok((!text.is_empty() && text != "(unknown)").then(|| text.to_owned()))
    }

    /// Reads the `ReportItem` that has just been opened.
    fn item_v1(&mut self, host: Option<&mut Host>, facts: &mut AssetFacts) -> Result<(), Refusal> {
        self.xml.begin_row();
        let mut item = Item::default();
        while let Some(tag) = self.xml.child()? {
            match tag.name() {
                b"pluginID" => item.plugin = Some(self.xml.text()?),
                b"port" => item.port = Some(self.xml.text()?),
                b"severity" => item.severity = Some(self.xml.text()?),
                b"pluginName" => self.xml.text_into(&mut item.name)?,
                b"data" => self.xml.text_into(&mut item.data)?,
                _ => self.xml.skip()?,
            }
        }
        self.xml.end_row();
        let data = sections::with_lines(&item.data);
        let plugin = plugin_of(item.plugin.as_deref()).ok();
        let is_check = sections::is_check(&data);
        let known = plugin.filter(|_| !is_check).and_then(|plugin| self.rows.known(plugin));
        let mut words = std::mem::take(&mut self.words);
        words.clear();
        words.title.push_str(item.name.trim());
        let mut draft = WeaknessFacts::default();
        let mut contents = Contents { is_check, ..Contents::default() };
        if is_check {
            // As v2 has it: a check's name and outcome are the first line of its description.
            words.description.push_str(data.trim());
        } else {
            let mut hints = Hints::default();
            for (field, text) in sections::fields(&data) {
                let weakness = known.map_or(&mut draft, |index| self.rows.collector.weakness(index));
                contents.take(field, text, &mut words, weakness, &mut hints);
            }
        }
        if plugin == Some(RESOLUTION) && facts.ip.is_none() {
            facts.ip = resolved(&contents.output);
        }
        let Some(host) = host else {
            return self.quarantine((QuarantineReason::FieldMissing, "HostName".to_owned()));
        };
        self.rows.collector.asset(host.index).facts.ip.clone_from(&facts.ip);
        match item.checked(&contents.risk) {
            Ok(sound) => self.rows.row(host, sound, known, &words, draft, contents)?,
            Err(flaw) => self.quarantine(flaw)?,
        }
        self.words = words;
        Ok(())
    }
}

/// The place of `http (80/tcp)` or `general/udp`: what has no number is the host itself.
fn place(text: &str) -> Option<Place> {
    let (service, number, protocol) = match text.strip_suffix(')') {
        Some(inside) => {
            let (service, port) = inside.rsplit_once('(')?;
            let (number, protocol) = port.split_once('/')?;
            (service.trim(), number.trim(), protocol)
        }
        None => match text.split_once('/')? {
            (general, protocol) if general.eq_ignore_ascii_case("general") => ("general", "0", protocol),
            (number, protocol) => ("", number, protocol),
        },
    };
    let protocol = protocol.trim().to_ascii_lowercase();
    let sound = !protocol.is_empty() && protocol.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let port = number.parse().ok().filter(|_| sound)?;
    Some(Place::Port { protocol, port, service: service.to_owned() })
}

/// The address in `192.0.2.10 resolves as shop.example.com.`
fn resolved(output: &str) -> Option<String> {
    let (address, _) = output.split_once(" resolves as ")?;
    let address = address.trim();
    address.parse::<IpAddr>().ok().map(|_| address.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_read_and_nothing_is_made_up() {
        let port = |protocol: &str, port, service: &str| {
            Some(Place::Port { protocol: protocol.to_owned(), port, service: service.to_owned() })
        };
        for (text, expected) in [
            ("http (80/tcp)", port("tcp", 80, "http")),
            ("ssh? (22/TCP)", port("tcp", 22, "ssh?")),
            ("general/icmp", port("icmp", 0, "general")),
            ("123/udp", port("udp", 123, "")),
            ("http (80)", None),
            ("http/tcp", None),
            ("http (99999/tcp)", None),
            ("general/", None),
            ("", None),
        ] {
            assert_eq!(place(text), expected, "{text}");
        }
    }
}
