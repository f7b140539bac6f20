//! `cargo xtask test`: every test, on both databases, with nothing left running.

use crate::bundle;
use crate::cluster::Cluster;
use crate::needs;
use crate::project::{Project, run as run_command};
use crate::real;
use crate::tally::Tally;
use anyhow::{Context, Result, bail, ensure};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

/// Which tests to run.
#[derive(clap::Args, Default)]
pub struct Options {
    /// Given to `cargo test` instead of `--workspace`: packages, targets, a part of a name.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "CARGO TEST ARGUMENTS")]
    pub arguments: Vec<String>,
}

/// Prepares what the tests need, runs them, and sums up.
pub fn run(project: &Project, options: &Options) -> Result<()> {
    let programs = needs::find_or_install(project)?;
    let site = bundle::run(project, &bundle::Options::default())?;

    project.say("compiling the tests");
    // `--tests` beside `--bins` makes cargo choose the features that the tests have, so that nothing is compiled twice.
    run_command(project.cargo().args(["build", "--workspace", "--bins", "--tests"]))?;

    project.say("starting a PostgreSQL server for the tests");
    let mut cluster =
        Cluster::start(&programs.postgres, false).context("the PostgreSQL server of the tests does not start")?;

    project.say("running the tests");
    let mut tests = project.cargo();
    tests.args(["test", "--no-fail-fast"]);
    if options.arguments.is_empty() {
        tests.arg("--workspace");
    } else {
        tests.args(&options.arguments);
    }
    tests
        .args(["--", "--show-output"])
        .env("POSTURA_TEST_POSTGRES", cluster.url())
        .env("POSTURA_TEST_SITE", site)
        .env("POSTURA_TEST_BINARY", project.target.join("debug").join("postura"))
        .env("POSTURA_TEST_CHROMIUM", programs.chromium)
        .env("POSTURA_TEST_CHROMEDRIVER", programs.chromedriver);
    if let Some(wapiti) = real::found(project) {
        tests.env("POSTURA_TEST_WAPITI", wapiti);
    }
    let outcome = watch(&mut tests, &mut cluster);
    drop(cluster);

    let (tally, passed) = outcome?;
    project.say("the tests have ended, and their PostgreSQL server with them");
    print!("\n{tally}");
    let objections = tally.objections();
    if !objections.is_empty() {
        bail!("the tests do not count:\n  {}", objections.join("\n  "));
    }
    ensure!(passed, "tests failed");
    Ok(())
}

/// Runs the tests, shows their lines as they come, and counts them. They are a process group of their own, with the
/// browsers that they start, and the cluster's guardian ends what is left of it.
fn watch(tests: &mut Command, cluster: &mut Cluster) -> Result<(Tally, bool)> {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(tests, 0);
    let mut child = tests.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().context("cannot run cargo test")?;
    cluster.guard(&child)?;
    let mut tally = Tally::default();
    if let Some(lines) = child.stdout.take() {
        for line in BufReader::new(lines).split(b'\n') {
            let line = line?;
            let line = String::from_utf8_lossy(&line);
            if tally.observe(&line) {
                println!("{line}");
            }
        }
    }
    Ok((tally, child.wait()?.success()))
}
