//! Numbers and dates as each language writes them. Pure, so that server and browser agree.

use super::Locale;
use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};

/// The narrow no-break space that groups thousands and stands before `%`.
const NARROW_SPACE: char = '\u{202f}';

/// A whole number with grouped thousands: `1,234` in English; in Spanish `1234` and, from five digits on, `12 345`
/// (Ortografía de la lengua española: groups of three parted by a space, none in numbers of four digits).
#[must_use]
pub fn number(locale: Locale, value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let (separator, least) = match locale {
        Locale::En => (',', 4),
        Locale::Es => (NARROW_SPACE, 5),
    };
    let mut text = String::with_capacity(digits.len() + 8);
    if value < 0 {
        text.push('−');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && digits.len() >= least && (digits.len() - index).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

/// A number with its sign always shown: `+3`, `−2`, `0`.
#[must_use]
pub fn signed(locale: Locale, value: i64) -> String {
    let text = number(locale, value);
    if value > 0 { format!("+{text}") } else { text }
}

/// `part` of `whole` as a rounded percentage, `0 %` where the whole is nothing.
#[must_use]
pub fn percent(locale: Locale, part: i64, whole: i64) -> String {
    let value = if whole == 0 { 0 } else { (200 * part + whole) / (2 * whole) };
    format!("{}{NARROW_SPACE}%", number(locale, value))
}

/// A share in millionths as a percentage with one decimal: `94.4 %`.
#[must_use]
pub fn share(locale: Locale, millionths: u32) -> String {
    let tenths = (u64::from(millionths) + 500) / 1_000;
    format!("{}{}{}{NARROW_SPACE}%", tenths / 10, locale.pick(",", "."), tenths % 10)
}

/// The full name of a month, 1 to 12; empty for anything else.
#[must_use]
pub fn month(locale: Locale, number: u32) -> &'static str {
    const ES: [&str; 12] = [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ];
    const EN: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let index = (number as usize).wrapping_sub(1);
    locale.pick(ES, EN).get(index).copied().unwrap_or_default()
}

/// The short name of a weekday, Monday being 0.
#[must_use]
pub fn weekday(locale: Locale, from_monday: u32) -> &'static str {
    const ES: [&str; 7] = ["lun", "mar", "mié", "jue", "vie", "sáb", "dom"];
    const EN: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    locale.pick(ES, EN).get(from_monday as usize).copied().unwrap_or_default()
}

/// The first letters of a month's name.
fn short_month(locale: Locale, number: u32) -> String {
    month(locale, number).chars().take(3).collect()
}

/// A date: `7 oct 2026`, `7 Oct 2026`.
#[must_use]
pub fn date(locale: Locale, value: NaiveDate) -> String {
    format!("{} {} {}", value.day(), short_month(locale, value.month()), value.year())
}

/// A date without its year: `7 oct`, `7 Oct`.
#[must_use]
pub fn day_month(locale: Locale, value: NaiveDate) -> String {
    format!("{} {}", value.day(), short_month(locale, value.month()))
}

/// A month with its year: `octubre de 2026`, `October 2026`.
#[must_use]
pub fn month_year(locale: Locale, value: NaiveDate) -> String {
    let name = month(locale, value.month());
    match locale {
        Locale::Es => format!("{name} de {}", value.year()),
        Locale::En => format!("{name} {}", value.year()),
    }
}

/// A date and a time of day: `7 oct 2026, 22:10`.
#[must_use]
pub fn date_time(locale: Locale, value: NaiveDateTime) -> String {
    format!("{}, {:02}:{:02}", date(locale, value.date()), value.hour(), value.minute())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_as_each_language_does() {
        assert_eq!(number(Locale::En, 1_234_567), "1,234,567");
        assert_eq!(number(Locale::Es, 1_234), "1234");
        assert_eq!(number(Locale::Es, 12_345), "12\u{202f}345");
        assert_eq!(number(Locale::En, -5), "−5");
        assert_eq!(signed(Locale::En, 3), "+3");
        assert_eq!(number(Locale::En, i64::MIN), "−9,223,372,036,854,775,808");
    }

    #[test]
    fn percentages_round_and_survive_an_empty_whole() {
        assert_eq!(percent(Locale::En, 1, 3), "33\u{202f}%");
        assert_eq!(percent(Locale::En, 2, 3), "67\u{202f}%");
        assert_eq!(percent(Locale::Es, 0, 0), "0\u{202f}%");
    }

    #[test]
    fn dates_read_naturally() {
        let day = NaiveDate::from_ymd_opt(2026, 10, 7).unwrap();
        assert_eq!(date(Locale::Es, day), "7 oct 2026");
        assert_eq!(month_year(Locale::Es, day), "octubre de 2026");
        assert_eq!(month_year(Locale::En, day), "October 2026");
    }
}
