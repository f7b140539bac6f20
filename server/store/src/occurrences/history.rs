//! What each observation of an asset says of one occurrence: seen, absent with proof, or not looked.

use crate::ledger::units::LoadedUnit;
use model::status::NotRetested;
use model::{Grade, Micros, ScanId};
use posture::Observation;
use posture::coverage::judge;

/// One observation's word on an occurrence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// The scan.
    pub scan: ScanId,
    /// When it looked.
    pub at: Micros,
    /// What it says.
    pub looked: Looked,
}

/// The three things that a scan can say of an occurrence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looked {
    /// It saw it.
    Seen,
    /// It looked and did not see it: the proof's grade.
    Absent(Grade),
    /// It did not look there: what it lacked.
    NotLooked(NotRetested),
}

/// Every observation in force, oldest first. Before the first sighting a scan's silence is judged by its own coverage too,
/// with no earlier sighting to compare with.
pub(super) fn looks(unit: &LoadedUnit) -> Vec<Look> {
    let Some(loaded) = unit.occurrences.first() else { return Vec::new() };
    let facts = loaded.facts();
    let mut order: Vec<&Observation> = unit.history.observations.iter().collect();
    order.sort_by_key(|observation| (observation.at, observation.export_hash, observation.scan));
    let mut earlier: Vec<&Observation> = Vec::new();
    let mut out = Vec::with_capacity(order.len());
    for observation in order {
        let seen = observation.sightings.binary_search_by_key(&loaded.id, |sighting| sighting.occurrence).is_ok();
        let looked = if seen {
            earlier.push(observation);
            Looked::Seen
        } else {
            match judge(unit.history.tool, observation, &facts, &earlier) {
                Ok(grade) => Looked::Absent(grade),
                Err(lacks) => Looked::NotLooked(lacks),
            }
        };
        out.push(Look { scan: observation.scan, at: observation.at, looked });
    }
    out
}
