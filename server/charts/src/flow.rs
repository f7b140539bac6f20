//! "Are we winning?": what came up, what went down, and the net of both.

use crate::canvas::{Anchor, Canvas, LARGE, SMALL};
use crate::ink::Ink;
use crate::scale::Scale;
use crate::trend::{as_count, as_float, grid, grid_left, nothing, time_axis};
use crate::{Numbers, Size, Table, text};

/// The widest bar, in units.
const WIDEST: f64 = 26.0;

/// Diverging bars: new up with reopened lighter above it; fixed with proof down with other closures lighter below it; a net
/// line. No two numbers are drawn as one: each part leads to its own rows.
#[derive(Debug, Clone)]
pub struct Flow {
    /// Names the chart.
    pub title: String,
    /// What it shows, in a sentence.
    pub summary: String,
    /// The width to draw for.
    pub size: Size,
    /// How numbers are written.
    pub numbers: Numbers,
    /// Header of the table's first column ("Week").
    pub period: String,
    /// What the bars and the line are called.
    pub names: FlowNames,
    /// The periods, oldest first.
    pub points: Vec<FlowPoint>,
    /// Said when there is no point.
    pub none: String,
}

/// The words of a [`Flow`], for its legend and its table.
#[derive(Debug, Clone)]
pub struct FlowNames {
    /// "New"
    pub new: String,
    /// "Reopened"
    pub reopened: String,
    /// "Fixed, with proof"
    pub fixed: String,
    /// "Closed otherwise"
    pub other: String,
    /// "Net"
    pub net: String,
}

/// One period of a [`Flow`]; counts are not negative.
#[derive(Debug, Clone)]
pub struct FlowPoint {
    /// Short, on the axis.
    pub label: String,
    /// Opened for the first time.
    pub new: i64,
    /// Opened again.
    pub reopened: i64,
    /// Closed with proof.
    pub fixed: i64,
    /// Closed otherwise. A period whose expiries outnumber its acceptances has a negative one; it is drawn as none.
    pub other: i64,
    /// Names and addresses of the four parts: new, reopened, fixed, other.
    pub links: [(String, String); 4],
}

impl FlowPoint {
    fn up(&self) -> f64 {
        as_float(self.new.saturating_add(self.reopened)).max(0.0)
    }

    fn down(&self) -> (f64, f64) {
        (as_float(self.fixed).max(0.0), as_float(self.other).max(0.0))
    }

    /// By how much more is open at the end of the period.
    #[must_use]
    pub fn net(&self) -> i64 {
        self.new.saturating_add(self.reopened).saturating_sub(self.fixed).saturating_sub(self.other)
    }
}

impl Flow {
    /// Draws it.
    #[must_use]
    pub fn svg(&self) -> String {
        if self.points.is_empty() {
            return nothing(self.size, &self.title, &self.summary, &self.none);
        }
        let canvas = Canvas::new(self.size.width(), self.size.height());
        let (width, height) = (canvas.width(), f64::from(self.size.height()));
        let nets = || self.points.iter().map(|point| as_float(point.net()));
        let highest = self.points.iter().map(FlowPoint::up).chain(nets()).fold(0.0, f64::max);
        let lowest =
            self.points.iter().map(|point| -(point.down().0 + point.down().1)).chain(nets()).fold(0.0, f64::min);
        let scale = Scale::over(lowest, highest, 4.0);

        let bottom_of_legend = self.legend(&canvas);
        let net_text = self.net_text();
        let left = grid_left(&self.numbers, scale);
        let right = width - 6.0 - text::width(&net_text, LARGE) * 1.05;
        let (top, bottom) = (bottom_of_legend + 12.0, height - 26.0);
        let plot = canvas.plot(0.0..as_count(self.points.len()), scale.low..scale.high, (left, top), (right, bottom));
        grid(&canvas, &plot, &self.numbers, scale, (left, right));
        let labels = self.points.iter().map(|point| point.label.as_str());
        time_axis(&canvas, labels, height - 12.0, |n| plot.at(n + 0.5, 0.0).0);

        let slot = (right - left) / as_count(self.points.len());
        let half = (slot * 0.66).min(WIDEST) / 2.0;
        for (n, point) in self.points.iter().enumerate() {
            let middle = as_count(n) + 0.5;
            let (fixed, other) = point.down();
            let new = as_float(point.new).clamp(0.0, point.up());
            let bars = [
                (Ink::Up, 0.0, new),
                (Ink::Up2, new, point.up()),
                (Ink::Down, -fixed, 0.0),
                (Ink::Down2, -fixed - other, -fixed),
            ];
            for ((ink, low, high), (name, href)) in bars.into_iter().zip(&point.links) {
                if high > low {
                    canvas.datum(href, name, || {
                        let (x, upper) = plot.at(middle, high);
                        let (_, lower) = plot.at(middle, low);
                        // One finding among ten thousand is still seen.
                        let upper = if matches!(ink, Ink::Up | Ink::Up2) { upper.min(lower - 1.0) } else { upper };
                        canvas.rect(ink, (x - half, upper), (x + half, lower.max(upper + 1.0)));
                        canvas.rect(Ink::Hit, (x - half - 1.0, upper), (x + half + 1.0, lower.max(upper + 1.0)));
                    });
                }
            }
        }
        canvas.over(|| {
            plot.line(Ink::Net, nets().enumerate().map(|(n, net)| (as_count(n) + 0.5, net)));
            if let Some(net) = nets().next_back() {
                let at = plot.at(as_count(self.points.len()) - 0.5, net);
                canvas.circle(Ink::DotNet, at, 3.0);
                canvas.text(Ink::Value, (right + 3.0, at.1), Anchor::Start, LARGE, &net_text);
            }
        });
        canvas.finish(&self.title, &self.summary)
    }

    /// The numbers: period, new, reopened, fixed, other, net.
    #[must_use]
    pub fn table(&self) -> Table {
        let names = &self.names;
        let headers = [&self.period, &names.new, &names.reopened, &names.fixed, &names.other, &names.net];
        let rows = self.points.iter().map(|point| {
            let numbers = [point.new, point.reopened, point.fixed, point.other, point.net()];
            std::iter::once(point.label.clone()).chain(numbers.map(|number| number.to_string())).collect()
        });
        Table { headers: headers.map(Clone::clone).to_vec(), rows: rows.collect() }
    }

    /// The last net, with its sign.
    fn net_text(&self) -> String {
        let net = self.points.last().map_or(0, FlowPoint::net);
        let plus = if net > 0 { "+" } else { "" };
        format!("{plus}{}", self.numbers.full(net))
    }

    /// Draws the legend, in lines as needed, and gives where it ends.
    fn legend(&self, canvas: &Canvas) -> f64 {
        let names = &self.names;
        let entries = [
            (Ink::Up, &names.new),
            (Ink::Up2, &names.reopened),
            (Ink::Down, &names.fixed),
            (Ink::Down2, &names.other),
            (Ink::Net, &names.net),
        ];
        let (mut x, mut y) = (2.0, 9.0);
        for (ink, name) in entries {
            let name = text::fit(name, SMALL, canvas.width() - 30.0);
            let length = 15.0 + text::width(&name, SMALL) + 16.0;
            if x + length > canvas.width() + 16.0 {
                (x, y) = (2.0, y + 17.0);
            }
            if ink == Ink::Net {
                canvas.line(ink, &[(x, y), (x + 10.0, y)]);
            } else {
                canvas.rect(ink, (x, y - 5.0), (x + 10.0, y + 5.0));
            }
            canvas.text(Ink::Legend, (x + 15.0, y), Anchor::Start, SMALL, &name);
            x += length;
        }
        y + 8.0
    }
}
