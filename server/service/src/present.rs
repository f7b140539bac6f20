//! From stored values to what a page shows: stamps, ages, deadlines, references.

use crate::request::Session;
use crate::zone::day_stamp;
use model::filter::FilterError;
use model::text::{self, Locale};
use model::view::findings::{Due, FilterProblem};
use model::view::{Count, Stamp};
use model::{Day, Micros};
use taxonomy::Classification;

impl Session {
    /// An instant in the organisation's zone and the viewer's language.
    pub(crate) fn stamp(&self, at: Micros) -> Stamp {
        self.service.zone.stamp(self.locale(), at)
    }

    /// Today in the organisation's zone.
    pub(crate) fn today(&self) -> Day {
        self.service.zone.day(self.now())
    }

    /// A deadline.
    pub(crate) fn due(&self, day: Day) -> Due {
        Due { day: day_stamp(self.locale(), day), days_left: i64::from(day.0) - i64::from(self.today().0) }
    }
}

/// How long ago, in the largest unit that fits: `3 h`, `12 d`, `5 sem`, `2 a`.
pub(crate) fn age(locale: Locale, since: Micros, now: Micros) -> String {
    let hours = (now.0 - since.0).max(0) / 3_600_000_000;
    let (value, unit) = match hours {
        0..48 => (hours, "h"),
        48..1_680 => (hours / 24, "d"),
        1_680..17_520 => (hours / 168, locale.pick("sem", "wk")),
        _ => (hours / 8_760, locale.pick("a", "y")),
    };
    format!("{}\u{a0}{unit}", text::number(locale, value))
}

/// A number with the filter whose rows it counts.
pub(crate) fn count(value: i64, filter: &model::filter::Filter) -> Count {
    Count { value, filter: filter.to_string() }
}

/// What is wrong with a filter's text, as pages show it.
pub(crate) fn filter_problem(error: &FilterError) -> FilterProblem {
    let expected = if error.suggestion.is_empty() { Vec::new() } else { vec![error.suggestion.clone()] };
    FilterProblem { at: error.position, text: error.token.clone(), code: error.problem.word().to_owned(), expected }
}

/// The stored classification of a weakness, an entry an edition.
pub(crate) fn classifications(stored: &str) -> Vec<Classification> {
    serde_json::from_str(stored).unwrap_or_else(|error| {
        tracing::error!(%error, "a stored classification cannot be read");
        Vec::new()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_take_the_largest_unit_that_fits() {
        let hour = 3_600_000_000;
        let now = Micros(100_000 * hour);
        let ago = |hours: i64| age(Locale::En, Micros(now.0 - hours * hour), now);
        assert_eq!(
            [ago(0), ago(47), ago(48), ago(1_700), ago(20_000)],
            ["0\u{a0}h", "47\u{a0}h", "2\u{a0}d", "10\u{a0}wk", "2\u{a0}y"]
        );
        assert_eq!(age(Locale::En, Micros(now.0 + hour), now), "0\u{a0}h");
    }
}
