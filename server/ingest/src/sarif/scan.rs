//! The scan that a log's runs are together.

use super::finding::Finding;
use super::run::{Run, key};
use super::settle::Used;
use crate::tables::Collector;
use crate::time::stamp;
use crate::zap::active;
use crate::{Options, Parsed, Refusal, RefusalCode, Sink};
use model::facts::{ScanCoverage, ScanFacts};
use model::{Micros, Tool};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The only version that is read.
const VERSION: &str = "2.1.0";

/// How much of a run may be held until it ends.
const HELD: usize = 128 << 20;

/// A log that is being read.
pub struct Scan<'s> {
    pub(super) options: &'s Options,
    /// Rows and tables.
    pub collector: Collector<'s>,
    /// What `$schema` says.
    pub schema: String,
    /// The run that is being read.
    pub run: Run,
    /// Results of it that wait for what they refer to.
    pub(super) waiting: Vec<Finding>,
    /// Weaknesses by tool and rule. Those of a tool whose name has not been read yet are under no name.
    pub(super) rules: BTreeMap<String, HashMap<String, u32>>,
    /// What the run's results say of their weaknesses.
    pub(super) used: HashMap<u32, Used>,
    version: String,
    runs: usize,
    held: usize,
    /// Scan names, and versions, one a tool or series.
    names: BTreeSet<String>,
    versions: BTreeSet<String>,
    started: Option<Micros>,
    finished: Option<Micros>,
    zone_assumed: bool,
    incomplete: bool,
}

impl<'s> Scan<'s> {
    /// An empty scan in front of a sink.
    pub fn new(options: &'s Options, sink: &'s mut dyn Sink) -> Self {
        Self {
            options,
            collector: Collector::new(sink, options),
            schema: String::new(),
            run: Run::default(),
            waiting: Vec::new(),
            rules: BTreeMap::new(),
            used: HashMap::new(),
            version: String::new(),
            runs: 0,
            held: 0,
            names: BTreeSet::new(),
            versions: BTreeSet::new(),
            started: None,
            finished: None,
            zone_assumed: false,
            incomplete: false,
        }
    }

    /// Takes notice of the log's version.
    ///
    /// # Errors
    /// If it is another.
    pub fn version(&mut self, version: String) -> Result<(), Refusal> {
        self.version = version;
        if self.version == VERSION { Ok(()) } else { Err(unsupported(&self.version)) }
    }

    /// Notes that parts of the log are not in its runs: what they hold is not read, so that absence proves nothing.
    pub fn outside(&mut self, key: &str) {
        self.doubt("properties_outside", key);
    }

    /// Notes a reason for which the scan may not have seen everything.
    pub fn doubt(&mut self, code: &'static str, detail: &str) {
        self.incomplete = true;
        self.collector.remarks.add(code, detail);
    }

    /// Whether no run has ended yet.
    pub fn is_in_first_run(&self) -> bool {
        self.runs == 0
    }

    /// Accounts for what has to be held until the run ends.
    ///
    /// # Errors
    /// If too much is held.
    pub fn hold(&mut self, bytes: usize) -> Result<(), Refusal> {
        self.held += bytes;
        if self.held > HELD { Err(Refusal::new(RefusalCode::EventTooLarge, HELD.to_string())) } else { Ok(()) }
    }

    /// Takes notice of an invocation's times (3.20.7, 3.20.8).
    pub fn times(&mut self, start: &str, end: &str) {
        let mut read = |text: &str| {
            let stamp = stamp(text, &self.options.zone_offset);
            if stamp.is_none() && !text.is_empty() {
                self.collector.remarks.add("time_not_understood", text);
            }
            self.zone_assumed |= stamp.is_some_and(|stamp| stamp.zone_assumed);
            stamp.map(|stamp| stamp.at)
        };
        let (start, end) = (read(start), read(end));
        self.started = self.started.into_iter().chain(start).min();
        self.finished = self.finished.max(end);
    }

    /// Takes notice of the tool's name: rules that were met before it are put under it.
    pub fn name_rules(&mut self) {
        self.run.key = self.run.driver.as_ref().map_or_else(String::new, |driver| key(&driver.name));
        let unnamed = self.rules.remove("").unwrap_or_default();
        self.rules.entry(self.run.key.clone()).or_default().extend(unnamed);
    }

    /// Ends a run.
    ///
    /// # Errors
    /// If nothing says which tool it is of, and as [`Self::settle`].
    pub fn end_run(&mut self) -> Result<(), Refusal> {
        for finding in std::mem::take(&mut self.waiting) {
            self.settle(finding)?;
        }
        if !self.run.has_results {
            self.doubt("results_missing", "");
        }
        self.close_run()
    }

    /// Ends the run in which the log was cut off. Results that wait are as if they stood behind the cut: what they refer to may
    /// do so.
    ///
    /// # Errors
    /// The refusal of the log, if what would say which tool or which code base its results are of may stand behind the cut too.
    pub fn end_part(&mut self, cut: Refusal) -> Result<(), Refusal> {
        if self.version.is_empty() {
            // No earlier version has what names the tool: `driver`.
            VERSION.clone_into(&mut self.version);
        }
        self.waiting.clear();
        if self.used.is_empty() && self.runs > 0 {
            return Ok(());
        }
        self.name_rules();
        let is_placed = self.run.code_base.is_none() || !self.run.repository.is_empty();
        if self.run.key.is_empty() || !is_placed { Err(cut) } else { self.close_run() }
    }

    fn close_run(&mut self) -> Result<(), Refusal> {
        let Some(driver) = self.run.driver.as_ref().filter(|driver| !driver.name.is_empty()) else {
            return Err(Refusal::new(RefusalCode::Malformed, "tool.driver.name"));
        };
        let version = if driver.version.is_empty() { &driver.semantic_version } else { &driver.version };
        if self.run.is_of_zap() {
            self.versions.insert(version.clone());
            // Its reports tell variants of rules and parameters apart, and this does not: were they one series, a log would
            // close what a report saw.
            self.names.insert("ZAP SARIF".to_owned());
        } else {
            self.versions.insert(format!("{} {version}", driver.name).trim_end().to_owned());
            let category = &self.run.category;
            let name = if category.is_empty() { driver.name.clone() } else { format!("{} ({category})", driver.name) };
            self.names.insert(name);
        }
        self.describe()?;
        self.code_base()?;
        self.run = Run::default();
        self.runs += 1;
        self.held = 0;
        Ok(())
    }

    /// The whole scan.
    ///
    /// # Errors
    /// If the log is of another version, or has no run.
    pub fn finish(mut self, format: &str) -> Result<Parsed, Refusal> {
        if self.version.is_empty() && !self.schema.contains(VERSION) {
            return Err(unsupported(&self.version));
        }
        if self.runs == 0 {
            return Err(Refusal::new(RefusalCode::NotAScan, "SARIF without runs"));
        }
        let is_zap = self.rules.keys().all(|tool| tool == Run::ZAP);
        if self.rules.len() > 1 {
            let tools: Vec<&str> = self.rules.keys().map(String::as_str).collect();
            self.collector.remarks.add("several_tools", &tools.join(", "));
        }
        let mut active_proven = false;
        for (tool, rules) in self.rules {
            for (rule, weakness) in rules {
                active_proven |= is_zap && rule.parse().is_ok_and(active::is_active);
                let facts = self.collector.weakness(weakness);
                facts.rule = match rule.as_str() {
                    // Alerts that a person or a script made all have plugin -1.
                    "-1" if is_zap => format!("-1/{}", facts.title),
                    _ if is_zap => rule,
                    _ => format!("{tool}/{rule}"),
                };
            }
        }
        let joined = |texts: BTreeSet<String>| texts.into_iter().collect::<Vec<_>>().join(" + ");
        Ok(self.collector.finish(ScanFacts {
            tool: if is_zap { Tool::Zap } else { Tool::Other },
            tool_version: joined(self.versions),
            format: format.to_owned(),
            name: joined(self.names),
            policy: String::new(),
            started_at: self.started,
            finished_at: self.finished,
            zone_assumed: self.zone_assumed,
            coverage: ScanCoverage { incomplete: self.incomplete, active_proven, ..ScanCoverage::default() },
            remarks: Vec::new(),
        }))
    }
}

fn unsupported(version: &str) -> Refusal {
    let shown: String = version.chars().take(40).collect();
    Refusal::new(RefusalCode::UnsupportedFormat, format!("SARIF {shown}").trim_end())
}
