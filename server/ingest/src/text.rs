//! Text as people read it: out of HTML, and out of bytes that may be anything.

use std::fmt::Write as _;

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

/// Elements that are dropped without a trace.
const INLINE: [&str; 18] = [
    "a", "b", "i", "u", "em", "strong", "code", "span", "font", "tt", "small", "sub", "sup", "td", "th", "img", "wbr",
    "kbd",
];

/// HTML as plain text: blocks become lines, references are decoded, and what is no known tag stays as it is, because it is text
/// that merely looks like one (`<PAYLOAD_1>`). The result is text: whoever shows it escapes it.
pub fn from_html(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    let mut ends = Ends { tag: true, comment: true };
    while let Some(at) = rest.find(['<', '&']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let taken = if rest.starts_with('<') { ends.tag(rest, &mut out) } else { reference(rest, &mut out) };
        if taken == 0 {
            out.push_str(&rest[..1]);
        }
        rest = &rest[taken.max(1)..];
    }
    out.push_str(rest);
    tidy(&out)
}

/// ZAP's own markup: paragraphs and nothing else. What is inside them is plain text already, even if it looks like HTML.
/// Text without paragraphs, as the *plus* reports have it, is returned as it is.
pub fn from_paragraphs(text: &str) -> String {
    let trimmed = text.trim();
    if !trimmed.starts_with("<p>") {
        return tidy(text);
    }
    tidy(&trimmed.replace("<p>", "").replace("</p>", "\n"))
}

/// Whether the rest of a text may still hold what ends a tag or a comment: where it was once looked for in vain, it is not looked
/// for again, or a text of openings alone would be searched once for each of them.
struct Ends {
    tag: bool,
    comment: bool,
}

impl Ends {
    /// Takes a tag at the beginning of the text, and says how many bytes it has; 0 if it is none that is known.
    fn tag(&mut self, text: &str, out: &mut String) -> usize {
        if text.starts_with("<!--") {
            let end = self.comment.then(|| text.find("-->")).flatten();
            self.comment = end.is_some();
            return end.map_or(0, |end| end + 3);
        }
        let inside = text[1..].trim_start_matches('/');
        let name_end = inside.find(|character: char| !character.is_ascii_alphanumeric()).unwrap_or(inside.len());
        let name = inside[..name_end].to_ascii_lowercase();
        let block = BLOCKS.contains(&name.as_str());
        if !(block || INLINE.contains(&name.as_str())) || !inside[name_end..].starts_with([' ', '\n', '\t', '/', '>']) {
            return 0;
        }
        let end = self.tag.then(|| text.find('>')).flatten();
        self.tag = end.is_some();
        let Some(end) = end else { return 0 };
        match name.as_str() {
            "li" if !text.starts_with("</") => out.push_str("\n• "),
            "td" | "th" => out.push(' '),
            _ if block => out.push('\n'),
            _ => {}
        }
        end + 1
    }
}

/// Takes a character reference at the beginning of the text, and says how many bytes it has; 0 if it is none that is known.
fn reference(text: &str, out: &mut String) -> usize {
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

/// Lines without white space at their ends, and at most one empty line in a row.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut empty = 0;
    for line in text.lines().map(str::trim_end) {
        if line.trim().is_empty() {
            empty += 1;
            continue;
        }
        if !out.is_empty() {
            out.push_str(if empty > 0 { "\n\n" } else { "\n" });
        }
        empty = 0;
        out.push_str(line);
    }
    out.trim().to_owned()
}

/// The beginning of a text, for messages and words that need no more of it.
pub fn beginning(text: &str, characters: usize) -> &str {
    text.char_indices().nth(characters).map_or(text, |(end, _)| &text[..end])
}

/// Bytes as text: what is not UTF-8, and NUL, is shown as `\xNN`.
pub fn from_bytes(bytes: Vec<u8>) -> String {
    match String::from_utf8(bytes) {
        Ok(text) => without_nul(text),
        Err(error) => escaped(error.as_bytes()),
    }
}

/// The text with NUL shown as `\x00`: JSON can write it, and databases do not keep it.
pub fn without_nul(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "\\x00") } else { text }
}

fn escaped(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    for chunk in bytes.utf8_chunks() {
        out.push_str(&chunk.valid().replace('\0', "\\x00"));
        for byte in chunk.invalid() {
            // Writing to a string cannot fail.
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_becomes_lines() {
        let html = "<p>One &amp; <b>two</b></p>\n<ul><li>a</li>\n<li><a href=\"https://x\">CWE-79: XSS</a></li></ul>&lt;script&gt;<br/>x";
        assert_eq!(from_html(html), "One & two\n\n• a\n\n• CWE-79: XSS\n\n<script>\nx");
    }

    #[test]
    fn what_only_looks_like_a_tag_stays() {
        assert_eq!(
            from_html("With <PAYLOAD_1> as: 1 < 2 &unknown; & <!-- gone -->."),
            "With <PAYLOAD_1> as: 1 < 2 &unknown; & ."
        );
        assert_eq!(from_paragraphs("<p>The <script> tag &lt;</p><p>second</p>"), "The <script> tag &lt;\nsecond");
        assert_eq!(from_paragraphs("plain <p> text"), "plain <p> text");
    }

    #[test]
    fn openings_without_an_end_are_looked_at_once() {
        // A search to the end for each of them would take an hour.
        for opening in ["<p ", "<!--", "<p <!--", "<", "&", "</"] {
            let text = opening.repeat(2 << 20);
            assert_eq!(from_html(&text).len(), text.trim_end().len(), "{opening}");
        }
        assert_eq!(from_html("<!-- one --> <p >two <!-- <b>three</b> <i "), "two <!-- three <i");
    }

    #[test]
    fn bytes_that_are_no_text_are_shown() {
        assert_eq!(from_bytes(b"a\xff\0b".to_vec()), "a\\xff\\x00b");
        assert_eq!(from_bytes("añ".into()), "añ");
    }
}
