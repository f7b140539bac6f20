//! The other door of ZAP: a plan of its Automation Framework, which lies where ZAP runs and says itself what is scanned and how.
//!
//! The daemon runs it in a new session, so that its result is fetched as that of any other run. The run's marker is made with the
//! plan's number in its name once the plan has begun; a context of the run's name that is made before says that it may have.

use crate::http::Certificate;
use crate::zap::{Run, Step, Zap, api};
use crate::{
    Config, Connector, Exported, Fault, Found, Halt, Line, Nature, Order, Output, PastRun, Probe, Progress, Remote,
    RemoteScan, RunKey, Surroundings,
};
use async_trait::async_trait;
use model::Micros;
use model::scanner::{Capability, ConnectorKind, FaultCode, Note, Phase, Stage};
use serde::Deserialize;

/// What the name of the context that is made last ends with.
const WHOLE: &str = "-whole";

/// A plan of a ZAP.
pub struct ZapPlan {
    zap: Zap,
    plan: String,
}

#[derive(Deserialize)]
struct PlanProgress {
    #[serde(default)]
    finished: String,
    #[serde(default)]
    info: Vec<String>,
    #[serde(default)]
    warn: Vec<String>,
    #[serde(default)]
    error: Vec<String>,
}

impl ZapPlan {
    pub fn new(config: &Config, surroundings: &Surroundings) -> Result<Self, Fault> {
        let plan = config.needed(config.settings.plan.as_ref(), "plan")?.to_owned();
        Ok(Self { zap: Zap::new(config, surroundings)?, plan })
    }

    async fn contexts(&self) -> Result<Vec<String>, Fault> {
        api::read(self.zap.view("context", "contextList", &[]).await?, "contextList")
    }

    async fn progress(&self, plan: &str) -> Result<PlanProgress, Fault> {
        let answer = self.zap.view("automation", "planProgress", &[("planId", plan)]).await?;
        serde_json::from_value(answer).map_err(|_| Fault::protocol("planProgress"))
    }
}

/// The run of a plan: its number is kept where a run has its context.
fn run(marker: &str, plan: &str, step: Step) -> Run {
    let marker = format!("{marker}-{plan}");
    Run { marker, context: plan.to_owned(), user: None, step, target: 0, scan: None, login_held: None }
}

#[async_trait]
impl Connector for ZapPlan {
    fn kind(&self) -> ConnectorKind {
        ConnectorKind::ZapPlan
    }

    fn nature(&self) -> Nature {
        self.zap.nature()
    }

    fn certificate(&self) -> Option<Certificate> {
        self.zap.certificate()
    }

    async fn probe(&self, _now: Micros) -> Result<Probe, Fault> {
        let mut probe = self.zap.found().await?;
        // There is no plan of that number: the answer tells whether there is anybody who would know.
        match self.progress("0").await {
            Err(fault) if fault.code == FaultCode::AddOnMissing => {
                probe.notes.push(Line::text(Note::AddOnMissing, "automation"));
                probe.can = Capability::ReadOnly;
            }
            Err(fault) if fault.code != FaultCode::Gone => return Err(fault),
            _ => {}
        }
        probe.choices.clear();
        Ok(probe)
    }

    async fn launch(&self, order: &Order) -> Result<Remote, Fault> {
        order.check()?;
        match self.find(&order.key).await? {
            Found::Launched(remote) => return Ok(remote),
            Found::NotLaunched => {}
            Found::CannotTell => return Err(Fault::uncertain(FaultCode::Busy, "automation")),
        }
        for component in ["spider", "ascan"] {
            if self.zap.scans_of(component).await?.iter().any(|scan| !scan.is_over()) {
                return Err(Fault::new(FaultCode::Busy, component));
            }
        }
        let marker = order.key.marker();
        self.zap.action("core", "newSession", &[("name", ""), ("overwrite", "true")]).await?;
        self.zap.action("context", "newContext", &[("contextName", &marker)]).await?;
        let begun = self.zap.action("automation", "runPlan", &[("filePath", &self.plan)]).await;
        let begun = match begun {
            Ok(begun) => begun,
            Err(fault) if fault.perhaps_done || fault.code == FaultCode::KeyOrAddressRefused => {
                return Err(Fault { perhaps_done: true, ..fault });
            }
            Err(fault) => {
                // It has not begun: nothing is to say that it may have.
                self.zap.action("context", "removeContext", &[("contextName", &marker)]).await?;
                return Err(fault);
            }
        };
        let plan: String = api::read(begun, "planId")?;
        let run = run(&marker, &plan, Step::Active);
        let whole = format!("{}{WHOLE}", run.marker);
        self.zap.action("context", "newContext", &[("contextName", &whole)]).await?;
        Remote::of(&run)
    }

    async fn find(&self, key: &RunKey) -> Result<Found, Fault> {
        let (contexts, marker) = (self.contexts().await?, key.marker());
        let plan = |name: &String| {
            let number = name.strip_prefix(&format!("{marker}-"))?.strip_suffix(WHOLE)?;
            Some(number.to_owned())
        };
        match contexts.iter().find_map(plan) {
            Some(plan) => Ok(Found::Launched(Remote::of(&run(&marker, &plan, Step::Active))?)),
            None if contexts.contains(&marker) => Ok(Found::CannotTell),
            None => Ok(Found::NotLaunched),
        }
    }

    async fn advance(&self, _order: &Order, remote: &Remote) -> Result<Progress, Fault> {
        let run: Run = remote.read()?;
        if !self.zap.is_marked(&run).await? {
            return Err(Fault::new(FaultCode::Gone, ""));
        }
        let plan = self.progress(&run.context).await?;
        let said = plan.error.last().or(plan.warn.last()).or(plan.info.last());
        let lines = said.map(|text| Line::text(Note::ScannerSaid, text)).into_iter().collect();
        let phase = match (plan.finished.is_empty(), plan.error.is_empty()) {
            (true, _) => Phase::Running,
            (false, true) => Phase::Done,
            (false, false) => Phase::Failed,
        };
        let stage = if phase.is_over() { Stage::Finishing } else { Stage::Scanning };
        let mut progress = Progress { lines, ..Progress::of(phase, stage) };
        if phase == Phase::Done && run.step != Step::Done {
            progress.remote = Some(Remote::of(&Run { step: Step::Done, ..run })?);
        }
        Ok(progress)
    }

    async fn cancel(&self, remote: &Remote) -> Result<Halt, Fault> {
        let run: Run = remote.read()?;
        if !self.zap.is_marked(&run).await? {
            return Ok(Halt::Over);
        }
        self.zap.unmark(&run).await?;
        self.zap.action_unless("does_not_exist", "automation", "stopPlan", &[("planId", &run.context)]).await?;
        Ok(Halt::Over)
    }

    async fn export(&self, remote: &Remote, output: &mut Output<'_>) -> Result<Exported, Fault> {
        self.zap.report(&remote.read()?, output).await
    }

    async fn scans(&self) -> Result<Vec<RemoteScan>, Fault> {
        Err(Fault::unsupported())
    }

    async fn history(&self, _scan: &str, _now: Micros) -> Result<Vec<PastRun>, Fault> {
        Err(Fault::unsupported())
    }
}
