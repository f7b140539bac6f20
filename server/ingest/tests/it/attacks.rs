//! Known attacks on readers of XML and JSON, tried on every format.

use crate::documents::{Document, Leaf, Syntax, documents, one_of_each};
use crate::support::{File, read_bytes};
use ingest::{Options, Refusal, RefusalCode};
use model::facts::EvidenceKind;

fn read(text: &str) -> Result<File, Refusal> {
    read_bytes(text.as_bytes(), &Options::default())
}

/// A copy of every XML fixture with a DOCTYPE of its own and a reference in one of its texts.
fn with_doctype(doctype: &str, reference: &str, mut look: impl FnMut(&Document, Result<File, Refusal>)) {
    for document in documents().iter().filter(|document| document.syntax == Syntax::Xml) {
        let (_, root) = document.split_root();
        let text = root.rfind("</").unwrap();
        let (before, after) = root.split_at(text);
        look(document, read(&format!("<?xml version=\"1.0\"?>\n{doctype}\n{before}<x>{reference}</x>{after}")));
    }
}

#[test]
fn entities_and_external_parts_are_refused_before_anything_is_read() {
    let laughs =
        (1..10).map(|at| format!("<!ENTITY l{at} \"{}\">", format!("&l{};", at - 1).repeat(10))).collect::<String>();
    for (doctype, reference, code) in [
        ("<!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>", "&x;", RefusalCode::EntityDeclared),
        ("<!DOCTYPE r [<!ENTITY x SYSTEM \"http://e.example/x\">]>", "&x;", RefusalCode::EntityDeclared),
        ("<!DOCTYPE r [<!ENTITY x PUBLIC \"-//E\" \"http://e.example/x\">]>", "&x;", RefusalCode::EntityDeclared),
        ("<!DOCTYPE r [<!ENTITY % p SYSTEM \"http://e.example/p\"> %p;]>", "", RefusalCode::EntityDeclared),
        ("<!DOCTYPE r [%p;]>", "", RefusalCode::EntityDeclared),
        ("<!DOCTYPE r [<!ELEMENT r ANY> <!-- > --> <!ENTITY x 'y'>]>", "&x;", RefusalCode::EntityDeclared),
        (&format!("<!DOCTYPE r [<!ENTITY l0 \"lol\">{laughs}]>"), "&l9;", RefusalCode::EntityDeclared),
        (&format!("<!DOCTYPE r [<!ENTITY q \"{}\">]>", "q".repeat(20_000)), "&q;&q;", RefusalCode::EntityDeclared),
        ("<!DOCTYPE r SYSTEM \"http://e.example/r.dtd\">", "", RefusalCode::ExternalDtd),
        ("<!DOCTYPE r SYSTEM 'file:///dev/random'>", "", RefusalCode::ExternalDtd),
        ("<!DOCTYPE r PUBLIC \"-//E//DTD\" \"r.dtd\" [<!ELEMENT r ANY>]>", "", RefusalCode::ExternalDtd),
        ("<!DOCTYPE r [<!NOTATION n SYSTEM \"n\">]>", "", RefusalCode::Malformed),
        ("<!DOCTYPE r>\n<!DOCTYPE r>", "", RefusalCode::Malformed),
    ] {
        with_doctype(doctype, reference, |document, file| {
            let refusal = file.err().unwrap_or_else(|| panic!("{} with {doctype} was read", document.name));
            assert_eq!(refusal.code, code, "{} with {doctype}: {refusal}", document.name);
        });
    }
}

#[test]
fn references_to_nothing_stay_as_they_are() {
    let whole = |document: &Document| read(&document.text).unwrap().kept.rows;
    with_doctype("<!DOCTYPE r>", "&l9;&#0;&#xD800;&#x110000;&#99999999999;", |document, file| {
        assert_eq!(file.unwrap().kept.rows, whole(document), "{}", document.name);
    });
    with_doctype("<?xml-stylesheet href=\"http://e.example/x.xsl\"?>", "", |document, file| {
        assert_eq!(file.unwrap().kept.rows, whole(document), "{}", document.name);
    });
}

#[test]
fn a_reference_to_a_reference_is_resolved_once() {
    for document in documents().iter().filter(|document| document.syntax == Syntax::Xml) {
        for leaf in document.leaves() {
            let (before, after) = document.text.split_at(leaf.range.end);
            let Ok(file) = read(&format!("{before}&amp;amp;lt;wry{after}")) else { continue };
            for row in &file.kept.rows {
                assert!(
                    row.evidence.iter().all(|part| !part.text.contains("<wry")),
                    "{} {:?}",
                    document.name,
                    leaf.range
                );
            }
        }
    }
}

/// One document for every value, with bytes written behind it as they are.
fn spoiled<'a>(document: &'a Document, bytes: &'a [u8]) -> impl Iterator<Item = (Leaf, Vec<u8>)> + 'a {
    document.leaves().into_iter().map(move |leaf| {
        let (before, after) = document.text.as_bytes().split_at(leaf.range.end);
        let spoiled = [before, bytes, after].concat();
        (leaf, spoiled)
    })
}

#[test]
fn zero_bytes_are_refused_or_shown() {
    for document in documents() {
        for (leaf, bytes) in spoiled(&document, b"\0") {
            match read_bytes(&bytes, &Options::default()) {
                Ok(file) => {
                    // Burp writes bodies as they are.
                    let kept =
                        file.kept.rows.iter().flat_map(|row| &row.evidence).all(|part| !part.text.contains('\0'));
                    assert!(kept && document.format.contains("Burp"), "{} at {:?}", document.name, leaf.range);
                }
                Err(refusal) => {
                    let codes = [RefusalCode::Malformed, RefusalCode::NotAScan];
                    assert!(codes.contains(&refusal.code), "{} at {:?}: {refusal}", document.name, leaf.range);
                }
            }
        }
    }
}

#[test]
fn bytes_that_are_no_utf_8_are_replaced_and_told() {
    for document in one_of_each() {
        // In a table or JSON they mean that the whole is in another encoding, unless they come late.
        let padding = if document.syntax == Syntax::Xml { String::new() } else { " ".repeat(2 * ingest::HEAD) };
        let (head, last) = document.text.split_at(document.text.trim_end().len() - 1);
        let padded = Document { text: format!("{head}{padding}{last}"), name: document.name.clone(), ..document };
        for bad in [&b"\xff"[..], b"\xc0\xaf", b"\xed\xa0\x80", b"\xf5\x80\x80\x80", b"\xe2\x28\xa1", b"\xc3"] {
            for (leaf, bytes) in spoiled(&padded, bad).step_by(29) {
                let Ok(file) = read_bytes(&bytes, &Options::default()) else { continue };
                let told = |code: &str| file.parsed.scan.remarks.iter().any(|remark| remark.code == code);
                let declared = padded.syntax != Syntax::Xml;
                assert!(declared || told("bytes_replaced"), "{} at {:?}: {bad:?}", padded.name, leaf.range);
            }
        }
    }
}

#[test]
fn lone_surrogates_are_no_text() {
    for document in one_of_each() {
        // As UTF-16: one half of a pair is replaced.
        let wide: Vec<u16> = document.text.encode_utf16().collect();
        let row = document.leaves().pop().unwrap().range.end;
        let at = document.text[..row].encode_utf16().count();
        for half in [0xd800, 0xdfff] {
            let units = [&[0xfeff], &wide[..at], &[half], &wide[at..]].concat();
            let bytes: Vec<u8> = units.into_iter().flat_map(u16::to_le_bytes).collect();
            let declared = document.text.lines().next().unwrap().contains("encoding");
            match read_bytes(&bytes, &Options::default()) {
                Ok(file) => {
                    let remarks = file.parsed.scan.remarks;
                    assert!(remarks.iter().any(|remark| remark.code == "bytes_replaced"), "{}", document.name);
                }
                Err(refusal) => panic!("{} (declared: {declared}): {refusal}", document.name),
            }
        }
        // As an escape, which JSON's grammar allows and no text can hold (RFC 8259, 8.2).
        if document.syntax == Syntax::Json {
            for half in [&b"\\ud800"[..], b"\\udfff", b"\\ud800\\u0041"] {
                for (leaf, bytes) in spoiled(&document, half) {
                    match read_bytes(&bytes, &Options::default()) {
                        // Nobody reads that field.
                        Ok(_) => {}
                        Err(refusal) => {
                            assert_eq!(refusal.code, RefusalCode::Malformed, "{} at {:?}", document.name, leaf.range);
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn a_key_that_comes_twice_makes_no_row_twice() {
    // What is kept besides is kept as often as it is told.
    let rows = |file: &File| {
        let mut rows = file.kept.rows.clone();
        rows.iter_mut().for_each(|row| row.evidence.retain(|part| part.kind != EvidenceKind::Field));
        rows
    };
    for document in documents().iter().filter(|document| document.syntax == Syntax::Json) {
        let whole = read(&document.text).unwrap();
        for leaf in document.leaves() {
            let start = leaf.range.start - 1;
            let before = document.text[..start].trim_end();
            let Some(key) = before.strip_suffix(':').and_then(|key| key.trim_end().strip_suffix('"')) else { continue };
            let key = &key[key.rfind('"').unwrap() + 1..];
            let value = &document.text[start..=leaf.range.end];
            let (before, after) = document.text.split_at(leaf.range.end + 1);
            match read(&format!("{before}, \"{key}\": {value}{after}")) {
                Ok(twice) => {
                    assert_eq!(rows(&twice), rows(&whole), "{}: {key}", document.name);
                    assert_eq!(twice.parsed.rows, whole.parsed.rows, "{}: {key}", document.name);
                }
                // Records that are held whole take no key twice (RFC 8259, 4: names should be unique).
                Err(refusal) => {
                    assert_eq!(refusal.code, RefusalCode::Malformed, "{}: {key}", document.name);
                    assert!(refusal.detail.starts_with("duplicate field"), "{}: {refusal}", document.name);
                }
            }
        }
    }
}
