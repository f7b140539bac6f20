//! Tables of findings as CSV: of Nessus (one row a plugin, place and CVE), Tenable.sc and Tenable VM.
//!
//! A table names what was found and not what was looked at: no plugin set, and no host without findings. It may also be a
//! filtered list. So it opens, and nothing closes by it.

mod columns;
mod hosts;
mod left_out;
mod row;

use super::row::{Contents, Rows};
use super::rule::Hints;
use super::words::Words;
use crate::bounded::table::Table;
use crate::format::{ExportFormat, Head};
use crate::{Options, Parsed, QuarantineReason, Refusal, RefusalCode, Sink};
use columns::{Column, Columns, header};
use csv::StringRecord;
use hosts::Hosts;
use model::Tool;
use model::facts::{ScanCoverage, ScanFacts};
use std::io::Read;

/// The format.
pub struct NessusCsv;

impl ExportFormat for NessusCsv {
    fn name(&self) -> &'static str {
        "Nessus CSV"
    }

    fn recognizes(&self, head: &Head<'_>) -> bool {
        matches!(head, Head::Text { text } if header(text).is_some_and(|(_, columns)| columns.is_scan()))
    }

    fn parse(&self, input: &mut dyn Read, options: &Options, sink: &mut dyn Sink) -> Result<Parsed, Refusal> {
        let mut table = Table::new(input, &options.limits, |text| header(text).map(|(delimiter, _)| delimiter))?;
        let (columns, (line, offset)) = (Columns::of(table.header()), table.place());
        if !columns.is_scan() {
            return Err(Refusal::new(RefusalCode::NotAScan, "text").at(line, offset));
        }
        let mut parser = Parser::new(&columns, options, sink);
        let read = parser.read(&mut table);
        parser.rows.collector.accept(read)?;
        parser.rows.collector.remarks.bytes_replaced(table.replaced());
        Ok(parser.finish(self.name()))
    }
}

/// What a table of plugins is that is not read, because its rows are no findings on a host.
pub fn unsupported(text: &str) -> Option<&'static str> {
    let (_, columns) = header(text)?;
    if columns.has(Column::Plugin) && columns.has(Column::Total) && !columns.names_hosts() {
        return Some("Tenable.sc vulnerability summary (CSV), which names no host");
    }
    let alike =
        !columns.is_scan() && columns.has(Column::Severity) && (columns.has(Column::Plugin) || columns.names_hosts());
    alike.then_some("CSV without a column for the plugin's number, the host or the severity")
}

/// The state of reading one table.
struct Parser<'s> {
    columns: &'s Columns,
    options: &'s Options,
    rows: Rows<'s>,
    hosts: Hosts,
    /// Where each weakness's lists were added to last.
    hints: Vec<Hints>,
    /// The words of the row that is being read.
    words: Words,
    /// Records with empty cells only.
    blank: u64,
    /// Rows of findings that the other product knows to be fixed.
    fixed: u64,
}

impl<'s> Parser<'s> {
    fn new(columns: &'s Columns, options: &'s Options, sink: &'s mut dyn Sink) -> Self {
        let mut rows = Rows::new(sink, options);
        let remarks = &mut rows.collector.remarks;
        remarks.add("table_closes_nothing", "");
        if !columns.has(Column::Port) {
            remarks.add("table_without_ports", "");
        }
        for name in &columns.unknown {
            remarks.add("unknown_column", name);
        }
        Self {
            columns,
            options,
            rows,
            hosts: Hosts::default(),
            hints: Vec::new(),
            words: Words::default(),
            blank: 0,
            fixed: 0,
        }
    }

    fn read(&mut self, table: &mut Table<'_>) -> Result<(), Refusal> {
        while table.next()?.is_some() {
            self.record(table)?;
            self.rows.collector.progress(table.offset());
        }
        Ok(())
    }

    fn record(&mut self, table: &mut Table<'_>) -> Result<(), Refusal> {
        let (record, count) = (table.record(), self.columns.count);
        if record.iter().all(|cell| cell.trim().is_empty()) {
            self.blank += 1;
            return Ok(());
        }
        // A delimiter too many at the end adds nothing, unless a quote moved the cells.
        let surplus_is_empty =
            || record.iter().skip(count).all(|cell| cell.trim().is_empty()) && table.is_well_quoted();
        if record.len() == count || (record.len() > count && surplus_is_empty()) {
            return match self.row(record)? {
                Ok(()) => Ok(()),
                Err(flaw) => self.rows.collector.quarantine(flaw, Some(table.place()), table.raw()),
            };
        }
        if record.len() < count && table.ends_unfinished() {
            let (line, offset) = table.place();
            return Err(Refusal::new(RefusalCode::Truncated, format!("cells={}", record.len())).at(line, offset));
        }
        self.torn(table)
    }

    /// Reads what is certain of a record whose cells do not fit the header, because a quote in a text is not doubled: what
    /// stands before the texts; and then the rows that the open quote took in.
    fn torn(&mut self, table: &mut Table<'_>) -> Result<(), Refusal> {
        let flaw = (QuarantineReason::FieldInvalid, format!("cells={}", table.record().len()));
        let (place, raw) = (table.place(), table.raw().to_vec());
        let text = String::from_utf8_lossy(&raw);
        let front_at = |at: usize| self.front(&table.cells_of(text[at..].lines().next()?));
        // A compliance check is told by its description, which is a text.
        let first = front_at(0).filter(|(_, is_check)| !is_check);
        let lines = text.match_indices('\n').map(|(at, _)| at + 1);
        let next = lines.filter(|at| *at < raw.len()).find(|at| front_at(*at).is_some());
        let end = match next {
            Some(next) if table.reread_from(next) => next,
            Some(_) => return self.rows.collector.quarantine(flaw, Some(place), &raw),
            None => raw.len(),
        };
        let read = match first {
            Some((front, _)) => {
                self.rows.collector.remarks.add("row_without_texts", &place.0.to_string());
                self.row(&front)?
            }
            None => Err(flaw),
        };
        match read {
            Ok(()) => Ok(()),
            Err(flaw) => self.rows.collector.quarantine(flaw, Some(place), &raw[..end]),
        }
    }

    /// The cells before the texts, if they are those of a row, and whether it is a compliance check.
    fn front(&self, line: &StringRecord) -> Option<(StringRecord, bool)> {
        let texts = self.columns.texts_begin().filter(|texts| line.len() >= *texts)?;
        let front = line.iter().take(texts).collect();
        let mut contents = Contents::default();
        self.checked(&front, &mut contents).is_ok().then_some((front, contents.is_check))
    }

    fn finish(mut self, format: &str) -> Parsed {
        let (started, finished) = self.hosts.date(&mut self.rows.collector);
        if self.blank > 0 {
            self.rows.collector.remarks.add("blank_rows", &self.blank.to_string());
        }
        if self.fixed > 0 {
            self.rows.collector.remarks.add("rows_fixed", &self.fixed.to_string());
        }
        let info = std::mem::take(&mut self.rows.info);
        let scan = ScanFacts {
            tool: Tool::Nessus,
            tool_version: info.version,
            format: format.to_owned(),
            name: String::new(),
            policy: info.policy,
            started_at: started,
            finished_at: finished,
            zone_assumed: self.hosts.zone_assumed(),
            coverage: ScanCoverage {
                port_range: Some(info.port_range).filter(|range| !range.is_empty()),
                ..ScanCoverage::default()
            },
            remarks: Vec::new(),
        };
        self.rows.finish(scan)
    }
}
