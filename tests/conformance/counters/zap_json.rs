//! ZAP's JSON, by walking the parsed value.

use super::Expected;
use serde_json::Value;

pub fn count(bytes: &[u8], _: &str) -> Option<Expected> {
    let value: Value = serde_json::from_slice(bytes).ok()?;
    let is_report = value.get("site").is_some() && value.get("@version").is_some();
    if is_report {
        return Some(Expected { format: "ZAP JSON", rows: report(&value) });
    }
    let list = value.get("alerts").or_else(|| value.get("vulnerabilities")).unwrap_or(&value).as_array()?;
    let of_the_api = !list.is_empty() && list.iter().all(|alert| alert.get("pluginId").is_some());
    of_the_api.then_some(Expected { format: "ZAP API JSON", rows: list.len() as u64 })
}

fn report(report: &Value) -> u64 {
    let sites = report["site"].as_array().map_or_else(|| vec![&report["site"]], |sites| sites.iter().collect());
    sites
        .iter()
        .flat_map(|site| site["alerts"].as_array().into_iter().flatten())
        .map(|alert| alert["instances"].as_array().map_or(0, Vec::len).max(1) as u64)
        .sum()
}
