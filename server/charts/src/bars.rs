//! Horizontal bars: open by team, stacked by severity, and open by severity.

use model::Severity;

use crate::canvas::{Anchor, Canvas, LARGE, SMALL};
use crate::ink::Ink;
use crate::trend::{as_count, as_float, nothing};
use crate::{Numbers, Size, Table, text};

/// Height of a row and of the bar in it, in units.
const ROW: f64 = 30.0;
const BAR: f64 = 16.0;

/// A value with the name and address of its rows.
#[derive(Debug, Clone)]
pub struct Bar {
    /// Its severity.
    pub severity: Severity,
    /// The count; drawn as none if negative.
    pub value: i64,
    /// Names the link ("Payments, high: 12 open").
    pub name: String,
    /// The rows behind the value.
    pub href: String,
}

/// "Who has it?": one bar a team, stacked by severity.
#[derive(Debug, Clone)]
pub struct TeamBars {
    /// Names the chart.
    pub title: String,
    /// What it shows, in a sentence.
    pub summary: String,
    /// The width to draw for.
    pub size: Size,
    /// How numbers are written.
    pub numbers: Numbers,
    /// Header of the table's first column ("Team").
    pub teams: String,
    /// Header of the sum ("All").
    pub all: String,
    /// The severities drawn, worst first, with their words, for the legend and the table.
    pub severities: Vec<(Severity, String)>,
    /// The teams, in the order to draw.
    pub rows: Vec<TeamRow>,
    /// Said when there is no team.
    pub none: String,
}

/// One team of [`TeamBars`].
#[derive(Debug, Clone)]
pub struct TeamRow {
    /// The team.
    pub label: String,
    /// Names the link of the sum ("Payments: 48 open").
    pub name: String,
    /// The rows behind the sum.
    pub href: String,
    /// Its parts, worst first.
    pub parts: Vec<Bar>,
}

impl TeamRow {
    fn sum(&self) -> i64 {
        self.parts.iter().map(|part| part.value.max(0)).fold(0, i64::saturating_add)
    }

    /// The sum as a length: it cannot overflow where [`Self::sum`] stops.
    fn span(&self) -> f64 {
        self.parts.iter().map(|part| as_float(part.value.max(0))).sum()
    }
}

/// "How bad is it?": one bar a severity.
#[derive(Debug, Clone)]
pub struct SeverityBars {
    /// Names the chart.
    pub title: String,
    /// What it shows, in a sentence.
    pub summary: String,
    /// The width to draw for.
    pub size: Size,
    /// How numbers are written.
    pub numbers: Numbers,
    /// Headers of the table ("Severity", "Open").
    pub headers: [String; 2],
    /// The severity's word and its bar, worst first.
    pub bars: Vec<(String, Bar)>,
    /// Said when there is no bar.
    pub none: String,
}

impl TeamBars {
    /// Draws it.
    #[must_use]
    pub fn svg(&self) -> String {
        if self.rows.is_empty() {
            return nothing(self.size, &self.title, &self.summary, &self.none);
        }
        let (legend, legend_height) = self.legend_layout();
        let canvas = Canvas::new(self.size.width(), round_up(legend_height + ROW * as_count(self.rows.len())));
        for (severity, name, x, y) in &legend {
            shape(&canvas, *severity, (x + 5.0, *y));
            canvas.text(Ink::Legend, (x + 15.0, *y), Anchor::Start, SMALL, name);
        }
        let labels = self.rows.iter().map(|row| row.label.as_str());
        let sums = self.rows.iter().map(|row| (row.span(), row.sum()));
        let frame = Frame::new(&canvas, &self.numbers, labels, sums, 0.0);
        for (n, row) in self.rows.iter().enumerate() {
            let y = legend_height + ROW * (as_count(n) + 0.5);
            // The label lies below its link, since a link's name must hold the text within it, and a long label is cut.
            let label = text::fit(&row.label, SMALL, frame.left - 10.0);
            canvas.text(Ink::Label, (0.0, y), Anchor::Start, SMALL, &label);
            canvas.datum(&row.href, &row.name, || {
                canvas.rect(Ink::Hit, (0.0, y - ROW / 2.0 + 2.0), (frame.left - 2.0, y + ROW / 2.0 - 2.0));
            });
            let mut x = frame.left;
            for part in row.parts.iter().filter(|part| part.value > 0) {
                let length = frame.length(part.value);
                canvas.datum(&part.href, &part.name, || {
                    // A gap of one unit keeps neighbours apart where colour does not.
                    let end = (x + length - 1.0).max(x + 1.0);
                    canvas.rect(ink(part.severity), (x, y - BAR / 2.0), (end, y + BAR / 2.0));
                    canvas.rect(Ink::Hit, (x, y - BAR / 2.0 - 4.0), (end, y + BAR / 2.0 + 4.0));
                });
                x += length;
            }
            canvas.text(Ink::Value, (x + 7.0, y), Anchor::Start, LARGE, &self.numbers.full(row.sum()));
        }
        canvas.finish(&self.title, &self.summary)
    }

    /// The numbers: team, each severity, the sum.
    #[must_use]
    pub fn table(&self) -> Table {
        let severities = self.severities.iter().map(|(_, word)| word.clone());
        let headers = std::iter::once(self.teams.clone()).chain(severities).chain([self.all.clone()]).collect();
        let rows = self.rows.iter().map(|row| {
            let of = |severity| row.parts.iter().filter(move |part| part.severity == severity).map(|part| part.value);
            let parts = self.severities.iter().map(|(severity, _)| of(*severity).sum::<i64>().to_string());
            std::iter::once(row.label.clone()).chain(parts).chain([row.sum().to_string()]).collect()
        });
        Table { headers, rows: rows.collect() }
    }

    /// Where each word of the legend goes, and the height that it takes.
    fn legend_layout(&self) -> (Vec<(Severity, String, f64, f64)>, f64) {
        let width = f64::from(self.size.width());
        let (mut x, mut y) = (0.0, 9.0);
        let mut placed = Vec::new();
        for (severity, word) in &self.severities {
            let word = text::fit(word, SMALL, width - 30.0);
            let length = 15.0 + text::width(&word, SMALL) + 14.0;
            if x + length > width + 14.0 {
                (x, y) = (0.0, y + 17.0);
            }
            placed.push((*severity, word, x, y));
            x += length;
        }
        (placed, y + 14.0)
    }
}

impl SeverityBars {
    /// Draws it.
    #[must_use]
    pub fn svg(&self) -> String {
        if self.bars.is_empty() {
            return nothing(self.size, &self.title, &self.summary, &self.none);
        }
        let canvas = Canvas::new(self.size.width(), round_up(ROW * as_count(self.bars.len())));
        let labels = self.bars.iter().map(|(word, _)| word.as_str());
        let values = self.bars.iter().map(|(_, bar)| (as_float(bar.value), bar.value));
        let frame = Frame::new(&canvas, &self.numbers, labels, values, 18.0);
        for (n, (word, bar)) in self.bars.iter().enumerate() {
            let y = ROW * (as_count(n) + 0.5);
            canvas.datum(&bar.href, &bar.name, || {
                canvas.rect(Ink::Hit, (0.0, y - ROW / 2.0 + 2.0), (canvas.width(), y + ROW / 2.0 - 2.0));
                shape(&canvas, bar.severity, (6.0, y));
                let word = text::fit(word, SMALL, frame.left - 28.0);
                canvas.text(Ink::Label, (18.0, y), Anchor::Start, SMALL, &word);
                let length = if bar.value > 0 { frame.length(bar.value) } else { 0.0 };
                let end = frame.left + length;
                if bar.value > 0 {
                    canvas.rect(ink(bar.severity), (frame.left, y - BAR / 2.0), (end, y + BAR / 2.0));
                }
                let value = self.numbers.full(bar.value);
                canvas.text(Ink::Value, (end + 7.0, y), Anchor::Start, LARGE, &value);
            });
        }
        canvas.line(Ink::Axis, &[(frame.left, 2.0), (frame.left, ROW * as_count(self.bars.len()) - 2.0)]);
        canvas.finish(&self.title, &self.summary)
    }

    /// The numbers: severity, value.
    #[must_use]
    pub fn table(&self) -> Table {
        let rows = self.bars.iter().map(|(word, bar)| vec![word.clone(), bar.value.to_string()]);
        Table { headers: self.headers.to_vec(), rows: rows.collect() }
    }
}

/// Where bars start and how long they are.
struct Frame {
    left: f64,
    room: f64,
    longest: f64,
}

impl Frame {
    fn new<'a>(
        canvas: &Canvas,
        numbers: &Numbers,
        labels: impl Iterator<Item = &'a str>,
        values: impl Iterator<Item = (f64, i64)>,
        before_label: f64,
    ) -> Self {
        let widest = labels.map(|label| text::width(label, SMALL)).fold(0.0, f64::max);
        let left = before_label + widest.min(canvas.width() * 0.34) + 12.0;
        let (mut longest, mut value_width) = (1.0_f64, 0.0_f64);
        for (span, value) in values {
            longest = longest.max(span);
            value_width = value_width.max(text::width(&numbers.full(value), LARGE) * 1.05);
        }
        Self { left, room: canvas.width() - left - value_width - 12.0, longest }
    }

    /// Never shorter than what can be seen and pointed at.
    fn length(&self, value: i64) -> f64 {
        (as_float(value) / self.longest * self.room).max(3.0)
    }
}

const fn ink(severity: Severity) -> Ink {
    match severity {
        Severity::Critical => Ink::Critical,
        Severity::High => Ink::High,
        Severity::Medium => Ink::Medium,
        Severity::Low => Ink::Low,
        Severity::Info => Ink::Info,
    }
}

/// ◆ ▲ ● ▽ ·: severity is never colour alone.
fn shape(canvas: &Canvas, severity: Severity, (x, y): (f64, f64)) {
    let ink = ink(severity);
    match severity {
        Severity::Critical => canvas.polygon(ink, &[(x, y - 5.5), (x + 5.5, y), (x, y + 5.5), (x - 5.5, y)]),
        Severity::High => canvas.polygon(ink, &[(x, y - 5.0), (x + 5.5, y + 4.5), (x - 5.5, y + 4.5)]),
        Severity::Medium => canvas.circle(ink, (x, y), 4.8),
        Severity::Low => {
            // A ring of six corners: the triangle is hollow.
            let outer = [(x - 5.5, y - 4.5), (x + 5.5, y - 4.5), (x, y + 5.0)];
            let inner = [(x - 2.8, y - 2.9), (x, y + 1.9), (x + 2.8, y - 2.9)];
            let [a, b, c] = outer;
            let [d, e, f] = inner;
            canvas.polygon(ink, &[a, b, c, a, d, e, f, d]);
        }
        Severity::Info => canvas.circle(ink, (x, y), 2.4),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a height of a few hundred units")]
fn round_up(height: f64) -> i32 {
    height.ceil() as i32
}
