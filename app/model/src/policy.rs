//! Who may do what: one table of role and action, which every use-case asks before it starts.
//!
//! The table answers what a role may do at all. Whether a thing is visible is a question of scope, which the store puts
//! into every statement: invisible things are *not found*; visible but not permitted ones are *forbidden*.

use crate::status::worded;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

worded! {
    /// What a person is in the organisation.
    Role {
        /// Runs the installation.
        Admin = 1 "admin",
        /// Triages findings.
        Analyst = 2 "analyst",
        /// Leads one or more teams.
        Lead = 3 "lead",
        /// Reads posture and trends, and signs exceptions.
        Executive = 4 "executive",
        /// Works in a team.
        Member = 5 "member",
        /// Reads everything, changes nothing.
        Auditor = 6 "auditor",
    }
}

worded! {
    /// What can be done. Each use-case starts by asking for its action.
    Action {
        /// See the posture page and its figures.
        SeePosture = 1 "see_posture",
        /// See findings and assets.
        SeeFindings = 2 "see_findings",
        /// See what the scanner saw.
        SeeEvidence = 3 "see_evidence",
        /// Import exports.
        Import = 4 "import",
        /// Take an import back, or put it in again.
        Undo = 5 "undo",
        /// Give a verdict or take it back.
        Decide = 6 "decide",
        /// Give findings to people, with a due day.
        Assign = 7 "assign",
        /// Comment on findings.
        Comment = 8 "comment",
        /// Ask for an exception.
        RequestException = 9 "request_exception",
        /// Approve or refuse an exception that another person asked for.
        ApproveException = 10 "approve_exception",
        /// Make teams, members and ownership rules.
        ManageTeams = 11 "manage_teams",
        /// Make sources.
        ManageSources = 12 "manage_sources",
        /// Make people and change their roles.
        ManageUsers = 13 "manage_users",
        /// Make API tokens for oneself.
        ManageOwnTokens = 14 "manage_own_tokens",
        /// Read the audit log.
        SeeAudit = 15 "see_audit",
        /// See scans, imports and sources.
        SeeScans = 16 "see_scans",
        /// See teams and who is in them.
        SeeTeams = 17 "see_teams",
        /// See the list of people.
        SeeUsers = 18 "see_users",
        /// Move a finding through its workflow: confirm, start, claim a fix.
        Work = 19 "work",
        /// Hand findings to another team.
        AssignTeam = 20 "assign_team",
        /// Say who is in a team.
        ManageMembers = 21 "manage_members",
        /// Change the organisation's settings.
        ManageOrganisation = 22 "manage_organisation",
        /// Revoke other people's sessions and tokens.
        ManageAccess = 23 "manage_access",
        /// Recompute the books and compare.
        VerifyLedger = 24 "verify_ledger",
        /// Say what assets are to the organisation: the inventory.
        ManageAssets = 25 "manage_assets",
        /// Say that assets are one, or take them apart again.
        MergeAssets = 26 "merge_assets",
        /// Load what is published about exploitation.
        ManageFeeds = 30 "manage_feeds",
        /// Say of weaknesses to which category they belong.
        ManageOverrides = 31 "manage_overrides",
        /// Say how much things weigh in the formula of risk.
        ManageRisk = 32 "manage_risk",
        /// See passwords, tokens and keys within evidence.
        RevealSecrets = 50 "reveal_secrets",
        /// Publish a month, for ever.
        Publish = 40 "publish",
        /// Say how long evidence and originals are kept, and what must not expire.
        ManageRetention = 41 "manage_retention",
        /// Destroy a scan's content.
        Purge = 42 "purge",
        /// Say how scanners are reached.
        ManageConnectors = 60 "manage_connectors",
        /// Say what is scanned and when, and start and stop scans.
        ManageSchedules = 61 "manage_schedules",
    }
}

/// What the table says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Everywhere.
    Allow,
    /// On what belongs to a team of theirs.
    OwnTeam,
    /// Not at all.
    Deny,
}

impl Access {
    /// The word in the snapshot of the matrix.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::OwnTeam => "own_team",
            Self::Deny => "deny",
        }
    }
}

/// The table.
#[must_use]
pub fn allowed(role: Role, action: Action) -> Access {
    use Access::{Allow, Deny, OwnTeam};
    use Role::{Admin, Analyst, Auditor, Executive, Lead, Member};
    match action {
        Action::SeePosture | Action::SeeFindings | Action::SeeTeams => match role {
            Admin | Analyst | Executive | Auditor => Allow,
            Lead | Member => OwnTeam,
        },
        // Requests and responses may hold personal data and secrets: those who neither work on findings nor audit them
        // do without.
        Action::SeeEvidence => match role {
            Admin | Analyst | Auditor => Allow,
            Lead | Member => OwnTeam,
            Executive => Deny,
        },
        // A scan spans teams, so that its page cannot be cut to one.
        Action::SeeScans | Action::SeeUsers | Action::VerifyLedger => match role {
            Admin | Analyst | Auditor => Allow,
            Lead | Executive | Member => Deny,
        },
        Action::SeeAudit => match role {
            Admin | Auditor => Allow,
            Analyst | Lead | Executive | Member => Deny,
        },
        Action::Comment | Action::Work | Action::RequestException => match role {
            Admin | Analyst => Allow,
            Lead | Member => OwnTeam,
            Executive | Auditor => Deny,
        },
        Action::Assign => match role {
            Admin | Analyst => Allow,
            Lead => OwnTeam,
            Executive | Member | Auditor => Deny,
        },
        Action::Import
        | Action::Undo
        | Action::Decide
        | Action::AssignTeam
        | Action::ManageSources
        | Action::MergeAssets
        | Action::ManageOverrides
        | Action::ManageConnectors
        | Action::ManageSchedules
        | Action::ManageAssets => match role {
            Admin | Analyst => Allow,
            Lead | Executive | Member | Auditor => Deny,
        },
        Action::RevealSecrets => match role {
            Admin | Analyst => Allow,
            Lead => OwnTeam,
            Executive | Member | Auditor => Deny,
        },
        Action::Publish => match role {
            Admin | Executive => Allow,
            Analyst | Lead | Member | Auditor => Deny,
        },
        Action::ApproveException => match role {
            Admin | Analyst | Executive => Allow,
            Lead | Member | Auditor => Deny,
        },
        Action::ManageMembers => match role {
            Admin => Allow,
            Lead => OwnTeam,
            Analyst | Executive | Member | Auditor => Deny,
        },
        Action::ManageTeams
        | Action::ManageUsers
        | Action::ManageOrganisation
        | Action::ManageAccess
        | Action::ManageRetention
        | Action::Purge
        | Action::ManageRisk
        | Action::ManageFeeds => match role {
            Admin => Allow,
            Analyst | Lead | Executive | Member | Auditor => Deny,
        },
        Action::ManageOwnTokens => Allow,
    }
}

/// Everything that a role may do somewhere, so that pages can offer only that.
pub fn offered(role: Role) -> impl Iterator<Item = Action> {
    Action::ALL.iter().copied().filter(move |action| allowed(role, *action) != Access::Deny)
}

/// The whole table as text, one line an action: what the checked-in snapshot holds.
#[must_use]
pub fn matrix() -> String {
    let line = |first: &str, cells: Vec<&str>| {
        let cells: String = cells.iter().map(|cell| format!(" {cell:<10}")).collect();
        format!("{first:<20}{}\n", cells.trim_end())
    };
    let mut out = line("action", Role::ALL.iter().map(|role| role.word()).collect());
    for action in Action::ALL {
        out.push_str(&line(action.word(), Role::ALL.iter().map(|role| allowed(*role, *action).word()).collect()));
    }
    out
}
