//! `OWASPZAPReport`.

use super::alert::{Alert, Instance, MAX_TAGS};
use super::report::{Common, Report};
use crate::bounded::chunks::Nul;
use crate::bounded::xml::{Tag, XmlReader};
use crate::format::{ExportFormat, Head};
use crate::{Options, Parsed, Refusal, Sink};
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

/// An instance that was read before what its alert says was known.
struct Held {
    instance: Instance,
    place: (u64, u64),
    raw: Vec<u8>,
}

struct Parser<'r, 's> {
    xml: XmlReader<'r>,
    report: Report<'s>,
}

impl Parser<'_, '_> {
    fn run(mut self, format: &str) -> Result<Parsed, Refusal> {
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
                _ => self.xml.skip()?,
            }
        }
        self.report.collector.remarks.extend(self.xml.finish()?);
        Ok(self.report.finish(format))
    }

    fn site(&mut self, asset: u32) -> Result<(), Refusal> {
        while let Some(tag) = self.xml.child()? {
            if tag.name() != b"alerts" {
                self.xml.skip()?;
                continue;
            }
            while let Some(tag) = self.xml.child()? {
                if tag.name() == b"alertitem" { self.alert(asset)? } else { self.xml.skip()? }
            }
        }
        Ok(())
    }

    fn alert(&mut self, asset: u32) -> Result<(), Refusal> {
        self.xml.begin_row();
        let mut alert = Alert::default();
        let mut common = None;
        let mut held = Vec::new();
        while let Some(tag) = self.xml.child()? {
            match tag.name() {
                b"instances" => {
                    if common.is_none() && alert.is_ready() {
                        common = Some(self.report.begin(&alert)?);
                    }
                    self.instances(asset, common.as_mut(), &mut held)?;
                    self.xml.resume_row();
                }
                b"tags" => self.tags(&mut alert.tags)?,
                name => match alert.field(name) {
                    Some(field) => {
                        field.clear();
                        self.xml.text_into(field)?;
                    }
                    None => self.xml.skip()?,
                },
            }
        }
        self.xml.end_row();
        let mut common = match common {
            Some(common) => common,
            None => self.report.begin(&alert)?,
        };
        self.report.release();
        let raw = (Some((self.xml.line(), self.xml.offset())), self.xml.row_bytes().to_vec());
        for Held { instance, place, raw } in held {
            self.report.instance(asset, &mut common, instance, |_| (Some(place), raw))?;
        }
        self.report.end(asset, common, alert, |_| raw)?;
        self.report.collector.progress(self.xml.offset());
        Ok(())
    }

    /// Reads instances: to rows if the alert's fields are known, as ZAP writes them, else to `held`.
    fn instances(&mut self, asset: u32, mut common: Option<&mut Common>, held: &mut Vec<Held>) -> Result<(), Refusal> {
        while let Some(tag) = self.xml.child()? {
            if tag.name() != b"instance" {
                self.xml.skip()?;
                continue;
            }
            self.xml.begin_row();
            let mut instance = Instance::default();
            while let Some(tag) = self.xml.child()? {
                match instance.field(tag.name()) {
                    Some(field) => self.xml.text_into(field)?,
                    None => self.xml.skip()?,
                }
            }
            self.xml.end_row();
            match common.as_deref_mut() {
                Some(common) => {
                    let xml = &self.xml;
                    let raw = |_: &Instance| (Some((xml.line(), xml.offset())), xml.row_bytes().to_vec());
                    self.report.instance(asset, common, instance, raw)?;
                }
                None => {
                    let raw = self.xml.row_bytes().to_vec();
                    self.report.hold(instance.size() + raw.len())?;
                    held.push(Held { instance, place: (self.xml.line(), self.xml.offset()), raw });
                }
            }
        }
        Ok(())
    }

    /// `<tags><tag><tag>NAME</tag><link>…</link></tag>…</tags>`
    fn tags(&mut self, tags: &mut Vec<String>) -> Result<(), Refusal> {
        while self.xml.child()?.is_some() {
            while let Some(tag) = self.xml.child()? {
                if tag.name() == b"tag" && tags.len() < MAX_TAGS {
                    tags.push(self.xml.text()?.trim().to_owned());
                } else {
                    self.xml.skip()?;
                }
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
