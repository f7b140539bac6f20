//! The traits that the pages and the API call, one an area: the only door from `app` to the server's side.
//!
//! Every method speaks for the viewer to whom its [`Backend`] is bound; a backend is made for one request and dropped
//! with it. Errors are wire errors already: the cause is in the log under their reference.

use async_trait::async_trait;
use model::error::WireError;
use model::view::account::{AccountPage, PeoplePage, SetUp, Shell, SignedIn, WelcomePage};
use model::view::assets::{AssetPage, AssetSaid, AssetsPage, AssetsQuery, CoveragePage, InventoryPreview};
use model::view::audit::{AuditPage, AuditQuery};
use model::view::feeds::FeedsPage;
use model::view::findings::{Decide, Decided, FindingPage, FindingsPage, FindingsQuery, RevealedPage, WritingPage};
use model::view::health::{Failing, HealthPage};
use model::view::learn::{CvssPage, GlossaryView};
use model::view::mapping::{DraftPage, MappingsPage};
use model::view::merges::{Merged, MergesPage};
use model::view::months::MonthsPage;
use model::view::overrides::{OverrideDraft, OverrideFile, OverrideFilePreview, OverridePreview, OverridesPage};
use model::view::posture::{PosturePage, PostureQuery};
use model::view::risk::RiskPage;
use model::view::scanning::{
    CalendarPage, ConnectorDraft, ConnectorsPage, RunPage, RunsPage, ScheduleAct, ScheduleDraft, SchedulesPage,
    TargetDraft, TargetsPage,
};
use model::view::scans::{ImportAct, ImportRow, ScanPage, ScansPage};
use model::view::security::SecurityPage;
use model::view::settings::{NewUser, SettingsPage};
use model::view::sources::{SourceChanged, SourceSet, SourceView};
use model::view::teams::{MyTeamPage, TeamPage, TeamsPage};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a method answers.
pub type Answer<T> = Result<T, WireError>;

/// Signing in and out, the first run.
#[async_trait]
pub trait Account: Send + Sync {
    /// What the shell of any page needs.
    async fn shell(&self) -> Answer<Shell>;
    /// Makes the first administrator and signs them in. The answer is the session's token, for the cookie.
    async fn set_up(&self, input: SetUp) -> Answer<String>;
    /// Signs in, or as far as the second factor.
    async fn sign_in(&self, login: String, password: String) -> Answer<SignedIn>;
    /// Ends a sign-in that waits for a second factor. The answer is the session's token, for the cookie.
    async fn sign_in_code(&self, code: String) -> Answer<String>;
    /// Ends this session.
    async fn sign_out(&self) -> Answer<()>;
}

/// Findings: list, detail, decisions.
#[async_trait]
pub trait Findings: Send + Sync {
    /// A page of the list.
    async fn list(&self, query: FindingsQuery) -> Answer<FindingsPage>;
    /// One finding by its public id.
    async fn finding(&self, id: String) -> Answer<FindingPage>;
    /// A finding's evidence with its secrets.
    async fn revealed(&self, id: String) -> Answer<RevealedPage>;
    /// One act on one or many findings.
    async fn decide(&self, input: Decide) -> Answer<Decided>;
    /// Parts a finding from its issue (`apart`), joins it to another (`with` and its id or address), or takes that back (`rule`).
    async fn say_issue(&self, id: String, kind: String, target: String) -> Answer<()>;
    /// The form in which a finding is written down, with what stands in its fields: `of` names one to mend. With a problem they
    /// are what was sent and not taken.
    async fn writing(&self, said: BTreeMap<String, String>, problem: Option<WireError>) -> Answer<WritingPage>;
    /// Approves or refuses an exception.
    async fn answer_exception(&self, request: i64, approve: bool) -> Answer<()>;
}

/// Scans, imports and sources.
#[async_trait]
pub trait Scans: Send + Sync {
    /// The page of scans.
    async fn scans(&self, page: String) -> Answer<ScansPage>;
    /// One scan.
    async fn scan(&self, id: i64) -> Answer<ScanPage>;
    /// Where an import stands, by its job.
    async fn import(&self, job: i64) -> Answer<ImportRow>;
    /// Goes on with an import as a person says. The answer is the job that now does it, if there is one.
    async fn import_act(&self, job: i64, act: ImportAct) -> Answer<Option<i64>>;
    /// Says when a scan ran: a day or a time in the source's zone.
    async fn date_scan(&self, scan: i64, at: String) -> Answer<()>;
    /// Has a scan's original read again. The answer is the job that does it.
    async fn reparse(&self, scan: i64) -> Answer<i64>;
    /// Takes a scan out of the books, or puts it back.
    async fn undo(&self, scan: i64, redo: bool) -> Answer<()>;
    /// Makes a source.
    async fn add_source(&self, name: String, space: String, zone: String) -> Answer<()>;
}

/// How the files of tools without a reader of their own are read.
#[async_trait]
pub trait Mappings: Send + Sync {
    /// The page of mappings.
    async fn mappings(&self) -> Answer<MappingsPage>;
    /// The mapping that the viewer is defining, if there is one.
    async fn mapping_draft(&self) -> Answer<Option<DraftPage>>;
    /// Begins to change a saved mapping.
    async fn open_mapping(&self, name: String) -> Answer<()>;
    /// Takes a saved mapping away.
    async fn remove_mapping(&self, name: String) -> Answer<()>;
}

/// How the exports of sources are to be understood.
#[async_trait]
pub trait Sources: Send + Sync {
    /// The sources with their settings.
    async fn sources(&self) -> Answer<Vec<SourceView>>;
    /// Changes a source's settings, for what was imported already too, or computes what that would do.
    async fn set_source(&self, input: SourceSet) -> Answer<SourceChanged>;
}

/// Which assets are one.
#[async_trait]
pub trait Merges: Send + Sync {
    /// The merges in force, and what suggests others.
    async fn merges(&self) -> Answer<MergesPage>;
    /// Says that two assets, each named by its key or number, are one, or computes what that would do.
    async fn merge_assets(&self, one: String, other: String, reason: String, preview: bool) -> Answer<Merged>;
    /// Withdraws a merge.
    async fn split_assets(&self, merge: i64) -> Answer<()>;
}

/// What is published about exploitation.
#[async_trait]
pub trait Feeds: Send + Sync {
    /// The page of files.
    async fn feeds(&self) -> Answer<FeedsPage>;
}

/// Rules by which people say where weaknesses belong.
#[async_trait]
pub trait Overrides: Send + Sync {
    /// The page: the rules, and what a draft of one would do.
    async fn overrides(&self, draft: OverrideDraft) -> Answer<OverridesPage>;
    /// What a rule would do, whatever its name and reason.
    async fn override_preview(&self, draft: &OverrideDraft) -> Answer<OverridePreview>;
    /// Adds a rule and applies it. The answer is how many weaknesses moved.
    async fn add_override(&self, draft: OverrideDraft) -> Answer<i64>;
    /// Takes a rule back. The answer is how many weaknesses moved.
    async fn undo_override(&self, id: i64) -> Answer<i64>;
    /// The rules in force, to be kept as a file.
    async fn override_file(&self) -> Answer<OverrideFile>;
    /// Keeps a file of rules until the viewer has looked at what it would do.
    async fn take_override_file(&self, file: String, rules: String, replaces: bool) -> Answer<()>;
    /// What a file of rules would do, whatever waits; applied if that is said and nothing is wrong with it.
    async fn load_override_file(
        &self,
        file: &str,
        rules: &str,
        replaces: bool,
        apply: bool,
    ) -> Answer<OverrideFilePreview>;
    /// Applies the file that waits. The answer is how many weaknesses moved.
    async fn apply_override_file(&self) -> Answer<i64>;
    /// Throws the file that waits away.
    async fn drop_override_file(&self) -> Answer<()>;
}

/// The formula of risk and its weights.
#[async_trait]
pub trait Risk: Send + Sync {
    /// The page: the weights in force, and what those that are written by name would change.
    async fn risk(&self, written: BTreeMap<String, String>) -> Answer<RiskPage>;
    /// Sets the weights that are written by name, for a `reason`.
    async fn set_risk(&self, written: BTreeMap<String, String>) -> Answer<()>;
    /// Takes a version back.
    async fn undo_risk(&self, version: i64) -> Answer<()>;
}

/// What the categories mean, and the calculator of CVSS scores.
#[async_trait]
pub trait Learn: Send + Sync {
    /// The categories in the project's own words.
    async fn glossary(&self) -> Answer<Vec<GlossaryView>>;
    /// The calculator with values chosen by metric, and the version as `version`.
    async fn cvss(&self, chosen: BTreeMap<String, String>) -> Answer<CvssPage>;
}

/// Assets: what there is, what the organisation says of it, how much of it was looked at.
#[async_trait]
pub trait Assets: Send + Sync {
    /// A page of the list.
    async fn assets(&self, query: AssetsQuery) -> Answer<AssetsPage>;
    /// One asset by its number.
    async fn asset(&self, id: i64, query: AssetsQuery) -> Answer<AssetPage>;
    /// How much was looked at, by asset or team and scanner.
    async fn coverage(&self, query: AssetsQuery) -> Answer<CoveragePage>;
    /// Says what an asset is to the organisation.
    async fn say_of_asset(&self, input: AssetSaid) -> Answer<()>;
    /// What the inventory that the viewer has sent would change, if one waits to be applied.
    async fn inventory(&self) -> Answer<Option<InventoryPreview>>;
    /// Applies it. The answer is how many assets it changed.
    async fn apply_inventory(&self) -> Answer<i64>;
    /// Throws it away.
    async fn drop_inventory(&self) -> Answer<()>;
}

/// Scanners that are driven: how they are reached, what is scanned and when, what became of it.
#[async_trait]
pub trait Scanning: Send + Sync {
    /// The page of connectors.
    async fn connectors(&self) -> Answer<ConnectorsPage>;
    /// Adds a connector or changes one, and looks at it. The answer is its number.
    async fn set_connector(&self, input: ConnectorDraft) -> Answer<i64>;
    /// Looks at a scanner now. The answer is the fault's code if it cannot be reached, else empty.
    async fn test_connector(&self, id: i64) -> Answer<String>;
    /// Switches a connector off, or on again.
    async fn switch_connector(&self, id: i64, on: bool) -> Answer<()>;
    /// The page of targets.
    async fn targets(&self) -> Answer<TargetsPage>;
    /// Says what may be scanned. The answer is the group's number.
    async fn set_target(&self, input: TargetDraft) -> Answer<i64>;
    /// The page of schedules.
    async fn schedules(&self) -> Answer<SchedulesPage>;
    /// Adds a schedule or changes one. The answer is its number.
    async fn set_schedule(&self, input: ScheduleDraft) -> Answer<i64>;
    /// Pauses a schedule, or lets it go on.
    async fn act_schedule(&self, id: i64, act: ScheduleAct) -> Answer<()>;
    /// Asks for a run of a schedule now: of all its targets, or of some of them with some of the scanner's rules. The answer is
    /// the run's number.
    async fn run_now(&self, schedule: i64, targets: Vec<String>, rules: Vec<String>) -> Answer<i64>;
    /// Asks for a run over a schedule that shows whether a finding is gone: of its rule and its place alone. The answer is the
    /// run's number.
    async fn verify_fix(&self, finding: String, schedule: i64) -> Answer<i64>;
    /// Runs before one, those of one schedule if one is named.
    async fn runs(&self, schedule: Option<i64>, before: String) -> Answer<RunsPage>;
    /// One run.
    async fn run(&self, id: i64) -> Answer<RunPage>;
    /// Stops a run.
    async fn stop_run(&self, id: i64) -> Answer<()>;
    /// The week that holds a day (`2026-11-26`), else this one.
    async fn calendar(&self, day: String) -> Answer<CalendarPage>;
    /// Plans a test by hand: what, who, when (`2026-11-26T10:00` in the organisation's zone), for how many hours.
    async fn plan_test(&self, name: String, who: String, at: String, hours: i64) -> Answer<()>;
    /// Takes a planned test back.
    async fn unplan_test(&self, id: i64) -> Answer<()>;
    /// How scanning fares.
    async fn health(&self) -> Answer<HealthPage>;
    /// The connectors whose scanners did not answer two looks in a row, for who may say what is scanned.
    async fn failing(&self) -> Answer<Vec<Failing>>;
}

/// Teams and who owns what.
#[async_trait]
pub trait Teams: Send + Sync {
    /// The page of teams.
    async fn teams(&self) -> Answer<TeamsPage>;
    /// One team by its slug.
    async fn team(&self, slug: String) -> Answer<TeamPage>;
    /// A lead's home: the team of that slug, or the viewer's first.
    async fn my_team(&self, slug: String) -> Answer<MyTeamPage>;
    /// Makes a team. The answer is its slug.
    async fn add_team(&self, name: String) -> Answer<String>;
    /// Adds or removes a member by login.
    async fn set_member(&self, slug: String, login: String, member: bool) -> Answer<()>;
    /// Adds an ownership rule on top of the others and applies it.
    async fn add_rule(&self, pattern: String, slug: String) -> Answer<()>;
    /// Removes an ownership rule and applies the rest.
    async fn remove_rule(&self, rule: i64) -> Answer<()>;
}

/// Where the organisation stands.
#[async_trait]
pub trait Posture: Send + Sync {
    /// The page.
    async fn posture(&self, query: PostureQuery) -> Answer<PosturePage>;
}

/// Months that were published, for ever.
#[async_trait]
pub trait Months: Send + Sync {
    /// The page, with the month of that name (`2026-09`), else the newest.
    async fn months(&self, month: String) -> Answer<MonthsPage>;
    /// Publishes a month that is over.
    async fn publish(&self, month: String) -> Answer<()>;
}

/// People, tokens and the organisation.
#[async_trait]
pub trait Settings: Send + Sync {
    /// The page.
    async fn settings(&self) -> Answer<SettingsPage>;
    /// Makes a person.
    async fn add_user(&self, input: NewUser) -> Answer<()>;
    /// Lets a person in, or not.
    async fn set_user_enabled(&self, login: String, enabled: bool) -> Answer<()>;
    /// Makes an API token for the viewer: for so many days, for `all`, `read` or `import`, and from networks, parted by
    /// spaces, or from anywhere. The answer is the secret, shown once.
    async fn add_token(&self, name: String, days: u32, scope: String, networks: String) -> Answer<String>;
    /// Ends one of the viewer's tokens.
    async fn revoke_token(&self, token: i64) -> Answer<()>;
    /// Ends every session of the viewer, this one included.
    async fn sign_out_everywhere(&self) -> Answer<()>;
}

/// Whether Postura itself can be trusted: what was done in it, and how it is kept safe.
#[async_trait]
pub trait Trust: Send + Sync {
    /// A page of the audit log.
    async fn audit_log(&self, query: AuditQuery) -> Answer<AuditPage>;
    /// How Postura itself is kept safe.
    async fn security(&self) -> Answer<SecurityPage>;
    /// The page of one's own account.
    async fn account(&self) -> Answer<AccountPage>;
    /// The page of people.
    async fn people(&self) -> Answer<PeoplePage>;
    /// What a link to choose a password leads to; anybody may ask.
    async fn welcome(&self, token: String) -> Answer<WelcomePage>;
}

/// Everything that one request may ask.
pub trait Areas:
    Account
    + Findings
    + Scans
    + Mappings
    + Merges
    + Sources
    + Assets
    + Feeds
    + Overrides
    + Risk
    + Learn
    + Scanning
    + Teams
    + Posture
    + Months
    + Settings
    + Trust
{
}
impl<
    T: Account
        + Findings
        + Scans
        + Mappings
        + Merges
        + Sources
        + Assets
        + Feeds
        + Overrides
        + Risk
        + Learn
        + Scanning
        + Teams
        + Posture
        + Months
        + Settings
        + Trust,
> Areas for T
{
}

/// The request-bound backend that the context of each page and server function holds.
#[derive(Clone)]
pub struct Backend(pub Arc<dyn Areas>);

impl std::ops::Deref for Backend {
    type Target = dyn Areas;
    fn deref(&self) -> &Self::Target {
        &*self.0
    }
}

impl std::fmt::Debug for Backend {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Backend")
    }
}
