//! Burp Suite Professional, by version 0.1 of its REST API.
//!
//! The API starts scans and tells of them, and no more: there is no list, so that nobody can be asked whether a scan was started,
//! and no end but a scan's own, so that a canceled run goes on there and is only no longer followed. Its key is a part of the path.
//! A Burp that is restarted without its project counts its scans anew: a number that it does not know is told, one that it has
//! given to another scan since cannot be.

use crate::http::{Answer, Ask, Certificate, Client};
use crate::{
    Config, Connector, Exported, Fault, Found, Halt, Line, Nature, Order, Output, PastRun, Probe, Progress, Remote,
    RemoteScan, RunKey, Secret, Surroundings,
};
use async_trait::async_trait;
use hyper::header::LOCATION;
use model::Micros;
use model::scanner::{Capability, ConnectorKind, FaultCode, Intensity, Note, Phase, Stage};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::time::Duration;
use zeroize::Zeroizing;

/// How many events are asked for at a time.
const PAGE: usize = 500;

/// So many events may a scan have.
const MAX_PAGES: usize = 10_000;

/// A page of events holds requests and responses; so many bytes of them.
const MAX_PAGE: usize = 256 << 20;

/// A Burp Suite Professional.
pub struct BurpPro {
    client: Client,
    key: Zeroizing<String>,
    pool: Option<String>,
}

/// What is stored.
#[derive(Serialize, Deserialize)]
struct Run {
    task: String,
    /// True if it ended before its end.
    partial: bool,
}

/// A scan, as it is told of.
#[derive(Deserialize)]
struct Task {
    scan_status: String,
    #[serde(default)]
    scan_metrics: Value,
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    issue_events: Vec<Box<RawValue>>,
}

impl BurpPro {
    pub fn new(config: &Config, surroundings: &Surroundings) -> Result<Self, Fault> {
        let odd = || Fault::new(FaultCode::Settings, "secret");
        let key = match &config.secret {
            Secret::None => Zeroizing::default(),
            Secret::Key(key) if key.bytes().all(|byte| byte.is_ascii_alphanumeric()) => key.clone(),
            _ => return Err(odd()),
        };
        let client = Client::new(surroundings.door.clone(), &config.address, config.confirmed.clone(), &config.trust)?;
        Ok(Self { client, key, pool: config.settings.pool.clone() })
    }

    fn path(&self, rest: &str) -> String {
        if self.key.is_empty() { format!("v0.1/{rest}") } else { format!("{}/v0.1/{rest}", self.key.as_str()) }
    }

    /// Asks; what went wrong never names the key.
    async fn asked(&self, ask: Ask) -> Result<Answer, Fault> {
        let answer = self.client.ask(ask).await.and_then(Answer::ok);
        answer.map_err(|fault| fault.without(&[self.key.as_str()]))
    }

    /// What is told of a task, with its events behind one and at most so many of them.
    async fn task(&self, task: &str, after: Option<&str>, events: usize) -> Result<Task, Fault> {
        let mut ask = Ask::get(self.path(&format!("scan/{}", crate::http::segment(task)))).at_most(MAX_PAGE);
        if let Some(after) = after {
            ask = ask.query("after", after);
        }
        let answer = self.asked(ask.query("issue_events", &events.to_string())).await;
        // It has no word of its own for a task that it does not know.
        let unknown = |fault: Fault| {
            if fault.code == FaultCode::Refused { Fault { code: FaultCode::Gone, ..fault } } else { fault }
        };
        answer.map_err(unknown)?.json()
    }
}

/// What a status means in our words.
fn phase(status: &str) -> (Phase, Stage) {
    match status {
        "initializing" => (Phase::Queued, Stage::Preparing),
        "crawling" => (Phase::Running, Stage::Crawl),
        "auditing" => (Phase::Running, Stage::Active),
        "paused" => (Phase::Paused, Stage::Scanning),
        "succeeded" => (Phase::Done, Stage::Finishing),
        "cancelled" => (Phase::Canceled, Stage::Finishing),
        "failed" => (Phase::Failed, Stage::Finishing),
        _ => (Phase::Running, Stage::Scanning),
    }
}

fn body(order: &Order, pool: Option<&String>) -> Value {
    let rules = |all: &[String]| -> Vec<Value> {
        all.iter().map(|url| json!({"rule": url, "type": "SimpleScopeDef"})).collect()
    };
    let configuration = order.choice.as_deref().unwrap_or(match order.intensity {
        Intensity::Light => "Crawl and Audit - Lightweight",
        Intensity::Normal => "Crawl and Audit - Balanced",
        Intensity::Deep => "Crawl and Audit - Deep",
    });
    let mut body = json!({
        "urls": order.targets,
        "name": format!("{} [{}]", order.name, order.key.marker()),
        "scope": {"type": "SimpleScope", "include": rules(&order.targets), "exclude": rules(&order.exclude)},
        "scan_configurations": [{"type": "NamedConfiguration", "name": configuration}],
        "protocol_option": "specified",
    });
    if let Some(login) = &order.login {
        body["application_logins"] = json!([{"type": "UsernameAndPasswordLogin", "username": login.username, "password": login.password.as_str()}]);
    }
    if let Some(pool) = pool {
        body["resource_pool"] = pool.as_str().into();
    }
    body
}

fn lines(task: &Task) -> Vec<Line> {
    let count = |name: &str, note| task.scan_metrics[name].as_i64().filter(|n| *n > 0).map(|n| Line::number(note, n));
    let said = |text: &str| Line::text(Note::ScannerSaid, text);
    let caption = task.scan_metrics["crawl_and_audit_caption"].as_str().filter(|text| !text.is_empty()).map(said);
    let message = task.message.as_deref().filter(|text| !text.is_empty()).map(said);
    let counts = [
        count("crawl_unique_locations_visited", Note::AddressesFound),
        count("audit_requests_made", Note::RequestsMade),
        count("issue_events", Note::AlertsSoFar),
    ];
    counts.into_iter().chain([caption, message]).flatten().collect()
}

#[async_trait]
impl Connector for BurpPro {
    fn kind(&self) -> ConnectorKind {
        ConnectorKind::BurpPro
    }

    fn nature(&self) -> Nature {
        let poll = Duration::from_secs(10);
        Nature { can_be_asked: false, can_cancel: false, at_a_time: None, poll, in_process: false }
    }

    fn certificate(&self) -> Option<Certificate> {
        self.client.certificate()
    }

    async fn probe(&self, _now: Micros) -> Result<Probe, Fault> {
        self.asked(Ask::get(self.path(""))).await?;
        // Any site answers with a page; only Burp has these.
        let known: Vec<IgnoredAny> =
            self.asked(Ask::get(self.path("knowledge_base/issue_definitions"))).await?.json()?;
        if known.is_empty() {
            return Err(Fault::protocol("issue_definitions"));
        }
        let mut probe = Probe::of(Capability::Launch, "Burp Suite Professional");
        probe.notes = vec![Line::of(Note::CannotCancel), Line::of(Note::CannotBeAsked)];
        if !self.client.is_encrypted() {
            probe.notes.push(Line::of(Note::PlainHttp));
        }
        Ok(probe)
    }

    async fn launch(&self, order: &Order) -> Result<Remote, Fault> {
        order.check()?;
        crate::order::web_targets(order)?;
        let answer = self.asked(Ask::post(self.path("scan")).json(&body(order, self.pool.as_ref()))?).await?;
        // A bare number by the recordings; a path ends with it.
        let task = answer.header(LOCATION).and_then(|location| location.trim_end_matches('/').rsplit('/').next());
        let task =
            task.filter(|task| !task.is_empty()).ok_or_else(|| Fault::uncertain(FaultCode::Protocol, "Location"))?;
        Remote::of(&Run { task: task.to_owned(), partial: false })
    }

    async fn find(&self, _key: &RunKey) -> Result<Found, Fault> {
        Ok(Found::CannotTell)
    }

    async fn advance(&self, _order: &Order, remote: &Remote) -> Result<Progress, Fault> {
        let run: Run = remote.read()?;
        let task = self.task(&run.task, None, 1).await?;
        let (phase, stage) = phase(&task.scan_status);
        let percent = task.scan_metrics["crawl_and_audit_progress"].as_u64();
        let percent = percent.map(|percent| u8::try_from(percent).unwrap_or(100).min(100));
        let mut progress = Progress { percent, lines: lines(&task), ..Progress::of(phase, stage) };
        if phase == Phase::Canceled && !run.partial {
            progress.remote = Some(Remote::of(&Run { partial: true, ..run })?);
        }
        Ok(progress)
    }

    async fn cancel(&self, remote: &Remote) -> Result<Halt, Fault> {
        let run: Run = remote.read()?;
        match self.task(&run.task, None, 1).await {
            Ok(task) if phase(&task.scan_status).0.is_over() => Ok(Halt::Over),
            Err(fault) if fault.code == FaultCode::Gone => Ok(Halt::Over),
            // Whether it can be reached or not: it cannot be told.
            _ => Ok(Halt::LeftRunning),
        }
    }

    async fn export(&self, remote: &Remote, output: &mut Output<'_>) -> Result<Exported, Fault> {
        #[derive(Deserialize)]
        struct Event {
            id: String,
        }
        let run: Run = remote.read()?;
        let mut after: Option<String> = None;
        for page in 0..MAX_PAGES {
            let task = self.task(&run.task, after.as_deref(), PAGE).await?;
            if page == 0 {
                if !phase(&task.scan_status).0.is_over() {
                    return Err(Fault::new(FaultCode::Busy, task.scan_status));
                }
                let (status, metrics) = (json!(task.scan_status), &task.scan_metrics);
                let head = format!(
                    r#"{{"task_id":{},"scan_status":{status},"scan_metrics":{metrics},"issue_events":["#,
                    json!(run.task)
                );
                output.write(head.as_bytes()).await?;
            }
            let Some(last) = task.issue_events.last() else {
                output.write(b"]}").await?;
                let bytes = output.flush().await?;
                return Ok(Exported {
                    bytes,
                    name: format!("burp-{}.json", run.task),
                    partial: run.partial,
                    ..Exported::default()
                });
            };
            let last: Event = serde_json::from_str(last.get()).map_err(|error| Fault::protocol(error.to_string()))?;
            if after.as_ref() == Some(&last.id) {
                return Err(Fault::protocol("events behind the last one"));
            }
            for (index, event) in task.issue_events.iter().enumerate() {
                if page + index > 0 {
                    output.write(b",").await?;
                }
                output.write(event.get().as_bytes()).await?;
            }
            after = Some(last.id);
        }
        Err(Fault::new(FaultCode::TooBig, ""))
    }

    async fn scans(&self) -> Result<Vec<RemoteScan>, Fault> {
        Err(Fault::unsupported())
    }

    async fn history(&self, _scan: &str, _now: Micros) -> Result<Vec<PastRun>, Fault> {
        Err(Fault::unsupported())
    }
}
