//! Nessus on premises and Tenable Vulnerability Management: one API for scans and exports, in two editions of it.
//!
//! A scan of ours is named after its schedule and its run's marker, so that the list of scans tells whether it was launched. Only
//! a Nessus whose licence has the scan API launches; with any other, scans that it runs by itself are adopted, and each completed
//! run of their history is fetched. Nothing is done to get around the licence.
//!
//! An order without targets asks Tenable's cloud for what it knows, without a scan ([`bulk`]).

mod api;
mod bulk;
mod export;
mod launch;
mod listed;
mod probe;
mod status;

use crate::http::{Certificate, Client};
use crate::{
    Config, Connector, Exported, Fault, Found, Halt, Nature, Order, Output, PastRun, Probe, Progress, Remote,
    RemoteScan, RunKey, Secret, Surroundings,
};
use async_trait::async_trait;
use bulk::Bulk;
use model::Micros;
use model::scanner::{ConnectorKind, FaultCode};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use tokio::sync::Mutex;

/// A Nessus, or Tenable's cloud.
pub struct Nessus {
    client: Client,
    kind: ConnectorKind,
    secret: Secret,
    /// The scanner that is to scan, where there are several.
    scanner: Option<String>,
    /// The session, if it knows us by name and password. A new one is begun when it has ended.
    session: Mutex<Option<String>>,
}

/// A run of a scan: what is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Run {
    /// The scan's number.
    scan: i64,
    /// The run's own id, if it is known.
    uuid: Option<String>,
    /// The run's number in the scan's history, once it is known.
    history: Option<i64>,
    /// True if it ended before its end.
    partial: bool,
}

/// What is stored of either kind of run.
#[derive(Deserialize)]
#[serde(untagged)]
enum Task {
    Export(Bulk),
    Scan(Run),
}

impl Nessus {
    pub fn new(config: &Config, surroundings: &Surroundings) -> Result<Self, Fault> {
        let cloud = config.kind == ConnectorKind::TenableVm;
        match &config.secret {
            Secret::Keys(..) => {}
            Secret::Login(..) if !cloud => {}
            _ => return Err(Fault::new(FaultCode::Settings, "secret")),
        }
        Ok(Self {
            client: Client::new(surroundings.door.clone(), &config.address, config.confirmed.clone(), &config.trust)?,
            kind: config.kind,
            secret: config.secret.clone(),
            scanner: config.settings.scanner.clone(),
            session: Mutex::new(None),
        })
    }

    fn is_cloud(&self) -> bool {
        self.kind == ConnectorKind::TenableVm
    }
}

#[async_trait]
impl Connector for Nessus {
    fn kind(&self) -> ConnectorKind {
        self.kind
    }

    fn nature(&self) -> Nature {
        let poll = Duration::from_secs(10);
        Nature { can_be_asked: true, can_cancel: true, at_a_time: None, poll, in_process: false }
    }

    fn certificate(&self) -> Option<Certificate> {
        self.client.certificate()
    }

    async fn probe(&self, now: Micros) -> Result<Probe, Fault> {
        self.found(now).await
    }

    async fn launch(&self, order: &Order) -> Result<Remote, Fault> {
        if order.targets.is_empty() && self.kind.keeps_findings() {
            return Remote::of(&self.begin_export(order.since).await?);
        }
        Remote::of(&self.begin(order).await?)
    }

    async fn find(&self, key: &RunKey) -> Result<Found, Fault> {
        match self.marked(key).await?.filter(listed::Scan::was_launched) {
            Some(scan) => Ok(Found::Launched(Remote::of(&Run::of(scan.id))?)),
            // Nor is anything lost by asking for an export again: while it goes on, it is the same one.
            None => Ok(Found::NotLaunched),
        }
    }

    async fn advance(&self, _order: &Order, remote: &Remote) -> Result<Progress, Fault> {
        match remote.read()? {
            Task::Export(bulk) => self.export_progress(&bulk).await,
            Task::Scan(run) => self.status(run).await,
        }
    }

    async fn cancel(&self, remote: &Remote) -> Result<Halt, Fault> {
        match remote.read()? {
            Task::Export(bulk) => self.stop_export(&bulk).await,
            Task::Scan(run) => self.stop(&run).await,
        }
    }

    async fn export(&self, remote: &Remote, output: &mut Output<'_>) -> Result<Exported, Fault> {
        match remote.read()? {
            Task::Export(bulk) => self.fetch_export(&bulk, output).await,
            Task::Scan(run) => self.report(&run, output).await,
        }
    }

    async fn scans(&self) -> Result<Vec<RemoteScan>, Fault> {
        self.adoptable().await
    }

    async fn history(&self, scan: &str, _now: Micros) -> Result<Vec<PastRun>, Fault> {
        self.runs(scan).await
    }
}

impl Run {
    /// The only run of a scan.
    fn of(scan: i64) -> Self {
        Self { scan, uuid: None, history: None, partial: false }
    }
}
