//! The service on a database of its own, with a clock that the test sets.

use model::view::findings::{FindingPage, FindingsQuery, GroupRow, Grouping};
use model::view::scans::ImportSummary;
use model::{Grade, Micros};
use serde_json::Value;
use service::clock::SetClock;
use service::import::{ImportFileError, ImportOptions};
use service::query::{MetricRequest, OccurrenceRecord};
use service::request::Session;
use service::{Limits, Service, ServiceConfig};
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Connection, FromRow, PgConnection, SqliteConnection};
use std::path::PathBuf;
use std::sync::Arc;
use tests::support::{Engine, engine};

/// 2026-01-05T00:00:00Z, a Monday.
pub const START: i64 = 1_767_571_200;
/// A day in seconds.
pub const DAY: i64 = 86_400;

/// Midnight, so many days after [`START`], in seconds.
pub fn day(days: i64) -> i64 {
    START + days * DAY
}

/// A service, as the command line opens one.
pub struct Office {
    pub service: Arc<Service>,
    pub session: Session,
    url: String,
    clock: Arc<SetClock>,
    folder: tempfile::TempDir,
}

/// How a file is imported, unless a test says otherwise.
pub fn plainly() -> ImportOptions {
    ImportOptions::default()
}

/// From a source by name.
pub fn from(source: &str) -> ImportOptions {
    ImportOptions { source: Some(source.to_owned()), ..ImportOptions::default() }
}

/// A Burp file that holds the whole project.
pub fn whole() -> ImportOptions {
    ImportOptions { whole_project: true, ..ImportOptions::default() }
}

impl Office {
    /// On an empty database; the clock shows the hundredth day.
    pub async fn open(engine: Engine) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = match engine {
            Engine::Sqlite => format!("sqlite:{}", folder.path().join("postura.db").display()),
            Engine::Postgres => engine::create(&engine::new_name(), None).await,
        };
        let config = ServiceConfig {
            database_url: url.clone(),
            data_dir: folder.path().to_owned(),
            keys: None,
            oidc: None,
            feeds: None,
            zone: "UTC".to_owned(),
            demo: false,
            max_upload: 1 << 30,
            limits: Limits::default(),
            surroundings: service::Surroundings::default(),
            passwords: service::PasswordCost::default(),
        };
        let clock = Arc::new(SetClock::new(Micros(day(100) * 1_000_000)));
        let service = Arc::new(Service::open_with(&config, clock.clone()).await.unwrap());
        let session = Session::operator(&service, "test").await.unwrap();
        Self { service, session, url, clock, folder }
    }

    /// Sets the clock to a day.
    pub fn today(&self, days: i64) {
        self.clock.set(Micros(day(days) * 1_000_000));
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// Imports a file, if it is not refused.
    pub async fn try_import(&self, name: &str, bytes: &[u8], options: &ImportOptions) -> Option<ImportSummary> {
        match self.service.import_file(&self.file(name, bytes), options).await {
            Ok(summary) => Some(summary),
            Err(ImportFileError::Refused(_)) => None,
            Err(ImportFileError::Failed(error)) => panic!("{name}: {error:#}"),
        }
    }

    /// Imports a file.
    pub async fn import_with(&self, name: &str, bytes: &[u8], options: &ImportOptions) -> ImportSummary {
        self.try_import(name, bytes, options).await.unwrap_or_else(|| panic!("{name} is refused"))
    }

    /// The same, from the default source.
    pub async fn import(&self, name: &str, text: &str) -> ImportSummary {
        self.import_with(name, text.as_bytes(), &plainly()).await
    }

    /// All findings that match a filter, by id.
    pub async fn findings(&self, filter: &str) -> Vec<OccurrenceRecord> {
        let (mut all, mut cursor) = (Vec::new(), String::new());
        loop {
            let (mut rows, next) = self.session.occurrences(filter, 200, &cursor).await.unwrap();
            all.append(&mut rows);
            if next.is_empty() {
                all.sort_by(|a, b| a.id.cmp(&b.id));
                return all;
            }
            cursor = next;
        }
    }

    /// What every list shows, of any status and with mere facts, as JSON lines.
    pub async fn shown(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for filter in ["status:any", "status:any is:inventory"] {
            let rows = self.findings(filter).await;
            lines.extend(rows.iter().map(|row| serde_json::to_string(row).unwrap()));
        }
        lines
    }

    /// How many findings match a filter.
    pub async fn count(&self, filter: &str) -> usize {
        self.findings(filter).await.len()
    }

    /// The groups of a list by weakness.
    pub async fn issues(&self, filter: &str) -> Vec<GroupRow> {
        let mut query = FindingsQuery { q: filter.to_owned(), group: Grouping::Issue, ..FindingsQuery::default() };
        let mut all = Vec::new();
        loop {
            let mut page = ports::Findings::list(&self.session, query.clone()).await.unwrap();
            all.append(&mut page.groups);
            if page.next.is_empty() {
                return all;
            }
            query.page = page.next;
        }
    }

    /// A finding in full.
    pub async fn finding(&self, id: &str) -> FindingPage {
        ports::Findings::finding(&self.session, id.to_owned()).await.unwrap()
    }

    /// The proofs by which the findings of a filter were closed last.
    pub async fn proofs(&self, filter: &str) -> Vec<Option<Grade>> {
        let mut proofs = Vec::new();
        for row in self.findings(filter).await {
            let page = self.finding(&row.id).await;
            proofs.push(page.episodes.first().and_then(|episode| episode.closed.as_ref()).map(|closed| closed.2));
        }
        proofs
    }

    /// A query's rows, read past the service.
    pub async fn raw<T>(&self, sql: &'static str) -> Vec<T>
    where
        T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        if self.url.starts_with("sqlite:") {
            let mut connection = SqliteConnection::connect(&self.url).await.unwrap();
            sqlx::query_as(sql).fetch_all(&mut connection).await.unwrap()
        } else {
            let mut connection = PgConnection::connect(&self.url).await.unwrap();
            sqlx::query_as(sql).fetch_all(&mut connection).await.unwrap()
        }
    }

    /// Runs a statement past the service, as a vandal would.
    pub async fn vandalize(&self, sql: &'static str) -> Result<(), sqlx::Error> {
        if self.url.starts_with("sqlite:") {
            let mut connection = SqliteConnection::connect(&self.url).await.unwrap();
            sqlx::query(sql).execute(&mut connection).await.map(drop)
        } else {
            let mut connection = PgConnection::connect(&self.url).await.unwrap();
            sqlx::query(sql).execute(&mut connection).await.map(drop)
        }
    }

    /// A metric's cells.
    pub async fn metric(&self, request: MetricRequest) -> Value {
        let cells = self.session.metric(&request).await.unwrap();
        cells.into_iter().map(Value::Object).collect()
    }

    /// Makes a team that owns what matches a pattern; its slug.
    pub async fn team(&self, name: &str, pattern: &str) -> String {
        let slug = ports::Teams::add_team(&self.session, name.to_owned()).await.unwrap();
        ports::Teams::add_rule(&self.session, pattern.to_owned(), slug.clone()).await.unwrap();
        slug
    }

    /// The books balance, and everything equals what it was computed from.
    pub async fn assert_sound(&self) {
        let report = self.service.verify_ledger().await.unwrap();
        assert!(report.problems.is_empty(), "{:#?}", report.problems);
    }
}
