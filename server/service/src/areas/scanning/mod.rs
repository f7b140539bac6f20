//! Scanners that are driven: connectors, targets, schedules, runs, the calendar.

mod calendar;
mod connectors;
mod health;
mod login;
mod runs;
mod schedules;

use crate::errors::OrWire;
use crate::import::stated;
use crate::request::Session;
use async_trait::async_trait;
use model::audit::AuditAct;
use model::error::WireError;
use model::policy::Action;
use model::view::health::{Failing, HealthPage};
use model::view::scanning::{
    CalendarPage, ConnectorDraft, ConnectorsPage, RunPage, RunsPage, ScheduleAct, ScheduleDraft, SchedulesPage,
    TargetDraft, TargetsPage,
};
use ports::{Answer, Scanning};

pub(crate) use health::{days_until, secret_days, showed};

/// The longest test by hand, in hours.
const LONGEST_TEST: i64 = 31 * 24;

#[async_trait]
impl Scanning for Session {
    async fn connectors(&self) -> Answer<ConnectorsPage> {
        self.connectors_page().await
    }

    async fn set_connector(&self, input: ConnectorDraft) -> Answer<i64> {
        Box::pin(self.connector_set(input)).await
    }

    async fn test_connector(&self, id: i64) -> Answer<String> {
        self.require(Action::ManageConnectors, None)?;
        self.service.store.connector(id).await.wire()?;
        let found = Box::pin(self.service.look_at(id)).await.wire()?;
        let code = found.err().map(|fault| fault.code.word().to_owned()).unwrap_or_default();
        self.audit(AuditAct::TestConnector, &format!("connector:{id}"), &code).await?;
        Ok(code)
    }

    async fn switch_connector(&self, id: i64, on: bool) -> Answer<()> {
        self.scoped(Action::ManageConnectors)?.connector_switch(id, on, self.now()).await.wire()?;
        let word = if on { "on" } else { "off" };
        self.audit(AuditAct::SwitchConnector, &format!("connector:{id}"), word).await
    }

    async fn targets(&self) -> Answer<TargetsPage> {
        self.targets_page().await
    }

    async fn set_target(&self, input: TargetDraft) -> Answer<i64> {
        self.target_set(input).await
    }

    async fn schedules(&self) -> Answer<SchedulesPage> {
        self.schedules_page().await
    }

    async fn set_schedule(&self, input: ScheduleDraft) -> Answer<i64> {
        self.schedule_set(input).await
    }

    async fn act_schedule(&self, id: i64, act: ScheduleAct) -> Answer<()> {
        self.schedule_act(id, act).await
    }

    async fn run_now(&self, schedule: i64, targets: Vec<String>, rules: Vec<String>) -> Answer<i64> {
        self.run_add(schedule, targets, rules).await
    }

    async fn verify_fix(&self, finding: String, schedule: i64) -> Answer<i64> {
        Box::pin(Session::verify_fix(self, &finding, schedule)).await
    }

    async fn runs(&self, schedule: Option<i64>, before: String) -> Answer<RunsPage> {
        self.runs_page(schedule, &before).await
    }

    async fn run(&self, id: i64) -> Answer<RunPage> {
        self.run_page(id).await
    }

    async fn stop_run(&self, id: i64) -> Answer<()> {
        self.run_stop(id).await
    }

    async fn calendar(&self, day: String) -> Answer<CalendarPage> {
        self.calendar_page(&day).await
    }

    async fn plan_test(&self, name: String, who: String, at: String, hours: i64) -> Answer<()> {
        let scoped = self.scoped(Action::ManageSchedules)?;
        super::account::bounded("name", &name, 200)?;
        super::account::bounded("who", &who, 200)?;
        let from = stated(&at, &self.service.zone.name()).map_err(|_| WireError::invalid("at", "unreadable"))?;
        if !(1..=LONGEST_TEST).contains(&hours) {
            return Err(WireError::invalid("hours", "out_of_range"));
        }
        let until = model::Micros(from.0 + hours * 3_600_000_000);
        scoped.manual_test_add(name.trim(), who.trim(), from, until, self.now()).await.wire()?;
        self.audit(AuditAct::PlanTest, "manual_test", &format!("{name} {}", from.rfc3339())).await
    }

    async fn unplan_test(&self, id: i64) -> Answer<()> {
        self.scoped(Action::ManageSchedules)?.manual_test_cancel(id, self.now()).await.wire()?;
        self.audit(AuditAct::PlanTest, &format!("manual_test:{id}"), "taken back").await
    }

    async fn health(&self) -> Answer<HealthPage> {
        self.health_page().await
    }

    async fn failing(&self) -> Answer<Vec<Failing>> {
        self.connectors_failing().await
    }
}
