//! What an export says of a rule or a row and no fact takes: kept under the name that the export gives it.
//!
//! The fields of a rule are a sorted set, and where rows do not agree on a text of their rule, its choice is one of the texts
//! themselves: neither depends on the order of the rows.

use crate::Refusal;
use crate::bounded::xml::XmlReader;
use crate::remarks::Remarks;
use crate::text;
use model::facts::{EvidenceKind, EvidencePart};
use std::borrow::Cow;
use std::cmp::Reverse;

/// How many fields of a rule are kept, the first in order, and how many of a row. A scanner gives a rule some dozens.
const MAX: usize = 256;

/// How much of a field's value is kept, in bytes.
pub const MAX_VALUE: usize = 64 << 10;

/// What stands where a value was cut.
const CUT: char = '…';

/// The code of the remark on names that are not known.
pub const UNKNOWN: &str = "unknown_element";

/// The fields of a rule.
pub type Fields = Vec<(String, String)>;

/// Adds a field, unless it has no value or is there already; by how many bytes the fields grew. `hint` is where the last one was
/// found: rows of one rule list the same fields in the same order, so the next one is nearly always the next in the list.
pub fn add(fields: &mut Fields, hint: &mut usize, name: &str, value: &str) -> usize {
    let value = value.trim();
    if value.is_empty() {
        return 0;
    }
    if fields.get(*hint).is_some_and(|known| known.0 == name && known.1 == value) {
        *hint += 1;
        return 0;
    }
    let value = shortened(value);
    let found = fields.binary_search_by(|known| (known.0.as_str(), known.1.as_str()).cmp(&(name, &*value)));
    let (Ok(at) | Err(at)) = found;
    *hint = at + 1;
    if found.is_ok() || at >= MAX {
        return 0;
    }
    let grown = name.len() + value.len();
    fields.insert(at, (name.to_owned(), value.into_owned()));
    fields.truncate(MAX);
    grown
}

/// Takes in what another row says where a rule has one text: the longest stays, of those the first in order, and the others are
/// fields of that name. By how many bytes the texts grew.
pub fn settle(text: &mut String, fields: &mut Fields, name: &str, other: &str) -> usize {
    let other = other.trim();
    if other.is_empty() || text == other {
        return 0;
    }
    let displaced = take_better(text, other);
    if displaced.is_empty() {
        return other.len();
    }
    add(fields, &mut 0, name, &displaced) + text.len()
}

/// Puts the better of two texts into the first; the other.
pub fn take_better(text: &mut String, other: &str) -> String {
    let other = other.trim();
    if (Reverse(other.len()), other) < (Reverse(text.len()), text.as_str()) {
        std::mem::replace(text, other.to_owned())
    } else {
        other.to_owned()
    }
}

/// Whether fields may have been left out, or cut.
pub fn limited(fields: &Fields) -> bool {
    fields.len() >= MAX || fields.iter().any(|(_, value)| value.len() >= MAX_VALUE && value.ends_with(CUT))
}

/// A field of a row, unless it has no value.
pub fn of_row(name: &str, value: &str) -> Option<EvidencePart> {
    let value = value.trim();
    let part = || EvidencePart { kind: EvidenceKind::Field, text: text::without_nul(format!("{name}: {value}")) };
    (!value.is_empty()).then(part)
}

/// Adds fields to those of a row, as far as there is room: every one takes memory beside its text.
pub fn keep(row: &mut Vec<EvidencePart>, parts: impl IntoIterator<Item = EvidencePart>) {
    let room = MAX.saturating_sub(row.len());
    row.extend(parts.into_iter().take(room));
}

/// Appends a row's fields to its evidence, in order of their names.
pub fn append(evidence: &mut Vec<EvidencePart>, mut fields: Vec<EvidencePart>) {
    fields.sort_unstable_by(|a, b| a.text.cmp(&b.text));
    evidence.append(&mut fields);
}

/// Reads the XML element that has just been opened, whose name is not known, into fields of a row, and counts it.
///
/// # Errors
/// Whatever makes the file unreadable as a whole.
pub fn read_unknown(
    xml: &mut XmlReader<'_>,
    remarks: &mut Remarks,
    row: &mut Vec<EvidencePart>,
) -> Result<(), Refusal> {
    let name = String::from_utf8_lossy(xml.current().name()).into_owned();
    remarks.count(UNKNOWN, &name);
    read_into(xml, &name, row)
}

/// Reads the XML element that has just been opened into fields of a row: its attributes as `name@attribute`, and its text.
///
/// # Errors
/// Whatever makes the file unreadable as a whole.
pub fn read_into(xml: &mut XmlReader<'_>, name: &str, row: &mut Vec<EvidencePart>) -> Result<(), Refusal> {
    let tag = xml.current();
    keep(row, tag.attributes().filter_map(|(attribute, value)| of_row(&format!("{name}@{attribute}"), &value)));
    let text = xml.text()?;
    keep(row, of_row(name, &text));
    Ok(())
}

fn shortened(value: &str) -> Cow<'_, str> {
    if value.len() <= MAX_VALUE {
        return Cow::Borrowed(value);
    }
    let mut short = value[..value.floor_char_boundary(MAX_VALUE)].to_owned();
    short.push(CUT);
    Cow::Owned(short)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[(&str, &str)]) -> Fields {
        let (mut fields, mut hint) = (Fields::new(), 0);
        for (name, value) in values {
            add(&mut fields, &mut hint, name, value);
        }
        fields
    }

    #[test]
    fn the_order_of_fields_makes_no_difference() {
        let many: Vec<String> = (0..2 * MAX).map(|number| format!("{number:04}")).collect();
        let mut values: Vec<(&str, &str)> = many.iter().map(|value| ("n", value.as_str())).collect();
        let forwards = of(&values);
        values.reverse();
        assert_eq!(forwards, of(&values));
        assert_eq!((forwards.len(), forwards[0].1.as_str()), (MAX, "0000"));
        assert!(limited(&forwards) && !limited(&of(&[("a", "1")])));
        assert_eq!(of(&[("b", "2"), ("a", " 1 "), ("b", "2"), ("c", " ")]), of(&[("a", "1"), ("b", "2")]));
    }

    #[test]
    fn the_order_of_texts_makes_no_difference() {
        let settled = |texts: [&str; 4]| {
            let (mut text, mut fields) = (String::new(), Fields::new());
            for other in texts {
                settle(&mut text, &mut fields, "description", other);
            }
            (text, fields)
        };
        let expected = settled(["long b", "x", "", "long a"]);
        assert_eq!(expected.0, "long a");
        assert_eq!(expected.1, of(&[("description", "long b"), ("description", "x")]));
        assert_eq!(settled(["x", "long a", "long b", "x"]), expected);
    }

    #[test]
    fn long_values_are_cut_between_characters() {
        let long = "ñ".repeat(MAX_VALUE);
        let fields = of(&[("a", &long)]);
        assert_eq!(fields[0].1.len(), MAX_VALUE + CUT.len_utf8());
        assert!(limited(&fields));
    }

    #[test]
    fn a_row_has_room_for_some_fields() {
        let mut row = Vec::new();
        for number in 0..2 * MAX {
            keep(&mut row, of_row("n", &number.to_string()));
        }
        assert_eq!((row.len(), row[MAX - 1].text.as_str()), (MAX, "n: 255"));
    }
}
