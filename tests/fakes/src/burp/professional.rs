//! Burp Suite Professional: scans are started and told of, and nothing else.

use super::{ISSUES, issues};
use crate::{Api, Question, Reply};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use url::Url;

/// A Burp Suite Professional.
#[derive(Debug)]
pub struct BurpPro {
    /// The key, the first segment of every path.
    pub key: String,
    /// Its tasks: the id of one is its place, from 3 on.
    pub tasks: Vec<Task>,
    /// How far a scan comes from one look to the next, in percent.
    pub pace: u64,
    /// The types of the issues that were mended on the targets.
    pub mended: BTreeSet<u32>,
    /// When it asks its targets, in milliseconds since 1970.
    pub asked_at: i64,
}

/// A scan.
#[derive(Clone, Debug)]
pub struct Task {
    /// What was asked for.
    pub asked: Value,
    /// Its status.
    pub status: &'static str,
    /// How far it is, in percent.
    pub progress: u64,
    /// Its events.
    pub events: Vec<Value>,
}

impl Default for BurpPro {
    fn default() -> Self {
        Self {
            key: "0123456789abcdefghijklmnopqrstuv".to_owned(),
            tasks: Vec::new(),
            pace: 40,
            mended: BTreeSet::new(),
            asked_at: 1_795_000_000_000,
        }
    }
}

/// The id of the first task.
const FIRST: usize = 3;

impl BurpPro {
    fn start(&mut self, question: &Question) -> Reply {
        let asked = question.json();
        let urls: Vec<Url> =
            asked["urls"].as_array().into_iter().flatten().filter_map(|url| Url::parse(url.as_str()?).ok()).collect();
        if urls.is_empty() {
            return Reply::status(400, &json!({"type": "ClientError", "error": "No valid URLs"}));
        }
        let mut events = Vec::new();
        for url in &urls {
            for (number, name, path, severity) in issues(&self.mended) {
                let origin = url.origin().ascii_serialization();
                let request_response = json!({
                    "url": format!("{origin}{path}"), "was_redirect_followed": false, "request_time": self.asked_at.to_string(),
                    "request": [{"type": "DataSegment", "data": "R0VUIC8gSFRUUC8xLjE=", "length": 14},
                                {"type": "HighlightSegment", "data": "YXR0YWNr", "length": 6}],
                    "response": [{"type": "DataSegment", "data": "SFRUUC8xLjEgMjAwIE9L", "length": 15},
                                 {"type": "SnipSegment", "length": 100}],
                });
                let serial = (3_242_427_303_404_163_072_u64 + events.len() as u64).to_string();
                let issue = json!({
                    "name": name, "type_index": number, "serial_number": serial, "origin": origin, "path": path,
                    "severity": severity, "confidence": "firm", "description": "Seen here.", "caption": path, "internal_data": "e30=",
                    "evidence": [{"type": "FirstOrderEvidence", "request_response": request_response}],
                });
                events.push(json!({"id": events.len().to_string(), "type": "issue_found", "issue": issue}));
            }
        }
        self.tasks.push(Task { asked, status: "initializing", progress: 0, events });
        let id = self.tasks.len() - 1 + FIRST;
        // The number alone, and no body.
        Reply::Answer(201, vec![("location", id.to_string())], "".into())
    }

    fn told(&mut self, id: &str, question: &Question) -> Reply {
        let pace = self.pace;
        let index = id.parse::<usize>().ok().and_then(|id| id.checked_sub(FIRST));
        let Some(task) = index.and_then(|index| self.tasks.get_mut(index)) else {
            return Reply::status(400, &json!({"type": "ClientError", "error": "Task ID not found"}));
        };
        let after: i64 = question.get("after").parse().unwrap_or(-1);
        let most: usize = question.get("issue_events").parse().unwrap_or(usize::MAX);
        let found = usize::try_from(task.progress).unwrap_or(100) * task.events.len() / 100;
        let behind =
            |event: &&Value| event["id"].as_str().and_then(|id| id.parse::<i64>().ok()).is_some_and(|id| id > after);
        let events: Vec<Value> = task.events.iter().take(found).filter(behind).take(most).cloned().collect();
        let caption = if task.progress == 100 {
            "Audit finished.".to_owned()
        } else {
            format!("Auditing. {}m left.", 100 - task.progress)
        };
        let told = json!({
            "task_id": id, "scan_status": task.status, "message": "", "issue_events": events,
            "scan_metrics": {
                "current_url": "", "crawl_requests_made": 34, "crawl_network_errors": 0, "crawl_unique_locations_visited": 12,
                "crawl_requests_queued": 0, "audit_queue_items_completed": 1, "audit_queue_items_waiting": 0,
                "audit_requests_made": task.progress * 10, "audit_network_errors": 0, "issue_events": found,
                "crawl_and_audit_caption": caption, "crawl_and_audit_progress": task.progress, "total_elapsed_time": 60,
            },
        });
        task.status = match task.status {
            "initializing" => "crawling",
            "crawling" => "auditing",
            "auditing" => {
                task.progress = (task.progress + pace).min(100);
                if task.progress == 100 { "succeeded" } else { "auditing" }
            }
            other => other,
        };
        Reply::json(&told)
    }
}

impl Api for BurpPro {
    fn answer(&mut self, question: &Question) -> Reply {
        let (method, path) = question.route();
        let key = self.key.clone();
        let Some(path) = path.strip_prefix(&[key.as_str()][..]) else {
            return Reply::text(401, "text/plain", "Unauthorized");
        };
        match (method, path) {
            ("GET", ["v0.1"]) => Reply::text(200, "text/html", "<html><title>Burp Suite REST API</title></html>"),
            ("GET", ["v0.1", "knowledge_base", "issue_definitions"]) => {
                let shown = ISSUES.map(|(number, name, ..)| {
                    json!({"issue_type_id": number.to_string(), "name": name, "description": "<p>About it.</p>",
                           "remediation": "<p>Mend it.</p>", "references": "", "vulnerability_classifications": ""})
                });
                Reply::json(&json!(shown))
            }
            ("POST", ["v0.1", "scan"]) => self.start(question),
            ("GET", ["v0.1", "scan", id]) => self.told(id, question),
            _ => Reply::text(404, "text/plain", "Not found"),
        }
    }
}
