//! The three layers of a finding's status, and the causes that the ledger knows.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Declares an enum that is stored as a number and spelled as a word.
macro_rules! worded {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $number:literal $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[repr(i16)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant = $number),* }

        impl $name {
            /// Every value, in the order of the declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The stored number.
            #[must_use]
            pub fn number(self) -> i16 {
                self as i16
            }

            /// The value of a stored number.
            #[must_use]
            pub fn from_number(number: i16) -> Option<Self> {
                Self::ALL.iter().copied().find(|v| v.number() == number)
            }

            /// The word used in filters, the API and the CLI.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.word())
            }
        }

        impl FromStr for $name {
            type Err = ();
            fn from_str(text: &str) -> Result<Self, ()> {
                Self::ALL.iter().copied().find(|v| v.word().eq_ignore_ascii_case(text)).ok_or(())
            }
        }
    };
}
pub(crate) use worded;

worded! {
    /// The status that is shown: `fixed` if presence is fixed, else the verdict, else the workflow.
    Status {
        /// Open, nobody has said anything yet.
        New = 1 "new",
        /// Open and confirmed by a person.
        Confirmed = 2 "confirmed",
        /// Open and being worked on.
        InProgress = 3 "in_progress",
        /// Open; somebody says it is fixed, no scan has proved it.
        FixClaimed = 4 "fix_claimed",
        /// Closed by a scan that looked and did not see it.
        Fixed = 5 "fixed",
        /// A person said the scanner is wrong.
        FalsePositive = 6 "false_positive",
        /// An exception with an expiry.
        Accepted = 7 "accepted",
        /// The same as another occurrence.
        Duplicate = 8 "duplicate",
        /// The asset is gone.
        Retired = 9 "retired",
        /// A person said it is closed, without a scan's proof.
        ClosedByHand = 10 "closed_by_hand",
    }
}

impl Status {
    /// The four open ones, which `status:open` means.
    pub const OPEN: [Self; 4] = [Self::New, Self::Confirmed, Self::InProgress, Self::FixClaimed];

    /// Whether an occurrence of this status counts as open.
    #[must_use]
    pub fn is_open(self) -> bool {
        Self::OPEN.contains(&self)
    }
}

worded! {
    /// Where an open episode stands. A new episode starts at `New`.
    Workflow {
        /// Nobody has decided anything.
        New = 1 "new",
        /// A person agrees that it is real.
        Confirmed = 2 "confirmed",
        /// Somebody works on it.
        InProgress = 3 "in_progress",
        /// Somebody says it is fixed. A later sighting turns it into a failed claim.
        FixClaimed = 4 "fix_claimed",
    }
}

worded! {
    /// What people said of an occurrence so that it does not count as open.
    Verdict {
        /// The scanner is wrong.
        FalsePositive = 6 "false_positive",
        /// The risk is accepted until a date.
        Accepted = 7 "accepted",
        /// The same as another occurrence; in effect only while that one exists.
        Duplicate = 8 "duplicate",
        /// The asset is gone; a later sighting ends it.
        Retired = 9 "retired",
        /// Closed by hand, with a reason; a later sighting ends it.
        ClosedByHand = 10 "closed_by_hand",
    }
}

worded! {
    /// Why a ledger entry was posted.
    Cause {
        /// The first opening ever.
        New = 1 "new",
        /// An opening after a closure by proof, or a sighting that ended `Retired` or `ClosedByHand`.
        Reopened = 2 "reopened",
        /// Closed with proof of re-test.
        Fixed = 3 "fixed",
        /// Closed as false positive; with the sign turned, that verdict was taken back.
        FalsePositive = 6 "false_positive",
        /// Accepted; with the sign turned, the exception expired or was revoked.
        Accepted = 7 "accepted",
        /// Closed as a duplicate; with the sign turned, taken back.
        Duplicate = 8 "duplicate",
        /// The asset was retired; with the sign turned, taken back.
        Retired = 9 "retired",
        /// Closed by hand; with the sign turned, taken back.
        ClosedByHand = 10 "closed_by_hand",
        /// A change of team, severity, workflow state or asset: a pair of entries, −1 and +1.
        Moved = 11 "moved",
    }
}

impl Verdict {
    /// The cause of the entries that this verdict posts.
    #[must_use]
    pub fn cause(self) -> Cause {
        match self {
            Self::FalsePositive => Cause::FalsePositive,
            Self::Accepted => Cause::Accepted,
            Self::Duplicate => Cause::Duplicate,
            Self::Retired => Cause::Retired,
            Self::ClosedByHand => Cause::ClosedByHand,
        }
    }

    /// The status shown while this verdict holds.
    #[must_use]
    pub fn status(self) -> Status {
        match self {
            Self::FalsePositive => Status::FalsePositive,
            Self::Accepted => Status::Accepted,
            Self::Duplicate => Status::Duplicate,
            Self::Retired => Status::Retired,
            Self::ClosedByHand => Status::ClosedByHand,
        }
    }
}

impl Workflow {
    /// The status shown while an open episode stands here.
    #[must_use]
    pub fn status(self) -> Status {
        match self {
            Self::New => Status::New,
            Self::Confirmed => Status::Confirmed,
            Self::InProgress => Status::InProgress,
            Self::FixClaimed => Status::FixClaimed,
        }
    }
}

worded! {
    /// How strong the proof of absence is that closed an episode.
    Grade {
        /// The rule demonstrably ran at that place.
        RuleRanThere = 1 "rule_ran_there",
        /// A scan of the same series that reached the asset under the same or better conditions.
        SameSeries = 2 "same_series",
    }
}

worded! {
    /// Why an open finding counts as not re-tested: what its newest scan lacked as a proof. Worst knowledge first.
    NotRetested {
        /// The newest scan of a series that once saw it did not observe the asset at all.
        AssetNotScanned = 1 "asset_not_scanned",
        /// The scanner did not reach the asset or did not finish with it.
        NotReached = 2 "not_reached",
        /// The scan was truncated, canceled or failed.
        Incomplete = 3 "incomplete",
        /// The rule was not in the scan's plugin set, or nothing proves that it ran.
        RuleNotRun = 4 "rule_not_run",
        /// The port was neither listed nor scanned under the same range text.
        PortNotScanned = 5 "port_not_scanned",
        /// The scan was signed in less well than when it was last seen.
        CredentialsWorse = 6 "credentials_worse",
        /// The compliance check did not report a pass.
        CheckNotPassed = 7 "check_not_passed",
        /// A scan of another series, with nothing in its file that says what it covered.
        OtherSeries = 8 "other_series",
        /// A Burp file that nobody called the whole project.
        NotWholeProject = 9 "not_whole_project",
        /// The same finding exported again, not a new test.
        SameFinding = 10 "same_finding",
        /// The proof is weaker than the source's closing policy asks.
        PolicyAsksMore = 11 "policy_asks_more",
        /// The scan has no date of its own.
        Undated = 12 "undated",
        /// The scanner tells where it went, and it was not there.
        PlaceNotVisited = 13 "place_not_visited",
    }
}

worded! {
    /// Why a decision has no effect now.
    NoEffect {
        /// No episode was open at its instant.
        NoEpisode = 1 "no_episode",
        /// The exception had ended before it was given.
        AlreadyExpired = 2 "already_expired",
        /// There was no verdict to take back.
        NothingToClear = 3 "nothing_to_clear",
    }
}
