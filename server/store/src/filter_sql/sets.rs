//! Sets of occurrences that only packed sightings know: read and unpacked before a statement is put together.

use crate::codec::unpack_sightings;
use crate::db::{Db, Engine};
use crate::sql::SqlBuilder;
use crate::{Result, binds};
use model::ScanId;
use model::filter::{Effect, Filter, What};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

crate::sql::statements! {
    /// What a scan saw, asset by asset.
    SEEN = "SELECT sightings FROM observation WHERE scan_id = $1";
    /// What earlier scans of the same series saw on the assets that this one observed.
    SERIES = "SELECT b.sightings FROM scan s JOIN observation own ON own.scan_id = s.id \
        JOIN scan r ON r.series_id = s.series_id AND r.at < s.at AND r.withdrawn_step IS NULL \
        JOIN observation b ON b.scan_id = r.id AND b.asset_id = own.asset_id WHERE s.id = $1";
}

/// The sets that a filter's `scan:` and `effect:` terms need.
#[derive(Default)]
pub(crate) struct Sets {
    seen: BTreeMap<i64, String>,
    series: BTreeMap<i64, String>,
}

impl Sets {
    /// Reads the sets that the filter needs: nothing for most filters.
    pub(crate) async fn load(db: &Db, filter: &Filter) -> Result<Self> {
        let mut sets = Self::default();
        for term in filter.terms() {
            match &term.what {
                What::Scan(scans) => {
                    for scan in scans {
                        sets.load_seen(db, *scan).await?;
                    }
                }
                What::Effect(effects) => {
                    for (effect, scan) in effects {
                        if matches!(effect, Effect::Same | Effect::NotRetested) {
                            sets.load_seen(db, *scan).await?;
                        }
                        if *effect == Effect::NotRetested
                            && let Entry::Vacant(slot) = sets.series.entry(scan.0)
                        {
                            slot.insert(numbers(db.all(SERIES, binds![*scan]).await?)?);
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(sets)
    }

    async fn load_seen(&mut self, db: &Db, scan: ScanId) -> Result<()> {
        if let Entry::Vacant(slot) = self.seen.entry(scan.0) {
            slot.insert(numbers(db.all(SEEN, binds![scan]).await?)?);
        }
        Ok(())
    }

    /// Appends "seen in that scan".
    pub(super) fn push_seen(&self, sql: &mut SqlBuilder, scan: ScanId, engine: Engine) {
        push_set(sql, self.seen.get(&scan.0), engine);
    }

    /// Appends "seen in an earlier scan of its series".
    pub(super) fn push_series(&self, sql: &mut SqlBuilder, scan: ScanId, engine: Engine) {
        push_set(sql, self.series.get(&scan.0), engine);
    }

    /// Appends "the entries of that scan's step satisfy a condition on their sums".
    pub(super) fn push_step_sum(&self, sql: &mut SqlBuilder, scan: ScanId, having: &'static str) {
        sql.push("o.id IN (SELECT e2.occurrence_id FROM entry e2 JOIN scan s2 ON s2.step = e2.step WHERE s2.id = ");
        sql.bind(scan).push(" GROUP BY e2.occurrence_id HAVING ").push(having).push(")");
    }
}

fn push_set(sql: &mut SqlBuilder, ids: Option<&String>, engine: Engine) {
    let (before, after) = crate::dialect::number_set(engine);
    sql.push("o.id IN (").push(before).bind(ids.map_or("[]", String::as_str)).push(after).push(")");
}

/// The distinct occurrences of packed sightings as one JSON array: a single parameter, however many they are.
fn numbers(packed: Vec<(Vec<u8>,)>) -> Result<String> {
    let mut ids = BTreeSet::new();
    for (bytes,) in packed {
        ids.extend(unpack_sightings(&bytes)?.into_iter().map(|sighting| sighting.occurrence));
    }
    let mut text = String::with_capacity(2 + ids.len() * 7);
    text.push('[');
    for (index, id) in ids.into_iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        // Writing to a String cannot fail.
        let _ = write!(text, "{id}");
    }
    text.push(']');
    Ok(text)
}
