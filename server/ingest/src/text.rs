//! Text as people read it: out of HTML, and out of bytes that may be anything.

use std::fmt::Write as _;

use crate::html::reference;

pub use crate::html::from_html;

/// ZAP's own markup: paragraphs and nothing else. What is inside them is plain text already, even if it looks like HTML.
/// Text without paragraphs, as the *plus* reports have it, is returned as it is.
pub fn from_paragraphs(text: &str) -> String {
    let trimmed = text.trim();
    if !trimmed.starts_with("<p>") {
        return tidy(text);
    }
    tidy(&trimmed.replace("<p>", "").replace("</p>", "\n"))
}

/// Text that is escaped for HTML and has no tags: references are decoded, and nothing else changes. Text with a `<` in it was not
/// escaped, so it stays as it is.
pub fn from_escaped(html: &str) -> String {
    if html.contains('<') {
        return html.to_owned();
    }
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let taken = reference(rest, &mut out);
        if taken == 0 {
            out.push('&');
        }
        rest = &rest[taken.max(1)..];
    }
    out + rest
}

/// Lines without white space at their ends, and at most one empty line in a row.
pub fn tidy(text: &str) -> String {
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

/// The text up to `max` bytes, with `…` where it goes on.
pub fn cut(text: &str, max: usize) -> String {
    if text.len() <= max { text.to_owned() } else { format!("{}…", &text[..text.floor_char_boundary(max)]) }
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
    fn paragraphs_are_all_the_markup_of_zap() {
        assert_eq!(from_paragraphs("<p>The <script> tag &lt;</p><p>second</p>"), "The <script> tag &lt;\nsecond");
        assert_eq!(from_paragraphs("plain <p> text"), "plain <p> text");
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!((cut("añb", 4).as_str(), cut("añb", 2).as_str()), ("añb", "a…"));
    }

    #[test]
    fn escaped_text_is_decoded_and_keeps_its_white_space() {
        assert_eq!(from_escaped(" a&lt;b&gt; &amp;amp; & &x; \r\n\r\n\r\n"), " a<b> &amp; & &x; \r\n\r\n\r\n");
        assert_eq!(from_escaped("<p>a &amp; b</p>"), "<p>a &amp; b</p>");
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
