//! What follows from the merges in force: which asset survives, which occurrences are one, since when a merged asset is known
//! and as what. All of it is a function of the inputs, so that the order in which they came does not matter.

use super::groups::Groups;
use crate::binds;
use crate::db::Tx;
use crate::dialect::bulk::{self, Rows};
use crate::error::{Error, Result};
use crate::import::{NAMELESS, shown_name};
use crate::ledger::changes::{Changes, Newcomer};
use crate::ledger::head::HeadRow;
use crate::ledger::load::{OccurrenceRow, tool_of};
use crate::overrides::Local;
use crate::owner;
use crate::step::Taken;
use crate::value::Value;
use model::Micros;
use model::facts::AssetFacts;
use posture::identity::occurrence_id;
use std::collections::{BTreeMap, BTreeSet, HashMap};

crate::sql::statements! {
    EDGES = "SELECT one_id, other_id FROM asset_merge WHERE withdrawn_step IS NULL";
    KEYS = "SELECT id, key FROM asset WHERE id IN ($*)";
    STORED = "SELECT id, merged_id FROM asset WHERE merged_id IS NOT NULL";
    ROWS = "SELECT o.tool, o.weakness_id, o.merged_id, o.shown_location, o.id, o.asset_id, w.rule, w.owasp_2017, \
        w.owasp_2021, w.owasp_2025, w.exploitability, a.stake, l.place, o.location_id, o.known, o.status, o.is_open, o.severity, o.team_id, o.workflow, \
        o.accepted_until, o.not_retested, o.first_seen, o.last_seen, o.opened_at, o.closed_at, o.episodes, o.present, \
        o.assignee, o.due, o.evidence_pack, o.evidence_index, o.evidence_mac, o.claim_failed, o.quiet_after, o.risk \
        FROM occurrence o JOIN weakness w ON w.id = o.weakness_id JOIN location l ON l.id = o.location_id JOIN asset a ON a.id = o.asset_id \
        WHERE o.asset_id IN ($*)";
    BY_UUID = "SELECT uuid, id FROM occurrence WHERE uuid IN ($*)";
    LAST = "SELECT COALESCE(MAX(id), 0) FROM occurrence";
    NAMES = "SELECT id, named_at, facts FROM asset WHERE id IN ($*)";
    SINCE = "SELECT b.asset_id, MIN(t.recorded_at) FROM observation b JOIN scan s ON s.id = b.scan_id \
        JOIN step t ON t.step = s.step WHERE s.withdrawn_step IS NULL AND b.asset_id IN ($*) GROUP BY b.asset_id";
}

/// The most assets that may be one.
pub(super) const MOST: usize = 100;

#[derive(sqlx::FromRow)]
struct Row {
    tool: i64,
    merged_id: Option<i64>,
    shown_location: String,
    #[sqlx(flatten)]
    row: OccurrenceRow,
}

/// The merges in force: every asset that they name with the one that survives, that of the lowest key.
pub(crate) async fn survivors(tx: &mut Tx) -> Result<BTreeMap<i64, i64>> {
    let edges: Vec<(i64, i64)> = tx.all(EDGES, binds![]).await?;
    let named: BTreeSet<i64> = edges.iter().flat_map(|(one, other)| [*one, *other]).collect();
    let rows: Vec<(i64, String)> = tx.all_in(KEYS, binds![], named.into_iter().map(Value::from)).await?;
    let keys: HashMap<i64, String> = rows.into_iter().collect();
    let mut group: BTreeMap<i64, BTreeSet<i64>> = keys.keys().map(|id| (*id, BTreeSet::from([*id]))).collect();
    let mut of: BTreeMap<i64, i64> = keys.keys().map(|id| (*id, *id)).collect();
    for (one, other) in edges {
        let (Some(one), Some(other)) = (of.get(&one).copied(), of.get(&other).copied()) else { continue };
        let (into, from) = if keys[&one] <= keys[&other] { (one, other) } else { (other, one) };
        if into != from {
            let moved = group.remove(&from).unwrap_or_default();
            moved.iter().for_each(|id| {
                of.insert(*id, into);
            });
            group.entry(into).or_default().extend(moved);
        }
    }
    Ok(of)
}

/// Brings the assets in line with the merges in force; those whose place changed, and those with which they are or were one.
pub(super) async fn settle(tx: &mut Tx, taken: Taken) -> Result<BTreeSet<i64>> {
    let wholes = survivors(tx).await?;
    let mut sizes: HashMap<i64, usize> = HashMap::new();
    wholes.values().for_each(|whole| *sizes.entry(*whole).or_default() += 1);
    if sizes.values().any(|size| *size > MOST) {
        return Err(Error::Conflict("too_many_in_one"));
    }
    let stored: Vec<(i64, i64)> = tx.all(STORED, binds![]).await?;
    let stored: BTreeMap<i64, i64> = stored.into_iter().collect();
    let wanted: BTreeMap<i64, i64> = wholes.into_iter().filter(|(part, whole)| part != whole).collect();
    let named: BTreeSet<i64> = stored.keys().chain(wanted.keys()).copied().collect();
    let changed: Vec<i64> = named.into_iter().filter(|id| stored.get(id) != wanted.get(id)).collect();
    let rows = Rows::new("asset")
        .int("id", changed.clone())
        .opt_int("merged_id", changed.iter().map(|id| wanted.get(id).copied()).collect());
    bulk::update(tx, rows).await?;
    let around = |id: &i64| [Some(*id), stored.get(id).copied(), wanted.get(id).copied()];
    let affected: BTreeSet<i64> = changed.iter().flat_map(around).flatten().collect();
    redirect(tx, taken, &affected).await?;
    owners(tx, taken, &affected, None).await?;
    Ok(affected)
}

/// Leads each occurrence on some assets to the one that it is part of, made where there is none yet, or to none.
pub(crate) async fn redirect(tx: &mut Tx, taken: Taken, assets: &BTreeSet<i64>) -> Result<()> {
    let groups = Groups::load(tx).await?;
    let rows: Vec<Row> = tx.all_in(ROWS, binds![], assets.iter().map(|id| Value::from(*id))).await?;
    let wholes: BTreeSet<i64> = assets.iter().map(|asset| groups.whole(*asset)).collect();
    let keys: Vec<(i64, String)> = tx.all_in(KEYS, binds![], wholes.into_iter().map(Value::from)).await?;
    let keys: HashMap<i64, String> = keys.into_iter().collect();
    let local = Local::on(tx, &keys.keys().copied().collect::<Vec<_>>()).await?;
    let (mut parts, mut changed) = (Vec::new(), Vec::new());
    for row in rows {
        let whole = groups.whole(row.row.asset_id);
        match keys.get(&whole) {
            Some(key) if whole != row.row.asset_id => parts.push((row.identity(key)?, whole, row)),
            _ if row.merged_id.is_some() => changed.push((row.row.id, None)),
            _ => {}
        }
    }
    let wanted: BTreeSet<[u8; 16]> = parts.iter().map(|(uuid, ..)| *uuid).collect();
    let known: Vec<(Vec<u8>, i64)> =
        tx.all_in(BY_UUID, binds![], wanted.into_iter().map(|uuid| Value::from(uuid.to_vec()))).await?;
    let mut known: HashMap<Vec<u8>, i64> = known.into_iter().collect();
    let (mut last,): (i64,) = tx.one(LAST, binds![]).await?;
    let mut changes = Changes::new(taken);
    for (uuid, whole, row) in parts {
        let id = match known.get(uuid.as_slice()) {
            Some(id) => *id,
            None => {
                last += 1;
                known.insert(uuid.to_vec(), last);
                let newcomer = Newcomer {
                    uuid,
                    weakness: row.row.weakness_id,
                    asset: whole,
                    tool: tool_of(row.tool)?,
                    shown_location: row.shown_location,
                };
                // The row has where the weakness stands elsewhere.
                let owasp = local.owasp((row.row.weakness_id, whole)).unwrap_or(row.row.owasp());
                changes.newcomer(last, newcomer, owasp, HeadRow::unknown(&row.row.head));
                last
            }
        };
        if row.merged_id != Some(id) {
            changed.push((row.row.id, Some(id)));
        }
    }
    changes.write(tx).await?;
    let (ids, merged) = changed.into_iter().unzip();
    bulk::update(tx, Rows::new("occurrence").int("id", ids).opt_int("merged_id", merged)).await
}

impl Row {
    /// The public id that the occurrence has on the asset of another key.
    fn identity(&self, key: &str) -> Result<[u8; 16]> {
        let place =
            serde_json::from_str(&self.row.place).map_err(|e| Error::damaged(format!("location.place: {e}")))?;
        Ok(*occurrence_id(tool_of(self.tool)?, key, &self.row.rule, &place).0.as_bytes())
    }
}

/// Settles since when assets with parts are known and by which names they go, and derives who owns them; those whose owners
/// changed. `learned` is when the observations that are being written were learned.
pub(crate) async fn owners(
    tx: &mut Tx,
    taken: Taken,
    assets: &BTreeSet<i64>,
    learned: Option<Micros>,
) -> Result<BTreeSet<i64>> {
    let groups = Groups::load(tx).await?;
    let wholes: BTreeSet<i64> = assets.iter().map(|asset| groups.whole(*asset)).collect();
    let ids = || wholes.iter().flat_map(|whole| [*whole].into_iter().chain(groups.parts(*whole).iter().copied()));
    let rows: Vec<(i64, i64, String)> = tx.all_in(NAMES, binds![], ids().map(Value::from)).await?;
    let names: HashMap<i64, (i64, String)> = rows.into_iter().map(|(id, at, facts)| (id, (at, facts))).collect();
    let rows: Vec<(i64, i64)> = tx.all_in(SINCE, binds![], ids().map(Value::from)).await?;
    let first: HashMap<i64, i64> = rows.into_iter().collect();
    let (mut known, mut named) = (Vec::new(), Vec::new());
    for whole in &wholes {
        let members = || [*whole].into_iter().chain(groups.parts(*whole).iter().copied());
        let since = members().filter_map(|id| first.get(&id).copied()).chain(learned.map(|at| at.0)).min();
        known.extend(since.map(|since| (*whole, since)));
        // An asset that no scan in force observes under its own key goes by the names of its next part.
        let lends = |id: &i64| names.get(id).is_some_and(|(at, _)| *at != NAMELESS);
        if names.get(whole).is_none_or(|(at, _)| *at == NAMELESS)
            && let Some(lender) = members().find(lends)
            && let Some((_, facts)) = names.get(&lender)
        {
            named.push((*whole, facts.clone()));
        }
    }
    let mut shown = Vec::with_capacity(named.len());
    for (_, facts) in &named {
        let facts: AssetFacts = serde_json::from_str(facts).map_err(|e| Error::damaged(format!("asset.facts: {e}")))?;
        shown.push(shown_name(&facts));
    }
    let (ids, since) = known.into_iter().unzip();
    bulk::update(tx, Rows::new("asset").int("id", ids).int("since", since)).await?;
    let (ids, facts) = named.into_iter().unzip();
    bulk::update(tx, Rows::new("asset").int("id", ids).text("facts", facts).text("name", shown)).await?;
    owner::derive_on(tx, taken, &wholes.into_iter().collect::<Vec<_>>()).await
}
