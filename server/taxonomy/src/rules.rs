//! The project's own rules for each tool: readable TOML under `data/rules`, asked in the order of the file.

use crate::pattern::{Pattern, Subject};
use crate::table::nth;
use model::facts::WeaknessFacts;
use model::{Category, Edition, Tool};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The result of a rule that states a mere fact.
const INVENTORY: &str = "inventory";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Classes {
    class: BTreeMap<String, BTreeMap<Edition, Category>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    rule: Vec<Rule>,
}

/// A rule as its file has it. It matches if `plugins` or `names` do (where neither is given, `families` must), and every
/// other condition that is given holds.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    id: String,
    class: String,
    why: Words,
    /// Rule ids of the tool; what follows a `/` in a weakness's rule does not count.
    #[serde(default)]
    plugins: Vec<String>,
    /// Patterns of titles.
    #[serde(default)]
    names: Vec<Pattern>,
    /// Patterns of titles that the rule leaves alone.
    #[serde(default, rename = "not")]
    except: Vec<Pattern>,
    /// Patterns of families.
    #[serde(default)]
    families: Vec<Pattern>,
    #[serde(default)]
    kinds: Vec<String>,
    /// Whether the weakness must have (or lack) a CVE.
    cve: Option<bool>,
    examples: Vec<String>,
    #[serde(skip)]
    categories: [Option<Category>; 3],
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    en: String,
    es: String,
}

/// A rule as people see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleInfo {
    /// Its id, unique over all tools.
    pub id: &'static str,
    /// The tool whose weaknesses it reads.
    pub tool: Tool,
    /// Why it decides so, in English.
    pub why: &'static str,
    /// The same in Spanish.
    pub why_es: &'static str,
}

/// A title that a rule must match, with the least facts that go with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// The rule's id.
    pub rule: &'static str,
    /// The tool.
    pub tool: Tool,
    /// The facts.
    pub facts: WeaknessFacts,
}

static RULES: LazyLock<[(Tool, Vec<Rule>); 4]> = LazyLock::new(|| {
    let classes: Classes = read(include_str!("../data/rules/classes.toml"));
    [
        (Tool::Nessus, include_str!("../data/rules/nessus.toml")),
        (Tool::Zap, include_str!("../data/rules/zap.toml")),
        (Tool::Burp, include_str!("../data/rules/burp.toml")),
        (Tool::Other, include_str!("../data/rules/titles.toml")),
    ]
    .map(|(tool, text)| {
        let mut file: File = read(text);
        for rule in &mut file.rule {
            if let Some(class) = classes.class.get(&rule.class) {
                for (edition, category) in class {
                    if let Some(slot) = rule.categories.get_mut(nth(*edition)) {
                        *slot = Some(*category);
                    }
                }
            }
        }
        (tool, file.rule)
    })
});

#[expect(clippy::expect_used, reason = "the files are compiled in, and a test reads them")]
fn read<T: serde::de::DeserializeOwned>(text: &str) -> T {
    toml::from_str(text).expect("the rules that are compiled in can be read")
}

impl Rule {
    /// Its id.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Whether it states a mere fact, not a weakness.
    pub(crate) fn is_inventory(&self) -> bool {
        self.class == INVENTORY
    }

    /// The category in an edition; `None` where the edition has none for this class, and for inventory.
    pub(crate) fn category(&self, edition: Edition) -> Option<Category> {
        self.categories.get(nth(edition)).copied().flatten()
    }

    fn matches(&self, facts: &WeaknessFacts, title: &Subject, family: &Subject) -> bool {
        let named = || {
            let rule = facts.rule.split('/').next().unwrap_or_default();
            (self.plugins.is_empty() && self.names.is_empty())
                || self.plugins.iter().any(|p| p == rule)
                || self.names.iter().any(|p| p.fits(title))
        };
        // Titles are compared last: it is what costs.
        (self.families.is_empty() || self.families.iter().any(|f| f.fits(family)))
            && (self.kinds.is_empty() || self.kinds.contains(&facts.kind))
            && self.cve.is_none_or(|wanted| wanted != facts.cve.is_empty())
            && named()
            && !self.except.iter().any(|p| p.fits(title))
    }
}

fn rules_of(tool: Tool) -> &'static [Rule] {
    RULES.iter().find(|(of, _)| *of == tool).map_or(&[], |(_, rules)| rules)
}

/// The first rule that matches: of the tool's own, then of those over titles. The titles of Nessus are all in its own.
pub(crate) fn first_match(tool: Tool, facts: &WeaknessFacts) -> Option<&'static Rule> {
    let (title, family) = (Subject::of(&facts.title), Subject::of(&facts.family));
    let titles = if matches!(tool, Tool::Zap | Tool::Burp) { rules_of(Tool::Other) } else { &[] };
    rules_of(tool).iter().chain(titles).find(|rule| rule.matches(facts, &title, &family))
}

/// Whether the rules know a weakness for a mere fact. A stronger basis (a tag, a CWE) may still give it a category.
#[must_use]
pub fn is_inventory_rule(tool: Tool, facts: &WeaknessFacts) -> bool {
    first_match(tool, facts).is_some_and(Rule::is_inventory)
}

/// Every rule, by tool, in the order in which they are asked.
pub fn rules() -> impl Iterator<Item = RuleInfo> {
    RULES.iter().flat_map(|(tool, rules)| {
        rules.iter().map(|rule| RuleInfo { id: &rule.id, tool: *tool, why: &rule.why.en, why_es: &rule.why.es })
    })
}

/// The rule of an id.
#[must_use]
pub fn rule_info(id: &str) -> Option<RuleInfo> {
    rules().find(|rule| rule.id == id)
}

impl RuleInfo {
    /// The titles that the rule's author gives as examples.
    #[must_use]
    pub fn examples(&self) -> Vec<Example> {
        let Some(rule) = rules_of(self.tool).iter().find(|rule| rule.id == self.id) else { return Vec::new() };
        let first = |list: &[String]| list.first().cloned().unwrap_or_default();
        let cve = if rule.cve == Some(true) { vec!["CVE-2020-0001".to_owned()] } else { Vec::new() };
        let example = |title: &String| Example {
            rule: self.id,
            tool: self.tool,
            facts: WeaknessFacts {
                // A rule that knows titles must know its examples by them.
                rule: if rule.names.is_empty() { first(&rule.plugins) } else { String::new() },
                title: title.clone(),
                family: rule.families.first().map(|family| family.text().to_owned()).unwrap_or_default(),
                kind: first(&rule.kinds),
                cve: cve.clone(),
                ..WeaknessFacts::default()
            },
        };
        rule.examples.iter().map(example).collect()
    }
}

#[cfg(test)]
mod tests;
