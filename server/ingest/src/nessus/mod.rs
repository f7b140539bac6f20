//! Nessus v2 XML (`NessusClientData_v2`), from Nessus 4.4 to 10, web application scans and agents included; and the tables
//! that Nessus, Tenable.sc and Tenable VM write (`table`).
//!
//! A row is a `ReportItem`, or a record of the table. A compliance row is a check of its own: its rule is the plugin and the check's id.

mod compliance;
mod host;
mod info;
mod item;
mod policy;
mod row;
mod rule;
mod table;

pub use table::{NessusCsv, unsupported};

use crate::bounded::chunks::Nul;
use crate::bounded::xml::XmlReader;
use crate::format::{ExportFormat, Head};
use crate::{Options, Parsed, Refusal, RefusalCode, Sink};
use host::HostTimes;
use model::Tool;
use model::facts::{ScanCoverage, ScanFacts};
use policy::Policy;
use row::Rows;
use std::io::Read;

/// The format.
pub struct NessusV2;

impl ExportFormat for NessusV2 {
    fn name(&self) -> &'static str {
        "Nessus v2 XML"
    }

    fn recognizes(&self, head: &Head<'_>) -> bool {
        matches!(head, Head::Xml { root: "NessusClientData_v2", .. })
    }

    fn parse(&self, input: &mut dyn Read, options: &Options, sink: &mut dyn Sink) -> Result<Parsed, Refusal> {
        let xml = XmlReader::new(input, &options.limits, Nul::Refuse)?;
        Parser::new(xml, options, sink).run(self.name())
    }
}

/// The state of reading one file.
struct Parser<'r, 's> {
    xml: XmlReader<'r>,
    options: &'s Options,
    rows: Rows<'s>,
    policy: Policy,
    has_policy: bool,
    has_report: bool,
    name: String,
    info: info::ScanInfo,
    policy_used: String,
    times: HostTimes,
    /// The times that plugin 19506 tells.
    told_times: HostTimes,
    scratch: String,
}

impl<'r, 's> Parser<'r, 's> {
    fn new(xml: XmlReader<'r>, options: &'s Options, sink: &'s mut dyn Sink) -> Self {
        Self {
            xml,
            options,
            rows: Rows::new(sink, options),
            policy: Policy::default(),
            has_policy: false,
            has_report: false,
            name: String::new(),
            info: info::ScanInfo::default(),
            policy_used: String::new(),
            times: HostTimes::default(),
            told_times: HostTimes::default(),
            scratch: String::new(),
        }
    }

    fn run(mut self, format: &str) -> Result<Parsed, Refusal> {
        let read = self.read();
        self.rows.collector.accept(read)?;
        self.rows.collector.remarks.extend(self.xml.take_remarks());
        if !self.has_report {
            let code = if self.has_policy { RefusalCode::NessusPolicy } else { RefusalCode::NotAScan };
            return Err(self.xml.here(code, self.policy.name));
        }
        self.finish(format)
    }

    fn read(&mut self) -> Result<(), Refusal> {
        self.xml.root()?;
        while let Some(tag) = self.xml.child()? {
            match tag.name() {
                b"Policy" => {
                    self.has_policy = true;
                    self.policy.read(&mut self.xml, &mut self.scratch)?;
                }
                b"Report" => {
                    let name = tag.attribute("name").map(|name| name.into_owned());
                    self.report(name.unwrap_or_default())?;
                }
                // Some tools write the hosts straight under the root.
                b"ReportHost" => {
                    let name = tag.attribute("name").map(|name| name.into_owned());
                    self.has_report = true;
                    self.host(name.unwrap_or_default())?;
                }
                _ => self.xml.skip()?,
            }
        }
        self.xml.end()
    }

    fn report(&mut self, name: String) -> Result<(), Refusal> {
        self.has_report = true;
        if self.name.is_empty() {
            self.name = name;
        }
        while let Some(tag) = self.xml.child()? {
            if tag.name() == b"ReportHost" {
                let name = tag.attribute("name").map(|name| name.into_owned());
                self.host(name.unwrap_or_default())?;
            } else {
                self.xml.skip()?;
            }
        }
        Ok(())
    }

    fn finish(self, format: &str) -> Result<Parsed, Refusal> {
        let first = |texts: [String; 3]| texts.into_iter().find(|text| !text.is_empty()).unwrap_or_default();
        let zone = &self.options.zone_offset;
        let preference = |text: &str| crate::time::stamp(text, zone).map(|stamp| stamp.at);
        let (mut started, mut finished) = (self.times.started, self.times.finished);
        let mut zone_assumed = self.times.zone_assumed;
        started = started.or_else(|| preference(&self.policy.started));
        finished = finished.or_else(|| preference(&self.policy.finished));
        if started.is_none() && finished.is_none() {
            (started, finished) = (self.told_times.started, self.told_times.finished);
            zone_assumed |= self.told_times.zone_assumed;
        }
        let scan = ScanFacts {
            tool: Tool::Nessus,
            tool_version: self.info.version,
            format: format.to_owned(),
            name: self.name,
            policy: first([self.policy.name, self.info.policy, self.policy_used]),
            started_at: started,
            finished_at: finished,
            zone_assumed,
            coverage: ScanCoverage {
                plugin_set: self.policy.plugin_set,
                port_range: Some(first([self.policy.port_range, self.info.port_range, String::new()]))
                    .filter(|range| !range.is_empty()),
                ..ScanCoverage::default()
            },
            remarks: Vec::new(),
        };
        Ok(self.rows.finish(scan))
    }
}
