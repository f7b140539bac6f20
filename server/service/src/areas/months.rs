//! Published months: figures and charts as they were known at a step, kept for ever as bytes; beside them what is known today.

use super::Figures;
use crate::Service;
use crate::charting::{flow_chart, team_chart, team_lines, trend_chart};
use crate::errors::{OrWire, internal};
use crate::present::count;
use crate::request::{Session, hex};
use async_trait::async_trait;
use chrono::NaiveDate;
use model::audit::AuditAct;
use model::error::{ErrorCode, WireError};
use model::filter::{Filter, Flow, Known};
use model::metrics::{Dimension, Metric};
use model::policy::Action;
use model::text::{self, Locale};
use model::view::months::{Figure, FigureRow, MonthRow, MonthView, MonthsPage};
use model::view::{Chart, TeamRef};
use model::{Category, Day, Edition, Mapped, Severity, Step};
use ports::{Answer, Months};
use posture::metrics::Key;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use store::published::PublishedMonth;

/// The version of what is kept of a month.
const VERSION: u32 = 1;
/// The charts that are kept, in the order in which they are shown.
const CHARTS: [&str; 3] = ["trend", "flow", "teams"];

/// What is kept of a month: its keys are in one order, so that the same figures are the same bytes.
#[derive(Serialize, Deserialize)]
struct Published {
    version: u32,
    month: String,
    step: i64,
    /// By the figures' words.
    figures: BTreeMap<String, i64>,
    /// By language, then by chart.
    charts: BTreeMap<String, BTreeMap<String, Chart>>,
}

/// What a check of a published month found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthChecked {
    /// Which.
    pub month: String,
    /// The last step that it knows.
    pub step: i64,
    /// What is not as it was published.
    pub problems: Vec<String>,
}

/// A month's days.
#[derive(Clone, Copy)]
struct Span {
    first: Day,
    last: Day,
}

impl Span {
    /// Of a month as `2026-09`.
    fn of(month: &str) -> Option<Self> {
        let plain = month.len() == 7
            && month.bytes().enumerate().all(|(at, b)| if at == 4 { b == b'-' } else { b.is_ascii_digit() });
        let first = plain.then(|| NaiveDate::parse_from_str(&format!("{month}-01"), "%Y-%m-%d").ok()).flatten()?;
        let first = Day::from(first);
        Some(Self { first, last: Day(Day(first.0 + 31).month().0 - 1) })
    }

    fn before(self) -> Day {
        Day(self.first.0 - 1)
    }
}

/// A month's word.
fn month_of(day: Day) -> String {
    day.date().format("%Y-%m").to_string()
}

/// A month's name.
fn name_of(locale: Locale, month: &str) -> String {
    Span::of(month).map_or_else(|| month.to_owned(), |span| text::month_year(locale, span.first.date()))
}

#[async_trait]
impl Months for Session {
    async fn months(&self, month: String) -> Answer<MonthsPage> {
        self.require(Action::SeePosture, None)?;
        let found = self.service.store.published_months().await.wire()?;
        let chosen = match month.as_str() {
            "" => found.first(),
            month => Some(found.iter().find(|known| known.month == month).ok_or(WireError::new(ErrorCode::NotFound))?),
        };
        let shown = match chosen {
            Some(chosen) => Some(self.month_view(chosen).await?),
            None => None,
        };
        let locale = self.locale();
        let over = month_of(Day(self.today().month().0 - 1));
        let next = if found.iter().any(|known| known.month == over) { String::new() } else { over };
        Ok(MonthsPage {
            may_publish: self.viewer()?.may(Action::Publish)
                && self.scoped(Action::SeePosture)?.scan_any().await.wire()?,
            next_name: if next.is_empty() { String::new() } else { name_of(locale, &next) },
            next,
            months: found.iter().map(|known| self.month_row(known)).collect(),
            shown,
        })
    }

    async fn publish(&self, month: String) -> Answer<()> {
        self.require(Action::Publish, None)?;
        let span = Span::of(&month).ok_or_else(|| WireError::invalid("month", "not_a_month"))?;
        if span.last >= self.today() {
            return Err(WireError::invalid("month", "not_over"));
        }
        let step = self.service.store.last_step().await.wire()?;
        if !self.scoped(Action::Publish)?.scan_any().await.wire()? {
            return Err(WireError::invalid("month", "nothing_known"));
        }
        let figures = self.figures(known(span, step)).await?;
        let teams = self.visible_teams().await?;
        let charts = [Locale::En, Locale::Es].map(|locale| (locale.tag().to_owned(), drawn(&figures, &teams, locale)));
        let published = Published {
            version: VERSION,
            month: month.clone(),
            step: step.0,
            figures: figures_of(&figures, span, &teams),
            charts: charts.into_iter().collect(),
        };
        let bytes = serde_json::to_vec(&published).map_err(|error| internal(&error))?;
        let hash: [u8; 32] = Sha256::digest(&bytes).into();
        self.scoped(Action::Publish)?.month_publish(&month, step, &bytes, hash, self.now()).await.wire()?;
        self.audit(AuditAct::PublishMonth, &format!("month:{month}"), &format!("step {step}, sha256 {}", hex(&hash)))
            .await
    }
}

/// The filter of a month's end, as known at a step.
fn known(span: Span, step: Step) -> Filter {
    Filter::new().at(span.last).known(Known::Step(step))
}

/// A month's charts in a language.
fn drawn(figures: &Figures, teams: &[TeamRef], locale: Locale) -> BTreeMap<String, Chart> {
    let lines = team_lines(figures, teams, locale);
    let charts = [trend_chart(figures, locale), flow_chart(figures, locale), team_chart(figures, &lines, locale)];
    CHARTS.into_iter().map(str::to_owned).zip(charts).collect()
}

/// A month's figures by word.
fn figures_of(figures: &Figures, span: Span, teams: &[TeamRef]) -> BTreeMap<String, i64> {
    let slugs: HashMap<i64, &str> = teams.iter().map(|team| (team.id, team.slug.as_str())).collect();
    let books = figures.books(span.first, span.last);
    let flows = [
        ("open_before", books.open_before),
        ("new", books.new),
        ("reopened", books.reopened),
        ("fixed", books.fixed),
        ("other", books.other),
        ("moved", books.moved),
        ("open", books.open_after),
    ];
    let mut all: BTreeMap<String, i64> = flows.into_iter().map(|(word, value)| (word.to_owned(), value)).collect();
    for by in [Dimension::Severity, Dimension::Team, Dimension::Owasp2021, Dimension::Owasp2025] {
        for value in figures.values(Metric::Open, &[by], span.last, span.last).iter() {
            let word = match value.keys.as_slice() {
                [Key::Severity(severity)] => format!("severity:{severity}"),
                [Key::Team(None)] => "team:none".to_owned(),
                [Key::Team(Some(team))] => format!("team:{}", slugs.get(&team.0).copied().unwrap_or("?")),
                // Mere facts are not among what is open.
                [Key::Owasp(Mapped::NotAWeakness)] => continue,
                [Key::Owasp(mapped)] => format!("{}:{}", by.word(), mapped.word()),
                _ => continue,
            };
            all.insert(word, value.value);
        }
    }
    all
}

/// What a figure's word means, with the filter of its rows; nothing for what has no list of its own.
fn read(word: &str, figures: &Figures, span: Span, teams: &[TeamRef]) -> Option<(Figure, Filter)> {
    let (end, flow) = (figures.at(span.last), |flow| figures.flow(flow, span.first, span.last));
    Some(match word.split_once(':') {
        None => match word {
            "open_before" => (Figure::OpenBefore, figures.at(span.before())),
            "new" => (Figure::New, flow(Flow::New)),
            "reopened" => (Figure::Reopened, flow(Flow::Reopened)),
            "fixed" => (Figure::Fixed, flow(Flow::Fixed)),
            "other" => (Figure::Other, flow(Flow::Other)),
            "open" => (Figure::Open, end),
            _ => return None,
        },
        Some(("severity", word)) => {
            let severity: Severity = word.parse().ok()?;
            (Figure::Severity(severity), end.severity(severity))
        }
        Some(("team", "none")) => (Figure::Team(String::new()), end.team(None)),
        Some(("team", slug)) => {
            let name = teams.iter().find(|team| team.slug == slug).map_or(slug, |team| &team.name);
            (Figure::Team(name.to_owned()), end.team(Some(slug)))
        }
        Some((edition, word)) => {
            let edition = if edition == Dimension::Owasp2025.word() { Edition::Y2025 } else { Edition::Y2021 };
            let mapped = word.parse::<Category>().map_or(Mapped::Unmapped, Mapped::To);
            (Figure::Owasp(edition, mapped), end.owasp(edition, mapped))
        }
    })
}

/// The order in which figures are shown.
fn rank(figure: &Figure) -> (u8, i16, String) {
    match figure {
        Figure::OpenBefore => (0, 0, String::new()),
        Figure::New => (1, 0, String::new()),
        Figure::Reopened => (2, 0, String::new()),
        Figure::Fixed => (3, 0, String::new()),
        Figure::Other => (4, 0, String::new()),
        Figure::Open => (5, 0, String::new()),
        Figure::Severity(severity) => (6, -severity.number(), String::new()),
        Figure::Team(name) => (7, i16::from(name.is_empty()), name.clone()),
        Figure::Owasp(edition, mapped) => (8, i16::from(*edition == Edition::Y2025), mapped.word().to_owned()),
    }
}

impl Session {
    fn month_row(&self, known: &PublishedMonth) -> MonthRow {
        MonthRow {
            month: known.month.clone(),
            name: name_of(self.locale(), &known.month),
            at: self.stamp(known.at),
            by: known.by.clone().unwrap_or_default(),
            step: known.step.0,
            hash: hex(&known.hash),
        }
    }

    /// One month: its figures beside those of today, and its charts.
    async fn month_view(&self, month: &PublishedMonth) -> Result<MonthView, WireError> {
        let kept = self.service.store.published_bytes(&month.month).await.wire()?;
        let mut published: Published = serde_json::from_slice(&kept.bytes).map_err(|error| internal(&error))?;
        let span = Span::of(&month.month).ok_or_else(|| WireError::new(ErrorCode::NotFound))?;
        let teams = self.visible_teams().await?;
        let (then, now) =
            (self.figures(known(span, month.step)).await?, self.figures(Filter::new().at(span.last)).await?);
        let today = figures_of(&now, span, &teams);
        let words: std::collections::BTreeSet<&String> = published.figures.keys().chain(today.keys()).collect();
        let row = |word: &String| {
            let (figure, rows_then) = read(word, &then, span, &teams)?;
            let (_, rows_now) = read(word, &now, span, &teams)?;
            let value = |all: &BTreeMap<String, i64>| all.get(word).copied().unwrap_or(0);
            let (published, today) = (count(value(&published.figures), &rows_then), count(value(&today), &rows_now));
            Some(FigureRow { figure, published, today })
        };
        let mut figures: Vec<FigureRow> = words.into_iter().filter_map(row).collect();
        figures.sort_by_key(|row| rank(&row.figure));
        let mut drawn = published.charts.remove(self.locale().tag()).unwrap_or_default();
        let charts = CHARTS.into_iter().filter_map(|name| drawn.remove(name)).collect();
        Ok(MonthView { row: self.month_row(month), figures, charts })
    }

    /// The bytes of a published month, as they were published.
    ///
    /// # Errors
    /// The viewer may not see the whole organisation, the month was not published, or the database failed.
    pub async fn published_month(&self, month: &str) -> Result<Vec<u8>, WireError> {
        self.require(Action::SeePosture, None)?;
        Ok(self.service.store.published_bytes(month).await.wire()?.bytes)
    }
}

impl Service {
    /// Checks every published month: its bytes are those whose hash was kept, and its figures are those of the books as they
    /// were known at its step.
    ///
    /// # Errors
    /// The database failed.
    pub async fn verify_months(self: &Arc<Self>) -> anyhow::Result<Vec<MonthChecked>> {
        let session = Session::operator(self, "verify-ledger").await?;
        let teams = session.visible_teams().await?;
        let mut checked = Vec::new();
        for month in self.store.published_months().await? {
            let mut problems = Vec::new();
            match self.store.published_bytes(&month.month).await {
                Ok(kept) if kept.hash != Sha256::digest(&kept.bytes).as_slice() => {
                    problems.push(format!("month {}: its bytes are not those that were published", month.month));
                }
                Ok(kept) => match (serde_json::from_slice::<Published>(&kept.bytes), Span::of(&month.month)) {
                    (Ok(published), Some(span)) => {
                        let figures = session.figures(known(span, month.step)).await?;
                        let now = figures_of(&figures, span, &teams);
                        if now != published.figures {
                            let told = published.figures;
                            let differ = |(word, value): &(&String, &i64)| now.get(*word) != Some(*value);
                            let told: Vec<_> = told.iter().filter(differ).collect();
                            problems.push(format!(
                                "month {}: known at step {}, the books differ: {told:?}",
                                month.month, month.step
                            ));
                        }
                    }
                    _ => problems.push(format!("month {}: what was published cannot be read", month.month)),
                },
                Err(error) => problems.push(format!("month {}: {error}", month.month)),
            }
            checked.push(MonthChecked { month: month.month, step: month.step.0, problems });
        }
        Ok(checked)
    }
}
