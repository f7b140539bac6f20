//! The rows of a published file, and how they are kept.

use crate::{Error, Result};
use model::Day;
use model::feeds::FeedKind;
use std::fmt::Write;

/// zstd's level: a file is loaded once a day.
const LEVEL: i32 = 3;

/// What EPSS says of a CVE.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EpssScore {
    /// The CVE, in upper case.
    pub cve: String,
    /// The probability of exploitation within thirty days, in millionths.
    pub probability: u32,
    /// The share of CVEs with at most this probability, in millionths.
    pub percentile: u32,
}

/// A CVE that is known to be exploited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KevListed {
    /// The CVE, in upper case.
    pub cve: String,
    /// The day on which it was added to the catalogue.
    pub added: Day,
    /// The day by which United States' federal agencies must have mended it.
    pub due: Option<Day>,
    /// Whether it is known to be used by ransomware.
    pub ransomware: bool,
}

/// The rows of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Published {
    /// EPSS scores.
    Epss(Vec<EpssScore>),
    /// CISA's catalogue of known exploited vulnerabilities.
    Kev(Vec<KevListed>),
    /// ENISA's list of exploited vulnerabilities.
    Euvd(Vec<KevListed>),
}

impl Published {
    /// What it is.
    #[must_use]
    pub fn kind(&self) -> FeedKind {
        match self {
            Self::Epss(_) => FeedKind::Epss,
            Self::Kev(_) => FeedKind::Kev,
            Self::Euvd(_) => FeedKind::Euvd,
        }
    }

    /// How many rows.
    #[must_use]
    pub fn listed(&self) -> i64 {
        let count = match self {
            Self::Epss(rows) => rows.len(),
            Self::Kev(rows) | Self::Euvd(rows) => rows.len(),
        };
        i64::try_from(count).unwrap_or(i64::MAX)
    }

    /// The rows as lines of fields parted by spaces, compressed.
    pub(super) fn pack(&self) -> Result<Vec<u8>> {
        let mut text = String::new();
        // Writing to a String cannot fail.
        match self {
            Self::Epss(rows) => rows.iter().for_each(|row| {
                let _ = writeln!(text, "{} {} {}", row.cve, row.probability, row.percentile);
            }),
            Self::Kev(rows) | Self::Euvd(rows) => rows.iter().for_each(|row| {
                let due = row.due.map_or_else(String::new, |due| due.0.to_string());
                let _ = writeln!(text, "{} {} {} {due}", row.cve, row.added.0, u8::from(row.ransomware));
            }),
        }
        zstd::bulk::compress(text.as_bytes(), LEVEL).map_err(|e| Error::damaged(format!("feed.packed: {e}")))
    }

    /// Reads them back.
    pub(super) fn unpack(kind: FeedKind, packed: &[u8]) -> Result<Self> {
        let damaged = || Error::damaged("feed.packed");
        let bytes = zstd::stream::decode_all(packed).map_err(|e| Error::damaged(format!("feed.packed: {e}")))?;
        let text = String::from_utf8(bytes).map_err(|_| damaged())?;
        let lines = text.lines().map(|line| line.split(' ').collect::<Vec<_>>());
        let number = |text: &str| text.parse().map_err(|_| damaged());
        Ok(match kind {
            FeedKind::Epss => Self::Epss(
                lines
                    .map(|fields| match fields[..] {
                        [cve, probability, percentile] => Ok(EpssScore {
                            cve: cve.to_owned(),
                            probability: number(probability)?,
                            percentile: number(percentile)?,
                        }),
                        _ => Err(damaged()),
                    })
                    .collect::<Result<_>>()?,
            ),
            FeedKind::Kev => Self::Kev(lines.map(|fields| listed(&fields)).collect::<Result<_>>()?),
            FeedKind::Euvd => Self::Euvd(lines.map(|fields| listed(&fields)).collect::<Result<_>>()?),
        })
    }
}

/// A line of a list of exploited vulnerabilities.
fn listed(fields: &[&str]) -> Result<KevListed> {
    let damaged = || Error::damaged("feed.packed");
    let day = |text: &str| text.parse().map(Day).map_err(|_| damaged());
    let [cve, added, ransomware, due] = fields else { return Err(damaged()) };
    Ok(KevListed {
        cve: (*cve).to_owned(),
        added: day(added)?,
        due: if due.is_empty() { None } else { Some(day(due)?) },
        ransomware: *ransomware == "1",
    })
}

/// A stored day.
pub(super) fn day(number: i64) -> Result<Day> {
    i32::try_from(number).map(Day).map_err(|_| Error::damaged("a day of a feed"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back() {
        let score = |cve: &str, probability| EpssScore { cve: cve.to_owned(), probability, percentile: 7 };
        let epss = Published::Epss(vec![score("CVE-2021-44228", 943_580), score("CVE-1999-0001", 0)]);
        let listed = |due| KevListed { cve: "CVE-2021-44228".to_owned(), added: Day(18_971), due, ransomware: true };
        let kev = Published::Kev(vec![listed(None), listed(Some(Day(-1)))]);
        let euvd = Published::Euvd(vec![listed(None)]);
        for rows in [epss, kev, euvd, Published::Kev(Vec::new())] {
            assert_eq!(Published::unpack(rows.kind(), &rows.pack().unwrap()).unwrap(), rows);
        }
        assert!(Published::unpack(FeedKind::Epss, b"tomato").is_err());
    }
}
