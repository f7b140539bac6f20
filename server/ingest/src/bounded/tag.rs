//! Start tags and their attributes, and the elements that are open.

use super::markup::{normalized, remark_references};
use crate::remarks::Remarks;
use crate::{Limits, RefusalCode};
use quick_xml::events::BytesStart;
use std::borrow::Cow;
use std::ops::Range;

/// The longest name of an element, in bytes: the names of all that are open are held.
const MAX_NAME: usize = 1024;

/// A start tag that has just been read.
#[derive(Clone, Copy)]
pub struct Tag<'a> {
    /// The tag from its name on.
    pub(super) buffer: &'a [u8],
    pub(super) name_len: usize,
    pub(super) attributes: &'a [Span],
}

/// An attribute: where its name and its raw value stand in the tag.
pub struct Span {
    key: Range<usize>,
    value: Range<usize>,
}

impl<'a> Tag<'a> {
    /// The element's name as written, with its namespace prefix.
    pub fn name(&self) -> &'a [u8] {
        &self.buffer[..self.name_len]
    }

    /// An attribute's value with its references resolved; what cannot be resolved stays as it is.
    pub fn attribute(&self, name: &str) -> Option<Cow<'a, str>> {
        let span = self.attributes.iter().find(|span| &self.buffer[span.key.clone()] == name.as_bytes())?;
        Some(normalized(text_of(&self.buffer[span.value.clone()])))
    }

    /// All attributes, as [`Self::attribute`] gives them.
    pub fn attributes(&self) -> impl Iterator<Item = (&'a str, Cow<'a, str>)> {
        self.raw().map(|(name, raw)| (name, normalized(raw)))
    }

    /// All attributes as they are written.
    fn raw(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let end = self.attributes.last().map_or(0, |span| span.value.end);
        let text = text_of(&self.buffer[..end]);
        self.attributes.iter().map(move |span| (&text[span.key.clone()], &text[span.value.clone()]))
    }

    /// Notes the attributes' references and ampersands that stay as they are.
    pub(super) fn remark_references(&self, remarks: &mut Remarks) {
        for (_, raw) in self.raw() {
            remark_references(raw, remarks);
        }
    }
}

/// The chunks are valid UTF-8 and what is cut out of them ends at ASCII characters, so this is text.
fn text_of(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}

/// The element that is open at the moment, and those around it.
#[derive(Default)]
pub struct Open {
    /// Their names, one after the other.
    names: Vec<u8>,
    /// Where each name begins, and the offset at which its element was opened.
    starts: Vec<(usize, u64)>,
}

impl Open {
    /// Opens an element.
    pub fn push(&mut self, name: &[u8], offset: u64) {
        self.starts.push((self.names.len(), offset));
        self.names.extend_from_slice(name);
    }

    /// Closes the innermost element if that is its name.
    pub fn pop(&mut self, name: &[u8]) -> bool {
        match self.starts.last() {
            Some(&(start, _)) if &self.names[start..] == name => {
                self.names.truncate(start);
                self.starts.pop();
                true
            }
            _ => false,
        }
    }

    /// At which depth the innermost element of that name is open, from 1.
    pub fn depth_of(&self, name: &[u8]) -> Option<usize> {
        let mut end = self.names.len();
        let starts = self.starts.iter().map(|(start, _)| *start).enumerate().rev();
        let mut names = starts.map(|(at, start)| (at + 1, &self.names[start..std::mem::replace(&mut end, start)]));
        names.find(|(_, open)| *open == name).map(|(depth, _)| depth)
    }

    /// Forgets the elements deeper than that.
    pub fn truncate(&mut self, depth: usize) {
        if let Some((start, _)) = self.starts.get(depth) {
            self.names.truncate(*start);
            self.starts.truncate(depth);
        }
    }

    /// Closes the innermost element of that name and those inside it; nothing if there is none, as HTML has it.
    pub fn pop_through(&mut self, name: &[u8]) {
        if let Some(depth) = self.depth_of(name) {
            self.truncate(depth - 1);
        }
    }

    /// Closes all elements.
    pub fn clear(&mut self) {
        self.truncate(0);
    }

    /// How many are open.
    pub fn depth(&self) -> usize {
        self.starts.len()
    }

    /// The innermost element's name, and where it was opened.
    pub fn innermost(&self) -> Option<(String, u64)> {
        let &(start, offset) = self.starts.last()?;
        Some((String::from_utf8_lossy(&self.names[start..]).into_owned(), offset))
    }
}

/// Checks a start tag's size, name and attributes and, if asked, notes where these stand and that each is there once.
pub fn check_start(
    start: &BytesStart<'_>,
    limits: &Limits,
    mut spans: Option<&mut Vec<Span>>,
) -> Result<(), (RefusalCode, String)> {
    // The chunks notice an event without end; one that ends in time may still be too large.
    for (length, limit) in [(start.len(), limits.max_event), (start.name().as_ref().len(), MAX_NAME)] {
        if length > limit {
            return Err((RefusalCode::EventTooLarge, limit.to_string()));
        }
    }
    if start.attributes_raw().is_empty() {
        return Ok(());
    }
    let base = start.as_ptr() as usize;
    for (count, attribute) in start.attributes().with_checks(false).enumerate() {
        if count >= limits.max_attributes {
            return Err((RefusalCode::TooManyAttributes, limits.max_attributes.to_string()));
        }
        let attribute = attribute.map_err(|error| (RefusalCode::Malformed, error.to_string()))?;
        if let Some(spans) = spans.as_deref_mut() {
            let key = attribute.key.as_ref();
            let value: &str = &attribute.value;
            let (key_at, value_at) = (key.as_ptr() as usize - base, value.as_ptr() as usize - base);
            if spans.iter().any(|span| start.as_bytes()[span.key.clone()] == *key.as_bytes()) {
                return Err((RefusalCode::Malformed, format!("{key}=…{key}=")));
            }
            spans.push(Span { key: key_at..key_at + key.len(), value: value_at..value_at + value.len() });
        }
    }
    Ok(())
}
