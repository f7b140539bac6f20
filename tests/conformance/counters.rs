//! Counts that share nothing with the readers: by looking for text, or by walking a parsed JSON value.

use serde_json::Value;
use std::collections::BTreeSet;

/// What a file should be, and how many rows it should have.
pub struct Expected {
    /// The format's name.
    pub format: &'static str,
    /// The rows.
    pub rows: u64,
}

/// The expectation of a file. `None` if it is of none of the formats that are read.
pub fn count(bytes: &[u8]) -> Option<Expected> {
    let text = String::from_utf8_lossy(bytes);
    if text.contains("<NessusClientData_v2") {
        Some(Expected { format: "Nessus v2 XML", rows: elements(&text, "ReportItem") })
    } else if text.contains("<OWASPZAPReport") {
        Some(Expected { format: "ZAP XML", rows: zap_xml(&text) })
    } else if text.contains("<issues ") && text.contains("burpVersion") {
        Some(Expected { format: "Burp XML", rows: elements(&text, "issue") })
    } else {
        let value: Value = serde_json::from_slice(bytes).ok()?;
        let is_report = value.get("site").is_some() && value.get("@version").is_some();
        if is_report {
            return Some(Expected { format: "ZAP JSON", rows: zap_json(&value) });
        }
        let list = value.get("alerts").or_else(|| value.get("vulnerabilities")).unwrap_or(&value).as_array()?;
        let of_the_api = !list.is_empty() && list.iter().all(|alert| alert.get("pluginId").is_some());
        of_the_api.then_some(Expected { format: "ZAP API JSON", rows: list.len() as u64 })
    }
}

/// How often an element begins. The texts of scanners escape `<`, except in CDATA, where none of these names occurs.
fn elements(text: &str, name: &str) -> u64 {
    let tag = format!("<{name}");
    let begins = |at: usize| text[at + tag.len()..].starts_with([' ', '>', '/', '\n', '\r', '\t']);
    text.match_indices(&tag).filter(|(at, _)| begins(*at)).count() as u64
}

/// An instance a row; an alert without any is one too. People comment alerts out; the texts of ZAP escape `<`.
fn zap_xml(text: &str) -> u64 {
    let outside = |part: &str| part.split_once("-->").map_or(part, |(_, after)| after).to_owned();
    let text: String = text.split("<!--").map(outside).collect();
    text.split("<alertitem>").skip(1).map(|alert| elements(alert, "instance").max(1)).sum()
}

fn zap_json(report: &Value) -> u64 {
    let sites = report["site"].as_array().map_or_else(|| vec![&report["site"]], |sites| sites.iter().collect());
    sites
        .iter()
        .flat_map(|site| site["alerts"].as_array().into_iter().flatten())
        .map(|alert| alert["instances"].as_array().map_or(0, Vec::len).max(1) as u64)
        .sum()
}

/// The distinct CVE ids of a Nessus file: in `cve` elements and in cross-references.
pub fn cves(bytes: &[u8]) -> BTreeSet<String> {
    let text = String::from_utf8_lossy(bytes);
    let mut found = BTreeSet::new();
    for opening in ["<cve>", "<xref>CVE:"] {
        for (at, _) in text.match_indices(opening) {
            let rest = &text[at + opening.len()..];
            let value = &rest[..rest.find('<').expect("a closing tag")];
            found.insert(value.trim().to_uppercase());
        }
    }
    found
}
