//! The same flaw as several scanners see it: one *issue* with several sources. A view for people who triage, never identity:
//! each occurrence opens and closes by its own scanner's word, whatever issue it is shown in.
//!
//! Two occurrences of one asset are of one issue if they share a [`Key`]: a CVE, or a family of flaws and where it is. Families
//! are CWEs that name the flaw itself; those that name a wide class (16, 200, 693, …) say too little to join anything. Only
//! what at least two scanners saw becomes an issue; what a person said of an occurrence goes before the rule.

use crate::identity::{systemic, template};
use model::Tool;
use model::facts::Place;
use std::collections::{BTreeMap, BTreeSet};

/// The version of the rule: raised whenever it joins otherwise, so that what is stored is made anew.
pub const CORRELATION_VERSION: i64 = 1;

/// How close the place of a family must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// The same path and parameter.
    Parameter,
    /// The same path.
    Page,
    /// The asset as a whole.
    Origin,
}

/// Families: a word, the CWEs, and how close the place must be. From the definitions of MITRE's list, one flaw a family.
const FAMILIES: [(&str, Reach, &[u32]); 24] = [
    ("cross_site_scripting", Reach::Parameter, &[79, 80, 83, 84, 85, 86, 87, 692]),
    ("sql_injection", Reach::Parameter, &[89, 564]),
    ("nosql_injection", Reach::Parameter, &[943]),
    ("command_injection", Reach::Parameter, &[77, 78, 88]),
    ("code_injection", Reach::Parameter, &[94, 95, 96, 1336]),
    ("path_traversal", Reach::Parameter, &[22, 23, 24, 25, 35, 36]),
    ("file_inclusion", Reach::Parameter, &[98]),
    ("ldap_injection", Reach::Parameter, &[90]),
    ("xpath_injection", Reach::Parameter, &[91, 643]),
    ("header_injection", Reach::Parameter, &[93, 113]),
    ("open_redirect", Reach::Parameter, &[601]),
    ("server_side_request", Reach::Parameter, &[918]),
    ("xml_entities", Reach::Page, &[611, 776]),
    ("deserialization", Reach::Page, &[502]),
    ("request_forgery", Reach::Page, &[352]),
    ("directory_listing", Reach::Page, &[548]),
    ("backup_file", Reach::Page, &[530]),
    ("clickjacking", Reach::Origin, &[1021]),
    ("cookie_without_secure", Reach::Origin, &[614]),
    ("cookie_without_httponly", Reach::Origin, &[1004]),
    ("cookie_without_samesite", Reach::Origin, &[1275]),
    ("cross_origin_sharing", Reach::Page, &[942]),
    ("request_smuggling", Reach::Origin, &[444]),
    ("session_fixation", Reach::Origin, &[384]),
];

/// What two occurrences of one asset share if they are the same flaw: why they are one issue.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// A CVE that both name.
    Cve(String),
    /// A family of flaws, the path and the parameter; empty where the family does not need them.
    Flaw {
        /// The family's word.
        family: &'static str,
        /// The path as identity knows it, without its query.
        path: String,
        /// The parameter in lower case.
        parameter: String,
    },
    /// A person said so.
    Person,
}

/// An occurrence as correlation sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Its public id, as bytes.
    pub uuid: [u8; 16],
    /// The scanner.
    pub tool: Tool,
    /// The scanner's rule.
    pub rule: String,
    /// CWE numbers of the weakness.
    pub cwe: Vec<u32>,
    /// CVE ids of the weakness.
    pub cve: Vec<String>,
    /// Where on the asset.
    pub place: Place,
    /// What a person said last.
    pub word: Word,
}

/// What a person said of an occurrence's issue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Word {
    /// Nothing: the rule decides.
    #[default]
    Rule,
    /// It stands alone.
    Apart,
    /// It is the same as another, by public id.
    With([u8; 16]),
}

/// An occurrence that is shown in an issue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Which candidate.
    pub index: usize,
    /// The candidate after which the issue is called: the first by scanner, rule and id.
    pub anchor: usize,
    /// What it shares with another of the issue; the first by kind.
    pub why: Key,
}

/// The keys under which an occurrence may meet others.
#[must_use]
pub fn keys(candidate: &Candidate) -> BTreeSet<Key> {
    let mut keys: BTreeSet<Key> = candidate.cve.iter().map(|cve| Key::Cve(cve.clone())).collect();
    let Some((path, parameter)) = spot(candidate) else { return keys };
    for (family, reach, numbers) in FAMILIES {
        if !candidate.cwe.iter().any(|cwe| numbers.contains(cwe)) {
            continue;
        }
        let (path, parameter) = match reach {
            // Without a parameter the two might be different ones.
            Reach::Parameter if parameter.is_empty() => continue,
            Reach::Parameter => (path.clone(), parameter.clone()),
            Reach::Page => (path.clone(), String::new()),
            Reach::Origin => (String::new(), String::new()),
        };
        keys.insert(Key::Flaw { family, path, parameter });
    }
    keys
}

/// The path without its query, and the parameter: what scanners of web applications have in common. What ZAP says of the whole
/// origin names a path by chance.
fn spot(candidate: &Candidate) -> Option<(String, String)> {
    let plain = |path: &str| template(path).split('?').next().unwrap_or_default().to_owned();
    match &candidate.place {
        Place::Request { .. } if candidate.tool == Tool::Zap && systemic(&candidate.rule) => {
            Some((String::new(), String::new()))
        }
        Place::Request { target, parameter, .. } => Some((plain(target), parameter.trim().to_lowercase())),
        Place::Insertion { path, point } => {
            // Burp writes what kind of input it is behind the name: `q parameter`.
            let name = point.trim().strip_suffix(" parameter").unwrap_or(point.trim());
            Some((plain(path), name.to_lowercase()))
        }
        Place::Port { .. } | Place::Code { .. } | Place::Whole => None,
    }
}

/// The issues of one asset's occurrences: those that at least two scanners saw, or that a person joined. The same in any order
/// of the candidates, but for the indices.
#[must_use]
pub fn issues(candidates: &[Candidate]) -> Vec<Member> {
    let keys: Vec<BTreeSet<Key>> =
        candidates.iter().map(|one| if one.word == Word::Rule { keys(one) } else { BTreeSet::new() }).collect();
    let mut holders: BTreeMap<&Key, Vec<usize>> = BTreeMap::new();
    for (index, keys) in keys.iter().enumerate() {
        for key in keys {
            holders.entry(key).or_default().push(index);
        }
    }
    let mut sets = Sets((0..candidates.len()).collect());
    let mut why: BTreeMap<usize, Key> = BTreeMap::new();
    let tools = |members: &[usize]| members.iter().map(|at| candidates[*at].tool).collect::<BTreeSet<_>>().len();
    for (key, members) in holders.into_iter().filter(|(_, members)| tools(members) > 1) {
        for index in &members {
            sets.join(members[0], *index);
            why.entry(*index).or_insert_with(|| key.clone());
        }
    }
    for (index, one) in candidates.iter().enumerate() {
        let Word::With(other) = one.word else { continue };
        let Some(target) = candidates.iter().position(|candidate| candidate.uuid == other) else { continue };
        if target != index && candidates[target].word != Word::Apart {
            sets.join(target, index);
            why.entry(index).or_insert(Key::Person);
            why.entry(target).or_insert(Key::Person);
        }
    }
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for index in 0..candidates.len() {
        groups.entry(sets.root(index)).or_default().push(index);
    }
    let order = |at: &usize| (candidates[*at].tool, &candidates[*at].rule, candidates[*at].uuid);
    let mut found = Vec::new();
    for members in groups.into_values().filter(|members| members.len() > 1) {
        let Some(anchor) = members.iter().copied().min_by_key(order) else { continue };
        for index in members {
            let why = why.get(&index).cloned().unwrap_or(Key::Person);
            found.push(Member { index, anchor, why });
        }
    }
    found
}

/// Disjoint sets of indices.
struct Sets(Vec<usize>);

impl Sets {
    fn root(&mut self, mut index: usize) -> usize {
        while self.0[index] != index {
            self.0[index] = self.0[self.0[index]];
            index = self.0[index];
        }
        index
    }

    /// Joins two; the lower root stays, so that the order of joining does not matter.
    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        self.0[one.max(other)] = one.min(other);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zap(id: u8, rule: &str, cwe: u32, target: &str, parameter: &str) -> Candidate {
        let place = Place::Request { method: "GET".into(), target: target.to_owned(), parameter: parameter.to_owned() };
        Candidate {
            uuid: [id; 16],
            tool: Tool::Zap,
            rule: rule.to_owned(),
            cwe: vec![cwe],
            cve: Vec::new(),
            place,
            word: Word::Rule,
        }
    }

    fn burp(id: u8, cwe: u32, path: &str, point: &str) -> Candidate {
        let place = Place::Insertion { path: path.to_owned(), point: point.to_owned() };
        Candidate { tool: Tool::Burp, place, ..zap(id, "2097920", cwe, "", "") }
    }

    fn nessus(id: u8, rule: &str, cve: &[&str]) -> Candidate {
        let place = Place::Port { protocol: "tcp".into(), port: 443, service: String::new() };
        let cve = cve.iter().map(|cve| (*cve).to_owned()).collect();
        Candidate { tool: Tool::Nessus, place, cve, cwe: Vec::new(), ..zap(id, rule, 0, "", "") }
    }

    /// The groups as sets of ids, with the anchor first.
    fn groups(candidates: &[Candidate]) -> Vec<Vec<u8>> {
        let mut groups: BTreeMap<u8, Vec<u8>> = BTreeMap::new();
        for member in issues(candidates) {
            groups.entry(candidates[member.anchor].uuid[0]).or_default().push(candidates[member.index].uuid[0]);
        }
        groups
            .into_iter()
            .map(|(anchor, mut members)| {
                members.sort_unstable();
                members.retain(|member| *member != anchor);
                std::iter::once(anchor).chain(members).collect()
            })
            .collect()
    }

    #[test]
    fn the_same_flaw_at_the_same_parameter_is_one_issue() {
        let candidates = [
            zap(1, "40012", 79, "/search?q=1&page=2", "q"),
            burp(2, 79, "/search", "q parameter"),
            // Another parameter, another page, another flaw, and one scanner alone.
            burp(3, 79, "/search", "page parameter"),
            burp(4, 79, "/find", "q parameter"),
            burp(5, 89, "/search", "q parameter"),
            zap(6, "40014", 79, "/item/7", "id"),
            zap(7, "40012", 79, "/item/8", "id"),
        ];
        assert_eq!(groups(&candidates), [[1, 2]]);
        let why = &issues(&candidates)[0].why;
        assert_eq!(*why, Key::Flaw { family: "cross_site_scripting", path: "/search".into(), parameter: "q".into() });
        let mut turned = candidates.to_vec();
        turned.reverse();
        assert_eq!(groups(&turned), [[1, 2]]);
    }

    #[test]
    fn numbers_in_paths_and_wide_classes_do_not_mislead() {
        assert_eq!(groups(&[zap(1, "40018", 89, "/item/7", "id"), burp(2, 89, "/item/12", "id parameter")]), [[1, 2]]);
        for wide in [16, 20, 200, 693, 0] {
            assert!(groups(&[zap(1, "x", wide, "/a", "q"), burp(2, wide, "/a", "q parameter")]).is_empty(), "{wide}");
        }
        // Of a flaw that needs a parameter, nothing is said without one.
        assert!(groups(&[zap(1, "40018", 89, "/a", ""), burp(2, 89, "/a", "")]).is_empty());
        // What is of the origin does not depend on the page that a scanner happened to name.
        assert_eq!(groups(&[zap(1, "10011", 614, "/a", "sid"), burp(2, 614, "/", "")]), [[1, 2]]);
    }

    #[test]
    fn a_cve_on_the_asset_joins_scanners_and_never_one_alone() {
        let sarif = Candidate { tool: Tool::Other, ..nessus(3, "trivy:CVE-2021-44228", &["CVE-2021-44228"]) };
        let log4j = nessus(1, "155999", &["CVE-2021-44228", "CVE-2021-45046"]);
        let again = nessus(2, "156002", &["CVE-2021-45046"]);
        assert!(groups(&[log4j.clone(), again.clone()]).is_empty());
        assert_eq!(groups(&[log4j, again, sarif]), [[1, 3]]);
    }

    #[test]
    fn what_a_person_says_goes_first_and_can_be_taken_back() {
        let (one, two) = (zap(1, "40012", 79, "/a", "q"), burp(2, 79, "/a", "q parameter"));
        let apart = Candidate { word: Word::Apart, ..two.clone() };
        assert!(groups(&[one.clone(), apart.clone()]).is_empty());
        let other = burp(3, 200, "/b", "");
        let joined = Candidate { word: Word::With([1; 16]), ..other.clone() };
        assert_eq!(groups(&[one.clone(), two.clone(), joined.clone()]), [[1, 2, 3]]);
        let of = issues(&[one.clone(), joined.clone()]);
        assert!(of.iter().all(|member| member.why == Key::Person) && of.len() == 2);
        // Who stands apart is joined by nobody, and who is not there joins nothing.
        assert!(groups(&[apart, Candidate { word: Word::With([2; 16]), ..other }]).is_empty());
        assert!(groups(&[joined]).is_empty());
        assert_eq!(groups(&[one, two]), [[1, 2]]);
    }

    #[test]
    fn a_cwe_is_in_one_family() {
        let mut seen = BTreeSet::new();
        for (family, _, numbers) in FAMILIES {
            for number in numbers {
                assert!(seen.insert(*number), "{family} {number}");
            }
        }
    }
}
