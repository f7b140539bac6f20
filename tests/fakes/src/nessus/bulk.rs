//! The export of vulnerabilities: asked for, put together chunk by chunk, fetched. What the cloud knows is what its scans found
//! and have not seen again.

use super::{FINDINGS, Nessus, error};
use crate::{Question, Reply};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What the cloud keeps, and how its exports fare.
#[derive(Debug, Default)]
pub struct Bulk {
    /// The findings, by host and plugin.
    pub findings: BTreeMap<(String, u32), Found>,
    /// The exports, the oldest first.
    pub jobs: Vec<Job>,
    /// Chunks whose making fails.
    pub failing: BTreeSet<usize>,
    /// How often a chunk is empty, or not whole, before it is as it should be.
    pub empty: BTreeMap<usize, (u32, &'static str)>,
    /// True if exports end in an error.
    pub errs: bool,
    /// True if an export stays where it is.
    pub stuck: bool,
    /// True if nothing of an export is there any more.
    pub expired: bool,
}

/// A finding, with its instants in seconds.
#[derive(Clone, Copy, Debug)]
pub struct Found {
    /// When it was found first.
    pub first: i64,
    /// When it was found last.
    pub last: i64,
    /// When it was not found any more.
    pub fixed: Option<i64>,
    /// True if it had been fixed before.
    pub again: bool,
}

/// An export.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its id.
    pub uuid: String,
    /// What was asked for.
    pub filters: Value,
    /// Its status.
    pub status: &'static str,
    /// Its chunks, a host each.
    pub chunks: Vec<Value>,
    /// How many of them are through.
    pub ready: usize,
    created: i64,
}

impl Job {
    fn goes_on(&self) -> bool {
        matches!(self.status, "QUEUED" | "PROCESSING")
    }

    fn go_on(&mut self, errs: bool) {
        self.status = match self.status {
            "QUEUED" => "PROCESSING",
            "PROCESSING" if errs => "ERROR",
            "PROCESSING" => {
                self.ready = (self.ready + 1).min(self.chunks.len());
                if self.ready == self.chunks.len() { "FINISHED" } else { "PROCESSING" }
            }
            other => other,
        };
    }

    fn shown(&self) -> Value {
        json!({"uuid": self.uuid, "status": self.status, "total_chunks": self.chunks.len(), "finished_chunks": self.ready,
               "filters": self.filters, "num_assets_per_chunk": 50, "created": self.created * 1_000})
    }
}

impl Nessus {
    /// A scan of a host ends at an instant, in seconds: what it finds there is known, and what is mended is fixed.
    pub fn saw(&mut self, host: &str, at: i64) {
        self.clock = self.clock.max(at);
        for (plugin, ..) in FINDINGS {
            let found = self.bulk.findings.entry((host.to_owned(), plugin));
            if self.mended.contains(&plugin) {
                found.and_modify(|found| found.fixed = found.fixed.or(Some(at)));
                continue;
            }
            let new = Found { first: at, last: at, fixed: None, again: false };
            let found = found.or_insert(new);
            (found.last, found.again) = (at, found.again || found.fixed.is_some());
            found.fixed = None;
        }
    }

    pub(super) fn vulns(&mut self, method: &str, rest: &[&str], question: &Question) -> Reply {
        match (method, rest) {
            ("POST", ["export"]) => self.order_bulk(&question.json()),
            ("GET", ["export", "status"]) => {
                let jobs: Vec<Value> = self.bulk.jobs.iter().map(Job::shown).collect();
                Reply::json(&json!({"exports": jobs}))
            }
            (method, ["export", uuid, rest @ ..]) => match self.bulk.jobs.iter().position(|job| job.uuid == *uuid) {
                Some(index) if !self.bulk.expired => self.of_bulk(method, index, rest),
                _ => error(404, "The requested file was not found"),
            },
            _ => error(404, "The requested file was not found"),
        }
    }

    fn order_bulk(&mut self, body: &Value) -> Reply {
        let filters = &body["filters"];
        let states: Vec<String> = match filters["state"].as_array() {
            Some(states) => states.iter().map(|state| state.as_str().unwrap_or("").to_ascii_uppercase()).collect(),
            // Without either, what is there now.
            None if filters["since"].is_null() => vec!["OPEN".to_owned(), "REOPENED".to_owned()],
            None => ["OPEN", "REOPENED", "FIXED"].map(str::to_owned).to_vec(),
        };
        let known = |state: &String| ["OPEN", "REOPENED", "FIXED"].contains(&state.as_str());
        if !filters.is_object() || !states.iter().all(known) || body["num_assets"].as_str().is_some_and(str::is_empty) {
            return error(400, "Invalid request parameters");
        }
        if let Some(job) = self.bulk.jobs.iter().find(|job| job.goes_on() && job.filters == *filters) {
            let reason = "The request could not be completed due to a conflict with the ongoing export";
            return Reply::status(409, &json!({"active_job_id": job.uuid, "failure_reason": reason}));
        }
        let created = self.now();
        // A month without any filter of time.
        let since = filters["since"].as_i64().unwrap_or(created - 30 * 86_400);
        let mut hosts: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
        for ((host, plugin), found) in &self.bulk.findings {
            let (state, at) = match found {
                Found { fixed: Some(at), .. } => ("FIXED", *at),
                Found { again: true, last, .. } => ("REOPENED", *last),
                Found { last, .. } => ("OPEN", *last),
            };
            if at >= since && states.iter().any(|wanted| wanted == state) {
                hosts.entry(host).or_default().push(row(host, *plugin, found, state));
            }
        }
        let chunks = hosts.into_values().map(Value::Array).collect();
        let uuid = format!("{:08x}-0000-4000-8000-00000000b01d", self.id());
        self.bulk.jobs.push(Job {
            uuid: uuid.clone(),
            filters: filters.clone(),
            status: "QUEUED",
            chunks,
            ready: 0,
            created,
        });
        Reply::json(&json!({"export_uuid": uuid}))
    }

    fn of_bulk(&mut self, method: &str, index: usize, rest: &[&str]) -> Reply {
        let bulk = &mut self.bulk;
        let job = &mut bulk.jobs[index];
        match (method, rest) {
            ("GET", ["status"]) => {
                let (failed, ready): (Vec<usize>, Vec<usize>) =
                    (1..=job.ready).partition(|chunk| bulk.failing.contains(chunk));
                let canceled: Vec<usize> =
                    if job.status == "CANCELLED" { (job.ready + 1..=job.chunks.len()).collect() } else { Vec::new() };
                let mut shown = job.shown();
                shown["chunks_available_count"] = ready.len().into();
                shown["empty_chunks_count"] = 0.into();
                shown["chunks_available"] = ready.into();
                shown["chunks_failed"] = failed.into();
                shown["chunks_cancelled"] = canceled.into();
                // The next look finds it a step further.
                if !bulk.stuck {
                    job.go_on(bulk.errs);
                }
                Reply::json(&shown)
            }
            ("GET", ["chunks", number]) => {
                let number = number.parse::<usize>().unwrap_or(0);
                if number == 0 || number > job.ready || bulk.failing.contains(&number) {
                    return error(400, "The chunk is not ready for download");
                }
                let file = format!("attachment; filename={}-{number}-vulndoc.json", job.uuid);
                let whole = job.chunks[number - 1].to_string();
                let body = match bulk.empty.get_mut(&number) {
                    Some((left, instead)) if *left > 0 => {
                        *left -= 1;
                        (*instead).to_owned()
                    }
                    _ => whole,
                };
                Reply::text(200, "application/octet-stream", body).with("content-disposition", file)
            }
            ("POST", ["cancel"]) if job.goes_on() => {
                job.status = "CANCELLED";
                Reply::json(&json!({"status": "CANCELLED"}))
            }
            ("POST", ["cancel"]) => error(400, "The export job could not be canceled"),
            _ => error(404, "The requested file was not found"),
        }
    }
}

/// A finding as an export lists it.
fn row(host: &str, plugin: u32, found: &Found, state: &str) -> Value {
    let (_, name, family, port, service, severity) =
        FINDINGS.iter().find(|known| known.0 == plugin).expect("one of them");
    let word = ["info", "low", "medium", "high", "critical"][usize::from(*severity)];
    let mut row = json!({
        "asset": {"device_type": "general-purpose", "hostname": host, "ipv4": host, "uuid": format!("{host}-uuid"),
                  "operating_system": ["Linux"], "network_id": "00000000-0000-0000-0000-000000000000", "tracked": true},
        "output": format!("Seen on {host}."),
        "plugin": {"id": plugin, "name": name, "family": family, "family_id": 1, "description": format!("{name}."),
                   "synopsis": format!("{name}."), "solution": "Mend it.", "risk_factor": word, "has_patch": false, "type": "remote"},
        "port": {"port": port, "protocol": "TCP", "service": service},
        "scan": {"started_at": at(found.last), "completed_at": at(found.last), "schedule_uuid": "template-1", "uuid": "scan-1"},
        "severity": word, "severity_id": severity, "severity_default_id": severity, "severity_modification_type": "NONE",
        "first_found": at(found.first), "last_found": at(found.last), "state": state, "source": "NESSUS",
    });
    if let Some(fixed) = found.fixed {
        row["last_fixed"] = at(fixed).into();
    }
    row
}

/// Seconds since 1970 as `2026-11-19T02:13:20Z`.
fn at(seconds: i64) -> String {
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (mut year, mut left) = (1970, days);
    let leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    while left >= 365 + i64::from(leap(year)) {
        left -= 365 + i64::from(leap(year));
        year += 1;
    }
    let months = [31, 28 + i64::from(leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 0;
    while left >= months[month] {
        left -= months[month];
        month += 1;
    }
    let (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60);
    format!("{year}-{:02}-{:02}T{hour:02}:{minute:02}:{second:02}Z", month + 1, left + 1)
}
