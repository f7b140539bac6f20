//! What a table's reader finds, and refuses.

use super::*;
use proptest::prelude::*;

/// The records with their lines and offsets; the header is the first.
fn read_with(bytes: &[u8], delimiter: u8, limits: &Limits) -> Result<Vec<(u64, u64, Vec<String>)>, Refusal> {
    let mut input = bytes;
    let mut table = Table::new(&mut input, limits, delimiter)?;
    let cells = |record: &StringRecord| record.iter().map(str::to_owned).collect::<Vec<_>>();
    let mut records = vec![(1, 0, cells(table.header()))];
    while let Some(record) = table.next_record()? {
        records.push((record.line, record.offset, cells(record.cells)));
    }
    Ok(records)
}

fn read(text: &str) -> Vec<(u64, u64, Vec<String>)> {
    read_with(text.as_bytes(), b',', &Limits::default()).unwrap()
}

fn code(text: &str, limits: &Limits) -> (RefusalCode, Option<u64>) {
    let refusal = read_with(text.as_bytes(), b',', limits).unwrap_err();
    (refusal.code, refusal.line)
}

#[test]
fn records_stand_where_they_begin() {
    let records = read("a,b\r\n1,\"x\r\ny\"\"z\"\r\n\r\n2,\n3");
    let found: Vec<_> = records.iter().map(|(line, at, cells)| (*line, *at, cells.join("|"))).collect();
    let expected = [(1, 0, "a|b"), (2, 5, "1|x\r\ny\"z"), (5, 20, "2|"), (6, 23, "3")];
    assert_eq!(found, expected.map(|(line, at, cells)| (line, at, cells.to_owned())));
    // Line ends of old Macintosh programs: the lines are not counted, the records are the same.
    assert_eq!(read("a,b\r1,2\r").len(), 2);
}

#[test]
fn raw_bytes_and_ends_are_those_of_the_record() {
    let text = "a,b\n\"1\",é\n2,3";
    let mut input = text.as_bytes();
    let mut table = Table::new(&mut input, &Limits::default(), b',').unwrap();
    let first = table.next_record().unwrap().unwrap();
    assert_eq!((std::str::from_utf8(first.raw).unwrap(), first.ended), ("\"1\",é", true));
    let second = table.next_record().unwrap().unwrap();
    assert_eq!((second.raw, second.ended), (b"2,3".as_slice(), false));
    assert!(table.next_record().unwrap().is_none() && table.next_record().unwrap().is_none());
    assert_eq!(table.bytes(), text.len() as u64);
}

#[test]
fn limits_hold() {
    let small = Limits { max_event: 4, max_attributes: 2, ..Limits::default() };
    assert_eq!(code("a,b\n1,\"2\n345\n\"", &small), (RefusalCode::EventTooLarge, Some(3)));
    assert_eq!(code("a,b\n1234,12345\n", &small), (RefusalCode::EventTooLarge, Some(2)));
    assert_eq!(code("a,b\n1,2,3\n", &small), (RefusalCode::TooManyAttributes, Some(2)));
    assert_eq!(code("a,b\n1,\0\n", &small).0, RefusalCode::Malformed);
    assert_eq!(code("", &small).0, RefusalCode::Empty);
    assert_eq!(code("\n\n", &small).0, RefusalCode::Empty);
    let short = Limits { max_bytes: 10, ..Limits::default() };
    assert_eq!(code("a,b\n1,2\n3,4\n", &short).0, RefusalCode::TooLarge);
}

#[test]
fn a_quote_that_never_closes_is_named() {
    let refusal = read_with(b"a,b\n1,\"x\n2,y\n", b',', &Limits::default()).unwrap_err();
    assert_eq!((refusal.code, refusal.line, refusal.offset), (RefusalCode::Truncated, Some(2), Some(6)));
    // Quotes inside a cell that does not begin with one are text.
    assert_eq!(read("a,b\n5\" disk,x\"\n")[1].2, ["5\" disk", "x\""]);
}

#[test]
fn delimiters_are_found() {
    for (head, delimiter) in [
        ("Host,Risk\n10.0.0.1,High\n", b','),
        ("Activo;Riesgo;CVSS\nweb;Alto;7,5\nweb;Bajo;2,1\n", b';'),
        ("a\tb\n1,5\t2,5", b'\t'),
        ("a|b|c\n\"1|2\"|x|y\n", b'|'),
        ("\"a;b\",c\n1,2\n", b','),
        ("Host", b','),
        ("", b','),
    ] {
        assert_eq!(char::from(delimiter_of(head)), char::from(delimiter), "{head}");
    }
}

proptest! {
    #[test]
    fn records_are_those_of_the_csv_crate(text in "[a;\"\r\n é]{0,40}") {
        let plain = ReaderBuilder::new().has_headers(false).flexible(true).delimiter(b';').from_reader(text.as_bytes());
        let plain: Vec<Vec<String>> =
            plain.into_records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect();
        match read_with(text.as_bytes(), b';', &Limits::default()) {
            Ok(records) => prop_assert_eq!(records.into_iter().map(|record| record.2).collect::<Vec<_>>(), plain),
            Err(refusal) if plain.is_empty() => prop_assert_eq!(refusal.code, RefusalCode::Empty),
            Err(refusal) => prop_assert_eq!(refusal.code, RefusalCode::Truncated),
        }
    }
}
