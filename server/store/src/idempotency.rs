//! Requests of the API that carry a key of their own: the same one sent again does nothing more.

use crate::viewer::Unscoped;
use crate::{Error, Result, binds};
use model::Micros;

crate::sql::statements! {
    /// Keeps a key, if it is new.
    BEGIN = "INSERT INTO idempotency (token_id, name, request, job, created_at) VALUES ($1, $2, $3, NULL, $4) \
        ON CONFLICT (token_id, name) DO NOTHING";
    /// What was asked under a key, and what came of it.
    GET = "SELECT request, job FROM idempotency WHERE token_id = $1 AND name = $2";
    /// Keeps what came of it.
    DONE = "UPDATE idempotency SET job = $3 WHERE token_id = $1 AND name = $2";
    /// Forgets a key whose request failed, so that it can be tried again.
    DROP = "DELETE FROM idempotency WHERE token_id = $1 AND name = $2 AND job IS NULL";
    /// Forgets what is a day old.
    SWEEP = "DELETE FROM idempotency WHERE created_at < $1";
}

/// What is known of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// Nothing: the request is to be done.
    New,
    /// It was done, and this job came of it.
    Done(i64),
}

impl Unscoped<'_> {
    /// Takes a key of a token for a request, by the request's hash.
    ///
    /// # Errors
    /// The key was used for another request (`key_reused`), the first request is still under way (`key_in_use`), or the
    /// database fails.
    pub async fn idempotency_begin(&self, token: i64, name: &str, request: [u8; 32], now: Micros) -> Result<Known> {
        let mut tx = self.store.db.begin().await?;
        let taken = tx.execute(BEGIN, binds![token, name, request, now]).await?;
        let row: Option<(Vec<u8>, Option<i64>)> = tx.optional(GET, binds![token, name]).await?;
        tx.commit().await?;
        match row {
            _ if taken == 1 => Ok(Known::New),
            Some((before, _)) if before != request => Err(Error::Conflict("key_reused")),
            Some((_, Some(job))) => Ok(Known::Done(job)),
            _ => Err(Error::Conflict("key_in_use")),
        }
    }

    /// Keeps what came of a request; nothing came of one that failed, so that its key is free again.
    ///
    /// # Errors
    /// The database fails.
    pub async fn idempotency_end(&self, token: i64, name: &str, job: Option<i64>) -> Result<()> {
        match job {
            Some(job) => self.store.db.execute(DONE, binds![token, name, job]).await?,
            None => self.store.db.execute(DROP, binds![token, name]).await?,
        };
        Ok(())
    }

    /// Forgets keys of the day before.
    ///
    /// # Errors
    /// The database fails.
    pub async fn idempotency_sweep(&self, now: Micros) -> Result<u64> {
        self.store.db.execute(SWEEP, binds![now.0 - Micros::DAY]).await
    }
}
