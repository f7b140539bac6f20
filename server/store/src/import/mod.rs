//! Imports: staged freely, made visible by one switch under the head row's lock, or not at all.

mod assets;
mod dating;
mod described;
mod effect;
mod observations;
mod observe;
mod replace;
mod reread;
mod seal;
mod stage;
mod staged;
mod sweep;
mod switch;
pub(crate) mod texts;
mod told;
mod versions;
mod visible;
mod work;

pub(crate) use assets::{NAMELESS, json as asset_json, kind_number as asset_kind, shown_name};
pub(crate) use effect::Effects;
pub use effect::ImportEffect;
pub(crate) use observations::forget;
pub use replace::Original;
pub use reread::SourceChanged;
pub use stage::{ExportFacts, Stager};
pub use staged::{Classified, Staged};
pub use sweep::Swept;
pub use visible::Undone;
pub(crate) use visible::undo_on;

use crate::blob::BlobId;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::{Store, binds, sources};
use model::{Micros, SourceId, TargetAlias, UserId};

crate::sql::statements! {
    BEGIN = "INSERT INTO import (job_id, source_id, file_name, state, user_id, started_at) \
        VALUES ($1, $2, $3, 'running', $4, $5) RETURNING id";
    SOURCE = "SELECT c.id, c.space, c.prefer_fqdn, c.aliases FROM import i JOIN source c ON c.id = i.source_id \
        WHERE i.id = $1 AND i.state = 'running'";
    KEEP_ORIGINAL = "UPDATE import SET original_blob = $2 WHERE id = $1";
    REFUSE = "UPDATE import SET state = 'refused', export_hash = $2, finished_at = $3, result = $4, original_blob = NULL \
        WHERE id = $1 AND state = 'running'";
    SCAN_OF_EXPORT = "SELECT id, withdrawn_step FROM scan WHERE source_id = $1 AND export_hash = $2";
    ORIGINAL = "SELECT original_blob FROM import WHERE id = $1";
    DROP_PACKS = "DELETE FROM pack WHERE import_id = $1 AND purpose <> 'quarantine'";
    DROP_BLOB = "DELETE FROM blob WHERE id = $1";
}

/// The number of an attempt to import a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ImportNo(pub i64);

/// What an import begins with.
#[derive(Clone, Debug)]
pub struct ImportNew {
    /// Where the export comes from.
    pub source: SourceId,
    /// The file's name as the client gave it; for people only.
    pub file_name: String,
    /// Who imports; `None` for the local operator.
    pub user: Option<UserId>,
    /// The job that does it, if any.
    pub job: Option<i64>,
}

/// What of a source decides identities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SourceSettings {
    pub(crate) id: SourceId,
    pub(crate) space: String,
    pub(crate) prefer_fqdn: bool,
    pub(crate) aliases: Vec<TargetAlias>,
}

/// A scan that an export made before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownExport {
    /// The scan.
    pub scan: model::ScanId,
    /// Whether it is undone now.
    pub withdrawn: bool,
}

impl Store {
    /// Notes that an import begins.
    ///
    /// # Errors
    /// There is no such source, or the database fails.
    pub async fn import_begin(&self, new: &ImportNew, now: Micros) -> Result<ImportNo> {
        let mut tx = self.db.begin().await?;
        let binds = binds![new.job, new.source, new.file_name.as_str(), new.user, now];
        let (id,): (i64,) = tx.one(BEGIN, binds).await?;
        tx.commit().await?;
        Ok(ImportNo(id))
    }

    /// Notes that a file was refused, with the reason as JSON, and throws away what was staged of it. Rows in quarantine
    /// stay.
    ///
    /// # Errors
    /// The database fails.
    pub async fn import_refuse(
        &self,
        import: ImportNo,
        export_hash: Option<[u8; 32]>,
        reason: &str,
        now: Micros,
    ) -> Result<()> {
        let mut tx = self.db.begin().await?;
        let original = original_of(&mut tx, import).await?;
        tx.execute(REFUSE, binds![import.0, export_hash.map(|hash| hash.to_vec()), now, reason]).await?;
        drop_staged_on(&mut tx, import, original).await?;
        tx.commit().await
    }

    /// The scan that the same bytes made before in the same source, if any.
    ///
    /// # Errors
    /// The database fails.
    pub async fn export_known(&self, source: SourceId, export_hash: [u8; 32]) -> Result<Option<KnownExport>> {
        let row: Option<(i64, Option<i64>)> = self.db.optional(SCAN_OF_EXPORT, binds![source, export_hash]).await?;
        Ok(row.map(|(scan, withdrawn)| KnownExport { scan: model::ScanId(scan), withdrawn: withdrawn.is_some() }))
    }
}

pub(crate) async fn source_of(tx: &mut Tx, import: ImportNo) -> Result<SourceSettings> {
    let row: Option<(i64, String, i64, String)> = tx.optional(SOURCE, binds![import.0]).await?;
    let (id, space, prefer_fqdn, told) = row.ok_or(Error::NotFound("running import"))?;
    let aliases = sources::aliases(&told)?;
    Ok(SourceSettings { id: SourceId(id), space, prefer_fqdn: prefer_fqdn == 1, aliases })
}

/// Refuses what was staged under settings that its source does not have any more.
async fn check_source(tx: &mut Tx, staged: &Staged) -> Result<()> {
    if source_of(tx, staged.import).await? == staged.source { Ok(()) } else { Err(Error::Conflict("source_changed")) }
}

pub(crate) async fn keep_original_on(tx: &mut Tx, import: ImportNo, blob: BlobId) -> Result<()> {
    tx.execute(KEEP_ORIGINAL, binds![import.0, blob.0]).await?;
    Ok(())
}

async fn original_of(tx: &mut Tx, import: ImportNo) -> Result<Option<BlobId>> {
    let row: Option<(Option<i64>,)> = tx.optional(ORIGINAL, binds![import.0]).await?;
    Ok(row.and_then(|(blob,)| blob).map(BlobId))
}

/// Throws away what an import staged. The import must not name the blob any more.
async fn drop_staged_on(tx: &mut Tx, import: ImportNo, original: Option<BlobId>) -> Result<()> {
    tx.execute(DROP_PACKS, binds![import.0]).await?;
    if let Some(blob) = original {
        tx.execute(DROP_BLOB, binds![blob.0]).await?;
    }
    Ok(())
}

/// This area's statements.
pub(crate) const CATALOGUE: [&[(&str, &str)]; 15] = [
    STATEMENTS,
    assets::STATEMENTS,
    described::STATEMENTS,
    observations::STATEMENTS,
    observe::STATEMENTS,
    replace::STATEMENTS,
    reread::STATEMENTS,
    seal::STATEMENTS,
    stage::STATEMENTS,
    sweep::STATEMENTS,
    switch::STATEMENTS,
    texts::STATEMENTS,
    told::STATEMENTS,
    versions::STATEMENTS,
    visible::STATEMENTS,
];
