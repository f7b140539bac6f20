//! `postura source`: how the exports of a source are understood.

use super::DONE;
use clap::{Args, Subcommand};
use model::view::sources::{SourceSet, SourceView};
use model::{Closing, TargetAlias};
use ports::Sources as _;
use service::Service;
use service::request::Session;
use std::io::Write;
use std::sync::Arc;

/// See and change how the exports of a source are understood: what was imported already is read again.
#[derive(Args, Debug)]
pub struct Sources {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// The sources with their settings.
    List {
        /// A JSON array.
        #[arg(long)]
        json: bool,
    },
    /// Change a source's settings, all its scans included, or nothing.
    Set(Set),
}

/// What changes; the rest stays.
#[derive(Args, Debug)]
struct Set {
    /// The source's name.
    name: String,
    /// The address space: 10.0.0.5 in two spaces is two hosts.
    #[arg(long)]
    space: Option<String>,
    /// The IANA zone of times without one.
    #[arg(long)]
    zone: Option<String>,
    /// What it asks of a proof: `rule_ran_there`, or `both`: that, and a scan of the same series.
    #[arg(long)]
    closing: Option<String>,
    /// Tell hosts apart by name before address.
    #[arg(long)]
    prefer_fqdn: Option<bool>,
    /// What a name means that each scanner understands in its own way, such as `localhost=shop staging`. May be repeated.
    #[arg(long, value_name = "TARGET=NAME")]
    alias: Vec<TargetAlias>,
    /// Take the alias of a target away. May be repeated.
    #[arg(long, value_name = "TARGET")]
    no_alias: Vec<String>,
    /// Say what it would do, and change nothing.
    #[arg(long)]
    dry_run: bool,
    /// One JSON object.
    #[arg(long)]
    json: bool,
}

impl Sources {
    /// Does it.
    pub async fn run(self, service: &Arc<Service>) -> anyhow::Result<u8> {
        let session = Session::operator(service, "source").await?;
        match self.command {
            Command::List { json } => list(&session.sources().await?, json),
            Command::Set(set) => set.run(&session).await,
        }
    }
}

fn list(sources: &[SourceView], json: bool) -> anyhow::Result<u8> {
    let mut out = std::io::stdout().lock();
    if json {
        writeln!(out, "{}", serde_json::to_string(sources)?)?;
        return Ok(DONE);
    }
    for SourceView { name, space, zone, closing, prefer_fqdn, aliases, scans, .. } in sources {
        let first = if *prefer_fqdn { ", names before addresses" } else { "" };
        writeln!(out, "{name}: space {space}, zone {zone}, closing {closing}{first}, {scans} scans")?;
        for alias in aliases {
            writeln!(out, "  {} is {}", alias.target, alias.name)?;
        }
    }
    Ok(DONE)
}

impl Set {
    async fn run(self, session: &Session) -> anyhow::Result<u8> {
        let Self { name, space, zone, closing, prefer_fqdn, alias, no_alias, dry_run, json } = self;
        let closing = closing.map(|word| word.parse::<Closing>());
        let closing = closing.transpose().map_err(|()| anyhow::anyhow!("--closing takes rule_ran_there or both"))?;
        let aliases = if alias.is_empty() && no_alias.is_empty() {
            None
        } else {
            let known = session.sources().await?.into_iter().find(|source| source.name == name);
            let kept = known.map(|source| source.aliases).unwrap_or_default().into_iter();
            let kept = kept.filter(|alias| !no_alias.iter().any(|target| target.eq_ignore_ascii_case(&alias.target)));
            let lines: Vec<String> = kept.chain(alias).map(|alias| alias.to_string()).collect();
            Some(lines.join("\n"))
        };
        let input = SourceSet { name, space, zone, closing, prefer_fqdn, aliases, preview: dry_run };
        let done = session.set_source(input).await?;
        let mut out = std::io::stdout().lock();
        if json {
            writeln!(out, "{}", serde_json::to_string(&done)?)?;
            return Ok(DONE);
        }
        let note = if dry_run { " (nothing was changed)" } else { "" };
        writeln!(out, "{} scans read again: {} findings left, {} came{note}", done.scans, done.left, done.came)?;
        if done.decided > 0 {
            writeln!(
                out,
                "{} that left had decisions, which stay with them: merge the assets to keep them",
                done.decided
            )?;
        }
        Ok(DONE)
    }
}
