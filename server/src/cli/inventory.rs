//! `postura inventory`: what the organisation says of its assets.

use super::{DONE, REFUSED};
use anyhow::Context;
use app::locales::assets as words;
use clap::{Args, Subcommand};
use model::text::Locale;
use service::Service;
use service::request::Session;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Load the declared inventory of assets from a CSV, or write it out.
#[derive(Args, Debug)]
pub struct Inventory {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Declare the assets of a CSV: name, address or URL; space, criticality, exposure, environment, tags, owner team.
    Load {
        /// The file; `-` reads standard input.
        file: PathBuf,
        /// Say what would change, and change nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Write the inventory as a CSV that can be loaded again.
    Export {
        /// Filter text, as on the page of assets.
        #[arg(long, default_value = "", value_name = "TEXT")]
        filter: String,
    },
}

impl Inventory {
    /// Does it. Ends with 2 if rows were set aside or the file is refused; the other rows count.
    pub async fn run(self, service: &Arc<Service>) -> anyhow::Result<u8> {
        let session = Session::operator(service, "inventory").await?;
        match self.command {
            Command::Export { filter } => {
                print!("{}", session.inventory_csv(&filter).await?);
                Ok(DONE)
            }
            Command::Load { file, dry_run } => load(&session, &file, dry_run).await,
        }
    }
}

async fn load(session: &Session, file: &Path, dry_run: bool) -> anyhow::Result<u8> {
    let bytes = read(session, file)?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let done = session.load_inventory(&name, &bytes, !dry_run).await?;
    if let Some(refusal) = &done.refusal {
        eprintln!("{}: {}", file.display(), app::locales::refusal_sentence(Locale::En, refusal));
        return Ok(REFUSED);
    }
    for row in &done.rows {
        let told = if row.id.is_some() { "changes" } else { "new" };
        let changes = row.changes.iter().map(|(field, before, after)| format!("{field}: {before:?} -> {after:?}"));
        println!("line {}: {} {told}: {}", row.line, row.name, changes.collect::<Vec<_>>().join(", "));
        if !row.near.is_empty() {
            println!("line {}: {}", row.line, words::near(Locale::En, &row.near));
        }
    }
    for flaw in &done.flaws {
        eprintln!("line {}: {} {:?}", flaw.line, words::flaw(Locale::En, &flaw.reason, &flaw.detail), flaw.detail);
    }
    if !done.ignored.is_empty() {
        eprintln!("{}", words::preview_ignored(Locale::En, &done.ignored.join(", ")));
    }
    println!(
        "{} new, {} changed, {} the same, {} set aside{}",
        done.new,
        done.changed,
        done.same,
        done.flaw_count,
        if dry_run { " (nothing was changed)" } else { "" }
    );
    Ok(if done.flaw_count > 0 { REFUSED } else { DONE })
}

/// The file's bytes; one more than the bound is enough to be refused.
fn read(session: &Session, file: &Path) -> anyhow::Result<Vec<u8>> {
    let most = session.most_inventory() + 1;
    let mut bytes = Vec::new();
    if file.as_os_str() == "-" {
        std::io::stdin().lock().take(most).read_to_end(&mut bytes).context("standard input cannot be read")?;
    } else {
        let unreadable = || format!("{} cannot be read", file.display());
        let file = std::fs::File::open(file).with_context(unreadable)?;
        file.take(most).read_to_end(&mut bytes).with_context(unreadable)?;
    }
    Ok(bytes)
}
