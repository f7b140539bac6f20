//! The filter language: one text for the filter bar, the URL, the API, the CLI and the links behind every number.
//!
//! `key:a,b` is an *or* within, terms are joined by *and*, `-key:` negates, everything else is free text (quotes keep a
//! phrase together). Nothing here knows SQL; the store turns a [`Filter`] into bound parameters.
//!
//! | term | what it keeps |
//! |---|---|
//! | `sev:critical,high` | severity, as it was at the instant shown |
//! | `owasp:A03` `owasp17:` `owasp25:` | primary category (`unmapped` and `inventory` are buckets); `owasp:` is 2021 |
//! | `team:payments` `team:none` | owner, as it was at the instant shown |
//! | `tool:` `rule:` `asset:` `id:` | scanner, the scanner's rule id, asset name (`*` stands for anything), finding |
//! | `criticality:high` `exposure:internet` | what the organisation says of the asset, as it was; `none` where it says nothing |
//! | `env:production` `tag:pci` | the same of its environment and its tags |
//! | `tested:<30d` `signed-in:never@nessus` | assets only: when a scanner last reached it, or looked from inside; `@` names one |
//! | `status:open` | `open`, `closed`, `any`, or one shown status |
//! | `cwe:79` `cve:CVE-2021-44228` `title:"sql *"` | what the weakness carries; `*` in a title stands for anything |
//! | `kev:true` `epss:>0.5` | known to be exploited, likely to be: as it was on the day shown |
//! | `age:>30d` `seen:<7d` | since first sighting, since last sighting; also dates |
//! | `due:overdue` `due:none` `due:<2026-01-31` `due:<7d` | the due date |
//! | `assignee:me` `assignee:none` `assignee:LOGIN` | the person |
//! | `is:inventory` `is:not_retested` `is:regressed` | marks; of assets `is:declared`, `is:host`, `is:origin` |
//! | `issue:40012@zap` | shown in the issue that is called after that rule, whichever scanner saw it |
//! | `source:NAME` `scan:12` `effect:new@12` | where it was found, seen in a scan, changed by an import |
//! | `new:FROM..TO` `reopened:` `fixed:` `other:` `moved:` | what happened in a range of days |
//! | `as-of:2026-06-30` `known-at:2026-07-02` | the two clocks; `known-at:` also takes a step |

mod error;
mod links;
mod parse;
mod show;

pub use error::{FilterError, FilterProblem};

pub use crate::metrics::Flow;
use crate::status::worded;
use crate::{Criticality, Day, Edition, Exposure, Mapped, OccurrenceId, ScanId, Severity, Status, Tool};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The most characters that a filter's text may have.
pub const MAX_CHARS: usize = 2_000;
/// The most terms that a filter may have.
pub const MAX_TERMS: usize = 64;
/// The most values that one term may have.
pub const MAX_VALUES: usize = 100;

/// A parsed filter. Its [`fmt::Display`] text is canonical and parses to an equal filter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Filter {
    terms: Vec<Term>,
}

/// One condition.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Term {
    /// Whether the condition is turned.
    pub negated: bool,
    /// The condition.
    pub what: What,
}

/// What a term asks. Several values are alternatives.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum What {
    /// `sev:`
    Severity(Vec<Severity>),
    /// `owasp:`, `owasp17:`, `owasp25:`: the primary category of an edition.
    Owasp(Edition, Vec<Mapped>),
    /// `team:` by slug.
    Team(Vec<TeamIs>),
    /// `tool:`
    Tool(Vec<Tool>),
    /// `rule:` the scanner's rule id, exactly.
    Rule(Vec<String>),
    /// `asset:` name; `*` stands for any run of characters.
    Asset(Vec<String>),
    /// `criticality:` of the asset; `None` is "nobody has said".
    Criticality(Vec<Option<Criticality>>),
    /// `exposure:` of the asset.
    Exposure(Vec<Option<Exposure>>),
    /// `env:` of the asset, in lower case.
    Environment(Vec<Option<String>>),
    /// `tag:` of the asset, in lower case; `None` is "has no tag".
    Tag(Vec<Option<String>>),
    /// `tested:` since a scanner last reached the asset: any, or that one.
    Tested(TestedIs, Option<Tool>),
    /// `signed-in:` since a scanner last reached the asset and could look from inside.
    SignedIn(TestedIs, Option<Tool>),
    /// `id:` the public id of a finding.
    Id(Vec<OccurrenceId>),
    /// `status:`
    Status(Vec<StatusIs>),
    /// `cwe:`
    Cwe(Vec<u32>),
    /// `cve:`, upper case.
    Cve(Vec<String>),
    /// `title:` the weakness's title; `*` stands for any run of characters.
    Title(Vec<String>),
    /// `kev:` whether one of its CVEs is known to be exploited.
    Kev(bool),
    /// `epss:` the score of the likeliest of its CVEs, in millionths.
    Epss(Compare, u32),
    /// `age:` since the first sighting.
    Age(When),
    /// `seen:` since the last sighting.
    Seen(When),
    /// `due:`
    Due(DueIs),
    /// `assignee:`
    Assignee(Vec<PersonIs>),
    /// `is:`
    Is(Mark),
    /// `source:` by name.
    Source(Vec<String>),
    /// `issue:` shown in the issue that is called after that scanner's rule.
    Issue(Vec<(Tool, String)>),
    /// `scan:` seen in one of these scans.
    Scan(Vec<ScanId>),
    /// `effect:` in that class of what an import changed.
    Effect(Vec<(Effect, ScanId)>),
    /// `new:`, `reopened:`, … something happened in a range of days, both ends included.
    Flow(Flow, Day, Day),
    /// `as-of:` the end of that day in the organisation's zone.
    AsOf(Day),
    /// `known-at:`
    KnownAt(Known),
    /// A word or phrase in title, rule, asset, location or CVE.
    Text(String),
}

/// An owner.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TeamIs {
    /// Nobody's.
    Unowned,
    /// The team with this slug.
    Slug(String),
}

impl TeamIs {
    /// The slug, if it is a team.
    #[must_use]
    pub fn slug(&self) -> Option<&str> {
        match self {
            Self::Slug(slug) => Some(slug),
            Self::Unowned => None,
        }
    }
}

/// A status or a group of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StatusIs {
    /// The four open ones.
    Open,
    /// All others.
    Closed,
    /// Every one.
    Any,
    /// One shown status.
    One(Status),
}

/// A bound on an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum When {
    /// So many days before now: `<7d` is less than seven days ago.
    Ago(Compare, u32),
    /// Against the days of the calendar: `<2026-01-31` is before that day.
    Day(Compare, Day),
    /// On one of these days, both ends included.
    Between(Day, Day),
}

/// How a bound is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Compare {
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>=`
    AtLeast,
    /// `>`
    More,
}

/// What is asked of an asset's last test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TestedIs {
    /// There was none.
    Never,
    /// Against the clock: `<30d` is less than thirty days ago.
    When(When),
}

/// What is asked of a due date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DueIs {
    /// Past, and still open.
    Overdue,
    /// Not set.
    Unset,
    /// Against the calendar; days (`<7d`) count from today forwards.
    When(When),
}

/// Who works on it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PersonIs {
    /// Nobody.
    Nobody,
    /// The viewer.
    Me,
    /// The user with this login.
    Login(String),
}

worded! {
    /// A mark that a finding has or not.
    Mark {
        /// A fact, not a weakness: left out of lists unless asked for.
        Inventory = 1 "inventory",
        /// The newest scan did not look.
        NotRetested = 2 "not_retested",
        /// Closed with proof, and back.
        Regressed = 3 "regressed",
        /// Of assets: it stands in the inventory.
        Declared = 4 "declared",
        /// Of assets: a host.
        Host = 5 "host",
        /// Of assets: a web origin.
        Origin = 6 "origin",
    }
}

worded! {
    /// What an import did to a finding.
    Effect {
        /// Unknown before.
        New = 1 "new",
        /// Fixed before, open after.
        Reopened = 2 "reopened",
        /// Seen, and neither of the two.
        Same = 3 "same",
        /// Open before, fixed after.
        Closed = 4 "closed",
        /// Open, seen before in the series, and this scan did not look.
        NotRetested = 5 "not_retested",
    }
}

/// As known when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Known {
    /// After this step of the ledger.
    Step(crate::Step),
    /// At the end of this day in the organisation's zone.
    Day(Day),
}

impl What {
    /// The key that stands before the colon; none for free text.
    #[must_use]
    pub fn key(&self) -> &'static str {
        match self {
            Self::Severity(_) => "sev",
            Self::Owasp(Edition::Y2017, _) => "owasp17",
            Self::Owasp(Edition::Y2021, _) => "owasp",
            Self::Owasp(Edition::Y2025, _) => "owasp25",
            Self::Team(_) => "team",
            Self::Tool(_) => "tool",
            Self::Rule(_) => "rule",
            Self::Asset(_) => "asset",
            Self::Criticality(_) => "criticality",
            Self::Exposure(_) => "exposure",
            Self::Environment(_) => "env",
            Self::Tag(_) => "tag",
            Self::Tested(..) => "tested",
            Self::SignedIn(..) => "signed-in",
            Self::Id(_) => "id",
            Self::Status(_) => "status",
            Self::Cwe(_) => "cwe",
            Self::Cve(_) => "cve",
            Self::Title(_) => "title",
            Self::Kev(_) => "kev",
            Self::Epss(..) => "epss",
            Self::Age(_) => "age",
            Self::Seen(_) => "seen",
            Self::Due(_) => "due",
            Self::Assignee(_) => "assignee",
            Self::Is(_) => "is",
            Self::Source(_) => "source",
            Self::Issue(_) => "issue",
            Self::Scan(_) => "scan",
            Self::Effect(_) => "effect",
            Self::Flow(flow, ..) => flow.word(),
            Self::AsOf(_) => "as-of",
            Self::KnownAt(_) => "known-at",
            Self::Text(_) => "",
        }
    }

    /// Whether it asks what the organisation says of the asset.
    #[must_use]
    pub fn is_attribute(&self) -> bool {
        matches!(self, Self::Criticality(_) | Self::Exposure(_) | Self::Environment(_) | Self::Tag(_))
    }

    /// Whether lists of assets know it.
    #[must_use]
    pub fn is_of_assets(&self) -> bool {
        self.is_of_assets_alone()
            || self.is_attribute()
            || matches!(self, Self::Asset(_) | Self::Team(_) | Self::Text(_) | Self::AsOf(_) | Self::KnownAt(_))
    }

    /// Whether only lists of assets know it.
    #[must_use]
    pub fn is_of_assets_alone(&self) -> bool {
        matches!(self, Self::Tested(..) | Self::SignedIn(..) | Self::Is(Mark::Declared | Mark::Host | Mark::Origin))
    }
}

impl Filter {
    /// A filter that keeps what a list keeps by default.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a text that chooses findings.
    ///
    /// # Errors
    /// The first thing that cannot be taken, with its position and a suggestion.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        parse::parse(text, |what| (!what.is_of_assets_alone()).then_some(()).ok_or(FilterProblem::OfAssets))
    }

    /// Reads a text that chooses assets.
    ///
    /// # Errors
    /// As [`Filter::parse`], or a term asks something that only findings have.
    pub fn parse_assets(text: &str) -> Result<Self, FilterError> {
        parse::parse(text, |what| what.is_of_assets().then_some(()).ok_or(FilterProblem::OfFindings))
    }

    /// The terms in their order.
    #[must_use]
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// True if nothing was asked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// With one more condition.
    #[must_use]
    pub fn with(mut self, what: What) -> Self {
        self.terms.push(Term { negated: false, what });
        self
    }

    /// With a condition turned: without the rows that it keeps.
    #[must_use]
    pub fn except(mut self, what: What) -> Self {
        self.terms.push(Term { negated: true, what });
        self
    }

    /// Without the terms of that key (as [`What::key`] gives it).
    #[must_use]
    pub fn without(mut self, key: &str) -> Self {
        self.terms.retain(|term| term.what.key() != key);
        self
    }

    /// Whether a term of that key is there, turned or not.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.terms.iter().any(|term| term.what.key() == key)
    }

    /// The edition in which lists show categories: the latest list's if the filter asks for it, else that of 2021.
    #[must_use]
    pub fn shown_edition(&self) -> Edition {
        let latest = |term: &Term| matches!(term.what, What::Owasp(Edition::Y2025, _));
        if self.terms.iter().any(latest) { Edition::Y2025 } else { Edition::Y2021 }
    }

    /// The day whose end is shown, if the filter says so.
    #[must_use]
    pub fn as_of(&self) -> Option<Day> {
        self.terms.iter().find_map(|term| if let What::AsOf(day) = term.what { Some(day) } else { None })
    }

    /// The knowledge asked for, if the filter says so.
    #[must_use]
    pub fn known_at(&self) -> Option<Known> {
        self.terms.iter().find_map(|term| if let What::KnownAt(known) = term.what { Some(known) } else { None })
    }

    /// Whether what is shown is the past, or what was known then.
    #[must_use]
    pub fn is_past(&self) -> bool {
        self.terms.iter().any(|term| matches!(term.what, What::AsOf(_) | What::KnownAt(_)))
    }
}

impl FromStr for Filter {
    type Err = FilterError;
    fn from_str(text: &str) -> Result<Self, FilterError> {
        Self::parse(text)
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, term) in self.terms.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            write!(f, "{term}")?;
        }
        Ok(())
    }
}

impl Serialize for Filter {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Filter {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests;
