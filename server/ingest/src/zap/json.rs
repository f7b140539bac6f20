//! ZAP's JSON report, read value by value: only one instance is held at a time, as long as an alert's fields come in the order in
//! which ZAP writes them.

use super::alert::{Instance, OF_ALERT, OF_INSTANCE, Tags};
use super::insights::Insight;
use super::report::Report;
use super::rows::{Held, Pending};
use crate::bounded::document::{self, Array, Each, Fields, Json, Object, Text, read_document};
use crate::bounded::shown::Shown;
use crate::format::{ExportFormat, Head};
use crate::{Options, Parsed, Refusal, Sink, fields, sniff};
use model::facts::EvidencePart;
use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;
use std::io::Read;

/// The format.
pub struct ZapJson;

impl ExportFormat for ZapJson {
    fn name(&self) -> &'static str {
        "ZAP JSON"
    }

    fn recognizes(&self, head: &Head<'_>) -> bool {
        let Head::Json { text } = head else { return false };
        let keys = sniff::keys(text);
        let of_the_report = ["@programName", "@version", "@generated"].iter().any(|key| keys.contains(key));
        // A tool may have sorted the keys, and the first site may fill the head.
        of_the_report || (keys.contains(&"site") && text.contains("\"@host\""))
    }

    fn parse(&self, input: &mut dyn Read, options: &Options, sink: &mut dyn Sink) -> Result<Parsed, Refusal> {
        read_report(self.name(), input, options, sink, |reading, json| Object(reading, ReportFields).deserialize(json))
    }
}

/// Reads a document of the name `format` into a report.
///
/// # Errors
/// When the file as a whole cannot be trusted.
pub(super) fn read_report(
    format: &str,
    input: &mut dyn Read,
    options: &Options,
    sink: &mut dyn Sink,
    document: impl FnOnce(Reading<'_, '_>, &mut Json<'_>) -> serde_json::Result<()>,
) -> Result<Parsed, Refusal> {
    let mut report = Report::new(options, sink);
    let read = read_document(input, &options.limits, &mut report, document);
    let read = read.map(|replaced| report.collector.remarks.bytes_replaced(replaced));
    report.collector.accept(read)?;
    Ok(report.finish(format))
}

/// What every level of the document needs.
pub(super) type Reading<'a, 's> = document::Reading<'a, Report<'s>>;

/// Says how far the file has been read.
pub(super) fn progressed(reading: &mut Reading<'_, '_>) {
    let bytes = reading.bytes();
    reading.context.collector.progress(bytes);
}

/// The report itself.
struct ReportFields;

impl<'s> Fields<Report<'s>> for ReportFields {
    type Output = ();

    fn entry<'de, A: MapAccess<'de>>(
        &mut self,
        reading: &mut Reading<'_, 's>,
        key: &str,
        map: &mut A,
    ) -> Result<(), A::Error> {
        match key {
            "@version" => reading.context.version = map.next_value::<Text>()?.0,
            "@generated" => reading.context.generated = map.next_value::<Text>()?.0,
            "created" => reading.context.created = map.next_value::<Text>()?.0,
            "site" => map.next_value_seed(Array(reading.inner(), SiteFields::default))?,
            "statistics" => map.next_value_seed(Object(reading.inner(), StatisticFields))?,
            "insights" => map.next_value_seed(Each::new(reading.inner(), |reading, insight: Insight| {
                reading.context.failures.add(&insight);
                Ok(())
            }))?,
            // What went wrong in the plan that ran the scan.
            "afPlanErrors" | "afPlanWarns" => {
                map.next_value_seed(Each::new(reading.inner(), |reading, said: Text| {
                    reading.context.collector.remarks.add("scanner_said", &said.0);
                    Ok(())
                }))?
            }
            "@programName" | "sequences" => drop(map.next_value::<IgnoredAny>()?),
            _ => pass_over(reading, key, map)?,
        }
        Ok(())
    }

    fn end<E: de::Error>(self, _: &mut Reading<'_, 's>) -> Result<(), E> {
        Ok(())
    }
}

/// The statistics of the whole scan: only the keys matter.
struct StatisticFields;

impl<'s> Fields<Report<'s>> for StatisticFields {
    type Output = ();

    fn entry<'de, A: MapAccess<'de>>(
        &mut self,
        reading: &mut Reading<'_, 's>,
        key: &str,
        map: &mut A,
    ) -> Result<(), A::Error> {
        reading.context.statistic(key);
        map.next_value::<IgnoredAny>().map(|_| ())
    }

    fn end<E: de::Error>(self, _: &mut Reading<'_, 's>) -> Result<(), E> {
        Ok(())
    }
}

/// A site. Its own fields begin with `@`, so they come before its alerts even when a tool has sorted them.
#[derive(Default)]
struct SiteFields {
    name: String,
    host: String,
    port: String,
    ssl: String,
    asset: Option<u32>,
}

impl SiteFields {
    fn asset<E: de::Error>(&mut self, reading: &mut Reading<'_, '_>) -> Result<u32, E> {
        if let Some(asset) = self.asset {
            return Ok(asset);
        }
        if self.name.is_empty() && self.host.is_empty() {
            return Err(E::custom("a site without a name before its alerts"));
        }
        let asset = reading.context.site(&self.name, &self.host, &self.port, &self.ssl);
        let asset = reading.check(asset)?;
        self.asset = Some(asset);
        Ok(asset)
    }
}

impl<'s> Fields<Report<'s>> for SiteFields {
    type Output = ();

    fn entry<'de, A: MapAccess<'de>>(
        &mut self,
        reading: &mut Reading<'_, 's>,
        key: &str,
        map: &mut A,
    ) -> Result<(), A::Error> {
        match key {
            "@name" => self.name = map.next_value::<Text>()?.0,
            "@host" => self.host = map.next_value::<Text>()?.0,
            "@port" => self.port = map.next_value::<Text>()?.0,
            "@ssl" => self.ssl = map.next_value::<Text>()?.0,
            "alerts" => {
                let asset = self.asset(reading)?;
                map.next_value_seed(Array(reading.inner(), || AlertFields(Pending::of(asset))))?;
            }
            // What the configuration of the scan says to ignore.
            "ignoredAlerts" => {
                for _ in map.next_value::<Option<Vec<IgnoredAny>>>()?.unwrap_or_default() {
                    reading.context.collector.remarks.count("alert_ignored", &self.name);
                }
            }
            "statistics" => drop(map.next_value::<IgnoredAny>()?),
            _ => pass_over(reading, key, map)?,
        }
        Ok(())
    }

    fn end<E: de::Error>(mut self, reading: &mut Reading<'_, 's>) -> Result<(), E> {
        self.asset(reading).map(|_| ())
    }
}

/// An alert of a site.
struct AlertFields(Pending);

impl<'s> Fields<Report<'s>> for AlertFields {
    type Output = ();

    fn entry<'de, A: MapAccess<'de>>(
        &mut self,
        reading: &mut Reading<'_, 's>,
        key: &str,
        map: &mut A,
    ) -> Result<(), A::Error> {
        let alert = &mut self.0.alert;
        match key {
            "instances" => map.next_value_seed(Instances { reading: reading.inner(), pending: &mut self.0 }),
            "tags" => {
                alert.tags = map.next_value::<Tags>()?.0;
                Ok(())
            }
            key => match alert.field(key.as_bytes()) {
                Some(field) => {
                    *field = map.next_value::<Text>()?.0;
                    Ok(())
                }
                None => field(reading, key, &OF_ALERT, map, &mut alert.fields),
            },
        }
    }

    fn end<E: de::Error>(self, reading: &mut Reading<'_, 's>) -> Result<(), E> {
        let end = reading.context.end(self.0, Held::from);
        reading.check(end)?;
        progressed(reading);
        Ok(())
    }
}

/// The instances of an alert.
struct Instances<'a, 's, 'f> {
    reading: Reading<'a, 's>,
    pending: &'f mut Pending,
}

impl<'de> DeserializeSeed<'de> for Instances<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Instances<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of instances")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut sequence: A) -> Result<(), A::Error> {
        while let Some(instance) =
            sequence.next_element_seed(Object(self.reading.inner(), InstanceFields::default()))?
        {
            let held = self.reading.context.instance(self.pending, Held::from(instance));
            self.reading.check(held)?;
        }
        Ok(())
    }
}

/// One instance.
#[derive(Default)]
struct InstanceFields(Instance);

impl<'s> Fields<Report<'s>> for InstanceFields {
    type Output = Instance;

    fn entry<'de, A: MapAccess<'de>>(
        &mut self,
        reading: &mut Reading<'_, 's>,
        key: &str,
        map: &mut A,
    ) -> Result<(), A::Error> {
        match self.0.field(key.as_bytes()) {
            Some(field) => *field = map.next_value::<Text>()?.0,
            None => field(reading, key, &OF_INSTANCE, map, &mut self.0.fields)?,
        }
        Ok(())
    }

    fn end<E: de::Error>(self, _: &mut Reading<'_, 's>) -> Result<Instance, E> {
        Ok(self.0)
    }
}

/// Reads a field that no fact takes into fields of a row. One that is not among the `known` is counted.
pub(super) fn field<'de, A: MapAccess<'de>>(
    reading: &mut Reading<'_, '_>,
    key: &str,
    known: &[&str],
    map: &mut A,
    row: &mut Vec<EvidencePart>,
) -> Result<(), A::Error> {
    if !known.contains(&key) {
        reading.context.collector.remarks.count(fields::UNKNOWN, key);
    }
    let value = map.next_value_seed(Shown { limit: fields::MAX_VALUE })?;
    fields::keep(row, fields::of_row(key, &value));
    Ok(())
}

/// Passes over a value that has no place here, and counts it.
pub(super) fn pass_over<'de, A: MapAccess<'de>>(
    reading: &mut Reading<'_, '_>,
    key: &str,
    map: &mut A,
) -> Result<(), A::Error> {
    reading.context.collector.remarks.count(fields::UNKNOWN, key);
    map.next_value::<IgnoredAny>().map(|_| ())
}
