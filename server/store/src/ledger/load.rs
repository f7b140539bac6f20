//! Loads units from the database: histories, decisions in force, owners, and the books as they stand.

use super::books::{self, Books, GivenRow};
use super::head::HeadRow;
use super::rollup::Owasp;
use super::units::LoadedUnit;
use super::{Flips, Unit};
use crate::binds;
use crate::codec::unpack_sightings;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::merge::{self, Groups};
use crate::overrides::Local;
use crate::value::Value;
use model::facts::ScanCoverage;
use model::{AssetId, Micros, ScanId, SeriesId, TeamId, Tool};
use posture::{AssetHistory, ClosingPolicy, NewestScan, Observation, OwnerChange};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// The columns of an [`OccurrenceRow`], out of [`occurrence_tables`].
macro_rules! occurrence_columns {
    () => {
        "o.id, o.asset_id, o.weakness_id, w.rule, COALESCE(pt.owasp_2017, w.owasp_2017) AS owasp_2017, \
         COALESCE(pt.owasp_2021, w.owasp_2021) AS owasp_2021, COALESCE(pt.owasp_2025, w.owasp_2025) AS owasp_2025, \
         w.exploitability, a.stake, \
         l.place, o.location_id, o.known, o.status, o.is_open, o.severity, o.team_id, o.workflow, o.accepted_until, o.not_retested, \
         o.first_seen, o.last_seen, o.opened_at, o.closed_at, o.episodes, o.present, o.assignee, o.due, o.evidence_pack, \
         o.evidence_index, o.evidence_mac, o.claim_failed, o.quiet_after, o.risk"
    };
}
/// An occurrence `o` with its weakness `w`, location `l` and asset `a`, and where the weakness stands there in `pt`.
macro_rules! occurrence_tables {
    () => {
        "occurrence o JOIN weakness w ON w.id = o.weakness_id JOIN location l ON l.id = o.location_id \
         JOIN asset a ON a.id = o.asset_id LEFT JOIN parted pt ON pt.asset_id = o.asset_id \
         AND pt.weakness_id = o.weakness_id AND pt.until_step IS NULL"
    };
}
pub(crate) use {occurrence_columns, occurrence_tables};

crate::sql::statements! {
    OCCURRENCES_OF_ASSETS = concat!(
        "SELECT ", occurrence_columns!(), " FROM ", occurrence_tables!(), " WHERE o.tool = $1 AND o.asset_id IN ($*)"
    );
    OCCURRENCES = concat!("SELECT ", occurrence_columns!(), " FROM ", occurrence_tables!(), " WHERE o.id IN ($*)");
    OBSERVATIONS = "SELECT b.asset_id, b.scan_id, s.series_id, b.at, s.dated, s.export_hash, \
        COALESCE(b.coverage_id, s.coverage_id) AS coverage_id, b.reached, b.credentialed, c.closing, d.passed, d.sightings \
        FROM observation b JOIN observed d ON d.id = b.observed_id JOIN scan s ON s.id = b.scan_id \
        JOIN source c ON c.id = s.source_id WHERE b.tool = $1 AND s.withdrawn_step IS NULL AND b.asset_id IN ($*)";
    COVERAGES = "SELECT id, packed FROM coverage WHERE id IN ($*)";
    // An unnamed scan does not promise to visit every asset of its series: such series are judged asset by asset.
    NEWEST = "SELECT s.series_id, s.id, s.at, s.export_hash FROM scan s JOIN series r ON r.id = s.series_id \
        WHERE s.tool = $1 AND s.dated = 1 AND s.withdrawn_step IS NULL AND r.name <> ''";
    OWNERS = "SELECT asset_id, at, team_id FROM asset_owner WHERE asset_id IN ($*) ORDER BY asset_id, at, id";
    UNITS = "SELECT id, tool, asset_id FROM occurrence WHERE id IN ($*)";
    DUPLICATES = "SELECT COALESCE(o.merged_id, o.id) FROM decision d JOIN occurrence o ON o.id = d.occurrence_id WHERE d.kind = 'duplicate' AND d.target_id IN ($*) \
        AND NOT EXISTS (SELECT 1 FROM decision_withdrawal x WHERE x.decision_id = d.id)";
    ASSETS_OF_SERIES = "SELECT DISTINCT b.asset_id FROM observation b JOIN scan s ON s.id = b.scan_id \
        WHERE s.series_id = $1 AND s.withdrawn_step IS NULL";
}

/// An occurrence's row with what the projection needs.
#[derive(sqlx::FromRow)]
pub(crate) struct OccurrenceRow {
    pub(crate) id: i64,
    pub(crate) asset_id: i64,
    pub(crate) weakness_id: i64,
    pub(crate) rule: String,
    pub(crate) owasp_2017: i64,
    pub(crate) owasp_2021: i64,
    pub(crate) owasp_2025: i64,
    pub(super) exploitability: i64,
    pub(super) stake: i64,
    pub(crate) place: String,
    #[sqlx(flatten)]
    pub(crate) head: HeadRow,
}

impl OccurrenceRow {
    /// The stored categories of the weakness on the asset.
    pub(crate) fn owasp(&self) -> Owasp {
        [self.owasp_2017, self.owasp_2021, self.owasp_2025]
    }
}

#[derive(sqlx::FromRow)]
struct ObservationRow {
    asset_id: i64,
    scan_id: i64,
    series_id: i64,
    at: i64,
    dated: i64,
    export_hash: Vec<u8>,
    coverage_id: i64,
    reached: i64,
    credentialed: Option<i64>,
    closing: String,
    passed: String,
    sightings: Vec<u8>,
}

/// Which occurrences of the units are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subset<'a> {
    /// Every one.
    All,
    /// These.
    Of(&'a BTreeSet<i64>),
}

/// Loads units; remembers what several share.
#[derive(Default)]
pub(crate) struct Loader {
    coverages: HashMap<i64, Arc<ScanCoverage>>,
    newest: HashMap<Tool, Arc<Vec<NewestScan>>>,
    groups: Option<Arc<Groups>>,
    /// Only what scans saw, what people said and the episodes, for a page that tells a finding's life.
    life_only: bool,
}

impl Loader {
    /// The life of one occurrence: what scans saw of its asset, its episodes, and what people said of it, which is given.
    /// `alone`: its asset is no part of another and has no parts.
    pub(crate) async fn life(
        tx: &mut Tx,
        tool: Tool,
        row: OccurrenceRow,
        alone: bool,
        given: Vec<GivenRow>,
    ) -> Result<LoadedUnit> {
        let asset = row.asset_id;
        let mut loader = Self { life_only: true, groups: alone.then(Arc::default), ..Self::default() };
        let mut units = loader.assemble(tx, tool, &[asset], vec![row]).await?;
        let mut unit = units.pop().ok_or(Error::NotFound("occurrence"))?;
        if let Some(loaded) = unit.occurrences.first_mut() {
            loaded.decisions = books::given(given)?;
        }
        Ok(unit)
    }

    /// The units of a tool on assets, with their occurrences.
    pub(crate) async fn units(
        &mut self,
        tx: &mut Tx,
        tool: Tool,
        assets: &[i64],
        subset: Subset<'_>,
    ) -> Result<Vec<LoadedUnit>> {
        let keys = || assets.iter().map(|id| Value::from(*id));
        let mut rows: Vec<OccurrenceRow> = tx.all_in(OCCURRENCES_OF_ASSETS, binds![tool.number()], keys()).await?;
        if let Subset::Of(wanted) = subset {
            rows.retain(|row| wanted.contains(&row.id));
        }
        self.assemble(tx, tool, assets, rows).await
    }

    /// The units that hold some occurrences of a tool, with those alone.
    pub(crate) async fn occurrences(&mut self, tx: &mut Tx, tool: Tool, ids: &[i64]) -> Result<Vec<LoadedUnit>> {
        let rows: Vec<OccurrenceRow> = tx.all_in(OCCURRENCES, binds![], ids.iter().map(|id| Value::from(*id))).await?;
        let assets: BTreeSet<i64> = rows.iter().map(|row| row.asset_id).collect();
        let assets: Vec<i64> = assets.into_iter().collect();
        self.assemble(tx, tool, &assets, rows).await
    }

    async fn assemble(
        &mut self,
        tx: &mut Tx,
        tool: Tool,
        assets: &[i64],
        rows: Vec<OccurrenceRow>,
    ) -> Result<Vec<LoadedUnit>> {
        let groups = self.groups(tx).await?;
        let parts = groups.occurrences(tx, tool, assets).await?;
        let mut histories = self.histories(tx, tool, assets, &parts).await?;
        let mut books = Books::of(tx, &rows, &parts, self.life_only).await?;
        let local = if self.life_only { Local::default() } else { Local::rates_on(tx, assets).await? };
        let mut units: BTreeMap<i64, LoadedUnit> = BTreeMap::new();
        for row in rows {
            let asset = row.asset_id;
            let rates = local.rates((row.weakness_id, asset));
            let mut loaded = books.loaded(row)?;
            loaded.decisions.extend(rates);
            let unit = units.entry(asset).or_insert_with(|| LoadedUnit {
                history: histories.remove(&asset).unwrap_or_else(|| empty(tool, asset)),
                occurrences: Vec::new(),
            });
            unit.occurrences.push(loaded);
        }
        // A unit without occurrences still has a history, to which a new scan may add.
        units
            .extend(histories.into_iter().map(|(asset, history)| (asset, LoadedUnit { history, occurrences: vec![] })));
        Ok(units.into_values().collect())
    }

    /// The histories of one tool on assets, by asset. What was observed of an asset's parts was observed of it; a part has no
    /// history of its own.
    async fn histories(
        &mut self,
        tx: &mut Tx,
        tool: Tool,
        assets: &[i64],
        parts: &HashMap<i64, i64>,
    ) -> Result<HashMap<i64, AssetHistory>> {
        let groups = self.groups(tx).await?;
        let wholes = assets.iter().filter(|asset| !groups.is_part(**asset));
        let observed = wholes.flat_map(|asset| [*asset].into_iter().chain(groups.parts(*asset).iter().copied()));
        let rows: Vec<ObservationRow> =
            tx.all_in(OBSERVATIONS, binds![tool.number()], observed.map(Value::from)).await?;
        self.load_coverages(tx, &rows).await?;
        let (newest, mut owners) = if self.life_only {
            (Arc::default(), HashMap::new())
        } else {
            (self.newest(tx, tool).await?, owners_of(tx, assets).await?)
        };
        let mut histories: HashMap<i64, AssetHistory> =
            assets.iter().map(|asset| (*asset, empty(tool, *asset))).collect();
        let mut joined = Joined::default();
        for row in rows {
            let asset = row.asset_id;
            let observation = self.observation(row)?;
            if groups.holds(asset) {
                joined.add(&groups, asset, observation, parts);
            } else if let Some(history) = histories.get_mut(&asset) {
                history.observations.push(observation);
            }
        }
        joined.into_histories(&mut histories);
        for (asset, history) in &mut histories {
            history.owners = owners.remove(asset).unwrap_or_default();
            let here: BTreeSet<SeriesId> = history.observations.iter().map(|o| o.series).collect();
            history.newest = newest.iter().filter(|scan| here.contains(&scan.series)).copied().collect();
        }
        Ok(histories)
    }

    /// The assets that are parts of others.
    pub(crate) async fn groups(&mut self, tx: &mut Tx) -> Result<Arc<Groups>> {
        if let Some(known) = &self.groups {
            return Ok(known.clone());
        }
        let groups = Arc::new(Groups::load(tx).await?);
        self.groups = Some(groups.clone());
        Ok(groups)
    }

    /// The newest dated scan of each named series of a tool.
    pub(crate) async fn newest(&mut self, tx: &mut Tx, tool: Tool) -> Result<Arc<Vec<NewestScan>>> {
        if let Some(known) = self.newest.get(&tool) {
            return Ok(known.clone());
        }
        let rows: Vec<(i64, i64, i64, Vec<u8>)> = tx.all(NEWEST, binds![tool.number()]).await?;
        let mut newest: BTreeMap<i64, (i64, Vec<u8>, i64)> = BTreeMap::new();
        for (series, scan, at, hash) in rows {
            let candidate = (at, hash, scan);
            let best = newest.entry(series).or_insert_with(|| candidate.clone());
            if candidate > *best {
                *best = candidate;
            }
        }
        let newest = newest.into_iter().map(|(series, (at, _, scan))| NewestScan {
            series: SeriesId(series),
            scan: ScanId(scan),
            at: Micros(at),
        });
        let newest = Arc::new(newest.collect::<Vec<_>>());
        self.newest.insert(tool, newest.clone());
        Ok(newest)
    }

    async fn load_coverages(&mut self, tx: &mut Tx, rows: &[ObservationRow]) -> Result<()> {
        let wanted: BTreeSet<i64> =
            rows.iter().map(|row| row.coverage_id).filter(|id| !self.coverages.contains_key(id)).collect();
        let loaded: Vec<(i64, Vec<u8>)> = tx.all_in(COVERAGES, binds![], wanted.into_iter().map(Value::from)).await?;
        for (id, packed) in loaded {
            self.coverages.insert(id, Arc::new(unpack_coverage(&packed)?));
        }
        Ok(())
    }

    fn observation(&self, row: ObservationRow) -> Result<Observation> {
        let coverage =
            self.coverages.get(&row.coverage_id).cloned().ok_or_else(|| Error::damaged("scan.coverage_id"))?;
        Ok(Observation {
            scan: ScanId(row.scan_id),
            series: SeriesId(row.series_id),
            at: Micros(row.at),
            dated: row.dated == 1,
            export_hash: row.export_hash.try_into().map_err(|_| Error::damaged("scan.export_hash"))?,
            scan_coverage: coverage,
            reached: row.reached == 1,
            credentialed: row.credentialed.map(|value| value == 1),
            passed: row.passed.lines().map(str::to_owned).collect(),
            closing: closing_policy(&row.closing)?,
            sightings: unpack_sightings(&row.sightings)?,
        })
    }
}

/// The observations of assets that are one, on their way to being one a scan.
#[derive(Default)]
struct Joined {
    /// By whole and scan; within a scan by the place of the asset among those that are one.
    observations: BTreeMap<(i64, ScanId), BTreeMap<usize, Observation>>,
}

impl Joined {
    fn add(&mut self, groups: &Groups, asset: i64, mut observation: Observation, parts: &HashMap<i64, i64>) {
        let whole = groups.whole(asset);
        let place = groups.parts(whole).iter().position(|part| *part == asset).map_or(0, |place| place + 1);
        for sighting in &mut observation.sightings {
            sighting.occurrence = parts.get(&sighting.occurrence).copied().unwrap_or(sighting.occurrence);
        }
        observation.sightings.sort_by_key(|sighting| sighting.occurrence);
        self.observations.entry((whole, observation.scan)).or_default().insert(place, observation);
    }

    fn into_histories(self, histories: &mut HashMap<i64, AssetHistory>) {
        for ((whole, _), members) in self.observations {
            let mut members = members.into_values();
            let Some(mut one) = members.next() else { continue };
            members.for_each(|other| one.join(other));
            if let Some(history) = histories.get_mut(&whole) {
                history.observations.push(one);
            }
        }
    }
}

/// Who owned assets when, by asset.
pub(crate) async fn owners_of(tx: &mut Tx, assets: &[i64]) -> Result<HashMap<i64, Vec<OwnerChange>>> {
    let rows: Vec<(i64, i64, Option<i64>)> =
        tx.all_in(OWNERS, binds![], assets.iter().map(|id| Value::from(*id))).await?;
    let mut owners: HashMap<i64, Vec<OwnerChange>> = HashMap::new();
    for (asset, at, team) in rows {
        owners.entry(asset).or_default().push(OwnerChange { at: Micros(at), team: team.map(TeamId) });
    }
    Ok(owners)
}

/// A history in which nothing was observed yet.
pub(crate) fn empty(tool: Tool, asset: i64) -> AssetHistory {
    AssetHistory { tool, asset: AssetId(asset), owners: Vec::new(), observations: Vec::new(), newest: Vec::new() }
}

/// A source's closing policy from its stored word.
pub(crate) fn closing_policy(word: &str) -> Result<ClosingPolicy> {
    match word {
        "rule_ran_there" => Ok(ClosingPolicy::RuleRanThere),
        "both" => Ok(ClosingPolicy::Both),
        _ => Err(Error::damaged("source.closing")),
    }
}

/// Packs a scan's coverage: compressed JSON.
pub(crate) fn pack_coverage(coverage: &ScanCoverage) -> Result<Vec<u8>> {
    let json = serde_json::to_vec(coverage).map_err(|e| Error::damaged(format!("coverage: {e}")))?;
    zstd::bulk::compress(&json, 1).map_err(|e| Error::damaged(format!("coverage: {e}")))
}

pub(crate) fn unpack_coverage(packed: &[u8]) -> Result<ScanCoverage> {
    let json = zstd::stream::decode_all(packed).map_err(|e| Error::damaged(format!("coverage: {e}")))?;
    serde_json::from_slice(&json).map_err(|e| Error::damaged(format!("coverage: {e}")))
}

/// Some occurrences by the units that hold them.
pub(crate) async fn by_unit(tx: &mut Tx, occurrences: &[i64]) -> Result<BTreeMap<Unit, BTreeSet<i64>>> {
    let rows: Vec<(i64, i64, i64)> = tx.all_in(UNITS, binds![], occurrences.iter().map(|id| Value::from(*id))).await?;
    let mut units: BTreeMap<Unit, BTreeSet<i64>> = BTreeMap::new();
    for (id, tool, asset) in rows {
        units.entry(Unit { tool: tool_of(tool)?, asset }).or_default().insert(id);
    }
    Ok(units)
}

/// The occurrences that were called duplicates of some others, or of parts of them.
pub(crate) async fn duplicates_of(tx: &mut Tx, targets: &Flips) -> Result<Vec<i64>> {
    let parts = merge::parts_of(tx, targets).await?;
    let named = targets.iter().copied().chain(parts);
    let rows: Vec<(i64,)> = tx.all_in(DUPLICATES, binds![], named.map(Value::from)).await?;
    let ids: BTreeSet<i64> = rows.into_iter().map(|(id,)| id).collect();
    Ok(ids.into_iter().collect())
}

/// Every unit that a scan in force of a series observed: those that a newer scan of it may leave without a re-test.
pub(crate) async fn units_of_series(tx: &mut Tx, tool: Tool, series: i64) -> Result<BTreeSet<Unit>> {
    let rows: Vec<(i64,)> = tx.all(ASSETS_OF_SERIES, binds![series]).await?;
    Ok(rows.into_iter().map(|(asset,)| Unit { tool, asset }).collect())
}

/// A tool by its stored number.
pub(crate) fn tool_of(number: i64) -> Result<Tool> {
    i16::try_from(number).ok().and_then(Tool::from_number).ok_or_else(|| Error::damaged("tool"))
}
