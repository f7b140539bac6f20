//! The real program, serving a database of its own.

use super::engine::{self, Engine};
use super::guardian::{self, Guardian};
use super::places;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row, SqliteConnection};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

/// How long a server may take to say that it listens, the loading of the demo included.
const START: Duration = Duration::from_secs(420);

/// How a server is started.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The settings file.
    pub settings: String,
    /// With `--demo`.
    pub demo: bool,
    /// Begin with a copy of this data folder, and of this PostgreSQL database.
    pub from: Option<(PathBuf, String)>,
    /// Leave the folder when the server ends.
    pub keep: bool,
    /// Count the statements that the server runs: see [`TestServer::statements`].
    pub count: bool,
}

/// A running server.
pub struct TestServer {
    guardian: Guardian,
    /// Those of the programs that were killed; the first takes the folder away at the end.
    before: Vec<Guardian>,
    origin: String,
    set_up: Option<String>,
    folder: PathBuf,
    database: String,
}

impl TestServer {
    /// A server on a new, empty database.
    pub async fn start(engine: Engine) -> Self {
        Self::start_with(engine, Options::default()).await
    }

    /// The same with options.
    ///
    /// # Panics
    /// It does not start.
    pub async fn start_with(engine: Engine, options: Options) -> Self {
        let folder = guardian::folder("server");
        let template = options.from.as_ref().map(|(data, database)| {
            copy(data, &folder.join("data"));
            database.as_str()
        });
        let database = match engine {
            Engine::Sqlite => format!("sqlite:{}", folder.join("data/postura.db").display()),
            Engine::Postgres => engine::create(&engine::new_name(), template).await,
        };
        Self::run(folder, database, &options)
    }

    /// Serves what is in a folder; the folder is taken away at the end.
    ///
    /// # Panics
    /// It does not start.
    #[must_use]
    pub fn run(folder: PathBuf, database: String, options: &Options) -> Self {
        std::fs::write(folder.join("postura.toml"), &options.settings).expect("the settings can be written");
        let mut command = serving(&folder, &database);
        if options.demo {
            command.arg("--demo");
        }
        if options.count {
            command.env("POSTURA_LOG", "warn,sqlx::query=debug").env("NO_COLOR", "1");
        }
        let guardian = Guardian::start(&folder, options.keep, &command);
        let origin = guardian.wait_for(START, listens);
        Self { guardian, before: Vec::new(), origin, set_up: None, folder, database }.with_link(options)
    }

    /// Kills the program as a loss of power would: it can neither finish anything nor take its leave.
    ///
    /// # Panics
    /// It cannot be killed.
    pub fn kill(&self) {
        self.guardian.kill();
    }

    /// Starts the program again on what the one that was killed left. It listens on another port.
    ///
    /// # Panics
    /// It does not start.
    pub fn start_again(&mut self) {
        let guardian = Guardian::start(&self.folder, true, &serving(&self.folder, &self.database));
        self.origin = guardian.wait_for(START, listens);
        self.before.push(std::mem::replace(&mut self.guardian, guardian));
    }

    /// A new database has nobody in it, so the line after the address is the link of the first run.
    fn with_link(mut self, options: &Options) -> Self {
        if !options.demo && options.from.is_none() {
            let path = |line: &str| {
                let at = line.find("/setup?token=")?;
                line.get(at..)?.split_whitespace().next().map(str::to_owned)
            };
            self.set_up = Some(self.guardian.wait_for(Duration::from_secs(30), path));
        }
        self
    }

    /// `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The path of the one-time link of the first run.
    ///
    /// # Panics
    /// The server printed none, since it does not run for the first time.
    #[must_use]
    pub fn set_up_path(&self) -> &str {
        self.set_up.as_deref().expect("a first run prints its link")
    }

    /// Runs a statement on the database: for what no client can bring about, such as the passing of time.
    ///
    /// # Panics
    /// The database refuses.
    pub async fn execute(&self, statement: &'static str) {
        if let Some(path) = self.database.strip_prefix("sqlite:") {
            let options = SqliteConnectOptions::new().filename(path).busy_timeout(Duration::from_secs(10));
            let mut database = SqliteConnection::connect_with(&options).await.expect("the database opens");
            database.execute(statement).await.expect("the statement runs");
            database.close().await.expect("the connection closes");
        } else {
            let mut database = PgConnection::connect(&self.database).await.expect("the database opens");
            database.execute(statement).await.expect("the statement runs");
            database.close().await.expect("the connection closes");
        }
    }

    /// The first column of what a query finds, which is text: for what no page tells at once.
    ///
    /// # Panics
    /// The database refuses.
    pub async fn column(&self, query: &'static str) -> Vec<String> {
        if let Some(path) = self.database.strip_prefix("sqlite:") {
            let options = SqliteConnectOptions::new().filename(path).busy_timeout(Duration::from_secs(10));
            let mut database = SqliteConnection::connect_with(&options).await.expect("the database opens");
            sqlx::query_scalar(query).fetch_all(&mut database).await.expect("the query runs")
        } else {
            let mut database = PgConnection::connect(&self.database).await.expect("the database opens");
            sqlx::query_scalar(query).fetch_all(&mut database).await.expect("the query runs")
        }
    }

    /// The plan that a statement has, a line a row, on a connection that has run some others before.
    ///
    /// # Panics
    /// The database refuses.
    pub async fn plan(&self, before: &[String], explain: &str) -> String {
        if let Some(path) = self.database.strip_prefix("sqlite:") {
            let options = SqliteConnectOptions::new().filename(path).busy_timeout(Duration::from_secs(10));
            let mut database = SqliteConnection::connect_with(&options).await.expect("the database opens");
            let rows: Vec<(i64, i64, i64, String)> =
                sqlx::query_as(AssertSqlSafe(explain.to_owned())).fetch_all(&mut database).await.expect(explain);
            rows.into_iter().map(|(.., detail)| format!("{detail}\n")).collect()
        } else {
            let mut database = PgConnection::connect(&self.database).await.expect("the database opens");
            for statement in before {
                database.execute(AssertSqlSafe(statement.clone())).await.expect(statement);
            }
            let rows: Vec<PgRow> = database.fetch_all(AssertSqlSafe(explain.to_owned())).await.expect(explain);
            rows.iter().map(|row| format!("{}\n", row.get::<String, _>(0))).collect()
        }
    }

    /// How many bytes of memory the server holds, where the system tells.
    #[must_use]
    pub fn memory(&self) -> Option<u64> {
        self.guardian.memory()
    }

    /// Everything that the database keeps, as bytes: the files of SQLite, its log included; every row of PostgreSQL as text,
    /// in which bytes stand as hexadecimal digits.
    ///
    /// # Panics
    /// It cannot be read.
    pub async fn everything(&self) -> Vec<u8> {
        if let Some(path) = self.database.strip_prefix("sqlite:") {
            let log = std::fs::read(format!("{path}-wal")).unwrap_or_default();
            return [std::fs::read(path).expect("the database can be read"), log].concat();
        }
        let mut database = PgConnection::connect(&self.database).await.expect("the database opens");
        let tables = "SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = 'public'";
        let tables: Vec<String> =
            sqlx::query_scalar(tables).fetch_all(&mut database).await.expect("it lists its tables");
        let mut all = Vec::new();
        for table in tables {
            let rows = AssertSqlSafe(format!("SELECT CAST(t AS TEXT) FROM {table} t"));
            let rows: Vec<String> = sqlx::query_scalar(rows).fetch_all(&mut database).await.expect("it can be read");
            rows.iter().for_each(|row| all.extend_from_slice(row.as_bytes()));
        }
        all
    }

    /// The folder with the data in it.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The last lines of the log.
    #[must_use]
    pub fn log(&self) -> String {
        self.guardian.said()
    }

    /// The statements that the server has run for requests, from one on, once it runs no more of them; needs `Options::count`.
    pub async fn statements(&self, from: usize) -> Vec<String> {
        let mut before = self.guardian.statements(from);
        loop {
            tokio::time::sleep(Duration::from_millis(60)).await;
            let now = self.guardian.statements(from);
            if now.len() == before.len() {
                return now;
            }
            before = now;
        }
    }

    /// Runs the program's command line on the same database.
    ///
    /// # Panics
    /// It cannot be run.
    #[must_use]
    pub fn postura(&self, arguments: &[&str], input: &str) -> Output {
        postura(&self.folder, &self.database, arguments, input)
    }

    /// The same, of a command that must succeed; what it printed.
    ///
    /// # Panics
    /// It fails.
    #[must_use]
    pub fn ask(&self, arguments: &[&str]) -> String {
        printed(arguments, &self.postura(arguments, ""))
    }
}

/// An installation that does not serve: a folder with a key file in its `data`, and a database that holds nothing yet.
pub struct Idle {
    folder: tempfile::TempDir,
    database: String,
}

impl Idle {
    /// One with a copy of a server's key file.
    ///
    /// # Panics
    /// The key cannot be copied.
    pub async fn with_key_of(server: &TestServer, engine: Engine) -> Self {
        let folder = tempfile::tempdir_in(places::temporary()).expect("a folder can be made");
        let data = folder.path().join("data");
        std::fs::create_dir(&data).expect("the data folder can be made");
        std::fs::copy(server.folder.join("data/postura.key"), data.join("postura.key")).expect("the key can be copied");
        let database = match engine {
            Engine::Sqlite => format!("sqlite:{}", data.join("postura.db").display()),
            Engine::Postgres => engine::create(&engine::new_name(), None).await,
        };
        Self { folder, database }
    }

    /// The data folder.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Runs the command line.
    ///
    /// # Panics
    /// It cannot be run.
    #[must_use]
    pub fn postura(&self, arguments: &[&str]) -> Output {
        postura(self.folder.path(), &self.database, arguments, "")
    }

    /// The same, of a command that must succeed; what it printed.
    ///
    /// # Panics
    /// It fails.
    #[must_use]
    pub fn ask(&self, arguments: &[&str]) -> String {
        printed(arguments, &self.postura(arguments))
    }
}

fn postura(folder: &Path, database: &str, arguments: &[&str], input: &str) -> Output {
    let mut command = program(folder, database);
    command.args(arguments).current_dir(folder);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program runs");
    let mut stdin = child.stdin.take().expect("the program takes input");
    stdin.write_all(input.as_bytes()).expect("the program reads its input");
    drop(stdin);
    child.wait_with_output().expect("the program ends")
}

fn printed(arguments: &[&str], done: &Output) -> String {
    let error = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "postura {arguments:?}: {error}");
    String::from_utf8(done.stdout.clone()).expect("the program prints UTF-8")
}

/// The program that serves, on a port that is free.
fn serving(folder: &Path, database: &str) -> Command {
    let mut command = program(folder, database);
    command.args(["serve", "--port", "0", "--site"]).arg(places::site());
    command
}

/// Where it listens, out of what it says.
fn listens(line: &str) -> Option<String> {
    line.strip_prefix("Postura listens on ").map(|origin| origin.trim().to_owned())
}

/// The program with its settings: a data folder, a database, nothing of this machine's own.
fn program(folder: &Path, database: &str) -> Command {
    let mut command = Command::new(places::binary());
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("POSTURA_")) {
            command.env_remove(name);
        }
    }
    command.env("POSTURA_DATA_DIR", folder.join("data")).env("POSTURA_DATABASE_URL", database);
    command
}

/// Copies a folder with what is in it.
///
/// # Panics
/// It cannot be read or written.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("the folder can be made");
    for entry in std::fs::read_dir(from).expect("the folder can be read").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), &target).expect("the file can be copied");
        }
    }
}
