//! A database as a whole, for backups: which tables it has, and how each engine is filled at one go.

use super::{cipher, create_private};
use crate::backup::BackupError;
use crate::db::{Engine, POSTGRES, SQLITE, Tx};
use crate::error::{Error, Result};
use crate::seal::KeyRing;
use crate::sql::vouched;
use crate::{binds, value::Value};
use serde::{Deserialize, Serialize};
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, SqliteConnection};
use std::path::Path;
use std::time::Duration;

const SQLITE_COLUMNS: &str = "SELECT m.name, c.name, c.type FROM sqlite_schema m JOIN pragma_table_info(m.name) c \
    WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND m.name NOT LIKE '\\_sqlx%' ESCAPE '\\'";
const POSTGRES_COLUMNS: &str = "SELECT CAST(c.table_name AS TEXT), CAST(c.column_name AS TEXT), CAST(c.data_type AS TEXT) \
    FROM information_schema.columns c JOIN information_schema.tables t \
    ON t.table_schema = c.table_schema AND t.table_name = c.table_name WHERE t.table_type = 'BASE TABLE' \
    AND c.table_schema = current_schema() AND c.table_name NOT LIKE '\\_sqlx%'";
/// The newest migration that a database has seen.
const MIGRATION: &str = "SELECT CAST(COALESCE(MAX(version), 0) AS BIGINT) FROM _sqlx_migrations";
/// Constraints between tables, and how each was made.
const REFERENCES: &str = "SELECT CAST(t.relname AS TEXT), CAST(c.conname AS TEXT), pg_get_constraintdef(c.oid) \
    FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_namespace n ON n.oid = t.relnamespace \
    WHERE c.contype = 'f' AND n.nspname = current_schema() ORDER BY t.relname, c.conname";
/// Columns that number themselves.
const NUMBERED: &str = "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT) FROM information_schema.columns \
    WHERE table_schema = current_schema() AND is_identity = 'YES'";
/// Whether the tables were ever made here.
const MIGRATED: &str = "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = current_schema() \
    AND table_name = '_sqlx_migrations'";
/// Other connections of the program to the same database.
const OTHERS: &str = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() \
    AND application_name = current_setting('application_name') AND pid <> pg_backend_pid()";
/// Waits for a tenth of a second; what is looked at next is of then.
const PAUSE: &str = "SELECT CAST(1 AS BIGINT) FROM pg_sleep(0.1), pg_stat_clear_snapshot()";
/// How often it is looked whether another process is connected: the server sees one that was closed for a moment more.
const LOOKS: usize = 30;
/// Rows that name something that is not there.
const ORPHANS: &str = "SELECT \"table\" FROM pragma_foreign_key_check LIMIT 1";

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Kind {
    Number,
    Text,
    Bytes,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Column {
    pub name: String,
    pub kind: Kind,
}

/// A table with its columns in the order of their names, which is the same on both engines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Table {
    pub name: String,
    pub columns: Vec<Column>,
}

impl Table {
    fn names(&self) -> String {
        let names: Vec<String> = self.columns.iter().map(|column| format!("\"{}\"", column.name)).collect();
        names.join(", ")
    }

    /// The statement that reads every row.
    pub fn select(&self) -> String {
        format!("SELECT {} FROM \"{}\"", self.names(), self.name)
    }

    /// The beginning of the statement that adds rows.
    pub fn insert(&self) -> String {
        format!("INSERT INTO \"{}\" ({}) VALUES", self.name, self.names())
    }
}

/// The tables that the database has, in the order of their names. Only names that the project's migrations could have given
/// become part of a statement.
pub(crate) async fn tables(tx: &mut Tx) -> Result<Vec<Table>> {
    let text = match tx.engine() {
        Engine::Sqlite => SQLITE_COLUMNS,
        Engine::Postgres => POSTGRES_COLUMNS,
    };
    let mut rows: Vec<(String, String, String)> = tx.all(text, binds![]).await?;
    rows.sort_unstable();
    let mut tables: Vec<Table> = Vec::new();
    for (table, column, kind) in rows {
        if !is_plain(&table) || !is_plain(&column) {
            return Err(Error::damaged(format!("a table of a name that is not Postura's: {table}.{column}")));
        }
        let kind = match kind.as_str() {
            "INTEGER" | "bigint" => Kind::Number,
            "TEXT" | "text" => Kind::Text,
            "BLOB" | "bytea" => Kind::Bytes,
            _ => return Err(Error::damaged(format!("a column of a type that is not Postura's: {table}.{column}"))),
        };
        let column = Column { name: column, kind };
        match tables.last_mut() {
            Some(last) if last.name == table => last.columns.push(column),
            _ => tables.push(Table { name: table, columns: vec![column] }),
        }
    }
    Ok(tables)
}

fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// The newest migration that the database has seen.
pub(crate) async fn migration(tx: &mut Tx) -> Result<i64> {
    let (version,): (i64,) = tx.one(MIGRATION, binds![]).await?;
    Ok(version)
}

/// The newest migration that this program knows; both engines have the same.
pub(crate) fn newest_migration() -> i64 {
    SQLITE.iter().map(|migration| migration.version).max().unwrap_or(0)
}

/// A database to be filled, by one connection.
pub(crate) enum Target {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl Target {
    /// A new file that is written without care for power cuts, since it is not in its place yet; a row may name one that
    /// comes later.
    pub async fn file(path: &Path, keys: &KeyRing) -> Result<Self> {
        create_private(path).map_err(|source| Error::File { path: path.to_owned(), source })?;
        let options = cipher::keyed(SqliteConnectOptions::new(), keys)
            .filename(path)
            .create_if_missing(false)
            .foreign_keys(false)
            .journal_mode(SqliteJournalMode::Memory)
            .synchronous(SqliteSynchronous::Off)
            .pragma("cache_size", "-65536");
        Ok(Self::Sqlite(SqlitePoolOptions::new().max_connections(1).connect_with(options).await?))
    }

    /// A server's database.
    pub async fn server(options: PgConnectOptions) -> Result<Self> {
        Ok(Self::Postgres(PgPoolOptions::new().max_connections(1).connect_with(options).await?))
    }

    /// Makes the tables as they were after a migration, or as they are now.
    pub async fn migrate(&self, to: i64) -> Result<()> {
        match self {
            Self::Sqlite(pool) => SQLITE.run_to(to, pool).await?,
            Self::Postgres(pool) => POSTGRES.run_to(to, pool).await?,
        }
        Ok(())
    }

    pub async fn begin(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite(pool) => Tx::Sqlite(pool.begin().await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    pub async fn close(self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// Whether the tables were ever made in a server's database.
pub(crate) async fn is_migrated(tx: &mut Tx) -> Result<bool> {
    let (count,): (i64,) = tx.one(MIGRATED, binds![]).await?;
    Ok(count > 0)
}

/// Whether another process of the program is connected to a server's database.
pub(crate) async fn is_shared(tx: &mut Tx) -> Result<bool> {
    for _ in 0..LOOKS {
        let (count,): (i64,) = tx.one(OTHERS, binds![]).await?;
        if count == 0 {
            return Ok(false);
        }
        let _: (i64,) = tx.one(PAUSE, binds![]).await?;
    }
    Ok(true)
}

/// Opens a SQLite file that nobody else has open, with its log folded into it; `in_use` otherwise. A file that is no
/// database any more is told apart, since a backup may well have to take its place.
pub(crate) async fn alone(path: &Path, keys: &KeyRing) -> Result<Option<SqliteConnection>> {
    let options = cipher::keyed(SqliteConnectOptions::new(), keys).filename(path).busy_timeout(Duration::from_secs(1));
    let opened = async {
        let mut connection = SqliteConnection::connect_with(&options).await?;
        // Leaving the log needs every other connection closed (<https://sqlite.org/wal.html#persistence_of_wal_mode>).
        sqlx::query("PRAGMA journal_mode = DELETE").fetch_all(&mut connection).await?;
        Ok::<_, sqlx::Error>(connection)
    };
    match opened.await {
        Ok(connection) => Ok(Some(connection)),
        Err(sqlx::Error::Database(error)) if is_busy(error.code().as_deref()) => Err(BackupError::InUse.into()),
        Err(sqlx::Error::Database(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Whether a code of SQLite's, extended or not, says that somebody else holds a lock: `SQLITE_BUSY` or `SQLITE_LOCKED`.
fn is_busy(code: Option<&str>) -> bool {
    code.and_then(|code| code.parse::<u32>().ok()).is_some_and(|code| matches!(code & 0xff, 5 | 6))
}

/// What stands aside while a server's tables are filled.
pub(crate) struct Aside {
    references: Vec<(String, String, String)>,
    tables: Vec<String>,
}

/// Empties every table. On PostgreSQL what holds between tables and what refuses changes stands aside until [`back`]: all in
/// the one transaction, so that a failure leaves everything as it was.
pub(crate) async fn empty(tx: &mut Tx, tables: &[Table]) -> Result<Aside> {
    let names: Vec<String> = tables.iter().map(|table| table.name.clone()).collect();
    if tx.engine() == Engine::Sqlite {
        for name in &names {
            run(tx, format!("DELETE FROM \"{name}\"")).await?;
        }
        return Ok(Aside { references: Vec::new(), tables: names });
    }
    let references: Vec<(String, String, String)> = tx.all(REFERENCES, binds![]).await?;
    for (table, name, _) in &references {
        run(tx, format!("ALTER TABLE \"{table}\" DROP CONSTRAINT \"{name}\"")).await?;
    }
    for name in &names {
        run(tx, format!("ALTER TABLE \"{name}\" DISABLE TRIGGER USER")).await?;
    }
    let all: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    run(tx, format!("TRUNCATE {}", all.join(", "))).await?;
    Ok(Aside { references, tables: names })
}

/// Puts back what stood aside, which checks every row; `None`, or the table whose rows name something that is not there.
pub(crate) async fn back(tx: &mut Tx, aside: Aside) -> Result<Option<String>> {
    if tx.engine() == Engine::Sqlite {
        let orphan: Option<(String,)> = tx.optional(ORPHANS, binds![]).await?;
        return Ok(orphan.map(|(table,)| table));
    }
    for (table, name, made) in aside.references {
        match run(tx, format!("ALTER TABLE \"{table}\" ADD CONSTRAINT \"{name}\" {made}")).await {
            Err(Error::Constraint(_)) => return Ok(Some(table)),
            done => done?,
        }
    }
    for name in aside.tables {
        run(tx, format!("ALTER TABLE \"{name}\" ENABLE TRIGGER USER")).await?;
    }
    let numbered: Vec<(String, String)> = tx.all(NUMBERED, binds![]).await?;
    for (table, column) in numbered {
        let text = format!(
            "SELECT setval(pg_get_serial_sequence($1, $2), (SELECT COALESCE(MAX(\"{column}\"), 0) + 1 FROM \"{table}\"), false)"
        );
        let binds: Vec<Value> = binds![table, column];
        let _: Vec<(i64,)> = tx.all_of(vouched(text.into()), binds).await?;
    }
    Ok(None)
}

async fn run(tx: &mut Tx, text: String) -> Result<()> {
    tx.execute_of(vouched(text.into()), Vec::new()).await?;
    Ok(())
}
