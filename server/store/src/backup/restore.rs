//! Takes a backup back: into a new file that takes the old one's place in the end, or into a server's database in one
//! transaction. Until then nothing that was there is touched, so a backup that turns out damaged costs nothing.

use super::archive::{Frame, Reader};
use super::{ANYTHING, BackupError, LEFT_OUT, Manifest, rows};
use crate::config::Config;
use crate::db::Tx;
use crate::dialect::whole::{self, Table, Target};
use crate::error::{Error, Result};
use crate::seal::KeyRing;
use crate::sql::{repeated, vouched};
use crate::{binds, dialect};
use model::Micros;
use sqlx::Connection;
use std::path::{Path, PathBuf};
use tokio::io::AsyncRead;

/// Parameters of one statement that adds rows.
const PARAMETERS: usize = 16_000;
/// Rows of one such statement.
const ROWS: usize = 200;

/// What a restoration did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// When the backup was written.
    pub at: Micros,
    /// By which version of the program.
    pub program: String,
    /// Tables.
    pub tables: usize,
    /// Rows in all of them.
    pub rows: u64,
    /// Where the database of before stands now, if there was one and it is a file.
    pub aside: Option<PathBuf>,
}

/// Takes a backup back into the database of a URL, which must be empty unless `replace` is said. Sessions and links for a
/// password do not come back.
///
/// # Errors
/// A [`BackupError`] says why the backup or the database is refused; nothing was changed then. Otherwise the database fails.
pub async fn restore(
    url: &str,
    config: &Config,
    from: &mut (dyn AsyncRead + Unpin + Send),
    replace: bool,
) -> Result<Restored> {
    let mut reader = Reader::begin(config, from).await?;
    let Frame::Manifest(json) = reader.read().await? else { return Err(damaged("its beginning")) };
    let manifest: Manifest = serde_json::from_slice(&json).map_err(|_| damaged("its beginning"))?;
    let ours = whole::newest_migration();
    if manifest.migration > ours {
        return Err(BackupError::Newer { program: manifest.program, theirs: manifest.migration, ours }.into());
    }
    if !manifest.keys.iter().all(|id| config.keys.holds(id)) {
        return Err(BackupError::WrongKey.into());
    }
    let (rows, aside) = match dialect::sqlite_file(url) {
        Some(path) => Box::pin(into_file(path, &config.keys, reader, &manifest, replace)).await?,
        None => (Box::pin(into_server(url, reader, &manifest, replace)).await?, None),
    };
    let Manifest { program, at, tables, .. } = manifest;
    Ok(Restored { at, program, tables: tables.len(), rows, aside })
}

fn damaged(what: impl Into<String>) -> Error {
    BackupError::Damaged(what.into()).into()
}

/// A path beside another: the same name with something behind it.
fn beside(path: &Path, tail: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(tail);
    PathBuf::from(name)
}

/// Fills a new file, sets the old one aside, and puts the new one in its place.
async fn into_file(
    path: &Path,
    keys: &KeyRing,
    reader: Reader<'_>,
    manifest: &Manifest,
    replace: bool,
) -> Result<(u64, Option<PathBuf>)> {
    let there = std::fs::metadata(path).is_ok_and(|data| data.len() > 0);
    if there {
        let holds = match whole::alone(path, keys).await? {
            Some(mut connection) => {
                let count: std::result::Result<i64, _> = sqlx::query_scalar(ANYTHING).fetch_one(&mut connection).await;
                connection.close().await?;
                // What cannot be asked is somebody's all the same.
                count.map_or(true, |count| count > 0)
            }
            None => true,
        };
        if holds && !replace {
            return Err(BackupError::NotEmpty.into());
        }
    }
    let new = beside(path, ".restoring");
    remove(&new)?;
    let filled = fill_file(&new, keys, reader, manifest).await;
    if filled.is_err() {
        remove(&new)?;
    }
    let rows = filled?;
    let aside = there.then(|| free(path));
    let files = || -> std::io::Result<()> {
        std::fs::File::open(&new)?.sync_all()?;
        if let Some(aside) = &aside {
            std::fs::rename(path, aside)?;
        }
        std::fs::rename(&new, path)
    };
    files().map_err(|source| Error::File { path: path.to_owned(), source })?;
    // What SQLite kept beside a database that could not be opened belongs to that one.
    for tail in ["-wal", "-shm", "-journal"] {
        remove(&beside(path, tail))?;
    }
    Ok((rows, aside))
}

async fn fill_file(new: &Path, keys: &KeyRing, reader: Reader<'_>, manifest: &Manifest) -> Result<u64> {
    let target = Target::file(new, keys).await?;
    let filled = fill(&target, reader, manifest).await;
    target.close().await;
    filled
}

/// The first name for a file that is set aside which is not taken.
fn free(path: &Path) -> PathBuf {
    let first = beside(path, ".before-restore");
    let others = (2..).map(|number| beside(path, &format!(".before-restore-{number}")));
    std::iter::once(first.clone()).chain(others).find(|path| !path.exists()).unwrap_or(first)
}

fn remove(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::File { path: path.to_owned(), source })
        }
        _ => Ok(()),
    }
}

/// Fills a server's database.
async fn into_server(url: &str, reader: Reader<'_>, manifest: &Manifest, replace: bool) -> Result<u64> {
    let target = Target::server(dialect::postgres_options(url)?).await?;
    let mut tx = target.begin().await?;
    if whole::is_migrated(&mut tx).await? {
        let (count,): (i64,) = tx.one(ANYTHING, binds![]).await?;
        if count > 0 && !replace {
            return Err(BackupError::NotEmpty.into());
        }
        if whole::is_shared(&mut tx).await? {
            return Err(BackupError::InUse.into());
        }
        if whole::migration(&mut tx).await? > manifest.migration {
            return Err(BackupError::NewerTables.into());
        }
    }
    tx.rollback().await?;
    let filled = fill(&target, reader, manifest).await;
    target.close().await;
    filled
}

/// Makes the tables as they were, fills them in one transaction, and brings them up to date.
async fn fill(target: &Target, mut reader: Reader<'_>, manifest: &Manifest) -> Result<u64> {
    target.migrate(manifest.migration).await?;
    let mut tx = target.begin().await?;
    let here = whole::tables(&mut tx).await?;
    let named = |name: &str| here.iter().find(|table| table.name == name);
    for table in &manifest.tables {
        if named(&table.name) != Some(table) {
            return Err(BackupError::OtherTables(table.name.clone()).into());
        }
    }
    let missing =
        here.iter().find(|table| !LEFT_OUT.contains(&table.name.as_str()) && !manifest.tables.contains(table));
    if let Some(table) = missing {
        return Err(BackupError::OtherTables(table.name.clone()).into());
    }
    let aside = whole::empty(&mut tx, &here).await?;
    let mut counts = vec![0u64; manifest.tables.len()];
    let told: Vec<u64> = loop {
        match reader.read().await? {
            Frame::Manifest(_) => return Err(damaged("frames")),
            Frame::End(json) => break serde_json::from_slice(&json).map_err(|_| damaged("its end"))?,
            Frame::Rows { table, count, bytes } => {
                let number = usize::try_from(table).unwrap_or(usize::MAX);
                let table = manifest.tables.get(number).ok_or_else(|| damaged("frames"))?;
                insert(&mut tx, table, count, &bytes).await?;
                counts[number] += count;
            }
        }
    };
    reader.end().await?;
    if told != counts {
        return Err(damaged("numbers of rows"));
    }
    if let Some(table) = whole::back(&mut tx, aside).await? {
        return Err(damaged(format!("rows of {table}")));
    }
    tx.commit().await?;
    target.migrate(whole::newest_migration()).await?;
    Ok(counts.iter().sum())
}

/// Adds the rows of a frame, some hundreds a statement.
async fn insert(tx: &mut Tx, table: &Table, count: u64, bytes: &[u8]) -> Result<()> {
    let mut values = rows::decode(table, count, bytes)?.into_iter();
    let width = table.columns.len().max(1);
    let most = (PARAMETERS / width).clamp(1, ROWS);
    let head = table.insert();
    let mut left = usize::try_from(count).unwrap_or(usize::MAX);
    while left > 0 {
        let some = left.min(most);
        let text = repeated(tx.engine(), &head, width, some, "");
        tx.execute_of(vouched(text.into()), values.by_ref().take(some * width).collect()).await?;
        left -= some;
    }
    Ok(())
}
