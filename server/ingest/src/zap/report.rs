//! The report as a whole: what all formats fill.

use super::insights::Failures;
use crate::tables::{Collector, next_index};
use crate::time::{Stamp, stamp};
use crate::{Options, Parsed, Refusal, Sink, origin};
use model::Tool;
use model::facts::{AssetFacts, AssetKind, ScanCoverage, ScanFacts};
use std::collections::{BTreeSet, HashMap};

/// A report that is being read.
pub struct Report<'s> {
    options: &'s Options,
    /// Rows and tables.
    pub collector: Collector<'s>,
    /// The scanner's version.
    pub version: String,
    /// When the report was generated, in local time.
    pub generated: String,
    /// The same instant with a zone, since 2.16.
    pub created: String,
    /// What `insights` say.
    pub failures: Failures,
    /// Each site as written, and its asset.
    sites: HashMap<String, u32>,
    pub(super) active_proven: bool,
    active_rules: BTreeSet<u32>,
}

impl<'s> Report<'s> {
    /// An empty report in front of a sink.
    pub fn new(options: &'s Options, sink: &'s mut dyn Sink) -> Self {
        Self {
            options,
            collector: Collector::new(sink, options),
            version: String::new(),
            generated: String::new(),
            created: String::new(),
            failures: Failures::default(),
            sites: HashMap::new(),
            active_proven: false,
            active_rules: BTreeSet::new(),
        }
    }

    /// The asset of a site.
    ///
    /// # Errors
    /// If there are too many.
    pub fn site(&mut self, name: &str, host: &str, port: &str, ssl: &str) -> Result<u32, Refusal> {
        let scheme = if ssl.eq_ignore_ascii_case("true") { "https" } else { "http" };
        // A site without a scheme was a proxied host; the rest of its attributes say what the name does not.
        let origin = origin::of_url(name).unwrap_or_else(|| match host {
            "" => name.trim_matches('/').to_lowercase(),
            host => origin::of_parts(scheme, host, port),
        });
        let facts = AssetFacts { kind: AssetKind::Origin, name: origin, ..AssetFacts::default() };
        let asset = self.collector.asset_named(&facts)?;
        self.collector.asset(asset).observation.reached = true;
        // Sites of one origin may be written in several ways.
        next_index(self.sites.len())?;
        self.sites.insert(name.to_owned(), asset);
        Ok(asset)
    }

    /// The asset of a URL, as a site is; `None` if it is none.
    ///
    /// # Errors
    /// If there are too many.
    pub fn site_of(&mut self, url: &str) -> Result<Option<u32>, Refusal> {
        let Some(origin) = origin::of_url(url) else { return Ok(None) };
        match self.sites.get(&origin) {
            Some(asset) => Ok(Some(*asset)),
            None => self.site(&origin, "", "", "").map(Some),
        }
    }

    /// Takes notice of one of the scan's statistics.
    pub fn statistic(&mut self, key: &str) {
        let mut parts = key.split('.');
        if (parts.next(), parts.next()) != (Some("stats"), Some("ascan")) {
            return;
        }
        let rule = parts.next().and_then(|rule| rule.parse().ok());
        match rule {
            // A rule that was skipped did not run.
            Some(_) if key.ends_with(".skipped") => {}
            Some(rule) => {
                self.active_proven = true;
                self.active_rules.insert(rule);
            }
            None => self.active_proven = true,
        }
    }

    /// The whole report.
    pub fn finish(mut self, format: &str) -> Parsed {
        for (site, asset) in &self.sites {
            if self.failures.of_site(site) {
                self.collector.asset(*asset).observation.reached = false;
            }
        }
        for weakness in self.collector.weaknesses() {
            if weakness.title.is_empty() {
                weakness.title.clone_from(&weakness.rule);
            }
        }
        let all_failed = !self.sites.is_empty() && self.sites.keys().all(|site| self.failures.of_site(site));
        let zone = &self.options.zone_offset;
        let finished = stamp(&self.created, zone).or_else(|| stamp(&self.generated, zone));
        if finished.is_none() && !self.generated.is_empty() {
            self.collector.remarks.add("time_not_understood", &self.generated);
        }
        self.collector.finish(ScanFacts {
            tool: Tool::Zap,
            tool_version: self.version,
            format: format.to_owned(),
            name: String::new(),
            policy: String::new(),
            started_at: None,
            finished_at: finished.map(|stamp| stamp.at),
            zone_assumed: finished.is_some_and(|Stamp { zone_assumed, .. }| zone_assumed),
            coverage: ScanCoverage {
                incomplete: self.failures.of_scan() || all_failed,
                active_proven: self.active_proven,
                active_rules: self.active_rules.into_iter().collect(),
                ..ScanCoverage::default()
            },
            remarks: Vec::new(),
        })
    }
}
