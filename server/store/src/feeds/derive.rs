//! What published files say of the CVEs that weaknesses carry, and of the weaknesses.

use super::in_force;
use super::rows::{EpssScore, KevListed, Published, day};
use crate::dialect::bulk::{self, Rows};
use crate::step::Taken;
use crate::value::Value;
use crate::{Result, Tx, binds, risk};
use model::Day;
use model::feeds::FeedKind;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

crate::sql::statements! {
    /// Whether any file was loaded before this step.
    BEFORE = "SELECT step FROM feed WHERE step < $1 LIMIT 1";
    /// Weaknesses with CVEs.
    CARRYING = "SELECT id, cve FROM weakness WHERE cve <> ''";
    /// What weaknesses carried.
    DROP_CARRIED = "DELETE FROM weakness_cve WHERE weakness_id IN ($*)";
    /// Every CVE of this database.
    CARRIED = "SELECT DISTINCT cve FROM weakness_cve";
    /// Who carries some CVEs.
    CARRIERS = "SELECT DISTINCT weakness_id FROM weakness_cve WHERE cve IN ($*)";
    /// What EPSS says of each CVE now, and since which day.
    SCORES = "SELECT e.cve, e.day, e.probability, e.percentile FROM epss e \
        WHERE e.day = (SELECT MAX(f.day) FROM epss f WHERE f.cve = e.cve)";
    /// Makes room for what a file says of the same day.
    DROP_SCORES = "DELETE FROM epss WHERE day = $1 AND cve IN ($*)";
    /// The CVEs that are in a catalogue now.
    LISTED = "SELECT cve, added, due, ransomware FROM kev WHERE gone IS NULL AND catalogue = $1";
    /// Makes room for what the catalogue says now of CVEs that it listed, or lists again.
    DROP_LISTED = "DELETE FROM kev WHERE (gone IS NULL OR gone = $1) AND catalogue = $2 AND cve IN ($*)";
    /// The catalogue lists them no more.
    DELIST = "UPDATE kev SET gone = $1 WHERE gone IS NULL AND catalogue = $2 AND cve IN ($*)";
    /// Which of some CVEs have scores.
    SCORED = "SELECT DISTINCT cve FROM epss WHERE cve IN ($*)";
    /// Which of some CVEs were ever in a catalogue.
    EVER_LISTED = "SELECT DISTINCT cve FROM kev WHERE catalogue = $1 AND cve IN ($*)";
    /// The likeliest CVE of some weaknesses.
    LIKELIEST = "SELECT c.weakness_id, MAX(e.probability), MAX(e.percentile) FROM weakness_cve c \
        JOIN epss e ON e.cve = c.cve AND e.day = (SELECT MAX(f.day) FROM epss f WHERE f.cve = c.cve) \
        WHERE c.weakness_id IN ($*) GROUP BY c.weakness_id";
    /// Since when one of the CVEs of some weaknesses is known to be exploited.
    EXPLOITED = "SELECT c.weakness_id, MIN(k.added) FROM weakness_cve c JOIN kev k ON k.cve = c.cve AND k.gone IS NULL \
        WHERE c.weakness_id IN ($*) GROUP BY c.weakness_id";
}

/// Brings what is kept of the CVEs in line with a file. The answer is of how many it says something else than was known.
pub(super) async fn follow(tx: &mut Tx, taken: Taken, day: Day, rows: &Published) -> Result<u64> {
    let before: Option<(i64,)> = tx.optional(BEFORE, binds![taken.step]).await?;
    if before.is_none() {
        let all: Vec<(i64, String)> = tx.all(CARRYING, binds![]).await?;
        tx.execute_in(DROP_CARRIED, binds![], all.iter().map(|(id, _)| Value::from(*id))).await?;
        carry(tx, all).await?;
    }
    let carried: Vec<(String,)> = tx.all(CARRIED, binds![]).await?;
    let carried: HashSet<String> = carried.into_iter().map(|(cve,)| cve).collect();
    let changed = match rows {
        Published::Epss(rows) => scores(tx, taken, day, rows, &carried).await?,
        Published::Kev(list) | Published::Euvd(list) => listed(tx, taken, day, rows.kind(), list, &carried).await?,
    };
    let keys = changed.iter().map(|cve| Value::from(cve.as_str()));
    let weaknesses: Vec<(i64,)> = tx.all_in(CARRIERS, binds![], keys).await?;
    let weaknesses: BTreeSet<i64> = weaknesses.into_iter().map(|(id,)| id).collect();
    settle(tx, &weaknesses).await?;
    Ok(changed.len() as u64)
}

/// Follows new weaknesses: with their columns of CVEs. Only those of whose CVEs anything is published need a word of it.
pub(crate) async fn weaknesses_added(tx: &mut Tx, weaknesses: Vec<(i64, String)>) -> Result<()> {
    let cves = cves_of(&weaknesses);
    let published = learn(tx, &cves).await?;
    let touched = weaknesses.iter().filter(|(_, cves)| cves.split_whitespace().any(|cve| published.contains(cve)));
    let touched: BTreeSet<i64> = touched.map(|(id, _)| *id).collect();
    carry(tx, weaknesses).await?;
    settle(tx, &touched).await
}

/// Follows weaknesses whose CVEs are others than before: with their columns of CVEs.
pub(crate) async fn weaknesses_changed(tx: &mut Tx, weaknesses: Vec<(i64, String)>) -> Result<()> {
    let ids: BTreeSet<i64> = weaknesses.iter().map(|(id, _)| *id).collect();
    tx.execute_in(DROP_CARRIED, binds![], ids.iter().map(|id| Value::from(*id))).await?;
    learn(tx, &cves_of(&weaknesses)).await?;
    carry(tx, weaknesses).await?;
    settle(tx, &ids).await
}

fn cves_of(weaknesses: &[(i64, String)]) -> BTreeSet<String> {
    weaknesses.iter().flat_map(|(_, cves)| cves.split_whitespace()).map(str::to_owned).collect()
}

/// Keeps what the files in force say of CVEs that are new here. The answer is those of which anything is kept.
async fn learn(tx: &mut Tx, cves: &BTreeSet<String>) -> Result<HashSet<String>> {
    let mut published = known(tx, SCORED, binds![], cves).await?;
    if published.len() < cves.len()
        && let Some((day, step, Published::Epss(rows))) = in_force(tx, FeedKind::Epss).await?
    {
        let new = |cve: &String| cves.contains(cve) && !published.contains(cve);
        let rows: Vec<&EpssScore> = rows.iter().filter(|row| new(&row.cve)).collect();
        add_scores(tx, step, day, &rows).await?;
        published.extend(rows.into_iter().map(|row| row.cve.clone()));
    }
    for catalogue in [FeedKind::Kev, FeedKind::Euvd] {
        let mut listed = known(tx, EVER_LISTED, binds![catalogue.word()], cves).await?;
        if listed.len() < cves.len()
            && let Some((_, step, Published::Kev(rows) | Published::Euvd(rows))) = in_force(tx, catalogue).await?
        {
            let new = |cve: &String| cves.contains(cve) && !listed.contains(cve);
            let rows: Vec<&KevListed> = rows.iter().filter(|row| new(&row.cve)).collect();
            add_listed(tx, step, catalogue, &rows).await?;
            listed.extend(rows.into_iter().map(|row| row.cve.clone()));
        }
        published.extend(listed);
    }
    Ok(published)
}

/// Those of some CVEs that a statement knows.
async fn known(tx: &mut Tx, of: &'static str, binds: Vec<Value>, cves: &BTreeSet<String>) -> Result<HashSet<String>> {
    let known: Vec<(String,)> = tx.all_in(of, binds, cves.iter().map(|cve| Value::from(cve.as_str()))).await?;
    Ok(known.into_iter().map(|(cve,)| cve).collect())
}

async fn carry(tx: &mut Tx, weaknesses: Vec<(i64, String)>) -> Result<()> {
    let mut pairs: Vec<(i64, String)> = weaknesses
        .iter()
        .flat_map(|(id, cves)| cves.split_whitespace().map(move |cve| (*id, cve.to_owned())))
        .collect();
    pairs.sort_unstable();
    pairs.dedup();
    let (ids, cves) = pairs.into_iter().unzip();
    bulk::insert(tx, Rows::new("weakness_cve").int("weakness_id", ids).text("cve", cves)).await
}

async fn scores(
    tx: &mut Tx,
    taken: Taken,
    day: Day,
    rows: &[EpssScore],
    carried: &HashSet<String>,
) -> Result<BTreeSet<String>> {
    let stored: Vec<(String, i64, i64, i64)> = tx.all(SCORES, binds![]).await?;
    let stored: HashMap<String, (i64, i64)> =
        stored.into_iter().map(|(cve, _, probability, percentile)| (cve, (probability, percentile))).collect();
    // Of several rows of a CVE the last counts.
    let ours: BTreeMap<&str, &EpssScore> =
        rows.iter().filter(|row| carried.contains(&row.cve)).map(|row| (row.cve.as_str(), row)).collect();
    let fresh: Vec<&EpssScore> = ours
        .into_values()
        .filter(|row| stored.get(&row.cve) != Some(&(row.probability.into(), row.percentile.into())))
        .collect();
    tx.execute_in(DROP_SCORES, binds![day], fresh.iter().map(|row| Value::from(row.cve.as_str()))).await?;
    add_scores(tx, taken.step, day, &fresh).await?;
    Ok(fresh.into_iter().map(|row| row.cve.clone()).collect())
}

async fn add_scores(tx: &mut Tx, step: i64, day: Day, rows: &[&EpssScore]) -> Result<()> {
    let rows = Rows::new("epss")
        .text("cve", rows.iter().map(|row| row.cve.clone()).collect())
        .int("day", vec![day.0.into(); rows.len()])
        .int("probability", rows.iter().map(|row| row.probability.into()).collect())
        .int("percentile", rows.iter().map(|row| row.percentile.into()).collect())
        .int("step", vec![step; rows.len()]);
    bulk::insert(tx, rows).await
}

async fn listed(
    tx: &mut Tx,
    taken: Taken,
    on: Day,
    catalogue: FeedKind,
    rows: &[KevListed],
    carried: &HashSet<String>,
) -> Result<BTreeSet<String>> {
    let stored: Vec<(String, i64, Option<i64>, i64)> = tx.all(LISTED, binds![catalogue.word()]).await?;
    let mut stored: HashMap<String, KevListed> = stored
        .into_iter()
        .map(|(cve, added, due, ransomware)| {
            let due = due.map(day).transpose()?;
            Ok((cve.clone(), KevListed { cve, added: day(added)?, due, ransomware: ransomware == 1 }))
        })
        .collect::<Result<_>>()?;
    let ours: BTreeMap<&str, &KevListed> =
        rows.iter().filter(|row| carried.contains(&row.cve)).map(|row| (row.cve.as_str(), row)).collect();
    let fresh: Vec<&KevListed> =
        ours.into_values().filter(|row| stored.remove(&row.cve).as_ref() != Some(*row)).collect();
    let named: HashSet<&str> = rows.iter().map(|row| row.cve.as_str()).collect();
    let gone: Vec<String> = stored.into_keys().filter(|cve| !named.contains(cve.as_str())).collect();
    tx.execute_in(DROP_LISTED, binds![on, catalogue.word()], fresh.iter().map(|row| Value::from(row.cve.as_str())))
        .await?;
    add_listed(tx, taken.step, catalogue, &fresh).await?;
    tx.execute_in(DELIST, binds![on, catalogue.word()], gone.iter().map(|cve| Value::from(cve.as_str()))).await?;
    Ok(fresh.into_iter().map(|row| row.cve.clone()).chain(gone).collect())
}

async fn add_listed(tx: &mut Tx, step: i64, catalogue: FeedKind, rows: &[&KevListed]) -> Result<()> {
    let rows = Rows::new("kev")
        .text("catalogue", vec![catalogue.word().to_owned(); rows.len()])
        .text("cve", rows.iter().map(|row| row.cve.clone()).collect())
        .int("added", rows.iter().map(|row| row.added.0.into()).collect())
        .opt_int("due", rows.iter().map(|row| row.due.map(|due| due.0.into())).collect())
        .int("ransomware", rows.iter().map(|row| row.ransomware.into()).collect())
        .int("step", vec![step; rows.len()]);
    bulk::insert(tx, rows).await
}

/// Writes what is said now of the CVEs of weaknesses into the weaknesses' rows.
async fn settle(tx: &mut Tx, weaknesses: &BTreeSet<i64>) -> Result<()> {
    let keys = || weaknesses.iter().map(|id| Value::from(*id));
    let likeliest: Vec<(i64, i64, i64)> = tx.all_in(LIKELIEST, binds![], keys()).await?;
    let exploited: Vec<(i64, i64)> = tx.all_in(EXPLOITED, binds![], keys()).await?;
    let likeliest: HashMap<i64, (i64, i64)> = likeliest.into_iter().map(|(id, p, share)| (id, (p, share))).collect();
    let exploited: HashMap<i64, i64> = exploited.into_iter().collect();
    let score = |id: &i64| likeliest.get(id);
    let rows = Rows::new("weakness")
        .int("id", weaknesses.iter().copied().collect())
        .opt_int("epss", weaknesses.iter().map(|id| score(id).map(|(probability, _)| *probability)).collect())
        .opt_int("epss_percentile", weaknesses.iter().map(|id| score(id).map(|(_, share)| *share)).collect())
        .opt_int("kev_added", weaknesses.iter().map(|id| exploited.get(id).copied()).collect());
    bulk::update(tx, rows).await?;
    risk::settle(tx, weaknesses.iter().copied()).await
}
