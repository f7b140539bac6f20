//! The categories of the OWASP Top 10 in the project's own words.

use model::text::Locale;
use model::{Category, Edition};
use serde::Deserialize;
use std::sync::LazyLock;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    category: Vec<GlossaryEntry>,
}

/// What a category is called and means, in both languages.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GlossaryEntry {
    edition: Edition,
    number: Category,
    name: Text,
    engineers: Text,
    executives: Text,
    first: Text,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    en: String,
    es: String,
}

impl Text {
    fn of(&self, locale: Locale) -> &str {
        match locale {
            Locale::En => &self.en,
            Locale::Es => &self.es,
        }
    }
}

impl GlossaryEntry {
    /// The edition that it belongs to.
    #[must_use]
    pub fn edition(&self) -> Edition {
        self.edition
    }

    /// Its category.
    #[must_use]
    pub fn category(&self) -> Category {
        self.number
    }

    /// The category's name: `Broken Access Control`.
    #[must_use]
    pub fn name(&self, locale: Locale) -> &str {
        self.name.of(locale)
    }

    /// What it is, in a paragraph for those who build and run systems.
    #[must_use]
    pub fn for_engineers(&self, locale: Locale) -> &str {
        self.engineers.of(locale)
    }

    /// What it means, in a paragraph for those who answer for the organisation.
    #[must_use]
    pub fn for_executives(&self, locale: Locale) -> &str {
        self.executives.of(locale)
    }

    /// What to do first.
    #[must_use]
    pub fn first_step(&self, locale: Locale) -> &str {
        self.first.of(locale)
    }
}

static ENTRIES: LazyLock<Vec<GlossaryEntry>> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "the file is compiled in, and a test reads it")]
    let file: File =
        toml::from_str(include_str!("../data/glossary.toml")).expect("the file that is compiled in can be read");
    file.category
});

/// The words for a category of 2021 or 2025; none for 2017.
#[must_use]
pub fn glossary(edition: Edition, category: Category) -> Option<&'static GlossaryEntry> {
    ENTRIES.iter().find(|entry| entry.edition == edition && entry.number == category)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_category_of_2021_and_2025_has_all_texts_in_both_languages() {
        assert_eq!(ENTRIES.len(), 20, "one entry a category");
        for edition in [Edition::Y2021, Edition::Y2025] {
            for category in Category::all() {
                let entry = glossary(edition, category).unwrap();
                assert_eq!((entry.edition(), entry.category()), (edition, category));
                for read in [GlossaryEntry::for_engineers, GlossaryEntry::for_executives, GlossaryEntry::first_step] {
                    let (en, es) = (read(entry, Locale::En), read(entry, Locale::Es));
                    assert!(en != es && en.ends_with('.') && es.ends_with('.'), "{category}:{edition}");
                    assert!((60..=500).contains(&en.len()) && (60..=600).contains(&es.len()), "{category}:{edition}");
                }
                assert!(!entry.name(Locale::En).is_empty() && entry.name(Locale::En) != entry.name(Locale::Es));
            }
        }
        assert!(Category::all().all(|category| glossary(Edition::Y2017, category).is_none()));
    }
}
