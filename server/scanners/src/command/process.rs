//! A process that runs: watched to its end, which is written down beside its output.

use crate::command::{CommandOutput, CommandRule};
use crate::{Fault, RunKey};
use rustix::process::{Pid, Signal, kill_process_group};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

/// The file with the result, in a run's folder.
pub const OUTPUT: &str = "output";

/// The file that says how the run ended, written last.
pub const END: &str = "end.json";

/// So much of what it says on its standard error is kept, from the end.
const MAX_WORDS: usize = 2000;

/// How often the size of a file that it writes is looked at.
const LOOK: Duration = Duration::from_millis(500);

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// With a status that is a good one.
    Done,
    /// It was stopped by a person.
    Canceled,
    /// It took too long and was stopped.
    TooLong,
    /// It wrote too much and was stopped.
    TooBig,
    /// With another status; the end of what it said.
    Failed(String),
}

/// The commands that run in this process. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Processes(Arc<Mutex<HashMap<RunKey, Running>>>);

/// A command that runs, or has just ended.
#[derive(Debug)]
pub struct Running {
    /// Stops it.
    stop: Option<oneshot::Sender<()>>,
    /// Done once its end is written down.
    watch: tokio::task::JoinHandle<()>,
}

impl Processes {
    fn all(&self) -> MutexGuard<'_, HashMap<RunKey, Running>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the run of that key runs here.
    pub fn has(&self, key: &RunKey) -> bool {
        self.all().get(key).is_some_and(|running| !running.watch.is_finished())
    }

    /// Keeps a run.
    pub fn add(&self, key: &RunKey, running: Running) {
        self.all().insert(key.clone(), running);
    }

    /// Forgets a run that has ended.
    pub fn remove(&self, key: &RunKey) {
        self.all().remove(key);
    }

    /// Stops a run; false if there is none.
    pub fn stop(&self, key: &RunKey) -> bool {
        let stop = self.all().get_mut(key).and_then(|running| running.stop.take());
        stop.is_some_and(|stop| stop.send(()).is_ok())
    }
}

/// How the run of a folder ended, if it has.
///
/// # Errors
/// When it cannot be read.
pub async fn end_of(folder: &Path) -> Result<Option<End>, Fault> {
    match tokio::fs::read(folder.join(END)).await {
        Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|error| Fault::protocol(error.to_string())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Fault::local("the run", &error)),
    }
}

/// Starts a command and watches it.
///
/// # Errors
/// When it cannot be started.
pub fn start(rule: &CommandRule, arguments: Vec<String>, folder: &Path, limit: Duration) -> io::Result<Running> {
    let mut command = Command::new(&rule.program);
    command.args(arguments).current_dir(folder).env_clear().envs(&rule.environment);
    for name in ["PATH", "HOME"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    // A group of its own: what it starts ends with it.
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0).kill_on_drop(true);
    let mut child = command.spawn()?;
    let (stop, stopped) = oneshot::channel();
    let (folder, rule) = (folder.to_owned(), rule.clone());
    let watch = tokio::spawn(async move {
        let end = Box::pin(watched(&mut child, &rule, &folder, limit, stopped))
            .await
            .unwrap_or_else(|error| End::Failed(error.to_string()));
        kill(&child);
        // Written elsewhere first: it is there whole, or not at all.
        let (part, whole) = (folder.join("end.part"), folder.join(END));
        if let Ok(text) = serde_json::to_vec(&end) {
            let _ = tokio::fs::write(&part, text).await;
            let _ = tokio::fs::rename(&part, &whole).await;
        }
    });
    Ok(Running { stop: Some(stop), watch })
}

/// Ends a process and whatever it started.
fn kill(child: &Child) {
    let id = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
    if let Some(id) = id {
        // It may have ended by itself.
        let _ = kill_process_group(id, Signal::KILL);
    }
}

async fn watched(
    child: &mut Child,
    rule: &CommandRule,
    folder: &Path,
    limit: Duration,
    stopped: oneshot::Receiver<()>,
) -> io::Result<End> {
    let output = folder.join(OUTPUT);
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let group = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
    let written = async {
        match (rule.output, stdout) {
            (CommandOutput::Stdout, Some(stdout)) => copied(stdout, &output, rule.max_output).await,
            (_, stdout) => {
                tokio::select! {
                    too_big = grown(&output, rule.max_output) => too_big,
                    _ = async { match stdout { Some(stdout) => drained(stdout).await, None => Ok(String::new()) } } => Ok(true),
                }
            }
        }
    };
    let said = async {
        match stderr {
            Some(stderr) => drained(stderr).await,
            None => Ok(String::new()),
        }
    };
    let ended = async {
        let (fits, said) = tokio::join!(
            async {
                let fits = written.await;
                if !matches!(fits, Ok(true)) {
                    // Its other end is to close too.
                    group.map(|id| kill_process_group(id, Signal::KILL));
                }
                fits
            },
            said
        );
        let status = child.wait().await?;
        Ok::<_, io::Error>((fits?, said?, status))
    };
    tokio::select! {
        ended = timeout(limit, ended) => match ended {
            Err(_) => Ok(End::TooLong),
            Ok(Err(error)) => Err(error),
            Ok(Ok((false, ..))) => Ok(End::TooBig),
            Ok(Ok((true, said, status))) => Ok(judged(rule, status, &said)),
        },
        Ok(()) = stopped => Ok(End::Canceled),
    }
}

fn judged(rule: &CommandRule, status: ExitStatus, said: &str) -> End {
    match status.code() {
        Some(code) if rule.ok.contains(&code) => End::Done,
        _ => End::Failed(format!("{status} {said}")),
    }
}

/// Writes what comes to a file; false once it is too much.
async fn copied(mut from: impl AsyncRead + Unpin, path: &Path, max: u64) -> io::Result<bool> {
    let mut file = tokio::fs::File::create_new(path).await?;
    let mut limited = (&mut from).take(max);
    tokio::io::copy(&mut limited, &mut file).await?;
    file.flush().await?;
    Ok(from.read(&mut [0]).await? == 0)
}

/// Looks at a file that somebody else writes; ends with false once it is too big.
async fn grown(path: &Path, max: u64) -> io::Result<bool> {
    loop {
        sleep(LOOK).await;
        if tokio::fs::metadata(path).await.is_ok_and(|file| file.len() > max) {
            return Ok(false);
        }
    }
}

/// Reads all that comes and keeps its end.
async fn drained(mut from: impl AsyncRead + Unpin) -> io::Result<String> {
    let (mut kept, mut buffer) = (Vec::new(), vec![0; 4096]);
    loop {
        let read = from.read(&mut buffer).await?;
        if read == 0 {
            return Ok(String::from_utf8_lossy(&kept).into_owned());
        }
        kept.extend_from_slice(&buffer[..read]);
        kept.drain(..kept.len().saturating_sub(MAX_WORDS));
    }
}
