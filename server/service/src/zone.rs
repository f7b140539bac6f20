//! Days, local times and how they are shown: everything that needs an IANA zone.

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};
use chrono_tz::Tz;
use model::text::{self, Locale};
use model::view::Stamp;
use model::{Day, Micros};
use std::sync::{PoisonError, RwLock};

/// The organisation's zone. It is read with every day that is cut and changes only when an administrator says so.
#[derive(Debug)]
pub struct Zone(RwLock<Tz>);

impl Zone {
    /// A zone by its IANA name.
    ///
    /// # Errors
    /// The name itself, if no such zone is known.
    pub fn named(name: &str) -> Result<Self, String> {
        Ok(Self(RwLock::new(parse(name)?)))
    }

    /// Changes the zone.
    ///
    /// # Errors
    /// The name itself, if no such zone is known.
    pub fn set(&self, name: &str) -> Result<(), String> {
        let zone = parse(name)?;
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = zone;
        Ok(())
    }

    /// The zone's IANA name.
    #[must_use]
    pub fn name(&self) -> String {
        self.get().name().to_owned()
    }

    fn get(&self) -> Tz {
        *self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The local date and time of an instant.
    #[must_use]
    pub fn local(&self, at: Micros) -> NaiveDateTime {
        at.to_datetime().with_timezone(&self.get()).naive_local()
    }

    /// The day that contains an instant.
    #[must_use]
    pub fn day(&self, at: Micros) -> Day {
        self.local(at).date().into()
    }

    /// The last instant of a day: one microsecond before the next one begins.
    #[must_use]
    pub fn end_of(&self, day: Day) -> Micros {
        let next = day.date().checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX);
        Micros(instant(self.get(), next.and_time(NaiveTime::MIN)).0 - 1)
    }

    /// The first instant of a day.
    #[must_use]
    pub fn start_of(&self, day: Day) -> Micros {
        instant(self.get(), day.date().and_time(NaiveTime::MIN))
    }

    /// An instant for people and machines.
    #[must_use]
    pub fn stamp(&self, locale: Locale, at: Micros) -> Stamp {
        Stamp { iso: at.rfc3339(), text: text::date_time(locale, self.local(at)) }
    }
}

/// A zone by its IANA name.
///
/// # Errors
/// The name itself, if no such zone is known.
pub fn parse(name: &str) -> Result<Tz, String> {
    name.parse().map_err(|_| name.to_owned())
}

/// The instant of a local time. Of the two instants of a doubled hour the earlier; a skipped time is taken as if the
/// clocks had not been changed yet.
#[must_use]
pub fn instant(zone: Tz, local: NaiveDateTime) -> Micros {
    let found: Option<DateTime<Tz>> = zone.from_local_datetime(&local).earliest();
    match found {
        Some(time) => Micros(time.timestamp_micros()),
        None => {
            let before = local - chrono::TimeDelta::hours(3);
            let offset = zone
                .from_local_datetime(&before)
                .earliest()
                .map_or(before.and_utc().timestamp_micros(), |time| time.timestamp_micros());
            Micros(offset + 3 * 3_600_000_000)
        }
    }
}

/// A day in words with its ISO form.
#[must_use]
pub fn day_stamp(locale: Locale, day: Day) -> Stamp {
    Stamp { iso: day.to_string(), text: text::date(locale, day.date()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_cut_in_the_zone() {
        let zone = Zone::named("Europe/Madrid").unwrap();
        let late = Micros(chrono::Utc.with_ymd_and_hms(2026, 6, 30, 22, 30, 0).unwrap().timestamp_micros());
        assert_eq!(zone.day(late).to_string(), "2026-07-01");
        let day = zone.day(late);
        assert_eq!(zone.day(zone.start_of(day)), day);
        assert_eq!(zone.day(zone.end_of(day)), day);
        assert_eq!(zone.day(Micros(zone.end_of(day).0 + 1)).0, day.0 + 1);
    }

    #[test]
    fn a_skipped_hour_is_an_instant_all_the_same() {
        let zone = parse("Europe/Madrid").unwrap();
        let skipped = NaiveDate::from_ymd_opt(2026, 3, 29).unwrap().and_hms_opt(2, 30, 0).unwrap();
        assert_eq!(instant(zone, skipped).rfc3339(), "2026-03-29T01:30:00Z");
        let doubled = NaiveDate::from_ymd_opt(2026, 10, 25).unwrap().and_hms_opt(2, 30, 0).unwrap();
        assert_eq!(instant(zone, doubled).rfc3339(), "2026-10-25T00:30:00Z");
    }
}
