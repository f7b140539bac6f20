//! Sessions of browsers: an opaque random token in a cookie, its SHA-256 here.

use crate::viewer::{Scoped, Unscoped, Viewer};
use crate::{Error, Result, binds};
use model::policy::Action;
use model::{Micros, UserId};

crate::sql::statements! {
    /// A new session.
    INSERT = "INSERT INTO session (token_hash, user_id, created_at, seen_at, expires_at, user_agent, network, pending, \
        proved_at) VALUES ($1, $2, $3, $3, $4, $5, $6, $7, $3)";
    /// The person of a live session, one row a team; the session's times repeat. And whether any connector fails, so that pages ask
    /// which ones only then.
    VIEWER = "SELECT u.id, u.login, u.name, u.role, u.locale, m.team_id, s.seen_at, s.proved_at, \
        (SELECT COUNT(*) FROM (SELECT 1 FROM connector c WHERE c.failures > 1 AND c.disabled_at IS NULL LIMIT 1) AS f) FROM session s \
        JOIN app_user u ON u.id = s.user_id LEFT JOIN team_member m ON m.user_id = u.id \
        WHERE s.token_hash = $1 AND s.expires_at > $2 AND s.seen_at > $3 AND s.pending = 0 AND u.disabled_at IS NULL \
        ORDER BY m.team_id";
    /// Notes that a session is used, not more often than every few minutes.
    TOUCH = "UPDATE session SET seen_at = $2 WHERE token_hash = $1 AND seen_at < $3";
    /// A person's sessions.
    LIST = "SELECT token_hash, created_at, seen_at, expires_at, user_agent, network FROM session \
        WHERE user_id = $1 AND expires_at > $2 AND seen_at > $3 AND pending = 0 ORDER BY seen_at DESC";
    /// The person of a session that waits for their second factor.
    PENDING = "SELECT u.id, u.login FROM session s JOIN app_user u ON u.id = s.user_id \
        WHERE s.token_hash = $1 AND s.pending = 1 AND s.created_at > $2 AND u.disabled_at IS NULL";
    /// Notes that a person has proved again who they are.
    PROVED = "UPDATE session SET proved_at = $2 WHERE token_hash = $1";
    /// Ends one of a person.
    REVOKE_OWN = "DELETE FROM session WHERE token_hash = $1 AND user_id = $2";
    /// Ends all of a person but one.
    REVOKE_OTHERS = "DELETE FROM session WHERE user_id = $1 AND token_hash <> $2";
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
/// A sign-in waits so long for its second factor.
pub const PATIENCE: i64 = 600 * 1_000_000;
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

/// A live session's person, and when they last proved who they are.
#[derive(Clone, Debug)]
pub struct Live {
    /// The person.
    pub viewer: Viewer,
    /// When they gave a password or a code for the last time.
    pub proved_at: Micros,
    /// Whether any connector fails.
    pub failing: bool,
}

/// A person's row with when their session was last noted, when they proved who they are, and whether any connector fails.
type LiveRow = (i64, String, String, String, Option<String>, Option<i64>, i64, i64, i64);

impl Unscoped<'_> {
    /// Begins a session of a person whose password was verified; a pending one is nobody's until their second factor is too.
    ///
    /// # Errors
    /// The database fails.
    pub async fn session_create(
        &self,
        token_hash: [u8; 32],
        user: UserId,
        pending: bool,
        (user_agent, network): (&str, &str),
        now: Micros,
    ) -> Result<()> {
        let bounded = |text: &str| text.chars().filter(|c| !c.is_control()).take(MAX_TEXT).collect::<String>();
        let values = binds![token_hash, user, now, now.0 + ABSOLUTE, bounded(user_agent), bounded(network), pending];
        self.store.db.execute(INSERT, values).await?;
        Ok(())
    }

    /// The viewer of a live session; notes the use.
    ///
    /// # Errors
    /// The database fails.
    pub async fn session_viewer(&self, token_hash: [u8; 32], now: Micros) -> Result<Option<Live>> {
        let rows: Vec<LiveRow> = self.store.db.all(VIEWER, binds![token_hash, now, now.0 - IDLE]).await?;
        let first = rows.first().map(|row| (row.6, Micros(row.7), row.8 > 0));
        let Some((seen_at, proved_at, failing)) = first else { return Ok(None) };
        let row = |(id, login, name, role, locale, team, ..): LiveRow| (id, login, name, role, locale, team);
        let viewer = Viewer::from_rows(rows.into_iter().map(row).collect())?;
        if seen_at < now.0 - TOUCH_EVERY {
            self.store.db.execute(TOUCH, binds![token_hash, now, now.0 - TOUCH_EVERY]).await?;
        }
        Ok(viewer.map(|viewer| Live { viewer, proved_at, failing }))
    }

    /// The person of a session that waits for their second factor, with their login.
    ///
    /// # Errors
    /// The database fails.
    pub async fn session_pending(&self, token_hash: [u8; 32], now: Micros) -> Result<Option<(UserId, String)>> {
        let row: Option<(i64, String)> = self.store.db.optional(PENDING, binds![token_hash, now.0 - PATIENCE]).await?;
        Ok(row.map(|(id, login)| (UserId(id), login)))
    }

    /// Notes that the person of a session has proved again who they are.
    ///
    /// # Errors
    /// The database fails.
    pub async fn session_proved(&self, token_hash: [u8; 32], now: Micros) -> Result<()> {
        self.store.db.execute(PROVED, binds![token_hash, now]).await?;
        Ok(())
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
        let rows: Vec<Row> = self.store.db.all(LIST, binds![user, now, now.0 - IDLE]).await?;
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

    /// Ends one of the viewer's own sessions, by its token's hash.
    ///
    /// # Errors
    /// The viewer has no such session, or the database fails.
    pub async fn session_revoke_own(&self, token_hash: &[u8]) -> Result<()> {
        let ended = match self.viewer.user() {
            Some(user) => self.store.db.execute(REVOKE_OWN, binds![token_hash, user]).await?,
            None => 0,
        };
        if ended == 0 { Err(Error::NotFound("session")) } else { Ok(()) }
    }

    /// Ends every session of the viewer but one.
    ///
    /// # Errors
    /// The database fails.
    pub async fn session_revoke_others(&self, kept: [u8; 32]) -> Result<()> {
        if let Some(user) = self.viewer.user() {
            self.store.db.execute(REVOKE_OTHERS, binds![user, kept]).await?;
        }
        Ok(())
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
