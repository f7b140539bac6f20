//! Burp Suite's XML report of issues, from 1.4 on, with requests and responses in base64 or as they are.

use super::evidence::decoded;
use super::export::{instant, scan_facts};
use super::issue::Issue;
use crate::bounded::chunks::Nul;
use crate::bounded::xml::XmlReader;
use crate::format::{ExportFormat, Head};
use crate::tables::Collector;
use crate::{Options, Parsed, Refusal, Sink, fields, text};
use model::facts::{EvidenceKind, EvidencePart};
use std::io::Read;

/// The format.
pub struct BurpXml;

impl ExportFormat for BurpXml {
    fn name(&self) -> &'static str {
        "Burp XML"
    }

    fn recognizes(&self, head: &Head<'_>) -> bool {
        matches!(head, Head::Xml { root: "issues", text } if text.contains("burpVersion") || text.contains("<issue>"))
    }

    fn parse(&self, input: &mut dyn Read, options: &Options, sink: &mut dyn Sink) -> Result<Parsed, Refusal> {
        // Without base64, Burp writes NUL bytes of responses as they are.
        let xml = XmlReader::new(input, &options.limits, Nul::Keep)?;
        let parser = Parser { xml, collector: Collector::new(sink, options), scratch: String::new() };
        parser.run(self.name(), options)
    }
}

/// The state of reading one file.
struct Parser<'r, 's> {
    xml: XmlReader<'r>,
    collector: Collector<'s>,
    scratch: String,
}

impl Parser<'_, '_> {
    fn run(mut self, format: &str, options: &Options) -> Result<Parsed, Refusal> {
        let root = self.xml.root()?;
        let [version, exported] = ["burpVersion", "exportTime"]
            .map(|name| root.attribute(name).map(|value| value.trim().to_owned()).unwrap_or_default());
        let read = self.issues();
        self.collector.accept(read)?;
        self.collector.remarks.extend(self.xml.take_remarks());
        let finished = instant(&exported, options, &mut self.collector.remarks);
        Ok(self.collector.finish(scan_facts(format, version, [None, finished], false, options)))
    }

    fn issues(&mut self) -> Result<(), Refusal> {
        while let Some(tag) = self.xml.child()? {
            if tag.name() == b"issue" {
                self.issue()?;
            } else {
                // It belongs to no row.
                fields::read_unknown(&mut self.xml, &mut self.collector.remarks, &mut Vec::new())?;
            }
        }
        self.xml.end()
    }

    /// Reads the `issue` that has just been opened.
    fn issue(&mut self) -> Result<(), Refusal> {
        self.xml.begin_row();
        let mut issue = Issue::default();
        while let Some(tag) = self.xml.child()? {
            let name = tag.name();
            if name == b"host" {
                issue.ip = tag.attribute("ip").map(|ip| text::without_nul(ip.trim().to_owned())).unwrap_or_default();
            }
            match name {
                b"requestresponse" => self.messages(&mut issue)?,
                b"issueDetail" | b"remediationDetail" => {
                    self.scratch.clear();
                    self.xml.text_into(&mut self.scratch)?;
                    issue.add_detail(&text::from_html(&self.scratch));
                }
                // What newer versions say of an instance in elements of its own.
                b"issueDetailItems" | b"dynamicAnalysis" | b"staticAnalysis" | b"collaboratorEvent"
                | b"infiltratorEvent" => {
                    let mut lines = String::new();
                    self.lines(&mut lines, &mut issue)?;
                    issue.add_detail(&lines);
                }
                name => match field(&mut issue, name) {
                    Some(field) => {
                        self.xml.text_into(field)?;
                        *field = text::without_nul(std::mem::take(field));
                    }
                    None => fields::read_unknown(&mut self.xml, &mut self.collector.remarks, &mut issue.fields)?,
                },
            }
        }
        self.xml.end_row();
        let (line, offset) = (self.xml.line(), self.xml.offset());
        issue.hand_over(&mut self.collector, (line, offset), self.xml.row_bytes())?;
        self.collector.progress(offset);
        Ok(())
    }

    /// Reads a `requestresponse`.
    fn messages(&mut self, issue: &mut Issue) -> Result<(), Refusal> {
        while let Some(tag) = self.xml.child()? {
            let kind = match tag.name() {
                b"request" => EvidenceKind::Request,
                b"response" => EvidenceKind::Response,
                b"responseRedirected" => {
                    fields::read_into(&mut self.xml, "responseRedirected", &mut issue.fields)?;
                    continue;
                }
                _ => {
                    fields::read_unknown(&mut self.xml, &mut self.collector.remarks, &mut issue.fields)?;
                    continue;
                }
            };
            let is_base64 = tag.attribute("base64").is_some_and(|value| value.trim().eq_ignore_ascii_case("true"));
            self.scratch.clear();
            self.xml.text_into(&mut self.scratch)?;
            let text = if is_base64 {
                text::from_bytes(decoded(&self.scratch, &mut self.collector.remarks))
            } else {
                text::without_nul(self.scratch.clone())
            };
            if !text.trim().is_empty() {
                issue.messages.push(EvidencePart { kind, text });
            }
        }
        Ok(())
    }

    /// Reads an element with elements inside into lines `name: text`. Its requests and responses are messages like others.
    fn lines(&mut self, lines: &mut String, issue: &mut Issue) -> Result<(), Refusal> {
        while let Some(tag) = self.xml.child()? {
            let name = String::from_utf8_lossy(tag.name()).into_owned();
            match name.as_str() {
                "requestresponse" => self.messages(issue)?,
                _ => {
                    self.scratch.clear();
                    self.xml.text_into(&mut self.scratch)?;
                    let value = text::from_html(&self.scratch);
                    if !value.is_empty() {
                        lines.push_str(&format!("{name}: {value}\n"));
                    }
                }
            }
        }
        Ok(())
    }
}

/// Where the text of an element goes.
fn field<'i>(issue: &'i mut Issue, name: &[u8]) -> Option<&'i mut String> {
    Some(match name {
        b"serialNumber" => &mut issue.serial,
        b"type" => &mut issue.kind,
        b"name" => &mut issue.name,
        b"host" => &mut issue.host,
        b"path" => &mut issue.path,
        b"location" => &mut issue.location,
        b"severity" => &mut issue.severity,
        b"confidence" => &mut issue.confidence,
        b"issueBackground" => &mut issue.background,
        b"remediationBackground" => &mut issue.remediation,
        b"references" => &mut issue.references,
        b"vulnerabilityClassifications" => &mut issue.classifications,
        _ => return None,
    })
}
