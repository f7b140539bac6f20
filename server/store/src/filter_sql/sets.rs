//! What is read before a statement is put together: sets of occurrences that only packed columns know, what the filter's
//! words name, and whether an acceptance has run out that the head does not know of yet.

use super::named::Named;
use crate::codec::{unpack_changed, unpack_sightings};
use crate::db::{Db, Engine};
use crate::sql::SqlBuilder;
use crate::value::Numbers;
use crate::{Result, Store, binds};
use model::filter::{Effect, Filter, Term, What};
use model::{Day, Micros, ScanId};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

crate::sql::statements! {
    /// What a scan saw, asset by asset.
    SEEN = "SELECT d.sightings FROM observation b JOIN observed d ON d.id = b.observed_id WHERE b.scan_id = $1";
    /// The parts of others on a scan's assets.
    PARTS = "SELECT p.id, p.merged_id FROM observation b JOIN occurrence p ON p.asset_id = b.asset_id AND p.tool = b.tool \
        WHERE b.scan_id = $1 AND p.merged_id IS NOT NULL";
    /// What the scan's import changed.
    EFFECTS = "SELECT effects FROM scan WHERE id = $1";
}

/// What a filter's terms need to be known.
pub(crate) struct Sets {
    seen: BTreeMap<i64, Numbers>,
    effects: BTreeMap<(i64, Effect), Numbers>,
    /// By the number of the term.
    named: BTreeMap<usize, Arc<Option<Named>>>,
    /// The terms whose weaknesses another term's were cut to.
    merged: BTreeSet<usize>,
    /// Whether more happened until the day shown than after it.
    settled: bool,
    /// At most some seconds pass until such a head is settled; meanwhile every row must be asked.
    run_out: bool,
    /// Whether rules part a weakness now.
    parted: bool,
    /// Whether marks of inventory lag behind what weaknesses are.
    lagging: bool,
}

impl Sets {
    /// Reads what the filter needs.
    pub(crate) async fn load(store: &Store, filter: &Filter, now: Micros) -> Result<Self> {
        let (db, moment) = (&store.db, store.moment().await?);
        let (seen, effects, named) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let (merged, run_out) = (BTreeSet::new(), moment.run_out(now));
        let (parted, lagging) = (moment.parted(), moment.lagging());
        let mut sets = Self { seen, effects, named, merged, settled: false, run_out, parted, lagging };
        if filter.is_past() {
            let day = super::Clock::new(&store.config, filter, now).today;
            let text = format!("settled {day:?} {:?}", filter.known_at());
            let settled = Box::pin(settled(db, filter, day));
            sets.settled = *store.remembered(text, moment, |_| 0, settled).await?;
        }
        let then = super::then(&store.config, filter, now);
        for (number, term) in filter.terms().iter().enumerate() {
            // What was known at a step, classes included, is asked of each row.
            let dated = matches!(term.what, What::Kev(_) | What::Epss(..));
            let class = filter.known_at().is_some() && !dated && !matches!(term.what, What::Team(_) | What::Title(_));
            if Named::is_named(&term.what) && !class {
                let mut text = format!("named {}", Filter::new().with(term.what.clone()));
                if let Some(then) = then.filter(|_| dated) {
                    // Writing to a String cannot fail.
                    let _ = write!(text, " {then:?}");
                }
                let bytes = |named: &Option<Named>| named.as_ref().map_or(0, Named::bytes);
                let named = store.remembered(text, moment, bytes, Box::pin(Named::load(db, &term.what, then))).await?;
                sets.named.insert(number, named);
            }
            match &term.what {
                What::Scan(scans) => {
                    for scan in scans {
                        sets.seen.insert(scan.0, seen_by(db, *scan).await?.into_iter().collect());
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
        sets.merge(filter);
        Ok(sets)
    }

    /// What several words name of one kind is asked once: the words of a search each name thousands of weaknesses, all of them
    /// together few.
    fn merge(&mut self, filter: &Filter) {
        let mut first: Option<usize> = None;
        // Where a weakness is parted, its own class does not say which of its findings are of a category.
        let by_place = |term: &Term| self.parted && matches!(term.what, What::Owasp(..));
        let terms = filter.terms().iter().enumerate().filter(|(_, term)| !term.negated && !by_place(term));
        for number in terms.map(|(number, _)| number).collect::<Vec<_>>() {
            let Some(named) = self.named(number) else { continue };
            match first.and_then(|first| Some((first, self.named(first)?.common(named)?))) {
                Some((first, common)) => {
                    self.named.insert(first, Arc::new(Some(common)));
                    self.merged.insert(number);
                }
                None if named.only_weaknesses().is_some() => first = first.or(Some(number)),
                None => {}
            }
        }
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
                let mut same = seen_by(db, scan).await?;
                for id in changed.new.iter().chain(&changed.reopened) {
                    same.remove(id);
                }
                same
            }
        };
        self.effects.insert((scan.0, effect), set.into_iter().collect());
        Ok(())
    }

    /// Whether most of what was open then is untouched since, so that it is worth to ask for it apart.
    pub(super) fn settled(&self) -> bool {
        self.settled
    }

    /// Whether a head may show an acceptance that has run out.
    pub(super) fn run_out(&self) -> bool {
        self.run_out
    }

    /// Whether what a term asks is asked by another already.
    pub(super) fn merged(&self, term: usize) -> bool {
        self.merged.contains(&term)
    }

    /// Whether rules part a weakness now.
    pub(super) fn parted(&self) -> bool {
        self.parted
    }

    /// Whether marks of inventory lag behind what weaknesses are.
    pub(super) fn lagging(&self) -> bool {
        self.lagging
    }

    /// What a term names, if it was looked up.
    pub(super) fn named(&self, term: usize) -> Option<&Named> {
        self.named.get(&term)?.as_ref().as_ref()
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

fn push_set(sql: &mut SqlBuilder, ids: Option<&Numbers>, engine: Engine) {
    let (before, after) = crate::dialect::number_set(engine);
    sql.push("o.id").push(before).bind(ids.cloned().unwrap_or_default()).push(after);
}

async fn settled(db: &Db, filter: &Filter, day: Day) -> Result<bool> {
    let mut sql = SqlBuilder::new("SELECT CAST(COALESCE(SUM(CASE WHEN ");
    super::push_later(&mut sql, filter, day);
    sql.push(" THEN 1 ELSE 0 END), 0) AS BIGINT), COUNT(*) FROM entry l");
    let rows: Vec<(i64, i64)> = db.all_built(sql).await?;
    Ok(rows.first().is_some_and(|(later, all)| later * 2 < *all))
}

/// What a scan saw, and what that is part of by now.
async fn seen_by(db: &Db, scan: ScanId) -> Result<BTreeSet<i64>> {
    let mut ids = seen_in(db.all(SEEN, binds![scan]).await?)?;
    let parts: Vec<(i64, i64)> = db.all(PARTS, binds![scan]).await?;
    for (part, whole) in parts {
        if ids.contains(&part) {
            ids.insert(whole);
        }
    }
    Ok(ids)
}

/// The distinct occurrences of packed sightings.
fn seen_in(packed: Vec<(Vec<u8>,)>) -> Result<BTreeSet<i64>> {
    let mut ids = BTreeSet::new();
    for (bytes,) in packed {
        ids.extend(unpack_sightings(&bytes)?.into_iter().map(|sighting| sighting.occurrence));
    }
    Ok(ids)
}
