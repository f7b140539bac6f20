//! The fixtures of every format as documents that can be written anew with something else inside.
//!
//! Nothing here knows a format: a new one is covered as soon as it has a fixture.

use crate::support::{folder, read_bytes};
use ingest::{HEAD, Options, recognize};
use std::ops::Range;
use std::path::PathBuf;

/// How a document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    Xml,
    /// Has no entities of its own, and no part of it can be declared.
    Html,
    Json,
    /// A table with commas.
    Csv,
}

/// A fixture that is read, in UTF-8.
pub struct Document {
    pub format: &'static str,
    pub syntax: Syntax,
    pub name: String,
    pub text: String,
}

/// A value in a document: where it stands, and how another is written there.
pub struct Leaf {
    pub range: Range<usize>,
    syntax: Syntax,
    /// In an attribute of XML, or between quotes of a table.
    quoted: bool,
}

/// All fixtures that are read.
pub fn documents() -> Vec<Document> {
    let mut found: Vec<Document> = files().into_iter().filter_map(|path| document(&path)).collect();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

/// The first fixture of each format and syntax that has a row.
pub fn one_of_each() -> Vec<Document> {
    let mut found: Vec<Document> = Vec::new();
    for document in documents() {
        let known = found.iter().any(|other| other.format == document.format && other.syntax == document.syntax);
        let rows = || read_bytes(document.text.as_bytes(), &Options::default()).unwrap().parsed.sightings();
        if !known && rows() > 0 {
            found.push(document);
        }
    }
    found
}

/// Every file below the fixtures.
pub fn files() -> Vec<PathBuf> {
    let (mut found, mut open) = (Vec::new(), vec![folder()]);
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { open.push(path) } else { found.push(path) }
        }
    }
    found
}

fn document(path: &PathBuf) -> Option<Document> {
    let bytes = std::fs::read(path).unwrap();
    let recognized = recognize(&bytes[..bytes.len().min(HEAD)]).ok()?;
    let file = read_bytes(&bytes, &Options::default()).ok()?;
    // Where markup was not escaped, it is not for certain where a value ends.
    if file.parsed.scan.remarks.iter().any(|remark| remark.code == "less_than_kept_literally") {
        return None;
    }
    let text = String::from_utf8(bytes).ok()?;
    let declared = text.lines().next()?.to_ascii_lowercase();
    if declared.contains("encoding=") && !declared.contains("utf-8") {
        return None;
    }
    let syntax = match text.trim_start_matches('\u{feff}').trim_start().chars().next()? {
        '<' if recognized.name.contains("HTML") => Syntax::Html,
        '<' => Syntax::Xml,
        '{' | '[' => Syntax::Json,
        // Read as tables with commas are, once the separator is known.
        _ if declared.contains([';', '\t']) => return None,
        _ => Syntax::Csv,
    };
    Some(Document { format: recognized.name, syntax, name: path.display().to_string(), text })
}

impl Document {
    /// The values that stand in the document.
    pub fn leaves(&self) -> Vec<Leaf> {
        match self.syntax {
            Syntax::Xml | Syntax::Html => xml_leaves(&self.text, self.syntax),
            Syntax::Json => json_leaves(&self.text),
            Syntax::Csv => csv_leaves(&self.text),
        }
    }

    /// The document with `more` behind one of its values.
    pub fn with(&self, leaf: &Leaf, more: &str) -> String {
        let (before, after) = self.text.split_at(leaf.range.end);
        format!("{before}{}{after}", leaf.written(more))
    }

    /// What comes before the root element's start tag, and the rest.
    pub fn split_root(&self) -> (&str, &str) {
        let starts = |at: &usize| self.text[at + 1..].starts_with(|first: char| first.is_ascii_alphabetic());
        let in_comment = |at: usize| self.text[..at].matches("<!--").count() > self.text[..at].matches("-->").count();
        let in_subset = |at: usize| self.text[..at].contains('[') && !self.text[..at].contains("]>");
        let roots = self.text.match_indices('<').map(|(at, _)| at);
        self.text.split_at(roots.filter(starts).find(|at| !in_comment(*at) && !in_subset(*at)).unwrap())
    }

    /// The document up to the place where another child of the root, or another field of its last object, may stand.
    pub fn opened(&self) -> String {
        match self.syntax {
            Syntax::Xml => {
                let (before, root) = self.split_root();
                format!("{before}{}", &root[..=root.find('>').unwrap()])
            }
            Syntax::Html => self.text[..self.text.rfind("</body>").unwrap()].to_owned(),
            Syntax::Json => format!("{},", &self.text[..self.text.rfind('}').unwrap()]),
            Syntax::Csv => self.text[..=self.text.find('\n').unwrap()].to_owned(),
        }
    }
}

impl Leaf {
    fn written(&self, value: &str) -> String {
        match (self.syntax, self.quoted) {
            (Syntax::Xml | Syntax::Html, _) => {
                value.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;").replace('\'', "&apos;")
            }
            (Syntax::Json, _) => {
                let quoted = serde_json::to_string(value).unwrap();
                quoted[1..quoted.len() - 1].to_owned()
            }
            (Syntax::Csv, true) => value.replace('"', "\"\""),
            (Syntax::Csv, false) => value.replace([',', '"', '\n'], " "),
        }
    }
}

/// Texts between tags, and attributes' values. CDATA is left alone.
fn xml_leaves(text: &str, syntax: Syntax) -> Vec<Leaf> {
    let leaf = |range, quoted| Leaf { range, syntax, quoted };
    let mut leaves = Vec::new();
    let mut at = 0;
    while let Some(open) = text[at..].find('<').map(|open| at + open) {
        if !text[at..open].trim().is_empty() {
            leaves.push(leaf(at..open, false));
        }
        let rest = &text[open..];
        let end = ["<!--:-->", "<![CDATA[:]]>", "<?:?>", "<!DOCTYPE:]>"]
            .iter()
            .filter_map(|pair| pair.split_once(':'))
            .find(|(begin, _)| rest.starts_with(begin))
            // A document type without a subset of its own ends as a tag does.
            .filter(|(_, end)| *end != "]>" || rest.find('[') < rest.find('>') && rest.contains('['))
            .map_or(">", |(_, end)| end);
        let close = open + rest.find(end).unwrap() + end.len();
        if end == ">" {
            let mut from = open;
            while let Some(start) = text[from..close].find(['"', '\'']).map(|quote| from + quote + 1) {
                let quote = &text[start - 1..start];
                let stop = start + text[start..].find(quote).unwrap();
                leaves.push(leaf(start..stop, true));
                from = stop + 1;
            }
        }
        at = close;
    }
    leaves
}

/// Strings that are no keys.
fn json_leaves(text: &str) -> Vec<Leaf> {
    let mut leaves = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find('"').map(|quote| at + quote + 1) {
        let mut escaped = false;
        let length = text[start..].bytes().position(|byte| {
            let ends = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            ends
        });
        let end = start + length.unwrap();
        if !text[end + 1..].trim_start().starts_with(':') {
            leaves.push(Leaf { range: start..end, syntax: Syntax::Json, quoted: true });
        }
        at = end + 1;
    }
    leaves
}

/// The cells below the head.
fn csv_leaves(text: &str) -> Vec<Leaf> {
    let mut leaves = Vec::new();
    let (mut start, mut open, mut quoted) = (0, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'"' => (open, quoted) = (!open, true),
            b',' | b'\n' if !open => {
                let end = at - usize::from(text[..at].ends_with('\r'));
                let end = if quoted { text[..end].rfind('"').unwrap() } else { end };
                leaves.push(Leaf { range: start..end.max(start), syntax: Syntax::Csv, quoted });
                (start, quoted) = (at + 1, false);
            }
            _ => {}
        }
    }
    let below = text.find('\n').unwrap_or(text.len());
    leaves.retain(|leaf| leaf.range.start > below);
    leaves
}
