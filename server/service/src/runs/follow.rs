//! A run that is on its scanner: how far it is, the person who stops it, its limit of time.

use super::{SECOND, Step, logged};
use crate::Service;
use model::RunEvent;
use model::scanner::{FaultCode, Phase, Retry};
use scanners::{Connector, Halt, Progress, Remote};
use store::runs::LogLine;

/// How long a scan that was told to stop may take to say so, in microseconds.
const STOPPING: i64 = 10 * 60 * SECOND;

impl Service {
    /// Looks where a running scan is.
    pub(super) async fn follow(&self, mut step: Step) -> anyhow::Result<Step> {
        let now = self.now();
        let connector = match self.connector_of(step.run.connector_id).await? {
            Ok(connector) => connector,
            Err(fault) => {
                step.fault(&fault, now);
                return Ok(step);
            }
        };
        let nature = connector.nature();
        // The process that ran it is gone, since it kept its claim for as long as it lived; it may have left how it ended.
        let orphan = nature.in_process && !self.here.holds(step.run.id);
        step.held = nature.in_process && !orphan;
        let order = self.asked(&step).await?;
        let (Some(remote), Some(order)) = (step.run.remote.clone().map(Remote::stored), order) else {
            step.end(RunEvent::Failed, "damaged", "", now);
            return Ok(step);
        };
        if step.run.deadline.is_some_and(|deadline| now.0 >= deadline) {
            return Ok(self.over_time(step, &*connector, &remote).await);
        }
        if step.run.cancel == 1 && step.run.reason != "stopping" {
            match connector.cancel(&remote).await {
                Ok(Halt::LeftRunning) => {
                    step.end(RunEvent::Canceled, "left_running", "", now);
                    return Ok(step);
                }
                Ok(Halt::Asked | Halt::Over) => {
                    step.log("stopping", None, "");
                    step.run.reason = "stopping".to_owned();
                    let latest = now.0 + STOPPING;
                    step.run.deadline = Some(step.run.deadline.map_or(latest, |deadline| deadline.min(latest)));
                }
                // It is told again with the next look.
                Err(fault) => step.log("trouble", None, fault.code.word()),
            }
        }
        match connector.advance(&order, &remote).await {
            Ok(progress) => self.moved(&mut step, progress, super::micros(nature.poll)),
            Err(fault) if orphan && fault.code == FaultCode::Gone => {
                step.end(RunEvent::Lost, "process_ended", "", self.now());
            }
            // It was told to stop, and nothing is left of it there.
            Err(fault) if step.run.cancel == 1 && fault.code == FaultCode::Gone => {
                step.end(RunEvent::Canceled, "by_hand", "", self.now());
            }
            Err(fault) if fault.retry() == Retry::Never => {
                step.end(RunEvent::Failed, fault.code.word(), &fault.detail, self.now());
            }
            Err(fault) => {
                // The scan goes on whether it is seen or not: only its limit of time ends the tries.
                let stopping = step.run.reason == "stopping";
                step.run.tries = step.run.tries.min(super::TRIES - 1);
                step.fault(&fault, self.now());
                if stopping {
                    step.run.reason = "stopping".to_owned();
                }
            }
        }
        Ok(step)
    }

    /// The order that was given for a run.
    async fn asked(&self, step: &Step) -> anyhow::Result<Option<scanners::Order>> {
        let ask = step.run.ask.as_deref().and_then(|ask| serde_json::from_str::<super::Ask>(ask).ok());
        let Some(ask) = ask else { return Ok(None) };
        Ok(ask.order(&step.run.key, self.login_for(step, &ask).await?))
    }

    fn moved(&self, step: &mut Step, progress: Progress, poll: i64) {
        let now = self.now();
        let Progress { phase, stage, percent, lines, remote } = progress;
        if let Some(remote) = remote {
            step.run.remote = Some(remote.as_str().to_owned());
        }
        step.run.tries = 0;
        let lines: Vec<LogLine> = lines.iter().map(logged).collect();
        step.lines.extend(self.here.news(step.run.id, lines));
        if step.run.stage != stage.word() {
            // Some scanners say so themselves.
            if !step.lines.iter().any(|line| line.code == "stage_began") {
                step.log("stage_began", None, stage.word());
            }
            stage.word().clone_into(&mut step.run.stage);
        }
        step.run.percent = percent.map(i64::from);
        let stopping = step.run.cancel == 1;
        match phase {
            Phase::Queued | Phase::Running | Phase::Paused => {
                step.event(RunEvent::Progress);
                step.run.look_at = now.0 + poll;
                if !stopping {
                    let reason = if phase == Phase::Paused { "paused_there" } else { "" };
                    reason.clone_into(&mut step.run.reason);
                    step.run.detail.clear();
                }
            }
            // It may have come to its end before it heard of it: then its result is whole.
            Phase::Done => {
                step.event(RunEvent::Finished);
                step.run.look_at = now.0;
                step.run.reason.clear();
                step.log("finished", None, "");
            }
            Phase::Canceled => {
                step.end(RunEvent::Canceled, if stopping { "by_hand" } else { "stopped_there" }, "", now);
            }
            Phase::Failed => step.end(RunEvent::Failed, "failed_there", "", now),
        }
    }

    /// Stops a run that takes longer than it may.
    async fn over_time(&self, mut step: Step, connector: &dyn Connector, remote: &Remote) -> Step {
        let told = connector.cancel(remote).await;
        let now = self.now();
        let left = !matches!(told, Ok(Halt::Asked | Halt::Over));
        // Why it could not be told is why it was not seen to end either.
        let why = told.err().map_or("", |fault| fault.code.word());
        let (event, reason) = match (step.run.cancel, left) {
            (1, _) => (RunEvent::Canceled, if left { "left_running" } else { "by_hand" }),
            (_, true) => (RunEvent::Failed, "time_limit_left_running"),
            _ => (RunEvent::Failed, "time_limit"),
        };
        step.end(event, reason, why, now);
        step
    }
}
