//! The width of text as the page's sans face sets it, and the escaping of text for XML.

/// Advance widths of U+0020 … U+007E in the interface face at weight 500 with tabular figures, in thousandths of an em.
const ASCII: [u16; 95] = [
    269, 304, 494, 648, 648, 993, 653, 313, 391, 391, 648, 648, 269, 648, 269, 370, 648, 648, 648, 648, 648, 648, 648,
    648, 648, 648, 269, 269, 648, 648, 648, 527, 982, 720, 657, 733, 722, 603, 589, 748, 745, 272, 575, 688, 565, 913,
    756, 767, 642, 769, 648, 646, 653, 740, 720, 1021, 701, 696, 641, 391, 333, 391, 477, 463, 337, 568, 618, 577, 618,
    587, 349, 620, 602, 252, 252, 559, 252, 888, 602, 604, 618, 618, 396, 539, 338, 602, 575, 829, 557, 575, 559, 391,
    346, 391, 648,
];

/// The same for U+00A0 … U+00FF.
const LATIN_1: [u16; 96] = [
    269, 304, 577, 620, 737, 557, 293, 568, 602, 914, 457, 608, 667, 0, 665, 465, 457, 648, 448, 455, 337, 600, 601,
    303, 300, 314, 485, 608, 817, 858, 895, 527, 720, 720, 720, 720, 720, 720, 1003, 733, 603, 603, 603, 603, 272, 272,
    272, 272, 743, 756, 767, 767, 767, 767, 767, 648, 767, 740, 740, 740, 740, 696, 647, 630, 568, 568, 568, 568, 568,
    568, 915, 577, 587, 587, 587, 587, 252, 252, 252, 374, 588, 602, 604, 604, 604, 604, 604, 648, 604, 602, 602, 602,
    602, 575, 618, 575,
];

/// What a character outside both tables is taken for: a wide letter, so that a guess is never too narrow by much.
const OTHER: u16 = 760;

/// Width of `text` at `size`, in the unit of `size`.
pub(crate) fn width(text: &str, size: f64) -> f64 {
    let thousandths: f64 = text.chars().map(|c| f64::from(advance(c))).sum();
    thousandths * size / 1000.0
}

/// `text`, or as much of it as fits in `room` with an ellipsis.
pub(crate) fn fit(text: &str, size: f64, room: f64) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = width("…", size);
    for c in text.chars() {
        used += f64::from(advance(c)) * size / 1000.0;
        if used > room {
            break;
        }
        kept.push(c);
    }
    kept.truncate(kept.trim_end().len());
    kept.push('…');
    kept
}

fn advance(c: char) -> u16 {
    let code = u32::from(c);
    let from = |table: &[u16], first: u32| table.get(usize::try_from(code - first).ok()?).copied();
    match code {
        0x20..=0x7E => from(&ASCII, 0x20),
        0xA0..=0xFF => from(&LATIN_1, 0xA0),
        0x2013 | 0x202F => Some(500),
        0x2019 => Some(277),
        0x2026 => Some(910),
        _ => None,
    }
    .unwrap_or(OTHER)
}

/// Appends `text` so that it is character data or an attribute value in XML and in HTML, whatever it holds.
pub(crate) fn escape_into(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' | '\r' => out.push(' '),
            // Not characters of XML 1.0.
            '\0'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => out.push('\u{FFFD}'),
            _ => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{escape_into, fit, width};

    #[test]
    fn an_accent_is_as_wide_as_its_letter() {
        assert!((width("ñ", 10.0) - width("n", 10.0)).abs() < f64::EPSILON);
        assert!((width("0123", 10.0) - 4.0 * width("7", 10.0)).abs() < 1e-9);
    }

    #[test]
    fn what_does_not_fit_ends_in_an_ellipsis() {
        assert_eq!(fit("Payments", 10.0, 100.0), "Payments");
        let cut = fit("Infrastructure and platform", 10.0, 60.0);
        assert!(cut.ends_with('…') && width(&cut, 10.0) <= 60.0, "{cut}");
    }

    #[test]
    fn markup_and_control_characters_do_not_survive() {
        let mut out = String::new();
        escape_into(&mut out, "<a href=\"x\">&'\u{1}\n");
        assert_eq!(out, "&lt;a href=&quot;x&quot;&gt;&amp;&#39;\u{FFFD} ");
    }
}
