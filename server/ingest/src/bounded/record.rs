//! A JSON record held whole, however odd: what a reader asks of it is there or is empty, and never an error of the file.

use crate::text;
use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::cell::Cell;
use std::fmt;

/// How many values one record may have. Each takes up to a hundred bytes of memory, and as few as two of the file.
const MAX_VALUES: usize = 1 << 20;

/// How the error begins that says that a record has more.
pub const TOO_MANY: &str = "more values in one record than";

/// A record. Of a key that stands twice, the last counts (as RFC 8259, 4, says of most readers).
pub struct Record(pub Value);

impl<'de> Deserialize<'de> for Record {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Tree(&Cell::new(MAX_VALUES)).deserialize(deserializer).map(Self)
    }
}

/// A value that should be text: numbers and booleans become what they look like, anything else the empty text.
pub fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Bool(value) => value.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => String::new(),
    }
}

/// A value that should be a whole number and may be written as text.
pub fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// The elements of a value that should be an array.
pub fn elements(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// A value, and how many more there may be.
#[derive(Clone, Copy)]
struct Tree<'a>(&'a Cell<usize>);

impl Tree<'_> {
    fn take<E: de::Error>(self) -> Result<(), E> {
        let left = self.0.get().checked_sub(1).ok_or_else(|| E::custom(format_args!("{TOO_MANY} {MAX_VALUES}")))?;
        self.0.set(left);
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Tree<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.take()?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Tree<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(text::without_nul(value.to_owned())))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(text::without_nul(value)))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Value, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = sequence.next_element_seed(self)? {
            elements.push(element);
        }
        Ok(Value::Array(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut entries = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            entries.insert(text::without_nul(key), map.next_value_seed(self)?);
        }
        Ok(Value::Object(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(document: &str) -> serde_json::Result<Value> {
        serde_json::from_str::<Record>(document).map(|record| record.0)
    }

    #[test]
    fn what_is_odd_is_read_all_the_same() {
        let value = read(r#"{"a": 1, "a": "7", "b": [true, null, 1.5], "c": "x\u0000"}"#).unwrap();
        assert_eq!(
            (number(&value["a"]), text(&value["b"][0]), text(&value["c"])),
            (Some(7), "true".into(), "x\\x00".into())
        );
        assert_eq!((text(&value["d"]["e"]), number(&value["b"])), (String::new(), None));
        assert_eq!(elements(&value["b"]).len() + elements(&value["c"]).len(), 3);
    }

    #[test]
    fn a_record_has_no_end_of_values() {
        let many = |count: usize| format!("[{}0]", "0,".repeat(count - 1));
        assert!(read(&many(MAX_VALUES - 1)).is_ok());
        assert!(read(&many(MAX_VALUES)).unwrap_err().to_string().starts_with(TOO_MANY));
    }
}
