//! `cargo xtask ci`: everything that must hold before a change is published, in the order of what fails soonest.

use crate::project::{Project, run as run_command};
use crate::{bundle, deny, test};
use anyhow::{Result, bail};
use std::time::{Duration, Instant};

type Step = (&'static str, fn(&Project) -> Result<()>);

const STEPS: [Step; 8] = [
    ("fetch", fetch),
    ("format", format),
    ("clippy", clippy),
    ("clippy (wasm32)", clippy_wasm),
    ("documentation", documentation),
    ("tests", tests),
    ("release bundle", release_bundle),
    ("cargo deny", deny::check),
];

/// Runs all steps, the later ones also after a failure, and ends with a table.
pub fn run(project: &Project) -> Result<()> {
    let outcomes: Vec<_> = STEPS
        .iter()
        .map(|(name, step)| {
            project.say(&format!("── {name} ──"));
            let started = Instant::now();
            let outcome = step(project);
            if let Err(error) = &outcome {
                eprintln!("error in {name}: {error:#}");
            }
            (*name, started.elapsed(), outcome.is_ok())
        })
        .collect();

    println!("\n{:<18} {:>10}", "step", "seconds");
    for (name, time, passed) in &outcomes {
        println!("{name:<18} {:>10.1}  {}", time.as_secs_f64(), if *passed { "passed" } else { "FAILED" });
    }
    let total: Duration = outcomes.iter().map(|(_, time, _)| *time).sum();
    println!("{:<18} {:>10.1}", "all", total.as_secs_f64());

    let failed: Vec<&str> = outcomes.iter().filter(|(_, _, passed)| !passed).map(|(name, ..)| *name).collect();
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    Ok(())
}

/// Every crate of the lock file, which must be up to date; later steps need the network no more.
fn fetch(project: &Project) -> Result<()> {
    run_command(project.cargo().args(["fetch", "--locked"]))
}

fn format(project: &Project) -> Result<()> {
    run_command(project.cargo().args(["fmt", "--all", "--check"]))
}

fn clippy(project: &Project) -> Result<()> {
    run_command(project.cargo().args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}

fn clippy_wasm(project: &Project) -> Result<()> {
    bundle::ensure_wasm_target(project)?;
    let target = ["--target", "wasm32-unknown-unknown", "--profile", "wasm-dev"];
    run_command(
        project.cargo().args(["clippy", "--package=frontend", "--lib"]).args(target).args(["--", "-D", "warnings"]),
    )
}

fn documentation(project: &Project) -> Result<()> {
    run_command(
        project
            .cargo()
            .args(["doc", "--workspace", "--no-deps", "--document-private-items"])
            // What is private is documented too, so that links to it hold.
            .env("RUSTDOCFLAGS", "-Dwarnings -Arustdoc::private_intra_doc_links"),
    )
}

fn tests(project: &Project) -> Result<()> {
    test::run(project, &test::Options::default())
}

fn release_bundle(project: &Project) -> Result<()> {
    bundle::run(project, &bundle::Options { release: true, require_wasm_opt: true }).map(drop)
}
