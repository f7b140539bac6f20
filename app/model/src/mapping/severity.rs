//! Words and numbers of severity, as tools write them in English and Spanish.

use super::{Mapping, SeverityNumbers};
use crate::Severity;

/// The words that need no mapping, folded. *Important* and *moderate* are those of Microsoft's and Red Hat's ratings.
const WORDS: [(Severity, &[&str]); 5] = [
    (Severity::Critical, &["critical", "critica", "critico", "crit", "muyalta", "muyalto", "veryhigh"]),
    (Severity::High, &["high", "alta", "alto", "important", "importante"]),
    (Severity::Medium, &["medium", "media", "medio", "moderate", "moderada", "moderado"]),
    (Severity::Low, &["low", "baja", "bajo", "leve"]),
    (
        Severity::Info,
        &[
            "info",
            "information",
            "informational",
            "informativa",
            "informativo",
            "informacion",
            "informacional",
            "none",
            "ninguna",
            "ninguno",
            "muybaja",
            "muybajo",
            "verylow",
        ],
    ),
];

impl Mapping {
    /// The severity of a word or number, also with more in brackets behind it (`High (7.5)`). The mapping's own words come
    /// first. `None` if it is not known.
    #[must_use]
    pub fn severity_of(&self, text: &str) -> Option<Severity> {
        let text = text.trim();
        self.exactly(text).or_else(|| self.exactly(text.split_once(" (")?.0.trim()))
    }

    fn exactly(&self, text: &str) -> Option<Severity> {
        let own = self.severities.iter().find(|(word, _)| same_word(word, text));
        own.map(|(_, severity)| *severity).or_else(|| self.of_number(text)).or_else(|| of_word(text))
    }

    fn of_number(&self, text: &str) -> Option<Severity> {
        let tenths = score_tenths(text)?;
        match self.severity_numbers {
            SeverityNumbers::Cvss => Some(Severity::of_score(tenths)),
            SeverityNumbers::Levels if tenths % 10 == 0 => Severity::from_number(i16::try_from(tenths / 10).ok()?),
            SeverityNumbers::Levels => None,
        }
    }
}

fn of_word(text: &str) -> Option<Severity> {
    let word = folded(text);
    WORDS.iter().find(|(_, words)| words.contains(&word.as_str())).map(|(severity, _)| *severity)
}

/// A score in tenths: 98 for `9.8` or `9,8`. `None` if it is not a number from 0 to 10.
#[must_use]
pub fn score_tenths(text: &str) -> Option<u16> {
    let text = text.trim();
    if !text.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let score: f32 = text.replace(',', ".").parse().ok()?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked")]
    (0.0..=10.0).contains(&score).then(|| (score * 10.0).round() as u16)
}

/// A word as it is compared: its letters and digits in lower case, without the accents of Spanish.
#[must_use]
pub fn folded(text: &str) -> String {
    let plain = |letter| match letter {
        'á' => 'a',
        'é' => 'e',
        'í' => 'i',
        'ó' => 'o',
        'ú' | 'ü' => 'u',
        'ñ' => 'n',
        other => other,
    };
    text.chars().flat_map(char::to_lowercase).filter(|letter| letter.is_alphanumeric()).map(plain).collect()
}

/// Whether two words are the same but for case, accents, spaces and punctuation. Without a letter, punctuation counts:
/// `-1` is not `1`.
#[must_use]
pub fn same_word(one: &str, other: &str) -> bool {
    let folds = |text: &str| text.contains(char::is_alphabetic);
    one.trim() == other.trim() || (folds(one) && folds(other) && folded(one) == folded(other))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapping::MappedFormat;

    fn mapping(numbers: SeverityNumbers) -> Mapping {
        Mapping { severity_numbers: numbers, ..Mapping::new("x", MappedFormat::JsonLines {}) }
    }

    #[test]
    fn words_are_known_in_both_languages() {
        let mapping = mapping(SeverityNumbers::Levels);
        for (text, severity) in [
            ("CRITICAL", Some(Severity::Critical)),
            ("Crítica", Some(Severity::Critical)),
            (" alto ", Some(Severity::High)),
            ("High (7.5)", Some(Severity::High)),
            ("Moderada", Some(Severity::Medium)),
            ("low", Some(Severity::Low)),
            ("None", Some(Severity::Info)),
            ("Informational", Some(Severity::Info)),
            ("", None),
            ("urgent", None),
            ("***", None),
        ] {
            assert_eq!(mapping.severity_of(text), severity, "{text}");
        }
    }

    #[test]
    fn numbers_are_levels_or_scores() {
        let (levels, scores) = (mapping(SeverityNumbers::Levels), mapping(SeverityNumbers::Cvss));
        for (text, level, score) in [
            ("0", Some(Severity::Info), Some(Severity::Info)),
            ("3", Some(Severity::High), Some(Severity::Low)),
            ("4.0", Some(Severity::Critical), Some(Severity::Medium)),
            ("7,5", None, Some(Severity::High)),
            ("10", None, Some(Severity::Critical)),
            ("11", None, None),
            ("-1", None, None),
            ("1e9", None, None),
            ("NaN", None, None),
        ] {
            assert_eq!((levels.severity_of(text), scores.severity_of(text)), (level, score), "{text}");
        }
    }

    #[test]
    fn the_mappings_own_words_come_first() {
        let mut mapping = mapping(SeverityNumbers::Levels);
        mapping.severities =
            [("1".to_owned(), Severity::Critical), ("Muy urgente".to_owned(), Severity::High)].into_iter().collect();
        assert_eq!(mapping.severity_of("1"), Some(Severity::Critical));
        assert_eq!(mapping.severity_of("-1"), None);
        assert_eq!(mapping.severity_of("MUY_URGENTE"), Some(Severity::High));
        assert_eq!(mapping.severity_of("2"), Some(Severity::Medium));
    }
}
