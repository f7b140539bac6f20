//! Sweeping: what imports that broke off have staged is thrown away. Nothing of it was ever visible.

use super::{ImportNo, drop_staged_on, original_of};
use crate::error::Result;
use crate::{Store, binds};
use model::Micros;

/// How long an import without a job may run before it counts as broken off.
const PATIENCE: i64 = Micros::DAY / 4;

crate::sql::statements! {
    // A job's import is alive while the job's lease is; one from the command line for some hours.
    BROKEN_OFF = "SELECT i.id FROM import i LEFT JOIN job j ON j.id = i.job_id WHERE i.state = 'running' \
        AND (i.started_at < $2 OR (j.id IS NOT NULL AND (j.state <> 'running' OR COALESCE(j.lease_until, 0) < $1)))";
    ABANDON = "UPDATE import SET state = 'abandoned', finished_at = $2, original_blob = NULL WHERE id = $1 \
        AND state = 'running'";
    STALE_UPLOADS = "DELETE FROM blob WHERE purpose = 'upload' AND complete = 0 AND created_at < $1";
}

/// What was swept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Imports that had broken off.
    pub imports: u64,
    /// Uploads that had broken off.
    pub uploads: u64,
}

impl Store {
    /// Throws away what imports and uploads that broke off have left. For the start of the server and from time to time.
    ///
    /// # Errors
    /// The database fails.
    pub async fn sweep(&self, now: Micros) -> Result<Swept> {
        let stale = now.0 - PATIENCE;
        let broken: Vec<(i64,)> = self.db.all(BROKEN_OFF, binds![now, stale]).await?;
        let mut swept = Swept::default();
        for (id,) in broken {
            let mut tx = self.db.begin().await?;
            let original = original_of(&mut tx, ImportNo(id)).await?;
            if tx.execute(ABANDON, binds![id, now]).await? == 1 {
                drop_staged_on(&mut tx, ImportNo(id), original).await?;
                swept.imports += 1;
            }
            tx.commit().await?;
        }
        swept.uploads = self.db.execute(STALE_UPLOADS, binds![now.0 - Micros::DAY]).await?;
        Ok(swept)
    }
}
