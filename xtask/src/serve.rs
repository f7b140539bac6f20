//! `cargo xtask serve`: build everything and run it.

use crate::bundle;
use crate::project::{Project, run as run_command};
use anyhow::Result;
use std::process::Command;

/// How to build and run.
#[derive(clap::Args)]
pub struct Options {
    /// Load the demonstration data: a year of a made-up company, as scan files that are imported.
    #[arg(long)]
    demo: bool,
    /// Build with optimisation, the browser's files inside the program.
    #[arg(long)]
    release: bool,
    /// The port to listen on, instead of the configured one.
    #[arg(long, value_name = "N")]
    port: Option<u16>,
}

/// Builds the browser's files and the server, and becomes the server.
pub fn run(project: &Project, options: &Options) -> Result<()> {
    let site = bundle::run(project, &bundle::Options { release: options.release, ..Default::default() })?;
    project.say("building the server");
    let mut build = project.cargo();
    build.args(["build", "--package=server", "--bin=postura"]);
    if options.release {
        build.args(["--release", "--features=embed"]);
    }
    run_command(&mut build)?;

    let profile = if options.release { "release" } else { "debug" };
    let mut server = Command::new(project.target.join(profile).join("postura"));
    server.current_dir(&project.root).arg("serve");
    if !options.release {
        server.arg("--site").arg(site);
    }
    if let Some(port) = options.port {
        server.args(["--port", &port.to_string()]);
    }
    if options.demo {
        server.arg("--demo");
    }
    if std::env::var_os("POSTURA_DATA_DIR").is_none() {
        server.env("POSTURA_DATA_DIR", "data");
    }
    project.say("starting the server; Ctrl-C stops it");
    become_program(server)
}

/// Hands this process over, so that signals reach the server itself.
#[cfg(unix)]
fn become_program(mut server: Command) -> Result<()> {
    use std::os::unix::process::CommandExt;
    Err(anyhow::Error::new(server.exec()).context("the server cannot be started"))
}

#[cfg(not(unix))]
fn become_program(mut server: Command) -> Result<()> {
    run_command(&mut server)
}
