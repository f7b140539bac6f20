//! `wasm-opt` of Binaryen, from its npm package, installed once into the user's cache folder.

use crate::project::{Project, on_path, quietly};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Distributions carry versions that refuse what Rust emits since 1.82, so the version is ours.
const BINARYEN: &str = "132.0.0";

/// What Rust's WebAssembly target may emit, which wasm-opt must be told.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-multivalue",
    "--enable-sign-ext",
    "--enable-mutable-globals",
];

/// The optimiser, installed if it is not there; `None` with a warning where it cannot be had and is not required.
pub fn find_or_install(project: &Project, required: bool) -> Result<Option<PathBuf>> {
    let folder = project.tools()?.join(format!("binaryen-{BINARYEN}"));
    let program = folder.join("node_modules").join(".bin").join("wasm-opt");
    if program.is_file() {
        return Ok(Some(program));
    }
    match install(project, &folder).map(|()| program.is_file()) {
        Ok(true) => Ok(Some(program)),
        outcome if required => match outcome {
            Err(error) => Err(error),
            Ok(_) => bail!("the npm package binaryen@{BINARYEN} has no wasm-opt"),
        },
        outcome => {
            let why =
                outcome.err().map_or_else(|| "the package has no wasm-opt".to_owned(), |error| format!("{error:#}"));
            eprintln!("warning: going on without wasm-opt, so the browser's part stays larger: {why}");
            Ok(None)
        }
    }
}

fn install(project: &Project, folder: &Path) -> Result<()> {
    let npm = on_path("npm").context("there is no npm to install binaryen with (Debian: apt-get install npm)")?;
    project.say(&format!("installing wasm-opt (binaryen {BINARYEN}) into {}", folder.display()));
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let package = format!("binaryen@{BINARYEN}");
    quietly(
        Command::new(npm)
            .args(["install", "--no-audit", "--no-fund", "--ignore-scripts", "--fetch-retries=1", "--prefix"])
            .arg(folder)
            .arg(package),
    )
}

/// Writes the optimised form of `from` to `to`.
pub fn optimise(program: &Path, from: &Path, to: &Path) -> Result<()> {
    quietly(Command::new(program).arg("-Oz").args(FEATURES).arg(from).arg("-o").arg(to)).context("wasm-opt failed")
}
