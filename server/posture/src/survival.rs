//! How long things last, told without forgetting those that have not ended: the estimator of Kaplan and Meier (1958), "Nonparametric
//! estimation from incomplete observations", with Greenwood's variance and the log-log interval of Kalbfleisch and Prentice
//! (*The Statistical Analysis of Failure Time Data*, 2002, section 1.4).
//!
//! A mean over what was fixed leaves out what nobody has fixed, and so gets better the longer people look away. Here an open
//! finding counts as one that lasted at least until now.

use std::collections::BTreeMap;

/// Findings that lasted equally long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Whole days.
    pub days: i64,
    /// Whether what was waited for happened then; else it had not happened until then.
    pub ended: bool,
    /// How many.
    pub count: i64,
}

/// The share that is still waiting after each day.
#[derive(Clone, Debug, PartialEq)]
pub struct Survival {
    /// How many findings it rests on.
    pub n: i64,
    /// For how many of them it has happened.
    pub ended: i64,
    steps: Vec<Step>,
}

/// What is left after the endings of a day.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Step {
    days: i64,
    left: f64,
    /// The 95 % interval around it.
    low: f64,
    high: f64,
}

/// After how many days a share of all has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quantile {
    /// Days.
    pub days: i64,
    /// The lower end of the 95 % interval.
    pub low: i64,
    /// Its upper end; `None` if it lies beyond what was observed.
    pub high: Option<i64>,
}

/// Below this number no quantile is told: design rule of the metric dictionary.
pub const FEWEST: i64 = 10;

/// The 97.5 % quantile of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

impl Survival {
    /// The estimate from spans. What ended on a day was still waiting when others of that day were last seen to be.
    #[must_use]
    pub fn of(spans: impl IntoIterator<Item = Span>) -> Self {
        let mut by_day: BTreeMap<i64, (i64, i64)> = BTreeMap::new();
        for span in spans {
            let day = by_day.entry(span.days.max(0)).or_default();
            let side = if span.ended { &mut day.0 } else { &mut day.1 };
            *side += span.count;
        }
        let n = by_day.values().map(|(ended, waiting)| ended + waiting).sum();
        let ended = by_day.values().map(|(ended, _)| ended).sum();
        let (mut at_risk, mut left, mut greenwood) = (n, 1.0_f64, 0.0_f64);
        let mut steps = Vec::new();
        for (days, (ended, waiting)) in by_day {
            if ended > 0 {
                let (d, r) = (ended as f64, at_risk as f64);
                left *= 1.0 - d / r;
                greenwood += if ended == at_risk { 0.0 } else { d / (r * (r - d)) };
                let (low, high) = interval(left, greenwood);
                steps.push(Step { days, left, low, high });
            }
            at_risk -= ended + waiting;
        }
        Self { n, ended, steps }
    }

    /// After how many days a share (0 to 1) of all has ended; `None` if that is not observed, or fewer than [`FEWEST`] are.
    #[must_use]
    pub fn quantile(&self, share: f64) -> Option<Quantile> {
        if self.n < FEWEST {
            return None;
        }
        // Sums of parts of one may miss the share by the last bit.
        let wanted = 1.0 - share + 1e-12;
        let first = |of: fn(&Step) -> f64| self.steps.iter().find(|step| of(step) <= wanted).map(|step| step.days);
        let days = first(|step| step.left)?;
        Some(Quantile { days, low: first(|step| step.low).unwrap_or(days), high: first(|step| step.high) })
    }

    /// The share that is left after each day on which something ended, the first day being the earliest.
    pub fn curve(&self) -> impl Iterator<Item = (i64, f64)> {
        self.steps.iter().map(|step| (step.days, step.left))
    }
}

/// The 95 % interval of a share that is left.
fn interval(left: f64, greenwood: f64) -> (f64, f64) {
    if left <= 0.0 || left >= 1.0 {
        return (left, left);
    }
    let spread = Z * greenwood.sqrt() / left.ln().abs();
    (left.powf(spread.exp()), left.powf((-spread).exp()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(days: i64, ended: bool) -> Span {
        Span { days, ended, count: 1 }
    }

    /// The remission times of 21 patients under 6-MP, in weeks (Freireich and others, *Blood* 21, 1963), on which text books
    /// show the estimate: 0.857 after 6, 0.807 after 7, 0.753 after 10, 0.690 after 13, 0.627 after 16, 0.538 after 22, 0.448
    /// after 23.
    #[test]
    fn the_estimate_is_that_of_the_text_books() {
        let ended = [6, 6, 6, 7, 10, 13, 16, 22, 23];
        let waiting = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35];
        let spans = ended.map(|days| span(days, true)).into_iter().chain(waiting.map(|days| span(days, false)));
        let survival = Survival::of(spans);
        assert_eq!((survival.n, survival.ended), (21, 9));
        let told: Vec<(i64, i64)> =
            survival.curve().map(|(days, left)| (days, (left * 1000.0).round() as i64)).collect();
        assert_eq!(told, [(6, 857), (7, 807), (10, 753), (13, 690), (16, 627), (22, 538), (23, 448)]);
        let median = survival.quantile(0.5).unwrap();
        assert_eq!((median.days, median.low, median.high), (23, 13, None));
        assert_eq!(survival.quantile(0.9), None, "nine of ten have not ended while anybody looked");
    }

    #[test]
    fn few_are_not_told_and_many_alike_are_one_span() {
        assert_eq!(Survival::of((0..9).map(|_| span(3, true))).quantile(0.5), None);
        let alike = Survival::of([Span { days: 3, ended: true, count: 10 }]);
        assert_eq!(alike, Survival::of((0..10).map(|_| span(3, true))));
        assert_eq!(alike.quantile(0.5), Some(Quantile { days: 3, low: 3, high: Some(3) }));
        assert_eq!(Survival::of([]).quantile(0.5), None);
    }

    #[test]
    fn looking_away_does_not_make_it_faster() {
        let fixed = (0..20).map(|day| span(day, true));
        let open = Span { days: 400, ended: false, count: 60 };
        let without = Survival::of(fixed.clone()).quantile(0.2).unwrap().days;
        let with = Survival::of(fixed.chain([open])).quantile(0.2).unwrap().days;
        assert!(with > without, "{with} {without}");
    }
}
