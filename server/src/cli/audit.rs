//! `postura verify-audit`.

use super::{DONE, FAILED};
use clap::Args;
use service::Service;
use std::sync::Arc;

/// Read the whole audit log and say whether anything in it was changed, taken away or cut off.
#[derive(Args, Debug)]
pub struct VerifyAudit {}

impl VerifyAudit {
    /// Verifies; the status is 1 if anything is wrong.
    pub async fn run(self, service: &Arc<Service>) -> anyhow::Result<u8> {
        let report = service.verify_audit().await?;
        println!("{} entries in {} chains, {} from before", report.entries, report.heads.len(), report.before);
        for head in &report.heads {
            println!("  {head}");
        }
        for problem in &report.problems {
            println!("PROBLEM {problem}");
        }
        if report.is_sound() {
            println!("The audit log is as it was written, to the end that was anchored.");
            return Ok(DONE);
        }
        println!("{} problems. Keep the database as it is, and compare it with a backup.", report.problem_count);
        Ok(FAILED)
    }
}
