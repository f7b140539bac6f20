//! `postura feeds`: what is published about exploitation.

use super::{DONE, REFUSED};
use anyhow::Context;
use app::locales::feeds_say;
use clap::{Args, Subcommand};
use model::feeds::FeedKind;
use model::text::Locale;
use model::view::feeds::FeedLoaded;
use ports::Feeds as _;
use service::Service;
use service::feeds::{FeedError, MAX_FEED};
use service::request::Session;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

/// EPSS scores and the catalogues of known exploited vulnerabilities, out of files or from where the settings say.
#[derive(Args, Debug)]
pub struct Feeds {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Load a published file: FIRST's `epss_scores-DAY.csv.gz`, CISA's `known_exploited_vulnerabilities.json`, or the exploited
    /// vulnerabilities of ENISA's EUVD in JSON.
    Load {
        /// What it is: epss, kev or euvd.
        #[arg(value_parser = kind)]
        kind: FeedKind,
        /// The file, in gzip or plain.
        file: PathBuf,
        /// The day of which it speaks, for a file that does not say.
        #[arg(long, default_value = "", value_name = "YYYY-MM-DD")]
        day: String,
    },
    /// Fetch what the settings name (`[feeds]`) now, without waiting for the night.
    Refresh,
    /// Say what is loaded, and how it was fetched.
    Status {
        /// One JSON object a file.
        #[arg(long)]
        json: bool,
    },
}

fn kind(word: &str) -> Result<FeedKind, String> {
    word.parse().map_err(|()| "epss, kev or euvd".to_owned())
}

impl Feeds {
    /// Does it.
    pub async fn run(self, service: &Arc<Service>) -> anyhow::Result<u8> {
        let session = Session::operator(service, "feeds").await?;
        let (kind, path, day) = match self.command {
            Command::Load { kind, file, day } => (kind, file, day),
            Command::Refresh => return refresh(service).await,
            Command::Status { json } => return status(&session, json).await,
        };
        let unreadable = || format!("{} cannot be read", path.display());
        let mut bytes = Vec::new();
        let file = std::fs::File::open(&path).with_context(unreadable)?;
        file.take(MAX_FEED as u64 + 1).read_to_end(&mut bytes).with_context(unreadable)?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        match session.load_feed(kind, &name, bytes, &day).await {
            Ok(loaded) => {
                say(&loaded);
                Ok(DONE)
            }
            Err(FeedError::Refused(refusal)) => {
                let said = app::locales::refusal_sentence(Locale::En, &refusal);
                eprintln!("{}: {said}", path.display());
                Ok(REFUSED)
            }
            Err(FeedError::Failed(error)) => Err(error.into()),
        }
    }
}

/// Says what loading a file did.
fn say(loaded: &FeedLoaded) {
    let FeedLoaded { kind, day, listed, quarantined, flaws, changed } = loaded;
    println!("{kind} of {day}: {listed} rows, {changed} changed here");
    if *quarantined > 0 {
        println!("{quarantined} rows could not be read, among them:");
    }
    for flaw in flaws {
        let line = flaw.line.map(|line| format!("line {line}: ")).unwrap_or_default();
        println!("  {line}{} {}: {}", flaw.reason, flaw.detail, flaw.raw.trim_end());
    }
}

async fn refresh(service: &Service) -> anyhow::Result<u8> {
    let mut ended = DONE;
    for (kind, refreshed) in service.refresh_feeds_now().await? {
        match refreshed {
            Ok(Some(loaded)) => say(&loaded),
            Ok(None) => println!("{kind}: nothing new"),
            Err(trouble) => {
                eprintln!("{kind}: {}", feeds_say::trouble(Locale::En, &trouble));
                ended = REFUSED;
            }
        }
    }
    Ok(ended)
}

async fn status(session: &Session, json: bool) -> anyhow::Result<u8> {
    let page = session.feeds().await?;
    for one in page.refreshes.iter().filter(|_| !json) {
        let good = one.good.as_ref().map_or("never", |at| at.iso.as_str());
        let why = one.trouble.as_ref().map(|why| feeds_say::trouble(Locale::En, why)).unwrap_or_default();
        println!("{:4} from {}  fetched {good}  {why}", one.kind, one.origin);
    }
    for file in page.files {
        if json {
            println!("{}", serde_json::to_string(&file)?);
            continue;
        }
        let name = if file.file.is_empty() { "shipped with the program" } else { file.file.as_str() };
        let state = if file.in_force { "in force" } else { "earlier" };
        println!(
            "{:4} of {}  {:7} rows  {} not read  {state}  {name}",
            file.kind, file.day.iso, file.listed, file.quarantined
        );
    }
    Ok(DONE)
}
