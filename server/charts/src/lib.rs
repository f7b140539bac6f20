//! Charts of Postura: plain data in, one SVG string out, the same bytes for the same data.
//!
//! Every chart is a struct of values and strings that are already in the reader's language. `svg()` draws it with
//! plotters through a backend of our own: colours become CSS classes (`c-line`, `c-sev-h`, …), so that the page's tokens
//! paint both themes and the print; sizes are a `viewBox`; no attribute `style` is ever written. Every datum is a link
//! with a name, reachable by keyboard. `table()` gives the same numbers as text, for the table beside it and the CSV.
//!
//! **Invariant:** text and addresses are escaped here, whatever they hold, and an address that is not of this site
//! (it must start with a single `/`, `?` or `#`) is not linked.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod backend;
mod bars;
mod canvas;
mod flow;
mod ink;
mod number;
mod scale;
mod spark;
mod text;
mod trend;

pub use bars::{Bar, SeverityBars, TeamBars, TeamRow};
pub use flow::{Flow, FlowNames, FlowPoint};
pub use number::Numbers;
pub use spark::Sparkline;
pub use trend::{Compare, Note, Trend, TrendPoint};

/// The width that a chart is drawn for; text keeps its size on the page in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// A card of 480 to 720 CSS pixels.
    Wide,
    /// A phone, about 330 CSS pixels.
    Narrow,
}

impl Size {
    /// Width of the `viewBox` in units, about one CSS pixel each.
    const fn width(self) -> i32 {
        match self {
            Self::Wide => 500,
            Self::Narrow => 330,
        }
    }

    /// Height of a chart with a time axis, in units.
    const fn height(self) -> i32 {
        match self {
            Self::Wide => 220,
            Self::Narrow => 210,
        }
    }
}

/// The numbers of a chart as text: what the table beside it and the CSV show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// One header a column.
    pub headers: Vec<String>,
    /// Rows of as many cells as there are headers; numbers are plain digits.
    pub rows: Vec<Vec<String>>,
}
