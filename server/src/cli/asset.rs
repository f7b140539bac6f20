//! `postura asset`: which assets are one.

use super::DONE;
use app::locales::merges as words;
use clap::{Args, Subcommand};
use model::text::Locale;
use model::view::merges::{NamedAsset, SuggestionView};
use ports::Merges as _;
use service::Service;
use service::request::Session;
use std::io::Write;
use std::sync::Arc;

/// Say which assets are one: the lower key survives, the other's findings and decisions become its own. A split takes it back.
#[derive(Args, Debug)]
pub struct Assets {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// The assets by key, with the numbers by which they are merged, and the merges in force.
    List {
        /// One JSON object: `assets` and `merges`.
        #[arg(long)]
        json: bool,
    },
    /// Hosts that share a hardware address, an agent or a name, and so may be one. Nothing is merged by it.
    Suggest {
        /// A JSON array.
        #[arg(long)]
        json: bool,
    },
    /// Say that two assets are one.
    Merge {
        /// One asset's number or key.
        one: String,
        /// The other's.
        other: String,
        /// Why.
        #[arg(long)]
        reason: String,
        /// Say what it would do, and change nothing.
        #[arg(long)]
        dry_run: bool,
        /// One JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Withdraw a merge: everything is as it would be without it.
    Split {
        /// The merge's number.
        merge: i64,
    },
}

impl Assets {
    /// Does it.
    pub async fn run(self, service: &Arc<Service>) -> anyhow::Result<u8> {
        let session = Session::operator(service, "asset").await?;
        let mut out = std::io::BufWriter::new(std::io::stdout().lock());
        match self.command {
            Command::List { json } => {
                let (assets, merges) = (session.assets_by_key().await?, session.merges_in_force().await?);
                if json {
                    writeln!(out, "{}", serde_json::json!({ "assets": assets, "merges": merges }))?;
                    return Ok(DONE);
                }
                for asset in assets {
                    let part = asset.part_of.map(|whole| format!("  (part of {whole})")).unwrap_or_default();
                    writeln!(out, "{:>6}  {}{part}", asset.id, shown(&asset))?;
                }
                for merge in merges {
                    let (one, other) = (shown(&merge.one), shown(&merge.other));
                    writeln!(out, "merge {}: {one} and {other}, {}: {}", merge.id, merge.at.text, merge.reason)?;
                }
            }
            Command::Suggest { json } => {
                let found = session.merges().await?.suggestions;
                if json {
                    writeln!(out, "{}", serde_json::to_string(&found)?)?;
                    return Ok(DONE);
                }
                for one in found {
                    writeln!(out, "{}", suggested(&one))?;
                }
            }
            Command::Merge { one, other, reason, dry_run, json } => {
                let merged = session.merge_assets(one, other, reason, dry_run).await?;
                if json {
                    writeln!(out, "{}", serde_json::to_string(&merged)?)?;
                    return Ok(DONE);
                }
                let note =
                    if dry_run { " (nothing was changed)".to_owned() } else { format!(" (merge {})", merged.merge) };
                let (moved, joined, survivor) = (merged.moved, merged.joined, merged.survivor);
                writeln!(out, "{moved} findings join asset {survivor}, {joined} of them findings that it has{note}")?;
            }
            Command::Split { merge } => {
                session.split_assets(merge).await?;
                writeln!(out, "Merge {merge} is withdrawn.")?;
            }
        }
        out.flush()?;
        Ok(DONE)
    }
}

fn shown(asset: &NamedAsset) -> String {
    format!("{} [{}]", asset.name, asset.key)
}

fn suggested(found: &SuggestionView) -> String {
    let shared: Vec<String> =
        found.shared.iter().map(|(alias, value)| format!("{} {value}", words::alias(Locale::En, *alias))).collect();
    let SuggestionView { one, other, moved, joined, .. } = found;
    let (first, second, shared) = (shown(one), shown(other), shared.join(", "));
    format!(
        "{} {} {first} and {second} share {shared}; {moved} findings would join, {joined} of them findings that the first has",
        one.id, other.id
    )
}
