//! Connections, transactions and the binding and decoding of values: the same calls for both engines.

use crate::dialect;
use crate::error::{Error, Result};
use crate::seal::KeyRing;
use crate::sql::{LIST, SqlBuilder, listed, vouched};
use crate::value::{Keys, Value, keyed};
use sqlx::postgres::{PgPool, PgRow};
use sqlx::sqlite::{SqlitePool, SqliteRow};
use sqlx::{FromRow, Postgres, SqlSafeStr, SqlStr, Sqlite, Transaction};
use std::sync::Arc;

/// Runs one body for either driver: `D` is the driver's type and `$c` what the variant holds.
macro_rules! on_db {
    ($handle:expr, $kind:ident, $c:ident => $body:expr) => {
        match $handle {
            $kind::Sqlite($c) => {
                type D = Sqlite;
                $body
            }
            $kind::Postgres($c) => {
                type D = Postgres;
                $body
            }
        }
    };
}

pub(crate) use on_db;

pub(crate) static SQLITE: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations/sqlite");
pub(crate) static POSTGRES: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations/postgres");

/// The two engines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Embedded, the default.
    Sqlite,
    /// For when one machine is outgrown.
    Postgres,
}

/// The pools of one database. SQLite has one writer and several readers, so that a reader never waits for a writer.
#[derive(Clone)]
pub enum Db {
    /// An embedded database.
    Sqlite(SqlitePools),
    /// A server.
    Postgres(PgPool),
}

/// SQLite's two pools.
#[derive(Clone)]
pub struct SqlitePools {
    writer: SqlitePool,
    readers: SqlitePool,
}

/// Something that a row of either engine decodes to: tuples of `i64`, `String`, `Vec<u8>` and options of them, and
/// structs that derive `sqlx::FromRow` over those.
pub trait Record: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}
impl<T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin> Record for T {}

/// A transaction, which rolls back unless it is committed.
pub enum Tx {
    /// On SQLite.
    Sqlite(Transaction<'static, Sqlite>),
    /// On PostgreSQL.
    Postgres(Transaction<'static, Postgres>),
}

/// Begins on a task of its own. A caller that goes away while the server answers, as a request does whose client hangs up, would
/// give its connection back in a transaction that nobody ends: sqlx counts a transaction of PostgreSQL only after the answer, and
/// rolls back what it has counted.
async fn begun(pool: &PgPool, statement: &'static str) -> Result<Tx> {
    let pool = pool.clone();
    let beginning = tokio::spawn(async move { pool.begin_with(statement).await });
    Ok(Tx::Postgres(beginning.await.unwrap_or(Err(sqlx::Error::WorkerCrashed))?))
}

/// Binds a list of values to a query of either driver.
macro_rules! bound {
    ($query:expr, $binds:expr) => {{
        let mut query = $query;
        for value in $binds {
            query = match value {
                Value::Int(v) => query.bind(v),
                Value::Text(v) => query.bind(v),
                Value::Bytes(v) => query.bind(v),
                Value::Numbers(v) => query.bind(v),
            };
        }
        query
    }};
}

/// Binds an array of keys to a query of PostgreSQL.
macro_rules! with_keys {
    ($query:expr, $keys:expr) => {
        match $keys {
            Keys::Ints(keys) => $query.bind(keys),
            Keys::Texts(keys) => $query.bind(keys),
            Keys::Bytes(keys) => $query.bind(keys),
        }
    };
}

impl Db {
    /// Opens the pools of a URL without touching the tables.
    pub(crate) async fn open(url: &str, keys: &KeyRing) -> Result<Self> {
        if let Some(path) = dialect::sqlite_file(url) {
            let (writer, readers) = dialect::sqlite_pools(path, keys).await?;
            return Ok(Self::Sqlite(SqlitePools { writer, readers }));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(dialect::postgres_pool(url).await?));
        }
        Err(Error::Url)
    }

    /// Runs the migrations that this database has not seen.
    pub(crate) async fn migrate(&self) -> Result<()> {
        match self {
            Self::Sqlite(pools) => SQLITE.run(&pools.writer).await?,
            Self::Postgres(pool) => POSTGRES.run(pool).await?,
        }
        Ok(())
    }

    /// Which engine this is.
    pub(crate) fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(_) => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }

    /// Closes every connection.
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(pools) => {
                pools.readers.close().await;
                pools.writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }

    /// A transaction that may write. On SQLite it holds the only writer from the start, so it never has to upgrade.
    pub async fn begin(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite(pools) => Tx::Sqlite(pools.writer.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres(pool) => begun(pool, "BEGIN").await?,
        })
    }

    /// A transaction whose reads all see one instant of the database.
    pub async fn snapshot(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite(pools) => Tx::Sqlite(pools.readers.begin().await?),
            Self::Postgres(pool) => begun(pool, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?,
        })
    }

    /// Every row of a query, read on its own.
    pub async fn all<T: Record>(&self, sql: &'static str, binds: Vec<Value>) -> Result<Vec<T>> {
        self.read_all(sql.into_sql_str(), binds).await
    }

    /// The first row of a query, read on its own.
    pub async fn optional<T: Record>(&self, sql: &'static str, binds: Vec<Value>) -> Result<Option<T>> {
        Ok(self.all(sql, binds).await?.into_iter().next())
    }

    /// Every row of a statement that was put together at run time.
    pub async fn all_built<T: Record>(&self, builder: SqlBuilder) -> Result<Vec<T>> {
        let (sql, binds) = builder.build();
        self.read_all(sql, binds).await
    }

    /// One statement that writes, in a transaction of its own; the number of rows that it changed.
    pub async fn execute(&self, sql: &'static str, binds: Vec<Value>) -> Result<u64> {
        let mut tx = self.begin().await?;
        let changed = tx.execute(sql, binds).await?;
        tx.commit().await?;
        Ok(changed)
    }

    async fn read_all<T: Record>(&self, sql: SqlStr, binds: Vec<Value>) -> Result<Vec<T>> {
        Ok(match self {
            Self::Sqlite(pools) => bound!(sqlx::query_as::<Sqlite, T>(sql), binds).fetch_all(&pools.readers).await?,
            Self::Postgres(pool) => {
                // Kept, it would in time be planned for any set at all, of which nothing is known.
                let kept = !binds.iter().any(|value| matches!(value, Value::Numbers(_)));
                bound!(sqlx::query_as::<Postgres, T>(sql).persistent(kept), binds).fetch_all(pool).await?
            }
        })
    }
}

impl Tx {
    /// Which engine this is on.
    pub(crate) fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(_) => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }

    /// Every row of a query.
    pub async fn all<T: Record>(&mut self, sql: &'static str, binds: Vec<Value>) -> Result<Vec<T>> {
        self.all_of(sql.into_sql_str(), binds).await
    }

    /// The first row of a query.
    pub async fn optional<T: Record>(&mut self, sql: &'static str, binds: Vec<Value>) -> Result<Option<T>> {
        Ok(self.all(sql, binds).await?.into_iter().next())
    }

    /// The row of a query that has exactly one.
    pub async fn one<T: Record>(&mut self, sql: &'static str, binds: Vec<Value>) -> Result<T> {
        self.optional(sql, binds).await?.ok_or(Error::NotFound("row"))
    }

    /// Every row of a statement that was put together at run time.
    pub async fn all_built<T: Record>(&mut self, builder: SqlBuilder) -> Result<Vec<T>> {
        let (sql, binds) = builder.build();
        self.all_of(sql, binds).await
    }

    /// Every row of a query over a list of keys of any length, which stands as `($*)` in the text. PostgreSQL gets one array
    /// (a long list of parameters misleads its planner); on SQLite lists are cut, and padded with copies of their last key,
    /// so that few different texts are prepared.
    pub async fn all_in<T: Record>(
        &mut self,
        sql: &'static str,
        binds: Vec<Value>,
        keys: impl IntoIterator<Item = Value>,
    ) -> Result<Vec<T>> {
        let keys: Vec<Value> = keys.into_iter().collect();
        match self {
            Self::Sqlite(_) => {
                let mut rows = Vec::new();
                for chunk in keys.chunks(LIST) {
                    let (text, binds) = padded(sql, &binds, chunk);
                    rows.append(&mut self.all_of(text, binds).await?);
                }
                Ok(rows)
            }
            Self::Postgres(tx) => Ok(match keyed(sql, keys) {
                Some((text, keys)) => {
                    let query = bound!(sqlx::query_as::<Postgres, T>(text), binds);
                    with_keys!(query, keys).fetch_all(&mut **tx).await?
                }
                None => Vec::new(),
            }),
        }
    }

    /// A statement without rows over a list of keys; the number of rows that it changed.
    pub async fn execute_in(
        &mut self,
        sql: &'static str,
        binds: Vec<Value>,
        keys: impl IntoIterator<Item = Value>,
    ) -> Result<u64> {
        let keys: Vec<Value> = keys.into_iter().collect();
        match self {
            Self::Sqlite(_) => {
                let mut changed = 0;
                for chunk in keys.chunks(LIST) {
                    let (text, binds) = padded(sql, &binds, chunk);
                    changed += self.execute_of(text, binds).await?;
                }
                Ok(changed)
            }
            Self::Postgres(tx) => Ok(match keyed(sql, keys) {
                Some((text, keys)) => {
                    let query = bound!(sqlx::query::<Postgres>(text), binds);
                    with_keys!(query, keys).execute(&mut **tx).await?.rows_affected()
                }
                None => 0,
            }),
        }
    }

    /// A statement without rows; the number of rows that it changed.
    pub async fn execute(&mut self, sql: &'static str, binds: Vec<Value>) -> Result<u64> {
        self.execute_of(sql.into_sql_str(), binds).await
    }

    /// Makes everything visible at once.
    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }

    /// Throws everything away.
    pub async fn rollback(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.rollback().await?,
            Self::Postgres(tx) => tx.rollback().await?,
        }
        Ok(())
    }

    pub(crate) async fn all_of<T: Record>(&mut self, sql: SqlStr, binds: Vec<Value>) -> Result<Vec<T>> {
        Ok(on_db!(self, Self, tx => bound!(sqlx::query_as::<D, T>(sql), binds).fetch_all(&mut **tx).await?))
    }

    pub(crate) async fn execute_of(&mut self, sql: SqlStr, binds: Vec<Value>) -> Result<u64> {
        Ok(on_db!(self, Self, tx => bound!(sqlx::query::<D>(sql), binds).execute(&mut **tx).await?.rows_affected()))
    }
}

/// A statement with its list written out for one chunk of keys.
fn padded(sql: &'static str, binds: &[Value], chunk: &[Value]) -> (SqlStr, Vec<Value>) {
    let length = chunk.len().next_power_of_two();
    let text: Arc<str> = listed(sql, length).into();
    let last = chunk.last().cloned().into_iter();
    let padding = last.cycle().take(length - chunk.len());
    (vouched(text), chunk.iter().cloned().chain(padding).chain(binds.iter().cloned()).collect())
}
