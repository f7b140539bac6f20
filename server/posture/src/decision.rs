//! What people said of an occurrence, as facts that are replayed in time order.

use model::facts::Place;
use model::{Cause, Day, Micros, Severity, Status, TeamId, UserId};

/// An occurrence as the projection needs it: its identity's parts, and the decisions in force.
#[derive(Clone, Copy, Debug)]
pub struct OccurrenceFacts<'a> {
    /// The dense number under which [`crate::Sighting::occurrence`] names it.
    pub number: i64,
    /// The weakness's rule id.
    pub rule: &'a str,
    /// A place of this occurrence; any of its sightings' places serves, since they share the identity.
    pub place: &'a Place,
    /// The decisions in force, in any order. `Duplicate` decisions only while their target exists.
    pub decisions: &'a [Decision],
}

/// One decision. Replayed in the order of (`at`, `id`), after the observations of the same instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The decision's number, unique; breaks ties of one instant. Below zero for what a rule says of many.
    pub id: i64,
    /// When the person said it.
    pub at: Micros,
    /// What was said.
    pub kind: DecisionKind,
}

/// The kinds of decision, each of one layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecisionKind {
    /// Workflow: it is real.
    Confirm,
    /// Workflow: somebody works on it.
    Start,
    /// Workflow: somebody says that it is fixed.
    ClaimFix,
    /// Workflow: back to `New`.
    Reset,
    /// Verdict: it does not count as open.
    Verdict(VerdictGiven),
    /// Verdict: taken back.
    ClearVerdict,
    /// The team; `None` gives it back to the asset's owner.
    AssignTeam(Option<TeamId>),
    /// The person; `None` takes the assignment back.
    AssignPerson(Option<UserId>),
    /// The day by which it is due; `None` takes it back.
    Due(Option<Day>),
    /// How severe it is from then on, whatever scanners say.
    Rate(Severity),
    /// A remark that moves nothing.
    Comment,
}

/// A verdict with what it needs to be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerdictGiven {
    /// The scanner is wrong.
    FalsePositive,
    /// The risk is accepted, in `[decision, until)`.
    Accepted {
        /// When the exception ends.
        until: Micros,
    },
    /// The same as another occurrence.
    Duplicate {
        /// The other's dense number.
        of: i64,
    },
    /// The asset is gone; a later sighting ends it.
    Retired,
    /// Closed without a scan's proof; a later sighting ends it.
    ClosedByHand,
}

impl VerdictGiven {
    /// The verdict without its particulars.
    #[must_use]
    pub fn verdict(self) -> model::Verdict {
        match self {
            Self::FalsePositive => model::Verdict::FalsePositive,
            Self::Accepted { .. } => model::Verdict::Accepted,
            Self::Duplicate { .. } => model::Verdict::Duplicate,
            Self::Retired => model::Verdict::Retired,
            Self::ClosedByHand => model::Verdict::ClosedByHand,
        }
    }

    /// The cause of the entries it posts.
    #[must_use]
    pub fn cause(self) -> Cause {
        self.verdict().cause()
    }

    /// The status shown while it holds and presence is open.
    #[must_use]
    pub fn status(self) -> Status {
        self.verdict().status()
    }

    /// Whether a later sighting ends it: it said that the thing is gone, and it is not.
    #[must_use]
    pub fn ended_by_sighting(self) -> bool {
        matches!(self, Self::Retired | Self::ClosedByHand)
    }
}
