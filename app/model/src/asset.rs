//! What an organisation says of an asset: how much it matters, who can reach it, what it is for. Attributes are of the world:
//! each holds from the day on which it was said, and the past keeps what it had.

use crate::TeamId;
use crate::mapping::folded;
use crate::status::worded;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

worded! {
    /// How much depends on an asset.
    Criticality {
        /// Little.
        Low = 1 "low",
        /// Some.
        Medium = 2 "medium",
        /// Much.
        High = 3 "high",
        /// Everything.
        Critical = 4 "critical",
    }
}

worded! {
    /// Who can reach an asset.
    Exposure {
        /// The organisation's own network.
        Internal = 1 "internal",
        /// Partners and suppliers.
        Partner = 2 "partner",
        /// Anybody.
        Internet = 3 "internet",
    }
}

/// The most tags of an asset.
pub const MAX_TAGS: usize = 20;
/// The most characters of a tag or an environment.
pub const MAX_WORD: usize = 40;

/// What is said of an asset at one time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attributes {
    /// It stands in the inventory: it is in the scope of coverage, whether or not a scan has ever seen it.
    pub declared: bool,
    /// How much depends on it.
    pub criticality: Option<Criticality>,
    /// Who can reach it.
    pub exposure: Option<Exposure>,
    /// What it is for (`production`, `test`, …), in lower case; empty if nobody has said.
    pub environment: String,
    /// Tags in lower case, sorted.
    pub tags: Vec<String>,
    /// The team that the inventory names as its owner; it goes before the rules of ownership.
    pub owner: Option<TeamId>,
}

/// What somebody says of an asset: `None` leaves what was said before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// Whether it stands in the inventory.
    pub declared: Option<bool>,
    /// How much depends on it, or that nobody knows.
    pub criticality: Option<Option<Criticality>>,
    /// Who can reach it.
    pub exposure: Option<Option<Exposure>>,
    /// What it is for.
    pub environment: Option<String>,
    /// All its tags.
    pub tags: Option<Vec<String>>,
    /// The team that is named as its owner.
    pub owner: Option<Option<TeamId>>,
}

impl Said {
    /// What holds after it was said.
    #[must_use]
    pub fn over(&self, before: &Attributes) -> Attributes {
        Attributes {
            declared: self.declared.unwrap_or(before.declared),
            criticality: self.criticality.unwrap_or(before.criticality),
            exposure: self.exposure.unwrap_or(before.exposure),
            environment: self.environment.clone().unwrap_or_else(|| before.environment.clone()),
            tags: self.tags.clone().unwrap_or_else(|| before.tags.clone()),
            owner: self.owner.unwrap_or(before.owner),
        }
    }
}

/// The criticality of a word in English or Spanish. The inner `None` is "nobody has said": an empty text.
#[must_use]
pub fn criticality_of(text: &str) -> Option<Option<Criticality>> {
    Some(Some(match folded(text).as_str() {
        "" | "none" | "ninguna" => return Some(None),
        "low" | "baja" | "bajo" | "1" => Criticality::Low,
        "medium" | "media" | "medio" | "moderate" | "2" => Criticality::Medium,
        "high" | "alta" | "alto" | "3" => Criticality::High,
        "critical" | "critica" | "critico" | "4" => Criticality::Critical,
        _ => return None,
    }))
}

/// The exposure of a word in English or Spanish. The inner `None` is "nobody has said": an empty text.
#[must_use]
pub fn exposure_of(text: &str) -> Option<Option<Exposure>> {
    Some(Some(match folded(text).as_str() {
        "" | "none" | "ninguna" => return Some(None),
        "internal" | "interna" | "interno" | "intranet" => Exposure::Internal,
        "partner" | "partners" | "socio" | "socios" | "extranet" => Exposure::Partner,
        "internet" | "external" | "externa" | "externo" | "public" | "publica" | "publico" => Exposure::Internet,
        _ => return None,
    }))
}

/// Yes or no in English or Spanish; an empty text is yes, since whoever lists an asset declares it.
#[must_use]
pub fn yes_of(text: &str) -> Option<bool> {
    match folded(text).as_str() {
        "" | "yes" | "y" | "true" | "1" | "si" | "x" => Some(true),
        "no" | "n" | "false" | "0" => Some(false),
        _ => None,
    }
}

/// An environment or a tag as it is kept: trimmed, in lower case, one word. `None` if it is empty, too long, holds a space, a
/// comma or a quote, or is the filter's word for "has none".
#[must_use]
pub fn word(text: &str) -> Option<String> {
    let word = text.trim().to_lowercase();
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | ':' | '#' | '+' | '&');
    let fits = !word.is_empty() && word.chars().count() <= MAX_WORD && word.chars().all(plain);
    (fits && word != "none").then_some(word)
}

/// Tags written in one text, parted by commas, bars or white space: sorted and each once. `None` if one of them cannot be
/// taken or there are too many.
#[must_use]
pub fn tags(text: &str) -> Option<Vec<String>> {
    let parts = text.split(|c: char| c.is_whitespace() || matches!(c, ',' | '|' | ';')).filter(|part| !part.is_empty());
    let mut tags = parts.map(word).collect::<Option<Vec<String>>>()?;
    tags.sort_unstable();
    tags.dedup();
    (tags.len() <= MAX_TAGS).then_some(tags)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_leaves_the_rest() {
        let before = Attributes { declared: true, criticality: Some(Criticality::Low), ..Attributes::default() };
        let said = Said { criticality: Some(None), tags: Some(vec!["a".to_owned()]), ..Said::default() };
        let after = Attributes { criticality: None, tags: vec!["a".to_owned()], ..before.clone() };
        assert_eq!(said.over(&before), after);
        assert_eq!(criticality_of(" Crítica "), Some(Some(Criticality::Critical)));
        assert_eq!((criticality_of(""), criticality_of("huge")), (Some(None), None));
        assert_eq!(exposure_of("Pública"), Some(Some(Exposure::Internet)));
        assert_eq!(
            (yes_of("Sí"), yes_of(""), yes_of("no"), yes_of("?!")),
            (Some(true), Some(true), Some(false), Some(true))
        );
        assert_eq!(yes_of("maybe"), None);
    }

    #[test]
    fn words_and_tags_are_kept_in_one_form() {
        assert_eq!(word(" Producción "), Some("producción".to_owned()));
        for bad in ["", " ", "none", "a b", "a,b", "\"a\"", &"x".repeat(MAX_WORD + 1)] {
            assert_eq!(word(bad), None, "{bad:?}");
        }
        assert_eq!(tags("PCI, web | pci"), Some(vec!["pci".to_owned(), "web".to_owned()]));
        assert_eq!(tags(""), Some(Vec::new()));
        assert_eq!(tags("a \"b\""), None);
        let many: Vec<String> = (0..=MAX_TAGS).map(|n| n.to_string()).collect();
        assert_eq!(tags(&many.join(",")), None);
    }
}
