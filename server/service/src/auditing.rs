//! The audit log as a whole: its anchor, and whether it is as it was written.

use crate::Service;
use model::Micros;
use std::sync::{Arc, PoisonError};
use store::audit::verify::AuditReport;

impl Service {
    /// Reads the whole log, compares it with the anchor beside the key, and remembers what it found.
    ///
    /// # Errors
    /// The database failed, or the anchor cannot be read.
    pub async fn verify_audit(&self) -> anyhow::Result<Arc<AuditReport>> {
        let report = Arc::new(self.store.verify_audit(&self.anchor.heads()?).await?);
        for problem in &report.problems {
            tracing::error!(problem, "the audit log is not as it was written");
        }
        let found = Some((self.now(), Arc::clone(&report)));
        *self.audited.write().unwrap_or_else(PoisonError::into_inner) = found;
        Ok(report)
    }

    /// When the log was last read here, and what that found.
    pub(crate) fn audited(&self) -> Option<(Micros, Arc<AuditReport>)> {
        self.audited.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Writes the heads of all chains into the log itself, beside the key, and to the program's own log, which is kept
    /// elsewhere; then reads it all.
    ///
    /// # Errors
    /// The database failed, or the anchor cannot be written.
    pub(crate) async fn anchor_audit(&self) -> anyhow::Result<()> {
        let heads = self.store.audit_anchor(self.now()).await?;
        for head in &heads {
            tracing::info!(%head, "the audit log ends here today");
        }
        self.anchor.keep(&heads)?;
        self.verify_audit().await?;
        Ok(())
    }
}
