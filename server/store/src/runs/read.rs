//! Runs as pages show them.

use crate::viewer::Scoped;
use crate::{Error, Result, binds};
use model::Micros;
use model::policy::Action;

/// The macro is for `concat!`.
macro_rules! shown {
    () => {
        "SELECT r.id, r.connector_id, c.name AS connector, c.kind, r.schedule_id, s.name AS schedule, r.target_id, t.name AS target, \
         r.cause, r.due_at, r.state, r.reason, r.detail, r.stage, r.percent, r.cancel, r.job_id, r.scan_id, r.ask, r.begun_at, \
         r.ended_at, r.created_at, r.look_at, u.name AS who FROM scan_run r JOIN connector c ON c.id = r.connector_id \
         LEFT JOIN scan_schedule s ON s.id = r.schedule_id LEFT JOIN scan_target t ON t.id = r.target_id \
         LEFT JOIN app_user u ON u.id = r.user_id "
    };
}

crate::sql::statements! {
    /// One.
    GET = concat!(shown!(), "WHERE r.id = $1");
    /// The newest before one.
    LIST = concat!(shown!(), "WHERE r.id < $1 ORDER BY r.id DESC LIMIT $2");
    /// The newest of a schedule before one.
    OF_SCHEDULE = concat!(shown!(), "WHERE r.schedule_id = $3 AND r.id < $1 ORDER BY r.id DESC LIMIT $2");
    /// The newest of a connector that were asked for a part.
    OF_PART = concat!(shown!(), "WHERE r.connector_id = $1 AND r.part = $2 ORDER BY r.id DESC LIMIT $3");
    /// Those of some days, by when they began, were due or were written down.
    BETWEEN = concat!(shown!(), "WHERE COALESCE(r.begun_at, r.due_at, r.created_at) >= $1 \
        AND COALESCE(r.begun_at, r.due_at, r.created_at) < $2 ORDER BY COALESCE(r.begun_at, r.due_at, r.created_at), r.id LIMIT $3");
    /// Those under way.
    ACTIVE = concat!(shown!(), "WHERE r.state IN ('queued', 'starting', 'running', 'exporting', 'importing') \
        ORDER BY r.id DESC LIMIT $1");
    /// The newest of each schedule.
    LAST = concat!(shown!(), "WHERE r.id IN (SELECT MAX(n.id) FROM scan_run n WHERE n.schedule_id IS NOT NULL GROUP BY n.schedule_id)");
    /// The newest of each schedule whose result is in the books.
    LAST_DONE = concat!(shown!(), "WHERE r.id IN (SELECT MAX(n.id) FROM scan_run n WHERE n.schedule_id IS NOT NULL \
        AND n.state = 'done' GROUP BY n.schedule_id)");
    /// The run of the same schedule before one that came to the books.
    BEFORE = concat!(shown!(), "WHERE r.schedule_id = $1 AND r.id < $2 AND r.state = 'done' ORDER BY r.id DESC LIMIT 1");
    /// A run's log.
    LOG = "SELECT at, code, number, text FROM scan_run_log WHERE run_id = $1 ORDER BY id LIMIT $2";
    /// How many due times of the last days ended how, by schedule. What a person asked for besides was not planned.
    TALLY = "SELECT s.id, r.state, COUNT(*) FROM scan_run r JOIN scan_schedule s ON s.id = r.schedule_id \
        WHERE r.created_at >= $1 AND r.cause = 'schedule' GROUP BY s.id, r.state";
}

/// The most lines of a log that are shown.
const LINES: u32 = 500;

/// A run with the names around it. Instants are in microseconds.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ShownRun {
    /// Its number.
    pub id: i64,
    /// Its connector.
    pub connector_id: i64,
    /// That one's name.
    pub connector: String,
    /// That one's kind.
    pub kind: String,
    /// Its schedule.
    pub schedule_id: Option<i64>,
    /// That one's name.
    pub schedule: Option<String>,
    /// Its targets.
    pub target_id: Option<i64>,
    /// Their name.
    pub target: Option<String>,
    /// Why it is there.
    pub cause: String,
    /// When it was due.
    pub due_at: Option<i64>,
    /// Where it is.
    pub state: String,
    /// Why, as a code.
    pub reason: String,
    /// What the words for that cannot say.
    pub detail: String,
    /// What the scanner is busy with.
    pub stage: String,
    /// The scanner's own progress.
    pub percent: Option<i64>,
    /// 1 if a person wants it to stop.
    pub cancel: i64,
    /// The job of its import.
    pub job_id: Option<i64>,
    /// What it became in the books.
    pub scan_id: Option<i64>,
    /// What was asked of the scanner.
    pub ask: Option<String>,
    /// When it began on the scanner.
    pub begun_at: Option<i64>,
    /// When it ended.
    pub ended_at: Option<i64>,
    /// When it was written down.
    pub created_at: i64,
    /// When it is looked at next.
    pub look_at: i64,
    /// Who asked for it.
    pub who: Option<String>,
}

/// A line of a log: when, code, number, text.
pub type ShownLine = (i64, String, Option<i64>, String);

impl Scoped<'_> {
    /// A run.
    ///
    /// # Errors
    /// The viewer may not see scans, there is no such run, or the database fails.
    pub async fn run_shown(&self, id: i64) -> Result<ShownRun> {
        self.viewer.require(Action::SeeScans, None)?;
        self.store.db.optional(GET, binds![id]).await?.ok_or(Error::NotFound("run"))
    }

    /// Runs before one (the newest if none), newest first; those of one schedule, if one is named.
    ///
    /// # Errors
    /// The viewer may not see scans, or the database fails.
    pub async fn run_list(&self, schedule: Option<i64>, before: Option<i64>, most: u32) -> Result<Vec<ShownRun>> {
        self.viewer.require(Action::SeeScans, None)?;
        let before = before.unwrap_or(i64::MAX);
        match schedule {
            Some(schedule) => self.store.db.all(OF_SCHEDULE, binds![before, most, schedule]).await,
            None => self.store.db.all(LIST, binds![before, most]).await,
        }
    }

    /// The newest runs of a connector that were asked for exactly this part.
    ///
    /// # Errors
    /// The viewer may not see scans, or the database fails.
    pub async fn run_of_part(&self, connector: i64, part: &str, most: u32) -> Result<Vec<ShownRun>> {
        self.viewer.require(Action::SeeScans, None)?;
        self.store.db.all(OF_PART, binds![connector, part, most]).await
    }

    /// Runs that began, or were due, within a time.
    ///
    /// # Errors
    /// The viewer may not see scans, or the database fails.
    pub async fn run_between(&self, from: Micros, until: Micros, most: u32) -> Result<Vec<ShownRun>> {
        self.viewer.require(Action::SeeScans, None)?;
        self.store.db.all(BETWEEN, binds![from, until, most]).await
    }

    /// Runs under way.
    ///
    /// # Errors
    /// The viewer may not see scans, or the database fails.
    pub async fn run_active(&self, most: u32) -> Result<Vec<ShownRun>> {
        self.viewer.require(Action::SeeScans, None)?;
        self.store.db.all(ACTIVE, binds![most]).await
    }

    /// The newest run of each schedule.
    ///
    /// # Errors
    /// The viewer may not see scans, or the database fails.
    pub async fn run_newest(&self) -> Result<Vec<ShownRun>> {
        self.viewer.require(Action::SeeScans, None)?;
        self.store.db.all(LAST, binds![]).await
    }

    /// The newest run of each schedule whose result is in the books.
    ///
    /// # Errors
    /// The viewer may not see scans, or the database fails.
    pub async fn run_newest_done(&self) -> Result<Vec<ShownRun>> {
        self.viewer.require(Action::SeeScans, None)?;
        self.store.db.all(LAST_DONE, binds![]).await
    }

    /// The last run of a schedule before one whose result is in the books.
    ///
    /// # Errors
    /// The viewer may not see scans, or the database fails.
    pub async fn run_before(&self, schedule: i64, run: i64) -> Result<Option<ShownRun>> {
        self.viewer.require(Action::SeeScans, None)?;
        self.store.db.optional(BEFORE, binds![schedule, run]).await
    }

    /// What happened to a run, its first lines.
    ///
    /// # Errors
    /// The viewer may not see scans, or the database fails.
    pub async fn run_log(&self, id: i64) -> Result<Vec<ShownLine>> {
        self.viewer.require(Action::SeeScans, None)?;
        self.store.db.all(LOG, binds![id, LINES]).await
    }

    /// How many due times since an instant ended how: schedule, state, count.
    ///
    /// # Errors
    /// The viewer may not see scans, or the database fails.
    pub async fn run_tally(&self, since: Micros) -> Result<Vec<(i64, String, i64)>> {
        self.viewer.require(Action::SeeScans, None)?;
        self.store.db.all(TALLY, binds![since]).await
    }
}
