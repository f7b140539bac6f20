//! Links by which a person chooses a password: an invitation, or a reset. Each works once and ends by itself.

use crate::viewer::{Scoped, Unscoped};
use crate::{Error, Result, binds};
use model::policy::Action;
use model::{Micros, UserId};

crate::sql::statements! {
    /// A new link.
    INSERT = "INSERT INTO account_link (token_hash, user_id, kind, created_at, expires_at, used_at) \
        VALUES ($1, $2, $3, $4, $5, NULL)";
    /// A new link ends those before it.
    END = "UPDATE account_link SET used_at = $2 WHERE user_id = $1 AND used_at IS NULL";
    /// Whose a live link is.
    GET = "SELECT u.id, u.login, u.name FROM account_link l JOIN app_user u ON u.id = l.user_id \
        WHERE l.token_hash = $1 AND l.used_at IS NULL AND l.expires_at > $2 AND u.disabled_at IS NULL";
    /// Takes a link, once.
    TAKE = "UPDATE account_link SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2";
    /// The password that was chosen.
    SET_PASSWORD = "UPDATE app_user SET password_hash = $2 WHERE id = $1";
    /// Ends the person's sessions.
    END_SESSIONS = "DELETE FROM session WHERE user_id = $1";
    /// Forgets what has ended long ago.
    SWEEP = "DELETE FROM account_link WHERE expires_at < $1";
}

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// A person who never had a password.
    Invitation,
    /// A person who has lost theirs.
    Reset,
}

impl LinkKind {
    /// How long it holds, in microseconds: a week for an invitation, a day for a reset.
    #[must_use]
    pub fn lifetime(self) -> i64 {
        match self {
            Self::Invitation => 7 * Micros::DAY,
            Self::Reset => Micros::DAY,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Reset => "reset",
        }
    }
}

/// Whose a link is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkOwner {
    /// Their id.
    pub id: UserId,
    /// Their login.
    pub login: String,
    /// Their name.
    pub name: String,
}

impl Scoped<'_> {
    /// Keeps a link for a person; any before it ends.
    ///
    /// # Errors
    /// The viewer may not manage people, or the database fails.
    pub async fn link_create(&self, token_hash: [u8; 32], user: UserId, kind: LinkKind, now: Micros) -> Result<()> {
        self.viewer.require(Action::ManageUsers, None)?;
        let mut tx = self.store.db.begin().await?;
        tx.execute(END, binds![user, now]).await?;
        let values = binds![token_hash, user, kind.word(), now, now.0 + kind.lifetime()];
        tx.execute(INSERT, values).await?;
        tx.commit().await
    }
}

impl Unscoped<'_> {
    /// Whose a link is; `None` if it has ended, was used, or never was.
    ///
    /// # Errors
    /// The database fails.
    pub async fn link_owner(&self, token_hash: [u8; 32], now: Micros) -> Result<Option<LinkOwner>> {
        let row: Option<(i64, String, String)> = self.store.db.optional(GET, binds![token_hash, now]).await?;
        Ok(row.map(|(id, login, name)| LinkOwner { id: UserId(id), login, name }))
    }

    /// Takes a link and sets the password of whose it is; ends their sessions.
    ///
    /// # Errors
    /// The link has ended or was used, or the database fails.
    pub async fn link_take(&self, token_hash: [u8; 32], owner: UserId, password_hash: &str, now: Micros) -> Result<()> {
        let mut tx = self.store.db.begin().await?;
        if tx.execute(TAKE, binds![token_hash, now]).await? == 0 {
            return Err(Error::NotFound("link"));
        }
        tx.execute(SET_PASSWORD, binds![owner, password_hash]).await?;
        tx.execute(END_SESSIONS, binds![owner]).await?;
        tx.commit().await
    }

    /// Forgets links that ended a month ago.
    ///
    /// # Errors
    /// The database fails.
    pub async fn link_sweep(&self, now: Micros) -> Result<u64> {
        self.store.db.execute(SWEEP, binds![now.0 - 30 * Micros::DAY]).await
    }
}
