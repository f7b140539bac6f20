//! The risk of a finding: a published formula, the same everywhere, whose arithmetic can be shown line by line.
//!
//! `risk = 100 × severity × exploitability × criticality × exposure`, each factor a share of one, rounded to a whole number
//! at the end. What nobody has declared of an asset counts as its middle: neither harmless nor the worst. The formula has a
//! version, and so have its weights, because a number of one cannot be compared with that of another.

use model::risk::{RiskWeights, WHOLE};
use model::{Criticality, Exposure, Severity};
use serde::Serialize;

/// The version of the formula: raised whenever a factor or its shares change.
pub const RISK_VERSION: u32 = 1;

/// What the risk of a finding depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RiskOf {
    /// The severity in force.
    pub severity: Severity,
    /// One of the weakness's CVEs is in the catalogue of known exploited vulnerabilities.
    pub kev: bool,
    /// EPSS of the likeliest of its CVEs, in millionths.
    pub epss: Option<u32>,
    /// How much the asset matters.
    pub criticality: Option<Criticality>,
    /// How far it can be reached.
    pub exposure: Option<Exposure>,
}

/// A factor of the formula.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Factor {
    /// How bad it is.
    Severity,
    /// How likely it is to be exploited.
    Exploitability,
    /// How much the asset matters.
    Criticality,
    /// How far the asset can be reached.
    Exposure,
}

/// A risk with its arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Risk {
    /// 0 to 100.
    pub score: u8,
    /// The factors in order, each in hundredths.
    pub factors: [(Factor, u32); 4],
}

/// The share of a severity, in hundredths.
#[must_use]
pub fn severity_share(severity: Severity) -> u32 {
    match severity {
        Severity::Critical => 100,
        Severity::High => 75,
        Severity::Medium => 45,
        Severity::Low => 20,
        Severity::Info => 2,
    }
}

/// The share of what is published of a weakness's exploitation, in hundredths: what the weights say where nothing is, all where
/// it is known to be exploited, and between them as EPSS says.
#[must_use]
pub fn exploitability_share(weights: &RiskWeights, kev: bool, epss: Option<u32>) -> u32 {
    match (kev, epss) {
        (true, _) => WHOLE,
        (false, Some(millionths)) => {
            let rest = u64::from(WHOLE.saturating_sub(weights.unexploited));
            let more = (u64::from(millionths.min(1_000_000)) * rest + 500_000) / 1_000_000;
            weights.unexploited + u32::try_from(more).unwrap_or(0)
        }
        (false, None) => weights.unexploited,
    }
}

/// What is at stake on an asset, in ten-thousandths: its criticality and its exposure together.
#[must_use]
pub fn stake(weights: &RiskWeights, criticality: Option<Criticality>, exposure: Option<Exposure>) -> u32 {
    weights.of_criticality(criticality) * weights.of_exposure(exposure)
}

/// The score, where the share of exploitability and the stake are known already.
#[must_use]
pub fn risk_of_shares(severity: Severity, exploitability: u32, stake: u32) -> u8 {
    let product = u64::from(severity_share(severity)) * u64::from(exploitability) * u64::from(stake);
    u8::try_from((product + 500_000) / 1_000_000).unwrap_or(100).min(100)
}

/// The risk of a finding by weights.
#[must_use]
pub fn risk(weights: &RiskWeights, of: &RiskOf) -> Risk {
    let exploitability = exploitability_share(weights, of.kev, of.epss);
    let factors = [
        (Factor::Severity, severity_share(of.severity)),
        (Factor::Exploitability, exploitability),
        (Factor::Criticality, weights.of_criticality(of.criticality)),
        (Factor::Exposure, weights.of_exposure(of.exposure)),
    ];
    let score = risk_of_shares(of.severity, exploitability, stake(weights, of.criticality, of.exposure));
    Risk { score, factors }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WEIGHTS: RiskWeights = RiskWeights::PUBLISHED;
    const LOW: (Option<Criticality>, Option<Exposure>) = (Some(Criticality::Low), Some(Exposure::Internal));
    const UNSAID: (Option<Criticality>, Option<Exposure>) = (None, None);
    const HIGH: (Option<Criticality>, Option<Exposure>) = (Some(Criticality::Critical), Some(Exposure::Internet));

    fn of(
        severity: Severity,
        kev: bool,
        epss: Option<u32>,
        (criticality, exposure): (Option<Criticality>, Option<Exposure>),
    ) -> u8 {
        risk(&WEIGHTS, &RiskOf { severity, kev, epss, criticality, exposure }).score
    }

    #[test]
    fn the_formula_gives_what_is_published() {
        assert_eq!(of(Severity::Critical, true, None, HIGH), 100);
        assert_eq!(of(Severity::Critical, true, Some(1), UNSAID), 64);
        assert_eq!(of(Severity::Critical, false, None, UNSAID), 32);
        assert_eq!(of(Severity::High, false, Some(940_000), UNSAID), 47);
        assert_eq!(of(Severity::Medium, false, None, LOW), 8);
        assert_eq!(of(Severity::Info, false, None, LOW), 0);
        let shares = [None, Some(0), Some(500_000), Some(1_000_000), Some(u32::MAX)];
        assert_eq!(shares.map(|epss| exploitability_share(&WEIGHTS, false, epss)), [50, 50, 75, 100, 100]);
    }

    #[test]
    fn the_published_weights_keep_every_share_of_the_first_version() {
        let first = |millionths: u32| 50 + (millionths + 10_000) / 20_000;
        assert!(
            (0..=1_000_000).step_by(37).all(|epss| exploitability_share(&WEIGHTS, false, Some(epss)) == first(epss))
        );
        let other: RiskWeights = "0 0 50 100 100 10 50 100".parse().unwrap();
        assert_eq!([None, Some(500_000)].map(|epss| exploitability_share(&other, false, epss)), [0, 50]);
        assert_eq!((exploitability_share(&other, true, None), stake(&other, None, None)), (100, 2_500));
    }

    #[test]
    fn more_of_anything_is_never_less_risk() {
        let severities = [Severity::Info, Severity::Low, Severity::Medium, Severity::High, Severity::Critical];
        let chances = [None, Some(0), Some(300_000), Some(900_000)];
        for asset in [LOW, UNSAID, HIGH] {
            for epss in chances {
                assert!(severities.map(|severity| of(severity, false, epss, asset)).is_sorted());
            }
            for severity in severities {
                assert!(chances.map(|epss| of(severity, false, epss, asset)).is_sorted());
            }
        }
        for severity in severities {
            assert!([LOW, UNSAID, HIGH].map(|asset| of(severity, true, None, asset)).is_sorted());
        }
        assert!(Criticality::ALL.iter().map(|value| WEIGHTS.of_criticality(Some(*value))).is_sorted());
        assert!(Exposure::ALL.iter().map(|value| WEIGHTS.of_exposure(Some(*value))).is_sorted());
    }
}
