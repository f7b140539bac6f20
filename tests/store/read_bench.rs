//! A store on a fresh database, and a door to write rows as no import would.

use crate::read_support::NOW;
use crate::world::{MASTER, config};
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use store::Store;
use tests::support::{Engine, engine};

/// A store on a database of its own.
pub struct Bench {
    pub store: Store,
    url: String,
    engine: Engine,
    // Deletes the files at the end.
    _folder: tempfile::TempDir,
}

impl Bench {
    pub async fn new(engine: Engine) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = match engine {
            Engine::Sqlite => format!("sqlite:{}", folder.path().join("test.db").display()),
            Engine::Postgres => engine::create(&engine::new_name(), None).await,
        };
        let store = Store::open(&url, config(&MASTER), NOW).await.unwrap();
        Self { store, url, engine, _folder: folder }
    }

    /// Runs statements in one transaction, past the store.
    pub async fn run(&self, statements: &[String]) {
        macro_rules! run {
            ($connection:ty) => {{
                let mut connection = <$connection>::connect(&self.url).await.unwrap();
                let mut tx = connection.begin().await.unwrap();
                for sql in statements {
                    let query = sqlx::query(AssertSqlSafe(sql.clone()));
                    query.execute(&mut *tx).await.unwrap_or_else(|e| panic!("{sql}: {e}"));
                }
                tx.commit().await.unwrap();
            }};
        }
        match self.engine {
            Engine::Sqlite => run!(SqliteConnection),
            Engine::Postgres => run!(PgConnection),
        }
    }

    /// Bytes as a literal of the engine.
    pub fn bytes(&self, bytes: &[u8]) -> String {
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        match self.engine {
            Engine::Sqlite => format!("X'{hex}'"),
            Engine::Postgres => format!("'\\x{hex}'"),
        }
    }
}
