//! `postura retention` and `postura purge`.

use super::DONE;
use anyhow::Context;
use app::locales::error_sentence;
use clap::{Args, Subcommand};
use model::error::WireError;
use model::text::Locale;
use service::Service;
use service::request::Session;
use service::retention::{Class, Expired, Held};
use std::sync::Arc;

/// How long evidence and originals are kept, and what must not expire. Facts are kept for ever.
#[derive(Args, Debug)]
pub struct Retention {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Print the policy and the legal holds in force.
    Show,
    /// Set how long a class is kept.
    Set {
        /// `evidence` or `original`.
        class: String,
        /// Days since the scan, or `forever`.
        days: String,
    },
    /// Keep everything of a scan, or of an asset, whatever the policy says.
    Hold {
        /// `scan` or `asset`.
        kind: String,
        /// Its id.
        id: i64,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Release a legal hold.
    Release {
        /// The hold's id, as `show` prints it.
        hold: i64,
    },
    /// Take away what the policy no longer keeps; the server does so once a day.
    Run {
        /// Say what would go, and take nothing away.
        #[arg(long)]
        dry_run: bool,
    },
}

/// A refusal in words.
fn told(error: WireError) -> anyhow::Error {
    anyhow::anyhow!(error_sentence(Locale::En, &error))
}

impl Retention {
    /// Does what is asked.
    pub async fn run(self, service: &Arc<Service>) -> anyhow::Result<u8> {
        let session = Session::operator(service, "retention").await.map_err(told)?;
        match self.command {
            Command::Show => show(service, &session).await?,
            Command::Set { class, days } => {
                let class =
                    Class::of(&class).with_context(|| format!("{class} is neither `evidence` nor `original`"))?;
                let days = match days.as_str() {
                    "forever" => None,
                    text => Some(text.parse().with_context(|| format!("{text} is neither days nor `forever`"))?),
                };
                session.set_retention(class, days).await.map_err(told)?;
                show(service, &session).await?;
            }
            Command::Hold { kind, id, reason } => {
                let on = match kind.as_str() {
                    "scan" => Held::Scan(id),
                    "asset" => Held::Asset(id),
                    _ => anyhow::bail!("{kind} is neither `scan` nor `asset`"),
                };
                session.hold(on, &reason).await.map_err(told)?;
                show(service, &session).await?;
            }
            Command::Release { hold } => {
                session.release_hold(hold).await.map_err(told)?;
                show(service, &session).await?;
            }
            Command::Run { dry_run } => {
                let Expired { packs, pack_bytes, kept, originals, original_bytes } =
                    session.expire(dry_run).await.map_err(told)?;
                let verb = if dry_run { "would expire" } else { "expired" };
                println!(
                    "{packs} packs of evidence ({pack_bytes} bytes) and {originals} originals ({original_bytes} bytes) \
                     {verb}; {kept} old packs stay, since findings seen lately or legal holds need them."
                );
            }
        }
        Ok(DONE)
    }
}

async fn show(service: &Arc<Service>, session: &Session) -> anyhow::Result<()> {
    let policy = service.retention().await?;
    for class in [Class::Evidence, Class::Original] {
        match policy.iter().find(|(known, _)| *known == class) {
            Some((_, days)) => println!("{}: {days} days", class.word()),
            None => println!("{}: for ever", class.word()),
        }
    }
    for hold in session.holds().await.map_err(told)? {
        let on = match hold.on {
            Held::Scan(id) => format!("scan {id}"),
            Held::Asset(id) => format!("asset {id}"),
        };
        println!("hold {} on {on} since {}: {}", hold.id, hold.at, hold.reason);
    }
    Ok(())
}

/// Take a scan out of the books and destroy its content for ever: original, evidence, quarantine and what it saw. A tombstone
/// stays, so that importing the same bytes again is refused.
#[derive(Args, Debug)]
pub struct Purge {
    /// The scan's id, as `import --json` gives it.
    scan: i64,
    /// Nothing brings it back: say that this is meant.
    #[arg(long)]
    for_ever: bool,
}

impl Purge {
    /// Purges.
    pub async fn run(self, service: &Arc<Service>) -> anyhow::Result<u8> {
        anyhow::ensure!(self.for_ever, "nothing brings a purged scan back: say --for-ever if that is meant");
        let session = Session::operator(service, "purge").await.map_err(told)?;
        session.purge(self.scan).await.map_err(told)?;
        println!("Scan {} is purged.", self.scan);
        Ok(DONE)
    }
}
