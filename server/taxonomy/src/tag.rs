//! The scanner's own tags: `OWASP_2021_A03` (ZAP alert tags) and `OWASP:2021-A3` (Nessus references).

use model::{Category, Edition};

/// The category that a reference names for this edition; a tag for another edition says nothing about this one.
pub(crate) fn category(reference: &str, edition: Edition) -> Option<Category> {
    let rest = reference.get(..5).filter(|head| head.eq_ignore_ascii_case("OWASP")).and(reference.get(5..))?;
    let rest = rest.strip_prefix([':', '_', ' '])?;
    let rest = rest.strip_prefix(edition.word())?.strip_prefix(['-', '_', ':'])?;
    let digits = rest.strip_prefix(['A', 'a'])?;
    digits.parse().ok().and_then(Category::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_are_read_and_only_for_their_edition() {
        let of = |text, edition| category(text, edition).map(Category::number);
        assert_eq!(of("OWASP_2021_A03", Edition::Y2021), Some(3));
        assert_eq!(of("OWASP:2021-A3", Edition::Y2021), Some(3));
        assert_eq!(of("OWASP:2017-A10", Edition::Y2017), Some(10));
        assert_eq!(of("OWASP_2021_A03", Edition::Y2025), None);
        for other in ["OWASP:OWASP-CM-006", "OWASP_2021_A11", "OWASP_2021", "OWASP_2021_A0", "WASC:12", "", "OWASPé"] {
            assert_eq!(of(other, Edition::Y2021), None, "{other}");
        }
    }
}
