//! Values as they are bound: the database holds nothing but 64-bit numbers, text and bytes.

use crate::sql::{arrayed, vouched};
use sqlx::SqlStr;

/// A value to bind. The database holds nothing but 64-bit numbers, text and bytes.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A number, an instant, a flag or an id.
    Int(Option<i64>),
    /// Text.
    Text(Option<String>),
    /// Bytes.
    Bytes(Option<Vec<u8>>),
}

/// Keys of one type, as PostgreSQL takes them.
pub(crate) enum Keys {
    Ints(Vec<i64>),
    Texts(Vec<String>),
    Bytes(Vec<Vec<u8>>),
}

/// A statement with its list written as one array of the keys' type; `None` if there are no keys.
pub(crate) fn keyed(sql: &'static str, keys: Vec<Value>) -> Option<(SqlStr, Keys)> {
    let (array, keys) = match keys.first()? {
        Value::Int(_) => ("BIGINT[]", Keys::Ints(keys.into_iter().filter_map(Value::int).collect())),
        Value::Text(_) => ("TEXT[]", Keys::Texts(keys.into_iter().filter_map(Value::text).collect())),
        Value::Bytes(_) => ("BYTEA[]", Keys::Bytes(keys.into_iter().filter_map(Value::bytes).collect())),
    };
    Some((vouched(arrayed(sql, array).into()), keys))
}

impl Value {
    fn int(self) -> Option<i64> {
        if let Self::Int(value) = self { value } else { None }
    }

    fn text(self) -> Option<String> {
        if let Self::Text(value) = self { value } else { None }
    }

    fn bytes(self) -> Option<Vec<u8>> {
        if let Self::Bytes(value) = self { value } else { None }
    }
}

macro_rules! values {
    ($($from:ty => $variant:ident $map:expr;)*) => {$(
        impl From<$from> for Value {
            fn from(value: $from) -> Self {
                let map: fn($from) -> _ = $map;
                Self::$variant(map(value))
            }
        }
    )*};
}

values! {
    i64 => Int Some;
    Option<i64> => Int |v| v;
    i32 => Int |v| Some(v.into());
    i16 => Int |v| Some(v.into());
    u32 => Int |v| Some(v.into());
    bool => Int |v| Some(v.into());
    Option<bool> => Int |v| v.map(i64::from);
    model::Micros => Int |v| Some(v.0);
    Option<model::Micros> => Int |v| v.map(|m| m.0);
    model::Day => Int |v| Some(v.0.into());
    Option<model::Day> => Int |v| v.map(|d| d.0.into());
    model::AssetId => Int |v| Some(v.0);
    model::ScanId => Int |v| Some(v.0);
    model::SeriesId => Int |v| Some(v.0);
    model::SourceId => Int |v| Some(v.0);
    model::Step => Int |v| Some(v.0);
    model::TeamId => Int |v| Some(v.0);
    Option<model::TeamId> => Int |v| v.map(|t| t.0);
    model::UserId => Int |v| Some(v.0);
    Option<model::UserId> => Int |v| v.map(|u| u.0);
    model::WeaknessId => Int |v| Some(v.0);
    model::OccurrenceId => Bytes |v| Some(v.0.as_bytes().to_vec());
    &str => Text |v| Some(v.to_owned());
    String => Text Some;
    Option<String> => Text |v| v;
    Option<&str> => Text |v| v.map(str::to_owned);
    Vec<u8> => Bytes Some;
    &[u8] => Bytes |v| Some(v.to_vec());
    [u8; 32] => Bytes |v| Some(v.to_vec());
    [u8; 16] => Bytes |v| Some(v.to_vec());
    Option<Vec<u8>> => Bytes |v| v;
}

/// The values of a statement, each made a [`Value`].
#[macro_export]
macro_rules! binds {
    ($($value:expr),* $(,)?) => { vec![$($crate::Value::from($value)),*] };
}
