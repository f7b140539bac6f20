//! Rules by which people say where weaknesses belong, as a page and a file show them.

use super::{Count, Stamp};
use crate::overrides::Says;
use crate::{Edition, Mapped, Severity};
use serde::{Deserialize, Serialize};

/// What a person says before they apply it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverrideDraft {
    /// The rule's name.
    #[serde(default)]
    pub name: String,
    /// The filter of the weaknesses that it is about.
    #[serde(default)]
    pub matches: String,
    /// What it says of them: `inventory`, `severity:low`, or `2021:A05,2025:A02`.
    #[serde(default)]
    pub says: String,
    /// Why.
    #[serde(default)]
    pub reason: String,
}

/// The page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OverridesPage {
    /// The rules, those in force first.
    pub rules: Vec<OverrideView>,
    /// Whether the viewer may change them.
    pub may_change: bool,
    /// What the viewer is about to say.
    pub draft: OverrideDraft,
    /// What that would do, if it can be said.
    pub preview: Option<OverridePreview>,
    /// What is wrong with it: the field and a machine word.
    pub problem: Option<(String, String)>,
    /// What the file of rules that the viewer has sent would do, if one waits.
    pub waiting: Option<OverrideFilePreview>,
}

/// A rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OverrideView {
    /// Its number.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// The filter of the weaknesses that it is about.
    pub matches: String,
    /// What it says of them.
    pub says: Says,
    /// Why.
    pub reason: String,
    /// Who added it; none for the local operator.
    pub by: Option<String>,
    /// The step that learned it.
    pub step: i64,
    /// When.
    pub at: Stamp,
    /// When it was taken back, and by whom, if it was.
    pub withdrawn: Option<(Stamp, Option<String>)>,
}

/// What a rule would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OverridePreview {
    /// The open findings of the weaknesses that it is about.
    pub open: Count,
    /// What would move, edition by edition.
    pub moves: Vec<OverrideMove>,
    /// What would be of another severity from now on.
    pub rated: Vec<OverrideRating>,
}

/// What would be of another severity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OverrideRating {
    /// How severe it is.
    pub from: Severity,
    /// How severe it would be.
    pub to: Severity,
    /// How many open findings.
    pub open: Count,
    /// How many findings, open or not.
    pub all: Count,
}

/// What would move from a category to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OverrideMove {
    /// The edition.
    pub edition: Edition,
    /// Where it stands.
    pub from: Mapped,
    /// Where it would.
    pub to: Mapped,
    /// How many weaknesses.
    pub weaknesses: i64,
    /// How many open findings.
    pub open: Count,
    /// How many findings, open or not.
    pub all: Count,
}

/// Rules as a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverrideFile {
    /// The version of the format: 1.
    pub version: u32,
    /// The rules in force, in the order in which they were added; the later ones decide.
    pub rule: Vec<OverrideEntry>,
}

/// A rule in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverrideEntry {
    /// Its name.
    pub name: String,
    /// The filter of the weaknesses that it is about.
    #[serde(rename = "match")]
    pub matches: String,
    /// What it says of them.
    pub says: Says,
    /// Why.
    pub reason: String,
    /// Who added it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// When: RFC 3339.
    #[serde(default)]
    pub at: String,
    /// The step that learned it.
    #[serde(default)]
    pub step: i64,
}

/// What a file of rules would do, or has done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct OverrideFilePreview {
    /// The file's name.
    pub file: String,
    /// Whether rules that are not in it are taken back.
    pub replaces: bool,
    /// What is wrong with it. As long as anything is, nothing is applied.
    pub flaws: Vec<OverrideFlaw>,
    /// The rules that are added, in the file's order.
    pub added: Vec<OverrideEntry>,
    /// The rules that are taken back.
    pub withdrawn: Vec<OverrideEntry>,
    /// How many rules of the file are in force already.
    pub same: i64,
    /// How many weaknesses move, or stand where they stood by another rule.
    pub weaknesses: i64,
    /// Of how many weaknesses on how many assets rules about assets, or of how severe something is, say something else.
    pub places: i64,
    /// How many move from where to where.
    pub moves: Vec<OverrideFileMove>,
}

/// How many weaknesses a file of rules moves from a category to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OverrideFileMove {
    /// The edition.
    pub edition: Edition,
    /// Where they stand.
    pub from: Mapped,
    /// Where they would.
    pub to: Mapped,
    /// How many.
    pub weaknesses: i64,
}

/// What is wrong in a file of rules, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OverrideFlaw {
    /// The line, from 1.
    pub line: u64,
    /// The field in question: `match`, `says`, `name`, `reason`; `rules` for the file itself.
    pub field: String,
    /// A machine word.
    pub code: String,
    /// What stands there, or what the reader of TOML says of it.
    pub detail: String,
}
