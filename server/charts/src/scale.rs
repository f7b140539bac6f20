//! Where the grid lines of a value axis lie.

/// A value axis from `low` to `high`, both whole steps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Scale {
    pub(crate) low: f64,
    pub(crate) high: f64,
    step: f64,
}

impl Scale {
    /// The axis that holds zero, `min` and `max` in about `lines` steps of 1, 2 or 5 times a power of ten.
    /// Counts are whole, so a step is never below one.
    pub(crate) fn over(min: f64, max: f64, lines: f64) -> Self {
        let (min, max) = (min.min(0.0), max.max(0.0));
        let raw = ((max - min) / lines).max(1.0);
        let power = 10_f64.powf(raw.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|m| m * power).find(|step| *step >= raw).unwrap_or(raw);
        let (low, high) = ((min / step).floor() * step, (max / step).ceil() * step);
        // All zero: an axis needs some height.
        Self { low, high: if high > low { high } else { low + step }, step }
    }

    /// The values of the grid lines, upwards.
    pub(crate) fn ticks(self) -> impl Iterator<Item = f64> {
        let count = ((self.high - self.low) / self.step).round();
        std::iter::successors(Some(0.0), |n| Some(n + 1.0))
            .take_while(move |n| *n <= count)
            .map(move |n| self.low + n * self.step)
    }
}

#[cfg(test)]
mod tests {
    use super::Scale;

    fn ticks(min: f64, max: f64) -> Vec<f64> {
        Scale::over(min, max, 4.0).ticks().collect()
    }

    #[test]
    fn steps_are_round_and_the_ends_are_inside() {
        assert_eq!(ticks(0.0, 743.0), [0.0, 200.0, 400.0, 600.0, 800.0]);
        assert_eq!(ticks(-170.0, 150.0), [-200.0, -100.0, 0.0, 100.0, 200.0]);
        assert_eq!(ticks(0.0, 0.0), [0.0, 1.0]);
        assert_eq!(ticks(3.0, 3.0), [0.0, 1.0, 2.0, 3.0]);
        assert!(ticks(0.0, 9.2e18).len() < 8);
    }
}
