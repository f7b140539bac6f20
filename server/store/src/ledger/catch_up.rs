//! What follows inputs and the clock without a step of its own, because no number changes by it.

use crate::{Error, Result, Store, binds};
use model::Micros;

crate::sql::statements! {
    /// From which finding on marks lag, and the first end of an acceptance that its head has not followed yet.
    DUE = "SELECT h.marks_from, (SELECT MIN(o.accepted_until) FROM occurrence o WHERE o.status = 7) AS ends FROM head h";
}

impl Store {
    /// Brings up to date what pages read faster when it is: the heads of acceptances that have run out, and a window of the
    /// marks that lag. For the server, from time to time. The answer is whether marks still lag.
    ///
    /// # Errors
    /// The database fails.
    pub async fn catch_up(&self, now: Micros) -> Result<bool> {
        // Asked first without the lock for which every step waits.
        let due: Option<(Option<i64>, Option<i64>)> = self.db.optional(DUE, binds![]).await?;
        let (marks_from, ends) = due.ok_or_else(|| Error::damaged("there is no head"))?;
        if ends.is_some_and(|end| end <= now.0) {
            self.acceptances_expire(now).await?;
        }
        if marks_from.is_some() { self.marks_follow().await } else { Ok(false) }
    }
}
