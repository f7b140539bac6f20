//! What the fuzzer found worth keeping, and every fixture, given to every format's parser.

#[path = "../../fuzz/src/lib.rs"]
mod invariants;

use crate::documents::{documents, files};
use ingest::FORMATS;
use invariants::{check, slug};
use std::path::Path;

/// Bytes that the corpus may have in all: it is read by people's tools on every clone.
const MAX_CORPUS: usize = 200 << 10;

#[test]
fn every_parser_survives_every_file() {
    for path in files() {
        let bytes = std::fs::read(&path).unwrap();
        for format in FORMATS {
            // Whatever is asserted is asserted inside.
            let _ = check(*format, &bytes);
        }
    }
    for document in documents().iter().filter(|document| document.text.len() < 16 << 10) {
        let format = FORMATS.iter().find(|format| format.name() == document.format).unwrap();
        assert!(check(*format, document.text.as_bytes()).is_ok(), "{} under small limits", document.name);
    }
}

#[test]
fn the_corpus_is_small_and_holds() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    let mut size = 0;
    for folder in std::fs::read_dir(corpus).unwrap() {
        let folder = folder.unwrap();
        let name = folder.file_name().to_string_lossy().into_owned();
        let format = FORMATS.iter().find(|format| slug(**format) == name);
        let format = format.unwrap_or_else(|| panic!("fuzz/corpus/{name} is of no format"));
        for file in std::fs::read_dir(folder.path()).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            size += bytes.len();
            let _ = check(*format, &bytes);
        }
    }
    assert!(size <= MAX_CORPUS, "the corpus has {size} bytes: `cargo fuzz cmin`");
}

#[test]
fn formats_are_told_apart_by_their_slugs() {
    for format in FORMATS {
        let found = invariants::format_of(&slug(*format)).map(|format| format.name());
        assert_eq!(found, Some(format.name()));
    }
}
