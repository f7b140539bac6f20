//! The only HTML reader of the product: a pull reader over [`Chunks`] that knows where it is, what is open, and when to stop.
//!
//! html5gum finds the tokens as the HTML standard says (13.2.5). No tree is built: reports are read in the order in which
//! they were written, and what the standard repairs in a tree (13.2.6) matters here only in knowing which elements are open.

use super::chunks::{Chunks, Nul};
use super::refusal_of;
use super::source::{Counted, Input, Source};
use super::tag::Open;
use crate::remarks::Remarks;
use crate::{Limits, Quarantined, Refusal, RefusalCode, text};
use html5gum::{DefaultEmitter, HtmlString, StartTag, Token as Markup, Tokenizer};
use std::cell::RefCell;
use std::io;
use std::rc::Rc;

/// The longest row, in events of the largest size. Only a row with several bodies comes near.
const ROW_EVENTS: u64 = 16;

/// Elements that have no end tag (13.1.2).
const VOID: [&str; 13] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];

/// Elements that end where the next of their kind begins (13.1.2.4), as far as prose has them.
const IMPLIED: [&str; 4] = ["dd", "dt", "li", "p"];

/// What the document consists of. Comments and errors that the standard repairs are passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// An element was opened.
    Start(Tag),
    /// An end tag of that name.
    End(String),
    /// Text with its references resolved.
    Text(String),
}

/// A start tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// The element's name, in lower case.
    pub name: String,
    attributes: Vec<(String, String)>,
}

impl Tag {
    /// An attribute's value.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether it is of a class.
    pub fn has_class(&self, class: &str) -> bool {
        self.attribute("class").is_some_and(|classes| classes.split_whitespace().any(|own| own == class))
    }

    /// Whether it is an element of that name and class.
    pub fn is(&self, name: &str, class: &str) -> bool {
        self.name == name && self.has_class(class)
    }

    fn size(&self) -> usize {
        self.name.len() + self.attributes.iter().map(|(key, value)| key.len() + value.len()).sum::<usize>()
    }
}

impl Token {
    /// Writes it as HTML again, of attributes only `href`.
    pub fn push_html(&self, out: &mut String) {
        match self {
            Self::Start(tag) => {
                out.push('<');
                out.push_str(&tag.name);
                if let Some(address) = tag.attribute("href") {
                    out.push_str(" href=\"");
                    push_escaped(out, address);
                    out.push('"');
                }
                out.push('>');
            }
            Self::End(name) => {
                out.push_str("</");
                out.push_str(name);
                out.push('>');
            }
            Self::Text(text) => push_escaped(out, text),
        }
    }

    /// Writes it as what can be seen of it in a line or in preformatted text.
    pub fn push_text(&self, out: &mut String) {
        match self {
            Self::Start(tag) if tag.name == "br" => out.push('\n'),
            Self::Text(text) => out.push_str(text),
            Self::Start(_) | Self::End(_) => {}
        }
    }
}

/// Reads an HTML document token by token.
pub struct HtmlReader<'r> {
    tokens: Tokenizer<Source<'r>, Counted<'r>>,
    input: Rc<RefCell<Input<'r>>>,
    open: Open,
    /// Nothing but white space follows the end tag of the document.
    complete: bool,
    row_start: u64,
    limits: Limits,
}

impl<'r> HtmlReader<'r> {
    /// Prepares to read a document.
    ///
    /// # Errors
    /// If the first bytes cannot be read, or are in an encoding that is not known.
    pub fn new(input: &'r mut dyn io::Read, limits: &Limits, nul: Nul) -> Result<Self, Refusal> {
        let mut chunks = Chunks::new(input, limits, nul)?;
        chunks.skip_mark().map_err(|error| refusal_of(&error))?;
        let input = Rc::new(RefCell::new(Input::new(chunks, limits.max_attributes)));
        let mut emitter = DefaultEmitter::default();
        // Without a tree, the name alone says that what follows is no markup: `style`, `script` and their like.
        emitter.naively_switch_states(true);
        let source = Source::new(Rc::clone(&input));
        Ok(Self {
            tokens: Tokenizer::new_with_emitter(source, Counted::new(emitter, Rc::clone(&input))),
            input,
            open: Open::default(),
            complete: false,
            row_start: 0,
            limits: *limits,
        })
    }

    /// The next token. `None` at the end of a whole document.
    ///
    /// # Errors
    /// Whatever makes the file unreadable as a whole; [`RefusalCode::Truncated`] if it ends before `</html>`.
    pub fn next(&mut self) -> Result<Option<Token>, Refusal> {
        loop {
            let Some(token) = self.tokens.next() else {
                return if self.complete { Ok(None) } else { Err(self.truncated()) };
            };
            let token = token.map_err(|error| self.broken(&error))?;
            // What is wrong in a text is said while the text goes on.
            if !matches!(token, Markup::Error(_)) {
                self.input.borrow_mut().chunks.begin_event();
            }
            match token {
                Markup::StartTag(tag) => return self.start(tag).map(Some),
                Markup::EndTag(tag) => {
                    let name = string(tag.name);
                    self.complete = name == "html";
                    if self.complete {
                        self.open.clear()
                    } else {
                        self.open.pop_through(name.as_bytes())
                    }
                    return Ok(Some(Token::End(name)));
                }
                Markup::String(text) => {
                    let text = string(text.value);
                    if text.len() > self.limits.max_event {
                        return Err(self.too_large());
                    }
                    self.complete &= text.trim_ascii().is_empty();
                    return Ok(Some(Token::Text(text)));
                }
                Markup::Comment(_) | Markup::Doctype(_) | Markup::Error(_) => {}
            }
        }
    }

    /// Reads the element that has just been opened to its end: its text, with line breaks.
    ///
    /// # Errors
    /// As [`Self::next`].
    pub fn text(&mut self) -> Result<String, Refusal> {
        self.linked_text().map(|(text, _)| text)
    }

    /// The same, and the address of the first link in it.
    ///
    /// # Errors
    /// As [`Self::next`].
    pub fn linked_text(&mut self) -> Result<(String, Option<String>), Refusal> {
        let depth = self.depth();
        let (mut text, mut link) = (String::new(), None);
        while self.depth() >= depth {
            let Some(token) = self.next()? else { break };
            if let Token::Start(tag) = &token {
                link = link.or_else(|| tag.attribute("href").map(str::to_owned));
            }
            token.push_text(&mut text);
            self.check_size(&text)?;
        }
        Ok((text, link))
    }

    /// Refuses a text that was put together and is longer than an event may be.
    ///
    /// # Errors
    /// [`RefusalCode::EventTooLarge`].
    pub fn check_size(&self, text: &str) -> Result<(), Refusal> {
        if text.len() > self.limits.max_event { Err(self.too_large()) } else { Ok(()) }
    }

    /// How many elements are open.
    pub fn depth(&self) -> usize {
        self.open.depth()
    }

    /// Says that `tag`, just read, begins a row: its size is counted, and its first bytes are kept in case it must be
    /// quarantined.
    pub fn begin_row(&mut self, tag: &Tag) {
        let mut before = String::new();
        Token::Start(tag.clone()).push_html(&mut before);
        let input = &mut *self.input.borrow_mut();
        let before = [before.as_bytes(), &input.ahead].concat();
        input.chunks.begin_capture(&before, Quarantined::MAX_RAW);
        self.row_start = input.offset();
    }

    /// Marks the end of a row.
    pub fn end_row(&mut self) {
        self.row_start = 0;
    }

    /// What has been read since [`Self::begin_row`], cut at [`Quarantined::MAX_RAW`].
    pub fn row_bytes(&self) -> Vec<u8> {
        self.input.borrow().chunks.captured().to_vec()
    }

    /// The line and the offset of the next byte.
    pub fn place(&self) -> (u64, u64) {
        let input = self.input.borrow();
        (input.chunks.line_of(input.offset()), input.offset())
    }

    /// What was repaired or unusual.
    pub fn remarks(&self) -> Remarks {
        let mut remarks = Remarks::default();
        remarks.bytes_replaced(self.input.borrow().chunks.replaced());
        remarks
    }

    fn start(&mut self, tag: StartTag<()>) -> Result<Token, Refusal> {
        let attributes = tag.attributes.into_iter().map(|(key, value)| (string(key), string(value.value)));
        let tag = Tag { name: string(tag.name), attributes: attributes.collect() };
        let offset = self.input.borrow().offset();
        let limit = (self.limits.max_event as u64).saturating_mul(ROW_EVENTS);
        if tag.size() > self.limits.max_event || (self.row_start > 0 && offset - self.row_start > limit) {
            return Err(self.too_large());
        }
        self.complete = false;
        let name = tag.name.as_str();
        if IMPLIED.contains(&name) {
            self.open.pop(name.as_bytes());
        }
        if !VOID.contains(&name) {
            if self.depth() >= self.limits.max_depth {
                return Err(self.here(RefusalCode::TooDeep, self.limits.max_depth.to_string()));
            }
            self.open.push(name.as_bytes(), offset);
        }
        Ok(Token::Start(tag))
    }

    fn too_large(&self) -> Refusal {
        self.here(RefusalCode::EventTooLarge, self.limits.max_event.to_string())
    }

    fn truncated(&self) -> Refusal {
        let open = self.open.innermost().map(|(name, opened)| format!("<{name}> ({opened})"));
        self.here(RefusalCode::Truncated, open.unwrap_or_default())
    }

    fn here(&self, code: RefusalCode, detail: impl Into<String>) -> Refusal {
        let (line, offset) = self.place();
        Refusal::new(code, detail).at(line, offset)
    }

    fn broken(&self, error: &io::Error) -> Refusal {
        let (line, offset) = self.place();
        refusal_of(error).at(line, offset)
    }
}

/// The chunks are valid UTF-8 and markup is ASCII, so nothing is shown as bytes here but NUL.
fn string(bytes: HtmlString) -> String {
    text::from_bytes(bytes.0)
}

fn push_escaped(out: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
}

#[cfg(test)]
#[path = "html_tests.rs"]
mod tests;
