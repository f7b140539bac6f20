//! `cargo xtask chaos`: what the crash test does some dozens of times, a thousand times: the real program is killed at instants
//! spread over an import, and what it left must be all or nothing.

use crate::cluster::Cluster;
use crate::needs::find_postgres;
use crate::project::{Project, run as run_command};
use anyhow::{Context, Result};
use clap::Args;

/// How often, and on what.
#[derive(Args)]
pub struct Options {
    /// Kills on each engine.
    #[arg(long, default_value_t = 1_000)]
    kills: u32,
    /// On PostgreSQL too.
    #[arg(long)]
    postgres: bool,
}

/// Builds the program and has the crash test kill it so often. Fails at the first kill that leaves part of an import, and says
/// after how long it struck.
pub fn run(project: &Project, options: &Options) -> Result<()> {
    run_command(project.cargo().args(["build", "--quiet", "--package", "server", "--bin", "postura"]))?;
    project.say(&format!("SQLite: {} kills", options.kills));
    kill(project, options, "sqlite", None)?;
    if options.postgres {
        let programs = find_postgres().context("PostgreSQL is not installed")?;
        let cluster = Cluster::start(&programs, true)?;
        project.say(&format!("PostgreSQL: {} kills", options.kills));
        kill(project, options, "postgres", Some(cluster.url()))?;
    }
    Ok(())
}

fn kill(project: &Project, options: &Options, engine: &str, server: Option<&str>) -> Result<()> {
    let mut test = project.cargo();
    test.args(["test", "--quiet", "--package", "tests", "--test", "crash", engine, "--", "--nocapture"])
        .env("POSTURA_TEST_KILLS", options.kills.to_string())
        .env("POSTURA_TEST_BINARY", project.target.join("debug").join("postura"));
    if let Some(url) = server {
        test.env("POSTURA_TEST_POSTGRES", url);
    }
    run_command(&mut test)
}
