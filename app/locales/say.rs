//! A sentence with numbers that are links: what every page opens with.

use model::text::{Locale, number};
use model::view::Count;

/// How a piece of a sentence is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// As it is.
    Plain,
    /// Of weight.
    Strong,
    /// Good news.
    Good,
    /// Bad news.
    Bad,
}

/// A piece of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// What it says.
    pub text: String,
    /// Where it leads: a same-origin path, or empty.
    pub href: String,
    /// How it is meant.
    pub tone: Tone,
}

/// A sentence that is being built.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Say {
    /// Its pieces in their order.
    pub pieces: Vec<Piece>,
}

impl Say {
    /// Nothing said yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Plain words.
    #[must_use]
    pub fn text(self, text: impl Into<String>) -> Self {
        self.piece(text.into(), String::new(), Tone::Plain)
    }

    /// Words with a meaning.
    #[must_use]
    pub fn tone(self, tone: Tone, text: impl Into<String>) -> Self {
        self.piece(text.into(), String::new(), tone)
    }

    /// Words that lead to the rows that a number counts.
    #[must_use]
    pub fn count(self, count: &Count, text: impl Into<String>) -> Self {
        self.piece(text.into(), findings_href(&count.filter), Tone::Plain)
    }

    /// Words that lead somewhere.
    #[must_use]
    pub fn link(self, href: impl Into<String>, text: impl Into<String>) -> Self {
        self.piece(text.into(), href.into(), Tone::Plain)
    }

    fn piece(mut self, text: String, href: String, tone: Tone) -> Self {
        self.pieces.push(Piece { text, href, tone });
        self
    }

    /// The words alone.
    #[must_use]
    pub fn plain(&self) -> String {
        self.pieces.iter().map(|piece| piece.text.as_str()).collect()
    }
}

/// The address of the list with exactly the rows of a filter.
#[must_use]
pub fn findings_href(filter: &str) -> String {
    if filter.is_empty() {
        return "/findings".to_owned();
    }
    format!("/findings?q={}", encode(filter))
}

/// Percent-encodes a value for a query string (RFC 3986: everything but unreserved characters), keeping `:` and `,`, which
/// a query may hold, so that filters stay readable in the address.
#[must_use]
pub fn encode(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 8);
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b':' | b',' | b'*' | b'@' | b'/' => {
                out.push(char::from(byte));
            }
            b' ' => out.push('+'),
            _ => {
                out.push('%');
                for nibble in [byte >> 4, byte & 15] {
                    out.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0').to_ascii_uppercase());
                }
            }
        }
    }
    out
}

/// The number of a count in words of the language.
#[must_use]
pub fn shown(locale: Locale, count: &Count) -> String {
    number(locale, count.value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_survives_the_address() {
        assert_eq!(findings_href("sev:critical,high -team:none"), "/findings?q=sev:critical,high+-team:none");
        assert_eq!(findings_href(""), "/findings");
        assert_eq!(encode("a&b=\"ñ\"+#"), "a%26b%3D%22%C3%B1%22%2B%23");
    }

    #[test]
    fn a_sentence_reads_without_its_links() {
        let count = Count { value: 3, filter: "sev:high".to_owned() };
        let say = Say::new().text("There are ").count(&count, "3 findings").text(".");
        assert_eq!(say.plain(), "There are 3 findings.");
        assert_eq!(say.pieces.get(1).map(|piece| piece.href.as_str()), Some("/findings?q=sev:high"));
    }
}
