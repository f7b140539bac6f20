//! `postura run`: scans, started and stopped.

use super::{DONE, REFUSED, schedule};
use app::locales::{Locale, scanners, scanners_say};
use clap::{Args, Subcommand};
use model::RunState;
use model::view::scanning::RunView;
use ports::Scanning as _;
use service::Service;
use service::request::Session;
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

/// See, start and stop scans. They are driven by `postura serve`.
#[derive(Args, Debug)]
pub struct Runs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// The newest runs.
    List {
        /// A JSON array.
        #[arg(long)]
        json: bool,
    },
    /// One run with its log.
    Show {
        /// Its number.
        id: i64,
        /// One JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Ask for a run of a schedule now.
    Start {
        /// The schedule, by name or number.
        schedule: String,
        /// Only these targets of its group. May be repeated.
        #[arg(long, value_name = "TARGET")]
        target: Vec<String>,
        /// Only these rules of the scanner, by its ids. May be repeated.
        #[arg(long, value_name = "ID")]
        rule: Vec<String>,
        /// Wait until it has ended; exit status 2 if it did not come to a result.
        #[arg(long)]
        wait: bool,
    },
    /// Stop a run.
    Stop {
        /// Its number.
        id: i64,
    },
}

impl Runs {
    /// Does it.
    pub async fn run(self, service: &Arc<Service>) -> anyhow::Result<u8> {
        let session = Session::operator(service, "run").await?;
        match self.command {
            Command::List { json: true } => {
                let page = session.runs(None, String::new()).await?;
                writeln!(std::io::stdout(), "{}", serde_json::to_string(&page.runs)?)?;
            }
            Command::List { json: false } => {
                for run in session.runs(None, String::new()).await?.runs {
                    print(&run)?;
                }
            }
            Command::Show { id, json } => show(&session, id, json).await?,
            Command::Start { schedule, target, rule, wait } => {
                let id = session.run_now(schedule::found(&session, &schedule).await?, target, rule).await?;
                let ended = if wait { Some(ended(&session, id).await?) } else { None };
                print(&session.run(id).await?.run)?;
                return Ok(if ended.is_some_and(|state| state != RunState::Done) { REFUSED } else { DONE });
            }
            Command::Stop { id } => session.stop_run(id).await?,
        }
        Ok(DONE)
    }
}

/// Waits until a run has ended.
async fn ended(session: &Session, id: i64) -> anyhow::Result<RunState> {
    loop {
        let state = session.run(id).await?.run.state;
        if state.ended() {
            return Ok(state);
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

async fn show(session: &Session, id: i64, json: bool) -> anyhow::Result<()> {
    let page = session.run(id).await?;
    if json {
        writeln!(std::io::stdout(), "{}", serde_json::to_string(&page)?)?;
        return Ok(());
    }
    print(&page.run)?;
    for (at, fact) in &page.log {
        writeln!(std::io::stdout(), "      {}  {}", at.iso, scanners_say::fact(Locale::En, fact))?;
    }
    if let Some(delta) = &page.delta {
        let (new, same, back) = (delta.new.value, delta.same.value, delta.reopened.value);
        let (closed, left) = (delta.closed.value, delta.not_retested.value);
        writeln!(
            std::io::stdout(),
            "      {new} new, {same} same, {back} reopened, {closed} closed with proof, {left} not re-tested"
        )?;
    }
    Ok(())
}

fn print(run: &RunView) -> std::io::Result<()> {
    let name = run.schedule.as_ref().map_or(&run.connector.1, |(_, name)| name);
    let percent = run.percent.map(|percent| format!(" {percent} %")).unwrap_or_default();
    let why = scanners_say::reason(Locale::En, &run.reason, &run.detail);
    let scan = run.scan.map(|scan| format!(", scan {scan}")).unwrap_or_default();
    let state = scanners::state(Locale::En, run.state);
    writeln!(std::io::stdout(), "{:4}  {name}: {state}{percent}{scan}  {}  {why}", run.id, run.at.iso)
}
