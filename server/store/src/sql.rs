//! The one place where SQL text is put together at run time. Only static fragments can be pushed and every value is
//! bound, so that a filter typed by a person cannot become SQL.

use crate::db::Engine;
use crate::value::Value;
use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};
use std::fmt::Write;

/// Declares a module's statements as constants and lists them for the catalogue.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)*) => {
        $($(#[$doc])* const $name: &str = $sql;)*
        /// This module's statements, for [`crate::catalogue`].
        pub(crate) const STATEMENTS: &[(&str, &str)] = &[$((concat!(module_path!(), "::", stringify!($name)), $name)),*];
    };
}
pub(crate) use statements;

/// A statement under construction.
#[derive(Default)]
pub struct SqlBuilder {
    text: String,
    binds: Vec<Value>,
}

impl SqlBuilder {
    /// Begins with a static fragment.
    #[must_use]
    pub fn new(text: &'static str) -> Self {
        Self { text: text.to_owned(), binds: Vec::new() }
    }

    /// Appends a static fragment.
    pub fn push(&mut self, text: &'static str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Appends a parameter and binds its value.
    pub fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.binds.push(value.into());
        // Writing to a String cannot fail.
        let _ = write!(self.text, "${}", self.binds.len());
        self
    }

    /// Appends `($n, $m, …)`; an empty list becomes `(NULL)`, which no value is in.
    pub fn bind_list<V: Into<Value>>(&mut self, values: impl IntoIterator<Item = V>) -> &mut Self {
        self.text.push('(');
        let mut empty = true;
        for value in values {
            if !empty {
                self.text.push_str(", ");
            }
            empty = false;
            self.bind(value);
        }
        if empty {
            self.text.push_str("NULL");
        }
        self.text.push(')');
        self
    }

    /// Appends another statement's text with its parameters renumbered.
    pub fn append(&mut self, other: &Self) -> &mut Self {
        let base = self.binds.len();
        let mut rest = other.text.as_str();
        while let Some(at) = rest.find('$') {
            self.text.push_str(&rest[..at]);
            let digits: &str = &rest[at + 1..];
            let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
            match digits[..end].parse::<usize>() {
                Ok(number) => {
                    let _ = write!(self.text, "${}", base + number);
                }
                Err(_) => self.text.push('$'),
            }
            rest = &digits[end..];
        }
        self.text.push_str(rest);
        self.binds.extend(other.binds.iter().cloned());
        self
    }

    /// The text so far, for tests and for explaining a plan.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text and the values, ready to run.
    pub(crate) fn build(self) -> (SqlStr, Vec<Value>) {
        (AssertSqlSafe(self.text).into_sql_str(), self.binds)
    }
}

/// A statement that repeats a group of parameters `rows` times: `head ($1, $2), ($3, $4) tail`. On SQLite the parameters
/// have no names, since it looks names up one after the other, for each parameter each time.
pub(crate) fn repeated(engine: Engine, head: &str, columns: usize, rows: usize, tail: &str) -> String {
    let mut text = String::with_capacity(head.len() + tail.len() + rows * columns * 7);
    text.push_str(head);
    for row in 0..rows {
        text.push_str(if row == 0 { " (" } else { ", (" });
        for column in 0..columns {
            text.push_str(if column == 0 { "" } else { ", " });
            let _ = match engine {
                Engine::Sqlite => text.write_char('?'),
                Engine::Postgres => write!(text, "${}", row * columns + column + 1),
            };
        }
        text.push(')');
    }
    text.push_str(tail);
    text
}

/// How many keys go into one statement.
pub(crate) const LIST: usize = 512;

/// Writes out a text's list of keys, `($*)`, as `count` parameters before the text's own, which are numbered on after them.
/// Keys have no names: SQLite looks names up one after the other, so that a list of named ones would cost its square.
pub(crate) fn listed(text: &str, count: usize) -> String {
    let Some((head, tail)) = text.split_once("($*)") else { return text.to_owned() };
    let mut out = String::with_capacity(text.len() + count * 3);
    push_shifted(&mut out, head, count);
    for at in 0..count {
        out.push_str(if at == 0 { "(?" } else { ", ?" });
    }
    out.push(')');
    push_shifted(&mut out, tail, count);
    out
}

/// Appends a text with the numbers of its parameters raised.
fn push_shifted(out: &mut String, text: &str, by: usize) {
    let mut parts = text.split('$');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let digits = part.len() - part.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, rest) = part.split_at(digits);
        // Writing to a String cannot fail.
        let _ = match number.parse::<usize>() {
            Ok(number) => write!(out, "${}{rest}", number + by),
            Err(_) => write!(out, "${part}"),
        };
    }
}

/// Writes a text's list of keys, `($*)`, as one array after the text's own parameters.
pub(crate) fn arrayed(text: &str, array: &str) -> String {
    let list = format!("(SELECT UNNEST(CAST(${} AS {array})))", own_parameters(text) + 1);
    text.replacen("($*)", &list, 1)
}

/// Writes a text's list of keys, `($*)`, as one parameter after the text's own: what both engines can prepare.
pub(crate) fn single(text: &str) -> String {
    text.replacen("($*)", &format!("(${})", own_parameters(text) + 1), 1)
}

/// How many parameters a text names besides its list.
fn own_parameters(text: &str) -> usize {
    text.split('$').skip(1).filter_map(leading_number).max().unwrap_or(0)
}

fn leading_number(text: &str) -> Option<usize> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text[..end].parse().ok()
}

/// Vouches for a text that [`repeated`] or the dialect made of static parts.
pub(crate) fn vouched(text: std::sync::Arc<str>) -> SqlStr {
    AssertSqlSafe(text).into_sql_str()
}
