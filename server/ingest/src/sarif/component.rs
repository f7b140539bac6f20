//! Tools, and what they say of their rules (3.19, 3.49).

use super::taxa::{DescriptorRef, tag};
use crate::bounded::record::{elements, text};
use crate::score;
use crate::text as plain;
use model::Severity;
use model::facts::{Prose, WeaknessFacts};
use serde_json::Value;
use std::collections::HashMap;

/// How many parts of an id are given up at most to find the rule of which it is a part.
const MAX_PARENTS: usize = 8;

/// A tool's driver or one of its extensions.
#[derive(Default)]
pub struct Component {
    /// Its name.
    pub name: String,
    /// Its guid.
    pub guid: String,
    /// Its version, as people write it.
    pub version: String,
    /// Its version by the rules of semantic versioning.
    pub semantic_version: String,
    /// Messages that rules share (3.19.22).
    pub messages: HashMap<String, String>,
    rules: Vec<Rule>,
    by_id: HashMap<String, usize>,
}

impl Component {
    /// A component of which only the name is known.
    pub fn named(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    /// Adds a rule.
    pub fn add(&mut self, rule: Rule) {
        self.by_id.entry(rule.id.clone()).or_insert(self.rules.len());
        self.rules.push(rule);
    }

    /// The rule that a result refers to: by its number, its id, its guid, or, for `CA2101/1`, as the rule of which it is a part
    /// (3.49.3).
    pub fn rule(&self, wanted: &DescriptorRef) -> Option<&Rule> {
        let fits = |rule: &&Rule| {
            let rest = wanted.id.strip_prefix(rule.id.as_str());
            wanted.id.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let numbered = wanted.index.and_then(|index| self.rules.get(index)).filter(fits);
        let parents =
            std::iter::successors(Some(wanted.id.as_str()), |id| id.rsplit_once('/').map(|(parent, _)| parent));
        let named = || parents.take(MAX_PARENTS).find_map(|id| self.by_id.get(id)).map(|at| &self.rules[*at]);
        let known = || self.rules.iter().find(|rule| rule.guid == wanted.guid);
        numbered.or_else(named).or_else(|| if wanted.guid.is_empty() { None } else { known() })
    }
}

/// A rule.
#[derive(Default)]
pub struct Rule {
    /// Its id.
    pub id: String,
    guid: String,
    /// The level of its results that have none of their own.
    pub level: Option<Severity>,
    /// Its CVSS score in tenths, as GitHub's `security-severity` gives it.
    pub score: Option<u16>,
    /// How sure its results are, in the tool's words.
    pub confidence: String,
    /// Its messages (3.49.11).
    pub messages: HashMap<String, String>,
    name: String,
    short: String,
    full: String,
    help: String,
    references: String,
    tags: Vec<String>,
    taxa: Vec<DescriptorRef>,
}

impl Rule {
    /// Reads a `reportingDescriptor`.
    pub fn of(value: &Value) -> Self {
        let properties = &value["properties"];
        let first = |texts: [String; 2]| texts.into_iter().find(|text| !text.is_empty()).unwrap_or_default();
        let mut references: Vec<String> = vec![text(&value["helpUri"])];
        references.extend(elements(&properties["references"]).iter().map(text));
        references.retain(|reference| !reference.is_empty());
        references.dedup();
        let tags = elements(&properties["tags"]).iter().chain(elements(&properties["cwe"]));
        Self {
            id: text(&value["id"]),
            guid: text(&value["guid"]),
            level: level(&text(&value["defaultConfiguration"]["level"])),
            score: score::tenths(&text(&properties["security-severity"])),
            confidence: first([text(&properties["precision"]), text(&properties["confidence"])]),
            messages: messages(&value["messageStrings"]),
            name: text(&value["name"]),
            short: words(&value["shortDescription"]),
            full: words(&value["fullDescription"]),
            // ZAP says what to do in a property of its own.
            help: first([words(&properties["solution"]), words(&value["help"])]),
            references: references.join("\n"),
            tags: tags.map(text).chain(Some(text(&properties["cwe"]))).filter(|tag| !tag.is_empty()).collect(),
            taxa: DescriptorRef::of_relationships(&value["relationships"]),
        }
    }

    /// The bytes of its texts.
    pub fn size(&self) -> usize {
        let texts = [&self.id, &self.guid, &self.confidence, &self.name, &self.short, &self.full, &self.help];
        let texts = texts.into_iter().chain([&self.references]).chain(&self.tags);
        texts.map(String::len).sum::<usize>()
            + self.messages.iter().map(|(name, text)| name.len() + text.len()).sum::<usize>()
            + self.taxa.iter().map(DescriptorRef::size).sum::<usize>()
    }

    /// The rule's title: its short description if that is one line, else the beginning of a longer one, else its name.
    pub fn title(&self) -> String {
        let line = |text: &str| plain::cut(text.lines().next().unwrap_or_default().trim(), MAX_TITLE);
        let titles = [line(&self.short), line(&self.name), line(&self.full)];
        titles.into_iter().find(|title| !title.is_empty()).unwrap_or_else(|| self.id.clone())
    }

    /// What people read of the rule.
    pub fn prose(&self) -> Prose {
        let description = if self.full.is_empty() { &self.short } else { &self.full };
        let solution = if self.help == *description { "" } else { &self.help };
        Prose {
            synopsis: String::new(),
            description: plain::from_paragraphs(description),
            solution: plain::from_paragraphs(solution),
            references: self.references.clone(),
            ..Prose::default()
        }
    }

    /// Adds what the rule's tags name, and gives its taxa.
    pub fn classify(&self, facts: &mut WeaknessFacts) -> &[DescriptorRef] {
        for text in &self.tags {
            tag(facts, text);
        }
        facts.score_tenths = facts.score_tenths.or(self.score);
        &self.taxa
    }
}

/// How long a title is at most.
const MAX_TITLE: usize = 300;

/// A severity by its level (3.27.10). `None` for what is no level.
pub fn level(word: &str) -> Option<Severity> {
    Some(match word {
        "error" => Severity::High,
        "warning" => Severity::Medium,
        "note" => Severity::Low,
        "none" => Severity::Info,
        _ => return None,
    })
}

/// Messages by their ids.
pub fn messages(value: &Value) -> HashMap<String, String> {
    value.as_object().into_iter().flatten().map(|(id, message)| (id.clone(), words(message))).collect()
}

/// The plain text of a message, else its Markdown, which is text as well.
pub fn words(message: &Value) -> String {
    let plain = text(&message["text"]);
    if plain.is_empty() { text(&message["markdown"]) } else { plain }
}
