//! CISA's catalogue of known exploited vulnerabilities (<https://www.cisa.gov/known-exploited-vulnerabilities-catalog>): a JSON
//! object with the catalogue's version and a list of CVEs.

use super::{FeedSink, Flaw, Handing, cve_id, day};
use crate::bounded::document::{Each, Fields, Object, Reading, read_document};
use crate::bounded::record::{Record, text};
use crate::{Limits, QuarantineReason, Refusal, RefusalCode, unwrapped};
use chrono::NaiveDate;
use serde::de::{self, DeserializeSeed, IgnoredAny, MapAccess};
use serde_json::Value;
use std::io::Read;

/// A CVE that is known to be exploited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KevRow {
    /// The CVE, in upper case.
    pub cve: String,
    /// The day on which it was added to the catalogue.
    pub added: NaiveDate,
    /// The day by which United States' federal agencies must have mended it, if the catalogue says so.
    pub due: Option<NaiveDate>,
    /// Whether it is known to be used by ransomware.
    pub ransomware: bool,
}

/// What the catalogue says of itself, once it was read to its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KevSeen {
    /// The catalogue's version: `2025.08.25`.
    pub version: String,
    /// The day of its release, if it says so.
    pub released: Option<NaiveDate>,
    /// Rows handed over.
    pub rows: u64,
    /// Rows that could not be read.
    pub quarantined: u64,
}

/// Reads the catalogue, out of gzip if it is in it.
///
/// # Errors
/// When the file as a whole cannot be trusted, has no list `vulnerabilities`, or the receiver wants no more.
pub fn read_kev(input: &mut dyn Read, limits: &Limits, sink: &mut dyn FeedSink<KevRow>) -> Result<KevSeen, Refusal> {
    let mut input = unwrapped(input).map_err(|error| crate::refusal_of(&error))?;
    let mut context =
        Catalogue { seen: KevSeen::default(), listed: false, handing: Handing::new(sink, limits.max_rows) };
    read_document(&mut input, limits, &mut context, |reading, json| Object(reading, Top).deserialize(json))?;
    let Catalogue { seen, listed, handing } = context;
    if !listed {
        return Err(Refusal::new(RefusalCode::NotAScan, "vulnerabilities"));
    }
    Ok(KevSeen { rows: handing.rows, quarantined: handing.quarantined, ..seen })
}

struct Catalogue<'s> {
    seen: KevSeen,
    listed: bool,
    handing: Handing<'s, KevRow>,
}

struct Top;

impl<'s> Fields<Catalogue<'s>> for Top {
    type Output = ();

    fn entry<'de, A: MapAccess<'de>>(
        &mut self,
        reading: &mut Reading<'_, Catalogue<'s>>,
        key: &str,
        map: &mut A,
    ) -> Result<(), A::Error> {
        match key {
            "catalogVersion" => reading.context.seen.version = text(&map.next_value::<Record>()?.0),
            "dateReleased" => reading.context.seen.released = day(&text(&map.next_value::<Record>()?.0)),
            "vulnerabilities" => {
                reading.context.listed = true;
                map.next_value_seed(Each::new(
                    reading.inner(),
                    |reading: &mut Reading<'_, Catalogue<'s>>, Record(value)| {
                        let row = row(&value);
                        let raw = if row.is_ok() { String::new() } else { value.to_string() };
                        reading.context.handing.hand(row, None, raw.as_bytes())
                    },
                ))?;
            }
            _ => {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    fn end<E: de::Error>(self, _: &mut Reading<'_, Catalogue<'s>>) -> Result<(), E> {
        Ok(())
    }
}

fn row(value: &Value) -> Result<KevRow, Flaw> {
    let field = |name| Some(text(&value[name])).filter(|text| !text.is_empty());
    let there = |name| field(name).ok_or((QuarantineReason::FieldMissing, name));
    let invalid = |name| (QuarantineReason::FieldInvalid, name);
    Ok(KevRow {
        cve: cve_id(&there("cveID")?).ok_or(invalid("cveID"))?,
        added: day(&there("dateAdded")?).ok_or(invalid("dateAdded"))?,
        due: field("dueDate").map(|text| day(&text).ok_or(invalid("dueDate"))).transpose()?,
        ransomware: field("knownRansomwareCampaignUse").is_some_and(|text| text.eq_ignore_ascii_case("known")),
    })
}
