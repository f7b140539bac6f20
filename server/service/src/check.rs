//! What `postura doctor` asks: is this installation sound?

use crate::Service;
use store::Reason;

/// One check with its advice.
#[derive(Clone, Debug)]
pub struct Check {
    /// Whether it is well.
    pub good: bool,
    /// What was checked.
    pub what: String,
    /// What to do if it is not.
    pub advice: String,
}

impl Service {
    /// Recomputes every occurrence from its inputs and compares it with the books.
    ///
    /// # Errors
    /// The database failed.
    pub async fn verify_ledger(&self) -> anyhow::Result<store::verify::LedgerReport> {
        Ok(self.store.verify_ledger(self.now()).await?)
    }

    /// Opens everything that is sealed: evidence, prose, quarantine, originals.
    ///
    /// # Errors
    /// The database failed.
    pub async fn verify_sealed(&self) -> anyhow::Result<store::SealedReport> {
        Ok(self.store.verify_sealed().await?)
    }

    /// Checks the data folder, the people and the books.
    ///
    /// # Errors
    /// The database failed.
    pub async fn check(&self) -> anyhow::Result<Vec<Check>> {
        let mut checks = vec![self.key_mode()];
        let anybody = self.store.unscoped(Reason::Check).user_any().await?;
        checks.push(Check {
            good: anybody,
            what: "somebody can sign in".to_owned(),
            advice: "run `postura serve` and follow the set-up link, or `postura user add LOGIN --role admin`"
                .to_owned(),
        });
        let report = self.verify_ledger().await?;
        checks.push(Check {
            good: report.is_sound(),
            what: format!("the books of {} occurrences verify", report.occurrences),
            advice: format!("{} differences; run `postura verify-ledger` and report them", report.problem_count),
        });
        Ok(checks)
    }

    #[cfg(unix)]
    fn key_mode(&self) -> Check {
        use std::os::unix::fs::MetadataExt;
        let path = self.data_dir.join(crate::import::KEY_FILE);
        let good = std::fs::metadata(&path).is_ok_and(|data| data.mode() & 0o077 == 0);
        let advice = format!("chmod 600 {}", path.display());
        Check { good, what: "only the owner can read the key".to_owned(), advice }
    }

    #[cfg(not(unix))]
    fn key_mode(&self) -> Check {
        let what = "only the owner can read the key (not checked on this system)".to_owned();
        Check { good: true, what, advice: String::new() }
    }
}
