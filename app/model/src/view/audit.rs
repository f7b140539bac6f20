//! The audit log as a page shows it.

use super::Stamp;
use serde::{Deserialize, Serialize};

/// What a page or an export of the log asks for, as it stands in the address. What is empty asks for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AuditQuery {
    /// By whom: a login.
    pub actor: String,
    /// What was done: a word.
    pub action: String,
    /// `done` or `refused`.
    pub outcome: String,
    /// What the subject begins with, such as `scan:`.
    pub subject: String,
    /// First day, as in `2026-11-01`.
    pub from: String,
    /// Last day.
    pub to: String,
    /// Only entries with a smaller number.
    pub before: String,
}

/// A page of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditPage {
    /// What was asked for.
    pub query: AuditQuery,
    /// What cannot be taken of it: a field.
    pub problem: Option<String>,
    /// The entries, newest first.
    pub rows: Vec<AuditRow>,
    /// The number before which the next page begins; none on the last.
    pub older: Option<i64>,
    /// The acts that the log holds, by their words.
    pub actions: Vec<String>,
    /// When the log was last read to its end on this replica, and whether it was as it was written.
    pub checked: Option<(Stamp, bool)>,
}

/// An entry of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRow {
    /// When.
    pub at: Stamp,
    /// Who.
    pub actor: String,
    /// What.
    pub action: String,
    /// To what.
    pub subject: String,
    /// Whether it was refused.
    pub refused: bool,
    /// Where from.
    pub network: String,
    /// More.
    pub detail: String,
    /// How it was before.
    pub was: String,
    /// How it is since.
    pub became: String,
}
