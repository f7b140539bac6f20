//! Scans: made, launched, followed, stopped.

use super::{Nessus, TEMPLATES, empty, error};
use crate::{Question, Reply};
use serde_json::{Value, json};

/// A scan that is defined.
#[derive(Clone, Debug)]
pub struct Scan {
    /// Its number.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// The template that it was made of.
    pub template: String,
    /// What it scans, as one text.
    pub targets: String,
    /// Its runs, the oldest first.
    pub runs: Vec<Run>,
    folder: i64,
    enabled: bool,
    rules: Value,
}

/// A run of a scan.
#[derive(Clone, Debug)]
pub struct Run {
    /// Its number in the history.
    pub history: i64,
    /// Its id.
    pub uuid: String,
    /// Its status.
    pub status: &'static str,
    /// How far it is, in percent.
    pub progress: i64,
    /// When it began and last changed, in seconds.
    pub times: (i64, i64),
    /// True if it stays where it is.
    pub stuck: bool,
    /// What it scans.
    pub targets: String,
}

/// The folders of the page.
pub(super) fn folders() -> Value {
    json!([
        {"id": 2, "name": "Trash", "type": "trash", "default_tag": 0, "custom": 0, "unread_count": null},
        {"id": 3, "name": "My Scans", "type": "main", "default_tag": 1, "custom": 0, "unread_count": null},
    ])
}

impl Run {
    fn is_active(&self) -> bool {
        matches!(self.status, "pending" | "running" | "paused" | "stopping")
    }

    fn go_on(&mut self, pace: i64, now: i64) {
        if self.stuck {
            return;
        }
        self.status = match self.status {
            "pending" => "running",
            "stopping" => "canceled",
            "running" => {
                self.progress = (self.progress + pace).min(100);
                if self.progress == 100 { "completed" } else { "running" }
            }
            other => other,
        };
        self.times.1 = now;
    }
}

impl Scan {
    fn status(&self) -> &'static str {
        self.runs.last().map_or("empty", |run| run.status)
    }

    fn shown(&self, id: Value) -> Value {
        let times = self.runs.last().map_or((0, 0), |run| run.times);
        json!({
            "id": id, "name": self.name, "uuid": self.runs.last().map(|run| run.uuid.clone()), "status": self.status(),
            "folder_id": self.folder, "enabled": self.enabled, "control": true, "read": true, "owner": "admin", "shared": false,
            "user_permissions": 128, "creation_date": times.0, "last_modification_date": times.1, "starttime": null,
            "timezone": null, "rrules": null, "type": "local",
        })
    }
}

impl Nessus {
    /// A scan that the scanner itself runs, with no runs yet; its number.
    pub fn define(&mut self, name: &str, targets: &str) -> i64 {
        let id = self.id();
        let scan = Scan {
            id,
            name: name.to_owned(),
            template: TEMPLATES[0].0.to_owned(),
            targets: targets.to_owned(),
            runs: Vec::new(),
            folder: 3,
            enabled: true,
            rules: Value::Null,
        };
        self.scans.insert(id, scan);
        id
    }

    /// Begins a run of a scan, as its own scheduler would; its id.
    pub fn start(&mut self, id: i64, targets: Option<String>) -> String {
        let (history, now) = (self.id(), self.now());
        let uuid = format!("{history:08x}-0000-4000-8000-000000000000");
        let scan = self.scans.get_mut(&id).expect("a scan of that number");
        let targets = targets.unwrap_or_else(|| scan.targets.clone());
        scan.runs.push(Run {
            history,
            uuid: uuid.clone(),
            status: "pending",
            progress: 0,
            times: (now, now),
            stuck: false,
            targets,
        });
        uuid
    }

    /// Brings every run of a scan to its end.
    pub fn finish(&mut self, id: i64) {
        let now = self.now();
        for run in &mut self.scans.get_mut(&id).expect("a scan of that number").runs {
            if run.is_active() {
                (run.status, run.progress, run.times.1) = ("completed", 100, now);
            }
        }
    }

    pub(super) fn scans(&mut self, method: &str, path: &[&str], question: &Question) -> Reply {
        let changes = !(method == "GET" || path.get(1) == Some(&"export"));
        if changes && !self.launches() {
            return if self.drops { Reply::Close } else { error(412, "API is not available") };
        }
        match (method, path) {
            ("GET", []) => self.list(),
            ("POST", []) => self.make(question),
            ("DELETE", []) => {
                let ids: Vec<i64> =
                    question.json()["ids"].as_array().into_iter().flatten().filter_map(Value::as_i64).collect();
                ids.iter().for_each(|id| drop(self.scans.remove(id)));
                Reply::json(&json!({"deleted": ids}))
            }
            (_, [id, rest @ ..]) => {
                let known = id.parse().ok().filter(|id| self.scans.contains_key(id));
                let known = known.or_else(|| {
                    self.scans.values().find(|scan| scan.runs.iter().any(|run| run.uuid == *id)).map(|scan| scan.id)
                });
                match known {
                    Some(id) => self.scan(method, id, rest, question),
                    None => {
                        error(404, if self.is_cloud() { "Scan not found" } else { "The requested file was not found" })
                    }
                }
            }
            _ => error(404, "The requested file was not found"),
        }
    }

    fn list(&self) -> Reply {
        let shown: Vec<Value> = self.scans.values().map(|scan| scan.shown(scan.id.into())).collect();
        let scans = if shown.is_empty() { Value::Null } else { shown.into() };
        Reply::json(&json!({"folders": folders(), "scans": scans, "timestamp": self.clock}))
    }

    fn make(&mut self, question: &Question) -> Reply {
        let body = question.json();
        let settings = &body["settings"];
        let text = |name: &str| settings[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        let template = body["uuid"].as_str().unwrap_or("");
        if !TEMPLATES.iter().any(|(uuid, ..)| *uuid == template) {
            return error(404, "The requested template was not found");
        }
        let Some(name) = text("name") else { return error(400, "Invalid 'name' field") };
        let Some(targets) = text("text_targets") else { return error(400, "Invalid 'targets' field") };
        let id = self.define(&name, &targets);
        let scan = self.scans.get_mut(&id).expect("it was just made");
        (scan.template, scan.enabled) = (template.to_owned(), settings["enabled"].as_bool().unwrap_or(true));
        scan.rules = settings["rrules"].clone();
        if settings["launch_now"].as_bool() == Some(true) {
            self.start(id, None);
        }
        Reply::json(&json!({"scan": self.made(id)}))
    }

    fn made(&self, id: i64) -> Value {
        let scan = &self.scans[&id];
        json!({
            "id": id, "uuid": format!("template-{id:08x}"), "name": scan.name, "custom_targets": scan.targets, "policy_id": id + 1,
            "enabled": scan.enabled, "description": null, "scanner_id": 1, "rrules": scan.rules, "starttime": null,
            "timezone": null, "shared": 0, "user_permissions": 128, "default_permissions": 0, "owner": "admin", "owner_id": 1,
        })
    }

    fn scan(&mut self, method: &str, id: i64, rest: &[&str], question: &Question) -> Reply {
        let now = self.now();
        let pace = self.pace;
        let scan = self.scans.get_mut(&id).expect("it was looked up");
        let last = scan.runs.last_mut();
        let status = last.as_ref().map_or("empty", |run| run.status);
        let wrong = || error(409, "The requested operation is not possible in the current state");
        match (method, rest) {
            ("GET", []) => {
                let history = question.get("history_id").parse().ok();
                let shown = self.details(id, history);
                let runs = &mut self.scans.get_mut(&id).expect("it was looked up").runs;
                runs.iter_mut().for_each(|run| run.go_on(pace, now));
                shown
            }
            ("PUT", []) => {
                if let Some(name) = question.json()["settings"]["name"].as_str() {
                    name.clone_into(&mut scan.name);
                }
                Reply::json(&self.made(id))
            }
            ("DELETE", []) => {
                self.scans.remove(&id);
                empty()
            }
            ("POST", ["copy"]) => {
                let (name, targets) = (format!("Copy of {}", scan.name), scan.targets.clone());
                let copy = self.define(&name, &targets);
                Reply::json(&self.scans[&copy].shown(copy.into()))
            }
            ("POST", ["launch"]) if last.as_ref().is_some_and(|run| run.is_active()) => {
                error(409, "Scan is already active")
            }
            ("POST", ["launch"]) => {
                let others: Vec<String> = question.json()["alt_targets"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(|one| one.as_str().map(str::to_owned))
                    .collect();
                let uuid = self.start(id, (!others.is_empty()).then(|| others.join(",")));
                Reply::json(&json!({"scan_uuid": uuid}))
            }
            ("POST", [verb @ ("pause" | "resume" | "stop" | "kill")]) => {
                let next = match (*verb, status) {
                    ("pause", "running") => "paused",
                    ("resume", "paused") => "running",
                    ("stop", "pending" | "running" | "paused") => "stopping",
                    ("kill", "pending" | "running" | "paused" | "stopping") => "canceled",
                    _ => return wrong(),
                };
                if let Some(run) = last {
                    run.status = next;
                }
                empty()
            }
            ("PUT", ["schedule"]) => {
                let said =
                    question.has("enabled").map(|text| text == "true").or_else(|| question.json()["enabled"].as_bool());
                scan.enabled = said.unwrap_or(scan.enabled);
                let enabled = scan.enabled;
                Reply::json(
                    &json!({"enabled": enabled, "control": true, "rrules": null, "starttime": null, "timezone": null}),
                )
            }
            ("GET", ["latest-status"]) => Reply::json(&json!({"status": status})),
            ("GET", ["history"]) => {
                let history: Vec<Value> = scan.runs.iter().rev().map(past).collect();
                Reply::json(
                    &json!({"pagination": {"total": history.len(), "limit": 50, "offset": 0}, "history": history}),
                )
            }
            (_, ["export", rest @ ..]) => self.export(method, id, rest, question),
            _ => error(404, "The requested file was not found"),
        }
    }

    fn details(&self, id: i64, history: Option<i64>) -> Reply {
        let scan = &self.scans[&id];
        let run = match history {
            Some(history) => scan.runs.iter().find(|run| run.history == history),
            None => scan.runs.last(),
        };
        if history.is_some() && run.is_none() {
            return error(404, "The requested file was not found");
        }
        let progress = run.map_or(0, |run| run.progress);
        let targets =
            run.map_or("", |run| run.targets.as_str()).split(',').filter(|target| !target.is_empty()).enumerate();
        let hosts = targets.map(|(index, host)| {
            json!({
                "host_id": index + 2, "host_index": index, "hostname": host, "progress": format!("{progress}-{progress}/200-200"),
                "critical": 0, "high": 0, "medium": 1, "low": 0, "info": 2, "severity": 3, "score": 3,
                "scanprogresscurrent": progress, "scanprogresstotal": 100, "totalchecksconsidered": 100, "numchecksconsidered": progress,
            })
        });
        let all: Vec<Value> = scan.runs.iter().rev().map(past).collect();
        Reply::json(&json!({
            "info": {
                "name": scan.name, "status": run.map_or("empty", |run| run.status), "uuid": run.map(|run| run.uuid.clone()),
                "object_id": id, "policy": "Basic Network Scan", "scanner_name": "Local Scanner", "targets": scan.targets,
                "hostcount": scan.targets.split(',').count(), "scanner_start": run.map(|run| run.times.0),
                "scanner_end": run.map(|run| run.times.1), "timestamp": self.clock, "folder_id": scan.folder,
            },
            "hosts": hosts.collect::<Vec<_>>(), "vulnerabilities": [], "comphosts": [], "compliance": [], "notes": null,
            "filters": [], "remediations": {"num_hosts": 0, "num_cves": 0, "remediations": null},
            "history": if all.is_empty() { Value::Null } else { all.into() },
        }))
    }
}

fn past(run: &Run) -> Value {
    json!({
        "history_id": run.history, "uuid": run.uuid, "status": run.status, "creation_date": run.times.0,
        "last_modification_date": run.times.1, "type": "local", "alt_targets_used": false, "scheduler": 0, "owner_id": 1,
    })
}
