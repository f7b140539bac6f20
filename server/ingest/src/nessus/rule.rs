//! What the rows of a plugin say of the plugin: the parts of a weakness, united over its rows.

use super::known;
use crate::fields::{self, Fields};
use crate::score::tenths;
use crate::tables::unite;
use model::facts::WeaknessFacts;

/// Vectors of one rule: some for each version of CVSS.
const MAX_VECTORS: usize = 64;

/// An element of a `ReportItem` that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// `attachment`: a file that the plugin collected.
    Attachment,
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
    /// An element that no fact takes, kept under its own name.
    Kept(&'static str),
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
            b"attachment" => Self::Attachment,
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
            name => return known::name_of(name).map(Self::Kept),
        })
    }

    /// The base score of a version of CVSS.
    pub const fn score(version: u8) -> Self {
        Self::Kept(match version {
            2 => SCORES[2],
            3 => SCORES[1],
            _ => SCORES[0],
        })
    }

    /// Whether the field is a list of what others call the weakness.
    pub fn is_reference(self) -> bool {
        matches!(self, Self::Cve | Self::Cwe | Self::Xref | Self::Reference(_))
    }
}

/// `risk_factor`, used where the severity is missing.
pub const RISK: Field = Field::Kept("risk_factor");

/// The scores of the versions of CVSS, the newest first.
const SCORES: [&str; 3] = ["cvss4_base_score", "cvss3_base_score", "cvss_base_score"];

/// The score of the newest version of CVSS that the fields have: where rows do not agree, the highest.
pub fn newest_score(fields: &Fields) -> Option<u16> {
    SCORES
        .iter()
        .find_map(|name| fields.iter().filter(|field| field.0 == *name).filter_map(|(_, score)| tenths(score)).max())
}

/// Where the last value of each list was found; see [`unite`].
#[derive(Default)]
pub struct Hints {
    cve: usize,
    refs: usize,
    fields: usize,
}

/// Adds one element's text to a weakness; by how many bytes its fields grew.
pub fn add(facts: &mut WeaknessFacts, hints: &mut Hints, field: Field, text: &str) -> usize {
    match field {
        Field::Cve if add_cves(facts, hints, text) => {}
        Field::Cve => return add_named(facts, hints, "cve", text),
        Field::Cwe if add_cwe(facts, text) => {}
        Field::Cwe => return add_named(facts, hints, "cwe", text),
        Field::Xref => add_xref(facts, hints, text.trim()),
        Field::Reference(name) => {
            for value in text.split([',', ';', '\n']).map(str::trim).filter(|value| !value.is_empty()) {
                unite(&mut facts.refs, &mut hints.refs, &format!("{name}:{value}"));
            }
        }
        Field::Vector(prefix) => add_vector(facts, prefix, text.trim()),
        Field::Kept(name) => return add_named(facts, hints, name, text),
        _ => {}
    }
    0
}

/// Adds a text that no fact takes under a name of its own; by how many bytes the weakness's fields grew.
pub fn add_named(facts: &mut WeaknessFacts, hints: &mut Hints, name: &str, text: &str) -> usize {
    fields::add(&mut facts.prose.fields, &mut hints.fields, name, text)
}

/// Adds the CVE ids of a text: one, or several with anything between them. False if it has none.
fn add_cves(facts: &mut WeaknessFacts, hints: &mut Hints, text: &str) -> bool {
    let mut found = false;
    for id in text.split(|character: char| !(character.is_ascii_alphanumeric() || character == '-')) {
        if id.len() > 4 && id.get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case("CVE-")) {
            found = true;
            if id.bytes().any(|byte| byte.is_ascii_lowercase()) {
                unite(&mut facts.cve, &mut hints.cve, &id.to_ascii_uppercase());
            } else {
                unite(&mut facts.cve, &mut hints.cve, id);
            }
        }
    }
    found
}

/// Adds the CWE numbers of `79`, `CWE-79`, `79,80`. False if there are none.
fn add_cwe(facts: &mut WeaknessFacts, text: &str) -> bool {
    let mut found = false;
    for number in text.split(|character: char| !character.is_ascii_digit()).filter_map(|number| number.parse().ok()) {
        found = true;
        unite(&mut facts.cwe, &mut 0, &number);
    }
    found
}

fn add_xref(facts: &mut WeaknessFacts, hints: &mut Hints, text: &str) {
    let is_told = match text.split_once(':') {
        Some(("CWE", number)) => add_cwe(facts, number),
        Some(("CVE", id)) => add_cves(facts, hints, id),
        _ => text.is_empty(),
    };
    if !is_told {
        unite(&mut facts.refs, &mut hints.refs, text);
    }
}

/// Vectors stay in the order in which they are written.
pub fn add_vector(facts: &mut WeaknessFacts, prefix: &str, text: &str) {
    let text = text.strip_prefix("CVSS2#").unwrap_or(text);
    let prefix = if text.starts_with("CVSS:") { "" } else { prefix };
    let known = |vector: &String| vector.strip_prefix(prefix) == Some(text);
    if !text.is_empty() && facts.cvss.len() < MAX_VECTORS && !facts.cvss.iter().any(known) {
        facts.cvss.push(format!("{prefix}{text}"));
    }
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
            (Field::Cve, "CAN-2003-1"),
            (Field::Kept("vpr_score"), "6.7"),
        ] {
            add(&mut facts, &mut hints, field, text);
        }
        assert_eq!(facts.cve, ["CVE-2020-1", "CVE-2020-2", "CVE-2020-3"]);
        assert_eq!(facts.cwe, [79, 89]);
        assert_eq!(facts.refs, ["BID:1"]);
        let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(facts.prose.fields, [field("cve", "CAN-2003-1"), field("vpr_score", "6.7")]);
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
        let fields = [("cvss3_base_score", "9.8"), ("cvss3_base_score", "9.9"), ("cvss_base_score", "10")];
        let mut fields = fields.map(|(name, score)| (name.to_owned(), score.to_owned())).to_vec();
        assert_eq!(newest_score(&fields), Some(99));
        fields.push(("cvss4_base_score".to_owned(), "high".to_owned()));
        assert_eq!(newest_score(&fields), Some(99));
    }
}
