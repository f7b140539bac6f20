//! The beginning of a run: a session, a context, a policy; and how a run that was begun is found again.

use crate::order::web_targets;
use crate::zap::{Run, Step, Zap, api};
use crate::{Fault, Order, Remote};
use model::scanner::{FaultCode, Intensity};
use serde_json::Value;
use url::Url;

/// What the name of the context that is made last ends with.
const WHOLE: &str = "-whole";

/// The policy of a run that verifies a fix.
const VERIFY: &str = "postura-verify";

impl Zap {
    pub(super) async fn begin(&self, order: &Order) -> Result<Remote, Fault> {
        order.check()?;
        let targets = web_targets(order)?;
        if let Some(run) = self.marked(&order.key.marker()).await? {
            return Remote::of(&run);
        }
        for component in ["spider", "ascan"] {
            if self.scans_of(component).await?.iter().any(|scan| !scan.is_over()) {
                return Err(Fault::new(FaultCode::Busy, component));
            }
        }
        // Up to here nothing was changed; from here on, a launch that breaks off leaves no marker and begins with a new session.
        let run = self.prepare(order, &targets).await;
        run.and_then(|run| Remote::of(&run)).map_err(|fault| Fault { perhaps_done: false, ..fault })
    }

    async fn prepare(&self, order: &Order, targets: &[Url]) -> Result<Run, Fault> {
        self.action("core", "newSession", &[("name", ""), ("overwrite", "true")]).await?;
        let marker = order.key.marker();
        let context = self.new_context(&marker, order, targets).await?;
        let user = match &order.login {
            Some(login) => Some(self.log_in(&context, login).await?),
            None => None,
        };
        self.set_limits(order).await?;
        self.set_policy(order).await?;
        self.visit(targets).await?;
        self.action("context", "newContext", &[("contextName", &format!("{marker}{WHOLE}"))]).await?;
        Ok(Run { marker, context, user, step: Step::Crawl, target: 0, scan: None, login_held: None })
    }

    /// How many requests at a time, and how long the test may take.
    async fn set_limits(&self, order: &Order) -> Result<(), Fault> {
        let threads = match order.intensity {
            Intensity::Light => "1",
            Intensity::Normal => "2",
            Intensity::Deep => "5",
        };
        let minutes = (order.time_limit.as_secs() / 60).clamp(1, 100_000).to_string();
        self.action("ascan", "setOptionThreadPerHost", &[("Integer", threads)]).await?;
        self.action("ascan", "setOptionMaxScanDurationInMins", &[("Integer", &minutes)]).await?;
        Ok(())
    }

    /// Makes the policy of the run, if it is none of those that are there.
    async fn set_policy(&self, order: &Order) -> Result<(), Fault> {
        let (Some(name), None) = (own_policy(order), &order.choice) else { return Ok(()) };
        // Policies outlive a session.
        self.action_unless("does_not_exist", "ascan", "removeScanPolicy", &[("scanPolicyName", name)]).await?;
        let strength = match order.intensity {
            Intensity::Light => "LOW",
            Intensity::Normal => "MEDIUM",
            Intensity::Deep => "HIGH",
        };
        let policy = ("scanPolicyName", name);
        self.action("ascan", "addScanPolicy", &[policy, ("attackStrength", strength)]).await?;
        if !order.rules.is_empty() {
            self.action("ascan", "disableAllScanners", &[policy]).await?;
            // The passive ones are on anyway, and no policy knows them.
            let known = self.view("ascan", "scanners", &[policy]).await?;
            let known: Vec<&str> =
                known["scanners"].as_array().into_iter().flatten().filter_map(|rule| rule["id"].as_str()).collect();
            let active: Vec<&str> =
                order.rules.iter().map(String::as_str).filter(|rule| known.contains(rule)).collect();
            if !active.is_empty() {
                self.action("ascan", "enableScanners", &[policy, ("ids", &active.join(","))]).await?;
            }
        }
        Ok(())
    }

    /// Opens each target once: what was never visited cannot be tested.
    async fn visit(&self, targets: &[Url]) -> Result<(), Fault> {
        let mut reached = 0;
        for target in targets {
            let parameters = [("url", target.as_str()), ("followRedirects", "true")];
            match self.action("core", "accessUrl", &parameters).await {
                Ok(_) => reached += 1,
                Err(fault) if fault.code == FaultCode::Refused => {}
                Err(fault) => return Err(fault),
            }
        }
        if reached == 0 { Err(Fault::new(FaultCode::TargetUnreachable, targets[0].as_str())) } else { Ok(()) }
    }

    /// The run of that marker, if this session of ZAP's is its.
    pub(super) async fn marked(&self, marker: &str) -> Result<Option<Run>, Fault> {
        let contexts: Vec<String> = api::read(self.view("context", "contextList", &[]).await?, "contextList")?;
        if !contexts.contains(&format!("{marker}{WHOLE}")) {
            return Ok(None);
        }
        let context: Value = self.view("context", "context", &[("contextName", marker)]).await?;
        let context: String = api::read(context["context"].clone(), "id")?;
        let users = self.view("users", "usersList", &[("contextId", &context)]).await?;
        let user = users["usersList"][0]["id"].as_str().map(str::to_owned);
        Ok(Some(Run {
            marker: marker.to_owned(),
            context,
            user,
            step: Step::Crawl,
            target: 0,
            scan: None,
            login_held: None,
        }))
    }

    /// Whether this session of ZAP's is still the run's.
    pub(super) async fn is_marked(&self, run: &Run) -> Result<bool, Fault> {
        let contexts: Vec<String> = api::read(self.view("context", "contextList", &[]).await?, "contextList")?;
        Ok(contexts.contains(&format!("{}{WHOLE}", run.marker)))
    }

    /// Takes the marker away: whatever polls the run afterwards finds it gone.
    pub(super) async fn unmark(&self, run: &Run) -> Result<(), Fault> {
        let name = format!("{}{WHOLE}", run.marker);
        self.action_unless("does_not_exist", "context", "removeContext", &[("contextName", &name)]).await
    }
}

/// The name of the policy that a run makes for itself, if it needs one.
fn own_policy(order: &Order) -> Option<&'static str> {
    match (order.rules.is_empty(), order.intensity) {
        (false, _) => Some(VERIFY),
        (true, Intensity::Light) => Some("postura-light"),
        (true, Intensity::Normal) => None,
        (true, Intensity::Deep) => Some("postura-deep"),
    }
}

/// The name of the policy that a run uses; empty for ZAP's default.
pub(super) fn policy(order: &Order) -> &str {
    order.choice.as_deref().or_else(|| own_policy(order)).unwrap_or("")
}
