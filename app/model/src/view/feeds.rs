//! The page of what is published about exploitation.

use super::Stamp;
use crate::feeds::{FeedFlaw, FeedKind};
use serde::{Deserialize, Serialize};

/// The page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedsPage {
    /// The newest files of each kind, the newest first.
    pub files: Vec<FeedRow>,
    /// Whether the viewer may load one.
    pub may_load: bool,
}

/// A file that was loaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedRow {
    /// What it is.
    pub kind: FeedKind,
    /// The day of which it speaks.
    pub day: Stamp,
    /// Its own version; empty if it names none.
    pub version: String,
    /// The file's name; empty for the snapshot that ships with the program.
    pub file: String,
    /// Rows that were read.
    pub listed: i64,
    /// Rows that could not be read.
    pub quarantined: i64,
    /// The first of these.
    pub flaws: Vec<FeedFlaw>,
    /// When it was loaded.
    pub loaded: Stamp,
    /// Who loaded it; none for the local operator and the program itself.
    pub by: Option<String>,
    /// Whether it is the one in force.
    pub in_force: bool,
}

/// What loading a file did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedLoaded {
    /// What it is.
    pub kind: FeedKind,
    /// The day of which it speaks: `2025-08-25`.
    pub day: String,
    /// Rows that were read.
    pub listed: i64,
    /// Rows that could not be read.
    pub quarantined: i64,
    /// The first of these.
    pub flaws: Vec<FeedFlaw>,
    /// CVEs of this database of which the file says something else than what was known.
    pub changed: i64,
}
