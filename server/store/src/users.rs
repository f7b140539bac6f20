//! People who can sign in.

use crate::viewer::{Scoped, Unscoped};
use crate::{Error, Result, Tx, binds};
use model::policy::{Action, Role};
use model::{Micros, UserId};

crate::sql::statements! {
    /// A new person.
    INSERT = "INSERT INTO app_user (login, name, password_hash, role, locale, disabled_at, created_at) \
        VALUES ($1, $2, $3, $4, $5, NULL, $6) RETURNING id";
    /// By login, with the password's hash.
    BY_LOGIN = "SELECT id, login, name, password_hash, role, locale, disabled_at FROM app_user WHERE login = $1";
    /// All of them.
    LIST = "SELECT id, login, name, role, locale, disabled_at FROM app_user ORDER BY login";
    /// Everybody's teams.
    TEAMS = "SELECT m.user_id, t.name FROM team_member m JOIN team t ON t.id = m.team_id ORDER BY t.name";
    /// The administrators who may sign in.
    ADMINS = "SELECT id FROM app_user WHERE role = 'admin' AND disabled_at IS NULL";
    /// Whether anybody exists.
    ANYBODY = "SELECT COUNT(*) FROM app_user";
    /// Changes a role.
    SET_ROLE = "UPDATE app_user SET role = $2 WHERE id = $1";
    /// Changes a password's hash.
    SET_PASSWORD = "UPDATE app_user SET password_hash = $2 WHERE id = $1";
    /// Changes a language.
    SET_LOCALE = "UPDATE app_user SET locale = $2 WHERE id = $1";
    /// Lets a person in or not.
    SET_DISABLED = "UPDATE app_user SET disabled_at = $2 WHERE id = $1";
    /// Ends a person's sessions.
    END_SESSIONS = "DELETE FROM session WHERE user_id = $1";
    /// Ends a person's API tokens.
    END_TOKENS = "UPDATE api_token SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL";
}

/// A person to be made.
#[derive(Clone, Debug)]
pub struct UserNew {
    /// Login, made lower case.
    pub login: String,
    /// Name.
    pub name: String,
    /// The password's hash as a PHC string; none if they cannot sign in by password.
    pub password_hash: Option<String>,
    /// Role.
    pub role: Role,
    /// Language, if chosen.
    pub locale: Option<String>,
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// Their login.
    pub login: String,
    /// Their name.
    pub name: String,
    /// Their role.
    pub role: Role,
    /// Their language, if chosen.
    pub locale: Option<String>,
    /// Whether they may sign in.
    pub enabled: bool,
    /// The names of their teams; filled by the list only.
    pub teams: Vec<String>,
}

type LoginRow = (i64, String, String, Option<String>, String, Option<String>, Option<i64>);
type ListRow = (i64, String, String, String, Option<String>, Option<i64>);

impl Scoped<'_> {
    /// Makes a person.
    ///
    /// # Errors
    /// The viewer may not, the login is taken (`app_user_login_key`), or the database fails.
    pub async fn user_create(&self, new: &UserNew, now: Micros) -> Result<UserId> {
        self.viewer.require(Action::ManageUsers, None)?;
        let mut tx = self.store.db.begin().await?;
        let id = user_insert_in(&mut tx, new, now).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Everybody with their teams, by login.
    ///
    /// # Errors
    /// The viewer may not, or the database fails.
    pub async fn user_list(&self) -> Result<Vec<User>> {
        self.viewer.require(Action::SeeUsers, None)?;
        let rows: Vec<ListRow> = self.store.db.all(LIST, binds![]).await?;
        let teams: Vec<(i64, String)> = self.store.db.all(TEAMS, binds![]).await?;
        rows.into_iter()
            .map(|(id, login, name, role, locale, disabled)| {
                let teams = teams.iter().filter(|team| team.0 == id).map(|team| team.1.clone()).collect();
                user(id, login, name, &role, locale, disabled, teams)
            })
            .collect()
    }

    /// Changes a person's role and ends their sessions, so that nobody goes on with other rights under an old token.
    ///
    /// # Errors
    /// The viewer may not, nobody has this id, it would leave no administrator (`last_admin`), or the database fails.
    pub async fn user_set_role(&self, id: UserId, role: Role) -> Result<()> {
        self.viewer.require(Action::ManageUsers, None)?;
        let mut tx = self.store.db.begin().await?;
        if role != Role::Admin {
            refuse_last_admin(&mut tx, id).await?;
        }
        found(tx.execute(SET_ROLE, binds![id, role.word()]).await?)?;
        tx.execute(END_SESSIONS, binds![id]).await?;
        tx.commit().await
    }

    /// Lets a person in or not; shutting out ends their sessions and tokens.
    ///
    /// # Errors
    /// The viewer may not, nobody has this id, it would leave no administrator (`last_admin`), or the database fails.
    pub async fn user_set_enabled(&self, id: UserId, enabled: bool, now: Micros) -> Result<()> {
        self.viewer.require(Action::ManageUsers, None)?;
        let mut tx = self.store.db.begin().await?;
        if !enabled {
            refuse_last_admin(&mut tx, id).await?;
            tx.execute(END_SESSIONS, binds![id]).await?;
            tx.execute(END_TOKENS, binds![id, now]).await?;
        }
        found(tx.execute(SET_DISABLED, binds![id, (!enabled).then_some(now)]).await?)?;
        tx.commit().await
    }

    /// Changes the viewer's own password, or anybody's for an administrator, and ends that person's sessions.
    ///
    /// # Errors
    /// The viewer may not, nobody has this id, or the database fails.
    pub async fn user_set_password(&self, id: UserId, password_hash: &str) -> Result<()> {
        if self.viewer.user() != Some(id) {
            self.viewer.require(Action::ManageUsers, None)?;
        }
        let mut tx = self.store.db.begin().await?;
        found(tx.execute(SET_PASSWORD, binds![id, password_hash]).await?)?;
        tx.execute(END_SESSIONS, binds![id]).await?;
        tx.commit().await
    }

    /// Keeps the viewer's choice of language (`en`, `es`).
    ///
    /// # Errors
    /// The language is unknown or the database fails.
    pub async fn user_set_locale(&self, locale: &str) -> Result<()> {
        let Some(id) = self.viewer.user() else { return Ok(()) };
        self.store.db.execute(SET_LOCALE, binds![id, locale]).await?;
        Ok(())
    }
}

impl Unscoped<'_> {
    /// A person by login with the password's hash, to sign in; disabled ones too, so that the answer takes as long.
    ///
    /// # Errors
    /// The database fails.
    pub async fn user_by_login(&self, login: &str) -> Result<Option<(User, Option<String>)>> {
        let row: Option<LoginRow> = self.store.db.optional(BY_LOGIN, binds![login_text(login)]).await?;
        row.map(|(id, login, name, hash, role, locale, disabled)| {
            Ok((user(id, login, name, &role, locale, disabled, Vec::new())?, hash))
        })
        .transpose()
    }

    /// Keeps a password that was hashed anew under stronger parameters.
    ///
    /// # Errors
    /// Nobody has this id, or the database fails.
    pub async fn user_rehash(&self, id: UserId, password_hash: &str) -> Result<()> {
        found(self.store.db.execute(SET_PASSWORD, binds![id, password_hash]).await?)
    }

    /// Whether anybody exists yet; without, the first run's set-up is due.
    ///
    /// # Errors
    /// The database fails.
    pub async fn user_any(&self) -> Result<bool> {
        let row: Option<(i64,)> = self.store.db.optional(ANYBODY, binds![]).await?;
        Ok(row.is_some_and(|(count,)| count > 0))
    }
}

/// Inserts a person within a transaction.
pub(crate) async fn user_insert_in(tx: &mut Tx, new: &UserNew, now: Micros) -> Result<UserId> {
    let login = login_text(&new.login);
    if login.is_empty() || login.contains(|c: char| c.is_whitespace() || c.is_control() || c == ',') {
        return Err(Error::Invalid { field: "login", code: "not_a_login" });
    }
    // These words stand for nobody and for oneself in the filter language.
    if login == "none" || login == "me" {
        return Err(Error::Invalid { field: "login", code: "reserved" });
    }
    let values = binds![login, new.name.trim(), new.password_hash.clone(), new.role.word(), new.locale.clone(), now,];
    let (id,): (i64,) = tx.one(INSERT, values).await?;
    Ok(UserId(id))
}

pub(crate) async fn refuse_last_admin(tx: &mut Tx, id: UserId) -> Result<()> {
    let admins: Vec<(i64,)> = tx.all(ADMINS, binds![]).await?;
    if admins == [(id.0,)] { Err(Error::Conflict("last_admin")) } else { Ok(()) }
}

fn found(changed: u64) -> Result<()> {
    if changed == 0 { Err(Error::NotFound("user")) } else { Ok(()) }
}

/// Logins are compared without regard to case.
fn login_text(login: &str) -> String {
    login.trim().to_lowercase()
}

fn user(
    id: i64,
    login: String,
    name: String,
    role: &str,
    locale: Option<String>,
    disabled: Option<i64>,
    teams: Vec<String>,
) -> Result<User> {
    let role = role.parse().map_err(|()| Error::damaged("app_user.role"))?;
    Ok(User { id: UserId(id), login, name, role, locale, enabled: disabled.is_none(), teams })
}
