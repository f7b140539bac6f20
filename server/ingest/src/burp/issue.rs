//! An issue, as every format of Burp describes it: a row.

use super::types::{self, EXTENSION};
use crate::tables::{Collector, Flaw, unite};
use crate::{QuarantineReason, Refusal, fields, origin, text};
use model::facts::{AssetFacts, AssetKind, EvidenceKind, EvidencePart, Place, Prose, Row, WeaknessFacts};
use model::{Micros, Severity};

/// What an issue says, as written.
#[derive(Clone, Default)]
pub struct Issue {
    /// The issue's number in its project or scan.
    pub serial: String,
    /// The number of its type.
    pub kind: String,
    /// The type's name.
    pub name: String,
    /// The web origin.
    pub host: String,
    /// The origin's address.
    pub ip: String,
    /// The path, without a query.
    pub path: String,
    /// The path, with the insertion point in brackets behind it where there is one.
    pub location: String,
    /// `High`, …
    pub severity: String,
    /// `Certain`, …
    pub confidence: String,
    /// What the type is, in HTML; this and the next three are plain text where [`Self::is_plain`] says so.
    pub background: String,
    /// What to do about the type, in HTML.
    pub remediation: String,
    /// Links, as a list in HTML.
    pub references: String,
    /// CWE and CAPEC, as a list in HTML.
    pub classifications: String,
    /// The four above are plain text and not HTML.
    pub is_plain: bool,
    /// What is said of this very instance, as plain text.
    pub details: String,
    /// What was sent and received.
    pub messages: Vec<EvidencePart>,
    /// What no fact takes.
    pub fields: Vec<EvidencePart>,
    /// When the last request of its evidence was sent.
    pub seen_at: Option<Micros>,
}

/// What a format calls the fields that an issue cannot do without.
pub struct Names {
    /// The type.
    pub rule: &'static str,
    /// The web origin.
    pub origin: &'static str,
}

impl Names {
    /// In reports.
    pub const REPORT: Self = Self { rule: "type", origin: "host" };
}

/// What is needed of an issue to make a row.
pub struct Sound {
    rule: String,
    origin: String,
    /// `None` for what Burp or its user marked as a false positive.
    severity: Option<Severity>,
}

impl Issue {
    /// What makes a row of it.
    ///
    /// # Errors
    /// The flaw for which it is none.
    pub fn sound(&self, names: &Names) -> Result<Sound, Flaw> {
        let missing = |name: &str| (QuarantineReason::FieldMissing, name.to_owned());
        let invalid = |name: &str, value: &str| (QuarantineReason::FieldInvalid, format!("{name}={value}"));
        let name = self.name.trim();
        let kind = Some(self.kind.trim()).filter(|kind| !kind.is_empty()).or_else(|| types::of_name(name));
        let rule = match kind.ok_or_else(|| (QuarantineReason::RuleMissing, names.rule.to_owned()))? {
            EXTENSION if name.is_empty() => return Err((QuarantineReason::RuleMissing, "name".to_owned())),
            EXTENSION => format!("{EXTENSION}/{name}"),
            kind => kind.to_owned(),
        };
        let severity = match self.severity.trim().to_ascii_lowercase().as_str() {
            "" => return Err(missing("severity")),
            "false positive" | "false_positive" => None,
            _ if self.confidence.trim().eq_ignore_ascii_case("false_positive") => None,
            "information" | "informational" => Some(Severity::Info),
            word => Some(word.parse().map_err(|()| invalid("severity", word))?),
        };
        let host = self.host.trim();
        if host.is_empty() {
            return Err(missing(names.origin));
        }
        Ok(Sound { rule, origin: origin::of_url(host).ok_or_else(|| invalid(names.origin, host))?, severity })
    }

    /// Makes a row of an issue of a report and hands it over; one that makes no sense is quarantined, with the place and the
    /// bytes it was read from.
    ///
    /// # Errors
    /// If there are too many rows, or the sink wants no more.
    pub fn hand_over(self, collector: &mut Collector<'_>, place: (u64, u64), raw: &[u8]) -> Result<(), Refusal> {
        match self.sound(&Names::REPORT) {
            Ok(sound) => self.emit(sound, collector),
            Err(flaw) => collector.quarantine(flaw, Some(place), raw),
        }
    }

    /// Hands the row over.
    ///
    /// # Errors
    /// If there are too many, or the sink wants no more.
    pub fn emit(mut self, sound: Sound, collector: &mut Collector<'_>) -> Result<(), Refusal> {
        let facts = AssetFacts { kind: AssetKind::Origin, name: sound.origin, ..AssetFacts::default() };
        let asset = collector.asset_named(&facts)?;
        let known = collector.asset(asset);
        known.observation.reached = true;
        known.observation.at = known.observation.at.max(self.seen_at);
        match &known.facts.ip {
            None if !self.ip.is_empty() => known.facts.ip = Some(self.ip.clone()),
            // A name with several addresses.
            Some(ip) if *ip != self.ip => self.fields.extend(fields::of_row("host@ip", &self.ip)),
            _ => {}
        }
        let weakness = match collector.weakness_of(&sound.rule) {
            Some(weakness) => weakness,
            None => collector.add_weakness(WeaknessFacts { rule: sound.rule, ..WeaknessFacts::default() })?,
        };
        let grown = self.describe(collector.weakness(weakness));
        collector.grow(grown)?;
        let Some(severity) = sound.severity else { return collector.no_finding() };
        let place = place(&self.path, &self.location);
        if !is_told(&place, &self.location) {
            self.fields.extend(fields::of_row("location", &self.location));
        }
        let mut evidence = Vec::with_capacity(self.messages.len() + 1);
        if !self.details.is_empty() {
            evidence.push(EvidencePart { kind: EvidenceKind::Detail, text: text::without_nul(self.details) });
        }
        evidence.extend(self.messages);
        fields::append(&mut evidence, self.fields);
        collector.row(Row {
            asset,
            weakness,
            place,
            severity,
            confidence: confidence(&self.confidence),
            serial: Some(self.serial.trim().to_owned()).filter(|serial| !serial.is_empty()),
            evidence,
        })
    }

    /// Takes what the issue says of its type into the weakness; by how many bytes its texts grew.
    fn describe(&self, facts: &mut WeaknessFacts) -> usize {
        let list = |written: &str| if self.is_plain { text::tidy(written) } else { links(written) };
        let WeaknessFacts { title, prose, .. } = facts;
        let Prose { description, solution, references, fields, .. } = prose;
        let grown = [
            (title, "name", self.name.trim().to_owned()),
            (description, "issueBackground", self.prose(&self.background)),
            (solution, "remediationBackground", self.prose(&self.remediation)),
            (references, "references", list(&self.references)),
        ]
        .into_iter()
        .map(|(text, name, of_issue)| fields::settle(text, fields, name, &of_issue))
        .sum::<usize>();
        let classifications = list(&self.classifications);
        let of_classes = classifications
            .lines()
            .map(|class| fields::add(fields, &mut 0, "vulnerabilityClassifications", class))
            .sum::<usize>();
        classify(facts, &classifications);
        grown + of_classes
    }

    /// A text of it as plain text.
    pub fn prose(&self, written: &str) -> String {
        if self.is_plain { text::tidy(written) } else { text::from_html(written) }
    }

    /// Adds a paragraph to what is said of this instance.
    pub fn add_detail(&mut self, paragraph: &str) {
        self.add_text("\n\n", paragraph);
    }

    /// Adds a line to what is said of this instance.
    pub fn add_line(&mut self, line: &str) {
        self.add_text("\n", line);
    }

    fn add_text(&mut self, separator: &str, text: &str) {
        let text = text.trim();
        if !self.details.is_empty() && !text.is_empty() {
            self.details.push_str(separator);
        }
        self.details.push_str(text);
    }

    /// About how many bytes of memory it takes.
    pub fn size(&self) -> usize {
        let texts = [
            &self.serial,
            &self.kind,
            &self.name,
            &self.host,
            &self.ip,
            &self.path,
            &self.location,
            &self.severity,
            &self.confidence,
            &self.background,
            &self.remediation,
            &self.references,
            &self.classifications,
            &self.details,
        ];
        let messages: usize =
            self.messages.iter().chain(&self.fields).map(|part| size_of::<EvidencePart>() + part.text.len()).sum();
        size_of::<Self>() + messages + texts.iter().map(|text| text.len()).sum::<usize>()
    }
}

/// The confidence in XML's words: JSON has them in lower case, and one for not knowing.
fn confidence(word: &str) -> Option<String> {
    let word = word.trim();
    let known = ["Certain", "Firm", "Tentative"].into_iter().find(|known| known.eq_ignore_ascii_case(word));
    let said = !word.is_empty() && !word.eq_ignore_ascii_case("undefined");
    said.then(|| known.unwrap_or(word).to_owned())
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
    numbers("CWE-").for_each(|cwe| unite(&mut facts.cwe, &mut 0, &cwe));
    numbers("CAPEC-").for_each(|capec| unite(&mut facts.refs, &mut 0, format!("CAPEC:{capec}").as_str()));
}

/// Whether a place says all that `location` does.
fn is_told(place: &Place, location: &str) -> bool {
    let Place::Insertion { path, point } = place else { return false };
    let rest = location.trim().strip_prefix(path.as_str()).map(str::trim_start);
    rest.is_some_and(|rest| {
        rest.is_empty() || rest.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) == Some(point)
    })
}

/// A list of links as lines `title: address`.
fn links(html: &str) -> String {
    let text = text::from_html(html);
    let lines = text.lines().map(|line| line.trim_start().trim_start_matches("• ")).filter(|line| !line.is_empty());
    let lines = lines.map(|line| match line.strip_suffix(')').and_then(|line| line.rsplit_once(" (http")) {
        Some((title, address)) => format!("{title}: http{address}"),
        None => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
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
        classify(&mut facts, "CWE-79: XSS\nCAPEC-66: SQLi\nCWE-116");
        assert_eq!((facts.cwe, facts.refs), (vec![79, 116], vec!["CAPEC:66".to_owned()]));
    }
}
