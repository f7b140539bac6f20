//! What weaknesses fall into: taxa (3.19.3) and tags (3.8.2), as CWE, CVE and other references.

use crate::bounded::record::{elements, number, text};
use model::facts::WeaknessFacts;
use serde::Serialize;
use serde_json::Value;

/// How many references of one kind a weakness keeps: an honest one has a handful.
const MAX: usize = 256;

/// How much of a tag is looked at, in bytes.
const MAX_TAG: usize = 1 << 10;

/// The editions of the OWASP Top 10 whose categories a tag may name.
const EDITIONS: [&str; 3] = ["2017", "2021", "2025"];

/// Relationships (3.53.3) that put whatever breaks a rule into a taxon, or are used as if they did.
const INCLUDING: [&str; 4] = ["superset", "equal", "subset", "relevant"];

/// A reference to a part of the tool or to a taxonomy (3.54).
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ComponentRef {
    /// Its name.
    pub name: String,
    /// Its guid.
    pub guid: String,
    /// Its number.
    pub index: Option<usize>,
}

/// A reference to a rule or a taxon (3.52).
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct DescriptorRef {
    /// Its id.
    pub id: String,
    /// Its guid.
    pub guid: String,
    /// Its number.
    pub index: Option<usize>,
    /// What defines it.
    pub component: ComponentRef,
}

/// A taxonomy of the run.
pub struct Taxonomy {
    name: String,
    /// Its version, where that is an edition of the OWASP Top 10 and the name does not say it.
    edition: String,
    guid: String,
    /// The id and guid of each taxon.
    taxa: Vec<(String, String)>,
}

impl DescriptorRef {
    /// Reads a `reportingDescriptorReference`.
    pub fn of(value: &Value) -> Self {
        let index = |value: &Value| number(&value["index"]).and_then(|index| usize::try_from(index).ok());
        let component = &value["toolComponent"];
        Self {
            id: text(&value["id"]),
            guid: text(&value["guid"]),
            index: index(value),
            component: ComponentRef {
                name: text(&component["name"]),
                guid: text(&component["guid"]),
                index: index(component),
            },
        }
    }

    /// The taxa of a rule's `relationships`.
    pub fn of_relationships(value: &Value) -> Vec<Self> {
        let includes = |relationship: &&Value| {
            let kinds = elements(&relationship["kinds"]);
            kinds.is_empty() || kinds.iter().any(|kind| INCLUDING.contains(&text(kind).as_str()))
        };
        elements(value).iter().filter(includes).map(|relationship| Self::of(&relationship["target"])).collect()
    }

    /// The bytes of its texts.
    pub fn size(&self) -> usize {
        self.id.len() + self.guid.len() + self.component.name.len() + self.component.guid.len()
    }

    /// Adds the taxon to a weakness.
    pub fn classify(&self, taxonomies: &[Taxonomy], facts: &mut WeaknessFacts) {
        let named = |guid: &str, name: &str, taxonomy: &&Taxonomy| {
            if guid.is_empty() { taxonomy.name == name } else { taxonomy.guid == guid }
        };
        let ComponentRef { name, guid, index } = &self.component;
        let taxonomy = taxonomies
            .iter()
            .find(|taxonomy| named(guid, name, taxonomy))
            .or_else(|| taxonomies.get((*index)?).filter(|_| name.is_empty() && guid.is_empty()));
        let taxa = || taxonomy.into_iter().chain(taxonomies).flat_map(|taxonomy| &taxonomy.taxa);
        let by_number = || taxonomy?.taxa.get(self.index?);
        let by_guid = || taxa().find(|(_, guid)| !guid.is_empty() && *guid == self.guid);
        let id = if self.id.is_empty() { by_number().or_else(by_guid).map(|(id, _)| id) } else { Some(&self.id) };
        if let Some(id) = id {
            match taxonomy {
                Some(taxonomy) => taxon(facts, &format!("{} {}", taxonomy.name, taxonomy.edition), id),
                None => taxon(facts, name, id),
            }
        }
    }
}

impl Taxonomy {
    /// Reads a taxonomy.
    pub fn of(value: &Value) -> Self {
        let taxa = elements(&value["taxa"]).iter().map(|taxon| (text(&taxon["id"]), text(&taxon["guid"])));
        let [name, version] = ["name", "version"].map(|key| text(&value[key]));
        let is_edition = EDITIONS.contains(&version.as_str()) && !name.contains(&version);
        Self {
            name,
            edition: if is_edition { version } else { String::new() },
            guid: text(&value["guid"]),
            taxa: taxa.collect(),
        }
    }

    /// The bytes of its texts.
    pub fn size(&self) -> usize {
        self.name.len() + self.taxa.iter().map(|(id, guid)| id.len() + guid.len()).sum::<usize>()
    }
}

/// Adds what a taxonomy calls `id`.
fn taxon(facts: &mut WeaknessFacts, name: &str, id: &str) {
    let number = id.trim_start_matches(|character: char| !character.is_ascii_digit());
    match name.trim().to_ascii_uppercase().as_str() {
        name if name.starts_with("CWE") => add_cwe(facts, number),
        name if name.contains("OWASP") => push(&mut facts.refs, owasp(&format!("{name} {id}"))),
        name @ ("WASC" | "CAPEC") if !number.is_empty() => push(&mut facts.refs, Some(format!("{name}:{number}"))),
        _ => tag(facts, id),
    }
}

/// Adds what a tag, or a rule's id, names: `external/cwe/cwe-079`, `CWE-79: …`, `CVE-2021-44228`, `OWASP-A03:2021 - …`.
pub fn tag(facts: &mut WeaknessFacts, tag: &str) {
    let tag = &tag[..tag.floor_char_boundary(MAX_TAG)];
    let upper = tag.to_ascii_uppercase();
    for (at, name) in upper.match_indices("CWE") {
        add_cwe(facts, upper[at + name.len()..].trim_start_matches(['-', '_', ':', ' ']));
    }
    for (at, _) in upper.match_indices("CVE-") {
        push(&mut facts.cve, cve(&upper[at..]));
    }
    push(&mut facts.refs, owasp(tag));
}

/// Adds the number at the beginning of a text.
fn add_cwe(facts: &mut WeaknessFacts, text: &str) {
    let cwe = digits(text).parse().ok().filter(|cwe| *cwe > 0);
    if let Some(cwe) = cwe.filter(|cwe| facts.cwe.len() < MAX && !facts.cwe.contains(cwe)) {
        facts.cwe.push(cwe);
    }
}

/// The id at the beginning of a text: `CVE-`, a year, four digits or more.
fn cve(text: &str) -> Option<String> {
    let year = digits(text.strip_prefix("CVE-")?);
    let number = digits(text.get("CVE-".len() + year.len()..)?.strip_prefix('-')?);
    (year.len() == 4 && number.len() >= 4).then(|| format!("CVE-{year}-{number}"))
}

fn digits(text: &str) -> &str {
    &text[..text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len())]
}

/// The category of the OWASP Top 10 that a text names, as ZAP's tags write it, if it says the edition too. The lists for
/// interfaces, mobiles and language models number their categories alike and are others.
fn owasp(tag: &str) -> Option<String> {
    let lower = tag.to_ascii_lowercase();
    let words: Vec<&str> = lower.split(|character: char| !character.is_ascii_alphanumeric()).collect();
    let category = |word: &str| word.strip_prefix('a')?.parse::<u8>().ok().filter(|number| (1..=10).contains(number));
    let is_alone = words.first().is_some_and(|first| category(first).is_some());
    let is_other = words.iter().any(|word| matches!(*word, "api" | "mobile" | "llm" | "asvs"));
    if is_other || !(is_alone || words.contains(&"owasp")) {
        return None;
    }
    let mut editions = words.iter().filter(|word| EDITIONS.contains(word));
    let mut categories = words.iter().filter_map(|word| category(word));
    match (editions.next(), editions.next(), categories.next(), categories.next()) {
        (Some(edition), None, Some(category), None) => Some(format!("OWASP_{edition}_A{category:02}")),
        _ => None,
    }
}

fn push(list: &mut Vec<String>, value: Option<String>) {
    if let Some(value) = value.filter(|value| list.len() < MAX && !list.contains(value)) {
        list.push(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn tags_name_what_they_name() {
        let mut facts = WeaknessFacts::default();
        for text in [
            "external/cwe/cwe-079",
            "CWE-89: SQL injection",
            "security",
            "CWE-0",
            "cve-2021-44228",
            "CVE-2021-1",
            "GHSA/CVE-2020-12345x",
            "OWASP-A03:2021 - Injection",
            "A01:2017-Injection",
            "owasp-a3",
            "owasp-top-ten-2021-a10",
            "OWASP API1:2023",
            "OWASP API A1 2021",
            "OWASP-A03:2017 OWASP-A01:2021",
            "A11:2021",
        ] {
            tag(&mut facts, text);
        }
        assert_eq!(facts.cwe, [79, 89]);
        assert_eq!(facts.cve, ["CVE-2021-44228", "CVE-2020-12345"]);
        assert_eq!(facts.refs, ["OWASP_2021_A03", "OWASP_2017_A01", "OWASP_2021_A10"]);
    }

    #[test]
    fn taxa_are_found_by_id_number_and_guid() {
        let taxonomies = [
            Taxonomy::of(&json!({"name": "OWASP Top 10", "version": "2021", "taxa": [{"id": "A03"}]})),
            Taxonomy::of(&json!({"name": "CWE", "guid": "c", "taxa": [{"id": "CWE-79", "guid": "x"}, {"id": "80"}]})),
        ];
        let mut facts = WeaknessFacts::default();
        for reference in [
            json!({"id": "22", "toolComponent": {"name": "CWE"}}),
            json!({"index": 1, "toolComponent": {"guid": "c"}}),
            json!({"guid": "x"}),
            json!({"index": 0, "toolComponent": {"index": 0}}),
            json!({"id": "8", "toolComponent": {"name": "WASC"}}),
            json!({"id": "0", "toolComponent": {"name": "CWE"}}),
            json!({"id": "12", "toolComponent": {"name": "House rules"}}),
            json!({"id": "CWE-5"}),
            json!({}),
        ] {
            DescriptorRef::of(&reference).classify(&taxonomies, &mut facts);
        }
        assert_eq!(facts.cwe, [22, 80, 79, 5]);
        assert_eq!(facts.refs, ["OWASP_2021_A03", "WASC:8"]);
    }

    #[test]
    fn only_relationships_that_include_count() {
        let told = json!([{"target": {"id": "1"}, "kinds": ["superset"]}, {"target": {"id": "2"}, "kinds": ["disjoint"]},
            {"target": {"id": "3"}}]);
        let ids: Vec<_> = DescriptorRef::of_relationships(&told).into_iter().map(|taxon| taxon.id).collect();
        assert_eq!(ids, ["1", "3"]);
    }
}
