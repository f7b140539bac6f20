//! Every metric, evaluated in one place: page, API, chart, CSV and PDF ask here.
//!
//! The input is the ledger summed into cells that the store has already filtered; the output is sparse and sorted.

use model::metrics::{Dimension, Flow, Metric, Reconciliation};
use model::{Cause, Day, Mapped, Severity, TeamId, Tool, Workflow};
use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Entries of the ledger with the same dimensions, summed: a row of the roll-up, or a group of entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The day on which it happened, in the organisation's zone.
    pub day: Day,
    /// The day on which it was recorded.
    pub recorded_day: Day,
    /// Why.
    pub cause: Cause,
    /// The severity then.
    pub severity: Severity,
    /// The team then.
    pub team: Option<TeamId>,
    /// The workflow state then.
    pub workflow: Workflow,
    /// The scanner.
    pub tool: Tool,
    /// Primary category, edition 2017.
    pub owasp_2017: Mapped,
    /// Primary category, edition 2021.
    pub owasp_2021: Mapped,
    /// Primary category, edition 2025.
    pub owasp_2025: Mapped,
    /// The sum of the entries' signs.
    pub total: i64,
}

/// What a value is keyed by, one for each dimension asked for and in that order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// A day, or the first day of a week or month.
    Day(Day),
    /// A severity.
    Severity(Severity),
    /// A category.
    Owasp(Mapped),
    /// A team, or nobody.
    Team(Option<TeamId>),
    /// A scanner.
    Tool(Tool),
    /// The state under which it is open.
    Status(Workflow),
}

/// One value. Cells of zero are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// One key for each dimension.
    pub keys: Vec<Key>,
    /// The value.
    pub value: i64,
}

/// Why a question has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Two dimensions of time, or one twice.
    TwoTimes,
    /// More buckets of time than an answer may have.
    TooManyBuckets,
}

/// The most buckets of time in one answer: more than ten years of days.
pub const MAX_BUCKETS: usize = 4_000;

/// The most answers that a book remembers.
const REMEMBERED: usize = 512;

/// A question that was asked of a book.
type Asked = (Metric, Vec<Dimension>, Day, Day);

/// Cells, and what was evaluated of them: the same question is answered once, however many pages ask it.
#[derive(Debug, Default)]
pub struct Book {
    cells: Vec<Cell>,
    answers: Mutex<HashMap<Asked, Arc<[Value]>>>,
    periods: Mutex<HashMap<(Day, Day), Reconciliation>>,
    first_day: Option<Day>,
}

impl Book {
    /// A book of these cells.
    #[must_use]
    pub fn new(cells: Vec<Cell>) -> Self {
        let first_day = cells.iter().map(|cell| cell.day).min();
        Self { cells, first_day, ..Self::default() }
    }

    /// The cells.
    #[must_use]
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// As [`evaluate`].
    ///
    /// # Errors
    /// As [`evaluate`].
    pub fn evaluate(&self, metric: Metric, by: &[Dimension], from: Day, to: Day) -> Result<Arc<[Value]>, Refused> {
        let asked = (metric, by.to_vec(), from, to);
        if let Some(answer) = whole(&self.answers).get(&asked) {
            return Ok(answer.clone());
        }
        let answer: Arc<[Value]> = evaluate(metric, by, &self.cells, from, to)?.into();
        remember(&self.answers, asked, answer.clone());
        Ok(answer)
    }

    /// As [`reconcile`].
    #[must_use]
    pub fn reconcile(&self, from: Day, to: Day) -> Reconciliation {
        if let Some(books) = whole(&self.periods).get(&(from, to)) {
            return *books;
        }
        let books = reconcile(&self.cells, from, to);
        remember(&self.periods, (from, to), books);
        books
    }

    /// The first day on which anything happened.
    #[must_use]
    pub fn first_day(&self) -> Option<Day> {
        self.first_day
    }
}

/// A map is as good after a panic as before: what is in it is whole.
fn whole<K, V>(map: &Mutex<HashMap<K, V>>) -> MutexGuard<'_, HashMap<K, V>> {
    map.lock().unwrap_or_else(PoisonError::into_inner)
}

fn remember<K: Eq + Hash, V>(map: &Mutex<HashMap<K, V>>, asked: K, answer: V) {
    let mut answers = whole(map);
    if answers.len() >= REMEMBERED {
        answers.clear();
    }
    answers.insert(asked, answer);
}

/// Evaluates a metric over `[from, to]`, days included. A stock is asked at the end of each bucket (of `to` where no
/// dimension cuts time), a bucket's end being at most `to`; a flow is summed over each bucket.
///
/// # Errors
/// If the dimensions cut time twice, or too finely for the period.
pub fn evaluate(
    metric: Metric,
    dimensions: &[Dimension],
    cells: &[Cell],
    from: Day,
    to: Day,
) -> Result<Vec<Value>, Refused> {
    let time: Vec<Dimension> = dimensions.iter().copied().filter(|d| d.is_time()).collect();
    if time.len() > 1 {
        return Err(Refused::TwoTimes);
    }
    let sums = match (metric.is_stock(), time.first()) {
        (true, Some(bucket)) => stock(*bucket, dimensions, cells, from, to)?,
        (true, None) => sum(cells.iter().filter(|c| c.day <= to).map(|c| (keys(dimensions, c, to), c.total))),
        (false, _) => sum(cells
            .iter()
            .filter(|c| (from..=to).contains(&c.day))
            .map(|c| (keys(dimensions, c, c.day), metric.sign(c.cause) * c.total))),
    };
    Ok(sums.into_iter().filter(|(_, value)| *value != 0).map(|(keys, value)| Value { keys, value }).collect())
}

/// A period's books over the same cells; see [`Reconciliation`].
#[must_use]
pub fn reconcile(cells: &[Cell], from: Day, to: Day) -> Reconciliation {
    let mut books = Reconciliation::default();
    for cell in cells.iter().filter(|c| c.day <= to) {
        books.open_after += cell.total;
        if cell.day < from {
            books.open_before += cell.total;
            continue;
        }
        match Flow::of(cell.cause) {
            Flow::New => books.new += cell.total,
            Flow::Reopened => books.reopened += cell.total,
            Flow::Fixed => books.fixed -= cell.total,
            Flow::Other => books.other -= cell.total,
            Flow::Moved => books.moved += cell.total,
        }
    }
    books
}

/// The running sum at the end of each bucket that ends or begins within the period.
fn stock(
    bucket: Dimension,
    dimensions: &[Dimension],
    cells: &[Cell],
    from: Day,
    to: Day,
) -> Result<BTreeMap<Vec<Key>, i64>, Refused> {
    let buckets = buckets(bucket, from, to)?;
    let place = dimensions.iter().position(|d| *d == bucket).unwrap_or(0);
    // By series (the keys without time), then by bucket: what changed in it. What came before the first counts there.
    let mut changes: BTreeMap<Vec<Key>, BTreeMap<Day, i64>> = BTreeMap::new();
    let first = buckets.first().copied().unwrap_or(from);
    for cell in cells.iter().filter(|c| c.day <= to) {
        let series = keys(dimensions, cell, Day(0));
        *changes.entry(series).or_default().entry(start(bucket, cell.day).max(first)).or_insert(0) += cell.total;
    }
    let mut sums = BTreeMap::new();
    for (series, change) in changes {
        let mut running = 0;
        for day in &buckets {
            running += change.get(day).copied().unwrap_or(0);
            let mut keys = series.clone();
            if let Some(key) = keys.get_mut(place) {
                *key = Key::Day(*day);
            }
            sums.insert(keys, running);
        }
    }
    Ok(sums)
}

/// The first days of all buckets that overlap the period.
fn buckets(bucket: Dimension, from: Day, to: Day) -> Result<Vec<Day>, Refused> {
    let mut days = Vec::new();
    let mut day = start(bucket, from);
    while day <= to {
        if days.len() == MAX_BUCKETS {
            return Err(Refused::TooManyBuckets);
        }
        days.push(day);
        day = match bucket {
            Dimension::Month => Day(day.0 + 31).month(),
            Dimension::Week => Day(day.0 + 7),
            _ => Day(day.0 + 1),
        };
    }
    Ok(days)
}

fn start(bucket: Dimension, day: Day) -> Day {
    match bucket {
        Dimension::Week => day.week(),
        Dimension::Month => day.month(),
        _ => day,
    }
}

fn keys(dimensions: &[Dimension], cell: &Cell, day: Day) -> Vec<Key> {
    dimensions
        .iter()
        .map(|dimension| match dimension {
            Dimension::Day | Dimension::Week | Dimension::Month => Key::Day(start(*dimension, day)),
            Dimension::Severity => Key::Severity(cell.severity),
            Dimension::Owasp2017 => Key::Owasp(cell.owasp_2017),
            Dimension::Owasp2021 => Key::Owasp(cell.owasp_2021),
            Dimension::Owasp2025 => Key::Owasp(cell.owasp_2025),
            Dimension::Team => Key::Team(cell.team),
            Dimension::Tool => Key::Tool(cell.tool),
            Dimension::Status => Key::Status(cell.workflow),
        })
        .collect()
}

fn sum(rows: impl Iterator<Item = (Vec<Key>, i64)>) -> BTreeMap<Vec<Key>, i64> {
    let mut sums = BTreeMap::new();
    for (keys, value) in rows {
        *sums.entry(keys).or_insert(0) += value;
    }
    sums
}
