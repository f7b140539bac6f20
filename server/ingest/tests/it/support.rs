//! Reading fixtures.

use ingest::{Options, Parsed, Quarantined, Refusal, Sink, parse};
use model::facts::{AssetFacts, EvidenceKind, Place, Row, WeaknessFacts};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// Everything that a parser hands over.
#[derive(Default)]
pub struct Kept {
    pub rows: Vec<Row>,
    pub quarantined: Vec<Quarantined>,
}

impl Sink for Kept {
    fn row(&mut self, row: Row) -> ControlFlow<()> {
        self.rows.push(row);
        ControlFlow::Continue(())
    }

    fn quarantined(&mut self, quarantined: Quarantined) -> ControlFlow<()> {
        self.quarantined.push(quarantined);
        ControlFlow::Continue(())
    }
}

/// A file that was read.
pub struct File {
    pub parsed: Parsed,
    pub kept: Kept,
}

impl File {
    pub fn asset(&self, name: &str) -> &ingest::ParsedAsset {
        self.parsed.assets.iter().find(|asset| asset.facts.name == name).unwrap_or_else(|| panic!("no asset {name}"))
    }

    pub fn weakness(&self, rule: &str) -> &WeaknessFacts {
        self.parsed.weaknesses.iter().find(|weakness| weakness.rule == rule).unwrap_or_else(|| panic!("no rule {rule}"))
    }

    /// The rows of a rule, with the assets' names and the places.
    pub fn places<'a>(&'a self, rule: &'a str) -> Vec<(&'a str, &'a Place)> {
        self.rows(rule).map(|row| (self.facts(row).name.as_str(), &row.place)).collect()
    }

    pub fn rows<'a>(&'a self, rule: &'a str) -> impl Iterator<Item = &'a Row> {
        self.kept.rows.iter().filter(move |row| self.parsed.weaknesses[row.weakness as usize].rule == rule)
    }

    pub fn facts(&self, row: &Row) -> &AssetFacts {
        &self.parsed.assets[row.asset as usize].facts
    }
}

/// The parts of a row's evidence of one kind.
pub fn evidence(row: &Row, kind: EvidenceKind) -> Vec<&str> {
    row.evidence.iter().filter(|part| part.kind == kind).map(|part| part.text.as_str()).collect()
}

pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures")
}

pub fn bytes(name: &str) -> Vec<u8> {
    let path = folder().join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub fn read_bytes(bytes: &[u8], options: &Options) -> Result<File, Refusal> {
    let mut kept = Kept::default();
    let mut input = bytes;
    let parsed = parse(&mut input, options, &mut kept)?;
    assert_eq!(parsed.rows, kept.rows.len() as u64 + parsed.quarantined + parsed.no_finding, "rows do not add up");
    assert_eq!(parsed.quarantined, kept.quarantined.len() as u64);
    for row in &kept.rows {
        assert!((row.asset as usize) < parsed.assets.len() && (row.weakness as usize) < parsed.weaknesses.len());
    }
    Ok(File { parsed, kept })
}

pub fn read(name: &str) -> File {
    read_bytes(&bytes(name), &Options::default()).unwrap_or_else(|refusal| panic!("{name}: {refusal}"))
}

pub fn refusal(name: &str) -> Refusal {
    match read_bytes(&bytes(name), &Options::default()) {
        Ok(_) => panic!("{name} was read"),
        Err(refusal) => refusal,
    }
}

/// Where a file of that length is cut: some hundreds of places all over it, and every one near its end.
pub fn cuts(length: usize) -> impl Iterator<Item = usize> {
    let end = length.saturating_sub(50);
    // An odd step meets every byte of a character of two.
    (0..end).step_by((end / 350) | 1).chain(end..length)
}
