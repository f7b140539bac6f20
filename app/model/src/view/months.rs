//! Published months: what a month was said to be, beside what is known of it today.

use super::{Chart, Count, Stamp};
use crate::{Edition, Mapped, Severity};
use serde::{Deserialize, Serialize};

/// The page of published months, with one of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MonthsPage {
    /// The published ones, the newest first.
    pub months: Vec<MonthRow>,
    /// The one that was asked for, else the newest.
    pub shown: Option<MonthView>,
    /// Whether this viewer may publish one.
    pub may_publish: bool,
    /// The last month that is over and not published, as `2026-09`; empty if there is none.
    pub next: String,
    /// Its name in words.
    pub next_name: String,
}

/// A published month in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthRow {
    /// `2026-09`.
    pub month: String,
    /// In words.
    pub name: String,
    /// When it was published.
    pub at: Stamp,
    /// Who published it; empty for the local operator.
    pub by: String,
    /// The last step that it knows.
    pub step: i64,
    /// SHA-256 of its bytes, hex.
    pub hash: String,
}

/// One published month.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MonthView {
    /// Which.
    pub row: MonthRow,
    /// Its figures, as they were published and as they are known today.
    pub figures: Vec<FigureRow>,
    /// The charts as they were published: open over time, what came and went, teams.
    pub charts: Vec<Chart>,
}

/// A figure of a published month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FigureRow {
    /// Which.
    pub figure: Figure,
    /// As it was published.
    pub published: Count,
    /// As it is known today.
    pub today: Count,
}

/// What a figure counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    /// Open before the month began.
    OpenBefore,
    /// First seen in it.
    New,
    /// Seen again in it after a closing.
    Reopened,
    /// Closed in it with proof.
    Fixed,
    /// Closed in it otherwise, less what was taken back.
    Other,
    /// Open at its end.
    Open,
    /// Open at its end, of a severity.
    Severity(Severity),
    /// Open at its end, of a team by name; empty for nobody's.
    Team(String),
    /// Open at its end, of a category.
    Owasp(Edition, Mapped),
}
