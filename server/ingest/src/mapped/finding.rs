//! What a record is: a finding with its rule, asset and place, one that is no finding (any more), or neither.

use super::records::{Values, invalid};
use crate::tables::Flaw;
use crate::{QuarantineReason, origin};
use model::facts::{AssetFacts, AssetKind, Place};
use model::mapping::{folded, score_tenths};
use model::{MappedField, Mapping, Severity};

/// The longest rule and the longest name of an asset, in bytes. Both are kept to the end of the file.
const MAX_NAME: usize = 500;
/// How much of a title is kept, in characters. One that makes a rule is no longer either.
const MAX_TITLE: usize = 300;

/// What a record is.
pub enum Meaning {
    /// A finding.
    Finding(Finding),
    /// It says that there is nothing, on an asset if it names one.
    Nothing(Option<AssetFacts>),
}

/// What is needed of a record to make a row.
pub struct Finding {
    /// The rule, with the tool before it.
    pub rule: String,
    /// The title; the rule's own name if there is none.
    pub title: String,
    /// How bad it is.
    pub severity: Severity,
    /// The asset.
    pub asset: AssetFacts,
    /// Where on the asset.
    pub place: Place,
}

/// Says what a record is.
///
/// # Errors
/// What of it is missing or cannot be.
pub fn meaning(mapping: &Mapping, values: &Values) -> Result<Meaning, Flaw> {
    let record = Mapped { mapping, values };
    if mapping.is_no_finding(values.get(MappedField::Status)) {
        return Ok(Meaning::Nothing(record.asset().ok()));
    }
    let name = record.rule()?;
    let title = values.get(MappedField::Title);
    Ok(Meaning::Finding(Finding {
        title: if title.is_empty() { name.clone() } else { title.chars().take(MAX_TITLE).collect() },
        rule: format!("{}/{name}", mapping.tool.trim()),
        severity: record.severity()?,
        asset: record.asset()?,
        place: record.place()?,
    }))
}

/// A record under its mapping.
#[derive(Clone, Copy)]
struct Mapped<'a> {
    mapping: &'a Mapping,
    values: &'a Values,
}

impl Mapped<'_> {
    fn get(&self, field: MappedField) -> &str {
        self.values.get(field)
    }

    fn flaw(&self, reason: QuarantineReason, field: MappedField) -> Flaw {
        (reason, self.mapping.column_or_word(field).to_owned())
    }

    fn invalid(&self, field: MappedField) -> Flaw {
        invalid(self.mapping.column_or_word(field), self.get(field))
    }

    /// The rule's column; without one, the title in letters and digits, so that a changed comma makes no other rule.
    fn rule(&self) -> Result<String, Flaw> {
        let (field, rule) = if self.mapping.columns.contains_key(&MappedField::Rule) {
            (MappedField::Rule, self.get(MappedField::Rule).to_owned())
        } else {
            (MappedField::Title, slug(self.get(MappedField::Title)))
        };
        if rule.is_empty() {
            Err(self.flaw(QuarantineReason::RuleMissing, field))
        } else if rule.len() > MAX_NAME && field == MappedField::Rule {
            Err(self.invalid(field))
        } else {
            Ok(rule)
        }
    }

    /// The severity, else the band of the CVSS score, else what the mapping says for records without.
    fn severity(&self) -> Result<Severity, Flaw> {
        let text = self.get(MappedField::Severity);
        if !text.is_empty() {
            return self.mapping.severity_of(text).ok_or_else(|| self.invalid(MappedField::Severity));
        }
        let score = self.get(MappedField::Cvss).split_whitespace().find_map(score_tenths).map(Severity::of_score);
        score
            .or(self.mapping.default_severity)
            .ok_or_else(|| self.flaw(QuarantineReason::FieldMissing, MappedField::Severity))
    }

    /// The web origin of the URL, else the host by its name, full name or address. A name that is a URL is one.
    fn asset(&self) -> Result<AssetFacts, Flaw> {
        let optional = |field| Some(self.get(field).to_owned()).filter(|text| !text.is_empty());
        let (ip, fqdn) = (optional(MappedField::Ip), optional(MappedField::Fqdn));
        let url = self.get(MappedField::Url);
        // `/login` stands on the asset that the record names besides.
        if !(url.is_empty() || url.starts_with('/')) {
            let origin = origin::of_url(url).ok_or_else(|| self.invalid(MappedField::Url))?;
            return self.bounded(
                MappedField::Url,
                AssetFacts { kind: AssetKind::Origin, name: origin, ip, fqdn, ..AssetFacts::default() },
            );
        }
        let named = [MappedField::Asset, MappedField::Fqdn, MappedField::Ip]
            .into_iter()
            .find(|field| !self.get(*field).is_empty());
        let Some(field) = named else {
            let asked = MappedField::ALL
                .iter()
                .copied()
                .find(|field| field.names_asset() && self.mapping.columns.contains_key(field));
            return Err(self.flaw(QuarantineReason::FieldMissing, asked.unwrap_or(MappedField::Asset)));
        };
        let name = self.get(field);
        let (kind, name) = match origin::of_url(name) {
            Some(origin) => (AssetKind::Origin, origin),
            None => (AssetKind::Host, name.to_owned()),
        };
        self.bounded(field, AssetFacts { kind, name, ip, fqdn, ..AssetFacts::default() })
    }

    fn bounded(&self, field: MappedField, facts: AssetFacts) -> Result<AssetFacts, Flaw> {
        let longest =
            [Some(&facts.name), facts.ip.as_ref(), facts.fqdn.as_ref()].into_iter().flatten().map(String::len).max();
        if longest > Some(MAX_NAME) { Err(self.invalid(field)) } else { Ok(facts) }
    }

    /// A request if there is a URL, else a port, else a line of a source file, else the asset as a whole. An asset whose name
    /// is a URL is a request where nothing nearer is said.
    fn place(&self) -> Result<Place, Flaw> {
        let (url, path, asset) =
            (self.get(MappedField::Url), self.get(MappedField::Path), self.get(MappedField::Asset));
        if !url.is_empty() {
            return Ok(self.request(url));
        }
        if !self.get(MappedField::Port).is_empty() {
            return self.port();
        }
        if !path.is_empty() {
            let line = self.get(MappedField::Line);
            return Ok(Place::Code {
                path: path.to_owned(),
                line: line_of(line).ok_or_else(|| self.invalid(MappedField::Line))?,
                fingerprint: self.get(MappedField::Fingerprint).to_owned(),
            });
        }
        Ok(if origin::of_url(asset).is_some() { self.request(asset) } else { Place::Whole })
    }

    fn request(&self, url: &str) -> Place {
        Place::Request {
            method: self.get(MappedField::Method).to_owned(),
            target: origin::target_of(url).to_owned(),
            parameter: self.get(MappedField::Parameter).to_owned(),
        }
    }

    /// `443`, `443/tcp` or `tcp/443`; TCP if nothing is said.
    fn port(&self) -> Result<Place, Flaw> {
        let text = self.get(MappedField::Port);
        let (first, second) = text.split_once('/').unwrap_or((text, ""));
        let (port, protocol) =
            if first.starts_with(|first: char| first.is_ascii_digit()) { (first, second) } else { (second, first) };
        let port = whole_number(port).and_then(|port| u16::try_from(port).ok());
        let given = [self.get(MappedField::Protocol), protocol.trim()].into_iter().find(|text| !text.is_empty());
        Ok(Place::Port {
            protocol: given.unwrap_or("tcp").to_ascii_lowercase(),
            port: port.ok_or_else(|| self.invalid(MappedField::Port))?,
            service: String::new(),
        })
    }
}

/// The first line of `12`, `12-15` or `12:3`; 0 for none. `None` if it is no number.
fn line_of(text: &str) -> Option<u32> {
    let first = text.split(['-', ':', ',']).next().unwrap_or_default();
    if text.is_empty() { Some(0) } else { whole_number(first) }
}

/// A whole number. Programs that take every column of numbers for decimals write `443.0`.
fn whole_number(text: &str) -> Option<u32> {
    let text = text.trim();
    text.strip_suffix(".0").unwrap_or(text).parse().ok()
}

/// The words of a title, folded, with `-` between them.
fn slug(title: &str) -> String {
    let start: String = title.chars().take(MAX_TITLE).collect();
    let words = start.split(|letter: char| !letter.is_alphanumeric()).map(folded);
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_keep_words_and_nothing_else() {
        assert_eq!(slug("  Inyección SQL (ciega): «id»  "), "inyeccion-sql-ciega-id");
        assert_eq!(slug("¿?"), "");
        assert_eq!(slug("漏洞 1"), "漏洞-1");
    }

    #[test]
    fn lines_are_the_first_that_is_named() {
        for (text, line) in
            [("", Some(0)), ("12", Some(12)), ("12-15", Some(12)), ("12.0", Some(12)), ("x", None), ("-1", None)]
        {
            assert_eq!(line_of(text), line, "{text}");
        }
    }
}
