//! A line the size of a word, for a tile. The number beside it says the same, so it is hidden from those who hear.

use std::fmt::Write as _;

use crate::trend::{as_count, as_float};

/// "Up or down?", without axes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sparkline {
    /// The series, oldest first.
    pub values: Vec<i64>,
}

impl Sparkline {
    const WIDTH: f64 = 100.0;
    const HEIGHT: f64 = 26.0;
    const MARGIN: f64 = 3.0;

    /// Draws it, to be stretched to any width. Fewer than two values draw an empty sheet, so that tiles keep their height.
    #[must_use]
    pub fn svg(&self) -> String {
        let mut out = format!(
            "<svg class=\"c-spark\" viewBox=\"0 0 {} {}\" preserveAspectRatio=\"none\" aria-hidden=\"true\">",
            Self::WIDTH,
            Self::HEIGHT
        );
        if self.values.len() > 1 {
            let low = self.values.iter().copied().fold(i64::MAX, i64::min);
            let high = self.values.iter().copied().fold(i64::MIN, i64::max);
            let span = as_float(high) - as_float(low);
            let room = Self::HEIGHT - 2.0 * Self::MARGIN;
            out.push_str("<polyline class=\"c-line\" points=\"");
            for (n, value) in self.values.iter().enumerate() {
                let x = Self::WIDTH * as_count(n) / as_count(self.values.len() - 1);
                // A flat line lies in the middle.
                let share = if span > 0.0 { (as_float(*value) - as_float(low)) / span } else { 0.5 };
                let y = Self::HEIGHT - Self::MARGIN - room * share;
                let gap = if n > 0 { " " } else { "" };
                // Writing to a String cannot fail.
                write!(out, "{gap}{x:.1},{y:.1}").ok();
            }
            out.push_str("\"/>");
        }
        out.push_str("</svg>");
        out
    }
}
