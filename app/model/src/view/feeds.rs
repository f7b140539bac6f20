//! The page of what is published about exploitation.

use super::Stamp;
use super::scans::RefusalView;
use crate::feeds::{FeedFlaw, FeedKind};
use serde::{Deserialize, Serialize};

/// The page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedsPage {
    /// The newest files of each kind, the newest first.
    pub files: Vec<FeedRow>,
    /// What is fetched every night, and how that went; nothing if the settings name nothing.
    pub refreshes: Vec<FeedRefreshRow>,
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
    /// The server that it was fetched from; empty if it was not.
    pub origin: String,
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

/// A kind of file that is fetched every night.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedRefreshRow {
    /// What it is.
    pub kind: FeedKind,
    /// The server that it is fetched from.
    pub origin: String,
    /// When that went well last.
    pub good: Option<Stamp>,
    /// When it was tried last.
    pub tried: Option<Stamp>,
    /// When it is tried next; none if that is now.
    pub next: Option<Stamp>,
    /// How often it failed in a row.
    pub failures: i64,
    /// Why it failed last.
    pub trouble: Option<FeedTrouble>,
}

/// Why a published file could not be fetched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum FeedTrouble {
    /// The server, or the way to it: a fault's code and detail.
    Server {
        /// The code of [`crate::scanner::FaultCode`].
        code: String,
        /// More: an address, or what the server says.
        detail: String,
    },
    /// What came is no such file.
    Refused {
        /// What it is instead, and where that shows.
        refusal: RefusalView,
    },
    /// A file of a later day is loaded already.
    Older,
    /// It says that it is of a day that has not come.
    Future,
    /// Postura's own fault, by the reference of the log.
    Internal {
        /// The reference.
        reference: String,
    },
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
