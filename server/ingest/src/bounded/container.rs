//! What an export may come wrapped in: gzip, which is opened on the way, so that everything after it sees the export itself
//! and a compressed copy of a file is the same file.

use crate::{Refusal, RefusalCode};
use flate2::read::MultiGzDecoder;
use std::io::{self, Chain, Cursor, Read};

/// The first bytes of a gzip member (RFC 1952, 2.3.1).
const GZIP: [u8; 2] = [0x1f, 0x8b];
/// How often its own size a file may decompress to. Exports repeat themselves, but not as often.
const RATIO: u64 = 200;
/// Bytes that may come out whatever the ratio.
const FREE: u64 = 16 << 20;

/// Refuses what decompresses to far more than an export would.
///
/// # Errors
/// `out` is too much for `compressed`.
pub(super) fn check_density(out: u64, compressed: u64) -> Result<(), Refusal> {
    let dense = out > FREE && out > RATIO.saturating_mul(compressed);
    if dense { Err(Refusal::new(RefusalCode::TooDense, format!("{RATIO}:1"))) } else { Ok(()) }
}

/// The bytes of an export, without what it was wrapped in.
pub enum Unwrapped<R: Read> {
    /// As they were.
    Plain(Peeked<R>),
    /// Out of gzip.
    Gzip(Box<Gzip<R>>),
}

/// A reader whose first bytes were looked at.
type Peeked<R> = Chain<Cursor<Vec<u8>>, R>;

/// Decompresses, and counts.
pub struct Gzip<R: Read> {
    decoder: MultiGzDecoder<Counted<Peeked<R>>>,
    bytes: u64,
}

/// Counts what is read through it.
struct Counted<R> {
    inner: R,
    bytes: u64,
}

/// Looks at the first bytes of an export and opens what it is wrapped in.
///
/// # Errors
/// The bytes cannot be read.
pub fn unwrapped<R: Read>(mut input: R) -> io::Result<Unwrapped<R>> {
    let mut head = Vec::with_capacity(GZIP.len());
    (&mut input).take(GZIP.len() as u64).read_to_end(&mut head)?;
    let gzip = head == GZIP;
    let peeked = Cursor::new(head).chain(input);
    if !gzip {
        return Ok(Unwrapped::Plain(peeked));
    }
    let decoder = MultiGzDecoder::new(Counted { inner: peeked, bytes: 0 });
    Ok(Unwrapped::Gzip(Box::new(Gzip { decoder, bytes: 0 })))
}

impl<R: Read> Read for Unwrapped<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(bytes) => bytes.read(out),
            Self::Gzip(bytes) => bytes.read(out),
        }
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(out)?;
        self.bytes += read as u64;
        Ok(read)
    }
}

impl<R: Read> Read for Gzip<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.decoder.read(out).map_err(|error| self.told(error))?;
        self.bytes += read as u64;
        check_density(self.bytes, self.decoder.get_ref().bytes)?;
        Ok(read)
    }
}

impl<R: Read> Gzip<R> {
    /// What the decoder says of the bytes, as a refusal; what their reader says stays as it is.
    fn told(&self, error: io::Error) -> io::Error {
        let code = match error.kind() {
            io::ErrorKind::UnexpectedEof => RefusalCode::Truncated,
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => RefusalCode::Malformed,
            _ => return error,
        };
        Refusal { offset: Some(self.decoder.get_ref().bytes), ..Refusal::new(code, "gzip") }.into()
    }
}

impl From<Refusal> for io::Error {
    fn from(refusal: Refusal) -> Self {
        Self::other(refusal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bounded::refusal_of;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn read(bytes: &[u8]) -> Result<Vec<u8>, Refusal> {
        let mut out = Vec::new();
        let read = unwrapped(bytes).and_then(|mut input| input.read_to_end(&mut out));
        read.map(|_| out).map_err(|error| refusal_of(&error))
    }

    #[test]
    fn plain_and_wrapped_bytes_are_the_same() {
        for text in ["", "<", "<a/>", "\u{1f}"] {
            assert_eq!(read(text.as_bytes()).unwrap(), text.as_bytes());
            assert_eq!(read(&gzip(text.as_bytes())).unwrap(), text.as_bytes());
        }
        // Members one after the other are one file (RFC 1952, 2.2).
        let two = [gzip(b"<a>"), gzip(b"</a>")].concat();
        assert_eq!(read(&two).unwrap(), b"<a></a>");
    }

    #[test]
    fn what_is_cut_or_damaged_is_said() {
        let whole = gzip(&(0..9_999u32).flat_map(u32::to_le_bytes).collect::<Vec<u8>>());
        for end in (2..whole.len()).step_by(97) {
            assert_eq!(read(&whole[..end]).unwrap_err().code, RefusalCode::Truncated, "cut at {end}");
        }
        let mut damaged = whole;
        let last = damaged.len() - 6;
        damaged[last] ^= 1;
        assert_eq!(read(&damaged).unwrap_err().code, RefusalCode::Malformed);
    }

    #[test]
    fn a_bomb_is_refused_early() {
        let bomb = gzip(&vec![b' '; 64 << 20]);
        assert!(bomb.len() < 128 << 10);
        let mut input = unwrapped(bomb.as_slice()).unwrap();
        let out = io::copy(&mut input, &mut io::sink()).unwrap_err();
        assert_eq!(refusal_of(&out).code, RefusalCode::TooDense);
        let Unwrapped::Gzip(gzip) = input else { panic!("it is gzip") };
        assert!(gzip.bytes <= FREE + (1 << 20), "{}", gzip.bytes);
    }
}
