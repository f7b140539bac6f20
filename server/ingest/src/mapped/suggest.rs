//! A file's columns, and a first proposal for a mapping, from what they are called and what stands in them.

use super::outline::{self, LOOKED_AT, Values};
use super::records::delimiter_byte;
use super::{date, names};
use crate::bounded::encoding;
use crate::bounded::table::{Table, delimiter_of};
use crate::{HEAD, Limits, Options, Refusal, RefusalCode};
use model::mapping::{DateOrder, Delimiter, MappingPart, MappingProblem, SeverityNumbers, score_tenths};
use model::view::mapping::{Column, Confidence, Suggestion};
use model::{MappedField, MappedFormat, Mapping};

/// How many values of a column are shown, and how much of each, in characters.
const SAMPLES: usize = 3;
const MAX_SAMPLE: usize = 80;
/// How many values of a column are listed for a mapping whose words depend on them.
const VALUES: usize = 20;

/// Proposes a mapping for a file that begins with `head`. The tool's name is left for a person to say.
///
/// # Errors
/// The file is neither a table nor JSON with records.
pub fn suggest(head: &[u8]) -> Result<Suggestion, Refusal> {
    let head = &head[..head.len().min(HEAD)];
    let decoded = encoding::decode_head(head)?;
    let text = decoded.trim_start_matches('\u{feff}').trim_start();
    if text.starts_with('<') {
        return Err(Refusal::new(RefusalCode::NotAScan, "XML"));
    }
    let readings: Vec<(MappedFormat, Vec<Values>)> = if text.starts_with(['{', '[']) {
        outline::readings(text).into_iter().map(|(format, records)| (format, outline::columns(&records))).collect()
    } else {
        vec![table(head, text)?]
    };
    // Of several arrays, the one is meant that says most of what a finding has; the first of equals.
    let readings = readings.into_iter().filter(|(_, columns)| !columns.is_empty());
    let proposals: Vec<_> = readings.map(|(format, columns)| propose(format, &columns)).collect();
    let best = proposals.into_iter().rev().max_by_key(|proposal| proposal.mapping.columns.len());
    best.ok_or_else(|| Refusal::new(RefusalCode::NotAScan, "JSON"))
}

/// The columns of a file that begins with `head`, as a mapping of that format names them, each with its first values. None if
/// the file has another format.
///
/// # Errors
/// The file is no text, or a table without a header.
pub fn columns(head: &[u8], format: &MappedFormat) -> Result<Vec<Column>, Refusal> {
    let head = &head[..head.len().min(HEAD)];
    let found = match format {
        MappedFormat::Csv { delimiter } => table_columns(head, delimiter_byte(*delimiter, head)?)?,
        _ => {
            let decoded = encoding::decode_head(head)?;
            let readings = outline::readings(decoded.trim_start_matches('\u{feff}').trim_start());
            let meant = readings.into_iter().find(|(found, _)| found == format);
            meant.map(|(_, records)| outline::columns(&records)).unwrap_or_default()
        }
    };
    let column = |(name, values): Values| Column { name, samples: samples(&values, VALUES), field: None };
    Ok(found.into_iter().map(column).collect())
}

fn table(head: &[u8], text: &str) -> Result<(MappedFormat, Vec<Values>), Refusal> {
    let byte = delimiter_of(text);
    let delimiter = match byte {
        b';' => Delimiter::Semicolon,
        b'\t' => Delimiter::Tab,
        b'|' => Delimiter::Pipe,
        _ => Delimiter::Comma,
    };
    Ok((MappedFormat::Csv { delimiter }, table_columns(head, byte)?))
}

fn table_columns(head: &[u8], delimiter: u8) -> Result<Vec<Values>, Refusal> {
    let mut input = head;
    let mut table = Table::new(&mut input, &Limits::default(), |_| Some(delimiter))?;
    let mut columns: Vec<Values> = table.header().iter().map(|name| (name.trim().to_owned(), Vec::new())).collect();
    // The last record may be cut, and what is wrong with one is for the preview to say.
    for _ in 0..LOOKED_AT {
        let Ok(Some(cells)) = table.next() else { break };
        for ((_, values), cell) in columns.iter_mut().zip(cells) {
            values.push(cell.to_owned());
        }
    }
    Ok(columns)
}

fn propose(format: MappedFormat, columns: &[Values]) -> Suggestion {
    let mut mapping = Mapping::new("", format);
    let mut candidates: Vec<(usize, MappedField, &Values)> = Vec::new();
    for column in columns {
        candidates.extend(
            names::fields(&column.0).into_iter().map(|(rank, field)| (rank, by_values(field, &column.1), column)),
        );
    }
    candidates.sort_by_key(|(rank, field, _)| (*rank, *field));
    for (_, field, (name, values)) in candidates {
        if mapping.columns.contains_key(&field) || mapping.columns.values().any(|taken| taken == name) {
            continue;
        }
        match field {
            MappedField::Url if !values.iter().any(|value| value.contains("://") || value.starts_with('/')) => continue,
            MappedField::Asset if names::is_group(name) && mapping.columns.keys().any(|known| known.names_asset()) => {
                continue;
            }
            MappedField::Severity => mapping.severity_numbers = numbers_of(values),
            MappedField::SeenAt => mapping.dates = order_of(values),
            MappedField::Status => mapping.no_finding = names::GONE.map(str::to_owned).to_vec(),
            _ => {}
        }
        mapping.columns.insert(field, name.clone());
    }
    let confidence = settle(&mut mapping);
    let field = |name: &str| mapping.columns.iter().find(|(_, column)| *column == name).map(|(field, _)| *field);
    let columns = columns
        .iter()
        .map(|(name, values)| Column { name: name.clone(), samples: samples(values, SAMPLES), field: field(name) })
        .collect();
    Suggestion { columns, mapping, confidence }
}

/// An asset whose names are all URLs is a URL.
fn by_values(field: MappedField, values: &[String]) -> MappedField {
    let mut named = values.iter().filter(|value| !value.trim().is_empty()).peekable();
    let urls = named.peek().is_some() && named.all(|value| value.contains("://"));
    if field == MappedField::Asset && urls { MappedField::Url } else { field }
}

/// Takes out what cannot stand in a mapping, and says how far the rest goes.
fn settle(mapping: &mut Mapping) -> Confidence {
    for error in mapping.validate().err().unwrap_or_default() {
        if let MappingPart::Column(field) = error.part
            && error.problem != MappingProblem::Missing
        {
            mapping.columns.remove(&field);
        }
    }
    let errors = mapping.validate().err().unwrap_or_default();
    if errors.iter().any(|error| error.part != MappingPart::Tool) {
        Confidence::Low
    } else if mapping.columns.contains_key(&MappedField::Rule) {
        Confidence::High
    } else {
        Confidence::Medium
    }
}

/// The first values that differ, up to so many.
fn samples(values: &[String], most: usize) -> Vec<String> {
    let mut samples: Vec<String> = Vec::new();
    for value in values.iter().map(|value| value.trim()).filter(|value| !value.is_empty()) {
        let sample: String = value.chars().take(MAX_SAMPLE).collect();
        if samples.len() < most && !samples.contains(&sample) {
            samples.push(sample);
        }
    }
    samples
}

/// Numbers that no level has are scores.
fn numbers_of(values: &[String]) -> SeverityNumbers {
    let score = |value: &String| score_tenths(value).is_some_and(|tenths| tenths > 40 || tenths % 10 != 0);
    if values.iter().any(score) { SeverityNumbers::Cvss } else { SeverityNumbers::Levels }
}

/// The first order in which every date can be read. Where the day and the month may be either, the day is first, as almost
/// everywhere.
fn order_of(values: &[String]) -> DateOrder {
    let zone = Options::default().zone_offset;
    let dates: Vec<&String> = values.iter().filter(|value| !value.trim().is_empty()).collect();
    let readable = |order: &DateOrder| dates.iter().all(|value| date::instant(value, *order, &zone).is_some());
    [DateOrder::YearFirst, DateOrder::DayFirst, DateOrder::MonthFirst].into_iter().find(readable).unwrap_or_default()
}
