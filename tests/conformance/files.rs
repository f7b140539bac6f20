//! The corpus, and reading one of its files.

use ingest::{Options, Parsed, Quarantined, Refusal, Sink, parse};
use model::facts::{Place, Row};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// A file of the corpus.
pub struct Export {
    /// Its path inside the corpus, with `/`.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What became of a file.
pub enum Outcome {
    /// It was read.
    Read(Box<ReadFile>),
    /// It was refused.
    Refused(Refusal),
}

/// Everything that was handed over of a file.
pub struct ReadFile {
    pub parsed: Parsed,
    pub rows: Vec<Row>,
    pub quarantined: Vec<Quarantined>,
}

/// What another product makes of a file.
pub struct Expectation {
    /// The rows it merged into its findings.
    pub rows: u64,
    /// The titles of its findings.
    pub titles: BTreeSet<String>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/exports")
}

/// All exports, sorted by name. `None` if the corpus is not at hand.
pub fn corpus() -> Option<Vec<Export>> {
    let folder = folder();
    let mut exports = Vec::new();
    let mut open = vec![folder.clone()];
    while let Some(path) = open.pop() {
        for entry in std::fs::read_dir(&path).ok()? {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else if path.parent() != Some(folder.as_path()) {
                let name = path.strip_prefix(&folder).expect("inside").to_string_lossy().replace('\\', "/");
                exports.push(Export { name, bytes: std::fs::read(&path).expect("a readable file") });
            }
        }
    }
    exports.sort_by(|a, b| a.name.cmp(&b.name));
    Some(exports)
}

/// A recording of what a scanner itself wrote. `None` if the recordings are not at hand.
pub fn recording(name: &str) -> Option<ReadFile> {
    let bytes = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/recordings").join(name)).ok()?;
    match read(&bytes) {
        Outcome::Read(file) => Some(*file),
        Outcome::Refused(refusal) => panic!("{name}: {refusal}"),
    }
}

impl ReadFile {
    /// Where each rule was seen: rule, asset, method, path, parameter.
    pub fn places(&self) -> BTreeSet<(&str, &str, &str, &str, &str)> {
        self.rows
            .iter()
            .map(|row| {
                let rule = self.parsed.weaknesses[row.weakness as usize].rule.as_str();
                let asset = self.parsed.assets[row.asset as usize].facts.name.as_str();
                let (method, path, parameter) = match &row.place {
                    Place::Request { method, target, parameter } => {
                        let path = target.split_once('?').map_or(target.as_str(), |(path, _)| path);
                        (method.as_str(), path, parameter.as_str())
                    }
                    _ => ("", "", ""),
                };
                (rule, asset, method, path, parameter)
            })
            .collect()
    }
}

/// Reads a file as the product does.
pub fn read(bytes: &[u8]) -> Outcome {
    #[derive(Default)]
    struct Kept(Vec<Row>, Vec<Quarantined>);

    impl Sink for Kept {
        fn row(&mut self, row: Row) -> ControlFlow<()> {
            self.0.push(row);
            ControlFlow::Continue(())
        }

        fn quarantined(&mut self, quarantined: Quarantined) -> ControlFlow<()> {
            self.1.push(quarantined);
            ControlFlow::Continue(())
        }
    }

    let mut kept = Kept::default();
    let mut input = bytes;
    match parse(&mut input, &Options::default(), &mut kept) {
        Ok(parsed) => Outcome::Read(Box::new(ReadFile { parsed, rows: kept.0, quarantined: kept.1 })),
        Err(refusal) => Outcome::Refused(refusal),
    }
}

/// What another product makes of the corpus, by file. `None` if that is not at hand.
pub fn expectations() -> Option<BTreeMap<String, Expectation>> {
    let text = std::fs::read_to_string(folder().join("expectations.json")).ok()?;
    let all: Value = serde_json::from_str(&text).expect("JSON");
    let derived = all["derived"].as_object().expect("an object");
    let expectation = |value: &Value| {
        let findings = value["findings_list"].as_array()?;
        let titles = findings.iter().filter_map(|finding| finding["title"].as_str());
        let titles = titles.map(|title| title.trim().to_owned()).collect();
        Some(Expectation { rows: value["locations_total"].as_u64()?, titles })
    };
    Some(derived.iter().filter_map(|(name, value)| Some((name.clone(), expectation(value)?))).collect())
}
