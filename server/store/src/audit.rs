//! The audit log: who did what, refusals included. Append-only; triggers of both engines see to it.

use crate::viewer::{Scoped, Unscoped};
use crate::{Result, binds};
use model::policy::Action;
use model::{Micros, UserId};

crate::sql::statements! {
    /// One more entry.
    APPEND = "INSERT INTO audit (at, actor, user_id, action, subject, outcome, network, detail) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    /// Entries before one, newest first.
    LIST = "SELECT id, at, actor, user_id, action, subject, outcome, network, detail FROM audit WHERE id < $1 \
        ORDER BY id DESC LIMIT $2";
}

/// The most characters that a text of an entry keeps.
const MAX_TEXT: usize = 1_000;

/// An entry to be written.
#[derive(Clone, Copy, Debug)]
pub struct AuditNew<'a> {
    /// What was done: an action's word or a command.
    pub action: &'a str,
    /// To what: an id with its kind, such as `scan:12`.
    pub subject: &'a str,
    /// Whether it was refused.
    pub refused: bool,
    /// Where from: an address or `local`.
    pub network: &'a str,
    /// More, such as a reason; never a secret.
    pub detail: &'a str,
}

/// An entry as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// Its number; newer ones are larger.
    pub id: i64,
    /// When.
    pub at: Micros,
    /// Who, by login as it was.
    pub actor: String,
    /// Who, if a person.
    pub user: Option<UserId>,
    /// What.
    pub action: String,
    /// To what.
    pub subject: String,
    /// Whether it was refused.
    pub refused: bool,
    /// Where from.
    pub network: String,
    /// More.
    pub detail: String,
}

type Row = (i64, i64, String, Option<i64>, String, String, String, String, String);

impl Scoped<'_> {
    /// Writes down what the viewer did.
    ///
    /// # Errors
    /// The database fails.
    pub async fn audit(&self, entry: &AuditNew<'_>, now: Micros) -> Result<()> {
        append(self.store, self.viewer.login(), self.viewer.user(), entry, now).await
    }

    /// Entries older than `before` (newest ones if none), newest first, at most `limit` and 500.
    ///
    /// # Errors
    /// The viewer may not read the log, or the database fails.
    pub async fn audit_list(&self, before: Option<i64>, limit: u32) -> Result<Vec<AuditEntry>> {
        self.viewer.require(Action::SeeAudit, None)?;
        let rows: Vec<Row> =
            self.store.db.all(LIST, binds![before.unwrap_or(i64::MAX), i64::from(limit.min(500))]).await?;
        let entries =
            rows.into_iter().map(|(id, at, actor, user, action, subject, outcome, network, detail)| AuditEntry {
                id,
                at: Micros(at),
                actor,
                user: user.map(UserId),
                action,
                subject,
                refused: outcome == "refused",
                network,
                detail,
            });
        Ok(entries.collect())
    }
}

impl Unscoped<'_> {
    /// Writes down what somebody did who is not known, or not yet: a sign-in, a set-up.
    ///
    /// # Errors
    /// The database fails.
    pub async fn audit(&self, actor: &str, entry: &AuditNew<'_>, now: Micros) -> Result<()> {
        append(self.store, actor, None, entry, now).await
    }
}

async fn append(
    store: &crate::Store,
    actor: &str,
    user: Option<UserId>,
    entry: &AuditNew<'_>,
    now: Micros,
) -> Result<()> {
    let bounded = |text: &str| text.chars().filter(|c| *c != '\0').take(MAX_TEXT).collect::<String>();
    let outcome = if entry.refused { "refused" } else { "done" };
    let values = binds![
        now,
        bounded(actor),
        user,
        bounded(entry.action),
        bounded(entry.subject),
        outcome,
        bounded(entry.network),
        bounded(entry.detail),
    ];
    store.db.execute(APPEND, values).await?;
    Ok(())
}
