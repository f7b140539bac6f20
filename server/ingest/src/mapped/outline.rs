//! Where a JSON file's records are, and what stands in them, from its first bytes.

use super::records::text_of;
use model::MappedFormat;
use serde_json::Value;

/// How deep in a document, and in a record, is looked.
const MAX_DEPTH: usize = 6;
/// How many columns are listed.
const MAX_COLUMNS: usize = 200;
/// How many records are looked at.
pub const LOOKED_AT: usize = 50;

/// A column by its name, and its first values.
pub type Values = (String, Vec<String>);

/// The ways to read a JSON text that may be cut: each a format and the first records. None if there is no record.
pub fn readings(text: &str) -> Vec<(MappedFormat, Vec<Value>)> {
    let mut found = Vec::new();
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let first = lines.next().and_then(|line| serde_json::from_str::<Value>(line).ok()).filter(Value::is_object);
    let several = first.is_some() && lines.next().is_some_and(|line| line.trim_start().starts_with('{'));
    if !several && let Ok(document) = serde_json::from_str(&completed(&whole_letters(text))) {
        arrays(&document, "", 0, &mut found);
    }
    if found.is_empty() && first.is_some() {
        let records = text.lines().take(LOOKED_AT).filter_map(|line| serde_json::from_str(line).ok());
        found.push((MappedFormat::JsonLines {}, records.filter(Value::is_object).collect()));
    }
    found
}

/// Every array with objects in it that a pointer of names leads to.
fn arrays(value: &Value, pointer: &str, depth: usize, found: &mut Vec<(MappedFormat, Vec<Value>)>) {
    match value {
        Value::Array(values) => {
            let records: Vec<Value> =
                values.iter().filter(|value| value.is_object()).take(LOOKED_AT).cloned().collect();
            if !records.is_empty() {
                found.push((MappedFormat::Json { records: pointer.to_owned() }, records));
            }
        }
        Value::Object(entries) if depth < MAX_DEPTH => {
            for (name, value) in entries {
                arrays(value, &format!("{pointer}/{}", escaped(name)), depth + 1, found);
            }
        }
        _ => {}
    }
}

/// The places in records that hold a value, each with its values: numbers, texts, and lists of them.
pub fn columns(records: &[Value]) -> Vec<Values> {
    let mut columns = Vec::new();
    for record in records {
        add(record, "", 0, &mut columns);
    }
    columns
}

fn add(value: &Value, pointer: &str, depth: usize, columns: &mut Vec<Values>) {
    match value {
        Value::Object(entries) if depth < MAX_DEPTH => {
            for (name, value) in entries {
                add(value, &format!("{pointer}/{}", escaped(name)), depth + 1, columns);
            }
        }
        value => {
            let at = columns.iter().position(|(known, _)| known == pointer).unwrap_or(columns.len());
            if at == columns.len() && at < MAX_COLUMNS {
                columns.push((pointer.to_owned(), Vec::new()));
            }
            if let Some((_, values)) = columns.get_mut(at) {
                values.push(text_of(value));
            }
        }
    }
}

/// A name as a part of a pointer (RFC 6901, 3).
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// A JSON text in which every half of a letter (RFC 8259, 7) is one that cannot be shown: one without its other half would make
/// the whole text unreadable, and here it is read for its outline.
fn whole_letters(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("\\u").map(|at| at + 2) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let half = |code: &str| u16::from_str_radix(code, 16).is_ok_and(|code| (0xd800..0xe000).contains(&code));
        if rest.get(..4).is_some_and(half) {
            out.push_str("fffd");
            rest = &rest[4..];
        }
    }
    out + rest
}

/// A JSON text that was cut, without what is not complete, and with everything closed that is open.
fn completed(text: &str) -> String {
    let (mut open, mut in_string, mut escape) = (Vec::new(), false, false);
    // Up to where the text is complete but for the closing of so many brackets.
    let mut complete = (0, 0);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escape => escape = false,
            b'\\' if in_string => escape = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' | b'[' => {
                open.push(if byte == b'{' { '}' } else { ']' });
                complete = (at + 1, open.len());
            }
            b'}' | b']' => {
                open.pop();
                complete = (at + 1, open.len());
            }
            b',' => complete = (at, open.len()),
            _ => {}
        }
    }
    let closing = open[..complete.1.min(open.len())].iter().rev().copied();
    text[..complete.0].chars().chain(closing).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_document_is_completed_wherever_it_is_cut() {
        let text = r#"{"a": {"b": [1, 2.5]}, "c,]": [{"d": "x\"]"}, {"d": null}], "e": tr"#;
        for cut in (1..text.len()).filter(|cut| text.is_char_boundary(*cut)) {
            let completed = completed(&text[..cut]);
            assert!(serde_json::from_str::<Value>(&completed).is_ok(), "{completed}");
        }
        assert_eq!(completed(text), r#"{"a": {"b": [1, 2.5]}, "c,]": [{"d": "x\"]"}, {"d": null}]}"#);
    }

    #[test]
    fn records_are_found_wherever_they_are() {
        let formats = |text: &str| {
            readings(text).into_iter().map(|(format, records)| (format, records.len())).collect::<Vec<_>>()
        };
        let json = |records: &str| MappedFormat::Json { records: records.to_owned() };
        assert_eq!(formats(r#"[{"a": 1}, {"a": 2}, 3"#), [(json(""), 2)]);
        assert_eq!(formats(r#"{"x": [1], "y/z": {"r": [{"a": 1}, {"a"#), [(json("/y~1z/r"), 2)]);
        assert_eq!(formats("{\"a\": 1}\n\n{\"a\": 2}\n{\"a\""), [(MappedFormat::JsonLines {}, 2)]);
        assert_eq!(formats("{\"a\": 1}\n"), [(MappedFormat::JsonLines {}, 1)]);
        assert_eq!(formats(r#"[{"a": "\ud800 \\ud800"}, {"a": "\u00e9"#), [(json(""), 2)]);
        assert_eq!(formats("[1, 2]"), []);
        assert_eq!(formats("{"), []);
    }
}
