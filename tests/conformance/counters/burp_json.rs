//! Burp's JSON, by walking the parsed value.

use super::Expected;
use serde_json::Value;
use std::collections::BTreeSet;

pub fn count(bytes: &[u8], _: &str) -> Option<Expected> {
    let value: Value = serde_json::from_slice(bytes).ok()?;
    let is_task = value.get("scan_status").is_some() || value.get("scan_metrics").is_some();
    if let Some(events) = value.get("issue_events").filter(|_| is_task).and_then(Value::as_array) {
        // An issue that is reported twice is one.
        let serials: BTreeSet<String> =
            events.iter().map(|event| event["issue"]["serial_number"].to_string()).collect();
        return Some(Expected { format: "Burp REST API JSON", rows: serials.len() as u64 });
    }
    let issues = value.get("Issues").or_else(|| value.pointer("/data/scan/issues"))?.as_array()?;
    let of_burp = issues.iter().all(|issue| issue.get("issue_type").is_some());
    of_burp.then_some(Expected { format: "Burp GraphQL JSON", rows: issues.len() as u64 })
}
