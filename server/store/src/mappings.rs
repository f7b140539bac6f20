//! Saved mappings: how the files of tools without a reader of their own are read.

use crate::viewer::Scoped;
use crate::{Error, Result, Store, binds};
use model::policy::Action;
use model::{Mapping, Micros};

crate::sql::statements! {
    /// Saves a mapping under a name, or another under the same.
    SAVE = "INSERT INTO mapping (name, body, user_id, saved_at) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (name) DO UPDATE SET body = excluded.body, user_id = excluded.user_id, saved_at = excluded.saved_at";
    /// One by name.
    GET = "SELECT body FROM mapping WHERE name = $1";
    /// The names of all.
    NAMES = "SELECT name FROM mapping ORDER BY name";
    /// Takes one away.
    REMOVE = "DELETE FROM mapping WHERE name = $1";
}

impl Store {
    /// A saved mapping, for an import that names it.
    ///
    /// # Errors
    /// There is none of that name, or the database fails.
    pub async fn mapping(&self, name: &str) -> Result<Mapping> {
        let row: Option<(String,)> = self.db.optional(GET, binds![name]).await?;
        let (body,) = row.ok_or(Error::NotFound("mapping"))?;
        serde_json::from_str(&body).map_err(|error| Error::damaged(format!("mapping.body: {error}")))
    }
}

impl Scoped<'_> {
    /// Saves a mapping under a name; one of the same name gives way.
    ///
    /// # Errors
    /// The viewer may not, the name is empty or too long, or the database fails.
    pub async fn mapping_save(&self, name: &str, mapping: &Mapping, now: Micros) -> Result<()> {
        self.viewer.require(Action::ManageSources, None)?;
        if name.is_empty() || name.chars().count() > 80 {
            return Err(Error::Invalid { field: "name", code: "length" });
        }
        let body = serde_json::to_string(mapping).map_err(|error| Error::damaged(format!("mapping.body: {error}")))?;
        self.store.db.execute(SAVE, binds![name, body, self.viewer.user(), now]).await?;
        Ok(())
    }

    /// The names of the saved mappings.
    ///
    /// # Errors
    /// The viewer may not see scans, or the database fails.
    pub async fn mapping_names(&self) -> Result<Vec<String>> {
        self.viewer.require(Action::SeeScans, None)?;
        let rows: Vec<(String,)> = self.store.db.all(NAMES, binds![]).await?;
        Ok(rows.into_iter().map(|(name,)| name).collect())
    }

    /// Takes a mapping away. Scans that were read with it keep their copy.
    ///
    /// # Errors
    /// The viewer may not, there is none of that name, or the database fails.
    pub async fn mapping_remove(&self, name: &str) -> Result<()> {
        self.viewer.require(Action::ManageSources, None)?;
        match self.store.db.execute(REMOVE, binds![name]).await? {
            0 => Err(Error::NotFound("mapping")),
            _ => Ok(()),
        }
    }
}
