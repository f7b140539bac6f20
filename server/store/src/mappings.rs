//! Saved mappings: how the files of tools without a reader of their own are read; and those that people are still defining.

use crate::viewer::Scoped;
use crate::{Error, Result, Store, binds, pack};
use model::policy::Action;
use model::{Mapping, Micros, UserId};

crate::sql::statements! {
    /// Saves a mapping under a name, or another under the same.
    SAVE = "INSERT INTO mapping (name, body, user_id, saved_at) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (name) DO UPDATE SET body = excluded.body, user_id = excluded.user_id, saved_at = excluded.saved_at";
    /// Saves a mapping under a name that is free.
    SAVE_NEW = "INSERT INTO mapping (name, body, user_id, saved_at) VALUES ($1, $2, $3, $4) ON CONFLICT (name) DO NOTHING";
    /// One by name.
    GET = "SELECT body FROM mapping WHERE name = $1";
    /// All of them, and who saved each.
    LIST = "SELECT m.name, m.body, u.name, m.saved_at FROM mapping m LEFT JOIN app_user u ON u.id = m.user_id ORDER BY m.name";
    /// The names of all.
    NAMES = "SELECT name FROM mapping ORDER BY name";
    /// Takes one away.
    REMOVE = "DELETE FROM mapping WHERE name = $1";
    /// Keeps what a person has so far, in place of what they had.
    DRAFT_SET = "INSERT INTO mapping_draft (user_id, name, opened, body, file, sealed, saved_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (user_id) DO UPDATE SET name = excluded.name, \
        opened = excluded.opened, body = excluded.body, file = excluded.file, sealed = excluded.sealed, \
        saved_at = excluded.saved_at";
    /// What a person has so far.
    DRAFT = "SELECT name, opened, body, file, sealed, saved_at FROM mapping_draft WHERE user_id = $1";
    /// Throws away what a person has.
    DRAFT_DROP = "DELETE FROM mapping_draft WHERE user_id = $1";
    /// Throws away what nobody has touched since an instant.
    DRAFT_SWEEP = "DELETE FROM mapping_draft WHERE saved_at < $1";
}

/// The most characters of a mapping's name.
const MAX_NAME: usize = 80;

/// A saved mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedMapping {
    /// Its name.
    pub name: String,
    /// What it says.
    pub mapping: Mapping,
    /// The name of who saved it; none for the local operator.
    pub by: Option<String>,
    /// When.
    pub at: Micros,
}

/// A mapping that a person is defining.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MappingDraft {
    /// The name that it is to have; empty if nobody has said.
    pub name: String,
    /// The name of the saved one that it began as; empty for a new one.
    pub opened: String,
    /// What it says so far, whether or not that can be used.
    pub mapping: Mapping,
    /// The sample's file name; empty without a sample.
    pub file: String,
    /// The first bytes of a file to try it on.
    pub sample: Vec<u8>,
    /// When it was last touched.
    pub at: Micros,
}

impl Store {
    /// A saved mapping, for an import that names it.
    ///
    /// # Errors
    /// There is none of that name, or the database fails.
    pub async fn mapping(&self, name: &str) -> Result<Mapping> {
        let row: Option<(String,)> = self.db.optional(GET, binds![name]).await?;
        let (body,) = row.ok_or(Error::NotFound("mapping"))?;
        read("mapping.body", &body)
    }

    /// Throws away what people began to define before an instant. The answer is how many.
    ///
    /// # Errors
    /// The database fails.
    pub async fn mapping_draft_sweep(&self, before: Micros) -> Result<u64> {
        self.db.execute(DRAFT_SWEEP, binds![before]).await
    }
}

impl Scoped<'_> {
    /// Saves a mapping under a name. One of the same name gives way if it is the one that was `opened` to be changed, and
    /// whatever it is if `opened` is none.
    ///
    /// # Errors
    /// The viewer may not, the name is empty or too long, another mapping has it, or the database fails.
    pub async fn mapping_save(&self, name: &str, opened: Option<&str>, mapping: &Mapping, now: Micros) -> Result<()> {
        self.viewer.require(Action::ManageSources, None)?;
        if name.is_empty() || name.chars().count() > MAX_NAME || name.chars().any(char::is_control) {
            return Err(Error::Invalid { field: "name", code: "length" });
        }
        let replaces = opened.is_none_or(|opened| opened == name);
        let statement = if replaces { SAVE } else { SAVE_NEW };
        let body = written("mapping.body", mapping)?;
        match self.store.db.execute(statement, binds![name, body, self.viewer.user(), now]).await? {
            0 => Err(Error::Conflict("name")),
            _ => Ok(()),
        }
    }

    /// The saved mappings, by name.
    ///
    /// # Errors
    /// The viewer may not see scans, or the database fails.
    pub async fn mapping_list(&self) -> Result<Vec<SavedMapping>> {
        self.viewer.require(Action::SeeScans, None)?;
        let rows: Vec<(String, String, Option<String>, i64)> = self.store.db.all(LIST, binds![]).await?;
        let saved = |(name, body, by, at): (_, String, _, _)| {
            Ok(SavedMapping { name, mapping: read("mapping.body", &body)?, by, at: Micros(at) })
        };
        rows.into_iter().map(saved).collect()
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

    /// Keeps what the viewer is defining, in place of what they had. The sample is sealed.
    ///
    /// # Errors
    /// The viewer may not, or the database fails.
    pub async fn mapping_draft_set(&self, draft: &MappingDraft) -> Result<()> {
        let user = self.defining()?;
        let sealed = pack::seal(&self.store.config, &place(user), &draft.sample)?;
        let body = written("mapping_draft.body", &draft.mapping)?;
        let (name, opened, file) = (draft.name.as_str(), draft.opened.as_str(), draft.file.as_str());
        self.store.db.execute(DRAFT_SET, binds![user, name, opened, body, file, sealed, draft.at]).await?;
        Ok(())
    }

    /// What the viewer is defining.
    ///
    /// # Errors
    /// The viewer may not, the database fails, or the sample was changed or sealed with another key.
    pub async fn mapping_draft(&self) -> Result<Option<MappingDraft>> {
        self.viewer.require(Action::ManageSources, None)?;
        let Some(user) = self.viewer.user() else { return Ok(None) };
        let row: Option<(String, String, String, String, Vec<u8>, i64)> =
            self.store.db.optional(DRAFT, binds![user]).await?;
        let draft = |(name, opened, body, file, sealed, at): (_, _, String, _, Vec<u8>, _)| {
            let mapping = read("mapping_draft.body", &body)?;
            let sample = pack::open(&self.store.config, &place(user), &sealed)?;
            Ok(MappingDraft { name, opened, mapping, file, sample, at: Micros(at) })
        };
        row.map(draft).transpose()
    }

    /// Throws away what the viewer was defining.
    ///
    /// # Errors
    /// The viewer may not, or the database fails.
    pub async fn mapping_draft_drop(&self) -> Result<()> {
        let user = self.defining()?;
        self.store.db.execute(DRAFT_DROP, binds![user]).await?;
        Ok(())
    }

    /// The person who defines a mapping; the local operator does that in a file.
    fn defining(&self) -> Result<UserId> {
        self.viewer.require(Action::ManageSources, None)?;
        self.viewer.user().ok_or(Error::NotFound("mapping_draft"))
    }
}

/// Where a draft's sample is sealed.
pub(crate) fn place(user: UserId) -> String {
    format!("mapping_draft:sealed:{}", user.0)
}

fn read(what: &str, body: &str) -> Result<Mapping> {
    serde_json::from_str(body).map_err(|error| Error::damaged(format!("{what}: {error}")))
}

fn written(what: &str, mapping: &Mapping) -> Result<String> {
    serde_json::to_string(mapping).map_err(|error| Error::damaged(format!("{what}: {error}")))
}
