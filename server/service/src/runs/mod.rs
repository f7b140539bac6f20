//! Runs of scanners: due times become runs, each run is driven step by step, its result joins the imports.
//!
//! A step begins with a claim and ends with one row saved, so that a process may die anywhere: whoever claims the run next finds
//! where it was. A launch is on record as an intent before the scanner is asked; a run that is found with an intent and no answer
//! is looked for on the scanner, and launched again only if the scanner says that it was not. Where the scanner cannot be asked,
//! the run is lost: it may be running.

mod beat;
mod begin;
mod fetch;
mod follow;
mod kept;
mod login;
mod order;
mod scope;

pub(crate) use beat::{Probed, Showed, run_key};
pub(crate) use kept::{Kept, KeptSecret, KeptTrust, fingerprint, trust};
pub(crate) use login::KeptLogin;
pub(crate) use order::{Ask, Part};
pub(crate) use scope::{admits, entries, within};

use crate::Service;
use model::scanner::FaultCode;
use model::{Micros, RunEvent, RunState};
use scanners::{Config, Connector, Fault, Line, Surroundings};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use store::runs::{Lease, LogLine, Run};

/// How long a claim holds without a beat, in microseconds.
const LEASE: i64 = 60_000_000;
/// How often a step in progress says that it goes on.
const BEAT: Duration = Duration::from_secs(15);
/// How often the heartbeat looks what is due.
const HEART: Duration = Duration::from_secs(15);
/// How often an idle worker looks for runs.
const LOOK: Duration = Duration::from_secs(2);
/// How many runs one process drives at a time.
const WORKERS: usize = 4;
/// Tries in a row before a run is given up.
const TRIES: i64 = 8;
/// One second.
const SECOND: i64 = 1_000_000;

/// Makes connectors out of what is kept of them: the real ones, or those of a test.
pub trait Connections: Send + Sync {
    /// The connector of a configuration. Nothing is connected to yet.
    ///
    /// # Errors
    /// A setting that cannot be.
    fn connect(&self, config: &Config) -> Result<Box<dyn Connector>, Fault>;
}

impl Connections for Surroundings {
    fn connect(&self, config: &Config) -> Result<Box<dyn Connector>, Fault> {
        scanners::connect(config, self)
    }
}

/// What one process remembers of the runs that it drives. Nothing of it is needed for what is promised.
#[derive(Debug, Default)]
pub(crate) struct Here {
    /// Runs whose scans live in this process.
    launched: Mutex<BTreeSet<i64>>,
    /// The last moment of each run, so that a log takes what is new.
    moments: Mutex<BTreeMap<i64, Vec<LogLine>>>,
}

impl Here {
    fn remember(&self, run: i64) {
        self.launched.lock().unwrap_or_else(PoisonError::into_inner).insert(run);
    }

    fn holds(&self, run: i64) -> bool {
        self.launched.lock().unwrap_or_else(PoisonError::into_inner).contains(&run)
    }

    /// The runs whose scans live here.
    fn held(&self) -> Vec<i64> {
        self.launched.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect()
    }

    fn forget(&self, run: i64) {
        self.launched.lock().unwrap_or_else(PoisonError::into_inner).remove(&run);
        self.moments.lock().unwrap_or_else(PoisonError::into_inner).remove(&run);
    }

    /// The lines that the moment before did not have.
    fn news(&self, run: i64, lines: Vec<LogLine>) -> Vec<LogLine> {
        let mut moments = self.moments.lock().unwrap_or_else(PoisonError::into_inner);
        let before = moments.insert(run, lines.clone()).unwrap_or_default();
        lines.into_iter().filter(|line| !before.contains(line)).collect()
    }
}

/// A run in a worker's hands.
pub(crate) struct Step {
    pub run: Run,
    pub from: RunState,
    pub worker: String,
    pub lines: Vec<LogLine>,
    /// The scan lives in this process.
    pub held: bool,
}

impl Step {
    /// Takes an event. One that cannot happen in this state changes nothing.
    fn event(&mut self, event: RunEvent) {
        let state = self.run.state.parse::<RunState>().ok().and_then(|state| state.after(event));
        if let Some(state) = state {
            state.word().clone_into(&mut self.run.state);
        }
    }

    fn log(&mut self, code: &str, number: Option<i64>, text: &str) {
        self.lines.push(LogLine { code: code.to_owned(), number, text: text.to_owned() });
    }

    /// Waits for another look, and says why.
    fn wait(&mut self, until: Micros, reason: &str) {
        self.run.look_at = until.0;
        if self.run.reason != reason && !reason.is_empty() {
            self.log(reason, None, "");
        }
        reason.clone_into(&mut self.run.reason);
        self.run.detail.clear();
    }

    /// Ends the run, for a reason that has words.
    fn end(&mut self, event: RunEvent, reason: &str, detail: &str, now: Micros) {
        self.event(event);
        reason.clone_into(&mut self.run.reason);
        detail.clone_into(&mut self.run.detail);
        self.run.ended_at = Some(now.0);
        self.run.look_at = now.0;
        let state = self.run.state.clone();
        self.log(&state, None, reason);
    }

    /// Tries again later, or ends the run as failed once it was tried often enough or there is no use in it.
    fn fault(&mut self, fault: &Fault, now: Micros) {
        let later = fault.retry() != model::scanner::Retry::Never;
        if !later || self.run.tries >= TRIES {
            self.end(RunEvent::Failed, fault.code.word(), &fault.detail, now);
            return;
        }
        self.run.tries += 1;
        let wait = fault.wait.map_or_else(|| pause(self.run.id, self.run.tries), |wait| micros(wait).max(SECOND));
        self.log("trouble", None, fault.code.word());
        self.run.look_at = now.0 + wait;
        fault.code.word().clone_into(&mut self.run.reason);
        fault.detail.clone_into(&mut self.run.detail);
    }
}

/// A growing pause with a share of its own, so that replicas do not come back all at once: 10 s, 20 s, … a quarter of an hour.
fn pause(run: i64, tries: i64) -> i64 {
    let base = (10 << tries.clamp(1, 8).saturating_sub(1)).min(900) * SECOND;
    base + (run.wrapping_mul(7_919) + tries).rem_euclid(1_000) * base / 4_000
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX / 4)
}

/// A connector's line as a run's log keeps it.
fn logged(line: &Line) -> LogLine {
    LogLine { code: line.note.word().to_owned(), number: line.number, text: line.text.clone() }
}

impl Service {
    /// Beats and drives until the task is ended.
    pub async fn drive(self: Arc<Self>) {
        let heart = Arc::clone(&self);
        let workers = (0..WORKERS).map(|_| tokio::spawn(Box::pin(Arc::clone(&self).drive_runs())));
        let workers: Vec<_> = workers.collect();
        // A task that is dropped goes on: this one ends them when it is ended itself.
        let _ended = Ended(workers.iter().map(tokio::task::JoinHandle::abort_handle).collect());
        heart.beat_for_ever().await;
    }

    async fn drive_runs(self: Arc<Self>) {
        loop {
            match Box::pin(self.drive_one()).await {
                Ok(true) => {}
                Ok(false) => {
                    tokio::select! {
                        () = self.runs_bell.notified() => {}
                        () = tokio::time::sleep(LOOK) => {}
                    }
                }
                Err(error) => {
                    tracing::error!(error = format!("{error:#}"), "a run could not be driven");
                    tokio::time::sleep(LOOK).await;
                }
            }
        }
    }

    /// Claims a run and takes it one step further. False if none waits for a look.
    ///
    /// # Errors
    /// The database failed; the run is tried again once the claim has run out.
    pub async fn drive_one(&self) -> anyhow::Result<bool> {
        let worker = self.process.as_str();
        let Some(run) = self.store.run_claim(worker, self.run_lease(), self.now()).await? else { return Ok(false) };
        let from = run.state()?;
        let id = run.id;
        let step = Step { run, from, worker: worker.to_owned(), lines: Vec::new(), held: false };
        // Both go on side by side: a download takes longer than a lease.
        let step = tokio::select! {
            step = Box::pin(self.step(step)) => step?,
            () = self.extend(id) => return Ok(true),
        };
        if let Some(step) = step {
            self.save(step).await?;
        }
        Ok(true)
    }

    async fn step(&self, step: Step) -> anyhow::Result<Option<Step>> {
        match step.from {
            RunState::Queued => self.begin(step).await,
            RunState::Starting => self.find_again(step).await.map(Some),
            RunState::Running => self.follow(step).await.map(Some),
            RunState::Exporting => self.fetch(step).await.map(Some),
            RunState::Importing => self.imported(step).await.map(Some),
            _ => Ok(None),
        }
    }

    /// Keeps the claim of a step in progress; ends when the run is another's.
    async fn extend(&self, run: i64) {
        loop {
            tokio::time::sleep(BEAT).await;
            match self.store.run_extend(run, &self.process, self.run_lease()).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => tracing::warn!(run, %error, "a claim could not be kept"),
            }
        }
    }

    fn run_lease(&self) -> Micros {
        Micros(self.now().0 + LEASE)
    }

    /// Saves a step and lets the run go, or keeps what lives in this process.
    async fn save(&self, step: Step) -> anyhow::Result<bool> {
        let ended = step.run.state()?.ended();
        let lease = if step.held && !ended { Lease::Hold(Micros(step.run.look_at + LEASE)) } else { Lease::Free };
        if ended {
            self.here.forget(step.run.id);
        }
        Ok(self.store.run_save(&step.run, step.from, &step.worker, lease, &step.lines, self.now()).await?)
    }

    /// The connector that is kept under a number.
    async fn connector_of(&self, id: i64) -> anyhow::Result<Result<Box<dyn Connector>, Fault>> {
        let row = self.store.connector(id).await?;
        let secret = self.store.connector_secret(id).await?;
        let Some(config) = kept::config(&row, secret.as_ref().map(|secret| secret.as_slice())) else {
            return Ok(Err(Fault::new(FaultCode::Settings, "settings")));
        };
        Ok(self.connections.connect(&config))
    }
}

/// Tasks that end with it.
struct Ended(Vec<tokio::task::AbortHandle>);

impl Drop for Ended {
    fn drop(&mut self) {
        for task in &self.0 {
            task.abort();
        }
    }
}
