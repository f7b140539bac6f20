//! The domain's vocabulary and formats in both languages: what pages, charts, the CLI and reports all say alike.
//!
//! Sentences and labels of pages are in `app/locales`; here are only words that more than one crate needs.

mod format;
mod owasp;
mod words;

pub use format::{date, date_time, day_month, month, month_year, number, percent, share, signed, weekday};
pub use owasp::{category_name, mapped_name};
pub use words::{cause_name, role_name, severity_letter, severity_name, status_name, workflow_name};

use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// A language of the product.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Locale {
    /// Spanish, the first users' language.
    #[default]
    Es,
    /// English.
    En,
}

impl Locale {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Es, Self::En];

    /// The BCP 47 tag, for `<html lang>`.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::Es => "es",
            Self::En => "en",
        }
    }

    /// The language that suits an `Accept-Language` header best: the first of its tags that we have, by its order.
    #[must_use]
    pub fn negotiate(accept_language: &str) -> Option<Self> {
        accept_language.split(',').find_map(|tag| tag.trim().get(..2).and_then(|two| two.parse().ok()))
    }

    /// Picks the text of this language.
    #[must_use]
    pub fn pick<T>(self, es: T, en: T) -> T {
        match self {
            Self::Es => es,
            Self::En => en,
        }
    }
}

impl FromStr for Locale {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        match text.to_ascii_lowercase().as_str() {
            "es" => Ok(Self::Es),
            "en" => Ok(Self::En),
            _ => Err(()),
        }
    }
}
