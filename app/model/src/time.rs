//! Instants and days as numbers: the same on both databases, and cheap to compare.

use chrono::{DateTime, Datelike, NaiveDate, SecondsFormat, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;

/// An instant: microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Micros(pub i64);

impl Micros {
    /// One day.
    pub const DAY: i64 = 86_400_000_000;

    /// The same instant as a chrono value. Numbers outside chrono's range become the nearest end of it.
    #[must_use]
    pub fn to_datetime(self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0).unwrap_or(if self.0 < 0 {
            DateTime::<Utc>::MIN_UTC
        } else {
            DateTime::<Utc>::MAX_UTC
        })
    }

    /// The beginning of its minute.
    #[must_use]
    pub fn minute(self) -> Self {
        const MINUTE: i64 = 60_000_000;
        Self(self.0.div_euclid(MINUTE) * MINUTE)
    }

    /// RFC 3339 in UTC with seconds, for `<time datetime>` and JSON.
    #[must_use]
    pub fn rfc3339(self) -> String {
        let format = if self.0 % 1_000_000 == 0 { SecondsFormat::Secs } else { SecondsFormat::Micros };
        self.to_datetime().to_rfc3339_opts(format, true)
    }
}

impl From<DateTime<Utc>> for Micros {
    fn from(value: DateTime<Utc>) -> Self {
        Self(value.timestamp_micros())
    }
}

impl fmt::Display for Micros {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rfc3339())
    }
}

/// A calendar day in the organisation's zone: days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Day(pub i32);

impl Day {
    /// The day as a date. Numbers outside chrono's range become 1970-01-01.
    #[must_use]
    pub fn date(self) -> NaiveDate {
        NaiveDate::default().checked_add_signed(TimeDelta::days(i64::from(self.0))).unwrap_or_default()
    }

    /// The Monday of this day's ISO week.
    #[must_use]
    pub fn week(self) -> Self {
        Self(self.0 - i32::try_from(self.date().weekday().num_days_from_monday()).unwrap_or(0))
    }

    /// The first of this day's month.
    #[must_use]
    pub fn month(self) -> Self {
        Self(self.0 - i32::try_from(self.date().day0()).unwrap_or(0))
    }
}

impl From<NaiveDate> for Day {
    fn from(date: NaiveDate) -> Self {
        Self(i32::try_from((date - NaiveDate::default()).num_days()).unwrap_or(0))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.date().format("%Y-%m-%d"))
    }
}
