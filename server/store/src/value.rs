//! Values as they are bound: the database holds nothing but 64-bit numbers, text and bytes.

use crate::sql::{arrayed, vouched};
use sqlx::encode::{Encode, IsNull};
use sqlx::error::BoxDynError;
use sqlx::{Postgres, SqlStr, Sqlite, Type};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::Arc;

/// A value to bind. The database holds nothing but 64-bit numbers, text and bytes.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A number, an instant, a flag or an id.
    Int(Option<i64>),
    /// Text.
    Text(Option<String>),
    /// Bytes.
    Bytes(Option<Vec<u8>>),
    /// A set of numbers in a single parameter, as `dialect::number_set` reads it.
    Numbers(Numbers),
}

/// Many numbers as one parameter: a JSON array on SQLite, an array on PostgreSQL, whose planner looks into it: it sees how many
/// there are and how common each is, and compares them by their hash.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Numbers(Arc<[i64]>);

impl Numbers {
    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Those that are in both.
    pub(crate) fn common(&self, other: &Self) -> Self {
        let other: BTreeSet<i64> = other.0.iter().copied().collect();
        self.0.iter().copied().filter(|number| other.contains(number)).collect()
    }

    fn json(&self) -> String {
        let mut text = String::from("[");
        for (index, number) in self.0.iter().enumerate() {
            // Writing to a String cannot fail.
            let _ = write!(text, "{}{number}", if index > 0 { "," } else { "" });
        }
        text.push(']');
        text
    }
}

impl FromIterator<i64> for Numbers {
    fn from_iter<T: IntoIterator<Item = i64>>(numbers: T) -> Self {
        Self(numbers.into_iter().collect())
    }
}

impl Type<Sqlite> for Numbers {
    fn type_info() -> <Sqlite as sqlx::Database>::TypeInfo {
        <String as Type<Sqlite>>::type_info()
    }
}

impl Encode<'_, Sqlite> for Numbers {
    fn encode_by_ref(&self, into: &mut <Sqlite as sqlx::Database>::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
        Encode::<Sqlite>::encode(self.json(), into)
    }
}

impl Type<Postgres> for Numbers {
    fn type_info() -> <Postgres as sqlx::Database>::TypeInfo {
        <[i64] as Type<Postgres>>::type_info()
    }
}

impl Encode<'_, Postgres> for Numbers {
    fn encode_by_ref(&self, into: &mut <Postgres as sqlx::Database>::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
        Encode::<Postgres>::encode_by_ref(&&*self.0, into)
    }
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
        Value::Numbers(_) => return None,
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
    Numbers => Numbers |v| v;
    &Numbers => Numbers |v| v.clone();
}

/// The values of a statement, each made a [`Value`].
#[macro_export]
macro_rules! binds {
    ($($value:expr),* $(,)?) => { vec![$($crate::Value::from($value)),*] };
}
