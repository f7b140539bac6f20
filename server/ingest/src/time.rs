//! Instants as scanners write them: with a zone, with an abbreviation that may or may not say one, or with none at all.

use crate::options::ZoneOffset;
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use model::Micros;

/// An instant, and whether the source's zone was needed to know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The instant.
    pub at: Micros,
    /// True if the text carried no zone, or one that means several.
    pub zone_assumed: bool,
}

/// Years with which instants can be reckoned: those far outside end where the calendar does.
const YEARS: std::ops::RangeInclusive<i32> = 1..=9999;

/// Months by how their names begin, in the languages in which ZAP and Burp write dates.
const MONTHS: [(u32, &[&str]); 12] = [
    (1, &["jan", "ene", "gen"]),
    (2, &["feb", "fev", "fév"]),
    (3, &["mar", "mär", "mrt"]),
    (4, &["apr", "abr", "avr"]),
    (5, &["may", "mai", "mei", "mag"]),
    (6, &["jun", "juin", "giu"]),
    (7, &["jul", "juil", "lug"]),
    (8, &["aug", "ago", "aoû"]),
    (9, &["sep", "set"]),
    (10, &["oct", "okt", "out", "ott"]),
    (11, &["nov"]),
    (12, &["dec", "dez", "dic", "déc"]),
];

/// Abbreviations that Java writes for one offset only, in hours. Those that stand for several zones (`IST`, `CST`, `BST` before
/// 1971, …) are left to the source's zone.
const ZONES: [(&str, i64); 24] = [
    ("UTC", 0),
    ("GMT", 0),
    ("Z", 0),
    ("WET", 0),
    ("WEST", 1),
    ("CET", 1),
    ("MET", 1),
    ("CEST", 2),
    ("MEST", 2),
    ("EET", 2),
    ("EEST", 3),
    ("MSK", 3),
    ("WIB", 7),
    ("HKT", 8),
    ("SGT", 8),
    ("JST", 9),
    ("KST", 9),
    ("AEST", 10),
    ("AEDT", 11),
    ("EDT", -4),
    ("CDT", -5),
    ("MDT", -6),
    ("PDT", -7),
    ("PST", -8),
];

/// Reads an instant in any of the forms: RFC 3339, the same without a zone, `2022-06-11 5:00 PM`, seconds since 1970,
/// `Sat Nov 22 10:00:00 CET 2025`, `Sat, 22 Nov 2025 10:00:00` and its relatives in other languages, `2025/3/10 10:42 CET`.
/// `None` if it is none of them.
pub fn stamp(text: &str, zone_offset: &ZoneOffset) -> Option<Stamp> {
    let text = text.trim();
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return Some(Stamp { at: Micros(instant.timestamp_micros()), zone_assumed: false });
    }
    if let Some(at) = epoch(text) {
        return Some(Stamp { at, zone_assumed: false });
    }
    let local = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %I:%M %p"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
        .filter(|local| YEARS.contains(&local.year()));
    if let Some(local) = local {
        return Some(Stamp { at: zone_offset(local), zone_assumed: true });
    }
    let (local, zone) = in_words(text)?;
    Some(match zone {
        Some(zone) => Stamp { at: Micros((local - zone).and_utc().timestamp_micros()), zone_assumed: false },
        None => Stamp { at: zone_offset(local), zone_assumed: true },
    })
}

/// Seconds since 1970, in a range in which scans can have happened.
fn epoch(text: &str) -> Option<Micros> {
    let digits = (9..=10).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let seconds: i64 = digits.then(|| text.parse().ok())??;
    Some(Micros(seconds * 1_000_000))
}

fn in_words(text: &str) -> Option<(NaiveDateTime, Option<TimeDelta>)> {
    let (mut year, mut day, mut time, mut words) = (None, None, None, Vec::new());
    let mut date = None;
    let mut offset = None;
    for token in text.split([' ', ',', '\u{a0}', '\u{202f}']).filter(|token| !token.is_empty()) {
        if token.starts_with(['+', '-']) || token.starts_with("GMT+") || token.starts_with("GMT-") {
            offset = Some(numeric_offset(token.trim_start_matches("GMT"))?);
        } else if token.contains(':') {
            let formats = ["%H:%M:%S", "%H:%M"];
            time = Some(formats.iter().find_map(|format| NaiveTime::parse_from_str(token, format).ok())?);
        } else if token.contains('/') {
            // The year has four digits: `1/2/2003` is two days, and who wrote it is not known.
            let dated = token.find('/') == Some(4);
            date = Some(dated.then(|| NaiveDate::parse_from_str(token, "%Y/%m/%d").ok())??);
        } else if let Ok(number) = token.trim_end_matches('.').parse::<u32>() {
            if number > 31 { year = i32::try_from(number).ok() } else { day = Some(number) }
        } else {
            words.push(token);
        }
    }
    // The first word is the day of the week wherever there is another that can be the month: `mar.` is both in Spanish.
    let at = words.iter().skip(1).position(|word| month(word).is_some()).map_or(0, |at| at + 1);
    let (date, zone) = match date {
        Some(date) => (date, words.first()),
        None => (
            NaiveDate::from_ymd_opt(year.filter(|year| YEARS.contains(year))?, month(words.get(at)?)?, day?)?,
            words.get(at + 1),
        ),
    };
    let zone = zone.and_then(|word| ZONES.iter().find(|(name, _)| name == word));
    Some((date.and_time(time?), offset.or(zone.map(|(_, hours)| TimeDelta::hours(*hours)))))
}

fn month(word: &str) -> Option<u32> {
    let word = word.to_lowercase();
    MONTHS.iter().find(|(_, names)| names.iter().any(|name| word.starts_with(name))).map(|(number, _)| *number)
}

/// `+02:00`, `-0330`.
fn numeric_offset(text: &str) -> Option<TimeDelta> {
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let (hours, minutes): (i64, i64) = (digits.get(..2)?.parse().ok()?, digits.get(2..4)?.parse().ok()?);
    Some(TimeDelta::minutes(sign * (hours * 60 + minutes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads with a zone two hours ahead of UTC.
    fn read(text: &str) -> Option<(String, bool)> {
        let zone: ZoneOffset = Box::new(|local| Micros((local - TimeDelta::hours(2)).and_utc().timestamp_micros()));
        stamp(text, &zone).map(|stamp| (stamp.at.rfc3339(), stamp.zone_assumed))
    }

    #[test]
    fn every_form_is_read() {
        for (text, instant, assumed) in [
            ("2021-03-12T12:34:30.12031+00:00", "2021-03-12T12:34:30.120310Z", false),
            ("2026-04-25T17:32:20.665905871Z", "2026-04-25T17:32:20.665905Z", false),
            ("1741574519", "2025-03-10T02:41:59Z", false),
            ("Wed Mar 23 14:31:51 2022", "2022-03-23T12:31:51Z", true),
            ("Mon Jul  1 11:33:11 2013", "2013-07-01T09:33:11Z", true),
            ("Sat Nov 22 10:00:00 CET 2025", "2025-11-22T09:00:00Z", false),
            ("Wed Jan 27 22:43:35 WIB 2021", "2021-01-27T15:43:35Z", false),
            ("Wed Feb 05 09:40:28 CST 2014", "2014-02-05T07:40:28Z", true),
            ("Sat Nov 22 10:00:00 GMT+03:00 2025", "2025-11-22T07:00:00Z", false),
            ("Sat, 25 Apr 2026 17:32:20", "2026-04-25T15:32:20Z", true),
            ("Fr., 30 Sep. 2022 08:40:35", "2022-09-30T06:40:35Z", true),
            ("mar., 8 mars 2022 09:55:08", "2022-03-08T07:55:08Z", true),
            ("mar, 5 abr. 2022 09:55:08", "2022-04-05T07:55:08Z", true),
            ("2024-01-15T10:30:00", "2024-01-15T08:30:00Z", true),
            ("2022-06-11 5:00 PM", "2022-06-11T15:00:00Z", true),
            ("2022-06-28 11:03 AM", "2022-06-28T09:03:00Z", true),
            ("2013/7/1 11:33", "2013-07-01T09:33:00Z", true),
            ("2018/1/12 15:09 CET", "2018-01-12T14:09:00Z", false),
            ("2025/3/10 10:42 China Standard Time (UTC +08:00)", "2025-03-10T02:42:00Z", false),
            ("Jun 13, 2017 20:16:39 EDT", "2017-06-14T00:16:39Z", false),
            ("Jan 5, 2021 10:24:08 MST", "2021-01-05T08:24:08Z", true),
        ] {
            assert_eq!(read(text), Some((instant.to_owned(), assumed)), "{text}");
        }
    }

    #[test]
    fn what_is_no_instant_is_none() {
        for text in [
            "",
            "soon",
            "Sat Nov 22",
            "10:00:00",
            "Sat Foo 22 10:00:00 2025",
            "Sat Feb 30 10:00:00 2025",
            "1/2/2003 10:00",
            "2003/1/2",
            // Where the calendar ends, nothing can be added.
            "Thu Dec 31 23:59:59 -0500 262142",
            "+262142-12-31 23:59:59",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
