//! SARIF, by walking the parsed value.

use super::Expected;
use serde_json::Value;

pub fn count(bytes: &[u8], _: &str) -> Option<Expected> {
    let value: Value = serde_json::from_slice(bytes).ok()?;
    let runs = value.get("runs")?.as_array()?.iter();
    let results = runs.flat_map(|run| run["results"].as_array().into_iter().flatten());
    // A result at several places is as many rows; one without a place is a row too.
    let rows =
        results.map(|result| result["locations"].as_array().map_or(1, |places| places.len().max(1)) as u64).sum();
    (value["version"] == "2.1.0").then_some(Expected { format: "SARIF", rows })
}
