//! What a scanned site may have put into a scanner's report: markup, script, formulas. It stays text, in every field of every
//! format.

use crate::documents::{Document, Leaf, documents};
use crate::support::{File, read_bytes};
use ingest::{Options, Refusal};
use model::facts::Place;

/// What browsers and spreadsheets act upon.
const PAYLOADS: [&str; 5] = [
    "<script>alert(1)</script>",
    "<svg onload=alert(1)>",
    "\"'><iframe srcdoc=alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "=HYPERLINK(\"e.example\";alert(1))",
];

/// Every text that was handed over.
fn texts(file: &File) -> Vec<String> {
    let mut texts = Vec::new();
    for row in &file.kept.rows {
        texts.extend(row.evidence.iter().map(|part| part.text.clone()));
        texts.extend([&row.confidence, &row.serial].into_iter().flatten().cloned());
        match row.place.clone() {
            Place::Port { protocol, service, .. } => texts.extend([protocol, service]),
            Place::Request { method, target, parameter } => texts.extend([method, target, parameter]),
            Place::Insertion { path, point } => texts.extend([path, point]),
            Place::Code { path, fingerprint, .. } => texts.extend([path, fingerprint]),
            Place::Whole => {}
        }
    }
    for weakness in &file.parsed.weaknesses {
        let prose = weakness.prose.clone();
        texts.extend([prose.synopsis, prose.description, prose.solution, prose.references]);
        texts.extend([
            weakness.title.clone(),
            weakness.family.clone(),
            weakness.kind.clone(),
            weakness.service.clone(),
        ]);
        texts.extend(weakness.cvss.iter().cloned());
    }
    let scan = &file.parsed.scan;
    texts.extend([scan.name.clone(), scan.policy.clone(), scan.tool_version.clone()]);
    texts
}

/// Writes one more text into one field at a time.
fn each_field(more: &str, mut look: impl FnMut(&Document, &Leaf, Result<File, Refusal>)) {
    for document in documents() {
        for leaf in document.leaves() {
            let changed = document.with(&leaf, more);
            // `read_bytes` checks that the rows add up.
            look(&document, &leaf, read_bytes(changed.as_bytes(), &Options::default()));
        }
    }
}

#[test]
fn payloads_stay_text_in_every_field() {
    for payload in PAYLOADS {
        // HTML's references are read, as its paragraphs are: what they stand for is text again. Some words are made lower case.
        let payload = payload.to_ascii_lowercase();
        let plain = payload.replace("&lt;", "<").replace("&gt;", ">");
        let mut met = 0;
        each_field(&payload, |document, leaf, file| {
            let Ok(file) = file else { return };
            let texts = texts(&file);
            let with: Vec<&String> = texts.iter().filter(|text| text.contains("alert(1)")).collect();
            for text in &with {
                let kept = text.contains(&payload) || text.contains(&plain);
                assert!(kept, "{} at {:?}: {payload} became {text}", document.name, leaf.range);
            }
            met += with.len();
        });
        assert!(met > 50, "{payload} was met {met} times only");
    }
}

#[test]
fn a_field_that_says_more_changes_no_count() {
    each_field(" <p>&amp;", |document, leaf, file| {
        let Ok(file) = file else { return };
        let whole = read_bytes(document.text.as_bytes(), &Options::default()).unwrap();
        assert_eq!(file.parsed.rows, whole.parsed.rows, "{} at {:?}", document.name, leaf.range);
    });
}

#[test]
fn an_include_is_an_element_like_others() {
    let include =
        "<xi:include xmlns:xi=\"http://www.w3.org/2001/XInclude\" href=\"file:///etc/passwd\" parse=\"text\"/>";
    for document in documents().iter().filter(|document| document.text.starts_with('<')) {
        let whole = read_bytes(document.text.as_bytes(), &Options::default()).unwrap();
        let places = document.leaves().into_iter().map(|leaf| leaf.range.end);
        for at in places.filter(|at| document.text[*at..].starts_with('<')) {
            let (before, after) = document.text.split_at(at);
            let file = read_bytes(format!("{before}{include}{after}").as_bytes(), &Options::default()).unwrap();
            assert_eq!(file.kept.rows, whole.kept.rows, "{} at {at}", document.name);
            assert_eq!(file.parsed.weaknesses, whole.parsed.weaknesses, "{} at {at}", document.name);
        }
    }
}
