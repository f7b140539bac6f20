//! Due times: cron text in an IANA zone.

use chrono::{DateTime, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};
use model::Micros;

/// The shortest time between two due times, in microseconds: a scan takes longer.
const SHORTEST: i64 = 5 * 60 * 1_000_000;
/// How many times are looked at when the shortest distance is checked.
const CHECKED: usize = 500;
/// The longest text.
const LONGEST: usize = 120;
/// How many local times in a row may lead to no new instant: an hour that comes twice, minute by minute.
const REPEATED: usize = 240;
/// The longest change of clocks, in minutes: Samoa left out a whole day in 2011.
const LONGEST_GAP: i64 = 1_500;

/// Why a text is no cadence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CadenceError {
    /// It is not cron text of five fields.
    Unreadable,
    /// No such zone is known.
    Zone,
    /// It is never due.
    Never,
    /// It is due more often than every five minutes.
    TooOften,
}

impl CadenceError {
    /// Which field is to blame, and a machine word for why.
    #[must_use]
    pub fn told(self) -> (&'static str, &'static str) {
        match self {
            Self::Unreadable => ("cron", "unreadable"),
            Self::Zone => ("zone", "unknown"),
            Self::Never => ("cron", "never"),
            Self::TooOften => ("cron", "too_often"),
        }
    }
}

/// When something is due.
#[derive(Clone, Debug)]
pub struct Cadence {
    cron: Cron,
    zone: Tz,
}

impl Cadence {
    /// The cadence of a cron text of five fields (minute, hour, day, month, weekday) in a zone. Due times from `now` on are
    /// tried, so that what is kept can be computed.
    ///
    /// # Errors
    /// The text or the zone cannot be read, it is never due, or too often.
    pub fn new(cron: &str, zone: &str, now: Micros) -> Result<Self, CadenceError> {
        if cron.len() > LONGEST || !cron.is_ascii() {
            return Err(CadenceError::Unreadable);
        }
        let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
        let cron = parser.parse(cron).map_err(|_| CadenceError::Unreadable)?;
        let zone = crate::zone::parse(zone).map_err(|_| CadenceError::Zone)?;
        let cadence = Self { cron, zone };
        let mut at = cadence.next(now).ok_or(CadenceError::Never)?;
        for _ in 0..CHECKED {
            let Some(next) = cadence.next(at) else { break };
            if next.0 - at.0 < SHORTEST {
                return Err(CadenceError::TooOften);
            }
            at = next;
        }
        Ok(cadence)
    }

    /// Its zone.
    #[must_use]
    pub fn zone(&self) -> Tz {
        self.zone
    }

    /// The first due time after an instant, if there is one.
    #[must_use]
    pub fn next(&self, after: Micros) -> Option<Micros> {
        // croner counts on local times as if the clocks never changed; what a change means is decided here.
        let mut local = after.to_datetime().with_timezone(&self.zone).naive_local();
        for _ in 0..REPEATED {
            let next: DateTime<Utc> = self.cron.find_next_occurrence(&local.and_utc(), false).ok()?;
            local = next.naive_utc();
            let at = self.instant(local)?;
            if at > after {
                return Some(at);
            }
        }
        None
    }

    /// The next due times after an instant.
    #[must_use]
    pub fn upcoming(&self, after: Micros, count: usize) -> Vec<Micros> {
        std::iter::successors(self.next(after), |at| self.next(*at)).take(count).collect()
    }

    /// The instant of a local time: of two the first, of a skipped one the moment to which the clocks jump.
    fn instant(&self, local: NaiveDateTime) -> Option<Micros> {
        (0..LONGEST_GAP).find_map(|minutes| {
            let found = self.zone.from_local_datetime(&(local + TimeDelta::minutes(minutes))).earliest()?;
            Some(Micros(found.timestamp_micros()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{Datelike, Timelike};

    fn at(text: &str) -> Micros {
        DateTime::parse_from_rfc3339(text).unwrap().to_utc().into()
    }

    /// Two years of a daily time: exactly one due time a day, and each at that time but where the clocks skip it.
    fn daily(hour: u32, minute: u32, zone: &str) -> Vec<String> {
        let start = at("2026-01-01T00:00:00Z");
        let cadence = Cadence::new(&format!("{minute} {hour} * * *"), zone, start).unwrap();
        let mut odd = Vec::new();
        let mut last: Option<chrono::NaiveDate> = None;
        for due in cadence.upcoming(start, 730) {
            let local = due.to_datetime().with_timezone(&cadence.zone()).naive_local();
            if let Some(last) = last {
                assert_eq!((local.date() - last).num_days(), 1, "{zone}: one a day, {local}");
            }
            last = Some(local.date());
            if (local.hour(), local.minute()) != (hour, minute) {
                odd.push(local.to_string());
            }
        }
        odd
    }

    #[test]
    fn a_daily_time_is_due_once_a_day_over_every_change_of_clocks() {
        for zone in ["Europe/Madrid", "America/Santiago", "Australia/Lord_Howe", "UTC", "Asia/Kolkata"] {
            assert!(daily(9, 0, zone).is_empty(), "{zone}");
        }
        assert_eq!(daily(2, 30, "Europe/Madrid"), ["2026-03-29 03:00:00", "2027-03-28 03:00:00"]);
        assert!(daily(2, 30, "America/Santiago").is_empty(), "its clocks change at midnight");
        assert_eq!(daily(0, 30, "America/Santiago"), ["2026-09-06 01:00:00", "2027-09-05 01:00:00"]);
        // Half an hour: 02:00 becomes 02:30 in October, and 02:00 becomes 01:30 in April.
        assert!(daily(2, 30, "Australia/Lord_Howe").is_empty());
        assert_eq!(daily(2, 15, "Australia/Lord_Howe"), ["2026-10-04 02:30:00", "2027-10-03 02:30:00"]);
    }

    #[test]
    fn a_doubled_time_is_due_the_first_time() {
        let night = |zone: &str, cron: &str, from: &str| -> Vec<String> {
            let from = at(from);
            let cadence = Cadence::new(cron, zone, from).unwrap();
            cadence.upcoming(from, 2).into_iter().map(Micros::rfc3339).collect()
        };
        assert_eq!(
            night("Europe/Madrid", "30 2 * * *", "2026-10-24T12:00:00Z"),
            ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]
        );
        assert_eq!(
            night("America/Santiago", "30 23 * * *", "2026-04-04T12:00:00Z"),
            ["2026-04-05T02:30:00Z", "2026-04-06T03:30:00Z"]
        );
        assert_eq!(
            night("Australia/Lord_Howe", "45 1 * * *", "2026-04-03T20:00:00Z"),
            ["2026-04-04T14:45:00Z", "2026-04-05T15:15:00Z"]
        );
    }

    #[test]
    fn every_hour_goes_on_over_the_changes_and_never_back() {
        let start = at("2026-03-28T00:00:00Z");
        let cadence = Cadence::new("0 * * * *", "Europe/Madrid", start).unwrap();
        let hours = cadence.upcoming(start, 24 * 365);
        assert!(hours.windows(2).all(|pair| (1..=2).contains(&((pair[1].0 - pair[0].0) / 3_600_000_000))));
        let doubled = hours.windows(2).filter(|pair| pair[1].0 - pair[0].0 == 2 * 3_600_000_000).count();
        assert_eq!(doubled, 1, "the hour that comes twice counts once");
    }

    #[test]
    fn from_any_instant_the_next_due_time_is_the_same() {
        let start = at("2026-10-24T20:00:00Z");
        let cadence = Cadence::new("*/10 * * * *", "Europe/Madrid", start).unwrap();
        let due = cadence.upcoming(start, 80);
        for (at, next) in due.iter().zip(&due[1..]) {
            for between in [at.0, at.0 + 1, next.0 - 1] {
                assert_eq!(cadence.next(Micros(between)), Some(*next));
            }
        }
    }

    #[test]
    fn months_and_weekdays_are_understood() {
        let start = at("2026-01-01T00:00:00Z");
        let of = |cron: &str| Cadence::new(cron, "Europe/Madrid", start).unwrap().upcoming(start, 3);
        assert!(of("0 2 * * MON").iter().all(|due| due.to_datetime().weekday() == chrono::Weekday::Mon));
        assert_eq!(of("0 3 31 * *").into_iter().map(|due| due.to_datetime().month()).collect::<Vec<_>>(), [1, 3, 5]);
        assert_eq!(of("0 3 29 2 *")[0].rfc3339(), "2028-02-29T02:00:00Z");
    }

    #[test]
    fn what_cannot_be_kept_is_refused() {
        let start = at("2026-01-01T00:00:00Z");
        let refused = |cron: &str, zone: &str| Cadence::new(cron, zone, start).unwrap_err();
        for text in ["", "* * * *", "0 0 2 * * *", "61 2 * * *", "0 2 * * * 2027", "el lunes", &"0 ".repeat(100)] {
            assert_eq!(refused(text, "UTC"), CadenceError::Unreadable, "{text}");
        }
        assert_eq!(refused("0 2 * * *", "Europe/Toledo"), CadenceError::Zone);
        assert_eq!(refused("0 2 30 2 *", "UTC"), CadenceError::Never);
        assert_eq!(refused("* * * * *", "UTC"), CadenceError::TooOften);
        assert_eq!(refused("0,1 3 * * *", "UTC"), CadenceError::TooOften);
    }
}
