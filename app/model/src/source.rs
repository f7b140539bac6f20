//! How the exports of a source are to be understood.

use crate::status::worded;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The most aliases of a source.
pub const MOST_ALIASES: usize = 50;

worded! {
    /// What a source asks of a proof that something is fixed.
    Closing {
        /// Only a scan that demonstrably ran the rule at the place.
        RuleRanThere = 1 "rule_ran_there",
        /// That, and a scan of the same series under no worse conditions.
        Both = 2 "both",
    }
}

/// What a name means that each scanner understands in its own way: `localhost` is `shop staging`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TargetAlias {
    /// The host as exports write it, with a port where only that one is meant.
    pub target: String,
    /// What it is.
    pub name: String,
}

impl FromStr for TargetAlias {
    type Err = AliasError;

    /// Reads `localhost=shop staging`.
    fn from_str(text: &str) -> Result<Self, AliasError> {
        let (target, name) = text.split_once('=').ok_or(AliasError::NoEquals)?;
        let (target, name) = (target.trim().to_lowercase(), name.trim().to_owned());
        let plain = |text: &str| !text.is_empty() && text.chars().count() <= 120 && !text.contains(char::is_control);
        if !plain(&target) || target.contains(|c: char| c.is_whitespace() || "/?#@".contains(c)) {
            return Err(AliasError::Target);
        }
        if !plain(&name) || name.contains(|c: char| "/?#@:;".contains(c)) {
            return Err(AliasError::Name);
        }
        Ok(Self { target, name })
    }
}

impl fmt::Display for TargetAlias {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.target, self.name)
    }
}

/// Why a text is no alias.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AliasError {
    /// It has no `=`.
    NoEquals,
    /// What stands before the `=` is no host, or host and port.
    Target,
    /// What stands after it is empty, too long, or would be read as a part of an address.
    Name,
}

impl AliasError {
    /// The error as a machine word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::NoEquals => "no_equals",
            Self::Target => "target",
            Self::Name => "name",
        }
    }
}

impl fmt::Display for AliasError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoEquals => "an alias is written like localhost=shop staging",
            Self::Target => "before the = stands a host, or host and port, as exports write it",
            Self::Name => "after the = stands a name of at most 120 characters without / ? # @ : ;",
        })
    }
}

impl std::error::Error for AliasError {}

/// Reads aliases, parted by line ends or semicolons; empty ones are left out, and of two for one target the last counts.
///
/// # Errors
/// The first line that is none, or that there are too many.
pub fn aliases(text: &str) -> Result<Vec<TargetAlias>, AliasError> {
    let mut found: Vec<TargetAlias> = Vec::new();
    for line in text.split(['\n', ';']).map(str::trim).filter(|line| !line.is_empty()) {
        let alias: TargetAlias = line.parse()?;
        found.retain(|known| known.target != alias.target);
        found.push(alias);
    }
    found.sort();
    if found.len() > MOST_ALIASES { Err(AliasError::Target) } else { Ok(found) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_are_read_and_bad_ones_told() {
        let read = aliases(" LocalHost = Shop staging \n\nlocalhost:8080=Other\nlocalhost=Last").unwrap();
        let texts: Vec<String> = read.iter().map(ToString::to_string).collect();
        assert_eq!(texts, ["localhost=Last", "localhost:8080=Other"]);
        assert_eq!("localhost".parse::<TargetAlias>(), Err(AliasError::NoEquals));
        assert_eq!("http://a=b".parse::<TargetAlias>(), Err(AliasError::Target));
        assert_eq!("a=b/c".parse::<TargetAlias>(), Err(AliasError::Name));
        assert_eq!("a= ".parse::<TargetAlias>(), Err(AliasError::Name));
        let many: String = (0..=MOST_ALIASES).map(|n| format!("h{n}=x\n")).collect();
        assert!(aliases(&many).is_err());
    }
}
