//! The scanners whose exports are read.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A scanner. The numbers are stored and never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[repr(i16)]
pub enum Tool {
    /// Tenable Nessus and its relatives that write `.nessus` files.
    Nessus = 1,
    /// ZAP (formerly OWASP ZAP).
    Zap = 2,
    /// Burp Suite.
    Burp = 3,
    /// Any other tool, by SARIF or by a mapping of columns; the tool's own name begins its rules.
    Other = 4,
}

impl Tool {
    /// Every tool, in the order in which pages list them.
    pub const ALL: [Self; 4] = [Self::Nessus, Self::Zap, Self::Burp, Self::Other];

    /// The stored number.
    #[must_use]
    pub fn number(self) -> i16 {
        self as i16
    }

    /// The tool of a stored number.
    #[must_use]
    pub fn from_number(number: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|t| t.number() == number)
    }

    /// The word used in filters, the API and the CLI.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Nessus => "nessus",
            Self::Zap => "zap",
            Self::Burp => "burp",
            Self::Other => "other",
        }
    }

    /// The name as its maker writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Nessus => "Nessus",
            Self::Zap => "ZAP",
            Self::Burp => "Burp Suite",
            Self::Other => "SARIF/CSV",
        }
    }
}

impl fmt::Display for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Tool {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|t| t.word().eq_ignore_ascii_case(text)).ok_or(())
    }
}
