//! From a finished scan to the books: its result is fetched, sealed, and imported like any other file.

use super::{Ask, Kept, SECOND, Step, admits, logged};
use crate::Service;
use crate::import::{ImportPayload, shown_name, visited};
use model::RunEvent;
use model::UserId;
use model::facts::RanThere;
use model::scanner::ConnectorKind;
use model::view::scans::{ImportState, RefusalView};
use scanners::{Connector, Coverage, Exported, Fault, Output, Remote};
use std::collections::BTreeSet;
use store::blob::BlobId;
use tokio::io::AsyncReadExt;

/// How much of a download is under way between two tasks, in bytes.
const PIPE: usize = 256 * 1024;

impl Service {
    /// Fetches the result of a scan that has finished, and queues its import.
    pub(super) async fn fetch(&self, mut step: Step) -> anyhow::Result<Step> {
        let now = self.now();
        if step.run.cancel == 1 {
            step.end(RunEvent::Canceled, "by_hand", "", now);
            return Ok(step);
        }
        let row = self.store.connector(step.run.connector_id).await?;
        let connector = match self.connector_of(row.id).await? {
            Ok(connector) => connector,
            Err(fault) => {
                step.fault(&fault, now);
                return Ok(step);
            }
        };
        let nature = connector.nature();
        step.held = nature.in_process && self.here.holds(step.run.id);
        let Some(remote) = step.run.remote.clone().map(Remote::stored) else {
            step.end(RunEvent::Failed, "damaged", "", now);
            return Ok(step);
        };
        let (blob, exported) = match self.download(&*connector, &remote).await? {
            Ok(fetched) => fetched,
            Err(fault) => {
                step.fault(&fault, self.now());
                return Ok(step);
            }
        };
        step.lines.extend(exported.lines.iter().map(logged));
        log_coverage(&mut step, exported.coverage.as_ref());
        if exported.partial {
            // Part of a result proves nothing about what is missing from it.
            self.store.blob_delete(blob).await?;
            step.end(RunEvent::Failed, "partial", "", self.now());
            return Ok(step);
        }
        let kept: Kept = serde_json::from_str(&row.settings).unwrap_or_default();
        let name = shown_name(&exported.name);
        let payload = ImportPayload {
            blob: blob.0,
            source: row.source_id,
            file: if name.is_empty() { format!("run-{}", step.run.id) } else { name },
            // It is what the scanner has of the scan, no selection by hand.
            whole_project: step.run.ask.is_some() && step.run.part.is_empty(),
            preview: false,
            accept_partial: false,
            mapping: kept.mapping,
            reparse: None,
            told: self.told(&step, row.kind.parse().ok(), exported.coverage).await?,
        };
        let total = i64::try_from(exported.bytes).unwrap_or(i64::MAX);
        let job = self.enqueue_import(&payload, total, step.run.user_id.map(UserId), self.now()).await?;
        step.event(RunEvent::Exported);
        step.run.job_id = Some(job);
        step.run.tries = 0;
        step.run.percent = None;
        step.run.reason.clear();
        step.run.look_at = self.now().0;
        step.held = false;
        step.log("exported", Some(total), "");
        Ok(step)
    }

    /// Keeps what the scanner told of a run that was asked for: what ran where is the proof behind *gone*.
    async fn told(
        &self,
        step: &Step,
        kind: Option<ConnectorKind>,
        coverage: Option<Coverage>,
    ) -> anyhow::Result<Option<i64>> {
        let Some(ask) = step.run.ask.as_deref() else { return Ok(None) };
        let ask: Ask = serde_json::from_str(ask)?;
        let mut told = RanThere { asked: ask.series(!step.run.part.is_empty()), ..RanThere::default() };
        let held = coverage.as_ref().and_then(|coverage| coverage.login_held);
        // Who was told to sign in and does not say that it held was not signed in; and ZAP knows that without a login it is nobody.
        told.signed_in = held.or((ask.signed_in || kind == Some(ConnectorKind::Zap)).then_some(false));
        if let Some(Coverage { urls, rules, .. }) = coverage {
            let whole: BTreeSet<String> = rules.into_iter().filter(|rule| rule.whole).map(|rule| rule.id).collect();
            told.rules = (!whole.is_empty()).then(|| whole.into_iter().collect());
            let tested = |url: &&str| admits(url, &ask.targets, &ask.exclude);
            told.visited = (!urls.is_empty()).then(|| visited(urls.iter().map(String::as_str).filter(tested)));
        }
        Ok(Some(self.store.told_keep(told).await?))
    }

    /// Writes a scan's result into a sealed blob; what came before a fault is thrown away.
    async fn download(
        &self,
        connector: &dyn Connector,
        remote: &Remote,
    ) -> anyhow::Result<Result<(BlobId, Exported), Fault>> {
        let mut writer = self.store.upload_begin(self.now()).await?;
        let (mut ours, mut theirs) = tokio::io::duplex(PIPE);
        let max = self.max_upload;
        let export = async move {
            let exported = connector.export(remote, &mut Output::new(&mut theirs, max)).await;
            // The other end sees the end of the file once this one is gone.
            drop(theirs);
            exported
        };
        let keep = async {
            let mut buffer = vec![0; PIPE];
            loop {
                let read = ours.read(&mut buffer).await?;
                let Some(bytes) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
                writer.write(bytes).await?;
            }
            anyhow::Ok(())
        };
        let (exported, kept) = tokio::join!(export, keep);
        match (exported, kept) {
            (Ok(exported), Ok(())) => Ok(Ok((writer.finish().await?, exported))),
            (Err(fault), Ok(())) => {
                writer.abandon().await?;
                Ok(Err(fault))
            }
            (_, Err(error)) => {
                writer.abandon().await?;
                Err(error)
            }
        }
    }

    /// Looks how far the import of a result is.
    pub(super) async fn imported(&self, mut step: Step) -> anyhow::Result<Step> {
        let now = self.now();
        let Some(job) = step.run.job_id else {
            step.end(RunEvent::Failed, "damaged", "", now);
            return Ok(step);
        };
        let job = self.store.job(job).await?;
        let result = job.result.as_deref().unwrap_or("null");
        match job.state.as_str() {
            "done" => match serde_json::from_str(result) {
                Ok(ImportState::Done { scan, already_imported }) => {
                    step.run.scan_id = Some(scan);
                    let reason = if already_imported { "imported_before" } else { "" };
                    step.end(RunEvent::Imported, reason, "", now);
                }
                _ => step.end(RunEvent::Failed, "damaged", "", now),
            },
            "failed" => {
                let refusal: RefusalView = serde_json::from_str(result).unwrap_or_default();
                let code = if refusal.code.is_empty() { "failed".to_owned() } else { refusal.code };
                step.end(RunEvent::Failed, "refused_import", &code, now);
            }
            "canceled" => step.end(RunEvent::Failed, "import_stopped", "", now),
            _ => step.run.look_at = now.0 + 2 * SECOND,
        }
        Ok(step)
    }
}

/// Says what the scanner told of what it looked at.
fn log_coverage(step: &mut Step, coverage: Option<&Coverage>) {
    let ask = step.run.ask.as_deref().and_then(|ask| serde_json::from_str::<Ask>(ask).ok());
    if ask.is_some_and(|ask| ask.signed_in) {
        let code = match coverage.and_then(|coverage| coverage.login_held) {
            Some(true) => "login_held",
            Some(false) => "login_lost",
            None => "login_not_verified",
        };
        step.log(code, None, "");
    }
    let Some(coverage) = coverage else { return };
    let count = |number: usize| i64::try_from(number).ok();
    if !coverage.urls.is_empty() {
        step.log("urls_visited", count(coverage.urls.len()), "");
    }
    if !coverage.rules.is_empty() {
        step.log("rules_run", count(coverage.rules.iter().filter(|rule| rule.whole).count()), "");
    }
}
