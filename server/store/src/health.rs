//! What a database says of itself, for whoever checks an installation.

use crate::dialect::{self, whole};
use crate::{Engine, Result, Store, binds};

/// How a database is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatabaseState {
    /// Which engine.
    pub engine: Engine,
    /// The engine's version.
    pub version: String,
    /// The newest migration that it has seen.
    pub migration: i64,
    /// The newest migration that this program knows.
    pub known: i64,
    /// How many bytes it takes.
    pub bytes: i64,
    /// What is broken in it, as the engine says; the first of many. On PostgreSQL: indexes and constraints that do not hold.
    pub flaws: Vec<String>,
}

impl Store {
    /// How the database is. On SQLite this reads all of it.
    ///
    /// # Errors
    /// The database fails.
    pub async fn database_state(&self) -> Result<DatabaseState> {
        let engine = self.engine();
        let mut tx = self.db.snapshot().await?;
        let (version,): (String,) = tx.one(dialect::version(engine), binds![]).await?;
        let (bytes,): (i64,) = tx.one(dialect::bytes(engine), binds![]).await?;
        let flaws: Vec<(String,)> = tx.all(dialect::flaws(engine), binds![]).await?;
        let migration = whole::migration(&mut tx).await?;
        tx.rollback().await?;
        let flaws = flaws.into_iter().map(|(flaw,)| flaw).filter(|flaw| flaw != "ok").collect();
        Ok(DatabaseState { engine, version, migration, known: whole::newest_migration(), bytes, flaws })
    }
}

/// By which of libpq's modes of TLS a URL's server is reached; `None` if it is on this machine, or a file.
///
/// # Errors
/// The URL cannot be read.
pub fn database_tls(url: &str) -> Result<Option<&'static str>> {
    if dialect::sqlite_file(url).is_some() { Ok(None) } else { dialect::postgres_tls(url) }
}
