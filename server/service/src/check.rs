//! What `postura doctor` asks: is this installation sound?

use crate::Service;
use store::Reason;

/// How far the clock may be behind the newest entry of the audit log, in microseconds: replicas' clocks differ a little.
const CLOCK: i64 = 60_000_000;

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
        let audit = self.verify_audit().await?;
        checks.push(Check {
            good: audit.is_sound(),
            what: format!("the {} entries of the audit log are as they were written", audit.entries),
            advice: format!(
                "{} problems; run `postura verify-audit` and keep the database as it is",
                audit.problem_count
            ),
        });
        let (keys, _, others) = self.keys_state().await?;
        checks.push(Check {
            good: others == 0,
            what: format!("everything sealed is sealed with the newest of {keys} keys"),
            advice: format!("{others} values are under older keys; run `postura keys rotate`"),
        });
        let clock = self.now();
        let last = audit.newest.unwrap_or(clock);
        checks.push(Check {
            good: clock.0 >= last.0 - CLOCK,
            what: "the clock is not behind what was written".to_owned(),
            advice: format!("the newest entry of the audit log is of {}: set the clock", last.rfc3339()),
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
    pub(crate) fn key_mode(&self) -> Check {
        use std::os::unix::fs::MetadataExt;
        let path = self.data_dir.join(crate::import::KEY_FILE);
        let good = std::fs::metadata(&path).is_ok_and(|data| data.mode() & 0o077 == 0);
        let advice = format!("chmod 600 {}", path.display());
        Check { good, what: "only the owner can read the key".to_owned(), advice }
    }

    #[cfg(not(unix))]
    pub(crate) fn key_mode(&self) -> Check {
        let what = "only the owner can read the key (not checked on this system)".to_owned();
        Check { good: true, what, advice: String::new() }
    }
}
