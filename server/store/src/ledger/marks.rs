//! The mark by which lists leave inventory out.
//!
//! Whether a finding is inventory, its weakness says, or where rules part that, the pair of weakness and asset. The mark in its row
//! repeats it, so that the indexes of what is open hold no inventory and a page reads its own rows alone. To move a mark moves
//! its row in all of them, so that a step marks only a few rows itself. Where more are to be marked, the head says from which
//! finding on marks lag; who asks meanwhile reads the classes instead, and the marks follow window by window, in the order of
//! the rows. No input and no number changes by that.

use crate::db::Tx;
use crate::step::{self, Taken};
use crate::{Result, Store, binds};

/// How many rows a step marks itself, and a window holds.
pub const MARKED_AT_ONCE: i64 = 5_000;

/// The occurrences `o` whose mark is not what their class says; it ends in conditions, so that more can follow.
macro_rules! wrongly_marked {
    () => {
        " JOIN weakness w ON w.id = o.weakness_id LEFT JOIN parted p ON p.asset_id = o.asset_id \
         AND p.weakness_id = o.weakness_id AND p.until_step IS NULL \
         WHERE o.inventory <> CASE WHEN COALESCE(p.owasp_2021, w.owasp_2021) = -1 THEN 1 ELSE 0 END"
    };
}
pub(crate) use wrongly_marked;

/// Turns the marks of the occurrences of a query.
macro_rules! turn {
    ($($ids:expr),+) => {
        concat!("UPDATE occurrence SET inventory = 1 - inventory WHERE id IN (", $($ids),+, ")")
    };
}

crate::sql::statements! {
    OF_WEAKNESSES = turn!(
        "SELECT o.id FROM reclassification r JOIN occurrence o ON o.weakness_id = r.weakness_id", wrongly_marked!(),
        " AND r.step = $1 LIMIT $2"
    );
    OF_PAIRS = turn!(
        "SELECT o.id FROM (SELECT DISTINCT weakness_id, asset_id FROM parted WHERE step = $1 OR until_step = $1) c \
         JOIN occurrence o ON o.weakness_id = c.weakness_id AND o.asset_id = c.asset_id", wrongly_marked!(), " LIMIT $2"
    );
    // Marks behind the one from which they lag already are looked at by those windows too.
    LAG = "UPDATE head SET marks_from = 0 WHERE id = 1";
    LAGGING = "SELECT marks_from FROM head WHERE id = 1";
    // In the order of the rows, so that each page of the table is written once.
    WINDOW = turn!("SELECT o.id FROM occurrence o", wrongly_marked!(), " AND o.id >= $1 AND o.id < $2");
    // Behind the last finding no mark lags.
    ADVANCE = "UPDATE head SET marks_from = CASE WHEN $1 > (SELECT COALESCE(MAX(o.id), 0) FROM occurrence o) THEN NULL \
        ELSE $1 END WHERE id = 1 RETURNING marks_from";
}

/// What a step moved.
#[derive(Clone, Copy, Debug)]
pub(super) enum Of {
    /// Weaknesses: the step's reclassifications.
    Weaknesses,
    /// Weaknesses on single assets: the pairs that it parted, or made whole.
    Pairs,
}

/// Marks the findings of what a step moved, or where they are many, says that their marks lag.
pub(super) async fn mark(tx: &mut Tx, taken: Taken, of: Of) -> Result<()> {
    let sql = match of {
        Of::Weaknesses => OF_WEAKNESSES,
        Of::Pairs => OF_PAIRS,
    };
    let marked = tx.execute(sql, binds![taken.step, taken.marks]).await?;
    if i64::try_from(marked).is_ok_and(|marked| marked < taken.marks) {
        return Ok(());
    }
    tx.execute(LAG, binds![]).await?;
    Ok(())
}

impl Store {
    /// Brings the marks of one window of findings up to date, if marks lag. The answer is whether any still do.
    pub(super) async fn marks_follow(&self) -> Result<bool> {
        let mut tx = self.db.begin().await?;
        step::lock(&mut tx).await?;
        let (Some(from),) = tx.one::<(Option<i64>,)>(LAGGING, binds![]).await? else { return Ok(false) };
        let next = from + self.config.marks.max(1);
        tx.execute(WINDOW, binds![from, next]).await?;
        let (lagging,): (Option<i64>,) = tx.one(ADVANCE, binds![next]).await?;
        tx.commit().await?;
        Ok(lagging.is_some())
    }
}
