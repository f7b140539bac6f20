//! cargo-deny: which crates, licences and registries the build may hold (`deny.toml`).

use crate::project::{Project, run};
use anyhow::Result;
use std::path::PathBuf;

const VERSION: &str = "0.20.2";

/// Checks the dependency graph without asking anything of the network.
///
/// Every crate of the lock file must have been fetched before, those of other platforms included.
pub fn check(project: &Project) -> Result<()> {
    let program = find_or_install(project)?;
    let mut command = std::process::Command::new(program);
    command.current_dir(&project.root);
    run(command.args(["deny", "--offline", "check", "bans", "licenses", "sources"]))
}

/// The pinned version, built once into the user's cache folder.
fn find_or_install(project: &Project) -> Result<PathBuf> {
    let folder = project.tools()?.join(format!("cargo-deny-{VERSION}"));
    let program = folder.join("bin").join("cargo-deny");
    if !program.is_file() {
        project.say(&format!("installing cargo-deny {VERSION} into {}", folder.display()));
        let mut install = project.cargo();
        // Its build is thrown away, and does not belong among ours.
        install.env_remove("CARGO_TARGET_DIR");
        install.args(["install", "--locked", "--quiet", "cargo-deny", "--version", VERSION, "--root"]);
        run(install.arg(&folder))?;
    }
    Ok(program)
}
