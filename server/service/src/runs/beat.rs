//! The heartbeat: due times become runs, connectors are looked at, scans that ended by themselves are fetched. It only ticks;
//! what is due is computed in the schedule's zone, and the database decides who takes it.

use super::{HEART, Kept, SECOND};
use crate::Service;
use crate::request::{hex, new_token};
use crate::schedule::{Cadence, plan};
use model::policy::Action;
use model::scanner::{Capability, Phase};
use model::{Micros, UserId};
use scanners::http::Certificate;
use scanners::{Connector, Fault, PastRun, Probe};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use store::Reason;
use store::runs::AdoptedRun;
use store::schedules::DueRun;
use tokio_cron_scheduler::{Job, JobScheduler};

/// Schedules that one beat takes.
const AT_ONCE: u32 = 100;
/// How often a connector is looked at whose scans are not fetched, in microseconds.
const LOOK: i64 = 15 * 60 * SECOND;
/// After so many failures in a row nothing is launched for a while.
const RESTS_AFTER: i64 = 5;
/// That while, the first time and at most, in microseconds.
const REST: (i64, i64) = (5 * 60 * SECOND, 4 * 3_600 * SECOND);

/// What a probe found, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Probed {
    /// What can be done.
    pub can: Capability,
    /// What the scanner calls itself.
    pub product: String,
    /// Its version.
    pub version: String,
    /// Its licence.
    pub licence: String,
    /// Until when that holds.
    pub licence_ends: Option<Micros>,
    /// Its parts.
    pub parts: Vec<String>,
    /// Policies and templates: id and name.
    pub choices: Vec<(String, String)>,
    /// How far its clock is ahead, in seconds.
    pub clock_ahead: Option<i64>,
    /// Remarks: code, number, text.
    pub notes: Vec<(String, Option<i64>, String)>,
}

impl From<Probe> for Probed {
    fn from(probe: Probe) -> Self {
        let Probe { can, product, version, licence, licence_ends, parts, choices, clock_ahead, notes } = probe;
        let notes = notes.into_iter().map(|line| (line.note.word().to_owned(), line.number, line.text)).collect();
        Self { can, product, version, licence, licence_ends, parts, choices, clock_ahead, notes }
    }
}

/// The certificate that a scanner showed, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Showed {
    /// SHA-256, in hexadecimal digits.
    pub fingerprint: String,
    /// Whose it is.
    pub subject: String,
    /// Who signed it.
    pub issuer: String,
    /// From when it holds.
    pub from: Option<Micros>,
    /// Until when it holds.
    pub until: Option<Micros>,
}

impl From<Certificate> for Showed {
    fn from(certificate: Certificate) -> Self {
        let Certificate { fingerprint, subject, issuer, not_before, not_after, .. } = certificate;
        Self { fingerprint: hex(&fingerprint), subject, issuer, from: not_before, until: not_after }
    }
}

impl Service {
    /// Beats until the task is ended.
    pub(super) async fn beat_for_ever(self: Arc<Self>) {
        if let Err(error) = self.heart().await {
            // Without the ticker a plain pause does the same.
            tracing::error!(%error, "the heartbeat's ticker could not be started");
        }
        // Slower than the ticker, and there when it fails.
        let mut pause = tokio::time::interval(HEART * 4);
        loop {
            pause.tick().await;
            self.beat_logged().await;
        }
    }

    /// Starts the ticker, which knows the service by a weak reference: it never keeps it open.
    async fn heart(self: &Arc<Self>) -> Result<(), tokio_cron_scheduler::JobSchedulerError> {
        let scheduler = JobScheduler::new().await?;
        let service = Arc::downgrade(self);
        let job = Job::new_repeated_async(HEART, move |_, _| {
            let service = service.clone();
            Box::pin(async move {
                if let Some(service) = service.upgrade() {
                    service.beat_logged().await;
                }
            })
        })?;
        scheduler.add(job).await?;
        scheduler.start().await
    }

    async fn beat_logged(&self) {
        if let Err(error) = Box::pin(self.beat()).await {
            tracing::error!(error = format!("{error:#}"), "what is due could not be looked for");
        }
    }

    /// One beat: takes what is due, and looks at the connectors whose time has come.
    ///
    /// # Errors
    /// The database failed; the next beat goes on.
    pub async fn beat(&self) -> anyhow::Result<()> {
        // What lives in this process is its own for as long as it beats.
        for run in self.here.held() {
            self.store.run_extend(run, &self.process, self.run_lease()).await?;
        }
        for schedule in self.store.schedules_due(AT_ONCE, self.now()).await? {
            let now = self.now();
            let Some(first) = schedule.next_at.map(Micros) else { continue };
            let cadence = match Cadence::new(&schedule.cron, &schedule.zone, first) {
                Ok(cadence) => cadence,
                Err(error) => {
                    tracing::error!(schedule = schedule.id, ?error, "a schedule cannot be read");
                    continue;
                }
            };
            let missed = schedule.missed.parse().unwrap_or(model::Missed::Skip);
            let planned = plan(&cadence, missed, schedule.jitter * 60 * SECOND, schedule.id, first, now);
            let due = planned.due.into_iter().map(|due| DueRun { at: due.at, key: run_key(), start: due.start });
            let refused = if self.owner_may(schedule.owner_id).await? { None } else { Some("owner") };
            let due: Vec<DueRun> = due.collect();
            if self.store.schedule_fire(&schedule, &due, planned.next, refused, now).await? {
                self.runs_bell.notify_waiters();
            }
        }
        while let Some(id) = self.store.connector_take(LOOK, self.now()).await? {
            if let Err(fault) = self.look_at(id).await? {
                tracing::info!(connector = id, %fault, "a scanner could not be looked at");
            }
        }
        Ok(())
    }

    /// Whether a schedule's owner may still say what is scanned.
    async fn owner_may(&self, owner: Option<i64>) -> anyhow::Result<bool> {
        let Some(owner) = owner else { return Ok(true) };
        let viewer = self.store.unscoped(Reason::Job).user_viewer(UserId(owner)).await?;
        Ok(viewer.is_some_and(|viewer| viewer.may(Action::ManageSchedules)))
    }

    /// Looks at a connector: what it can do, and which scans ended there by themselves. What was found is kept.
    pub(crate) async fn look_at(&self, id: i64) -> anyhow::Result<Result<Probed, Fault>> {
        let connector = match self.connector_of(id).await? {
            Ok(connector) => connector,
            Err(fault) => {
                self.ill(id, &fault).await?;
                return Ok(Err(fault));
            }
        };
        let started = std::time::Instant::now();
        let found = connector.probe(self.now()).await;
        let latency = i64::try_from(started.elapsed().as_millis()).unwrap_or(i64::MAX);
        if let Some(certificate) = connector.certificate() {
            let text = serde_json::to_string(&Showed::from(certificate))?;
            self.store.connector_showed(id, &text).await?;
        }
        let probed = match found {
            Ok(probe) => Probed::from(probe),
            Err(fault) => {
                self.ill(id, &fault).await?;
                return Ok(Err(fault));
            }
        };
        let text = serde_json::to_string(&probed)?;
        self.store.connector_well(id, Some(&text), Some(latency), self.now()).await?;
        if let Err(fault) = self.pull(id, probed.can, &*connector).await? {
            self.ill(id, &fault).await?;
            return Ok(Err(fault));
        }
        Ok(Ok(probed))
    }

    /// Notes that a scanner failed; after several times in a row it rests, longer each time.
    async fn ill(&self, id: i64, fault: &Fault) -> anyhow::Result<()> {
        let failures = self.store.connector(id).await?.failures + 1;
        let rests = failures.checked_sub(RESTS_AFTER).filter(|more| *more >= 0);
        let rest = rests.map(|more| (REST.0 << more.min(10)).min(REST.1));
        let until = rest.map(|rest| Micros(self.now().0 + rest));
        self.store.connector_ill(id, fault.code.word(), &fault.detail, until, self.now()).await?;
        Ok(())
    }

    /// Fetches scans that ended by themselves: of those before the first look the newest of each, of later ones all.
    async fn pull(&self, id: i64, can: Capability, connector: &dyn Connector) -> anyhow::Result<Result<(), Fault>> {
        let row = self.store.connector(id).await?;
        let kept: Kept = serde_json::from_str(&row.settings).unwrap_or_default();
        // A scanner that is driven would have its driven scans fetched twice, but for those that a person names.
        if row.pull == 0 || (can != Capability::Pull && kept.adopt.is_empty()) {
            return Ok(Ok(()));
        }
        let scans = match connector.scans().await {
            Ok(scans) => scans,
            Err(fault) => return Ok(Err(fault)),
        };
        let now = self.now();
        for scan in scans.into_iter().filter(|scan| kept.adopt.is_empty() || kept.adopt.contains(&scan.id)) {
            let history = match connector.history(&scan.id, now).await {
                Ok(history) => history,
                Err(fault) => return Ok(Err(fault)),
            };
            let over: Vec<PastRun> = history.into_iter().filter(|run| run.phase == Phase::Done).collect();
            let newest = over.len().saturating_sub(1);
            let wanted = over.into_iter().enumerate().filter(|(at, run)| match (row.pulled_from, run.finished_at) {
                (None, _) => *at == newest,
                (Some(from), Some(finished)) => *at == newest || finished.0 >= from,
                (Some(_), None) => true,
            });
            for (_, past) in wanted {
                let digest = hex(&Sha256::digest(past.remote.as_str().as_bytes()));
                let run = AdoptedRun {
                    key: run_key(),
                    remote: past.remote.as_str().to_owned(),
                    digest,
                    name: past.name,
                    began: past.started_at,
                };
                if self.store.run_adopt(id, &run, now).await? {
                    self.runs_bell.notify_waiters();
                }
            }
        }
        self.store.connector_pulled(id, now).await?;
        Ok(Ok(()))
    }
}

/// A new key for a run.
pub(crate) fn run_key() -> String {
    new_token().chars().take(32).collect()
}
