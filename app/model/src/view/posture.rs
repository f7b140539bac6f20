//! Where the organisation stands: one page.

use super::{Chart, Count, PastView};
use crate::{Edition, Mapped, Severity};
use serde::{Deserialize, Serialize};

/// What the page is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostureQuery {
    /// Filter text: team, tool, as-of, known-at and so on.
    #[serde(default)]
    pub q: String,
    /// `2021` (the default) or `2025`.
    #[serde(default)]
    pub edition: String,
}

/// The page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PosturePage {
    /// The query in canonical form.
    pub query: PostureQuery,
    /// The edition shown.
    pub edition: Edition,
    /// What is wrong with the filter text, if anything.
    pub filter_error: Option<super::findings::FilterProblem>,
    /// Set while looking at the past.
    pub past: Option<PastView>,
    /// True if nothing was ever imported.
    pub nothing_imported: bool,
    /// The day shown, in words.
    pub day: String,
    /// The day of the comparison (thirty days before), in words.
    pub compared_with: String,
    /// Open on the day shown.
    pub open: Count,
    /// Open on the day of the comparison.
    pub open_before: Count,
    /// Critical and high, open.
    pub urgent: Count,
    /// Critical and high, open on the day of the comparison.
    pub urgent_before: Count,
    /// New in the thirty days.
    pub new: Count,
    /// Reopened in the thirty days.
    pub reopened: Count,
    /// Fixed with proof in the thirty days.
    pub fixed: Count,
    /// Closed otherwise in the thirty days: value is net.
    pub other: Count,
    /// Past due.
    pub overdue: Count,
    /// Open without a team.
    pub unowned: Count,
    /// Open and not re-tested.
    pub not_retested: Count,
    /// Open by severity, worst first.
    pub by_severity: Vec<(Severity, Count)>,
    /// Small trend of open over twelve weeks for each severity, as SVG, in the order of `by_severity`.
    pub sparks: Vec<String>,
    /// Assets known, and those observed in the last thirty days.
    pub assets: i64,
    /// Assets observed in the last thirty days.
    pub assets_observed: i64,
    /// Open over time.
    pub trend: Chart,
    /// New and reopened against fixed, by week or month.
    pub flow: Chart,
    /// Open by team, stacked by severity.
    pub teams: Chart,
    /// OWASP category by team.
    pub heat: Heat,
}

/// The heatmap: categories across, teams down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heat {
    /// Columns: A01 to A10, then unmapped if it has any.
    pub columns: Vec<Mapped>,
    /// A row a team, by name; then what nobody owns, and all teams that have no row of their own, as one.
    pub rows: Vec<(String, Vec<HeatCell>)>,
}

/// A cell of the heatmap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeatCell {
    /// The number with its rows.
    pub count: Count,
    /// False where no scan with checks of the category reached an asset of the team in the window: hatched, never a zero.
    pub looked: bool,
    /// 0 to 5: how dark.
    pub level: u8,
}
