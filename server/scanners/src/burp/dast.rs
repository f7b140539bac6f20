//! Burp Suite DAST, by its GraphQL.
//!
//! A target is scanned as the site that has it among its addresses; one that is on no site yet becomes one, named after it. A run
//! is a schedule item of its own that is named by the run's marker. Newer servers take lists where older ones took one: the new
//! form is tried, and the old one where the server names the field as unknown.

use crate::http::{Answer, Ask, Certificate, Client};
use crate::{
    Config, Connector, Exported, Fault, Found, Halt, Line, Nature, Order, Output, PastRun, Probe, Progress, Remote,
    RemoteScan, RunKey, Secret, Surroundings,
};
use async_trait::async_trait;
use chrono::SecondsFormat;
use hyper::header::AUTHORIZATION;
use model::Micros;
use model::scanner::{Capability, ConnectorKind, FaultCode, Note, Phase, Stage};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::time::Duration;
use zeroize::Zeroizing;

/// A report holds requests and responses; so many bytes of them are held at a time.
const MAX_REPORT: usize = 512 << 20;

/// How many scans of a site are looked at, the latest.
const MAX_SCANS: usize = 1000;

/// A Burp Suite DAST.
pub struct BurpDast {
    client: Client,
    key: Zeroizing<String>,
    pool: Option<String>,
}

/// What is stored.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Run {
    /// The schedule item, if it is a run of ours.
    item: Option<String>,
    /// The scan, once there is one.
    scan: Option<String>,
    /// True if it ended before its end.
    partial: bool,
}

#[derive(Deserialize)]
struct Scan {
    id: String,
    status: String,
    #[serde(default)]
    start_time: Option<String>,
    #[serde(default)]
    end_time: Option<String>,
    #[serde(default)]
    scan_failure_message: Option<String>,
    #[serde(default)]
    scan_metrics: Value,
}

#[derive(Deserialize)]
struct Site {
    id: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    scope_v2: Option<Scope>,
}

#[derive(Deserialize)]
struct Scope {
    #[serde(default)]
    start_urls: Vec<String>,
}

const CONFIGURATIONS: &str = "query Configurations { scan_configurations { id name } }";
const SITES: &str = "query Sites { site_tree { sites { id name scope_v2 { start_urls } } } }";
const CREATE_SITE: &str =
    "mutation CreateSite($input: CreateSiteInput!) { create_site(input: $input) { site { id } } }";
const CREATE_ITEM: &str = "mutation CreateScheduleItem($input: CreateScheduleItemInput!) { create_schedule_item(input: $input) { schedule_item { id } } }";
const ITEMS: &str = "query ScheduleItems { schedule_items { id schedule { name } } }";
const SCANS_OF_ITEM: &str = "query ScansOfItem($id: ID!) { scans(schedule_item_id: $id, limit: 1) { id status } }";
const SCANS_OF_SITE: &str = "query ScansOfSite($id: ID!, $limit: Int!) { scans(site_id: $id, offset: 0, limit: $limit, \
                             sort_column: start, sort_order: desc) { id status start_time end_time } }";
const SCAN: &str = "query Scan($id: ID!) { scan(id: $id) { id status start_time end_time scan_failure_message scan_metrics { \
                    crawl_request_count unique_location_count audit_request_count crawl_and_audit_progress_percentage } } }";
const CANCEL: &str = "mutation CancelScan($input: CancelScanInput!) { cancel_scan(input: $input) { id } }";
const DELETE_ITEM: &str =
    "mutation DeleteScheduleItem($input: DeleteScheduleItemInput!) { delete_schedule_item(input: $input) { id } }";
const REPORT: &str = "query Report($id: ID!) { burp_xml_report(scan_id: $id, include_false_positives: true, \
                      base64_encode_requests_and_responses: true, timezone_offset: 0) { report_xml } }";

impl BurpDast {
    pub fn new(config: &Config, surroundings: &Surroundings) -> Result<Self, Fault> {
        let Secret::Key(key) = &config.secret else { return Err(Fault::new(FaultCode::Settings, "secret")) };
        let client = Client::new(surroundings.door.clone(), &config.address, config.confirmed.clone(), &config.trust)?;
        Ok(Self { client, key: key.clone(), pool: config.settings.pool.clone() })
    }

    /// Runs an operation; its name is the second word of its text.
    async fn run(&self, query: &str, variables: Value) -> Result<Value, Fault> {
        read(&self.asked(query, variables).await?)
    }

    async fn asked(&self, query: &str, variables: Value) -> Result<Answer, Fault> {
        let name = query.split([' ', '(']).nth(1).unwrap_or_default();
        let body = json!({"operationName": name, "query": query, "variables": variables});
        let ask = Ask::post("graphql/v1").header(AUTHORIZATION, &self.key)?.json(&body)?.at_most(MAX_REPORT);
        self.client.ask(ask).await?.ok()
    }

    /// Now, on the server's own clock.
    async fn now(&self) -> Result<String, Fault> {
        let date = self.asked(CONFIGURATIONS, json!({})).await?.date().ok_or_else(|| Fault::protocol("Date"))?;
        Ok(date.to_rfc3339_opts(SecondsFormat::Secs, true))
    }

    async fn sites(&self) -> Result<Vec<Site>, Fault> {
        member(self.run(SITES, json!({})).await?, &["site_tree", "sites"])
    }

    async fn scan(&self, id: &str) -> Result<Scan, Fault> {
        let answer = self.run(SCAN, json!({"id": id})).await?;
        if answer["scan"].is_null() {
            return Err(Fault::new(FaultCode::Gone, id));
        }
        member(answer, &["scan"])
    }

    /// The site of a target; one is made for a target that is on none.
    async fn site_of(&self, target: &str) -> Result<String, Fault> {
        let has = |site: &Site| {
            site.scope_v2.as_ref().is_some_and(|scope| scope.start_urls.iter().any(|url| same(url, target)))
        };
        if let Some(site) = self.sites().await?.into_iter().find(has) {
            return Ok(site.id);
        }
        let scope = json!({"start_urls": [target], "protocol_options": "USE_SPECIFIED_PROTOCOLS"});
        // The caller has a written permission for every target of an order.
        let input = json!({"name": target, "parent_id": "0", "scope_v2": scope, "scan_configuration_ids": [],
                           "confirm_permission_to_scan": true});
        member(self.run(CREATE_SITE, json!({"input": input})).await?, &["create_site", "site", "id"])
    }

    /// Makes the schedule item of a run, in the new form or the old one.
    async fn item(&self, order: &Order, sites: &[String]) -> Result<String, Fault> {
        // Once, and at once.
        let schedule = json!({"name": order.key.marker(), "initial_run_time": self.now().await?});
        let mut input = json!({"site_ids": sites, "schedule": schedule});
        if let Some(choice) = &order.choice {
            input["scan_configuration_ids"] = json!([choice]);
        }
        if let Some(pool) = &self.pool {
            input["agent_pool_id"] = pool.as_str().into();
        }
        let made = match self.run(CREATE_ITEM, json!({"input": input})).await {
            Err(fault) if fault.code == FaultCode::Refused && fault.detail.contains("site_ids") => {
                let [site] = sites else { return Err(fault) };
                if let Some(input) = input.as_object_mut() {
                    input.remove("site_ids");
                }
                input["site_id"] = site.as_str().into();
                self.run(CREATE_ITEM, json!({"input": input})).await
            }
            other => other,
        };
        member(made?, &["create_schedule_item", "schedule_item", "id"])
    }

    /// The schedule items, as the server tells of them.
    async fn items(&self) -> Result<Vec<Value>, Fault> {
        member(self.run(ITEMS, json!({})).await?, &["schedule_items"])
    }

    /// Where a run is whose schedule item has no scan yet. One that was deleted there never has any.
    async fn before_its_scan(&self, item: Option<&str>) -> Result<Progress, Fault> {
        if self.items().await?.iter().any(|one| one["id"].as_str() == item) {
            return Ok(Progress::of(Phase::Queued, Stage::Preparing));
        }
        Err(Fault::new(FaultCode::Gone, item.unwrap_or_default()))
    }

    /// The scan of a schedule item, once there is one.
    async fn scan_of_item(&self, item: &str) -> Result<Option<Scan>, Fault> {
        let scans: Vec<Scan> = member(self.run(SCANS_OF_ITEM, json!({"id": item})).await?, &["scans"])?;
        Ok(scans.into_iter().next())
    }
}

/// What an operation answers: its data, or the fault that its errors mean.
fn read(answer: &Answer) -> Result<Value, Fault> {
    #[derive(Deserialize)]
    struct Body {
        #[serde(default)]
        data: Value,
        #[serde(default)]
        errors: Vec<Error>,
    }
    #[derive(Deserialize)]
    struct Error {
        #[serde(default)]
        message: String,
    }
    let body: Body = answer.json()?;
    let Some(Error { message }) = body.errors.into_iter().next() else { return Ok(body.data) };
    let lower = message.to_lowercase();
    let code = if lower.contains("unauthorized") || lower.contains("authentication") {
        FaultCode::Auth
    } else if lower.contains("permission") || lower.contains("forbidden") {
        FaultCode::Forbidden
    } else if lower.contains("not found") || lower.contains("does not exist") {
        FaultCode::Gone
    } else {
        FaultCode::Refused
    };
    Err(Fault::new(code, message))
}

/// A member of an answer, by its path, read as a type.
fn member<T: serde::de::DeserializeOwned>(mut answer: Value, path: &[&str]) -> Result<T, Fault> {
    for name in path {
        answer = answer.get_mut(*name).map(Value::take).unwrap_or_default();
    }
    serde_json::from_value(answer).map_err(|_| Fault::protocol(path.join(".")))
}

/// Whether two addresses are one, whatever slash they end with.
fn same(one: &str, other: &str) -> bool {
    one.trim_end_matches('/') == other.trim_end_matches('/')
}

/// What a status means in our words.
fn phase(status: &str) -> (Phase, Stage) {
    match status {
        "queued" => (Phase::Queued, Stage::Preparing),
        "paused" => (Phase::Paused, Stage::Scanning),
        "succeeded" => (Phase::Done, Stage::Finishing),
        "cancelled" => (Phase::Canceled, Stage::Finishing),
        "failed" => (Phase::Failed, Stage::Finishing),
        _ => (Phase::Running, Stage::Scanning),
    }
}

fn at(text: Option<&String>) -> Option<Micros> {
    text.and_then(|text| chrono::DateTime::parse_from_rfc3339(text).ok()).map(|at| at.to_utc().into())
}

fn lines(scan: &Scan) -> Vec<Line> {
    let count = |name: &str, note| scan.scan_metrics[name].as_i64().filter(|n| *n > 0).map(|n| Line::number(note, n));
    let said = scan.scan_failure_message.as_deref().filter(|text| !text.is_empty());
    let counts =
        [count("unique_location_count", Note::AddressesFound), count("audit_request_count", Note::RequestsMade)];
    counts.into_iter().chain([said.map(|text| Line::text(Note::ScannerSaid, text))]).flatten().collect()
}

#[async_trait]
impl Connector for BurpDast {
    fn kind(&self) -> ConnectorKind {
        ConnectorKind::BurpDast
    }

    fn nature(&self) -> Nature {
        let poll = Duration::from_secs(15);
        Nature { can_be_asked: true, can_cancel: true, at_a_time: None, poll, in_process: false }
    }

    fn certificate(&self) -> Option<Certificate> {
        self.client.certificate()
    }

    async fn probe(&self, _now: Micros) -> Result<Probe, Fault> {
        #[derive(Deserialize)]
        struct Configuration {
            id: String,
            name: String,
        }
        let configurations: Vec<Configuration> =
            member(self.run(CONFIGURATIONS, json!({})).await?, &["scan_configurations"])?;
        self.sites().await?;
        let mut probe = Probe::of(Capability::Launch, "Burp Suite DAST");
        probe.choices = configurations.into_iter().map(|one| (one.id, one.name)).collect();
        Ok(probe)
    }

    async fn launch(&self, order: &Order) -> Result<Remote, Fault> {
        order.check()?;
        crate::order::web_targets(order)?;
        if let Found::Launched(remote) = self.find(&order.key).await? {
            return Ok(remote);
        }
        let [target] = order.targets.as_slice() else {
            return Err(Fault::new(FaultCode::Settings, "targets: one site a run"));
        };
        // A site that was made and is not known of is found by its address: nothing was launched.
        let site = self.site_of(target).await.map_err(|fault| Fault { perhaps_done: false, ..fault })?;
        let item = self.item(order, &[site]).await?;
        Remote::of(&Run { item: Some(item), scan: None, partial: false })
    }

    async fn find(&self, key: &RunKey) -> Result<Found, Fault> {
        let items = self.items().await?;
        let marker = key.marker();
        let item = items
            .iter()
            .find(|item| item["schedule"]["name"].as_str() == Some(&marker))
            .and_then(|item| item["id"].as_str());
        match item {
            Some(id) => {
                Ok(Found::Launched(Remote::of(&Run { item: Some(id.to_owned()), scan: None, partial: false })?))
            }
            None => Ok(Found::NotLaunched),
        }
    }

    async fn advance(&self, _order: &Order, remote: &Remote) -> Result<Progress, Fault> {
        let run: Run = remote.read()?;
        let found = match (&run.scan, &run.item) {
            (Some(scan), _) => Some(scan.clone()),
            (None, Some(item)) => self.scan_of_item(item).await?.map(|scan| scan.id),
            (None, None) => return Err(Fault::protocol("what was stored")),
        };
        let Some(id) = found else { return self.before_its_scan(run.item.as_deref()).await };
        let scan = self.scan(&id).await?;
        let (phase, stage) = phase(&scan.status);
        let percent = scan.scan_metrics["crawl_and_audit_progress_percentage"].as_u64();
        let percent = percent.map(|percent| u8::try_from(percent).unwrap_or(100).min(100));
        let mut progress = Progress { percent, lines: lines(&scan), ..Progress::of(phase, stage) };
        let now = Run { scan: Some(id), partial: phase == Phase::Canceled, ..run.clone() };
        progress.remote = if now == run { None } else { Some(Remote::of(&now)?) };
        Ok(progress)
    }

    async fn cancel(&self, remote: &Remote) -> Result<Halt, Fault> {
        let run: Run = remote.read()?;
        let found = match (&run.scan, &run.item) {
            (Some(scan), _) => Some(self.scan(scan).await),
            (None, Some(item)) => self.scan_of_item(item).await?.map(Ok),
            (None, None) => return Err(Fault::protocol("what was stored")),
        };
        match (found, &run.item) {
            (Some(Ok(scan)), _) if phase(&scan.status).0.is_over() => Ok(Halt::Over),
            (Some(Ok(scan)), _) => self.run(CANCEL, json!({"input": {"id": scan.id}})).await.map(|_| Halt::Asked),
            (Some(Err(fault)), _) if fault.code == FaultCode::Gone => Ok(Halt::Over),
            (Some(Err(fault)), _) => Err(fault),
            // It has not begun: then it never does.
            (None, Some(item)) => self.run(DELETE_ITEM, json!({"input": {"id": item}})).await.map(|_| Halt::Over),
            (None, None) => Ok(Halt::Over),
        }
    }

    async fn export(&self, remote: &Remote, output: &mut Output<'_>) -> Result<Exported, Fault> {
        let run: Run = remote.read()?;
        let scan = run.scan.as_deref().ok_or_else(|| Fault::new(FaultCode::Gone, "scan"))?;
        let answer = self.run(REPORT, json!({"id": scan})).await;
        let answer = answer.map_err(|fault| match fault.code {
            FaultCode::Refused => Fault { code: FaultCode::ExportFailed, ..fault },
            _ => fault,
        })?;
        let Some(xml) = answer["burp_xml_report"]["report_xml"].as_str().filter(|xml| !xml.is_empty()) else {
            return Err(Fault::new(FaultCode::ExportFailed, "no report"));
        };
        output.write(xml.as_bytes()).await?;
        let bytes = output.flush().await?;
        Ok(Exported { bytes, name: format!("burp-{scan}.xml"), partial: run.partial, ..Exported::default() })
    }

    async fn scans(&self) -> Result<Vec<RemoteScan>, Fault> {
        let shown = |site: Site| RemoteScan { id: site.id, name: site.name, phase: None, changed_at: None };
        Ok(self.sites().await?.into_iter().map(shown).collect())
    }

    async fn history(&self, scan: &str, _now: Micros) -> Result<Vec<PastRun>, Fault> {
        let answer = self.run(SCANS_OF_SITE, json!({"id": scan, "limit": MAX_SCANS})).await?;
        let scans: Vec<Scan> = member(answer, &["scans"])?;
        let shown = |scan: Scan| {
            let (phase, _) = phase(&scan.status);
            let run = Run { item: None, scan: Some(scan.id.clone()), partial: phase == Phase::Canceled };
            let (started_at, finished_at) = (at(scan.start_time.as_ref()), at(scan.end_time.as_ref()));
            Ok(PastRun { remote: Remote::of(&run)?, name: scan.id, phase, started_at, finished_at })
        };
        scans.into_iter().rev().map(shown).collect()
    }
}
