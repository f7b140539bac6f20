//! What may be scanned: groups of targets, on whose written word, and when not.

use crate::viewer::Scoped;
use crate::{Error, Result, Store, binds};
use model::Micros;
use model::policy::Action;
use zeroize::Zeroizing;

/// What rows of groups give; the macro is for `concat!`.
macro_rules! columns {
    () => {
        "SELECT t.id, t.name, t.targets, t.exclude, t.allow, t.zone, t.blackouts, t.authorised_by, t.authorisation, \
         t.authorised_until, t.login, t.login_at, u.name AS entered_by, t.updated_at FROM scan_target t LEFT JOIN app_user u ON u.id = t.user_id \
         "
    };
}

crate::sql::statements! {
    /// A new group.
    INSERT = "INSERT INTO scan_target (name, targets, exclude, allow, zone, blackouts, authorised_by, authorisation, \
        authorised_until, login, user_id, created_at, updated_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12) RETURNING id";
    /// Another content.
    SET = "UPDATE scan_target SET name = $2, targets = $3, exclude = $4, allow = $5, zone = $6, blackouts = $7, \
        authorised_by = $8, authorisation = $9, authorised_until = $10, login = $11, user_id = $12, updated_at = $13 WHERE id = $1";
    /// The password of its login, or none any more.
    SEAL = "UPDATE scan_target SET login_sealed = $2, login_at = $3 WHERE id = $1";
    /// That password, sealed.
    PASSWORD = "SELECT login_sealed FROM scan_target WHERE id = $1";
    /// One.
    GET = concat!(columns!(), "WHERE t.id = $1");
    /// All.
    LIST = concat!(columns!(), "ORDER BY t.name");
}

/// A group of targets to be kept. Lists have one entry a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TargetNew {
    /// Its name.
    pub name: String,
    /// What is scanned.
    pub targets: String,
    /// What is left out.
    pub exclude: String,
    /// What may be scanned at most; the targets themselves if empty.
    pub allow: String,
    /// The IANA zone of its blackout windows.
    pub zone: String,
    /// When no scan begins.
    pub blackouts: String,
    /// Who permitted it in writing; empty for nobody.
    pub authorised_by: String,
    /// Where that is written.
    pub authorisation: String,
    /// Until when it holds.
    pub authorised_until: Option<Micros>,
    /// How a scanner signs in to it, as JSON without its password; empty if it does not.
    pub login: String,
}

/// What becomes of the password of a login.
#[derive(Clone, Copy, Debug)]
pub enum Password<'a> {
    /// It stays.
    Keep,
    /// This one from now on.
    Set(&'a [u8]),
    /// There is none any more.
    Remove,
}

/// The place of a target's sealed password.
pub(crate) fn place(id: i64) -> String {
    format!("scan_target:login:{id}")
}

/// A group as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Target {
    /// Its number.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// What is scanned.
    pub targets: String,
    /// What is left out.
    pub exclude: String,
    /// What may be scanned at most.
    pub allow: String,
    /// The IANA zone of its blackout windows.
    pub zone: String,
    /// When no scan begins.
    pub blackouts: String,
    /// Who permitted it in writing.
    pub authorised_by: String,
    /// Where that is written.
    pub authorisation: String,
    /// Until when it holds, in microseconds.
    pub authorised_until: Option<i64>,
    /// How a scanner signs in to it, as JSON without its password.
    pub login: String,
    /// When that password was set, in microseconds.
    pub login_at: Option<i64>,
    /// Who wrote this down; none for the local operator.
    pub entered_by: Option<String>,
    /// When, in microseconds.
    pub updated_at: i64,
}

impl Target {
    /// Whether somebody permitted scans of it in writing, and it still holds.
    #[must_use]
    pub fn authorised(&self, now: Micros) -> bool {
        !self.authorised_by.trim().is_empty() && self.authorised_until.is_some_and(|until| until >= now.0)
    }
}

impl Store {
    /// A group.
    ///
    /// # Errors
    /// There is no such group.
    pub async fn target(&self, id: i64) -> Result<Target> {
        self.db.optional(GET, binds![id]).await?.ok_or(Error::NotFound("target"))
    }

    /// The password of its login, opened.
    ///
    /// # Errors
    /// There is no such group, or the password was changed or sealed with another key.
    pub async fn target_password(&self, id: i64) -> Result<Option<Zeroizing<Vec<u8>>>> {
        let row: Option<(Option<Vec<u8>>,)> = self.db.optional(PASSWORD, binds![id]).await?;
        let (sealed,) = row.ok_or(Error::NotFound("target"))?;
        let open = |sealed: Vec<u8>| self.config.keys.open(&place(id), &sealed).map(Zeroizing::new);
        Ok(sealed.map(open).transpose()?)
    }
}

impl Scoped<'_> {
    /// Keeps a group: a new one, or another content of one; and the password of its login.
    ///
    /// # Errors
    /// The viewer may not, there is no such group, the name is taken (`scan_target_name_key`), or the database fails.
    pub async fn target_set(
        &self,
        id: Option<i64>,
        new: &TargetNew,
        password: Password<'_>,
        now: Micros,
    ) -> Result<i64> {
        self.viewer.require(Action::ManageSchedules, None)?;
        let TargetNew { name, targets, exclude, allow, zone, blackouts, .. } = new;
        let TargetNew { authorised_by, authorisation, authorised_until, login, .. } = new;
        let mut values = match id {
            Some(id) => binds![id],
            None => binds![],
        };
        values.extend(binds![name.as_str(), targets.as_str(), exclude.as_str(), allow.as_str(), zone.as_str()]);
        values.extend(binds![blackouts.as_str(), authorised_by.as_str(), authorisation.as_str(), *authorised_until]);
        values.extend(binds![login.as_str(), self.viewer.user(), now]);
        let mut tx = self.store.db.begin().await?;
        let id = match id {
            Some(id) => {
                let changed = tx.execute(SET, values).await?;
                if changed == 0 { Err(Error::NotFound("target")) } else { Ok(id) }
            }
            None => tx.one::<(i64,)>(INSERT, values).await.map(|(id,)| id),
        }?;
        let config = &self.store.config;
        match password {
            Password::Keep => {}
            Password::Set(password) => {
                let sealed = config.keys.seal(&place(id), password, config.entropy.as_ref())?;
                tx.execute(SEAL, binds![id, sealed, now]).await?;
            }
            Password::Remove => {
                tx.execute(SEAL, binds![id, None::<Vec<u8>>, None::<i64>]).await?;
            }
        }
        tx.commit().await?;
        Ok(id)
    }

    /// All groups by name.
    ///
    /// # Errors
    /// The viewer may not see scans, or the database fails.
    pub async fn target_list(&self) -> Result<Vec<Target>> {
        self.viewer.require(Action::SeeScans, None)?;
        self.store.db.all(LIST, binds![]).await
    }
}
