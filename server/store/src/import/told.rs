//! What a scanner told beside its export: kept as coverage from when the export is fetched until it is imported.

use super::switch::intern_coverage;
use crate::error::{Error, Result};
use crate::ledger::load::unpack_coverage;
use crate::{Store, binds, step};
use model::facts::{RanThere, ScanCoverage};

crate::sql::statements! {
    KEPT = "SELECT packed FROM coverage WHERE id = $1";
}

impl Store {
    /// Keeps what a scanner told; the number by which it is found again. The same is kept once.
    ///
    /// # Errors
    /// The database fails.
    pub async fn told_keep(&self, told: RanThere) -> Result<i64> {
        let coverage = ScanCoverage { ran_there: Some(told), ..ScanCoverage::default() };
        let mut tx = self.db.begin().await?;
        step::lock(&mut tx).await?;
        let id = intern_coverage(&mut tx, &coverage).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// What a scanner told, by its number.
    ///
    /// # Errors
    /// There is none, or the database fails.
    pub async fn told(&self, id: i64) -> Result<RanThere> {
        let row: Option<(Vec<u8>,)> = self.db.optional(KEPT, binds![id]).await?;
        let (packed,) = row.ok_or(Error::NotFound("coverage"))?;
        unpack_coverage(&packed)?.ran_there.ok_or(Error::NotFound("coverage"))
    }
}
