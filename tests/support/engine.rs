//! The two databases, and the macro that runs a test on each.

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use std::sync::atomic::{AtomicU32, Ordering};

/// A database that the program runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Engine {
    /// A file.
    Sqlite,
    /// A server.
    Postgres,
}

impl Engine {
    /// Both.
    pub const BOTH: [Self; 2] = [Self::Sqlite, Self::Postgres];

    /// The word in test names and file names.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

/// Runs each `async fn name(engine: Engine)` as `sqlite::name` and `postgres::name`.
#[macro_export]
macro_rules! on_both {
    ($($(#[$meta:meta])* async fn $name:ident($engine:ident: Engine) $body:block)*) => {
        $($(#[$meta])* async fn $name($engine: $crate::support::Engine) $body)*

        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name($crate::support::Engine::Sqlite).await;
            })*
        }

        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name($crate::support::Engine::Postgres).await;
            })*
        }
    };
}

/// The PostgreSQL server of this test run.
///
/// # Panics
/// It is not there: the tests run with `cargo xtask test`.
#[must_use]
pub fn postgres_url() -> String {
    super::places::variable("POSTURA_TEST_POSTGRES")
}

/// The address of another database of the same server.
#[must_use]
pub fn url_of(database: &str) -> String {
    let url = postgres_url();
    let (server, _) = url.rsplit_once('/').expect("the address names a database");
    format!("{server}/{database}")
}

/// A name for a database that this process has not used before.
#[must_use]
pub fn new_name() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    format!("postura_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Makes an empty database, or a copy of `template`, and gives its address. The server ends with the test run, and its
/// databases with it.
///
/// # Panics
/// The server refuses.
pub async fn create(name: &str, template: Option<&str>) -> String {
    let mut connection = PgConnection::connect(&postgres_url()).await.expect("the PostgreSQL server answers");
    let template = template.map(|template| format!(" TEMPLATE {template}")).unwrap_or_default();
    for statement in
        [format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"), format!("CREATE DATABASE {name}{template}")]
    {
        connection.execute(AssertSqlSafe(statement)).await.expect("a database can be made");
    }
    connection.close().await.expect("the connection closes");
    url_of(name)
}

/// Whether a database of that name is there.
///
/// # Panics
/// The server does not answer.
pub async fn exists(name: &str) -> bool {
    let mut connection = PgConnection::connect(&postgres_url()).await.expect("the PostgreSQL server answers");
    let found: Option<i32> = sqlx::query_scalar("SELECT 1 FROM pg_database WHERE datname = $1")
        .bind(name)
        .fetch_optional(&mut connection)
        .await
        .expect("the server lists its databases");
    found.is_some()
}
