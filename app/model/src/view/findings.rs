//! The list of findings and one finding.

use super::insight::Insight;
use super::{PastView, PersonRef, Stamp, TeamRef};
use crate::error::WireError;
use crate::facts::EvidencePart;
use crate::{Basis, Edition, Grade, Mapped, Severity, Status, Tool};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What the list is asked for: all of it stands in the page's address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingsQuery {
    /// Filter text.
    #[serde(default)]
    pub q: String,
    /// Grouping.
    #[serde(default)]
    pub group: Grouping,
    /// Order.
    #[serde(default)]
    pub sort: Sort,
    /// Cursor of the page, empty for the first.
    #[serde(default)]
    pub page: String,
}

/// How rows are grouped: a view, never a parser's choice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Grouping {
    /// A row an occurrence.
    #[default]
    None,
    /// A row a weakness.
    Issue,
    /// A row a team.
    Team,
}

/// The order of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// Worst first, then the newest.
    #[default]
    Severity,
    /// Newest first.
    FirstSeen,
    /// Most recently seen first.
    LastSeen,
    /// Soonest due first; without a date last.
    Due,
    /// By asset.
    Asset,
    /// The greatest risk first.
    Risk,
}

/// A page of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingsPage {
    /// The query in canonical form.
    pub query: FindingsQuery,
    /// The filter's terms, each with the filter text that is left without it.
    pub pills: Vec<Pill>,
    /// What is wrong with the filter text, if anything; the list is empty then.
    pub filter_error: Option<FilterProblem>,
    /// How many occurrences match.
    pub total: i64,
    /// The sum of their risks, where they are listed as they are now.
    #[serde(default)]
    pub risk: i64,
    /// Rows, where not grouped.
    pub rows: Vec<FindingRow>,
    /// Groups, where grouped.
    pub groups: Vec<GroupRow>,
    /// Cursor of the next page, empty on the last.
    pub next: String,
    /// Cursor of the page before, empty on the first.
    pub previous: String,
    /// Set while the filter looks at the past.
    pub past: Option<PastView>,
    /// Teams to assign to.
    pub teams: Vec<TeamRef>,
    /// People to assign to.
    pub people: Vec<PersonRef>,
    /// True if nothing was ever imported: the page then invites an import.
    pub nothing_imported: bool,
}

/// A term of the filter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pill {
    /// The term's text.
    pub text: String,
    /// The filter without it.
    pub without: String,
}

/// Where and why filter text cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilterProblem {
    /// Byte offset of the term.
    pub at: usize,
    /// The offending text.
    pub text: String,
    /// A machine word; the sentence is in `app/locales`.
    pub code: String,
    /// What could stand there instead.
    pub expected: Vec<String>,
}

/// An occurrence in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingRow {
    /// Public id.
    pub id: String,
    /// Severity.
    pub severity: Severity,
    /// The weakness's title, in the scanner's language.
    pub title: String,
    /// The scanner.
    pub tool: Tool,
    /// The rule's id.
    pub rule: String,
    /// The asset's name.
    pub asset: String,
    /// Where on the asset.
    pub location: String,
    /// Status.
    pub status: Status,
    /// Open, but the newest scan of its series did not look.
    pub not_retested: bool,
    /// An episode after the first.
    pub regressed: bool,
    /// The primary category, and the edition in which.
    pub owasp: (Edition, Mapped),
    /// The team, if any.
    pub team: Option<TeamRef>,
    /// Who works on it, if anybody.
    pub assignee: Option<PersonRef>,
    /// By when, if said.
    pub due: Option<Due>,
    /// First seen.
    pub first_seen: Stamp,
    /// How long ago it was first seen, in words: `3 d`, `5 h`.
    pub age: String,
    /// The day since when one of its CVEs is known to be exploited; empty if none is.
    #[serde(default)]
    pub kev: String,
    /// Its risk, and how likely its likeliest CVE is to be exploited: `Risk 64 · EPSS 94.4 %`.
    #[serde(default)]
    pub risk: String,
}

/// A deadline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// The day, as ISO and in words.
    pub day: Stamp,
    /// Days left; negative when over.
    pub days_left: i64,
}

/// A group of occurrences in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupRow {
    /// What the group is: a weakness's title or a team's name; empty for "no team".
    pub title: String,
    /// For a weakness: the scanner and the rule.
    pub detail: String,
    /// The worst severity in it.
    pub worst: Severity,
    /// How many occurrences.
    pub count: i64,
    /// On how many assets.
    pub assets: i64,
    /// The primary category and its edition, for a weakness.
    pub owasp: Option<(Edition, Mapped)>,
    /// The filter whose rows it counts.
    pub filter: String,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingPage {
    /// The row, as in the list.
    pub row: FindingRow,
    /// Last seen.
    pub last_seen: Stamp,
    /// The weakness in the scanner's words, plain text.
    pub synopsis: String,
    /// Plain text.
    pub description: String,
    /// Plain text.
    pub solution: String,
    /// Links and literature, one a line.
    pub references: Vec<String>,
    /// What the scanner says of the rule besides: name and value.
    pub fields: Vec<(String, String)>,
    /// CWE numbers with their names.
    pub cwe: Vec<(u32, String)>,
    /// CVE ids.
    pub cve: Vec<String>,
    /// CVSS vectors with their scores in tenths.
    pub cvss: Vec<(String, Option<u16>)>,
    /// The category in each edition, with its why.
    pub classification: Vec<ClassificationView>,
    /// What the scanner saw, if the viewer may see it.
    pub evidence: Option<Vec<EvidencePart>>,
    /// Whether secrets in it are covered, and the viewer may see them.
    #[serde(default)]
    pub masked: bool,
    /// When the evidence was taken away, if it was.
    #[serde(default)]
    pub evidence_expired: Option<Stamp>,
    /// The identity fields.
    pub identity: Vec<(String, String)>,
    /// The findings nearest to this one that are not it, the nearest first.
    pub neighbours: Vec<NeighbourView>,
    /// Why this team owns it, as a pattern, or empty.
    pub owner_pattern: String,
    /// Each scan that observed the place, oldest first, the last thirty.
    pub history: Vec<HistorySquare>,
    /// Episodes, newest first.
    pub episodes: Vec<EpisodeView>,
    /// Decisions, newest first.
    pub decisions: Vec<DecisionView>,
    /// Why it counts as not re-tested, as a machine word, or empty.
    pub not_retested_why: String,
    /// A fix was claimed and a later scan saw it again.
    pub claim_failed: bool,
    /// Other occurrences of the same weakness.
    pub siblings: super::Count,
    /// What this viewer may do now, as words of [`DecideKind`].
    pub moves: Vec<DecideKind>,
    /// An exception that waits for an answer.
    pub exception: Option<ExceptionView>,
    /// Teams to assign to.
    pub teams: Vec<TeamRef>,
    /// People to assign to.
    pub people: Vec<PersonRef>,
    /// What the server draws; it does not cross the wire.
    #[serde(default, skip_deserializing)]
    pub insight: Option<Box<Insight>>,
    /// What the server has drawn of it: markup of this program's own views, in which every text is escaped.
    #[serde(default)]
    pub drawn: String,
}

/// A finding that would be the same one if some fields of its identity were equal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NeighbourView {
    /// Its id.
    pub id: String,
    /// The asset's name.
    pub asset: String,
    /// Where on the asset.
    pub location: String,
    /// The fields that differ, with its own values.
    pub differs: Vec<(String, String)>,
}

/// The category of one edition with its basis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassificationView {
    /// Which edition.
    pub edition: Edition,
    /// The primary one.
    pub primary: Mapped,
    /// Others that apply too.
    pub also: Vec<Mapped>,
    /// What it rests on.
    pub basis: Basis,
    /// The evidence: `CWE-89`, `OWASP_2021_A03`, a rule's name.
    pub evidence: String,
}

/// What one scan says of the finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistorySquare {
    /// When.
    pub at: Stamp,
    /// Which scan.
    pub scan: i64,
    /// Seen, absent with proof, or it did not look.
    pub seen: Seen,
}

/// The three things that a scan can say of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seen {
    /// It saw it.
    Present,
    /// It looked and did not see it.
    Absent,
    /// It did not look there.
    NotLooked,
}

/// One stretch of presence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EpisodeView {
    /// 1 for the first.
    pub number: i64,
    /// When it opened.
    pub opened: Stamp,
    /// The scan that opened it.
    pub opened_by: i64,
    /// When, by which scan and with what proof it closed.
    pub closed: Option<(Stamp, i64, Grade)>,
}

/// What a person said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionView {
    /// When.
    pub at: Stamp,
    /// Who; empty for the local operator.
    pub who: String,
    /// What: a stored decision kind's word.
    pub kind: String,
    /// What it refers to: a team, a person, a day, another finding's id; empty for none.
    pub what: String,
    /// Why.
    pub reason: String,
    /// True if it changes nothing at present.
    pub without_effect: bool,
}

/// An exception that waits for its approver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExceptionView {
    /// Its id.
    pub id: i64,
    /// Until when.
    pub until: Stamp,
    /// Why.
    pub reason: String,
    /// Who asked.
    pub requested_by: String,
    /// Whether this viewer may answer: not the requester, and permitted.
    pub may_answer: bool,
}

/// The acts on findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecideKind {
    /// It is real.
    Confirm,
    /// Work has begun.
    Start,
    /// Said to be fixed; a scan will prove it.
    ClaimFix,
    /// Back to new.
    Reset,
    /// The scanner is wrong.
    FalsePositive,
    /// Ask for an exception until a day.
    RequestException,
    /// The same as another finding.
    Duplicate,
    /// The asset is gone.
    Retire,
    /// Close without proof.
    CloseByHand,
    /// Take the verdict back.
    ClearVerdict,
    /// Give to a team, a person, a day: whichever is set.
    Assign,
    /// Say something.
    Comment,
}

/// One act on one or many findings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decide {
    /// Public ids; empty if `filter` says which.
    #[serde(default)]
    pub ids: Vec<String>,
    /// All that match this filter, if not empty.
    #[serde(default)]
    pub filter: String,
    /// What.
    pub kind: DecideKind,
    /// Why.
    #[serde(default)]
    pub reason: String,
    /// For `Assign`: a team's slug, `none` for nobody, empty to leave it.
    #[serde(default)]
    pub team: String,
    /// For `Assign`: a login, `none` for nobody, empty to leave it.
    #[serde(default)]
    pub person: String,
    /// For `Assign`: a due day, for `RequestException`: until when (`YYYY-MM-DD`), empty to leave it.
    #[serde(default)]
    pub day: String,
    /// For `Duplicate`: the other finding's public id.
    #[serde(default)]
    pub target: String,
}

/// What an act did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// How many findings it touched.
    pub touched: i64,
    /// How many it could not change, since the move is illegal there.
    pub refused: i64,
}

/// What begins the rule of a finding that a person wrote down: each has a rule of its own.
pub const WRITTEN: &str = "manual/";

/// The fields of the form in which findings are written down, and the most characters of each.
pub const WRITING: [(&str, usize); 16] = [
    ("id", 32),
    ("of", 36),
    ("title", 300),
    ("severity", 20),
    ("cvss", 300),
    ("where", 1_000),
    ("port", 20),
    ("method", 20),
    ("parameter", 300),
    ("cwe", 200),
    ("cve", 500),
    ("description", 20_000),
    ("evidence", 50_000),
    ("solution", 20_000),
    ("references", 5_000),
    ("seen", 10),
];

/// The first day on which anything may have been seen: a year of two digits is a slip.
pub const SEEN_SINCE: &str = "1990-01-01";

/// The form in which a person writes down a finding that no scanner made, or mends one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WritingPage {
    /// What stands in the fields, by their names.
    pub said: BTreeMap<String, String>,
    /// Whether it mends one that there is, whose asset and place stay.
    pub mends: bool,
    /// What is wrong with what was said: the error of the last try.
    pub problem: Option<WireError>,
    /// The names of the sources, the usual one first.
    pub sources: Vec<String>,
    /// The last day on which it can have been seen: today, `YYYY-MM-DD`.
    pub today: String,
}

/// A finding's evidence with its secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevealedPage {
    /// The finding's title.
    pub title: String,
    /// The evidence as it is kept.
    pub evidence: Vec<EvidencePart>,
}
