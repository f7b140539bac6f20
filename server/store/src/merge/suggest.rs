//! Assets that may be one: they share an alias. Aliases only suggest, since what they mean depends on who gave them; nothing is
//! merged but by a person.

use super::MergedAsset;
use crate::binds;
use crate::error::{Error, Result};
use crate::ledger::load::tool_of;
use crate::value::Value;
use crate::viewer::Scoped;
use model::facts::AssetFacts;
use model::policy::Action;
use model::{Alias, AssetId};
use posture::identity::{aliases, occurrence_id};
use std::collections::{BTreeMap, BTreeSet, HashMap};

crate::sql::statements! {
    // Those that a scan in force observed.
    ASSETS = "SELECT a.id, COALESCE(a.merged_id, a.id), a.name, a.key, a.facts FROM asset a WHERE EXISTS (SELECT 1 \
        FROM observation b JOIN scan s ON s.id = b.scan_id WHERE b.asset_id = a.id AND s.withdrawn_step IS NULL)";
    FINDINGS = "SELECT o.asset_id, o.tool, w.rule, l.place FROM occurrence o JOIN weakness w ON w.id = o.weakness_id \
        JOIN location l ON l.id = o.location_id WHERE o.known = 1 AND o.asset_id IN ($*)";
}

/// An alias of more assets than this tells nothing: a shared address, a name of a pool.
const SHARED_BY: usize = 8;
/// How many suggestions are made.
const MOST: usize = 50;

/// Two assets that may be one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The asset that would survive.
    pub one: MergedAsset,
    /// The one that would become part of it.
    pub other: MergedAsset,
    /// What they share.
    pub shared: Vec<(Alias, String)>,
    /// Findings of the other.
    pub moved: u64,
    /// Those of them that would become part of one of the first.
    pub joined: u64,
}

type Row = (i64, i64, String, String, String);

impl Scoped<'_> {
    /// The assets in force by key, each with the one as which it counts.
    ///
    /// # Errors
    /// The viewer may not merge, or the database fails.
    pub async fn asset_keys(&self) -> Result<Vec<(MergedAsset, AssetId)>> {
        self.viewer.require(Action::MergeAssets, None)?;
        let mut rows: Vec<Row> = self.store.db.all(ASSETS, binds![]).await?;
        rows.sort_by(|a, b| a.3.cmp(&b.3));
        let assets = rows
            .into_iter()
            .map(|(id, whole, name, key, _)| (MergedAsset { id: AssetId(id), name, key }, AssetId(whole)));
        Ok(assets.collect())
    }

    /// Hosts of one address space that share a strong alias, those that share most first.
    ///
    /// # Errors
    /// The viewer may not merge, stored data is damaged, or the database fails.
    pub async fn asset_suggestions(&self) -> Result<Vec<Suggestion>> {
        self.viewer.require(Action::MergeAssets, None)?;
        let mut tx = self.store.db.snapshot().await?;
        let rows: Vec<Row> = tx.all(ASSETS, binds![]).await?;
        let mut known: HashMap<i64, MergedAsset> = HashMap::new();
        let mut by_alias: BTreeMap<(String, Alias, String), BTreeSet<i64>> = BTreeMap::new();
        for (id, whole, name, key, facts) in rows {
            let facts: AssetFacts =
                serde_json::from_str(&facts).map_err(|e| Error::damaged(format!("asset.facts: {e}")))?;
            let space = key.split('@').nth(1).unwrap_or_default().to_owned();
            for (alias, value) in aliases(&facts) {
                by_alias.entry((space.clone(), alias, value)).or_default().insert(whole);
            }
            known.insert(id, MergedAsset { id: AssetId(id), name, key });
        }
        let mut pairs: BTreeMap<(i64, i64), Vec<(Alias, String)>> = BTreeMap::new();
        for ((_, alias, value), assets) in by_alias {
            let mut assets: Vec<&MergedAsset> = assets.iter().filter_map(|id| known.get(id)).collect();
            assets.sort_by(|a, b| a.key.cmp(&b.key));
            let [first, others @ ..] = assets.as_slice() else { continue };
            if others.len() < SHARED_BY {
                for other in others {
                    pairs.entry((first.id.0, other.id.0)).or_default().push((alias, value.clone()));
                }
            }
        }
        let mut pairs: Vec<_> = pairs.into_iter().collect();
        pairs.sort_by_key(|(pair, shared)| (std::cmp::Reverse(shared.len()), *pair));
        pairs.truncate(MOST);
        let wanted: BTreeSet<i64> = pairs.iter().flat_map(|((one, other), _)| [*one, *other]).collect();
        let rows: Vec<(i64, i64, String, String)> =
            tx.all_in(FINDINGS, binds![], wanted.into_iter().map(Value::from)).await?;
        tx.rollback().await?;
        let mut findings: HashMap<i64, BTreeSet<model::OccurrenceId>> = HashMap::new();
        for (asset, tool, rule, place) in rows {
            let place = serde_json::from_str(&place).map_err(|e| Error::damaged(format!("location.place: {e}")))?;
            // Without the asset, what two findings share is what would make them one.
            findings.entry(asset).or_default().insert(occurrence_id(tool_of(tool)?, "", &rule, &place));
        }
        let none = BTreeSet::new();
        let suggestions = pairs.into_iter().filter_map(|((one, other), shared)| {
            let of = |id: i64| findings.get(&id).unwrap_or(&none);
            Some(Suggestion {
                one: known.get(&one)?.clone(),
                other: known.get(&other)?.clone(),
                shared,
                moved: of(other).len() as u64,
                joined: of(other).intersection(of(one)).count() as u64,
            })
        });
        Ok(suggestions.collect())
    }
}
