//! View-ready rows: what a page shows, already scoped to its viewer and in the viewer's zone.

pub mod account;
pub mod assets;
pub mod audit;
pub mod feeds;
pub mod findings;
pub mod health;
pub mod insight;
pub mod issue;
pub mod learn;
pub mod mapping;
pub mod merges;
pub mod months;
pub mod overrides;
pub mod posture;
pub mod risk;
pub mod scanning;
pub mod scans;
pub mod security;
pub mod settings;
pub mod sources;
pub mod teams;

use serde::{Deserialize, Serialize};

/// An instant for people and machines.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// RFC 3339 in UTC, for `<time datetime>`.
    pub iso: String,
    /// In the organisation's zone and the viewer's language.
    pub text: String,
}

/// A team as other things refer to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamRef {
    /// Its id.
    pub id: i64,
    /// The word in filters and addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
}

/// A person as other things refer to them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRef {
    /// Their id.
    pub id: i64,
    /// Their login, the word in filters.
    pub login: String,
    /// Their name.
    pub name: String,
}

/// A number that links to exactly its rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// The number.
    pub value: i64,
    /// The filter whose rows it counts.
    pub filter: String,
}

/// A chart with the table that says the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chart {
    /// SVG for a wide card; our own output, all text escaped.
    pub wide: String,
    /// SVG for a narrow screen.
    pub narrow: String,
    /// The same as a table.
    pub table: Table,
}

/// A small table of texts with links.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Column heads.
    pub headers: Vec<String>,
    /// Rows; the first cell of each is its head.
    pub rows: Vec<Vec<Cell>>,
}

/// A cell of a [`Table`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// What it says.
    pub text: String,
    /// Where it leads, if anywhere: a same-origin path.
    pub href: String,
}

/// Set while a page shows the past: it is read-only then, and says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastView {
    /// The day shown, if not today.
    pub as_of: Option<String>,
    /// What was known then, if not now.
    pub known_at: Option<String>,
    /// The same filter without either: where the way back leads.
    pub now: String,
}
