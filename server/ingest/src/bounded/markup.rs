//! What stands between the markup: line ends, references, white space in attributes.

use crate::remarks::Remarks;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::BytesRef;
use std::borrow::Cow;

/// Appends text with line ends made `\n`, as XML asks.
pub fn push_lines(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'\r', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        out.push('\n');
        rest = &rest[at + 1..];
        rest = rest.strip_prefix('\n').unwrap_or(rest);
    }
    out.push_str(rest);
}

/// Appends what a reference stands for; one that is not known stays as it is, with a remark.
pub fn push_reference(out: &mut String, reference: &BytesRef<'_>, remarks: &mut Remarks) {
    if let Some(text) = resolve_xml_entity(reference) {
        out.push_str(text);
    } else if let Ok(Some(character)) = reference.resolve_char_ref() {
        out.push(character);
    } else {
        remarks.add("entity_kept_literally", reference);
        out.push('&');
        out.push_str(reference);
        out.push(';');
    }
}

/// How far behind a `&` the reference's end is looked for: further than any that means something, whatever its leading zeros.
const MAX_REFERENCE: usize = 32;

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
        let resolved = rest.bytes().take(MAX_REFERENCE).position(|byte| byte == b';').and_then(|end| {
            let reference = BytesRef::new(&rest[..end]);
            let character = reference.resolve_char_ref().ok().flatten();
            match (resolve_xml_entity(&reference), character) {
                (Some(text), _) => out.push_str(text),
                (None, Some(character)) => out.push(character),
                (None, None) => return None,
            }
            Some(end)
        });
        match resolved {
            Some(end) => rest = &rest[end + 1..],
            None => out.push('&'),
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}
