//! Scans, imports and sources.

use super::account::bounded;
use crate::errors::{OrWire, internal};
use crate::import::{ImportPayload, QuarantinedRow, refusal_view, summary_of};
use crate::present::count;
use crate::request::Session;
use async_trait::async_trait;
use model::audit::AuditAct;
use model::error::{ErrorCode, WireError};
use model::filter::{Effect, Filter};
use model::policy::Action;
use model::view::scans::{
    GlanceView, ImportAct, ImportRow, ImportState, RefusalView, ScanPage, ScanRow, ScansPage, SourceRow,
};
use model::{Micros, ScanId};
use ports::{Answer, Scans};
use serde_json::{Value, json};
use store::ImportEffect;
use store::blob::BlobId;
use store::scans::{ImportJob, Scan};
use store::sources::SourceNew;

/// Scans a page.
const PAGE: u32 = 50;
/// How many imports that are no scan yet the page shows.
const IMPORTS: u32 = 20;

#[async_trait]
impl Scans for Session {
    async fn scans(&self, page: String) -> Answer<ScansPage> {
        let scoped = self.scoped(Action::SeeScans)?;
        let before = match page.as_str() {
            "" => None,
            text => Some(text.parse::<ScanId>().map_err(|_| WireError::invalid("page", "unreadable"))?),
        };
        let found = scoped.scan_list(before, PAGE).await.wire()?;
        let next = if found.len() == PAGE as usize { found.last().map(|scan| scan.id.to_string()) } else { None };
        let scans = found.into_iter().map(|scan| self.scan_row(scan)).collect::<Result<_, _>>()?;
        let imports = if before.is_none() { scoped.import_jobs(IMPORTS).await.wire()? } else { Vec::new() };
        let sources = scoped.source_list().await.wire()?.into_iter().map(|source| SourceRow {
            id: source.id.0,
            name: source.settings.name,
            space: source.settings.space,
            zone: source.settings.zone,
            scans: source.scans,
        });
        Ok(ScansPage {
            scans,
            imports: imports.into_iter().map(|job| self.import_row(job)).collect::<Result<_, _>>()?,
            sources: sources.collect(),
            mappings: scoped.mapping_names().await.wire()?,
            max_upload: self.service.max_upload,
            next: next.unwrap_or_default(),
        })
    }

    async fn scan(&self, id: i64) -> Answer<ScanPage> {
        let scoped = self.scoped(Action::SeeScans)?;
        let scan = scoped.scan(ScanId(id)).await.wire()?;
        let effect = effect(&scan)?;
        let summary = summary_of(&scan, &effect);
        let link = |effect, value| count(value, &Filter::new().effect(effect, scan.id));
        let quarantine = scoped.scan_quarantine(scan.id).await.wire()?;
        Ok(ScanPage {
            at: self.stamp(scan.at),
            recorded: self.stamp(scan.recorded_at),
            source: scan.source_name.clone(),
            step: scan.step.0,
            withdrawn: scan.withdrawn_step.map(|step| step.0),
            may_undo: self.viewer()?.may(Action::Undo),
            may_import: self.viewer()?.may(Action::Import),
            may_see_rows: self.viewer()?.may(Action::SeeEvidence),
            dated: scan.dated,
            outdated: effect.reader < ingest::READER && scan.withdrawn_step.is_none(),
            newer: effect.newer.map(|at| self.stamp(at)),
            new: link(Effect::New, summary.new),
            same: link(Effect::Same, summary.same),
            reopened: link(Effect::Reopened, summary.reopened),
            closed: link(Effect::Closed, summary.closed),
            not_retested: link(Effect::NotRetested, summary.not_retested),
            quarantine: quarantine.iter().map(|row| quarantined(row)).collect(),
            remarks: effect.remarks.into_iter().map(|remark| (remark.code, remark.detail)).collect(),
            summary,
        })
    }

    async fn import(&self, job: i64) -> Answer<ImportRow> {
        let job = self.scoped(Action::SeeScans)?.import_job(job).await.wire()?;
        self.import_row(job)
    }

    async fn import_act(&self, job: i64, act: ImportAct) -> Answer<Option<i64>> {
        self.require(Action::Import, None)?;
        let found = self.scoped(Action::SeeScans)?.import_job(job).await.wire()?;
        let payload: ImportPayload = serde_json::from_str(&found.payload).map_err(|error| internal(&error))?;
        let store = &self.service.store;
        let blob = BlobId(payload.blob);
        if act == ImportAct::Cancel {
            if !store.job_cancel(job, self.now()).await.wire()? {
                return Err(WireError { detail: "too_late".to_owned(), ..WireError::new(ErrorCode::Conflict) });
            }
            // The worker throws away what it reads as soon as it hears of it.
            if found.state == "queued" {
                store.blob_delete(blob).await.wire()?;
            }
            return Ok(None);
        }
        if !store.job_decide(job, self.now()).await.wire()? {
            return Err(WireError { detail: "decided".to_owned(), ..WireError::new(ErrorCode::Conflict) });
        }
        let next = match act {
            ImportAct::Import => ImportPayload { preview: false, ..payload },
            ImportAct::Accept => ImportPayload { accept_partial: true, ..payload },
            ImportAct::Cancel | ImportAct::Discard => {
                store.blob_delete(blob).await.wire()?;
                return Ok(None);
            }
        };
        let user = self.viewer()?.user();
        Ok(Some(self.service.enqueue_import(&next, found.total_bytes, user, self.now()).await.wire()?))
    }

    async fn date_scan(&self, scan: i64, at: String) -> Answer<()> {
        self.require(Action::Import, None)?;
        let scoped = self.scoped(Action::SeeScans)?;
        let found = scoped.scan(ScanId(scan)).await.wire()?;
        let sources = scoped.source_list().await.wire()?;
        let source = sources.into_iter().find(|source| source.id == found.source);
        let zone = source.map_or_else(|| self.service.zone.name(), |source| source.settings.zone);
        let stated = crate::import::stated(&at, &zone).map_err(|_| WireError::invalid("at", "unreadable"))?;
        if stated > self.now() {
            return Err(WireError::invalid("at", "in_the_future"));
        }
        self.service.store.scan_date(found.id, stated, self.viewer()?.user(), self.now()).await.wire()?;
        self.audit(AuditAct::DateScan, &format!("scan:{scan}"), &stated.rfc3339()).await
    }

    async fn reparse(&self, scan: i64) -> Answer<i64> {
        self.require(Action::Import, None)?;
        let found = self.scoped(Action::SeeScans)?.scan(ScanId(scan)).await.wire()?;
        // Whether it can be read again is known before anybody waits for it.
        self.service.store.original(found.id).await.wire()?;
        let payload = ImportPayload::of_scan(&found);
        let user = self.viewer()?.user();
        let job = self.service.enqueue_import(&payload, 0, user, self.now()).await.wire()?;
        self.audit(AuditAct::Reparse, &format!("scan:{scan}"), "").await?;
        Ok(job)
    }

    async fn undo(&self, scan: i64, redo: bool) -> Answer<()> {
        self.require(Action::Undo, None)?;
        self.scoped(Action::SeeScans)?.scan(ScanId(scan)).await.wire()?;
        let user = self.viewer()?.user();
        if redo {
            self.service.store.scan_redo(ScanId(scan), user, self.now()).await.wire()?;
        } else {
            self.service.store.scan_undo(ScanId(scan), user, self.now()).await.wire()?;
        }
        self.audit(if redo { AuditAct::Redo } else { AuditAct::Undo }, &format!("scan:{scan}"), "").await
    }

    async fn add_source(&self, name: String, space: String, zone: String) -> Answer<()> {
        bounded("name", &name, 120)?;
        bounded("space", &space, 120)?;
        crate::zone::parse(&zone).map_err(|_| WireError::invalid("zone", "unknown"))?;
        let new = SourceNew {
            name: name.trim().to_owned(),
            space: space.trim().to_owned(),
            zone,
            closing: posture::ClosingPolicy::Both,
            prefer_fqdn: false,
            aliases: Vec::new(),
        };
        self.scoped(Action::ManageSources)?.source_create(&new, self.now()).await.wire()?;
        self.audit(AuditAct::AddSource, &format!("source:{name}"), "").await
    }
}

impl Session {
    /// What the first bytes of a file say of it, before the rest is sent.
    ///
    /// # Errors
    /// The viewer may not import.
    pub fn glance(&self, head: &[u8]) -> Result<GlanceView, WireError> {
        self.require(Action::Import, None)?;
        Ok(match ingest::glance(head) {
            Ok(seen) => {
                let name = if seen.name.is_empty() { seen.policy } else { seen.name };
                GlanceView { format: seen.format, tool_version: seen.tool_version, name, refusal: None }
            }
            Err(refusal) => GlanceView { refusal: Some(refusal_view(&refusal)), ..GlanceView::default() },
        })
    }

    /// The rows of a scan's export that could not be read, one JSON object a line, as they stood in the file.
    ///
    /// # Errors
    /// The viewer may not see what scanners saw, there is no such scan, or the database failed.
    pub async fn quarantine_lines(&self, scan: i64) -> Result<Vec<u8>, WireError> {
        let rows = self.scoped(Action::SeeScans)?.scan_quarantine(ScanId(scan)).await.wire()?;
        self.require(Action::SeeEvidence, None)?;
        self.audit(AuditAct::ReadQuarantine, &format!("scan:{scan}"), "").await?;
        Ok(rows.into_iter().flat_map(|row| row.into_iter().chain([b'\n'])).collect())
    }

    /// Where an import stands, for the API: its state, and its summary once it is done.
    ///
    /// # Errors
    /// There is no such import that the viewer may know of, or the database failed.
    pub async fn import_status(&self, job: i64) -> Result<Value, WireError> {
        let row = ports::Scans::import(self, job).await?;
        let mut out = json!({ "id": row.job, "file": row.file });
        let state = serde_json::to_value(&row.state).map_err(|error| internal(&error))?;
        if let (Some(out), Value::Object(state)) = (out.as_object_mut(), state) {
            out.extend(state);
            if let ImportState::Done { scan, .. } = row.state {
                let page = ports::Scans::scan(self, scan).await?;
                out.insert(
                    "summary".to_owned(),
                    serde_json::to_value(&page.summary).map_err(|error| internal(&error))?,
                );
            }
        }
        Ok(out)
    }

    fn scan_row(&self, scan: Scan) -> Result<ScanRow, WireError> {
        let effect = effect(&scan)?;
        let summary = summary_of(&scan, &effect);
        Ok(ScanRow {
            id: scan.id.0,
            tool: scan.tool,
            at: self.stamp(scan.at),
            recorded: self.stamp(scan.recorded_at),
            assets: scan.assets,
            sightings: summary.sightings,
            new: summary.new,
            closed: summary.closed,
            withdrawn: scan.withdrawn_step.is_some(),
            file: scan.file,
            source: scan.source_name,
        })
    }

    fn import_row(&self, job: ImportJob) -> Result<ImportRow, WireError> {
        let payload: ImportPayload = serde_json::from_str(&job.payload).map_err(|error| internal(&error))?;
        let result = job.result.as_deref().unwrap_or("null");
        let state = match job.state.as_str() {
            "queued" => ImportState::Queued,
            "running" => ImportState::Running {
                phase: job.phase,
                done_bytes: job.done_bytes,
                total_bytes: job.total_bytes,
                rows: job.done_rows,
                seconds: job.started_at.map_or(0, |started| (job.updated_at - started).max(0) / 1_000_000),
            },
            "canceled" => ImportState::Canceled,
            "done" => match serde_json::from_str(result).map_err(|error| internal(&error))? {
                // Somebody has decided: to import it is another job, to throw it away is the end.
                ImportState::Previewed { .. } if job.phase != "waiting" => ImportState::Canceled,
                state => state,
            },
            _ => {
                let failed = || RefusalView { code: "failed".to_owned(), ..RefusalView::default() };
                let mut refusal: RefusalView = serde_json::from_str(result).unwrap_or_else(|_| failed());
                if job.phase != "waiting" {
                    refusal.readable = 0;
                }
                ImportState::Refused(refusal)
            }
        };
        Ok(ImportRow { job: job.id, file: payload.file, at: self.stamp(Micros(job.created_at)), state })
    }
}

/// What an import did, as the store kept it.
fn effect(scan: &Scan) -> Result<ImportEffect, WireError> {
    serde_json::from_str(&scan.result).map_err(|error| internal(&error))
}

/// A row in quarantine: line, reason, detail. The raw bytes are for a download.
fn quarantined(row: &[u8]) -> (u64, String, String) {
    let row: QuarantinedRow = serde_json::from_slice(row).unwrap_or_default();
    (row.line.unwrap_or(0), row.reason, row.detail.chars().take(200).collect())
}
