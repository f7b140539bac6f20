//! `JUnit` XML as Dastardly and the scans of Burp Suite DAST in pipelines write it: a suite for each URL that was requested.
//!
//! A row is a test case. One with a failure is an issue, whose text is a report in plain text; one without says that nothing
//! was found at that URL. No version and no time is given. Dastardly runs a small part of Burp's checks.

use super::export::scan_facts;
use super::issue::Issue;
use super::{junit_text, types};
use crate::bounded::chunks::Nul;
use crate::bounded::xml::XmlReader;
use crate::format::{ExportFormat, Head};
use crate::tables::Collector;
use crate::{Options, Parsed, Refusal, Sink, origin};
use model::facts::{AssetFacts, AssetKind};
use std::io::Read;

/// The name of a test case that found nothing.
const NOTHING: &str = "No issues were identified";

/// The format.
pub struct BurpJunit;

impl ExportFormat for BurpJunit {
    fn name(&self) -> &'static str {
        "Burp JUnit XML"
    }

    fn recognizes(&self, head: &Head<'_>) -> bool {
        let Head::Xml { root: "testsuites" | "testsuite", text } = head else { return false };
        let root = text.split_once('>').map_or(*text, |(root, _)| root);
        let is_clean = text.contains(NOTHING) && text.contains("name=\"http");
        let is_issue = [" found at http", "\nConfidence: ", "\nHost: http"].iter().all(|mark| text.contains(mark));
        root.contains("Dastardly scan results") || is_clean || is_issue
    }

    fn parse(&self, input: &mut dyn Read, options: &Options, sink: &mut dyn Sink) -> Result<Parsed, Refusal> {
        let xml = XmlReader::new(input, &options.limits, Nul::Keep)?;
        let collector = Collector::new(sink, options);
        Parser { xml, collector, total: None, failed: false }.run(self.name(), options)
    }
}

/// The state of reading one file.
struct Parser<'r, 's> {
    xml: XmlReader<'r>,
    collector: Collector<'s>,
    /// How many test cases the file says there are.
    total: Option<u64>,
    /// A check could not be run.
    failed: bool,
}

impl Parser<'_, '_> {
    fn run(mut self, format: &str, options: &Options) -> Result<Parsed, Refusal> {
        let read = self.read();
        self.collector.accept(read)?;
        self.collector.remarks.extend(self.xml.take_remarks());
        let incomplete = !self.collector.has_all(self.total) || self.failed;
        Ok(self.collector.finish(scan_facts(format, String::new(), [None, None], incomplete, options)))
    }

    fn read(&mut self) -> Result<(), Refusal> {
        let root = self.xml.root()?;
        self.total = root.attribute("tests").and_then(|count| count.trim().parse().ok());
        if root.name() == b"testsuite" {
            self.suite()?;
        } else {
            while let Some(tag) = self.xml.child()? {
                if tag.name() == b"testsuite" { self.suite()? } else { self.xml.skip()? }
            }
        }
        self.xml.end()
    }

    /// Reads a suite. Its name is the URL that was requested.
    fn suite(&mut self) -> Result<(), Refusal> {
        let url = attribute(&self.xml, "name");
        if let Some(name) = origin::of_url(&url) {
            let facts = AssetFacts { kind: AssetKind::Origin, name, ..AssetFacts::default() };
            let asset = self.collector.asset_named(&facts)?;
            self.collector.asset(asset).observation.reached = true;
        }
        while let Some(tag) = self.xml.child()? {
            if tag.name() == b"testcase" { self.case()? } else { self.xml.skip()? }
        }
        Ok(())
    }

    fn case(&mut self) -> Result<(), Refusal> {
        self.xml.begin_row();
        let mut issue = Issue { name: attribute(&self.xml, "name"), is_plain: true, ..Issue::default() };
        let mut is_issue = false;
        while let Some(tag) = self.xml.child()? {
            match tag.name() {
                b"failure" => {
                    is_issue = true;
                    let severity = attribute(&self.xml, "type");
                    junit_text::read_into(&mut issue, &self.xml.text()?);
                    if issue.severity.is_empty() {
                        issue.severity = severity;
                    }
                }
                b"error" | b"skipped" => {
                    self.failed = true;
                    self.xml.skip()?;
                }
                _ => self.xml.skip()?,
            }
        }
        self.xml.end_row();
        let (line, offset) = (self.xml.line(), self.xml.offset());
        if is_issue {
            types::of_name(&issue.name).unwrap_or(types::EXTENSION).clone_into(&mut issue.kind);
            issue.hand_over(&mut self.collector, (line, offset), self.xml.row_bytes())?;
        } else {
            self.collector.no_finding()?;
        }
        self.collector.progress(offset);
        Ok(())
    }
}

/// An attribute of the tag that was read last.
fn attribute(xml: &XmlReader<'_>, name: &str) -> String {
    xml.current().attribute(name).map(|value| value.trim().to_owned()).unwrap_or_default()
}
