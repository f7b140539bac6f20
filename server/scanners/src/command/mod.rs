//! A command of this machine that the operator's configuration allows: any scanner that writes a file which the importer reads.
//!
//! The program and its arguments stand in the configuration file; a page only chooses among the names. There is no shell: a target
//! becomes an argument, and one that could be taken for an option is refused. Time and output are bounded. A run lives in the
//! process that launched it and leaves its output and how it ended in a folder of its own.

mod process;
mod rule;

use crate::{
    Config, Connector, Coverage, Exported, Fault, Found, Halt, Nature, Order, Output, PastRun, Probe, Progress,
    RanRule, Remote, RemoteScan, RunKey, Surroundings,
};
use async_trait::async_trait;
use model::Micros;
use model::scanner::{Capability, ConnectorKind, FaultCode, Phase, Stage};
use process::End;
pub use process::Processes;
pub use rule::{CommandOutput, CommandRule};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// So many runs that have ended are kept with what they wrote.
const KEPT: usize = 20;

/// A command.
pub struct Command {
    name: String,
    rule: CommandRule,
    /// Where runs have their folders.
    runs: PathBuf,
    processes: Processes,
}

/// What is stored.
#[derive(Serialize, Deserialize)]
struct Run {
    key: String,
}

impl Command {
    pub fn new(config: &Config, surroundings: &Surroundings) -> Result<Self, Fault> {
        let name = config.needed(config.settings.command.as_ref(), "command")?;
        let rule = surroundings.commands.get(name).ok_or_else(|| Fault::new(FaultCode::Settings, "command"))?;
        rule.check()?;
        // A command runs in its own folder: what it is told of must be a whole path.
        let runs = std::path::absolute(&surroundings.runs).map_err(|_| Fault::new(FaultCode::Settings, "runs"))?;
        let processes = surroundings.processes.clone();
        Ok(Self { name: name.to_owned(), rule: rule.clone(), runs, processes })
    }

    fn folder(&self, key: &RunKey) -> PathBuf {
        self.runs.join(key.as_str())
    }

    /// Where a stored run has its folder: its key is read as one, so that it leads nowhere else.
    fn stored(&self, remote: &Remote) -> Result<(RunKey, PathBuf), Fault> {
        let run: Run = remote.read()?;
        let key = RunKey::new(&run.key).ok_or_else(|| Fault::protocol("key"))?;
        let folder = self.folder(&key);
        Ok((key, folder))
    }
}

/// Removes the folders of runs that ended long ago.
fn tidy(runs: &Path) -> std::io::Result<()> {
    let mut ended = Vec::new();
    for entry in std::fs::read_dir(runs)?.flatten() {
        if let Ok(end) = std::fs::metadata(entry.path().join(process::END)) {
            ended.push((end.modified()?, entry.path()));
        }
    }
    ended.sort();
    let old = ended.len().saturating_sub(KEPT);
    ended.iter().take(old).try_for_each(|(_, folder)| std::fs::remove_dir_all(folder))
}

#[async_trait]
impl Connector for Command {
    fn kind(&self) -> ConnectorKind {
        ConnectorKind::Command
    }

    fn nature(&self) -> Nature {
        let poll = Duration::from_secs(2);
        Nature { can_be_asked: true, can_cancel: true, at_a_time: None, poll, in_process: true }
    }

    async fn probe(&self, _now: Micros) -> Result<Probe, Fault> {
        let found = tokio::fs::metadata(&self.rule.program).await.map_err(|error| Fault::local(&self.name, &error))?;
        if !found.is_file() {
            return Err(Fault::new(FaultCode::LocalFile, &self.name));
        }
        Ok(Probe::of(Capability::Launch, self.name.clone()))
    }

    async fn launch(&self, order: &Order) -> Result<Remote, Fault> {
        order.check()?;
        let remote = Remote::of(&Run { key: order.key.as_str().to_owned() })?;
        let folder = self.folder(&order.key);
        if self.processes.has(&order.key) || process::end_of(&folder).await?.is_some() {
            return Ok(remote);
        }
        let output = folder.join(process::OUTPUT);
        let arguments = self.rule.arguments(order, &output)?;
        let local = |error: std::io::Error| Fault::local(&self.name, &error);
        tokio::fs::create_dir_all(&self.runs).await.map_err(local)?;
        // That old output stays a little longer harms nobody.
        let _ = tidy(&self.runs);
        // Made here and nowhere else: where it is and nothing runs, a run was begun whose end nobody saw.
        tokio::fs::create_dir(&folder).await.map_err(local)?;
        let limit = order.time_limit.min(self.rule.time_limit());
        match process::start(&self.rule, arguments, &folder, limit) {
            Ok(running) => self.processes.add(&order.key, running),
            Err(error) => {
                tokio::fs::remove_dir_all(&folder).await.map_err(local)?;
                return Err(Fault::local(&self.name, &error));
            }
        }
        Ok(remote)
    }

    async fn find(&self, key: &RunKey) -> Result<Found, Fault> {
        let folder = self.folder(key);
        if self.processes.has(key) || process::end_of(&folder).await?.is_some() {
            return Ok(Found::Launched(Remote::of(&Run { key: key.as_str().to_owned() })?));
        }
        Ok(if folder.exists() { Found::CannotTell } else { Found::NotLaunched })
    }

    async fn advance(&self, _order: &Order, remote: &Remote) -> Result<Progress, Fault> {
        let (key, folder) = self.stored(remote)?;
        // Asked first: what runs may end in between, and then its end is there.
        let runs = self.processes.has(&key);
        match process::end_of(&folder).await? {
            Some(End::Done) => {
                self.processes.remove(&key);
                Ok(Progress { percent: Some(100), ..Progress::of(Phase::Done, Stage::Finishing) })
            }
            Some(End::Canceled) => Ok(Progress::of(Phase::Canceled, Stage::Finishing)),
            Some(End::TooLong) => Err(Fault::new(FaultCode::TooLong, "")),
            Some(End::TooBig) => Err(Fault::new(FaultCode::TooBig, "")),
            Some(End::Failed(words)) => Err(Fault::new(FaultCode::CommandFailed, words)),
            None if runs => Ok(Progress::of(Phase::Running, Stage::Scanning)),
            None => Err(Fault::new(FaultCode::Gone, "")),
        }
    }

    async fn cancel(&self, remote: &Remote) -> Result<Halt, Fault> {
        let (key, _) = self.stored(remote)?;
        Ok(if self.processes.stop(&key) { Halt::Asked } else { Halt::Over })
    }

    async fn export(&self, remote: &Remote, output: &mut Output<'_>) -> Result<Exported, Fault> {
        let (_, folder) = self.stored(remote)?;
        let partial = match process::end_of(&folder).await? {
            Some(End::Done) => false,
            Some(_) => true,
            None => return Err(Fault::new(FaultCode::Gone, "")),
        };
        let path = folder.join(process::OUTPUT);
        // Whatever the command left there is to be a file of its own.
        let found =
            tokio::fs::symlink_metadata(&path).await.map_err(|_| Fault::new(FaultCode::ExportFailed, "no output"))?;
        if !found.is_file() || found.len() == 0 {
            return Err(Fault::new(FaultCode::ExportFailed, "no output"));
        }
        let mut file = tokio::fs::File::open(&path).await.map_err(|error| Fault::local(&self.name, &error))?;
        output.copy(&mut file).await?;
        let bytes = output.flush().await?;
        let rule = |id: &String| RanRule { id: id.clone(), name: String::new(), whole: true };
        let rules: Vec<RanRule> = self.rule.rules.iter().map(rule).collect();
        let coverage = (!rules.is_empty()).then(|| Coverage { rules, ..Coverage::default() });
        Ok(Exported { bytes, name: self.name.clone(), partial, coverage, ..Exported::default() })
    }

    async fn scans(&self) -> Result<Vec<RemoteScan>, Fault> {
        Err(Fault::unsupported())
    }

    async fn history(&self, _scan: &str, _now: Micros) -> Result<Vec<PastRun>, Fault> {
        Err(Fault::unsupported())
    }
}
