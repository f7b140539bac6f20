//! Findings that people write down, because no scanner sees them.
//!
//! Each is the one record of an export of its own, read by a mapping that is always the same. So its text is sealed, its CWE
//! classified, its risk reckoned, its history kept and its import undone like any other's. What is said of it later is another
//! export with the same rule, which is its own id; the newest says what it is and how bad.

use crate::errors::{OrWire, internal};
use crate::import::{ByteSource, ImportFileError, Job, Progress, preview, stated};
use crate::request::{Session, new_token};
use ingest::feeds::cve_id;
use model::audit::AuditAct;
use model::error::{ErrorCode, WireError};
use model::facts::Place;
use model::filter::{Filter, StatusIs};
use model::mapping::{FormFields, MappedFormat};
use model::policy::Action;
use model::view::findings::{Sort, WRITTEN, WritingPage};
use model::view::mapping::PreviewOutcome;
use model::{MappedField, Mapping, Micros, OccurrenceId, Severity, Tool};
use serde_json::json;
use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::Arc;
use store::occurrences::{ListQuery, OccurrenceDetail};
use taxonomy::{cvss_score, cwe_name};

/// The fields, and the most characters of each.
const FIELDS: [(&str, usize); 16] = [
    ("id", 32),
    ("of", 36),
    ("title", 300),
    ("severity", 20),
    ("cvss", 300),
    ("where", 2_000),
    ("port", 20),
    ("method", 20),
    ("parameter", 300),
    ("cwe", 200),
    ("cve", 500),
    ("description", 20_000),
    ("evidence", 50_000),
    ("solution", 20_000),
    ("references", 5_000),
    ("seen", 10),
];

/// What a record of such an export has.
const COLUMNS: [MappedField; 17] = [
    MappedField::Rule,
    MappedField::Title,
    MappedField::Severity,
    MappedField::Asset,
    MappedField::Url,
    MappedField::Ip,
    MappedField::Method,
    MappedField::Parameter,
    MappedField::Port,
    MappedField::Cwe,
    MappedField::Cve,
    MappedField::Cvss,
    MappedField::Description,
    MappedField::Solution,
    MappedField::References,
    MappedField::Evidence,
    MappedField::SeenAt,
];

/// A record: each column with its text.
type Record = BTreeMap<&'static str, String>;

/// How such an export is read.
fn mapping() -> Mapping {
    let columns = COLUMNS.into_iter().map(|field| (field, format!("/{}", field.word())));
    Mapping {
        columns: columns.collect(),
        ..Mapping::new(WRITTEN.trim_end_matches('/'), MappedFormat::Json { records: String::new() })
    }
}

impl Session {
    /// The form: empty, with what a link says already, with what is known of the finding `of`, or as it was sent.
    pub(super) async fn writing_page(
        &self,
        mut said: BTreeMap<String, String>,
        problem: Option<WireError>,
    ) -> Result<WritingPage, WireError> {
        let scoped = self.scoped(Action::Import)?;
        let sources = scoped.source_list().await.wire()?.into_iter().map(|source| source.settings.name).collect();
        let mends = said.contains_key("of");
        if mends && problem.is_none() {
            let (found, source) = self.written(said.get("of").map_or("", String::as_str)).await?;
            said.extend(fields_of(&found, source));
        }
        said.entry("id".to_owned()).or_insert_with(new_id);
        let today = self.today().date().to_string();
        said.entry("seen".to_owned()).or_insert_with(|| today.clone());
        Ok(WritingPage { said, mends, problem, sources, today })
    }

    /// A finding that somebody wrote down, and the name of the source to which it belongs.
    async fn written(&self, id: &str) -> Result<(OccurrenceDetail, String), WireError> {
        let scoped = self.scoped(Action::Import)?;
        let id: OccurrenceId = id.parse().map_err(|_| WireError::new(ErrorCode::NotFound))?;
        let found = scoped.occurrence_detail(id, &Filter::new(), self.now()).await.wire()?;
        let episode = found.episodes.first().filter(|_| found.row.rule.starts_with(WRITTEN));
        let opened = episode.ok_or_else(|| WireError::new(ErrorCode::NotFound))?.episode.opened_by;
        let source = scoped.scan(opened).await.wire()?.source_name;
        Ok((found, source))
    }

    /// Writes a finding down, or what is said of one by now. The answer is its public id.
    ///
    /// # Errors
    /// The viewer may not, a field is missing, too long or cannot be understood, or the database failed.
    pub async fn write_finding(&self, fields: &FormFields) -> Result<String, WireError> {
        self.require(Action::Import, None)?;
        let said = bounded(fields)?;
        let text = |name: &str| said.get(name).map_or("", String::as_str);
        let (rule, known) = match text("of") {
            "" if text("id").is_empty() => (new_id(), None),
            "" => (id_of(text("id"))?, None),
            of => {
                let (found, _) = self.written(of).await?;
                (found.row.rule[WRITTEN.len()..].to_owned(), Some(found))
            }
        };
        let source = self.source_named(fields.get("source").map_or("", String::as_str)).await?;
        let at = self.seen_at(text("seen"), &source.settings.zone)?;
        let at = known.as_ref().map_or(Ok(at), |known| self.after(known.row.last_seen, at))?;
        let mut record = record(&said, &rule, at)?;
        check(&record)?;
        // Evidence that is not said anew is still what was seen.
        let evidence =
            || Some(known.as_ref()?.evidence.as_ref()?.iter().map(|part| part.text.as_str()).collect::<String>());
        if text("evidence").is_empty()
            && let Some(kept) = evidence()
        {
            record.insert(MappedField::Evidence.word(), kept);
        }
        let bytes = serde_json::to_vec_pretty(&json!([record])).map_err(|error| internal(&error))?;
        let job = Job {
            source: source.id,
            zone: source.settings.zone,
            file: format!("{}{rule}.json", WRITTEN.replace('/', "-")),
            user: self.viewer()?.user(),
            claim: None,
            stated_at: None,
            whole_project: false,
            accept_partial: false,
            mapping: Some(mapping()),
            told: None,
            settings: None,
            dry_run: false,
            progress: Arc::<Progress>::default(),
        };
        let imported = Box::pin(self.service.import(ByteSource::Memory(Cursor::new(bytes)), job)).await;
        imported.map_err(|error| match error {
            ImportFileError::Refused(refusal) => {
                WireError { detail: refusal.code, ..WireError::new(ErrorCode::Refused) }
            }
            ImportFileError::Failed(error) => internal(&format!("{error:#}")),
        })?;
        let id = self.id_of_rule(&format!("{WRITTEN}{rule}")).await?;
        self.audit(AuditAct::WriteFinding, &format!("finding:{id}"), "").await?;
        Ok(id)
    }

    /// The public id of the finding of such a rule that was seen last.
    async fn id_of_rule(&self, rule: &str) -> Result<String, WireError> {
        let filter = Filter::new().rule(Tool::Other, rule).status(StatusIs::Any);
        let query = ListQuery { filter: &filter, sort: Sort::LastSeen, cursor: None, limit: 1 };
        let page = self.scoped(Action::SeeFindings)?.occurrence_list(&query, self.now()).await.wire()?;
        page.rows.first().map(|row| row.id.to_string()).ok_or_else(|| WireError::new(ErrorCode::NotFound))
    }

    /// What is said of a finding that there is holds only after it was seen last: on the same day just after, on an earlier one not.
    fn after(&self, last: Micros, at: Micros) -> Result<Micros, WireError> {
        let day = |at| self.service.zone.day(at);
        match at > last {
            true => Ok(at),
            false if day(at) == day(last) => Ok(Micros(last.0 + 1_000_000)),
            false => Err(WireError::invalid("seen", "earlier")),
        }
    }

    /// The instant of a day that is said: now if it is today or none, so that what is said later counts, else its noon.
    fn seen_at(&self, day: &str, zone: &str) -> Result<Micros, WireError> {
        let today = self.today().date();
        if day.is_empty() {
            return Ok(self.now());
        }
        let said = day.parse::<chrono::NaiveDate>().map_err(|_| WireError::invalid("seen", "day"))?;
        if said > today {
            return Err(WireError::invalid("seen", "future"));
        }
        if said == today { Ok(self.now()) } else { stated(day, zone).map_err(|_| WireError::invalid("seen", "day")) }
    }
}

/// The fields with their texts, trimmed. One that is too long, or that there is not, is named.
fn bounded(fields: &FormFields) -> Result<BTreeMap<&'static str, String>, WireError> {
    let known = |name: &str| name == "source" || FIELDS.iter().any(|(field, _)| *field == name);
    if let Some(name) = fields.keys().find(|name| !known(name)) {
        return Err(WireError::invalid(name.chars().take(40).collect::<String>().as_str(), "unknown"));
    }
    let said = FIELDS.into_iter().map(|(name, most)| {
        let text = fields.get(name).map(|text| text.trim().replace("\r\n", "\n")).unwrap_or_default();
        if text.chars().count() > most { Err(WireError::invalid(name, "too_long")) } else { Ok((name, text)) }
    });
    said.collect()
}

/// An id that nobody else has.
fn new_id() -> String {
    new_token()[..32].to_owned()
}

/// The id that the form was drawn with: sent twice, it is one finding.
fn id_of(text: &str) -> Result<String, WireError> {
    let is_id = text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if is_id { Ok(text.to_owned()) } else { Err(WireError::invalid("id", "unknown")) }
}

/// The record of what was said.
fn record(said: &BTreeMap<&'static str, String>, rule: &str, at: Micros) -> Result<Record, WireError> {
    let text = |name: &str| said.get(name).cloned().unwrap_or_default();
    for name in ["title", "where"] {
        if text(name).is_empty() {
            return Err(WireError::invalid(name, "missing"));
        }
    }
    let wher = text("where");
    let is_url = wher.contains("://");
    let is_ip = wher.parse::<std::net::IpAddr>().is_ok();
    let only = |is: bool, text: String| if is { text } else { String::new() };
    // A description is read as what scanners write, which may be HTML; a person writes what they mean.
    let plain = |name: &str| text(name).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    Ok(Record::from([
        (MappedField::Rule.word(), rule.to_owned()),
        (MappedField::Title.word(), text("title")),
        (MappedField::Severity.word(), severity(&text("severity"), &text("cvss"))?.word().to_owned()),
        (MappedField::Asset.word(), only(!is_url && !is_ip, wher.clone())),
        (MappedField::Ip.word(), only(is_ip, wher.clone())),
        (MappedField::Method.word(), only(is_url, text("method"))),
        (MappedField::Parameter.word(), only(is_url, text("parameter"))),
        (MappedField::Port.word(), only(!is_url, text("port"))),
        (MappedField::Url.word(), only(is_url, wher)),
        (MappedField::Cwe.word(), cwes(&text("cwe"))?),
        (MappedField::Cve.word(), cves(&text("cve"))?),
        (MappedField::Cvss.word(), text("cvss")),
        (MappedField::Description.word(), plain("description")),
        (MappedField::Solution.word(), plain("solution")),
        (MappedField::References.word(), text("references")),
        (MappedField::Evidence.word(), text("evidence")),
        (MappedField::SeenAt.word(), at.rfc3339()),
    ]))
}

/// As it is chosen, else the band of the score of the vector.
fn severity(chosen: &str, vector: &str) -> Result<Severity, WireError> {
    let score = match vector {
        "" => None,
        vector => Some(cvss_score(vector).ok_or_else(|| WireError::invalid("cvss", "vector"))?),
    };
    match (chosen, score) {
        ("", Some(score)) => Ok(score.band),
        ("", None) => Err(WireError::invalid("severity", "missing")),
        (chosen, _) => chosen.parse().map_err(|_| WireError::invalid("severity", "unknown")),
    }
}

/// What stands between two of several.
fn tokens(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| letter.is_whitespace() || letter == ',' || letter == ';')
        .filter(|token| !token.is_empty())
}

/// `79` or `CWE-79`, each a weakness that there is.
fn cwes(text: &str) -> Result<String, WireError> {
    let known = tokens(text).map(|token| {
        let number = token.to_ascii_uppercase();
        let number = number.trim_start_matches("CWE-").parse().ok().filter(|number| cwe_name(*number).is_some());
        number.map(|number: u32| number.to_string()).ok_or_else(|| WireError::invalid("cwe", "unknown"))
    });
    Ok(known.collect::<Result<Vec<_>, _>>()?.join(" "))
}

/// Each a CVE id.
fn cves(text: &str) -> Result<String, WireError> {
    let known = tokens(text).map(|token| cve_id(token).ok_or_else(|| WireError::invalid("cve", "unknown")));
    Ok(known.collect::<Result<Vec<_>, _>>()?.join(" "))
}

/// Reads the record as it will be read, without its long texts, so that what is wrong is said by the form's field.
fn check(record: &Record) -> Result<(), WireError> {
    let long = [MappedField::Description, MappedField::Solution, MappedField::References, MappedField::Evidence];
    let mut short = record.clone();
    short.extend(long.map(|field| (field.word(), String::new())));
    let bytes = serde_json::to_vec(&json!([short])).map_err(|error| internal(&error))?;
    let seen = preview(&bytes, &mapping(), 1);
    match seen.rows.first().map(|row| &row.outcome) {
        Some(PreviewOutcome::Sighting { .. }) if seen.refusal.is_none() => Ok(()),
        Some(PreviewOutcome::Quarantined { reason, detail }) => {
            let column = detail.trim_start_matches('/').split(|letter: char| !letter.is_alphabetic()).next();
            let field = match column.unwrap_or_default() {
                "port" | "protocol" => "port",
                "title" | "rule" => "title",
                _ => "where",
            };
            Err(WireError::invalid(field, reason))
        }
        _ => Err(WireError::invalid("where", "unreadable")),
    }
}

/// What the form says of a finding that there is. Its evidence may hold secrets: left empty, it stays as it is.
fn fields_of(found: &OccurrenceDetail, source: String) -> BTreeMap<String, String> {
    let OccurrenceDetail { row, detail, .. } = found;
    let named = detail.asset_facts.ip.clone().unwrap_or_else(|| row.asset.clone());
    let (wher, port, method, parameter) = match &detail.place {
        Place::Request { method, target, parameter } => {
            (format!("{}{target}", row.asset), String::new(), method.clone(), parameter.clone())
        }
        Place::Port { protocol, port, .. } => (named, format!("{port}/{protocol}"), String::new(), String::new()),
        Place::Insertion { .. } | Place::Code { .. } | Place::Whole => {
            (named, String::new(), String::new(), String::new())
        }
    };
    let weakness = &detail.weakness;
    let cwe: Vec<String> = weakness.cwe.iter().map(u32::to_string).collect();
    let told = detail.rated.as_ref().map_or(row.severity, |rated| rated.told);
    let said = [
        ("title", row.title.clone()),
        ("severity", told.word().to_owned()),
        ("cvss", weakness.cvss.first().cloned().unwrap_or_default()),
        ("where", wher),
        ("port", port),
        ("method", method),
        ("parameter", parameter),
        ("cwe", cwe.join(", ")),
        ("cve", weakness.cve.join(", ")),
        ("description", weakness.prose.description.clone()),
        ("solution", weakness.prose.solution.clone()),
        ("references", weakness.prose.references.clone()),
        ("source", source),
    ];
    said.into_iter().map(|(name, text)| (name.to_owned(), text)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mapping_can_be_used() {
        assert_eq!(mapping().validate(), Ok(()));
    }

    #[test]
    fn a_vector_says_how_severe_it_is_unless_a_person_does() {
        let vector = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";
        assert_eq!(severity("", vector).unwrap(), Severity::Critical);
        assert_eq!(severity("low", vector).unwrap(), Severity::Low);
        for (chosen, vector, field) in [("", "", "severity"), ("bad", "", "severity"), ("low", "CVSS:3.1/AV:N", "cvss")]
        {
            assert_eq!(severity(chosen, vector).unwrap_err().field, field);
        }
    }

    #[test]
    fn numbers_are_those_that_there_are() {
        assert_eq!(cwes("79, CWE-89;cwe-22").unwrap(), "79 89 22");
        assert_eq!(cves("cve-2021-44228 CVE-2024-0001").unwrap(), "CVE-2021-44228 CVE-2024-0001");
        for bad in ["CWE-0", "999999", "xss"] {
            assert!(cwes(bad).is_err(), "{bad}");
        }
        for bad in ["CVE-21-44228", "CVE-2021-1", "2021-44228", "CVE-2021-44228-1"] {
            assert!(cves(bad).is_err(), "{bad}");
        }
    }
}
