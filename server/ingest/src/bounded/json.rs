//! Guards a JSON document's bytes on their way to `serde_json`: the size of one string, depth, NUL.

use super::Fault;
use super::chunks::{Chunks, Nul};
use super::record::TOO_MANY;
use crate::{Limits, Refusal, RefusalCode};
use serde_json::error::Category;
use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

/// How large one record may be that is held whole.
pub const MAX_RECORD: u64 = 64 << 20;

/// How far a document has been read, and what was repaired.
#[derive(Clone, Default)]
pub struct Progress(Rc<Counts>);

#[derive(Default)]
struct Counts {
    bytes: Cell<u64>,
    replaced: Cell<u64>,
    record: Cell<Option<u64>>,
}

impl Progress {
    /// Bytes that have been read.
    pub fn bytes(&self) -> u64 {
        self.0.bytes.get()
    }

    /// How many bytes were replaced because they are not valid in the file's encoding.
    pub fn replaced(&self) -> u64 {
        self.0.replaced.get()
    }

    /// A record begins that will be held whole: its size is counted from here.
    pub fn begin_record(&self) {
        self.0.record.set(Some(self.bytes()));
    }

    /// No record is held any more.
    pub fn end_record(&self) {
        self.0.record.set(None);
    }
}

/// The refusal that an error of `serde_json` stands for, noticed when `bytes` had been read.
pub fn refusal_of(error: serde_json::Error, bytes: u64) -> Refusal {
    let line = error.line() as u64;
    let refusal = match error.classify() {
        Category::Io => super::refusal_of(&error.into()),
        Category::Eof => Refusal::new(RefusalCode::Truncated, error.to_string()),
        Category::Syntax | Category::Data => {
            let text = error.to_string();
            let code = if text.starts_with("recursion limit") {
                // serde_json has a limit of its own, which is lower.
                RefusalCode::TooDeep
            } else if text.starts_with(TOO_MANY) {
                RefusalCode::EventTooLarge
            } else {
                RefusalCode::Malformed
            };
            Refusal::new(code, text)
        }
    };
    Refusal { line: (line > 0).then_some(line), offset: refusal.offset.or(Some(bytes)), ..refusal }
}

/// A `Read` that fails where a limit is broken.
pub struct JsonGuard<'r> {
    chunks: Chunks<'r>,
    shape: Shape,
    progress: Progress,
}

/// Follows strings and brackets, and nothing else: the grammar is the parser's.
pub struct Shape {
    string: Option<usize>,
    escaped: bool,
    depth: usize,
    max_depth: usize,
    max_event: usize,
}

impl<'r> JsonGuard<'r> {
    /// Prepares to read a document. A byte order mark is passed over.
    ///
    /// # Errors
    /// If the first bytes cannot be read, or are in an encoding that is not known.
    pub fn new(input: &'r mut dyn Read, limits: &Limits) -> Result<Self, Refusal> {
        let mut chunks = Chunks::new(input, limits, Nul::Refuse)?;
        chunks.skip_mark().map_err(|error| super::refusal_of(&error))?;
        Ok(Self { chunks, shape: Shape::new(limits), progress: Progress::default() })
    }

    /// A view of how far the document has been read, which stays valid when the guard is given away.
    pub fn progress(&self) -> Progress {
        self.progress.clone()
    }
}

impl Shape {
    /// Before the first byte.
    pub fn new(limits: &Limits) -> Self {
        Self { string: None, escaped: false, depth: 0, max_depth: limits.max_depth, max_event: limits.max_event }
    }

    /// Takes the next bytes in.
    ///
    /// # Errors
    /// A string is too large, or a value too deep.
    pub fn check(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        for byte in bytes {
            match (&mut self.string, byte) {
                (Some(_), _) if self.escaped => self.escaped = false,
                (Some(_), b'\\') => self.escaped = true,
                (Some(_), b'"') => self.string = None,
                (Some(length), _) => {
                    *length += 1;
                    if *length > self.max_event {
                        return Err(Fault(RefusalCode::EventTooLarge, self.max_event as u64));
                    }
                }
                (None, b'"') => self.string = Some(0),
                (None, b'{' | b'[') => {
                    self.depth += 1;
                    if self.depth > self.max_depth {
                        return Err(Fault(RefusalCode::TooDeep, self.max_depth as u64));
                    }
                }
                (None, b'}' | b']') => self.depth = self.depth.saturating_sub(1),
                (None, _) => {}
            }
        }
        Ok(())
    }
}

impl Read for JsonGuard<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        // The event of the chunks is the read: a string's size is counted here.
        self.chunks.begin_event();
        let read = self.chunks.read(out)?;
        let counts = &self.progress.0;
        counts.bytes.set(self.chunks.offset());
        counts.replaced.set(self.chunks.replaced());
        if counts.record.get().is_some_and(|start| self.chunks.offset() - start > MAX_RECORD) {
            return Err(Fault(RefusalCode::EventTooLarge, MAX_RECORD).into());
        }
        self.shape.check(&out[..read])?;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(document: &str) -> Option<RefusalCode> {
        let limits = Limits { max_depth: 3, max_event: 5, ..Limits::default() };
        let mut input = document.as_bytes();
        let mut guard = JsonGuard::new(&mut input, &limits).unwrap();
        let read = guard.read_to_end(&mut Vec::new());
        read.err().map(|error| super::super::refusal_of(&error).code)
    }

    #[test]
    fn depth_and_strings_are_limited_and_brackets_in_strings_do_not_count() {
        assert_eq!(code("[[[]]] [[[]]]"), None);
        assert_eq!(code("[[[["), Some(RefusalCode::TooDeep));
        assert_eq!(code("[\"[[[[\", \"\\\"[\"]"), None);
        assert_eq!(code("\"123456\""), Some(RefusalCode::EventTooLarge));
    }
}
