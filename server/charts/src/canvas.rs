//! The sheet that a chart draws on, in units of its `viewBox`, and its SVG document.

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

use plotters::coord::Shift;
use plotters::coord::cartesian::Cartesian2d;
use plotters::coord::types::RangedCoordf64;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::element::{Circle, Drawable, PathElement, PointCollection, Polygon, Rectangle, Text};
use plotters::series::{AreaSeries, LineSeries};
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, ShapeStyle, TextStyle};
use plotters_backend::BackendCoord;
use plotters_backend::text_anchor::{HPos, Pos, VPos};

use crate::backend::{FINE, Layer, Sheet, SvgBackend, pixels};
use crate::ink::Ink;
use crate::text;

/// Size of the text of axes, legends and labels, in units.
pub(crate) const SMALL: f64 = 11.5;
/// Size of values that are named.
pub(crate) const LARGE: f64 = 13.0;

/// A point in units of the `viewBox`.
pub(crate) type Point = (f64, f64);

/// Horizontal place of a text relative to its point; vertically it is centred.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// The sheet.
pub(crate) struct Canvas {
    sheet: Rc<RefCell<Sheet>>,
    area: DrawingArea<SvgBackend, Shift>,
    size: (i32, i32),
}

impl Canvas {
    pub(crate) fn new(width: i32, height: i32) -> Self {
        let sheet = Rc::new(RefCell::new(Sheet::new()));
        let size = ((width * FINE).unsigned_abs(), (height * FINE).unsigned_abs());
        let area = SvgBackend { sheet: Rc::clone(&sheet), size }.into_drawing_area();
        Self { sheet, area, size: (width, height) }
    }

    /// Width in units.
    pub(crate) fn width(&self) -> f64 {
        f64::from(self.size.0)
    }

    pub(crate) fn text(&self, ink: Ink, at: Point, anchor: Anchor, size: f64, label: &str) {
        let h_pos = match anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        let font = FontDesc::new(FontFamily::SansSerif, size * f64::from(FINE), FontStyle::Normal);
        let color = ink.color();
        let style = TextStyle::from(font).color(&color).pos(Pos::new(h_pos, VPos::Center));
        self.put(&Text::new(label.to_owned(), fine(at), style));
    }

    pub(crate) fn line(&self, ink: Ink, points: &[Point]) {
        self.put(&PathElement::new(points.iter().copied().map(fine).collect::<Vec<_>>(), stroke(ink)));
    }

    pub(crate) fn rect(&self, ink: Ink, from: Point, to: Point) {
        self.put(&Rectangle::new([fine(from), fine(to)], ink.color().filled()));
    }

    pub(crate) fn polygon(&self, ink: Ink, points: &[Point]) {
        self.put(&Polygon::new(points.iter().copied().map(fine).collect::<Vec<_>>(), ink.color()));
    }

    pub(crate) fn circle(&self, ink: Ink, center: Point, radius: f64) {
        self.put(&Circle::new(fine(center), pixels(radius * f64::from(FINE)), ink.color().filled()));
    }

    /// A part of the sheet with coordinates of data: `x` to the right, `y` upwards.
    pub(crate) fn plot(&self, x: Range<f64>, y: Range<f64>, from: Point, to: Point) -> Plot {
        let ((left, top), (right, bottom)) = (fine(from), fine(to));
        let spec = Cartesian2d::<RangedCoordf64, RangedCoordf64>::new(x, y, (left..right, bottom..top));
        Plot { area: self.area.apply_coord_spec(spec) }
    }

    /// Draws a datum: as a link with a name where `href` is an address of this site, else without.
    pub(crate) fn datum(&self, href: &str, name: &str, draw: impl FnOnce()) {
        let before = self.layer(Layer::Live);
        let linked = is_local(href);
        {
            let mut sheet = self.sheet.borrow_mut();
            let out = sheet.out();
            if linked {
                out.push_str("<a href=\"");
                text::escape_into(out, href);
                out.push_str("\" aria-label=\"");
                text::escape_into(out, name);
                out.push_str("\">");
            } else {
                out.push_str("<g>");
            }
            out.push_str("<title>");
            text::escape_into(out, name);
            out.push_str("</title>");
        }
        draw();
        self.sheet.borrow_mut().out().push_str(if linked { "</a>" } else { "</g>" });
        self.layer(before);
    }

    /// Draws what lies over the links and does not catch the pointer.
    pub(crate) fn over(&self, draw: impl FnOnce()) {
        let before = self.layer(Layer::Over);
        draw();
        self.layer(before);
    }

    fn layer(&self, layer: Layer) -> Layer {
        std::mem::replace(&mut self.sheet.borrow_mut().layer, layer)
    }

    fn put<'a, E>(&self, element: &'a E)
    where
        &'a E: PointCollection<'a, BackendCoord>,
        E: Drawable<SvgBackend>,
    {
        // The backend cannot fail, and an area inside the sheet has no layout to fail.
        self.area.draw(element).ok();
    }

    /// The document. `title` names the chart; `summary` says in words what it shows.
    pub(crate) fn finish(self, title: &str, summary: &str) -> String {
        let (width, height) = self.size;
        let mut out = format!("<svg class=\"c-chart\" viewBox=\"0 0 {width} {height}\" role=\"group\" aria-label=\"");
        text::escape_into(&mut out, title);
        out.push_str("\"><g role=\"img\" aria-label=\"");
        text::escape_into(&mut out, summary);
        out.push_str("\"><title>");
        text::escape_into(&mut out, title);
        out.push_str("</title><desc>");
        text::escape_into(&mut out, summary);
        out.push_str("</desc>");
        let sheet = self.sheet.borrow();
        out.push_str(&sheet.under);
        out.push_str("</g>");
        out.push_str(&sheet.live);
        if !sheet.over.is_empty() {
            out.push_str("<g aria-hidden=\"true\" pointer-events=\"none\">");
            out.push_str(&sheet.over);
            out.push_str("</g>");
        }
        out.push_str("</svg>");
        out
    }
}

/// A part of the sheet with coordinates of data.
pub(crate) struct Plot {
    area: DrawingArea<SvgBackend, Cartesian2d<RangedCoordf64, RangedCoordf64>>,
}

impl Plot {
    /// Where a datum lies, in units of the `viewBox`.
    pub(crate) fn at(&self, x: f64, y: f64) -> Point {
        let (x, y) = self.area.map_coordinate(&(x, y));
        (f64::from(x) / f64::from(FINE), f64::from(y) / f64::from(FINE))
    }

    pub(crate) fn line(&self, ink: Ink, data: impl IntoIterator<Item = Point>) {
        for element in LineSeries::new(data, stroke(ink)) {
            self.area.draw(&element).ok();
        }
    }

    /// The area between the data and zero.
    pub(crate) fn area(&self, ink: Ink, data: impl IntoIterator<Item = Point>) {
        for element in AreaSeries::new(data, 0.0, ink.color()) {
            self.area.draw(&element).ok();
        }
    }
}

fn stroke(ink: Ink) -> ShapeStyle {
    ink.color().stroke_width(1)
}

fn fine((x, y): Point) -> BackendCoord {
    (pixels(x * f64::from(FINE)), pixels(y * f64::from(FINE)))
}

/// An address of this site: a path, a query or a fragment; never another scheme or host.
fn is_local(href: &str) -> bool {
    let other_host = href.starts_with("//") || href.starts_with("/\\");
    href.starts_with(['/', '?', '#']) && !other_host
}

#[cfg(test)]
mod tests {
    use super::is_local;

    #[test]
    fn only_addresses_of_this_site_are_linked() {
        for href in ["/findings?q=a", "?q=a", "#row"] {
            assert!(is_local(href), "{href}");
        }
        for href in ["", "javascript:alert(1)", "//other.example", "/\\other.example", "https://other.example", " /x"] {
            assert!(!is_local(href), "{href}");
        }
    }
}
