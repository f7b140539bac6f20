//! The page of the formula of risk and its weights.

use super::{Count, Stamp};
use crate::risk::RiskWeights;
use serde::Serialize;

/// The page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RiskPage {
    /// The weights in force.
    pub weights: RiskWeights,
    /// Their version; 1 is what the project publishes.
    pub version: i64,
    /// Whether the viewer may set others.
    pub may_change: bool,
    /// What the viewer has written, in the order of the weights; what is in force where they have not begun.
    pub draft: Vec<String>,
    /// Why, as far as they have said it.
    pub reason: String,
    /// What their weights would change.
    pub effect: Option<RiskEffect>,
    /// Whether what they have written cannot be taken.
    pub unfair: bool,
    /// All versions but the first, the latest first.
    pub versions: Vec<RiskVersion>,
}

/// What other weights would change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RiskEffect {
    /// The sum of the risks of what is open.
    pub before: i64,
    /// The same by the other weights.
    pub after: i64,
    /// The open findings, all of which are weighed.
    pub open: Count,
    /// How many of them would be of a higher band.
    pub up: i64,
    /// How many would be of a lower one.
    pub down: i64,
    /// What moves the sum most.
    pub movers: Vec<RiskMover>,
}

/// A weakness whose open findings move the sum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RiskMover {
    /// Its title.
    pub title: String,
    /// Its open findings.
    pub open: Count,
    /// The sum of their risks.
    pub before: i64,
    /// The same by the other weights.
    pub after: i64,
}

/// A version of the weights.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RiskVersion {
    /// Its number.
    pub version: i64,
    /// The weights.
    pub weights: RiskWeights,
    /// Why.
    pub reason: String,
    /// Who set it; none for the local operator.
    pub by: Option<String>,
    /// When.
    pub at: Stamp,
    /// When it was taken back, and by whom, if it was.
    pub withdrawn: Option<(Stamp, Option<String>)>,
}
