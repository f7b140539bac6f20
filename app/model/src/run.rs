//! A run of a scanner as one state machine over all scanners, and what a schedule says of runs that cannot start in time.
//!
//! `queued → starting → running → exporting → importing → done`; on the way a run may end as `failed`, `canceled` or `lost`,
//! and one that never began is `skipped`. `starting` is the intent: it is on record before the scanner is asked, so that
//! whoever finds it afterwards asks the scanner first and never launches twice.

use crate::status::worded;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

worded! {
    /// Where a run is.
    RunState {
        /// Waits for its time, for a free place at its scanner, or for a blackout window to end.
        Queued = 1 "queued",
        /// The scanner is being asked to launch it; it may have been.
        Starting = 2 "starting",
        /// The scanner works.
        Running = 3 "running",
        /// The scanner has finished; its result is fetched.
        Exporting = 4 "exporting",
        /// The result is being imported.
        Importing = 5 "importing",
        /// Its result is in the books.
        Done = 6 "done",
        /// It did not come to a result; the reason says why.
        Failed = 7 "failed",
        /// A person stopped it.
        Canceled = 8 "canceled",
        /// It may be running, and cannot be asked. It was not launched again.
        Lost = 9 "lost",
        /// It never began; the reason says why.
        Skipped = 10 "skipped",
    }
}

worded! {
    /// Why a run is there.
    Trigger {
        /// Its schedule was due.
        Schedule = 1 "schedule",
        /// A person asked for it.
        Hand = 2 "hand",
        /// The scanner had run it by itself; its result is fetched.
        Pull = 3 "pull",
    }
}

worded! {
    /// What becomes of due times that passed while nothing could start them.
    Missed {
        /// They are noted as missed.
        Skip = 1 "skip",
        /// One run makes up for all of them.
        Once = 2 "once",
        /// Each is run, the newest two dozen at most.
        All = 3 "all",
    }
}

worded! {
    /// What becomes of a due time while the run before is still under way.
    Overlap {
        /// It is noted as skipped.
        Skip = 1 "skip",
        /// It waits for the other to end.
        Wait = 2 "wait",
    }
}

/// What happens to a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunEvent {
    /// It is about to be launched: on record before the scanner is asked.
    Intent,
    /// The scanner was asked about an intent, and knows nothing of it.
    NotLaunched,
    /// The scanner has given it an id, or confirmed that it runs.
    Launched,
    /// The scanner says how far it is.
    Progress,
    /// The scanner has finished.
    Finished,
    /// Its result is here and waits for the import.
    Exported,
    /// The import is in the books.
    Imported,
    /// It cannot come to a result.
    Failed,
    /// A person stopped it and the scanner has stopped, or never began.
    Canceled,
    /// The scanner cannot be asked whether it runs.
    Lost,
}

impl RunState {
    /// Whether nothing more happens to it.
    #[must_use]
    pub fn ended(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Canceled | Self::Lost | Self::Skipped)
    }

    /// Whether it takes a place at its scanner.
    #[must_use]
    pub fn occupies(self) -> bool {
        matches!(self, Self::Starting | Self::Running)
    }

    /// The state after an event; `None` for one that cannot happen in this state.
    #[must_use]
    pub fn after(self, event: RunEvent) -> Option<Self> {
        use RunEvent as E;
        Some(match (self, event) {
            (ended, _) if ended.ended() => return None,
            (Self::Queued, E::Intent) => Self::Starting,
            // Nothing was launched: it may be tried again.
            (Self::Starting, E::NotLaunched) => Self::Queued,
            (Self::Starting, E::Launched) | (Self::Running, E::Launched | E::Progress) => Self::Running,
            (Self::Running, E::Finished) => Self::Exporting,
            // A download may have to begin again.
            (Self::Exporting, E::Finished) => Self::Exporting,
            (Self::Exporting, E::Exported) => Self::Importing,
            (Self::Importing, E::Imported) => Self::Done,
            (Self::Starting | Self::Running, E::Lost) => Self::Lost,
            // What is being imported becomes visible in one step: it can be undone, but not stopped half-way.
            (Self::Importing, E::Canceled) => return None,
            (_, E::Canceled) => Self::Canceled,
            (_, E::Failed) => Self::Failed,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENTS: [RunEvent; 10] = [
        RunEvent::Intent,
        RunEvent::NotLaunched,
        RunEvent::Launched,
        RunEvent::Progress,
        RunEvent::Finished,
        RunEvent::Exported,
        RunEvent::Imported,
        RunEvent::Failed,
        RunEvent::Canceled,
        RunEvent::Lost,
    ];

    #[test]
    fn a_run_goes_its_way() {
        let way = [
            (RunEvent::Intent, RunState::Starting),
            (RunEvent::Launched, RunState::Running),
            (RunEvent::Progress, RunState::Running),
            (RunEvent::Finished, RunState::Exporting),
            (RunEvent::Exported, RunState::Importing),
            (RunEvent::Imported, RunState::Done),
        ];
        let mut state = RunState::Queued;
        for (event, after) in way {
            state = state.after(event).unwrap();
            assert_eq!(state, after);
        }
    }

    #[test]
    fn what_has_ended_stays_so_and_only_an_intent_leads_to_a_launch() {
        for state in RunState::ALL {
            for event in EVENTS {
                let after = state.after(event);
                assert!(!state.ended() || after.is_none(), "{state} after {event:?}");
                if after == Some(RunState::Starting) {
                    assert_eq!((*state, event), (RunState::Queued, RunEvent::Intent));
                }
                if after == Some(RunState::Done) {
                    assert_eq!((*state, event), (RunState::Importing, RunEvent::Imported), "only an import ends well");
                }
            }
        }
    }

    #[test]
    fn every_state_that_goes_on_can_fail() {
        for state in RunState::ALL.iter().filter(|state| !state.ended()) {
            assert_eq!(state.after(RunEvent::Failed), Some(RunState::Failed));
        }
        assert_eq!(RunState::Importing.after(RunEvent::Canceled), None);
    }
}
