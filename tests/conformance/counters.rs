//! Counts that share nothing with the readers: by looking for text, or by walking a parsed JSON value.

mod burp_json;
mod burp_reports;
mod nessus_api;
mod nessus_csv;
mod sarif;
mod xml;
mod zap_json;

use std::collections::BTreeSet;

/// What a file should be, and how many rows it should have.
pub struct Expected {
    /// The format's name.
    pub format: &'static str,
    /// The rows.
    pub rows: u64,
}

/// Says what a file should be and how many rows it should have, by its bytes and by its text.
type Count = fn(&[u8], &str) -> Option<Expected>;

/// The counts, one a family of formats: each says `None` of what is not its own.
const COUNTS: [Count; 7] = [
    burp_json::count,
    burp_reports::count,
    nessus_api::count,
    nessus_csv::count,
    sarif::count,
    xml::count,
    zap_json::count,
];

/// The expectation of a file. `None` if it is of none of the formats that are read.
pub fn count(bytes: &[u8]) -> Option<Expected> {
    let text = String::from_utf8_lossy(bytes);
    COUNTS.iter().find_map(|count| count(bytes, &text))
}

/// How often an element begins. The texts of scanners escape `<`, except in CDATA, where none of these names occurs.
pub fn elements(text: &str, name: &str) -> u64 {
    let tag = format!("<{name}");
    let begins = |at: usize| text[at + tag.len()..].starts_with([' ', '>', '/', '\n', '\r', '\t']);
    text.match_indices(&tag).filter(|(at, _)| begins(*at)).count() as u64
}

/// The distinct CVE ids of a Nessus file: in `cve` elements and in cross-references; in v1, in lines that say so; in a
/// table, in its column.
pub fn cves(bytes: &[u8]) -> BTreeSet<String> {
    let text = String::from_utf8_lossy(bytes);
    let mut found = BTreeSet::from_iter(nessus_csv::cves(&text));
    for opening in ["<cve>", "<xref>CVE:"] {
        for (at, _) in text.match_indices(opening) {
            let rest = &text[at + opening.len()..];
            let value = &rest[..rest.find('<').expect("a closing tag")];
            found.insert(value.trim().to_uppercase());
        }
    }
    for (at, line) in text.match_indices("\\nCVE : ") {
        let rest = &text[at + line.len()..];
        let ids = &rest[..rest.find("\\n").expect("the line's end")];
        found.extend(ids.split(", ").map(str::to_uppercase));
    }
    found
}
