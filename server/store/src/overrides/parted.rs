//! What rules say of weaknesses on single assets, and how severe they say that findings are.
//!
//! A rule that asks for assets parts a weakness: there its findings are of another class than elsewhere. A pair of a weakness and
//! an asset that is parted has a row for as long as that is known; the books move by pairs, and no entry does. How severe a
//! finding is, is of the world: such a rule is replayed from the instant at which it was said, like what people decide, and the
//! books get the difference.
//!
//! Matches are derived, never written as decisions: they follow names, tags, texts, merges and what scans bring. So that no way
//! is forgotten on which one of these changes, every step that may change one derives all matches of such rules anew, and
//! writes the difference.

use super::rules::{Rule, Ruled, Rules};
use super::{ALL_STANDING, Standing};
use crate::config::Config;
use crate::dialect::bulk::{self, Rows};
use crate::import::NAMELESS;
use crate::ledger::reclassify::{Moved, move_pairs};
use crate::ledger::recompute_occurrences;
use crate::ledger::rollup::Owasp;
use crate::step::Taken;
use crate::value::Value;
use crate::{Result, Tx, binds};
use model::overrides::AssetSubject;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

crate::sql::statements! {
    /// The assets with what rules ask of them.
    ASSETS = "SELECT id, COALESCE(merged_id, id), name, tags, named_at FROM asset ORDER BY id";
    /// Where some weaknesses were found.
    PAIRS_OF_WEAKNESSES = "SELECT DISTINCT weakness_id, asset_id FROM occurrence WHERE weakness_id IN ($*)";
    /// What was found on some assets.
    PAIRS_OF_ASSETS = "SELECT DISTINCT weakness_id, asset_id FROM occurrence WHERE asset_id IN ($*)";
    /// The pairs that are parted.
    LIVE = "SELECT id, weakness_id, asset_id, owasp_2017, owasp_2021, owasp_2025, said_id FROM parted WHERE until_step IS NULL";
    /// No longer known.
    CLOSE = "UPDATE parted SET until_step = $1 WHERE id IN ($*)";
    LAST = "SELECT COALESCE(MAX(id), 0) FROM parted";
    /// Texts of why.
    SAID = "SELECT hash, id FROM parted_said WHERE hash IN ($*)";
    LAST_SAID = "SELECT COALESCE(MAX(id), 0) FROM parted_said";
    /// The pairs of which rules say how severe they are.
    RATED = "SELECT weakness_id, asset_id, rules FROM rated";
    DROP_RATED = "DELETE FROM rated WHERE asset_id = $1 AND weakness_id IN ($*)";
    /// The findings on an asset of some weaknesses.
    FINDINGS = "SELECT id FROM occurrence WHERE asset_id = $1 AND weakness_id IN ($*)";
    /// Whether anything is derived.
    ANY = "SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM parted WHERE until_step IS NULL LIMIT 1) AS a), \
        (SELECT COUNT(*) FROM (SELECT 1 FROM rated LIMIT 1) AS b)";
}

/// A weakness and an asset, by their numbers.
pub(crate) type Pair = (i64, i64);

/// What rules that ask for assets, or say how severe something is, come to.
#[derive(Default)]
pub(super) struct Derived {
    /// Where a pair stands otherwise than its weakness.
    pub(super) parts: BTreeMap<Pair, Arc<Ruled>>,
    /// The numbers of the rules that say how severe a pair's findings are, as they are stored.
    pub(super) rated: BTreeMap<Pair, String>,
}

/// A parted pair as it is stored.
#[derive(sqlx::FromRow)]
struct Live {
    id: i64,
    weakness_id: i64,
    asset_id: i64,
    owasp_2017: i64,
    owasp_2021: i64,
    owasp_2025: i64,
    said_id: i64,
}

impl Live {
    fn owasp(&self) -> Owasp {
        [self.owasp_2017, self.owasp_2021, self.owasp_2025]
    }
}

/// Derives what the rules come to, pair by pair.
pub(super) async fn derive(tx: &mut Tx, rules: &Rules) -> Result<Derived> {
    let local: Vec<&Rule> = rules.local().collect();
    let mut derived = Derived::default();
    if local.is_empty() {
        return Ok(derived);
    }
    let rows: Vec<Standing> = tx.all(ALL_STANDING, binds![]).await?;
    let weaknesses: BTreeMap<i64, Standing> = rows.into_iter().map(|row| (row.id, row)).collect();
    let assets = if local.iter().any(|rule| rule.asks_assets()) { subjects(tx).await? } else { BTreeMap::new() };
    // Rule by rule the pairs that it is about.
    let mut about: BTreeMap<Pair, Vec<usize>> = BTreeMap::new();
    for (at, rule) in local.iter().enumerate() {
        for pair in pairs(tx, rule, &weaknesses, &assets).await? {
            about.entry(pair).or_default().push(at);
        }
    }
    let mut known: HashMap<(i64, Vec<usize>), Option<Arc<Ruled>>> = HashMap::new();
    for (pair, spoken) in about {
        let Some(row) = weaknesses.get(&pair.0) else { continue };
        let (classes, rates): (Vec<usize>, Vec<usize>) = spoken.into_iter().partition(|at| !local[*at].rates());
        if !rates.is_empty() {
            let ids: Vec<String> = rates.iter().map(|at| local[*at].id().to_string()).collect();
            derived.rated.insert(pair, ids.join(" "));
        }
        if classes.is_empty() {
            continue;
        }
        let key = (pair.0, classes);
        let part = match known.get(&key) {
            Some(part) => part.clone(),
            None => {
                let here: Vec<i64> = key.1.iter().map(|at| local[*at].id()).collect();
                let part = row.parted(rules, &here)?.map(Arc::new);
                known.insert(key, part.clone());
                part
            }
        };
        derived.parts.extend(part.map(|part| (pair, part)));
    }
    Ok(derived)
}

/// The assets, each with what is part of it. A part that no scan in force observes has no name.
async fn subjects(tx: &mut Tx) -> Result<BTreeMap<i64, AssetSubject>> {
    let rows: Vec<(i64, i64, String, String, i64)> = tx.all(ASSETS, binds![]).await?;
    let mut subjects: BTreeMap<i64, AssetSubject> = BTreeMap::new();
    for (id, whole, name, tags, named_at) in rows {
        let name = if id != whole && named_at == NAMELESS { String::new() } else { name };
        for of in BTreeSet::from([id, whole]) {
            subjects.entry(of).or_default().members.push((name.clone(), tags.clone()));
        }
    }
    Ok(subjects)
}

/// The pairs that a rule is about, of those that something was found of.
async fn pairs(
    tx: &mut Tx,
    rule: &Rule,
    weaknesses: &BTreeMap<i64, Standing>,
    assets: &BTreeMap<i64, AssetSubject>,
) -> Result<Vec<Pair>> {
    let mut of = BTreeSet::new();
    for row in weaknesses.values() {
        if row.subject()?.is_kept_by(rule.matches()) {
            of.insert(row.id);
        }
    }
    let on: BTreeSet<i64> =
        assets.iter().filter(|(_, asset)| asset.is_kept_by(rule.matches())).map(|(id, _)| *id).collect();
    // By the rarer of the two.
    let by_asset = rule.asks_assets() && on.len() * weaknesses.len() < of.len() * assets.len();
    let found: Vec<Pair> = if by_asset {
        tx.all_in(PAIRS_OF_ASSETS, binds![], on.iter().map(|id| Value::from(*id))).await?
    } else {
        tx.all_in(PAIRS_OF_WEAKNESSES, binds![], of.iter().map(|id| Value::from(*id))).await?
    };
    let keeps = |(weakness, asset): &Pair| of.contains(weakness) && (!rule.asks_assets() || on.contains(asset));
    Ok(found.into_iter().filter(keeps).collect())
}

/// Brings in line with the rules in force what is derived of them pair by pair. The answer is how many pairs they say
/// something else of than before.
pub(crate) async fn follow(tx: &mut Tx, config: &Config, taken: Taken) -> Result<u64> {
    let rules = Rules::load(tx).await?;
    let (parted, rated): (i64, i64) = tx.one(ANY, binds![]).await?;
    if rules.local().next().is_none() && parted + rated == 0 {
        return Ok(0);
    }
    let derived = derive(tx, &rules).await?;
    let classes = part(tx, taken, &derived.parts).await?;
    let severities = rate(tx, config, taken, &derived.rated).await?;
    Ok(classes.union(&severities).count() as u64)
}

/// The weaknesses that a rule that asks for assets is about, with where they stand there.
pub(super) async fn about(tx: &mut Tx, rule: &Rule) -> Result<BTreeSet<(i64, Owasp)>> {
    let rows: Vec<Standing> = tx.all(ALL_STANDING, binds![]).await?;
    let weaknesses: BTreeMap<i64, Standing> = rows.into_iter().map(|row| (row.id, row)).collect();
    let assets = subjects(tx).await?;
    let live = live(tx).await?;
    let mut stand = BTreeSet::new();
    for pair in pairs(tx, rule, &weaknesses, &assets).await? {
        let own = weaknesses.get(&pair.0).map(Standing::owasp);
        stand.extend(live.get(&pair).map(Live::owasp).or(own).map(|owasp| (pair.0, owasp)));
    }
    Ok(stand)
}

/// The pairs that are parted.
async fn live(tx: &mut Tx) -> Result<BTreeMap<Pair, Live>> {
    let rows: Vec<Live> = tx.all(LIVE, binds![]).await?;
    Ok(rows.into_iter().map(|row| ((row.weakness_id, row.asset_id), row)).collect())
}

/// Writes where pairs stand, and moves what is booked for them. The pairs that changed.
async fn part(tx: &mut Tx, taken: Taken, wanted: &BTreeMap<Pair, Arc<Ruled>>) -> Result<BTreeSet<Pair>> {
    let live = live(tx).await?;
    let texts = texts(tx, wanted.values()).await?;
    let said = |ruled: &Ruled| texts.get(&hash(&ruled.classification)).copied().unwrap_or_default();
    let same = |row: &Live, ruled: &Ruled| row.owasp() == ruled.owasp && row.said_id == said(ruled);
    let closing: Vec<&Live> = live
        .iter()
        .filter(|(pair, row)| wanted.get(pair).is_none_or(|ruled| !same(row, ruled)))
        .map(|(_, row)| row)
        .collect();
    let opening: Vec<(Pair, &Arc<Ruled>)> = wanted
        .iter()
        .filter(|(pair, ruled)| live.get(pair).is_none_or(|row| !same(row, ruled)))
        .map(|(pair, ruled)| (*pair, ruled))
        .collect();
    let mut changed: BTreeSet<Pair> = closing.iter().map(|row| (row.weakness_id, row.asset_id)).collect();
    changed.extend(opening.iter().map(|(pair, _)| *pair));
    if changed.is_empty() {
        return Ok(changed);
    }
    tx.execute_in(CLOSE, binds![taken.step], closing.iter().map(|row| Value::from(row.id))).await?;
    let (last,): (i64,) = tx.one(LAST, binds![]).await?;
    let of = |edition: usize| opening.iter().map(|(_, ruled)| ruled.owasp[edition]).collect();
    let rows = Rows::new("parted")
        .int("id", (last + 1..).take(opening.len()).collect())
        .int("weakness_id", opening.iter().map(|((weakness, _), _)| *weakness).collect())
        .int("asset_id", opening.iter().map(|((_, asset), _)| *asset).collect())
        .int("step", vec![taken.step; opening.len()])
        .int("owasp_2017", of(0))
        .int("owasp_2021", of(1))
        .int("owasp_2025", of(2))
        .int("said_id", opening.iter().map(|(_, ruled)| said(ruled)).collect());
    bulk::insert(tx, rows).await?;
    let weaknesses: BTreeSet<i64> = changed.iter().map(|(weakness, _)| *weakness).collect();
    let own: Vec<Standing> = tx.all_in(super::STANDING, binds![], weaknesses.into_iter().map(Value::from)).await?;
    let own: HashMap<i64, Owasp> = own.into_iter().map(|row| (row.id, row.owasp())).collect();
    let moved: BTreeMap<Pair, Moved> = changed
        .iter()
        .filter_map(|pair| {
            let own = *own.get(&pair.0)?;
            let before = live.get(pair).map_or(own, Live::owasp);
            let after = wanted.get(pair).map_or(own, |ruled| ruled.owasp);
            Some((*pair, (pair.0, before, after)))
        })
        .collect();
    move_pairs(tx, taken, &moved).await?;
    Ok(changed)
}

fn hash(text: &str) -> Vec<u8> {
    Sha256::digest(text.as_bytes()).to_vec()
}

/// The numbers of texts of why, by their hashes; kept once each.
async fn texts(tx: &mut Tx, ruled: impl Iterator<Item = &Arc<Ruled>>) -> Result<HashMap<Vec<u8>, i64>> {
    let texts: BTreeMap<Vec<u8>, &str> =
        ruled.map(|ruled| (hash(&ruled.classification), ruled.classification.as_str())).collect();
    let stored: Vec<(Vec<u8>, i64)> =
        tx.all_in(SAID, binds![], texts.keys().map(|hash| Value::from(hash.clone()))).await?;
    let mut known: HashMap<Vec<u8>, i64> = stored.into_iter().collect();
    let (last,): (i64,) = tx.one(LAST_SAID, binds![]).await?;
    let new: Vec<(Vec<u8>, &str)> = texts.into_iter().filter(|(hash, _)| !known.contains_key(hash)).collect();
    let ids: Vec<i64> = (last + 1..).take(new.len()).collect();
    known.extend(new.iter().map(|(hash, _)| hash.clone()).zip(ids.iter().copied()));
    let rows = Rows::new("parted_said")
        .int("id", ids)
        .bytes("hash", new.iter().map(|(hash, _)| hash.clone()).collect())
        .text("classification", new.iter().map(|(_, text)| (*text).to_owned()).collect());
    bulk::insert(tx, rows).await?;
    Ok(known)
}

/// Writes which rules say how severe pairs are, and projects the findings of those of which they are others.
async fn rate(tx: &mut Tx, config: &Config, taken: Taken, wanted: &BTreeMap<Pair, String>) -> Result<BTreeSet<Pair>> {
    let changed = differing(&rated(tx).await?, wanted);
    let mut by_asset: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for (weakness, asset) in &changed {
        by_asset.entry(*asset).or_default().push(*weakness);
    }
    let mut findings: Vec<i64> = Vec::new();
    for (asset, weaknesses) in by_asset {
        let ids = || weaknesses.iter().map(|id| Value::from(*id));
        tx.execute_in(DROP_RATED, binds![asset], ids()).await?;
        let found: Vec<(i64,)> = tx.all_in(FINDINGS, binds![asset], ids()).await?;
        findings.extend(found.into_iter().map(|(id,)| id));
    }
    let new: Vec<(&Pair, &String)> = wanted.iter().filter(|(pair, _)| changed.contains(pair)).collect();
    let rows = Rows::new("rated")
        .int("weakness_id", new.iter().map(|((weakness, _), _)| *weakness).collect())
        .int("asset_id", new.iter().map(|((_, asset), _)| *asset).collect())
        .text("rules", new.iter().map(|(_, rules)| (*rules).clone()).collect());
    bulk::insert(tx, rows).await?;
    recompute_occurrences(tx, config, taken, &findings).await?;
    Ok(changed)
}

/// Pairs of which something else is stored than the rules come to.
pub(super) async fn strays_by(tx: &mut Tx, rules: &Rules) -> Result<BTreeSet<Pair>> {
    let derived = derive(tx, rules).await?;
    let hashes: BTreeSet<Vec<u8>> = derived.parts.values().map(|ruled| hash(&ruled.classification)).collect();
    let texts: Vec<(Vec<u8>, i64)> = tx.all_in(SAID, binds![], hashes.into_iter().map(Value::from)).await?;
    let texts: HashMap<Vec<u8>, i64> = texts.into_iter().collect();
    let stored: BTreeMap<Pair, (Owasp, Option<i64>)> =
        live(tx).await?.into_iter().map(|(pair, row)| (pair, (row.owasp(), Some(row.said_id)))).collect();
    let said = |ruled: &Ruled| (ruled.owasp, texts.get(&hash(&ruled.classification)).copied());
    let wanted = derived.parts.iter().map(|(pair, ruled)| (*pair, said(ruled))).collect();
    let mut strays = differing(&stored, &wanted);
    strays.extend(differing(&rated(tx).await?, &derived.rated));
    Ok(strays)
}

/// Pairs of which something else is stored than the rules in force come to.
pub(crate) async fn strays(tx: &mut Tx) -> Result<BTreeSet<Pair>> {
    let rules = Rules::load(tx).await?;
    strays_by(tx, &rules).await
}

/// The pairs of which two say something else.
fn differing<T: PartialEq>(one: &BTreeMap<Pair, T>, other: &BTreeMap<Pair, T>) -> BTreeSet<Pair> {
    one.keys().chain(other.keys()).filter(|pair| one.get(pair) != other.get(pair)).copied().collect()
}

/// The pairs of which rules say how severe they are.
async fn rated(tx: &mut Tx) -> Result<BTreeMap<Pair, String>> {
    let rows: Vec<(i64, i64, String)> = tx.all(RATED, binds![]).await?;
    Ok(rows.into_iter().map(|(weakness, asset, rules)| ((weakness, asset), rules)).collect())
}
