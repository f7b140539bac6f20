//! Markup inside texts. No format has any, so it is text that was not escaped: its meaning is certain, and it stays as it is.

use super::{XmlReader, reader_of};
use crate::bounded::chunks::Chunks;
use crate::bounded::tag::check_start;
use crate::{Limits, Refusal, RefusalCode};
use quick_xml::events::BytesStart;

/// The code of the remark on tags inside a text.
const KEPT_MARKUP: &str = "markup_kept_literally";

/// The code of the remark on a `<` that begins no tag.
const KEPT_LESS_THAN: &str = "less_than_kept_literally";

/// How many bytes of a file are read again because a `<` before them was text. Each costs a search for the next `>`, so that
/// without a limit a text of nothing else would take its length squared.
const MAX_RETAKEN: u64 = 64 << 20;

/// Whether what stands after a `<` is a start tag, and not text.
pub(super) fn is_tag(start: &BytesStart<'_>, limits: &Limits) -> bool {
    start.starts_with(|first: char| first.is_alphabetic() || matches!(first, '_' | ':'))
        && !start.contains('<')
        && check_start(start, limits, None).is_ok()
}

impl XmlReader<'_> {
    /// Takes in the start tag in the buffer, which stands inside a text: as it is, or only the `<` and what follows it up to the
    /// next one, if it is no tag.
    pub(super) fn start_in_text(
        &mut self,
        out: &mut String,
        is_tag: bool,
        name_len: usize,
        offset: u64,
    ) -> Result<(), Refusal> {
        let is_empty = self.buffer.ends_with(b"/>");
        let markup = String::from_utf8_lossy(&self.buffer).into_owned();
        if is_empty {
            // An empty element is closed by an event of its own.
            self.buffer.clear();
            if let Err(error) = self.reader.read_event_into(&mut self.buffer) {
                return Err(self.broken(&error));
            }
        }
        if !is_tag {
            let rest = self.less_than(out, &markup, offset)?;
            self.reader.get_mut().unread(rest.as_bytes());
            return Ok(());
        }
        if self.open.depth() >= self.limits.max_depth {
            return Err(self.at(RefusalCode::TooDeep, self.limits.max_depth.to_string(), offset));
        }
        let name = &markup[1..=name_len];
        self.remarks.add(KEPT_MARKUP, name);
        if !is_empty {
            self.open.push(name.as_bytes(), offset);
        }
        out.push_str(&markup);
        Ok(())
    }

    /// Takes in an end tag that closes nothing inside the text of the element at `depth`. True if it closes that element: what was
    /// open inside it was text.
    pub(super) fn end_in_text(
        &mut self,
        out: &mut String,
        name: &str,
        depth: usize,
        offset: u64,
    ) -> Result<bool, Refusal> {
        match self.open.depth_of(name.as_bytes()) {
            Some(at) if at < depth => Err(self.mismatch(name, offset)),
            Some(at) if at == depth => {
                self.open.truncate(depth - 1);
                Ok(true)
            }
            found => {
                if let Some(at) = found {
                    self.open.truncate(at - 1);
                }
                self.remarks.add(KEPT_MARKUP, name);
                push_end(out, name);
                Ok(false)
            }
        }
    }

    /// Takes in the comment or instruction in the buffer, which stands inside a text.
    pub(super) fn other_in_text(&mut self, out: &mut String) {
        let markup = String::from_utf8_lossy(&self.buffer);
        self.remarks.add(KEPT_MARKUP, if markup.starts_with("<!") { "!--" } else { "?" });
        out.push_str(&markup);
    }

    /// Takes in what the buffer holds of a start tag that does not end, such as one that a quote in a text seems to keep open. False
    /// if it is other markup. Whether the file ends too early is found when it is read again as text.
    pub(super) fn unclosed_in_text(&mut self, out: &mut String, offset: u64) -> Result<bool, Refusal> {
        let markup = String::from_utf8_lossy(&self.buffer).into_owned();
        if !markup.starts_with('<') || markup.starts_with("</") || markup.starts_with("<!") || markup.starts_with("<?")
        {
            return Ok(false);
        }
        let rest = self.less_than(out, &markup, offset)?;
        // A reader that has failed reads no further.
        let mut chunks = std::mem::replace(&mut self.reader, reader_of(Chunks::nothing())).into_inner();
        chunks.unread(rest.as_bytes());
        self.reader = reader_of(chunks);
        Ok(true)
    }

    /// Appends the `<` at the beginning and what follows it, up to the next one; the rest is to be read again.
    fn less_than<'a>(&mut self, out: &mut String, markup: &'a str, offset: u64) -> Result<&'a str, Refusal> {
        self.remarks.add(KEPT_LESS_THAN, "");
        let end = markup[1..].find(['<', '&']).map_or(markup.len(), |at| at + 1);
        out.push_str(&markup[..end]);
        self.retaken += (markup.len() - end) as u64;
        if self.retaken > MAX_RETAKEN {
            return Err(self.at(RefusalCode::Malformed, "<", offset));
        }
        Ok(&markup[end..])
    }
}

/// Appends an end tag as it is.
pub(super) fn push_end(out: &mut String, name: &str) {
    out.push_str("</");
    out.push_str(name);
    out.push('>');
}
