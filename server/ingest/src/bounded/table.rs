//! A table of text with separators (RFC 4180), read record by record: transcoded, within the limits, and never past a quote
//! that stays open.

use super::Fault;
use super::chunks::{Chunks, Nul};
use crate::{Limits, Refusal, RefusalCode};
use csv::{ReaderBuilder, StringRecord};
use memchr::{memchr, memchr_iter, memchr2};
use std::io::{self, BufRead, Read};

/// Handed out behind the input's end. No text holds a NUL, so where it comes as a record of its own the table has ended, and
/// where it comes inside a cell that cell's quote is still open.
const MARK: &[u8] = b"\n\0";

/// The delimiters that tables of text are written with.
const DELIMITERS: [u8; 4] = *b",;\t|";

/// How many records are looked at to find the delimiter.
const LOOKED_AT: usize = 20;

/// A table: its header and its records. The reader below takes whatever quotes it meets, as spreadsheets do: `"a"b` is `ab`, and
/// a quote inside a cell that does not begin with one is a character.
pub struct Table<'r> {
    reader: csv::Reader<Lines<'r>>,
    header: StringRecord,
    record: StringRecord,
    delimiter: u8,
    /// Bytes that were read more than once.
    reread: u64,
}

impl<'r> Table<'r> {
    /// Prepares to read, and reads the header. `delimiter` says what separates the cells, from the text that the table begins
    /// with; `None` is a comma.
    ///
    /// # Errors
    /// If there is no header, it cannot be read, or it has more columns than the limit.
    pub fn new(
        input: &'r mut dyn Read,
        limits: &Limits,
        delimiter: impl FnOnce(&str) -> Option<u8>,
    ) -> Result<Self, Refusal> {
        let mut chunks = Chunks::new(input, limits, Nul::Refuse)?;
        let begun = chunks.skip_mark().and_then(|()| chunks.fill_buf().map(String::from_utf8_lossy));
        let delimiter = delimiter(&begun.map_err(|error| super::refusal_of(&error))?).unwrap_or(b',');
        let lines = Lines {
            chunks,
            max_event: limits.max_event,
            raw: Vec::new(),
            again: Vec::new(),
            again_from: 0,
            begun: Begun::default(),
            line: 1,
            fault: None,
            mark: None,
        };
        let reader = ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(lines);
        let (header, record) = (StringRecord::new(), StringRecord::new());
        let mut table = Self { reader, header, record, delimiter, reread: 0 };
        if table.next()?.is_none() {
            return Err(Refusal::new(RefusalCode::Empty, ""));
        }
        if table.record.len() > limits.max_attributes {
            let ((line, offset), limit) = (table.place(), limits.max_attributes.to_string());
            return Err(Refusal::new(RefusalCode::TooManyAttributes, limit).at(line, offset));
        }
        table.header.clone_from(&table.record);
        Ok(table)
    }

    /// The cells of the header as written.
    pub fn header(&self) -> &StringRecord {
        &self.header
    }

    /// The next record. Lines without anything are passed over. `None` at the table's end.
    ///
    /// # Errors
    /// If the input cannot be read any further, or ends inside a quote: [`RefusalCode::Truncated`] with the line of that quote.
    pub fn next(&mut self) -> Result<Option<&StringRecord>, Refusal> {
        self.reader.get_mut().begin();
        let read = self.reader.read_record(&mut self.record);
        let lines = self.reader.get_mut();
        match read {
            Ok(true) => {}
            Ok(false) => return Ok(None),
            Err(error) => {
                let refusal = Refusal::new(RefusalCode::Malformed, error.to_string());
                return Err(refusal.at(lines.begun.line, lines.begun.offset));
            }
        }
        let open = self.record.iter().next_back().is_some_and(|cell| cell.ends_with('\0'));
        let ended = open && self.record.as_slice() == "\0";
        let line = lines.begun.line + if open { lines_before_last(&self.record) } else { 0 };
        match lines.fault.take() {
            Some(fault) if fault.offset.is_some() => Err(fault),
            Some(fault) => Err(Refusal { line: Some(line), ..fault }),
            None if ended => Ok(None),
            None if open => {
                let quote = Refusal::new(RefusalCode::Truncated, format!("\" (column {})", self.record.len()));
                Err(Refusal { line: Some(line), ..quote })
            }
            None => Ok(Some(&self.record)),
        }
    }

    /// The record that was read last.
    pub fn record(&self) -> &StringRecord {
        &self.record
    }

    /// Where the last record begins: the line, from 1, and the byte, from 0.
    pub fn place(&self) -> (u64, u64) {
        let begun = &self.reader.get_ref().begun;
        (begun.line, begun.offset)
    }

    /// The last record as it stands in the file.
    pub fn raw(&self) -> &[u8] {
        &self.reader.get_ref().raw
    }

    /// Whether the last record keeps to RFC 4180: a quote begins a cell, ends it, or is doubled inside one that begins with a
    /// quote. Then its cells are certain.
    pub fn is_well_quoted(&self) -> bool {
        let ends = |byte: &u8| *byte == self.delimiter || matches!(byte, b'\n' | b'\r');
        let mut rest = self.raw();
        while let Some(first) = rest.first() {
            let length = if *first == b'"' {
                let Some(length) = quoted_length(rest) else { return false };
                length
            } else {
                let length = rest.iter().position(ends).unwrap_or(rest.len());
                if rest[..length].contains(&b'"') {
                    return false;
                }
                length
            };
            match rest.get(length) {
                None => break,
                Some(next) if ends(next) => rest = &rest[length + 1..],
                Some(_) => return false,
            }
        }
        true
    }

    /// Reads the last record again from a byte of [`Self::raw`] on, which begins a line. `false` if so much has been read
    /// again that a file could keep this busy with its size squared.
    pub fn reread_from(&mut self, at: usize) -> bool {
        let lines = self.reader.get_mut();
        self.reread += (lines.raw.len() - at) as u64;
        let affordable = self.reread <= lines.offset();
        if affordable {
            lines.again = [&lines.raw[at..], &lines.again[lines.again_from..]].concat();
            lines.again_from = 0;
            lines.line -= memchr_iter(b'\n', &lines.raw[at..]).count() as u64;
            lines.mark = None;
        }
        affordable
    }

    /// The cells of one line by itself.
    pub fn cells_of(&self, line: &str) -> StringRecord {
        let mut reader = ReaderBuilder::new()
            .delimiter(self.delimiter)
            .has_headers(false)
            .buffer_capacity(line.len() + 1)
            .from_reader(line.as_bytes());
        let mut record = StringRecord::new();
        // Reading from memory what is UTF-8 cannot fail; an empty line has no cells.
        let _ = reader.read_record(&mut record);
        record
    }

    /// Whether the file ends within the last record, without an end of the line.
    pub fn ends_unfinished(&self) -> bool {
        let lines = self.reader.get_ref();
        lines.mark.is_some() && !lines.raw.ends_with(b"\n") && !lines.raw.ends_with(b"\r")
    }

    /// How far the file has been read, in bytes.
    pub fn offset(&self) -> u64 {
        self.reader.get_ref().offset()
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
    let mut reader =
        ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(head.as_bytes());
    let mut counts: Vec<usize> = reader.records().take(LOOKED_AT + 1).flatten().map(|record| record.len()).collect();
    if counts.len() > LOOKED_AT || (counts.len() > 1 && !head.ends_with(['\n', '\r'])) {
        counts.pop();
    }
    counts
}

/// The input, handed out in pieces that end where a line ends: so the reader above holds nothing of the next record, and what
/// has been handed out since a record began is that record.
struct Lines<'r> {
    chunks: Chunks<'r>,
    max_event: usize,
    /// What has been handed out since the record began.
    raw: Vec<u8>,
    /// What comes before the rest of the input, because it is to be read again, and how much of it has been handed out.
    again: Vec<u8>,
    again_from: usize,
    begun: Begun,
    /// The line, from 1, of the next byte.
    line: u64,
    /// Why the input cannot be read any further.
    fault: Option<Refusal>,
    /// What is left of the mark, once the input has ended.
    mark: Option<&'static [u8]>,
}

/// Where a record begins.
#[derive(Default)]
struct Begun {
    line: u64,
    offset: u64,
}

/// How long the quoted cell is with which the bytes begin. `None` if it does not end.
fn quoted_length(bytes: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        at += memchr(b'"', &bytes[at..])? + 1;
        if bytes.get(at) != Some(&b'"') {
            return Some(at);
        }
        at += 1;
    }
}

/// How many lines end in the cells before a record's last: cells keep their line feeds.
fn lines_before_last(record: &StringRecord) -> u64 {
    let cells = record.iter().take(record.len().saturating_sub(1));
    cells.map(|cell| memchr_iter(b'\n', cell.as_bytes()).count() as u64).sum()
}

impl Lines<'_> {
    /// Passes over empty lines, and notes where the next record begins.
    fn begin(&mut self) {
        loop {
            self.chunks.begin_event();
            // An error comes again when the record is read.
            let ahead = self.ahead().unwrap_or_default();
            let empty = ahead.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
            if empty == 0 {
                break;
            }
            let ended = memchr_iter(b'\n', &ahead[..empty]).count() as u64;
            self.line += ended;
            self.consume(empty);
        }
        self.raw.clear();
        self.begun = Begun { line: self.line, offset: self.offset() };
    }

    /// The offset of the next byte.
    fn offset(&self) -> u64 {
        self.chunks.offset() - (self.again.len() - self.again_from) as u64
    }

    fn ahead(&mut self) -> io::Result<&[u8]> {
        if self.again_from < self.again.len() { Ok(&self.again[self.again_from..]) } else { self.chunks.fill_buf() }
    }

    fn consume(&mut self, amount: usize) {
        if self.again_from < self.again.len() { self.again_from += amount } else { self.chunks.consume(amount) }
    }

    /// The next piece of a line: none where the input ends.
    fn piece(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.raw.len() > self.max_event {
            return Err(Fault(RefusalCode::EventTooLarge, self.max_event as u64).into());
        }
        let ahead = self.ahead()?;
        let line = memchr2(b'\n', b'\r', ahead).map_or(ahead.len(), |at| at + 1);
        let taken = line.min(out.len());
        out[..taken].copy_from_slice(&ahead[..taken]);
        self.consume(taken);
        self.raw.extend_from_slice(&out[..taken]);
        self.line += u64::from(out[..taken].ends_with(b"\n"));
        Ok(taken)
    }
}

impl Read for Lines<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.mark.is_none() {
            match self.piece(out) {
                Ok(0) => {}
                Ok(taken) => return Ok(taken),
                Err(error) => self.fault = Some(super::refusal_of(&error)),
            }
        }
        // Byte by byte, so that the reader above holds nothing of it either.
        let rest = self.mark.unwrap_or(MARK);
        let taken = rest.len().min(out.len()).min(1);
        out[..taken].copy_from_slice(&rest[..taken]);
        self.mark = Some(&rest[taken..]);
        Ok(taken)
    }
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;
