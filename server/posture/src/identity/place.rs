//! Places: what of them is identity, and how they are shown.

use model::facts::Place;
use std::collections::BTreeSet;

/// The place's part of an occurrence's key, normalized.
pub(super) fn fields(place: &Place) -> Vec<(&'static str, String)> {
    match place {
        Place::Port { protocol, port, .. } => {
            vec![("protocol", protocol.to_ascii_lowercase()), ("port", port.to_string())]
        }
        Place::Request { method, target, parameter } => {
            vec![("method", method.to_ascii_uppercase()), ("path", template(target)), ("parameter", parameter.clone())]
        }
        Place::Insertion { path, point } => vec![("path", path.clone()), ("point", point.clone())],
        Place::Code { path, line, fingerprint } => {
            let at =
                if fingerprint.is_empty() { ("line", line.to_string()) } else { ("fingerprint", fingerprint.clone()) };
            vec![("path", path.clone()), at]
        }
        Place::Whole => Vec::new(),
    }
}

/// A place in one line, as the scanner says it.
#[must_use]
pub fn shown_location(place: &Place) -> String {
    place.to_string()
}

/// A request's target with everything that varies from run to run taken out: numbers, UUIDs and hashes in path segments
/// become `{n}`, `{uuid}` and `{hash}`; of the query and of path parameters only the names stay; the fragment goes; no path
/// at all is `/`.
#[must_use]
pub fn template(target: &str) -> String {
    let target = target.split('#').next().unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut out =
        if path.is_empty() { "/".to_owned() } else { path.split('/').map(segment).collect::<Vec<_>>().join("/") };
    let names: BTreeSet<String> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| plain_segment(pair.split('=').next().unwrap_or_default()))
        .collect();
    for (name, mark) in names.iter().zip(std::iter::once('?').chain(std::iter::repeat('&'))) {
        out.push(mark);
        out.push_str(name);
    }
    out
}

/// One segment: `;name=value` keeps the name.
fn segment(text: &str) -> String {
    let mut parts = text.split(';');
    let mut out = plain_segment(parts.next().unwrap_or_default());
    for part in parts {
        out.push(';');
        out.push_str(part.split('=').next().unwrap_or_default());
    }
    out
}

fn plain_segment(text: &str) -> String {
    if let Some((stem, extension)) = text.split_once('.')
        && is_number(stem)
        && extension.starts_with(|c: char| c.is_ascii_alphabetic())
        && extension.chars().all(|c| c.is_ascii_alphanumeric())
    {
        return format!("{{n}}.{extension}");
    }
    if is_number(text) { "{n}".to_owned() } else { hashes(&uuids(text)) }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// Replaces every UUID that stands alone between characters that are neither letters nor digits.
fn uuids(text: &str) -> String {
    const LEN: usize = 36;
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let free = !out.ends_with(|c: char| c.is_ascii_alphanumeric());
        let after = rest.get(LEN..).map(|tail| !tail.starts_with(|c: char| c.is_ascii_alphanumeric()));
        if free && after == Some(true) && rest.get(..LEN).is_some_and(is_uuid) {
            out.push_str("{uuid}");
            rest = &rest[LEN..];
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}

fn is_uuid(text: &str) -> bool {
    text.bytes().enumerate().all(|(i, b)| if matches!(i, 8 | 13 | 18 | 23) { b == b'-' } else { b.is_ascii_hexdigit() })
}

/// Replaces every run of letters and digits that is a hash.
fn hashes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for run in text.split_inclusive(|c: char| !c.is_alphanumeric()) {
        let word = run.trim_end_matches(|c: char| !c.is_alphanumeric());
        out.push_str(if is_hash(word) { "{hash}" } else { word });
        out.push_str(&run[word.len()..]);
    }
    out
}

/// Hexadecimal with a digit in it, sixteen or more; or eight or more that change between digits and letters at least three
/// times, as the short hashes in the names of built files do and words with a year (`feed2024`) do not.
fn is_hash(word: &str) -> bool {
    if word.len() < 8 || !word.bytes().all(|b| b.is_ascii_hexdigit()) {
        return false;
    }
    let bytes = word.as_bytes();
    let changes = bytes.windows(2).filter(|pair| pair[0].is_ascii_digit() != pair[1].is_ascii_digit()).count();
    if word.len() >= 16 { bytes.iter().any(u8::is_ascii_digit) } else { changes >= 3 }
}
