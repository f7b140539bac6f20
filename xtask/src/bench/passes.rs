//! Bare passes over a file: how fast it can be read at all.

use crate::project::output;
use anyhow::{Context, Result};
use quick_xml::events::Event;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// Passes of each kind; the best counts.
const PASSES: u32 = 5;

/// Python's binding of expat with a start-element handler that does nothing.
const EXPAT: &str = "\
import sys, time, xml.parsers.expat
data = open(sys.argv[1], 'rb').read()
best = None
for _ in range(int(sys.argv[2])):
    parser = xml.parsers.expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: None
    start = time.perf_counter()
    parser.Parse(data, True)
    seconds = time.perf_counter() - start
    best = seconds if best is None else min(best, seconds)
print(best)
";

/// The best of five expat passes, in seconds.
pub fn expat(file: &Path) -> Result<f64> {
    let said = output(Command::new("python3").args(["-c", EXPAT]).arg(file).arg(PASSES.to_string()))?;
    said.trim().parse().context("python3 printed no number")
}

/// The best of five passes of quick-xml that look at every event and keep nothing, in seconds.
pub fn bare(file: &Path) -> Result<f64> {
    let bytes = std::fs::read(file)?;
    let mut best = f64::INFINITY;
    for _ in 0..PASSES {
        let started = Instant::now();
        let mut reader = quick_xml::Reader::from_reader(bytes.as_slice());
        let mut events = 0_u64;
        while !matches!(reader.read_event()?, Event::Eof) {
            events += 1;
        }
        anyhow::ensure!(events > 0, "the file is empty");
        best = best.min(started.elapsed().as_secs_f64());
    }
    Ok(best)
}
