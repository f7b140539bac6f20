//! What the tests need from the machine, found or installed.

use crate::project::{Project, on_path, quietly, run};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The programs that the tests start.
pub struct Programs {
    /// The browser.
    pub chromium: PathBuf,
    /// What drives it.
    pub chromedriver: PathBuf,
    /// The folder of PostgreSQL's server programs.
    pub postgres: PathBuf,
}

/// One thing that is needed.
struct Need {
    what: &'static str,
    debian_package: &'static str,
    find: fn() -> Option<PathBuf>,
}

const CHROMIUM: Need = Need { what: "Chromium", debian_package: "chromium", find: find_chromium };
const CHROMEDRIVER: Need = Need { what: "ChromeDriver", debian_package: "chromium-driver", find: find_chromedriver };
const POSTGRES: Need = Need { what: "PostgreSQL's server", debian_package: "postgresql", find: find_postgres };

/// Finds the programs, after installing those that are missing where that is possible.
pub fn find_or_install(project: &Project) -> Result<Programs> {
    let needs = [CHROMIUM, CHROMEDRIVER, POSTGRES];
    let missing: Vec<&Need> = needs.iter().filter(|need| (need.find)().is_none()).collect();
    if !missing.is_empty() {
        install(project, &missing)?;
    }
    let found = |need: Need| (need.find)().with_context(|| format!("{} is missing even now", need.what));
    Ok(Programs { chromium: found(CHROMIUM)?, chromedriver: found(CHROMEDRIVER)?, postgres: found(POSTGRES)? })
}

fn install(project: &Project, missing: &[&Need]) -> Result<()> {
    let packages: Vec<&str> = missing.iter().map(|need| need.debian_package).collect();
    let names = missing.iter().map(|need| need.what).collect::<Vec<_>>().join(", ");
    let by_hand = format!(
        "the tests need {names}, and this machine has no such programs on its PATH.\n\
         Debian and Ubuntu: apt-get install {}. Elsewhere: install them by the system's own means",
        packages.join(" ")
    );
    let Some(mut update) = apt_get() else { bail!(by_hand) };
    let Some(mut install) = apt_get() else { bail!(by_hand) };
    project.say(&format!("installing {}", packages.join(" ")));
    run(update.args(["update", "--quiet"])).context(by_hand.clone())?;
    run(install.args(["install", "--quiet", "--yes", "--no-install-recommends"]).args(packages)).context(by_hand)
}

/// A call of apt-get with the right to install, if there is one without asking for a password.
fn apt_get() -> Option<Command> {
    on_path("apt-get")?;
    let settings = "DEBIAN_FRONTEND=noninteractive";
    if is_root() {
        let mut command = Command::new("env");
        command.args([settings, "apt-get"]);
        return Some(command);
    }
    quietly(Command::new("sudo").args(["-n", "true"])).ok()?;
    let mut command = Command::new("sudo");
    command.args(["-n", "env", settings, "apt-get"]);
    Some(command)
}

/// True if this process belongs to root.
pub fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|done| done.stdout.trim_ascii() == b"0")
}

fn find_chromium() -> Option<PathBuf> {
    ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"].into_iter().find_map(on_path)
}

fn find_chromedriver() -> Option<PathBuf> {
    on_path("chromedriver")
}

/// The folder with `initdb`: on the PATH, else the newest of Debian's versions.
pub fn find_postgres() -> Option<PathBuf> {
    if let Some(initdb) = on_path("initdb") {
        return initdb.parent().map(Path::to_owned);
    }
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    versions
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok().map(|version| (version, entry.path())))
        .map(|(version, folder)| (version, folder.join("bin")))
        .filter(|(_, folder)| folder.join("initdb").is_file())
        .max()
        .map(|(_, folder)| folder)
}
