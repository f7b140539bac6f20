//! What a scanned site may have put into a scanner's report: markup, script, formulas. It stays text, in every field of every
//! format.

use crate::documents::{Document, Leaf, Syntax, documents};
use crate::support::{File, read_bytes};
use ingest::{Options, Refusal};
use model::facts::Place;

/// What browsers and spreadsheets act upon.
const PAYLOADS: [&str; 5] = [
    "<script>alert(77)</script>",
    "<svg onload=alert(77)>",
    "\"'><iframe srcdoc=alert(77)>",
    "&lt;script&gt;alert(77)&lt;/script&gt;",
    "=HYPERLINK(\"e.example\";alert(77))",
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

/// Writes one more text into one field at a time, all over each document.
fn each_field(more: &str, mut look: impl FnMut(&Document, &Leaf, Result<File, Refusal>)) {
    for document in documents() {
        let leaves = document.leaves();
        for leaf in leaves.iter().step_by(leaves.len().div_ceil(40).max(1)) {
            let changed = document.with(leaf, more);
            // `read_bytes` checks that the rows add up.
            look(&document, leaf, read_bytes(changed.as_bytes(), &Options::default()));
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
            // Quotes that are broken on purpose leave it open where a cell ends.
            if document.name.ends_with("broken_rows.csv") {
                return;
            }
            let texts = texts(&file);
            let with: Vec<&String> = texts.iter().filter(|text| text.contains("alert(77)")).collect();
            for text in &with {
                // Behind the last slash of its id, a run of SARIF is told from others like it (3.17.3): that is not its name.
                let name = payload.rsplit_once('/').filter(|_| document.format == "SARIF").map(|(name, _)| name);
                let mut kept = [Some(payload.as_str()), Some(&plain), name].into_iter().flatten();
                assert!(
                    kept.any(|kept| text.contains(kept)),
                    "{} at {:?}: {payload} became {text}",
                    document.name,
                    leaf.range
                );
            }
            met += with.len();
        });
        assert!(met > 50, "{payload} was met {met} times only");
    }
}

/// The format whose rows are made of what its values say.
const NMAP: &str = "Nmap XML";

#[test]
fn a_field_that_says_more_changes_no_count() {
    each_field(" <p>&amp;", |document, leaf, file| {
        let Ok(file) = file else { return };
        // What joins parts of a file to one row, and a row of empty cells, say something else by saying more.
        let told = &document.text[leaf.range.clone()];
        let number = told.rsplit('/').next().unwrap().bytes().all(|byte| byte.is_ascii_digit());
        let joined = document.syntax == Syntax::Html && number || document.name.ends_with("rest.json");
        // What Nmap found is told by words and numbers alone: a state, a grade, the bits of a key.
        let joined = joined || document.format == NMAP;
        if joined || (document.syntax == Syntax::Csv && told.is_empty()) {
            return;
        }
        let whole = read_bytes(document.text.as_bytes(), &Options::default()).unwrap();
        assert_eq!(file.parsed.rows, whole.parsed.rows, "{} at {:?}", document.name, leaf.range);
    });
}

#[test]
fn an_include_includes_nothing() {
    let include =
        "<xi:include xmlns:xi=\"http://www.w3.org/2001/XInclude\" href=\"file:///etc/passwd\" parse=\"text\"/>";
    for document in documents().iter().filter(|document| document.syntax == Syntax::Xml) {
        let whole = read_bytes(document.text.as_bytes(), &Options::default()).unwrap();
        let places = document.leaves().into_iter().map(|leaf| leaf.range.end);
        for at in places.filter(|at| document.text[*at..].starts_with('<')) {
            let (before, after) = document.text.split_at(at);
            let file = read_bytes(format!("{before}{include}{after}").as_bytes(), &Options::default()).unwrap();
            // Inside a text it is markup that was not escaped, and stays: of the file that it names, nothing is seen.
            let same = file.parsed.rows == whole.parsed.rows || document.format == NMAP;
            assert!(same, "{} at {at}: {}, not {}", document.name, file.parsed.rows, whole.parsed.rows);
            assert!(texts(&file).iter().all(|text| !text.contains("root:")), "{} at {at}", document.name);
        }
    }
}
