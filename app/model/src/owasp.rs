//! OWASP Top 10 categories.

use crate::status::worded;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

worded! {
    /// An edition of the OWASP Top 10.
    Edition {
        /// 2017.
        Y2017 = 2017 "2017",
        /// 2021, the default.
        Y2021 = 2021 "2021",
        /// 2025.
        Y2025 = 2025 "2025",
    }
}

/// A category of an edition by its number: 1 to 10 for A01 to A10.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Category(u8);

impl Category {
    /// The category A`number`, if `number` is 1 to 10.
    #[must_use]
    pub fn new(number: u8) -> Option<Self> {
        (1..=10).contains(&number).then_some(Self(number))
    }

    /// 1 to 10.
    #[must_use]
    pub fn number(self) -> u8 {
        self.0
    }

    /// A01 to A10.
    pub fn all() -> impl Iterator<Item = Self> {
        (1..=10).map(Self)
    }
}

impl TryFrom<u8> for Category {
    type Error = &'static str;
    fn try_from(number: u8) -> Result<Self, Self::Error> {
        Self::new(number).ok_or("an OWASP category is 1 to 10")
    }
}

impl From<Category> for u8 {
    fn from(category: Category) -> Self {
        category.0
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "A{:02}", self.0)
    }
}

impl FromStr for Category {
    type Err = ();
    /// Reads `A03`, `a3` and `A03:2021`'s first part.
    fn from_str(text: &str) -> Result<Self, ()> {
        let digits = text.strip_prefix(['A', 'a']).ok_or(())?;
        digits.parse().ok().and_then(Self::new).ok_or(())
    }
}

/// Where a weakness stands in one edition: the primary category, or one of the two explicit buckets beside the ten.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Mapped {
    /// The primary category.
    To(Category),
    /// No basis was found: a visible bucket, never hidden.
    Unmapped,
    /// Inventory: the scanner told a fact, not a weakness.
    NotAWeakness,
}

impl Mapped {
    /// The stored number: 1 to 10, 0 for unmapped, −1 for inventory.
    #[must_use]
    pub fn number(self) -> i16 {
        match self {
            Self::To(category) => i16::from(category.number()),
            Self::Unmapped => 0,
            Self::NotAWeakness => -1,
        }
    }

    /// The value of a stored number; anything unknown is unmapped.
    #[must_use]
    pub fn from_number(number: i16) -> Self {
        match number {
            -1 => Self::NotAWeakness,
            _ => u8::try_from(number).ok().and_then(Category::new).map_or(Self::Unmapped, Self::To),
        }
    }

    /// The word used in filters, the API and the CLI: `A03`, `unmapped`, `inventory`.
    #[must_use]
    pub fn word(self) -> String {
        match self {
            Self::To(category) => category.to_string(),
            Self::Unmapped => "unmapped".to_owned(),
            Self::NotAWeakness => "inventory".to_owned(),
        }
    }
}

worded! {
    /// What a classification rests on, strongest first.
    Basis {
        /// A rule that a person wrote.
        Person = 1 "person",
        /// The scanner's own tag (ZAP alert tags, a Nessus `OWASP:` reference).
        ScannerTag = 2 "scanner_tag",
        /// The CWE, by OWASP's own list of mapped CWEs.
        CweList = 3 "cwe_list",
        /// The nearest ancestor of the CWE that is on OWASP's list (view 1000).
        CweAncestor = 4 "cwe_ancestor",
        /// The project's table for the tool: ZAP rules, Burp types, Nessus families and plugins.
        ToolTable = 5 "tool_table",
        /// Nothing fits.
        Unmapped = 6 "unmapped",
        /// A fact for the inventory, not a weakness.
        Inventory = 7 "inventory",
    }
}
