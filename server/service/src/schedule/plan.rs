//! What a schedule that is due leads to.

use super::Cadence;
use model::{Micros, Missed};
use std::collections::VecDeque;

/// How late a due time may be and still count as in time, in microseconds: the heartbeat and a restart take a while.
const GRACE: i64 = 10 * 60 * 1_000_000;
/// The most missed times that are run.
const MOST_RUN: usize = 24;
/// The most due times that are noted one by one; of a longer absence the newest.
const MOST_NOTED: usize = 100;
/// The most due times that are looked at: a year of the most frequent schedule.
const LOOKED: usize = 110_000;

/// A due time and what becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// When it was due.
    pub at: Micros,
    /// When it is to begin; `None` if it was missed and is not made up for.
    pub start: Option<Micros>,
}

/// What a schedule that is due leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The due times up to now, oldest first.
    pub due: Vec<Due>,
    /// When it is due next.
    pub next: Option<Micros>,
}

/// Plans a schedule whose next due time `first` has come by `now`. `key` tells schedules apart, so that those that are due
/// at the same time begin at different ones within `jitter` microseconds.
#[must_use]
pub fn plan(cadence: &Cadence, missed: Missed, jitter: i64, key: i64, first: Micros, now: Micros) -> Plan {
    let mut times = VecDeque::new();
    let mut next = Some(first);
    for _ in 0..LOOKED {
        match next {
            Some(at) if at <= now => {
                if times.len() == MOST_NOTED {
                    times.pop_front();
                }
                times.push_back(at);
                next = cadence.next(at);
            }
            _ => break,
        }
    }
    // After a longer absence than can be looked through, it goes on from now.
    if next.is_some_and(|at| at <= now) {
        next = cadence.next(now);
    }
    let count = times.len();
    let due = times.into_iter().enumerate().map(|(index, at)| {
        let in_time = now.0 - at.0 <= GRACE;
        let runs = match missed {
            Missed::Skip => in_time,
            Missed::Once => index + 1 == count,
            Missed::All => index + MOST_RUN >= count,
        };
        Due { at, start: runs.then(|| Micros(at.0.saturating_add(spread(key, at, jitter)))) }
    });
    Plan { due: due.collect(), next }
}

/// A share of the jitter that looks random and is the same on every replica.
fn spread(key: i64, at: Micros, jitter: i64) -> i64 {
    if jitter <= 0 {
        return 0;
    }
    // The finalizer of SplitMix64 (Steele, Lea, Flood 2014).
    let mut mixed = key.cast_unsigned().wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ at.0.cast_unsigned();
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    let share = (mixed ^ (mixed >> 31)) % jitter.unsigned_abs();
    i64::try_from(share).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000_000;

    fn at(text: &str) -> Micros {
        chrono::DateTime::parse_from_rfc3339(text).unwrap().to_utc().into()
    }

    fn runs(missed: Missed, now: Micros) -> (Vec<bool>, Option<Micros>) {
        let first = at("2026-01-05T02:00:00Z");
        let cadence = Cadence::new("0 2 * * *", "UTC", first).unwrap();
        let plan = plan(&cadence, missed, 0, 7, first, now);
        (plan.due.iter().map(|due| due.start.is_some()).collect(), plan.next)
    }

    #[test]
    fn in_time_all_policies_agree() {
        for missed in Missed::ALL {
            let (due, next) = runs(*missed, at("2026-01-05T02:00:20Z"));
            assert_eq!(due, [true]);
            assert_eq!(next, Some(at("2026-01-06T02:00:00Z")));
        }
    }

    #[test]
    fn after_an_outage_the_policy_decides() {
        let now = at("2026-01-08T12:00:00Z");
        assert_eq!(runs(Missed::Skip, now).0, [false, false, false, false]);
        assert_eq!(runs(Missed::Once, now).0, [false, false, false, true]);
        assert_eq!(runs(Missed::All, now).0, [true, true, true, true]);
        let months = at("2026-07-08T12:00:00Z");
        let (due, next) = runs(Missed::All, months);
        assert_eq!((due.len(), due.iter().filter(|runs| **runs).count()), (MOST_NOTED, MOST_RUN));
        assert!(due.ends_with(&[true; MOST_RUN]), "the newest");
        assert_eq!(next, Some(at("2026-07-09T02:00:00Z")));
    }

    #[test]
    fn jitter_spreads_schedules_and_is_the_same_for_every_replica() {
        let first = at("2026-01-05T02:00:00Z");
        let cadence = Cadence::new("0 2 * * *", "UTC", first).unwrap();
        let start = |key| plan(&cadence, Missed::Skip, HOUR, key, first, first).due[0].start.unwrap().0 - first.0;
        let starts: Vec<i64> = (1..=100).map(start).collect();
        assert!(starts.iter().all(|start| (0..HOUR).contains(start)));
        assert_eq!(starts, (1..=100).map(start).collect::<Vec<i64>>());
        let early = starts.iter().filter(|start| **start < HOUR / 2).count();
        assert!((30..=70).contains(&early), "{early} of 100 in the first half");
    }

    #[test]
    fn what_is_not_due_leads_to_nothing() {
        let (due, next) = runs(Missed::All, at("2026-01-05T01:59:59Z"));
        assert!(due.is_empty());
        assert_eq!(next, Some(at("2026-01-05T02:00:00Z")));
    }
}
