//! An issue, in whatever format it was written, and the row it becomes.

use super::types;
use crate::tables::{Collector, Flaw};
use crate::{QuarantineReason, Refusal, origin, text};
use model::Severity;
use model::facts::{AssetFacts, AssetKind, EvidenceKind, EvidencePart, Place, Prose, Row, WeaknessFacts};

/// What an issue says, as written.
#[derive(Clone, Default)]
pub struct Issue {
    pub serial: String,
    /// The number of its type.
    pub kind: String,
    pub name: String,
    pub host: String,
    pub ip: String,
    pub path: String,
    /// The path, and behind it the insertion point in brackets.
    pub location: String,
    pub severity: String,
    pub confidence: String,
    pub background: String,
    pub remediation: String,
    pub references: String,
    pub classifications: String,
    /// The four above are plain text and not HTML.
    pub is_plain: bool,
    /// What is said of this very instance, as plain text.
    pub details: String,
    pub messages: Vec<EvidencePart>,
}

impl Issue {
    /// Makes a row of it and passes it on; what makes no sense is quarantined, with the place and the bytes it was read from.
    ///
    /// # Errors
    /// If there are too many rows, or the sink wants no more.
    pub fn hand_over(self, collector: &mut Collector<'_>, place: (u64, u64), raw: &[u8]) -> Result<(), Refusal> {
        match sound(&self) {
            Ok(sound) => self.emit(collector, sound),
            Err(flaw) => collector.quarantine(flaw, Some(place), raw),
        }
    }

    fn emit(self, collector: &mut Collector<'_>, sound: Sound) -> Result<(), Refusal> {
        let facts = AssetFacts { kind: AssetKind::Origin, name: sound.origin, ..AssetFacts::default() };
        let asset = collector.asset_named(&facts)?;
        let known = collector.asset(asset);
        known.observation.reached = true;
        if known.facts.ip.is_none() && !self.ip.is_empty() {
            known.facts.ip = Some(self.ip.clone());
        }
        let weakness = match collector.weakness_of(&sound.rule) {
            Some(weakness) => weakness,
            None => collector.add_weakness(WeaknessFacts {
                rule: sound.rule,
                title: self.name.trim().to_owned(),
                prose: Prose {
                    synopsis: String::new(),
                    description: self.prose(&self.background),
                    solution: self.prose(&self.remediation),
                    references: if self.is_plain { self.references.clone() } else { links(&self.references) },
                },
                ..WeaknessFacts::default()
            })?,
        };
        classify(collector.weakness(weakness), &self.prose(&self.classifications));
        let Some(severity) = sound.severity else { return collector.no_finding() };
        let mut evidence = Vec::with_capacity(self.messages.len() + 1);
        if !self.details.is_empty() {
            evidence.push(EvidencePart { kind: EvidenceKind::Detail, text: text::without_nul(self.details) });
        }
        evidence.extend(self.messages);
        let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        collector.row(Row {
            asset,
            weakness,
            place: place(&self.path, &self.location),
            severity,
            confidence: some(&self.confidence),
            serial: some(&self.serial),
            evidence,
        })
    }

    /// A text of it as plain text.
    pub fn prose(&self, written: &str) -> String {
        if self.is_plain { text::tidy(written) } else { text::from_html(written) }
    }
}

/// What is needed of an issue to make a row.
struct Sound {
    rule: String,
    origin: String,
    /// `None` for what Burp or its user marked as a false positive.
    severity: Option<Severity>,
}

fn sound(issue: &Issue) -> Result<Sound, Flaw> {
    let missing = |name: &str| (QuarantineReason::FieldMissing, name.to_owned());
    let invalid = |name: &str, value: &str| (QuarantineReason::FieldInvalid, format!("{name}={value}"));
    let kind = issue.kind.trim();
    let rule = match kind {
        "" => return Err((QuarantineReason::RuleMissing, "type".to_owned())),
        types::EXTENSION if issue.name.trim().is_empty() => {
            return Err((QuarantineReason::RuleMissing, "name".to_owned()));
        }
        types::EXTENSION => format!("{}/{}", types::EXTENSION, issue.name.trim()),
        kind => kind.to_owned(),
    };
    let severity = match issue.severity.trim().to_ascii_lowercase().as_str() {
        "" => return Err(missing("severity")),
        "false positive" | "false_positive" => None,
        "information" | "informational" => Some(Severity::Info),
        word => Some(word.parse().map_err(|()| invalid("severity", word))?),
    };
    let host = issue.host.trim();
    if host.is_empty() {
        return Err(missing("host"));
    }
    Ok(Sound { rule, origin: origin::of_url(host).ok_or_else(|| invalid("host", host))?, severity })
}

/// The insertion point is what stands in brackets behind the path in `location`.
fn place(path: &str, location: &str) -> Place {
    let (path, location) = (path.trim(), location.trim());
    let rest = location.strip_prefix(path).unwrap_or(location);
    let point = rest
        .strip_suffix(']')
        .and_then(|rest| rest.trim_start().strip_prefix('[').or_else(|| rest.split_once(" [").map(|(_, point)| point)))
        .unwrap_or_default();
    Place::Insertion { path: path.to_owned(), point: point.to_owned() }
}

/// Adds the CWE numbers and CAPEC references of a classification list.
fn classify(facts: &mut WeaknessFacts, text: &str) {
    let numbers = |prefix: &'static str| {
        text.match_indices(prefix).filter_map(|(at, _)| {
            let digits = &text[at + prefix.len()..];
            let end = digits.find(|character: char| !character.is_ascii_digit()).unwrap_or(digits.len());
            digits[..end].parse::<u32>().ok()
        })
    };
    for cwe in numbers("CWE-") {
        if !facts.cwe.contains(&cwe) {
            facts.cwe.push(cwe);
        }
    }
    for capec in numbers("CAPEC-").map(|capec| format!("CAPEC:{capec}")) {
        if !facts.refs.contains(&capec) {
            facts.refs.push(capec);
        }
    }
}

/// A list of links as lines `title: address`.
fn links(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some(at) = rest.find("<a ") {
        rest = &rest[at..];
        let Some(end) = rest.find("</a>") else { break };
        let (anchor, after) = rest.split_at(end);
        rest = after;
        let address =
            anchor.split_once("href=\"").and_then(|(_, value)| value.split_once('"')).map(|(address, _)| address);
        let title = text::from_html(anchor);
        match address {
            Some(address) if title.is_empty() || title == address => out.push_str(address),
            Some(address) => out.push_str(&format!("{title}: {}", text::from_html(address))),
            None => out.push_str(&title),
        }
        out.push('\n');
    }
    if out.is_empty() { text::from_html(html) } else { out.trim_end().to_owned() }
}

/// Adds a paragraph to a text.
pub fn push_paragraph(to: &mut String, paragraph: &str) {
    let paragraph = paragraph.trim();
    if !to.is_empty() && !paragraph.is_empty() {
        to.push_str("\n\n");
    }
    to.push_str(paragraph);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn insertion_points_stand_in_brackets() {
        for (path, location, point) in [
            ("/a", "/a", ""),
            ("/a", "/a [q parameter]", "q parameter"),
            ("/a", "/a [x[0] parameter]", "x[0] parameter"),
            ("/a[1]", "/a[1]", ""),
            ("/a", "/b [q parameter]", "q parameter"),
            ("/", "/", ""),
        ] {
            assert_eq!(
                place(path, location),
                Place::Insertion { path: path.into(), point: point.into() },
                "{location}"
            );
        }
    }

    #[test]
    fn links_become_lines() {
        let html = "<ul><li><a href=\"https://e.org/?a&amp;b\">Title &amp; more</a></li><li><a href=\"https://x\">https://x</a></li></ul>";
        assert_eq!(links(html), "Title & more: https://e.org/?a&b\nhttps://x");
        assert_eq!(links("<p>Plain</p>"), "Plain");
    }

    #[test]
    fn classifications_are_read_out_of_their_list() {
        let mut facts = WeaknessFacts::default();
        classify(&mut facts, "• CWE-79: XSS\n• CAPEC-66: SQLi\n• CWE-116");
        assert_eq!((facts.cwe, facts.refs), (vec![79, 116], vec!["CAPEC:66".to_owned()]));
    }
}
