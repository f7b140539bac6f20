//! Rules by which people say where weaknesses belong: those that a filter keeps are of some categories, or none at all.
//!
//! Its filter asks for weaknesses with the terms `tool:`, `rule:`, `cwe:`, `cve:` and `title:`, and for assets with `asset:` and
//! `tag:`, turned or not. One that asks for assets parts a weakness: on those it is of another class than elsewhere. A rule may
//! also say how severe findings are, from the day on which it is said.

use crate::filter::{Filter, What};
use crate::{Category, Edition, Mapped, Severity, Tool};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The most characters of a rule's name.
pub const MAX_NAME: usize = 80;
/// The most characters of its reason.
pub const MAX_REASON: usize = 4_000;
/// The most characters of the filter of the weaknesses that it is about.
pub const MAX_MATCH: usize = 2_000;
/// The most bytes of a file of rules.
pub const MAX_FILE: usize = 1 << 20;
/// The most rules of a file.
pub const MAX_RULES: usize = 1_000;

/// Why a filter cannot say which weaknesses a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatchProblem {
    /// It asks nothing.
    Empty,
    /// It names an asset by its number, which means another one in another database.
    AssetNumber,
    /// It asks for something that neither a weakness nor an asset has.
    Term,
}

impl MatchProblem {
    /// The word in errors.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::AssetNumber => "asset_number",
            Self::Term => "term",
        }
    }
}

/// Checks that a filter asks for weaknesses and assets alone.
///
/// # Errors
/// It asks for nothing, or for something else.
pub fn check_matches(filter: &Filter) -> Result<(), MatchProblem> {
    use What::{Asset, Cve, Cwe, Rule, Tag, Title, Tool};
    if filter.is_empty() {
        return Err(MatchProblem::Empty);
    }
    let problem = filter.terms().iter().find_map(|term| match term.what {
        Asset(ref names) if names.iter().any(|name| name.starts_with('#')) => Some(MatchProblem::AssetNumber),
        Tool(_) | Rule(_) | Cwe(_) | Cve(_) | Title(_) | Asset(_) | Tag(_) => None,
        _ => Some(MatchProblem::Term),
    });
    problem.map_or(Ok(()), Err)
}

/// Whether a rule's filter asks for assets.
#[must_use]
pub fn asks_assets(filter: &Filter) -> bool {
    filter.terms().iter().any(|term| is_of_assets(&term.what))
}

fn is_of_assets(what: &What) -> bool {
    matches!(what, What::Asset(_) | What::Tag(_))
}

/// What rules ask of an asset: the asset, and those that are part of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssetSubject {
    /// Their names, each with its tags, parted by spaces.
    pub members: Vec<(String, String)>,
}

impl AssetSubject {
    /// Whether what a filter asks of assets keeps this one. What it asks of weaknesses is not looked at.
    #[must_use]
    pub fn is_kept_by(&self, filter: &Filter) -> bool {
        let mut terms = filter.terms().iter().filter(|term| is_of_assets(&term.what));
        terms.all(|term| self.members.iter().any(|member| is_one(member, &term.what)) != term.negated)
    }
}

fn is_one((name, tags): &(String, String), what: &What) -> bool {
    match what {
        What::Asset(values) => values.iter().any(|value| is_titled(value, name)),
        What::Tag(values) => values.iter().any(|value| match value {
            None => tags.trim().is_empty(),
            Some(tag) => tags.split_whitespace().any(|one| one == tag),
        }),
        _ => false,
    }
}

/// What rules ask of a weakness.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The scanner.
    pub tool: Tool,
    /// Its rule.
    pub rule: &'a str,
    /// The title.
    pub title: &'a str,
    /// CWE numbers, parted by spaces.
    pub cwe: &'a str,
    /// CVE ids, parted by spaces.
    pub cve: &'a str,
}

impl Subject<'_> {
    /// Whether what a filter asks of weaknesses keeps this one. What it asks of assets is not looked at.
    #[must_use]
    pub fn is_kept_by(&self, filter: &Filter) -> bool {
        let mut terms = filter.terms().iter().filter(|term| !is_of_assets(&term.what));
        terms.all(|term| self.is(&term.what) != term.negated)
    }

    fn is(&self, what: &What) -> bool {
        match what {
            What::Tool(values) => values.contains(&self.tool),
            What::Rule(values) => values.iter().any(|value| value == self.rule),
            What::Cwe(values) => {
                let mut numbers = self.cwe.split_whitespace().filter_map(|number| number.parse::<u32>().ok());
                numbers.any(|number| values.contains(&number))
            }
            What::Cve(values) => self.cve.split_whitespace().any(|cve| values.iter().any(|value| value == cve)),
            What::Title(values) => values.iter().any(|value| is_titled(value, self.title)),
            _ => false,
        }
    }
}

/// Whether a title is as a pattern says, in which `*` stands for any run of characters, whatever the case.
#[must_use]
pub fn is_titled(pattern: &str, title: &str) -> bool {
    let (pattern, title) = (pattern.to_lowercase(), title.to_lowercase());
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = title.strip_prefix(first) else { return false };
    let mut last: Option<&str> = None;
    for part in parts {
        // The part before the last is looked for where it comes first; the last must stand at the end.
        if let Some(middle) = last {
            let Some(at) = rest.find(middle) else { return false };
            rest = &rest[at + middle.len()..];
        }
        last = Some(part);
    }
    last.map_or(rest.is_empty(), |last| rest.ends_with(last))
}

/// What a rule says of the weaknesses that it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Says {
    /// They are facts for the inventory, in every edition.
    NotAWeakness,
    /// They are of these categories, in 2017, 2021 and 2025; of an edition without one nothing is said.
    Categories([Option<Category>; 3]),
    /// Their findings are so severe, from the instant on at which it is said, whatever scanners say.
    Severity(Severity),
}

/// The editions in the order of [`Says::Categories`].
pub const EDITIONS: [Edition; 3] = [Edition::Y2017, Edition::Y2021, Edition::Y2025];

impl Says {
    /// Says it of a weakness that stands in these places: 2017, 2021, 2025. What is of a category is a weakness, so that an
    /// edition of which nothing is said does not go on calling it none.
    #[must_use]
    pub fn of(self, before: [Mapped; 3]) -> [Mapped; 3] {
        match self {
            Self::NotAWeakness => [Mapped::NotAWeakness; 3],
            Self::Severity(_) => before,
            Self::Categories(said) => {
                let mut after = before;
                for (place, said) in after.iter_mut().zip(said) {
                    match said {
                        Some(category) => *place = Mapped::To(category),
                        None if *place == Mapped::NotAWeakness => *place = Mapped::Unmapped,
                        None => {}
                    }
                }
                after
            }
        }
    }
}

impl fmt::Display for Says {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = match self {
            Self::NotAWeakness => return f.write_str("inventory"),
            Self::Severity(severity) => return write!(f, "severity:{severity}"),
            Self::Categories(said) => said,
        };
        let said = EDITIONS.iter().zip(said).filter_map(|(edition, said)| Some(format!("{edition}:{}", (*said)?)));
        f.write_str(&said.collect::<Vec<_>>().join(","))
    }
}

impl FromStr for Says {
    type Err = ();

    /// Reads `inventory`, `severity:high`, or categories of one edition or more: `2021:A05,2025:A02`.
    fn from_str(text: &str) -> Result<Self, ()> {
        if text.trim() == "inventory" {
            return Ok(Self::NotAWeakness);
        }
        if let Some(severity) = text.trim().strip_prefix("severity:") {
            return severity.parse().map(Self::Severity);
        }
        let mut said = [None; 3];
        for part in text.split(',') {
            let (edition, category) = part.trim().split_once(':').ok_or(())?;
            let edition: Edition = edition.parse()?;
            let place = EDITIONS.iter().position(|known| *known == edition).and_then(|at| said.get_mut(at)).ok_or(())?;
            if place.replace(category.parse()?).is_some() {
                return Err(());
            }
        }
        Ok(Self::Categories(said))
    }
}

impl Serialize for Says {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Says {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|()| serde::de::Error::custom("says neither a category nor a severity"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_rule_says_reads_back() {
        for text in ["inventory", "severity:low", "2021:A05", "2017:A01,2025:A10"] {
            assert_eq!(text.parse::<Says>().map(|says| says.to_string()).as_deref(), Ok(text));
        }
        for text in [
            "",
            "A05",
            "2021:",
            "2021:A11",
            "2020:A01",
            "2021:A01,2021:A02",
            "2021:A05;",
            "severity:",
            "severity:worst",
        ] {
            assert_eq!(text.parse::<Says>(), Err(()), "{text}");
        }
    }

    #[test]
    fn what_is_of_a_category_is_a_weakness() {
        let category = |number| Mapped::To(Category::new(number).unwrap());
        let says: Says = "2021:A05".parse().unwrap();
        assert_eq!(says.of([category(1); 3]), [category(1), category(5), category(1)]);
        assert_eq!(says.of([Mapped::NotAWeakness; 3]), [Mapped::Unmapped, category(5), Mapped::Unmapped]);
        assert_eq!(Says::NotAWeakness.of([category(1); 3]), [Mapped::NotAWeakness; 3]);
        assert_eq!(Says::Severity(Severity::Low).of([category(1); 3]), [category(1); 3]);
    }

    #[test]
    fn rules_are_about_weaknesses() {
        let subject =
            Subject { tool: Tool::Nessus, rule: "12345", title: "SQL Injection in Ñandú", cwe: " 89 79 ", cve: "" };
        let kept = |text: &str| subject.is_kept_by(&Filter::parse(text).unwrap());
        for text in ["tool:nessus", "rule:12345 cwe:79", "title:sql*ñandú", "-title:x*", "title:*inj*", "cwe:1,89"] {
            assert!(kept(text), "{text}");
        }
        for text in ["tool:zap", "rule:1234", "title:sql", "-cwe:89", "title:*inj", "cve:CVE-2021-44228"] {
            assert!(!kept(text), "{text}");
        }
        let checked = |text: &str| check_matches(&Filter::parse(text).unwrap());
        assert_eq!(checked("tool:zap -cwe:79"), Ok(()));
        assert_eq!(
            ["", "rule:1 asset:#7", "sev:high", "words"].map(checked),
            [MatchProblem::Empty, MatchProblem::AssetNumber, MatchProblem::Term, MatchProblem::Term].map(Err)
        );
        assert_eq!(["rule:1 asset:web*", "-tag:pci"].map(checked), [Ok(()); 2]);
    }

    #[test]
    fn rules_ask_for_assets_and_what_is_part_of_them() {
        let member = |name: &str, tags: &str| (name.to_owned(), tags.to_owned());
        let asset = AssetSubject { members: vec![member("Web-1", " pci prod "), member("10.0.0.1", "")] };
        let kept = |text: &str| asset.is_kept_by(&Filter::parse(text).unwrap());
        for text in ["asset:web*", "asset:10.0.0.1 tag:pci", "tag:none", "rule:9", "-tag:dev", "-asset:db*"] {
            assert!(kept(text), "{text}");
        }
        for text in ["asset:web", "tag:pc", "-tag:prod", "asset:web* -tag:pci"] {
            assert!(!kept(text), "{text}");
        }
        let asks = |text: &str| asks_assets(&Filter::parse(text).unwrap());
        assert_eq!(["rule:1", "rule:1 tag:pci", "asset:a"].map(asks), [false, true, true]);
    }

    #[test]
    fn patterns_match_whole_titles() {
        for (pattern, title, expected) in [
            ("*", "", true),
            ("a*", "A", true),
            ("a*a", "a", false),
            ("a*a", "aa", true),
            ("*b*", "abc", true),
            ("a*b*c", "axbxc", true),
            ("a*b*c", "axcxb", false),
            ("ab", "abc", false),
            ("", "", true),
            ("**x", "x", true),
        ] {
            assert_eq!(is_titled(pattern, title), expected, "{pattern} {title}");
        }
    }
}
