//! A `BufRead` over any input that yields valid UTF-8 and keeps the limits on the whole and on one event.

use super::{Fault, encoding};
use crate::{HEAD, Limits, Refusal, RefusalCode};
use encoding_rs::UTF_8;
use encoding_rs_io::DecodeReaderBytesBuilder;
use memchr::{memchr, memchr_iter};
use std::io::{self, BufRead, Read};

/// How many bytes are read at once: large enough to amortise the read, small enough for the second-level cache.
const CHUNK: usize = 128 << 10;

/// What a NUL byte means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nul {
    /// The file is broken.
    Refuse,
    /// Part of what was recorded: Burp writes response bodies as they are.
    Keep,
}

/// Valid UTF-8 in chunks. UTF-8 input is validated in place; any other encoding goes through a decoder first.
pub struct Chunks<'r> {
    inner: Box<dyn Read + 'r>,
    buffer: Vec<u8>,
    /// The next byte to hand out.
    position: usize,
    /// The end of what is valid in the buffer.
    end: usize,
    /// An incomplete character at the end of the last read.
    carry: Vec<u8>,
    ended: bool,
    transcoded: bool,
    nul: Nul,
    max_bytes: u64,
    max_event: u64,
    /// Bytes before the buffer's first.
    before: u64,
    /// Line feeds before the buffer's first byte.
    lines_before: u64,
    /// Line feeds in the buffer.
    lines: usize,
    /// The offset at which the current event began.
    event_start: u64,
    replaced: u64,
    controls: u64,
    returns: bool,
    captured: Vec<u8>,
    capture_left: usize,
}

impl<'r> Chunks<'r> {
    /// Sniffs the encoding and prepares to read.
    ///
    /// # Errors
    /// If the first bytes cannot be read, or name an encoding that is not known.
    pub fn new(mut input: &'r mut dyn Read, limits: &Limits, nul: Nul) -> Result<Self, Refusal> {
        let mut head = Vec::new();
        (&mut input).take(HEAD as u64).read_to_end(&mut head).map_err(|error| super::refusal_of(&error))?;
        let encoding = encoding::sniff(&head)?;
        let transcoded = encoding != UTF_8;
        let all = io::Cursor::new(head).chain(input);
        let inner: Box<dyn Read + 'r> = if transcoded {
            Box::new(DecodeReaderBytesBuilder::new().encoding(Some(encoding)).build(all))
        } else {
            Box::new(all)
        };
        Ok(Self::of(inner, transcoded, nul, limits, vec![0; CHUNK]))
    }

    /// No bytes at all: what stands in the place of one that is taken away.
    pub fn nothing() -> Self {
        Self::of(Box::new(io::empty()), false, Nul::Refuse, &Limits::default(), Vec::new())
    }

    fn of(inner: Box<dyn Read + 'r>, transcoded: bool, nul: Nul, limits: &Limits, buffer: Vec<u8>) -> Self {
        Self {
            inner,
            buffer,
            position: 0,
            end: 0,
            carry: Vec::new(),
            ended: false,
            transcoded,
            nul,
            max_bytes: limits.max_bytes,
            max_event: limits.max_event as u64,
            before: 0,
            lines_before: 0,
            lines: 0,
            event_start: 0,
            replaced: 0,
            controls: 0,
            returns: false,
            captured: Vec::new(),
            capture_left: 0,
        }
    }

    /// The offset of the next byte.
    pub fn offset(&self) -> u64 {
        self.before + self.position as u64
    }

    /// The line, from 1, of a byte that has been handed out. One that has left the buffer counts as the buffer's first.
    pub fn line_of(&self, offset: u64) -> u64 {
        let until = usize::try_from(offset.saturating_sub(self.before)).unwrap_or(usize::MAX).min(self.end);
        self.lines_before + memchr_iter(b'\n', &self.buffer[..until]).count() as u64 + 1
    }

    /// Whether everything has been handed out.
    pub fn at_end(&self) -> bool {
        self.ended && self.position == self.end
    }

    /// How many bytes or characters were replaced by U+FFFD so far.
    pub fn replaced(&self) -> u64 {
        self.replaced
    }

    /// How many control characters were read so far that XML does not allow. NUL is none of them.
    pub fn controls(&self) -> u64 {
        self.controls
    }

    /// Whether a carriage return has been read so far.
    pub fn has_returns(&self) -> bool {
        self.returns
    }

    /// Takes bytes back that were handed out last, to hand them out again.
    pub fn unread(&mut self, bytes: &[u8]) {
        if self.buffer[..self.position].ends_with(bytes) {
            self.position -= bytes.len();
        } else {
            let offset = self.offset();
            let lines = memchr_iter(b'\n', bytes).count() as u64;
            self.lines_before = (self.line_of(offset) - 1).saturating_sub(lines);
            self.before = offset.saturating_sub(bytes.len() as u64);
            let mut joined = bytes.to_vec();
            joined.extend_from_slice(&self.buffer[self.position..self.end]);
            self.lines = memchr_iter(b'\n', &joined).count();
            (self.position, self.end, self.buffer) = (0, joined.len(), joined);
        }
        if self.capture_left > 0 {
            let kept = self.captured.len().saturating_sub(bytes.len());
            self.capture_left += self.captured.len() - kept;
            self.captured.truncate(kept);
        }
    }

    /// Passes over a byte order mark.
    ///
    /// # Errors
    /// If the first bytes cannot be read.
    pub fn skip_mark(&mut self) -> io::Result<()> {
        const MARK: &[u8] = "\u{feff}".as_bytes();
        if self.fill_buf()?.starts_with(MARK) {
            self.consume(MARK.len());
        }
        Ok(())
    }

    /// Marks the beginning of an event, from which its size is counted.
    pub fn begin_event(&mut self) {
        self.event_start = self.offset();
    }

    /// Begins to keep a copy: of `before`, which has been read already, and of what comes next, up to `limit` bytes together.
    pub fn begin_capture(&mut self, before: &[u8], limit: usize) {
        let taken = before.len().min(limit);
        self.captured.clear();
        self.captured.extend_from_slice(&before[..taken]);
        self.capture_left = limit - taken;
    }

    /// What has been kept since [`Self::begin_capture`].
    pub fn captured(&self) -> &[u8] {
        &self.captured
    }

    /// Reads the next chunk into the emptied buffer and makes it valid UTF-8.
    fn refill(&mut self) -> io::Result<()> {
        self.lines_before += self.lines as u64;
        self.before += self.end as u64;
        (self.position, self.end) = (0, 0);
        while self.end == 0 && !self.ended {
            // A chunk with replacements may have grown the buffer; it is cut to size again.
            self.buffer.resize(CHUNK, 0);
            let kept = self.carry.len();
            self.buffer[..kept].copy_from_slice(&self.carry);
            self.carry.clear();
            let read = match self.inner.read(&mut self.buffer[kept..]) {
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                    self.carry.extend_from_slice(&self.buffer[..kept]);
                    continue;
                }
                Err(error) => return Err(error),
            };
            self.ended = read == 0;
            self.validate(kept + read);
        }
        let chunk = &self.buffer[..self.end];
        self.lines = memchr_iter(b'\n', chunk).count();
        // Nearly always the only characters below the space are the ends of lines, and nothing is to be looked at closely.
        if has_more_than_lines(chunk) {
            if self.nul == Nul::Refuse
                && let Some(at) = memchr(0, chunk)
            {
                return Err(Fault(RefusalCode::Malformed, self.before + at as u64).into());
            }
            self.returns |= memchr(b'\r', chunk).is_some();
            self.controls += chunk.iter().filter(|byte| is_control(**byte) && **byte != 0).count() as u64;
        }
        if self.before + self.end as u64 > self.max_bytes {
            return Err(Fault(RefusalCode::TooLarge, self.max_bytes).into());
        }
        Ok(())
    }

    /// Sets `end` to the end of the valid part of the first `len` bytes, replacing what can never become valid.
    fn validate(&mut self, len: usize) {
        self.end = match std::str::from_utf8(&self.buffer[..len]) {
            Ok(text) => {
                if self.transcoded {
                    self.replaced += text.matches('\u{fffd}').count() as u64;
                }
                len
            }
            // A character cut at the end of the chunk waits for its rest.
            Err(error) if error.error_len().is_none() && !self.ended => {
                self.carry.extend_from_slice(&self.buffer[error.valid_up_to()..len]);
                error.valid_up_to()
            }
            Err(_) => self.replace(len),
        };
    }

    fn replace(&mut self, len: usize) -> usize {
        let mut repaired = Vec::with_capacity(len + 64);
        let mut rest = &self.buffer[..len];
        loop {
            match std::str::from_utf8(rest) {
                Ok(_) => {
                    repaired.extend_from_slice(rest);
                    break;
                }
                Err(error) => {
                    let (valid, bad) = rest.split_at(error.valid_up_to());
                    repaired.extend_from_slice(valid);
                    match error.error_len() {
                        None if !self.ended => {
                            self.carry.extend_from_slice(bad);
                            break;
                        }
                        bad_len => {
                            repaired.extend_from_slice("\u{fffd}".as_bytes());
                            self.replaced += 1;
                            rest = &bad[bad_len.unwrap_or(bad.len())..];
                        }
                    }
                }
            }
        }
        self.buffer = repaired;
        self.buffer.len()
    }
}

/// Whether a character below the space is there that ends no line. The blocks let the compiler look at many bytes at once.
fn has_more_than_lines(bytes: &[u8]) -> bool {
    let is_one = |byte: &u8| u8::from((*byte < b' ') & (*byte != b'\n'));
    bytes.chunks(128).any(|block| block.iter().fold(0, |found, byte| found | is_one(byte)) != 0)
}

/// Whether XML 1.0 does not allow the character (section 2.2).
fn is_control(byte: u8) -> bool {
    byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r')
}

impl BufRead for Chunks<'_> {
    #[inline]
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.position == self.end {
            if self.offset() - self.event_start > self.max_event {
                return Err(Fault(RefusalCode::EventTooLarge, self.max_event).into());
            }
            if !self.ended {
                self.refill()?;
            }
        }
        Ok(&self.buffer[self.position..self.end])
    }

    #[inline]
    fn consume(&mut self, amount: usize) {
        if self.capture_left > 0 {
            let taken = amount.min(self.capture_left);
            self.captured.extend_from_slice(&self.buffer[self.position..self.position + taken]);
            self.capture_left -= taken;
        }
        self.position += amount;
    }
}

impl Read for Chunks<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let taken = available.len().min(out.len());
        out[..taken].copy_from_slice(&available[..taken]);
        self.consume(taken);
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> (String, u64) {
        let mut input = bytes;
        let mut chunks = Chunks::new(&mut input, &Limits::default(), Nul::Refuse).unwrap();
        let mut text = String::new();
        chunks.read_to_string(&mut text).unwrap();
        (text, chunks.replaced())
    }

    #[test]
    fn characters_across_chunks_survive() {
        // An odd length puts two-byte characters across every border.
        let text = "x".to_owned() + &"ñ".repeat(CHUNK);
        assert_eq!(read(text.as_bytes()), (text, 0));
    }

    #[test]
    fn invalid_bytes_are_replaced_and_counted() {
        assert_eq!(read(b"<\xffb\xc3"), ("<\u{fffd}b\u{fffd}".to_owned(), 2));
    }

    #[test]
    fn bytes_are_handed_out_again_across_chunks() {
        let text = format!("a\n{}\nb", "x".repeat(CHUNK));
        let mut input = text.as_bytes();
        let mut chunks = Chunks::new(&mut input, &Limits::default(), Nul::Refuse).unwrap();
        chunks.begin_capture(b"", 10);
        let mut all = vec![0; text.len()];
        chunks.read_exact(&mut all).unwrap();
        let place = (chunks.offset(), chunks.line_of(chunks.offset()));
        for back in [1, 3, CHUNK] {
            chunks.unread(&all[text.len() - back..]);
            assert_eq!(chunks.offset(), (text.len() - back) as u64);
            chunks.read_exact(&mut vec![0; back]).unwrap();
            assert_eq!((chunks.offset(), chunks.line_of(chunks.offset())), place, "{back}");
        }
        assert_eq!((chunks.captured(), place.1), (&text.as_bytes()[..10], 3));
        assert!(chunks.fill_buf().unwrap().is_empty() && chunks.at_end());
    }

    #[test]
    fn control_characters_are_counted() {
        let mut input: &[u8] = b"a\x0b\x01\tb\r\n\x1f\x7f";
        let mut chunks = Chunks::new(&mut input, &Limits::default(), Nul::Refuse).unwrap();
        chunks.read_to_end(&mut Vec::new()).unwrap();
        assert_eq!(chunks.controls(), 3);
    }

    #[test]
    fn utf_16_is_decoded() {
        let bytes: Vec<u8> = "<a>ñ</a>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(read(&bytes), ("<a>ñ</a>".to_owned(), 0));
    }

    #[test]
    fn the_whole_is_limited() {
        let mut input: &[u8] = &[b'a'; 100];
        let limits = Limits { max_bytes: 99, ..Limits::default() };
        let error = Chunks::new(&mut input, &limits, Nul::Refuse).unwrap().read_to_end(&mut Vec::new()).unwrap_err();
        assert_eq!(super::super::refusal_of(&error).code, RefusalCode::TooLarge);
    }
}
