//! The risk of a finding: a published formula, the same everywhere, whose arithmetic can be shown line by line.
//!
//! `risk = 100 × severity × exploitability × criticality × exposure`, each factor a share of one, rounded to a whole number
//! at the end. What nobody has declared of an asset counts as its middle: neither harmless nor the worst. The formula has a
//! version, because a number of one formula cannot be compared with that of another.

use model::Severity;
use serde::Serialize;

/// The version of the formula: raised whenever a factor or its shares change.
pub const RISK_VERSION: u32 = 1;

/// How much an asset matters, or how far it can be reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Little.
    Low,
    /// As most do; also where nobody has said anything.
    #[default]
    Medium,
    /// Much.
    High,
}

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
    pub criticality: Level,
    /// How far it can be reached.
    pub exposure: Level,
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

/// The share of what is published of a weakness's exploitation, in hundredths: half where nothing is, all where it is known
/// to be exploited, and between them as EPSS says.
#[must_use]
pub fn exploitability_share(kev: bool, epss: Option<u32>) -> u32 {
    match (kev, epss) {
        (true, _) => 100,
        (false, Some(millionths)) => 50 + (millionths.min(1_000_000) + 10_000) / 20_000,
        (false, None) => 50,
    }
}

/// The share of what is declared of an asset, in hundredths.
#[must_use]
pub fn level_share(level: Level) -> u32 {
    match level {
        Level::Low => 60,
        Level::Medium => 80,
        Level::High => 100,
    }
}

/// The score, where the share of exploitability is known already.
#[must_use]
pub fn risk_of_shares(severity: Severity, exploitability: u32, criticality: Level, exposure: Level) -> u8 {
    let shares = [severity_share(severity), exploitability, level_share(criticality), level_share(exposure)];
    let product: u64 = shares.iter().map(|share| u64::from(*share)).product();
    u8::try_from((product + 500_000) / 1_000_000).unwrap_or(100).min(100)
}

/// The risk of a finding.
#[must_use]
pub fn risk(of: &RiskOf) -> Risk {
    let shares = [
        severity_share(of.severity),
        exploitability_share(of.kev, of.epss),
        level_share(of.criticality),
        level_share(of.exposure),
    ];
    let factors = [Factor::Severity, Factor::Exploitability, Factor::Criticality, Factor::Exposure];
    let mut paired = factors.map(|factor| (factor, 0));
    for (pair, share) in paired.iter_mut().zip(shares) {
        pair.1 = share;
    }
    let score = risk_of_shares(of.severity, shares[1], of.criticality, of.exposure);
    Risk { score, factors: paired }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(severity: Severity, kev: bool, epss: Option<u32>, asset: Level) -> u8 {
        risk(&RiskOf { severity, kev, epss, criticality: asset, exposure: asset }).score
    }

    #[test]
    fn the_formula_gives_what_is_published() {
        assert_eq!(of(Severity::Critical, true, None, Level::High), 100);
        assert_eq!(of(Severity::Critical, true, Some(1), Level::Medium), 64);
        assert_eq!(of(Severity::Critical, false, None, Level::Medium), 32);
        assert_eq!(of(Severity::High, false, Some(940_000), Level::Medium), 47);
        assert_eq!(of(Severity::Medium, false, None, Level::Low), 8);
        assert_eq!(of(Severity::Info, false, None, Level::Low), 0);
        assert_eq!(
            [None, Some(0), Some(500_000), Some(1_000_000), Some(u32::MAX)]
                .map(|epss| exploitability_share(false, epss)),
            [50, 50, 75, 100, 100]
        );
    }

    #[test]
    fn more_of_anything_is_never_less_risk() {
        let mut scores: Vec<Vec<u8>> = Vec::new();
        for asset in [Level::Low, Level::Medium, Level::High] {
            for epss in [None, Some(0), Some(300_000), Some(900_000)] {
                scores.push(
                    [Severity::Info, Severity::Low, Severity::Medium, Severity::High, Severity::Critical]
                        .map(|severity| of(severity, false, epss, asset))
                        .to_vec(),
                );
            }
        }
        assert!(scores.iter().all(|of| of.is_sorted()));
        assert!(scores.windows(2).all(|pair| pair[0].len() == pair[1].len()));
        for at in 0..5 {
            for chunk in scores.chunks(4) {
                assert!(chunk.iter().map(|of| of[at]).is_sorted());
            }
        }
    }
}
