//! The head's columns of an occurrence: the projection as lists and filters need it.

use model::{Micros, Severity, Status, Workflow};
use posture::{EvidenceRef, Indexed, Projection};

/// The columns that are derived from the inputs in force.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct HeadRow {
    /// The place of the newest sighting in scan time.
    pub(crate) location_id: i64,
    pub(crate) known: i64,
    pub(crate) status: i64,
    pub(crate) is_open: i64,
    pub(crate) severity: i64,
    pub(crate) team_id: Option<i64>,
    pub(crate) workflow: i64,
    pub(crate) accepted_until: Option<i64>,
    pub(crate) not_retested: i64,
    pub(crate) first_seen: i64,
    pub(crate) last_seen: i64,
    pub(crate) opened_at: i64,
    pub(crate) closed_at: Option<i64>,
    pub(crate) episodes: i64,
    pub(crate) present: i64,
    pub(crate) assignee: Option<i64>,
    pub(crate) due: Option<i64>,
    pub(crate) evidence_pack: Option<i64>,
    pub(crate) evidence_index: i64,
    pub(crate) evidence_mac: Option<Vec<u8>>,
    pub(crate) claim_failed: i64,
    pub(crate) quiet_after: Option<i64>,
    /// By the formula of `taxonomy`.
    pub(crate) risk: i64,
}

impl HeadRow {
    /// The columns of a projection. `location` is the newest place, `evidence` the newest evidence in scan time.
    pub(crate) fn of(projection: &Projection, location: i64, evidence: Evidence, quiet_after: Option<i64>) -> Self {
        let head = &projection.head;
        Self {
            location_id: location,
            known: 1,
            status: head.status.number().into(),
            is_open: head.open.into(),
            severity: head.severity.number().into(),
            team_id: head.team.map(|team| team.0),
            workflow: head.workflow.number().into(),
            accepted_until: head.accepted_until.map(|until| until.0),
            not_retested: head.not_retested.map_or(0, |reason| reason.number().into()),
            first_seen: head.first_seen.0,
            last_seen: head.last_seen.0,
            opened_at: head.opened_at.0,
            closed_at: head.closed_at.map(|at| at.0),
            episodes: head.episodes.into(),
            present: head.present.into(),
            assignee: head.assignee.map(|user| user.0),
            due: head.due.map(|day| day.0.into()),
            evidence_pack: evidence.at.map(|at| at.pack),
            evidence_index: evidence.at.map_or(0, |at| at.index.into()),
            evidence_mac: evidence.mac,
            claim_failed: head.claim_failed.into(),
            quiet_after,
            risk: 0,
        }
    }

    /// The columns of an occurrence that nothing counts yet.
    pub(crate) fn unseen(location: i64, severity: Severity, at: Micros) -> Self {
        Self {
            location_id: location,
            known: 0,
            status: Status::New.number().into(),
            is_open: 0,
            severity: severity.number().into(),
            team_id: None,
            workflow: Workflow::New.number().into(),
            accepted_until: None,
            not_retested: 0,
            first_seen: at.0,
            last_seen: at.0,
            opened_at: at.0,
            closed_at: None,
            episodes: 0,
            present: 0,
            assignee: None,
            due: None,
            evidence_pack: None,
            evidence_index: 0,
            evidence_mac: None,
            claim_failed: 0,
            quiet_after: None,
            risk: 0,
        }
    }

    /// The columns of an occurrence that no sighting in force knows any more: counted nowhere, kept for the books' sake.
    pub(crate) fn unknown(before: &Self) -> Self {
        Self {
            known: 0,
            is_open: 0,
            present: 0,
            not_retested: 0,
            accepted_until: None,
            evidence_pack: None,
            evidence_index: 0,
            evidence_mac: None,
            claim_failed: 0,
            quiet_after: None,
            ..before.clone()
        }
    }

    pub(crate) fn evidence(&self) -> Option<EvidenceRef> {
        let index = u32::try_from(self.evidence_index).ok()?;
        self.evidence_pack.map(|pack| EvidenceRef { pack, index })
    }
}

/// Where the newest evidence is, and its keyed hash where it is known.
#[derive(Clone, Debug, Default)]
pub(crate) struct Evidence {
    pub(crate) at: Option<EvidenceRef>,
    pub(crate) mac: Option<Vec<u8>>,
}

/// The instant after which a plain dated sighting of the same severity changes nothing but `last_seen`; `None` if any
/// sighting may change more. Decisions count by their instants, since a sighting before one may change what it meant.
pub(crate) fn quiet_after(
    index: &Indexed<'_>,
    occurrence: i64,
    projection: &Projection,
    last_decision: Option<Micros>,
) -> Option<i64> {
    let head = &projection.head;
    let stays = !matches!(head.status, Status::Retired | Status::ClosedByHand);
    if !head.present || !stays || head.workflow == Workflow::FixClaimed {
        return None;
    }
    let mut dated = false;
    for (observation, sighting) in index.sightings(occurrence) {
        dated |= observation.dated;
        if sighting.serial.is_some() {
            return None;
        }
    }
    dated.then(|| head.last_seen.0.max(last_decision.map_or(i64::MIN, |at| at.0)))
}

/// The newest evidence in scan time.
pub(crate) fn newest_evidence(index: &Indexed<'_>, occurrence: i64) -> Option<EvidenceRef> {
    index.sightings(occurrence).filter_map(|(_, sighting)| sighting.evidence).last()
}

/// The place of the newest sighting in scan time.
pub(crate) fn newest_location(index: &Indexed<'_>, occurrence: i64) -> Option<i64> {
    index.sightings(occurrence).map(|(_, sighting)| sighting.location).last()
}
