//! CVSS vectors of any version: the score and the band it falls into.

use cvss::Cvss;
use model::Severity;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A version of CVSS, oldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum CvssVersion {
    /// 2.0.
    #[serde(rename = "2.0")]
    V2,
    /// 3.0.
    #[serde(rename = "3.0")]
    V30,
    /// 3.1.
    #[serde(rename = "3.1")]
    V31,
    /// 4.0.
    #[serde(rename = "4.0")]
    V4,
}

impl fmt::Display for CvssVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V2 => "2.0",
            Self::V30 => "3.0",
            Self::V31 => "3.1",
            Self::V4 => "4.0",
        })
    }
}

/// What a vector scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CvssScore {
    /// The version of the vector.
    pub version: CvssVersion,
    /// The score in tenths: 98 for 9.8. Temporal, threat and environmental metrics in the vector count.
    pub tenths: u16,
    /// The band of the score.
    pub band: Severity,
}

/// The score of a vector as scanners write it: `CVSS:3.1/AV:N/…`, `CVSS:4.0/…`, version 2 bare, in parentheses, or with
/// Nessus's prefix `CVSS2#`. `None` if it is not a whole vector.
#[must_use]
pub fn cvss_score(vector: &str) -> Option<CvssScore> {
    let text = bare(vector);
    let parsed = Cvss::from_str(text).ok()?;
    let version = match parsed {
        Cvss::CvssV20(_) => CvssVersion::V2,
        Cvss::CvssV30(_) => CvssVersion::V30,
        Cvss::CvssV31(_) => CvssVersion::V31,
        Cvss::CvssV40(_) => CvssVersion::V4,
        _ => return None,
    };
    // The parser takes vectors of which base metrics are missing and scores them zero.
    let given = |metric: &&str| text.split('/').any(|part| part.split(':').next() == Some(metric));
    if !base_metrics(version).iter().all(given) {
        return None;
    }
    let tenths = tenths(score_of(&parsed, |metrics| metrics.iter().any(given)))?;
    Some(CvssScore { version, tenths, band: cvss_band(version, tenths) })
}

/// A vector without what scanners write around it.
pub(crate) fn bare(vector: &str) -> &str {
    vector.trim().trim_start_matches("CVSS2#").trim_start_matches('(').trim_end_matches(')')
}

/// The score by the widest group of metrics that a vector has: the equations of versions 2 and 3 differ by group, and those of the
/// environment are not those of the base where nothing of the environment is given (3.1, 7.3).
fn score_of(vector: &Cvss, has: impl Fn(&[&str]) -> bool) -> f64 {
    let of_environment = has(&["CDP", "TD", "CR", "IR", "AR", "MAV", "MAC", "MPR", "MUI", "MS", "MC", "MI", "MA"]);
    let of_time = has(&["E", "RL", "RC"]);
    match vector {
        Cvss::CvssV20(v2) if of_environment => v2.environmental_score().value(),
        Cvss::CvssV20(v2) if of_time => v2.temporal_score().value(),
        Cvss::CvssV30(v3) | Cvss::CvssV31(v3) if of_environment => v3.environmental_score().value(),
        Cvss::CvssV30(v3) | Cvss::CvssV31(v3) if of_time => v3.temporal_score().value(),
        other => other.score(),
    }
}

/// The metrics that a vector must have, from each version's specification.
pub(crate) fn base_metrics(version: CvssVersion) -> &'static [&'static str] {
    match version {
        CvssVersion::V2 => &["AV", "AC", "Au", "C", "I", "A"],
        CvssVersion::V30 | CvssVersion::V31 => &["AV", "AC", "PR", "UI", "S", "C", "I", "A"],
        CvssVersion::V4 => &["AV", "AC", "AT", "PR", "UI", "VC", "VI", "VA", "SC", "SI", "SA"],
    }
}

fn tenths(score: f64) -> Option<u16> {
    let rounded = (score * 10.0).round();
    // The range makes the conversion exact.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 100 fits")]
    (0.0..=100.0).contains(&rounded).then_some(rounded as u16)
}

/// The band of a score in tenths. Version 2 has none of its own, so those of the National Vulnerability Database hold: there is
/// no critical, and zero is informational as in the versions that publish theirs.
#[must_use]
pub fn cvss_band(version: CvssVersion, tenths: u16) -> Severity {
    let band = Severity::of_score(tenths);
    if version == CvssVersion::V2 { band.min(Severity::High) } else { band }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_vectors_score_as_published() {
        // From the NVD entries of CVE-2014-0160, CVE-2021-44228, and the examples document of version 4.0.
        let cases = [
            ("AV:N/AC:L/Au:N/C:P/I:N/A:N", CvssVersion::V2, 50, Severity::Medium),
            ("CVSS2#AV:N/AC:L/Au:N/C:C/I:C/A:C", CvssVersion::V2, 100, Severity::High),
            ("(AV:N/AC:M/Au:N/C:N/I:P/A:N)", CvssVersion::V2, 43, Severity::Medium),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", CvssVersion::V31, 100, Severity::Critical),
            ("CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", CvssVersion::V30, 61, Severity::Medium),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", CvssVersion::V31, 0, Severity::Info),
            (
                "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N",
                CvssVersion::V4,
                93,
                Severity::Critical,
            ),
        ];
        for (vector, version, tenths, band) in cases {
            assert_eq!(cvss_score(vector), Some(CvssScore { version, tenths, band }), "{vector}");
        }
    }

    #[test]
    fn what_is_no_vector_has_no_score() {
        for text in [
            "",
            "9.8",
            "CVSS:3.1/AV:N",
            "CVSS:5.0/AV:N/AC:L",
            "AV:N/AC:L",
            "CVSS:3.1/AV:X/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        ] {
            assert_eq!(cvss_score(text), None, "{text}");
        }
    }
}
