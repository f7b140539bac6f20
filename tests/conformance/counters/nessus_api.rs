//! Plugin outputs of Nessus's API, by walking the parsed value: a host at a port is a row, and so is what has none.

use super::Expected;
use serde_json::Value;

pub fn count(bytes: &[u8], _: &str) -> Option<Expected> {
    let value: Value = serde_json::from_slice(bytes).ok()?;
    let answers = value.as_array().map_or_else(|| vec![&value], |answers| answers.iter().collect());
    let outputs: Vec<&Value> =
        answers.iter().filter(|answer| answer.pointer("/info/plugindescription").is_some()).copied().collect();
    if outputs.is_empty() {
        return None;
    }
    let rows = outputs.iter().flat_map(|answer| answer["outputs"].as_array().into_iter().flatten()).map(places).sum();
    Some(Expected { format: "Nessus API JSON", rows })
}

fn places(output: &Value) -> u64 {
    let ports = output["ports"].as_object().into_iter().flat_map(|ports| ports.values());
    ports.map(|hosts| hosts.as_array().map_or(0, Vec::len).max(1) as u64).sum::<u64>().max(1)
}
