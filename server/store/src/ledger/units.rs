//! A unit in memory: one tool's history of one asset with its occurrences, and the projection of each.

use super::changes::{Changes, Newcomer};
use super::head::{Evidence, HeadRow, newest_evidence, newest_location, quiet_after};
use super::rollup::Owasp;
use crate::config::Config;
use crate::import::Effects;
use crate::risk;
use model::Micros;
use model::facts::Place;
use posture::{AssetHistory, Decision, Episode, EvidenceRef, Indexed, Line, OccurrenceFacts, Projection, delta};
use std::collections::HashMap;

/// A history with the occurrences that are to be projected.
pub(crate) struct LoadedUnit {
    pub(crate) history: AssetHistory,
    pub(crate) occurrences: Vec<Loaded>,
}

/// An occurrence as it stands before the step.
pub(crate) struct Loaded {
    pub(crate) id: i64,
    pub(crate) rule: String,
    pub(crate) place: Place,
    pub(crate) owasp: Owasp,
    /// The weakness's share in the formula of risk.
    pub(crate) exploitability: i64,
    /// What is at stake on the asset.
    pub(crate) stake: i64,
    pub(crate) stored: Stored,
    pub(crate) decisions: Vec<Decision>,
    /// The net of its entries.
    pub(crate) lines: Vec<Line>,
    pub(crate) episodes: Vec<Episode>,
}

/// Whether an occurrence has a row.
pub(crate) enum Stored {
    /// It has, with this head.
    Yes(HeadRow),
    /// It will get one.
    No(Newcomer),
}

/// What a projection changes, for those who count effects.
pub(crate) struct Outcome<'a> {
    pub(crate) id: i64,
    pub(crate) before: Option<&'a HeadRow>,
    pub(crate) after: &'a HeadRow,
}

/// Keyed hashes of evidence that the step itself stored.
pub(crate) type Macs = HashMap<EvidenceRef2, [u8; 16]>;

/// An evidence reference as a key.
pub(crate) type EvidenceRef2 = (i64, u32);

impl Loaded {
    pub(crate) fn facts(&self) -> OccurrenceFacts<'_> {
        OccurrenceFacts { number: self.id, rule: &self.rule, place: &self.place, decisions: &self.decisions }
    }

    fn last_decision(&self) -> Option<Micros> {
        self.decisions.iter().map(|decision| decision.at).max()
    }

    /// The head after the step.
    pub(crate) fn head(&self, index: &Indexed<'_>, projection: Option<&Projection>, macs: &Macs) -> Option<HeadRow> {
        let Some(projection) = projection else {
            return match &self.stored {
                Stored::Yes(before) => Some(HeadRow::unknown(before)),
                Stored::No(_) => None,
            };
        };
        let at = newest_evidence(index, self.id);
        let mac = at.and_then(|at| self.mac(at, macs));
        let quiet = quiet_after(index, self.id, projection, self.last_decision());
        // What is projected has a sighting, and so a place.
        let location = newest_location(index, self.id)?;
        let risk = risk::of_head(projection.head.severity, self.exploitability, self.stake);
        Some(HeadRow { risk, ..HeadRow::of(projection, location, Evidence { at, mac }, quiet) })
    }

    /// The keyed hash of evidence: what this step stored, or what the head remembers.
    fn mac(&self, at: EvidenceRef, macs: &Macs) -> Option<Vec<u8>> {
        let remembered = || match &self.stored {
            Stored::Yes(head) if head.evidence() == Some(at) => head.evidence_mac.clone(),
            _ => None,
        };
        macs.get(&(at.pack, at.index)).map(|mac| mac.to_vec()).or_else(remembered)
    }
}

impl LoadedUnit {
    /// Projects every occurrence, collects what differs and counts the effects.
    pub(crate) fn project(
        &self,
        config: &Config,
        now: Micros,
        macs: &Macs,
        changes: &mut Changes,
        effects: &mut Effects,
    ) {
        let index = self.history.index();
        let tool = self.history.tool;
        for loaded in &self.occurrences {
            let projection = index.project(&loaded.facts(), now);
            let Some(after) = loaded.head(&index, projection.as_ref(), macs) else { continue };
            let (lines, episodes) = projection.map_or_else(Default::default, |p| (p.lines, p.episodes));
            let added = delta(&loaded.lines, &lines);
            let before = match &loaded.stored {
                Stored::Yes(before) => Some(before),
                Stored::No(_) => None,
            };
            effects.count(&index, &Outcome { id: loaded.id, before, after: &after });
            match &loaded.stored {
                Stored::Yes(before) => changes.head(loaded.id, before, after),
                Stored::No(newcomer) => changes.newcomer(loaded.id, newcomer.clone(), loaded.owasp, after),
            }
            if episodes != loaded.episodes {
                changes.episodes(loaded.id, episodes, !loaded.episodes.is_empty());
            }
            changes.entries(loaded.id, &added, tool, loaded.owasp, |line| config.days.day(line.happened_at));
        }
    }
}
