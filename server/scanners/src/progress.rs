//! What a probe and a poll tell.

use crate::Remote;
use model::Micros;
use model::scanner::{Capability, Note, Phase, Stage};

/// A remark or a line of a run's log: a code that has words, and what goes into them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The fact.
    pub note: Note,
    /// Its number, where it has one: see [`Note`].
    pub number: Option<i64>,
    /// Its text, where it has one: see [`Note`]. At most 200 characters.
    pub text: String,
}

impl Line {
    /// A fact alone.
    #[must_use]
    pub fn of(note: Note) -> Self {
        Self { note, number: None, text: String::new() }
    }

    /// A fact with a number.
    #[must_use]
    pub fn number(note: Note, number: i64) -> Self {
        Self { number: Some(number), ..Self::of(note) }
    }

    /// A fact with a text, which is cut.
    #[must_use]
    pub fn text(note: Note, text: &str) -> Self {
        let text = text.chars().filter(|c| !c.is_control()).take(200).collect();
        Self { text, ..Self::of(note) }
    }
}

/// What a probe found: what pages offer is decided by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// What can be done.
    pub can: Capability,
    /// The scanner as it calls itself: `ZAP`, `Nessus Professional`.
    pub product: String,
    /// Its version, empty if it does not tell.
    pub version: String,
    /// The licence's kind as it is told, empty if it is not.
    pub licence: String,
    /// When the licence ends, if that is told.
    pub licence_ends: Option<Micros>,
    /// The parts that are there, in the scanner's words: add-ons, engines.
    pub parts: Vec<String>,
    /// What can be chosen for a scan: policies, templates, configurations; id and name.
    pub choices: Vec<(String, String)>,
    /// How far the scanner's clock is ahead of ours, in seconds, if it tells the time.
    pub clock_ahead: Option<i64>,
    /// Remarks: what is not as it could be, and why.
    pub notes: Vec<Line>,
}

impl Probe {
    /// A probe that found no more than this.
    #[must_use]
    pub fn of(can: Capability, product: impl Into<String>) -> Self {
        Self {
            can,
            product: product.into(),
            version: String::new(),
            licence: String::new(),
            licence_ends: None,
            parts: Vec::new(),
            choices: Vec::new(),
            clock_ahead: None,
            notes: Vec::new(),
        }
    }
}

/// Where a scan is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// How far, in our words.
    pub phase: Phase,
    /// What it is busy with.
    pub stage: Stage,
    /// The scanner's own progress of the whole scan in percent, if it tells.
    pub percent: Option<u8>,
    /// The facts of this moment: the run's log takes those that differ from the moment before.
    pub lines: Vec<Line>,
    /// What is to be stored from now on instead of what was stored; before anything else is done.
    pub remote: Option<Remote>,
}

impl Progress {
    /// A moment of which no more is known.
    #[must_use]
    pub fn of(phase: Phase, stage: Stage) -> Self {
        Self { phase, stage, percent: None, lines: Vec::new(), remote: None }
    }
}

/// What came of asking a scan to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Halt {
    /// The scanner was told; its scan ends soon. Polling goes on until it says so.
    Asked,
    /// It has ended: there is nothing left to poll.
    Over,
    /// The scanner cannot be told: it goes on there, and is no longer followed.
    LeftRunning,
}
