//! One series over time, its last value named; beside it, if wanted, a second one and notes on what happened.

use crate::canvas::{Anchor, Canvas, LARGE, Plot, SMALL};
use crate::ink::Ink;
use crate::scale::Scale;
use crate::{Numbers, Size, Table, text};

/// Up to how many points each wears a dot of its own.
const DOTTED: usize = 30;

/// "How did it move?": a line with its area down to zero.
#[derive(Debug, Clone)]
pub struct Trend {
    /// Names the chart.
    pub title: String,
    /// What it shows, in a sentence: the alternative for those who do not see it.
    pub summary: String,
    /// The width to draw for.
    pub size: Size,
    /// How numbers are written.
    pub numbers: Numbers,
    /// Header of the table's first column ("Week").
    pub period: String,
    /// Name of the series ("Open").
    pub name: String,
    /// The series, oldest first.
    pub points: Vec<TrendPoint>,
    /// A second series to compare with.
    pub compare: Option<Compare>,
    /// What happened, at points of the series.
    pub notes: Vec<Note>,
    /// Said when there is no point.
    pub none: String,
    /// Said under a single point ("A second scan draws the trend").
    pub only_one: String,
}

/// One value of a [`Trend`].
#[derive(Debug, Clone)]
pub struct TrendPoint {
    /// Short, on the axis ("Sep").
    pub label: String,
    /// Names the link ("14 September 2026: 412 open").
    pub name: String,
    /// The rows behind the value.
    pub href: String,
    /// The value.
    pub value: i64,
}

/// The second series of a [`Trend`].
#[derive(Debug, Clone)]
pub struct Compare {
    /// Its name ("A year before").
    pub name: String,
    /// Its values, one for each point; `None` where there is none.
    pub values: Vec<Option<i64>>,
}

/// Something that happened.
#[derive(Debug, Clone)]
pub struct Note {
    /// Which point, from zero; one beyond the last is left out.
    pub at: usize,
    /// A few words.
    pub text: String,
}

impl Trend {
    /// Draws it.
    #[must_use]
    pub fn svg(&self) -> String {
        match self.points.as_slice() {
            [] => nothing(self.size, &self.title, &self.summary, &self.none),
            [only] => self.single(only),
            points => self.line(points),
        }
    }

    /// The numbers: period, value, and the second series where there is one.
    #[must_use]
    pub fn table(&self) -> Table {
        let mut headers = vec![self.period.clone(), self.name.clone()];
        headers.extend(self.compare.as_ref().map(|compare| compare.name.clone()));
        let rows = self.points.iter().enumerate().map(|(position, point)| {
            let mut row = vec![point.label.clone(), point.value.to_string()];
            if let Some(compare) = &self.compare {
                row.push(compare.at(position).map(|value| value.to_string()).unwrap_or_default());
            }
            row
        });
        Table { headers, rows: rows.collect() }
    }

    /// One point has no axis: the value, and what would draw a line.
    fn single(&self, point: &TrendPoint) -> String {
        let canvas = Canvas::new(self.size.width(), 150);
        let middle = canvas.width() / 2.0;
        canvas.datum(&point.href, &point.name, || {
            canvas.rect(Ink::Hit, (middle - 50.0, 16.0), (middle + 50.0, 84.0));
            canvas.circle(Ink::Dot, (middle, 66.0), 5.0);
            canvas.text(Ink::Value, (middle, 38.0), Anchor::Middle, 2.0 * LARGE, &self.numbers.full(point.value));
        });
        canvas.text(Ink::Tick, (middle, 92.0), Anchor::Middle, SMALL, &point.label);
        let room = canvas.width() - 20.0;
        canvas.text(Ink::Empty, (middle, 126.0), Anchor::Middle, LARGE, &text::fit(&self.only_one, LARGE, room));
        canvas.finish(&self.title, &self.summary)
    }

    fn line(&self, points: &[TrendPoint]) -> String {
        let canvas = Canvas::new(self.size.width(), self.size.height());
        let (width, height) = (canvas.width(), f64::from(self.size.height()));
        let compared = self.compare.iter().flat_map(|compare| compare.values.iter().flatten());
        let values = || points.iter().map(|point| &point.value).chain(compared.clone()).map(|value| as_float(*value));
        let scale = Scale::over(values().fold(0.0, f64::min), values().fold(0.0, f64::max), 4.0);

        let last = as_float(points.last().map_or(0, |point| point.value));
        let last_text = self.last_text(points);
        let right = width - 12.0 - text::width(&last_text, LARGE) * 1.05;
        let top = if self.compare.is_some() { 34.0 } else { 14.0 };
        let left = grid_left(&self.numbers, scale);
        let end = as_count(points.len() - 1);
        let plot = canvas.plot(0.0..end, scale.low..scale.high, (left, top), (right, height - 26.0));

        grid(&canvas, &plot, &self.numbers, scale, (left, right));
        time_axis(&canvas, points.iter().map(|point| point.label.as_str()), height - 12.0, |n| plot.at(n, 0.0).0);
        self.notes(&canvas, &plot, scale, points.len());

        let data = || points.iter().enumerate().map(|(n, point)| (as_count(n), as_float(point.value)));
        plot.area(Ink::Area, data());
        if let Some(compare) = &self.compare {
            for run in compare.runs(points.len()) {
                plot.line(Ink::Line2, run);
            }
            self.legend(&canvas, compare, left);
        }
        plot.line(Ink::Line, data());

        let half = (right - left) / end / 2.0;
        for ((n, value), point) in data().zip(points) {
            let (x, y) = plot.at(n, value);
            canvas.datum(&point.href, &point.name, || {
                let (from, to) = ((x - half).max(left), (x + half).min(right + 4.0));
                canvas.rect(Ink::Hit, (from, top), (to, height - 26.0));
                let dot = if points.len() <= DOTTED { Ink::Dot } else { Ink::DotQuiet };
                canvas.circle(dot, (x, y), 2.5);
            });
        }
        canvas.over(|| {
            let (x, y) = plot.at(end, last);
            canvas.circle(Ink::Dot, (x, y), 4.0);
            canvas.text(Ink::Value, (x + 8.0, y), Anchor::Start, LARGE, &last_text);
        });
        canvas.finish(&self.title, &self.summary)
    }

    fn last_text(&self, points: &[TrendPoint]) -> String {
        self.numbers.full(points.last().map_or(0, |point| point.value))
    }

    /// Dashed lines with words; words that would run into the ones before go one line lower.
    fn notes(&self, canvas: &Canvas, plot: &Plot, scale: Scale, points: usize) {
        let mut taken = [f64::MIN; 2];
        for note in self.notes.iter().filter(|note| note.at < points) {
            let (x, top) = plot.at(as_count(note.at), scale.high);
            let (_, bottom) = plot.at(as_count(note.at), scale.low);
            canvas.line(Ink::Note, &[(x, top), (x, bottom)]);
            let label = text::fit(&note.text, SMALL, canvas.width() / 3.0);
            let length = text::width(&label, SMALL);
            // To the left where the words would leave the sheet or another note's line would cross them.
            let end = x + 6.0 + length;
            let crossed = |other: &Note| {
                let line = plot.at(as_count(other.at), 0.0).0;
                line > x && line < end
            };
            let flip = end > canvas.width()
                || x - 6.0 - length > 0.0 && self.notes.iter().filter(|other| other.at < points).any(crossed);
            let start = if flip { x - 6.0 - length } else { x + 6.0 };
            if let Some(row) = taken.iter().position(|end| start > end + 6.0) {
                taken[row] = start + length;
                let y = if row == 0 { top + 7.0 } else { top + 21.0 };
                canvas.text(Ink::Label, (start, y), Anchor::Start, SMALL, &label);
            }
        }
    }

    fn legend(&self, canvas: &Canvas, compare: &Compare, left: f64) {
        let mut x = left;
        for (ink, name) in [(Ink::Line, &self.name), (Ink::Line2, &compare.name)] {
            canvas.line(ink, &[(x, 10.0), (x + 18.0, 10.0)]);
            let name = text::fit(name, SMALL, canvas.width() / 2.0 - 50.0);
            canvas.text(Ink::Legend, (x + 24.0, 10.0), Anchor::Start, SMALL, &name);
            x += 24.0 + text::width(&name, SMALL) + 18.0;
        }
    }
}

impl Compare {
    fn at(&self, position: usize) -> Option<i64> {
        self.values.get(position).copied().flatten()
    }

    /// The stretches without a gap.
    fn runs(&self, points: usize) -> Vec<Vec<(f64, f64)>> {
        let mut runs = vec![Vec::new()];
        for position in 0..points {
            match (self.at(position), runs.last_mut()) {
                (Some(value), Some(run)) => run.push((as_count(position), as_float(value))),
                _ => runs.push(Vec::new()),
            }
        }
        runs.retain(|run| run.len() > 1);
        runs
    }
}

/// A chart without data: words, no axis.
pub(crate) fn nothing(size: Size, title: &str, summary: &str, words: &str) -> String {
    let canvas = Canvas::new(size.width(), 110);
    let words = text::fit(words, LARGE, canvas.width() - 20.0);
    canvas.text(Ink::Empty, (canvas.width() / 2.0, 55.0), Anchor::Middle, LARGE, &words);
    canvas.finish(title, summary)
}

/// Where the plot starts so that the widest label of the value axis fits before it.
pub(crate) fn grid_left(numbers: &Numbers, scale: Scale) -> f64 {
    scale.ticks().map(|tick| text::width(&numbers.axis(tick), SMALL)).fold(0.0, f64::max) + 10.0
}

/// The grid lines with their values, zero stronger than the rest.
pub(crate) fn grid(canvas: &Canvas, plot: &Plot, numbers: &Numbers, scale: Scale, (left, right): (f64, f64)) {
    for tick in scale.ticks() {
        let (_, y) = plot.at(0.0, tick);
        let ink = if tick == 0.0 { Ink::Axis } else { Ink::Grid };
        canvas.line(ink, &[(left, y), (right, y)]);
        canvas.text(Ink::Tick, (left - 8.0, y), Anchor::End, SMALL, &numbers.axis(tick));
    }
}

/// The labels of a time axis: the last one always, of the others as many, evenly, as keep clear of each other.
pub(crate) fn time_axis<'a>(
    canvas: &Canvas,
    labels: impl ExactSizeIterator<Item = &'a str>,
    y: f64,
    x_at: impl Fn(f64) -> f64,
) {
    let labels: Vec<&str> = labels.collect();
    let widest = labels.iter().map(|label| text::width(label, SMALL)).fold(0.0, f64::max);
    let slot = if labels.len() > 1 { x_at(1.0) - x_at(0.0) } else { canvas.width() };
    let last = labels.len().saturating_sub(1);
    let stride =
        (1..labels.len()).find(|stride| as_count(*stride) * slot >= widest + 10.0).unwrap_or(labels.len().max(1));
    for (position, label) in labels.iter().enumerate().filter(|(position, _)| (last - position).is_multiple_of(stride))
    {
        let half = text::width(label, SMALL) / 2.0;
        let x = x_at(as_count(position)).clamp(half, (canvas.width() - half).max(half));
        canvas.text(Ink::Tick, (x, y), Anchor::Middle, SMALL, label);
    }
}

#[expect(clippy::cast_precision_loss, reason = "a tenth of a pixel is all that is drawn")]
pub(crate) fn as_float(value: i64) -> f64 {
    value as f64
}

#[expect(clippy::cast_precision_loss, reason = "no chart has 2^52 points")]
pub(crate) fn as_count(value: usize) -> f64 {
    value as f64
}
