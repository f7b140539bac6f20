//! Pages by key: no row is shown twice or skipped while rows come and go elsewhere in the list.

use crate::sql::SqlBuilder;
use crate::{Error, Result};
use model::cursor::{Cursor, Key};

/// The most rows in a page.
pub const MAX_PAGE: u32 = 200;

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Where the next page begins, if there is one.
    pub next: Option<Cursor>,
    /// Where the page before ends, if there is one.
    pub previous: Option<Cursor>,
}

/// One key of an order.
#[derive(Clone, Copy)]
pub(crate) struct SortKey {
    /// The expression.
    pub(crate) sql: &'static str,
    /// What kind of value it is.
    pub(crate) kind: Kind,
}

/// The kinds of sort keys.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Int,
    Text,
}

/// An order of a list: all keys in one direction, the last ones making it unique.
pub(crate) struct Order {
    /// A number that cursors carry, so that one of another order is refused.
    pub(crate) number: u8,
    pub(crate) keys: Vec<SortKey>,
    pub(crate) descending: bool,
}

impl Order {
    /// Refuses a cursor of another order.
    pub(crate) fn check(&self, cursor: &Cursor) -> Result<()> {
        let fits = cursor.order == self.number
            && cursor.keys.len() == self.keys.len()
            && cursor.keys.iter().zip(&self.keys).all(|(key, sort)| match key {
                Key::Int(_) => sort.kind == Kind::Int,
                Key::Text(_) => sort.kind == Kind::Text,
            });
        if fits { Ok(()) } else { Err(Error::Invalid { field: "page", code: "not_a_cursor" }) }
    }

    /// Appends `(k1, k2) < ($1, $2)`: what comes after the cursor, or before it if it reads back.
    pub(crate) fn push_after(&self, sql: &mut SqlBuilder, cursor: &Cursor) {
        sql.push("(");
        for (index, key) in self.keys.iter().enumerate() {
            sql.push(if index == 0 { "" } else { ", " }).push(key.sql);
        }
        sql.push(if self.descending == cursor.back { ") > (" } else { ") < (" });
        for (index, key) in cursor.keys.iter().enumerate() {
            sql.push(if index == 0 { "" } else { ", " });
            match key {
                Key::Int(number) => sql.bind(*number),
                Key::Text(text) => sql.bind(text.as_str()),
            };
        }
        sql.push(")");
    }

    /// Appends ` ORDER BY …`, turned if the page is read backwards.
    pub(crate) fn push_order(&self, sql: &mut SqlBuilder, back: bool) {
        sql.push(" ORDER BY ");
        for (index, key) in self.keys.iter().enumerate() {
            sql.push(if index == 0 { "" } else { ", " }).push(key.sql);
            sql.push(if self.descending == back { " ASC" } else { " DESC" });
        }
    }

    /// The page of the rows that were read, one more than asked for if there are more in that direction.
    pub(crate) fn page<T>(
        &self,
        mut rows: Vec<T>,
        limit: u32,
        cursor: Option<&Cursor>,
        keys: impl Fn(&T) -> Vec<Key>,
    ) -> Page<T> {
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let back = cursor.is_some_and(|cursor| cursor.back);
        if back {
            rows.reverse();
        }
        let at = |row: Option<&T>, back: bool| row.map(|row| Cursor { order: self.number, back, keys: keys(row) });
        let has_next = if back { true } else { more };
        let has_previous = if back { more } else { cursor.is_some() };
        let next = if has_next { at(rows.last(), false) } else { None };
        let previous = if has_previous { at(rows.first(), true) } else { None };
        Page { rows, next, previous }
    }
}
