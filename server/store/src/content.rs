//! Reading sealed content back: evidence, prose, rows in quarantine.

use crate::blob::BlobId;
use crate::error::{Error, Result};
use crate::{ImportNo, Store, binds, pack};
use model::Micros;
use model::facts::{EvidencePart, Prose};

crate::sql::statements! {
    PACK = "SELECT sealed, expired_at FROM pack WHERE id = $1";
    PACKS = "SELECT id, purpose, items FROM pack WHERE expired_at IS NULL ORDER BY id";
    ORIGINALS = "SELECT b.id, b.bytes FROM blob b JOIN scan s ON s.original_blob = b.id WHERE b.expired_at IS NULL ORDER BY b.id";
    QUARANTINE = "SELECT id, items, sealed FROM pack WHERE import_id = $1 AND purpose = 'quarantine' AND expired_at IS NULL ORDER BY id";
}

/// What opening everything that is sealed found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SealedReport {
    /// Texts of evidence, prose and quarantine that were opened and read.
    pub texts: u64,
    /// Originals of exports that were opened to their end.
    pub originals: u64,
    /// What does not open or is not what its row says, for people who repair.
    pub problems: Vec<String>,
}

impl Store {
    /// Opens every pack and every original: proof that the keys at hand open what is kept, and that nothing was changed.
    /// Reads one of them at a time.
    ///
    /// # Errors
    /// The database fails.
    pub async fn verify_sealed(&self) -> Result<SealedReport> {
        let mut report = SealedReport::default();
        let packs: Vec<(i64, String, i64)> = self.db.all(PACKS, binds![]).await?;
        for (id, purpose, items) in packs {
            match self.pack(id).await.and_then(|raw| raw.map_or(Ok(0), |raw| texts(&raw, &purpose))) {
                Ok(texts) if i64::try_from(texts) == Ok(items) => report.texts += texts,
                Ok(texts) => report.problems.push(format!("pack {id} has {texts} texts, its row says {items}")),
                Err(error) => report.problems.push(format!("pack {id}: {error}")),
            }
        }
        let originals: Vec<(i64, i64)> = self.db.all(ORIGINALS, binds![]).await?;
        for (id, bytes) in originals {
            match self.original_length(BlobId(id)).await {
                Ok(length) if length == bytes => report.originals += 1,
                Ok(length) => report.problems.push(format!("original {id} has {length} bytes, its row says {bytes}")),
                Err(error) => report.problems.push(format!("original {id}: {error}")),
            }
        }
        Ok(report)
    }

    async fn original_length(&self, blob: BlobId) -> Result<i64> {
        let mut length = 0;
        for seq in 0.. {
            let Some(chunk) = self.blob_chunk(blob, seq).await? else { break };
            length += chunk.len() as i64;
        }
        Ok(length)
    }

    /// The evidence at a place in a sealed pack. Whoever asks must have checked that its reader may see evidence.
    ///
    /// # Errors
    /// There is no such evidence, or it was changed.
    pub(crate) fn evidence_in(&self, pack: i64, sealed: &[u8], index: i64) -> Result<Evidence> {
        let raw = pack::open(&self.config, &pack::place(pack), sealed)?;
        Ok(Evidence::Here(pack::read_evidence(pack::item(&raw, item_index(index)?)?)?))
    }

    /// The prose of a weakness's text. It never expires: it says what a rule is, not what was seen.
    ///
    /// # Errors
    /// There is no such text, or it was changed.
    pub(crate) fn prose_in(&self, pack: i64, sealed: &[u8], index: i64) -> Result<Prose> {
        let raw = pack::open(&self.config, &pack::place(pack), sealed)?;
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

    /// A pack's raw bytes; nothing if they were taken away.
    async fn pack(&self, id: i64) -> Result<Option<Vec<u8>>> {
        let row: Option<(Vec<u8>, Option<i64>)> = self.db.optional(PACK, binds![id]).await?;
        match row.ok_or(Error::NotFound("pack"))? {
            (_, Some(_)) => Ok(None),
            (sealed, None) => pack::open(&self.config, &pack::place(id), &sealed).map(Some),
        }
    }
}

/// What is left of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// All of it.
    Here(Vec<EvidencePart>),
    /// Nothing: it was taken away then, by policy or because its scan was purged.
    Expired(Micros),
}

fn item_index(index: i64) -> Result<u32> {
    u32::try_from(index).map_err(|_| Error::damaged("an index in a pack"))
}

/// Reads every item of a pack; how many there are.
fn texts(raw: &[u8], purpose: &str) -> Result<u64> {
    let count = pack::count(raw)?;
    for index in 0..count {
        let item = pack::item(raw, index)?;
        match purpose {
            "evidence" => drop(pack::read_evidence(item)?),
            "prose" => drop(serde_json::from_slice::<Prose>(item).map_err(|e| Error::damaged(format!("prose: {e}")))?),
            _ => {}
        }
    }
    Ok(count.into())
}
