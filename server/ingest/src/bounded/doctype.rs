//! Which DOCTYPE declarations are accepted: a bare name, or one that only declares elements and attributes (every Burp export
//! carries such a one). Entities and external parts are how XML attacks its reader, and no scanner writes them.

use crate::RefusalCode;

/// Checks the text between `<!DOCTYPE ` and the closing `>`.
///
/// # Errors
/// The reason for refusing it, and what was found.
pub fn check(text: &str) -> Result<(), (RefusalCode, String)> {
    let (head, subset) = match text.find('[') {
        Some(open) => (&text[..open], Some(&text[open + 1..])),
        None => (text, None),
    };
    let mut words = head.split_ascii_whitespace();
    let name = words.next().unwrap_or_default();
    match words.next() {
        None => {}
        Some(word) if word.starts_with("SYSTEM") || word.starts_with("PUBLIC") => {
            return Err((RefusalCode::ExternalDtd, name.to_owned()));
        }
        Some(word) => return Err((RefusalCode::Malformed, format!("DOCTYPE {name} {word}"))),
    }
    subset.map_or(Ok(()), check_subset)
}

fn check_subset(mut rest: &str) -> Result<(), (RefusalCode, String)> {
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix(']') {
            return match after.trim() {
                "" => Ok(()),
                after => Err((RefusalCode::Malformed, format!("DOCTYPE … ]{}", cut(after)))),
            };
        }
        rest = if let Some(comment) = rest.strip_prefix("<!--") {
            after(comment, "-->")
        } else if let Some(instruction) = rest.strip_prefix("<?") {
            after(instruction, "?>")
        } else if rest.starts_with("<!ELEMENT") || rest.starts_with("<!ATTLIST") {
            declaration_end(rest)
        } else if rest.starts_with("<!ENTITY") || rest.starts_with('%') {
            return Err((RefusalCode::EntityDeclared, cut(rest)));
        } else {
            None
        }
        .ok_or_else(|| (RefusalCode::Malformed, format!("DOCTYPE {}", cut(rest))))?;
    }
}

fn after<'a>(text: &'a str, end: &str) -> Option<&'a str> {
    text.find(end).map(|at| &text[at + end.len()..])
}

/// What follows a declaration. A default value in quotes may hold a `>`.
fn declaration_end(text: &str) -> Option<&str> {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(&text[at + 1..]),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

fn cut(text: &str) -> String {
    text.chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Option<RefusalCode> {
        check(text).err().map(|(code, _)| code)
    }

    #[test]
    fn a_name_and_plain_declarations_are_accepted() {
        assert_eq!(code("issues"), None);
        assert_eq!(code("issues [\n<!ELEMENT a (b*)>\n<!-- > ] -->\n<!ATTLIST a b CDATA \">\">\n]"), None);
    }

    #[test]
    fn entities_and_external_parts_are_refused() {
        assert_eq!(code("a [<!ENTITY x \"y\">]"), Some(RefusalCode::EntityDeclared));
        assert_eq!(
            code("a [<!ELEMENT a ANY> <!ENTITY % x SYSTEM \"file:///etc/passwd\"> %x;]"),
            Some(RefusalCode::EntityDeclared)
        );
        assert_eq!(code("a [%x;]"), Some(RefusalCode::EntityDeclared));
        assert_eq!(code("a SYSTEM \"http://example.org/a.dtd\""), Some(RefusalCode::ExternalDtd));
        assert_eq!(code("a PUBLIC \"-//X\" \"x.dtd\" []"), Some(RefusalCode::ExternalDtd));
    }

    #[test]
    fn anything_else_is_malformed() {
        assert_eq!(code("a [<!NOTATION n SYSTEM \"x\">]"), Some(RefusalCode::Malformed));
        assert_eq!(code("a [<!ELEMENT a"), Some(RefusalCode::Malformed));
        assert_eq!(code("a [] b"), Some(RefusalCode::Malformed));
    }
}
