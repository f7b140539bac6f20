//! What scans observed of one asset: the input of every projection, and its index.

use crate::decision::OccurrenceFacts;
use crate::projection::{Projection, project_indexed};
use model::facts::ScanCoverage;
use model::{AssetId, Micros, ScanId, SeriesId, Severity, TeamId, Tool};
use std::sync::Arc;

/// Everything in force that one tool's scans observed of one asset, and who owned it.
#[derive(Clone, Debug)]
pub struct AssetHistory {
    /// The scanner.
    pub tool: Tool,
    /// The asset; its number goes into every ledger line.
    pub asset: AssetId,
    /// Who owned the asset, in the order of (`at`, number). The first owner reaches back to the beginning.
    pub owners: Vec<OwnerChange>,
    /// The observations in force, in any order.
    pub observations: Vec<Observation>,
    /// The newest dated scan of each series that has an observation here, whether or not it observed this asset. Only
    /// `not_retested` asks for it; a series that is missing is judged by its newest observation of the asset.
    pub newest: Vec<NewestScan>,
}

/// An asset's owner from an instant on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnerChange {
    /// From when.
    pub at: Micros,
    /// The team, or nobody.
    pub team: Option<TeamId>,
}

/// The newest dated scan in force of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewestScan {
    /// The series.
    pub series: SeriesId,
    /// Its newest scan.
    pub scan: ScanId,
    /// The scan's own instant.
    pub at: Micros,
}

/// One scan's look at one asset.
#[derive(Clone, Debug)]
pub struct Observation {
    /// The scan.
    pub scan: ScanId,
    /// The scan's series.
    pub series: SeriesId,
    /// When the scanner looked; for an undated scan, when it was first recorded.
    pub at: Micros,
    /// False if neither the export nor a person dated the scan.
    pub dated: bool,
    /// SHA-256 of the export, which breaks ties in the same way in any order of imports.
    pub export_hash: [u8; 32],
    /// What the scan can prove absent; shared by its observations, unless the scanner tells where it went.
    pub scan_coverage: Arc<ScanCoverage>,
    /// The scanner reached the asset and finished with it.
    pub reached: bool,
    /// Whether the scan was signed in here, if the export says.
    pub credentialed: Option<bool>,
    /// Compliance rules (`plugin/check`) that the export reports as passed here, what it calls fixed, or what Nmap looked at; sorted.
    pub passed: Arc<[String]>,
    /// What the source asks of a proof.
    pub closing: ClosingPolicy,
    /// What was seen, sorted by occurrence; several rows may name one occurrence.
    pub sightings: Vec<Sighting>,
}

/// One row of an export, as the projection needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// The occurrence's dense number.
    pub occurrence: i64,
    /// How bad the scanner said it is here.
    pub severity: Severity,
    /// Burp: a hash of the serial number.
    pub serial: Option<u64>,
    /// The interned raw place. The projection carries it, it decides nothing.
    pub location: i64,
    /// Where the evidence is. The projection carries it, it decides nothing.
    pub evidence: Option<EvidenceRef>,
}

/// Where a sighting's sealed evidence is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EvidenceRef {
    /// The pack.
    pub pack: i64,
    /// The item in it.
    pub index: u32,
}

/// Which grades of proof close an occurrence for scans of a source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClosingPolicy {
    /// Only a scan that demonstrably ran the rule at the place.
    RuleRanThere,
    /// That, and a scan of the same series under no worse conditions.
    #[default]
    Both,
}

impl Observation {
    /// Joins what the same scan observed under another name of the asset, as if the export had told it under one: looked at
    /// the later instant, reached and signed in if either was, everything that either visited, saw or reports as passed.
    pub fn join(&mut self, other: Self) {
        self.at = self.at.max(other.at);
        self.reached |= other.reached;
        self.credentialed = self.credentialed.max(other.credentialed);
        if !other.passed.is_empty() {
            let mut passed: Vec<String> = self.passed.iter().chain(other.passed.iter()).cloned().collect();
            passed.sort_unstable();
            passed.dedup();
            self.passed = passed.into();
        }
        if !Arc::ptr_eq(&self.scan_coverage, &other.scan_coverage) && self.scan_coverage.ran_there.is_some() {
            Arc::make_mut(&mut self.scan_coverage).join(&other.scan_coverage);
        }
        self.sightings.extend(other.sightings);
        self.sightings.sort_by_key(|sighting| sighting.occurrence);
    }
}

impl AssetHistory {
    /// Prepares the history for many projections: observations by time, sightings by occurrence.
    #[must_use]
    pub fn index(&self) -> Indexed<'_> {
        let mut order: Vec<&Observation> = self.observations.iter().collect();
        order.sort_by_key(|o| (o.at, o.export_hash, o.series, o.scan));
        let mut seen: Vec<Seen> = Vec::with_capacity(order.iter().map(|o| o.sightings.len()).sum());
        for (rank, observation) in (0u32..).zip(&order) {
            seen.extend(observation.sightings.iter().map(|s| Seen { rank, sighting: *s }));
        }
        // Stable: rows of one occurrence in one scan stay in the order of the file, so that the last is always the same.
        seen.sort_by_key(|s| (s.sighting.occurrence, s.rank));
        Indexed { history: self, order, seen }
    }
}

/// A sighting with the rank of its observation in time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen {
    pub(crate) rank: u32,
    pub(crate) sighting: Sighting,
}

/// A history prepared by [`AssetHistory::index`].
#[derive(Clone, Debug)]
pub struct Indexed<'a> {
    pub(crate) history: &'a AssetHistory,
    /// By (instant, export hash, series, scan).
    pub(crate) order: Vec<&'a Observation>,
    /// By (occurrence, rank), then in the order of the file.
    seen: Vec<Seen>,
}

impl<'a> Indexed<'a> {
    /// The history that was prepared.
    #[must_use]
    pub fn history(&self) -> &'a AssetHistory {
        self.history
    }

    /// The numbers of all occurrences with a sighting in force, ascending.
    pub fn occurrences(&self) -> impl Iterator<Item = i64> + '_ {
        self.seen
            .chunk_by(|a, b| a.sighting.occurrence == b.sighting.occurrence)
            .map(|rows| rows[0].sighting.occurrence)
    }

    /// The sightings of one occurrence in time order.
    pub fn sightings(&self, occurrence: i64) -> impl Iterator<Item = (&'a Observation, Sighting)> + '_ {
        self.seen_of(occurrence).iter().map(|s| (self.order[s.rank as usize], s.sighting))
    }

    /// The projection of one occurrence; see [`crate::project`].
    #[must_use]
    pub fn project(&self, occurrence: &OccurrenceFacts<'_>, now: Micros) -> Option<Projection> {
        project_indexed(self, occurrence, now)
    }

    pub(crate) fn seen_of(&self, occurrence: i64) -> &[Seen] {
        let start = self.seen.partition_point(|s| s.sighting.occurrence < occurrence);
        let rest = &self.seen[start..];
        &rest[..rest.partition_point(|s| s.sighting.occurrence == occurrence)]
    }
}
