//! A backup: everything that the database holds at one instant, sealed, in one file that either engine can take back.
//!
//! The file is a line that names its format, 16 random bytes that name the file, and frames: four bytes of length and an
//! envelope of the key ring. What a frame holds is sealed for its file and its place in it, so that frames cannot be changed,
//! moved, exchanged between files or left out; the last one says that it is the last, and how many rows there are. The first
//! frame says of which tables, columns and migrations the rest is; the tables themselves say so, none is listed here.

mod archive;
mod restore;
mod rows;

pub use restore::{Restored, restore};

use crate::dialect::whole::{self, Table};
use crate::{Error, Result, Store, binds};
use archive::{Frame, Writer};
use model::Micros;
use serde::{Deserialize, Serialize};
use tokio::io::AsyncWrite;

crate::sql::statements! {
    /// The keys with which something is sealed.
    KEYS = "SELECT key_id FROM sealing_key ORDER BY key_id";
    /// Whether anybody or anything is in the books.
    ANYTHING = "SELECT (SELECT COUNT(*) FROM app_user) + (SELECT COUNT(*) FROM scan)";
}

/// Tables that stay empty after a restoration: a session that was ended and a link that was used must not come back, nor a sign-in
/// that was under way.
const LEFT_OUT: [&str; 3] = ["session", "account_link", "oidc_flow"];

/// What the first frame says of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Manifest {
    /// The version of the program that wrote it.
    program: String,
    /// The newest migration of its tables.
    migration: i64,
    /// When it was written.
    at: Micros,
    /// The ids of the keys with which values in it are sealed.
    keys: Vec<Vec<u8>>,
    /// The tables, in the order of the rows.
    tables: Vec<Table>,
}

/// Why a backup cannot be taken back. Each begins with its code and says what to do.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The file is something else.
    #[error("not_a_backup: the file does not begin as a backup does; give a file that `postura backup` wrote")]
    NotABackup,
    /// The file ends early.
    #[error("truncated: the backup ends early, in frame {0}; copy it again, or take another one")]
    Truncated(u64),
    /// A frame was changed, moved, or comes from another file.
    #[error("tampered: frame {0} of the backup was changed or is not of this file; take another one")]
    Tampered(u64),
    /// Something stands behind the last frame.
    #[error("tampered: something stands behind the end of the backup; take another one")]
    Longer,
    /// A key is missing.
    #[error(
        "wrong_key: the backup is sealed with a key that is not in the key file; put the copy of the key file in place that \
         was kept when the backup was written"
    )]
    WrongKey,
    /// A newer program wrote it.
    #[error(
        "newer_version: Postura {program} wrote the backup, with tables of migration {theirs}; this program knows {ours}: \
         update it first"
    )]
    Newer {
        /// The version of the program that wrote it.
        program: String,
        /// The newest migration of its tables.
        theirs: i64,
        /// The newest migration that this program knows.
        ours: i64,
    },
    /// The tables of the same migration are others.
    #[error("other_tables: the table {0} is not as the backup has it; restore with the program that wrote the backup")]
    OtherTables(String),
    /// The database has newer tables than the backup.
    #[error("newer_tables: the database has newer tables than the backup; restore into a new, empty database")]
    NewerTables,
    /// The database is not empty.
    #[error("not_empty: the database holds people or scans; restore into another one, or say --replace")]
    NotEmpty,
    /// A program has the database open.
    #[error("in_use: a program has the database open; stop every `postura` that uses it first")]
    InUse,
    /// Rows of the backup do not fit together.
    #[error("damaged: {0} of the backup do not fit together; nothing was changed, take another backup")]
    Damaged(String),
    /// The file cannot be read or written.
    #[error("the backup cannot be read or written")]
    File(#[from] std::io::Error),
}

/// What a backup holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BackedUp {
    /// Tables.
    pub tables: usize,
    /// Rows in all of them.
    pub rows: u64,
    /// Bytes of the file.
    pub bytes: u64,
}

impl Store {
    /// Writes everything that the database holds at one instant, sealed; others read and write meanwhile. `program` is the
    /// version that a restoration names. Memory stays at some frames of a megabyte, or the largest row.
    ///
    /// # Errors
    /// The database fails, or `out` cannot be written.
    pub async fn backup(
        &self,
        program: &str,
        now: Micros,
        out: &mut (dyn AsyncWrite + Unpin + Send),
    ) -> Result<BackedUp> {
        let mut tx = self.db.snapshot().await?;
        let mut tables = whole::tables(&mut tx).await?;
        tables.retain(|table| !LEFT_OUT.contains(&table.name.as_str()));
        let keys: Vec<(Vec<u8>,)> = tx.all(KEYS, binds![]).await?;
        let manifest = Manifest {
            program: program.to_owned(),
            migration: whole::migration(&mut tx).await?,
            at: now,
            keys: keys.into_iter().map(|(id,)| id).collect(),
            tables,
        };
        let mut writer = Writer::begin(&self.config, out).await?;
        writer.write(&Frame::Manifest(to_json(&manifest)?)).await?;
        let mut counts = Vec::with_capacity(manifest.tables.len());
        for (number, table) in manifest.tables.iter().enumerate() {
            counts.push(rows::write(&mut tx, number as u64, table, &mut writer).await?);
        }
        writer.write(&Frame::End(to_json(&counts)?)).await?;
        let bytes = writer.finish().await?;
        tx.rollback().await?;
        Ok(BackedUp { tables: counts.len(), rows: counts.iter().sum(), bytes })
    }
}

fn to_json(value: &impl Serialize) -> Result<Vec<u8>> {
    serde_json::to_vec(value).map_err(|error| Error::damaged(format!("a manifest: {error}")))
}
