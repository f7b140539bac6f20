//! Everything in which the two engines differ: opening, bulk loading, claiming a job and the mapping of errors.

pub(crate) mod bulk;
pub(crate) mod cipher;
pub(crate) mod whole;

pub use cipher::{FILE_IS_ENCRYPTED, FileError};

use crate::error::{Error, Result};
use crate::seal::KeyRing;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions, PgSslMode};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

macro_rules! claim_head {
    () => {
        "UPDATE job SET state = 'running', phase = 'claimed', lease_owner = $1, lease_until = $2, updated_at = $3, \
         attempts = attempts + 1 WHERE id = (SELECT id FROM job WHERE (state = 'queued' AND run_after <= $3) \
         OR (state = 'running' AND lease_until < $3) ORDER BY run_after, id LIMIT 1"
    };
}
macro_rules! claim_tail {
    ($lock:literal) => {
        concat!(
            $lock,
            // Said again, because PostgreSQL looks at a row once more that another claim has changed meanwhile.
            ") AND (state = 'queued' OR lease_until < $3) RETURNING id, payload, state, phase, done_bytes, total_bytes, \
             done_rows, result, attempts, user_id, created_at, updated_at"
        )
    };
}

macro_rules! claim_run {
    ($lock:literal) => {
        concat!(
            "UPDATE scan_run SET lease_owner = $1, lease_until = $2, held = 0 WHERE id = (SELECT id FROM scan_run \
             WHERE state IN ('queued', 'starting', 'running', 'exporting', 'importing') AND look_at <= $3 \
             AND (lease_until IS NULL OR lease_until < $3 OR (held = 1 AND lease_owner = $1)) ORDER BY look_at, id LIMIT 1",
            $lock,
            // Said again, because PostgreSQL looks at a row once more that another claim has changed meanwhile.
            ") AND (lease_until IS NULL OR lease_until < $3 OR (held = 1 AND lease_owner = $1)) RETURNING ",
            crate::runs::run_columns!()
        )
    };
}

/// How long a connection waits for SQLite's lock before it gives up.
const BUSY: Duration = Duration::from_secs(30);
/// Readers beside SQLite's one writer.
const READERS: u32 = 4;
/// Connections to a PostgreSQL server.
const CONNECTIONS: u32 = 10;

/// The file of a SQLite URL, `sqlite:PATH` or `sqlite://PATH`; `None` if the URL is another engine's.
#[must_use]
pub fn sqlite_file(url: &str) -> Option<&Path> {
    let path = url.strip_prefix("sqlite:")?;
    Some(Path::new(path.strip_prefix("//").unwrap_or(path)))
}

/// Opens SQLite's writer and readers. A missing file is created with mode 0600 before SQLite sees it, because SQLite
/// gives its journal files the mode of the database.
pub(crate) async fn sqlite_pools(path: &Path, keys: &KeyRing) -> Result<(SqlitePool, SqlitePool)> {
    create_private(path).map_err(|source| Error::File { path: path.to_owned(), source })?;
    cipher::check(path)?;
    let options = cipher::keyed(SqliteConnectOptions::new(), keys)
        .filename(path)
        .create_if_missing(false)
        .foreign_keys(true)
        .busy_timeout(BUSY)
        .journal_mode(SqliteJournalMode::Wal)
        // An import that was reported must survive a power cut.
        .synchronous(SqliteSynchronous::Full)
        // An import of usual size ends before its pages are copied into the database, which costs as much as writing them.
        .pragma("wal_autocheckpoint", "8192")
        .pragma("cache_size", "-32768")
        .pragma("temp_store", "MEMORY")
        // What the planner knows of an index, it learns from so many of its rows.
        .pragma("analysis_limit", "400");
    let writer = SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await;
    let writer = writer.map_err(cipher::unopened)?;
    let readers = SqlitePoolOptions::new()
        .max_connections(READERS)
        .min_connections(0)
        .connect_lazy_with(options.pragma("query_only", "ON").pragma("cache_size", "-16384"));
    Ok((writer, readers))
}

#[cfg(unix)]
pub(crate) fn create_private(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    if path.exists() {
        return Ok(());
    }
    std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map(drop).or_else(already_there)
}

#[cfg(not(unix))]
pub(crate) fn create_private(path: &Path) -> std::io::Result<()> {
    if path.exists() {
        return Ok(());
    }
    std::fs::OpenOptions::new().write(true).create_new(true).open(path).map(drop).or_else(already_there)
}

/// Another process may have created the file between the question and the answer.
fn already_there(error: std::io::Error) -> std::io::Result<()> {
    if error.kind() == std::io::ErrorKind::AlreadyExists { Ok(()) } else { Err(error) }
}

/// Opens the pool of a PostgreSQL server.
pub(crate) async fn postgres_pool(url: &str) -> Result<PgPool> {
    let pool = PgPoolOptions::new().max_connections(CONNECTIONS).after_connect(|connection, _| {
        Box::pin(async move {
            sqlx::query(PLANS).execute(connection).await?;
            Ok(())
        })
    });
    Ok(pool.connect_with(postgres_options(url)?).await?)
}

/// To compile a statement takes longer than nearly all of them run. Set after the connection is made, since a pooler between may
/// refuse a setting that comes with it.
const PLANS: &str = "SET jit = off";

/// How a PostgreSQL server is reached. Its list of connections names the program. Beyond this machine the connection has TLS
/// with a certificate that is checked (`sslmode=verify-full`), unless the URL or the environment says another of libpq's
/// modes; those that fall back to no TLS in silence, `prefer` and `allow`, are not taken at their word.
pub(crate) fn postgres_options(url: &str) -> Result<PgConnectOptions> {
    let options = PgConnectOptions::from_str(url)?.application_name("postura");
    let silent = matches!(options.get_ssl_mode(), PgSslMode::Prefer | PgSslMode::Allow);
    Ok(if silent && !is_here(&options) { options.ssl_mode(PgSslMode::VerifyFull) } else { options })
}

/// Whether a server is on this machine: at a loopback address or its name, or in a folder of sockets.
fn is_here(options: &PgConnectOptions) -> bool {
    let host = options.get_host();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let loopback = bare.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
    options.get_socket().is_some() || loopback || host.eq_ignore_ascii_case("localhost") || host.starts_with('/')
}

/// How the connection to a server is protected, for whoever checks an installation; `None` if it stays on this machine.
pub(crate) fn postgres_tls(url: &str) -> Result<Option<&'static str>> {
    let options = postgres_options(url)?;
    if is_here(&options) {
        return Ok(None);
    }
    Ok(Some(match options.get_ssl_mode() {
        PgSslMode::Disable => "disable",
        PgSslMode::Allow => "allow",
        PgSslMode::Prefer => "prefer",
        PgSslMode::Require => "require",
        PgSslMode::VerifyCa => "verify-ca",
        PgSslMode::VerifyFull => "verify-full",
    }))
}

/// Maps a driver's error: constraint violations by name, the rest as it is.
pub(crate) fn error(error: sqlx::Error) -> Error {
    let Some(violated) = error.as_database_error() else { return Error::Database(error) };
    if !(violated.is_unique_violation() || violated.is_check_violation() || violated.is_foreign_key_violation()) {
        return Error::Database(error);
    }
    // SQLite names the columns of a unique constraint, not the constraint: `team.slug`.
    let name = violated.constraint().map_or_else(|| sqlite_constraint(violated.message()), str::to_owned);
    Error::Constraint(name)
}

/// `UNIQUE constraint failed: team.slug` → `team_slug_key`, the name that PostgreSQL gives it.
fn sqlite_constraint(message: &str) -> String {
    let tail = message.rsplit_once(": ").map_or(message, |(_, tail)| tail);
    match tail.split_once('.') {
        Some((table, column)) if !column.contains(',') => format!("{table}_{column}_key"),
        _ => tail.to_owned(),
    }
}

/// The statement after which the planner knows the tables as they are. PostgreSQL sees to that by itself.
pub(crate) fn learn(engine: crate::Engine) -> Option<&'static str> {
    match engine {
        crate::Engine::Sqlite => Some("ANALYZE"),
        crate::Engine::Postgres => None,
    }
}

/// A join whose table SQLite's planner reads after those before it (<https://sqlite.org/optoverview.html>, "manual control of
/// query plans using CROSS JOIN"). PostgreSQL counts rows well enough to see that by itself.
pub(crate) fn join_last(engine: crate::Engine) -> &'static str {
    match engine {
        crate::Engine::Sqlite => " CROSS JOIN ",
        crate::Engine::Postgres => " JOIN ",
    }
}

/// What stands between a column and [`crate::value::Numbers`], and after them: "is one of those".
pub(crate) fn number_set(engine: crate::Engine) -> (&'static str, &'static str) {
    match engine {
        crate::Engine::Sqlite => (" IN (SELECT value FROM json_each(", "))"),
        crate::Engine::Postgres => (" = ANY(", ")"),
    }
}

/// What stands around a condition on an entry `l` to say that `occurrence o` has none such. SQLite makes a list of those that have
/// one, which costs a row less than to look for its entries; PostgreSQL, whose lists have a limit, joins by hash or index.
pub(crate) fn without_later_entry(engine: crate::Engine) -> (&'static str, &'static str) {
    match engine {
        crate::Engine::Sqlite => ("o.id NOT IN (SELECT l.occurrence_id FROM entry l WHERE ", ")"),
        crate::Engine::Postgres => ("NOT EXISTS (SELECT 1 FROM entry l WHERE l.occurrence_id = o.id AND ", ")"),
    }
}

/// The engine's version.
pub(crate) fn version(engine: crate::Engine) -> &'static str {
    match engine {
        crate::Engine::Sqlite => "SELECT sqlite_version()",
        crate::Engine::Postgres => "SELECT current_setting('server_version')",
    }
}

/// How many bytes the database takes.
pub(crate) fn bytes(engine: crate::Engine) -> &'static str {
    match engine {
        crate::Engine::Sqlite => "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
        crate::Engine::Postgres => "SELECT pg_database_size(current_database())",
    }
}

/// What the engine finds broken; SQLite says `ok` if nothing is.
pub(crate) fn flaws(engine: crate::Engine) -> &'static str {
    match engine {
        crate::Engine::Sqlite => "SELECT quick_check FROM pragma_quick_check LIMIT 20",
        crate::Engine::Postgres => {
            "SELECT 'index ' || CAST(indexrelid AS regclass) FROM pg_index WHERE NOT indisvalid \
             UNION ALL SELECT 'constraint ' || conname FROM pg_constraint WHERE NOT convalidated LIMIT 20"
        }
    }
}

/// Claims the oldest job that waits or whose lease ran out. PostgreSQL's workers pass over rows that others are claiming;
/// SQLite has one writer.
pub(crate) fn claim_job(engine: crate::Engine) -> &'static str {
    match engine {
        crate::Engine::Sqlite => concat!(claim_head!(), claim_tail!("")),
        crate::Engine::Postgres => concat!(claim_head!(), claim_tail!(" FOR UPDATE SKIP LOCKED")),
    }
}

/// Claims the run that has waited longest for a look, as [`claim_job`] claims a job.
pub(crate) fn claim_run(engine: crate::Engine) -> &'static str {
    match engine {
        crate::Engine::Sqlite => claim_run!(""),
        crate::Engine::Postgres => claim_run!(" FOR UPDATE SKIP LOCKED"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_elsewhere_is_reached_with_a_certificate_that_is_checked() {
        let tls = |url: &str| postgres_tls(url).unwrap();
        for here in ["postgres://u@localhost/d", "postgres://u@127.0.0.1:5433/d", "postgres://u@[::1]/d"] {
            assert_eq!(tls(here), None, "{here}");
        }
        assert_eq!(tls("postgres://u@%2Fvar%2Frun%2Fpostgresql/d"), None, "a socket");
        assert_eq!(tls("postgres://u@db.example/d"), Some("verify-full"));
        assert_eq!(tls("postgres://u@10.0.0.5/d?sslmode=prefer"), Some("verify-full"), "no silent fall-back");
        assert_eq!(tls("postgres://u@10.0.0.5/d?sslmode=verify-ca"), Some("verify-ca"), "what is said is done");
        assert_eq!(tls("postgres://u@10.0.0.5/d?sslmode=disable"), Some("disable"), "what is said is done");
        assert_eq!(tls("postgres://u@localhost.example/d"), Some("verify-full"), "another name");
    }
}
