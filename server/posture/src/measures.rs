//! The figures about time of the metric dictionary: how old, how late, how fast, how lasting. Each is defined here once; the
//! store only says how long each finding lasted and whether it counts.

use crate::metrics::Key;
use crate::survival::{Quantile, Span, Survival};
use model::metrics::Measure;
use std::collections::BTreeMap;

/// For how long after a fix a return counts as one that did not hold, in days.
pub const HOLDS: i64 = 90;

/// Findings alike under a measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lot {
    /// One key for each dimension asked for.
    pub keys: Vec<Key>,
    /// Whole days: of age, late, until the fix or until the decision. Without meaning for shares.
    pub days: i64,
    /// Whether it happened: fixed, decided, kept, came back.
    pub happened: bool,
    /// How many.
    pub count: i64,
}

/// What a measure says of the findings of the same keys.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// One key for each dimension asked for.
    pub keys: Vec<Key>,
    /// How many findings it rests on.
    pub n: i64,
    /// For how many of them it happened; of what is late or old, all.
    pub happened: i64,
    /// The days of all together, where days add up: of what is late.
    pub days: Option<i64>,
    /// After how many days for half of them, if that can be said.
    pub p50: Option<Quantile>,
    /// After how many days for nine of ten of them, if that can be said.
    pub p90: Option<Quantile>,
}

impl Measured {
    /// The share for which it happened, in tenths of a per cent; `None` of nothing.
    #[must_use]
    pub fn share(&self) -> Option<i64> {
        (self.n > 0).then(|| (self.happened * 2000 / self.n + 1) / 2)
    }
}

/// Evaluates a measure over lots, sorted by keys.
#[must_use]
pub fn measure(measure: Measure, lots: &[Lot]) -> Vec<Measured> {
    let mut groups: BTreeMap<&[Key], Vec<&Lot>> = BTreeMap::new();
    for lot in lots {
        groups.entry(&lot.keys).or_default().push(lot);
    }
    groups.into_iter().map(|(keys, lots)| measured(measure, keys, &lots)).collect()
}

fn measured(measure: Measure, keys: &[Key], lots: &[&Lot]) -> Measured {
    let n = lots.iter().map(|lot| lot.count).sum();
    let happened = lots.iter().filter(|lot| lot.happened).map(|lot| lot.count).sum();
    let plain = Measured { keys: keys.to_vec(), n, happened, days: None, p50: None, p90: None };
    match measure {
        Measure::DueKept | Measure::ReopenRate => plain,
        Measure::Debt => Measured { days: Some(lots.iter().map(|lot| lot.days * lot.count).sum()), ..plain },
        Measure::Age | Measure::TimeToFix | Measure::TimeToDecide => {
            let spans = lots.iter().map(|lot| Span { days: lot.days, ended: lot.happened, count: lot.count });
            let survival = Survival::of(spans);
            Measured { p50: survival.quantile(0.5), p90: survival.quantile(0.9), ..plain }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Severity;

    fn lot(severity: Severity, days: i64, happened: bool, count: i64) -> Lot {
        Lot { keys: vec![Key::Severity(severity)], days, happened, count }
    }

    #[test]
    fn each_group_is_measured_alone() {
        let lots = [lot(Severity::High, 2, true, 6), lot(Severity::High, 9, false, 6), lot(Severity::Low, 40, true, 3)];
        let fixed = measure(Measure::TimeToFix, &lots);
        assert_eq!(fixed.iter().map(|m| (m.n, m.happened)).collect::<Vec<_>>(), [(3, 3), (12, 6)]);
        assert_eq!(fixed[0].p50, None, "three are too few to tell");
        assert_eq!(fixed[1].p50.unwrap().days, 2);
        assert_eq!(fixed[1].p90, None, "half of them are open still");
        let debt = measure(Measure::Debt, &lots);
        assert_eq!(debt[1].days, Some(2 * 6 + 9 * 6));
        let kept = measure(Measure::DueKept, &lots);
        assert_eq!(kept.iter().map(Measured::share).collect::<Vec<_>>(), [Some(1000), Some(500)]);
    }

    #[test]
    fn shares_are_rounded_to_the_nearest_tenth() {
        let share = |happened, n| Measured { keys: vec![], n, happened, days: None, p50: None, p90: None }.share();
        assert_eq!([share(2, 3), share(1, 3), share(0, 5), share(0, 0)], [Some(667), Some(333), Some(0), None]);
    }
}
