//! The exports beside the project, as far as they are at hand.

use ingest::{Options, Quarantined, Sink, parse};
use model::facts::{Row, WeaknessFacts};
use model::{Severity, Tool};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// A weakness of one export, and how often it was seen there.
pub struct Seen {
    /// The tool.
    pub tool: Tool,
    /// What the export says of it.
    pub facts: WeaknessFacts,
    /// Rows above informational.
    pub above_info: usize,
}

#[derive(Default)]
struct Kept(Vec<Row>);

impl Sink for Kept {
    fn row(&mut self, row: Row) -> ControlFlow<()> {
        self.0.push(row);
        ControlFlow::Continue(())
    }

    fn quarantined(&mut self, _: Quarantined) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// Every weakness of every export that can be read, in the order of the files' names. `None`, after saying so, if the exports are
/// not at hand.
pub fn weaknesses() -> Option<Vec<Seen>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/exports");
    if !folder.is_dir() {
        eprintln!("../shared/exports is absent: nothing to measure");
        return None;
    }
    let mut seen = Vec::new();
    for path in files(folder) {
        let bytes = std::fs::read(&path).expect("a readable file");
        let (mut kept, mut input) = (Kept::default(), &bytes[..]);
        // What is refused, and why, is the business of the readers' own tests.
        let Ok(parsed) = parse(&mut input, &Options::default(), &mut kept) else { continue };
        let mut above_info = vec![0; parsed.weaknesses.len()];
        for row in kept.0.iter().filter(|row| row.severity > Severity::Info) {
            above_info[row.weakness as usize] += 1;
        }
        let tool = parsed.scan.tool;
        let found = parsed.weaknesses.into_iter().zip(above_info);
        seen.extend(found.map(|(facts, above_info)| Seen { tool, facts, above_info }));
    }
    Some(seen)
}

fn files(folder: PathBuf) -> Vec<PathBuf> {
    let (mut found, mut open) = (Vec::new(), vec![folder]);
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).expect("a readable folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() { open.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}
