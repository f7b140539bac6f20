//! What an export says of a plugin: the fields of a `.nessus` file under names and in forms of Tenable's own, written as there, so
//! that one plugin from both is described once.

use crate::bounded::record::{elements, text};
use crate::nessus::attributes::each;
use crate::nessus::rule::Field;
use serde_json::Value;

/// What moves from day to day with what is known elsewhere, and what other fields say again.
const LEFT_OUT: [&str; 4] = ["epss_score", "vpr", "vpr_score", "vpr_v2"];

/// Fields that a `.nessus` file calls otherwise.
const RENAMED: [(&str, &str); 4] = [
    ("modification_date", "plugin_modification_date"),
    ("publication_date", "plugin_publication_date"),
    ("type", "plugin_type"),
    ("version", "script_version"),
];

/// Vectors are objects with a text, and what a `.nessus` file writes before it.
const VECTORS: [(&str, &str); 6] = [
    ("cvss_vector", ""),
    ("cvss3_vector", ""),
    ("cvss4_vector", ""),
    ("cvss_temporal_vector", "CVSS2#"),
    ("cvss3_temporal_vector", "CVSS:3.0/"),
    ("cvss4_threat_vector", "CVSS:4.0/"),
];

/// Gives every field of a plugin to `take`.
pub fn fields(plugin: &Value, mut take: impl FnMut(Field, &str)) {
    for (name, value) in plugin.as_object().into_iter().flatten() {
        let name = RENAMED.iter().find(|(theirs, _)| theirs == name).map_or(name.as_str(), |(_, ours)| ours);
        if LEFT_OUT.contains(&name) {
            continue;
        }
        if name == "xrefs" {
            references(value, &mut take);
            continue;
        }
        let known = |field: &Field| !matches!(field, Field::Output | Field::Attachment | Field::Name);
        let Some(field) = Field::of(name.as_bytes()).filter(known) else { continue };
        match VECTORS.iter().find(|(vector, _)| *vector == name) {
            Some((_, prefix)) => vector(field, prefix, value, &mut take),
            // Where a `.nessus` file says nothing, an export says that it is not so.
            None if *value == Value::Bool(false) => {}
            None if name == "risk_factor" => take(field, &titled(&text(value))),
            None if name.ends_with("_date") => take(field, &day(&text(value))),
            None => each(value, |text| take(field, text)),
        }
    }
}

fn vector(field: Field, prefix: &str, value: &Value, take: &mut impl FnMut(Field, &str)) {
    let raw = text(&value["raw"]);
    let written = if raw.starts_with("CVSS") || raw.is_empty() { raw } else { format!("{prefix}{raw}") };
    take(field, &written);
    let score = text(&value["threat_score"]);
    if let Some(field) = Field::of(b"cvss4_threat_score").filter(|_| !score.is_empty()) {
        take(field, &score);
    }
}

/// References with their kind apart. CVE ids stand there without what they begin with.
fn references(value: &Value, take: &mut impl FnMut(Field, &str)) {
    for reference in elements(value) {
        let (kind, id) = (text(&reference["type"]), text(&reference["id"]));
        let id = if kind == "CVE" && id.starts_with(|c: char| c.is_ascii_digit()) { format!("CVE-{id}") } else { id };
        if !kind.is_empty() && !id.is_empty() {
            take(Field::Xref, &format!("{kind}:{id}"));
        }
    }
}

/// A word with its first letter alone in upper case: `HIGH` and `high` are `High`.
pub fn titled(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters.map(|letter| letter.to_ascii_lowercase())).collect()
}

/// The day of an instant, as a `.nessus` file writes it: `2026/03/02`.
fn day(text: &str) -> String {
    let plain = |day: &&str| day.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    text.get(..10).filter(plain).map_or_else(|| text.to_owned(), |day| day.replace('-', "/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_days_are_written_as_elsewhere() {
        assert_eq!(["HIGH", "none", ""].map(titled), ["High", "None", ""]);
        assert_eq!(["2018-09-11T00:00:00Z", "2018/09/11", "soon"].map(day), ["2018/09/11", "2018/09/11", "soon"]);
    }
}
