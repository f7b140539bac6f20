//! Exports: ordered, waited for, fetched.

use super::{Edition, Nessus, error, report};
use crate::{Question, Reply};
use serde_json::{Value, json};

/// An export.
#[derive(Clone, Debug)]
pub struct Export {
    /// The id of its file: a number as text, or a text in the cloud.
    pub file: String,
    /// What opens it without any key.
    pub token: String,
    /// Its bytes.
    pub bytes: String,
    /// The name of its file.
    pub name: String,
    /// How many looks at its status it still takes.
    pub left: u32,
}

impl Nessus {
    pub(super) fn export(&mut self, method: &str, scan: i64, rest: &[&str], question: &Question) -> Reply {
        match (method, rest) {
            ("POST", []) => self.order(scan, question),
            ("GET", [file, what]) => {
                let known = self.exports.iter().position(|export| export.file == *file);
                known.map_or_else(|| error(404, "The requested file was not found"), |index| self.opened(index, what))
            }
            _ => error(404, "The requested file was not found"),
        }
    }

    pub(super) fn by_token(&mut self, token: &str, what: &str) -> Reply {
        let known = self.exports.iter().position(|export| export.token == token);
        known.map_or_else(|| error(404, "The requested file was not found"), |index| self.opened(index, what))
    }

    fn order(&mut self, scan: i64, question: &Question) -> Reply {
        let body = question.json();
        let format = body["format"].as_str().unwrap_or("");
        if !["nessus", "csv", "html", "pdf", "db"].contains(&format) {
            return error(400, "Invalid 'format' field");
        }
        let history = question.get("history_id").parse::<i64>().ok().or_else(|| body["history_id"].as_i64());
        let scan = &self.scans[&scan];
        let run = match history {
            Some(history) => scan.runs.iter().find(|run| run.history == history),
            None => scan.runs.last(),
        };
        let Some(run) = run else { return error(404, "The requested file was not found") };
        if matches!(run.status, "pending" | "running" | "paused") {
            return error(400, "The scan is still running");
        }
        let bytes = match (self.edition, format) {
            (Edition::Trial, _) => r#"{"error":"Export is not allowed in trial mode"}"#.to_owned(),
            (_, "nessus") => report::nessus(scan, run, &self.mended),
            _ => "Plugin ID,CVE,Risk,Host\n".to_owned(),
        };
        let (name, uuid) = (format!("{}.{format}", scan.name.replace([' ', '[', ']'], "_")), run.uuid.clone());
        let id = self.id();
        let file = if self.is_cloud() { format!("SSE-{uuid}-{format}") } else { id.to_string() };
        let token = format!("{id:064x}");
        self.exports.push(Export { file: file.clone(), token: token.clone(), bytes, name, left: self.export_pace });
        if self.is_cloud() {
            return Reply::json(&json!({"file": file}));
        }
        Reply::json(&json!({"token": token, "file": id}))
    }

    fn opened(&mut self, index: usize, what: &str) -> Reply {
        let (fails, cloud) = (self.export_fails, self.is_cloud());
        let export = &mut self.exports[index];
        match what {
            "status" if fails => Reply::json(&json!({"status": "error", "error": "The report could not be generated"})),
            "status" if export.left > 0 => {
                export.left -= 1;
                Reply::json(&json!({"status": "loading", "progress": 50, "progress_total": 100}))
            }
            "status" => Reply::json(&json!({"status": "ready"})),
            "download" if export.left > 0 => error(404, "The requested file is not available yet"),
            "download" => {
                let quoted = if cloud { export.name.clone() } else { format!("\"{}\"", export.name) };
                Reply::text(200, "application/octet-stream", export.bytes.clone())
                    .with("content-disposition", format!("attachment; filename={quoted}"))
            }
            _ => Reply::json(&Value::Null),
        }
    }
}
