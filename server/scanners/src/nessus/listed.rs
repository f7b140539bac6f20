//! What the API lists: scans, their details, their history.

use crate::http::Ask;
use crate::nessus::{Nessus, Run};
use crate::{Fault, PastRun, Remote, RemoteScan, RunKey};
use model::Micros;
use model::scanner::{FaultCode, Phase};
use serde::Deserialize;

/// How many scans or runs are taken, the latest.
const MAX_LISTED: usize = 1000;

/// A scan's details hold its hosts and findings; so many bytes of them.
const MAX_DETAILS: usize = 256 << 20;

/// A scan in the list.
#[derive(Debug, Deserialize)]
pub(super) struct Scan {
    pub id: i64,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub status: Option<String>,
    #[serde(default)]
    pub last_modification_date: Option<i64>,
}

impl Scan {
    /// False for a scan that was defined and never ran.
    pub fn was_launched(&self) -> bool {
        !matches!(self.status.as_deref(), None | Some("" | "empty"))
    }
}

/// A scan's details.
#[derive(Debug, Deserialize)]
pub(super) struct Details {
    pub info: Info,
    #[serde(default)]
    pub hosts: Option<Vec<Host>>,
    #[serde(default)]
    pub history: Option<Vec<Past>>,
}

/// What is told of a scan as a whole.
#[derive(Debug, Deserialize)]
pub(super) struct Info {
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub status: Option<String>,
}

/// A host of a scan, and how far it is.
#[derive(Debug, Deserialize)]
pub(super) struct Host {
    #[serde(default, rename = "scanprogresscurrent")]
    pub current: Option<i64>,
    #[serde(default, rename = "scanprogresstotal")]
    pub total: Option<i64>,
}

/// A run in a scan's history.
#[derive(Debug, Deserialize)]
pub(super) struct Past {
    #[serde(default)]
    pub history_id: Option<i64>,
    #[serde(default)]
    pub uuid: Option<String>,
    #[serde(default)]
    pub status: Option<String>,
    #[serde(default)]
    pub creation_date: Option<i64>,
    #[serde(default)]
    pub last_modification_date: Option<i64>,
}

/// What a status means in our words. A status that is not known is one of something that goes on.
pub(super) fn phase(status: &str) -> Phase {
    match status {
        "pending" | "initializing" | "empty" | "" => Phase::Queued,
        "paused" => Phase::Paused,
        "completed" | "imported" => Phase::Done,
        "canceled" | "cancelled" | "stopped" => Phase::Canceled,
        "aborted" => Phase::Failed,
        _ => Phase::Running,
    }
}

fn at(seconds: Option<i64>) -> Option<Micros> {
    seconds.filter(|seconds| *seconds > 0).map(|seconds| Micros(seconds.saturating_mul(1_000_000)))
}

impl Nessus {
    pub(super) async fn listed(&self) -> Result<Vec<Scan>, Fault> {
        #[derive(Deserialize)]
        struct List {
            // There is none where there are no scans.
            scans: Option<Vec<Scan>>,
        }
        let list: List = self.asked(Ask::get("scans").at_most(MAX_DETAILS)).await?.json()?;
        Ok(list.scans.unwrap_or_default())
    }

    pub(super) async fn details(&self, scan: i64) -> Result<Details, Fault> {
        self.asked(Ask::get(format!("scans/{scan}")).at_most(MAX_DETAILS)).await?.json()
    }

    /// The scan of a run, by the marker in its name.
    pub(super) async fn marked(&self, key: &RunKey) -> Result<Option<Scan>, Fault> {
        let marker = format!("[{}]", key.marker());
        Ok(self.listed().await?.into_iter().find(|scan| scan.name.ends_with(&marker)))
    }

    pub(super) async fn adoptable(&self) -> Result<Vec<RemoteScan>, Fault> {
        let mut scans = self.listed().await?;
        scans.sort_by_key(|scan| scan.last_modification_date);
        scans.drain(..scans.len().saturating_sub(MAX_LISTED));
        let shown = |scan: Scan| RemoteScan {
            id: scan.id.to_string(),
            phase: scan.status.as_deref().filter(|_| scan.was_launched()).map(phase),
            changed_at: at(scan.last_modification_date),
            name: scan.name,
        };
        Ok(scans.into_iter().map(shown).collect())
    }

    pub(super) async fn runs(&self, scan: &str) -> Result<Vec<PastRun>, Fault> {
        let scan: i64 = scan.parse().map_err(|_| Fault::new(FaultCode::Gone, scan))?;
        let details = self.details(scan).await?;
        let mut past = details.history.unwrap_or_default();
        past.retain(|run| run.history_id.is_some());
        past.sort_by_key(|run| (run.creation_date, run.history_id));
        past.drain(..past.len().saturating_sub(MAX_LISTED));
        let name = details.info.name.unwrap_or_default();
        let shown = |run: Past| {
            let phase = phase(run.status.as_deref().unwrap_or(""));
            let remote =
                Remote::of(&Run { scan, uuid: None, history: run.history_id, partial: phase == Phase::Canceled })?;
            let (started_at, finished_at) =
                (at(run.creation_date), at(run.last_modification_date).filter(|_| phase.is_over()));
            Ok(PastRun { remote, name: name.clone(), phase, started_at, finished_at })
        };
        past.into_iter().map(shown).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_has_its_phase() {
        for (words, expected) in [
            (&["pending", "initializing", "empty"][..], Phase::Queued),
            (&["running", "resuming", "pausing", "stopping", "processing", "publishing", "unknown"], Phase::Running),
            (&["paused"], Phase::Paused),
            (&["completed", "imported"], Phase::Done),
            (&["canceled", "stopped"], Phase::Canceled),
            (&["aborted"], Phase::Failed),
        ] {
            assert!(words.iter().all(|word| phase(word) == expected), "{expected}");
        }
    }
}
