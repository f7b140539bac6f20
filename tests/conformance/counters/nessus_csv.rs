//! Tables of Nessus and Tenable, by taking quotes apart one character at a time.

use super::Expected;

pub fn count(_: &[u8], text: &str) -> Option<Expected> {
    let records = records(text)?;
    let filled = |record: &&Vec<String>| record.iter().any(|cell| !cell.is_empty());
    Some(Expected { format: "Nessus CSV", rows: records[1..].iter().filter(filled).count() as u64 })
}

/// The ids in the column of CVEs.
pub fn cves(text: &str) -> Vec<String> {
    let Some(records) = records(text) else { return Vec::new() };
    let Some(column) = records[0].iter().position(|name| name == "CVE") else { return Vec::new() };
    let cells = records[1..].iter().filter_map(|record| record.get(column));
    cells.flat_map(|cell| cell.split(',')).filter(|id| !id.is_empty()).map(str::to_uppercase).collect()
}

/// All records, if the first is the header of a table of plugins on hosts.
fn records(text: &str) -> Option<Vec<Vec<String>>> {
    let header = text.lines().next()?.to_lowercase().replace('"', "");
    let has = |names: &[&str]| header.split([',', ';', '\t']).any(|name| names.contains(&name));
    if !(has(&["plugin", "plugin id"]) && has(&["host", "ip address"]) && has(&["risk", "severity"])) {
        return None;
    }
    let (mut records, mut record, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    for character in text.chars().chain(['\n']) {
        match character {
            '"' => quoted = !quoted,
            ',' if !quoted => record.push(std::mem::take(&mut cell)),
            '\n' if !quoted => {
                record.push(std::mem::take(&mut cell));
                records.push(std::mem::take(&mut record));
            }
            '\r' => {}
            _ => cell.push(character),
        }
    }
    Some(records)
}
