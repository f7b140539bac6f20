//! Reads exports and says how fast: `cargo run --release -p ingest --example parse -- FILE…`.
//!
//! Prints what a file is, its rows and weaknesses, the best of five readings, beside it a bare pass that looks at nothing, and
//! the memory that reading it took. With `--goals` the files are made first, and what is wanted stands beside what is.

mod made;
mod measure;

use ingest::{Options, Quarantined, Sink, parse};
use made::GOALS;
use measure::{Bare, Figures, measure, print_peak};
use model::facts::Row;
use std::fs::File;
use std::io;
use std::ops::ControlFlow;
use std::path::Path;

/// Counts rows and bytes of evidence and forgets them.
#[derive(Default)]
struct Counter {
    evidence: usize,
}

impl Sink for Counter {
    fn row(&mut self, row: Row) -> ControlFlow<()> {
        self.evidence += row.evidence.iter().map(|part| part.text.len()).sum::<usize>();
        ControlFlow::Continue(())
    }

    fn quarantined(&mut self, quarantined: Quarantined) -> ControlFlow<()> {
        println!("  quarantined: {} {}", quarantined.reason.word(), quarantined.detail);
        ControlFlow::Continue(())
    }
}

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.first().map(String::as_str) {
        Some("--goals") => goals(),
        // This program starts itself anew for each file: a process remembers its peak for ever.
        Some(measure::PEAK) => print_peak(arguments.get(1).map(Path::new)),
        _ => arguments.iter().try_for_each(|path| shown(Path::new(path))),
    }
}

/// Says what a file is, and how it is read.
fn shown(path: &Path) -> io::Result<()> {
    let mut counter = Counter::default();
    println!("{}", path.display());
    match parse(&mut File::open(path)?, &Options::default(), &mut counter) {
        Ok(parsed) => println!(
            "  {} {}: {} assets, {} weaknesses, {} rows = {} + {} quarantined + {} no finding, {} bytes of evidence",
            parsed.scan.format,
            parsed.scan.tool_version,
            parsed.assets.len(),
            parsed.weaknesses.len(),
            parsed.rows,
            parsed.sightings(),
            parsed.quarantined,
            parsed.no_finding,
            counter.evidence,
        ),
        Err(refusal) => println!("  refused: {refusal}"),
    }
    let Figures { seconds, megabytes, bare, peak } = measure(path)?;
    println!("  {seconds:.3} s, {:.0} MB/s, {peak:.1} MB of memory", megabytes / seconds);
    if let Some(Bare { name, seconds: bare }) = bare {
        println!("  bare {name}: {bare:.3} s ({:.0} % of its rate)", 100.0 * bare / seconds);
    }
    Ok(())
}

/// Makes the files that goals are set for, and says how far they are met.
fn goals() -> io::Result<()> {
    let folder = std::env::temp_dir().join("postura-parse-goals");
    std::fs::create_dir_all(&folder)?;
    println!("{:<30}{:>8}{:>9}{:>9}{:>11}{:>9}   goal", "file", "MB", "s", "MB/s", "% of bare", "peak MB");
    for goal in GOALS {
        let path = folder.join(goal.name);
        (goal.make)(&path)?;
        let Figures { seconds, megabytes, bare, peak } = measure(&path)?;
        std::fs::remove_file(&path)?;
        let rate = megabytes / seconds;
        let share = bare.map_or(0.0, |bare| 100.0 * bare.seconds / seconds);
        let met = rate >= goal.rate && share >= goal.share && peak <= made::PEAK;
        println!(
            "{:<30}{megabytes:>8.1}{seconds:>9.3}{rate:>9.0}{share:>11.0}{peak:>9.1}   {} {}",
            goal.name,
            if met { "met:" } else { "MISSED:" },
            goal.words(),
        );
    }
    std::fs::remove_dir(&folder)
}
