//! How a number is written on a chart, in the reader's language.

/// The marks of a language's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numbers {
    /// Between groups of three digits.
    pub group: char,
    /// Before decimals.
    pub decimal: char,
    /// The least number of digits that is grouped: 4 in English, 5 in Spanish.
    pub group_from: usize,
}

impl Numbers {
    /// 1,234 and 1.5
    pub const ENGLISH: Self = Self { group: ',', decimal: '.', group_from: 4 };
    /// 1234, 12 345 (with a narrow space that does not break) and 1,5
    pub const SPANISH: Self = Self { group: '\u{202F}', decimal: ',', group_from: 5 };

    /// All digits, grouped; a true minus sign before a negative number.
    #[must_use]
    pub fn full(&self, value: i64) -> String {
        let digits = value.unsigned_abs().to_string();
        let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 3);
        if value < 0 {
            out.push('−');
        }
        for (position, digit) in digits.chars().enumerate() {
            if position > 0 && digits.len() >= self.group_from && (digits.len() - position).is_multiple_of(3) {
                out.push(self.group);
            }
            out.push(digit);
        }
        out
    }

    /// For an axis: the sign dropped, and from 100,000 on in thousands (k), millions (M), …, with one decimal at most.
    pub(crate) fn axis(&self, value: f64) -> String {
        const UNITS: [(f64, &str); 6] = [(1e18, "E"), (1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")];
        let value = value.abs();
        if value < 1e5 {
            return self.full(rounded(value));
        }
        let (unit, suffix) = UNITS.into_iter().find(|(unit, _)| value >= *unit).unwrap_or((1.0, ""));
        let tenths = rounded(value / unit * 10.0);
        let whole = self.full(tenths / 10);
        match tenths % 10 {
            0 => format!("{whole}{suffix}"),
            decimal => format!("{whole}{}{decimal}{suffix}", self.decimal),
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "rounding to a whole number is meant; `as` saturates")]
fn rounded(value: f64) -> i64 {
    value.round() as i64
}

#[cfg(test)]
mod tests {
    use super::Numbers;

    #[test]
    fn each_language_groups_in_its_way() {
        assert_eq!(Numbers::ENGLISH.full(1_234_567), "1,234,567");
        assert_eq!(Numbers::ENGLISH.full(-999), "−999");
        assert_eq!(Numbers::SPANISH.full(1234), "1234");
        assert_eq!(Numbers::SPANISH.full(12_345), "12\u{202F}345");
        assert_eq!(Numbers::ENGLISH.full(i64::MIN), "−9,223,372,036,854,775,808");
    }

    #[test]
    fn an_axis_stays_narrow() {
        assert_eq!(Numbers::ENGLISH.axis(-75.0), "75");
        assert_eq!(Numbers::ENGLISH.axis(200_000.0), "200k");
        assert_eq!(Numbers::SPANISH.axis(1_500_000.0), "1,5M");
        assert_eq!(Numbers::ENGLISH.axis(9.3e18), "9.3E");
    }
}
