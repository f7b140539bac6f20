//! What the audit log writes down of people, besides acts on findings. What the command line does stands there by its
//! command.

use crate::status::worded;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

worded! {
    /// Something that somebody did.
    AuditAct {
        /// Postura was set up.
        SetUp = 1 "set_up",
        /// A sign-in, or an attempt.
        SignIn = 2 "sign_in",
        /// A session ended by its owner.
        SignOut = 3 "sign_out",
        /// All sessions of a person ended.
        SignOutEverywhere = 4 "sign_out_everywhere",
        /// A person was added.
        AddUser = 5 "add_user",
        /// A person may sign in.
        EnableUser = 6 "enable_user",
        /// A person may not sign in.
        DisableUser = 7 "disable_user",
        /// A token was created.
        AddToken = 8 "add_token",
        /// A token was revoked.
        RevokeToken = 9 "revoke_token",
        /// A team was created.
        AddTeam = 10 "add_team",
        /// A person joined a team.
        AddMember = 11 "add_member",
        /// A person left a team.
        RemoveMember = 12 "remove_member",
        /// An ownership rule was added.
        AddRule = 13 "add_rule",
        /// An ownership rule was removed.
        RemoveRule = 14 "remove_rule",
        /// A source was added.
        AddSource = 15 "add_source",
        /// A scan was withdrawn.
        Undo = 16 "undo",
        /// A scan came back into force.
        Redo = 17 "redo",
        /// An exception was approved.
        ApproveException = 18 "approve_exception",
        /// An exception was refused.
        RefuseException = 19 "refuse_exception",
        /// A person said when a scan ran.
        DateScan = 20 "date_scan",
        /// An original was read again.
        Reparse = 21 "reparse",
        /// Rows in quarantine were downloaded.
        ReadQuarantine = 22 "read_quarantine",
        /// A mapping was saved.
        SaveMapping = 23 "save_mapping",
        /// A mapping was taken away.
        RemoveMapping = 24 "remove_mapping",
        /// Assets became one.
        MergeAssets = 27 "merge_assets",
        /// Assets were taken apart again.
        SplitAssets = 28 "split_assets",
        /// A file of what is published about exploitation was loaded.
        LoadFeed = 35 "load_feed",
        /// A rule about weaknesses was added.
        AddOverride = 36 "add_override",
        /// A rule about weaknesses was taken back.
        UndoOverride = 37 "undo_override",
        /// A file of rules about weaknesses was applied.
        LoadOverrides = 38 "load_overrides",
        /// Other weights of the formula of risk were set.
        SetRiskWeights = 39 "set_risk_weights",
        /// Weights of the formula of risk were taken back.
        UndoRiskWeights = 49 "undo_risk_weights",
        /// A source's settings were changed.
        ChangeSource = 29 "change_source",
        /// An inventory of assets was applied.
        LoadInventory = 25 "load_inventory",
        /// Something was said of an asset.
        SayOfAsset = 26 "say_of_asset",
        /// A month was published.
        PublishMonth = 40 "publish_month",
        /// A retention policy was set.
        SetRetention = 41 "set_retention",
        /// A legal hold was set.
        Hold = 42 "hold",
        /// A legal hold was released.
        ReleaseHold = 43 "release_hold",
        /// Evidence and originals expired.
        Expire = 44 "expire",
        /// A scan's content was destroyed.
        Purge = 45 "purge",
        /// A finding was joined to another by hand.
        JoinIssue = 46 "join_issue",
        /// A finding was parted from its issue by hand.
        PartIssue = 47 "part_issue",
        /// The rule decides again on a finding's issue.
        RestoreIssue = 48 "restore_issue",
        /// A chain of the audit log began.
        BeginChain = 50 "begin_audit_chain",
        /// The heads of the audit log's chains were written down.
        AnchorAudit = 51 "anchor_audit",
        /// Somebody asked for what they may not do.
        Forbidden = 52 "ask_forbidden",
        /// A password was changed, by its owner or by a link.
        ChangePassword = 54 "change_password",
        /// A second factor was set up or removed.
        SecondFactor = 55 "second_factor",
        /// Recovery codes were made.
        RecoveryCodes = 56 "recovery_codes",
        /// A session was ended by another.
        EndSession = 57 "end_session",
        /// A person was invited.
        Invite = 58 "invite",
        /// A link for a new password was made.
        ResetPassword = 59 "reset_password",
        /// A person's role was changed.
        ChangeRole = 60 "change_role",
        /// A person proved again who they are.
        Confirm = 61 "confirm_identity",
        /// Evidence was read.
        ReadEvidence = 62 "read_evidence",
        /// Secrets in evidence were shown.
        RevealSecrets = 63 "reveal_secrets",
        /// The keys that seal were rotated.
        RotateKeys = 64 "rotate_keys",
        /// Keys that seal nothing any more were taken away.
        RetireKeys = 65 "retire_keys",
        /// A backup was written.
        Backup = 66 "backup",
        /// A backup was taken back.
        Restore = 67 "restore",
        /// The audit log was downloaded.
        ExportAudit = 53 "export_audit",
        /// A person was said to be one of the identity provider's.
        LinkUser = 68 "link_user",
        /// A connector was added or changed.
        SetConnector = 70 "set_connector",
        /// A scanner was looked at, because somebody asked.
        TestConnector = 71 "test_connector",
        /// A connector was switched off or on.
        SwitchConnector = 72 "switch_connector",
        /// It was said what may be scanned.
        SetTarget = 73 "set_target",
        /// A schedule was added or changed.
        SetSchedule = 74 "set_schedule",
        /// A schedule was paused, or let go on.
        PauseSchedule = 75 "pause_schedule",
        /// A scan was asked for.
        StartRun = 76 "start_run",
        /// A scan was stopped.
        StopRun = 77 "stop_run",
        /// A test by hand was planned, or taken back.
        PlanTest = 78 "plan_test",
        /// A finding was written down by hand.
        WriteFinding = 79 "write_finding",
    }
}
