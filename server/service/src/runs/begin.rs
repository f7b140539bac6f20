//! From a queued run to one that runs: what keeps it back, the intent, the launch; and finding a launch again.

use super::{Ask, LEASE, SECOND, Step, order, pause};
use crate::Service;
use crate::schedule::Windows;
use model::policy::Action;
use model::scanner::Capability;
use model::{Micros, RunEvent, RunState, UserId};
use scanners::{Connector, Found};
use store::Reason;
use store::runs::{Gate, Lease, Run};
use store::schedules::Schedule;
use store::targets::Target;

/// How long a run waits for a place before it looks again, in microseconds.
const QUEUE: i64 = 30 * SECOND;
/// How long a run waits at most, in microseconds.
const PATIENCE: i64 = 2 * Micros::DAY;
/// How soon a launch without a clear answer is looked for, in microseconds.
const SOON: i64 = 10 * SECOND;

/// What stands in a run's way.
enum Kept {
    /// It looks again later, for a reason.
    Until(Micros, &'static str),
    /// It does not begin at all, for a reason.
    Refused(&'static str),
}

impl Service {
    /// Begins a queued run, if nothing stands in its way: the intent is on record before the scanner is asked.
    pub(super) async fn begin(&self, mut step: Step) -> anyhow::Result<Option<Step>> {
        let now = self.now();
        if step.run.cancel == 1 {
            step.end(RunEvent::Canceled, "by_hand", "", now);
            return Ok(Some(step));
        }
        let schedule = match step.run.schedule_id {
            Some(id) => Some(self.store.schedule(id).await?),
            None => None,
        };
        let target = match step.run.target_id {
            Some(target) => Some(self.store.target(target).await?),
            None => None,
        };
        if let Some(kept) = self.kept_back(&step.run, schedule.as_ref(), target.as_ref()).await? {
            match kept {
                Kept::Until(until, reason) => step.wait(until, reason),
                Kept::Refused(reason) => step.end(RunEvent::Failed, reason, "", now),
            }
            return Ok(Some(step));
        }
        let ask = match (&target, &schedule) {
            (Some(target), schedule) => order::ask(&step.run, schedule.as_ref(), target),
            (None, Some(schedule)) => {
                Ok(order::fetch(schedule, self.store.run_last_done(schedule.id, step.run.id).await?))
            }
            (None, None) => Err("damaged"),
        };
        let ask = match ask {
            Ok(ask) => ask,
            Err(reason) => {
                step.end(RunEvent::Failed, reason, "", now);
                return Ok(Some(step));
            }
        };
        let connector = match self.connector_of(step.run.connector_id).await? {
            Ok(connector) => connector,
            Err(fault) => {
                step.fault(&fault, now);
                return Ok(Some(step));
            }
        };
        step.event(RunEvent::Intent);
        step.run.ask = Some(serde_json::to_string(&ask)?);
        step.run.begun_at = Some(now.0);
        step.run.deadline = Some(now.0.saturating_add(ask.minutes.saturating_mul(60 * SECOND)));
        step.run.look_at = now.0;
        step.run.reason.clear();
        step.run.detail.clear();
        step.log(if target.is_some() { "intent" } else { "intent_to_fetch" }, None, &ask.targets.join(", "));
        let lines = std::mem::take(&mut step.lines);
        let (lease, at_most) = (Lease::Keep(Micros(now.0 + LEASE)), connector.nature().at_a_time);
        match self.store.run_begin(&step.run, &step.worker, lease, &lines, at_most, now).await? {
            Gate::Open => step.from = RunState::Starting,
            gate => {
                let mut step = Step { run: self.store.run(step.run.id).await?, lines: Vec::new(), ..step };
                let reason = if gate == Gate::Full { "no_place" } else { "run_before" };
                let wait = if gate == Gate::Lost { now.0 } else { now.0 + QUEUE };
                step.wait(Micros(wait), if gate == Gate::Lost { "" } else { reason });
                return Ok(Some(step));
            }
        }
        self.launch(step, &*connector, &ask).await.map(Some)
    }

    /// What stands in a run's way, if anything does.
    async fn kept_back(
        &self,
        run: &Run,
        schedule: Option<&Schedule>,
        target: Option<&Target>,
    ) -> anyhow::Result<Option<Kept>> {
        let now = self.now();
        let connector = self.store.connector(run.connector_id).await?;
        if now.0 - run.created_at.max(run.due_at.unwrap_or(0)) > PATIENCE {
            return Ok(Some(Kept::Refused("waited_too_long")));
        }
        if connector.disabled_at.is_some() {
            return Ok(Some(Kept::Refused("connector_off")));
        }
        let owner = run.user_id.or(schedule.and_then(|schedule| schedule.owner_id));
        if let Some(owner) = owner {
            let viewer = self.store.unscoped(Reason::Job).user_viewer(UserId(owner)).await?;
            if !viewer.is_some_and(|viewer| viewer.may(Action::ManageSchedules)) {
                return Ok(Some(Kept::Refused("owner")));
            }
        }
        if target.is_some_and(|target| !target.authorised(now)) {
            return Ok(Some(Kept::Refused("not_authorised")));
        }
        let probe =
            connector.probe.as_deref().and_then(|probe| serde_json::from_str::<super::beat::Probed>(probe).ok());
        if probe.is_some_and(|probe| probe.can != Capability::Launch) {
            return Ok(Some(Kept::Refused("cannot_launch")));
        }
        // What scans nothing needs no permission, and disturbs nobody.
        if let Some(target) = target {
            let windows: Windows = target.blackouts.parse().unwrap_or_default();
            let zone = crate::zone::parse(&target.zone).map_err(|name| anyhow::anyhow!("no such time zone: {name}"))?;
            match windows.open_from(zone, now) {
                None => return Ok(Some(Kept::Refused("always_blackout"))),
                Some(open) if open > now => return Ok(Some(Kept::Until(open, "blackout"))),
                Some(_) => {}
            }
        }
        let rests = connector.rests_until.filter(|until| *until > now.0);
        Ok(rests.map(|until| Kept::Until(Micros(until), "resting")))
    }

    /// The login of a run that signs in.
    pub(super) async fn login_for(&self, step: &Step, ask: &Ask) -> anyhow::Result<Option<scanners::Login>> {
        match step.run.target_id {
            Some(target) if ask.signed_in => self.login_of(target).await,
            _ => Ok(None),
        }
    }

    /// Asks the scanner to start what is on record as an intent.
    async fn launch(&self, mut step: Step, connector: &dyn Connector, ask: &Ask) -> anyhow::Result<Step> {
        let login = self.login_for(&step, ask).await?;
        let Some(order) = ask.order(&step.run.key, login) else {
            step.end(RunEvent::Failed, "damaged", "", self.now());
            return Ok(step);
        };
        let nature = connector.nature();
        // Known before it is launched: if this process dies, nobody else takes the scan for its own.
        if nature.in_process {
            self.here.remember(step.run.id);
        }
        let launched = connector.launch(&order).await;
        let now = self.now();
        match launched {
            Ok(remote) => {
                step.event(RunEvent::Launched);
                step.run.remote = Some(remote.as_str().to_owned());
                step.run.tries = 0;
                step.run.look_at = now.0 + super::micros(nature.poll);
                step.held = nature.in_process;
                step.log("launched", None, "");
            }
            Err(fault) if fault.perhaps_done => {
                // Nobody knows whether it was: the scanner is asked before anything else is done.
                step.run.tries += 1;
                step.run.look_at = now.0 + SOON;
                fault.code.word().clone_into(&mut step.run.reason);
                step.log("launch_unclear", None, fault.code.word());
            }
            Err(fault) => {
                if fault.retry() != model::scanner::Retry::Never && step.run.tries < super::TRIES {
                    step.event(RunEvent::NotLaunched);
                    step.run.begun_at = None;
                }
                step.fault(&fault, now);
            }
        }
        Ok(step)
    }

    /// A run with an intent and no answer: the scanner is asked whether it was launched.
    pub(super) async fn find_again(&self, mut step: Step) -> anyhow::Result<Step> {
        let connector = match self.connector_of(step.run.connector_id).await? {
            Ok(connector) => connector,
            Err(fault) => {
                step.end(RunEvent::Lost, "cannot_ask", fault.code.word(), self.now());
                return Ok(step);
            }
        };
        let nature = connector.nature();
        let Some(key) = scanners::RunKey::new(&step.run.key) else {
            step.end(RunEvent::Failed, "damaged", "", self.now());
            return Ok(step);
        };
        let found = if nature.can_be_asked { connector.find(&key).await } else { Ok(Found::CannotTell) };
        let now = self.now();
        match found {
            Ok(Found::Launched(remote)) => {
                step.event(RunEvent::Launched);
                step.run.remote = Some(remote.as_str().to_owned());
                step.run.tries = 0;
                step.run.reason.clear();
                step.run.look_at = now.0;
                step.held = nature.in_process && self.here.holds(step.run.id);
                step.log("found_again", None, "");
            }
            Ok(Found::NotLaunched) => {
                step.event(RunEvent::NotLaunched);
                step.run.begun_at = None;
                step.wait(now, "not_launched");
            }
            Ok(Found::CannotTell) => step.end(RunEvent::Lost, "cannot_ask", "", now),
            Err(fault) if fault.retry() != model::scanner::Retry::Never && step.run.tries < 4 * super::TRIES => {
                step.run.tries += 1;
                step.log("trouble", None, fault.code.word());
                step.run.look_at = now.0 + pause(step.run.id, step.run.tries);
                fault.code.word().clone_into(&mut step.run.reason);
            }
            Err(fault) => step.end(RunEvent::Lost, "cannot_ask", fault.code.word(), now),
        }
        Ok(step)
    }
}
