//! `cargo xtask fuzz`: the parsers of exports under libFuzzer, format by format.
//!
//! The formats are those of `ingest::FORMATS`: one program fuzzes whichever it is told to. What the fuzzer learns is kept in
//! `target/fuzz` between runs; `server/ingest/fuzz/corpus` holds the little of it that the tests read again every time.

use crate::project::{Project, on_path, output, quietly, run as run_command};
use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What is fuzzed, and for how long.
#[derive(Args)]
pub struct Options {
    /// One format, such as `burp-xml`; all of them by default.
    format: Option<String>,
    /// For how long, in seconds for each format.
    #[arg(long, default_value_t = 60)]
    seconds: u32,
    /// Afterwards, choose the format's corpus anew from everything that is known.
    #[arg(long)]
    keep: bool,
}

/// The program of `server/ingest/fuzz`, and the variable that tells it the format.
const PROGRAM: &str = "format";
const FORMAT: &str = "POSTURA_FUZZ_FORMAT";

/// The largest input, in bytes; how long one may take, in seconds; and what it may allocate, in MiB.
const BOUNDS: [&str; 4] = ["-max_len=16384", "-timeout=10", "-rss_limit_mb=512", "-malloc_limit_mb=256"];

/// The largest input that may be chosen for the corpus, in bytes.
const CHOSEN: &str = "-max_len=2048";

/// What a format's corpus may have in all, in bytes: enough to notice what was once found, and no burden to those who clone it.
const CORPUS: u64 = 12 << 10;

/// Builds the program and runs it on each format. Fails at the first finding.
pub fn run(project: &Project, options: &Options) -> Result<()> {
    let fuzzer = Fuzzer::build(project)?;
    let known = fuzzer.formats()?;
    let formats = match &options.format {
        Some(format) if known.contains(format) => vec![format.clone()],
        Some(format) => bail!("there is no format {format}; there are {}", known.join(", ")),
        None => known,
    };
    for format in &formats {
        project.say(&format!("fuzzing {format} for {} s", options.seconds));
        fuzzer.fuzz(format, options.seconds)?;
        if options.keep {
            fuzzer.keep(format)?;
        }
    }
    Ok(())
}

/// The program, and where it finds and leaves things.
struct Fuzzer {
    program: PathBuf,
    /// What the tests read: small, and checked in.
    corpus: PathBuf,
    /// The project's own exports.
    fixtures: PathBuf,
    /// Everything that was ever of interest, and what was found.
    target: PathBuf,
}

impl Fuzzer {
    /// Builds the program, after a look at what that needs.
    fn build(project: &Project) -> Result<Self> {
        if quietly(project.cargo().args(["fuzz", "--version"])).is_err() {
            bail!("cargo-fuzz is not installed: `cargo install --locked cargo-fuzz`");
        }
        if std::env::var_os("CXX").is_none() && ["c++", "g++", "clang++"].into_iter().find_map(on_path).is_none() {
            bail!("libFuzzer is C++, and there is no compiler for it (Debian and Ubuntu: apt-get install g++)");
        }
        project.say("building the fuzzer");
        let folder = project.root.join("server/ingest/fuzz");
        let target = project.target.join("fuzz");
        let mut build = project.cargo();
        // The parsers have no unsafe code, so there is nothing for a sanitizer to find, and the stable toolchain is enough.
        build.args(["fuzz", "build", "--sanitizer=none", PROGRAM, "--fuzz-dir"]).arg(&folder);
        run_command(build.arg("--target-dir").arg(&target))?;
        let said = output(project.cargo().arg("-vV"))?;
        let host = said.lines().find_map(|line| line.strip_prefix("host: ")).context("cargo -vV names no host")?;
        let program = target.join(host).join("release").join(PROGRAM);
        ensure!(program.is_file(), "cargo-fuzz did not write {}", program.display());
        Ok(Self { program, corpus: folder.join("corpus"), fixtures: project.root.join("tests/fixtures"), target })
    }

    /// The formats that the program knows.
    fn formats(&self) -> Result<Vec<String>> {
        let said = output(Command::new(&self.program).env_remove(FORMAT))?;
        Ok(said.lines().map(str::to_owned).collect())
    }

    /// Everything that was ever of interest for a format.
    fn learned(&self, format: &str) -> Result<PathBuf> {
        folder(self.target.join("corpus").join(format))
    }

    /// Runs the program. What it learns goes to the first folder it is given.
    fn fuzz(&self, format: &str, seconds: u32) -> Result<()> {
        let findings = folder(self.target.join("findings").join(format))?;
        let mut command = Command::new(&self.program);
        command.env(FORMAT, format).args(BOUNDS).arg(format!("-max_total_time={seconds}"));
        command.arg("-print_final_stats=1").arg(format!("-artifact_prefix={}/", findings.display()));
        command.arg(self.learned(format)?).arg(folder(self.corpus.join(format))?).arg(&self.fixtures);
        run_command(&mut command).with_context(|| format!("{format}: look into {}", findings.display()))
    }

    /// Chooses the corpus of a format from everything that is known.
    fn keep(&self, format: &str) -> Result<()> {
        let kept = folder(self.corpus.join(format))?;
        let (none, seen) = (self.target.join("none"), self.target.join("seen.txt"));
        remove(&none)?;
        // Of a merge into an empty folder, only the notes are wanted: which input reaches what.
        let mut command = Command::new(&self.program);
        command.env(FORMAT, format).args(["-set_cover_merge=1", "-use_counters=0", CHOSEN]);
        command.arg(format!("-merge_control_file={}", seen.display()));
        let _ = std::fs::remove_file(&seen);
        run_command(command.arg(folder(none.clone())?).arg(self.learned(format)?).arg(&kept))?;
        remove(&none)?;
        let chosen = chosen(inputs(&std::fs::read_to_string(&seen)?), CORPUS);
        let bytes = chosen.iter().map(|input| Ok((input.path.file_name(), std::fs::read(&input.path)?)));
        let bytes = bytes.collect::<std::io::Result<Vec<_>>>()?;
        remove(&kept)?;
        folder(kept.clone())?;
        for (name, bytes) in bytes {
            std::fs::write(kept.join(name.context("an input without a name")?), bytes)?;
        }
        Ok(())
    }
}

/// An input, and what it reaches.
struct Input {
    path: PathBuf,
    size: u64,
    reached: BTreeSet<u32>,
}

/// Reads libFuzzer's notes on a merge: the number of files, how many of them were there before, their paths, and for each that was
/// tried `STARTED index size` and `FT index feature…`.
fn inputs(notes: &str) -> Vec<Input> {
    let mut lines = notes.lines();
    let count = lines.next().and_then(|line| line.parse().ok()).unwrap_or(0);
    let paths = lines.by_ref().skip(1).take(count);
    let mut inputs: Vec<Input> =
        paths.map(|path| Input { path: path.into(), size: 0, reached: BTreeSet::new() }).collect();
    for line in lines {
        let mut words = line.split(' ');
        let (kind, index) = (words.next(), words.next().and_then(|word| word.parse::<usize>().ok()));
        let Some(input) = index.and_then(|index| inputs.get_mut(index)) else { continue };
        let mut numbers = words.filter_map(|word| word.parse::<u32>().ok());
        match kind {
            Some("STARTED") => input.size = numbers.next().map_or(0, u64::from),
            Some("FT") => input.reached.extend(numbers),
            _ => {}
        }
    }
    inputs
}

/// Takes the input that adds most for its size, again and again, as long as there is room.
fn chosen(mut inputs: Vec<Input>, mut room: u64) -> Vec<Input> {
    let mut chosen = Vec::new();
    loop {
        inputs.retain(|input| input.size <= room && !input.reached.is_empty());
        // A file costs something beside its bytes.
        let worth = |index: &usize| inputs[*index].reached.len() as u64 * 1_000_000 / (inputs[*index].size + 128);
        let Some(best) = (0..inputs.len()).max_by_key(worth) else { return chosen };
        let best = inputs.swap_remove(best);
        room -= best.size;
        for input in &mut inputs {
            input.reached.retain(|reached| !best.reached.contains(reached));
        }
        chosen.push(best);
    }
}

/// The folder, made if it is not there.
fn folder(path: PathBuf) -> Result<PathBuf> {
    std::fs::create_dir_all(&path).with_context(|| format!("cannot make {}", path.display()))?;
    Ok(path)
}

fn remove(path: &Path) -> Result<()> {
    if path.exists() {
        std::fs::remove_dir_all(path).with_context(|| format!("cannot remove {}", path.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_small_inputs_that_reach_much_are_chosen() {
        let notes = "3\n0\n/a\n/b\n/c\nSTARTED 0 100\nFT 0 1 2 3\nCOV 0 9\nSTARTED 1 10\nFT 1 1 2\nSTARTED 2 5000\nFT 2 1 2 3 4\n";
        let names =
            |room| chosen(inputs(notes), room).iter().map(|input| input.path.display().to_string()).collect::<Vec<_>>();
        assert_eq!(names(9000), ["/b", "/a", "/c"]);
        assert_eq!(names(200), ["/b", "/a"]);
        assert_eq!(names(50), ["/b"]);
    }
}
