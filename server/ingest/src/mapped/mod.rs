//! Files of any other tool, read by a [`Mapping`] that a person defined.
//!
//! A table says neither when nor whether it is whole, so it opens and never closes, unless the importer says that it is: then
//! the assets that it names were looked at. Even so, what could not be read closes nothing.

mod date;
mod describe;
mod finding;
mod names;
mod outline;
mod preview;
mod records;
mod suggest;

pub use preview::{Preview, preview};
pub use suggest::{columns, suggest};

use crate::tables::Collector;
use crate::{Options, Parsed, ParsedAsset, Refusal, Sink};
use finding::{Finding, Meaning};
use model::facts::{AssetFacts, Row, ScanCoverage, ScanFacts, WeaknessFacts};
use model::mapping::BY_HAND;
use model::{MappedField, Mapping, Micros, Tool};
use records::{Record, Seen, Source, Values};
use std::collections::HashMap;
use std::io::Read;

/// Reads a file that begins with `head`, which `input` begins with too.
///
/// # Errors
/// When the file as a whole cannot be trusted, or is another than the mapping was made for.
pub fn parse(
    head: &[u8],
    input: &mut dyn Read,
    mapping: &Mapping,
    options: &Options,
    sink: &mut dyn Sink,
) -> Result<Parsed, Refusal> {
    let mut scan = Scan::new(mapping, options, sink);
    let mut seen = Seen::default();
    let source = Source { head, mapping, limits: &options.limits };
    let read = source.read(input, &mut seen, &mut |record| scan.record(record));
    scan.collector.accept(read)?;
    let remarks = &mut scan.collector.remarks;
    if seen.replaced > 0 {
        remarks.add("bytes_replaced", &seen.replaced.to_string());
    }
    for column in &seen.absent {
        remarks.add("column_missing", column);
    }
    Ok(scan.finish(seen.format))
}

/// A file that is being read.
struct Scan<'a> {
    mapping: &'a Mapping,
    options: &'a Options,
    collector: Collector<'a>,
    /// By name, address and full name: the same name at two addresses is two hosts.
    assets: HashMap<[String; 3], u32>,
    latest: Option<Micros>,
    zone_assumed: bool,
    /// What its scans are a series of, if not of the tool: two tools in one source are two series, and so is each finding that
    /// a person wrote down, since another says nothing of it.
    series: Option<String>,
    /// Whether a row could not be read, or the last one may have been cut.
    unread: bool,
}

impl<'a> Scan<'a> {
    fn new(mapping: &'a Mapping, options: &'a Options, sink: &'a mut dyn Sink) -> Self {
        Self {
            mapping,
            options,
            collector: Collector::new(sink, options),
            assets: HashMap::new(),
            latest: None,
            zone_assumed: false,
            series: None,
            unread: false,
        }
    }

    fn record(&mut self, record: Record<'_>) -> Result<(), Refusal> {
        self.collector.progress(record.bytes);
        if record.open && record.short {
            self.collector.remarks.add("last_row_may_be_cut", "");
            self.unread = true;
        }
        let read = record.values.and_then(|values| Ok((values, finding::meaning(self.mapping, values)?)));
        match read {
            Err(flaw) => {
                self.unread = true;
                self.collector.quarantine(flaw, record.place, record.raw)
            }
            Ok((values, Meaning::Finding(finding))) => {
                self.see(values.get(MappedField::SeenAt));
                self.finding(values, finding)
            }
            Ok((values, Meaning::Nothing(asset))) => {
                self.see(values.get(MappedField::SeenAt));
                asset.map(|asset| self.asset(asset)).transpose()?;
                self.collector.no_finding()
            }
        }
    }

    fn finding(&mut self, values: &Values, finding: Finding) -> Result<(), Refusal> {
        if self.mapping.tool == BY_HAND {
            self.series.get_or_insert_with(|| finding.rule.clone());
        }
        let asset = self.asset(finding.asset)?;
        let weakness = match self.collector.weakness_of(&finding.rule) {
            Some(weakness) => weakness,
            None => {
                let mut facts = WeaknessFacts { rule: finding.rule, title: finding.title, ..WeaknessFacts::default() };
                describe::add_texts(&mut facts, values);
                self.collector.add_weakness(facts)?
            }
        };
        describe::add_references(self.collector.weakness(weakness), values);
        let confidence = values.get(MappedField::Confidence);
        self.collector.row(Row {
            asset,
            weakness,
            place: finding.place,
            severity: finding.severity,
            confidence: Some(confidence.to_owned()).filter(|text| !text.is_empty()),
            serial: None,
            evidence: describe::evidence(values),
        })
    }

    fn asset(&mut self, facts: AssetFacts) -> Result<u32, Refusal> {
        let part = |text: &Option<String>| text.clone().unwrap_or_default();
        let key = [facts.name.clone(), part(&facts.ip), part(&facts.fqdn)];
        if let Some(index) = self.assets.get(&key) {
            return Ok(*index);
        }
        let mut asset = ParsedAsset { facts, ..ParsedAsset::default() };
        asset.observation.reached = self.options.whole_project;
        let index = self.collector.add_asset(asset)?;
        self.assets.insert(key, index);
        Ok(index)
    }

    /// Takes notice of when the tool saw something.
    fn see(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        match date::instant(text, self.mapping.dates, &self.options.zone_offset) {
            Some(stamp) => {
                self.latest = self.latest.max(Some(stamp.at));
                self.zone_assumed |= stamp.zone_assumed;
            }
            None => self.collector.remarks.add("time_not_understood", text),
        }
    }

    fn finish(mut self, format: &str) -> Parsed {
        let whole = self.options.whole_project;
        if !whole {
            self.collector.remarks.add("may_be_a_part", "");
        } else if self.unread {
            self.collector.remarks.add("unread_closes_nothing", "");
        }
        if !self.mapping.columns.contains_key(&MappedField::Rule) {
            self.collector.remarks.add("rule_from_title", "");
        }
        self.collector.finish(ScanFacts {
            tool: Tool::Other,
            tool_version: String::new(),
            format: format.to_owned(),
            name: self.series.unwrap_or_else(|| self.mapping.tool.trim().to_owned()),
            policy: String::new(),
            started_at: None,
            finished_at: self.latest,
            zone_assumed: self.zone_assumed,
            coverage: ScanCoverage {
                incomplete: !whole || self.unread,
                whole_project: whole,
                ..ScanCoverage::default()
            },
            remarks: Vec::new(),
        })
    }
}
