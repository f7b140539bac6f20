//! Runs of scanners as rows: claimed by lease, taken a step further, let go. Any number of workers may race; one that dies loses
//! its lease, and whoever takes over finds in the row what had been begun.

pub mod read;

use crate::dialect;
use crate::viewer::Scoped;
use crate::{Error, Result, Store, binds};
use model::policy::Action;
use model::{Micros, RunState};

/// The columns of a run as its worker reads them; the macro is for `concat!`.
macro_rules! run_columns {
    () => {
        "id, connector_id, schedule_id, target_id, cause, due_at, key, part, ask, remote, state, reason, detail, stage, percent, \
         cancel, job_id, scan_id, tries, user_id, created_at, begun_at, deadline, ended_at, look_at, lease_owner, held"
    };
}
pub(crate) use run_columns;

crate::sql::statements! {
    /// A run that a person asks for.
    ADD = "INSERT INTO scan_run (connector_id, schedule_id, target_id, cause, key, part, state, reason, detail, stage, cancel, \
        tries, user_id, created_at, look_at, held) VALUES ($1, $2, $3, 'hand', $4, $5, 'queued', '', '', '', 0, 0, $6, $7, $7, 0) \
        RETURNING id";
    /// A run that the scanner had done by itself, unless it was fetched before.
    ADOPT = "INSERT INTO scan_run (connector_id, cause, due_at, key, part, remote, remote_key, state, reason, detail, stage, cancel, \
        tries, created_at, begun_at, look_at, held) \
        VALUES ($1, 'pull', NULL, $2, '', $3, $4, 'exporting', '', $5, '', 0, 0, $6, $7, $6, 0) \
        ON CONFLICT (connector_id, remote_key) DO NOTHING";
    /// What a worker did.
    SAVE = "UPDATE scan_run SET state = $4, reason = $5, detail = $6, stage = $7, percent = $8, ask = $9, remote = $10, \
        job_id = $11, scan_id = $12, tries = $13, begun_at = $14, deadline = $15, ended_at = $16, look_at = $17, \
        lease_owner = $18, lease_until = $19, held = $20 WHERE id = $1 AND lease_owner = $2 AND state = $3";
    /// A worker is still at it.
    EXTEND = "UPDATE scan_run SET lease_until = $3 WHERE id = $1 AND lease_owner = $2";
    /// Serializes launches on one scanner.
    LOCK = "UPDATE connector SET at_a_time = at_a_time WHERE id = $1";
    /// What keeps a run from beginning: places taken at its scanner, and a run of its schedule.
    IN_THE_WAY = "SELECT (SELECT COUNT(*) FROM scan_run o WHERE o.connector_id = r.connector_id AND o.id <> r.id \
        AND o.state IN ('starting', 'running')), (SELECT COUNT(*) FROM scan_run o WHERE o.schedule_id = r.schedule_id \
        AND o.id <> r.id AND o.state IN ('starting', 'running', 'exporting', 'importing')), c.at_a_time, r.cancel \
        FROM scan_run r JOIN connector c ON c.id = r.connector_id WHERE r.id = $1";
    /// A line of its log.
    LOG = "INSERT INTO scan_run_log (run_id, at, code, number, text) VALUES ($1, $2, $3, $4, $5)";
    /// A person wants it to stop.
    CANCEL = "UPDATE scan_run SET cancel = 1, look_at = $2 WHERE id = $1 \
        AND state IN ('queued', 'starting', 'running', 'exporting')";
    /// When the newest run of a schedule before one began whose result is in the books.
    LAST_DONE = "SELECT MAX(r.begun_at) FROM scan_run r JOIN scan s ON s.id = r.scan_id WHERE r.schedule_id = $1 AND r.id < $2 \
        AND r.state = 'done' AND s.withdrawn_step IS NULL";
    /// A run as its worker reads it.
    GET = concat!("SELECT ", run_columns!(), " FROM scan_run WHERE id = $1");
}

/// A run as it stands.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Run {
    /// Its number.
    pub id: i64,
    /// Its connector.
    pub connector_id: i64,
    /// Its schedule, if it has one.
    pub schedule_id: Option<i64>,
    /// Its group of targets; none for one that fetches.
    pub target_id: Option<i64>,
    /// [`model::Trigger`] as a word.
    pub cause: String,
    /// When its schedule was due, in microseconds.
    pub due_at: Option<i64>,
    /// By this the scanner is asked whether it was launched.
    pub key: String,
    /// The part of the target that is meant, as JSON; empty for all.
    pub part: String,
    /// What was asked of the scanner, as JSON.
    pub ask: Option<String>,
    /// How the connector finds it on the scanner.
    pub remote: Option<String>,
    /// [`RunState`] as a word.
    pub state: String,
    /// Why it ended as it did, or why it waits; a code.
    pub reason: String,
    /// What the words for that cannot say.
    pub detail: String,
    /// What the scanner is busy with, as a word.
    pub stage: String,
    /// The scanner's own progress.
    pub percent: Option<i64>,
    /// 1 if a person wants it to stop.
    pub cancel: i64,
    /// The job of its import.
    pub job_id: Option<i64>,
    /// What it became in the books.
    pub scan_id: Option<i64>,
    /// Tries in a row that failed.
    pub tries: i64,
    /// Who asked for it, if a person did.
    pub user_id: Option<i64>,
    /// When it was written down, in microseconds.
    pub created_at: i64,
    /// When it began on the scanner, in microseconds.
    pub begun_at: Option<i64>,
    /// When it is stopped at the latest, in microseconds.
    pub deadline: Option<i64>,
    /// When it ended, in microseconds.
    pub ended_at: Option<i64>,
    /// When it is looked at next, in microseconds.
    pub look_at: i64,
    /// Who holds it.
    pub lease_owner: Option<String>,
    /// 1 if its scan lives in that process.
    pub held: i64,
}

impl Run {
    /// Where it is.
    ///
    /// # Errors
    /// What is stored is no state.
    pub fn state(&self) -> Result<RunState> {
        self.state.parse().map_err(|()| Error::damaged("scan_run.state"))
    }
}

/// What becomes of a lease once a step is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lease {
    /// The worker goes on at once, until then.
    Keep(Micros),
    /// Anybody may take the next step.
    Free,
    /// Only this process may, until then.
    Hold(Micros),
}

/// A line of a run's log: a code, with a number or a text where its words have a place for one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogLine {
    /// The code.
    pub code: String,
    /// Its number.
    pub number: Option<i64>,
    /// Its text, at most a thousand characters of it.
    pub text: String,
}

/// A run that a scanner had done by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdoptedRun {
    /// The key of the run.
    pub key: String,
    /// How the connector finds it there.
    pub remote: String,
    /// The digest of that, the same whenever the scanner is asked.
    pub digest: String,
    /// Its name there.
    pub name: String,
    /// When it began, if that is told.
    pub began: Option<Micros>,
}

/// What keeps a run from beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
    /// Nothing: it is `starting` now, and that is on record.
    Open,
    /// Its scanner does as many scans as it may.
    Full,
    /// Another run of its schedule is under way.
    Overlap,
    /// It was taken by another worker, or a person stopped it.
    Lost,
}

impl Store {
    /// Claims the run that has waited longest for a look until `lease_until`; of those that live in one process only its own.
    ///
    /// # Errors
    /// The database fails.
    pub async fn run_claim(&self, worker: &str, lease_until: Micros, now: Micros) -> Result<Option<Run>> {
        let mut tx = self.db.begin().await?;
        let run = tx.optional(dialect::claim_run(self.engine()), binds![worker, lease_until, now]).await?;
        tx.commit().await?;
        Ok(run)
    }

    /// Keeps a claim. False if the run is not this worker's any more.
    ///
    /// # Errors
    /// The database fails.
    pub async fn run_extend(&self, id: i64, worker: &str, lease_until: Micros) -> Result<bool> {
        Ok(self.db.execute(EXTEND, binds![id, worker, lease_until]).await? == 1)
    }

    /// Saves what a worker did with a run that was in state `from` when it was claimed, with lines for its log. False if the run
    /// is not this worker's any more: nothing was saved then.
    ///
    /// # Errors
    /// The database fails.
    pub async fn run_save(
        &self,
        run: &Run,
        from: RunState,
        worker: &str,
        lease: Lease,
        lines: &[LogLine],
        now: Micros,
    ) -> Result<bool> {
        let mut tx = self.db.begin().await?;
        if tx.execute(SAVE, saved(run, from, worker, lease)).await? == 0 {
            return Ok(false);
        }
        log_on(&mut tx, run.id, lines, now).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Saves the intent to launch a queued run, which is `starting` in `run` already, if there is a place for it: `at_most` is what
    /// the scanner itself does at a time. Launches on one scanner are serialized, so that places are never given twice.
    ///
    /// # Errors
    /// The database fails.
    pub async fn run_begin(
        &self,
        run: &Run,
        worker: &str,
        lease: Lease,
        lines: &[LogLine],
        at_most: Option<u32>,
        now: Micros,
    ) -> Result<Gate> {
        let mut tx = self.db.begin().await?;
        tx.execute(LOCK, binds![run.connector_id]).await?;
        let (there, same, most, cancel): (i64, i64, i64, i64) = tx.one(IN_THE_WAY, binds![run.id]).await?;
        let gate = match () {
            () if cancel == 1 => Gate::Lost,
            () if same > 0 => Gate::Overlap,
            () if there >= at_most.map_or(most, |at_most| most.min(at_most.into())) => Gate::Full,
            () if tx.execute(SAVE, saved(run, RunState::Queued, worker, lease)).await? == 0 => Gate::Lost,
            () => Gate::Open,
        };
        if gate == Gate::Open {
            log_on(&mut tx, run.id, lines, now).await?;
            tx.commit().await?;
        }
        Ok(gate)
    }

    /// Writes down a run that a scanner had done by itself. False if it was fetched before.
    ///
    /// # Errors
    /// The database fails.
    pub async fn run_adopt(&self, connector: i64, run: &AdoptedRun, now: Micros) -> Result<bool> {
        let AdoptedRun { key, remote, digest, name, began } = run;
        let values = binds![connector, key.as_str(), remote.as_str(), digest.as_str(), name.as_str(), now, *began];
        Ok(self.db.execute(ADOPT, values).await? == 1)
    }

    /// When the newest run of a schedule before run `id` began whose result is in the books, if there is one.
    ///
    /// # Errors
    /// The database fails.
    pub async fn run_last_done(&self, schedule: i64, id: i64) -> Result<Option<Micros>> {
        let began: Option<(Option<i64>,)> = self.db.optional(LAST_DONE, binds![schedule, id]).await?;
        Ok(began.and_then(|(began,)| began).map(Micros))
    }

    /// A run.
    ///
    /// # Errors
    /// There is no such run.
    pub async fn run(&self, id: i64) -> Result<Run> {
        self.db.optional(GET, binds![id]).await?.ok_or(Error::NotFound("run"))
    }
}

impl Scoped<'_> {
    /// Asks for a run now.
    ///
    /// # Errors
    /// The viewer may not, there is no such thing, or the database fails.
    pub async fn run_add(
        &self,
        connector: i64,
        schedule: Option<i64>,
        target: Option<i64>,
        key: &str,
        part: &str,
        now: Micros,
    ) -> Result<i64> {
        self.viewer.require(Action::ManageSchedules, None)?;
        let mut tx = self.store.db.begin().await?;
        let values = binds![connector, schedule, target, key, part, self.viewer.user(), now];
        let (id,): (i64,) = tx.one(ADD, values).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Has a run stopped. False if it has ended, or is being imported.
    ///
    /// # Errors
    /// The viewer may not, or the database fails.
    pub async fn run_cancel(&self, id: i64, now: Micros) -> Result<bool> {
        self.viewer.require(Action::ManageSchedules, None)?;
        Ok(self.store.db.execute(CANCEL, binds![id, now]).await? == 1)
    }
}

async fn log_on(tx: &mut crate::Tx, run: i64, lines: &[LogLine], now: Micros) -> Result<()> {
    for LogLine { code, number, text } in lines {
        let text: String = text.chars().filter(|c| !c.is_control()).take(1_000).collect();
        tx.execute(LOG, binds![run, now, code.as_str(), *number, text]).await?;
    }
    Ok(())
}

fn saved(run: &Run, from: RunState, worker: &str, lease: Lease) -> Vec<crate::Value> {
    let (owner, until, held) = match lease {
        Lease::Keep(until) => (Some(worker), Some(until), false),
        Lease::Free => (None, None, false),
        Lease::Hold(until) => (Some(worker), Some(until), true),
    };
    let mut values = binds![run.id, worker, from.word(), run.state.as_str(), run.reason.as_str(), run.detail.as_str()];
    values.extend(binds![run.stage.as_str(), run.percent, run.ask.clone(), run.remote.clone(), run.job_id]);
    values.extend(binds![run.scan_id, run.tries, run.begun_at, run.deadline, run.ended_at, run.look_at]);
    values.extend(binds![owner, until, held]);
    values
}
