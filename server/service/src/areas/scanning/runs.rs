//! Runs as pages show them, and stopping one.

use crate::errors::OrWire;
use crate::request::Session;
use crate::runs::Ask;
use model::Micros;
use model::audit::AuditAct;
use model::error::{ErrorCode, WireError};
use model::policy::Action;
use model::view::scanning::{RunDelta, RunPage, RunView, RunsPage};
use model::{RunState, Trigger};
use ports::Answer;
use store::runs::read::ShownRun;

/// Runs a page.
const PAGE: u32 = 50;
/// The most runs under way that are counted.
const ACTIVE: u32 = 1_000;

impl Session {
    pub(super) async fn runs_page(&self, schedule: Option<i64>, before: &str) -> Answer<RunsPage> {
        let scoped = self.scoped(Action::SeeScans)?;
        let before = match before {
            "" => None,
            text => Some(text.parse::<i64>().map_err(|_| WireError::invalid("page", "unreadable"))?),
        };
        let found = scoped.run_list(schedule, before, PAGE).await.wire()?;
        let next = found.last().filter(|_| found.len() == PAGE as usize).map(|run| run.id.to_string());
        let active = scoped.run_active(ACTIVE).await.wire()?.len();
        Ok(RunsPage {
            runs: found.into_iter().map(|run| self.run_view(run)).collect::<Result<_, _>>()?,
            active: i64::try_from(active).unwrap_or(i64::MAX),
            next: next.unwrap_or_default(),
        })
    }

    pub(super) async fn run_page(&self, id: i64) -> Answer<RunPage> {
        let scoped = self.scoped(Action::SeeScans)?;
        let row = scoped.run_shown(id).await.wire()?;
        let log = scoped.run_log(id).await.wire()?;
        let before = match row.schedule_id {
            Some(schedule) => scoped.run_before(schedule, id).await.wire()?,
            None => None,
        };
        let delta = match row.scan_id {
            Some(scan) => {
                let page = ports::Scans::scan(self, scan).await?;
                let (new, same, reopened) = (page.new, page.same, page.reopened);
                Some(RunDelta { new, same, reopened, closed: page.closed, not_retested: page.not_retested })
            }
            None => None,
        };
        let ask = row.ask.as_deref().and_then(|ask| serde_json::from_str::<Ask>(ask).ok());
        let run = self.run_view(row)?;
        let stoppable = !run.state.ended() && run.state != RunState::Importing && !run.stopping;
        Ok(RunPage {
            targets: ask.map(|ask| ask.targets).unwrap_or_default(),
            log: log.into_iter().map(|(at, code, n, text)| (self.stamp(Micros(at)), (code, n, text))).collect(),
            delta,
            before: before.map(|run| self.run_view(run)).transpose()?,
            may_stop: stoppable && self.viewer()?.may(Action::ManageSchedules),
            run,
        })
    }

    pub(super) async fn run_stop(&self, id: i64) -> Answer<()> {
        let scoped = self.scoped(Action::ManageSchedules)?;
        self.service.store.run(id).await.wire()?;
        if !scoped.run_cancel(id, self.now()).await.wire()? {
            return Err(WireError { detail: "run_ended".to_owned(), ..WireError::new(ErrorCode::Conflict) });
        }
        self.service.runs_bell.notify_waiters();
        self.audit(AuditAct::StopRun, &format!("scan_run:{id}"), "").await
    }

    pub(in crate::areas) fn run_view(&self, row: ShownRun) -> Result<RunView, WireError> {
        let damaged = |()| crate::errors::internal(&"a run of an unknown state or cause");
        let state: RunState = row.state.parse().map_err(damaged)?;
        let cause: Trigger = row.cause.parse().map_err(damaged)?;
        let stamp = |at: Option<i64>| at.map(|at| self.stamp(Micros(at)));
        let end = row.ended_at.unwrap_or(self.now().0);
        Ok(RunView {
            id: row.id,
            connector: (row.connector_id, row.connector),
            schedule: row.schedule_id.zip(row.schedule),
            target: row.target.unwrap_or_default(),
            cause,
            who: row.who,
            state,
            reason: row.reason,
            detail: row.detail,
            stage: row.stage,
            percent: row.percent,
            stopping: row.cancel == 1 && !state.ended(),
            job: row.job_id,
            scan: row.scan_id,
            at: self.stamp(Micros(row.due_at.unwrap_or(row.created_at))),
            began: stamp(row.begun_at),
            ended: stamp(row.ended_at),
            look: stamp((!state.ended()).then_some(row.look_at)),
            seconds: row.begun_at.map(|began| (end - began).max(0) / 1_000_000),
        })
    }
}
