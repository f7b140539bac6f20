//! `postura mapping`: how files of tools without a reader of their own are read.

use super::{DONE, REFUSED};
use anyhow::Context;
use clap::{Args, Subcommand};
use model::Mapping;
use model::view::mapping::PreviewOutcome;
use ports::Mappings as _;
use service::Service;
use service::request::Session;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How many records are shown.
const SHOWN: usize = 10;

/// Read the CSV or JSON of any other tool: a column for each field, saved under a name for `import --mapping NAME`.
#[derive(Args, Debug)]
pub struct Mappings {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Propose a mapping for a file, as JSON to be corrected: at least the tool's name.
    Suggest {
        /// The file.
        file: PathBuf,
    },
    /// Show how a file's first records would be read, and change nothing.
    Preview {
        /// The mapping, as JSON.
        mapping: PathBuf,
        /// The file.
        file: PathBuf,
    },
    /// Save a mapping under a name; one of the same name gives way.
    Save {
        /// Its name.
        name: String,
        /// The mapping, as JSON.
        mapping: PathBuf,
    },
    /// List the names.
    List,
    /// Take one away. Scans that were read with it keep their copy.
    Remove {
        /// Its name.
        name: String,
    },
}

impl Mappings {
    /// Does it.
    pub async fn run(self, service: &Arc<Service>) -> anyhow::Result<u8> {
        let session = Session::operator(service, "mapping").await?;
        match self.command {
            Command::Suggest { file } => match service::import::suggest(&head(&file)?) {
                Ok(suggestion) => println!("{}", serde_json::to_string_pretty(&suggestion.mapping)?),
                Err(refusal) => return Ok(refused(&file, &refusal)),
            },
            Command::Preview { mapping, file } => {
                let preview = service::import::preview(&head(&file)?, &read(&mapping)?, SHOWN);
                for row in preview.rows {
                    println!("{}", line(row.line, &row.outcome));
                }
                if let Some(refusal) = preview.refusal {
                    return Ok(refused(&file, &refusal));
                }
            }
            Command::Save { name, mapping } => session.save_mapping(&name, &read(&mapping)?).await?,
            Command::List => session.mappings().await?.mappings.iter().for_each(|saved| println!("{}", saved.name)),
            Command::Remove { name } => session.remove_mapping(name).await?,
        }
        Ok(DONE)
    }
}

/// A mapping that can be used.
fn read(path: &Path) -> anyhow::Result<Mapping> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let mapping: Mapping = serde_json::from_str(&text).with_context(|| format!("{} is no mapping", path.display()))?;
    match mapping.validate() {
        Ok(()) => Ok(mapping),
        Err(errors) => {
            let said: Vec<String> = errors.iter().map(ToString::to_string).collect();
            anyhow::bail!("{}: {}", path.display(), said.join("; "))
        }
    }
}

/// A file's first bytes.
fn head(path: &Path) -> anyhow::Result<Vec<u8>> {
    let unreadable = || format!("{} cannot be read", path.display());
    let file = std::fs::File::open(path).with_context(unreadable)?;
    let mut head = Vec::new();
    file.take(service::import::HEAD as u64).read_to_end(&mut head).with_context(unreadable)?;
    Ok(head)
}

fn refused(file: &Path, refusal: &model::view::scans::RefusalView) -> u8 {
    eprintln!("{}: {}", file.display(), app::locales::refusal_sentence(model::text::Locale::En, refusal));
    REFUSED
}

/// A record in one line.
fn line(number: Option<u64>, outcome: &PreviewOutcome) -> String {
    let number = number.map(|number| format!("line {number}: ")).unwrap_or_default();
    match outcome {
        PreviewOutcome::Sighting { rule, title, severity, asset, place } => {
            format!("{number}{} {rule} \"{title}\" on {asset} {place}", severity.word())
        }
        PreviewOutcome::NoFinding { status } => format!("{number}no finding ({status})"),
        PreviewOutcome::Quarantined { reason, detail } => format!("{number}quarantined: {reason} {detail}"),
    }
}
