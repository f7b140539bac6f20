//! Assets: the list, one in full, how much of them was looked at, the declared inventory. These pages are drawn by the server
//! alone.

use super::findings::{FilterProblem, Pill};
use super::scans::RefusalView;
use super::{Count, PastView, Stamp, TeamRef};
use crate::facts::AssetKind;
use crate::{Attributes, Severity, Tool};
use serde::{Deserialize, Serialize};

/// The order of the list of assets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssetSort {
    /// By name.
    #[default]
    Name,
    /// What matters most first, then what more people can reach.
    Criticality,
}

/// What stands in the address of the list, the coverage and an asset.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AssetsQuery {
    /// The filter's text.
    #[serde(default)]
    pub q: String,
    /// `criticality`, or by name.
    #[serde(default)]
    pub sort: String,
    /// The cursor of a page.
    #[serde(default)]
    pub page: String,
    /// The window of coverage in days.
    #[serde(default)]
    pub days: String,
}

/// The list of assets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssetsPage {
    /// The filter in canonical form, or as it was given if it cannot be read.
    pub q: String,
    /// The order.
    pub sort: AssetSort,
    /// The filter's terms, each with the text that is left without it.
    pub pills: Vec<Pill>,
    /// What is wrong with the filter, if anything; the list is empty then.
    pub filter_error: Option<FilterProblem>,
    /// How many assets match.
    pub total: i64,
    /// Rows.
    pub rows: Vec<AssetItem>,
    /// The cursor of the next page, or empty.
    pub next: String,
    /// The cursor of the page before, or empty.
    pub previous: String,
    /// Set while the page shows the past.
    pub past: Option<PastView>,
    /// How much of what matches was looked at.
    pub coverage: CoverageView,
    /// Whether the viewer may say what assets are.
    pub may_declare: bool,
}

/// An asset in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssetItem {
    /// Its number, for its address.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Host or web origin.
    pub kind: AssetKind,
    /// The address space in which its name means something.
    pub space: String,
    /// The team that owned it at the instant shown.
    pub team: Option<TeamRef>,
    /// Why it does now.
    pub why: Owned,
    /// What the organisation said of it.
    pub attributes: Attributes,
    /// Open findings by severity, the worst first; those of none are left out.
    pub open: Vec<(Severity, Count)>,
    /// All open findings.
    pub open_all: Count,
    /// The last tests, a scanner that could look at it or has a line each.
    pub tested: Vec<TestedView>,
}

/// Why a team owns an asset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Owned {
    /// No team does.
    Nobody,
    /// The inventory names it.
    Declared,
    /// By the rule of that pattern.
    Rule(String),
    /// It did at the instant shown.
    Then,
}

/// A scanner's last tests of an asset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestedView {
    /// The scanner.
    pub tool: Tool,
    /// How many times it reached the asset; 0 for never.
    pub times: i64,
    /// When it last did, and how long ago.
    pub at: Option<(Stamp, String)>,
    /// Whether that is within the window.
    pub fresh: bool,
    /// When it last looked from inside, and how long ago.
    pub signed_in: Option<(Stamp, String)>,
    /// Whether that is within the window.
    pub signed_in_fresh: bool,
}

/// How much of the assets in scope was looked at: the metric `Coverage(w)`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoverageView {
    /// The window in days.
    pub days: u32,
    /// Whether the scope is the declared inventory; else, while there is none, what scans have seen.
    pub declared: bool,
    /// Assets in scope.
    pub in_scope: Count,
    /// Reached by a scanner within the window.
    pub tested: Count,
    /// Looked at from inside within the window.
    pub signed_in: Count,
    /// Not reached within the window.
    pub blind: Count,
    /// Never reached.
    pub never: Count,
    /// Seen by scans, and not in the inventory.
    pub undeclared: Count,
}

/// The page of coverage: assets or teams down, scanners across.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoveragePage {
    /// The filter in canonical form, or as it was given if it cannot be read.
    pub q: String,
    /// The filter's terms.
    pub pills: Vec<Pill>,
    /// What is wrong with the filter, if anything.
    pub filter_error: Option<FilterProblem>,
    /// Set while the page shows the past.
    pub past: Option<PastView>,
    /// The figures.
    pub coverage: CoverageView,
    /// A row an asset, where they are few; empty where they are many.
    pub assets: Vec<AssetItem>,
    /// A row a team, where assets are many.
    pub teams: Vec<TeamCoverage>,
}

/// One team's line of the grid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamCoverage {
    /// The team; nobody.
    pub team: Option<TeamRef>,
    /// Its assets in scope.
    pub in_scope: Count,
    /// Those that were not reached within the window.
    pub blind: Count,
    /// A cell a scanner.
    pub cells: Vec<CoverageCell>,
}

/// How much of a team's assets a scanner looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoverageCell {
    /// The scanner.
    pub tool: Tool,
    /// Assets of the kind that it looks at.
    pub could: i64,
    /// Reached within the window.
    pub tested: Count,
    /// Looked at from inside within the window.
    pub signed_in: Count,
    /// Never reached.
    pub never: Count,
}

/// One asset in full.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssetPage {
    /// As in the list.
    pub item: AssetItem,
    /// Its key: what any record of it is known by.
    pub key: String,
    /// Its names and addresses, each with its kind's word (`fqdn`, `ip`, …).
    pub names: Vec<(String, String)>,
    /// Who owned it from when, the newest first; without an instant for the first, which reaches back.
    pub owners: Vec<(Option<Stamp>, Option<TeamRef>)>,
    /// What was said of it, the newest first.
    pub said: Vec<SaidView>,
    /// The last scans that looked.
    pub looks: Vec<LookView>,
    /// How many did in all.
    pub looks_count: i64,
    /// The team that the inventory names as owner, by slug; empty for none.
    pub named_owner: String,
    /// The teams to choose from.
    pub teams: Vec<TeamRef>,
    /// Whether the viewer may say what it is; not in the past.
    pub may_say: bool,
    /// Whether the viewer may write a finding down; not in the past.
    pub may_write: bool,
    /// Whether the viewer may open scans.
    pub may_see_scans: bool,
    /// Set while the page shows the past.
    pub past: Option<PastView>,
}

/// What was said of an asset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaidView {
    /// From when it holds.
    pub at: Stamp,
    /// What.
    pub attributes: Attributes,
    /// The team that was named as its owner.
    pub owner: Option<TeamRef>,
    /// The inventory's file; empty for a person at the asset's page.
    pub file: String,
    /// Who said it; empty for the local operator.
    pub by: String,
}

/// One scan's look at an asset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookView {
    /// The scan.
    pub scan: i64,
    /// Its file.
    pub file: String,
    /// The scanner.
    pub tool: Tool,
    /// When.
    pub at: Stamp,
    /// Whether it reached the asset.
    pub reached: bool,
    /// Whether it could look from inside, if the export says so.
    pub signed_in: Option<bool>,
}

/// What the form of an asset sends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssetSaid {
    /// Its number.
    pub id: i64,
    /// Not empty: it stands in the inventory.
    pub declared: String,
    /// A word, or empty.
    pub criticality: String,
    /// A word, or empty.
    pub exposure: String,
    /// A word, or empty.
    pub environment: String,
    /// Words, parted by spaces or commas.
    pub tags: String,
    /// A team's slug, or empty.
    pub owner: String,
}

/// An inventory that waits to be applied: what it would change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InventoryPreview {
    /// The file's name.
    pub file: String,
    /// Why it is not read, if so.
    pub refusal: Option<RefusalView>,
    /// Assets that nothing had known.
    pub new: i64,
    /// Assets of which something else is said than before.
    pub changed: i64,
    /// Assets of which the same is said as before.
    pub same: i64,
    /// How many rows were set aside.
    pub flaw_count: i64,
    /// The first of them.
    pub flaws: Vec<FlawView>,
    /// Columns that were not read.
    pub ignored: Vec<String>,
    /// The first rows that change something.
    pub rows: Vec<PreviewedAsset>,
}

/// A row that was set aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlawView {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// Why, as a machine word.
    pub reason: String,
    /// The value in question.
    pub detail: String,
}

/// What a row of an inventory would change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewedAsset {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// The asset; none for a new one.
    pub id: Option<i64>,
    /// Its name.
    pub name: String,
    /// What would change: the attribute's word, before, after.
    pub changes: Vec<(String, String, String)>,
    /// The key of another asset of the same name, if this one is new; else empty.
    pub near: String,
}
