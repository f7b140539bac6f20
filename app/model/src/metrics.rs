//! The metrics and the dimensions by which they may be cut. `posture::metrics` evaluates them.

use crate::Cause;
use crate::status::worded;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

worded! {
    /// A metric. Each is defined once, by its sign and its causes.
    Metric {
        /// How many count as open: the sum of all entries up to an instant.
        Open = 1 "open",
        /// First openings ever.
        New = 2 "new",
        /// Openings after a closure.
        Reopened = 3 "reopened",
        /// Closures with proof of re-test.
        Fixed = 4 "fixed",
        /// Closures by a verdict, less those taken back, expired or revoked.
        Other = 5 "other",
        /// What came in from other teams, severities or states, less what went there. Zero where the filter and the
        /// dimensions do not tell these apart.
        Moved = 6 "moved",
        /// The change of `open`: new + reopened − fixed − other + moved.
        Net = 7 "net",
    }
}

worded! {
    /// A figure about time that is no sum of the ledger: it looks at each finding's own dates. `posture::measures` evaluates it.
    Measure {
        /// For how many days what is open has been known, from the first sighting; reopening does not begin it anew.
        Age = 1 "age",
        /// What is open past its due day, and the days it is late in all.
        Debt = 2 "debt",
        /// Of the due days that fell in a period: the share that was fixed with proof by then.
        DueKept = 3 "due_kept",
        /// After how many days half, and nine of ten, are fixed with proof; what is still open counts as not fixed yet.
        TimeToFix = 4 "time_to_fix",
        /// After how many days a person first decided something.
        TimeToDecide = 5 "time_to_decide",
        /// Of what was fixed in a period: the share that came back within 90 days.
        ReopenRate = 6 "reopen_rate",
    }
}

worded! {
    /// What a metric may be cut by.
    Dimension {
        /// The day in the organisation's zone.
        Day = 1 "day",
        /// The Monday of the ISO week.
        Week = 2 "week",
        /// The first of the month.
        Month = 3 "month",
        /// Severity.
        Severity = 4 "severity",
        /// Primary OWASP Top 10 2021 category.
        Owasp2021 = 5 "owasp_2021",
        /// Primary OWASP Top 10 2025 category.
        Owasp2025 = 6 "owasp_2025",
        /// Team at that instant.
        Team = 7 "team",
        /// Scanner.
        Tool = 8 "tool",
        /// The workflow state under which it is open: the shown status of what is open.
        Status = 9 "status",
        /// Primary OWASP Top 10 2017 category, where the mapping knows one.
        Owasp2017 = 10 "owasp_2017",
    }
}

impl Metric {
    /// Whether it is a stock, asked at an instant, or a flow, asked of a period.
    #[must_use]
    pub fn is_stock(self) -> bool {
        matches!(self, Self::Open)
    }

    /// The sign with which an entry of this cause counts: 0 if it does not. Closures are counted as positive numbers.
    #[must_use]
    pub fn sign(self, cause: Cause) -> i64 {
        match (self, Flow::of(cause)) {
            (Self::Open | Self::Net, _)
            | (Self::New, Flow::New)
            | (Self::Reopened, Flow::Reopened)
            | (Self::Moved, Flow::Moved) => 1,
            (Self::Fixed, Flow::Fixed) | (Self::Other, Flow::Other) => -1,
            _ => 0,
        }
    }
}

impl Measure {
    /// Whether it can be told of a day that has passed: of what was open then. The others follow dates that findings have now.
    #[must_use]
    pub fn is_of_any_day(self) -> bool {
        matches!(self, Self::Age)
    }

    /// Whether a period can be given: of due days, of fixes, or of first sightings.
    #[must_use]
    pub fn has_period(self) -> bool {
        !matches!(self, Self::Age | Self::Debt)
    }
}

impl Dimension {
    /// Whether it cuts time. At most one of these may be asked for at once.
    #[must_use]
    pub fn is_time(self) -> bool {
        matches!(self, Self::Day | Self::Week | Self::Month)
    }
}

worded! {
    /// The five flows into which every cause falls, so that every period reconciles.
    Flow {
        /// First openings.
        New = 1 "new",
        /// Later openings.
        Reopened = 2 "reopened",
        /// Closures with proof.
        Fixed = 3 "fixed",
        /// Verdicts.
        Other = 4 "other",
        /// Changes of what an open one counts under.
        Moved = 5 "moved",
    }
}

impl Flow {
    /// The flow of a cause.
    #[must_use]
    pub fn of(cause: Cause) -> Self {
        match cause {
            Cause::New => Self::New,
            Cause::Reopened => Self::Reopened,
            Cause::Fixed => Self::Fixed,
            Cause::FalsePositive | Cause::Accepted | Cause::Duplicate | Cause::Retired | Cause::ClosedByHand => {
                Self::Other
            }
            Cause::Moved => Self::Moved,
        }
    }
}

/// A period's books: `open_before + new + reopened − fixed − other + moved = open_after`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reconciliation {
    /// Open at the end of the day before the period.
    pub open_before: i64,
    /// First openings.
    pub new: i64,
    /// Later openings.
    pub reopened: i64,
    /// Closures with proof.
    pub fixed: i64,
    /// Verdicts, less those taken back.
    pub other: i64,
    /// Moved in, less moved out.
    pub moved: i64,
    /// Open at the end of the period.
    pub open_after: i64,
}

impl Reconciliation {
    /// Whether the books of the period balance.
    #[must_use]
    pub fn balances(&self) -> bool {
        self.open_before + self.new + self.reopened - self.fixed - self.other + self.moved == self.open_after
    }
}
