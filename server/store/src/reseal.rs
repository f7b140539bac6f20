//! Seals everything anew with the key that seals now, a few values at a time, while the program runs.

use crate::blob::BlobId;
use crate::{Result, Store, binds, second_factor};
use model::{Micros, UserId};

crate::sql::statements! {
    /// Packs that another key sealed.
    PACKS = "SELECT id, sealed FROM pack WHERE id > $1 AND expired_at IS NULL AND substr(sealed, 1, 4) <> $2 ORDER BY id LIMIT 20";
    /// Keeps a pack, unless it was changed meanwhile.
    PACK = "UPDATE pack SET sealed = $2 WHERE id = $1 AND sealed = $3";
    /// Chunks that another key sealed.
    CHUNKS = "SELECT blob_id, seq, sealed FROM blob_chunk WHERE (blob_id, seq) > ($1, $2) AND substr(sealed, 1, 4) <> $3 \
        ORDER BY blob_id, seq LIMIT 4";
    /// Keeps a chunk, unless it was changed meanwhile.
    CHUNK = "UPDATE blob_chunk SET sealed = $3 WHERE blob_id = $1 AND seq = $2 AND sealed = $4";
    /// Published months that another key sealed.
    MONTHS = "SELECT month, sealed FROM published_month WHERE substr(sealed, 1, 4) <> $1";
    /// Keeps a month; its hash says that it is the same.
    MONTH = "UPDATE published_month SET sealed = $2 WHERE month = $1 AND sealed = $3";
    /// Drafts of mappings that another key sealed.
    MAPPINGS = "SELECT user_id, sealed FROM mapping_draft WHERE substr(sealed, 1, 4) <> $1";
    /// Keeps a draft of a mapping, unless it was changed meanwhile.
    MAPPING = "UPDATE mapping_draft SET sealed = $2 WHERE user_id = $1 AND sealed = $3";
    /// Inventories that wait to be applied and that another key sealed.
    INVENTORIES = "SELECT user_id, sealed FROM inventory_draft WHERE substr(sealed, 1, 4) <> $1";
    /// Keeps an inventory, unless it was changed meanwhile.
    INVENTORY = "UPDATE inventory_draft SET sealed = $2 WHERE user_id = $1 AND sealed = $3";
    /// Secrets of connectors that another key sealed.
    CONNECTORS = "SELECT id, sealed FROM connector WHERE sealed IS NOT NULL AND substr(sealed, 1, 4) <> $1";
    /// Keeps a connector's secret, unless it was changed meanwhile.
    CONNECTOR = "UPDATE connector SET sealed = $2 WHERE id = $1 AND sealed = $3";
    /// Passwords of targets that another key sealed.
    TARGETS = "SELECT id, login_sealed FROM scan_target WHERE login_sealed IS NOT NULL AND substr(login_sealed, 1, 4) <> $1";
    /// Keeps a target's password, unless it was changed meanwhile.
    TARGET = "UPDATE scan_target SET login_sealed = $2 WHERE id = $1 AND login_sealed = $3";
    /// How many values another key sealed.
    LEFT = "SELECT (SELECT COUNT(*) FROM pack WHERE expired_at IS NULL AND substr(sealed, 1, 4) <> $1) \
        + (SELECT COUNT(*) FROM blob_chunk WHERE substr(sealed, 1, 4) <> $1) \
        + (SELECT COUNT(*) FROM published_month WHERE substr(sealed, 1, 4) <> $1) \
        + (SELECT COUNT(*) FROM mapping_draft WHERE substr(sealed, 1, 4) <> $1) \
        + (SELECT COUNT(*) FROM inventory_draft WHERE substr(sealed, 1, 4) <> $1) \
        + (SELECT COUNT(*) FROM connector WHERE sealed IS NOT NULL AND substr(sealed, 1, 4) <> $1) \
        + (SELECT COUNT(*) FROM scan_target WHERE login_sealed IS NOT NULL AND substr(login_sealed, 1, 4) <> $1) \
        + (SELECT COUNT(*) FROM second_factor WHERE substr(sealed, 1, 4) <> $1)";
    /// Forgets the keys that are no more.
    FORGET = "DELETE FROM sealing_key WHERE key_id <> $1";
    /// When the key that seals now came.
    SINCE = "SELECT created_at FROM sealing_key WHERE key_id = $1";
}

impl Store {
    /// Seals everything anew that another key sealed; how many values. Whoever writes meanwhile with the key of before is met in
    /// another run.
    ///
    /// # Errors
    /// A value was changed past the program, or the database fails.
    pub async fn reseal(&self, now: Micros) -> Result<u64> {
        self.check_keys(now).await?;
        let current = self.config.keys.key_id().to_vec();
        let mut done = second_factor::reseal(self).await?;
        let mut last = i64::MIN;
        loop {
            let rows: Vec<(i64, Vec<u8>)> = self.db.all(PACKS, binds![last, current.as_slice()]).await?;
            let Some((newest, _)) = rows.last() else { break };
            last = *newest;
            for (id, sealed) in rows {
                let anew = self.anew(&crate::pack::place(id), &sealed)?;
                done += self.db.execute(PACK, binds![id, anew, sealed]).await?;
            }
        }
        let mut last = (i64::MIN, i64::MIN);
        loop {
            let values = binds![last.0, last.1, current.as_slice()];
            let rows: Vec<(i64, i64, Vec<u8>)> = self.db.all(CHUNKS, values).await?;
            let Some((blob, seq, _)) = rows.last() else { break };
            last = (*blob, *seq);
            for (blob, seq, sealed) in rows {
                let anew = self.anew(&crate::blob::place(BlobId(blob), seq), &sealed)?;
                done += self.db.execute(CHUNK, binds![blob, seq, anew, sealed]).await?;
            }
        }
        let months: Vec<(String, Vec<u8>)> = self.db.all(MONTHS, binds![current.as_slice()]).await?;
        for (month, sealed) in months {
            let anew = self.anew(&crate::published::place(&month), &sealed)?;
            done += self.db.execute(MONTH, binds![month, anew, sealed]).await?;
        }
        for (list, keep, place) in [
            (CONNECTORS, CONNECTOR, crate::connectors::place as fn(i64) -> String),
            (TARGETS, TARGET, crate::targets::place),
        ] {
            let secrets: Vec<(i64, Vec<u8>)> = self.db.all(list, binds![current.as_slice()]).await?;
            for (id, sealed) in secrets {
                let anew = self.anew(&place(id), &sealed)?;
                done += self.db.execute(keep, binds![id, anew, sealed]).await?;
            }
        }
        for (list, keep, place) in [
            (MAPPINGS, MAPPING, crate::mappings::place as fn(UserId) -> String),
            (INVENTORIES, INVENTORY, crate::inventory::draft_place),
        ] {
            let drafts: Vec<(i64, Vec<u8>)> = self.db.all(list, binds![current.as_slice()]).await?;
            for (user, sealed) in drafts {
                let anew = self.anew(&place(UserId(user)), &sealed)?;
                done += self.db.execute(keep, binds![user, anew, sealed]).await?;
            }
        }
        Ok(done)
    }

    /// A value, sealed with the key that seals now.
    fn anew(&self, place: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        let keys = &self.config.keys;
        Ok(keys.seal(place, &keys.open(place, sealed)?, self.config.entropy.as_ref())?)
    }

    /// How many values another key sealed than the one that seals now.
    ///
    /// # Errors
    /// The database fails.
    pub async fn sealed_by_others(&self) -> Result<i64> {
        let row: Option<(i64,)> = self.db.optional(LEFT, binds![self.config.keys.key_id().to_vec()]).await?;
        Ok(row.map_or(0, |(left,)| left))
    }

    /// How many keys open, and since when the one that seals does.
    ///
    /// # Errors
    /// The database fails.
    pub async fn keys_state(&self) -> Result<(usize, Option<Micros>)> {
        let row: Option<(i64,)> = self.db.optional(SINCE, binds![self.config.keys.key_id().to_vec()]).await?;
        Ok((self.config.keys.len(), row.map(|(at,)| Micros(at))))
    }

    /// Forgets every key but the one that seals now, before the others are taken out of the key file.
    ///
    /// # Errors
    /// Something is sealed by another key (`keys_in_use`), or the database fails.
    pub async fn forget_other_keys(&self) -> Result<()> {
        if self.sealed_by_others().await? > 0 {
            return Err(crate::Error::Conflict("keys_in_use"));
        }
        self.db.execute(FORGET, binds![self.config.keys.key_id().to_vec()]).await?;
        Ok(())
    }
}
