//! Files of a gigabyte with one part of 900 MB, made while they are read: refused long before, in memory that does not grow with
//! them.

use crate::documents::{Document, Leaf, Syntax, one_of_each};
use crate::support::Kept;
use flate2::Compression;
use flate2::read::GzEncoder;
use ingest::{Limits, Options, Refusal, RefusalCode, parse, unwrapped};
use std::cell::Cell;
use std::io::{self, Cursor, Read};

/// The part that is too large.
const LARGE: u64 = 900 << 20;

/// Bytes that may be read beyond what a limit allows: the head, and what is read at once.
const AHEAD: u64 = 1 << 20;

/// A beginning, and then the same piece over and over. Counts what is taken.
struct Endless<'a> {
    beginning: Cursor<Vec<u8>>,
    piece: Vec<u8>,
    at: usize,
    left: u64,
    taken: &'a Cell<u64>,
}

impl<'a> Endless<'a> {
    fn new(beginning: &str, piece: &str, taken: &'a Cell<u64>) -> Self {
        taken.set(0);
        // Many pieces at once, so that making them takes no time.
        let piece = piece.repeat((64 << 10) / piece.len() + 1).into_bytes();
        Self { beginning: Cursor::new(beginning.as_bytes().to_vec()), piece, at: 0, left: LARGE, taken }
    }
}

impl Read for Endless<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut read = self.beginning.read(out)?;
        if read == 0 {
            let piece = &self.piece[self.at..];
            read = piece.len().min(out.len()).min(usize::try_from(self.left).unwrap());
            out[..read].copy_from_slice(&piece[..read]);
            self.at = (self.at + read) % self.piece.len();
            self.left -= read as u64;
        }
        self.taken.set(self.taken.get() + read as u64);
        Ok(read)
    }
}

fn refused(input: &mut dyn Read, limits: Limits) -> Refusal {
    parse(input, &Options { limits, ..Options::default() }, &mut Kept::default()).unwrap_err()
}

/// Refuses a document that goes on with one piece, and checks how much was read of it.
fn check(document: &Document, beginning: &str, piece: &str, limits: Limits, code: RefusalCode, most: u64) {
    let taken = Cell::new(0);
    let refusal = refused(&mut Endless::new(beginning, piece, &taken), limits);
    let case = format!("{} + {:?} …", document.name, piece.chars().take(20).collect::<String>());
    assert_eq!(refusal.code, code, "{case}: {refusal}");
    assert!(taken.get() < most + AHEAD, "{case}: {} bytes were read", taken.get());
}

fn of_syntax(syntax: Syntax) -> impl Iterator<Item = Document> {
    one_of_each().into_iter().filter(move |document| document.syntax == syntax)
}

/// Limits of a size at which many cases take no time.
const SMALL: Limits = Limits {
    max_bytes: u64::MAX,
    max_event: 256 << 10,
    max_depth: 256,
    max_rows: 1_000_000,
    max_attributes: 256,
    max_entries: 1_000,
};

#[test]
fn a_gigabyte_with_one_large_part_is_refused_after_a_hundredth_of_it() {
    let limits = Limits::default();
    for document in one_of_each() {
        let begin = match document.syntax {
            Syntax::Xml | Syntax::Html => "<x>",
            Syntax::Json => "\"x\": \"",
            Syntax::Csv => "\"",
        };
        let beginning = format!("{}{begin}", document.opened());
        check(&document, &beginning, "text ", limits, RefusalCode::EventTooLarge, limits.max_event as u64);
    }
}

#[test]
fn any_part_is_refused_when_it_reaches_the_limit() {
    let limits = SMALL;
    let large = |document: &Document, begin: &str, piece: &str| {
        let beginning = format!("{}{begin}", document.opened());
        check(document, &beginning, piece, limits, RefusalCode::EventTooLarge, limits.max_event as u64);
    };
    for document in of_syntax(Syntax::Xml) {
        for (begin, piece) in [
            ("<x>", "text "),
            ("<x a='", "value "),
            ("<x a='", "&lt;"),
            ("<x", "name"),
            ("<x", " a='1'"),
            ("</x", "name"),
            ("<!--", " comment "),
            ("<?x ", "instruction "),
            ("<x><![CDATA[", "<raw>"),
            ("", " \n"),
            ("&", "reference"),
        ] {
            large(&document, begin, piece);
        }
        let (before, _) = document.split_root();
        let doctype = format!("{}<!DOCTYPE x [<!-- ", before.split("<!DOCTYPE").next().unwrap());
        // The head holds no root.
        check(&document, &doctype, " comment ", limits, RefusalCode::NotAScan, 0);
    }
    for document in of_syntax(Syntax::Html) {
        for (begin, piece) in [
            ("<x>", "text "),
            ("<x a='", "value "),
            ("<x a='", "&lt;"),
            ("<x", "name"),
            ("</x", "name"),
            ("<!--", " comment "),
            ("<?x ", "instruction "),
            ("<script>", "<raw>"),
            ("", " \n"),
            ("&", "reference"),
        ] {
            large(&document, begin, piece);
        }
    }
    for document in of_syntax(Syntax::Json) {
        for (begin, piece) in [
            ("\"x\": \"", "text "),
            ("\"x\": \"", "\\n"),
            ("\"x\": \"", "\\u00e9"),
            ("\"x\": ", "1234567890"),
            ("\"x\": ", "  "),
            ("\"", "key "),
            ("\"x\": \"", "\\\""),
        ] {
            large(&document, begin, piece);
        }
    }
    for document in of_syntax(Syntax::Csv) {
        large(&document, "\"", "cell ");
        large(&document, "\"", "cell\n");
        large(&document, "", "cell");
    }
}

#[test]
fn a_field_of_a_row_is_refused_as_well() {
    let limits = SMALL;
    for document in one_of_each() {
        // Values in the head decide what the file is: they are shorter than the head.
        let leaves = document.leaves();
        for leaf in leaves.iter().skip(leaves.len() / 2).step_by(5) {
            let beginning = &document.text[..leaf.range.end];
            // What counts is the text: a reference has more bytes than it stands for.
            for (piece, times) in [("text ", 1), ("&amp;", 5)] {
                let most = times * limits.max_event as u64;
                check(&document, beginning, piece, limits, RefusalCode::EventTooLarge, most);
            }
        }
    }
}

#[test]
fn nesting_is_refused_at_once() {
    for document in one_of_each() {
        let (begin, pieces): (&str, &[&str]) = match document.syntax {
            Syntax::Xml | Syntax::Html => ("", &["<x>", "<x a='1'>", "<x>text"]),
            Syntax::Json => ("\"x\": ", &["[", "{\"x\":", "[{\"x\":"]),
            Syntax::Csv => continue,
        };
        for piece in pieces {
            let beginning = format!("{}{begin}", document.opened());
            check(&document, &beginning, piece, Limits::default(), RefusalCode::TooDeep, 0);
        }
    }
}

#[test]
fn a_million_attributes_are_refused() {
    let limits = Limits::default();
    let attributes = |count: u32| (0..count).map(|at| format!(" a{at}=''")).collect::<String>();
    for document in of_syntax(Syntax::Xml) {
        let tag = format!("{}<x", document.opened());
        let few = format!("{tag}{}>", attributes(300));
        check(&document, &few, "<y/>", limits, RefusalCode::TooManyAttributes, 0);
        let many = format!("{tag}{}>", attributes(500_000));
        check(&document, &many, "<y/>", limits, RefusalCode::TooManyAttributes, limits.max_event as u64);
        let million = format!("{tag}{}>", attributes(1_000_000));
        check(&document, &million, "<y/>", limits, RefusalCode::EventTooLarge, limits.max_event as u64);
    }
    for document in of_syntax(Syntax::Html) {
        for tag in ["<x", "</x"] {
            let beginning = format!("{}{tag}", document.opened());
            for piece in [" a", " a=1", " a='1'", " a=\"1\"", "/a"] {
                check(&document, &beginning, piece, limits, RefusalCode::TooManyAttributes, 0);
            }
        }
    }
}

#[test]
fn a_row_of_many_parts_ends_somewhere() {
    // The rows' own limit is a multiple of the events': made small here, because every part is looked at.
    let limits = Limits { max_event: 16 << 10, ..Limits::default() };
    for document in of_syntax(Syntax::Xml) {
        let leaves = document.leaves();
        let in_row = |leaf: &&Leaf| {
            let after = &document.text[leaf.range.end..];
            after.starts_with("</") && !after.starts_with("</weather>")
        };
        let last = leaves.iter().rev().find(in_row);
        // A row of JUnit's has no parts: an attribute and one text say everything.
        let Some(last) = last else { continue };
        let element = document.text[..last.range.start].rfind('<').unwrap();
        let beginning = &document.text[..element];
        let (name, _) = document.text[element + 1..last.range.start].split_once(['>', ' ']).unwrap();
        let piece = format!("<{name}>text</{name}><x>text</x>");
        check(&document, beginning, &piece, limits, RefusalCode::EventTooLarge, 32 * limits.max_event as u64);
    }
}

#[test]
fn compressed_files_are_stopped_by_the_same_limits() {
    let limits = Limits::default();
    for document in one_of_each() {
        let begin = match document.syntax {
            Syntax::Xml | Syntax::Html => "<x>",
            Syntax::Json => "\"x\": \"",
            Syntax::Csv => "\"",
        };
        let taken = Cell::new(0);
        let plain = Endless::new(&format!("{}{begin}", document.opened()), "text ", &taken);
        let mut input = unwrapped(GzEncoder::new(plain, Compression::fast())).unwrap();
        let refusal = refused(&mut input, limits);
        assert_eq!(refusal.code, RefusalCode::EventTooLarge, "{}: {refusal}", document.name);
        // The compressor takes in more than comes out of the other end.
        assert!(taken.get() < 4 * limits.max_event as u64, "{}: {} bytes were read", document.name, taken.get());
    }
}
