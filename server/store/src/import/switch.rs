//! The switch: one transaction under the head row's lock makes a staged import visible, or nothing.

use super::dating::{Dating, date};
use super::described::{Kept, keep};
use super::effect::{Effects, ImportEffect};
use super::observe::{Placed, observe};
use super::staged::Staged;
use super::{ImportNo, assets, check_source, drop_staged_on, replace, texts, visible};
use crate::blob;
use crate::codec::{Changed, pack_changed};
use crate::db::Tx;
use crate::dialect::bulk::{self, Rows};
use crate::error::{Error, Result};
use crate::ledger::load::{closing_policy, pack_coverage};
use crate::overrides::{self, Local};
use crate::step::{self, StepKind, Taken};
use crate::value::Value;
use crate::{Store, binds, risk};
use model::facts::{Place, ScanCoverage};
use model::{Mapped, Micros, ScanId, SeriesId, UserId};
use sha2::{Digest, Sha256};
use std::collections::{BTreeSet, HashMap};

crate::sql::statements! {
    IMPORT = "SELECT i.source_id, i.user_id, i.file_name, i.state, c.closing FROM import i JOIN source c ON c.id = i.source_id \
        WHERE i.id = $1";
    SCAN_OF_EXPORT = "SELECT id, withdrawn_step, result FROM scan WHERE source_id = $1 AND export_hash = $2";
    NEXT_SCAN = "SELECT COALESCE(MAX(id), 0) + 1 FROM scan";
    SERIES = "SELECT id FROM series WHERE source_id = $1 AND tool = $2 AND name = $3 AND policy = $4";
    ADD_SERIES = "INSERT INTO series (id, source_id, tool, name, policy) \
        VALUES ((SELECT COALESCE(MAX(id), 0) + 1 FROM series), $1, $2, $3, $4) RETURNING id";
    COVERAGE = "SELECT id FROM coverage WHERE hash = $1";
    ADD_COVERAGE = "INSERT INTO coverage (id, hash, packed) \
        VALUES ((SELECT COALESCE(MAX(id), 0) + 1 FROM coverage), $1, $2) RETURNING id";
    ADD_SCAN = "INSERT INTO scan (id, source_id, series_id, import_id, export_hash, original_blob, file_name, tool, \
        tool_version, format, at, started_at, finished_at, time_basis, dated, coverage_id, weaknesses, described_id, step, \
        result, effects) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, '{}', $20)";
    SET_RESULT = "UPDATE scan SET result = $2, effects = $3 WHERE id = $1";
    LOCATIONS = "SELECT id, hash FROM location WHERE hash IN ($*)";
    LAST_LOCATION = "SELECT COALESCE(MAX(id), 0) FROM location";
    DONE = "UPDATE import SET state = 'visible', scan_id = $2, export_hash = $3, finished_at = $4, result = $5, \
        original_blob = NULL WHERE id = $1 AND state = 'running'";
    DROP_UNUSED = "DELETE FROM pack WHERE id IN ($*)";
    NEWER = "SELECT MAX(at) FROM scan WHERE series_id = $1 AND at > $2 AND dated = 1 AND withdrawn_step IS NULL";
    LAST_SCAN = "SELECT MAX(at) FROM scan WHERE tool = $1 AND withdrawn_step IS NULL";
}

/// So many new occurrences change what a planner should know.
const MANY: u64 = 20_000;

/// The import's row and its source's policy.
type ImportRow = (i64, Option<i64>, String, String, String);

impl Store {
    /// Computes what an import would change, and changes nothing.
    ///
    /// # Errors
    /// As [`Store::import_commit`].
    pub async fn import_preview(&self, staged: &Staged, now: Micros) -> Result<ImportEffect> {
        let mut tx = self.db.begin().await?;
        let effect = self.switch_on(&mut tx, staged, now).await;
        tx.rollback().await?;
        effect
    }

    /// Makes a staged import visible in one step, or nothing of it. Bytes that the source has imported before add nothing;
    /// if their scan was undone, it comes back into force, and if a date is stated that it does not have, it gets it.
    ///
    /// # Errors
    /// The import was refused or swept away meanwhile, or the database fails. Nothing is visible then.
    pub async fn import_commit(&self, staged: &Staged, now: Micros) -> Result<ImportEffect> {
        let mut tx = self.db.begin().await?;
        let effect = self.switch_on(&mut tx, staged, now).await?;
        tx.commit().await?;
        if effect.new >= MANY
            && let Some(learn) = crate::dialect::learn(self.db.engine())
        {
            self.db.execute(learn, binds![]).await?;
        }
        Ok(effect)
    }

    /// Throws away what was staged, for a dry run.
    ///
    /// # Errors
    /// The database fails.
    pub async fn import_discard(&self, staged: Staged, now: Micros) -> Result<()> {
        self.import_refuse(staged.import, Some(staged.export_hash), "{\"code\":\"dry_run\"}", now).await
    }

    async fn switch_on(&self, tx: &mut Tx, staged: &Staged, now: Micros) -> Result<ImportEffect> {
        let locked = step::lock(tx).await?;
        let row: Option<ImportRow> = tx.optional(IMPORT, binds![staged.import.0]).await?;
        let (source, user, file_name, state, closing) = row.ok_or(Error::NotFound("import"))?;
        if state != "running" {
            return Err(Error::Conflict("import_not_running"));
        }
        check_source(tx, staged).await?;
        let known: Option<(i64, Option<i64>, String)> =
            tx.optional(SCAN_OF_EXPORT, binds![source, staged.export_hash]).await?;
        let user = user.map(UserId);
        if let Some((scan, withdrawn, result)) = known {
            visible::not_purged(tx, scan).await?;
            let mut effect: ImportEffect =
                serde_json::from_str(&result).map_err(|e| Error::damaged(format!("scan.result: {e}")))?;
            let stated = match staged.stated_at {
                Some(at) if !visible::is_dated(tx, scan, at).await? => Some(at),
                _ => None,
            };
            if withdrawn.is_some() || stated.is_some() {
                let taken = locked.take(tx, &self.config, StepKind::Import, user, now).await?;
                let effects = match stated {
                    Some(at) => visible::date_on(tx, &self.config, taken, scan, at).await?,
                    None => visible::redo_on(tx, &self.config, taken, scan).await?,
                };
                Box::pin(overrides::follow(tx, &self.config, taken)).await?;
                let at = stated.unwrap_or(effect.at);
                effect = ImportEffect {
                    step: taken.step,
                    at,
                    dated: effect.dated || stated.is_some(),
                    ..effect.with(&effects)
                };
                set_result(tx, &effect, &effects).await?;
            } else {
                effect = effect.repeated();
            }
            finish(tx, staged, now, &effect).await?;
            drop_staged_on(tx, staged.import, Some(staged.original)).await?;
            return Ok(effect);
        }
        let taken = locked.take(tx, &self.config, StepKind::Import, user, now).await?;
        let import = Import { source, file_name, closing: closing_policy(&closing)?, replaced: None };
        let effect = self.make_visible(tx, staged, taken, import).await?;
        Box::pin(overrides::follow(tx, &self.config, taken)).await?;
        finish(tx, staged, now, &effect).await?;
        Ok(effect)
    }

    pub(super) async fn make_visible(
        &self,
        tx: &mut Tx,
        staged: &Staged,
        taken: Taken,
        import: Import,
    ) -> Result<ImportEffect> {
        let learned = import.replaced.as_ref().map_or(taken.recorded_at, |replaced| replaced.learned);
        let dating = date(staged, learned);
        let (before,): (Option<i64>,) = tx.one(LAST_SCAN, binds![staged.scan.tool.number()]).await?;
        let series = series_of(tx, staged, import.source).await?;
        let seen_at = last_seen(staged, &dating);
        let weaknesses = texts::intern(tx, staged, taken, &seen_at).await?;
        let shares = risk::shares(tx, weaknesses.described.iter().map(|one| one.weakness)).await?;
        let assets = assets::intern(tx, staged, &dating, taken).await?;
        let stakes = risk::stakes(tx, assets.ids.iter().copied()).await?;
        let local = Local::on(tx, &assets.ids).await?;
        let locations = intern_places(tx, &staged.places).await?;
        let described = keep(tx, &weaknesses.described).await?;
        let scan = match &import.replaced {
            Some(replaced) => replace::scan(tx, staged, &dating, series, described, replaced.scan).await?,
            None => {
                blob::finish_on(tx, staged.original, staged.original_bytes).await?;
                add_scan(tx, staged, &dating, taken, &import, series, described).await?
            }
        };
        let placed = Placed {
            scan: ScanId(scan),
            series: SeriesId(series),
            closing: import.closing,
            taken,
            dating: &dating,
            assets: &assets,
            weaknesses: &weaknesses.stored,
            shares: &shares,
            stakes: &stakes,
            local: &local,
            locations: &locations,
            latest_scan: before.map(Micros),
        };
        let (effects, used) = observe(tx, &self.config, staged, &placed).await?;
        let unused = staged.sealed.evidence_packs.iter().filter(|pack| !used.contains(pack));
        tx.execute_in(DROP_UNUSED, binds![], unused.map(|pack| Value::from(*pack))).await?;
        let (newer,): (Option<i64>,) = tx.one(NEWER, binds![series, dating.at]).await?;
        if import.replaced.is_some() {
            replace::settle(tx, &self.config, taken, scan, &staged.export_hash).await?;
        }
        let effect =
            ImportEffect { newer: newer.map(Micros), ..ImportEffect::of(staged, &dating, taken, scan, &effects) };
        set_result(tx, &effect, &effects).await?;
        Ok(effect)
    }
}

/// What the switch needs to know of the import's row.
pub(super) struct Import {
    pub(super) source: i64,
    pub(super) file_name: String,
    pub(super) closing: posture::ClosingPolicy,
    /// The scan whose place this one takes.
    pub(super) replaced: Option<replace::Replaced>,
}

impl ImportEffect {
    fn of(staged: &Staged, dating: &Dating, taken: Taken, scan: i64, effects: &Effects) -> Self {
        let inventory = |row: &&super::staged::StagedSighting| {
            let weakness = staged.occurrences[row.occurrence as usize].weakness;
            staged.classified[weakness as usize].owasp_2021 == Mapped::NotAWeakness
        };
        Self {
            scan: ScanId(scan),
            step: taken.step,
            already_imported: false,
            at: dating.at,
            dated: dating.dated,
            time_basis: dating.basis.to_owned(),
            assets: staged.assets.len() as u64,
            rows: staged.rows,
            sightings: staged.sightings.len() as u64,
            quarantined: staged.quarantined,
            no_finding: staged.no_finding,
            not_a_weakness: staged.sightings.iter().filter(inventory).count() as u64,
            new: 0,
            same: 0,
            reopened: 0,
            closed: 0,
            not_retested: 0,
            newer: None,
            reader: staged.reader,
            mapping: staged.mapping.clone().map(Box::new),
            remarks: staged.scan.remarks.clone(),
        }
        .with(effects)
    }

    fn with(self, effects: &Effects) -> Self {
        let Changed { new, reopened, closed, not_retested } = &effects.changed;
        Self {
            already_imported: false,
            new: new.len() as u64,
            reopened: reopened.len() as u64,
            closed: closed.len() as u64,
            not_retested: not_retested.len() as u64,
            same: effects.same(),
            ..self
        }
    }

    /// The effect of importing again what is in force: everything seen is the same.
    fn repeated(self) -> Self {
        let same = self.new + self.same + self.reopened;
        Self { already_imported: true, new: 0, reopened: 0, closed: 0, not_retested: 0, same, ..self }
    }
}

fn json(effect: &ImportEffect) -> Result<String> {
    serde_json::to_string(effect).map_err(|e| Error::damaged(format!("scan.result: {e}")))
}

/// Keeps with the scan what bringing it into force did, and the occurrences behind each number.
async fn set_result(tx: &mut Tx, effect: &ImportEffect, effects: &Effects) -> Result<()> {
    tx.execute(SET_RESULT, binds![effect.scan, json(effect)?, pack_changed(&effects.changed)]).await?;
    Ok(())
}

pub(super) async fn finish(tx: &mut Tx, staged: &Staged, now: Micros, effect: &ImportEffect) -> Result<()> {
    let ImportNo(import) = staged.import;
    tx.execute(DONE, binds![import, effect.scan, staged.export_hash, now, json(effect)?]).await?;
    Ok(())
}

/// The series of a scan: those of one source, tool, name and policy.
async fn series_of(tx: &mut Tx, staged: &Staged, source: i64) -> Result<i64> {
    let key = || {
        let scan = &staged.scan;
        binds![source, scan.tool.number(), scan.name.as_str(), scan.policy.as_str()]
    };
    if let Some((id,)) = tx.optional(SERIES, key()).await? {
        return Ok(id);
    }
    let (id,) = tx.one(ADD_SERIES, key()).await?;
    Ok(id)
}

/// When the scan last saw each weakness, by number; those without rows have its own instant.
fn last_seen(staged: &Staged, dating: &Dating) -> Vec<Micros> {
    let mut at: Vec<Option<Micros>> = vec![None; staged.rules.len()];
    for occurrence in &staged.occurrences {
        let slot = &mut at[occurrence.weakness as usize];
        *slot = (*slot).max(Some(dating.assets[occurrence.asset as usize]));
    }
    at.into_iter().map(|at| at.unwrap_or(dating.at)).collect()
}

async fn add_scan(
    tx: &mut Tx,
    staged: &Staged,
    dating: &Dating,
    taken: Taken,
    import: &Import,
    series: i64,
    described: Kept,
) -> Result<i64> {
    let coverage = intern_coverage(tx, &staged.scan.coverage).await?;
    let (id,): (i64,) = tx.one(NEXT_SCAN, binds![]).await?;
    let scan = &staged.scan;
    let binds = binds![
        id,
        import.source,
        series,
        staged.import.0,
        staged.export_hash,
        staged.original.0,
        import.file_name.as_str(),
        scan.tool.number(),
        scan.tool_version.as_str(),
        scan.format.as_str(),
        dating.at,
        scan.started_at,
        scan.finished_at,
        dating.basis,
        dating.dated,
        coverage,
        described.times,
        described.texts,
        taken.step,
        Vec::<u8>::new(),
    ];
    tx.execute(ADD_SCAN, binds).await?;
    Ok(id)
}

/// Interns what a scan covers; its number. The head row is to be locked: numbers are given one after the other.
pub(super) async fn intern_coverage(tx: &mut Tx, coverage: &ScanCoverage) -> Result<i64> {
    intern(tx, COVERAGE, ADD_COVERAGE, pack_coverage(coverage)?).await
}

/// The number of bytes that are kept once, by their hash: `find` takes the hash, `add` the hash and the bytes.
pub(super) async fn intern(tx: &mut Tx, find: &'static str, add: &'static str, packed: Vec<u8>) -> Result<i64> {
    let hash: [u8; 32] = Sha256::digest(&packed).into();
    match tx.optional::<(i64,)>(find, binds![hash]).await? {
        Some((id,)) => Ok(id),
        None => Ok(tx.one::<(i64,)>(add, binds![hash, packed]).await?.0),
    }
}

/// Interns raw places; their ids by number in the export.
async fn intern_places(tx: &mut Tx, places: &[Place]) -> Result<Vec<i64>> {
    let mut texts = Vec::with_capacity(places.len());
    let mut hashes = Vec::with_capacity(places.len());
    for place in places {
        let text = serde_json::to_string(place).map_err(|e| Error::damaged(format!("location.place: {e}")))?;
        hashes.push(Sha256::digest(&text)[..16].to_vec());
        texts.push(text);
    }
    let stored: Vec<(i64, Vec<u8>)> =
        tx.all_in(LOCATIONS, binds![], hashes.iter().map(|hash| Value::from(hash.as_slice()))).await?;
    let mut known: HashMap<Vec<u8>, i64> = stored.into_iter().map(|(id, hash)| (hash, id)).collect();
    let (mut next,): (i64,) = tx.one(LAST_LOCATION, binds![]).await?;
    let mut ids = Vec::with_capacity(places.len());
    let (mut new_ids, mut new_hashes, mut new_texts, mut shown) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for ((hash, text), place) in hashes.into_iter().zip(texts).zip(places) {
        if let Some(id) = known.get(&hash) {
            ids.push(*id);
            continue;
        }
        next += 1;
        known.insert(hash.clone(), next);
        ids.push(next);
        new_ids.push(next);
        new_hashes.push(hash);
        new_texts.push(text);
        shown.push(posture::identity::shown_location(place));
    }
    let rows = Rows::new("location").int("id", new_ids).bytes("hash", new_hashes).text("place", new_texts);
    bulk::insert(tx, rows.text("shown", shown)).await?;
    Ok(ids)
}

/// Packs whose evidence a step refers to.
pub(super) type UsedPacks = BTreeSet<i64>;
