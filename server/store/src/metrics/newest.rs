//! The newest book of a question: the next one is made of it and of the entries that were posted since, because a ledger is
//! only ever added to. After a decision nobody waits until two years are summed again.

use super::{ledger, read, rollup};
use crate::db::Tx;
use crate::filter_sql::{Selection, Sets};
use crate::viewer::Scoped;
use crate::{Error, Result, binds};
use model::Micros;
use model::filter::Filter;
use posture::metrics::Cell;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

crate::sql::statements! {
    HEAD = "SELECT step, recorded_at FROM head";
    /// Whether a step is the one that is known by its number; and whether a class has changed since, anywhere or on some assets,
    /// which moves sums of the past without an entry.
    SINCE = "SELECT COALESCE((SELECT k.recorded_at FROM step k WHERE k.step = $1), 0), \
        CAST(CASE WHEN EXISTS (SELECT 1 FROM reclassification r WHERE r.step > $1) \
        OR EXISTS (SELECT 1 FROM parted p WHERE p.step > $1) OR EXISTS (SELECT 1 FROM parted p WHERE p.until_step > $1) \
        THEN 1 ELSE 0 END AS BIGINT)";
    POSTED = "SELECT COUNT(*) FROM (SELECT 1 FROM entry e WHERE e.step > $1 LIMIT $2) x";
}

/// The questions whose newest books are kept.
const QUESTIONS: usize = 16;

/// The most entries that are added to a book: summing more of them would be slower than reading the roll-up.
const MOST_POSTED: i64 = 10_000;

/// A step, and when it was recorded: that tells it from the same number in a database that was restored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
struct At {
    step: i64,
    recorded_at: i64,
}

/// The newest books by the text of their filter, for viewers who see everything.
#[derive(Debug, Default)]
pub(crate) struct Newest(Mutex<HashMap<String, (At, Vec<Cell>)>>);

impl Newest {
    fn books(&self) -> MutexGuard<'_, HashMap<String, (At, Vec<Cell>)>> {
        // A map is as good after a panic as before: what is in it is whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, question: &str) -> Option<(At, Vec<Cell>)> {
        self.books().get(question).cloned()
    }

    fn put(&self, question: String, at: At, cells: &[Cell]) {
        let mut books = self.books();
        if books.len() >= QUESTIONS
            && !books.contains_key(&question)
            && let Some(other) = books.keys().next().cloned()
        {
            books.remove(&other);
        }
        books.insert(question, (at, cells.to_vec()));
    }
}

impl Scoped<'_> {
    /// The cells of a filter that the roll-up answers, at the head.
    pub(super) async fn newest_cells(&self, filter: &Filter, now: Micros) -> Result<Vec<Cell>> {
        let newest = &self.store.newest;
        let question = filter.to_string();
        let mut tx = self.store.db.snapshot().await?;
        let at: At = tx.optional(HEAD, binds![]).await?.ok_or_else(|| Error::damaged("there is no head"))?;
        let cells = match newest.get(&question) {
            Some((before, cells)) if before == at => cells,
            Some((before, mut cells)) if follows(&mut tx, before).await? => {
                let config = &self.store.config;
                let sets = Sets::load(self.store, filter, now).await?;
                let selection = Selection::entries(self.viewer, filter, config, tx.engine(), &sets, now);
                let posted = tx.all_built(ledger(&selection, Some(before.step))).await?;
                cells.extend(posted.into_iter().map(read).collect::<Result<Vec<Cell>>>()?);
                cells
            }
            _ => tx.all_built(rollup(filter)).await?.into_iter().map(read).collect::<Result<_>>()?,
        };
        tx.rollback().await?;
        newest.put(question, at, &cells);
        Ok(cells)
    }
}

/// Whether the books of this transaction are those of a step and a few entries more.
async fn follows(tx: &mut Tx, before: At) -> Result<bool> {
    let (recorded_at, reclassified): (i64, i64) = tx.one(SINCE, binds![before.step]).await?;
    if recorded_at != before.recorded_at || reclassified != 0 {
        return Ok(false);
    }
    let (posted,): (i64,) = tx.one(POSTED, binds![before.step, MOST_POSTED]).await?;
    Ok(posted < MOST_POSTED)
}
