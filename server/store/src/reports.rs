//! What browsers say that the content security policy refused: a row a kind, and so many kinds at most.

use crate::viewer::{Scoped, Unscoped};
use crate::{Result, binds};
use model::Micros;
use model::policy::Action;

crate::sql::statements! {
    /// One more report of a known kind.
    AGAIN = "UPDATE policy_report SET reports = reports + 1, last_at = $4 \
        WHERE page = $1 AND directive = $2 AND blocked = $3";
    /// How many kinds there are.
    KINDS = "SELECT COUNT(*) FROM policy_report";
    /// A new kind.
    ADD = "INSERT INTO policy_report (page, directive, blocked, reports, first_at, last_at) VALUES ($1, $2, $3, 1, $4, $4) \
        ON CONFLICT (page, directive, blocked) DO UPDATE SET reports = policy_report.reports + 1, last_at = excluded.last_at";
    /// The kinds, the newest first.
    LIST = "SELECT page, directive, blocked, reports, last_at FROM policy_report ORDER BY last_at DESC LIMIT 50";
    /// Forgets what is long ago.
    SWEEP = "DELETE FROM policy_report WHERE last_at < $1";
}

/// How many kinds are kept; what comes when there are so many is dropped.
const MOST: i64 = 200;
/// Reports are kept so long.
const MEMORY: i64 = 90 * Micros::DAY;

/// A kind of report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyReport {
    /// The page's path.
    pub page: String,
    /// What the policy said.
    pub directive: String,
    /// What it refused.
    pub blocked: String,
    /// How often.
    pub reports: i64,
    /// When last.
    pub last_at: Micros,
}

impl Unscoped<'_> {
    /// Keeps a report.
    ///
    /// # Errors
    /// The database fails.
    pub async fn policy_report(&self, page: &str, directive: &str, blocked: &str, now: Micros) -> Result<()> {
        let mut tx = self.store.db.begin().await?;
        if tx.execute(AGAIN, binds![page, directive, blocked, now]).await? == 0 {
            let (kinds,): (i64,) = tx.one(KINDS, binds![]).await?;
            if kinds < MOST {
                tx.execute(ADD, binds![page, directive, blocked, now]).await?;
            }
        }
        tx.commit().await
    }

    /// Forgets reports that nobody sent again for long.
    ///
    /// # Errors
    /// The database fails.
    pub async fn policy_report_sweep(&self, now: Micros) -> Result<u64> {
        self.store.db.execute(SWEEP, binds![now.0 - MEMORY]).await
    }
}

impl Scoped<'_> {
    /// The kinds of report, the newest first.
    ///
    /// # Errors
    /// The viewer may not see how Postura is kept safe, or the database fails.
    pub async fn policy_reports(&self) -> Result<Vec<PolicyReport>> {
        self.viewer.require(Action::SeeAudit, None)?;
        let rows: Vec<(String, String, String, i64, i64)> = self.store.db.all(LIST, binds![]).await?;
        let reports = rows.into_iter().map(|(page, directive, blocked, reports, last)| PolicyReport {
            page,
            directive,
            blocked,
            reports,
            last_at: Micros(last),
        });
        Ok(reports.collect())
    }
}
