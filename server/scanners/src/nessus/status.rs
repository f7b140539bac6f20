//! How far a run is, and its early end.

use crate::http::Ask;
use crate::nessus::listed::{Details, Past, phase};
use crate::nessus::{Nessus, Run};
use crate::{Fault, Halt, Line, Progress, Remote};
use model::scanner::{FaultCode, Note, Phase, Stage};

impl Nessus {
    pub(super) async fn status(&self, run: Run) -> Result<Progress, Fault> {
        let details = self.details(run.scan).await?;
        let past = own(&details, &run);
        let said = past.and_then(|past| past.status.as_deref()).or(details.info.status.as_deref()).unwrap_or("");
        let phase = phase(said);
        let stage = match (phase, said) {
            (Phase::Queued, _) => Stage::Preparing,
            (_, "processing" | "publishing") => Stage::Finishing,
            _ => Stage::Scanning,
        };
        let mut now = run.clone();
        now.history = past.and_then(|past| past.history_id).or(run.history);
        now.partial = phase == Phase::Canceled;
        let mut progress = Progress { percent: percent(&details, phase), ..Progress::of(phase, stage) };
        progress.lines = lines(&details, said);
        progress.remote = if now == run { None } else { Some(Remote::of(&now)?) };
        Ok(progress)
    }

    pub(super) async fn stop(&self, run: &Run) -> Result<Halt, Fault> {
        match self.asked(Ask::post(format!("scans/{}/stop", run.scan))).await {
            Ok(_) => Ok(Halt::Asked),
            // In its state there is nothing to stop; or the scan is gone.
            Err(fault) if matches!(fault.code, FaultCode::Busy | FaultCode::Gone) => Ok(Halt::Over),
            Err(fault) => Err(fault),
        }
    }
}

/// The run in its scan's history: by its number, by its id, or, where only the scan is known, the latest.
fn own<'a>(details: &'a Details, run: &Run) -> Option<&'a Past> {
    let history = details.history.as_deref().unwrap_or_default();
    let by_number = || history.iter().find(|past| past.history_id == run.history);
    let by_id = || history.iter().find(|past| past.uuid == run.uuid);
    match (run.history, &run.uuid) {
        (Some(_), _) => by_number(),
        (None, Some(_)) => by_id(),
        (None, None) => history.iter().max_by_key(|past| (past.creation_date, past.history_id)),
    }
}

fn percent(details: &Details, phase: Phase) -> Option<u8> {
    if phase == Phase::Done {
        return Some(100);
    }
    let hosts = details.hosts.as_deref().unwrap_or_default();
    let sum = |of: fn(&crate::nessus::listed::Host) -> Option<i64>| {
        hosts.iter().filter_map(of).filter(|n| *n > 0).sum::<i64>()
    };
    let (current, total) = (sum(|host| host.current), sum(|host| host.total));
    // Hosts are listed as they are found: the last percent is said by the status.
    (total > 0).then(|| u8::try_from((current.saturating_mul(100) / total).clamp(0, 99)).unwrap_or(99))
}

fn lines(details: &Details, said: &str) -> Vec<Line> {
    let hosts = details.hosts.as_deref().unwrap_or_default();
    let through = hosts.iter().filter(|host| host.total.is_some_and(|total| total > 0 && host.current == Some(total)));
    let through = i64::try_from(through.count()).unwrap_or(i64::MAX);
    let mut lines = vec![Line::text(Note::ScannerSaid, said)];
    if through > 0 {
        lines.push(Line::number(Note::TargetsDone, through));
    }
    lines
}
