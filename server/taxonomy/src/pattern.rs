//! Patterns of titles and families: `*` is any text, `#` one digit, and case does not count.

use serde::Deserialize;

/// A pattern, with what a text must have to fit it.
#[derive(Deserialize)]
#[serde(from = "String")]
pub(crate) struct Pattern {
    /// In lower case.
    text: String,
    needs: Pairs,
}

/// A text to compare with many patterns.
pub(crate) struct Subject {
    /// In lower case.
    text: String,
    has: Pairs,
}

/// Which pairs of neighbouring bytes a text has, folded into 256 bits. Few patterns are left to compare with a title once
/// those are gone of which it lacks a pair.
#[derive(Clone, Copy, Default)]
struct Pairs([u64; 4]);

impl Pairs {
    fn of(text: &str, counts: impl Fn(u8) -> bool) -> Self {
        let mut pairs = Self::default();
        for pair in text.as_bytes().windows(2) {
            if let &[first, second] = pair
                && counts(first)
                && counts(second)
            {
                let bit = first.wrapping_mul(37) ^ second;
                if let Some(word) = pairs.0.get_mut(usize::from(bit >> 6)) {
                    *word |= 1 << (bit & 63);
                }
            }
        }
        pairs
    }

    fn has_all(&self, others: &Self) -> bool {
        self.0.iter().zip(&others.0).all(|(has, needs)| has & needs == *needs)
    }
}

impl From<String> for Pattern {
    fn from(text: String) -> Self {
        let text = text.to_lowercase();
        Self { needs: Pairs::of(&text, |byte| !matches!(byte, b'*' | b'#')), text }
    }
}

impl Subject {
    /// The text, ready to be compared.
    pub(crate) fn of(text: &str) -> Self {
        let text = text.to_lowercase();
        Self { has: Pairs::of(&text, |_| true), text }
    }
}

impl Pattern {
    /// The pattern itself, in lower case.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Whether a text fits.
    pub(crate) fn fits(&self, subject: &Subject) -> bool {
        subject.has.has_all(&self.needs) && like(&self.text, &subject.text)
    }
}

/// Whether a text fits a pattern, both in lower case.
fn like(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t) = (0, 0);
    // Where the last star was, and how far the text had been read for it.
    let mut star: Option<(usize, usize)> = None;
    while let Some(&byte) = text.get(t) {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(b'#') if byte.is_ascii_digit() => (p, t) = (p + 1, t + 1),
            Some(&wanted) if wanted == byte && wanted != b'#' => (p, t) = (p + 1, t + 1),
            _ => match star {
                Some((at, read)) => {
                    star = Some((at, read + 1));
                    (p, t) = (at + 1, read + 1);
                }
                None => return false,
            },
        }
    }
    pattern.get(p..).is_none_or(|rest| rest.iter().all(|b| *b == b'*'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(pattern: &str, text: &str) -> bool {
        Pattern::from(pattern.to_owned()).fits(&Subject::of(text))
    }

    #[test]
    fn patterns_know_stars_and_digits() {
        assert!(fits("*SSL*cipher*", "A SSL weak Cipher suite"));
        assert!(fits("* < #*", "php < 7.3.24 multiple") && !fits("* < #*", "php < x"));
        assert!(fits("ms##-###:*", "MS17-010: security update") && !fits("ms##-###:*", "ms1-010: x"));
        assert!(fits("*", "") && fits("", "") && !fits("", "a") && fits("a*b*c", "aXbYbZc") && !fits("a*b", "abc"));
        assert!(!fits("#", "#"), "the sign stands for a digit, not for itself");
        assert!(fits("*aab", "aaab") && fits("*ñandú*", "un ÑANDÚ"), "a try begins again where the last one began");
    }
}
