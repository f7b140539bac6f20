//! `postura undo` and `postura verify-ledger`.

use super::{DONE, FAILED};
use clap::Args;
use service::Service;
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
