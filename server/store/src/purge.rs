//! Purging: a scan leaves the books, and what it said is destroyed. A tombstone stays, so that the same bytes are refused.

use crate::import::{forget, undo_on};
use crate::step::{self, StepKind};
use crate::value::Value;
use crate::viewer::Scoped;
use crate::{Error, Result, binds, overrides};
use model::policy::Action;
use model::{Micros, ScanId};

crate::sql::statements! {
    SCAN = "SELECT withdrawn_step, purged_at, original_blob FROM scan WHERE id = $1";
    HELD = "SELECT COUNT(*) FROM legal_hold h WHERE h.released_at IS NULL AND ((h.kind = 'scan' AND h.target = $1) \
        OR (h.kind = 'asset' AND EXISTS (SELECT 1 FROM observation b WHERE b.scan_id = $1 AND b.asset_id = h.target)))";
    PACKS = "SELECT p.id FROM pack p JOIN import i ON i.id = p.import_id WHERE i.scan_id = $1 \
        AND p.purpose IN ('evidence', 'quarantine') AND p.expired_at IS NULL";
    EMPTY_PACK = "UPDATE pack SET sealed = $2, items = 0, expired_at = $3 WHERE id = $1";
    FORGET_EVIDENCE = "UPDATE occurrence SET evidence_mac = NULL WHERE evidence_mac IS NOT NULL AND evidence_pack IN ($*)";
    EMPTY_ORIGINAL = "DELETE FROM blob_chunk WHERE blob_id = $1";
    EXPIRE_BLOB = "UPDATE blob SET expired_at = $2, bytes = 0 WHERE id = $1";
    TOMBSTONE = "UPDATE scan SET purged_at = $2 WHERE id = $1";
}

impl Scoped<'_> {
    /// Takes a scan out of the books and destroys its original, its evidence, its rows in quarantine and who it saw, in one
    /// transaction. What later scans refer to of its evidence goes with it. The ledger keeps its entries, which cancel out.
    ///
    /// # Errors
    /// The viewer may not, there is no such scan, it is under a legal hold or purged already, or the database fails.
    pub async fn scan_purge(&self, scan: ScanId, now: Micros) -> Result<()> {
        self.viewer.require(Action::Purge, None)?;
        let mut tx = self.store.db.begin().await?;
        let locked = step::lock(&mut tx).await?;
        let row: Option<(Option<i64>, Option<i64>, Option<i64>)> = tx.optional(SCAN, binds![scan]).await?;
        let (withdrawn, purged, original) = row.ok_or(Error::NotFound("scan"))?;
        if purged.is_some() {
            return Err(Error::Conflict("purged"));
        }
        let (holds,): (i64,) = tx.one(HELD, binds![scan]).await?;
        if holds > 0 {
            return Err(Error::Conflict("held"));
        }
        if withdrawn.is_none() {
            let user = self.viewer.user();
            let taken = locked.take(&mut tx, &self.store.config, StepKind::Undo, user, now).await?;
            undo_on(&mut tx, &self.store.config, taken, scan.0).await?;
            Box::pin(overrides::follow(&mut tx, &self.store.config, taken)).await?;
        }
        let packs: Vec<(i64,)> = tx.all(PACKS, binds![scan]).await?;
        for (pack,) in &packs {
            tx.execute(EMPTY_PACK, binds![*pack, Vec::<u8>::new(), now]).await?;
        }
        tx.execute_in(FORGET_EVIDENCE, binds![], packs.iter().map(|(pack,)| Value::from(*pack))).await?;
        forget(&mut tx, scan).await?;
        if let Some(blob) = original {
            tx.execute(EMPTY_ORIGINAL, binds![blob]).await?;
            tx.execute(EXPIRE_BLOB, binds![blob, now]).await?;
        }
        tx.execute(TOMBSTONE, binds![scan, now]).await?;
        tx.commit().await
    }
}
