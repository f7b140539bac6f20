//! The plain picker of a schedule: each day, a weekday or a day of the month at a time, written as cron text; anything else is
//! cron text as it stands.

use std::fmt;
use std::str::FromStr;

/// A time of the day: hour and minute.
pub type Time = (u8, u8);

/// When, as a person picks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Picked {
    /// Each day.
    Day(Time),
    /// Once a week; Monday is 1, Sunday 7.
    Week(u8, Time),
    /// Once a month, on a day of 1 to 28, which every month has.
    Month(u8, Time),
    /// Anything else, as cron text.
    Cron(String),
}

impl Picked {
    /// What was picked on a form: `day`, `week`, `month` or `cron`, with the fields that go with it. `None` if one of them
    /// cannot be.
    #[must_use]
    pub fn of(every: &str, weekday: &str, month_day: &str, time: &str, cron: &str) -> Option<Self> {
        let number = |text: &str, most: u8| text.trim().parse().ok().filter(|number| (1..=most).contains(number));
        Some(match every {
            "day" => Self::Day(parse_time(time)?),
            "week" => Self::Week(number(weekday, 7)?, parse_time(time)?),
            "month" => Self::Month(number(month_day, 28)?, parse_time(time)?),
            _ => Self::Cron(cron.split_whitespace().collect::<Vec<_>>().join(" ")),
        })
    }

    /// The word of the picker's first field.
    #[must_use]
    pub fn every(&self) -> &'static str {
        match self {
            Self::Day(_) => "day",
            Self::Week(..) => "week",
            Self::Month(..) => "month",
            Self::Cron(_) => "cron",
        }
    }

    /// The time of the day as `02:30`; empty for cron text.
    #[must_use]
    pub fn time(&self) -> String {
        match self {
            Self::Day(time) | Self::Week(_, time) | Self::Month(_, time) => format!("{:02}:{:02}", time.0, time.1),
            Self::Cron(_) => String::new(),
        }
    }
}

fn parse_time(text: &str) -> Option<Time> {
    let (hour, minute) = text.trim().split_once(':')?;
    let (hour, minute): (u8, u8) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour < 24 && minute < 60).then_some((hour, minute))
}

impl fmt::Display for Picked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day((hour, minute)) => write!(f, "{minute} {hour} * * *"),
            Self::Week(day, (hour, minute)) => write!(f, "{minute} {hour} * * {day}"),
            Self::Month(day, (hour, minute)) => write!(f, "{minute} {hour} {day} * *"),
            Self::Cron(text) => f.write_str(text),
        }
    }
}

impl FromStr for Picked {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fields: Vec<&str> = text.split_whitespace().collect();
        let number = |text: &str| text.parse::<u8>().ok();
        let picked = match fields[..] {
            [minute, hour, day, "*", weekday] => match (number(minute), number(hour), number(day), number(weekday)) {
                (Some(minute), Some(hour), None, None) if day == "*" && weekday == "*" => {
                    Some(Self::Day((hour, minute)))
                }
                (Some(minute), Some(hour), None, Some(weekday @ 1..=7)) if day == "*" => {
                    Some(Self::Week(weekday, (hour, minute)))
                }
                (Some(minute), Some(hour), Some(day @ 1..=28), None) if weekday == "*" => {
                    Some(Self::Month(day, (hour, minute)))
                }
                _ => None,
            },
            _ => None,
        };
        Ok(picked.unwrap_or_else(|| Self::Cron(fields.join(" "))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_picked_is_cron_text_and_comes_back() {
        for (picked, cron) in [
            (Picked::of("day", "", "", "02:30", ""), "30 2 * * *"),
            (Picked::of("week", "1", "", "02:00", ""), "0 2 * * 1"),
            (Picked::of("month", "", "28", "23:59", ""), "59 23 28 * *"),
            (Picked::of("cron", "", "", "", " 0  */4 * * MON-FRI "), "0 */4 * * MON-FRI"),
        ] {
            let picked = picked.unwrap();
            assert_eq!(picked.to_string(), cron);
            assert_eq!(cron.parse::<Picked>().unwrap(), picked);
        }
        for (every, weekday, day, time) in
            [("day", "", "", "24:00"), ("week", "8", "", "02:00"), ("month", "", "31", "02:00")]
        {
            assert_eq!(Picked::of(every, weekday, day, time, ""), None);
        }
    }
}
