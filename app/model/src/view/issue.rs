//! The issue of a finding: the same flaw as other scanners see it. Drawn by the server alone.

use crate::{Status, Tool};
use serde::{Deserialize, Serialize};

/// What a finding's page says of its issue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssueView {
    /// The finding's public id.
    pub id: String,
    /// The other findings of the issue that the viewer may see.
    pub others: Vec<IssueOther>,
    /// Why this one is in it: `cve`, `flaw` or `person`, and the parts of what is shared; empty if it stands alone.
    pub why: Vec<String>,
    /// What a person said last: `apart`, `with`, or empty while the rule decides.
    pub said: String,
    /// Who said it; empty for the local operator.
    pub said_by: String,
    /// Whether the viewer may say something.
    pub may_say: bool,
}

/// Another finding of an issue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssueOther {
    /// Its public id.
    pub id: String,
    /// The scanner.
    pub tool: Tool,
    /// Its rule.
    pub rule: String,
    /// What the scanner calls it.
    pub title: String,
    /// Where on the asset.
    pub location: String,
    /// Its own status.
    pub status: Status,
}
