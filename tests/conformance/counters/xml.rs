//! XML of scanners, by looking for the text of tags.

use super::{Expected, elements};

pub fn count(_: &[u8], text: &str) -> Option<Expected> {
    let (format, rows) = if text.contains("<NessusClientData_v2") {
        ("Nessus v2 XML", elements(text, "ReportItem"))
    } else if text.contains("<NessusClientData>")
        && elements(text, "ReportHost") == text.matches("</ReportHost>").count() as u64
    {
        // One of the corpus is damaged: its host is not closed.
        ("Nessus v1 XML", elements(text, "ReportItem"))
    } else if text.contains("<OWASPZAPReport") {
        ("ZAP XML", zap(text))
    } else if text.contains("<issues ") && text.contains("burpVersion") {
        ("Burp XML", elements(text, "issue"))
    } else {
        return None;
    };
    Some(Expected { format, rows })
}

/// An instance a row; an alert without any is one too. People comment alerts out; the texts of ZAP escape `<`.
fn zap(text: &str) -> u64 {
    let outside = |part: &str| part.split_once("-->").map_or(part, |(_, after)| after).to_owned();
    let text: String = text.split("<!--").map(outside).collect();
    text.split("<alertitem>").skip(1).map(|alert| elements(alert, "instance").max(1)).sum()
}
