//! `OWASPZAPReport`.

use super::alert::{Alert, Instance, MAX_TAGS, OF_ALERT, OF_INSTANCE};
use super::report::Report;
use super::rows::{Held, Pending};
use crate::bounded::chunks::Nul;
use crate::bounded::xml::{Tag, XmlReader};
use crate::format::{ExportFormat, Head};
use crate::{Options, Parsed, Refusal, Sink, fields};
use model::facts::EvidencePart;
use std::io::Read;

/// The format.
pub struct ZapXml;

impl ExportFormat for ZapXml {
    fn name(&self) -> &'static str {
        "ZAP XML"
    }

    fn recognizes(&self, head: &Head<'_>) -> bool {
        matches!(head, Head::Xml { root: "OWASPZAPReport", .. })
    }

    fn parse(&self, input: &mut dyn Read, options: &Options, sink: &mut dyn Sink) -> Result<Parsed, Refusal> {
        let xml = XmlReader::new(input, &options.limits, Nul::Refuse)?;
        let parser = Parser { xml, report: Report::new(options, sink) };
        parser.run(self.name())
    }
}

struct Parser<'r, 's> {
    xml: XmlReader<'r>,
    report: Report<'s>,
}

impl Parser<'_, '_> {
    fn run(mut self, format: &str) -> Result<Parsed, Refusal> {
        let read = self.read();
        self.report.collector.accept(read)?;
        self.report.collector.remarks.extend(self.xml.take_remarks());
        Ok(self.report.finish(format))
    }

    fn read(&mut self) -> Result<(), Refusal> {
        let root = self.xml.root()?;
        self.report.version = attribute(&root, "version");
        self.report.generated = attribute(&root, "generated");
        self.report.created = attribute(&root, "created");
        while let Some(tag) = self.xml.child()? {
            match tag.name() {
                b"site" => {
                    let [name, host, port, ssl] = ["name", "host", "port", "ssl"].map(|name| attribute(&tag, name));
                    let asset = self.report.site(&name, &host, &port, &ssl)?;
                    self.site(asset)?;
                }
                b"statistics" => self.statistics()?,
                b"insights" | b"sequences" => self.xml.skip()?,
                _ => self.unknown(&mut Vec::new())?,
            }
        }
        self.xml.end()
    }

    fn site(&mut self, asset: u32) -> Result<(), Refusal> {
        while let Some(tag) = self.xml.child()? {
            match tag.name() {
                b"alerts" => self.alerts(asset)?,
                b"statistics" | b"portscan" => self.xml.skip()?,
                _ => self.unknown(&mut Vec::new())?,
            }
        }
        Ok(())
    }

    fn alerts(&mut self, asset: u32) -> Result<(), Refusal> {
        while let Some(tag) = self.xml.child()? {
            if tag.name() == b"alertitem" { self.alert(asset)? } else { self.unknown(&mut Vec::new())? }
        }
        Ok(())
    }

    fn alert(&mut self, asset: u32) -> Result<(), Refusal> {
        self.xml.begin_row();
        let mut pending = Pending::of(asset);
        while let Some(tag) = self.xml.child()? {
            match tag.name() {
                b"instances" => {
                    self.instances(&mut pending)?;
                    self.xml.resume_row();
                }
                b"tags" => self.tags(&mut pending.alert)?,
                name => match pending.alert.field(name) {
                    Some(field) => {
                        field.clear();
                        self.xml.text_into(field)?;
                    }
                    None => self.field(&OF_ALERT, &mut pending.alert.fields)?,
                },
            }
        }
        self.xml.end_row();
        let (place, raw) = (self.place(), self.xml.row_bytes().to_vec());
        self.report.end(pending, |instance| Held { instance, place, raw: Some(raw) })?;
        self.report.collector.progress(self.xml.offset());
        Ok(())
    }

    fn instances(&mut self, pending: &mut Pending) -> Result<(), Refusal> {
        while let Some(tag) = self.xml.child()? {
            if tag.name() != b"instance" {
                self.unknown(&mut pending.alert.fields)?;
                continue;
            }
            self.xml.begin_row();
            let mut instance = Instance::default();
            while let Some(tag) = self.xml.child()? {
                match instance.field(tag.name()) {
                    Some(field) => self.xml.text_into(field)?,
                    None => self.field(&OF_INSTANCE, &mut instance.fields)?,
                }
            }
            self.xml.end_row();
            let held = Held { instance, place: self.place(), raw: Some(self.xml.row_bytes().to_vec()) };
            self.report.instance(pending, held)?;
        }
        Ok(())
    }

    /// Where the reading is.
    fn place(&self) -> Option<(u64, u64)> {
        Some((self.xml.line(), self.xml.offset()))
    }

    /// Reads a field that no fact takes. One that is not among the `known` is counted.
    fn field(&mut self, known: &[&str], row: &mut Vec<EvidencePart>) -> Result<(), Refusal> {
        let name = self.xml.current().name();
        match known.iter().find(|known| known.as_bytes() == name) {
            Some(name) => fields::read_into(&mut self.xml, name, row),
            None => self.unknown(row),
        }
    }

    fn unknown(&mut self, row: &mut Vec<EvidencePart>) -> Result<(), Refusal> {
        fields::read_unknown(&mut self.xml, &mut self.report.collector.remarks, row)
    }

    /// `<tags><tag><tag>NAME</tag><link>…</link></tag>…</tags>`
    fn tags(&mut self, alert: &mut Alert) -> Result<(), Refusal> {
        while self.xml.child()?.is_some() {
            let (mut name, mut link) = (String::new(), String::new());
            while let Some(tag) = self.xml.child()? {
                match tag.name() {
                    b"tag" => self.xml.text_into(&mut name)?,
                    b"link" => self.xml.text_into(&mut link)?,
                    _ => self.unknown(&mut alert.fields)?,
                }
            }
            if alert.tags.len() < MAX_TAGS {
                alert.tags.push((name.trim().to_owned(), link.trim().to_owned()));
            }
        }
        Ok(())
    }

    /// `<statistics><statistic><key>…</key><value>…</value></statistic>…</statistics>`
    fn statistics(&mut self) -> Result<(), Refusal> {
        while self.xml.child()?.is_some() {
            while let Some(tag) = self.xml.child()? {
                if tag.name() == b"key" {
                    let key = self.xml.text()?;
                    self.report.statistic(key.trim());
                } else {
                    self.xml.skip()?;
                }
            }
        }
        Ok(())
    }
}

fn attribute(tag: &Tag<'_>, name: &str) -> String {
    tag.attribute(name).map(|value| value.trim().to_owned()).unwrap_or_default()
}
