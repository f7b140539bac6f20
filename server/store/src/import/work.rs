//! Sorting a scan's rows: whose they are, and whether they change anything besides "still there".

use super::effect::Effects;
use super::observe::Placed;
use super::staged::{Staged, StagedAsset};
use super::switch::UsedPacks;
use crate::ledger::changes::Newcomer;
use crate::ledger::head::HeadRow;
use crate::ledger::load;
use crate::ledger::rollup::Owasp;
use crate::ledger::units::{Loaded, LoadedUnit, Macs, Stored};
use model::facts::ScanCoverage;
use model::{Micros, Severity};
use posture::{EvidenceRef, NewestScan, Observation, Sighting};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// An occurrence's row as far as the fast path asks.
#[derive(sqlx::FromRow)]
pub(super) struct Light {
    pub(super) id: i64,
    pub(super) uuid: Vec<u8>,
    pub(super) asset_id: i64,
    pub(super) known: i64,
    pub(super) present: i64,
    pub(super) severity: i64,
    pub(super) quiet_after: Option<i64>,
    pub(super) evidence_pack: Option<i64>,
    pub(super) evidence_index: i64,
    pub(super) evidence_mac: Option<Vec<u8>>,
    pub(super) location_id: i64,
}

/// What a scan saw of one asset, by number of the staged occurrence.
pub(super) type SeenThere = BTreeMap<u32, Seen>;

/// One occurrence of the scan: its number, and its sightings there as one.
#[derive(Clone, Copy)]
pub(super) struct Seen {
    pub(super) id: i64,
    pub(super) severity: Severity,
    pub(super) serial: bool,
    pub(super) location: i64,
    pub(super) evidence: Option<(EvidenceRef, Option<[u8; 16]>)>,
}

/// A scan's rows by asset and occurrence, and what became of each.
pub(super) struct Work<'a> {
    pub(super) staged: &'a Staged,
    pub(super) placed: &'a Placed<'a>,
    pub(super) by_uuid: HashMap<&'a [u8], &'a Light>,
    pub(super) by_asset: HashMap<i64, Vec<&'a Light>>,
    /// By number of the staged occurrence.
    pub(super) ids: Vec<i64>,
    /// What each observation proves, by number of the asset; those of scans that do not tell where they went share one.
    pub(super) coverages: Vec<Arc<ScanCoverage>>,
    /// The staged sightings by asset; those of one asset in the order of the file.
    order: Vec<u32>,
    pub(super) quick: Vec<(Seen, Micros, &'a Light)>,
    pub(super) macs: Macs,
    pub(super) effects: Effects,
    pub(super) used: UsedPacks,
}

/// What each observation of a scan proves.
fn coverages(staged: &Staged) -> Vec<Arc<ScanCoverage>> {
    let whole = Arc::new(staged.scan.coverage.clone());
    let told = tells_places(&whole);
    let each = |asset: &StagedAsset| if told { Arc::new(whole.at(&asset.origins)) } else { Arc::clone(&whole) };
    staged.assets.iter().map(each).collect()
}

/// Whether a scan tells where it went, so that each of its observations has a coverage of its own.
pub(super) fn tells_places(coverage: &ScanCoverage) -> bool {
    coverage.ran_there.as_ref().is_some_and(|ran| ran.visited.is_some())
}

impl<'a> Work<'a> {
    pub(super) fn new(staged: &'a Staged, placed: &'a Placed<'a>, lights: &'a [Light]) -> Self {
        let mut by_asset: HashMap<i64, Vec<&Light>> = HashMap::new();
        for light in lights {
            by_asset.entry(light.asset_id).or_default().push(light);
        }
        let scan = Some((placed.scan, placed.series));
        Self {
            staged,
            placed,
            by_uuid: lights.iter().map(|light| (light.uuid.as_slice(), light)).collect(),
            by_asset,
            ids: Vec::new(),
            coverages: coverages(staged),
            order: Vec::new(),
            quick: Vec::new(),
            macs: Macs::new(),
            effects: Effects { scan, ..Effects::default() },
            used: UsedPacks::new(),
        }
    }

    /// Gives numbers to occurrences, and puts the sightings in order.
    pub(super) fn number(&mut self, mut last: i64) {
        let staged = self.staged;
        self.ids = staged
            .occurrences
            .iter()
            .map(|occurrence| match self.by_uuid.get(occurrence.uuid.as_slice()) {
                Some(light) => light.id,
                None => {
                    last += 1;
                    last
                }
            })
            .collect();
        self.effects.seen = self.ids.iter().copied().collect();
        let mut order: Vec<u32> = (0..staged.sightings.len() as u32).collect();
        order.sort_by_key(|row| self.asset_of(*row));
        self.order = order;
    }

    /// The number of the asset that a staged sighting is of.
    fn asset_of(&self, row: u32) -> usize {
        self.staged.occurrences[self.staged.sightings[row as usize].occurrence as usize].asset as usize
    }

    /// An asset's observation with its sightings, and what was seen there.
    pub(super) fn observation(&mut self, number: usize) -> (Observation, SeenThere) {
        let from = self.order.partition_point(|row| self.asset_of(*row) < number);
        let to = from + self.order[from..].partition_point(|row| self.asset_of(*row) == number);
        let (mut seen, mut sightings) = (SeenThere::new(), Vec::with_capacity(to - from));
        for at in from..to {
            let row = self.staged.sightings[self.order[at] as usize];
            let occurrence = self.staged.occurrences[row.occurrence as usize];
            let id = self.ids[row.occurrence as usize];
            let evidence = row.evidence.map(|number| self.evidence(number, &occurrence.uuid));
            let (severity, serial) = (row.severity, row.serial.is_some());
            let location = self.placed.locations[row.place as usize];
            let one = Seen { id, severity, serial, location, evidence };
            seen.entry(row.occurrence).and_modify(|seen| seen.join(one)).or_insert(one);
            let evidence = evidence.map(|(at, _)| at);
            sightings.push(Sighting { occurrence: id, severity, serial: row.serial, location, evidence });
        }
        // The sort is stable: rows of one occurrence stay in the order of the file.
        sightings.sort_by_key(|sighting| sighting.occurrence);
        let facts = &self.staged.assets[number].observation;
        let observation = Observation {
            scan: self.placed.scan,
            series: self.placed.series,
            at: self.placed.dating.assets[number],
            dated: self.placed.dating.dated,
            export_hash: self.staged.export_hash,
            scan_coverage: self.coverages[number].clone(),
            reached: facts.reached,
            credentialed: facts.credentialed,
            passed: facts.passed.clone().into(),
            closing: self.placed.closing,
            sightings,
        };
        (observation, seen)
    }

    /// Where a row's evidence is: where it was, if the occurrence's newest is the same.
    fn evidence(&mut self, number: u32, uuid: &[u8; 16]) -> (EvidenceRef, Option<[u8; 16]>) {
        let staged = self.staged.sealed.evidence[number as usize];
        if let Some(light) = self.by_uuid.get(uuid.as_slice())
            && light.evidence_mac.as_deref() == Some(&staged.mac)
            && let Some(at) = light.evidence()
        {
            return (at, Some(staged.mac));
        }
        self.used.insert(staged.at.pack);
        self.macs.insert((staged.at.pack, staged.at.index), staged.mac);
        (staged.at, Some(staged.mac))
    }

    /// Whether the observation is dated and later than everything the tool has said of the asset and elsewhere.
    pub(super) fn is_plain(&self, number: usize, observed: Option<i64>) -> bool {
        let at = self.placed.dating.assets[number];
        if self.placed.assets.owners_changed.contains(&self.placed.assets.ids[number]) {
            return false;
        }
        let Some(observed) = observed else {
            // Nothing in force has observed it: what is known of it, if anything, has left the projection.
            return !self.by_asset.contains_key(&self.placed.assets.ids[number]);
        };
        self.placed.dating.dated && at.0 > observed && self.placed.latest_scan.is_none_or(|latest| at > latest)
    }

    /// The occurrences of an asset that have no row, ready to be projected.
    pub(super) fn newcomers(&self, seen: &SeenThere) -> Vec<Loaded> {
        let unknown = seen.keys().filter(|occurrence| {
            let uuid = &self.staged.occurrences[**occurrence as usize].uuid;
            !self.by_uuid.contains_key(uuid.as_slice())
        });
        unknown.map(|occurrence| self.newcomer(*occurrence)).collect()
    }

    /// The occurrences of an asset that have no row and, since the asset is one with others, count as nothing by themselves.
    pub(super) fn unseen(&self, number: usize, seen: &SeenThere) -> Vec<(i64, Newcomer, Owasp, HeadRow)> {
        let at = self.placed.dating.assets[number];
        let head =
            |id: i64| seen.values().find(|one| one.id == id).map(|one| HeadRow::unseen(one.location, one.severity, at));
        let rows = self.newcomers(seen).into_iter().filter_map(|loaded| match loaded.stored {
            Stored::No(newcomer) => Some((loaded.id, newcomer, loaded.owasp, head(loaded.id)?)),
            Stored::Yes(_) => None,
        });
        rows.collect()
    }

    fn newcomer(&self, number: u32) -> Loaded {
        let occurrence = self.staged.occurrences[number as usize];
        let (weakness, owasp) = self.placed.weaknesses[occurrence.weakness as usize];
        let place = &self.staged.places[occurrence.place as usize];
        let asset = self.placed.assets.ids[occurrence.asset as usize];
        let (owasp, rates) =
            (self.placed.local.owasp((weakness, asset)).unwrap_or(owasp), self.placed.local.rates((weakness, asset)));
        Loaded {
            id: self.ids[number as usize],
            rule: self.staged.rules[occurrence.weakness as usize].rule.clone(),
            place: place.clone(),
            owasp,
            exploitability: self.placed.shares.get(&weakness).copied().unwrap_or_default(),
            stake: self.placed.stakes.get(&asset).copied().unwrap_or_default(),
            stored: Stored::No(Newcomer {
                uuid: occurrence.uuid,
                weakness,
                asset,
                tool: self.staged.scan.tool,
                shown_location: posture::identity::shown_location(place),
            }),
            decisions: rates,
            lines: Vec::new(),
            episodes: Vec::new(),
        }
    }

    /// In a plain unit: what only moves its `last_seen` goes to the quick list; what must be projected is returned.
    pub(super) fn sort_out(&mut self, number: usize, asset: i64, seen: &SeenThere) -> BTreeSet<i64> {
        let at = self.placed.dating.assets[number];
        let mut rest = BTreeSet::new();
        let Some(known) = self.by_asset.get(&asset) else { return rest };
        let seen: HashMap<i64, Seen> = seen.values().map(|seen| (seen.id, *seen)).collect();
        for light in known {
            match seen.get(&light.id) {
                Some(seen) if light.is_quiet(seen, at) => self.quick.push((*seen, at, light)),
                Some(_) => {
                    rest.insert(light.id);
                }
                None if light.present == 1 => {
                    rest.insert(light.id);
                }
                None => {}
            }
        }
        rest
    }

    /// A unit of newcomers, whose history is this observation alone.
    pub(super) fn unit(
        &self,
        asset: i64,
        observation: Observation,
        occurrences: Vec<Loaded>,
        owners: Vec<posture::OwnerChange>,
        newest: &[NewestScan],
    ) -> LoadedUnit {
        let mut history = load::empty(self.staged.scan.tool, asset);
        history.owners = owners;
        history.newest = newest.iter().filter(|scan| scan.series == self.placed.series).copied().collect();
        history.observations = vec![observation];
        LoadedUnit { history, occurrences }
    }
}

impl Light {
    /// Where its newest evidence is.
    pub(super) fn evidence(&self) -> Option<EvidenceRef> {
        let index = u32::try_from(self.evidence_index).ok()?;
        self.evidence_pack.map(|pack| EvidenceRef { pack, index })
    }

    /// Whether a sighting only says "still there".
    fn is_quiet(&self, seen: &Seen, at: Micros) -> bool {
        self.known == 1
            && self.present == 1
            && !seen.serial
            && self.severity == i64::from(seen.severity.number())
            && self.quiet_after.is_some_and(|after| at.0 > after)
    }
}

impl Seen {
    /// Joins another row of the same occurrence: the highest severity, the last place and evidence.
    fn join(&mut self, other: Self) {
        self.severity = self.severity.max(other.severity);
        self.serial |= other.serial;
        self.location = other.location;
        self.evidence = other.evidence.or(self.evidence);
    }
}
