//! Schedules. The database decides: a due time becomes a run by a compare-and-set on the schedule's next one, in the transaction
//! that writes the run down, so that however many replicas race, each due time is taken once.

use crate::viewer::Scoped;
use crate::{Error, Result, Store, binds};
use model::policy::Action;
use model::{Micros, Missed, Overlap, RunState, UserId};

/// What rows of schedules give; the macro is for `concat!`.
macro_rules! columns {
    () => {
        "SELECT s.id, s.name, s.connector_id, c.name AS connector, s.target_id, COALESCE(t.name, '') AS target, s.cron, s.zone, s.missed, \
         s.overlap, s.jitter, s.time_limit, s.intensity, s.choice, s.owner_id, u.name AS owner, s.paused, s.next_at, \
         CAST(CASE WHEN u.disabled_at IS NULL THEN 0 ELSE 1 END AS BIGINT) AS stopped \
         FROM scan_schedule s JOIN connector c ON c.id = s.connector_id LEFT JOIN scan_target t ON t.id = s.target_id \
         LEFT JOIN app_user u ON u.id = s.owner_id "
    };
}

crate::sql::statements! {
    /// A new one.
    INSERT = "INSERT INTO scan_schedule (name, connector_id, target_id, cron, zone, missed, overlap, jitter, time_limit, \
        intensity, choice, owner_id, paused, next_at, created_at, updated_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, $13, $14, $14) RETURNING id";
    /// Other settings; whoever changes it owns it.
    SET = "UPDATE scan_schedule SET name = $2, connector_id = $3, target_id = $4, cron = $5, zone = $6, missed = $7, overlap = $8, \
        jitter = $9, time_limit = $10, intensity = $11, choice = $12, owner_id = $13, next_at = $14, updated_at = $15 WHERE id = $1";
    /// Paused, or going on from a due time.
    PAUSE = "UPDATE scan_schedule SET paused = $2, next_at = $3, updated_at = $4 WHERE id = $1";
    /// One.
    GET = concat!(columns!(), "WHERE s.id = $1");
    /// All.
    LIST = concat!(columns!(), "ORDER BY s.name");
    /// Those whose time has come, but for those of people who may not sign in and of connectors that are off.
    DUE = concat!(columns!(), "WHERE s.next_at <= $1 AND s.paused = 0 AND c.disabled_at IS NULL AND u.disabled_at IS NULL \
        ORDER BY s.next_at, s.id LIMIT $2");
    /// The compare-and-set.
    FIRE = "UPDATE scan_schedule SET next_at = $3 WHERE id = $1 AND next_at = $2 AND paused = 0";
    /// Whether a run of it is under way or waits.
    UNDER_WAY = "SELECT id FROM scan_run WHERE schedule_id = $1 \
        AND state IN ('queued', 'starting', 'running', 'exporting', 'importing') LIMIT 1";
    /// A test by hand is planned.
    PLAN = "INSERT INTO manual_test (name, who, starts_at, ends_at, user_id, created_at) VALUES ($1, $2, $3, $4, $5, $6)";
    /// It will not be.
    UNPLAN = "UPDATE manual_test SET canceled_at = $2 WHERE id = $1 AND canceled_at IS NULL";
    /// Those that go on within a time.
    PLANNED = "SELECT id, name, who, starts_at, ends_at FROM manual_test WHERE canceled_at IS NULL AND starts_at < $2 \
        AND ends_at > $1 ORDER BY starts_at, id LIMIT 500";
    /// A due time becomes a run, or is noted as one that never began.
    RUN = "INSERT INTO scan_run (connector_id, schedule_id, target_id, cause, due_at, key, part, state, reason, detail, stage, \
        cancel, tries, user_id, created_at, ended_at, look_at, held) \
        VALUES ($1, $2, $3, 'schedule', $4, $5, '', $6, $7, '', '', 0, 0, NULL, $8, $9, $10, 0) \
        ON CONFLICT (schedule_id, due_at) DO NOTHING";
}

/// What a person says of a schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduleNew {
    /// Its name.
    pub name: String,
    /// On which scanner.
    pub connector: i64,
    /// What is scanned; none if it fetches what its scanner keeps.
    pub target: Option<i64>,
    /// When, as cron text of five fields.
    pub cron: String,
    /// In which IANA zone.
    pub zone: String,
    /// What becomes of due times that passed while nothing could start them.
    pub missed: Missed,
    /// What becomes of a due time while the run before is under way.
    pub overlap: Overlap,
    /// Within how many minutes it begins.
    pub jitter: i64,
    /// After how many minutes a run is stopped.
    pub time_limit: i64,
    /// How hard it presses, as a word.
    pub intensity: String,
    /// The scanner's policy or template by its id there; empty for the scanner's own choice.
    pub choice: String,
    /// When it is due first.
    pub next: Micros,
}

/// A schedule as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Schedule {
    /// Its number.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Its connector.
    pub connector_id: i64,
    /// That one's name.
    pub connector: String,
    /// Its group of targets; none if it fetches what its scanner keeps.
    pub target_id: Option<i64>,
    /// That one's name; empty for none.
    pub target: String,
    /// Its cron text.
    pub cron: String,
    /// Its zone.
    pub zone: String,
    /// [`Missed`] as a word.
    pub missed: String,
    /// [`Overlap`] as a word.
    pub overlap: String,
    /// In minutes.
    pub jitter: i64,
    /// In minutes.
    pub time_limit: i64,
    /// As a word.
    pub intensity: String,
    /// The scanner's policy or template.
    pub choice: String,
    /// Whose it is; none for the local operator.
    pub owner_id: Option<i64>,
    /// Their name.
    pub owner: Option<String>,
    /// 1 if it is paused.
    pub paused: i64,
    /// When it is due next, in microseconds.
    pub next_at: Option<i64>,
    /// 1 if its owner may not sign in any more: it stands still.
    pub stopped: i64,
}

/// A due time that is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueRun {
    /// When it was due.
    pub at: Micros,
    /// The key of its run.
    pub key: String,
    /// When it is to begin; `None` if it was missed.
    pub start: Option<Micros>,
}

impl Store {
    /// Schedules whose time has come.
    ///
    /// # Errors
    /// The database fails.
    pub async fn schedules_due(&self, most: u32, now: Micros) -> Result<Vec<Schedule>> {
        self.db.all(DUE, binds![now, most]).await
    }

    /// A schedule.
    ///
    /// # Errors
    /// There is no such schedule.
    pub async fn schedule(&self, id: i64) -> Result<Schedule> {
        self.db.optional(GET, binds![id]).await?.ok_or(Error::NotFound("schedule"))
    }

    /// Takes the due times of a schedule, if its next one is still the one that was read, and moves it on to `next`. False if
    /// another replica was first, or a person changed it meanwhile. `refused` is why none of them may run, if none may.
    ///
    /// # Errors
    /// The database fails; nothing was taken then.
    pub async fn schedule_fire(
        &self,
        schedule: &Schedule,
        due: &[DueRun],
        next: Option<Micros>,
        refused: Option<&str>,
        now: Micros,
    ) -> Result<bool> {
        let mut tx = self.db.begin().await?;
        if tx.execute(FIRE, binds![schedule.id, schedule.next_at, next]).await? == 0 {
            return Ok(false);
        }
        let under_way: Option<(i64,)> = tx.optional(UNDER_WAY, binds![schedule.id]).await?;
        let overlaps = under_way.is_some() && schedule.overlap == Overlap::Skip.word();
        for DueRun { at, key, start } in due {
            let skipped = match (refused, start) {
                (Some(reason), _) => Some(reason),
                (None, None) => Some("missed"),
                (None, Some(_)) => overlaps.then_some("overlap"),
            };
            let state = if skipped.is_some() { RunState::Skipped } else { RunState::Queued };
            let (ended, look) = (skipped.map(|_| now), start.unwrap_or(*at));
            let ids = binds![schedule.connector_id, schedule.id, schedule.target_id, *at, key.as_str()];
            let rest = binds![state.word(), skipped.unwrap_or(""), now, ended, look];
            tx.execute(RUN, ids.into_iter().chain(rest).collect()).await?;
        }
        tx.commit().await?;
        Ok(true)
    }
}

impl Scoped<'_> {
    /// Keeps a schedule: a new one, or other settings of one. It is the viewer's from then on.
    ///
    /// # Errors
    /// The viewer may not, there is no such schedule, the name is taken (`scan_schedule_name_key`), or the database fails.
    pub async fn schedule_set(&self, id: Option<i64>, new: &ScheduleNew, now: Micros) -> Result<i64> {
        self.viewer.require(Action::ManageSchedules, None)?;
        let owner: Option<UserId> = self.viewer.user();
        let ScheduleNew { name, connector, target, cron, zone, missed, overlap, .. } = new;
        let ScheduleNew { jitter, time_limit, intensity, choice, next, .. } = new;
        let mut values = id.map_or_else(Vec::new, |id| binds![id]);
        values.extend(binds![name.as_str(), *connector, *target, cron.as_str(), zone.as_str(), missed.word()]);
        values.extend(binds![overlap.word(), *jitter, *time_limit, intensity.as_str(), choice.as_str()]);
        values.extend(binds![owner, *next, now]);
        let mut tx = self.store.db.begin().await?;
        let id = match id {
            Some(id) => {
                let changed = tx.execute(SET, values).await?;
                if changed == 0 { Err(Error::NotFound("schedule")) } else { Ok(id) }
            }
            None => tx.one::<(i64,)>(INSERT, values).await.map(|(id,)| id),
        }?;
        tx.commit().await?;
        Ok(id)
    }

    /// Pauses a schedule, or lets it go on with the due time `next`.
    ///
    /// # Errors
    /// The viewer may not, there is no such schedule, or the database fails.
    pub async fn schedule_pause(&self, id: i64, next: Option<Micros>, now: Micros) -> Result<()> {
        self.viewer.require(Action::ManageSchedules, None)?;
        match self.store.db.execute(PAUSE, binds![id, next.is_none(), next, now]).await? {
            0 => Err(Error::NotFound("schedule")),
            _ => Ok(()),
        }
    }

    /// All schedules by name.
    ///
    /// # Errors
    /// The viewer may not see scans, or the database fails.
    pub async fn schedule_list(&self) -> Result<Vec<Schedule>> {
        self.viewer.require(Action::SeeScans, None)?;
        self.store.db.all(LIST, binds![]).await
    }

    /// Plans a test by hand: what, who, from when until when.
    ///
    /// # Errors
    /// The viewer may not, or the database fails.
    pub async fn manual_test_add(&self, name: &str, who: &str, from: Micros, until: Micros, now: Micros) -> Result<()> {
        self.viewer.require(Action::ManageSchedules, None)?;
        self.store.db.execute(PLAN, binds![name, who, from, until, self.viewer.user(), now]).await?;
        Ok(())
    }

    /// Takes a planned test back.
    ///
    /// # Errors
    /// The viewer may not, there is no such test, or the database fails.
    pub async fn manual_test_cancel(&self, id: i64, now: Micros) -> Result<()> {
        self.viewer.require(Action::ManageSchedules, None)?;
        match self.store.db.execute(UNPLAN, binds![id, now]).await? {
            0 => Err(Error::NotFound("manual_test")),
            _ => Ok(()),
        }
    }

    /// Planned tests that go on within a time: number, name, who, from and until in microseconds.
    ///
    /// # Errors
    /// The viewer may not see scans, or the database fails.
    pub async fn manual_tests(&self, from: Micros, until: Micros) -> Result<Vec<(i64, String, String, i64, i64)>> {
        self.viewer.require(Action::SeeScans, None)?;
        self.store.db.all(PLANNED, binds![from, until]).await
    }
}
