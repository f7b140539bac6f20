//! A staged import: identities computed, nothing visible yet.

use super::seal::Sealed;
use super::stage::{ExportFacts, StagedRow};
use super::{ImportNo, SourceSettings};
use crate::blob::BlobId;
use crate::error::{Error, Result};
use model::facts::{AssetFacts, AssetKind, ObservationFacts, Place, ScanFacts};
use model::{Mapped, Mapping, Micros};
use posture::identity;
use std::collections::HashMap;

/// A weakness's classification as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Classified {
    /// The version of the mapping that was applied.
    pub mapping: i64,
    /// The primary category in the edition of 2017.
    pub owasp_2017: Mapped,
    /// In the edition of 2021.
    pub owasp_2021: Mapped,
    /// In the edition of 2025.
    pub owasp_2025: Mapped,
    /// Everything else that was found, the why included, as JSON that the caller will read back.
    pub why: String,
}

/// Everything of an import except the switch that makes it visible.
#[derive(Debug)]
pub struct Staged {
    pub(crate) import: ImportNo,
    /// The settings under which identities were computed.
    pub(crate) source: SourceSettings,
    pub(crate) original: BlobId,
    pub(crate) original_bytes: i64,
    pub(crate) sealed: Sealed,
    pub(crate) export_hash: [u8; 32],
    pub(crate) stated_at: Option<Micros>,
    pub(crate) reader: u32,
    pub(crate) mapping: Option<Mapping>,
    pub(crate) scan: ScanFacts,
    pub(crate) rules: Vec<RuleColumns>,
    pub(crate) classified: Vec<Classified>,
    pub(crate) assets: Vec<StagedAsset>,
    pub(crate) occurrences: Vec<StagedOccurrence>,
    pub(crate) sightings: Vec<StagedSighting>,
    pub(crate) places: Vec<Place>,
    pub(crate) rows: u64,
    pub(crate) no_finding: u64,
    pub(crate) quarantined: u64,
}

impl Staged {
    /// SHA-256 of the decompressed bytes: what makes an export this export.
    #[must_use]
    pub fn export_hash(&self) -> [u8; 32] {
        self.export_hash
    }

    /// How many weaknesses have a text that was not stored before.
    #[must_use]
    pub fn new_texts(&self) -> u64 {
        self.sealed.texts.iter().flatten().filter(|text| text.prose.is_some()).count() as u64
    }
}

/// The columns of a weakness that lists and filters read.
#[derive(Clone, Debug)]
pub(crate) struct RuleColumns {
    pub(crate) rule: String,
    pub(crate) title: String,
    pub(crate) family: String,
    pub(crate) cwe: String,
    pub(crate) cve: String,
    pub(crate) score_tenths: Option<i64>,
}

/// An asset of the export. Two assets of an export with one key are one.
#[derive(Clone, Debug)]
pub(crate) struct StagedAsset {
    pub(crate) key: String,
    pub(crate) facts: AssetFacts,
    pub(crate) observation: ObservationFacts,
    /// The web origins under which the export names it, as coverage has them.
    pub(crate) origins: Vec<String>,
}

/// An occurrence that the export saw.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StagedOccurrence {
    pub(crate) uuid: [u8; 16],
    pub(crate) asset: u32,
    pub(crate) weakness: u32,
    pub(crate) place: u32,
}

/// A row of the export.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StagedSighting {
    pub(crate) occurrence: u32,
    pub(crate) place: u32,
    pub(crate) severity: model::Severity,
    pub(crate) serial: Option<u64>,
    pub(crate) evidence: Option<u32>,
}

/// The rows and what is needed to say whose they are.
pub(crate) struct Identity {
    pub(crate) source: SourceSettings,
    pub(crate) rows: Vec<StagedRow>,
    pub(crate) places: Vec<Place>,
}

impl Identity {
    /// Refuses facts that the rows do not point into.
    pub(crate) fn check(&self, facts: &ExportFacts) -> Result<()> {
        let fits = facts.classified.len() == facts.weaknesses.len()
            && self.rows.iter().all(|row| {
                (row.asset as usize) < facts.assets.len() && (row.weakness as usize) < facts.weaknesses.len()
            });
        if fits { Ok(()) } else { Err(Error::Invalid { field: "facts", code: "do_not_fit_rows" }) }
    }

    /// Which weaknesses have rows.
    pub(crate) fn used(&self, weaknesses: usize) -> Vec<bool> {
        let mut used = vec![false; weaknesses];
        for row in &self.rows {
            used[row.weakness as usize] = true;
        }
        used
    }

    /// Computes keys and ids.
    pub(crate) fn stage(self, facts: ExportFacts, rules: Vec<RuleColumns>) -> Staged {
        let space = identity::AddressSpace {
            space: &self.source.space,
            source: self.source.id,
            prefer_fqdn: self.source.prefer_fqdn,
            aliases: &self.source.aliases,
        };
        let (assets, numbers) = merge_assets(&space, facts.assets);
        let mut by_row: HashMap<(u32, u32, u32), u32> = HashMap::with_capacity(self.rows.len());
        let mut by_id: HashMap<[u8; 16], u32> = HashMap::with_capacity(self.rows.len());
        let mut occurrences: Vec<StagedOccurrence> = Vec::with_capacity(self.rows.len());
        let mut sightings = Vec::with_capacity(self.rows.len());
        for row in &self.rows {
            let asset = numbers[row.asset as usize];
            let occurrence = *by_row.entry((asset, row.weakness, row.place)).or_insert_with(|| {
                let rule = &rules[row.weakness as usize].rule;
                let key = &assets[asset as usize].key;
                let place = &self.places[row.place as usize];
                let uuid = *identity::occurrence_id(facts.scan.tool, key, rule, place).0.as_bytes();
                *by_id.entry(uuid).or_insert_with(|| {
                    occurrences.push(StagedOccurrence { uuid, asset, weakness: row.weakness, place: row.place });
                    occurrences.len() as u32 - 1
                })
            });
            // Lists show the place of the newest sighting: within one export, the last.
            occurrences[occurrence as usize].place = row.place;
            let StagedRow { place, severity, serial, evidence, .. } = *row;
            sightings.push(StagedSighting { occurrence, place, severity, serial, evidence });
        }
        Staged {
            source: self.source.clone(),
            import: ImportNo(0),
            original: BlobId(0),
            original_bytes: 0,
            sealed: Sealed::default(),
            export_hash: [0; 32],
            stated_at: facts.stated_at,
            reader: facts.reader,
            mapping: facts.mapping,
            scan: facts.scan,
            rules,
            classified: facts.classified,
            assets,
            occurrences,
            sightings,
            places: self.places,
            rows: facts.rows,
            no_finding: facts.no_finding,
            quarantined: facts.quarantined,
        }
    }
}

/// Joins assets of one key: observed at the later instant, reached and signed in if either was.
fn merge_assets(
    space: &identity::AddressSpace<'_>,
    parsed: Vec<(AssetFacts, ObservationFacts)>,
) -> (Vec<StagedAsset>, Vec<u32>) {
    let mut assets: Vec<StagedAsset> = Vec::with_capacity(parsed.len());
    let mut by_key: HashMap<String, u32> = HashMap::with_capacity(parsed.len());
    let mut numbers = Vec::with_capacity(parsed.len());
    for (facts, mut observation) in parsed {
        let key = identity::asset_key(space, &facts);
        let origin = (facts.kind == AssetKind::Origin).then(|| identity::origin_of(&facts.name));
        observation.passed.sort_unstable();
        observation.passed.dedup();
        if let Some(number) = by_key.get(&key) {
            let asset = &mut assets[*number as usize];
            asset.origins.extend(origin);
            let known = &mut asset.observation;
            known.at = known.at.max(observation.at);
            known.reached |= observation.reached;
            known.credentialed = known.credentialed.max(observation.credentialed);
            known.passed.append(&mut observation.passed);
            known.passed.sort_unstable();
            known.passed.dedup();
            numbers.push(*number);
            continue;
        }
        let number = assets.len() as u32;
        let facts = identity::aliased(space.aliases, &facts).unwrap_or(facts);
        by_key.insert(key.clone(), number);
        numbers.push(number);
        assets.push(StagedAsset { key, facts, observation, origins: origin.into_iter().collect() });
    }
    (assets, numbers)
}

impl RuleColumns {
    pub(crate) fn of(facts: &model::facts::WeaknessFacts) -> Self {
        Self {
            cwe: words(facts.cwe.iter()),
            cve: words(facts.cve.iter()),
            score_tenths: facts.score_tenths.map(i64::from),
            rule: facts.rule.clone(),
            title: facts.title.clone(),
            family: facts.family.clone(),
        }
    }
}

/// A list as text in which ` item ` finds an item; empty for an empty list.
fn words<T: std::fmt::Display>(items: impl Iterator<Item = T>) -> String {
    let mut text = String::new();
    for item in items {
        text.push_str(if text.is_empty() { " " } else { "" });
        text.push_str(&item.to_string());
        text.push(' ');
    }
    text
}
