//! What the formats of Burp have in common: rows out of JSON records, and what a scan says of itself.

use super::issue::{Issue, Names, Sound};
use crate::remarks::Remarks;
use crate::tables::{Collector, Flaw};
use crate::time::{Stamp, stamp};
use crate::{Options, Parsed, Refusal, Sink};
use model::Tool;
use model::facts::{ScanCoverage, ScanFacts};
use serde_json::Value;

/// A scan that is being read.
pub struct Export<'s> {
    /// The rows.
    pub collector: Collector<'s>,
    /// `succeeded`, or how far the scan got; empty if the export does not say.
    pub status: String,
    /// When the scan began.
    pub started: String,
    /// When the scan ended.
    pub ended: String,
    /// The scanner's version.
    pub version: String,
    /// How many issues the scan found, if the export says so.
    pub found: Option<u64>,
    /// How many issues the export lists.
    pub listed: u64,
    /// It is about one issue of the scan.
    pub of_one: bool,
    /// Part of what was asked for could not be answered.
    pub failed: bool,
    /// An issue does not say at which insertion point it is.
    pub unplaced: bool,
}

impl<'s> Export<'s> {
    /// Nothing read yet.
    pub fn new(options: &Options, sink: &'s mut dyn Sink) -> Self {
        Self {
            collector: Collector::new(sink, options),
            status: String::new(),
            started: String::new(),
            ended: String::new(),
            version: String::new(),
            found: None,
            listed: 0,
            of_one: false,
            failed: false,
            unplaced: false,
        }
    }

    /// What makes a row of the issue that a record describes. `None` if it was quarantined.
    ///
    /// # Errors
    /// If there are too many rows, or the sink wants no more.
    pub fn sound(&mut self, issue: &Issue, names: &Names, record: &Value) -> Result<Option<Sound>, Refusal> {
        match issue.sound(names) {
            Ok(sound) => Ok(Some(sound)),
            Err(flaw) => self.quarantine(flaw, record).map(|()| None),
        }
    }

    /// Keeps a record that cannot be understood. Where it stood is not known.
    ///
    /// # Errors
    /// If there are too many rows, or the sink wants no more.
    pub fn quarantine(&mut self, flaw: Flaw, record: &Value) -> Result<(), Refusal> {
        self.collector.quarantine(flaw, None, &serde_json::to_vec(record).unwrap_or_default())
    }

    /// The whole scan.
    pub fn finish(mut self, format: &str, options: &Options) -> Parsed {
        let remarks = &mut self.collector.remarks;
        let unfinished = !self.status.is_empty() && !self.status.eq_ignore_ascii_case("succeeded");
        if unfinished {
            remarks.add("scan_not_finished", &self.status);
        }
        let found = self.found.filter(|found| *found > self.listed);
        let part = self.of_one || found.is_some();
        if part {
            let of = found.map(|found| format!("/{found}")).unwrap_or_default();
            remarks.add("part_of_a_scan", &format!("{}{of}", self.listed));
        }
        if self.failed {
            remarks.add("answer_with_errors", "");
        }
        if self.unplaced {
            remarks.add("insertion_points_not_told", "");
        }
        let instants = [self.started, self.ended].map(|text| instant(&text, options, remarks));
        let incomplete = unfinished || part || self.failed || self.unplaced;
        self.collector.finish(scan_facts(format, self.version, instants, incomplete, options))
    }
}

/// The instant that a text means, if it says one.
pub fn instant(text: &str, options: &Options, remarks: &mut Remarks) -> Option<Stamp> {
    let stamp = stamp(text, &options.zone_offset);
    if stamp.is_none() && !text.is_empty() {
        remarks.add("time_not_understood", text);
    }
    stamp
}

/// A scan of Burp with the instants of its beginning and its end.
pub fn scan_facts(
    format: &str,
    version: String,
    [started, finished]: [Option<Stamp>; 2],
    incomplete: bool,
    options: &Options,
) -> ScanFacts {
    ScanFacts {
        tool: Tool::Burp,
        tool_version: version,
        format: format.to_owned(),
        name: String::new(),
        policy: String::new(),
        started_at: started.map(|stamp| stamp.at),
        finished_at: finished.map(|stamp| stamp.at),
        zone_assumed: [started, finished].iter().flatten().any(|stamp| stamp.zone_assumed),
        coverage: ScanCoverage { whole_project: options.whole_project, incomplete, ..ScanCoverage::default() },
        remarks: Vec::new(),
    }
}
