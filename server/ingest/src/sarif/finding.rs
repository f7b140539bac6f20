//! A result (3.27), taken apart as far as it can be without knowing its run.

use super::component::{level, words};
use super::place::Artifact;
use super::taxa::DescriptorRef;
use super::web;
use crate::bounded::record::{elements, number, text};
use crate::tables::Flaw;
use crate::{QuarantineReason, score, text as plain};
use model::Severity;
use serde::Serialize;
use serde_json::Value;

/// How much of a snippet, and of the steps of a code flow, is kept, in bytes.
const MAX_SNIPPET: usize = 8 << 10;

/// How many steps of a code flow are kept.
const MAX_STEPS: usize = 200;

/// How long a fingerprint is at least: shorter ones are numbers, of a column or of an occurrence.
const MIN_FINGERPRINT: usize = 8;

/// A result.
#[derive(Serialize)]
pub struct Finding {
    /// Its rule.
    pub rule: DescriptorRef,
    /// Whether it is a problem (3.27.9), and not something to look at or to know.
    pub fails: bool,
    /// Whether it says that there is nothing: the rule found no problem or did not apply (3.27.9), the result is suppressed
    /// (3.27.23), or it was there in the scan before and is not any more (3.27.24).
    pub gone: bool,
    /// Its own severity.
    pub level: Option<Severity>,
    /// Its own CVSS score in tenths.
    pub score: Option<u16>,
    /// How sure the tool is, in its words.
    pub confidence: String,
    /// Its message, or the id of it.
    pub message: Message,
    /// What the tool itself knows it by, else empty.
    pub fingerprint: String,
    /// The taxa into which it falls.
    pub taxa: Vec<DescriptorRef>,
    /// Its tags.
    pub tags: Vec<String>,
    /// Where it is. Never empty: a result without a location has one that says nothing.
    pub locations: Vec<Location>,
    /// The steps that lead to it.
    pub flow: String,
    /// The method of its request.
    pub method: String,
    /// The request.
    pub request: String,
    /// The response.
    pub response: String,
}

/// A `message` (3.11).
#[derive(Serialize)]
pub struct Message {
    /// The text.
    pub text: String,
    /// The id of the text, where that is empty.
    pub id: String,
    /// What its placeholders stand for.
    pub arguments: Vec<String>,
}

/// A `location` (3.28).
#[derive(Default, Serialize)]
pub struct Location {
    /// The artifact.
    pub artifact: Artifact,
    /// A function, a resource, … where there is no artifact.
    pub logical: String,
    /// The line, from 1; 0 if none is given.
    pub line: u32,
    /// What stands there.
    pub snippet: String,
    /// What the tool sent there.
    pub attack: String,
}

impl Finding {
    /// Reads a result.
    ///
    /// # Errors
    /// If it is no result, or has a kind or a level that does not exist.
    pub fn of(result: &Value) -> Result<Self, Flaw> {
        let invalid = |name: &str, value: &str| (QuarantineReason::FieldInvalid, format!("{name}={value}"));
        if !result.is_object() {
            return Err((QuarantineReason::FieldInvalid, "result".to_owned()));
        }
        let [kind, stated] = ["kind", "level"].map(|key| text(&result[key]));
        let (fails, passes) = match kind.as_str() {
            "" | "fail" => (true, false),
            "pass" | "notApplicable" => (false, true),
            "open" | "review" | "informational" => (false, false),
            kind => return Err(invalid("kind", kind)),
        };
        if !stated.is_empty() && level(&stated).is_none() {
            return Err(invalid("level", &stated));
        }
        let properties = &result["properties"];
        let request = &result["webRequest"];
        Ok(Self {
            rule: rule(result),
            fails,
            gone: passes || is_suppressed(result) || text(&result["baselineState"]) == "absent",
            level: level(&stated),
            score: score::tenths(&text(&properties["security-severity"])),
            confidence: text(&properties["confidence"]),
            message: Message {
                text: words(&result["message"]),
                id: text(&result["message"]["id"]),
                arguments: elements(&result["message"]["arguments"]).iter().map(text).collect(),
            },
            fingerprint: fingerprint(result),
            taxa: elements(&result["taxa"]).iter().map(DescriptorRef::of).collect(),
            tags: elements(&properties["tags"]).iter().map(text).collect(),
            locations: locations(result),
            flow: flow(result),
            method: text(&request["method"]),
            request: web::request(request),
            response: web::response(&result["webResponse"]),
        })
    }

    /// Whether everything that a row needs stands in the result: a web scanner says of a request what there is to say.
    pub fn stands_alone(&self) -> bool {
        !self.rule.id.is_empty()
            && self.is_judged_alone()
            && !self.message.text.is_empty()
            && self.locations.iter().all(|location| location.artifact.is_page())
    }

    /// Whether its own level is the severity, whatever its rule says.
    pub fn is_judged_alone(&self) -> bool {
        self.level.is_some() && !self.request.is_empty()
    }

    /// The bytes of its texts.
    pub fn size(&self) -> usize {
        let texts = [&self.confidence, &self.message.text, &self.message.id, &self.fingerprint, &self.flow];
        let texts = texts.into_iter().chain([&self.method, &self.request, &self.response]);
        let texts = texts.chain(&self.message.arguments).chain(&self.tags);
        let locations = self.locations.iter().map(Location::size);
        let descriptors = self.taxa.iter().chain([&self.rule]).map(DescriptorRef::size);
        size_of::<Self>()
            + texts.map(|text| text.len() + size_of::<String>()).chain(locations).chain(descriptors).sum::<usize>()
    }
}

impl Location {
    fn of(location: &Value) -> Self {
        let physical = &location["physicalLocation"];
        let region = &physical["region"];
        let logical = elements(&location["logicalLocations"]).first().unwrap_or(&Value::Null);
        let names = ["fullyQualifiedName", "decoratedName", "name"].map(|key| text(&logical[key]));
        let snippets = [region, &physical["contextRegion"]].map(|region| &region["snippet"]["text"]);
        let snippet = snippets.into_iter().find_map(Value::as_str).unwrap_or_default();
        Self {
            artifact: Artifact::of(&physical["artifactLocation"]),
            logical: names.into_iter().find(|name| !name.is_empty()).unwrap_or_default(),
            line: number(&region["startLine"]).and_then(|line| u32::try_from(line).ok()).unwrap_or(0),
            snippet: plain::cut(snippet, MAX_SNIPPET),
            attack: plain::cut(&text(&location["properties"]["attack"]), MAX_SNIPPET),
        }
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.artifact.size() + self.logical.len() + self.snippet.len() + self.attack.len()
    }
}

/// The rule: `ruleId` and `ruleIndex`, or `rule`, of which they are a short form (3.27.7).
fn rule(result: &Value) -> DescriptorRef {
    let mut rule = DescriptorRef::of(&result["rule"]);
    let id = text(&result["ruleId"]);
    if !id.is_empty() {
        rule.id = id;
    }
    rule.index = rule.index.or_else(|| usize::try_from(number(&result["ruleIndex"])?).ok());
    rule
}

/// The locations, at least one. A request without a location is where it went.
fn locations(result: &Value) -> Vec<Location> {
    let mut locations: Vec<Location> = elements(&result["locations"]).iter().map(Location::of).collect();
    if locations.is_empty() {
        locations.push(Location::default());
    }
    let target = Artifact { uri: text(&result["webRequest"]["target"]), ..Artifact::default() };
    for location in &mut locations {
        let nowhere = location.artifact.uri.is_empty() && location.artifact.index.is_none();
        if nowhere && location.logical.is_empty() && target.is_page() {
            location.artifact = target.clone();
        }
    }
    locations
}

/// Whether all requests to suppress the result were accepted; without a status they are (3.27.23, 3.35.3).
fn is_suppressed(result: &Value) -> bool {
    let suppressions = elements(&result["suppressions"]);
    let accepted = |suppression: &Value| matches!(text(&suppression["status"]).as_str(), "" | "accepted");
    !suppressions.is_empty() && suppressions.iter().all(accepted)
}

/// The fingerprint (3.27.16), else the hash of the line that GitHub and its tools put among the partial ones (3.27.17): the
/// others may be of anything, such as the commit. Of several versions the oldest, which stays when a newer one is added.
fn fingerprint(result: &Value) -> String {
    let of = |key: &str, prefix: &str| {
        let entries = result[key].as_object().into_iter().flatten();
        let mut entries: Vec<_> = entries.filter(|(name, _)| name.starts_with(prefix)).collect();
        entries.sort_by_key(|(name, _)| versioned(name));
        entries.into_iter().map(|(_, value)| text(value)).find(|value| is_fingerprint(value))
    };
    of("fingerprints", "").or_else(|| of("partialFingerprints", "primaryLocationLineHash")).unwrap_or_default()
}

/// A name like `contextRegionHash/v2` (3.5.4.2) and its version.
fn versioned(name: &str) -> (&str, u32) {
    let version = name.rsplit_once("/v").and_then(|(name, version)| Some((name, version.parse().ok()?)));
    version.unwrap_or((name, 0))
}

/// Whether a value can tell results apart. Semgrep writes `requires login` into every one.
fn is_fingerprint(value: &str) -> bool {
    value.len() >= MIN_FINGERPRINT && !value.contains(char::is_whitespace)
}

/// The steps of the first code flow (3.36), one a line: `src/a.c:12 the data comes from here`.
fn flow(result: &Value) -> String {
    let mut out = String::new();
    let threads = elements(&result["codeFlows"]).first().map_or(&[][..], |flow| elements(&flow["threadFlows"]));
    for step in threads.iter().flat_map(|thread| elements(&thread["locations"])).take(MAX_STEPS) {
        let location = &step["location"];
        let Location { artifact, line, .. } = Location::of(location);
        let line = if line == 0 { artifact.uri } else { format!("{}:{line}", artifact.uri) };
        out.push_str(&format!("{line} {}", words(&location["message"])).replace('\n', " "));
        out.push('\n');
        if out.len() > MAX_SNIPPET {
            break;
        }
    }
    plain::cut(out.trim_end(), MAX_SNIPPET)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn fingerprints_are_those_that_stay() {
        for (result, known_by) in [
            (json!({"fingerprints": {"b/v2": "22222222", "b/v10": "10101010", "b/v3": "33333333"}}), "22222222"),
            (json!({"fingerprints": {"matchBasedId/v1": "requires login"}}), ""),
            (
                json!({"partialFingerprints": {"commitSha": "0123456789", "primaryLocationLineHash": "39fa2ee980eb94b0:1"}}),
                "39fa2ee980eb94b0:1",
            ),
            (json!({"partialFingerprints": {"primaryLocationStartColumnFingerprint": "4"}}), ""),
            (
                json!({"fingerprints": {"0": "1"}, "partialFingerprints": {"primaryLocationLineHash/v1": "abcdef012:2"}}),
                "abcdef012:2",
            ),
            (json!({"fingerprints": []}), ""),
        ] {
            assert_eq!(fingerprint(&result), known_by, "{result}");
        }
    }

    #[test]
    fn what_says_that_there_is_nothing_is_known() {
        for (result, gone) in [
            (json!({}), false),
            (json!({"kind": "pass"}), true),
            (json!({"kind": "review", "level": "none"}), false),
            (json!({"suppressions": []}), false),
            (json!({"suppressions": [{"kind": "inSource"}]}), true),
            (json!({"suppressions": [{"status": "accepted"}, {"status": "rejected"}]}), false),
            (json!({"baselineState": "absent"}), true),
            (json!({"baselineState": "unchanged"}), false),
        ] {
            assert_eq!(Finding::of(&result).unwrap().gone, gone, "{result}");
        }
        for (result, detail) in
            [(json!("x"), "result"), (json!({"level": "High"}), "level=High"), (json!({"kind": "error"}), "kind=error")]
        {
            assert_eq!(Finding::of(&result).err().unwrap().1, detail);
        }
    }

    #[test]
    fn code_flows_are_lines_with_an_end() {
        let step = |line: u32| {
            json!({"location": {"message": {"text": "on\nand on"}, "physicalLocation":
            {"artifactLocation": {"uri": "a.c"}, "region": {"startLine": line}}}})
        };
        let steps: Vec<_> = (1..1000).map(step).collect();
        let told = flow(&json!({"codeFlows": [{"threadFlows": [{"locations": steps}]}]}));
        assert!(told.starts_with("a.c:1 on and on\na.c:2 on"), "{told}");
        assert_eq!(told.lines().count(), MAX_STEPS);
    }
}
