//! ENISA's list of exploited vulnerabilities, as the European Vulnerability Database gives it
//! (<https://euvd.enisa.europa.eu/apidoc>): a JSON array of records, or pages of them with the list in `items`. A record
//! names its CVEs among the aliases, and the day since which it is known to be exploited.

use super::kev::KevRow;
use super::{FeedSink, Flaw, Handing, cve_id, day};
use crate::bounded::document::{Each, Fields, Object, Reading, read_document};
use crate::bounded::record::{Record, text};
use crate::{Limits, QuarantineReason, Refusal, RefusalCode, unwrapped};
use chrono::NaiveDate;
use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::fmt;
use std::io::Read;

/// What the list says of itself, once it was read to its end: no day, for it names none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EuvdSeen {
    /// CVEs handed over.
    pub rows: u64,
    /// Records that could not be read.
    pub quarantined: u64,
}

/// Reads the list, out of gzip if it is in it. A record with several CVEs is a row of each; it knows no due day.
///
/// # Errors
/// When the file as a whole cannot be trusted, has no list, or the receiver wants no more.
pub fn read_euvd(input: &mut dyn Read, limits: &Limits, sink: &mut dyn FeedSink<KevRow>) -> Result<EuvdSeen, Refusal> {
    let mut input = unwrapped(input).map_err(|error| crate::refusal_of(&error))?;
    let mut context = Listing { listed: false, handing: Handing::new(sink, limits.max_rows) };
    read_document(&mut input, limits, &mut context, |reading, json| Top(reading).deserialize(json))?;
    let Listing { listed, handing } = context;
    if !listed {
        return Err(Refusal::new(RefusalCode::NotAScan, "items"));
    }
    Ok(EuvdSeen { rows: handing.rows, quarantined: handing.quarantined })
}

struct Listing<'s> {
    listed: bool,
    handing: Handing<'s, KevRow>,
}

/// The document: the list itself, or an object that has it.
struct Top<'a, 's>(Reading<'a, Listing<'s>>);

impl<'de> DeserializeSeed<'de> for Top<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Top<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of exploited vulnerabilities")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, sequence: A) -> Result<(), A::Error> {
        let Self(reading) = self;
        reading.context.listed = true;
        Each::new(reading, take).visit_seq(sequence)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        Object(self.0, Page).visit_map(map)
    }
}

struct Page;

impl<'s> Fields<Listing<'s>> for Page {
    type Output = ();

    fn entry<'de, A: MapAccess<'de>>(
        &mut self,
        reading: &mut Reading<'_, Listing<'s>>,
        key: &str,
        map: &mut A,
    ) -> Result<(), A::Error> {
        if key == "items" {
            reading.context.listed = true;
            map.next_value_seed(Each::new(reading.inner(), take))
        } else {
            map.next_value::<IgnoredAny>().map(drop)
        }
    }

    fn end<E: de::Error>(self, _: &mut Reading<'_, Listing<'s>>) -> Result<(), E> {
        Ok(())
    }
}

/// Hands over the CVEs of a record.
fn take(reading: &mut Reading<'_, Listing<'_>>, Record(value): Record) -> Result<(), Refusal> {
    let handing = &mut reading.context.handing;
    match rows(&value) {
        Ok(rows) => rows.into_iter().try_for_each(|row| handing.hand(Ok(row), None, &[])),
        Err(flaw) => handing.hand(Err(flaw), None, value.to_string().as_bytes()),
    }
}

fn rows(value: &Value) -> Result<Vec<KevRow>, Flaw> {
    let aliases = text(&value["aliases"]);
    let cves: Vec<String> = aliases.split_whitespace().filter_map(cve_id).collect();
    if cves.is_empty() {
        return Err((QuarantineReason::FieldMissing, "aliases"));
    }
    let since = text(&value["exploitedSince"]);
    if since.is_empty() {
        return Err((QuarantineReason::FieldMissing, "exploitedSince"));
    }
    let added = spelled(&since).or_else(|| day(&since)).ok_or((QuarantineReason::FieldInvalid, "exploitedSince"))?;
    Ok(cves.into_iter().map(|cve| KevRow { cve, added, due: None, ransomware: false }).collect())
}

/// The day of an instant as the database writes it: `Jul 5, 2026, 12:45:07 PM`.
fn spelled(text: &str) -> Option<NaiveDate> {
    let mut parts = text.splitn(3, ',');
    let (first, year) = (parts.next()?, parts.next()?);
    NaiveDate::parse_from_str(&format!("{},{year}", first.trim()), "%b %d, %Y").ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_the_database_writes_them() {
        let of = |text: &str| spelled(text).map(|day| day.to_string());
        assert_eq!(of("Jul 5, 2026, 12:45:07 PM").as_deref(), Some("2026-07-05"));
        assert_eq!(of("Dec 31, 2024, 12:00:00 AM").as_deref(), Some("2024-12-31"));
        assert_eq!([of(""), of("2026-07-05"), of("Feb 30, 2026, 1:00:00 AM"), of("ñ, ñ")], [None, None, None, None]);
    }
}
