//! The records of a file, whatever it is: each is a value a field.

use crate::bounded::chunks::{Chunks, Nul};
use crate::bounded::document::{Each, Reading, read_document};
use crate::bounded::table::{Table, delimiter_of};
use crate::bounded::{encoding, json, refusal_of};
use crate::tables::Flaw;
use crate::{Limits, QuarantineReason, Refusal, RefusalCode, text};
use model::mapping::Delimiter;
use model::{MappedField, MappedFormat, Mapping};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;
use std::fmt;
use std::io::{BufRead, Read};

/// What is kept of a value in a quarantined row's detail, in characters.
const MAX_DETAIL: usize = 60;

/// A record.
pub struct Record<'r> {
    /// What it says, or why that cannot be said.
    pub values: Result<&'r Values, Flaw>,
    /// The line, from 1, and the byte, from 0, where it begins. Unknown in a JSON document.
    pub place: Option<(u64, u64)>,
    /// As it stands in the file.
    pub raw: &'r [u8],
    /// Nothing follows that would show that the record is whole: the last line of a table, without a line end.
    pub open: bool,
    /// Fewer cells than the header has.
    pub short: bool,
    /// How far the file has been read, in bytes.
    pub bytes: u64,
}

/// What is known of a file besides its records, as far as it was read.
#[derive(Default)]
pub struct Seen {
    /// The format as people read it.
    pub format: &'static str,
    /// Bytes that were replaced because they are not valid in the file's encoding.
    pub replaced: u64,
    /// Mapped columns that the header does not have, none of which decides anything.
    pub absent: Vec<String>,
}

/// What a record says, by field; empty where it says nothing.
pub struct Values(Vec<String>);

impl Values {
    fn new() -> Self {
        Self(vec![String::new(); MappedField::ALL.len()])
    }

    /// What it says of a field.
    pub fn get(&self, field: MappedField) -> &str {
        self.0.get(index(field)).map_or("", |text| text.trim())
    }

    fn clear(&mut self) {
        self.0.iter_mut().for_each(String::clear);
    }

    fn slot(&mut self, field: MappedField) -> Option<&mut String> {
        self.0.get_mut(index(field))
    }
}

/// The numbers of the fields begin with 1.
fn index(field: MappedField) -> usize {
    usize::try_from(field.number()).unwrap_or_default().wrapping_sub(1)
}

/// A value that cannot be, under the column's name.
pub fn invalid(column: &str, value: &str) -> Flaw {
    let value: String = value.chars().take(MAX_DETAIL).collect();
    (QuarantineReason::FieldInvalid, format!("{column}={value}"))
}

/// Takes a record in.
pub type Take<'t> = dyn FnMut(Record<'_>) -> Result<(), Refusal> + 't;

/// A file, and how its records are to be read.
pub struct Source<'a> {
    /// What the file begins with.
    pub head: &'a [u8],
    /// The mapping.
    pub mapping: &'a Mapping,
    /// The limits.
    pub limits: &'a Limits,
}

/// The byte between two cells of a table that begins with `head`.
///
/// # Errors
/// The head is no text.
pub fn delimiter_byte(delimiter: Delimiter, head: &[u8]) -> Result<u8, Refusal> {
    Ok(match delimiter {
        Delimiter::Auto => delimiter_of(encoding::decode_head(head)?.trim_start_matches('\u{feff}')),
        Delimiter::Comma => b',',
        Delimiter::Semicolon => b';',
        Delimiter::Tab => b'\t',
        Delimiter::Pipe => b'|',
    })
}

impl Source<'_> {
    /// Reads the records, the head's too.
    ///
    /// # Errors
    /// When the file as a whole cannot be trusted, is another than the mapping was made for, or `take` wants no more.
    pub fn read(&self, input: &mut dyn Read, seen: &mut Seen, take: &mut Take<'_>) -> Result<(), Refusal> {
        match &self.mapping.format {
            MappedFormat::Csv { delimiter } => self.table(*delimiter, input, seen, take),
            MappedFormat::Json { records } => self.document(records, input, seen, take),
            MappedFormat::JsonLines {} => self.lines(input, seen, take),
        }
    }

    fn table(
        &self,
        delimiter: Delimiter,
        input: &mut dyn Read,
        seen: &mut Seen,
        take: &mut Take<'_>,
    ) -> Result<(), Refusal> {
        seen.format = "CSV";
        let delimiter = delimiter_byte(delimiter, self.head)?;
        let mut table = Table::new(input, self.limits, |_| Some(delimiter))?;
        let (width, mut columns) = (table.header().len(), Vec::new());
        for (field, name) in &self.mapping.columns {
            match table.header().iter().position(|column| column.trim() == name.trim()) {
                Some(at) => columns.push((*field, at)),
                None if field.decides() => return Err(Refusal::new(RefusalCode::NotAScan, name)),
                None => seen.absent.push(name.clone()),
            }
        }
        let mut values = Values::new();
        loop {
            let bytes = table.offset();
            let Some(cells) = table.next()? else { break };
            // Spreadsheets leave rows of empty cells behind.
            if cells.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            values.clear();
            for (field, at) in &columns {
                if let (Some(slot), Some(cell)) = (values.slot(*field), cells.get(*at)) {
                    slot.push_str(cell);
                }
            }
            // More cells than columns: a delimiter stands in a cell without quotes, and what follows is not where it belongs.
            let overfull = cells.iter().skip(width).any(|cell| !cell.trim().is_empty());
            let count = cells.len();
            take(Record {
                values: if overfull { Err(invalid("cells", &count.to_string())) } else { Ok(&values) },
                place: Some(table.place()),
                raw: table.raw(),
                open: table.ends_unfinished(),
                short: count < width,
                bytes,
            })?;
        }
        seen.replaced = table.replaced();
        Ok(())
    }

    fn document(
        &self,
        pointer: &str,
        input: &mut dyn Read,
        seen: &mut Seen,
        take: &mut Take<'_>,
    ) -> Result<(), Refusal> {
        // `~1` is `/` and `~0` is `~` (RFC 6901, 4).
        let path: Vec<String> =
            pointer.split('/').skip(1).map(|name| name.replace("~1", "/").replace("~0", "~")).collect();
        let mut records = Records { mapping: self.mapping, max: self.limits.max_event, values: Values::new(), take };
        let mut found = false;
        seen.format = "JSON";
        seen.replaced = read_document(input, self.limits, &mut records, |reading, json| {
            found = At(reading, &path).deserialize(json)?;
            Ok(())
        })?;
        if found { Ok(()) } else { Err(Refusal::new(RefusalCode::NotAScan, pointer)) }
    }

    /// JSON Lines: a value a line. A line that is no JSON makes the file one that cannot be trusted, as in a document.
    fn lines(&self, input: &mut dyn Read, seen: &mut Seen, take: &mut Take<'_>) -> Result<(), Refusal> {
        seen.format = "JSON Lines";
        let mut chunks = Chunks::new(input, self.limits, Nul::Refuse)?;
        chunks.skip_mark().map_err(|error| refusal_of(&error))?;
        let mut records = Records { mapping: self.mapping, max: self.limits.max_event, values: Values::new(), take };
        let (mut line, mut number) = (Vec::new(), 0);
        loop {
            line.clear();
            number += 1;
            let start = chunks.offset();
            let here = |refusal: Refusal| refusal.at(number, start);
            chunks.begin_event();
            if chunks.read_until(b'\n', &mut line).map_err(|error| here(refusal_of(&error)))? == 0 {
                break;
            }
            let text = line.trim_ascii();
            if text.is_empty() {
                continue;
            }
            json::Shape::new(self.limits)
                .check(text)
                .map_err(|fault| here(Refusal::new(fault.0, fault.1.to_string())))?;
            let raw: &RawValue = serde_json::from_slice(text).map_err(|error| here(json::refusal_of(error, start)))?;
            records.take(raw.get(), Some((number, start)), chunks.offset()).map_err(here)?;
        }
        seen.replaced = chunks.replaced();
        Ok(())
    }
}

/// Takes JSON records in.
struct Records<'m, 't> {
    mapping: &'m Mapping,
    max: usize,
    values: Values,
    take: &'m mut Take<'t>,
}

impl Records<'_, '_> {
    /// Takes one in that is known to be well-formed. It is held as a tree, so its size is limited.
    fn take(&mut self, raw: &str, place: Option<(u64, u64)>, bytes: u64) -> Result<(), Refusal> {
        if raw.len() > self.max {
            return Err(Refusal::new(RefusalCode::EventTooLarge, self.max.to_string()));
        }
        let values = fill(&mut self.values, self.mapping, raw).map(|()| &self.values);
        (self.take)(Record { values, place, raw: raw.as_bytes(), open: false, short: false, bytes })
    }
}

/// Sets the values to what a record says.
fn fill(values: &mut Values, mapping: &Mapping, raw: &str) -> Result<(), Flaw> {
    let record: Value = serde_json::from_str(raw).map_err(|error| invalid("JSON", &error.to_string()))?;
    if !record.is_object() {
        return Err(invalid("JSON", raw));
    }
    values.clear();
    for (field, pointer) in &mapping.columns {
        if let (Some(slot), Some(value)) = (values.slot(*field), record.pointer(pointer)) {
            *slot = text_of(value);
        }
    }
    Ok(())
}

/// A value as text: a list has a line for each of its values, an object stays as it is.
pub fn text_of(value: &Value) -> String {
    let text = match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(text_of).collect::<Vec<_>>().join("\n"),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => value.to_string(),
    };
    text::without_nul(text)
}

/// The array of records at the end of a path of names. Says whether it is there.
struct At<'a, 'm, 't>(Reading<'a, Records<'m, 't>>, &'a [String]);

impl<'de> DeserializeSeed<'de> for At<'_, '_, '_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        if !self.1.is_empty() {
            return deserializer.deserialize_any(self);
        }
        let each = |reading: &mut Reading<'_, Records<'_, '_>>, raw: Box<RawValue>| {
            let bytes = reading.bytes();
            reading.context.take(raw.get(), None, bytes)
        };
        Each::new(self.0, each).deserialize(deserializer).map(|()| true)
    }
}

impl<'de> Visitor<'de> for At<'_, '_, '_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with records in it")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
        let Self(mut reading, path) = self;
        let mut found = false;
        while let Some(key) = map.next_key::<String>()? {
            match path.split_first() {
                Some((name, rest)) if *name == key => found |= map.next_value_seed(At(reading.inner(), rest))?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(found)
    }

    fn visit_unit<E>(self) -> Result<bool, E> {
        Ok(false)
    }
}
