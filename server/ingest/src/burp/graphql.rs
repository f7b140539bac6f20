//! Issues out of the GraphQL API of Burp Suite DAST: the answer to a query for a scan or an issue, or issues that a program has
//! gathered under `Issues`.
//!
//! A row is an issue. What an answer holds is up to the query: a type may have a name and no number, and then the number is the
//! one that is published for that name.

use super::export::Export;
use super::issue::{Issue, Names};
use super::types::EXTENSION;
use crate::bounded::document::{Each, Either, Fields, Object, Reading, Text, read_document};
use crate::bounded::record::{Record, text};
use crate::format::{ExportFormat, Head};
use crate::{Options, Parsed, Refusal, Sink, sniff, text};
use serde::de::{self, DeserializeSeed, IgnoredAny, MapAccess};
use serde_json::Value;
use std::io::Read;

/// The type of every issue that a `BCheck` reports.
const BCHECK: &str = "150994944";

/// What the API calls the fields that an issue cannot do without.
const NAMES: Names = Names { rule: "type_index", origin: "origin" };

/// Names of an issue's fields that hardly any other API has. One of them stands in every file, however its keys are sorted.
const OWN: [&str; 3] = ["\"issue_type\"", "\"remediation_html\"", "\"request_segments\""];

/// Names that others use too, and that stand beside one of its own.
const SHARED: [&str; 4] = ["\"serial_number\"", "\"origin\"", "\"description_html\"", "\"type_index\""];

/// The format.
pub struct BurpGraphql;

impl ExportFormat for BurpGraphql {
    fn name(&self) -> &'static str {
        "Burp GraphQL JSON"
    }

    fn recognizes(&self, head: &Head<'_>) -> bool {
        let Head::Json { text } = head else { return false };
        let first = sniff::keys(text);
        let data = sniff::under(text, "data").filter(|_| first.contains(&"data"));
        let keys = data.map_or_else(|| first.clone(), sniff::keys);
        let any = |names: &[&str]| names.iter().any(|name| text.contains(name));
        let is_marked = any(&OWN) && any(&SHARED);
        let names: &[&str] =
            if text.starts_with('[') { &["issue_type"] } else { &["scan", "issue", "issues", "Issues"] };
        if names.iter().any(|name| keys.contains(name)) && is_marked {
            return true;
        }
        // Without issues there are none of their fields.
        let scan = data.and_then(|data| sniff::under(data, "scan"));
        let gathered = sniff::under(text, "Issues").and_then(|list| list.strip_prefix('['));
        scan.is_some_and(|scan| keys.contains(&"scan") && sniff::keys(scan).contains(&"issues"))
            || (first == ["Issues"] && gathered.is_some_and(|list| list.trim_start().starts_with(']')))
    }

    fn parse(&self, input: &mut dyn Read, options: &Options, sink: &mut dyn Sink) -> Result<Parsed, Refusal> {
        let mut export = Export::new(options, sink);
        let read = read_document(input, &options.limits, &mut export, |reading, json| {
            Either(reading, |list| Each::new(list, take), |object| Object(object, Layer)).deserialize(json)
        });
        let read = read.map(|replaced| export.collector.remarks.bytes_replaced(replaced));
        export.collector.accept(read)?;
        Ok(export.finish(self.name(), options))
    }
}

/// An object around the issues: the answer, its data or the scan. Their names do not meet.
struct Layer;

impl<'s> Fields<Export<'s>> for Layer {
    type Output = ();

    fn entry<'de, A: MapAccess<'de>>(
        &mut self,
        reading: &mut Reading<'_, Export<'s>>,
        key: &str,
        map: &mut A,
    ) -> Result<(), A::Error> {
        match key {
            "data" | "scan" => map.next_value_seed(Object(reading.inner(), Layer))?,
            "issue" => {
                reading.context.of_one = true;
                map.next_value_seed(Each::new(reading.inner(), take))?;
            }
            "issues" | "Issues" => map.next_value_seed(Each::new(reading.inner(), take))?,
            "issue_counts" => map.next_value_seed(Object(reading.inner(), CountFields))?,
            "status" => reading.context.status = map.next_value::<Text>()?.0,
            "start_time" => reading.context.started = map.next_value::<Text>()?.0,
            "end_time" => reading.context.ended = map.next_value::<Text>()?.0,
            "scanner_version" => reading.context.version = map.next_value::<Text>()?.0,
            // Beside data they say that some of it is missing (GraphQL, October 2021, 7.1.2).
            "errors" => map.next_value_seed(Each::new(reading.inner(), |reading, Record(_)| {
                reading.context.failed = true;
                Ok(())
            }))?,
            _ => drop(map.next_value::<IgnoredAny>()?),
        }
        Ok(())
    }

    fn end<E: de::Error>(self, _: &mut Reading<'_, Export<'s>>) -> Result<(), E> {
        Ok(())
    }
}

/// How many issues the scan found, without what is marked as a false positive.
struct CountFields;

impl<'s> Fields<Export<'s>> for CountFields {
    type Output = ();

    fn entry<'de, A: MapAccess<'de>>(
        &mut self,
        reading: &mut Reading<'_, Export<'s>>,
        key: &str,
        map: &mut A,
    ) -> Result<(), A::Error> {
        match key {
            "total" => reading.context.found = map.next_value::<Text>()?.0.parse().ok(),
            _ => drop(map.next_value::<IgnoredAny>()?),
        }
        Ok(())
    }

    fn end<E: de::Error>(self, _: &mut Reading<'_, Export<'s>>) -> Result<(), E> {
        Ok(())
    }
}

/// Takes an issue.
fn take(reading: &mut Reading<'_, Export<'_>>, Record(said): Record) -> Result<(), Refusal> {
    let bytes = reading.bytes();
    let export = &mut *reading.context;
    export.listed += 1;
    export.collector.progress(bytes);
    let issue = issue(&said, export);
    let Some(sound) = export.sound(&issue, &NAMES, &said)? else { return Ok(()) };
    export.unplaced |= issue.location.is_empty();
    issue.emit(sound, &mut export.collector)
}

/// What a record says of an issue. Most versions of the API have no caption, and say nowhere else what XML has in brackets behind
/// the path but in sentences, so the insertion point is empty then: another finding than XML's, so that one export must not close
/// what the other opened.
fn issue(said: &Value, export: &mut Export<'_>) -> Issue {
    let given = |name: &str| text(&said[name]);
    let kind = &said["issue_type"];
    let first = |texts: [String; 2]| texts.into_iter().find(|text| !text.is_empty()).unwrap_or_default();
    let generated = [("generated_by_extension", EXTENSION), ("generated_by_bcheck", BCHECK)];
    let generated = generated.iter().find(|(by, _)| said[*by].is_object()).map(|(_, kind)| *kind);
    let mut issue = Issue {
        serial: given("serial_number"),
        kind: first([text(&kind["type_index"]), generated.unwrap_or_default().to_owned()]),
        name: text(&kind["name"]),
        host: given("origin"),
        path: given("path"),
        location: given("caption"),
        severity: given("severity"),
        // Older versions: what a person set instead.
        confidence: first(["display_confidence", "confidence"].map(given)),
        background: text(&kind["description_html"]),
        remediation: text(&kind["remediation_html"]),
        references: text(&kind["references_html"]),
        classifications: text(&kind["vulnerability_classifications_html"]),
        ..Issue::default()
    };
    for detail in ["description_html", "remediation_html"] {
        issue.add_detail(&text::from_html(&given(detail)));
    }
    issue.add_evidence(&said["evidence"], &mut export.collector.remarks);
    issue
}
