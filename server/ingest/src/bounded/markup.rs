//! What stands between the markup: line ends, references, white space in attributes.

use crate::remarks::Remarks;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::BytesRef;
use std::borrow::Cow;

/// Appends text with line ends made `\n`, as XML asks. `may_return` is false where the text cannot have a carriage return.
pub fn push_lines(out: &mut String, text: &str, may_return: bool) {
    let mut rest = text;
    while may_return && let Some(at) = memchr::memchr(b'\r', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        out.push('\n');
        rest = &rest[at + 1..];
        rest = rest.strip_prefix('\n').unwrap_or(rest);
    }
    out.push_str(rest);
}

/// Appends what a reference stands for; one that is not known stays as it is, with a remark.
pub fn push_reference(out: &mut String, reference: &BytesRef<'_>, remarks: &mut Remarks) {
    match meaning_of(reference) {
        Some(Meaning::Text(text)) => out.push_str(text),
        Some(Meaning::Character(character)) => {
            remark_control(character, reference, remarks);
            out.push(character);
        }
        None => {
            remarks.add(KEPT_ENTITY, reference);
            out.push('&');
            out.push_str(reference);
            out.push(';');
        }
    }
}

/// The code of the remark on a reference that stays as it is.
const KEPT_ENTITY: &str = "entity_kept_literally";

/// The code of the remark on an ampersand that stays as it is.
pub const KEPT_AMPERSAND: &str = "ampersand_kept_literally";

/// The code of the remark on control characters that XML does not allow.
pub const KEPT_CONTROL: &str = "control_character_kept";

/// What a reference stands for.
enum Meaning {
    Text(&'static str),
    Character(char),
}

fn meaning_of(reference: &BytesRef<'_>) -> Option<Meaning> {
    resolve_xml_entity(reference)
        .map(Meaning::Text)
        .or_else(|| reference.resolve_char_ref().ok().flatten().map(Meaning::Character))
}

/// A reference to a control character means it beyond doubt, though XML 1.0 does not allow it.
fn remark_control(character: char, reference: &str, remarks: &mut Remarks) {
    if character.is_ascii_control() && !matches!(character, '\t' | '\n' | '\r' | '\x7f') {
        remarks.add(KEPT_CONTROL, reference);
    }
}

/// An attribute's value: white space made spaces and references resolved, as XML asks.
pub fn normalized(raw: &str) -> Cow<'_, str> {
    if !raw.bytes().any(|byte| matches!(byte, b'&' | b'\n' | b'\r' | b'\t')) {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find(['&', '\n', '\r', '\t']) {
        out.push_str(&rest[..at]);
        let special = &rest[at..];
        rest = &special[1..];
        if !special.starts_with('&') {
            out.push(' ');
            continue;
        }
        let name = name_of(rest);
        match name.and_then(|name| meaning_of(&BytesRef::new(name))) {
            Some(Meaning::Text(text)) => out.push_str(text),
            Some(Meaning::Character(character)) => out.push(character),
            None => {
                out.push('&');
                continue;
            }
        }
        rest = &rest[name.map_or(0, |name| name.len() + 1)..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Notes the references and ampersands of an attribute's value that stay as they are.
pub fn remark_references(raw: &str, remarks: &mut Remarks) {
    for rest in raw.split('&').skip(1) {
        match name_of(rest) {
            None => remarks.add(KEPT_AMPERSAND, ""),
            Some(name) => match meaning_of(&BytesRef::new(name)) {
                None => remarks.add(KEPT_ENTITY, name),
                Some(Meaning::Character(character)) => remark_control(character, name, remarks),
                Some(Meaning::Text(_)) => {}
            },
        }
    }
}

/// The name of the reference whose `&` stands before the text. `None` if it is a lone ampersand.
fn name_of(rest: &str) -> Option<&str> {
    rest.split_once([';', '&']).map(|(name, _)| name).filter(|name| rest[name.len()..].starts_with(';'))
}
