//! What the reader of tables makes of quotes, line ends and limits.

use super::*;
use proptest::prelude::*;

/// The records with their lines and offsets, the header first; and why there are no more.
type Read = (Vec<(u64, u64, Vec<String>)>, Option<Refusal>);

fn read_within(text: &str, limits: &Limits) -> Read {
    let mut input = text.as_bytes();
    let mut records = Vec::new();
    let read = Table::new(&mut input, limits, |_| None).and_then(|mut table| {
        loop {
            let cells = table.record().iter().map(str::to_owned).collect();
            let (line, offset) = table.place();
            records.push((line, offset, cells));
            if table.next()?.is_none() {
                return Ok(());
            }
        }
    });
    (records, read.err())
}

fn read(text: &str) -> Read {
    read_within(text, &Limits::default())
}

fn cells(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}

#[test]
fn records_know_where_they_begin_whatever_ends_their_lines() {
    let expected = |offsets: [u64; 2]| {
        vec![(1, 0, cells(&["a", "b"])), (2, offsets[0], cells(&["c\nd", "e"])), (5, offsets[1], cells(&["f", ""]))]
    };
    assert_eq!(read("a,b\n\"c\nd\",e\n\nf,"), (expected([4, 13]), None));
    let (records, refusal) = read("\u{feff}a,b\r\n\"c\nd\",e\r\n\r\nf,\r\n");
    assert_eq!(refusal, None);
    assert_eq!(records[1..], [(2, 8, cells(&["c\nd", "e"])), (5, 19, cells(&["f", ""]))]);
    let (records, _) = read("a,b\rc,d\r");
    assert_eq!(records[1], (1, 4, cells(&["c", "d"])));
}

#[test]
fn quotes_are_taken_as_far_as_they_mean_something() {
    let (records, _) = read("\"a \"\"b\"\" c\",\"d \"e\" f\",g \"h\"\n");
    assert_eq!(records[0].2, cells(&["a \"b\" c", "d e\" f\"", "g \"h\""]));
}

#[test]
fn well_quoted_is_what_the_standard_allows() {
    let well_quoted = |text: &str| {
        let mut input = text.as_bytes();
        Table::new(&mut input, &Limits::default(), |_| None).unwrap().is_well_quoted()
    };
    assert!(["a,b\r\n", "\"a\",\"\",b", "\"a \"\"b\"\"\"\n", ",,\n"].into_iter().all(well_quoted));
    assert!(!["a\"b,c", "\"a\"b,c", "\"a \"b\" c\",d", "a,b\""].into_iter().any(well_quoted));
}

#[test]
fn a_quote_that_stays_open_is_refused_at_its_line() {
    let (records, refusal) = read("a,b\n\"c\n\",\"d\ne,f\ng,h\n");
    assert_eq!(records.len(), 1);
    let refusal = refusal.unwrap();
    assert_eq!(
        (refusal.code, refusal.line, refusal.detail.as_str()),
        (RefusalCode::Truncated, Some(3), "\" (column 2)")
    );
    assert_eq!(read("\"").1.unwrap().code, RefusalCode::Truncated);
    assert_eq!(read("a\n\"b\n\"").1, None);
}

#[test]
fn a_record_can_be_read_again_from_one_of_its_lines() {
    let mut input = "a,b\n1,\"x\n2,y\r\n3,\"\"z\"\"\n4,\"w\"\n".as_bytes();
    let mut table = Table::new(&mut input, &Limits::default(), |_| None).unwrap();
    assert_eq!(table.header(), ["a", "b"].as_slice());
    assert_eq!(table.next().unwrap().map(StringRecord::len), Some(2));
    assert_eq!(table.raw(), b"1,\"x\n2,y\r\n3,\"\"z\"\"\n4,\"w\"\n");
    assert_eq!(table.cells_of("1,\"x\n").len(), 2);
    assert!(table.reread_from(5));
    for (place, cells) in [((3, 9), ["2", "y"]), ((4, 14), ["3", "z\"\""]), ((5, 22), ["4", "w"])] {
        assert_eq!(table.next().unwrap().unwrap(), cells.as_slice());
        assert_eq!(table.place(), place);
    }
    assert!(table.next().unwrap().is_none());
}

#[test]
fn a_record_is_no_larger_than_the_limit() {
    let limits = Limits { max_event: 1000, ..Limits::default() };
    let (records, refusal) = read_within(&format!("a\nb,\"{}", "c\n".repeat(200_000)), &limits);
    let refusal = refusal.unwrap();
    assert_eq!((records.len(), refusal.code, refusal.line), (1, RefusalCode::EventTooLarge, Some(2)));
    let (_, refusal) = read_within(&"c".repeat(400_000), &limits);
    assert_eq!(refusal.unwrap().code, RefusalCode::EventTooLarge);
}

#[test]
fn limits_hold() {
    let code = |text: &str, limits: &Limits| read_within(text, limits).1.map(|refusal| (refusal.code, refusal.line));
    let small = Limits { max_attributes: 2, max_bytes: 10, ..Limits::default() };
    assert_eq!(code("\na,b,c\n", &small), Some((RefusalCode::TooManyAttributes, Some(2))));
    assert_eq!(code("a,b\n1,2,3\n", &small), None);
    assert_eq!(code("a,b\n1,2\n3,4\n", &small).map(|refusal| refusal.0), Some(RefusalCode::TooLarge));
    assert_eq!(code("a,b\n1,\0\n", &small).map(|refusal| refusal.0), Some(RefusalCode::Malformed));
    for empty in ["", "\n\n"] {
        assert_eq!(code(empty, &small).map(|refusal| refusal.0), Some(RefusalCode::Empty));
    }
}

#[test]
fn raw_bytes_and_ends_are_those_of_the_record() {
    let text = "a,b\n\"1\",é\n2,3";
    let mut input = text.as_bytes();
    let mut table = Table::new(&mut input, &Limits::default(), |_| None).unwrap();
    for (raw, unfinished) in [("\"1\",é\n", false), ("2,3", true)] {
        assert!(table.next().unwrap().is_some());
        assert_eq!((std::str::from_utf8(table.raw()).unwrap(), table.ends_unfinished()), (raw, unfinished));
    }
    assert!(table.next().unwrap().is_none() && table.next().unwrap().is_none());
    assert_eq!(table.offset(), text.len() as u64);
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
    fn records_are_those_of_the_csv_crate(text in "[a,\"\r\n é]{0,40}") {
        let plain = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let plain: Vec<Vec<String>> =
            plain.into_records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect();
        match read(&text) {
            (records, None) => prop_assert_eq!(records.into_iter().map(|record| record.2).collect::<Vec<_>>(), plain),
            (_, Some(refusal)) if plain.is_empty() => prop_assert_eq!(refusal.code, RefusalCode::Empty),
            (_, Some(refusal)) => prop_assert_eq!(refusal.code, RefusalCode::Truncated),
        }
    }
}
