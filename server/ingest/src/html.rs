//! HTML of scanners as plain text.

use crate::text::tidy;

/// Elements that end a line.
const BLOCKS: [&str; 22] = [
    "p",
    "br",
    "div",
    "li",
    "ul",
    "ol",
    "tr",
    "table",
    "pre",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "blockquote",
    "dl",
    "dt",
    "dd",
    "tbody",
    "thead",
];

/// Elements that are dropped without a trace, but for the address of a link.
const INLINE: [&str; 18] = [
    "a", "b", "i", "u", "em", "strong", "code", "span", "font", "tt", "small", "sub", "sup", "td", "th", "img", "wbr",
    "kbd",
];

/// The longest address of a link that is kept, in bytes.
const MAX_ADDRESS: usize = 2048;

/// HTML as plain text: blocks become lines, items of lists begin with a bullet or their number, cells of a table stand in one
/// line, links keep their address as `text (https://…)`, references are decoded. What is no known tag stays as it is, because
/// it is text that merely looks like one (`<PAYLOAD_1>`). The result is text: whoever shows it escapes it.
pub fn from_html(html: &str) -> String {
    let mut plain = Plain { out: String::with_capacity(html.len()), ..Plain::default() };
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        plain.out.push_str(&rest[..at]);
        rest = &rest[at..];
        let taken = if rest.starts_with('<') { plain.markup(rest) } else { reference(rest, &mut plain.out) };
        if taken == 0 {
            plain.out.push_str(&rest[..1]);
        }
        rest = &rest[taken.max(1)..];
    }
    plain.out.push_str(rest);
    plain.end_link();
    tidy(&plain.out)
}

/// The text so far, and what is open in it.
#[derive(Default)]
struct Plain {
    out: String,
    /// The next number of each list that is open; `None` for one with bullets.
    lists: Vec<Option<u32>>,
    /// Where the current row of a table begins.
    row: Option<usize>,
    /// The address of the link that is open, and where its text begins.
    link: Option<(String, usize)>,
    /// Whether a comment was found that has no end, so that none has one.
    unending: bool,
}

impl Plain {
    /// Takes a tag or a comment at the beginning of the text, and says how many bytes it has; 0 if it is none that is known.
    fn markup(&mut self, text: &str) -> usize {
        if text.starts_with("<!--") {
            let end = if self.unending { None } else { text.find("-->") };
            self.unending = end.is_none();
            return end.map_or(0, |end| end + 3);
        }
        let opens = !text.starts_with("</");
        let inside = text[1..].trim_start_matches('/');
        let name_end = inside.find(|character: char| !character.is_ascii_alphanumeric()).unwrap_or(inside.len());
        let name = inside[..name_end.min(12)].to_ascii_lowercase();
        let block = BLOCKS.contains(&name.as_str());
        if !(block || INLINE.contains(&name.as_str())) || !inside[name_end..].starts_with([' ', '\n', '\t', '/', '>']) {
            return 0;
        }
        // A tag has no `<` inside; looking no further also bounds the time that tags without end take.
        let Some(end) = text[1..].find(['<', '>']).map(|at| at + 1).filter(|end| text[*end..].starts_with('>')) else {
            return 0;
        };
        match (name.as_str(), opens) {
            ("a", _) => {
                self.end_link();
                self.link = address(&text[..end]).filter(|_| opens).map(|address| (address, self.out.len()));
            }
            ("ul", true) => self.lists.push(None),
            ("ol", true) => self.lists.push(Some(1)),
            ("ul" | "ol", false) => drop(self.lists.pop()),
            ("li", true) => return self.item(end + 1),
            ("td" | "th", true) => self.cell(),
            ("tr" | "table", false) => self.row = None,
            _ => {}
        }
        if block {
            self.out.push('\n');
        }
        if (name.as_str(), opens) == ("tr", true) {
            self.row = Some(self.out.len());
        }
        end + 1
    }

    /// Begins an item of the innermost list, in the line after what stands before.
    fn item(&mut self, taken: usize) -> usize {
        self.out.truncate(self.out.trim_end().len());
        self.out.push('\n');
        // Deeper than this, a list is no list that people read.
        let depth = self.lists.len().clamp(1, 8);
        self.out.push_str(&"  ".repeat(depth - 1));
        match self.lists.last_mut() {
            Some(Some(number)) => {
                self.out.push_str(&format!("{number}. "));
                *number += 1;
            }
            _ => self.out.push_str("• "),
        }
        taken
    }

    /// Begins a cell, in the line of its row.
    fn cell(&mut self) {
        let Some(row) = self.row else {
            self.out.push(' ');
            return;
        };
        let end = row + self.out.get(row..).unwrap_or_default().trim_end().len();
        self.out.truncate(end);
        if end > row {
            self.out.push_str(" | ");
        }
    }

    /// Puts the address behind the text of the link that is open, if it says more than the text.
    fn end_link(&mut self) {
        let Some((address, start)) = self.link.take() else { return };
        let text = self.out.get(start..).unwrap_or_default().trim();
        if text.is_empty() {
            self.out.push_str(&address);
        } else if text.trim_end_matches('/') != address.trim_end_matches('/') {
            self.out.insert_str(self.out.trim_end().len(), &format!(" ({address})"));
        }
    }
}

/// The address that an `<a …` names, if it is one of the web and nothing else.
fn address(tag: &str) -> Option<String> {
    let at = tag.to_ascii_lowercase().find("href")?;
    let value = tag[at + 4..].trim_start().strip_prefix('=')?.trim_start();
    let raw = match value.chars().next()? {
        quote @ ('"' | '\'') => value[1..].split(quote).next()?,
        _ => value.split_ascii_whitespace().next()?,
    };
    let mut address = String::new();
    let mut rest = raw.trim();
    while let Some(at) = rest.find('&') {
        address.push_str(&rest[..at]);
        rest = &rest[at..];
        let taken = reference(rest, &mut address);
        if taken == 0 {
            address.push('&');
        }
        rest = &rest[taken.max(1)..];
    }
    address.push_str(rest);
    let scheme = address.split_once("://")?.0.to_ascii_lowercase();
    let is_one_word = !address.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"'));
    (matches!(scheme.as_str(), "http" | "https") && is_one_word && address.len() <= MAX_ADDRESS).then_some(address)
}

/// Takes a character reference at the beginning of the text, and says how many bytes it has; 0 if it is none that is known.
pub fn reference(text: &str, out: &mut String) -> usize {
    let Some(end) = text.bytes().take(12).position(|byte| byte == b';') else { return 0 };
    let name = &text[1..end];
    let character = match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        "ndash" => Some('–'),
        "mdash" => Some('—'),
        "lsquo" => Some('‘'),
        "rsquo" => Some('’'),
        "ldquo" => Some('“'),
        "rdquo" => Some('”'),
        "hellip" => Some('…'),
        "bull" => Some('•'),
        "copy" => Some('©'),
        _ => numeric(name),
    };
    match character {
        Some(character) => {
            out.push(character);
            end + 1
        }
        None => 0,
    }
}

fn numeric(name: &str) -> Option<char> {
    let digits = name.strip_prefix('#')?;
    let code = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => digits.parse(),
    };
    code.ok().filter(|code| *code != 0).and_then(char::from_u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    #[test]
    fn blocks_and_lists_become_lines() {
        assert_eq!(
            from_html("<p>One &amp; <b>two</b></p>\n<p>x<br/>y</p>&lt;script&gt;"),
            "One & two\n\nx\ny\n<script>"
        );
        assert_eq!(
            from_html("Set:<ul><li>a</li>\n<li>b<ol><li>c<li>d</ol></li></ul>end"),
            "Set:\n• a\n• b\n  1. c\n  2. d\n\nend"
        );
    }

    #[test]
    fn the_cells_of_a_row_stand_in_one_line() {
        let html = "<h4>Server</h4><table><tr>\n<td><b>Issued to:</b>&nbsp;&nbsp;</td>\n<td>example.com</td></tr><tr><td>By:</td><td>CA</td></tr></table>x";
        assert_eq!(from_html(html), "Server\n\nIssued to: | example.com\n\nBy: | CA\n\nx");
        assert_eq!(from_html("a<td>b</td>c"), "a bc");
    }

    #[test]
    fn links_keep_their_address() {
        for (html, text) in [
            ("<a href=\"https://e.org/?a&amp;b\">Title</a>, more", "Title (https://e.org/?a&b), more"),
            ("<A target=_blank HREF='http://e.org'>http://e.org/</A>", "http://e.org/"),
            ("<a href=https://e.org></a>", "https://e.org"),
            ("<a href=\"https://a\">one <a href=\"https://b\"><b>two</b>", "one (https://a) two (https://b)"),
            ("<a href=\"javascript:alert(1)\">x</a> <a href=\"/here\">y</a> <a name=\"z\">z</a>", "x y z"),
            ("<a href=\"https://e.org/ or not\">x</a>", "x"),
            ("<a href=\"https://e.org/&#10;x\">x</a>", "x"),
        ] {
            assert_eq!(from_html(html), text, "{html}");
        }
    }

    #[test]
    fn what_only_looks_like_a_tag_stays() {
        assert_eq!(
            from_html("With <PAYLOAD_1> as: 1 < 2 &unknown; & <!-- gone -->."),
            "With <PAYLOAD_1> as: 1 < 2 &unknown; & ."
        );
        assert_eq!(from_html("<script>alert(1)</script><p <b>"), "<script>alert(1)</script><p");
    }

    #[test]
    fn hostile_markup_takes_no_long_time() {
        let started = Instant::now();
        for piece in
            ["<p ", "<!--", "<a href=", "<a href='https://x'>", "<li>", "<ul>", "<tr><td>", "&", "<", "</a", "<ol><li>"]
        {
            from_html(&piece.repeat(100_000));
        }
        assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
    }
}
