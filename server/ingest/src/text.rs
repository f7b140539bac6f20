//! Text as people read it: out of HTML, and out of bytes that may be anything.

use std::fmt::Write as _;

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
    fn bytes_that_are_no_text_are_shown() {
        assert_eq!(from_bytes(b"a\xff\0b".to_vec()), "a\\xff\\x00b");
        assert_eq!(from_bytes("añ".into()), "añ");
    }
}
