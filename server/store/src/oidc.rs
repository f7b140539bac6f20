//! Signing in at an identity provider (`OpenID` Connect): sign-ins that are under way, and which person a provider's subject is.

use crate::users::{UserNew, refuse_last_admin, user_insert_in};
use crate::viewer::{Scoped, Unscoped};
use crate::{Error, Result, Tx, binds};
use model::policy::{Action, Role};
use model::{Micros, UserId};

crate::sql::statements! {
    /// A sign-in begins.
    BEGIN = "INSERT INTO oidc_flow (state_hash, browser_hash, next, created_at) VALUES ($1, $2, $3, $4)";
    /// It comes back, once, to the browser that began it.
    TAKE = "DELETE FROM oidc_flow WHERE state_hash = $1 AND browser_hash = $2 AND created_at > $3 RETURNING next";
    /// Forgets those that never came back.
    SWEEP = "DELETE FROM oidc_flow WHERE created_at <= $1";
    /// The person whom a subject is.
    FIND = "SELECT u.id, u.login, u.role, u.disabled_at FROM oidc_account a JOIN app_user u ON u.id = a.user_id \
        WHERE a.issuer = $1 AND a.subject = $2";
    /// Says which person a subject is.
    LINK = "INSERT INTO oidc_account (issuer, subject, user_id, linked_at) VALUES ($1, $2, $3, $4)";
    /// Forgets whom a subject was.
    UNLINK = "DELETE FROM oidc_account WHERE issuer = $1 AND subject = $2";
    /// The person of a login.
    OF_LOGIN = "SELECT id FROM app_user WHERE login = $1";
    /// Changes a role.
    SET_ROLE = "UPDATE app_user SET role = $2 WHERE id = $1";
    /// Ends a person's sessions.
    END_SESSIONS = "DELETE FROM session WHERE user_id = $1";
    /// The team of a word, and whether a person is in it.
    TEAM = "SELECT t.id, COUNT(m.user_id) FROM team t LEFT JOIN team_member m ON m.team_id = t.id AND m.user_id = $2 \
        WHERE t.slug = $1 GROUP BY t.id";
    /// Takes a person into a team.
    JOIN = "INSERT INTO team_member (team_id, user_id) VALUES ($1, $2)";
    /// Takes a person out of a team.
    LEAVE = "DELETE FROM team_member WHERE team_id = $1 AND user_id = $2";
}

/// A sign-in waits so long for the browser to come back.
pub const PATIENCE: i64 = 600 * 1_000_000;

/// What a provider has said of somebody, put into the organisation's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Who vouches.
    pub issuer: String,
    /// Whom they mean: theirs for ever, unlike a name or an address.
    pub subject: String,
    /// The login of a person who is new here.
    pub login: String,
    /// Their name.
    pub name: String,
    /// Their role, by their groups.
    pub role: Role,
    /// The teams that groups decide about, by their word in addresses, and whether the person is in each.
    pub teams: Vec<(String, bool)>,
}

/// Whom a subject turned out to be, and what changed by what was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entered {
    /// The person.
    pub user: UserId,
    /// Their login.
    pub login: String,
    /// Whether they are new.
    pub is_new: bool,
    /// The role that they had before, if it is another now.
    pub role_before: Option<Role>,
    /// The teams that they joined or left.
    pub teams: Vec<(String, bool)>,
}

impl Unscoped<'_> {
    /// Notes that a browser is led to the provider; `next` is where it goes afterwards.
    ///
    /// # Errors
    /// The database fails.
    pub async fn oidc_begin(&self, state: [u8; 32], browser: [u8; 32], next: &str, now: Micros) -> Result<()> {
        let mut tx = self.store.db.begin().await?;
        tx.execute(SWEEP, binds![now.0 - PATIENCE]).await?;
        tx.execute(BEGIN, binds![state, browser, next, now]).await?;
        tx.commit().await
    }

    /// Takes a sign-in that comes back, once; where it goes, or none if this browser began no such sign-in lately.
    ///
    /// # Errors
    /// The database fails.
    pub async fn oidc_take(&self, state: [u8; 32], browser: [u8; 32], now: Micros) -> Result<Option<String>> {
        let mut tx = self.store.db.begin().await?;
        let row: Option<(String,)> = tx.optional(TAKE, binds![state, browser, now.0 - PATIENCE]).await?;
        tx.commit().await?;
        Ok(row.map(|(next,)| next))
    }

    /// Finds the person of a subject, makes one if nobody is it yet, and gives them the role and the teams of their groups. Another
    /// role ends their sessions, as everywhere.
    ///
    /// # Errors
    /// `disabled` if they may not sign in, `login_taken` if the login of a new person is somebody's, `last_admin` if nobody would
    /// be left to run Postura; or the database fails. Nothing was changed then.
    pub async fn oidc_enter(&self, told: &Told, now: Micros) -> Result<Entered> {
        let mut tx = self.store.db.begin().await?;
        let known: Option<(i64, String, String, Option<i64>)> =
            tx.optional(FIND, binds![told.issuer.as_str(), told.subject.as_str()]).await?;
        let is_new = known.is_none();
        let (user, login, before) = match known {
            Some((_, _, _, Some(_))) => return Err(Error::Conflict("disabled")),
            Some((id, login, role, None)) => {
                (UserId(id), login, role.parse().map_err(|()| Error::damaged("app_user.role"))?)
            }
            None => (made(&mut tx, told, now).await?, told.login.clone(), told.role),
        };
        if before != told.role {
            if told.role != Role::Admin {
                refuse_last_admin(&mut tx, user).await?;
            }
            tx.execute(SET_ROLE, binds![user, told.role.word()]).await?;
            tx.execute(END_SESSIONS, binds![user]).await?;
        }
        let mut teams = Vec::new();
        for (slug, member) in &told.teams {
            let team: Option<(i64, i64)> = tx.optional(TEAM, binds![slug.as_str(), user]).await?;
            if let Some((team, there)) = team.filter(|(_, there)| (*there > 0) != *member) {
                tx.execute(if there == 0 { JOIN } else { LEAVE }, binds![team, user]).await?;
                teams.push((slug.clone(), *member));
            }
        }
        tx.commit().await?;
        Ok(Entered { user, login, is_new, role_before: (before != told.role).then_some(before), teams })
    }
}

/// A new person, who has no password.
async fn made(tx: &mut Tx, told: &Told, now: Micros) -> Result<UserId> {
    let taken: Option<(i64,)> = tx.optional(OF_LOGIN, binds![told.login.as_str()]).await?;
    if taken.is_some() {
        return Err(Error::Conflict("login_taken"));
    }
    let new = UserNew {
        login: told.login.clone(),
        name: told.name.clone(),
        password_hash: None,
        role: told.role,
        locale: None,
    };
    let user = user_insert_in(tx, &new, now).await?;
    tx.execute(LINK, binds![told.issuer.as_str(), told.subject.as_str(), user, now]).await?;
    Ok(user)
}

impl Scoped<'_> {
    /// Says that a provider's subject is a person who is here already; whoever it was before is it no more.
    ///
    /// # Errors
    /// The viewer may not, nobody has the login, or the database fails.
    pub async fn oidc_link(&self, issuer: &str, subject: &str, login: &str, now: Micros) -> Result<()> {
        self.viewer.require(Action::ManageUsers, None)?;
        let mut tx = self.store.db.begin().await?;
        let person: Option<(i64,)> = tx.optional(OF_LOGIN, binds![login.trim().to_lowercase()]).await?;
        let (user,) = person.ok_or(Error::NotFound("user"))?;
        tx.execute(UNLINK, binds![issuer, subject]).await?;
        tx.execute(LINK, binds![issuer, subject, user, now]).await?;
        tx.commit().await
    }
}
