//! Sealed bytes in chunks: uploads that wait for their job, and the originals of exports.

use crate::config::Config;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::{Store, binds, pack};
use model::Micros;

/// Raw bytes of a chunk.
pub(crate) const CHUNK: usize = 1 << 20;

crate::sql::statements! {
    CREATE = "INSERT INTO blob (purpose, content_mac, bytes, complete, created_at) VALUES ($1, NULL, 0, 0, $2) RETURNING id";
    APPEND = "INSERT INTO blob_chunk (blob_id, seq, sealed) VALUES ($1, $2, $3)";
    FINISH = "UPDATE blob SET complete = 1, bytes = $2 WHERE id = $1";
    CHUNK_OF = "SELECT sealed FROM blob_chunk WHERE blob_id = $1 AND seq = $2";
    DELETE = "DELETE FROM blob WHERE id = $1";
    LENGTH = "SELECT bytes FROM blob WHERE id = $1 AND complete = 1";
}

/// A blob's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BlobId(pub i64);

/// Writes an upload chunk by chunk, never whole in memory.
pub struct UploadWriter {
    store: Store,
    blob: BlobId,
    buffer: Vec<u8>,
    next: i64,
    bytes: i64,
}

impl Store {
    /// Raw bytes of each chunk of a blob but the last.
    pub const BLOB_CHUNK: u64 = CHUNK as u64;

    /// Begins to keep an upload.
    ///
    /// # Errors
    /// The database fails.
    pub async fn upload_begin(&self, now: Micros) -> Result<UploadWriter> {
        let mut tx = self.db.begin().await?;
        let blob = create_on(&mut tx, "upload", now).await?;
        tx.commit().await?;
        Ok(UploadWriter { store: self.clone(), blob, buffer: Vec::new(), next: 0, bytes: 0 })
    }

    /// A chunk of a blob by its number from 0, opened; `None` after the last.
    ///
    /// # Errors
    /// The database fails, or the chunk was changed or sealed with another key.
    pub async fn blob_chunk(&self, blob: BlobId, seq: i64) -> Result<Option<Vec<u8>>> {
        let row: Option<(Vec<u8>,)> = self.db.optional(CHUNK_OF, binds![blob.0, seq]).await?;
        row.map(|(sealed,)| pack::open(&self.config, &place(blob, seq), &sealed)).transpose()
    }

    /// How many bytes a complete blob has.
    ///
    /// # Errors
    /// There is no such blob.
    pub async fn blob_bytes(&self, blob: BlobId) -> Result<i64> {
        let row: Option<(i64,)> = self.db.optional(LENGTH, binds![blob.0]).await?;
        row.map(|(bytes,)| bytes).ok_or(Error::NotFound("blob"))
    }

    /// Throws a blob away, for an upload whose job has ended.
    ///
    /// # Errors
    /// The database fails, or a scan still names the blob.
    pub async fn blob_delete(&self, blob: BlobId) -> Result<()> {
        self.db.execute(DELETE, binds![blob.0]).await?;
        Ok(())
    }
}

impl UploadWriter {
    /// Appends bytes.
    ///
    /// # Errors
    /// The database fails.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.buffer.extend_from_slice(bytes);
        self.bytes += bytes.len() as i64;
        while self.buffer.len() >= CHUNK {
            let rest = self.buffer.split_off(CHUNK);
            let chunk = std::mem::replace(&mut self.buffer, rest);
            self.flush(chunk).await?;
        }
        Ok(())
    }

    /// Writes what is left and makes the blob complete.
    ///
    /// # Errors
    /// The database fails.
    pub async fn finish(mut self) -> Result<BlobId> {
        let chunk = std::mem::take(&mut self.buffer);
        if !chunk.is_empty() {
            self.flush(chunk).await?;
        }
        self.store.db.execute(FINISH, binds![self.blob.0, self.bytes]).await?;
        Ok(self.blob)
    }

    /// Throws away what was written, for an upload that broke off.
    ///
    /// # Errors
    /// The database fails.
    pub async fn abandon(self) -> Result<()> {
        self.store.blob_delete(self.blob).await
    }

    async fn flush(&mut self, chunk: Vec<u8>) -> Result<()> {
        let (config, blob, seq) = (self.store.config.clone(), self.blob, self.next);
        let sealed = tokio::task::spawn_blocking(move || seal(&config, blob, seq, &chunk));
        let sealed = sealed.await.map_err(|_| Error::damaged("sealing was interrupted"))??;
        self.store.db.execute(APPEND, binds![blob.0, seq, sealed]).await?;
        self.next += 1;
        Ok(())
    }
}

/// Seals a chunk.
pub(crate) fn seal(config: &Config, blob: BlobId, seq: i64, raw: &[u8]) -> Result<Vec<u8>> {
    pack::seal(config, &place(blob, seq), raw)
}

pub(crate) async fn create_on(tx: &mut Tx, purpose: &'static str, now: Micros) -> Result<BlobId> {
    let (id,): (i64,) = tx.one(CREATE, binds![purpose, now]).await?;
    Ok(BlobId(id))
}

pub(crate) async fn append_on(tx: &mut Tx, blob: BlobId, seq: i64, sealed: Vec<u8>) -> Result<()> {
    tx.execute(APPEND, binds![blob.0, seq, sealed]).await?;
    Ok(())
}

pub(crate) async fn finish_on(tx: &mut Tx, blob: BlobId, bytes: i64) -> Result<()> {
    tx.execute(FINISH, binds![blob.0, bytes]).await?;
    Ok(())
}

/// Where a chunk is sealed.
pub(crate) fn place(blob: BlobId, seq: i64) -> String {
    format!("blob_chunk:sealed:{}:{seq}", blob.0)
}
