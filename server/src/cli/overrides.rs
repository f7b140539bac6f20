//! `postura override`: rules by which people say where weaknesses belong.

use super::{DONE, REFUSED};
use anyhow::Context;
use clap::{Args, Subcommand};
use model::overrides::MAX_FILE;
use model::view::overrides::{OverrideDraft, OverrideFilePreview, OverridePreview};
use ports::Overrides as _;
use service::Service;
use service::request::Session;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

/// Say once that weaknesses belong to another category, are mere facts, or are how severe; what was known before stays.
#[derive(Args, Debug)]
pub struct Overrides {
    #[command(subcommand)]
    command: Command,
}

/// Which weaknesses, and what is said of them.
#[derive(Args, Debug)]
struct Rule {
    /// Filter of weaknesses: `tool:`, `rule:`, `title:`, `cwe:` and `cve:`, as in `tool:nessus title:"tls *"`; with `asset:` and
    /// `tag:` on some assets alone.
    #[arg(long = "match", value_name = "FILTER")]
    matches: String,
    /// What they are: of categories, `2021:A05,2025:A02`; no weakness, `inventory`; or so severe from now on, `severity:low`.
    #[arg(long, value_name = "WHAT")]
    says: String,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Show what a rule would move, and change nothing.
    Preview {
        #[command(flatten)]
        rule: Rule,
        /// One JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Add a rule and apply it. Of several rules the later ones decide.
    Add {
        /// Its name.
        name: String,
        #[command(flatten)]
        rule: Rule,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// List the rules: in force, and taken back.
    List,
    /// Take a rule back, by its number: as if it had never been.
    Undo {
        /// The number.
        id: i64,
    },
    /// Read rules back out of a file that `export` wrote: those that are not in force are added, in one step. With anything
    /// wrong in it, nothing is.
    Import {
        /// The file, in TOML.
        file: PathBuf,
        /// Take back every rule that is not in the file, so that the rules in force are the file's.
        #[arg(long)]
        replace: bool,
        /// Show what it would do, and change nothing.
        #[arg(long)]
        dry_run: bool,
        /// One JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Write the rules in force as TOML.
    Export {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
}

impl Rule {
    fn draft(self) -> OverrideDraft {
        OverrideDraft { matches: self.matches, says: self.says, ..OverrideDraft::default() }
    }
}

impl Overrides {
    /// Does it.
    pub async fn run(self, service: &Arc<Service>) -> anyhow::Result<u8> {
        let session = Session::operator(service, "override").await?;
        match self.command {
            Command::Preview { rule, json } => {
                let preview = session.override_preview(&rule.draft()).await?;
                if json {
                    println!("{}", serde_json::to_string(&preview)?);
                } else {
                    print(&preview);
                }
            }
            Command::Add { name, rule, reason } => {
                let draft = OverrideDraft { name, reason, ..rule.draft() };
                println!("{} changes", session.add_override(draft).await?);
            }
            Command::List => {
                for rule in session.overrides(OverrideDraft::default()).await?.rules {
                    let by = rule.by.as_deref().unwrap_or("operator");
                    let state = match &rule.withdrawn {
                        Some((at, _)) => format!("taken back {}", at.iso),
                        None => "in force".to_owned(),
                    };
                    let (id, name, matches, says) = (rule.id, rule.name, rule.matches, rule.says);
                    println!("{id:4}  {name}  [{matches}] → {says}  {state}  {by}, {}: {}", rule.at.iso, rule.reason);
                }
            }
            Command::Undo { id } => println!("{} changes", session.undo_override(id).await?),
            Command::Import { file, replace, dry_run, json } => {
                return load(&session, &file, replace, !dry_run, json).await;
            }
            Command::Export { json } => {
                let file = session.override_file().await?;
                let text = if json { serde_json::to_string_pretty(&file)? } else { toml::to_string(&file)? };
                println!("{}", text.trim_end());
            }
        }
        Ok(DONE)
    }
}

async fn load(session: &Session, path: &std::path::Path, replace: bool, apply: bool, json: bool) -> anyhow::Result<u8> {
    let unreadable = || format!("{} cannot be read", path.display());
    let mut text = String::new();
    let file = std::fs::File::open(path).with_context(unreadable)?;
    file.take(MAX_FILE as u64 + 1).read_to_string(&mut text).with_context(unreadable)?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let seen = Box::pin(session.load_override_file(&name, &text, replace, apply)).await?;
    if json {
        println!("{}", serde_json::to_string(&seen)?);
    } else {
        print_file(&seen, apply);
    }
    for flaw in &seen.flaws {
        eprintln!("{}:{}: {} {}: {}", path.display(), flaw.line, flaw.field, flaw.code, flaw.detail.replace('\n', " "));
    }
    Ok(if seen.flaws.is_empty() { DONE } else { REFUSED })
}

fn print_file(seen: &OverrideFilePreview, applied: bool) {
    if !seen.flaws.is_empty() {
        println!("nothing was changed: {} lines cannot be read", seen.flaws.len());
        return;
    }
    let would = if applied { "" } else { "would be " };
    for rule in &seen.withdrawn {
        println!("{would}taken back: {}  [{}] → {}", rule.name, rule.matches, rule.says);
    }
    for rule in &seen.added {
        println!("{would}added: {}  [{}] → {}", rule.name, rule.matches, rule.says);
    }
    println!("{} rules of the file are in force already", seen.same);
    for one in &seen.moves {
        let (from, to) = (one.from.word(), one.to.word());
        println!("{}: {from} → {to}  {} weaknesses", one.edition, one.weaknesses);
    }
    println!("{} weaknesses on single assets {}", seen.places, if applied { "changed" } else { "would change" });
    println!("{} weaknesses {}", seen.weaknesses, if applied { "moved" } else { "would move" });
}

fn print(preview: &OverridePreview) {
    println!("{} open findings are of weaknesses that it is about", preview.open.value);
    for one in &preview.rated {
        println!("{} → {}  would rate {} open findings, {} in all", one.from, one.to, one.open.value, one.all.value);
    }
    if preview.moves.is_empty() && preview.rated.is_empty() {
        println!("nothing would move");
    }
    for one in &preview.moves {
        println!(
            "{}: {} → {}  would move {} open findings, {} in all, of {} weaknesses",
            one.edition,
            one.from.word(),
            one.to.word(),
            one.open.value,
            one.all.value,
            one.weaknesses
        );
    }
}
