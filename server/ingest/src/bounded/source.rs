//! [`Chunks`] as html5gum reads them.

use super::chunks::Chunks;
use html5gum::Reader;
use std::cell::RefCell;
use std::io::{self, BufRead};
use std::rc::Rc;

/// The bytes, and those of them that html5gum looked at and did not take.
pub struct Input<'r> {
    /// The bytes.
    pub chunks: Chunks<'r>,
    /// What was looked at.
    pub ahead: Vec<u8>,
}

impl<'r> Input<'r> {
    /// Nothing was looked at yet.
    pub fn new(chunks: Chunks<'r>) -> Self {
        Self { chunks, ahead: Vec::new() }
    }

    /// The offset of the next byte that is not taken.
    pub fn offset(&self) -> u64 {
        self.chunks.offset() - self.ahead.len() as u64
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
