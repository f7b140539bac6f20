//! `postura schedule`: what is scanned when.

use super::DONE;
use app::locales::{Locale, scanning};
use clap::{Args, Subcommand};
use model::view::scanning::{ScheduleAct, ScheduleDraft, ScheduleView};
use ports::Scanning as _;
use service::Service;
use service::request::Session;
use std::io::Write;
use std::sync::Arc;

/// Say what is scanned when. Schedules run while `postura serve` does.
#[derive(Args, Debug)]
pub struct Schedules {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// The schedules with their next times.
    List {
        /// A JSON array.
        #[arg(long)]
        json: bool,
    },
    /// Add a schedule, or say anew what one is.
    Set(Box<Set>),
    /// Let a schedule stand still.
    Pause {
        /// Its name or number.
        name: String,
    },
    /// Let it go on.
    Resume {
        /// Its name or number.
        name: String,
    },
}

/// A schedule.
#[derive(Args, Debug)]
struct Set {
    /// Its name.
    name: String,
    /// The connector, by name or number.
    #[arg(long)]
    connector: String,
    /// The group of targets, by name or number; none to fetch the findings that Tenable Vulnerability Management keeps.
    #[arg(long, default_value = "")]
    target: String,
    /// When: minute, hour, day, month, weekday, as in `30 2 * * mon`.
    #[arg(long)]
    cron: String,
    /// In which IANA zone; the organisation's if none.
    #[arg(long, default_value = "")]
    zone: String,
    /// What becomes of times at which nothing could start it: `skip`, `once` or `all`.
    #[arg(long, default_value = "once")]
    missed: String,
    /// What becomes of a time while the run before is under way: `skip` or `wait`.
    #[arg(long, default_value = "skip")]
    overlap: String,
    /// Within how many minutes it begins.
    #[arg(long, default_value_t = 0)]
    jitter: i64,
    /// After how many minutes a run is stopped.
    #[arg(long, default_value_t = 480)]
    time_limit: i64,
    /// How hard it presses: `light`, `normal` or `deep`.
    #[arg(long, default_value = "normal")]
    intensity: String,
    /// The scanner's policy or template, by its id there.
    #[arg(long, default_value = "")]
    choice: String,
}

impl Schedules {
    /// Does it.
    pub async fn run(self, service: &Arc<Service>) -> anyhow::Result<u8> {
        let session = Session::operator(service, "schedule").await?;
        match self.command {
            Command::List { json } => list(&session.schedules().await?.schedules, json)?,
            Command::Set(set) => {
                let known = session.schedules().await?.schedules.into_iter().find(|one| one.said.name == set.name);
                let id = session.set_schedule(set.draft(known.map(|one| one.id))).await?;
                let all = session.schedules().await?.schedules;
                list(&all.into_iter().filter(|one| one.id == id).collect::<Vec<_>>(), false)?;
            }
            Command::Pause { name } => session.act_schedule(found(&session, &name).await?, ScheduleAct::Pause).await?,
            Command::Resume { name } => {
                session.act_schedule(found(&session, &name).await?, ScheduleAct::Resume).await?
            }
        }
        Ok(DONE)
    }
}

/// The number of the schedule of a name or number.
pub async fn found(session: &Session, name: &str) -> anyhow::Result<i64> {
    let all = session.schedules().await?.schedules.into_iter();
    let mut named = all.filter(|one| one.said.name == name || one.id.to_string() == name);
    named.next().map(|one| one.id).ok_or_else(|| anyhow::anyhow!("there is no schedule {name}"))
}

impl Set {
    fn draft(self, id: Option<i64>) -> ScheduleDraft {
        ScheduleDraft {
            id,
            name: self.name,
            connector: self.connector,
            target: self.target,
            cron: self.cron,
            zone: self.zone,
            missed: self.missed,
            overlap: self.overlap,
            jitter: self.jitter,
            time_limit: self.time_limit,
            intensity: self.intensity,
            choice: self.choice,
        }
    }
}

fn list(schedules: &[ScheduleView], json: bool) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    if json {
        writeln!(out, "{}", serde_json::to_string(schedules)?)?;
        return Ok(());
    }
    for one in schedules {
        let said = &one.said;
        let paused = if one.paused { ", paused" } else { "" };
        let when = scanning::cadence(Locale::En, &said.cron);
        let target = if said.target.is_empty() { "nothing: what it knows is fetched" } else { &said.target };
        writeln!(out, "{:4}  {}: {when} ({}), {} → {target}{paused}", one.id, said.name, said.zone, said.connector)?;
        for next in &one.next {
            writeln!(out, "      {} ({})", next.text, next.iso)?;
        }
    }
    Ok(())
}
