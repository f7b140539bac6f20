//! A table of text read record by record: the cells are the `csv` crate's to find; what is counted here is how large they are,
//! how many, on which line a record begins, and that every quote closes.

use super::chunks::{Chunks, Nul};
use super::json::MAX_RECORD;
use super::refusal_of;
use crate::{Limits, Quarantined, Refusal, RefusalCode};
use csv::{ReaderBuilder, StringRecord};
use std::io::{self, BufRead, Read};

/// The delimiters that tables of text are written with.
const DELIMITERS: [u8; 4] = *b",;\t|";

/// How many records are looked at to find the delimiter.
const LOOKED_AT: usize = 20;

/// A table with a header.
pub struct Table<'r> {
    reader: csv::Reader<Cells<'r>>,
    header: StringRecord,
    cells: StringRecord,
}

/// A record, and where it stands.
pub struct TableRecord<'t> {
    /// Its cells as written, without their quotes.
    pub cells: &'t StringRecord,
    /// The line, from 1, on which it begins.
    pub line: u64,
    /// The byte, from 0, at which it begins.
    pub offset: u64,
    /// The record as it stands in the file, cut at [`Quarantined::MAX_RAW`].
    pub raw: &'t [u8],
    /// Whether a line end follows. Without one it is the last, and may have been cut.
    pub ended: bool,
}

impl<'r> Table<'r> {
    /// Prepares to read a table, and reads its header.
    ///
    /// # Errors
    /// If there is none, or it cannot be read.
    pub fn new(input: &'r mut dyn Read, limits: &Limits, delimiter: u8) -> Result<Self, Refusal> {
        let cells = Cells::new(input, limits, delimiter)?;
        // An honest table may leave cells out at the end of a line; what that means is for its reader to say.
        let reader = ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(cells);
        let mut table = Self { reader, header: StringRecord::new(), cells: StringRecord::new() };
        let Some(record) = table.next_record()? else { return Err(Refusal::new(RefusalCode::Empty, "")) };
        table.header = record.cells.clone();
        Ok(table)
    }

    /// The cells of the header as written.
    pub fn header(&self) -> &StringRecord {
        &self.header
    }

    /// The next record that is not an empty line; `None` at the end.
    ///
    /// # Errors
    /// A quote does not close, or a limit is broken.
    pub fn next_record(&mut self) -> Result<Option<TableRecord<'_>>, Refusal> {
        let read = self.reader.read_record(&mut self.cells);
        let guard = self.reader.get_ref();
        match read {
            Ok(true) => Ok(Some(TableRecord {
                cells: &self.cells,
                line: guard.start.0,
                offset: guard.start.1,
                raw: &guard.raw,
                ended: guard.shape.at == At::Between,
            })),
            Ok(false) => Ok(None),
            Err(error) => Err(guard.refusal(error)),
        }
    }

    /// How far the file has been read, in bytes.
    pub fn bytes(&self) -> u64 {
        self.reader.get_ref().chunks.offset()
    }

    /// How many bytes were replaced because they are not valid in the file's encoding.
    pub fn replaced(&self) -> u64 {
        self.reader.get_ref().chunks.replaced()
    }
}

/// The delimiter of a table that begins with `head`: the one whose first records have most often as many cells as the header,
/// and of these the one with most cells. A comma if there is only one column.
pub fn delimiter_of(head: &str) -> u8 {
    let regular = |delimiter: &u8| {
        let counts = counts(head, *delimiter);
        let header = counts.first().copied().filter(|cells| *cells > 1)?;
        Some((counts.iter().filter(|cells| **cells == header).count(), header))
    };
    // The last of equals wins, so the list is turned.
    let best =
        DELIMITERS.iter().rev().filter_map(|delimiter| Some((regular(delimiter)?, *delimiter))).max_by_key(|it| it.0);
    best.map_or(DELIMITERS[0], |(_, delimiter)| delimiter)
}

/// How many cells the first records have. One that is cut counts only if it is the header.
fn counts(head: &str, delimiter: u8) -> Vec<usize> {
    let (mut shape, mut counts) = (Shape::new(delimiter), Vec::new());
    for byte in head.bytes() {
        if shape.take(byte) == Step::Ends {
            counts.push(shape.cells);
            if counts.len() == LOOKED_AT {
                break;
            }
        }
    }
    if counts.is_empty() && shape.at != At::Between {
        counts.push(shape.cells);
    }
    counts
}

/// Hands the bytes of one record at a time to the reader of cells, so that what it holds is always the record it has read.
struct Cells<'r> {
    chunks: Chunks<'r>,
    shape: Shape,
    max_cell: usize,
    max_cells: usize,
    /// Line feeds so far.
    lines: u64,
    /// The line and the offset at which the record begins.
    start: (u64, u64),
    /// The line and the offset of the quote that was opened last.
    quote: (u64, u64),
    raw: Vec<u8>,
}

impl<'r> Cells<'r> {
    fn new(input: &'r mut dyn Read, limits: &Limits, delimiter: u8) -> Result<Self, Refusal> {
        let mut chunks = Chunks::new(input, limits, Nul::Refuse)?;
        chunks.skip_mark().map_err(|error| refusal_of(&error))?;
        Ok(Self {
            chunks,
            shape: Shape::new(delimiter),
            max_cell: limits.max_event,
            max_cells: limits.max_attributes,
            lines: 0,
            start: (1, 0),
            quote: (1, 0),
            raw: Vec::new(),
        })
    }

    /// The refusal that an error of the reader stands for: it has none of its own, because any bytes are a table.
    fn refusal(&self, error: csv::Error) -> Refusal {
        let refusal = match error.into_kind() {
            csv::ErrorKind::Io(error) => refusal_of(&error),
            _ => Refusal::new(RefusalCode::Malformed, ""),
        };
        let offset = refusal.offset.unwrap_or(self.chunks.offset());
        Refusal { line: refusal.line.or(Some(self.lines + 1)), offset: Some(offset), ..refusal }
    }
}

impl Read for Cells<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        // The event of the chunks is the read: a cell's size is counted here.
        self.chunks.begin_event();
        let offset = self.chunks.offset();
        let available = self.chunks.fill_buf()?;
        if available.is_empty() && self.shape.at == At::Quoted {
            return Err(Refusal::new(RefusalCode::Truncated, "\"").at(self.quote.0, self.quote.1).into());
        }
        let mut taken = 0;
        for byte in available.iter().take(out.len()) {
            let here = (self.lines + 1, offset + taken as u64);
            let step = self.shape.take(*byte);
            out[taken] = *byte;
            taken += 1;
            self.lines += u64::from(*byte == b'\n');
            match step {
                Step::Begins => {
                    self.start = here;
                    self.raw.clear();
                }
                Step::Ends => break,
                Step::Inside | Step::Between => {}
            }
            if step != Step::Between && self.raw.len() < Quarantined::MAX_RAW {
                self.raw.push(*byte);
            }
            if self.shape.at == At::Quoted && self.shape.length == 0 {
                self.quote = here;
            }
            let broken = if self.shape.length > self.max_cell {
                Some((RefusalCode::EventTooLarge, self.max_cell as u64))
            } else if self.shape.cells > self.max_cells {
                Some((RefusalCode::TooManyAttributes, self.max_cells as u64))
            } else if here.1 - self.start.1 > MAX_RECORD {
                Some((RefusalCode::EventTooLarge, MAX_RECORD))
            } else {
                None
            };
            if let Some((code, limit)) = broken {
                return Err(Refusal::new(code, limit.to_string()).at(here.0, here.1).into());
            }
        }
        self.chunks.consume(taken);
        Ok(taken)
    }
}

/// Follows quotes, delimiters and line ends exactly as the `csv` crate does: RFC 4180, and what is not is taken as it stands.
struct Shape {
    delimiter: u8,
    at: At,
    /// Cells of the record so far.
    cells: usize,
    /// Bytes of the cell so far.
    length: usize,
}

/// Where in a record a byte stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    /// Before a record: line ends are passed over.
    Between,
    /// At the beginning of a cell.
    Cell,
    /// Inside a cell without quotes, or behind the quotes of one.
    Plain,
    /// Inside quotes.
    Quoted,
    /// Behind a quote inside quotes: it closes them, or is the first of two.
    Quote,
}

/// What a byte does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Between,
    Begins,
    Inside,
    Ends,
}

impl Shape {
    fn new(delimiter: u8) -> Self {
        Self { delimiter, at: At::Between, cells: 0, length: 0 }
    }

    fn take(&mut self, byte: u8) -> Step {
        let line_end = matches!(byte, b'\r' | b'\n');
        let begins = self.at == At::Between;
        if begins {
            if line_end {
                return Step::Between;
            }
            (self.at, self.cells, self.length) = (At::Cell, 1, 0);
        }
        match (self.at, byte) {
            (At::Quoted, b'"') => self.at = At::Quote,
            (At::Quote, b'"') => self.grow(At::Quoted),
            (At::Quoted, _) => self.grow(At::Quoted),
            (At::Cell, b'"') => self.at = At::Quoted,
            (_, byte) if byte == self.delimiter => {
                (self.at, self.length) = (At::Cell, 0);
                self.cells += 1;
            }
            _ if line_end => {
                self.at = At::Between;
                return Step::Ends;
            }
            _ => self.grow(At::Plain),
        }
        if begins { Step::Begins } else { Step::Inside }
    }

    fn grow(&mut self, at: At) {
        self.at = at;
        self.length += 1;
    }
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;
