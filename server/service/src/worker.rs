//! The worker: claims jobs, one at a time, keeps their leases alive and says how far they are.

use crate::Service;
use crate::import::{ImportFileError, ImportPayload, Job, Progress, chunks};
use model::view::scans::{ImportState, RefusalView};
use model::{Micros, SourceId, UserId};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use store::blob::BlobId;
use store::job::{Job as Claimed, Progress as Reached};
use store::{Reason, Result};

/// How often an idle worker looks for jobs that another replica queued.
const LOOK: Duration = Duration::from_secs(2);
/// How often a running job says how far it is.
const BEAT: Duration = Duration::from_millis(500);
/// How long a claim holds without a beat, in microseconds: a worker that died loses its job after this.
const LEASE: i64 = 60_000_000;

impl Service {
    /// Queues an import.
    pub(crate) async fn enqueue_import(
        &self,
        payload: &ImportPayload,
        total_bytes: i64,
        user: Option<UserId>,
        now: Micros,
    ) -> anyhow::Result<i64> {
        let payload = serde_json::to_string(payload)?;
        Ok(self.store.job_enqueue(&payload, total_bytes, user, now).await?)
    }

    /// Works until the task is ended. Errors are logged, and the next job is tried.
    pub async fn work(self: Arc<Self>) {
        let owner = crate::request::new_token();
        if let Err(error) = self.store.sweep(self.now()).await {
            tracing::error!(%error, "what earlier runs left behind could not be swept");
        }
        loop {
            match self.store.job_claim(&owner, self.lease(), self.now()).await {
                Ok(Some(job)) => {
                    let id = job.id;
                    if let Err(error) = self.run(job, &owner).await {
                        tracing::error!(job = id, error = format!("{error:#}"), "a job's end could not be recorded");
                    }
                }
                Ok(None) => {
                    tokio::select! {
                        () = self.bell.notified() => {}
                        () = tokio::time::sleep(LOOK) => {}
                    }
                }
                Err(error) => {
                    tracing::error!(%error, "jobs could not be looked for");
                    tokio::time::sleep(LOOK).await;
                }
            }
        }
    }

    /// Runs one job and records how it ended.
    async fn run(&self, job: Claimed, owner: &str) -> anyhow::Result<()> {
        let progress = Arc::new(Progress::default());
        let outcome = {
            let work = self.import_upload(&job, Arc::clone(&progress));
            tokio::pin!(work);
            loop {
                tokio::select! {
                    outcome = &mut work => break outcome,
                    () = tokio::time::sleep(BEAT) => self.beat(&job, owner, &progress).await?,
                }
            }
        };
        let (failed, state) = match outcome {
            Ok(state) => (false, state),
            Err(ImportFileError::Refused(refusal)) => (true, ImportState::Refused(refusal)),
            Err(ImportFileError::Failed(error)) => {
                let reference = crate::errors::internal(&format!("{error:#}")).reference;
                let refusal = RefusalView { code: "failed".to_owned(), detail: reference, ..RefusalView::default() };
                (true, ImportState::Refused(refusal))
            }
        };
        let result = match &state {
            ImportState::Refused(refusal) => serde_json::to_string(refusal)?,
            state => serde_json::to_string(state)?,
        };
        self.store.job_finish(job.id, owner, failed, &result, self.now()).await?;
        Ok(())
    }

    async fn beat(&self, job: &Claimed, owner: &str, progress: &Progress) -> Result<()> {
        let bytes = i64::try_from(progress.bytes.load(Ordering::Relaxed)).unwrap_or(i64::MAX);
        let rows = i64::try_from(progress.rows.load(Ordering::Relaxed)).unwrap_or(i64::MAX);
        let phase = if bytes < job.total_bytes { "parse" } else { "write" };
        let reached = Reached { phase, bytes, rows };
        self.store.job_progress(job.id, owner, reached, self.lease(), self.now()).await?;
        Ok(())
    }

    /// Until when a claim holds without another beat.
    fn lease(&self) -> Micros {
        Micros(self.now().0 + LEASE)
    }

    async fn import_upload(
        &self,
        job: &Claimed,
        progress: Arc<Progress>,
    ) -> std::result::Result<ImportState, ImportFileError> {
        let payload: ImportPayload = serde_json::from_str(&job.payload)?;
        let source = self.store.unscoped(Reason::Job).source(SourceId(payload.source)).await?;
        let blob = BlobId(payload.blob);
        let import = Job {
            source: source.id,
            zone: source.settings.zone,
            file: payload.file,
            user: job.user_id.map(UserId),
            job: Some(job.id),
            stated_at: None,
            whole_project: payload.whole_project,
            dry_run: false,
            progress,
        };
        let outcome = self.import(chunks(self.store.clone(), blob), import).await;
        if !matches!(outcome, Err(ImportFileError::Failed(_))) {
            self.store.blob_delete(blob).await?;
        }
        let summary = outcome?;
        Ok(ImportState::Done { scan: summary.scan_id.unwrap_or_default(), already_imported: summary.already_imported })
    }
}
