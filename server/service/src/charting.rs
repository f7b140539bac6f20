//! From figures to charts: labels in the viewer's language, a link to the very rows on every datum.

use crate::areas::Figures;
use crate::errors::internal;
use crate::query::neutral;
use charts::{Bar, Flow, FlowNames, FlowPoint, Numbers, Size, Sparkline, TeamBars, TeamRow, Trend, TrendPoint};
use model::error::WireError;
use model::filter::{Filter, Flow as FlowTerm, TeamIs, What};
use model::metrics::{Dimension, Metric};
use model::percent::query_value;
use model::text::{self, Locale};
use model::view::{Cell, Chart, Table, TeamRef};
use model::{Day, Severity, TeamId};
use posture::metrics::Key;
use std::collections::HashMap;

/// The most points of a time axis before it turns to the next larger unit.
const MOST_POINTS: i32 = 54;

/// The address of the list that a filter selects.
fn href(filter: &Filter) -> String {
    format!("/findings?q={}", query_value(&filter.to_string()))
}

fn numbers(locale: Locale) -> Numbers {
    locale.pick(Numbers::SPANISH, Numbers::ENGLISH)
}

/// Days, weeks or months: the finest that keeps the axis readable.
struct Axis {
    unit: Dimension,
    days: Vec<Day>,
}

impl Axis {
    fn of(first: Day, last: Day) -> Self {
        let span = last.0 - first.0;
        let unit = match span {
            ..=27 => Dimension::Day,
            _ if span / 7 < MOST_POINTS => Dimension::Week,
            _ => Dimension::Month,
        };
        let mut days = Vec::new();
        let mut day = Self::begin(unit, first);
        while day <= last {
            days.push(day);
            day = Self::next(unit, day);
        }
        Self { unit, days }
    }

    fn begin(unit: Dimension, day: Day) -> Day {
        match unit {
            Dimension::Month => day.month(),
            Dimension::Week => day.week(),
            _ => day,
        }
    }

    fn next(unit: Dimension, day: Day) -> Day {
        match unit {
            Dimension::Month => Day(day.0 + 31).month(),
            Dimension::Week => Day(day.0 + 7),
            _ => Day(day.0 + 1),
        }
    }

    /// The last day of a bucket, at most `last`.
    fn end(&self, day: Day, last: Day) -> Day {
        Day(Self::next(self.unit, day).0 - 1).min(last)
    }

    fn label(&self, locale: Locale, day: Day) -> String {
        match self.unit {
            Dimension::Month => text::month(locale, month_of(day)).chars().take(3).collect(),
            _ => text::day_month(locale, day.date()),
        }
    }

    /// The header of the column of times.
    fn header(&self, locale: Locale) -> &'static str {
        match self.unit {
            Dimension::Month => locale.pick("Mes", "Month"),
            Dimension::Week => locale.pick("Semana", "Week"),
            _ => locale.pick("Día", "Day"),
        }
    }
}

fn month_of(day: Day) -> u32 {
    use chrono::Datelike;
    day.date().month()
}

/// A chart's two drawings and its table, whose cells lead where the drawing's data lead.
fn chart(draw: impl Fn(Size) -> String, table: charts::Table, links: impl Fn(usize, usize) -> String) -> Chart {
    let rows = table.rows.into_iter().enumerate().map(|(row, cells)| {
        cells.into_iter().enumerate().map(|(column, text)| Cell { text, href: links(row, column) }).collect()
    });
    Chart {
        wide: draw(Size::Wide),
        narrow: draw(Size::Narrow),
        table: Table { headers: table.headers, rows: rows.collect() },
    }
}

/// How many were open, at the end of each day, week or month.
pub(crate) fn trend_chart(figures: &Figures, locale: Locale) -> Chart {
    let name = locale.pick("Abiertos", "Open");
    let Some(first) = figures.first_day() else {
        return trend(figures, locale, "", Vec::new());
    };
    let axis = Axis::of(first, figures.day);
    let values = figures.values(Metric::Open, &[axis.unit], first, figures.day);
    let by_day: HashMap<Day, i64> = values
        .iter()
        .filter_map(|value| match value.keys.as_slice() {
            [Key::Day(day)] => Some((*day, value.value)),
            _ => None,
        })
        .collect();
    let points = axis
        .days
        .iter()
        .map(|day| {
            let end = axis.end(*day, figures.day);
            let value = by_day.get(day).copied().unwrap_or(0);
            TrendPoint {
                label: axis.label(locale, end),
                name: format!(
                    "{}: {} {}",
                    text::date(locale, end.date()),
                    text::number(locale, value),
                    name.to_lowercase()
                ),
                href: href(&figures.at(end)),
                value,
            }
        })
        .collect();
    trend(figures, locale, axis.header(locale), points)
}

fn trend(figures: &Figures, locale: Locale, period: &str, points: Vec<TrendPoint>) -> Chart {
    let links: Vec<String> = points.iter().map(|point| point.href.clone()).collect();
    let title = locale.pick("Hallazgos abiertos a lo largo del tiempo", "Open findings over time");
    let summary = match (points.first(), points.last()) {
        (Some(first), Some(last)) => {
            let (from, to) = (text::number(locale, first.value), text::number(locale, last.value));
            let day = text::date(locale, figures.day.date());
            match locale {
                Locale::Es => format!("De {from} ({}) a {to} ({day}).", first.label),
                Locale::En => format!("From {from} ({}) to {to} ({day}).", first.label),
            }
        }
        _ => String::new(),
    };
    let trend = |size| Trend {
        title: title.to_owned(),
        summary: summary.clone(),
        size,
        numbers: numbers(locale),
        period: period.to_owned(),
        name: locale.pick("Abiertos", "Open").to_owned(),
        points: points.clone(),
        compare: None,
        notes: Vec::new(),
        none: locale.pick("Nada importado todavía", "Nothing imported yet").to_owned(),
        only_one: locale
            .pick(
                "Un segundo escaneo de los mismos objetivos dibuja la tendencia",
                "A second scan of the same targets draws the trend",
            )
            .to_owned(),
    };
    let table = trend(Size::Wide).table();
    chart(
        |size| trend(size).svg(),
        table,
        |row, column| {
            if column == 1 { links.get(row).cloned().unwrap_or_default() } else { String::new() }
        },
    )
}

/// What came in against what was closed, by day, week or month.
pub(crate) fn flow_chart(figures: &Figures, locale: Locale) -> Chart {
    let axis = figures
        .first_day()
        .map_or(Axis { unit: Dimension::Week, days: Vec::new() }, |first| Axis::of(first, figures.day));
    let periods: Vec<(Day, Day)> = axis.days.iter().map(|day| (*day, axis.end(*day, figures.day))).collect();
    let books: Vec<_> = periods.iter().map(|(from, to)| figures.books(*from, *to)).collect();
    let word = |es: &str, en: &str| locale.pick(es, en).to_owned();
    let points: Vec<FlowPoint> = periods
        .iter()
        .zip(&books)
        .map(|((from, to), books)| {
            let label = axis.label(locale, *from);
            let link = |what: String, value: i64, flow| {
                (format!("{label}: {what}, {}", text::number(locale, value)), href(&figures.flow(flow, *from, *to)))
            };
            FlowPoint {
                new: books.new,
                reopened: books.reopened,
                fixed: books.fixed,
                other: books.other,
                links: [
                    link(word("nuevos", "new"), books.new, FlowTerm::New),
                    link(word("reabiertos", "reopened"), books.reopened, FlowTerm::Reopened),
                    link(word("corregidos con prueba", "fixed with proof"), books.fixed, FlowTerm::Fixed),
                    link(word("cerrados de otro modo", "closed otherwise"), books.other, FlowTerm::Other),
                ],
                label,
            }
        })
        .collect();
    let flow = |size| Flow {
        title: word("Nuevos frente a corregidos", "New against fixed"),
        summary: word(
            "Arriba, lo nuevo y lo reabierto; abajo, lo corregido con prueba y lo cerrado de otro modo.",
            "Upwards what is new or reopened, downwards what was fixed with proof or closed otherwise.",
        ),
        size,
        numbers: numbers(locale),
        period: axis.header(locale).to_owned(),
        names: FlowNames {
            new: word("Nuevos", "New"),
            reopened: word("Reabiertos", "Reopened"),
            fixed: word("Corregidos con prueba", "Fixed with proof"),
            other: word("Cerrados de otro modo", "Closed otherwise"),
            net: word("Neto", "Net"),
        },
        points: points.clone(),
        none: word("Nada importado todavía", "Nothing imported yet"),
    };
    let table = flow(Size::Wide).table();
    chart(
        |size| flow(size).svg(),
        table,
        |row, column| {
            let Some((from, to)) = periods.get(row) else { return String::new() };
            let term = match column {
                1 => FlowTerm::New,
                2 => FlowTerm::Reopened,
                3 => FlowTerm::Fixed,
                4 => FlowTerm::Other,
                _ => return String::new(),
            };
            href(&figures.flow(term, *from, *to))
        },
    )
}

/// Teams with a line of their own; a chart of more says less.
const MOST_TEAMS: usize = 20;

/// A line of what is told by team: a team, nobody, or the rest of the teams as one.
pub(crate) struct TeamLine {
    /// What it is called.
    pub name: String,
    /// The teams that it sums.
    pub teams: Vec<Option<TeamId>>,
    /// The condition that keeps its rows, and whether it is turned.
    scope: (What, bool),
    /// Whether it is the rest.
    rest: bool,
}

impl TeamLine {
    /// The line's rows within a filter's.
    pub fn filter(&self, base: &Filter) -> Filter {
        let (what, turned) = self.scope.clone();
        if turned { base.clone().except(what) } else { base.clone().with(what) }
    }
}

/// The lines for these teams, by name: those with most open have one of their own.
pub(crate) fn team_lines(figures: &Figures, teams: &[TeamRef], locale: Locale) -> Vec<TeamLine> {
    let open = figures.open_by_team();
    let open = |team| open.get(&team).copied().unwrap_or(0);
    let id = |team: &TeamRef| Some(TeamId(team.id));
    let mut most: Vec<Option<TeamId>> = teams.iter().map(id).collect();
    most.sort_by_key(|team| -open(*team));
    // One team is no rest: it takes the line that the rest would.
    if most.len() > MOST_TEAMS + 1 {
        most.truncate(MOST_TEAMS);
    }
    let (own, rest): (Vec<&TeamRef>, Vec<&TeamRef>) = teams.iter().partition(|team| most.contains(&id(team)));
    let slugs = own.iter().map(|team| TeamIs::Slug(team.slug.clone()));
    let scope = |is: TeamIs| (What::Team(vec![is]), false);
    let mut lines: Vec<TeamLine> = own
        .iter()
        .zip(slugs.clone())
        .map(|(team, is)| TeamLine { name: team.name.clone(), teams: vec![id(team)], scope: scope(is), rest: false })
        .collect();
    if open(None) > 0 {
        let name = locale.pick("Sin equipo", "No team").to_owned();
        lines.push(TeamLine { name, teams: vec![None], scope: scope(TeamIs::Unowned), rest: false });
    }
    if !rest.is_empty() {
        let name = match locale {
            Locale::Es => format!("Otros {} equipos", rest.len()),
            Locale::En => format!("{} other teams", rest.len()),
        };
        let others = What::Team(slugs.chain([TeamIs::Unowned]).collect());
        lines.push(TeamLine { name, teams: rest.into_iter().map(id).collect(), scope: (others, true), rest: true });
    }
    lines
}

/// Open by team, stacked by severity; informational ones are left to the list.
pub(crate) fn team_chart(figures: &Figures, lines: &[TeamLine], locale: Locale) -> Chart {
    let values = figures.values(Metric::Open, &[Dimension::Team, Dimension::Severity], figures.day, figures.day);
    let of = |line: &TeamLine, severity: Severity| -> i64 {
        let own = |keys: &[Key]| matches!(keys, [Key::Team(team), Key::Severity(of)] if *of == severity && line.teams.contains(team));
        values.iter().filter(|value| own(&value.keys)).map(|value| value.value).sum()
    };
    let base = figures.at(figures.day);
    let row = |line: &TeamLine| {
        let (filter, label) = (line.filter(&base), line.name.clone());
        let parts: Vec<Bar> = Severity::ALL
            .iter()
            .map(|severity| {
                let value = of(line, *severity);
                Bar {
                    severity: *severity,
                    value,
                    name: format!(
                        "{label}, {}: {}",
                        text::severity_name(locale, *severity),
                        text::number(locale, value)
                    ),
                    href: href(&filter.clone().severity(*severity)),
                }
            })
            .collect();
        let total: i64 = parts.iter().map(|part| part.value).sum();
        let name = format!("{label}: {}", text::number(locale, total));
        (line.rest, -total, TeamRow { label, name, href: href(&filter), parts })
    };
    let mut rows: Vec<(bool, i64, TeamRow)> = lines.iter().map(row).collect();
    rows.sort_by(|a, b| (a.0, a.1, &a.2.label).cmp(&(b.0, b.1, &b.2.label)));
    let rows: Vec<TeamRow> = rows.into_iter().map(|(.., row)| row).collect();
    let bars = |size| TeamBars {
        title: locale.pick("Abiertos por equipo", "Open by team").to_owned(),
        summary: locale.pick("Una barra por equipo, por gravedad.", "A bar a team, by severity.").to_owned(),
        size,
        numbers: numbers(locale),
        teams: locale.pick("Equipo", "Team").to_owned(),
        all: locale.pick("Todos", "All").to_owned(),
        severities: Severity::ALL.map(|severity| (severity, text::severity_name(locale, severity).to_owned())).to_vec(),
        rows: rows.clone(),
        none: locale.pick("Todavía no hay equipos", "There are no teams yet").to_owned(),
    };
    let table = bars(Size::Wide).table();
    let last = Severity::ALL.len() + 1;
    chart(
        |size| bars(size).svg(),
        table,
        |row, column| match rows.get(row) {
            Some(row) if column == last => row.href.clone(),
            Some(row) if column > 0 => row.parts.get(column - 1).map(|part| part.href.clone()).unwrap_or_default(),
            _ => String::new(),
        },
    )
}

/// A small line without axes.
pub(crate) fn spark(values: &[i64]) -> String {
    Sparkline { values: values.to_vec() }.svg()
}

/// A table as CSV, neutralised for spreadsheets.
pub(crate) fn csv(table: &Table) -> Result<String, WireError> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(&table.headers).map_err(|error| internal(&error))?;
    for row in &table.rows {
        csv.write_record(row.iter().map(|cell| neutral(cell.text.clone()))).map_err(|error| internal(&error))?;
    }
    let bytes = csv.into_inner().map_err(|error| internal(&error))?;
    String::from_utf8(bytes).map_err(|error| internal(&error))
}
