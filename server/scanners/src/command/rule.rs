//! A command, as the operator's configuration file allows it.

use crate::{Fault, Order};
use model::scanner::FaultCode;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A command that may be run.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommandRule {
    /// The program, by its whole path.
    pub program: PathBuf,
    /// Its arguments. In them `{target}` is the only target and `{output}` the file to be written; an argument that is `{targets}`
    /// becomes one argument for each target.
    #[serde(default)]
    pub arguments: Vec<String>,
    /// Where its result is.
    #[serde(default)]
    pub output: CommandOutput,
    /// How long it may take, in seconds.
    #[serde(default = "an_hour")]
    pub time_limit: u64,
    /// How much it may write, in bytes.
    #[serde(default = "half_a_gibibyte")]
    pub max_output: u64,
    /// The statuses with which it ends well: scanners often tell by them that they found something.
    #[serde(default = "zero")]
    pub ok: Vec<i32>,
    /// The rules that it runs, by the ids in its result, where that does not tell: what it no longer finds of them where it says
    /// that it went is gone.
    #[serde(default)]
    pub rules: Vec<String>,
    /// Its environment, besides `PATH` and `HOME`.
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
}

/// Where the result of a command is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommandOutput {
    /// It writes it to its standard output.
    #[default]
    Stdout,
    /// It writes it to the file `{output}`.
    File,
}

fn an_hour() -> u64 {
    3600
}

fn half_a_gibibyte() -> u64 {
    512 << 20
}

fn zero() -> Vec<i32> {
    vec![0]
}

impl CommandRule {
    /// How long it may take.
    #[must_use]
    pub fn time_limit(&self) -> Duration {
        Duration::from_secs(self.time_limit)
    }

    /// Checks what the configuration says.
    ///
    /// # Errors
    /// [`FaultCode::Settings`], naming what cannot be.
    pub fn check(&self) -> Result<(), Fault> {
        let odd = |what: &str| Err(Fault::new(FaultCode::Settings, what));
        if !self.program.is_absolute() {
            return odd("program");
        }
        let writes = self.arguments.iter().any(|argument| argument.contains("{output}"));
        if writes != (self.output == CommandOutput::File) {
            return odd("output");
        }
        Ok(())
    }

    /// The arguments of a run.
    pub(super) fn arguments(&self, order: &Order, output: &Path) -> Result<Vec<String>, Fault> {
        if let Some(odd) = order.targets.iter().find(|target| !is_plain(target)) {
            return Err(Fault::new(FaultCode::Settings, format!("targets {odd}")));
        }
        let output = output.to_str().ok_or_else(|| Fault::new(FaultCode::LocalFile, "output"))?;
        let mut all = Vec::new();
        for argument in &self.arguments {
            if argument == "{targets}" {
                all.extend(order.targets.iter().cloned());
                continue;
            }
            let mut argument = argument.replace("{output}", output);
            if argument.contains("{target}") {
                let [target] = order.targets.as_slice() else {
                    return Err(Fault::new(FaultCode::Settings, "targets: the command takes one at a time"));
                };
                argument = argument.replace("{target}", target);
            }
            all.push(argument);
        }
        Ok(all)
    }
}

/// A target that is one argument and no option, for whatever program: a name, an address, a range, a URL.
fn is_plain(target: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || ".:/-_~%?&=+,@[]".contains(c);
    target.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[') && target.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_no_options() {
        for plain in ["10.0.0.0/24", "shop.example", "https://shop.example/a?b=c&d=%20", "[::1]"] {
            assert!(is_plain(plain), "{plain}");
        }
        for odd in ["-oG", "--script=x", "a b", "$(id)", "a;b", "a|b", "`id`", "a\nb", "", "/etc/passwd", "'a'"] {
            assert!(!is_plain(odd), "{odd}");
        }
    }
}
