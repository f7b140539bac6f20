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

/// Recomputes everything from the inputs and compares it with the books.
pub async fn verify(service: &Arc<Service>) -> anyhow::Result<u8> {
    let report = service.verify_ledger().await?;
    println!("{} occurrences, {} entries, {} steps checked.", report.occurrences, report.entries, report.step);
    for problem in &report.problems {
        println!("{problem}");
    }
    Ok(if report.is_sound() { DONE } else { FAILED })
}
