//! `postura import FILE…`.

use super::{DONE, REFUSED};
use clap::Args;
use model::text::Locale;
use model::view::scans::{ImportSummary, RefusalView};
use service::Service;
use service::import::ImportOptions;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

/// Import scanners' exports. Exit status 2 if one was refused; the others are imported all the same.
#[derive(Args, Debug)]
pub struct Import {
    /// The files.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The source by name; it is created if missing. By default the one that the upload page uses.
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// When the scanner looked, for exports that do not say: a day or an RFC 3339 time.
    #[arg(long, value_name = "TIME")]
    date: Option<String>,
    /// Burp: the file holds all issues of the project, so that what is missing was not found.
    #[arg(long)]
    whole_project: bool,
    /// Read a file that ends early as far as it goes; nothing closes.
    #[arg(long)]
    accept_partial: bool,
    /// The saved mapping by which the files are read, for tools without a reader of their own (see `postura mapping`).
    #[arg(long, value_name = "NAME")]
    mapping: Option<String>,
    /// Say what the import would change, and change nothing.
    #[arg(long)]
    dry_run: bool,
    /// One JSON object a file.
    #[arg(long)]
    json: bool,
}

impl Import {
    /// Imports the files in the order given.
    pub async fn run(self, service: &Arc<Service>) -> anyhow::Result<u8> {
        let options = ImportOptions {
            source: self.source,
            date: self.date,
            whole_project: self.whole_project,
            accept_partial: self.accept_partial,
            mapping: self.mapping,
            dry_run: self.dry_run,
        };
        let mut code = DONE;
        for path in &self.files {
            for imported in service.import_path(path, &options).await? {
                match imported.outcome {
                    Ok(summary) if self.json => writeln!(std::io::stdout(), "{}", serde_json::to_string(&summary)?)?,
                    Ok(summary) => writeln!(std::io::stdout(), "{}", line(&summary))?,
                    Err(refusal) => {
                        code = REFUSED;
                        eprintln!("{}: {}", imported.file, sentence(&refusal));
                    }
                }
            }
        }
        Ok(code)
    }
}

/// A refusal for the terminal: what it is, where, and what to do.
fn sentence(refusal: &RefusalView) -> String {
    app::locales::refusal_sentence(Locale::En, refusal)
}

/// A summary for the terminal.
fn line(summary: &ImportSummary) -> String {
    if summary.already_imported {
        return format!("{}: imported before, nothing changed", summary.file);
    }
    format!(
        "{}: {} {}, {} assets, {} rows: {} new, {} same, {} reopened, {} closed with proof, {} not re-tested, {} \
         quarantined ({:.2} s)",
        summary.file,
        summary.tool,
        summary.tool_version,
        summary.assets,
        summary.rows,
        summary.new,
        summary.same,
        summary.reopened,
        summary.closed,
        summary.not_retested,
        summary.quarantined,
        summary.seconds
    )
}
