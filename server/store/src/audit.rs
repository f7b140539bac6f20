//! The audit log: who did what, from where, what it was before and after, refusals included. Append-only; triggers of both
//! engines see to it, and a chain of keyed hashes makes a change past them visible (see the module `chain`).

pub(crate) mod chain;
pub mod verify;

pub use chain::{Head, Witness};

use crate::viewer::{Scoped, Unscoped};
use crate::{Result, binds};
use chain::Entry;
use model::audit::AuditAct;
use model::policy::Action;
use model::{Micros, UserId};

crate::sql::statements! {
    /// Entries before one that fit, newest first. Empty texts fit everything.
    LIST = "SELECT id, at, actor, user_id, action, subject, outcome, network, detail, was, became FROM audit \
        WHERE id < $1 AND at >= $2 AND at < $3 AND ($4 = '' OR actor = $4) AND ($5 = '' OR action = $5) \
        AND ($6 = '' OR outcome = $6) AND ($7 = '' OR subject LIKE $7 ESCAPE '\\') ORDER BY id DESC LIMIT $8";
    /// The acts that the log knows.
    ACTIONS = "SELECT DISTINCT action FROM audit ORDER BY action";
    /// When something was done last.
    LAST = "SELECT at FROM audit WHERE action = $1 AND outcome = 'done' ORDER BY id DESC LIMIT 1";
}

/// The most characters that a text of an entry keeps.
const MAX_TEXT: usize = 1_000;

/// An entry to be written.
#[derive(Clone, Copy, Debug, Default)]
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
    /// How it was before, where something was changed.
    pub was: &'a str,
    /// How it is since.
    pub became: &'a str,
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
    /// How it was before.
    pub was: String,
    /// How it is since.
    pub became: String,
}

/// Which entries of the log. What is empty asks for nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditFilter {
    /// Only entries with a smaller number.
    pub before: Option<i64>,
    /// Not before this instant.
    pub from: Micros,
    /// Before this instant.
    pub to: Micros,
    /// By whom, a login.
    pub actor: String,
    /// What was done, a word.
    pub action: String,
    /// Refused or done, if either is asked for.
    pub refused: Option<bool>,
    /// What the subject's text begins with.
    pub subject: String,
}

impl Default for AuditFilter {
    fn default() -> Self {
        Self {
            before: None,
            from: Micros(i64::MIN),
            to: Micros(i64::MAX),
            actor: String::new(),
            action: String::new(),
            refused: None,
            subject: String::new(),
        }
    }
}

/// A row of the list: one column more than a tuple decodes.
#[derive(sqlx::FromRow)]
struct ListRow {
    id: i64,
    at: i64,
    actor: String,
    user_id: Option<i64>,
    action: String,
    subject: String,
    outcome: String,
    network: String,
    detail: String,
    was: String,
    became: String,
}

impl Scoped<'_> {
    /// Writes down what the viewer did.
    ///
    /// # Errors
    /// The database fails.
    pub async fn audit(&self, entry: &AuditNew<'_>, now: Micros) -> Result<()> {
        Box::pin(append(self.store, self.viewer.login(), self.viewer.user(), entry, now)).await
    }

    /// Entries that fit, newest first, at most `limit` and a thousand.
    ///
    /// # Errors
    /// The viewer may not read the log, or the database fails.
    pub async fn audit_list(&self, filter: &AuditFilter, limit: u32) -> Result<Vec<AuditEntry>> {
        self.viewer.require(Action::SeeAudit, None)?;
        let outcome = filter.refused.map_or("", outcome);
        let subject = match filter.subject.as_str() {
            "" => String::new(),
            text => format!("{}%", text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")),
        };
        let values = binds![
            filter.before.unwrap_or(i64::MAX),
            filter.from,
            filter.to,
            filter.actor.as_str(),
            filter.action.as_str(),
            outcome,
            subject,
            i64::from(limit.min(1_000)),
        ];
        let rows: Vec<ListRow> = self.store.db.all(LIST, values).await?;
        Ok(rows.into_iter().map(entry).collect())
    }

    /// The acts that the log holds, by their words.
    ///
    /// # Errors
    /// The viewer may not read the log, or the database fails.
    pub async fn audit_actions(&self) -> Result<Vec<String>> {
        self.viewer.require(Action::SeeAudit, None)?;
        let rows: Vec<(String,)> = self.store.db.all(ACTIONS, binds![]).await?;
        Ok(rows.into_iter().map(|(action,)| action).collect())
    }
}

impl Unscoped<'_> {
    /// Writes down what somebody did who is not known, or not yet: a sign-in, a set-up.
    ///
    /// # Errors
    /// The database fails.
    pub async fn audit(&self, actor: &str, entry: &AuditNew<'_>, now: Micros) -> Result<()> {
        Box::pin(append(self.store, actor, None, entry, now)).await
    }
}

impl crate::Store {
    /// When something was done last, as far as the log knows.
    ///
    /// # Errors
    /// The database fails.
    pub async fn last_done(&self, act: AuditAct) -> Result<Option<Micros>> {
        let row: Option<(i64,)> = self.db.optional(LAST, binds![act.word()]).await?;
        Ok(row.map(|(at,)| Micros(at)))
    }
}

fn entry(row: ListRow) -> AuditEntry {
    AuditEntry {
        id: row.id,
        at: Micros(row.at),
        actor: row.actor,
        user: row.user_id.map(UserId),
        action: row.action,
        subject: row.subject,
        refused: row.outcome == outcome(true),
        network: row.network,
        detail: row.detail,
        was: row.was,
        became: row.became,
    }
}

fn outcome(refused: bool) -> &'static str {
    if refused { "refused" } else { "done" }
}

async fn append(
    store: &crate::Store,
    actor: &str,
    user: Option<UserId>,
    entry: &AuditNew<'_>,
    now: Micros,
) -> Result<()> {
    let bounded = |text: &str| text.chars().filter(|c| *c != '\0').take(MAX_TEXT).collect::<String>();
    let entry = Entry {
        at: now.0,
        actor: bounded(actor),
        user_id: user.map(|user| user.0),
        action: bounded(entry.action),
        subject: bounded(entry.subject),
        outcome: outcome(entry.refused).to_owned(),
        network: bounded(entry.network),
        detail: bounded(entry.detail),
        was: bounded(entry.was),
        became: bounded(entry.became),
    };
    let mut tx = store.db.begin().await?;
    let head = chain::append(store, &mut tx, entry).await?;
    tx.commit().await?;
    store.witness(&head);
    Ok(())
}
