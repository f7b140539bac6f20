//! Background work as rows: enqueued, claimed by lease, reported on, finished. Any number of workers may race; a worker that
//! dies loses its lease and another takes over.

use crate::dialect;
use crate::error::{Error, Result};
use crate::{Store, binds};
use model::{Micros, UserId};

crate::sql::statements! {
    ENQUEUE = "INSERT INTO job (kind, payload, state, phase, done_bytes, total_bytes, done_rows, attempts, user_id, created_at, \
        updated_at, run_after) VALUES ('import', $1, 'queued', 'queued', 0, $2, 0, 0, $3, $4, $4, $4) RETURNING id";
    PROGRESS = "UPDATE job SET phase = $3, done_bytes = $4, done_rows = $5, lease_until = $6, updated_at = $7 \
        WHERE id = $1 AND lease_owner = $2 AND state = 'running'";
    FINISH = "UPDATE job SET state = $3, phase = $4, result = $5, lease_until = NULL, updated_at = $6 \
        WHERE id = $1 AND lease_owner = $2 AND state = 'running'";
    // What is being written becomes visible in one step: it can be undone, but not stopped half-way.
    CANCEL = "UPDATE job SET state = 'canceled', phase = 'canceled', updated_at = $2 WHERE id = $1 \
        AND state IN ('queued', 'running') AND phase <> 'write'";
    DECIDE = "UPDATE job SET phase = state, updated_at = $2 WHERE id = $1 AND phase = 'waiting'";
    WAITING = "SELECT id FROM job WHERE phase = 'waiting' AND updated_at < $1 ORDER BY id";
    GET = "SELECT id, payload, state, phase, done_bytes, total_bytes, done_rows, result, attempts, user_id, created_at, \
        updated_at FROM job WHERE id = $1";
}

/// A job as it stands.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Job {
    /// Its number.
    pub id: i64,
    /// What to do, as JSON of the one who enqueued it.
    pub payload: String,
    /// `queued`, `running`, `done`, `failed` or `canceled`.
    pub state: String,
    /// Where it is.
    pub phase: String,
    /// Bytes read so far.
    pub done_bytes: i64,
    /// Bytes to read.
    pub total_bytes: i64,
    /// Rows read so far.
    pub done_rows: i64,
    /// How it ended, as JSON of the one who did it.
    pub result: Option<String>,
    /// How often it was claimed.
    pub attempts: i64,
    /// Whose it is.
    pub user_id: Option<i64>,
    /// When it was enqueued, in microseconds.
    pub created_at: i64,
    /// When it last changed, in microseconds.
    pub updated_at: i64,
}

/// How a job ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobEnd {
    /// It could not do what it was to do.
    pub failed: bool,
    /// What it was given is kept, because a person may go on with it: until they decide, or some days have gone.
    pub waits: bool,
}

/// How far a job is.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    /// Where it is: a stable word.
    pub phase: &'a str,
    /// Bytes read so far.
    pub bytes: i64,
    /// Rows read so far.
    pub rows: i64,
}

impl Store {
    /// Enqueues an import.
    ///
    /// # Errors
    /// The database fails.
    pub async fn job_enqueue(&self, payload: &str, total_bytes: i64, user: Option<UserId>, now: Micros) -> Result<i64> {
        let mut tx = self.db.begin().await?;
        let (id,): (i64,) = tx.one(ENQUEUE, binds![payload, total_bytes, user, now]).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Claims the oldest job that waits, or whose worker's lease ran out, until `lease_until`.
    ///
    /// # Errors
    /// The database fails.
    pub async fn job_claim(&self, worker: &str, lease_until: Micros, now: Micros) -> Result<Option<Job>> {
        let mut tx = self.db.begin().await?;
        let job = tx.optional(dialect::claim_job(self.engine()), binds![worker, lease_until, now]).await?;
        tx.commit().await?;
        Ok(job)
    }

    /// Reports how far a job is and extends its lease. False if the job is not this worker's any more: it was canceled, or
    /// the lease ran out and another took it.
    ///
    /// # Errors
    /// The database fails.
    pub async fn job_progress(
        &self,
        id: i64,
        worker: &str,
        progress: Progress<'_>,
        lease_until: Micros,
        now: Micros,
    ) -> Result<bool> {
        let Progress { phase, bytes, rows } = progress;
        let binds = binds![id, worker, phase, bytes, rows, lease_until, now];
        Ok(self.db.execute(PROGRESS, binds).await? == 1)
    }

    /// Ends a job with its result. False if it is not this worker's any more.
    ///
    /// # Errors
    /// The database fails.
    pub async fn job_finish(&self, id: i64, worker: &str, end: JobEnd, result: &str, now: Micros) -> Result<bool> {
        let state = if end.failed { "failed" } else { "done" };
        let phase = if end.waits { "waiting" } else { state };
        Ok(self.db.execute(FINISH, binds![id, worker, state, phase, result, now]).await? == 1)
    }

    /// Takes the decision on a job that waits for one. False if it does not, or another took it first.
    ///
    /// # Errors
    /// The database fails.
    pub async fn job_decide(&self, id: i64, now: Micros) -> Result<bool> {
        Ok(self.db.execute(DECIDE, binds![id, now]).await? == 1)
    }

    /// Jobs that have waited for a decision since before an instant.
    ///
    /// # Errors
    /// The database fails.
    pub async fn jobs_waiting(&self, before: Micros) -> Result<Vec<i64>> {
        let rows: Vec<(i64,)> = self.db.all(WAITING, binds![before]).await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    /// Cancels a job that has not ended and does not write yet. False if it has, or does.
    ///
    /// # Errors
    /// The database fails.
    pub async fn job_cancel(&self, id: i64, now: Micros) -> Result<bool> {
        Ok(self.db.execute(CANCEL, binds![id, now]).await? == 1)
    }

    /// A job as it stands.
    ///
    /// # Errors
    /// There is no such job.
    pub async fn job(&self, id: i64) -> Result<Job> {
        self.db.optional(GET, binds![id]).await?.ok_or(Error::NotFound("job"))
    }
}
