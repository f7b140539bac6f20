//! What the rows of a plugin say of the plugin: the parts of a weakness, united over its rows.

use crate::tables::unite;
use model::facts::WeaknessFacts;

/// Vectors of one rule: some for each version of CVSS.
const MAX_VECTORS: usize = 64;

/// An element of a `ReportItem` that is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// `description`.
    Description,
    /// `synopsis`.
    Synopsis,
    /// `solution`.
    Solution,
    /// `see_also`, once or more, one link a line.
    SeeAlso,
    /// `plugin_output`.
    Output,
    /// `plugin_name`, used where the attribute is empty.
    Name,
    /// `plugin_type`.
    Kind,
    /// `risk_factor`, used where the severity is missing.
    Risk,
    /// `cve`.
    Cve,
    /// `cwe`.
    Cwe,
    /// `xref`: `NAME:value`.
    Xref,
    /// An element that is a reference under its own name: `bid`, `iava`, …
    Reference(&'static str),
    /// A vector, with the prefix that belongs before it.
    Vector(&'static str),
    /// A base score, with the version of CVSS.
    Score(u8),
}

impl Field {
    /// The field of an element's name.
    pub fn of(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"description" => Self::Description,
            b"synopsis" => Self::Synopsis,
            b"solution" => Self::Solution,
            b"see_also" => Self::SeeAlso,
            b"plugin_output" => Self::Output,
            b"plugin_name" => Self::Name,
            b"plugin_type" => Self::Kind,
            b"risk_factor" => Self::Risk,
            b"cve" => Self::Cve,
            b"cwe" => Self::Cwe,
            b"xref" => Self::Xref,
            b"bid" => Self::Reference("BID"),
            b"osvdb" => Self::Reference("OSVDB"),
            b"cert" => Self::Reference("CERT"),
            b"iava" => Self::Reference("IAVA"),
            b"iavb" => Self::Reference("IAVB"),
            b"iavt" => Self::Reference("IAVT"),
            b"edb-id" => Self::Reference("EDB-ID"),
            b"secunia" => Self::Reference("Secunia"),
            b"msft" => Self::Reference("MSFT"),
            b"mskb" => Self::Reference("MSKB"),
            b"rhsa" => Self::Reference("RHSA"),
            b"owasp" => Self::Reference("OWASP"),
            b"tra" => Self::Reference("TRA"),
            b"apple-sa" => Self::Reference("APPLE-SA"),
            b"cvss_vector" => Self::Vector(""),
            b"cvss3_vector" => Self::Vector("CVSS:3.0/"),
            b"cvss4_vector" => Self::Vector("CVSS:4.0/"),
            b"cvss_base_score" => Self::Score(2),
            b"cvss3_base_score" => Self::Score(3),
            b"cvss4_base_score" => Self::Score(4),
            _ => return None,
        })
    }

    /// Whether the field is the same for all rows of a plugin, so that the first row's is enough.
    pub fn is_prose(self) -> bool {
        matches!(
            self,
            Self::Description | Self::Synopsis | Self::Solution | Self::SeeAlso | Self::Kind | Self::Score(_)
        )
    }
}

/// Where the last value of each list was found; see [`unite`].
#[derive(Default)]
pub struct Hints {
    cve: usize,
    refs: usize,
}

/// Adds what a further row of a rule says to what is known of it.
pub fn merge(known: &mut WeaknessFacts, row: &WeaknessFacts) {
    let mut hints = Hints::default();
    row.cve.iter().for_each(|id| unite(&mut known.cve, &mut hints.cve, id.as_str()));
    row.refs.iter().for_each(|reference| unite(&mut known.refs, &mut hints.refs, reference.as_str()));
    row.cwe.iter().for_each(|number| unite(&mut known.cwe, &mut 0, number));
    row.cvss.iter().for_each(|vector| add_vector(known, "", vector));
}

/// Adds one element's text to a weakness.
pub fn add(facts: &mut WeaknessFacts, hints: &mut Hints, field: Field, text: &str) {
    match field {
        Field::Cve => add_cves(facts, hints, text),
        Field::Cwe => add_cwe(facts, text),
        Field::Xref => add_xref(facts, hints, text.trim()),
        Field::Reference(name) => {
            for value in text.split([',', '\n']).map(str::trim).filter(|value| !value.is_empty()) {
                unite(&mut facts.refs, &mut hints.refs, &format!("{name}:{value}"));
            }
        }
        Field::Vector(prefix) => add_vector(facts, prefix, text.trim()),
        Field::Description => append(&mut facts.prose.description, text),
        Field::Synopsis => append(&mut facts.prose.synopsis, text),
        Field::Solution => append(&mut facts.prose.solution, text),
        Field::SeeAlso => append(&mut facts.prose.references, text),
        Field::Kind => text.trim().clone_into(&mut facts.kind),
        Field::Output | Field::Name | Field::Risk | Field::Score(_) => {}
    }
}

/// Adds the CVE ids of a text: one, or several with commas or spaces between them.
fn add_cves(facts: &mut WeaknessFacts, hints: &mut Hints, text: &str) {
    for id in text.split(|character: char| character == ',' || character == ';' || character.is_whitespace()) {
        if id.len() > 4 && id.get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case("CVE-")) {
            if id.bytes().any(|byte| byte.is_ascii_lowercase()) {
                unite(&mut facts.cve, &mut hints.cve, &id.to_ascii_uppercase());
            } else {
                unite(&mut facts.cve, &mut hints.cve, id);
            }
        }
    }
}

/// Adds the CWE numbers of `79`, `CWE-79`, `79,80`.
fn add_cwe(facts: &mut WeaknessFacts, text: &str) {
    for number in text.split(|character: char| !character.is_ascii_digit()).filter_map(|number| number.parse().ok()) {
        unite(&mut facts.cwe, &mut 0, &number);
    }
}

fn add_xref(facts: &mut WeaknessFacts, hints: &mut Hints, text: &str) {
    match text.split_once(':') {
        Some(("CWE", number)) => add_cwe(facts, number),
        Some(("CVE", id)) => add_cves(facts, hints, id),
        _ if text.is_empty() => {}
        _ => unite(&mut facts.refs, &mut hints.refs, text),
    }
}

/// Vectors stay in the order in which they are written.
fn add_vector(facts: &mut WeaknessFacts, prefix: &str, text: &str) {
    let text = text.strip_prefix("CVSS2#").unwrap_or(text);
    let prefix = if text.starts_with("CVSS:") { "" } else { prefix };
    let known = |vector: &String| vector.strip_prefix(prefix) == Some(text);
    if !text.is_empty() && facts.cvss.len() < MAX_VECTORS && !facts.cvss.iter().any(known) {
        facts.cvss.push(format!("{prefix}{text}"));
    }
}

fn append(to: &mut String, text: &str) {
    let text = text.trim();
    if !to.is_empty() && !text.is_empty() {
        to.push('\n');
    }
    to.push_str(text);
}

/// A score in tenths: `9.8` is 98. `None` if it is not a number from 0 to 10.
pub fn tenths(text: &str) -> Option<u16> {
    let score: f32 = text.trim().parse().ok()?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked")]
    (0.0..=10.0).contains(&score).then(|| (score * 10.0).round() as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_united_and_written_one_way() {
        let (mut facts, mut hints) = (WeaknessFacts::default(), Hints::default());
        for (field, text) in [
            (Field::Cve, "cve-2020-1, CVE-2020-2"),
            (Field::Cve, "CVE-2020-2"),
            (Field::Xref, "CVE:CVE-2020-3"),
            (Field::Xref, "CWE:79"),
            (Field::Cwe, "CWE-89"),
            (Field::Xref, "BID:1"),
            (Field::Reference("BID"), "1"),
            (Field::Vector(""), "CVSS2#AV:N/AC:L/Au:N/C:P/I:P/A:P"),
            (Field::Vector("CVSS:3.0/"), "AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"),
            (Field::Vector("CVSS:3.0/"), "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"),
        ] {
            add(&mut facts, &mut hints, field, text);
        }
        assert_eq!(facts.cve, ["CVE-2020-1", "CVE-2020-2", "CVE-2020-3"]);
        assert_eq!(facts.cwe, [79, 89]);
        assert_eq!(facts.refs, ["BID:1"]);
        assert_eq!(
            facts.cvss,
            [
                "AV:N/AC:L/Au:N/C:P/I:P/A:P",
                "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
                "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
            ]
        );
    }

    #[test]
    fn scores_are_tenths() {
        assert_eq!(
            [tenths("9.8"), tenths("10"), tenths("4.3 "), tenths("11"), tenths("high")],
            [Some(98), Some(100), Some(43), None, None]
        );
    }
}
