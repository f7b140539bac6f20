//! Which encoding a file is in: its byte order mark, else the shape of its first bytes, else what its XML declaration says.

use crate::{Refusal, RefusalCode};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How far into a file the XML declaration is looked for: some tools put a licence comment before it.
const SNIFF: usize = 1024;

/// The encoding of a file that begins with `head`.
///
/// # Errors
/// [`RefusalCode::Encoding`] with the label, if the XML declaration names one that is not known.
pub fn sniff(head: &[u8]) -> Result<&'static Encoding, Refusal> {
    if let Some((encoding, _)) = Encoding::for_bom(head) {
        return Ok(encoding);
    }
    // Without a mark, the first character of any export is ASCII, so a zero beside it gives the order away.
    match head {
        [first, 0, ..] if *first != 0 => return Ok(UTF_16LE),
        [0, second, ..] if *second != 0 => return Ok(UTF_16BE),
        _ => {}
    }
    let Some(label) = declared(&head[..head.len().min(SNIFF)]) else { return Ok(undeclared(head)) };
    match Encoding::for_label(label) {
        // The declaration was legible as ASCII, so the file is not in UTF-16 whatever it says.
        Some(encoding) if encoding == UTF_16LE || encoding == UTF_16BE => Ok(UTF_8),
        Some(encoding) => Ok(encoding),
        None => Err(Refusal::new(RefusalCode::Encoding, String::from_utf8_lossy(label).into_owned())),
    }
}

/// The encoding of a file that says nothing of it. XML is UTF-8 then (XML 1.0, 4.3.3), and bytes that are not are a scanner's
/// copy of something else; tables and JSON that are not UTF-8 were written by a program of Windows.
fn undeclared(head: &[u8]) -> &'static Encoding {
    let damaged = |error: std::str::Utf8Error| error.error_len().is_some();
    let markup = head.trim_ascii_start().starts_with(b"<");
    if !markup && std::str::from_utf8(head).is_err_and(damaged) { WINDOWS_1252 } else { UTF_8 }
}

/// What stands in `<?xml … encoding="HERE" …?>`.
fn declared(head: &[u8]) -> Option<&[u8]> {
    let start = find(head, b"<?xml")?;
    let declaration = &head[start..start + find(&head[start..], b"?>")?];
    let rest = &declaration[find(declaration, b"encoding")? + b"encoding".len()..];
    let rest = rest.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let quote = *rest.first().filter(|byte| matches!(byte, b'"' | b'\''))?;
    let value = &rest[1..];
    Some(&value[..value.iter().position(|byte| *byte == quote)?])
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

/// The first bytes of a file as text, for recognition only: what cannot be decoded becomes U+FFFD.
///
/// # Errors
/// As [`sniff`].
pub fn decode_head(head: &[u8]) -> Result<String, Refusal> {
    let (text, _, _) = sniff(head)?.decode(head);
    Ok(text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_found_by_mark_shape_and_declaration() {
        assert_eq!(sniff(b"\xff\xfe<\0").unwrap(), UTF_16LE);
        assert_eq!(sniff(b"<\0?\0").unwrap(), UTF_16LE);
        assert_eq!(sniff(b"\0<\0?").unwrap(), UTF_16BE);
        assert_eq!(sniff(b"<!-- c -->\n<?xml version='1.0' encoding = 'ISO-8859-1'?>").unwrap().name(), "windows-1252");
        assert_eq!(sniff(b"<?xml version=\"1.0\" encoding=\"utf-16\"?>").unwrap(), UTF_8);
        assert_eq!(sniff(b"{}").unwrap(), UTF_8);
        assert_eq!(sniff(b"Plugin ID,Descripci\xf3n\n").unwrap(), WINDOWS_1252);
        assert_eq!(sniff(b"<a>\xf3</a>").unwrap(), UTF_8);
        assert_eq!(sniff(&"Descripción".as_bytes()[..11]).unwrap(), UTF_8, "cut inside a character");
    }

    #[test]
    fn an_unknown_label_is_refused_by_name() {
        let refusal = sniff(b"<?xml version='1.0' encoding='klingon'?>").unwrap_err();
        assert_eq!((refusal.code, refusal.detail.as_str()), (RefusalCode::Encoding, "klingon"));
    }
}
