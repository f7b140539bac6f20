//! The classes that a chart may wear, and the sentinel colours that carry them through plotters.

use plotters::style::RGBColor;

macro_rules! inks {
    ($($variant:ident = $class:literal,)+) => {
        /// What a stroke, shape or text means; the style sheet says how it looks.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Ink {
            $($variant,)+
        }

        impl Ink {
            const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The CSS class.
            pub(crate) const fn class(self) -> &'static str {
                match self {
                    $(Self::$variant => $class,)+
                }
            }
        }
    };
}

inks! {
    Grid = "c-grid",
    Axis = "c-axis",
    Note = "c-note",
    Line = "c-line",
    Line2 = "c-line-2",
    Net = "c-net",
    Area = "c-area",
    Dot = "c-dot",
    DotQuiet = "c-dot c-quiet",
    DotNet = "c-dot-net",
    Up = "c-up",
    Up2 = "c-up-2",
    Down = "c-down",
    Down2 = "c-down-2",
    Critical = "c-sev-c",
    High = "c-sev-h",
    Medium = "c-sev-m",
    Low = "c-sev-l",
    Info = "c-sev-i",
    Hit = "c-hit",
    Tick = "c-tick",
    Label = "c-label",
    Value = "c-value",
    Legend = "c-legend",
    Empty = "c-empty",
}

impl Ink {
    /// The colour that stands for this class inside plotters: never seen by anybody.
    pub(crate) fn color(self) -> RGBColor {
        let position = Self::ALL.iter().position(|ink| *ink == self).unwrap_or(0);
        RGBColor(0, 0, u8::try_from(position).unwrap_or(0))
    }

    /// The class behind a sentinel colour.
    pub(crate) fn of((_, _, blue): (u8, u8, u8)) -> Self {
        Self::ALL.get(usize::from(blue)).copied().unwrap_or(Self::Grid)
    }
}

#[cfg(test)]
mod tests {
    use super::Ink;

    #[test]
    fn a_colour_leads_back_to_its_class() {
        for ink in Ink::ALL {
            let color = ink.color();
            assert_eq!(Ink::of((color.0, color.1, color.2)), *ink);
        }
    }
}
