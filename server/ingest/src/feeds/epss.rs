//! The EPSS scores of a day (<https://www.first.org/epss/data_stats>): a CSV of CVE, probability of exploitation within thirty
//! days, and percentile, under a comment that names the model and the day.

use super::{FeedSink, Flaw, Handing, cve_id, day};
use crate::bounded::table::Table;
use crate::{Limits, QuarantineReason, Refusal, RefusalCode, unwrapped};
use chrono::NaiveDate;
use csv::StringRecord;
use std::io::Read;

/// What EPSS says of a CVE.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EpssRow {
    /// The CVE, in upper case.
    pub cve: String,
    /// The probability of exploitation within thirty days, in millionths.
    pub probability: u32,
    /// The share of CVEs with at most this probability, in millionths.
    pub percentile: u32,
}

/// What a file of EPSS scores says of itself, once it was read to its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EpssSeen {
    /// The model's version (`v2025.03.14`); empty if the file names none.
    pub model: String,
    /// The day of the scores, if the file names it.
    pub day: Option<NaiveDate>,
    /// Rows handed over.
    pub rows: u64,
    /// Rows that could not be read.
    pub quarantined: u64,
}

/// Reads the scores of a day, out of gzip if they are in it.
///
/// # Errors
/// When the file as a whole cannot be trusted, has no columns `cve`, `epss` and `percentile`, or the receiver wants no more.
pub fn read_epss(input: &mut dyn Read, limits: &Limits, sink: &mut dyn FeedSink<EpssRow>) -> Result<EpssSeen, Refusal> {
    let mut input = unwrapped(input).map_err(|error| crate::refusal_of(&error))?;
    let mut table = Table::new(&mut input, limits, |_| None)?;
    let mut seen = EpssSeen::default();
    if table.header().get(0).is_some_and(|cell| cell.starts_with('#')) {
        for (key, value) in table.header().iter().filter_map(|cell| cell.trim_start_matches('#').split_once(':')) {
            match key.trim() {
                "model_version" => value.trim().clone_into(&mut seen.model),
                "score_date" => seen.day = day(value),
                _ => {}
            }
        }
        if table.next()?.is_none() {
            return Err(Refusal::new(RefusalCode::Truncated, "cve"));
        }
    }
    let columns = columns(table.record())?;
    let mut handing = Handing::new(sink, limits.max_rows);
    while table.next()?.is_some() {
        let row = row(table.record(), columns);
        handing.hand(row, Some(table.place()), table.raw())?;
    }
    Ok(EpssSeen { rows: handing.rows, quarantined: handing.quarantined, ..seen })
}

/// Where the three columns are.
fn columns(heading: &StringRecord) -> Result<[usize; 3], Refusal> {
    let find = |name: &str| {
        let at = heading.iter().position(|cell| cell.trim().eq_ignore_ascii_case(name));
        at.ok_or_else(|| Refusal::new(RefusalCode::NotAScan, name))
    };
    Ok([find("cve")?, find("epss")?, find("percentile")?])
}

fn row(record: &StringRecord, [cve, epss, percentile]: [usize; 3]) -> Result<EpssRow, Flaw> {
    let cell = |at: usize, name| record.get(at).ok_or((QuarantineReason::FieldMissing, name));
    let share = |at: usize, name| millionths(cell(at, name)?).ok_or((QuarantineReason::FieldInvalid, name));
    Ok(EpssRow {
        cve: cve_id(cell(cve, "cve")?).ok_or((QuarantineReason::FieldInvalid, "cve"))?,
        probability: share(epss, "epss")?,
        percentile: share(percentile, "percentile")?,
    })
}

/// A share of 0 to 1, written with any number of decimals.
fn millionths(text: &str) -> Option<u32> {
    let share: f64 = text.trim().parse().ok()?;
    // The range makes the conversion exact.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1,000,000 fits")]
    (0.0..=1.0).contains(&share).then(|| (share * 1e6).round() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_millionths() {
        assert_eq!(
            ["0.94358", "1", "0", " 4.3e-4 ", "0.000010000"].map(millionths),
            [Some(943_580), Some(1_000_000), Some(0), Some(430), Some(10)]
        );
        assert_eq!(["", "-0.1", "1.1", "NaN", "inf", "0,5"].map(millionths), [None; 6]);
    }
}
