//! The naive oracle: posture computed a second time, from scratch, in the dumbest way.
//!
//! It shares no code and no types with the product. Every question scans every input again; nothing is kept between
//! questions, nothing is incremental: the state at a moment is a function of everything up to that moment.

mod coverage;
mod identity;
mod layers;
mod merged;
mod presence;

pub use identity::{asset, host, key, origin};
use layers::END;
pub use merged::{called, group, merged, rekeyed};
use presence::One;
use std::collections::{BTreeMap, BTreeSet};

/// Everything in force.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    pub scans: Vec<Scan>,
    pub said: Vec<Said>,
    pub rules: Vec<Rule>,
    pub moves: Vec<Move>,
    /// Assets that are one.
    pub merges: Vec<(String, String)>,
    /// What rules say of many.
    pub ruled: Vec<Ruled>,
}

/// "What this rule of this tool found is so severe from then on", or is of another class.
#[derive(Clone, Debug)]
pub struct Ruled {
    pub tool: String,
    pub rule: String,
    /// On these assets alone, by their names when they count.
    pub on: Option<BTreeSet<String>>,
    pub at: i64,
    pub id: i64,
    pub severity: Option<i32>,
}

impl Ruled {
    /// Whether it speaks of an occurrence.
    pub fn speaks(&self, key: &str) -> bool {
        let parts: Vec<&str> = key.splitn(4, " | ").collect();
        let on = self.on.as_ref().is_none_or(|on| on.contains(parts[1]));
        parts[0] == self.tool && parts[2] == self.rule && on
    }
}

#[derive(Clone, Debug)]
pub struct Scan {
    pub tool: String,
    pub series: String,
    pub at: i64,
    pub dated: bool,
    pub hash: u8,
    pub incomplete: bool,
    pub plugins: Option<Vec<u32>>,
    pub ports: Option<String>,
    pub active_proven: bool,
    pub active_rules: Vec<u32>,
    pub whole_project: bool,
    /// The rules that ran, where the scanner tells.
    pub ran: Option<Vec<String>>,
    /// The source closes only with the stronger grade.
    pub only_strong: bool,
    pub hosts: Vec<Host>,
}

#[derive(Clone, Debug)]
pub struct Host {
    pub asset: String,
    pub at: i64,
    pub reached: bool,
    pub signed_in: Option<bool>,
    pub passed: Vec<String>,
    /// The rule, the protocol and the port of what is said to be fixed.
    pub fixed: Option<(&'static str, &'static str, u16)>,
    /// The pages that were visited, where the scanner tells.
    pub visited: Option<Vec<String>>,
    pub rows: Vec<Row>,
}

#[derive(Clone, Debug)]
pub struct Row {
    pub key: String,
    pub rule: String,
    pub port: Option<(String, u16)>,
    pub page: Option<&'static str>,
    pub severity: i32,
    pub serial: Option<String>,
    pub title: String,
}

/// A decision: who it is about, when, its number, what.
#[derive(Clone, Debug)]
pub struct Said {
    pub key: String,
    pub at: i64,
    pub id: i64,
    pub what: What,
}

#[derive(Clone, Debug, PartialEq)]
pub enum What {
    Work(&'static str),
    FalsePositive,
    Accepted(i64),
    Duplicate(String),
    Retired,
    ByHand,
    Clear,
    Team(Option<i64>),
    Person(Option<i64>),
    Due(Option<i32>),
    Comment,
}

/// "This asset belongs to that team"; the last in the list wins.
#[derive(Clone, Debug)]
pub struct Rule {
    pub asset: String,
    pub team: i64,
}

/// From `at` on the asset belongs to that team.
#[derive(Clone, Debug)]
pub struct Move {
    pub asset: String,
    pub at: i64,
    pub team: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line {
    pub at: i64,
    pub sign: i64,
    pub cause: String,
    pub team: Option<i64>,
    pub severity: i32,
    pub workflow: String,
    pub asset: String,
}

/// Closed at, by which export, with which grade.
pub type Closing = (i64, u8, String);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Book {
    pub lines: Vec<Line>,
    /// Opened at, by which export, and how it closed.
    pub episodes: Vec<(i64, u8, Option<Closing>)>,
    pub head: Head,
    pub without_effect: BTreeSet<(i64, String)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    pub status: String,
    pub present: bool,
    pub severity: i32,
    pub team: Option<i64>,
    pub workflow: String,
    pub accepted_until: Option<i64>,
    pub first_seen: i64,
    pub last_seen: i64,
    pub not_retested: bool,
    pub assignee: Option<i64>,
    pub due: Option<i32>,
    pub claim_failed: bool,
}

/// The books of every occurrence that anything in force saw.
pub fn books(inputs: &Inputs, now: i64) -> BTreeMap<String, Book> {
    let inputs = &merged(inputs);
    keys(inputs).into_iter().map(|key| (key.clone(), One::new(inputs, key).book(now))).collect()
}

/// The title of a rule: that of the newest sighting in scan time.
pub fn title(inputs: &Inputs, tool: &str, rule: &str) -> Option<String> {
    let mut best: Option<(i64, u8, String)> = None;
    for scan in inputs.scans.iter().filter(|s| s.tool == tool) {
        for host in &scan.hosts {
            for row in host.rows.iter().filter(|r| r.rule == rule) {
                let this = (host.at, scan.hash, row.title.clone());
                if best.as_ref().is_none_or(|b| (b.0, b.1) < (this.0, this.1)) {
                    best = Some(this);
                }
            }
        }
    }
    best.map(|b| b.2)
}

fn keys(inputs: &Inputs) -> BTreeSet<String> {
    inputs.scans.iter().flat_map(|s| &s.hosts).flat_map(|h| &h.rows).map(|r| r.key.clone()).collect()
}

impl One<'_> {
    fn book(&self, now: i64) -> Book {
        let counted = self.counted();
        let first_hash = |at: i64| counted.iter().filter(|s| s.host.at == at).map(|s| s.scan.hash).min().unwrap_or(0);
        let episodes = self.openings().into_iter().map(|opened| {
            let closed = self.closing(opened).map(|at| {
                let (grade, hash) = self.proof(at).unwrap_or(("no proof", 0));
                (at, hash, grade.to_owned())
            });
            (opened, first_hash(opened), closed)
        });
        let state = self.state(END, Some(now));
        let status = match (&state.verdict, state.present) {
            (_, false) => "fixed",
            (Some(verdict), true) => cause(verdict),
            (None, true) => state.workflow,
        };
        let last_of = |said: Vec<&Said>, pick: &dyn Fn(&What) -> Option<Option<i64>>| {
            said.iter().filter_map(|d| pick(&d.what)).last().flatten()
        };
        let assignee = last_of(self.said(), &|w| if let What::Person(p) = w { Some(*p) } else { None });
        let due = last_of(self.said(), &|w| if let What::Due(d) = w { Some(d.map(i64::from)) } else { None });
        let head = Head {
            status: status.to_owned(),
            present: state.present,
            severity: state.severity,
            team: state.team,
            workflow: state.workflow.to_owned(),
            accepted_until: match state.verdict {
                Some(What::Accepted(until)) if state.present => Some(until),
                _ => None,
            },
            first_seen: counted.iter().map(|s| s.host.at).min().unwrap_or(0),
            last_seen: counted.iter().map(|s| s.host.at).max().unwrap_or(0),
            not_retested: state.present && self.not_retested(),
            assignee,
            due: due.and_then(|d| i32::try_from(d).ok()),
            claim_failed: state.claim_failed,
        };
        Book { lines: self.lines(), episodes: episodes.collect(), head, without_effect: self.without_effect() }
    }

    /// The newest scan of a series that once saw it neither saw nor covered it, and no later scan saw it.
    fn not_retested(&self) -> bool {
        let (counted, asset) = (self.counted(), self.asset());
        let last = counted.iter().map(|s| s.host.at).max().unwrap_or(0);
        let series: BTreeSet<&str> = counted.iter().map(|s| s.scan.series.as_str()).collect();
        series.into_iter().any(|series| {
            let scans = self.inputs.scans.iter().filter(|s| s.dated && s.series == series);
            let Some(newest) = scans.max_by_key(|s| (s.at, s.hash)) else { return false };
            match newest.hosts.iter().find(|h| h.asset == asset) {
                None => newest.at > last,
                Some(host) => host.at > last && self.covers(newest, host).is_none_or(|_| self.saw(host)),
            }
        })
    }

    /// An old serial is no sighting, but no absence either.
    fn saw(&self, host: &Host) -> bool {
        host.rows.iter().any(|r| r.key == self.key)
    }

    fn without_effect(&self) -> BTreeSet<(i64, String)> {
        let mut none = BTreeSet::new();
        for d in self.said() {
            let before = self.state((d.at, 3, d.id - 1), None);
            let reason = match &d.what {
                What::Work(_) if !before.present => "no_episode",
                What::Accepted(until) if *until <= d.at => "already_expired",
                What::Clear if before.verdict.is_none() => "nothing_to_clear",
                _ => continue,
            };
            none.insert((d.id, reason.to_owned()));
        }
        none
    }
}

/// The books without pairs that cancel.
pub fn netted(lines: &[Line]) -> Vec<Line> {
    let mut rest: Vec<Line> = Vec::new();
    for line in lines {
        let against = Line { sign: -line.sign, ..line.clone() };
        match rest.iter().position(|r| *r == against) {
            Some(i) => {
                rest.remove(i);
            }
            None => rest.push(line.clone()),
        }
    }
    rest.sort();
    rest
}

fn is_verdict(said: &Said) -> bool {
    match said.what {
        What::Accepted(until) => until > said.at,
        What::FalsePositive | What::Duplicate(_) | What::Retired | What::ByHand | What::Clear => true,
        _ => false,
    }
}

fn cause(verdict: &What) -> &'static str {
    match verdict {
        What::FalsePositive => "false_positive",
        What::Accepted(_) => "accepted",
        What::Duplicate(_) => "duplicate",
        What::Retired => "retired",
        What::ByHand => "closed_by_hand",
        _ => "no verdict",
    }
}
