//! A program that ends with the test, however the test ends.
//!
//! A shell starts the program and waits for the end of its own input. When the test drops it, or dies, the pipe closes; the
//! shell then stops the program, by force if it takes long, and takes its folder away. Nothing depends on destructors,
//! which the statics of a test program do not run.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How many lines of what a program said are kept.
const KEPT: usize = 400;

const SCRIPT: &str = r#"
away=$1; shift
"$@" </dev/null &
program=$!
echo "guards $program"
exec >/dev/null 2>&1
cat
kill -TERM "$program"
for _ in $(seq 100); do kill -0 "$program" || break; sleep 0.1; done
[ -z "$away" ] || rm -rf "$away"
kill -KILL 0
"#;

/// A guarded program.
pub struct Guardian {
    shell: Child,
    said: Arc<Mutex<VecDeque<String>>>,
    lines: Receiver<String>,
    statements: Arc<Mutex<Vec<String>>>,
    /// The program's number, once the shell has told it.
    program: Arc<Mutex<Option<String>>>,
}

/// The statement that a line of the log tells of, if it was run for a request: what begins or ends a transaction or sets up a
/// connection is none, and the workers ask for jobs and runs by themselves, as the heartbeat asks what is due.
fn statement(line: &str) -> Option<String> {
    let (_, said) = line.split_once("sqlx::query: ")?;
    let aside = ["BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SET ", "UPDATE job SET state", "UPDATE scan_run SET lease"];
    let heart = ["WHERE s.next_at <= ", "FROM connector WHERE look_at <= ", " AS ends FROM head h"];
    let full = said.split_once("db.statement=\"").map_or("", |(_, rest)| rest).trim_start_matches("\\n");
    let summary = said.split_once("summary=\"").map_or("", |(_, rest)| rest);
    let text = if full.starts_with('"') { summary } else { full };
    let text = text.split("\\n\" rows_affected").next().unwrap_or_default().to_owned();
    let by_itself = aside.iter().any(|begin| text.starts_with(begin)) || heart.iter().any(|part| text.contains(part));
    (!by_itself).then_some(text)
}

impl Guardian {
    /// Starts a program in a folder, which is taken away at its end unless it is to be kept.
    ///
    /// # Panics
    /// There is no shell.
    #[must_use]
    pub fn start(folder: &Path, keep: bool, command: &Command) -> Self {
        let away = if keep { Path::new("") } else { folder };
        let mut shell = Command::new("sh");
        shell.args(["-c", SCRIPT, "guardian"]).arg(away).arg(command.get_program()).args(command.get_args());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => shell.env(name, value),
                None => shell.env_remove(name),
            };
        }
        shell.current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        std::os::unix::process::CommandExt::process_group(&mut shell, 0);
        let mut shell = shell.spawn().expect("a shell starts");
        let said = Arc::new(Mutex::new(VecDeque::new()));
        let (sender, lines) = channel();
        let statements = Arc::new(Mutex::new(Vec::new()));
        let program = Arc::new(Mutex::new(None));
        let readers: [Option<Box<dyn Read + Send>>; 2] = [
            shell.stdout.take().map(|out| Box::new(out) as Box<dyn Read + Send>),
            shell.stderr.take().map(|out| Box::new(out) as Box<dyn Read + Send>),
        ];
        for out in readers.into_iter().flatten() {
            let (said, sender, statements) = (Arc::clone(&said), sender.clone(), Arc::clone(&statements));
            let program = Arc::clone(&program);
            std::thread::spawn(move || {
                for line in BufReader::new(out).split(b'\n').map_while(Result::ok) {
                    let line = String::from_utf8_lossy(&line).into_owned();
                    if let Some(number) = line.strip_prefix("guards ") {
                        *program.lock().unwrap_or_else(PoisonError::into_inner) = Some(number.trim().to_owned());
                        continue;
                    }
                    statements.lock().unwrap_or_else(PoisonError::into_inner).extend(statement(&line));
                    let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
                    if said.len() == KEPT {
                        said.pop_front();
                    }
                    said.push_back(line.clone());
                    drop(said);
                    // Nobody listens once the program has begun.
                    let _ = sender.send(line);
                }
            });
        }
        Self { shell, said, lines, statements, program }
    }

    /// Kills the program as a loss of power would, and waits until it is gone. What it left stays until the guardian is dropped.
    ///
    /// # Panics
    /// It cannot be killed.
    pub fn kill(&self) {
        let number = self.program.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let number = number.expect("the shell has told the program's number");
        let killed = Command::new("kill").args(["-KILL", &number]).status().expect("there is a kill");
        assert!(killed.success(), "the program can be killed; it said:\n{}", self.said());
        // Its ends of the pipes close with it.
        let until = Instant::now() + Duration::from_secs(60);
        while !matches!(
            self.lines.recv_timeout(until.saturating_duration_since(Instant::now())),
            Err(RecvTimeoutError::Disconnected)
        ) {
            assert!(Instant::now() < until, "the program does not go away");
        }
    }

    /// Waits for a line that `reads` something out of.
    ///
    /// # Panics
    /// The program ended before, or took too long.
    #[must_use]
    pub fn wait_for<T>(&self, most: Duration, reads: impl Fn(&str) -> Option<T>) -> T {
        let until = Instant::now() + most;
        loop {
            match self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    if let Some(found) = reads(&line) {
                        return found;
                    }
                }
                Err(RecvTimeoutError::Timeout) => panic!("no answer in {most:?}; it said:\n{}", self.said()),
                Err(RecvTimeoutError::Disconnected) => panic!("the program ended; it said:\n{}", self.said()),
            }
        }
    }

    /// The statements that its log has told of from one on.
    pub(super) fn statements(&self, from: usize) -> Vec<String> {
        let all = self.statements.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(from..).unwrap_or_default().to_vec()
    }

    /// How many bytes of memory the program holds, where the system tells.
    #[must_use]
    pub fn memory(&self) -> Option<u64> {
        let shell = self.shell.id();
        let children = std::fs::read_to_string(format!("/proc/{shell}/task/{shell}/children")).ok()?;
        // The program, and the `cat` that waits for the end of the test.
        let of = |child: &str| {
            let status = std::fs::read_to_string(format!("/proc/{child}/status")).ok()?;
            let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
            line.split_whitespace().next()?.parse::<u64>().ok()
        };
        children.split_whitespace().filter_map(of).max().map(|kib| kib << 10)
    }

    /// The last lines of what the program said.
    #[must_use]
    pub fn said(&self) -> String {
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        said.iter().map(|line| format!("    {line}\n")).collect()
    }
}

impl Drop for Guardian {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the program said last:\n{}", self.said());
        }
        drop(self.shell.stdin.take());
        // It kills itself at the end; there is nothing to learn from that.
        let _ = self.shell.wait();
    }
}

/// A new folder for one program; its guardian takes it away.
///
/// # Panics
/// It cannot be made.
#[must_use]
pub fn folder(what: &str) -> PathBuf {
    let folder = super::places::temporary().join(format!("{what}-{}", super::engine::new_name()));
    std::fs::create_dir_all(&folder).expect("a folder for the program can be made");
    folder
}
