//! One step of a run after the other.

use crate::order::web_targets;
use crate::zap::api::Scan;
use crate::zap::launch::policy;
use crate::zap::{Run, Step, Zap, api};
use crate::{Fault, Halt, Line, Order, Progress, Remote};
use model::scanner::{FaultCode, Intensity, Note, Phase, Stage};
use serde_json::Value;

/// Where a step is.
enum At {
    /// Going on.
    Going(Progress),
    /// Through, with facts for the log.
    Through(Vec<Line>),
    /// It ends the run.
    Ended(Progress),
}

impl Zap {
    pub(super) async fn step(&self, order: &Order, run: Run) -> Result<Progress, Fault> {
        if !self.is_marked(&run).await? {
            return Err(Fault::new(FaultCode::Gone, ""));
        }
        let mut now = run.clone();
        let at = match now.step {
            Step::Crawl => self.scan(order, &mut now, "spider").await?,
            Step::BrowserCrawl => self.browser(order, &mut now).await?,
            Step::PassiveOfCrawl | Step::PassiveOfActive => self.passive(now.step).await?,
            Step::Active => self.scan(order, &mut now, "ascan").await?,
            Step::Done => return Ok(Progress { percent: Some(100), ..Progress::of(Phase::Done, Stage::Finishing) }),
        };
        let mut progress = match at {
            At::Going(progress) | At::Ended(progress) => progress,
            At::Through(lines) => {
                go_on(&mut now, order);
                if let (Step::PassiveOfActive, Some(login)) = (now.step, &order.login) {
                    now.login_held = Some(self.is_logged_in(login).await?);
                }
                let phase = if now.step == Step::Done { Phase::Done } else { Phase::Running };
                let mut progress = Progress { lines, ..Progress::of(phase, stage(now.step)) };
                progress.percent = Some(share(now.step, now.target, order.targets.len(), 0));
                progress.lines.push(Line::text(Note::StageBegan, progress.stage.word()));
                progress
            }
        };
        progress.remote = if now == run { None } else { Some(Remote::of(&now)?) };
        Ok(progress)
    }

    /// Crawls or tests one target after the other.
    async fn scan(&self, order: &Order, run: &mut Run, component: &str) -> Result<At, Fault> {
        let scans = self.scans_of(component).await?;
        let Some(id) = &run.scan else {
            // The session is the run's own: a scan more than targets that are through was begun, and its id not stored.
            let begun = match scans.get(run.target) {
                Some(scan) => scan.id.clone(),
                None => self.begin_scan(order, run, component).await?,
            };
            run.scan = Some(begun);
            let progress = Progress::of(Phase::Running, stage(run.step));
            let percent = Some(share(run.step, run.target, order.targets.len(), 0));
            return Ok(At::Going(Progress { percent, ..progress }));
        };
        let Some(scan) = scans.iter().find(|scan| scan.id == *id) else {
            return Err(Fault::new(FaultCode::Gone, component));
        };
        let lines = facts(scan);
        if scan.is_over() && scan.percent() < 100 {
            // A scan that was stopped says that its status is 100; only its progress tells the truth.
            return Ok(At::Ended(Progress { lines, ..Progress::of(Phase::Canceled, stage(run.step)) }));
        }
        if scan.is_over() {
            run.scan = None;
            return Ok(At::Through(lines));
        }
        let phase = if scan.state == "PAUSED" { Phase::Paused } else { Phase::Running };
        let percent = Some(share(run.step, run.target, order.targets.len(), scan.percent()));
        Ok(At::Going(Progress { percent, lines, ..Progress::of(phase, stage(run.step)) }))
    }

    async fn begin_scan(&self, order: &Order, run: &Run, component: &str) -> Result<String, Fault> {
        let targets = web_targets(order)?;
        let target = targets.get(run.target).ok_or_else(|| Fault::new(FaultCode::Settings, "targets"))?;
        let url = ("url", target.as_str());
        let as_user = |user| [url, ("recurse", "true"), ("contextId", run.context.as_str()), ("userId", user)].to_vec();
        let (action, mut parameters) = match (&run.user, component) {
            (Some(user), _) => ("scanAsUser", as_user(user.as_str())),
            (None, "spider") => ("scan", vec![url, ("recurse", "true"), ("contextName", run.marker.as_str())]),
            (None, _) => ("scan", vec![url, ("recurse", "true"), ("contextId", run.context.as_str())]),
        };
        if component == "ascan" {
            parameters.push(("scanPolicyName", policy(order)));
        }
        let begun = self.action(component, action, &parameters).await?;
        api::read(begun, action)
    }

    /// Crawls in a browser, where ZAP has one and the run is not a light one.
    async fn browser(&self, order: &Order, run: &mut Run) -> Result<At, Fault> {
        let left_out = || Ok(At::Through(vec![Line::text(Note::StageLeftOut, Stage::BrowserCrawl.word())]));
        if order.intensity == Intensity::Light || !order.rules.is_empty() {
            return left_out();
        }
        let status = match self.view("ajaxSpider", "status", &[]).await {
            Ok(answer) => api::read::<String>(answer, "status")?,
            Err(fault) if fault.code == FaultCode::AddOnMissing => return left_out(),
            Err(fault) => return Err(fault),
        };
        let going = || At::Going(Progress::of(Phase::Running, Stage::BrowserCrawl));
        if status == "running" {
            run.scan.get_or_insert_with(|| "browser".to_owned());
            return Ok(going());
        }
        if run.scan.take().is_some() {
            let found = self.view("ajaxSpider", "numberOfResults", &[]).await?;
            return Ok(At::Through(number(&found["numberOfResults"], Note::AddressesFound).into_iter().collect()));
        }
        let targets = web_targets(order)?;
        let target = targets.get(run.target).ok_or_else(|| Fault::new(FaultCode::Settings, "targets"))?;
        let parameters = [("url", target.as_str()), ("inScope", "true"), ("contextName", run.marker.as_str())];
        self.action("ajaxSpider", "scan", &parameters).await?;
        run.scan = Some("browser".to_owned());
        Ok(going())
    }

    /// Waits until what was exchanged is analysed.
    async fn passive(&self, step: Step) -> Result<At, Fault> {
        let left = self.view("pscan", "recordsToScan", &[]).await?;
        let left: String = api::read(left, "recordsToScan")?;
        if left == "0" {
            return Ok(At::Through(Vec::new()));
        }
        Ok(At::Going(Progress { percent: Some(share(step, 0, 1, 0)), ..Progress::of(Phase::Running, Stage::Passive) }))
    }

    /// Stops whatever goes on, and takes the run's marker away so that nothing of it goes on later.
    pub(super) async fn stop(&self, run: &Run) -> Result<Halt, Fault> {
        if !self.is_marked(run).await? {
            return Ok(Halt::Over);
        }
        self.unmark(run).await?;
        for component in ["spider", "ascan"] {
            self.action(component, "stopAllScans", &[]).await?;
        }
        match self.action("ajaxSpider", "stop", &[]).await {
            Err(fault) if fault.code != FaultCode::AddOnMissing => Err(fault),
            _ => Ok(Halt::Over),
        }
    }
}

/// The next target, or the next step.
fn go_on(run: &mut Run, order: &Order) {
    let each_target = matches!(run.step, Step::Crawl | Step::BrowserCrawl | Step::Active);
    if each_target && run.target + 1 < order.targets.len() {
        run.target += 1;
        return;
    }
    run.target = 0;
    run.step = match run.step {
        Step::Crawl => Step::BrowserCrawl,
        Step::BrowserCrawl => Step::PassiveOfCrawl,
        Step::PassiveOfCrawl => Step::Active,
        Step::Active => Step::PassiveOfActive,
        Step::PassiveOfActive | Step::Done => Step::Done,
    };
}

fn stage(step: Step) -> Stage {
    match step {
        Step::Crawl => Stage::Crawl,
        Step::BrowserCrawl => Stage::BrowserCrawl,
        Step::PassiveOfCrawl | Step::PassiveOfActive => Stage::Passive,
        Step::Active => Stage::Active,
        Step::Done => Stage::Finishing,
    }
}

/// How far the whole run is, in percent: the active test takes most of it.
fn share(step: Step, target: usize, targets: usize, percent: u8) -> u8 {
    let (from, to) = match step {
        Step::Crawl => (0, 15),
        Step::BrowserCrawl => (15, 23),
        Step::PassiveOfCrawl => (23, 25),
        Step::Active => (25, 95),
        Step::PassiveOfActive => (95, 99),
        Step::Done => (100, 100),
    };
    let done = (target * 100 + usize::from(percent)).min(targets * 100);
    let part = (to - from) * done / (targets.max(1) * 100);
    u8::try_from(from + part).unwrap_or(100)
}

fn facts(scan: &Scan) -> Vec<Line> {
    let count = |text: &str, note| text.parse().ok().filter(|n| *n > 0).map(|n| Line::number(note, n));
    [count(&scan.requests, Note::RequestsMade), count(&scan.alerts, Note::AlertsSoFar)].into_iter().flatten().collect()
}

fn number(value: &Value, note: Note) -> Option<Line> {
    value.as_str().and_then(|text| text.parse().ok()).map(|number| Line::number(note, number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_only_grows() {
        let steps = [
            (Step::Crawl, 0, 0),
            (Step::Crawl, 0, 50),
            (Step::Crawl, 1, 0),
            (Step::Crawl, 1, 100),
            (Step::BrowserCrawl, 0, 0),
            (Step::PassiveOfCrawl, 0, 0),
            (Step::Active, 0, 0),
            (Step::Active, 0, 99),
            (Step::Active, 1, 10),
            (Step::PassiveOfActive, 0, 0),
            (Step::Done, 0, 0),
        ];
        let shares: Vec<u8> = steps.iter().map(|(step, target, percent)| share(*step, *target, 2, *percent)).collect();
        assert!(shares.is_sorted() && shares[0] == 0 && shares.last() == Some(&100), "{shares:?}");
    }
}
