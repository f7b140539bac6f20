//! What is published about the exploitation of vulnerabilities: FIRST's EPSS scores, and CISA's and ENISA's lists of those that
//! are known to be exploited. The files are read as exports are: out of gzip if they are in it, within the limits, a row at a time.

mod epss;
mod euvd;
mod kev;

pub use epss::{EpssRow, EpssSeen, read_epss};
pub use euvd::{EuvdSeen, read_euvd};
pub use kev::{KevRow, KevSeen, read_kev};

use crate::{QuarantineReason, Quarantined, Refusal, RefusalCode};
use chrono::NaiveDate;
use std::ops::ControlFlow;

/// Receives the rows of a feed while it is read. Nothing counts until the reader has returned `Ok`.
pub trait FeedSink<T> {
    /// Takes a row.
    fn row(&mut self, row: T) -> ControlFlow<()>;

    /// Takes a row that could not be read. The others are read all the same.
    fn quarantined(&mut self, quarantined: Quarantined) -> ControlFlow<()>;
}

/// Why a row could not be read, and the field or value in question.
type Flaw = (QuarantineReason, &'static str);

/// Hands rows over, and counts them.
struct Handing<'s, T> {
    sink: &'s mut dyn FeedSink<T>,
    max_rows: u64,
    rows: u64,
    quarantined: u64,
}

impl<'s, T> Handing<'s, T> {
    fn new(sink: &'s mut dyn FeedSink<T>, max_rows: u64) -> Self {
        Self { sink, max_rows, rows: 0, quarantined: 0 }
    }

    /// Hands a row over, or what stands in the file in its place.
    ///
    /// # Errors
    /// The receiver has enough, or there are more rows than the limit.
    fn hand(&mut self, row: Result<T, Flaw>, place: Option<(u64, u64)>, raw: &[u8]) -> Result<(), Refusal> {
        if self.rows + self.quarantined >= self.max_rows {
            return Err(Refusal::new(RefusalCode::TooManyRows, self.max_rows.to_string()));
        }
        let told = match row {
            Ok(row) => {
                self.rows += 1;
                self.sink.row(row)
            }
            Err((reason, detail)) => {
                self.quarantined += 1;
                self.sink.quarantined(Quarantined {
                    line: place.map(|(line, _)| line),
                    offset: place.map(|(_, offset)| offset),
                    reason,
                    detail: detail.to_owned(),
                    raw: raw.get(..Quarantined::MAX_RAW).unwrap_or(raw).to_vec(),
                })
            }
        };
        if told.is_break() { Err(Refusal::new(RefusalCode::Stopped, "")) } else { Ok(()) }
    }
}

/// A CVE id as everything else here writes it. `None` if it is none (its number has four digits or more).
#[must_use]
pub fn cve_id(text: &str) -> Option<String> {
    let id = text.trim().to_ascii_uppercase();
    let (year, number) = id.strip_prefix("CVE-")?.split_once('-')?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    (year.len() == 4 && digits(year) && (4..=19).contains(&number.len()) && digits(number)).then_some(id)
}

/// A day as `2025-08-25`, or the day of an instant that begins so.
fn day(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text.trim().get(..10)?, "%Y-%m-%d").ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_days_are_checked() {
        assert_eq!(cve_id(" cve-2021-44228 ").as_deref(), Some("CVE-2021-44228"));
        for other in
            ["", "CVE-2021", "CVE-21-44228", "CVE-2021-1", "CVE-2021-44x28", "GHSA-2021-44228", "CVE-٢٠٢١-44228"]
        {
            assert_eq!(cve_id(other), None, "{other}");
        }
        assert_eq!(day("2025-08-25T17:04:19.9796Z").map(|day| day.to_string()).as_deref(), Some("2025-08-25"));
        assert_eq!((day("2025-02-30"), day("25/08/2025"), day("")), (None, None, None));
    }
}
