//! `postura undo` and `postura verify-ledger`.

use super::{DONE, FAILED, REFUSED};
use clap::Args;
use model::text::Locale;
use service::Service;
use service::import::{ImportFileError, Reparsed};
use service::request::Session;
use std::sync::Arc;

/// Take a scan out of the books, as if it had never been imported; later imports and decisions stay.
#[derive(Args, Debug)]
pub struct Undo {
    /// The scan's id, as `import --json` gives it.
    scan: i64,
    /// Put it back.
    #[arg(long)]
    redo: bool,
}

impl Undo {
    /// Undoes or redoes.
    pub async fn run(self, service: &Arc<Service>) -> anyhow::Result<u8> {
        let session = Session::operator(service, "undo").await?;
        ports::Scans::undo(&session, self.scan, self.redo).await?;
        println!("Scan {} is {}.", self.scan, if self.redo { "back in the books" } else { "out of the books" });
        Ok(DONE)
    }
}

/// Read originals again: what the readers have learned since takes the place of what the scans said. What was known before
/// the step stays as it was.
#[derive(Args, Debug)]
pub struct Reparse {
    /// The scans' ids; without any, all that an older reader read.
    scans: Vec<i64>,
    /// Say what it would give, and change nothing.
    #[arg(long)]
    dry_run: bool,
    /// One JSON object a scan.
    #[arg(long)]
    json: bool,
}

impl Reparse {
    /// Reads the originals, one after the other; the code of a refusal if one is refused now.
    pub async fn run(self, service: &Arc<Service>) -> anyhow::Result<u8> {
        Session::operator(service, "reparse").await?;
        let scans = if self.scans.is_empty() { service.scans_to_reparse().await? } else { self.scans };
        let mut code = DONE;
        for scan in scans {
            match service.reparse(scan, None, self.dry_run).await {
                Ok(reparsed) if self.json => println!("{}", serde_json::to_string(&reparsed)?),
                Ok(reparsed) => println!("{}", gained(&reparsed)),
                Err(ImportFileError::Refused(refusal)) => {
                    code = REFUSED;
                    eprintln!("scan {scan}: {}", app::locales::refusal_sentence(Locale::En, &refusal));
                }
                Err(ImportFileError::Failed(error)) => return Err(error.context(format!("scan {scan}"))),
            }
        }
        Ok(code)
    }
}

/// What was gained, for the terminal.
fn gained(reparsed: &Reparsed) -> String {
    let Reparsed { scan_id, file, before, after, new_texts, dry_run } = reparsed;
    let changed = |name: &str, before: u64, after: u64| {
        if before == after { format!("{after} {name}") } else { format!("{before} -> {after} {name}") }
    };
    let parts = [
        changed("assets", before.assets, after.assets),
        changed("rows", before.rows, after.rows),
        changed("sightings", before.sightings, after.sightings),
        changed("quarantined", before.quarantined, after.quarantined),
        format!("{new_texts} weaknesses with a new text"),
    ];
    let note = if *dry_run { " (nothing was changed)" } else { "" };
    format!("scan {scan_id}, {file}: {}{note}", parts.join(", "))
}

/// Recompute everything from the inputs and compare it with the books.
#[derive(Args, Debug)]
pub struct VerifyLedger {
    /// Also open everything that is sealed: evidence, texts and original files.
    #[arg(long)]
    evidence: bool,
}

impl VerifyLedger {
    /// Verifies; the code of failure if anything differs.
    pub async fn run(self, service: &Arc<Service>) -> anyhow::Result<u8> {
        let report = service.verify_ledger().await?;
        println!("{} occurrences, {} entries, {} steps checked.", report.occurrences, report.entries, report.step);
        let mut problems = report.problems;
        let months = service.verify_months().await?;
        if !months.is_empty() {
            println!("{} published months compared with the books of their steps.", months.len());
        }
        problems.extend(months.into_iter().flat_map(|month| month.problems));
        if self.evidence {
            let sealed = service.verify_sealed().await?;
            println!("{} sealed texts and {} originals opened.", sealed.texts, sealed.originals);
            problems.extend(sealed.problems);
        }
        for problem in &problems {
            println!("{problem}");
        }
        Ok(if problems.is_empty() { DONE } else { FAILED })
    }
}
