//! The worker: claims jobs, one at a time, keeps their leases alive and says how far they are.

use crate::Service;
use crate::import::{Claim, ImportFileError, ImportPayload, Job, Progress, chunks};
use model::view::scans::{ImportState, RefusalView};
use model::{Micros, SourceId, UserId};
use std::sync::Arc;
use std::time::Duration;
use store::Reason;
use store::blob::BlobId;
use store::job::{Job as Claimed, JobEnd};

/// How often an idle worker looks for jobs that another replica queued.
const LOOK: Duration = Duration::from_secs(2);
/// How often a running job says how far it is.
const BEAT: Duration = Duration::from_millis(500);
/// How long a claim holds without a beat, in microseconds: a worker that died loses its job after this.
pub(crate) const LEASE: i64 = 60_000_000;
/// How long a file waits for a person to decide on it.
const PATIENCE: i64 = 7 * Micros::DAY;

impl Service {
    /// Queues an import, and rings for the worker.
    pub(crate) async fn enqueue_import(
        &self,
        payload: &ImportPayload,
        total_bytes: i64,
        user: Option<UserId>,
        now: Micros,
    ) -> anyhow::Result<i64> {
        let payload = serde_json::to_string(payload)?;
        let job = self.store.job_enqueue(&payload, total_bytes, user, now).await?;
        self.bell.notify_one();
        Ok(job)
    }

    /// Works until the task is ended. Errors are logged, and the next job is tried.
    pub async fn work(self: Arc<Self>) {
        let owner = crate::request::new_token();
        let mut swept = None;
        loop {
            let now = self.now();
            if swept.is_none_or(|last: Micros| now.0 - last.0 > Micros::DAY) {
                swept = Some(now);
                if let Err(error) = self.sweep().await {
                    tracing::error!(error = format!("{error:#}"), "what earlier runs left behind could not be swept");
                }
            }
            let lags = self.store.catch_up(now).await.unwrap_or_else(|error| {
                tracing::error!(%error, "what follows the clock could not be brought up to date");
                false
            });
            match self.store.job_claim(&owner, self.lease(), self.now()).await {
                Ok(Some(job)) => {
                    let id = job.id;
                    if let Err(error) = Box::pin(self.run(job, &owner)).await {
                        tracing::error!(job = id, error = format!("{error:#}"), "a job's end could not be recorded");
                    }
                }
                Ok(None) if lags => {}
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

    /// Brings up to date what follows the books without a step.
    ///
    /// # Errors
    /// The database fails.
    pub async fn catch_up(&self) -> anyhow::Result<()> {
        while self.store.catch_up(self.now()).await? {}
        Ok(())
    }

    /// Throws away what broke off, mappings that nobody went on with, and files on which nobody has decided for long.
    async fn sweep(&self) -> anyhow::Result<()> {
        self.store.sweep(self.now()).await?;
        self.anchor_audit().await?;
        let unscoped = self.store.unscoped(Reason::Job);
        unscoped.session_sweep(self.now()).await?;
        unscoped.throttle_sweep(self.now()).await?;
        unscoped.link_sweep(self.now()).await?;
        unscoped.idempotency_sweep(self.now()).await?;
        unscoped.policy_report_sweep(self.now()).await?;
        let expired = self.expire(false).await?;
        if expired.packs + expired.originals > 0 {
            tracing::info!(
                packs = expired.packs,
                originals = expired.originals,
                "what the policy no longer keeps is gone"
            );
        }
        self.store.mapping_draft_sweep(Micros(self.now().0 - Micros::DAY)).await?;
        self.store.inventory_draft_sweep(Micros(self.now().0 - Micros::DAY)).await?;
        self.store.override_draft_sweep(Micros(self.now().0 - Micros::DAY)).await?;
        for job in self.store.jobs_waiting(Micros(self.now().0 - PATIENCE)).await? {
            if self.store.job_decide(job, self.now()).await? {
                let payload: ImportPayload = serde_json::from_str(&self.store.job(job).await?.payload)?;
                self.store.blob_delete(BlobId(payload.blob)).await?;
            }
        }
        Ok(())
    }

    /// Runs one job and records how it ended.
    async fn run(&self, job: Claimed, owner: &str) -> anyhow::Result<()> {
        let progress = Arc::new(Progress::default());
        // Both go on side by side: a beat may wait for the one writer of SQLite while the import holds it.
        let outcome = tokio::select! {
            outcome = self.import_upload(&job, owner, Arc::clone(&progress)) => outcome,
            () = self.beats(&job, owner, &progress) => Err(ImportFileError::Failed(anyhow::anyhow!("the beats ended"))),
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
        let waits = match &state {
            ImportState::Previewed { .. } => true,
            ImportState::Refused(refusal) => refusal.readable > 0,
            _ => false,
        };
        let result = match &state {
            ImportState::Refused(refusal) => serde_json::to_string(refusal)?,
            state => serde_json::to_string(state)?,
        };
        let ended = self.store.job_finish(job.id, owner, JobEnd { failed, waits }, &result, self.now()).await?;
        // One that was canceled meanwhile waits for nobody.
        let payload: ImportPayload = serde_json::from_str(&job.payload)?;
        let kept = waits && ended || matches!(&state, ImportState::Refused(refusal) if refusal.code == "failed");
        if !kept && payload.reparse.is_none() {
            self.store.blob_delete(BlobId(payload.blob)).await?;
        }
        Ok(())
    }

    /// Says again and again how far the job is; if it is not this worker's any more, asks the import to stop.
    async fn beats(&self, job: &Claimed, owner: &str, progress: &Progress) {
        loop {
            tokio::time::sleep(BEAT).await;
            match self.store.job_progress(job.id, owner, progress.reached(), self.lease(), self.now()).await {
                Ok(true) => {}
                Ok(false) => progress.stop(),
                // The next beat may succeed, and the lease outlives many of them.
                Err(error) => tracing::warn!(job = job.id, %error, "a job could not say how far it is"),
            }
        }
    }

    /// Until when a claim holds without another beat.
    fn lease(&self) -> Micros {
        Micros(self.now().0 + LEASE)
    }

    async fn import_upload(
        &self,
        job: &Claimed,
        owner: &str,
        progress: Arc<Progress>,
    ) -> std::result::Result<ImportState, ImportFileError> {
        let payload: ImportPayload = serde_json::from_str(&job.payload)?;
        if let Some(scan) = payload.reparse {
            self.reparse(scan, job.user_id.map(UserId), false).await?;
            return Ok(ImportState::Done { scan, already_imported: false });
        }
        let source = self.store.unscoped(Reason::Job).source(SourceId(payload.source)).await?;
        let blob = BlobId(payload.blob);
        let head = self.store.blob_chunk(blob, 0).await?.unwrap_or_default();
        if ingest::is_archive(&head) {
            return self.unpack_upload(job, &payload).await;
        }
        let mapping = match payload.mapping.as_str() {
            "" => None,
            name => Some(self.store.mapping(name).await?),
        };
        let told = match payload.told {
            Some(id) => Some(self.store.told(id).await?),
            None => None,
        };
        let import = Job {
            source: source.id,
            zone: source.settings.zone,
            file: payload.file,
            user: job.user_id.map(UserId),
            claim: Some(Claim { job: job.id, owner: owner.to_owned() }),
            stated_at: None,
            whole_project: payload.whole_project,
            accept_partial: payload.accept_partial,
            mapping,
            told,
            settings: None,
            dry_run: payload.preview,
            progress,
        };
        let (summary, remarks) = self.import(chunks(self.store.clone(), blob), import).await?;
        if payload.preview && !summary.already_imported {
            let dated = summary.time_basis != "upload";
            return Ok(ImportState::Previewed { summary: Box::new(summary), remarks, dated });
        }
        Ok(ImportState::Done { scan: summary.scan_id.unwrap_or_default(), already_imported: summary.already_imported })
    }
}
