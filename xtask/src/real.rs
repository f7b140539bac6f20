//! `cargo xtask real`: a real scanner scans a shop with holes, which are then closed, from the schedule to the books.
//!
//! One scanner is Wapiti, which Python's package manager installs, in a folder of its own below the target folder. Once it is there,
//! `test` and `ci` use it too, as they use Nmap where the machine has it.

use crate::project::{Project, on_path, run as run_command};
use crate::test;
use anyhow::{Context, Result};
use std::path::PathBuf;
use std::process::Command;

/// What is installed.
const PACKAGE: &str = "wapiti3==3.2.3";

/// The scanner, if this machine has it.
pub fn found(project: &Project) -> Option<PathBuf> {
    let own = folder(project).join("bin").join("wapiti");
    own.is_file().then_some(own).or_else(|| on_path("wapiti"))
}

fn folder(project: &Project) -> PathBuf {
    project.target.join("wapiti")
}

/// Installs the scanner where it is missing, and runs the test with it, on both databases.
pub fn run(project: &Project) -> Result<()> {
    if found(project).is_none() {
        project.say(&format!("installing {PACKAGE}"));
        let python =
            on_path("python3").context("Wapiti needs Python 3.10 or later, and there is no python3 on the PATH")?;
        let folder = folder(project);
        run_command(Command::new(python).args(["-m", "venv"]).arg(&folder))
            .context("python3 makes no environment; on Debian: apt-get install python3-venv")?;
        run_command(Command::new(folder.join("bin").join("pip")).args(["install", "--quiet", PACKAGE]))?;
    }
    let which = ["--package", "tests", "--test", "scanning", "real"];
    test::run(project, &test::Options { arguments: which.map(str::to_owned).to_vec() })
}
