//! The backend that plotters draws on: SVG elements with classes instead of colours.

use std::cell::RefCell;
use std::convert::Infallible;
use std::fmt::Write as _;
use std::rc::Rc;

use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind};

use crate::ink::Ink;
use crate::text;

/// Backend pixels to one unit of the `viewBox`: plotters counts in whole pixels, which would be too coarse.
pub(crate) const FINE: i32 = 10;

/// Where an element goes: the still drawing, the links on it, or what lies over the links.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layer {
    Under,
    Live,
    Over,
}

/// What has been drawn so far, one text for each layer.
#[derive(Debug)]
pub(crate) struct Sheet {
    pub(crate) layer: Layer,
    pub(crate) under: String,
    pub(crate) live: String,
    pub(crate) over: String,
}

impl Sheet {
    pub(crate) fn new() -> Self {
        Self { layer: Layer::Under, under: String::new(), live: String::new(), over: String::new() }
    }

    /// The text of the layer in use.
    pub(crate) fn out(&mut self) -> &mut String {
        match self.layer {
            Layer::Under => &mut self.under,
            Layer::Live => &mut self.live,
            Layer::Over => &mut self.over,
        }
    }
}

/// The backend. It shares its sheet with the canvas, which opens and closes links between two drawings.
pub(crate) struct SvgBackend {
    pub(crate) sheet: Rc<RefCell<Sheet>>,
    pub(crate) size: (u32, u32),
}

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

impl SvgBackend {
    fn element<S: BackendStyle>(&self, style: &S, write: impl FnOnce(&mut String, &'static str)) -> Drawn {
        let color = style.color();
        // plotters outlines an area with a transparent path.
        if color.alpha > 0.0 {
            write(self.sheet.borrow_mut().out(), Ink::of(color.rgb).class());
        }
        Ok(())
    }

    fn points(&self, name: &str, points: Vec<BackendCoord>, style: &impl BackendStyle) -> Drawn {
        self.element(style, |out, class| {
            out.push_str(&format!("<{name} class=\"{class}\" points=\""));
            for (position, (x, y)) in points.into_iter().enumerate() {
                if position > 0 {
                    out.push(' ');
                }
                push_unit(out, x);
                out.push(',');
                push_unit(out, y);
            }
            out.push_str("\"/>");
        })
    }
}

impl DrawingBackend for SvgBackend {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, color: BackendColor) -> Drawn {
        self.draw_rect((x, y), (x + 1, y + 1), &color, true)
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Drawn {
        self.element(style, |out, class| {
            out.push_str(&format!("<line class=\"{class}\""));
            for (name, value) in [("x1", from.0), ("y1", from.1), ("x2", to.0), ("y2", to.1)] {
                push_attribute(out, name, value);
            }
            out.push_str("/>");
        })
    }

    fn draw_rect<S: BackendStyle>(&mut self, a: BackendCoord, b: BackendCoord, style: &S, _fill: bool) -> Drawn {
        self.element(style, |out, class| {
            out.push_str(&format!("<rect class=\"{class}\""));
            let (left, top) = (a.0.min(b.0), a.1.min(b.1));
            let (width, height) = ((a.0 - b.0).abs(), (a.1 - b.1).abs());
            for (name, value) in [("x", left), ("y", top), ("width", width), ("height", height)] {
                push_attribute(out, name, value);
            }
            out.push_str("/>");
        })
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Drawn {
        self.points("polyline", path.into_iter().collect(), style)
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Drawn {
        self.points("polygon", path.into_iter().collect(), style)
    }

    fn draw_circle<S: BackendStyle>(&mut self, center: BackendCoord, radius: u32, style: &S, _fill: bool) -> Drawn {
        self.element(style, |out, class| {
            out.push_str(&format!("<circle class=\"{class}\""));
            let radius = i32::try_from(radius).unwrap_or(i32::MAX);
            for (name, value) in [("cx", center.0), ("cy", center.1), ("r", radius)] {
                push_attribute(out, name, value);
            }
            out.push_str("/>");
        })
    }

    fn draw_text<T: BackendTextStyle>(&mut self, label: &str, style: &T, (x, y): BackendCoord) -> Drawn {
        let size = pixels(style.size());
        // SVG places text by its baseline; the parts of an em are those of the interface face.
        let baseline = match style.anchor().v_pos {
            VPos::Top => y + size * 75 / 100,
            VPos::Center => y + size * 36 / 100,
            VPos::Bottom => y - size * 21 / 100,
        };
        let anchor = match style.anchor().h_pos {
            HPos::Left => "",
            HPos::Center => " text-anchor=\"middle\"",
            HPos::Right => " text-anchor=\"end\"",
        };
        let mut sheet = self.sheet.borrow_mut();
        let out = sheet.out();
        out.push_str(&format!("<text class=\"{}\"{anchor}", Ink::of(style.color().rgb).class()));
        for (name, value) in [("font-size", size), ("x", x), ("y", baseline)] {
            push_attribute(out, name, value);
        }
        out.push('>');
        text::escape_into(out, label);
        out.push_str("</text>");
        Ok(())
    }

    fn estimate_text_size<T: BackendTextStyle>(
        &self,
        label: &str,
        style: &T,
    ) -> Result<(u32, u32), DrawingErrorKind<Infallible>> {
        let width = pixels(text::width(label, style.size()));
        Ok((width.unsigned_abs(), pixels(style.size() * 1.2).unsigned_abs()))
    }

    fn blit_bitmap(&mut self, _at: BackendCoord, _size: (u32, u32), _pixels: &[u8]) -> Drawn {
        // A picture could wear no class; no chart of ours asks for one.
        Ok(())
    }
}

/// Units of the `viewBox` to whole backend pixels.
#[expect(clippy::cast_possible_truncation, reason = "rounding is meant; `as` saturates, and makes nothing of NaN")]
pub(crate) fn pixels(value: f64) -> i32 {
    value.round() as i32
}

/// ` name="12.3"`
fn push_attribute(out: &mut String, name: &str, value: i32) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    push_unit(out, value);
    out.push('"');
}

/// Backend pixels as units of the `viewBox`, with at most one decimal.
fn push_unit(out: &mut String, value: i32) {
    let (whole, tenth) = (value / FINE, (value % FINE).abs());
    if value < 0 && whole == 0 && tenth > 0 {
        out.push('-');
    }
    // Writing to a String cannot fail.
    write!(out, "{whole}").ok();
    if tenth > 0 {
        write!(out, ".{tenth}").ok();
    }
}

#[cfg(test)]
mod tests {
    use super::push_unit;

    #[test]
    fn units_have_one_decimal_at_most() {
        let text = |value| {
            let mut out = String::new();
            push_unit(&mut out, value);
            out
        };
        assert_eq!([0, 10, 123, -5, -15].map(text), ["0", "1", "12.3", "-0.5", "-1.5"]);
    }
}
