//! How long a file takes to be read, how long a bare pass takes, and the memory.

use crate::Counter;
use ingest::{Options, parse};
use serde::de::IgnoredAny;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// Readings of each kind; the best counts.
const READINGS: u32 = 5;

/// The argument that makes this program read one file and print its own peak.
pub const PEAK: &str = "--peak";

/// What was measured.
pub struct Figures {
    /// The best reading.
    pub seconds: f64,
    /// The file's size.
    pub megabytes: f64,
    /// A pass that looks at nothing, where the format has one.
    pub bare: Option<Bare>,
    /// What the process had resident at most while it read the file, beyond one that reads nothing, in MB.
    pub peak: f64,
}

/// A pass by the library beneath.
pub struct Bare {
    /// The library.
    pub name: &'static str,
    /// The best pass.
    pub seconds: f64,
}

/// Reads a file, refused or not. Readings and bare passes take turns, so that whatever else the machine does slows both.
pub fn measure(path: &Path) -> io::Result<Figures> {
    let library = library(path)?;
    let (mut seconds, mut bare) = (f64::INFINITY, f64::INFINITY);
    for _ in 0..READINGS {
        seconds = seconds.min(timed(|| {
            // A refusal has been told, and takes its time as well.
            let _ = parse(&mut File::open(path)?, &Options::default(), &mut Counter::default());
            Ok(())
        })?);
        if let Some((_, pass)) = library {
            bare = bare.min(timed(|| pass(path))?);
        }
    }
    Ok(Figures {
        seconds,
        megabytes: std::fs::metadata(path)?.len() as f64 / 1e6,
        bare: library.map(|(name, _)| Bare { name, seconds: bare }),
        peak: (peak_of_another(Some(path))? - peak_of_another(None)?) / 1e3,
    })
}

fn timed(pass: impl FnOnce() -> io::Result<()>) -> io::Result<f64> {
    let started = Instant::now();
    pass()?;
    Ok(started.elapsed().as_secs_f64())
}

/// A library's bare pass.
type Pass = fn(&Path) -> io::Result<()>;

/// The library beneath, by the file's first byte.
fn library(path: &Path) -> io::Result<Option<(&'static str, Pass)>> {
    let mut first = [0];
    File::open(path)?.read_exact(&mut first)?;
    Ok(match first[0] {
        b'<' => Some(("quick-xml", quick_xml)),
        b'{' | b'[' => Some(("serde_json", serde_json)),
        _ => None,
    })
}

/// Lets quick-xml read the file, to its end or to where it gives up.
fn quick_xml(path: &Path) -> io::Result<()> {
    let mut reader = quick_xml::Reader::from_reader(BufReader::with_capacity(128 << 10, File::open(path)?));
    let mut buffer = Vec::new();
    while !matches!(reader.read_event_into(&mut buffer), Ok(quick_xml::events::Event::Eof) | Err(_)) {
        buffer.clear();
    }
    Ok(())
}

/// Lets `serde_json` read the file, to its end or to where it gives up.
fn serde_json(path: &Path) -> io::Result<()> {
    let _ = serde_json::from_reader::<_, IgnoredAny>(BufReader::with_capacity(128 << 10, File::open(path)?));
    Ok(())
}

/// What a new process that reads a file, or none, had resident at most, in KiB; 0 where the system does not tell.
fn peak_of_another(path: Option<&Path>) -> io::Result<f64> {
    let said = Command::new(std::env::current_exe()?).arg(PEAK).args(path).output()?;
    Ok(String::from_utf8_lossy(&said.stdout).lines().last().and_then(|line| line.parse().ok()).unwrap_or_default())
}

/// Reads a file, if there is one, and prints this process's own peak in KiB.
pub fn print_peak(path: Option<&Path>) -> io::Result<()> {
    if let Some(path) = path {
        let _ = parse(&mut File::open(path)?, &Options::default(), &mut Counter::default());
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    println!("{}", peak.trim().trim_end_matches("kB").trim());
    Ok(())
}
