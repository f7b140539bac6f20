//! API tokens: shown once, kept as SHA-256 with a prefix to tell them apart.

use crate::viewer::{Scoped, Unscoped, Viewer};
use crate::{Error, Result, binds};
use model::policy::Action;
use model::{Micros, UserId};

crate::sql::statements! {
    /// A new token.
    INSERT = "INSERT INTO api_token (token_hash, prefix, name, user_id, created_at, expires_at, used_at, revoked_at, scope, \
        networks) VALUES ($1, $2, $3, $4, $5, $6, NULL, NULL, $7, $8) RETURNING id";
    /// The person of a live token, one row a team.
    VIEWER = "SELECT u.id, u.login, u.name, u.role, u.locale, m.team_id, k.id, k.scope, k.networks FROM api_token k \
        JOIN app_user u ON u.id = k.user_id LEFT JOIN team_member m ON m.user_id = u.id \
        WHERE k.token_hash = $1 AND k.expires_at > $2 AND k.revoked_at IS NULL AND u.disabled_at IS NULL \
        ORDER BY m.team_id";
    /// Notes the use, not more often than every few minutes.
    TOUCH = "UPDATE api_token SET used_at = $2 WHERE token_hash = $1 AND (used_at IS NULL OR used_at < $3)";
    /// A person's tokens.
    LIST = "SELECT id, prefix, name, user_id, created_at, expires_at, used_at, revoked_at, scope FROM api_token \
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
    /// What it may be used for.
    pub scope: Scope,
}

/// What a token may be used for, within what its owner may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Everything that the API offers.
    All,
    /// Reading.
    Read,
    /// Importing, and asking how an import stands.
    Import,
}

impl Scope {
    /// The word in the database and in forms.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Read => "read",
            Self::Import => "import",
        }
    }

    /// The scope of a word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        [Self::All, Self::Read, Self::Import].into_iter().find(|scope| scope.word() == word)
    }
}

/// A token to be kept.
#[derive(Clone, Copy, Debug)]
pub struct TokenNew<'a> {
    /// The secret's SHA-256.
    pub hash: [u8; 32],
    /// The secret's first characters.
    pub prefix: &'a str,
    /// What its owner calls it.
    pub name: &'a str,
    /// When it ends.
    pub expires_at: Micros,
    /// What it may be used for.
    pub scope: Scope,
    /// From which networks, parted by spaces; from anywhere if empty.
    pub networks: &'a str,
}

/// A live token.
#[derive(Clone, Debug)]
pub struct LiveToken {
    /// Whose it is.
    pub viewer: Viewer,
    /// Its id.
    pub id: i64,
    /// What it may be used for.
    pub scope: Scope,
    /// From which networks, parted by spaces.
    pub networks: String,
}

type LiveRow = (i64, String, String, String, Option<String>, Option<i64>, i64, String, String);

impl Scoped<'_> {
    /// Keeps a token of the viewer's.
    ///
    /// # Errors
    /// The viewer is not a person or may not have tokens, or the database fails.
    pub async fn token_create(&self, new: &TokenNew<'_>, now: Micros) -> Result<i64> {
        self.viewer.require(Action::ManageOwnTokens, None)?;
        let user = self.viewer.user().ok_or(Error::Conflict("not_a_person"))?;
        let TokenNew { hash, prefix, name, expires_at, scope, networks } = *new;
        let mut tx = self.store.db.begin().await?;
        let values = binds![hash, prefix, name.trim(), user, now, expires_at, scope.word(), networks];
        let (id,): (i64,) = tx.one(INSERT, values).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// The viewer's own tokens, the newest first.
    ///
    /// # Errors
    /// The database fails.
    pub async fn token_list(&self) -> Result<Vec<ApiToken>> {
        let Some(user) = self.viewer.user() else { return Ok(Vec::new()) };
        type Row = (i64, String, String, i64, i64, i64, Option<i64>, Option<i64>, String);
        let rows: Vec<Row> = self.store.db.all(LIST, binds![user]).await?;
        let tokens =
            rows.into_iter().map(|(id, prefix, name, user, created, expires, used, revoked, scope)| ApiToken {
                id,
                prefix,
                name,
                user: UserId(user),
                created_at: Micros(created),
                expires_at: Micros(expires),
                used_at: used.map(Micros),
                revoked_at: revoked.map(Micros),
                scope: Scope::of(&scope).unwrap_or(Scope::Read),
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
    /// A live token with whose it is; notes the use.
    ///
    /// # Errors
    /// The database fails.
    pub async fn token_viewer(&self, token_hash: [u8; 32], now: Micros) -> Result<Option<LiveToken>> {
        let rows: Vec<LiveRow> = self.store.db.all(VIEWER, binds![token_hash, now]).await?;
        let Some((id, scope, networks)) = rows.first().map(|row| (row.6, row.7.clone(), row.8.clone())) else {
            return Ok(None);
        };
        let row = |(id, login, name, role, locale, team, ..): LiveRow| (id, login, name, role, locale, team);
        let viewer = Viewer::from_rows(rows.into_iter().map(row).collect())?;
        let scope = Scope::of(&scope).ok_or_else(|| Error::damaged("api_token.scope"))?;
        self.store.db.execute(TOUCH, binds![token_hash, now, now.0 - TOUCH_EVERY]).await?;
        Ok(viewer.map(|viewer| LiveToken { viewer, id, scope, networks }))
    }
}
