//! What an import changed in the books: the head before against the head after, over distinct occurrences.

use crate::codec::Changed;
use crate::db::Tx;
use crate::error::Result;
use crate::ledger::units::Outcome;
use crate::merge;
use model::facts::Remark;
use model::{Mapping, Micros, ScanId, SeriesId, Status};
use posture::Indexed;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// The effect of an import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportEffect {
    /// The scan; not yet a row after a dry run.
    pub scan: ScanId,
    /// The step that made it visible.
    pub step: i64,
    /// The same bytes were imported from this source before and are in force.
    pub already_imported: bool,
    /// The scan's instant.
    pub at: Micros,
    /// Whether the export or a person dated it.
    pub dated: bool,
    /// Where the instant comes from: `export`, `run` or `upload`.
    pub time_basis: String,
    /// Assets observed.
    pub assets: u64,
    /// Rows in the file.
    pub rows: u64,
    /// Rows that are sightings.
    pub sightings: u64,
    /// Rows that could not be understood.
    pub quarantined: u64,
    /// Rows that state no finding.
    pub no_finding: u64,
    /// Sightings that are inventory.
    pub not_a_weakness: u64,
    /// Occurrences that were unknown before.
    pub new: u64,
    /// The rest of those seen.
    pub same: u64,
    /// Fixed before, open after.
    pub reopened: u64,
    /// Open before, fixed after.
    pub closed: u64,
    /// Open after, seen before by the scan's series, neither seen nor covered by this scan, which is its newest.
    pub not_retested: u64,
    /// The instant of the newest scan of the same series, if that is later than this one's.
    #[serde(default)]
    pub newer: Option<Micros>,
    /// The version of the reader that read the export.
    #[serde(default)]
    pub reader: u32,
    /// The mapping that it was read with, if any: reading it again needs the same, whatever was saved since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mapping: Option<Box<Mapping>>,
    /// What was repaired or unusual in the export.
    pub remarks: Vec<Remark>,
}

/// Gathers outcomes while a step is computed.
#[derive(Debug, Default)]
pub(crate) struct Effects {
    /// What the scan saw.
    pub(crate) seen: HashSet<i64>,
    /// The scan and its series.
    pub(crate) scan: Option<(ScanId, SeriesId)>,
    /// What became of what.
    pub(crate) changed: Changed,
}

impl Effects {
    /// Counts one occurrence.
    pub(crate) fn count(&mut self, index: &Indexed<'_>, outcome: &Outcome<'_>) {
        let after = outcome.after;
        let known_before = outcome.before.filter(|head| head.known == 1);
        let fixed = i64::from(Status::Fixed.number());
        match known_before {
            None if after.known == 1 => {
                self.changed.new.insert(outcome.id);
            }
            Some(before) if before.status == fixed && after.is_open == 1 => {
                self.changed.reopened.insert(outcome.id);
            }
            Some(before) if before.is_open == 1 && after.status == fixed && after.known == 1 => {
                self.changed.closed.insert(outcome.id);
            }
            _ => {}
        }
        if after.is_open == 1
            && after.not_retested != 0
            && !self.seen.contains(&outcome.id)
            && self.left(index, outcome.id)
        {
            self.changed.not_retested.insert(outcome.id);
        }
    }

    /// Counts what was seen as what it is part of.
    pub(crate) async fn see_wholes(&mut self, tx: &mut Tx) -> Result<()> {
        let seen: Vec<i64> = self.seen.iter().copied().collect();
        let wholes = merge::wholes_of(tx, &seen).await?;
        self.seen = seen.into_iter().map(|id| wholes.get(&id).copied().unwrap_or(id)).collect();
        Ok(())
    }

    /// Occurrences seen that are neither new nor reopened.
    pub(crate) fn same(&self) -> u64 {
        (self.seen.len() as u64).saturating_sub((self.changed.new.len() + self.changed.reopened.len()) as u64)
    }

    /// Whether the scan's series saw the occurrence before and this scan is the series' newest word on the asset.
    fn left(&self, index: &Indexed<'_>, occurrence: i64) -> bool {
        let Some((scan, series)) = self.scan else { return false };
        if !index.sightings(occurrence).any(|(observation, _)| observation.series == series) {
            return false;
        }
        let history = index.history();
        match history.newest.iter().find(|newest| newest.series == series) {
            Some(newest) => newest.scan == scan,
            None => {
                let of_series = history.observations.iter().filter(|o| o.series == series);
                of_series.max_by_key(|o| (o.at, o.export_hash)).is_some_and(|newest| newest.scan == scan)
            }
        }
    }
}
