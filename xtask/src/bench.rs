//! `cargo xtask bench`: imports of generated .nessus files until they are visible, beside bare passes over the same bytes.
//!
//! The figure that counts is the ratio to a bare expat pass of the same run, which cancels the machine's speed. Settings are
//! those of production: durable, sealed, verified.

mod passes;
mod sample;

use crate::cluster::Cluster;
use crate::needs::find_postgres;
use crate::project::{Project, output, run as run_command};
use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use sample::Sample;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How imports are measured.
#[derive(Args)]
pub struct Options {
    /// Also import 50,000 rows (146 MB), and watch the memory.
    #[arg(long)]
    large: bool,
    /// Runs of each import; the best counts, as for the passes.
    #[arg(long, default_value_t = 3)]
    runs: u32,
}

/// How often the memory of a running import is looked at.
const LOOK: Duration = Duration::from_millis(5);

/// One import, measured from outside.
struct Measured {
    seconds: f64,
    peak_kib: u64,
}

/// Generates the files, measures, prints a table, and fails if the books or the evidence do not verify.
pub fn run(project: &Project, options: &Options) -> Result<()> {
    project.say("building the server with optimisations");
    run_command(project.cargo().args(["build", "--quiet", "--package", "server", "--release"]))?;
    let binary = project.target.join("release").join("postura");
    let folder = project.target.join("bench");
    std::fs::create_dir_all(&folder)?;
    let cluster = match find_postgres() {
        Some(programs) => Some(Cluster::start(&programs, true)?),
        None => None,
    };
    let mut samples = vec![
        Sample { name: "10000-rows-400-plugins", rows: 10_000, plugins: 400 },
        Sample { name: "10000-rows-distinct", rows: 10_000, plugins: 10_000 },
    ];
    if options.large {
        samples.push(Sample { name: "50000-rows-400-plugins", rows: 50_000, plugins: 400 });
    }
    println!("{:<26}{:>8}{:>10}{:>10}{:>22}{:>22}", "file", "MB", "expat s", "bare s", "SQLite", "PostgreSQL");
    for sample in &samples {
        let file = folder.join(format!("{}.nessus", sample.name));
        sample.write(&file)?;
        let megabytes = std::fs::metadata(&file)?.len() as f64 / 1e6;
        let expat = passes::expat(&file)?;
        let bare = passes::bare(&file)?;
        let sqlite = best(options.runs, || import(&binary, &file, &folder, &Engine::Sqlite))?;
        let postgres = match &cluster {
            Some(cluster) => Some(best(options.runs, || {
                let database = fresh_database(cluster.url(), sample.name)?;
                import(&binary, &file, &folder, &Engine::Postgres(database))
            })?),
            None => None,
        };
        println!(
            "{:<26}{megabytes:>8.1}{expat:>10.3}{bare:>10.3}{:>22}{:>22}",
            sample.name,
            shown(&sqlite, expat),
            postgres.map_or_else(|| "not installed".to_owned(), |measured| shown(&measured, expat)),
        );
    }
    Ok(())
}

/// `0.61 s  4.2×  88 MB`.
fn shown(measured: &Measured, expat: f64) -> String {
    format!("{:.2} s {:.1}x {} MB", measured.seconds, measured.seconds / expat, measured.peak_kib / 1024)
}

fn best(runs: u32, measure: impl Fn() -> Result<Measured>) -> Result<Measured> {
    let mut best = measure()?;
    for _ in 1..runs {
        let next = measure()?;
        if next.seconds < best.seconds {
            best = next;
        }
    }
    Ok(best)
}

/// Where an import goes.
pub enum Engine {
    /// A file in the data folder.
    Sqlite,
    /// The database of that address.
    Postgres(String),
}

/// Imports a file into a new database and verifies what came of it.
fn import(binary: &Path, file: &Path, folder: &Path, engine: &Engine) -> Result<Measured> {
    let data = folder.join("data");
    if data.exists() {
        std::fs::remove_dir_all(&data)?;
    }
    let call = |arguments: &[&str]| {
        let mut command = Command::new(binary);
        command.args(arguments).env("POSTURA_DATA_DIR", &data);
        if let Engine::Postgres(url) = engine {
            command.env("POSTURA_DATABASE_URL", url);
        }
        command
    };
    // Tables and keys are made before the clock starts: a newcomer's first import pays for them once.
    run_command(call(&["migrate"]).stdout(Stdio::null()))?;
    let measured = measured(call(&["import", "--json"]).arg(file))?;
    let verified = output(&mut call(&["verify-ledger", "--evidence"]))?;
    ensure!(verified.contains(" 1 originals opened"), "verify-ledger said: {verified}");
    Ok(measured)
}

/// Runs a command to its end and watches its memory.
fn measured(command: &mut Command) -> Result<Measured> {
    let started = Instant::now();
    let mut child = command.stdout(Stdio::null()).spawn().context("cannot start postura")?;
    let status = PathBuf::from(format!("/proc/{}/status", child.id()));
    let mut peak_kib = 0;
    loop {
        if let Some(end) = child.try_wait()? {
            ensure!(end.success(), "the import failed ({end})");
            return Ok(Measured { seconds: started.elapsed().as_secs_f64(), peak_kib });
        }
        peak_kib = peak_kib.max(peak_of(&status).unwrap_or(0));
        std::thread::sleep(LOOK);
    }
}

/// The largest resident size so far, in KiB, where the system tells it.
pub fn peak_of(status: &Path) -> Option<u64> {
    let text = std::fs::read_to_string(status).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches("kB").trim().parse().ok()
}

/// A database of a new name on a server.
pub fn fresh_database(url: &str, name: &str) -> Result<String> {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_nanos();
    named_database(url, &format!("bench-{name}-{now}"), false)
}

/// A database of that name on a server: the one that is there if it may be kept, else an empty one.
pub fn named_database(url: &str, name: &str, keep: bool) -> Result<String> {
    let Some((server, _)) = url.rsplit_once('/') else { bail!("{url} names no database") };
    let database = format!("{server}/{name}");
    if keep
        && Command::new("psql").args(["--quiet", "--dbname", &database, "--command", "\\q"]).output()?.status.success()
    {
        return Ok(database);
    }
    for statement in [format!("DROP DATABASE IF EXISTS \"{name}\""), format!("CREATE DATABASE \"{name}\"")] {
        let mut psql = Command::new("psql");
        // Of what is not there it would say that it is not.
        psql.env("PGOPTIONS", "--client-min-messages=warning");
        run_command(psql.args(["--quiet", "--dbname", url, "--command", &statement]))?;
    }
    Ok(database)
}
