//! What people see of scanners that are driven, of what is scanned and when, and of runs; and what they say of them.

use super::health::{CertificateView, SecretView};
use super::{Count, Stamp};
use crate::scanner::{Capability, ConnectorKind};
use crate::{RunState, Trigger};
use serde::{Deserialize, Serialize};

/// A thing by number and name.
pub type Named = (i64, String);

/// A fact with a number or a text beside it: code, number, text. Its words are in `app/locales`.
pub type Fact = (String, Option<i64>, String);

/// What the last look at a scanner found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProbeView {
    /// When.
    pub at: Stamp,
    /// What can be done.
    pub can: Capability,
    /// What the scanner calls itself, with its version.
    pub product: String,
    /// Its licence.
    pub licence: String,
    /// Until when that holds.
    pub licence_ends: Option<Stamp>,
    /// Policies and templates: id and name.
    pub choices: Vec<(String, String)>,
    /// Remarks.
    pub notes: Vec<Fact>,
}

/// A connector, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectorView {
    /// Its number.
    pub id: i64,
    /// Its settings.
    pub settings: ConnectorDraft,
    /// Its kind.
    pub kind: ConnectorKind,
    /// How old its secret is, if it has one.
    pub secret: Option<SecretView>,
    /// The certificate that its scanner showed last, over an encrypted connection.
    pub certificate: Option<CertificateView>,
    /// What the last look found that succeeded.
    pub probe: Option<ProbeView>,
    /// Why the last look failed, if it did: code and detail.
    pub fault: Option<(String, String)>,
    /// Since when it has failed.
    pub failed_since: Option<Stamp>,
    /// How often in a row.
    pub failures: i64,
    /// When it last answered.
    pub answered: Option<Stamp>,
    /// How long that took, in milliseconds.
    pub latency: Option<i64>,
    /// Until when nothing is launched there.
    pub rests_until: Option<Stamp>,
    /// Whether it is switched off.
    pub off: bool,
}

/// What a person says of a connector. Secrets go in and never come out: a view leaves them empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ConnectorDraft {
    /// Which one; a new one if none.
    pub id: Option<i64>,
    /// Its name.
    pub name: String,
    /// Its kind's word.
    pub kind: String,
    /// Where it answers.
    pub address: String,
    /// The source of what is imported from it.
    pub source: String,
    /// How many scans at a time.
    pub at_a_time: i64,
    /// Minutes between looks for scans that ended by themselves; 0 for none.
    pub pull: i64,
    /// `system`, `authorities` or `pinned`.
    pub trust: String,
    /// Certificates of authorities, in PEM.
    pub authorities: String,
    /// The fingerprint of the one certificate that is taken.
    pub fingerprint: String,
    /// Addresses within, one a line, to which it may connect.
    pub confirmed: String,
    /// Settings of some kinds.
    pub folder: String,
    /// The command's name in the operator's configuration.
    pub command: String,
    /// ZAP's report folder.
    pub report_dir: String,
    /// ZAP's plan.
    pub plan: String,
    /// The scanner that is to scan.
    pub scanner: String,
    /// The pool.
    pub pool: String,
    /// Scans that are adopted, one id a line.
    pub adopt: String,
    /// The saved mapping by which results are read.
    pub mapping: String,
    /// A key.
    #[serde(skip_serializing)]
    pub key: String,
    /// An access key's secret, or a password.
    #[serde(skip_serializing)]
    pub secret: String,
    /// A name, for those with a password.
    #[serde(skip_serializing)]
    pub user: String,
}

/// The page of connectors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectorsPage {
    /// All of them.
    pub connectors: Vec<ConnectorView>,
    /// Names of sources.
    pub sources: Vec<String>,
    /// Names of mappings.
    pub mappings: Vec<String>,
    /// Names of commands that the operator's configuration allows.
    pub commands: Vec<String>,
    /// Names of folders that it allows.
    pub folders: Vec<String>,
    /// Whether the viewer may change them.
    pub may_change: bool,
}

/// A group of targets, and what a person says of one. Lists have one entry a line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TargetDraft {
    /// Which one; a new one if none.
    pub id: Option<i64>,
    /// Its name.
    pub name: String,
    /// What is scanned.
    pub targets: String,
    /// What is left out.
    pub exclude: String,
    /// What may be scanned at most.
    pub allow: String,
    /// The zone of its blackout windows.
    pub zone: String,
    /// When no scan begins.
    pub blackouts: String,
    /// Who permitted it in writing.
    pub authorised_by: String,
    /// Where that is written.
    pub authorisation: String,
    /// Until which day that holds, as `2026-12-31`.
    pub authorised_until: String,
    /// How a scanner signs in to it.
    pub login: LoginDraft,
}

/// How a scanner signs in to a web application. The password goes in and never comes out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LoginDraft {
    /// The address that takes the form or JSON; empty if nobody signs in.
    pub url: String,
    /// What is sent, with `{%username%}` and `{%password%}` where they go.
    pub body: String,
    /// Whether the body is JSON; a form if not.
    pub json: bool,
    /// The name.
    pub user: String,
    /// The password; the one that is kept if empty.
    #[serde(skip_serializing)]
    pub password: String,
    /// A page that shows whether one is signed in.
    pub page: String,
    /// The text that it shows only then.
    pub sign: String,
}

/// A group of targets as a page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetView {
    /// What was said of it.
    pub said: TargetDraft,
    /// Whether scans of it are permitted now.
    pub authorised: bool,
    /// Until when.
    pub until: Option<Stamp>,
    /// Who wrote this down; none for the local operator.
    pub entered_by: Option<String>,
    /// When the password of its login was set, if it has one.
    pub login_set: Option<Stamp>,
}

/// The page of targets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetsPage {
    /// All of them.
    pub targets: Vec<TargetView>,
    /// The organisation's zone.
    pub zone: String,
    /// Whether the viewer may change them.
    pub may_change: bool,
}

/// What a person says of a schedule.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ScheduleDraft {
    /// Which one; a new one if none.
    pub id: Option<i64>,
    /// Its name.
    pub name: String,
    /// Its connector, by name or number.
    pub connector: String,
    /// Its targets, by name or number; empty to fetch what a scanner keeps, without a scan.
    pub target: String,
    /// When, as cron text.
    pub cron: String,
    /// In which zone.
    pub zone: String,
    /// What becomes of missed due times.
    pub missed: String,
    /// What becomes of one while the run before is under way.
    pub overlap: String,
    /// Within how many minutes it begins.
    pub jitter: i64,
    /// After how many minutes a run is stopped.
    pub time_limit: i64,
    /// How hard it presses.
    pub intensity: String,
    /// The scanner's policy or template.
    pub choice: String,
}

/// A schedule as a page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleView {
    /// Its number.
    pub id: i64,
    /// What was said of it.
    pub said: ScheduleDraft,
    /// Its connector's number, and whether that can launch; none if nobody has looked.
    pub connector: (i64, Option<bool>),
    /// The next due times in its zone.
    pub next: Vec<Stamp>,
    /// Whose it is; none for the local operator.
    pub owner: Option<String>,
    /// Whether it is paused.
    pub paused: bool,
    /// Whether its owner may not sign in, so that it stands still.
    pub stopped: bool,
    /// Whether a due time has passed without being taken.
    pub late: bool,
    /// Its newest run.
    pub last: Option<RunView>,
}

/// A connector to choose for a schedule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaunchChoice {
    /// Its name.
    pub name: String,
    /// Whether it can start scans, as far as anybody has looked.
    pub launches: bool,
    /// Whether it can fetch what its scanner knows, without targets.
    pub fetches: bool,
    /// Its policies and templates: id and name.
    pub choices: Vec<(String, String)>,
}

/// The page of schedules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchedulesPage {
    /// All of them.
    pub schedules: Vec<ScheduleView>,
    /// Connectors that are on.
    pub connectors: Vec<LaunchChoice>,
    /// Targets.
    pub targets: Vec<Named>,
    /// The organisation's zone.
    pub zone: String,
    /// Whether the viewer may change them.
    pub may_change: bool,
}

/// A run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunView {
    /// Its number.
    pub id: i64,
    /// Its connector.
    pub connector: Named,
    /// Its schedule.
    pub schedule: Option<Named>,
    /// Its targets' name.
    pub target: String,
    /// Why it is there.
    pub cause: Trigger,
    /// Who asked for it, if a person did.
    pub who: Option<String>,
    /// Where it is.
    pub state: RunState,
    /// Why, as a code; empty if there is nothing to say.
    pub reason: String,
    /// What the words for that cannot say.
    pub detail: String,
    /// What the scanner is busy with, as a word.
    pub stage: String,
    /// The scanner's own progress.
    pub percent: Option<i64>,
    /// Whether a person wants it to stop.
    pub stopping: bool,
    /// The job of its import.
    pub job: Option<i64>,
    /// What it became in the books.
    pub scan: Option<i64>,
    /// When it was due, or asked for.
    pub at: Stamp,
    /// When it began on the scanner.
    pub began: Option<Stamp>,
    /// When it ended.
    pub ended: Option<Stamp>,
    /// When it is looked at next, if it goes on.
    pub look: Option<Stamp>,
    /// For how many seconds it ran, or has run.
    pub seconds: Option<i64>,
}

/// A page of runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunsPage {
    /// The runs, newest first.
    pub runs: Vec<RunView>,
    /// How many are under way.
    pub active: i64,
    /// Where the next page begins; empty at the end.
    pub next: String,
}

/// What a run changed in the books.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunDelta {
    /// New.
    pub new: Count,
    /// As before.
    pub same: Count,
    /// Back.
    pub reopened: Count,
    /// Gone, with proof.
    pub closed: Count,
    /// Missing without proof: they stay open.
    pub not_retested: Count,
}

/// The page of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunPage {
    /// The run.
    pub run: RunView,
    /// What was asked of the scanner: its targets.
    pub targets: Vec<String>,
    /// What happened: when, and what.
    pub log: Vec<(Stamp, Fact)>,
    /// What its result changed.
    pub delta: Option<RunDelta>,
    /// The run before it that came to a result.
    pub before: Option<RunView>,
    /// Whether the viewer may stop it now.
    pub may_stop: bool,
}

/// Something in the calendar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarItem {
    /// When: its local time as words.
    pub at: Stamp,
    /// What.
    pub name: String,
    /// Where more is; empty for nowhere.
    pub href: String,
    /// Where a run is; none for what is planned.
    pub state: Option<RunState>,
    /// A test by hand, by its number: who does it.
    pub manual: Option<(i64, String)>,
}

/// A week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarPage {
    /// Its days, Monday first, with what is in them.
    pub days: Vec<(Stamp, Vec<CalendarItem>)>,
    /// The Monday of the week before and of the one after, as `2026-11-23`.
    pub around: (String, String),
    /// Whether the viewer may plan.
    pub may_change: bool,
}

/// What a person does to a schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScheduleAct {
    /// It stands still.
    Pause,
    /// It goes on.
    Resume,
}
