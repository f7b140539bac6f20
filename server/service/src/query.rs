//! Questions that the API and the command line ask: occurrences as records, metrics as cells, lists as CSV.

use crate::errors::OrWire;
use crate::measures;
use crate::present::classifications;
use crate::request::Session;
use chrono::NaiveDate;
use model::error::{ErrorCode, WireError};
use model::filter::{Filter, Known};
use model::metrics::{Dimension, Measure, Metric};
use model::policy::Action;
use model::view::findings::Sort;
use model::{Day, Edition, Step};
use posture::measures::Measured;
use posture::metrics::Key;
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use store::occurrences::{ListQuery, OccurrenceRow};

/// The most rows of a CSV.
const MOST_CSV_ROWS: usize = 100_000;
/// How many rows are read at a time.
const PAGE: u32 = 200;

/// An occurrence as `occurrences --json` and the API give it.
#[derive(Clone, Debug, Serialize)]
pub struct OccurrenceRecord {
    /// Public id.
    pub id: String,
    /// The scanner's word.
    pub tool: String,
    /// The scanner's rule.
    pub rule_id: String,
    /// The weakness's title.
    pub title: String,
    /// Severity.
    pub severity: String,
    /// Shown status.
    pub status: String,
    /// Open, but the newest scan did not look.
    pub not_retested: bool,
    /// The asset's name.
    pub asset: String,
    /// Where on the asset.
    pub location: String,
    /// CWE numbers.
    pub cwe: Vec<u32>,
    /// CVE ids.
    pub cve: Vec<String>,
    /// Categories of the 2021 edition, the primary first.
    pub owasp_2021: Vec<String>,
    /// Categories of the 2025 edition, the primary first.
    pub owasp_2025: Vec<String>,
    /// What the 2021 category rests on.
    pub basis_2021: String,
    /// The team's slug.
    pub team: Option<String>,
    /// RFC 3339.
    pub first_seen: String,
    /// RFC 3339.
    pub last_seen: String,
    /// How many stretches of presence.
    pub episodes: i64,
    /// The risk by the published formula, 0 to 100.
    pub risk: i64,
    /// The day since when one of its CVEs is in the catalogue of known exploited vulnerabilities.
    pub kev_added: Option<String>,
    /// EPSS of the likeliest of its CVEs: the probability of exploitation within thirty days, 0 to 1.
    pub epss: Option<f64>,
    /// Its percentile, 0 to 1.
    pub epss_percentile: Option<f64>,
}

impl OccurrenceRecord {
    fn of(row: OccurrenceRow) -> Self {
        let found = classifications(&row.classification);
        let of = |edition| found.iter().find(|c| c.edition == edition);
        let categories = |edition, primary: model::Mapped| match of(edition) {
            Some(c) => std::iter::once(primary.word()).chain(c.also.iter().map(ToString::to_string)).collect(),
            None => vec![primary.word()],
        };
        Self {
            id: row.id.to_string(),
            tool: row.tool.to_string(),
            rule_id: row.rule,
            title: row.title,
            severity: row.severity.to_string(),
            status: row.status.to_string(),
            not_retested: row.not_retested.is_some(),
            asset: row.asset,
            location: row.location,
            cwe: row.cwe,
            cve: row.cve,
            owasp_2021: categories(Edition::Y2021, row.owasp_2021),
            owasp_2025: categories(Edition::Y2025, row.owasp_2025),
            basis_2021: of(Edition::Y2021).map_or_else(String::new, |c| c.basis.to_string()),
            team: row.team.map(|team| team.slug),
            first_seen: row.first_seen.rfc3339(),
            last_seen: row.last_seen.rfc3339(),
            episodes: row.episodes,
            risk: row.risk,
            kev_added: row.exploited.kev_added.map(|day| day.to_string()),
            epss: row.exploited.epss.map(share),
            epss_percentile: row.exploited.percentile.map(share),
        }
    }
}

/// Millionths as a number of 0 to 1.
fn share(millionths: u32) -> f64 {
    f64::from(millionths) / 1e6
}

/// A metric as the API and the command line ask for it: all texts, checked here.
#[derive(Clone, Debug, Default)]
pub struct MetricRequest {
    /// Which metric.
    pub name: String,
    /// Dimensions, parted by commas.
    pub by: String,
    /// First day.
    pub from: Option<String>,
    /// Last day.
    pub to: Option<String>,
    /// The day that counts as today.
    pub as_of: Option<String>,
    /// A step or a day.
    pub known_at: Option<String>,
    /// Filter text.
    pub filter: String,
}

/// The cells that a metric's question gives: each dimension's word with its value, and `value`.
pub type MetricCell = Map<String, Value>;

/// A filter's text.
pub(crate) fn filter(text: &str) -> Result<Filter, WireError> {
    Filter::parse(text).map_err(|error| WireError::invalid("filter", &error.to_string()))
}

pub(crate) fn day(field: &str, text: &str) -> Result<Day, WireError> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").map(Day::from).map_err(|_| WireError::invalid(field, "not_a_day"))
}

/// A question for figures, read.
pub(crate) struct Asked {
    /// Dimensions.
    pub by: Vec<Dimension>,
    /// Of which findings, the day and the knowledge shown included.
    pub filter: Filter,
    /// First day, if one is given.
    pub from: Option<Day>,
    /// Last day, if one is given.
    pub to: Option<Day>,
}

impl Asked {
    fn of(request: &MetricRequest) -> Result<Self, WireError> {
        let by = request
            .by
            .split(',')
            .filter(|word| !word.is_empty())
            .map(|word| word.trim().parse::<Dimension>().map_err(|()| WireError::invalid("by", "unknown")))
            .collect::<Result<_, _>>()?;
        let mut filter = filter(&request.filter)?;
        if let Some(text) = &request.as_of {
            filter = filter.at(day("as_of", text)?);
        }
        if let Some(text) = &request.known_at {
            let known = match text.parse() {
                Ok(step) => Known::Step(Step(step)),
                Err(_) => Known::Day(day("known_at", text)?),
            };
            filter = filter.known(known);
        }
        let from = request.from.as_deref().map(|text| day("from", text)).transpose()?;
        let to = request.to.as_deref().map(|text| day("to", text)).transpose()?;
        Ok(Self { by, filter, from, to })
    }
}

impl Session {
    /// A page of occurrences and the cursor of the next, empty on the last.
    ///
    /// # Errors
    /// The filter or the cursor cannot be read, or the viewer may not see findings.
    pub async fn occurrences(
        &self,
        text: &str,
        limit: u32,
        cursor: &str,
    ) -> Result<(Vec<OccurrenceRecord>, String), WireError> {
        if !(1..=PAGE).contains(&limit) {
            return Err(WireError::invalid("limit", "out_of_range"));
        }
        let (filter, scoped) = (filter(text)?, self.scoped(Action::SeeFindings)?);
        let cursor = match cursor {
            "" => None,
            text => Some(text.parse().map_err(|_| WireError::invalid("cursor", "unreadable"))?),
        };
        let query = ListQuery { filter: &filter, sort: Sort::default(), cursor: cursor.as_ref(), limit };
        let page = scoped.occurrence_list(&query, self.now()).await.wire()?;
        let next = page.next.map(|cursor| cursor.to_string()).unwrap_or_default();
        Ok((page.rows.into_iter().map(OccurrenceRecord::of).collect(), next))
    }

    /// Everything that matches a filter, as CSV; the last line says so if there was more than the bound.
    ///
    /// # Errors
    /// As [`Session::occurrences`].
    pub async fn findings_csv(&self, text: &str) -> Result<String, WireError> {
        let mut csv = csv::Writer::from_writer(Vec::new());
        let head = [
            "id",
            "tool",
            "rule_id",
            "title",
            "severity",
            "status",
            "not_retested",
            "asset",
            "location",
            "cwe",
            "cve",
            "owasp_2021",
            "owasp_2025",
            "basis_2021",
            "team",
            "first_seen",
            "last_seen",
            "episodes",
            "risk",
            "kev_added",
            "epss",
            "epss_percentile",
        ];
        csv.write_record(head).map_err(|error| crate::errors::internal(&error))?;
        let (mut cursor, mut written) = (String::new(), 0);
        loop {
            let (rows, next) = self.occurrences(text, PAGE, &cursor).await?;
            written += rows.len();
            for row in rows {
                csv.write_record(record(&row)).map_err(|error| crate::errors::internal(&error))?;
            }
            if next.is_empty() {
                break;
            }
            if written >= MOST_CSV_ROWS {
                let mut last = vec![String::new(); head.len()];
                if let Some(cell) = last.first_mut() {
                    *cell = format!("cut at {MOST_CSV_ROWS} rows");
                }
                csv.write_record(last).map_err(|error| crate::errors::internal(&error))?;
                break;
            }
            cursor = next;
        }
        let bytes = csv.into_inner().map_err(|error| crate::errors::internal(&error))?;
        String::from_utf8(bytes).map_err(|error| crate::errors::internal(&error))
    }

    /// A metric's cells: sparse and sorted. A measure about time is asked in the same way.
    ///
    /// # Errors
    /// A part of the question cannot be read, or the viewer may not see figures.
    pub async fn metric(&self, request: &MetricRequest) -> Result<Vec<MetricCell>, WireError> {
        let asked = Asked::of(request)?;
        if let Ok(measure) = request.name.parse::<Measure>() {
            let cells = self.measured(measure, &asked).await?;
            let slugs = self.slugs_for(&asked.by).await?;
            let cell = |of: &Measured| measures::cell(measure, of, dimensions(&asked.by, &of.keys, &slugs));
            return Ok(cells.iter().map(cell).collect());
        }
        let metric: Metric = request.name.parse().map_err(|()| WireError::new(ErrorCode::NotFound))?;
        let Asked { by, filter, from, to } = asked;
        let today = filter.as_of().unwrap_or_else(|| self.today());
        let book = self.scoped(Action::SeePosture)?.metric_cells(&filter, self.now()).await.wire()?;
        let first = || book.first_day().unwrap_or(today);
        let (from, to) = (from.unwrap_or_else(first), to.unwrap_or(today));
        let values = book
            .evaluate(metric, &by, from, to.min(today))
            .map_err(|_| WireError::invalid("by", "time_twice_or_too_fine"))?;
        let slugs = self.slugs_for(&by).await?;
        let cell = |keys: &[Key], value: i64| {
            let mut cell = dimensions(&by, keys, &slugs);
            cell.insert("value".to_owned(), json!(value));
            cell
        };
        Ok(values.iter().map(|value| cell(&value.keys, value.value)).collect())
    }

    async fn slugs_for(&self, by: &[Dimension]) -> Result<HashMap<model::TeamId, String>, WireError> {
        if by.contains(&Dimension::Team) { self.team_slugs().await } else { Ok(HashMap::new()) }
    }

    /// The slugs of all teams that the viewer may know of.
    pub(crate) async fn team_slugs(&self) -> Result<HashMap<model::TeamId, String>, WireError> {
        let teams = self.visible_teams().await?;
        Ok(teams.into_iter().map(|team| (model::TeamId(team.id), team.slug)).collect())
    }
}

/// The dimensions of a cell, by their words.
fn dimensions(by: &[Dimension], keys: &[Key], slugs: &HashMap<model::TeamId, String>) -> MetricCell {
    by.iter().zip(keys).map(|(dimension, key)| (dimension.word().to_owned(), word(*key, slugs))).collect()
}

/// A key as JSON says it.
fn word(key: Key, slugs: &HashMap<model::TeamId, String>) -> Value {
    match key {
        Key::Day(day) => json!(day.to_string()),
        Key::Severity(severity) => json!(severity.word()),
        Key::Owasp(mapped) => json!(mapped.word()),
        Key::Team(None) => Value::Null,
        // A team that the viewer may not know of has no figures here; should one appear, it has no name either.
        Key::Team(Some(team)) => slugs.get(&team).map_or(Value::Null, |slug| json!(slug)),
        Key::Tool(tool) => json!(tool.word()),
        Key::Status(workflow) => json!(workflow.word()),
    }
}

/// A record's cells, neutralised.
fn record(row: &OccurrenceRecord) -> Vec<String> {
    let numbers: Vec<String> = row.cwe.iter().map(ToString::to_string).collect();
    let cells = [
        row.id.clone(),
        row.tool.clone(),
        row.rule_id.clone(),
        row.title.clone(),
        row.severity.clone(),
        row.status.clone(),
        row.not_retested.to_string(),
        row.asset.clone(),
        row.location.clone(),
        numbers.join(" "),
        row.cve.join(" "),
        row.owasp_2021.join(" "),
        row.owasp_2025.join(" "),
        row.basis_2021.clone(),
        row.team.clone().unwrap_or_default(),
        row.first_seen.clone(),
        row.last_seen.clone(),
        row.episodes.to_string(),
        row.risk.to_string(),
        row.kev_added.clone().unwrap_or_default(),
        row.epss.map(|share| share.to_string()).unwrap_or_default(),
        row.epss_percentile.map(|share| share.to_string()).unwrap_or_default(),
    ];
    cells.into_iter().map(neutral).collect()
}

/// A cell that no spreadsheet takes for a formula (OWASP: CSV injection): a leading `=`, `+`, `-`, `@`, tab or line break
/// gets an apostrophe before it.
pub(crate) fn neutral(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { format!("'{cell}") } else { cell }
}

/// Whether a filter looks at the past in either clock.
pub(crate) fn past(filter: &Filter) -> Option<model::view::PastView> {
    let known_at = filter.known_at().map(|known| match known {
        Known::Step(step) => step.to_string(),
        Known::Day(day) => day.to_string(),
    });
    let as_of = filter.as_of().map(|day| day.to_string());
    let now = filter.clone().without("as-of").without("known-at").to_string();
    (as_of.is_some() || known_at.is_some()).then_some(model::view::PastView { as_of, known_at, now })
}

/// The filter's terms one by one, each with the filter that is left without it.
pub(crate) fn pills(filter: &Filter) -> Vec<model::view::findings::Pill> {
    let texts: Vec<String> = filter.terms().iter().map(ToString::to_string).collect();
    (0..texts.len())
        .map(|index| {
            let rest: Vec<&str> =
                texts.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, text)| text.as_str()).collect();
            model::view::findings::Pill { text: texts[index].clone(), without: rest.join(" ") }
        })
        .collect()
}
