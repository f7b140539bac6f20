//! Messages (3.11): placeholders filled in, links as text.

use crate::text;

/// How long a message becomes at most: placeholders could make it as long as they like.
pub const MAX_MESSAGE: usize = 16 << 10;

/// How long a link's destination is at most.
const MAX_DESTINATION: usize = 4096;

/// A message's text with its arguments in place of `{0}`, `{1}`, … (3.11.5), and its links as text.
pub fn filled(message: &str, arguments: &[String]) -> String {
    // Tools that never fill anything in do not double their braces either.
    if arguments.is_empty() {
        return unlinked(&text::cut(message, MAX_MESSAGE));
    }
    let mut out = String::new();
    let mut rest = message;
    while let Some(at) = rest.find(['{', '}']).filter(|_| out.len() < MAX_MESSAGE) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let taken = placeholder(rest, arguments).or_else(|| {
            let doubled = ["{{", "}}"].iter().any(|braces| rest.starts_with(braces));
            doubled.then(|| (2, &rest[..1]))
        });
        let (length, inserted) = taken.unwrap_or((1, &rest[..1]));
        out.push_str(&text::cut(inserted, MAX_MESSAGE));
        rest = &rest[length..];
    }
    out.push_str(rest);
    unlinked(&text::cut(&out, MAX_MESSAGE))
}

/// The argument that the placeholder at the beginning of the text stands for, and the placeholder's length.
fn placeholder<'a>(text: &str, arguments: &'a [String]) -> Option<(usize, &'a str)> {
    let inside = text.strip_prefix('{')?;
    let (index, _) = inside.split_once('}')?;
    let argument = arguments.get(index.parse::<usize>().ok()?)?;
    Some((index.len() + 2, argument))
}

/// The text with `[text](destination)` (3.11.6) as the text, and the destination behind it where it is a page.
fn unlinked(message: &str) -> String {
    let mut out = String::with_capacity(message.len());
    let mut rest = message;
    while let Some(at) = rest.find('[') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        match link(rest) {
            Some((length, label, destination)) => {
                out.push_str(&label);
                if destination.contains("://") && destination != label {
                    out.push_str(&format!(" ({destination})"));
                }
                rest = &rest[length..];
            }
            None => {
                out.push('[');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// The link at the beginning of the text: its length, label and destination. What is neither a location of the result, nor a
/// place in the log, nor a page, is no link.
fn link(text: &str) -> Option<(usize, String, &str)> {
    let mut label = String::new();
    let mut characters = text.char_indices().skip(1);
    let close = loop {
        match characters.next()? {
            (_, '\\') => label.push(characters.next()?.1),
            (at, ']') => break at,
            (_, '[' | '\n') => return None,
            (_, character) => label.push(character),
        }
    };
    let after = text[close + 1..].strip_prefix('(')?;
    let (destination, _) = after[..after.floor_char_boundary(MAX_DESTINATION)].split_once(')')?;
    let is_location = !destination.is_empty() && destination.bytes().all(|byte| byte.is_ascii_digit());
    let is_link = is_location || destination.starts_with("sarif:") || destination.contains("://");
    (is_link && !destination.contains(char::is_whitespace)).then(|| (close + destination.len() + 3, label, destination))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_and_braces_halved() {
        let arguments = ["x".to_owned(), "{0}".to_owned()];
        for (message, filled_in) in
            [("'{0}' of {1} and {0}", "'x' of {0} and x"), ("{{0}} {2} {", "{0} {2} {"), ("}} {a} ñ{0}", "} {a} ñx")]
        {
            assert_eq!(filled(message, &arguments), filled_in, "{message}");
        }
        assert_eq!(filled("{{ user.name }} {0}", &[]), "{{ user.name }} {0}");
    }

    #[test]
    fn a_message_has_an_end() {
        let long = filled(&"{0}".repeat(1000), &["ñ".repeat(100_000)]);
        assert!(long.len() < MAX_MESSAGE + 10, "{}", long.len());
    }

    #[test]
    fn links_become_their_text() {
        for (message, plain) in [
            ("from [here](3).", "from here."),
            ("in [para\\[0\\]\\\\spans](1)", "in para[0]\\spans"),
            (
                "see [the page](https://example.com/a) and [x](sarif:/runs/0)",
                "see the page (https://example.com/a) and x",
            ),
            ("a[0](x) b[1] [", "a[0](x) b[1] ["),
            ("[[a](1)", "[a"),
        ] {
            assert_eq!(unlinked(message), plain, "{message}");
        }
    }
}
