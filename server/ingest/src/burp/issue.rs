//! `issue`: a row.

use super::{Parser, base64};
use crate::tables::{Flaw, unite};
use crate::{QuarantineReason, Refusal, origin, text};
use model::Severity;
use model::facts::{AssetFacts, AssetKind, EvidenceKind, EvidencePart, Place, Prose, Row, WeaknessFacts};

/// The type of every issue that an extension reports.
const EXTENSION: &str = "134217728";

/// What an issue says, as written.
#[derive(Default)]
struct Issue {
    serial: String,
    kind: String,
    name: String,
    host: String,
    ip: String,
    path: String,
    location: String,
    severity: String,
    confidence: String,
    background: String,
    remediation: String,
    references: String,
    classifications: String,
    /// What is said of this very instance, as plain text.
    details: String,
    messages: Vec<EvidencePart>,
}

impl Issue {
    fn field(&mut self, name: &[u8]) -> Option<&mut String> {
        Some(match name {
            b"serialNumber" => &mut self.serial,
            b"type" => &mut self.kind,
            b"name" => &mut self.name,
            b"host" => &mut self.host,
            b"path" => &mut self.path,
            b"location" => &mut self.location,
            b"severity" => &mut self.severity,
            b"confidence" => &mut self.confidence,
            b"issueBackground" => &mut self.background,
            b"remediationBackground" => &mut self.remediation,
            b"references" => &mut self.references,
            b"vulnerabilityClassifications" => &mut self.classifications,
            _ => return None,
        })
    }
}

impl Parser<'_, '_> {
    /// Reads the `issue` that has just been opened.
    pub(super) fn issue(&mut self) -> Result<(), Refusal> {
        self.xml.begin_row();
        let mut issue = Issue::default();
        while let Some(tag) = self.xml.child()? {
            let name = tag.name();
            if name == b"host" {
                issue.ip = tag.attribute("ip").map(|ip| text::without_nul(ip.trim().to_owned())).unwrap_or_default();
            }
            match name {
                b"requestresponse" => self.messages(&mut issue.messages)?,
                b"issueDetail" | b"remediationDetail" => {
                    self.scratch.clear();
                    self.xml.text_into(&mut self.scratch)?;
                    push_paragraph(&mut issue.details, &text::from_html(&self.scratch));
                }
                // What newer versions say of an instance in elements of its own.
                b"issueDetailItems" | b"dynamicAnalysis" | b"staticAnalysis" | b"collaboratorEvent"
                | b"infiltratorEvent" => {
                    let mut lines = String::new();
                    self.lines(&mut lines, &mut issue.messages)?;
                    push_paragraph(&mut issue.details, &lines);
                }
                name => match issue.field(name) {
                    Some(field) => {
                        self.xml.text_into(field)?;
                        *field = text::without_nul(std::mem::take(field));
                    }
                    None => self.xml.skip()?,
                },
            }
        }
        self.xml.end_row();
        match sound(&issue) {
            Ok(sound) => self.emit(issue, sound)?,
            Err(flaw) => {
                let place = (self.xml.line(), self.xml.offset());
                self.collector.quarantine(flaw, Some(place), self.xml.row_bytes())?;
            }
        }
        self.collector.progress(self.xml.offset());
        Ok(())
    }

    fn emit(&mut self, issue: Issue, sound: Sound) -> Result<(), Refusal> {
        let facts = AssetFacts { kind: AssetKind::Origin, name: sound.origin, ..AssetFacts::default() };
        let asset = self.collector.asset_named(&facts)?;
        let known = self.collector.asset(asset);
        known.observation.reached = true;
        if known.facts.ip.is_none() && !issue.ip.is_empty() {
            known.facts.ip = Some(issue.ip);
        }
        let weakness = match self.collector.weakness_of(&sound.rule) {
            Some(weakness) => weakness,
            None => self.collector.add_weakness(WeaknessFacts {
                rule: sound.rule,
                title: issue.name.trim().to_owned(),
                prose: Prose {
                    synopsis: String::new(),
                    description: text::from_html(&issue.background),
                    solution: text::from_html(&issue.remediation),
                    references: links(&issue.references),
                },
                ..WeaknessFacts::default()
            })?,
        };
        classify(self.collector.weakness(weakness), &issue.classifications);
        let Some(severity) = sound.severity else { return self.collector.no_finding() };
        let mut evidence = Vec::with_capacity(issue.messages.len() + 1);
        if !issue.details.is_empty() {
            evidence.push(EvidencePart { kind: EvidenceKind::Detail, text: text::without_nul(issue.details) });
        }
        evidence.extend(issue.messages);
        let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        self.collector.row(Row {
            asset,
            weakness,
            place: place(&issue.path, &issue.location),
            severity,
            confidence: some(&issue.confidence),
            serial: some(&issue.serial),
            evidence,
        })
    }

    /// Reads a `requestresponse`.
    fn messages(&mut self, messages: &mut Vec<EvidencePart>) -> Result<(), Refusal> {
        while let Some(tag) = self.xml.child()? {
            let kind = match tag.name() {
                b"request" => EvidenceKind::Request,
                b"response" => EvidenceKind::Response,
                _ => {
                    self.xml.skip()?;
                    continue;
                }
            };
            let is_base64 = tag.attribute("base64").is_some_and(|value| value.trim().eq_ignore_ascii_case("true"));
            self.scratch.clear();
            self.xml.text_into(&mut self.scratch)?;
            let text = if is_base64 { self.decoded() } else { text::without_nul(self.scratch.clone()) };
            if !text.trim().is_empty() {
                messages.push(EvidencePart { kind, text });
            }
        }
        Ok(())
    }

    /// The message in `scratch`, out of base64. One that says it is in base64 and is not, is kept as it stands.
    fn decoded(&mut self) -> String {
        match base64::decode(&self.scratch) {
            Some(bytes) => text::from_bytes(bytes),
            None => {
                self.collector.remarks.add("base64_kept_literally", "");
                text::without_nul(self.scratch.clone())
            }
        }
    }

    /// Reads an element with elements inside into lines `name: text`. Its requests and responses are messages like others.
    fn lines(&mut self, lines: &mut String, messages: &mut Vec<EvidencePart>) -> Result<(), Refusal> {
        while let Some(tag) = self.xml.child()? {
            let name = String::from_utf8_lossy(tag.name()).into_owned();
            match name.as_str() {
                "requestresponse" => self.messages(messages)?,
                _ => {
                    self.scratch.clear();
                    self.xml.text_into(&mut self.scratch)?;
                    let value = text::from_html(&self.scratch);
                    if !value.is_empty() {
                        lines.push_str(&format!("{name}: {value}\n"));
                    }
                }
            }
        }
        Ok(())
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
        EXTENSION => format!("{EXTENSION}/{}", issue.name.trim()),
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
fn classify(facts: &mut WeaknessFacts, html: &str) {
    let text = text::from_html(html);
    let numbers = |prefix: &'static str| {
        text.match_indices(prefix).filter_map(|(at, _)| {
            let digits = &text[at + prefix.len()..];
            let end = digits.find(|character: char| !character.is_ascii_digit()).unwrap_or(digits.len());
            digits[..end].parse::<u32>().ok()
        })
    };
    numbers("CWE-").for_each(|cwe| unite(&mut facts.cwe, &mut 0, &cwe));
    numbers("CAPEC-").for_each(|capec| unite(&mut facts.refs, &mut 0, format!("CAPEC:{capec}").as_str()));
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

fn push_paragraph(to: &mut String, paragraph: &str) {
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
        classify(&mut facts, "<ul><li><a href=\"x\">CWE-79: XSS</a></li><li>CAPEC-66: SQLi</li><li>CWE-116</li></ul>");
        assert_eq!((facts.cwe, facts.refs), (vec![79, 116], vec!["CAPEC:66".to_owned()]));
    }
}
