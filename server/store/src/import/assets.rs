//! The assets of a scan: interned by key, named as the newest sighting in scan time names them.

use super::dating::Dating;
use super::staged::{Staged, StagedAsset};
use crate::binds;
use crate::db::Tx;
use crate::dialect::bulk::{self, Rows};
use crate::error::{Error, Result};
use crate::merge::{self, Groups};
use crate::owner;
use crate::risk;
use crate::step::Taken;
use crate::value::Value;
use model::Micros;
use model::facts::{AssetFacts, AssetKind};
use std::collections::{BTreeMap, BTreeSet, HashMap};

crate::sql::statements! {
    STORED = "SELECT id, key, named_at, named_by, facts FROM asset WHERE key IN ($*)";
    STORED_BY_ID = "SELECT id, key, named_at, named_by, facts FROM asset WHERE id IN ($*)";
    LAST = "SELECT COALESCE(MAX(id), 0) FROM asset";
    NAMES_IN_FORCE = "SELECT b.asset_id, b.at, s.export_hash, d.names FROM observation b \
        JOIN observed d ON d.id = b.observed_id JOIN scan s ON s.id = b.scan_id \
        WHERE s.withdrawn_step IS NULL AND b.asset_id IN ($*)";
    // The first owner reaches back from when the asset became known: by the inputs in force, not by those withdrawn.
    SINCE = "SELECT a.id, a.since, (SELECT MIN(t.recorded_at) FROM observation b JOIN scan s ON s.id = b.scan_id \
        JOIN step t ON t.step = s.step WHERE s.withdrawn_step IS NULL AND b.asset_id = a.id) AS first FROM asset a \
        WHERE a.id IN ($*)";
    NAMES_OF_SCAN = "SELECT b.asset_id, b.at, d.names FROM observation b JOIN observed d ON d.id = b.observed_id \
        WHERE b.scan_id = $1";
}

/// `named_at` of an asset that no scan in force observes.
pub(crate) const NAMELESS: i64 = i64::MIN;

#[derive(sqlx::FromRow)]
struct Stored {
    id: i64,
    key: String,
    named_at: i64,
    named_by: Vec<u8>,
    facts: String,
}

/// Where the scan's assets are.
pub(super) struct Assets {
    /// By number in the export.
    pub(super) ids: Vec<i64>,
    /// Those that were not known before.
    pub(super) fresh: BTreeSet<i64>,
    /// Those that were known and whose owners changed, since their names did.
    pub(super) owners_changed: BTreeSet<i64>,
}

/// A name that may win.
struct Name {
    asset: i64,
    at: i64,
    by: Vec<u8>,
    facts: String,
}

/// Interns a scan's assets.
pub(super) async fn intern(tx: &mut Tx, staged: &Staged, dating: &Dating, taken: Taken) -> Result<Assets> {
    let groups = Groups::load(tx).await?;
    let keys = staged.assets.iter().map(|asset| Value::from(asset.key.as_str()));
    let stored: Vec<Stored> = tx.all_in(STORED, binds![], keys).await?;
    let stored: HashMap<String, Stored> = stored.into_iter().map(|row| (row.key.clone(), row)).collect();
    let (mut next,): (i64,) = tx.one(LAST, binds![]).await?;
    let mut ids = Vec::with_capacity(staged.assets.len());
    let mut fresh = Vec::new();
    let mut names = Vec::new();
    let mut back = Vec::new();
    for (asset, at) in staged.assets.iter().zip(&dating.assets) {
        let Some(row) = stored.get(&asset.key) else {
            next += 1;
            ids.push(next);
            fresh.push((next, asset, *at));
            continue;
        };
        ids.push(row.id);
        if row.named_at == NAMELESS {
            back.push(row.id);
        }
        if (at.0, staged.export_hash.as_slice()) > (row.named_at, row.named_by.as_slice()) {
            let by = staged.export_hash.to_vec();
            names.push((row, Name { asset: row.id, at: at.0, by, facts: json(&asset.facts)? }));
        }
    }
    let renamed = names.iter().filter(|(row, name)| row.facts != name.facts).map(|(row, _)| row.id);
    let underived = renamed.chain(back.iter().copied()).collect();
    let grouped = groups.wholes(&ids);
    known_since(tx, back.into_iter().map(|asset| (asset, taken.recorded_at.0)).collect()).await?;
    let known = fresh.iter().map(|(id, ..)| *id).collect();
    insert(tx, staged, taken, fresh).await?;
    let mut owners_changed = rename(tx, taken, names.into_iter().map(|(_, name)| name).collect(), underived).await?;
    if !grouped.is_empty() {
        owners_changed.append(&mut merge::owners(tx, taken, &grouped, Some(taken.recorded_at)).await?);
    }
    Ok(Assets { ids, fresh: known, owners_changed })
}

async fn insert(tx: &mut Tx, staged: &Staged, taken: Taken, fresh: Vec<(i64, &StagedAsset, Micros)>) -> Result<()> {
    if fresh.is_empty() {
        return Ok(());
    }
    let rules = owner::rules_on(tx).await?;
    let since = taken.recorded_at.0;
    let owned: Vec<_> = fresh.iter().map(|(_, asset, _)| owner::derive(&rules, &[], since, &asset.facts)).collect();
    let facts = fresh.iter().map(|(_, asset, _)| json(&asset.facts)).collect::<Result<Vec<_>>>()?;
    let rows = Rows::new("asset")
        .int("id", fresh.iter().map(|(id, ..)| *id).collect())
        .text("key", fresh.iter().map(|(_, asset, _)| asset.key.clone()).collect())
        .int("kind", fresh.iter().map(|(_, asset, _)| kind_number(asset.facts.kind)).collect())
        .text("name", fresh.iter().map(|(_, asset, _)| shown_name(&asset.facts)).collect())
        .text("facts", facts)
        .int("named_at", fresh.iter().map(|(.., at)| at.0).collect())
        .bytes("named_by", vec![staged.export_hash.to_vec(); fresh.len()])
        .int("since", vec![since; fresh.len()])
        .int("stake", vec![risk::stake_of(&risk::weights(tx).await?, None, None); fresh.len()])
        .opt_int("team_id", owned.iter().map(|owned| owned.team).collect())
        .opt_int("team_rule", owned.iter().map(|owned| owned.rule).collect());
    bulk::insert(tx, rows).await?;
    let ids = fresh.iter().map(|(id, ..)| *id);
    owner::insert_owners(tx, taken, ids.zip(owned.into_iter().map(|owned| owned.timeline)).collect()).await
}

/// Sets since when assets are known.
async fn known_since(tx: &mut Tx, assets: Vec<(i64, i64)>) -> Result<()> {
    let (ids, since) = assets.into_iter().unzip();
    bulk::update(tx, Rows::new("asset").int("id", ids).int("since", since)).await
}

/// Puts names into the rows of assets, and derives the owners of those that are told; the assets whose owners changed.
async fn rename(tx: &mut Tx, taken: Taken, names: Vec<Name>, underived: BTreeSet<i64>) -> Result<BTreeSet<i64>> {
    let mut shown = Vec::with_capacity(names.len());
    for name in &names {
        let facts: AssetFacts =
            serde_json::from_str(&name.facts).map_err(|e| Error::damaged(format!("asset.facts: {e}")))?;
        shown.push(shown_name(&facts));
    }
    let rows = Rows::new("asset")
        .int("id", names.iter().map(|name| name.asset).collect())
        .int("named_at", names.iter().map(|name| name.at).collect())
        .bytes("named_by", names.iter().map(|name| name.by.clone()).collect())
        .text("name", shown)
        .text("facts", names.into_iter().map(|name| name.facts).collect());
    bulk::update(tx, rows).await?;
    owner::derive_on(tx, taken, &underived.into_iter().collect::<Vec<_>>()).await
}

/// Settles anew the names of a scan's assets, and since when they are known, after it came into force or was withdrawn; the
/// assets whose owners changed.
pub(super) async fn settle(tx: &mut Tx, taken: Taken, scan: i64, by: &[u8], in_force: bool) -> Result<BTreeSet<i64>> {
    let here: Vec<(i64, i64, String)> = tx.all(NAMES_OF_SCAN, binds![scan]).await?;
    let ids = || here.iter().map(|(asset, ..)| Value::from(*asset));
    let rows: Vec<Stored> = tx.all_in(STORED_BY_ID, binds![], ids()).await?;
    let rows: BTreeMap<i64, Stored> = rows.into_iter().map(|row| (row.id, row)).collect();
    let ages: Vec<(i64, i64, Option<i64>)> = tx.all_in(SINCE, binds![], ids()).await?;
    let ages = ages.into_iter().filter_map(|(asset, since, first)| first.map(|first| (asset, since, first)));
    // Since when an asset with parts is known is settled with them.
    let groups = Groups::load(tx).await?;
    let aged = ages.filter(|(id, since, first)| since != first && groups.parts(*id).is_empty());
    let aged: Vec<(i64, i64)> = aged.map(|(id, _, first)| (id, first)).collect();
    let grouped = groups.wholes(here.iter().map(|(asset, ..)| asset));
    let mut names = Vec::new();
    if in_force {
        for (asset, at, facts) in here {
            let Some(row) = rows.get(&asset) else { continue };
            if (at, by) > (row.named_at, row.named_by.as_slice()) {
                names.push(Name { asset, at, by: by.to_vec(), facts });
            }
        }
    } else {
        let lost = here
            .iter()
            .filter(|(asset, at, _)| rows.get(asset).is_some_and(|row| row.named_at == *at && row.named_by == by));
        let lost: BTreeSet<i64> = lost.map(|(asset, ..)| *asset).collect();
        names = newest_names(tx, &lost, &rows).await?;
    }
    let differs = |name: &Name| rows.get(&name.asset).is_some_and(|row| row.facts != name.facts);
    let renamed = names.iter().filter(|name| differs(name)).map(|name| name.asset);
    let underived = renamed.chain(aged.iter().map(|(asset, _)| *asset)).collect();
    known_since(tx, aged).await?;
    let mut changed = rename(tx, taken, names, underived).await?;
    if !grouped.is_empty() {
        changed.append(&mut merge::owners(tx, taken, &grouped, None).await?);
    }
    Ok(changed)
}

/// The newest names in force; an asset that no scan in force observed keeps its name until one comes.
async fn newest_names(tx: &mut Tx, lost: &BTreeSet<i64>, rows: &BTreeMap<i64, Stored>) -> Result<Vec<Name>> {
    let candidates: Vec<(i64, i64, Vec<u8>, String)> =
        tx.all_in(NAMES_IN_FORCE, binds![], lost.iter().map(|id| Value::from(*id))).await?;
    let mut best: BTreeMap<i64, Name> = BTreeMap::new();
    for (asset, at, by, facts) in candidates {
        if best.get(&asset).is_none_or(|than| (at, &by) > (than.at, &than.by)) {
            best.insert(asset, Name { asset, at, by, facts });
        }
    }
    for asset in lost {
        if let Some(row) = rows.get(asset) {
            let unnamed = || Name { asset: *asset, at: NAMELESS, by: Vec::new(), facts: row.facts.clone() };
            best.entry(*asset).or_insert_with(unnamed);
        }
    }
    Ok(best.into_values().collect())
}

/// An asset's facts as they are stored.
pub(crate) fn json(facts: &AssetFacts) -> Result<String> {
    serde_json::to_string(facts).map_err(|e| Error::damaged(format!("asset.facts: {e}")))
}

/// What lists show: a host's FQDN where its name is an address, else the name.
pub(crate) fn shown_name(facts: &AssetFacts) -> String {
    let bare = facts.kind == AssetKind::Host && facts.name.parse::<std::net::IpAddr>().is_ok();
    match &facts.fqdn {
        Some(fqdn) if bare && !fqdn.is_empty() => fqdn.clone(),
        _ => facts.name.clone(),
    }
}

/// A kind as it is stored.
pub(crate) fn kind_number(kind: AssetKind) -> i64 {
    match kind {
        AssetKind::Host => 1,
        AssetKind::Origin => 2,
    }
}
