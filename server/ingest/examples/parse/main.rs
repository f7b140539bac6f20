//! Reads an export and says how fast: `cargo run --release -p ingest --example parse -- FILE…`.
//!
//! Prints what the file is, its rows and weaknesses, the best of five readings, and beside it a bare pass of quick-xml that
//! looks at nothing (XML only).

use ingest::{Options, Quarantined, Sink, parse};
use model::facts::Row;
use std::fs::File;
use std::io::BufReader;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

/// Counts rows and bytes of evidence and forgets them.
#[derive(Default)]
struct Counter {
    rows: u64,
    evidence: usize,
}

impl Sink for Counter {
    fn row(&mut self, row: Row) -> ControlFlow<()> {
        self.rows += 1;
        self.evidence += row.evidence.iter().map(|part| part.text.len()).sum::<usize>();
        ControlFlow::Continue(())
    }

    fn quarantined(&mut self, quarantined: Quarantined) -> ControlFlow<()> {
        println!("  quarantined: {} {}", quarantined.reason.word(), quarantined.detail);
        ControlFlow::Continue(())
    }
}

fn main() -> std::io::Result<()> {
    for path in std::env::args().skip(1) {
        let mut best = Duration::MAX;
        let mut outcome = String::new();
        let mut rows = 0;
        for _ in 0..5 {
            let mut counter = Counter::default();
            let started = Instant::now();
            let parsed = parse(&mut File::open(&path)?, &Options::default(), &mut counter);
            best = best.min(started.elapsed());
            rows = counter.rows;
            outcome = match parsed {
                Ok(parsed) => format!(
                    "{} {}: {} assets, {} weaknesses, {} rows = {} + {} quarantined + {} no finding, {} bytes of evidence",
                    parsed.scan.format,
                    parsed.scan.tool_version,
                    parsed.assets.len(),
                    parsed.weaknesses.len(),
                    parsed.rows,
                    counter.rows,
                    parsed.quarantined,
                    parsed.no_finding,
                    counter.evidence,
                ),
                Err(refusal) => format!("refused: {refusal}"),
            };
        }
        println!("{path}\n  {outcome}");
        println!("  {:.3} s, {:.0} rows/s", best.as_secs_f64(), rows as f64 / best.as_secs_f64());
        if let Some(bare) = bare_pass(&path)? {
            println!(
                "  bare quick-xml: {:.3} s ({:.0} % of its rate)",
                bare.as_secs_f64(),
                100.0 * bare.as_secs_f64() / best.as_secs_f64()
            );
        }
    }
    Ok(())
}

/// The best of five passes of quick-xml over the file. `None` if it is no XML.
fn bare_pass(path: &str) -> std::io::Result<Option<Duration>> {
    let mut best = Duration::MAX;
    for _ in 0..5 {
        let mut reader = quick_xml::Reader::from_reader(BufReader::with_capacity(128 << 10, File::open(path)?));
        let mut buffer = Vec::new();
        let started = Instant::now();
        loop {
            buffer.clear();
            match reader.read_event_into(&mut buffer) {
                Ok(quick_xml::events::Event::Eof) => break,
                Ok(_) => {}
                Err(_) => return Ok(None),
            }
        }
        best = best.min(started.elapsed());
    }
    Ok(Some(best))
}
