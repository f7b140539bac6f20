//! What a classification is, and what it rests on.

use model::{Basis, Category, Edition, Mapped};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Where a weakness stands in one edition, and why.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Classification {
    /// The edition.
    pub edition: Edition,
    /// The one category that charts and filters use, or one of the two buckets beside the ten.
    pub primary: Mapped,
    /// Further categories that the same basis names, sorted, without the primary.
    pub also: Vec<Category>,
    /// What it rests on.
    pub basis: Basis,
    /// The very thing that decided.
    pub evidence: Evidence,
}

/// The very thing that decided, as data for either language. [`Display`](fmt::Display) of [`Classification`] words it in
/// English, for logs and the command line.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Evidence {
    /// A rule that a person wrote. Never made here: the caller that owns those rules makes it.
    Person {
        /// The rule's name.
        rule: String,
    },
    /// The scanner's own tag.
    Tag {
        /// As the export has it: `OWASP_2021_A03`, `OWASP:2021-A3`.
        tag: String,
    },
    /// A CWE of the weakness that is on OWASP's list.
    Cwe {
        /// The number.
        cwe: u32,
    },
    /// A CWE of the weakness whose ancestor is on OWASP's list.
    Ancestor {
        /// The number that the scanner gives.
        cwe: u32,
        /// The ancestor on the list.
        ancestor: u32,
        /// How many generations lie between them: 1 for a parent.
        steps: u8,
    },
    /// A rule or type that the project's copy of the scanner's own table tags with the category.
    TableTag {
        /// The ZAP alertRef or rule.
        rule: String,
        /// Its name in the table.
        name: String,
    },
    /// A rule or type that the project's table knows the CWE of.
    TableCwe {
        /// The ZAP alertRef or rule, the Burp type, or the WASC class.
        rule: String,
        /// Its name in the table.
        name: String,
        /// The CWE in the table.
        cwe: u32,
        /// The ancestor that is on the list, if the CWE itself is not.
        ancestor: Option<u32>,
    },
    /// A rule of the project, see [`crate::rule_info`].
    Rule {
        /// The rule's id, such as `tls-ciphers`.
        id: String,
    },
    /// Nothing decided.
    Nothing,
}

impl Classification {
    /// A classification that names nothing.
    pub(crate) fn unmapped(edition: Edition) -> Self {
        Self {
            edition,
            primary: Mapped::Unmapped,
            also: Vec::new(),
            basis: Basis::Unmapped,
            evidence: Evidence::Nothing,
        }
    }

    /// A classification from categories of which the first is the primary; `None` if there are none.
    pub(crate) fn from_categories(
        edition: Edition,
        categories: impl IntoIterator<Item = Category>,
        basis: Basis,
        evidence: Evidence,
    ) -> Option<Self> {
        let mut categories = categories.into_iter();
        let primary = categories.next()?;
        let mut also: Vec<Category> = categories.filter(|c| *c != primary).collect();
        also.sort_unstable();
        also.dedup();
        Some(Self { edition, primary: Mapped::To(primary), also, basis, evidence })
    }
}

impl fmt::Display for Classification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let goal = match self.primary {
            Mapped::To(category) => format!("{category}:{}", self.edition),
            Mapped::Unmapped => format!("unmapped in {}", self.edition),
            Mapped::NotAWeakness => "not a weakness".to_owned(),
        };
        match &self.evidence {
            Evidence::Person { rule } => write!(f, "rule “{rule}” → {goal}, by a person"),
            Evidence::Tag { tag } => write!(f, "{tag} → {goal}, by the scanner's tag"),
            Evidence::Cwe { cwe } => write!(f, "CWE-{cwe} → {goal} by OWASP's list"),
            Evidence::Ancestor { cwe, ancestor, .. } => {
                write!(f, "CWE-{cwe}, a kind of CWE-{ancestor} → {goal} by OWASP's list")
            }
            Evidence::TableTag { rule, name } => write!(f, "{rule} ({name}) → {goal} by the scanner's table of rules"),
            Evidence::TableCwe { rule, name, cwe, ancestor: None } => {
                write!(f, "{rule} ({name}) is CWE-{cwe} → {goal} by OWASP's list")
            }
            Evidence::TableCwe { rule, name, cwe, ancestor: Some(ancestor) } => {
                write!(f, "{rule} ({name}) is CWE-{cwe}, a kind of CWE-{ancestor} → {goal} by OWASP's list")
            }
            Evidence::Rule { id } => write!(f, "rule {id} → {goal}"),
            Evidence::Nothing => write!(f, "no basis: {goal}"),
        }
    }
}
