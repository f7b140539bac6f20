//! API tokens: shown once, kept as SHA-256 with a prefix to tell them apart.

use crate::viewer::{Scoped, Unscoped, Viewer, ViewerRow};
use crate::{Error, Result, binds};
use model::policy::Action;
use model::{Micros, UserId};

crate::sql::statements! {
    /// A new token.
    INSERT = "INSERT INTO api_token (token_hash, prefix, name, user_id, created_at, expires_at, used_at, revoked_at) \
        VALUES ($1, $2, $3, $4, $5, $6, NULL, NULL) RETURNING id";
    /// The person of a live token, one row a team.
    VIEWER = "SELECT u.id, u.login, u.name, u.role, u.locale, m.team_id FROM api_token k \
        JOIN app_user u ON u.id = k.user_id LEFT JOIN team_member m ON m.user_id = u.id \
        WHERE k.token_hash = $1 AND k.expires_at > $2 AND k.revoked_at IS NULL AND u.disabled_at IS NULL \
        ORDER BY m.team_id";
    /// Notes the use, not more often than every few minutes.
    TOUCH = "UPDATE api_token SET used_at = $2 WHERE token_hash = $1 AND (used_at IS NULL OR used_at < $3)";
    /// A person's tokens.
    LIST = "SELECT id, prefix, name, user_id, created_at, expires_at, used_at, revoked_at FROM api_token \
        WHERE user_id = $1 ORDER BY id DESC";
    /// Whose a token is.
    OWNER = "SELECT user_id FROM api_token WHERE id = $1";
    /// Ends one.
    REVOKE = "UPDATE api_token SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
}

const TOUCH_EVERY: i64 = 300 * 1_000_000;

/// A token in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    /// Its id.
    pub id: i64,
    /// The first characters of the secret.
    pub prefix: String,
    /// What its owner calls it.
    pub name: String,
    /// Whose it is.
    pub user: UserId,
    /// When it was made.
    pub created_at: Micros,
    /// When it ends.
    pub expires_at: Micros,
    /// When it was last used, to a few minutes.
    pub used_at: Option<Micros>,
    /// When it was revoked.
    pub revoked_at: Option<Micros>,
}

impl Scoped<'_> {
    /// Keeps a token of the viewer's.
    ///
    /// # Errors
    /// The viewer is not a person or may not have tokens, or the database fails.
    pub async fn token_create(
        &self,
        token_hash: [u8; 32],
        prefix: &str,
        name: &str,
        expires_at: Micros,
        now: Micros,
    ) -> Result<i64> {
        self.viewer.require(Action::ManageOwnTokens, None)?;
        let user = self.viewer.user().ok_or(Error::Conflict("not_a_person"))?;
        let mut tx = self.store.db.begin().await?;
        let (id,): (i64,) = tx.one(INSERT, binds![token_hash, prefix, name.trim(), user, now, expires_at]).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// The viewer's own tokens, the newest first.
    ///
    /// # Errors
    /// The database fails.
    pub async fn token_list(&self) -> Result<Vec<ApiToken>> {
        let Some(user) = self.viewer.user() else { return Ok(Vec::new()) };
        type Row = (i64, String, String, i64, i64, i64, Option<i64>, Option<i64>);
        let rows: Vec<Row> = self.store.db.all(LIST, binds![user]).await?;
        let tokens = rows.into_iter().map(|(id, prefix, name, user, created, expires, used, revoked)| ApiToken {
            id,
            prefix,
            name,
            user: UserId(user),
            created_at: Micros(created),
            expires_at: Micros(expires),
            used_at: used.map(Micros),
            revoked_at: revoked.map(Micros),
        });
        Ok(tokens.collect())
    }

    /// Ends a token: one's own, or anybody's for an administrator.
    ///
    /// # Errors
    /// There is no such token that the viewer may know of, or the database fails.
    pub async fn token_revoke(&self, id: i64, now: Micros) -> Result<()> {
        let owner: Option<(i64,)> = self.store.db.optional(OWNER, binds![id]).await?;
        let own = owner.is_some_and(|(owner,)| self.viewer.user() == Some(UserId(owner)));
        if owner.is_none() || !(own || self.viewer.may(Action::ManageAccess)) {
            return Err(Error::NotFound("token"));
        }
        self.store.db.execute(REVOKE, binds![id, now]).await?;
        Ok(())
    }
}

impl Unscoped<'_> {
    /// The viewer of a live token; notes the use.
    ///
    /// # Errors
    /// The database fails.
    pub async fn token_viewer(&self, token_hash: [u8; 32], now: Micros) -> Result<Option<Viewer>> {
        let rows: Vec<ViewerRow> = self.store.db.all(VIEWER, binds![token_hash, now]).await?;
        let viewer = Viewer::from_rows(rows)?;
        if viewer.is_some() {
            self.store.db.execute(TOUCH, binds![token_hash, now, now.0 - TOUCH_EVERY]).await?;
        }
        Ok(viewer)
    }
}
