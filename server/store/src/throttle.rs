//! Failed sign-ins by account and by network: the wait doubles with every failure and survives restarts and replicas.

use crate::viewer::Unscoped;
use crate::{Result, binds};
use model::Micros;

crate::sql::statements! {
    /// How long a subject has to wait.
    GET = "SELECT failures, blocked_until, updated_at FROM sign_in_failure WHERE subject = $1";
    /// Keeps a failure.
    PUT = "INSERT INTO sign_in_failure (subject, failures, blocked_until, updated_at) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (subject) DO UPDATE SET failures = excluded.failures, blocked_until = excluded.blocked_until, \
        updated_at = excluded.updated_at";
    /// Forgets a subject's failures.
    CLEAR = "DELETE FROM sign_in_failure WHERE subject = $1";
    /// Forgets what is long ago.
    SWEEP = "DELETE FROM sign_in_failure WHERE updated_at < $1 AND blocked_until < $2";
}

/// Failures that cost nothing: people mistype.
const FREE: i64 = 5;
/// The longest wait.
const LONGEST: i64 = 900 * 1_000_000;
/// Failures older than this are forgotten.
const MEMORY: i64 = Micros::DAY;

/// How long to wait after so many failures, in microseconds: 1 s after the sixth, then twice as long each time.
#[must_use]
pub fn wait(failures: i64) -> i64 {
    if failures <= FREE {
        return 0;
    }
    let doublings = u32::try_from(failures - FREE - 1).unwrap_or(u32::MAX).min(20);
    (1_000_000i64 << doublings).min(LONGEST)
}

impl Unscoped<'_> {
    /// Until when any of the subjects (`account:login`, `network:address`) is blocked, if one is.
    ///
    /// # Errors
    /// The database fails.
    pub async fn throttle_check(&self, subjects: &[&str], now: Micros) -> Result<Option<Micros>> {
        let mut until = None;
        for subject in subjects {
            let row: Option<(i64, i64, i64)> = self.store.db.optional(GET, binds![*subject]).await?;
            until = until.max(row.map(|row| row.1).filter(|blocked| *blocked > now.0));
        }
        Ok(until.map(Micros))
    }

    /// Keeps a failure of each subject.
    ///
    /// # Errors
    /// The database fails.
    pub async fn throttle_failure(&self, subjects: &[&str], now: Micros) -> Result<()> {
        let mut tx = self.store.db.begin().await?;
        for subject in subjects {
            let row: Option<(i64, i64, i64)> = tx.optional(GET, binds![*subject]).await?;
            let before = row.filter(|row| row.2 > now.0 - MEMORY).map_or(0, |row| row.0);
            let failures = before.saturating_add(1);
            tx.execute(PUT, binds![*subject, failures, now.0 + wait(failures), now]).await?;
        }
        tx.commit().await
    }

    /// Forgets a subject's failures after a success.
    ///
    /// # Errors
    /// The database fails.
    pub async fn throttle_clear(&self, subject: &str) -> Result<()> {
        self.store.db.execute(CLEAR, binds![subject]).await?;
        Ok(())
    }

    /// Forgets what is long ago.
    ///
    /// # Errors
    /// The database fails.
    pub async fn throttle_sweep(&self, now: Micros) -> Result<u64> {
        self.store.db.execute(SWEEP, binds![now.0 - MEMORY, now]).await
    }
}
