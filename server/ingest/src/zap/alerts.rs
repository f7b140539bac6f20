//! The alert list of ZAP's API (`alert/view/alerts`, `core/view/alerts`), each alert with its one place.
//!
//! It says neither when nor whether it is whole: a page or one site's alerts look the same, so that it opens and never closes.

use super::alert::{Alert, Tags, Text};
use super::json::{Reading, progressed, raw, read_report};
use super::report::Report;
use crate::bounded::document::{Array, Fields, Object};
use crate::format::{ExportFormat, Head};
use crate::{Options, Parsed, QuarantineReason, Refusal, Sink, sniff};
use model::facts::Remark;
use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;
use std::io::Read;

/// The format.
pub struct ZapAlerts;

impl ExportFormat for ZapAlerts {
    fn name(&self) -> &'static str {
        "ZAP API JSON"
    }

    fn recognizes(&self, head: &Head<'_>) -> bool {
        let Head::Json { text } = head else { return false };
        let keys = sniff::keys(text);
        let names: &[&str] = if text.starts_with('[') { &["pluginId"] } else { &["alerts", "vulnerabilities"] };
        names.iter().any(|key| keys.contains(key)) && text.contains("\"pluginId\"")
    }

    fn parse(&self, input: &mut dyn Read, options: &Options, sink: &mut dyn Sink) -> Result<Parsed, Refusal> {
        let mut parsed =
            read_report(self.name(), input, options, sink, |reading, json| List(reading).deserialize(json))?;
        parsed.scan.coverage.incomplete = true;
        parsed.scan.remarks.push(Remark { code: "may_be_a_part".to_owned(), detail: String::new() });
        Ok(parsed)
    }
}

/// The list: alone, or under its name in an object.
struct List<'a, 's>(Reading<'a, 's>);

impl<'de> DeserializeSeed<'de> for List<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for List<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of alerts")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, sequence: A) -> Result<(), A::Error> {
        Array(self.0, OneAlert::default).visit_seq(sequence)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        Object(self.0, Named).visit_map(map)
    }
}

/// The object around the list.
struct Named;

impl<'s> Fields<Report<'s>> for Named {
    type Output = ();

    fn entry<'de, A: MapAccess<'de>>(
        &mut self,
        reading: &mut Reading<'_, 's>,
        key: &str,
        map: &mut A,
    ) -> Result<(), A::Error> {
        match key {
            // Programs that call the API write the second.
            "alerts" | "vulnerabilities" => map.next_value_seed(Array(reading.inner(), OneAlert::default)),
            _ => map.next_value::<IgnoredAny>().map(|_| ()),
        }
    }

    fn end<E: de::Error>(self, _: &mut Reading<'_, 's>) -> Result<(), E> {
        Ok(())
    }
}

/// An alert with its one instance.
#[derive(Default)]
struct OneAlert(Alert);

impl<'s> Fields<Report<'s>> for OneAlert {
    type Output = ();

    fn entry<'de, A: MapAccess<'de>>(
        &mut self,
        _: &mut Reading<'_, 's>,
        key: &str,
        map: &mut A,
    ) -> Result<(), A::Error> {
        if key == "tags" {
            self.0.tags = map.next_value::<Tags>()?.0;
            return Ok(());
        }
        match self.0.field(name_in_reports(key).as_bytes()) {
            Some(field) => *field = map.next_value::<Text>()?.0,
            None => drop(map.next_value::<IgnoredAny>()?),
        }
        Ok(())
    }

    fn end<E: de::Error>(self, reading: &mut Reading<'_, 's>) -> Result<(), E> {
        let mut alert = self.0;
        let instance = std::mem::take(&mut alert.own);
        let asset = reading.context.site_of(&instance.uri);
        let Some(asset) = reading.check(asset)? else {
            let (place, bytes) = raw(&instance);
            let flaw = (QuarantineReason::FieldMissing, "url".to_owned());
            let kept = reading.context.collector.quarantine(flaw, place, &bytes);
            return reading.check(kept);
        };
        let common = reading.context.begin(&alert);
        let mut common = reading.check(common)?;
        let row = reading.context.instance(asset, &mut common, instance, raw);
        reading.check(row)?;
        let end = reading.context.end(asset, common, alert, raw);
        reading.check(end)?;
        progressed(reading);
        Ok(())
    }
}

/// What the reports call a field of the API.
fn name_in_reports(key: &str) -> &str {
    match key {
        "pluginId" => "pluginid",
        "risk" => "riskdesc",
        "description" => "desc",
        "other" => "otherinfo",
        "url" => "uri",
        key => key,
    }
}
