//! `postura backup` and `postura restore`.

use super::{DONE, FAILED, REFUSED, service_config};
use crate::config::Config;
use anyhow::Context;
use clap::Args;
use service::Service;
use service::request::Session;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::io::AsyncWriteExt;

/// Write everything that the database holds at this instant into one sealed file. The program may go on serving.
#[derive(Args, Debug)]
pub struct Backup {
    /// The file, which must not be there yet.
    file: PathBuf,
}

/// Take a backup back. The key file of its day must be in the data folder, and every `postura` stopped.
#[derive(Args, Debug)]
pub struct Restore {
    /// The file.
    file: PathBuf,
    /// Take the place of a database that holds people or scans. A SQLite file of before is set aside.
    #[arg(long)]
    replace: bool,
}

/// The name of a file, for people and the audit log.
fn named(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

impl Backup {
    /// Writes it beside its place and puts it there when it is whole.
    pub async fn run(self, service: &Arc<Service>) -> anyhow::Result<u8> {
        let session = Session::operator(service, "backup").await?;
        anyhow::ensure!(!self.file.exists(), "{} is there already: name another file", self.file.display());
        let part = self.file.with_extension("part");
        let written = async {
            let mut file = create(&part).await.with_context(|| format!("{} cannot be made", part.display()))?;
            let done = session.backup(&named(&self.file), &mut file).await?;
            file.shutdown().await?;
            file.sync_all().await?;
            tokio::fs::rename(&part, &self.file).await?;
            anyhow::Ok(done)
        };
        let written = written.await;
        if written.is_err() {
            // What there is of it is of no use.
            let _ = tokio::fs::remove_file(&part).await;
        }
        let done = written?;
        println!(
            "{}: {} rows of {} tables, {} bytes, sealed.",
            self.file.display(),
            done.rows,
            done.tables,
            done.bytes
        );
        println!("It opens with the key file of today alone: keep a copy of that elsewhere.");
        Ok(DONE)
    }
}

impl Restore {
    /// Restores; the code of a refusal if the backup or the database is not taken.
    pub async fn run(self, config: &Config) -> anyhow::Result<u8> {
        let file = tokio::fs::File::open(&self.file).await;
        let file = file.with_context(|| format!("{} cannot be read", self.file.display()))?;
        let mut from = tokio::io::BufReader::new(file);
        let settings = service_config(config, false);
        let returned = match service::backup::restore(&settings, &named(&self.file), &mut from, self.replace).await {
            Err(error) if service::backup::is_refusal(&error) => {
                eprintln!("postura: {error:#}");
                return Ok(REFUSED);
            }
            done => done?,
        };
        let restored = &returned.restored;
        println!(
            "{} rows of {} tables are back as of {} (Postura {}).",
            restored.rows,
            restored.tables,
            restored.at.rfc3339(),
            restored.program
        );
        for aside in [&restored.aside, &returned.anchor].into_iter().flatten() {
            println!("What was there before stands in {}.", aside.display());
        }
        println!(
            "Everybody signs in anew. People, passwords and tokens are those of that day: take away again what was taken \
             away since."
        );
        if !returned.audit_is_sound {
            println!("The audit log is not as it was written: run `postura verify-audit`.");
            return Ok(FAILED);
        }
        println!("The audit log is as it was written. `postura verify-ledger --evidence` looks at the rest.");
        Ok(DONE)
    }
}

/// A new file that nobody else can read.
async fn create(path: &Path) -> std::io::Result<tokio::fs::File> {
    let mut options = tokio::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    options.mode(0o600);
    options.open(path).await
}
