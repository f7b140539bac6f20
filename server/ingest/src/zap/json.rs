//! ZAP's JSON report, read value by value: only one instance is held at a time, as long as an alert's fields come in the order in
//! which ZAP writes them.

use super::alert::{Alert, Instance, Tags, Text};
use super::insights::Insight;
use super::report::{Common, Report};
use crate::bounded::document::{self, Array, Each, Fields, Json, Object, read_document};
use crate::format::{ExportFormat, Head};
use crate::{Options, Parsed, Refusal, Sink, sniff};
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
    let replaced = read_document(input, &options.limits, &mut report, document)?;
    if replaced > 0 {
        report.collector.remarks.add("bytes_replaced", &replaced.to_string());
    }
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
            _ => {
                map.next_value::<IgnoredAny>()?;
            }
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
                map.next_value_seed(Array(reading.inner(), || AlertFields::of(asset)))?;
            }
            _ => {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    fn end<E: de::Error>(mut self, reading: &mut Reading<'_, 's>) -> Result<(), E> {
        self.asset(reading).map(|_| ())
    }
}

/// An alert of a site.
struct AlertFields {
    asset: u32,
    alert: Alert,
    common: Option<Common>,
    held: Vec<Instance>,
}

impl AlertFields {
    fn of(asset: u32) -> Self {
        Self { asset, alert: Alert::default(), common: None, held: Vec::new() }
    }
}

impl<'s> Fields<Report<'s>> for AlertFields {
    type Output = ();

    fn entry<'de, A: MapAccess<'de>>(
        &mut self,
        reading: &mut Reading<'_, 's>,
        key: &str,
        map: &mut A,
    ) -> Result<(), A::Error> {
        match key {
            "instances" => {
                if self.common.is_none() && self.alert.is_ready() {
                    let common = reading.context.begin(&self.alert);
                    self.common = Some(reading.check(common)?);
                }
                map.next_value_seed(Instances { reading: reading.inner(), alert: self })
            }
            "tags" => {
                self.alert.tags = map.next_value::<Tags>()?.0;
                Ok(())
            }
            key => match self.alert.field(key.as_bytes()) {
                Some(field) => {
                    *field = map.next_value::<Text>()?.0;
                    Ok(())
                }
                None => map.next_value::<IgnoredAny>().map(|_| ()),
            },
        }
    }

    fn end<E: de::Error>(self, reading: &mut Reading<'_, 's>) -> Result<(), E> {
        let mut common = match self.common {
            Some(common) => common,
            None => {
                let common = reading.context.begin(&self.alert);
                reading.check(common)?
            }
        };
        reading.context.release();
        for instance in self.held {
            let row = reading.context.instance(self.asset, &mut common, instance, raw);
            reading.check(row)?;
        }
        let end = reading.context.end(self.asset, common, self.alert, raw);
        reading.check(end)?;
        progressed(reading);
        Ok(())
    }
}

/// The instances of an alert.
struct Instances<'a, 's, 'f> {
    reading: Reading<'a, 's>,
    alert: &'f mut AlertFields,
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
            match &mut self.alert.common {
                Some(common) => {
                    let row = self.reading.context.instance(self.alert.asset, common, instance, raw);
                    self.reading.check(row)?;
                }
                None => {
                    let held = self.reading.context.hold(instance.size());
                    self.reading.check(held)?;
                    self.alert.held.push(instance);
                }
            }
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
        _: &mut Reading<'_, 's>,
        key: &str,
        map: &mut A,
    ) -> Result<(), A::Error> {
        match self.0.field(key.as_bytes()) {
            Some(field) => *field = map.next_value::<Text>()?.0,
            None => {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    fn end<E: de::Error>(self, _: &mut Reading<'_, 's>) -> Result<Instance, E> {
        Ok(self.0)
    }
}

/// An instance as JSON, for the quarantine: where it stood is not known.
pub(super) fn raw(instance: &Instance) -> (Option<(u64, u64)>, Vec<u8>) {
    (None, serde_json::to_vec(instance).unwrap_or_default())
}
