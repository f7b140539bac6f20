//! [`Chunks`] as html5gum reads them, and its tokens as they are counted.

use super::Fault;
use super::chunks::Chunks;
use crate::RefusalCode;
use html5gum::{DefaultEmitter, Emitter, ForwardingEmitter, Reader, Token};
use std::cell::RefCell;
use std::io::{self, BufRead};
use std::rc::Rc;

/// The bytes, and those of them that html5gum looked at and did not take.
pub struct Input<'r> {
    /// The bytes.
    pub chunks: Chunks<'r>,
    /// What was looked at.
    pub ahead: Vec<u8>,
    /// How many attributes the tag has that is being read.
    attributes: usize,
    max_attributes: usize,
}

impl<'r> Input<'r> {
    /// Nothing was looked at yet. A tag may have `max_attributes`.
    pub fn new(chunks: Chunks<'r>, max_attributes: usize) -> Self {
        Self { chunks, ahead: Vec::new(), attributes: 0, max_attributes }
    }

    /// The offset of the next byte that is not taken.
    pub fn offset(&self) -> u64 {
        self.chunks.offset() - self.ahead.len() as u64
    }

    fn check(&self) -> io::Result<()> {
        if self.attributes > self.max_attributes {
            return Err(Fault(RefusalCode::TooManyAttributes, self.max_attributes as u64).into());
        }
        Ok(())
    }

    fn byte(&mut self) -> io::Result<Option<u8>> {
        let byte = self.chunks.fill_buf()?.first().copied();
        self.chunks.consume(usize::from(byte.is_some()));
        Ok(byte)
    }
}

/// The input as html5gum reads it, byte by byte or in runs.
pub struct Source<'r> {
    input: Rc<RefCell<Input<'r>>>,
    run: Vec<u8>,
}

impl<'r> Source<'r> {
    /// Shares the input with whoever wants to know how far it has been read.
    pub fn new(input: Rc<RefCell<Input<'r>>>) -> Self {
        Self { input, run: Vec::new() }
    }
}

impl Reader for Source<'_> {
    type Error = io::Error;

    fn read_byte(&mut self) -> io::Result<Option<u8>> {
        let input = &mut *self.input.borrow_mut();
        input.check()?;
        if input.ahead.is_empty() { input.byte() } else { Ok(Some(input.ahead.remove(0))) }
    }

    fn try_read_string(&mut self, wanted: &[u8], case_sensitive: bool) -> io::Result<bool> {
        let input = &mut *self.input.borrow_mut();
        while input.ahead.len() < wanted.len() {
            let Some(byte) = input.byte()? else { return Ok(false) };
            input.ahead.push(byte);
        }
        let found = &input.ahead[..wanted.len()];
        let same = if case_sensitive { found == wanted } else { found.eq_ignore_ascii_case(wanted) };
        if same {
            input.ahead.drain(..wanted.len());
        }
        Ok(same)
    }

    /// A run of bytes before the first of `needle`, or that byte alone.
    fn read_until<'b>(&'b mut self, needle: &[u8], _: &'b mut [u8; 4]) -> io::Result<Option<&'b [u8]>> {
        self.run.clear();
        let input = &mut *self.input.borrow_mut();
        input.check()?;
        if input.ahead.is_empty() {
            let available = input.chunks.fill_buf()?;
            let length = available.iter().position(|byte| needle.contains(byte)).unwrap_or(available.len());
            let length = length.max(1).min(available.len());
            self.run.extend_from_slice(&available[..length]);
            input.chunks.consume(length);
        } else {
            self.run.push(input.ahead.remove(0));
        }
        Ok(Some(self.run.as_slice()).filter(|run| !run.is_empty()))
    }
}

/// html5gum's tokens, with the attributes of each tag counted as they are found. Its states call each other from one attribute to
/// the next, so a tag must not have so many that the stack ends before the tag does.
pub struct Counted<'r> {
    tokens: DefaultEmitter,
    input: Rc<RefCell<Input<'r>>>,
}

impl<'r> Counted<'r> {
    /// Counts for the input that the tokens come from.
    pub fn new(tokens: DefaultEmitter, input: Rc<RefCell<Input<'r>>>) -> Self {
        Self { tokens, input }
    }
}

impl ForwardingEmitter for Counted<'_> {
    type Token = Token;

    fn inner(&mut self) -> &mut impl Emitter<Token = Token> {
        &mut self.tokens
    }

    fn init_start_tag(&mut self) {
        self.input.borrow_mut().attributes = 0;
        Emitter::init_start_tag(&mut self.tokens);
    }

    fn init_end_tag(&mut self) {
        self.input.borrow_mut().attributes = 0;
        Emitter::init_end_tag(&mut self.tokens);
    }

    fn init_attribute(&mut self) {
        self.input.borrow_mut().attributes += 1;
        Emitter::init_attribute(&mut self.tokens);
    }
}
