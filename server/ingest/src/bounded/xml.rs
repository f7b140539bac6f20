//! The only XML reader of the product: a pull reader over [`Chunks`] that knows where it is, what is open, and when to stop.
//!
//! quick-xml finds the markup; what it leaves to its caller is done here: end of file with open elements, text outside the
//! root, a second root, DOCTYPE policy, depth, attributes, entities. Nothing is allocated per event.

mod repair;

use super::chunks::{Chunks, Nul};
use super::markup::{KEPT_AMPERSAND, KEPT_CONTROL, push_lines, push_reference};
pub use super::tag::Tag;
use super::tag::{Open, Span, check_start};
use super::{doctype, refusal_of};
use crate::remarks::Remarks;
use crate::{Limits, Quarantined, Refusal, RefusalCode};
use quick_xml::Reader;
use quick_xml::events::Event;
use repair::{is_tag, push_end};
use std::io::Read;

/// The longest row, in events of the largest size. Only a row with several bodies comes near.
const ROW_EVENTS: u64 = 16;

/// What [`XmlReader::step`] found.
enum Step {
    Start,
    End,
    Other,
    Eof,
}

/// Reads an XML document element by element.
///
/// The current element is the innermost one that is open. [`child`](Self::child) opens its next child or, when there is none,
/// closes it; [`text_into`](Self::text_into) and [`skip`](Self::skip) read it to its end.
pub struct XmlReader<'r> {
    reader: Reader<Chunks<'r>>,
    buffer: Vec<u8>,
    attributes: Vec<Span>,
    name_len: usize,
    open: Open,
    root_seen: bool,
    doctype_seen: bool,
    row_start: u64,
    retaken: u64,
    limits: Limits,
    remarks: Remarks,
}

impl<'r> XmlReader<'r> {
    /// Prepares to read a document.
    ///
    /// # Errors
    /// If the first bytes cannot be read, or are in an encoding that is not known.
    pub fn new(input: &'r mut dyn Read, limits: &Limits, nul: Nul) -> Result<Self, Refusal> {
        Ok(Self {
            reader: reader_of(Chunks::new(input, limits, nul)?),
            buffer: Vec::new(),
            attributes: Vec::new(),
            name_len: 0,
            open: Open::default(),
            root_seen: false,
            doctype_seen: false,
            row_start: 0,
            retaken: 0,
            limits: *limits,
            remarks: Remarks::default(),
        })
    }

    /// Opens the root element.
    ///
    /// # Errors
    /// If there is none, or what stands before it is refused.
    pub fn root(&mut self) -> Result<Tag<'_>, Refusal> {
        loop {
            match self.step()? {
                Step::Start => return Ok(self.tag()),
                Step::Eof => return Err(self.here(RefusalCode::Truncated, "")),
                Step::End | Step::Other => {}
            }
        }
    }

    /// The start tag that was read last.
    pub fn current(&self) -> Tag<'_> {
        self.tag()
    }

    /// Opens the current element's next child. `None` closes the current element. Text between children is passed over.
    ///
    /// # Errors
    /// Whatever makes the file unreadable as a whole.
    pub fn child(&mut self) -> Result<Option<Tag<'_>>, Refusal> {
        loop {
            match self.step()? {
                Step::Start => return Ok(Some(self.tag())),
                Step::End => return Ok(None),
                Step::Other => {}
                Step::Eof => return Err(self.truncated()),
            }
        }
    }

    /// Reads the current element to its end and appends its text. No format has elements inside its texts: what looks like one
    /// is text that was not escaped, and stays.
    ///
    /// # Errors
    /// Whatever makes the file unreadable as a whole.
    pub fn text_into(&mut self, out: &mut String) -> Result<(), Refusal> {
        let depth = self.open.depth();
        let before = out.len();
        loop {
            self.buffer.clear();
            let offset = self.reader.get_ref().offset();
            self.reader.get_mut().begin_event();
            match self.reader.read_event_into(&mut self.buffer) {
                Ok(Event::Text(text)) => {
                    // A lone ampersand begins a text of its own.
                    if text.starts_with('&') {
                        self.remarks.add(KEPT_AMPERSAND, "");
                    }
                    push_lines(out, &text, self.reader.get_ref().has_returns());
                }
                Ok(Event::CData(text)) => push_lines(out, &text, self.reader.get_ref().has_returns()),
                Ok(Event::GeneralRef(reference)) => push_reference(out, &reference, &mut self.remarks),
                Ok(Event::End(end)) => {
                    if !self.open.pop(end.name().as_ref().as_bytes()) {
                        let name = end.name().as_ref().to_owned();
                        if self.end_in_text(out, &name, depth, offset)? {
                            return Ok(());
                        }
                    } else if self.open.depth() < depth {
                        return Ok(());
                    } else {
                        push_end(out, end.name().as_ref());
                    }
                }
                Ok(Event::Start(start)) => {
                    let is_tag = is_tag(&start, &self.limits);
                    let name_len = start.name().as_ref().len();
                    self.start_in_text(out, is_tag, name_len, offset)?;
                }
                Ok(Event::Eof) => return Err(self.truncated()),
                Ok(Event::DocType(_)) => return Err(self.at(RefusalCode::Malformed, "DOCTYPE", offset)),
                Ok(Event::Comment(_) | Event::PI(_) | Event::Decl(_)) => self.other_in_text(out),
                Ok(Event::Empty(_)) => {}
                Err(error) => {
                    if !self.unclosed_in_text(out, offset)? {
                        return Err(self.broken(&error));
                    }
                }
            }
            if out.len() - before > self.limits.max_event {
                return Err(self.here(RefusalCode::EventTooLarge, self.limits.max_event.to_string()));
            }
        }
    }

    /// Reads the current element to its end into a new string.
    ///
    /// # Errors
    /// As [`Self::text_into`].
    pub fn text(&mut self) -> Result<String, Refusal> {
        let mut text = String::new();
        self.text_into(&mut text)?;
        Ok(text)
    }

    /// Reads the current element to its end and forgets it.
    ///
    /// # Errors
    /// Whatever makes the file unreadable as a whole.
    pub fn skip(&mut self) -> Result<(), Refusal> {
        let depth = self.open.depth();
        while self.open.depth() >= depth {
            if let Step::Eof = self.step()? {
                return Err(self.truncated());
            }
        }
        Ok(())
    }

    /// Reads what follows the root, which may only be comments, and returns what was repaired on the way.
    ///
    /// # Errors
    /// If something else follows.
    pub fn end(&mut self) -> Result<(), Refusal> {
        loop {
            match self.step()? {
                Step::Eof => return Ok(()),
                Step::Other => {}
                Step::Start | Step::End => return Err(self.here(RefusalCode::Malformed, "<")),
            }
        }
    }

    /// What was repaired or unusual so far.
    pub fn take_remarks(&mut self) -> Remarks {
        let chunks = self.reader.get_ref();
        self.remarks.bytes_replaced(chunks.replaced());
        if chunks.controls() > 0 {
            self.remarks.add(KEPT_CONTROL, &format!("×{}", chunks.controls()));
        }
        std::mem::take(&mut self.remarks)
    }

    /// Says that the start tag just read begins a row: its size is counted, and its first bytes are kept in case it must be
    /// quarantined.
    pub fn begin_row(&mut self) {
        let chunks = self.reader.get_mut();
        chunks.begin_capture(&self.buffer, Quarantined::MAX_RAW);
        self.row_start = chunks.offset();
    }

    /// What has been read since [`Self::begin_row`], cut at [`Quarantined::MAX_RAW`].
    pub fn row_bytes(&self) -> &[u8] {
        self.reader.get_ref().captured()
    }

    /// The offset of the next byte.
    pub fn offset(&self) -> u64 {
        self.reader.get_ref().offset()
    }

    /// The line of the next byte.
    pub fn line(&self) -> u64 {
        self.reader.get_ref().line_of(self.offset())
    }

    /// A refusal at this place.
    pub fn here(&self, code: RefusalCode, detail: impl Into<String>) -> Refusal {
        self.at(code, detail, self.offset())
    }

    fn at(&self, code: RefusalCode, detail: impl Into<String>, offset: u64) -> Refusal {
        place(self.reader.get_ref(), code, detail, offset)
    }

    fn tag(&self) -> Tag<'_> {
        Tag { buffer: &self.buffer[1..], name_len: self.name_len, attributes: &self.attributes }
    }

    fn step(&mut self) -> Result<Step, Refusal> {
        self.buffer.clear();
        let offset = self.reader.get_ref().offset();
        self.reader.get_mut().begin_event();
        match self.reader.read_event_into(&mut self.buffer) {
            Ok(Event::Start(start)) => {
                self.attributes.clear();
                check_start(&start, &self.limits, Some(&mut self.attributes))
                    .map_err(|(code, detail)| place(self.reader.get_ref(), code, detail, offset))?;
                self.name_len = start.name().as_ref().len();
                if self.open.depth() >= self.limits.max_depth {
                    return Err(self.at(RefusalCode::TooDeep, self.limits.max_depth.to_string(), offset));
                }
                if self.open.depth() == 0 && std::mem::replace(&mut self.root_seen, true) {
                    return Err(self.at(RefusalCode::Malformed, "<", offset));
                }
                // The buffer begins with the tag's `<`.
                self.open.push(&self.buffer[1..=self.name_len], offset);
                if !self.attributes.is_empty() && memchr::memchr(b'&', &self.buffer).is_some() {
                    let tag = Tag { buffer: &self.buffer[1..], name_len: self.name_len, attributes: &self.attributes };
                    tag.remark_references(&mut self.remarks);
                }
                self.check_row()?;
                Ok(Step::Start)
            }
            Ok(Event::End(end)) => {
                if !self.open.pop(end.name().as_ref().as_bytes()) {
                    let found = end.name().as_ref().to_owned();
                    return Err(self.mismatch(&found, offset));
                }
                Ok(Step::End)
            }
            Ok(Event::Eof) => Ok(Step::Eof),
            Ok(Event::Text(text)) => {
                if self.open.depth() == 0 && !text.trim_start_matches('\u{feff}').trim_ascii().is_empty() {
                    let detail = text.trim().chars().take(40).collect::<String>();
                    return Err(self.at(RefusalCode::Malformed, detail, offset));
                }
                Ok(Step::Other)
            }
            Ok(Event::CData(_) | Event::GeneralRef(_)) => {
                if self.open.depth() == 0 {
                    Err(self.at(RefusalCode::Malformed, "", offset))
                } else {
                    Ok(Step::Other)
                }
            }
            Ok(Event::DocType(text)) => {
                let checked = doctype::check(&text);
                if self.root_seen || std::mem::replace(&mut self.doctype_seen, true) {
                    return Err(self.at(RefusalCode::Malformed, "DOCTYPE", offset));
                }
                checked.map_err(|(code, detail)| self.at(code, detail, offset))?;
                Ok(Step::Other)
            }
            Ok(Event::Decl(_)) => {
                if offset > 3 {
                    self.remarks.add("declaration_not_first", "");
                }
                Ok(Step::Other)
            }
            Ok(Event::Comment(_) | Event::PI(_) | Event::Empty(_)) => Ok(Step::Other),
            Err(error) => Err(self.broken(&error)),
        }
    }

    /// A row may have many elements, but not without end.
    fn check_row(&self) -> Result<(), Refusal> {
        let limit = (self.limits.max_event as u64).saturating_mul(ROW_EVENTS);
        if self.row_start > 0 && self.offset() - self.row_start > limit {
            return Err(self.here(RefusalCode::EventTooLarge, limit.to_string()));
        }
        Ok(())
    }

    /// Says that the row goes on whose parts were rows of their own: the size of the rest is counted anew.
    pub fn resume_row(&mut self) {
        self.row_start = self.offset();
    }

    /// Marks the end of a row.
    pub fn end_row(&mut self) {
        self.row_start = 0;
    }

    fn truncated(&self) -> Refusal {
        match self.open.innermost() {
            Some((name, opened)) => self.here(RefusalCode::Truncated, format!("<{name}> ({opened})")),
            None => self.here(RefusalCode::Truncated, ""),
        }
    }

    fn mismatch(&self, found: &str, offset: u64) -> Refusal {
        let detail = match self.open.innermost() {
            Some((name, _)) => format!("<{name}> … </{found}>"),
            None => format!("</{found}>"),
        };
        self.at(RefusalCode::Malformed, detail, offset)
    }

    fn broken(&self, error: &quick_xml::Error) -> Refusal {
        let chunks = self.reader.get_ref();
        let offset = chunks.offset();
        match error {
            quick_xml::Error::Io(error) => {
                let refusal = refusal_of(error);
                let offset = refusal.offset.unwrap_or(offset);
                refusal.at(chunks.line_of(offset), offset)
            }
            // Every syntax error of quick-xml is something that is not closed before the end.
            quick_xml::Error::Syntax(_) if chunks.at_end() => self.truncated(),
            error => self.at(RefusalCode::Malformed, error.to_string(), self.reader.error_position().min(offset)),
        }
    }
}

/// The reader as it is used here.
fn reader_of(chunks: Chunks<'_>) -> Reader<Chunks<'_>> {
    let mut reader = Reader::from_reader(chunks);
    let config = reader.config_mut();
    config.expand_empty_elements = true;
    config.allow_dangling_amp = true;
    // Names are compared here, where the open elements are known for the message.
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    reader
}

fn place(chunks: &Chunks<'_>, code: RefusalCode, detail: impl Into<String>, offset: u64) -> Refusal {
    Refusal::new(code, detail).at(chunks.line_of(offset), offset)
}

#[cfg(test)]
#[path = "xml_tests.rs"]
mod tests;
