//! What records say of their rule besides: texts, numbers and references.

use super::records::Values;
use crate::text;
use model::MappedField;
use model::facts::{EvidenceKind, EvidencePart, WeaknessFacts};
use model::mapping::score_tenths;

/// How many values of one list are kept of one rule.
const MAX_LISTED: usize = 500;

/// The texts of a rule, as its first record gives them. Scanners write HTML into tables too; what is none stays as it is.
pub fn add_texts(facts: &mut WeaknessFacts, values: &Values) {
    facts.prose.description = text::from_html(values.get(MappedField::Description));
    facts.prose.solution = text::from_html(values.get(MappedField::Solution));
    facts.prose.references = values.get(MappedField::References).to_owned();
}

/// The references and scores of a rule, which each of its records may add to.
pub fn add_references(facts: &mut WeaknessFacts, values: &Values) {
    for cwe in tokens(values.get(MappedField::Cwe)).filter_map(cwe_of) {
        add(&mut facts.cwe, cwe);
    }
    for cve in tokens(values.get(MappedField::Cve)).map(str::to_ascii_uppercase).filter(|id| id.starts_with("CVE-")) {
        add(&mut facts.cve, cve);
    }
    for token in values.get(MappedField::Cvss).split_whitespace() {
        let vector = token.trim_matches(['(', ')', ',', ';']).trim_start_matches("CVSS2#");
        if vector.starts_with("CVSS:") || vector.starts_with("AV:") {
            add(&mut facts.cvss, vector.to_owned());
        } else if facts.score_tenths.is_none() {
            facts.score_tenths = score_tenths(token);
        }
    }
    for reference in values.get(MappedField::Owasp).split(['\n', ';', ',']).filter_map(owasp_of) {
        add(&mut facts.refs, reference);
    }
}

/// What the tool saw.
pub fn evidence(values: &Values) -> Vec<EvidencePart> {
    let text = values.get(MappedField::Evidence);
    if text.is_empty() { Vec::new() } else { vec![EvidencePart { kind: EvidenceKind::Output, text: text.to_owned() }] }
}

fn add<T: PartialEq>(list: &mut Vec<T>, value: T) {
    if list.len() < MAX_LISTED && !list.contains(&value) {
        list.push(value);
    }
}

fn tokens(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| letter.is_whitespace() || ",;|[]()\"'".contains(letter)).filter(|token| !token.is_empty())
}

/// `79`, `CWE-79`, `cwe:79`, `CWE-79:` or the address of its page.
fn cwe_of(token: &str) -> Option<u32> {
    let token = token.trim_end_matches([':', '.']);
    let token = token.strip_suffix(".html").or_else(|| token.strip_suffix(".0")).unwrap_or(token);
    let digits = token.trim_start_matches(|letter: char| !letter.is_ascii_digit());
    let before = &token[..token.len() - digits.len()];
    let named = before.is_empty() || before.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("CWE"));
    digits.parse().ok().filter(|cwe| *cwe > 0 && (named || before.contains("cwe.mitre.org")))
}

/// `A03:2021 - Injection`, `OWASP 2021 A3` as `OWASP_2021_A03`; without an edition it stays as it stands.
fn owasp_of(text: &str) -> Option<String> {
    let words: Vec<&str> =
        text.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let category = words.iter().find_map(|word| word.parse::<model::Category>().ok())?;
    let edition = words.iter().find_map(|word| word.parse::<model::Edition>().ok());
    Some(edition.map_or_else(|| format!("OWASP:{category}"), |edition| format!("OWASP_{edition}_{category}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cwe_numbers_are_found_however_they_are_written() {
        for (text, numbers) in [
            ("79", vec![79]),
            ("CWE-79, cwe:89", vec![79, 89]),
            ("CWE-79: Cross-site Scripting 2", vec![79, 2]),
            ("['CWE-22']", vec![22]),
            ("https://cwe.mitre.org/data/definitions/79.html", vec![79]),
            ("79.0", vec![79]),
            ("0 -1 none 99999999999", vec![]),
        ] {
            assert_eq!(tokens(text).filter_map(cwe_of).collect::<Vec<_>>(), numbers, "{text}");
        }
    }

    #[test]
    fn owasp_categories_are_written_one_way() {
        for (text, reference) in [
            ("A03:2021 - Injection", Some("OWASP_2021_A03")),
            ("OWASP 2017 A1", Some("OWASP_2017_A01")),
            ("OWASP_2025_A05", Some("OWASP_2025_A05")),
            ("A7", Some("OWASP:A07")),
            ("Injection", None),
        ] {
            assert_eq!(owasp_of(text).as_deref(), reference, "{text}");
        }
    }
}
