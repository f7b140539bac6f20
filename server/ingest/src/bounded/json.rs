//! Guards a JSON document's bytes on their way to `serde_json`: the size of one string, depth, NUL.

use super::Fault;
use super::chunks::{Chunks, Nul};
use super::record::TOO_MANY;
use crate::{Limits, Refusal, RefusalCode};
use memchr::memchr2;
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
    /// The bytes so far of the string that is open.
    string: Option<usize>,
    /// The bytes since the last sign of the grammar, outside strings.
    between: usize,
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
        let (max_depth, max_event) = (limits.max_depth, limits.max_event);
        Self { string: None, between: 0, escaped: false, depth: 0, max_depth, max_event }
    }

    /// Takes the next bytes in.
    ///
    /// # Errors
    /// A string is too large, or a value too deep.
    pub fn check(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let taken = match self.string {
                Some(length) => self.inside(rest, length)?,
                None => self.outside(rest)?,
            };
            rest = &rest[taken..];
        }
        Ok(())
    }

    /// Follows a string of which `length` bytes have passed, and says how many of these belong to it: only a quote and a backslash
    /// mean anything there.
    fn inside(&mut self, bytes: &[u8], length: usize) -> Result<usize, Fault> {
        // Whatever stands behind a backslash does not end the string.
        let from = usize::from(std::mem::take(&mut self.escaped));
        let end = memchr2(b'"', b'\\', &bytes[from..]).map_or(bytes.len(), |at| from + at);
        if length + end > self.max_event {
            return Err(Fault(RefusalCode::EventTooLarge, self.max_event as u64));
        }
        self.escaped = bytes.get(end) == Some(&b'\\');
        let taken = bytes.len().min(end + 1);
        self.string = (bytes.get(end) != Some(&b'"')).then_some(length + taken);
        Ok(taken)
    }

    /// Follows what stands between strings, up to the next one's quote, and says how many bytes that are. A number, or white
    /// space, has no end of its own: its bytes are counted from sign to sign.
    fn outside(&mut self, bytes: &[u8]) -> Result<usize, Fault> {
        let mut from = 0;
        for (at, byte) in bytes.iter().enumerate() {
            match byte {
                b'"' => self.string = Some(0),
                b'{' | b'[' => {
                    self.depth += 1;
                    if self.depth > self.max_depth {
                        return Err(Fault(RefusalCode::TooDeep, self.max_depth as u64));
                    }
                }
                b'}' | b']' => self.depth = self.depth.saturating_sub(1),
                b',' | b':' => {}
                _ => continue,
            }
            self.passed(at - from)?;
            (self.between, from) = (0, at + 1);
            if self.string.is_some() {
                return Ok(from);
            }
        }
        self.passed(bytes.len() - from)?;
        Ok(bytes.len())
    }

    /// Counts bytes that are no signs of the grammar.
    fn passed(&mut self, bytes: usize) -> Result<(), Fault> {
        self.between += bytes;
        if self.between > self.max_event {
            return Err(Fault(RefusalCode::EventTooLarge, self.max_event as u64));
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
        for large in ["\"123456\"", "\"\\n\\n\\n\"", "[1234567]", "[1,      2]"] {
            assert_eq!(code(large), Some(RefusalCode::EventTooLarge), "{large}");
        }
        assert_eq!(code("[1,2,3,4,5,6,7]"), None);
    }
}
