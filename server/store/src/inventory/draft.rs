//! A file of the inventory that a person looks at before it is applied: theirs alone, sealed, and gone in the end.

use crate::viewer::Scoped;
use crate::{Error, Result, Store, binds, pack};
use model::policy::Action;
use model::{Micros, UserId};

crate::sql::statements! {
    /// Keeps a person's file, in place of the one they had.
    SET = "INSERT INTO inventory_draft (user_id, file, sealed, saved_at) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (user_id) DO UPDATE SET file = excluded.file, sealed = excluded.sealed, saved_at = excluded.saved_at";
    /// A person's file.
    GET = "SELECT file, sealed, saved_at FROM inventory_draft WHERE user_id = $1";
    /// Throws it away.
    DROP = "DELETE FROM inventory_draft WHERE user_id = $1";
    /// Throws away what nobody has looked at since an instant.
    SWEEP = "DELETE FROM inventory_draft WHERE saved_at < $1";
}

/// A file that waits to be applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InventoryDraft {
    /// Its name.
    pub file: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// When it came in.
    pub at: Micros,
}

impl Store {
    /// Throws away files that came in before an instant. The answer is how many.
    ///
    /// # Errors
    /// The database fails.
    pub async fn inventory_draft_sweep(&self, before: Micros) -> Result<u64> {
        self.db.execute(SWEEP, binds![before]).await
    }
}

impl Scoped<'_> {
    /// Keeps a file for the viewer, in place of the one they had.
    ///
    /// # Errors
    /// The viewer may not, or the database fails.
    pub async fn inventory_draft_set(&self, draft: &InventoryDraft) -> Result<()> {
        let user = self.declaring()?;
        let sealed = pack::seal(&self.store.config, &place(user), &draft.bytes)?;
        self.store.db.execute(SET, binds![user, draft.file.as_str(), sealed, draft.at]).await?;
        Ok(())
    }

    /// The viewer's file.
    ///
    /// # Errors
    /// The viewer may not, the database fails, or the file was changed or sealed with another key.
    pub async fn inventory_draft(&self) -> Result<Option<InventoryDraft>> {
        self.viewer.require(Action::ManageAssets, None)?;
        let Some(user) = self.viewer.user() else { return Ok(None) };
        let row: Option<(String, Vec<u8>, i64)> = self.store.db.optional(GET, binds![user]).await?;
        let draft = |(file, sealed, at): (_, Vec<u8>, _)| {
            let bytes = pack::open(&self.store.config, &place(user), &sealed)?;
            Ok(InventoryDraft { file, bytes, at: Micros(at) })
        };
        row.map(draft).transpose()
    }

    /// Throws the viewer's file away.
    ///
    /// # Errors
    /// The viewer may not, or the database fails.
    pub async fn inventory_draft_drop(&self) -> Result<()> {
        let user = self.declaring()?;
        self.store.db.execute(DROP, binds![user]).await?;
        Ok(())
    }

    /// The person who declares; the local operator does that in a file.
    fn declaring(&self) -> Result<UserId> {
        self.viewer.require(Action::ManageAssets, None)?;
        self.viewer.user().ok_or(Error::NotFound("inventory_draft"))
    }
}

/// Where an inventory that waits is sealed.
pub(crate) fn place(user: UserId) -> String {
    format!("inventory_draft:sealed:{}", user.0)
}
