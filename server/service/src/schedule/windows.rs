//! Blackout windows: when no scan of a target may begin, by weekday and local time.

use chrono::{Datelike, Days, NaiveTime, TimeZone, Timelike};
use chrono_tz::Tz;
use model::Micros;
use std::fmt;
use std::str::FromStr;

/// The most windows that one target has.
const MOST: usize = 20;
/// How many ends of windows are looked for before they are taken to close for ever: more than a week of the most windows.
const LOOKED: usize = 8 * MOST;
/// The words of weekdays, Monday first.
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
/// Minutes of a day.
const DAY: u16 = 24 * 60;

/// Times of the week, in words `mon-fri 08:00-19:00; sat 10:00-12:00`. A window that ends before it begins lasts until the
/// next day; `00:00-24:00` is a whole day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Windows(Vec<Window>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Window {
    first: u8,
    last: u8,
    /// In minutes of the day.
    from: u16,
    until: u16,
}

impl Windows {
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first instant from `at` on that is in none of them; `None` if they never end.
    #[must_use]
    pub fn open_from(&self, zone: Tz, at: Micros) -> Option<Micros> {
        let mut at = at;
        for _ in 0..LOOKED {
            let Some(end) = self.0.iter().filter_map(|window| window.end_at(zone, at)).max() else { return Some(at) };
            at = end;
        }
        None
    }
}

impl Window {
    fn on(self, day: u8) -> bool {
        if self.first <= self.last {
            (self.first..=self.last).contains(&day)
        } else {
            day >= self.first || day <= self.last
        }
    }

    /// When it ends, if an instant is in it.
    fn end_at(self, zone: Tz, at: Micros) -> Option<Micros> {
        let local = at.to_datetime().with_timezone(&zone).naive_local();
        let minute = u16::try_from(local.num_seconds_from_midnight() / 60).ok()?;
        let weekday = |back: u64| {
            let day = local.date().checked_sub_days(Days::new(back))?.weekday().num_days_from_monday();
            u8::try_from(day).ok()
        };
        let over_night = self.until <= self.from;
        let today = self.on(weekday(0)?) && minute >= self.from && (over_night || minute < self.until);
        let since_yesterday = over_night && minute < self.until && self.on(weekday(1)?);
        let days = match (since_yesterday, today) {
            (true, _) => 0,
            (_, true) if over_night => 1,
            (_, true) => 0,
            _ => return None,
        };
        let (days, until) = if self.until == DAY { (days + 1, 0) } else { (days, self.until) };
        let date = local.date().checked_add_days(Days::new(days))?;
        let end = date.and_time(NaiveTime::from_num_seconds_from_midnight_opt(u32::from(until) * 60, 0)?);
        // The end may be a local time that is skipped; a later one that is there is no more than a few hours away. Of two,
        // the later: a window never ends early.
        (0..24 * 60).find_map(|minutes| {
            let found = zone.from_local_datetime(&(end + chrono::TimeDelta::minutes(minutes))).latest()?;
            Some(Micros(found.timestamp_micros())).filter(|end| *end > at)
        })
    }
}

impl FromStr for Windows {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let parts: Vec<&str> = text.split([';', '\n']).map(str::trim).filter(|part| !part.is_empty()).collect();
        if parts.len() > MOST {
            return Err(());
        }
        parts.into_iter().map(str::parse).collect::<Result<_, ()>>().map(Self)
    }
}

impl FromStr for Window {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (days, times) = text.split_once(char::is_whitespace).ok_or(())?;
        let (first, last) = match days {
            "*" => ("mon", "sun"),
            days => days.split_once('-').unwrap_or((days, days)),
        };
        let day = |word: &str| {
            let found = DAYS.iter().position(|day| day.eq_ignore_ascii_case(word.trim())).ok_or(())?;
            u8::try_from(found).map_err(|_| ())
        };
        let (from, until) = times.split_once('-').ok_or(())?;
        let window = Self { first: day(first)?, last: day(last)?, from: minutes(from)?, until: minutes(until)? };
        if window.from == DAY || window.from == window.until { Err(()) } else { Ok(window) }
    }
}

fn minutes(text: &str) -> Result<u16, ()> {
    let (hour, minute) = text.trim().split_once(':').ok_or(())?;
    let (hour, minute): (u16, u16) = (hour.parse().map_err(|_| ())?, minute.parse().map_err(|_| ())?);
    let all = hour.checked_mul(60).and_then(|all| all.checked_add(minute)).ok_or(())?;
    if minute < 60 && all <= DAY { Ok(all) } else { Err(()) }
}

impl fmt::Display for Windows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, window) in self.0.iter().enumerate() {
            f.write_str(if at == 0 { "" } else { "; " })?;
            let day = |day: u8| DAYS.get(usize::from(day)).copied().unwrap_or_default();
            match (window.first, window.last) {
                (0, 6) => f.write_str("*")?,
                (first, last) if first == last => f.write_str(day(first))?,
                (first, last) => write!(f, "{}-{}", day(first), day(last))?,
            }
            let (from, until) = (window.from, window.until);
            write!(f, " {:02}:{:02}-{:02}:{:02}", from / 60, from % 60, until / 60, until % 60)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(windows: &str, at: &str) -> Option<String> {
        let at: Micros = chrono::DateTime::parse_from_rfc3339(at).unwrap().to_utc().into();
        let zone = crate::zone::parse("Europe/Madrid").unwrap();
        let windows: Windows = windows.parse().unwrap();
        assert_eq!(windows.to_string().parse::<Windows>().unwrap(), windows);
        windows.open_from(zone, at).map(Micros::rfc3339)
    }

    #[test]
    fn a_scan_waits_for_the_end_of_its_window() {
        let office = "mon-fri 08:00-19:00; sat 10:00-12:00";
        // A Monday in winter: Madrid is one hour ahead.
        assert_eq!(open(office, "2026-01-05T06:59:00Z").unwrap(), "2026-01-05T06:59:00Z");
        assert_eq!(open(office, "2026-01-05T07:00:00Z").unwrap(), "2026-01-05T18:00:00Z");
        assert_eq!(open(office, "2026-01-05T18:00:00Z").unwrap(), "2026-01-05T18:00:00Z");
        assert_eq!(open(office, "2026-01-10T10:00:00Z").unwrap(), "2026-01-10T11:00:00Z", "Saturday");
        assert_eq!(open(office, "2026-01-11T10:00:00Z").unwrap(), "2026-01-11T10:00:00Z", "Sunday");
        assert_eq!(open("", "2026-01-05T07:00:00Z").unwrap(), "2026-01-05T07:00:00Z");
    }

    #[test]
    fn a_window_may_last_over_night_and_over_the_change_of_clocks() {
        let night = "fri 22:00-06:00";
        assert_eq!(open(night, "2026-01-09T23:00:00Z").unwrap(), "2026-01-10T05:00:00Z");
        assert_eq!(open(night, "2026-01-10T04:59:00Z").unwrap(), "2026-01-10T05:00:00Z");
        assert_eq!(open(night, "2026-01-10T05:00:00Z").unwrap(), "2026-01-10T05:00:00Z");
        assert_eq!(open("sat 22:00-02:30", "2026-03-28T22:00:00Z").unwrap(), "2026-03-29T01:00:00Z", "it is skipped");
        assert_eq!(open("sat 22:00-02:30", "2026-10-24T22:00:00Z").unwrap(), "2026-10-25T01:30:00Z", "the second time");
    }

    #[test]
    fn windows_that_touch_are_one_and_those_that_never_end_are_told() {
        assert_eq!(open("mon 00:00-24:00; tue 00:00-03:00", "2026-01-05T12:00:00Z").unwrap(), "2026-01-06T02:00:00Z");
        assert_eq!(open("* 00:00-24:00", "2026-01-05T12:00:00Z"), None);
        assert_eq!(open("sat-mon 00:00-24:00", "2026-01-10T12:00:00Z").unwrap(), "2026-01-12T23:00:00Z");
    }

    #[test]
    fn what_is_no_window_is_refused() {
        for text in ["mon", "mon 8-9", "mun 08:00-09:00", "mon 08:00-08:00", "mon 25:00-26:00", "mon 08:61-09:00"] {
            assert!(text.parse::<Windows>().is_err(), "{text}");
        }
        assert!("mon 08:00-09:00;".repeat(MOST + 1).parse::<Windows>().is_err());
    }
}
