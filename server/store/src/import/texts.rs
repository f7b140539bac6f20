//! The texts and categories of weaknesses: those of the newest sighting in scan time, whatever was imported last.
//!
//! The row of a weakness holds the version in force; `weakness_text` holds the others that were ever seen, so that a version
//! can come back when the scan with a newer one is undone. Ties of one instant go to the greater export hash.

use super::described::Packed;
use super::staged::{Classified, Staged};
use super::versions::{Settle, Stamp, Stored, Version, Writer, keep_versions, versions_of};
use crate::binds;
use crate::codec::Described;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::ledger::rollup::Owasp;
use crate::overrides::Rules;
use crate::step::Taken;
use crate::value::Value;
use model::{Micros, Tool};
use std::collections::{BTreeMap, HashMap, HashSet};

crate::sql::statements! {
    STORED = "SELECT id, tool, rule, text_hash, text_at, text_by, mapping, owasp_2017, owasp_2021, owasp_2025 FROM weakness \
        WHERE tool = $1 AND rule IN ($*)";
    STORED_BY_ID = "SELECT id, tool, rule, text_hash, text_at, text_by, mapping, owasp_2017, owasp_2021, owasp_2025 FROM weakness \
        WHERE id IN ($*)";
    LAST = "SELECT COALESCE(MAX(id), 0) FROM weakness";
    SCANS_IN_FORCE = "SELECT s.export_hash, d.packed AS texts, s.weaknesses AS times FROM scan s \
        LEFT JOIN described d ON d.id = s.described_id WHERE s.tool = $1 AND s.withdrawn_step IS NULL";
}

/// Where the scan's weaknesses are.
pub(super) struct Weaknesses {
    /// By number in the export: the stored number and the categories in force. Unused ones are `(0, …)`.
    pub(super) stored: Vec<(i64, Owasp)>,
    /// What the scan keeps of them, sorted.
    pub(super) described: Vec<Described>,
}

/// Interns a scan's weaknesses. `at` is, by number, when the scan last saw each.
pub(super) async fn intern(tx: &mut Tx, staged: &Staged, taken: Taken, at: &[Micros]) -> Result<Weaknesses> {
    let tool = staged.scan.tool;
    let used: Vec<usize> = (0..staged.rules.len()).filter(|n| staged.sealed.texts[*n].is_some()).collect();
    let rules = used.iter().map(|n| Value::from(staged.rules[*n].rule.as_str()));
    let stored: Vec<Stored> = tx.all_in(STORED, binds![tool.number()], rules).await?;
    let stored: HashMap<String, Stored> = stored.into_iter().map(|row| (row.rule.clone(), row)).collect();
    let (mut next,): (i64,) = tx.one(LAST, binds![]).await?;
    let by = staged.export_hash;
    let rules = Rules::load(tx).await?;
    let mut numbers = vec![(0, [0; 3]); staged.rules.len()];
    let mut described = Vec::with_capacity(used.len());
    let mut fresh = Writer::default();
    let mut settled = Settle::default();
    let mut archive = Vec::new();
    for number in used {
        let Some(version) = version(staged, number) else { continue };
        let at = at[number];
        let id = match stored.get(&version.columns.rule) {
            None => {
                next += 1;
                described.push(Described { weakness: next, text: version.hash, at });
                numbers[number] = (next, fresh.push(next, tool, version, Stamp { at, by: by.to_vec() }, &rules));
                continue;
            }
            Some(row) => row.id,
        };
        let row = &stored[&version.columns.rule];
        numbers[number] = (id, row.owasp());
        described.push(Described { weakness: id, text: version.hash, at });
        let wins = (at.0, by.as_slice()) > (row.text_at, row.text_by.as_slice());
        let same = row.text_hash == version.hash;
        if wins && (!same || version.mapping > row.mapping) {
            numbers[number].1 = settled.replace(row, version, Stamp { at, by: by.to_vec() }, &rules)?;
        } else if wins {
            settled.stamp(id, Stamp { at, by: by.to_vec() });
        } else if !same {
            archive.push((id, version));
        }
    }
    described.sort_unstable_by_key(|one| one.weakness);
    fresh.insert(tx, tool).await?;
    settled.write(tx, taken).await?;
    keep_versions(tx, archive).await?;
    Ok(Weaknesses { stored: numbers, described })
}

/// A staged weakness's text as a version.
fn version(staged: &Staged, number: usize) -> Option<Version> {
    let text = staged.sealed.texts[number].as_ref()?;
    let Classified { mapping, owasp_2017, owasp_2021, owasp_2025, why } = &staged.classified[number];
    Some(Version {
        columns: staged.rules[number].clone(),
        facts: text.facts.clone(),
        hash: text.hash,
        prose: text.prose,
        mapping: *mapping,
        owasp: [owasp_2017, owasp_2021, owasp_2025].map(|mapped| mapped.number().into()),
        classification: why.clone(),
    })
}

/// Settles anew which text is in force for weaknesses that a scan described, after it came back into force.
pub(crate) async fn redo(tx: &mut Tx, taken: Taken, described: &[Described], by: &[u8]) -> Result<()> {
    let rows = stored_by_id(tx, described).await?;
    let winners = described.iter().filter(|one| {
        rows.get(&one.weakness).is_some_and(|row| (one.at.0, by) > (row.text_at, row.text_by.as_slice()))
    });
    let winners = winners.map(|one| (*one, by.to_vec())).collect();
    settle(tx, taken, rows, winners).await
}

/// How a scan in force describes weaknesses.
#[derive(sqlx::FromRow)]
struct InForce {
    export_hash: Vec<u8>,
    #[sqlx(flatten)]
    described: Packed,
}

/// Settles anew which text is in force for weaknesses whose newest text was that of a scan that was withdrawn.
pub(crate) async fn undo(tx: &mut Tx, taken: Taken, tool: Tool, described: &[Described], by: &[u8]) -> Result<()> {
    let rows = stored_by_id(tx, described).await?;
    let lost: HashSet<i64> = described
        .iter()
        .filter(|one| rows.get(&one.weakness).is_some_and(|row| row.text_at == one.at.0 && row.text_by == by))
        .map(|one| one.weakness)
        .collect();
    if lost.is_empty() {
        return Ok(());
    }
    let mut best: BTreeMap<i64, (Described, Vec<u8>)> = BTreeMap::new();
    let scans: Vec<InForce> = tx.all(SCANS_IN_FORCE, binds![tool.number()]).await?;
    for InForce { export_hash: hash, described } in scans {
        for one in described.unpack()?.into_iter().filter(|one| lost.contains(&one.weakness)) {
            let better = best.get(&one.weakness).is_none_or(|(than, by)| (one.at, &hash) > (than.at, by));
            if better {
                best.insert(one.weakness, (one, hash.clone()));
            }
        }
    }
    let mut orphans = Settle::default();
    for weakness in lost.iter().filter(|weakness| !best.contains_key(weakness)) {
        // No scan in force describes it: the text stays to be read, and any scan that comes wins.
        orphans.stamp(*weakness, Stamp { at: Micros(i64::MIN), by: Vec::new() });
    }
    orphans.write(tx, taken).await?;
    settle(tx, taken, rows, best.into_values().collect()).await
}

async fn stored_by_id(tx: &mut Tx, described: &[Described]) -> Result<HashMap<i64, Stored>> {
    let rows: Vec<Stored> =
        tx.all_in(STORED_BY_ID, binds![], described.iter().map(|one| Value::from(one.weakness))).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

async fn settle(
    tx: &mut Tx,
    taken: Taken,
    mut rows: HashMap<i64, Stored>,
    winners: Vec<(Described, Vec<u8>)>,
) -> Result<()> {
    let mut versions = versions_of(tx, winners.iter().map(|(one, _)| one.weakness)).await?;
    let (mut settled, rules) = (Settle::default(), Rules::load(tx).await?);
    for (one, by) in winners {
        let Some(row) = rows.remove(&one.weakness) else { continue };
        let stamp = Stamp { at: one.at, by };
        if row.text_hash == one.text {
            settled.stamp(one.weakness, stamp);
            continue;
        }
        let version = versions.remove(&(one.weakness, one.text.to_vec()));
        let version = version.ok_or_else(|| Error::damaged(format!("a text of weakness {}", one.weakness)))?;
        settled.replace(&row, version, stamp, &rules)?;
    }
    settled.write(tx, taken).await
}
