//! Burp Suite's XML report of issues, from 1.4 on, with requests and responses in base64 or as they are.
//!
//! A row is an `issue`. Issues of extensions share one type, so their name is part of the rule.

mod issue;

use crate::bounded::chunks::Nul;
use crate::bounded::xml::XmlReader;
use crate::format::{ExportFormat, Head};
use crate::tables::Collector;
use crate::time::stamp;
use crate::{Options, Parsed, Refusal, Sink};
use model::Tool;
use model::facts::{ScanCoverage, ScanFacts};
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
        let finished = stamp(&exported, &options.zone_offset);
        if finished.is_none() && !exported.is_empty() {
            self.collector.remarks.add("time_not_understood", &exported);
        }
        Ok(self.collector.finish(ScanFacts {
            tool: Tool::Burp,
            tool_version: version,
            format: format.to_owned(),
            name: String::new(),
            policy: String::new(),
            started_at: None,
            finished_at: finished.map(|stamp| stamp.at),
            zone_assumed: finished.is_some_and(|stamp| stamp.zone_assumed),
            coverage: ScanCoverage { whole_project: options.whole_project, ..ScanCoverage::default() },
            remarks: Vec::new(),
        }))
    }

    fn issues(&mut self) -> Result<(), Refusal> {
        while let Some(tag) = self.xml.child()? {
            if tag.name() == b"issue" { self.issue()? } else { self.xml.skip()? }
        }
        self.xml.end()
    }
}
