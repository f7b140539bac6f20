//! Nessus: v2 XML (`NessusClientData_v2`), from Nessus 4.4 to 10, web application scans and agents included; the v1 XML before
//! it; plugin outputs of the REST API; exports of Tenable VM (`bulk`); and the tables that Nessus, Tenable.sc and Tenable VM write
//! (`table`).
//!
//! A row is a `ReportItem`, in the API a place that an output names, and a record of a table. A compliance row is a check of its
//! own: its rule is the plugin and the check's id.

mod api;
mod attributes;
mod bulk;
mod compliance;
mod host;
mod info;
mod item;
mod known;
mod policy;
mod row;
mod rule;
mod sections;
mod table;
mod v1;
mod words;

pub use api::{HOST_DETAILS, NessusApi, is_host_details};
pub use bulk::TenableExport;
pub use table::{NessusCsv, unsupported};
pub use v1::NessusV1;

use crate::bounded::chunks::Nul;
use crate::bounded::xml::XmlReader;
use crate::format::{ExportFormat, Head};
use crate::{Options, Parsed, Refusal, RefusalCode, Sink, fields};
use host::HostTimes;
use model::facts::{ScanCoverage, ScanFacts};
use model::{Micros, Tool};
use policy::Policy;
use row::Rows;
use std::io::Read;
use words::Words;

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
        let mut parser = Parser::new(xml, options, sink);
        let read = parser.read();
        parser.finish(read, self.name())
    }
}

/// The state of reading one XML file.
struct Parser<'r, 's> {
    xml: XmlReader<'r>,
    options: &'s Options,
    rows: Rows<'s>,
    policy: Policy,
    has_policy: bool,
    has_report: bool,
    name: String,
    policy_used: String,
    times: HostTimes,
    /// v1: the file ends inside a host that has rows, before it tells the address by which hosts are known.
    unaddressed: bool,
    /// The words of the row that is being read.
    words: Words,
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
            policy_used: String::new(),
            times: HostTimes::default(),
            unaddressed: false,
            words: Words::default(),
            scratch: String::new(),
        }
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
                _ => self.unknown()?,
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
                self.unknown()?;
            }
        }
        Ok(())
    }

    /// Passes over an element that has no place here, and counts it.
    fn unknown(&mut self) -> Result<(), Refusal> {
        let name = String::from_utf8_lossy(self.xml.current().name()).into_owned();
        self.rows.collector.remarks.count(fields::UNKNOWN, &name);
        self.xml.skip()
    }

    /// The whole scan, after its rows were read like this.
    fn finish(mut self, read: Result<(), Refusal>, format: &str) -> Result<Parsed, Refusal> {
        self.rows.collector.accept(read)?;
        self.rows.collector.remarks.extend(self.xml.take_remarks());
        if !self.has_report {
            let code = if self.has_policy { RefusalCode::NessusPolicy } else { RefusalCode::NotAScan };
            return Err(self.xml.here(code, self.policy.name));
        }
        let first = |texts: [String; 3]| texts.into_iter().find(|text| !text.is_empty()).unwrap_or_default();
        let mut zone_assumed = self.times.zone_assumed;
        // What the policy or the report says counts where no host says anything.
        let mut at = |known: Option<Micros>, text: &str| {
            known.or_else(|| {
                let stamp = crate::time::stamp(text, &self.options.zone_offset)?;
                zone_assumed |= stamp.zone_assumed;
                Some(stamp.at)
            })
        };
        let mut started_at = at(self.times.started, &self.policy.started);
        let mut finished_at = at(self.times.finished, &self.policy.finished);
        if started_at.is_none() && finished_at.is_none() {
            let told = &self.rows.told;
            (started_at, finished_at) = (told.started, told.finished);
            zone_assumed |= told.zone_assumed;
        }
        let info = &mut self.rows.info;
        let scan = ScanFacts {
            tool: Tool::Nessus,
            tool_version: std::mem::take(&mut info.version),
            format: format.to_owned(),
            name: self.name,
            policy: first([self.policy.name, std::mem::take(&mut info.policy), self.policy_used]),
            started_at,
            finished_at,
            zone_assumed,
            coverage: ScanCoverage {
                plugin_set: self.policy.plugin_set,
                port_range: Some(first([self.policy.port_range, std::mem::take(&mut info.port_range), String::new()]))
                    .filter(|range| !range.is_empty()),
                ..ScanCoverage::default()
            },
            remarks: Vec::new(),
        };
        Ok(self.rows.finish(scan))
    }
}
