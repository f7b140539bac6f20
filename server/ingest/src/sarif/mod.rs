//! SARIF 2.1.0 (OASIS), the log of any analysis tool. Sections named in this module are those of its specification.
//!
//! A row is a result at a location (3.27.12), or the result itself where it has none. Nothing relies on the order of keys:
//! results that need what has not been read yet are held back, within a bound, until their run ends. A log of ZAP is a scan of
//! ZAP; the rules of any other tool begin with the tool's name.

mod component;
mod finding;
mod message;
mod place;
mod run;
mod scan;
mod settle;
mod taxa;
mod web;

use crate::bounded::document::{Array, Fields, Object, Reading, read_document};
use crate::bounded::record::{Record, text};
use crate::format::{ExportFormat, Head};
use crate::{Options, Parsed, Refusal, Sink, sniff};
use run::RunFields;
use scan::Scan;
use serde::de::{self, DeserializeSeed, IgnoredAny, MapAccess};
use serde_json::Value;
use std::io::Read;

/// The format.
pub struct Sarif;

impl ExportFormat for Sarif {
    fn name(&self) -> &'static str {
        "SARIF"
    }

    fn recognizes(&self, head: &Head<'_>) -> bool {
        let Head::Json { text } = head else { return false };
        let keys = sniff::keys(text);
        let schema = text.split_once("\"$schema\"").and_then(|(_, rest)| rest.split(',').next());
        let of_a_run = ["\"tool\"", "\"driver\"", "\"ruleId\"", "\"results\"", "\"2.1.0\""];
        text.starts_with('{')
            && ((keys.contains(&"$schema") && schema.is_some_and(|schema| schema.contains("sarif")))
                || (keys.contains(&"runs") && of_a_run.iter().any(|word| text.contains(word))))
    }

    fn parse(&self, input: &mut dyn Read, options: &Options, sink: &mut dyn Sink) -> Result<Parsed, Refusal> {
        let mut scan = Scan::new(options, sink);
        let read = read_document(input, &options.limits, &mut scan, |reading, json| {
            Object(reading, LogFields).deserialize(json)
        });
        let read = read.map(|replaced| scan.collector.remarks.bytes_replaced(replaced));
        let cut = read.clone().err();
        scan.collector.accept(read)?;
        if let Some(cut) = cut {
            scan.end_part(cut)?;
        }
        scan.finish(self.name())
    }
}

/// The log itself (3.13).
struct LogFields;

impl<'s> Fields<Scan<'s>> for LogFields {
    type Output = ();

    fn entry<'de, A: MapAccess<'de>>(
        &mut self,
        reading: &mut Reading<'_, Scan<'s>>,
        key: &str,
        map: &mut A,
    ) -> Result<(), A::Error> {
        match key {
            "version" => {
                let version = text(&map.next_value::<Record>()?.0);
                let told = reading.context.version(version);
                reading.check(told)
            }
            "$schema" => {
                reading.context.schema = text(&map.next_value::<Record>()?.0);
                Ok(())
            }
            "runs" => map.next_value_seed(Array(reading.inner(), || RunFields)),
            // Parts of runs that stand beside them (3.13.5).
            "inlineExternalProperties" => {
                if !matches!(map.next_value::<Record>()?.0, Value::Null) {
                    reading.context.outside(key);
                }
                Ok(())
            }
            _ => map.next_value::<IgnoredAny>().map(|_| ()),
        }
    }

    fn end<E: de::Error>(self, _: &mut Reading<'_, Scan<'s>>) -> Result<(), E> {
        Ok(())
    }
}
