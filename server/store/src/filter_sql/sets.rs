//! Sets of occurrences that only packed columns know: read and unpacked before a statement is put together.

use crate::codec::{unpack_changed, unpack_sightings};
use crate::db::{Db, Engine};
use crate::sql::SqlBuilder;
use crate::{Result, binds};
use model::ScanId;
use model::filter::{Effect, Filter, What};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

crate::sql::statements! {
    /// What a scan saw, asset by asset.
    SEEN = "SELECT sightings FROM observation WHERE scan_id = $1";
    /// What the scan's import changed.
    EFFECTS = "SELECT effects FROM scan WHERE id = $1";
}

/// The sets that a filter's `scan:` and `effect:` terms need.
#[derive(Default)]
pub(crate) struct Sets {
    seen: BTreeMap<i64, String>,
    effects: BTreeMap<(i64, Effect), String>,
}

impl Sets {
    /// Reads the sets that the filter needs: nothing for most filters.
    pub(crate) async fn load(db: &Db, filter: &Filter) -> Result<Self> {
        let mut sets = Self::default();
        for term in filter.terms() {
            match &term.what {
                What::Scan(scans) => {
                    for scan in scans {
                        let rows = db.all(SEEN, binds![*scan]).await?;
                        sets.seen.insert(scan.0, json(&seen(rows)?));
                    }
                }
                What::Effect(effects) => {
                    for (effect, scan) in effects {
                        sets.load_effect(db, *effect, *scan).await?;
                    }
                }
                _ => {}
            }
        }
        Ok(sets)
    }

    async fn load_effect(&mut self, db: &Db, effect: Effect, scan: ScanId) -> Result<()> {
        let stored: Option<(Vec<u8>,)> = db.optional(EFFECTS, binds![scan]).await?;
        let changed = stored.map(|(packed,)| unpack_changed(&packed)).transpose()?.unwrap_or_default();
        let set = match effect {
            Effect::New => changed.new,
            Effect::Reopened => changed.reopened,
            Effect::Closed => changed.closed,
            Effect::NotRetested => changed.not_retested,
            Effect::Same => {
                let mut same = seen(db.all(SEEN, binds![scan]).await?)?;
                for id in changed.new.iter().chain(&changed.reopened) {
                    same.remove(id);
                }
                same
            }
        };
        self.effects.insert((scan.0, effect), json(&set));
        Ok(())
    }

    /// Appends "seen in that scan".
    pub(super) fn push_seen(&self, sql: &mut SqlBuilder, scan: ScanId, engine: Engine) {
        push_set(sql, self.seen.get(&scan.0), engine);
    }

    /// Appends "counted under that effect of the scan's import".
    pub(super) fn push_effect(&self, sql: &mut SqlBuilder, effect: Effect, scan: ScanId, engine: Engine) {
        push_set(sql, self.effects.get(&(scan.0, effect)), engine);
    }
}

fn push_set(sql: &mut SqlBuilder, ids: Option<&String>, engine: Engine) {
    let (before, after) = crate::dialect::number_set(engine);
    sql.push("o.id IN (").push(before).bind(ids.map_or("[]", String::as_str)).push(after).push(")");
}

/// The distinct occurrences of packed sightings.
fn seen(packed: Vec<(Vec<u8>,)>) -> Result<BTreeSet<i64>> {
    let mut ids = BTreeSet::new();
    for (bytes,) in packed {
        ids.extend(unpack_sightings(&bytes)?.into_iter().map(|sighting| sighting.occurrence));
    }
    Ok(ids)
}

/// Numbers as one JSON array: a single parameter, however many they are.
fn json(ids: &BTreeSet<i64>) -> String {
    let mut text = String::with_capacity(2 + ids.len() * 7);
    text.push('[');
    for (index, id) in ids.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        // Writing to a String cannot fail.
        let _ = write!(text, "{id}");
    }
    text.push(']');
    text
}
