//! Any JSON value as text, of which no more is held than is kept.

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// Reads a value as text: a string as it is, anything else as JSON without white space. What is longer than `limit` bytes
/// is read to its end and left out.
pub struct Shown {
    /// The limit.
    pub limit: usize,
}

impl<'de> DeserializeSeed<'de> for Shown {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        let mut out = String::new();
        Part { out: &mut out, limit: self.limit, inside: false }.deserialize(deserializer)?;
        Ok(out)
    }
}

/// A value, and where it is written.
struct Part<'a> {
    out: &'a mut String,
    limit: usize,
    /// Whether it is part of another, so that a string has its quotes.
    inside: bool,
}

impl Part<'_> {
    fn inner(&mut self) -> Part<'_> {
        Part { out: self.out, limit: self.limit, inside: true }
    }

    fn push(&mut self, text: &str) {
        if self.out.len() < self.limit {
            let left = text.floor_char_boundary(self.limit - self.out.len());
            self.out.push_str(&text[..left]);
        }
    }

    fn write<E: Error>(mut self, value: impl fmt::Display) -> Result<(), E> {
        self.push(&value.to_string());
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Part<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Part<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_str<E: Error>(mut self, text: &str) -> Result<(), E> {
        if self.inside {
            self.push(&serde_json::to_string(text).map_err(E::custom)?);
        } else {
            self.push(text);
        }
        Ok(())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.write(value)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.write(value)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.write(value)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        self.write(value)
    }

    fn visit_unit<E: Error>(mut self) -> Result<(), E> {
        if self.inside {
            self.push("null");
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut sequence: A) -> Result<(), A::Error> {
        let before = self.out.len();
        self.push("[");
        let first = self.out.len();
        loop {
            let end = self.out.len();
            if end > first {
                self.push(",");
            }
            if sequence.next_element_seed(self.inner())?.is_none() {
                self.out.truncate(end);
                break;
            }
        }
        self.close(before, first, "]");
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        let before = self.out.len();
        self.push("{");
        let first = self.out.len();
        while let Some(key) = map.next_key::<String>()? {
            if self.out.len() > first {
                self.push(",");
            }
            self.push(&serde_json::to_string(&key).map_err(A::Error::custom)?);
            self.push(":");
            map.next_value_seed(self.inner())?;
        }
        self.close(before, first, "}");
        Ok(())
    }
}

impl Part<'_> {
    /// Closes a list or an object. An empty one that stands alone says nothing.
    fn close(&mut self, before: usize, first: usize, end: &str) {
        if self.out.len() == first && !self.inside {
            self.out.truncate(before);
        } else {
            self.push(end);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(json: &str, limit: usize) -> String {
        let mut deserializer = serde_json::Deserializer::from_str(json);
        let shown = Shown { limit }.deserialize(&mut deserializer).unwrap();
        deserializer.end().unwrap();
        shown
    }

    #[test]
    fn values_are_shown_on_one_line() {
        for (json, text) in [
            ("\"a\\nb\"", "a\nb"),
            ("17", "17"),
            ("-1.5", "-1.5"),
            ("true", "true"),
            ("null", ""),
            ("[ ]", ""),
            ("{}", ""),
            ("[1, \"a\\n\", [], null]", "[1,\"a\\n\",[],null]"),
            ("{\"a\": {\"b\": [true]}, \"c\": \"\"}", "{\"a\":{\"b\":[true]},\"c\":\"\"}"),
        ] {
            assert_eq!(shown(json, 100), text, "{json}");
        }
    }

    #[test]
    fn no_more_is_held_than_is_kept() {
        let long = format!("[{}1]", "{\"a\": [2]},".repeat(10_000));
        assert_eq!(shown(&long, 12), "[{\"a\":[2]},{");
        assert_eq!(shown("\"ññ\"", 3), "ñ");
    }
}
