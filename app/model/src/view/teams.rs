//! Teams, ownership and a team's own page.

use super::findings::FindingRow;
use super::{Chart, Count, PersonRef, Stamp, TeamRef};
use crate::policy::Role;
use serde::{Deserialize, Serialize};

/// The page of teams.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamsPage {
    /// Teams by name.
    pub teams: Vec<TeamRow>,
    /// Ownership rules, the strongest first.
    pub rules: Vec<RuleRow>,
    /// Open findings that no team owns.
    pub unowned: Count,
    /// Assets that no team owns.
    pub unowned_assets: i64,
    /// Whether this viewer may change teams and rules.
    pub may_manage: bool,
}

/// A team in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamRow {
    /// The team.
    pub team: TeamRef,
    /// How many members.
    pub members: i64,
    /// How many assets it owns.
    pub assets: i64,
    /// Open findings.
    pub open: Count,
}

/// A rule that gives assets to a team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleRow {
    /// Its id.
    pub id: i64,
    /// The pattern over the asset's name: `*` stands for any run of characters.
    pub pattern: String,
    /// Which team.
    pub team: TeamRef,
    /// How many assets it decides.
    pub assets: i64,
}

/// One team: members and assets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamPage {
    /// The team.
    pub team: TeamRef,
    /// Its members.
    pub members: Vec<(PersonRef, Role)>,
    /// People who could join.
    pub candidates: Vec<PersonRef>,
    /// Its assets with the pattern that gave them, at most two hundred.
    pub assets: Vec<AssetRow>,
    /// How many assets in all.
    pub asset_count: i64,
    /// Whether this viewer may change it.
    pub may_manage: bool,
}

/// An asset in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssetRow {
    /// Its number, for its address.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// The pattern of the rule that gave it to its team, or empty.
    pub pattern: String,
    /// Open findings.
    pub open: Count,
    /// When it was last observed.
    pub observed: Option<Stamp>,
}

/// A lead's home.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyTeamPage {
    /// The team shown; `None` if the viewer has no team.
    pub team: Option<TeamRef>,
    /// The teams to choose from.
    pub teams: Vec<TeamRef>,
    /// Open now.
    pub open: Count,
    /// Fix claimed, waiting for a scan.
    pub claimed: Count,
    /// Fixed with proof in the last thirty days.
    pub fixed: Count,
    /// Open past their due day.
    pub overdue: Count,
    /// Due within seven days.
    pub due_week: Count,
    /// Open without a due day.
    pub undated: Count,
    /// New and reopened in the last thirty days.
    pub arrived: Count,
    /// What is due next, overdue first.
    pub due: Vec<FindingRow>,
    /// Per person: open and overdue.
    pub people: Vec<PersonLoad>,
    /// New against fixed, by week.
    pub flow: Chart,
}

/// What one person has to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonLoad {
    /// Who; `None` for unassigned.
    pub person: Option<PersonRef>,
    /// Open.
    pub open: Count,
    /// Open and past due.
    pub overdue: Count,
}
