//! `cargo xtask fake`: a scanner that is none, on loopback, for demonstrations and for trying a connector by hand.

use crate::project::{Project, run as run_command};
use anyhow::Result;
use clap::Args;

/// Which, and how.
#[derive(Args)]
pub struct Options {
    /// `zap`, `nessus`, `nessus-pro`, `tenable`, `burp` or `burp-dast`; or `shop`, a site with holes to scan, `--fixed` without
    /// them. And its own options: `--port N`, `--tls`.
    #[arg(required = true, num_args = 1.., trailing_var_arg = true, allow_hyphen_values = true)]
    which: Vec<String>,
}

/// Builds the fakes and runs one until it is stopped. It says how it is reached and by what key.
pub fn run(project: &Project, options: &Options) -> Result<()> {
    run_command(project.cargo().args(["run", "--quiet", "--package", "fakes", "--"]).args(&options.which))
}
