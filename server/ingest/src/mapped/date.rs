//! Instants in a column: in the forms that scanners write, and in numbers, whose order the mapping knows.

use crate::options::ZoneOffset;
use crate::time::{Stamp, stamp};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use model::Micros;
use model::mapping::DateOrder;

/// Reads an instant. A day without a time is its noon, as where a person states a day. `None` if it cannot be understood.
pub fn instant(text: &str, order: DateOrder, zone_offset: &ZoneOffset) -> Option<Stamp> {
    let text = text.trim();
    stamp(text, zone_offset).or_else(|| milliseconds(text)).or_else(|| {
        let local = in_numbers(text, order)?;
        Some(Stamp { at: zone_offset(local), zone_assumed: true })
    })
}

/// Milliseconds since 1970, as JavaScript counts.
fn milliseconds(text: &str) -> Option<Stamp> {
    let digits = text.len() == 13 && text.bytes().all(|byte| byte.is_ascii_digit());
    let milliseconds: i64 = digits.then(|| text.parse().ok())??;
    Some(Stamp { at: Micros(milliseconds * 1000), zone_assumed: false })
}

/// `31/12/2026 23:59`, `12/31/2026 11:59 PM`, `2026-12-31`.
fn in_numbers(text: &str, order: DateOrder) -> Option<NaiveDateTime> {
    let (date, time) = text.split_once([' ', 'T']).unwrap_or((text, ""));
    let mut parts = date.split(['/', '-', '.']).map(|part| part.parse::<u32>().ok());
    let (Some(first), Some(second), Some(third), None) = (parts.next()?, parts.next()?, parts.next()?, parts.next())
    else {
        return None;
    };
    let (year, month, day) = match order {
        _ if first > 999 => (first, second, third),
        DateOrder::YearFirst => return None,
        DateOrder::DayFirst => (third, second, first),
        DateOrder::MonthFirst => (third, first, second),
    };
    let day = NaiveDate::from_ymd_opt(i32::try_from(year).ok().filter(|year| *year > 999)?, month, day)?;
    let time = time.trim();
    let known = ["%H:%M:%S%.f", "%H:%M", "%I:%M:%S %p", "%I:%M %p"];
    match time {
        "" => day.and_hms_opt(12, 0, 0),
        time => {
            known.iter().find_map(|format| NaiveTime::parse_from_str(time, format).ok()).map(|time| day.and_time(time))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_the_mappings_order() {
        let zone: ZoneOffset = Box::new(|local| Micros(local.and_utc().timestamp_micros()));
        let read =
            |text: &str, order| instant(text, order, &zone).map(|stamp| (stamp.at.rfc3339(), stamp.zone_assumed));
        for (text, order, instant) in [
            ("31/12/2026 23:59", DateOrder::DayFirst, Some(("2026-12-31T23:59:00Z", true))),
            ("01.02.2026", DateOrder::DayFirst, Some(("2026-02-01T12:00:00Z", true))),
            ("1/2/2026 1:05 PM", DateOrder::MonthFirst, Some(("2026-01-02T13:05:00Z", true))),
            ("2026-02-01", DateOrder::DayFirst, Some(("2026-02-01T12:00:00Z", true))),
            ("2026-02-01T10:00:00+02:00", DateOrder::YearFirst, Some(("2026-02-01T08:00:00Z", false))),
            ("1767225600000", DateOrder::YearFirst, Some(("2026-01-01T00:00:00Z", false))),
            ("01/02/2026", DateOrder::YearFirst, None),
            ("31/12/2026", DateOrder::MonthFirst, None),
            ("1/2/26", DateOrder::DayFirst, None),
            ("soon", DateOrder::DayFirst, None),
            ("", DateOrder::DayFirst, None),
        ] {
            assert_eq!(read(text, order), instant.map(|(at, assumed)| (at.to_owned(), assumed)), "{text}");
        }
    }
}
