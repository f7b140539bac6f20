//! The texts that a plugin has once, whatever row they are read from.

use super::rule::{Field, add_vector};
use crate::fields;
use crate::tables::unite;
use model::facts::{Prose, WeaknessFacts};

/// What a row says of its plugin in one text each. Reused from row to row.
#[derive(Default)]
pub struct Words {
    /// The attribute `pluginName`.
    pub title: String,
    /// The attribute `pluginFamily`.
    pub family: String,
    /// The element `description`.
    pub description: String,
    name: String,
    kind: String,
    synopsis: String,
    solution: String,
    references: String,
}

impl Words {
    /// The title and the family of a plugin.
    pub fn of(title: String, family: String) -> Self {
        Self { title, family, ..Self::default() }
    }

    /// Forgets the last row's.
    pub fn clear(&mut self) {
        let Self { title, family, description, name, kind, synopsis, solution, references } = self;
        for text in [title, family, description, name, kind, synopsis, solution, references] {
            text.clear();
        }
    }

    /// Where the text of a field goes.
    pub fn slot(&mut self, field: Field) -> Option<&mut String> {
        Some(match field {
            Field::Name => &mut self.name,
            Field::Kind => &mut self.kind,
            Field::Synopsis => &mut self.synopsis,
            Field::Description => &mut self.description,
            Field::Solution => &mut self.solution,
            Field::SeeAlso => &mut self.references,
            _ => return None,
        })
    }

    /// Whether the description is all that a row says: old versions of Nessus told there what was found on the host.
    pub fn is_description_alone(&self) -> bool {
        self.synopsis.is_empty() && self.solution.is_empty() && !self.description.is_empty()
    }

    /// Takes the words into a weakness; by how many bytes its texts grew. `own` says that the description is the row's own,
    /// and need not be kept with the weakness.
    pub fn settle(&self, facts: &mut WeaknessFacts, own: bool) -> usize {
        let title = if self.title.is_empty() { self.name.trim() } else { &self.title };
        let texts = [title, &self.family, &self.kind, &self.synopsis, &self.solution, &self.references];
        let mut grown = settle(facts, texts, &self.description, own);
        if self.name.trim() != title {
            grown += fields::add(&mut facts.prose.fields, &mut 0, "plugin_name", &self.name);
        }
        grown
    }
}

/// Takes what another row says of a weakness into it; by how many bytes its texts grew. `own` as in [`Words::settle`].
pub fn merge(known: &mut WeaknessFacts, other: &WeaknessFacts, own: bool) -> usize {
    let mut hints = (0, 0);
    other.cve.iter().for_each(|id| unite(&mut known.cve, &mut hints.0, id.as_str()));
    other.refs.iter().for_each(|reference| unite(&mut known.refs, &mut hints.1, reference.as_str()));
    other.cwe.iter().for_each(|number| unite(&mut known.cwe, &mut 0, number));
    other.cvss.iter().for_each(|vector| add_vector(known, "", vector));
    let Prose { synopsis, description, solution, references, fields } = &other.prose;
    let texts = [&other.title, &other.family, &other.kind, synopsis, solution, references].map(String::as_str);
    let mut hint = 0;
    let of_fields =
        fields.iter().map(|(name, value)| fields::add(&mut known.prose.fields, &mut hint, name, value)).sum::<usize>();
    of_fields + settle(known, texts, description, own)
}

/// Title, family, kind, synopsis, solution and references, and the description.
fn settle(facts: &mut WeaknessFacts, texts: [&str; 6], description: &str, own: bool) -> usize {
    const NAMES: [&str; 6] = ["pluginName", "pluginFamily", "plugin_type", "synopsis", "solution", "see_also"];
    let prose = &mut facts.prose;
    let known = [
        &mut facts.title,
        &mut facts.family,
        &mut facts.kind,
        &mut prose.synopsis,
        &mut prose.solution,
        &mut prose.references,
    ];
    let mut grown = 0;
    for ((known, name), text) in known.into_iter().zip(NAMES).zip(texts) {
        grown += fields::settle(known, &mut prose.fields, name, text);
    }
    let before = prose.description.len();
    if own {
        fields::take_better(&mut prose.description, description);
        grown + prose.description.len().saturating_sub(before)
    } else {
        grown + fields::settle(&mut prose.description, &mut prose.fields, "description", description)
    }
}

/// Adds a text on lines of its own.
pub fn append(to: &mut String, text: &str) {
    to.truncate(to.trim_end().len());
    let text = text.trim();
    if !to.is_empty() && !text.is_empty() {
        to.push('\n');
    }
    to.push_str(text);
}
