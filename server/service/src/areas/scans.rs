//! Scans, imports and sources.

use super::account::bounded;
use crate::errors::{OrWire, internal};
use crate::import::{ImportPayload, summary_of};
use crate::present::count;
use crate::request::Session;
use async_trait::async_trait;
use model::ScanId;
use model::audit::AuditAct;
use model::error::WireError;
use model::filter::{Effect, Filter};
use model::policy::Action;
use model::view::scans::{ImportRow, ImportState, RefusalView, ScanPage, ScanRow, ScansPage, SourceRow};
use ports::{Answer, Scans};
use serde_json::{Value, json};
use store::ImportEffect;
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
        };
        self.scoped(Action::ManageSources)?.source_create(&new, self.now()).await.wire()?;
        self.audit(AuditAct::AddSource, &format!("source:{name}"), "").await
    }
}

impl Session {
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
            },
            "done" => serde_json::from_str(result).map_err(|error| internal(&error))?,
            _ => ImportState::Refused(
                serde_json::from_str(result)
                    .unwrap_or_else(|_| RefusalView { code: "failed".to_owned(), ..RefusalView::default() }),
            ),
        };
        Ok(ImportRow { job: job.id, file: payload.file, at: self.stamp(job.created_at), state })
    }
}

/// What an import did, as the store kept it.
fn effect(scan: &Scan) -> Result<ImportEffect, WireError> {
    serde_json::from_str(&scan.result).map_err(|error| internal(&error))
}

/// A row in quarantine: line, reason, detail. The raw bytes are for a download.
fn quarantined(row: &[u8]) -> (u64, String, String) {
    let value: Value = serde_json::from_slice(row).unwrap_or(Value::Null);
    let text = |key: &str| value[key].as_str().unwrap_or_default().chars().take(200).collect();
    (value["line"].as_u64().unwrap_or(0), text("reason"), text("detail"))
}
