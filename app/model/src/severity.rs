//! Severity as the scanner said it, on one scale of five.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// How bad a scanner says a finding is. Ordered: `Info < Low < … < Critical`. The numbers are those of Nessus and are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[repr(i16)]
pub enum Severity {
    /// Informational.
    Info = 0,
    /// Low.
    Low = 1,
    /// Medium.
    Medium = 2,
    /// High.
    High = 3,
    /// Critical.
    Critical = 4,
}

impl Severity {
    /// Every severity, worst first, as lists and charts show them.
    pub const ALL: [Self; 5] = [Self::Critical, Self::High, Self::Medium, Self::Low, Self::Info];

    /// The stored number.
    #[must_use]
    pub fn number(self) -> i16 {
        self as i16
    }

    /// The severity of a stored number.
    #[must_use]
    pub fn from_number(number: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.number() == number)
    }

    /// The band of a CVSS score in tenths, as versions 3 and 4 publish them (3.1, section 5); *none* is informational here.
    #[must_use]
    pub fn of_score(tenths: u16) -> Self {
        match tenths {
            0 => Self::Info,
            1..=39 => Self::Low,
            40..=69 => Self::Medium,
            70..=89 => Self::High,
            _ => Self::Critical,
        }
    }

    /// The word used in filters, the API and the CLI.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Severity {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|s| s.word().eq_ignore_ascii_case(text)).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_begin_where_cvss_says() {
        assert_eq!(
            [0, 1, 39, 40, 69, 70, 89, 90, 100].map(|score| Severity::of_score(score).word()),
            ["info", "low", "low", "medium", "medium", "high", "high", "critical", "critical"]
        );
    }
}
