//! Opaque cursors of keyset paging: the sort keys of the row at a page's edge, and which way to read on.
//!
//! A cursor is no secret and no permission: whoever makes one up gets a page of what they may see anyway.

use std::fmt;
use std::str::FromStr;

/// The most characters of a cursor's text.
pub const MAX_CHARS: usize = 2_000;
/// The most keys in a cursor.
const MAX_KEYS: usize = 12;
/// The first byte of every cursor, for when the layout changes.
const VERSION: u8 = 1;
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Where a page ends and how to go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Which order the keys belong to: a number that the list chooses; a cursor of another order is refused.
    pub order: u8,
    /// Read backwards from here: the page before.
    pub back: bool,
    /// The sort keys of the row at the edge, the last ones making it unique.
    pub keys: Vec<Key>,
}

/// One sort key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// A number.
    Int(i64),
    /// A text.
    Text(String),
}

/// The text is not a cursor of this version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor")]
pub struct BadCursor;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = vec![VERSION, self.order, u8::from(self.back)];
        for key in &self.keys {
            match key {
                Key::Int(number) => {
                    bytes.push(b'i');
                    bytes.extend(number.to_be_bytes());
                }
                Key::Text(text) => {
                    bytes.push(b't');
                    bytes.extend(u16::try_from(text.len()).unwrap_or(u16::MAX).to_be_bytes());
                    bytes.extend(text.bytes().take(usize::from(u16::MAX)));
                }
            }
        }
        for chunk in bytes.chunks(3) {
            let group = chunk.iter().fold(0u32, |sum, byte| (sum << 8) | u32::from(*byte)) << (8 * (3 - chunk.len()));
            for digit in 0..=chunk.len() {
                let index = (group >> (18 - 6 * digit)) & 63;
                let letter = ALPHABET.get(index as usize).copied().unwrap_or(b'A');
                fmt::Write::write_char(f, char::from(letter))?;
            }
        }
        Ok(())
    }
}

impl FromStr for Cursor {
    type Err = BadCursor;
    fn from_str(text: &str) -> Result<Self, BadCursor> {
        if text.len() > MAX_CHARS {
            return Err(BadCursor);
        }
        let bytes = decode(text).ok_or(BadCursor)?;
        let mut rest = bytes.as_slice();
        let [version, order, back] = take(&mut rest).ok_or(BadCursor)?;
        if version != VERSION || back > 1 {
            return Err(BadCursor);
        }
        let mut keys = Vec::new();
        while let Some([tag]) = take(&mut rest) {
            if keys.len() == MAX_KEYS {
                return Err(BadCursor);
            }
            keys.push(match tag {
                b'i' => Key::Int(i64::from_be_bytes(take(&mut rest).ok_or(BadCursor)?)),
                b't' => {
                    let length = usize::from(u16::from_be_bytes(take(&mut rest).ok_or(BadCursor)?));
                    let (text, tail) = rest.split_at_checked(length).ok_or(BadCursor)?;
                    rest = tail;
                    Key::Text(String::from_utf8(text.to_vec()).map_err(|_| BadCursor)?)
                }
                _ => return Err(BadCursor),
            });
        }
        Ok(Self { order, back: back == 1, keys })
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (head, tail) = rest.split_first_chunk::<N>()?;
    *rest = tail;
    Some(*head)
}

/// Base64 with the alphabet that needs no escaping in a URL, without padding.
fn decode(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() * 3 / 4);
    for chunk in text.as_bytes().chunks(4) {
        let mut group = 0u32;
        for letter in chunk {
            let value = ALPHABET.iter().position(|known| known == letter)?;
            group = (group << 6) | u32::try_from(value).ok()?;
        }
        group <<= 6 * (4 - chunk.len());
        let bytes = group.to_be_bytes();
        out.extend(bytes.get(1..chunk.len())?);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key() -> impl Strategy<Value = Key> {
        prop_oneof![any::<i64>().prop_map(Key::Int), ".{0,40}".prop_map(Key::Text)]
    }

    proptest! {
        #[test]
        fn text_round_trips(order: u8, back: bool, keys in proptest::collection::vec(key(), 0..MAX_KEYS)) {
            let cursor = Cursor { order, back, keys };
            prop_assert_eq!(cursor.to_string().parse::<Cursor>(), Ok(cursor));
        }

        #[test]
        fn any_text_is_a_cursor_or_refused(text in ".{0,200}") {
            let _ = text.parse::<Cursor>();
        }
    }

    #[test]
    fn a_long_text_is_refused() {
        assert_eq!("A".repeat(MAX_CHARS + 1).parse::<Cursor>(), Err(BadCursor));
    }

    #[test]
    fn a_cursor_needs_no_escaping_in_a_url() {
        let cursor = Cursor { order: 255, back: true, keys: vec![Key::Int(-1), Key::Text("a b&c?".to_owned())] };
        assert!(cursor.to_string().bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
    }
}
