//! What may be scanned: groups of targets, on whose written word, and when not.

use crate::viewer::Scoped;
use crate::{Error, Result, Store, binds};
use model::Micros;
use model::policy::Action;

/// What rows of groups give; the macro is for `concat!`.
macro_rules! columns {
    () => {
        "SELECT t.id, t.name, t.targets, t.exclude, t.allow, t.zone, t.blackouts, t.authorised_by, t.authorisation, \
         t.authorised_until, u.name AS entered_by, t.updated_at FROM scan_target t LEFT JOIN app_user u ON u.id = t.user_id \
         "
    };
}

crate::sql::statements! {
    /// A new group.
    INSERT = "INSERT INTO scan_target (name, targets, exclude, allow, zone, blackouts, authorised_by, authorisation, \
        authorised_until, user_id, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11) RETURNING id";
    /// Another content.
    SET = "UPDATE scan_target SET name = $2, targets = $3, exclude = $4, allow = $5, zone = $6, blackouts = $7, \
        authorised_by = $8, authorisation = $9, authorised_until = $10, user_id = $11, updated_at = $12 WHERE id = $1";
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
}

impl Scoped<'_> {
    /// Keeps a group: a new one, or another content of one.
    ///
    /// # Errors
    /// The viewer may not, there is no such group, the name is taken (`scan_target_name_key`), or the database fails.
    pub async fn target_set(&self, id: Option<i64>, new: &TargetNew, now: Micros) -> Result<i64> {
        self.viewer.require(Action::ManageSchedules, None)?;
        let TargetNew { name, targets, exclude, allow, zone, blackouts, .. } = new;
        let TargetNew { authorised_by, authorisation, authorised_until, .. } = new;
        let mut values = match id {
            Some(id) => binds![id],
            None => binds![],
        };
        values.extend(binds![name.as_str(), targets.as_str(), exclude.as_str(), allow.as_str(), zone.as_str()]);
        values.extend(binds![blackouts.as_str(), authorised_by.as_str(), authorisation.as_str(), *authorised_until]);
        values.extend(binds![self.viewer.user(), now]);
        let mut tx = self.store.db.begin().await?;
        let id = match id {
            Some(id) => {
                let changed = tx.execute(SET, values).await?;
                if changed == 0 { Err(Error::NotFound("target")) } else { Ok(id) }
            }
            None => tx.one::<(i64,)>(INSERT, values).await.map(|(id,)| id),
        }?;
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
