//! The projection of one occurrence: its lines, episodes and head, from the inputs in force alone.

use crate::decision::OccurrenceFacts;
use crate::history::{AssetHistory, Indexed};
use crate::ledger::{Line, net};
use crate::state::{Replay, replay};
use crate::timeline::timeline;
use model::status::{NoEffect, NotRetested};
use model::{Day, Grade, Micros, ScanId, Severity, Status, TeamId, UserId, Workflow};

/// What the inputs in force say of an occurrence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Projection {
    /// The books, netted and sorted. They do not depend on `now`: an acceptance's end is in them from the start.
    pub lines: Vec<Line>,
    /// The stretches in which it was present, oldest first; never empty.
    pub episodes: Vec<Episode>,
    /// Where it stands.
    pub head: Head,
    /// The decisions in force that move nothing, by number, with the reason.
    pub without_effect: Vec<(i64, NoEffect)>,
}

/// One stretch of presence, in scan time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Episode {
    /// The first sighting of the stretch.
    pub opened_at: Micros,
    /// The scan that saw it then.
    pub opened_by: ScanId,
    /// The proof that ended it, if it has ended.
    pub closed: Option<Closed>,
}

/// The proof that ended an episode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closed {
    /// When the closing scan looked.
    pub at: Micros,
    /// The closing scan.
    pub by: ScanId,
    /// How strong the proof is.
    pub grade: Grade,
}

/// Where an occurrence stands, from everything known; only the end of an acceptance waits for `now`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The shown status.
    pub status: Status,
    /// Whether it counts as open.
    pub open: bool,
    /// Whether its last episode is open, whatever the verdict.
    pub present: bool,
    /// The severity of the last sighting that counts, or what a person says in its place.
    pub severity: Severity,
    /// Its last assignment, else the asset's owner.
    pub team: Option<TeamId>,
    /// The workflow of its last episode.
    pub workflow: Workflow,
    /// When the acceptance in force ends; `None` while there is no weakness that it could accept.
    pub accepted_until: Option<Micros>,
    /// The first sighting that counts.
    pub first_seen: Micros,
    /// The last sighting that counts.
    pub last_seen: Micros,
    /// When the last episode opened.
    pub opened_at: Micros,
    /// When the last episode closed, if it has.
    pub closed_at: Option<Micros>,
    /// How many episodes there were.
    pub episodes: u32,
    /// Why the newest scan proves nothing, where it should have. Set while present, whatever the verdict.
    pub not_retested: Option<NotRetested>,
    /// The person it is assigned to.
    pub assignee: Option<UserId>,
    /// The day by which it is due.
    pub due: Option<Day>,
    /// A sighting came after "it is fixed", and nobody has said anything since.
    pub claim_failed: bool,
}

/// Projects one occurrence. `None` if no observation in force saw it: it has left the books.
///
/// For more than a few occurrences of an asset, prepare the history once with [`AssetHistory::index`].
#[must_use]
pub fn project(history: &AssetHistory, occurrence: &OccurrenceFacts<'_>, now: Micros) -> Option<Projection> {
    history.index().project(occurrence, now)
}

pub(crate) fn project_indexed(
    index: &Indexed<'_>,
    occurrence: &OccurrenceFacts<'_>,
    now: Micros,
) -> Option<Projection> {
    let timeline = timeline(index, occurrence)?;
    let all = replay(index.history, &timeline.looks, occurrence.decisions, None)?;
    // Acceptances that end after `now` have ended in the books, but not yet at the head.
    let at_head = match all.last_expiry {
        Some(end) if end > now => replay(index.history, &timeline.looks, occurrence.decisions, Some(now))?,
        _ => all.clone(),
    };
    let Replay { lines, episodes, without_effect, .. } = all;
    let mut head = at_head.head;
    head.not_retested = timeline.not_retested;
    Some(Projection { lines: net(lines.into_iter()), episodes, head, without_effect })
}
