//! Common passwords, offline. `data/common_passwords.bin` holds, sorted, the first five bytes of the SHA-256 of the 12,000 most
//! common passwords of four characters or more in the frequency list of the crate `zxcvbn` 3.1 (MIT; out of published leaks),
//! and of a few words of this product and its languages. Of 2⁴⁰ values so few are there that an uncommon password is taken for a
//! common one once in a hundred million times.

use sha2::{Digest, Sha256};

static COMMON: &[u8] = include_bytes!("../../data/common_passwords.bin");
const BYTES: usize = 5;
/// Parts that are shorter are no words.
const SHORTEST_WORD: usize = 4;
/// What people write for letters.
const WRITTEN_FOR: [(char, char); 8] =
    [('0', 'o'), ('1', 'i'), ('3', 'e'), ('4', 'a'), ('5', 's'), ('7', 't'), ('@', 'a'), ('$', 's')];

/// Whether a password is a common one, one with something before or behind it, two of them, or a part that repeats.
#[must_use]
pub fn is_common(password: &str) -> bool {
    let lower = password.to_lowercase();
    let plain = |text: &str| text.chars().map(letter).collect::<String>();
    let core = |text: &str| text.trim_matches(|c: char| !c.is_alphabetic()).to_owned();
    let forms = [core(&lower), core(&plain(&lower)), plain(&core(&lower)), lower.clone()];
    forms.iter().any(|text| listed(text) || two_listed(text)) || repeats(&lower) || runs(&lower)
}

fn letter(written: char) -> char {
    WRITTEN_FOR.iter().find(|(other, _)| *other == written).map_or(written, |(_, letter)| *letter)
}

fn listed(text: &str) -> bool {
    if text.chars().count() < SHORTEST_WORD {
        return false;
    }
    let hash = Sha256::digest(text.as_bytes());
    let wanted = &hash[..BYTES];
    let (mut low, mut high) = (0, COMMON.len() / BYTES);
    while low < high {
        let middle = low.midpoint(high);
        let here = &COMMON[middle * BYTES..(middle + 1) * BYTES];
        match here.cmp(wanted) {
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
            std::cmp::Ordering::Equal => return true,
        }
    }
    false
}

/// Two common words one after the other.
fn two_listed(text: &str) -> bool {
    text.char_indices().skip(SHORTEST_WORD).any(|(at, _)| listed(&text[..at]) && listed(&text[at..]))
}

/// A part of at most half the length, over and over.
fn repeats(text: &str) -> bool {
    let bytes = text.as_bytes();
    (1..=bytes.len() / 2).any(|length| bytes.iter().zip(&bytes[length..]).all(|(one, other)| one == other))
}

/// One character after the next, up or down.
fn runs(text: &str) -> bool {
    let codes: Vec<i64> = text.chars().map(|c| i64::from(u32::from(c))).collect();
    let steps = || codes.windows(2).map(|pair| pair[1] - pair[0]);
    let even = steps().filter(|step| *step == 1).count().max(steps().filter(|step| *step == -1).count());
    codes.len() > 1 && even * 10 >= (codes.len() - 1) * 8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_many_people_choose_is_common() {
        let common = [
            "password1234",
            "P4ssw0rd2026!",
            "qwertyuiop12",
            "123456789012",
            "abcdefghijkl",
            "dragonmonkey",
            "letmeinletmein",
            "!!!iloveyou!!!",
            "contraseña2026",
            "administrator1",
            "superman1234",
            "abcabcabcabc",
        ];
        for password in common {
            assert!(is_common(password), "{password}");
        }
        let uncommon = [
            "correct horse battery staple",
            "tres tristes tigres",
            "almadia-demo-2026",
            "a passphrase for measurements",
            "el perro de mi vecina",
            "kX9#vTq2!mLp",
        ];
        for password in uncommon {
            assert!(!is_common(password), "{password}");
        }
        assert_eq!(COMMON.len() % BYTES, 0);
        assert!(COMMON.chunks(BYTES).is_sorted());
    }
}
