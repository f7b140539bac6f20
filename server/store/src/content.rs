//! Reading sealed content back: evidence, prose, rows in quarantine.

use crate::error::{Error, Result};
use crate::{ImportNo, Store, binds, pack};
use model::facts::{EvidencePart, Prose};

crate::sql::statements! {
    PACK = "SELECT sealed FROM pack WHERE id = $1";
    QUARANTINE = "SELECT id, items, sealed FROM pack WHERE import_id = $1 AND purpose = 'quarantine' ORDER BY id";
}

impl Store {
    /// The evidence at a place that an occurrence or a sighting names. Whoever asks must have checked that its reader may
    /// see evidence.
    ///
    /// # Errors
    /// There is no such evidence, it was changed, or the database fails.
    pub(crate) async fn evidence_at(&self, pack: i64, index: i64) -> Result<Vec<EvidencePart>> {
        let raw = self.pack(pack, "evidence").await?;
        pack::read_evidence(pack::item(&raw, item_index(index)?)?)
    }

    /// The prose of a weakness's text.
    ///
    /// # Errors
    /// There is no such text, it was changed, or the database fails.
    pub(crate) async fn prose_at(&self, pack: i64, index: i64) -> Result<Prose> {
        let raw = self.pack(pack, "prose").await?;
        let item = pack::item(&raw, item_index(index)?)?;
        serde_json::from_slice(item).map_err(|e| Error::damaged(format!("prose: {e}")))
    }

    /// The rows of an import that could not be understood, as they were given to [`crate::Stager::quarantined`].
    ///
    /// # Errors
    /// A pack was changed, or the database fails.
    pub async fn quarantine(&self, import: ImportNo) -> Result<Vec<Vec<u8>>> {
        let packs: Vec<(i64, i64, Vec<u8>)> = self.db.all(QUARANTINE, binds![import.0]).await?;
        let mut rows = Vec::new();
        for (id, items, sealed) in packs {
            let raw = pack::open(&self.config, &pack::place(id), &sealed)?;
            for index in 0..items {
                rows.push(pack::item(&raw, item_index(index)?)?.to_vec());
            }
        }
        Ok(rows)
    }

    async fn pack(&self, id: i64, what: &'static str) -> Result<Vec<u8>> {
        let row: Option<(Vec<u8>,)> = self.db.optional(PACK, binds![id]).await?;
        let (sealed,) = row.ok_or(Error::NotFound(what))?;
        pack::open(&self.config, &pack::place(id), &sealed)
    }
}

fn item_index(index: i64) -> Result<u32> {
    u32::try_from(index).map_err(|_| Error::damaged("an index in a pack"))
}
