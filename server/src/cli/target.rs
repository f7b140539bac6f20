//! `postura target`: what may be scanned.

use super::DONE;
use clap::{Args, Subcommand};
use model::view::scanning::TargetDraft;
use ports::Scanning as _;
use service::Service;
use service::request::Session;
use std::io::Write;
use std::sync::Arc;

/// Say what may be scanned, and on whose word.
#[derive(Args, Debug)]
pub struct Targets {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// The groups of targets.
    List {
        /// A JSON array.
        #[arg(long)]
        json: bool,
    },
    /// Add a group, or say anew what one is.
    Set(Box<Set>),
}

/// A group of targets.
#[derive(Args, Debug)]
struct Set {
    /// Its name.
    name: String,
    /// What is scanned: addresses, networks, names or URLs.
    #[arg(required = true, value_name = "TARGET")]
    targets: Vec<String>,
    /// What is left out. May be repeated.
    #[arg(long, value_name = "TARGET")]
    exclude: Vec<String>,
    /// What may be scanned at most; the targets if none. May be repeated.
    #[arg(long, value_name = "SCOPE")]
    allow: Vec<String>,
    /// Who permits it in writing. Without it nothing is scanned.
    #[arg(long, value_name = "WHO", default_value = "", requires = "until")]
    authorised_by: String,
    /// Until which day that holds, such as 2026-12-31.
    #[arg(long, value_name = "DAY", default_value = "", requires = "authorised_by")]
    until: String,
    /// Where that is written.
    #[arg(long, value_name = "TEXT", default_value = "")]
    authorisation: String,
    /// When no scan begins: `mon-fri 08:00-19:00; sat 10:00-12:00`.
    #[arg(long, value_name = "TIMES", default_value = "")]
    blackouts: String,
    /// The IANA zone of those times; the organisation's if none.
    #[arg(long, default_value = "")]
    zone: String,
}

impl Targets {
    /// Does it.
    pub async fn run(self, service: &Arc<Service>) -> anyhow::Result<u8> {
        let session = Session::operator(service, "target").await?;
        let known = session.targets().await?.targets;
        let mut out = std::io::stdout().lock();
        match self.command {
            Command::List { json: true } => writeln!(out, "{}", serde_json::to_string(&known)?)?,
            Command::List { json: false } => {
                for one in known {
                    let permitted = match &one.until {
                        Some(until) if one.authorised => {
                            format!("permitted by {} until {}", one.said.authorised_by, until.iso)
                        }
                        Some(until) => format!("not permitted since {}", until.iso),
                        None => "not permitted".to_owned(),
                    };
                    let id = one.said.id.unwrap_or_default();
                    writeln!(out, "{id:4}  {}: {} ({permitted})", one.said.name, one.said.targets.replace('\n', ", "))?;
                }
            }
            Command::Set(set) => {
                let same = known.into_iter().find(|one| one.said.name == set.name);
                // Its login is said on the page alone: a password does not belong on a command line.
                let login = same.as_ref().map(|one| one.said.login.clone()).unwrap_or_default();
                let draft = TargetDraft {
                    id: same.and_then(|one| one.said.id),
                    login,
                    name: set.name,
                    targets: set.targets.join("\n"),
                    exclude: set.exclude.join("\n"),
                    allow: set.allow.join("\n"),
                    zone: set.zone,
                    blackouts: set.blackouts,
                    authorised_by: set.authorised_by,
                    authorisation: set.authorisation,
                    authorised_until: set.until,
                };
                writeln!(out, "{}", session.set_target(draft).await?)?;
            }
        }
        Ok(DONE)
    }
}
