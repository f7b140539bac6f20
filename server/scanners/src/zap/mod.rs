//! The daemon of ZAP, by its API: one session a run, crawl, crawl in a browser where that is there, passive analysis, active test.
//!
//! ZAP keeps one session at a time and forgets it when it is restarted, so a run begins with a new session and is marked in it by
//! an empty context of the run's name, made last: where the marker is, the launch was whole. Which step comes next is decided by
//! what ZAP says of its scans, so that a step whose id was not stored is taken up instead of begun again.

mod advance;
mod api;
mod context;
mod launch;
mod plan;
mod probe;
mod report;

use crate::http::{Certificate, Client};
use crate::{
    Config, Connector, Exported, Fault, Found, Halt, Nature, Order, Output, PastRun, Probe, Progress, Remote,
    RemoteScan, RunKey, Secret, Surroundings,
};
use async_trait::async_trait;
use model::Micros;
use model::scanner::{ConnectorKind, FaultCode};
pub use plan::ZapPlan;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::Duration;
use zeroize::Zeroizing;

/// A ZAP.
pub struct Zap {
    client: Client,
    key: Option<Zeroizing<String>>,
    /// ZAP's report folder, as ZAP sees it.
    report_dir: Option<String>,
    /// The same folder, as it is reached from here.
    reports: Option<PathBuf>,
}

/// How far a run is: what is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Run {
    /// The run's marker: the names of its context and, with an ending, of the context that says that the launch was whole.
    marker: String,
    context: String,
    /// The user as which everything is asked, if there is a login.
    user: Option<String>,
    step: Step,
    /// Which target the step is at.
    target: usize,
    /// The id of the step's scan, once it was begun.
    scan: Option<String>,
    /// Whether the login still held after the test, if there is one.
    login_held: Option<bool>,
}

/// What a run does, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Step {
    Crawl,
    BrowserCrawl,
    PassiveOfCrawl,
    Active,
    PassiveOfActive,
    Done,
}

impl Zap {
    pub fn new(config: &Config, surroundings: &Surroundings) -> Result<Self, Fault> {
        let key = match &config.secret {
            Secret::None => None,
            Secret::Key(key) => Some(key.clone()),
            Secret::Keys(..) | Secret::Login(..) => return Err(Fault::new(FaultCode::Settings, "secret")),
        };
        let client = Client::new(surroundings.door.clone(), &config.address, config.confirmed.clone(), &config.trust)?;
        let folder = config.settings.folder.as_ref();
        let reports = folder.map(|name| surroundings.folders.get(name).cloned().ok_or(name)).transpose();
        let reports = reports.map_err(|_| Fault::new(FaultCode::Settings, "folder"))?;
        Ok(Self { client, key, report_dir: config.settings.report_dir.clone(), reports })
    }
}

#[async_trait]
impl Connector for Zap {
    fn kind(&self) -> ConnectorKind {
        ConnectorKind::Zap
    }

    fn nature(&self) -> Nature {
        let poll = Duration::from_secs(5);
        Nature { can_be_asked: true, can_cancel: true, at_a_time: Some(1), poll, in_process: false }
    }

    fn certificate(&self) -> Option<Certificate> {
        self.client.certificate()
    }

    async fn probe(&self, _now: Micros) -> Result<Probe, Fault> {
        self.found().await
    }

    async fn launch(&self, order: &Order) -> Result<Remote, Fault> {
        self.begin(order).await
    }

    async fn find(&self, key: &RunKey) -> Result<Found, Fault> {
        match self.marked(&key.marker()).await? {
            Some(run) => Ok(Found::Launched(Remote::of(&run)?)),
            None => Ok(Found::NotLaunched),
        }
    }

    async fn advance(&self, order: &Order, remote: &Remote) -> Result<Progress, Fault> {
        self.step(order, remote.read()?).await
    }

    async fn cancel(&self, remote: &Remote) -> Result<Halt, Fault> {
        self.stop(&remote.read()?).await
    }

    async fn export(&self, remote: &Remote, output: &mut Output<'_>) -> Result<Exported, Fault> {
        self.report(&remote.read()?, output).await
    }

    async fn scans(&self) -> Result<Vec<RemoteScan>, Fault> {
        Err(Fault::unsupported())
    }

    async fn history(&self, _scan: &str, _now: Micros) -> Result<Vec<PastRun>, Fault> {
        Err(Fault::unsupported())
    }
}
