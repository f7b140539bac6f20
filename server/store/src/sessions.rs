//! Sessions of browsers: an opaque random token in a cookie, its SHA-256 here.

use crate::viewer::{Scoped, Unscoped, Viewer};
use crate::{Result, binds};
use model::policy::Action;
use model::{Micros, UserId};

crate::sql::statements! {
    /// A new session.
    INSERT = "INSERT INTO session (token_hash, user_id, created_at, seen_at, expires_at, user_agent, network) \
        VALUES ($1, $2, $3, $3, $4, $5, $6)";
    /// The person of a live session, one row a team; the session's times repeat.
    VIEWER = "SELECT u.id, u.login, u.name, u.role, u.locale, m.team_id, s.seen_at FROM session s \
        JOIN app_user u ON u.id = s.user_id LEFT JOIN team_member m ON m.user_id = u.id \
        WHERE s.token_hash = $1 AND s.expires_at > $2 AND s.seen_at > $3 AND u.disabled_at IS NULL ORDER BY m.team_id";
    /// Notes that a session is used, not more often than every few minutes.
    TOUCH = "UPDATE session SET seen_at = $2 WHERE token_hash = $1 AND seen_at < $3";
    /// A person's sessions.
    LIST = "SELECT token_hash, created_at, seen_at, expires_at, user_agent, network FROM session \
        WHERE user_id = $1 AND expires_at > $2 ORDER BY seen_at DESC";
    /// Ends one.
    REVOKE = "DELETE FROM session WHERE token_hash = $1";
    /// Ends all of a person.
    REVOKE_ALL = "DELETE FROM session WHERE user_id = $1";
    /// Forgets what has ended.
    SWEEP = "DELETE FROM session WHERE expires_at <= $1 OR seen_at <= $2";
}

/// A session that is not used for so long ends.
pub const IDLE: i64 = 12 * 3_600 * 1_000_000;
/// A session ends after so long, used or not.
pub const ABSOLUTE: i64 = 7 * Micros::DAY;
/// How stale the last use may be before it is written again.
const TOUCH_EVERY: i64 = 300 * 1_000_000;
/// The most characters of a browser's name and of a network that are kept.
const MAX_TEXT: usize = 200;

/// A session in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The token's hash.
    pub token_hash: Vec<u8>,
    /// When it began.
    pub created_at: Micros,
    /// When it was last used, to a few minutes.
    pub seen_at: Micros,
    /// When it ends at the latest.
    pub expires_at: Micros,
    /// The browser as it named itself.
    pub user_agent: String,
    /// Where from.
    pub network: String,
}

/// A person's row with when their session was last noted.
type LiveRow = (i64, String, String, String, Option<String>, Option<i64>, i64);

impl Unscoped<'_> {
    /// Begins a session of a person whose password was verified.
    ///
    /// # Errors
    /// The database fails.
    pub async fn session_create(
        &self,
        token_hash: [u8; 32],
        user: UserId,
        user_agent: &str,
        network: &str,
        now: Micros,
    ) -> Result<()> {
        let bounded = |text: &str| text.chars().filter(|c| !c.is_control()).take(MAX_TEXT).collect::<String>();
        let values = binds![token_hash, user, now, now.0 + ABSOLUTE, bounded(user_agent), bounded(network)];
        self.store.db.execute(INSERT, values).await?;
        Ok(())
    }

    /// The viewer of a live session; notes the use.
    ///
    /// # Errors
    /// The database fails.
    pub async fn session_viewer(&self, token_hash: [u8; 32], now: Micros) -> Result<Option<Viewer>> {
        let rows: Vec<LiveRow> = self.store.db.all(VIEWER, binds![token_hash, now, now.0 - IDLE]).await?;
        let stale = rows.first().is_some_and(|row| row.6 < now.0 - TOUCH_EVERY);
        let row = |(id, login, name, role, locale, team, _): LiveRow| (id, login, name, role, locale, team);
        let viewer = Viewer::from_rows(rows.into_iter().map(row).collect())?;
        if stale {
            self.store.db.execute(TOUCH, binds![token_hash, now, now.0 - TOUCH_EVERY]).await?;
        }
        Ok(viewer)
    }

    /// Ends a session by its token.
    ///
    /// # Errors
    /// The database fails.
    pub async fn session_revoke(&self, token_hash: [u8; 32]) -> Result<()> {
        self.store.db.execute(REVOKE, binds![token_hash]).await?;
        Ok(())
    }

    /// Forgets sessions that have ended.
    ///
    /// # Errors
    /// The database fails.
    pub async fn session_sweep(&self, now: Micros) -> Result<u64> {
        self.store.db.execute(SWEEP, binds![now, now.0 - IDLE]).await
    }
}

impl Scoped<'_> {
    /// The viewer's own sessions, the last used first.
    ///
    /// # Errors
    /// The database fails.
    pub async fn session_list(&self, now: Micros) -> Result<Vec<Session>> {
        let Some(user) = self.viewer.user() else { return Ok(Vec::new()) };
        type Row = (Vec<u8>, i64, i64, i64, String, String);
        let rows: Vec<Row> = self.store.db.all(LIST, binds![user, now]).await?;
        let sessions = rows.into_iter().map(|(token_hash, created, seen, expires, user_agent, network)| Session {
            token_hash,
            created_at: Micros(created),
            seen_at: Micros(seen),
            expires_at: Micros(expires),
            user_agent,
            network,
        });
        Ok(sessions.collect())
    }

    /// Ends every session of a person: oneself, or anybody for an administrator.
    ///
    /// # Errors
    /// The viewer may not, or the database fails.
    pub async fn session_revoke_all(&self, user: UserId) -> Result<u64> {
        if self.viewer.user() != Some(user) {
            self.viewer.require(Action::ManageAccess, None)?;
        }
        self.store.db.execute(REVOKE_ALL, binds![user]).await
    }
}
