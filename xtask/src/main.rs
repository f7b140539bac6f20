//! The project's own commands: `cargo xtask serve`, `test`, `ci`, `bundle`, `bench`, `scale`, `chaos`, `fuzz`, `sbom`,
//! `fake`, `real` and `selfscan`.
//!
//! One file a command. Everything is done by libraries and by tools that a package manager installs, so that a fresh
//! machine needs nothing but Rust and, for the tests, a package manager.

mod bench;
mod bundle;
mod chaos;
mod ci;
mod cluster;
mod deny;
mod fake;
mod fuzz;
mod needs;
mod project;
mod real;
mod sbom;
mod scale;
mod selfscan;
mod serve;
mod site;
mod tally;
mod test;
mod wasm_opt;

use clap::{Parser, Subcommand};
use project::Project;
use std::process::ExitCode;

/// Build, run and check Postura.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the browser's files and the server, and run it.
    Serve(serve::Options),
    /// Run every test on both databases, with a PostgreSQL of its own.
    Test(test::Options),
    /// Run everything that must hold before a change is published.
    Ci,
    /// Measure imports beside bare passes over the same files.
    Bench(bench::Options),
    /// Measure imports and pages where there are a million findings.
    Scale(scale::Options),
    /// Kill the program at a thousand instants of an import.
    Chaos(chaos::Options),
    /// Give the parsers of exports whatever a fuzzer comes up with.
    Fuzz(fuzz::Options),
    /// Say what the program is made of, as a `CycloneDX` document.
    Sbom,
    /// Let real scanners loose on the program.
    Selfscan(selfscan::Options),
    /// Start a scanner that is none, to try connectors with.
    Fake(fake::Options),
    /// Let a real scanner scan a shop with holes, close them, and scan it again.
    Real,
    /// Build the browser's files into target/site.
    Bundle(bundle::Options),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = Project::find().and_then(|project| match cli.command {
        Command::Serve(options) => serve::run(&project, &options),
        Command::Test(options) => test::run(&project, &options),
        Command::Ci => ci::run(&project),
        Command::Bench(options) => bench::run(&project, &options),
        Command::Scale(options) => scale::run(&project, &options),
        Command::Chaos(options) => chaos::run(&project, &options),
        Command::Fuzz(options) => fuzz::run(&project, &options),
        Command::Sbom => sbom::run(&project),
        Command::Real => real::run(&project),
        Command::Selfscan(options) => selfscan::run(&project, &options),
        Command::Fake(options) => fake::run(&project, &options),
        Command::Bundle(options) => bundle::run(&project, &options).map(drop),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
