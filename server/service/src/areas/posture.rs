//! Where the organisation stands, from one set of cells: every number of the page is evaluated by `posture::metrics`.

use crate::charting::{TeamLine, flow_chart, spark, team_chart, team_lines, trend_chart};
use crate::errors::OrWire;
use crate::present::{count, filter_problem};
use crate::query::past;
use crate::request::Session;
use async_trait::async_trait;
use model::error::WireError;
use model::filter::{DueIs, Filter, Flow, Mark, TeamIs, What};
use model::metrics::{Dimension, Metric, Reconciliation};
use model::policy::Action;
use model::text;
use model::view::Count;
use model::view::posture::{Heat, HeatCell, PosturePage, PostureQuery};
use model::{Category, Day, Edition, Mapped, Severity, TeamId};
use ports::{Answer, Posture};
use posture::metrics::{Book, Key, Value};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use taxonomy::Checked;

/// The period that the page compares and sums over, in days.
pub(crate) const WINDOW: i32 = 30;
/// How many weeks the small trends show.
const SPARK_WEEKS: i32 = 12;

/// The figures that the page is made of: the filter, the day shown, and the books in force then.
pub(crate) struct Figures {
    /// The filter as asked.
    pub filter: Filter,
    /// The day shown.
    pub day: Day,
    /// Today.
    pub today: Day,
    /// The books of the filter.
    pub book: Arc<Book>,
}

/// How far back charts go, in days: twenty years.
const CHARTED: i32 = 20 * 366;

impl Figures {
    /// The filter of what was open on a day; today needs no `as-of:`.
    pub fn at(&self, day: Day) -> Filter {
        if day == self.today && self.filter.as_of().is_none() {
            self.filter.clone()
        } else {
            self.filter.clone().at(day)
        }
    }

    /// The filter of what flowed in a range of days. The range says when, so that no `as-of:` is needed.
    pub fn flow(&self, flow: Flow, from: Day, to: Day) -> Filter {
        self.filter.clone().without("as-of").flow(flow, from, to)
    }

    /// A metric cut by dimensions. The dimensions used here cut time at most once and coarsely, so nothing is refused.
    pub fn values(&self, metric: Metric, by: &[Dimension], from: Day, to: Day) -> Arc<[Value]> {
        self.book.evaluate(metric, by, from, to).unwrap_or_default()
    }

    /// What was open on a day, with its rows.
    pub fn open(&self, day: Day) -> Count {
        let value = self.values(Metric::Open, &[], day, day).first().map_or(0, |value| value.value);
        count(value, &self.at(day))
    }

    /// What is open on the day shown, by team; teams with nothing open are left out.
    pub fn open_by_team(&self) -> HashMap<Option<TeamId>, i64> {
        let values = self.values(Metric::Open, &[Dimension::Team], self.day, self.day);
        let of = |value: &Value| match value.keys.as_slice() {
            [Key::Team(team)] => Some((*team, value.value)),
            _ => None,
        };
        values.iter().filter_map(of).collect()
    }

    /// The books of a period.
    pub fn books(&self, from: Day, to: Day) -> Reconciliation {
        self.book.reconcile(from, to)
    }

    /// The first day on which anything happened, or from which on charts show it: one wrong date is no reason to draw centuries.
    pub fn first_day(&self) -> Option<Day> {
        self.book.first_day().map(|first| first.max(Day(self.day.0 - CHARTED)))
    }

    /// The critical and high ones that were open on a day.
    fn urgent(&self, day: Day) -> Count {
        let urgent = [Severity::Critical, Severity::High];
        let value = self
            .values(Metric::Open, &[Dimension::Severity], day, day)
            .iter()
            .filter(|value| matches!(value.keys.as_slice(), [Key::Severity(severity)] if urgent.contains(severity)))
            .map(|value| value.value)
            .sum();
        count(value, &self.at(day).with(What::Severity(urgent.to_vec())))
    }
}

#[async_trait]
impl Posture for Session {
    async fn posture(&self, query: PostureQuery) -> Answer<PosturePage> {
        let edition = edition(&query.edition)?;
        let (filter, filter_error) = match Filter::parse(&query.q) {
            Ok(filter) => (filter, None),
            Err(error) => (Filter::new(), Some(filter_problem(&error))),
        };
        let query = PostureQuery { q: filter.to_string(), edition: edition.word().to_owned() };
        let figures = self.figures(filter).await?;
        let scoped = self.scoped(Action::SeePosture)?;
        let now = self.now();
        let (day, before) = (figures.day, Day(figures.day.0 - WINDOW));
        let from = Day(before.0 + 1);
        let books = figures.books(from, day);
        let flow = |flow, value| count(value, &figures.flow(flow, from, day));
        let overdue = figures.at(day).with(What::Due(DueIs::Overdue));
        let not_retested = figures.at(day).with(What::Is(Mark::NotRetested));
        let unowned = figures.at(day).with(What::Team(vec![TeamIs::Unowned]));
        // Neither is a dimension of the books; on a day of the past each is summed out of the ledger.
        let (late, left) =
            tokio::try_join!(scoped.occurrence_count(&overdue, now), scoped.occurrence_count(&not_retested, now))
                .wire()?;
        let mut teams = self.visible_teams().await?;
        teams.retain(|team| figures.filter.admits_team(&team.slug));
        let (since, until) = (self.service.zone.start_of(from), self.service.zone.end_of(day));
        let observed = scoped.asset_observed(since, until, now).await.wire()?;
        let exercised = scoped.asset_exercised(since, until, now).await.wire()?;
        let locale = self.locale();
        let lines = team_lines(&figures, &teams, locale);
        Ok(PosturePage {
            edition,
            filter_error,
            past: past(&figures.filter),
            nothing_imported: figures.book.cells().is_empty() && !scoped.scan_any().await.wire()?,
            day: text::date(locale, day.date()),
            compared_with: text::date(locale, before.date()),
            open: figures.open(day),
            open_before: figures.open(before),
            urgent: figures.urgent(day),
            urgent_before: figures.urgent(before),
            new: flow(Flow::New, books.new),
            reopened: flow(Flow::Reopened, books.reopened),
            fixed: flow(Flow::Fixed, books.fixed),
            other: flow(Flow::Other, books.other),
            overdue: count(late, &overdue),
            unowned: count(figures.open_by_team().get(&None).copied().unwrap_or(0), &unowned),
            not_retested: count(left, &not_retested),
            by_severity: by_severity(&figures),
            sparks: sparks(&figures),
            assets: observed.iter().map(|team| team.assets).sum(),
            assets_observed: observed.iter().map(|team| team.observed).sum(),
            trend: trend_chart(&figures, locale),
            flow: flow_chart(&figures, locale),
            teams: team_chart(&figures, &lines, locale),
            heat: heat(&figures, edition, &lines, &exercised),
            query,
        })
    }
}

impl Session {
    /// The books of a filter and the day that it shows.
    pub(crate) async fn figures(&self, filter: Filter) -> Result<Figures, WireError> {
        let book = self.scoped(Action::SeePosture)?.metric_cells(&filter, self.now()).await.wire()?;
        let today = self.today();
        let day = filter.as_of().unwrap_or(today);
        Ok(Figures { filter, day, today, book })
    }

    /// A chart's table as CSV: `trend`, `flow`, `teams` or `heat`.
    ///
    /// # Errors
    /// There is no such chart, the filter cannot be read, or the viewer may not see figures.
    pub async fn chart_csv(&self, chart: &str, query: PostureQuery) -> Result<String, WireError> {
        let page = self.posture(query).await?;
        let table = match chart {
            "trend" => page.trend.table,
            "flow" => page.flow.table,
            "teams" => page.teams.table,
            "heat" => heat_table(&page.heat, self.locale()),
            _ => return Err(WireError::new(model::error::ErrorCode::NotFound)),
        };
        crate::charting::csv(&table)
    }
}

fn edition(text: &str) -> Result<Edition, WireError> {
    match text {
        "" => Ok(Edition::Y2021),
        text => text.parse().map_err(|()| WireError::invalid("edition", "unknown")),
    }
}

fn by_severity(figures: &Figures) -> Vec<(Severity, Count)> {
    let values = figures.values(Metric::Open, &[Dimension::Severity], figures.day, figures.day);
    let of =
        |severity| values.iter().find(|value| value.keys == [Key::Severity(severity)]).map_or(0, |value| value.value);
    Severity::ALL.map(|severity| (severity, count(of(severity), &figures.at(figures.day).severity(severity)))).to_vec()
}

fn sparks(figures: &Figures) -> Vec<String> {
    let from = Day(figures.day.0 - 7 * (SPARK_WEEKS - 1));
    let values = figures.values(Metric::Open, &[Dimension::Week, Dimension::Severity], from, figures.day);
    let weeks: Vec<Day> = (0..SPARK_WEEKS).map(|week| Day(from.week().0 + 7 * week)).collect();
    let series = |severity| {
        let at = |week: &Day| {
            let keys = [Key::Day(*week), Key::Severity(severity)];
            values.iter().find(|value| value.keys == keys).map_or(0, |value| value.value)
        };
        spark(&weeks.iter().map(at).collect::<Vec<i64>>())
    };
    Severity::ALL.map(series).to_vec()
}

/// Categories across, teams down. `exercised` is of which categories scans had checks that reached a team's assets.
fn heat(
    figures: &Figures,
    edition: Edition,
    lines: &[TeamLine],
    exercised: &BTreeMap<Option<TeamId>, Checked>,
) -> Heat {
    let dimension = match edition {
        Edition::Y2017 => Dimension::Owasp2017,
        Edition::Y2021 => Dimension::Owasp2021,
        Edition::Y2025 => Dimension::Owasp2025,
    };
    let values = figures.values(Metric::Open, &[Dimension::Team, dimension], figures.day, figures.day);
    let numbers: BTreeMap<(Option<TeamId>, Mapped), i64> = values
        .iter()
        .filter_map(|value| match value.keys.as_slice() {
            [Key::Team(team), Key::Owasp(mapped)] => Some(((*team, *mapped), value.value)),
            _ => None,
        })
        .collect();
    let mut columns: Vec<Mapped> = Category::all().map(Mapped::To).collect();
    if numbers.keys().any(|(_, mapped)| *mapped == Mapped::Unmapped) {
        columns.push(Mapped::Unmapped);
    }
    let most = numbers.values().copied().max().unwrap_or(0);
    let rows = lines.iter().map(|line| {
        let base = line.filter(&figures.at(figures.day));
        let checks: Vec<&Checked> = line.teams.iter().filter_map(|team| exercised.get(team)).collect();
        let looked = |mapped: &Mapped| match mapped {
            Mapped::To(category) => checks.iter().any(|checks| checks.has(edition, *category)),
            Mapped::Unmapped | Mapped::NotAWeakness => !checks.is_empty(),
        };
        let cells = columns.iter().map(|mapped| {
            let value = line.teams.iter().filter_map(|team| numbers.get(&(*team, *mapped))).sum();
            let count = count(value, &base.clone().owasp(edition, *mapped));
            HeatCell { count, looked: value > 0 || looked(mapped), level: level(value, most) }
        });
        (line.name.clone(), cells.collect())
    });
    let rows = rows.collect();
    Heat { columns, rows }
}

/// 0 for nothing, else 1 to 5 by the square root of the share of the largest, so that small numbers stay apart.
fn level(value: i64, most: i64) -> u8 {
    if value <= 0 {
        return 0;
    }
    (1..=5)
        .find(|step| value * 25 <= most * i64::from(step * step))
        .map_or(5, |step: i32| u8::try_from(step).unwrap_or(5))
}

fn heat_table(heat: &Heat, locale: text::Locale) -> model::view::Table {
    let cell = |text: String| model::view::Cell { text, href: String::new() };
    let mut headers = vec![locale.pick("Equipo", "Team").to_owned()];
    headers.extend(heat.columns.iter().map(|mapped| mapped.word()));
    let rows = heat.rows.iter().map(|(name, cells)| {
        let values = cells.iter().map(|c| if c.looked { c.count.value.to_string() } else { String::new() });
        std::iter::once(name.clone()).chain(values).map(cell).collect()
    });
    model::view::Table { headers, rows: rows.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_span_the_scale() {
        assert_eq!([0, 1, 4, 9, 16, 25].map(|value| level(value, 25)), [0, 1, 2, 3, 4, 5]);
        assert_eq!(level(1, 1), 5);
        assert_eq!(level(-1, 10), 0);
    }
}
