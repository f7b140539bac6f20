//! Wapiti's JSON report (3.1 and later), read value by value.
//!
//! A row is one entry of `vulnerabilities`, `anomalies` or `additionals`; its rule is the category that it stands under, for Wapiti
//! names no other. With `--detailed-report 2` the report lists the pages that were crawled: what it found nothing on beyond them
//! proves nothing. Which modules ran it does not tell.

mod entry;

use crate::bounded::document::{Each, Fields, Object, Reading, Text, read_document};
use crate::format::{ExportFormat, Head};
use crate::tables::{Collector, next_index, unite};
use crate::time::stamp;
use crate::{Options, Parsed, QuarantineReason, Refusal, Sink, fields, origin, sniff};
use entry::{Category, Entry, Page};
use model::Tool;
use model::facts::{AssetFacts, AssetKind, RanThere, ScanCoverage, ScanFacts, WeaknessFacts};
use serde::de::{self, DeserializeSeed, IgnoredAny, MapAccess};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

/// The lists of entries.
const LISTS: [&str; 3] = ["vulnerabilities", "anomalies", "additionals"];

/// The format.
pub struct Wapiti;

impl ExportFormat for Wapiti {
    fn name(&self) -> &'static str {
        "Wapiti JSON"
    }

    fn recognizes(&self, head: &Head<'_>) -> bool {
        let Head::Json { text } = head else { return false };
        let keys = sniff::keys(text);
        // The classifications come first and fill the head.
        let of_the_report = keys.contains(&"classifications") || keys.contains(&"infos");
        of_the_report && (text.contains("\"wstg\"") || text.contains("\"Wapiti "))
    }

    fn parse(&self, input: &mut dyn Read, options: &Options, sink: &mut dyn Sink) -> Result<Parsed, Refusal> {
        let mut report = Report {
            collector: Collector::new(sink, options),
            target: String::new(),
            date: String::new(),
            version: String::new(),
            signed_in: Some(false),
            pages: None,
        };
        let read = read_document(input, &options.limits, &mut report, |reading, json| {
            Object(reading, ReportFields).deserialize(json)
        });
        let read = read.map(|replaced| report.collector.remarks.bytes_replaced(replaced));
        report.collector.accept(read)?;
        report.finish(self.name(), options)
    }
}

/// A report that is being read.
struct Report<'s> {
    collector: Collector<'s>,
    target: String,
    date: String,
    version: String,
    signed_in: Option<bool>,
    /// The pages that were crawled, by origin; `None` if the report has no list of them.
    pages: Option<BTreeMap<String, BTreeSet<String>>>,
}

impl Report<'_> {
    /// The asset of a URL; `None` if it is none.
    fn asset(&mut self, url: &str) -> Result<Option<u32>, Refusal> {
        let Some(name) = origin::of_url(url) else { return Ok(None) };
        let facts = AssetFacts { kind: AssetKind::Origin, name, ..AssetFacts::default() };
        let asset = self.collector.asset_named(&facts)?;
        self.collector.asset(asset).observation.reached = true;
        Ok(Some(asset))
    }

    /// The weakness of a category.
    fn weakness(&mut self, category: &str) -> Result<u32, Refusal> {
        match self.collector.weakness_of(category) {
            Some(weakness) => Ok(weakness),
            None => {
                let (rule, title) = (category.to_owned(), category.to_owned());
                self.collector.add_weakness(WeaknessFacts { rule, title, ..WeaknessFacts::default() })
            }
        }
    }

    fn describe(&mut self, category: &str, said: &Category) -> Result<(), Refusal> {
        let weakness = self.weakness(category)?;
        let facts = self.collector.weakness(weakness);
        said.references()
            .iter()
            .filter_map(|text| entry::cwe(text))
            .for_each(|cwe| unite(&mut facts.cwe, &mut 0, &cwe));
        said.wstg().iter().for_each(|test| unite(&mut facts.refs, &mut 0, test.as_str()));
        let mut grown =
            fields::settle(&mut facts.prose.description, &mut facts.prose.fields, "desc", said.description());
        grown += fields::settle(&mut facts.prose.solution, &mut facts.prose.fields, "sol", said.solution());
        let links = said.links();
        grown += fields::settle(&mut facts.prose.references, &mut facts.prose.fields, "ref", &links);
        self.collector.grow(grown)
    }

    fn entry(&mut self, category: &str, entry: Entry) -> Result<(), Refusal> {
        let (url, severity) = (entry.url(), entry.severity());
        let asset = match url.as_deref() {
            Some(url) => self.asset(url)?,
            None => None,
        };
        let (asset, severity) = match (asset, severity) {
            (Some(asset), Ok(severity)) => (asset, severity),
            (None, _) => {
                let flaw = (QuarantineReason::FieldMissing, "curl_command".to_owned());
                return self.collector.quarantine(flaw, None, &entry.raw());
            }
            (_, Err(level)) => {
                let flaw = (QuarantineReason::FieldInvalid, format!("level={level}"));
                return self.collector.quarantine(flaw, None, &entry.raw());
            }
        };
        let weakness = self.weakness(category)?;
        self.collector.row(entry.into_row(asset, weakness, severity))
    }

    fn page(&mut self, page: &Page) -> Result<(), Refusal> {
        let pages = self.pages.get_or_insert_default();
        next_index(pages.values().map(BTreeSet::len).sum())?;
        if let Some(origin) = origin::of_url(page.url()) {
            pages.entry(origin).or_default().insert(origin::target_of(page.url()).to_owned());
        }
        Ok(())
    }

    fn finish(mut self, format: &str, options: &Options) -> Result<Parsed, Refusal> {
        // A target of which nothing is reported was scanned all the same.
        let target = std::mem::take(&mut self.target);
        self.asset(&target)?;
        for page in self.pages.iter().flat_map(BTreeMap::keys).cloned().collect::<Vec<_>>() {
            self.asset(&page)?;
        }
        for asset in self.collector.assets() {
            asset.observation.credentialed = self.signed_in;
        }
        let started = stamp(&self.date, &options.zone_offset);
        if started.is_none() && !self.date.is_empty() {
            self.collector.remarks.add("time_not_understood", &self.date);
        }
        let visited = self
            .pages
            .map(|pages| pages.into_iter().map(|(origin, targets)| (origin, targets.into_iter().collect())).collect());
        let ran_there = visited.map(|visited| RanThere { visited: Some(visited), ..RanThere::default() });
        Ok(self.collector.finish(ScanFacts {
            tool: Tool::Other,
            tool_version: self.version.trim_start_matches("Wapiti ").to_owned(),
            format: format.to_owned(),
            name: target,
            policy: "Wapiti".to_owned(),
            started_at: started.map(|stamp| stamp.at),
            finished_at: None,
            zone_assumed: started.is_some_and(|stamp| stamp.zone_assumed),
            coverage: ScanCoverage { ran_there, ..ScanCoverage::default() },
            remarks: Vec::new(),
        }))
    }
}

/// The report itself.
struct ReportFields;

impl<'s> Fields<Report<'s>> for ReportFields {
    type Output = ();

    fn entry<'de, A: MapAccess<'de>>(
        &mut self,
        reading: &mut Reading<'_, Report<'s>>,
        key: &str,
        map: &mut A,
    ) -> Result<(), A::Error> {
        match key {
            "classifications" => map.next_value_seed(Object(reading.inner(), Categories)),
            "infos" => map.next_value_seed(Object(reading.inner(), InfoFields)),
            key if LISTS.contains(&key) => map.next_value_seed(Object(reading.inner(), Entries)),
            key => pass_over(reading, key, map),
        }
    }

    fn end<E: de::Error>(self, _: &mut Reading<'_, Report<'s>>) -> Result<(), E> {
        Ok(())
    }
}

/// What the categories are, whether anything was found of them or not.
struct Categories;

impl<'s> Fields<Report<'s>> for Categories {
    type Output = ();

    fn entry<'de, A: MapAccess<'de>>(
        &mut self,
        reading: &mut Reading<'_, Report<'s>>,
        key: &str,
        map: &mut A,
    ) -> Result<(), A::Error> {
        let described =
            Each::new(reading.inner(), |reading, category: Category| reading.context.describe(key, &category));
        map.next_value_seed(described)
    }

    fn end<E: de::Error>(self, _: &mut Reading<'_, Report<'s>>) -> Result<(), E> {
        Ok(())
    }
}

/// The entries, by category.
struct Entries;

impl<'s> Fields<Report<'s>> for Entries {
    type Output = ();

    fn entry<'de, A: MapAccess<'de>>(
        &mut self,
        reading: &mut Reading<'_, Report<'s>>,
        key: &str,
        map: &mut A,
    ) -> Result<(), A::Error> {
        let entries = Each::new(reading.inner(), |reading, entry: Entry| {
            let bytes = reading.bytes();
            reading.context.collector.progress(bytes);
            reading.context.entry(key, entry)
        });
        map.next_value_seed(entries)
    }

    fn end<E: de::Error>(self, _: &mut Reading<'_, Report<'s>>) -> Result<(), E> {
        Ok(())
    }
}

/// The scan itself.
struct InfoFields;

impl<'s> Fields<Report<'s>> for InfoFields {
    type Output = ();

    fn entry<'de, A: MapAccess<'de>>(
        &mut self,
        reading: &mut Reading<'_, Report<'s>>,
        key: &str,
        map: &mut A,
    ) -> Result<(), A::Error> {
        match key {
            "target" => reading.context.target = map.next_value::<Text>()?.0,
            "date" => reading.context.date = map.next_value::<Text>()?.0,
            "version" => reading.context.version = map.next_value::<Text>()?.0,
            "auth" => reading.context.signed_in = map.next_value::<entry::Auth>()?.signed_in(),
            "crawled_pages" => {
                reading.context.pages.get_or_insert_default();
                map.next_value_seed(Each::new(reading.inner(), |reading, page: Page| reading.context.page(&page)))?;
            }
            "scope" | "crawled_pages_nbr" | "detailed_report_level" => drop(map.next_value::<IgnoredAny>()?),
            key => pass_over(reading, key, map)?,
        }
        Ok(())
    }

    fn end<E: de::Error>(self, _: &mut Reading<'_, Report<'s>>) -> Result<(), E> {
        Ok(())
    }
}

/// Passes over a value that has no place here, and counts it.
fn pass_over<'de, A: MapAccess<'de>>(
    reading: &mut Reading<'_, Report<'_>>,
    key: &str,
    map: &mut A,
) -> Result<(), A::Error> {
    reading.context.collector.remarks.count(fields::UNKNOWN, key);
    map.next_value::<IgnoredAny>().map(|_| ())
}
