//! A store on a fresh database, and what of it tests compare.

use model::policy::Role;
use model::{Day, Micros, OccurrenceId, SourceId, TeamId};
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use store::seal::KeyRing;
use store::users::UserNew;
use store::{Config, Reason, Store, Viewer};
use tests::support::{Engine, engine};

/// 2026-01-05T00:00:00Z, a Monday.
pub const START: Micros = Micros(1_767_571_200_000_000);
/// The key that tests seal with.
pub const MASTER: [u8; 32] = [7; 32];

/// `days` and `seconds` after [`START`].
pub fn at(days: i64, seconds: i64) -> Micros {
    Micros(START.0 + days * Micros::DAY + seconds * 1_000_000)
}

/// A store with one source, and the clock by which its steps are recorded.
pub struct World {
    pub store: Store,
    pub source: SourceId,
    pub operator: Viewer,
    pub url: String,
    engine: Engine,
    clock: AtomicU64,
    // Deletes the files at the end.
    _folder: tempfile::TempDir,
}

/// What a store is opened with in tests.
pub fn config(master: &[u8; 32]) -> Config {
    let counter = AtomicU64::new(1);
    Config {
        keys: Arc::new(KeyRing::from_master(master)),
        days: Arc::new(|at: Micros| Day(i32::try_from(at.0.div_euclid(Micros::DAY)).unwrap())),
        marks: store::MARKED_AT_ONCE,
        entropy: Arc::new(move |bytes: &mut [u8]| {
            for chunk in bytes.chunks_mut(8) {
                let mixed = counter.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
                chunk.copy_from_slice(&mixed.to_le_bytes()[..chunk.len()]);
            }
        }),
    }
}

/// The address of a database that holds nothing yet.
pub async fn nowhere(engine: Engine, folder: &tempfile::TempDir) -> String {
    match engine {
        Engine::Sqlite => format!("sqlite:{}", folder.path().join("test.db").display()),
        Engine::Postgres => engine::create(&engine::new_name(), None).await,
    }
}

impl World {
    pub async fn new(engine: Engine) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = nowhere(engine, &folder).await;
        Self::on(engine, url, folder).await
    }

    /// A world on a database that may hold something already.
    pub async fn on(engine: Engine, url: String, folder: tempfile::TempDir) -> Self {
        let store = Store::open(&url, config(&MASTER), START).await.unwrap();
        let operator = store.unscoped(Reason::LocalOperator).operator("test", START).await.unwrap();
        let source = store.scoped(&operator).source_ensure("default", "UTC", START).await.unwrap().id;
        Self { store, source, operator, url, engine, clock: AtomicU64::new(0), _folder: folder }
    }

    /// The next instant of the clock on the wall, a hundred days after the scans begin.
    pub fn now(&self) -> Micros {
        let seconds = self.clock.fetch_add(1, Ordering::Relaxed);
        at(100, i64::try_from(seconds).unwrap())
    }

    pub async fn team(&self, slug: &str) -> TeamId {
        self.store.scoped(&self.operator).team_create(slug, slug, START).await.unwrap()
    }

    /// A person, as they see the store.
    pub async fn person(&self, login: &str, role: Role, team: Option<TeamId>) -> Viewer {
        let scoped = self.store.scoped(&self.operator);
        let new = UserNew {
            login: login.to_owned(),
            name: login.to_owned(),
            password_hash: Some("$argon2id$not-checked-here".to_owned()),
            role,
            locale: None,
        };
        let user = scoped.user_create(&new, START).await.unwrap();
        if let Some(team) = team {
            scoped.team_set_member(team, login, true).await.unwrap();
        }
        self.store.unscoped(Reason::Job).user_viewer(user).await.unwrap().unwrap()
    }

    /// The first column of a query as text.
    pub async fn texts(&self, sql: &'static str) -> Vec<String> {
        match self.engine {
            Engine::Sqlite => {
                let mut connection = SqliteConnection::connect(&self.url).await.unwrap();
                sqlx::query_scalar(sql).fetch_all(&mut connection).await.unwrap()
            }
            Engine::Postgres => {
                let mut connection = PgConnection::connect(&self.url).await.unwrap();
                sqlx::query_scalar(sql).fetch_all(&mut connection).await.unwrap()
            }
        }
    }

    /// Runs a statement past the store, as a vandal would.
    pub async fn vandalize(&self, sql: &str) -> Result<u64, sqlx::Error> {
        match self.engine {
            Engine::Sqlite => {
                let mut connection = SqliteConnection::connect(&self.url).await.unwrap();
                let done = sqlx::query(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await;
                done.map(|done| done.rows_affected())
            }
            Engine::Postgres => {
                let mut connection = PgConnection::connect(&self.url).await.unwrap();
                let done = sqlx::query(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await;
                done.map(|done| done.rows_affected())
            }
        }
    }

    /// Everything that must not depend on the order of imports, as sorted lines.
    pub async fn projection(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for sql in [OCCURRENCES, BOOKS, EPISODES, WEAKNESSES, ASSETS, OWNERS, ROLLUP] {
            lines.append(&mut self.texts(sql).await);
        }
        lines.sort_unstable();
        lines
    }

    /// The books balance.
    pub async fn assert_sound(&self) {
        let report = self.store.verify_ledger(self.now()).await.unwrap();
        assert!(report.is_sound(), "{report:#?}");
    }

    /// The public id of the one occurrence of a rule on an asset.
    pub async fn occurrence(&self, asset: &str, rule: &str) -> OccurrenceId {
        let sql = match self.engine {
            Engine::Sqlite => {
                "SELECT a.name || '|' || w.rule || '|' || lower(hex(o.uuid)) FROM occurrence o \
                JOIN asset a ON a.id = o.asset_id JOIN weakness w ON w.id = o.weakness_id"
            }
            Engine::Postgres => {
                "SELECT a.name || '|' || w.rule || '|' || encode(o.uuid, 'hex') FROM occurrence o \
                JOIN asset a ON a.id = o.asset_id JOIN weakness w ON w.id = o.weakness_id"
            }
        };
        let prefix = format!("{asset}|{rule}|");
        let found = self.texts(sql).await;
        let hex =
            found.iter().find_map(|line| line.strip_prefix(&prefix)).unwrap_or_else(|| panic!("{prefix} in {found:?}"));
        hex.parse().unwrap()
    }

    /// The shown status of an occurrence, and whether it is not re-tested.
    pub async fn status(&self, asset: &str, rule: &str) -> String {
        let rows = self
            .texts(
                "SELECT a.name || '|' || w.rule || '|' || CAST(o.known AS TEXT) || ',' || CAST(o.status AS TEXT) || ',' || \
                 CAST(o.not_retested AS TEXT) FROM occurrence o JOIN asset a ON a.id = o.asset_id \
                 JOIN weakness w ON w.id = o.weakness_id",
            )
            .await;
        let prefix = format!("{asset}|{rule}|");
        let found = rows.iter().find_map(|line| line.strip_prefix(&prefix)).unwrap();
        let [known, status, not_retested] = found.split(',').collect::<Vec<_>>()[..] else { panic!("{found}") };
        let word = model::Status::from_number(status.parse().unwrap()).unwrap().word();
        match (known, not_retested) {
            ("0", _) => "unknown".to_owned(),
            (_, "0") => word.to_owned(),
            _ => format!("{word}, not re-tested"),
        }
    }

    pub async fn count(&self, table: &'static str) -> i64 {
        let sql = format!("SELECT CAST(COUNT(*) AS TEXT) FROM {table}");
        let rows: Vec<String> = self.texts(Box::leak(sql.into_boxed_str())).await;
        rows[0].parse().unwrap()
    }
}

const OCCURRENCES: &str = "SELECT 'occurrence ' || a.key || ' ' || CAST(o.tool AS TEXT) || ' ' || w.rule || ' ' || l.place || \
    ' ' || o.shown_location || ' status ' || CAST(o.status AS TEXT) || CAST(o.is_open AS TEXT) || CAST(o.present AS TEXT) || \
    CAST(o.inventory AS TEXT) || ' severity ' || CAST(o.severity AS TEXT) || ' team ' || COALESCE(t.slug, '-') || \
    ' workflow ' || CAST(o.workflow AS TEXT) || ' not re-tested ' || CAST(o.not_retested AS TEXT) || ' seen ' || \
    CAST(o.first_seen AS TEXT) || ' ' || CAST(o.last_seen AS TEXT) || ' opened ' || CAST(o.opened_at AS TEXT) || ' closed ' || \
    COALESCE(CAST(o.closed_at AS TEXT), '-') || ' episodes ' || CAST(o.episodes AS TEXT) FROM occurrence o \
    JOIN asset a ON a.id = o.asset_id JOIN weakness w ON w.id = o.weakness_id JOIN location l ON l.id = o.location_id \
    LEFT JOIN team t ON t.id = o.team_id WHERE o.known = 1";
const BOOKS: &str = "SELECT 'entry ' || a.key || ' ' || w.rule || ' ' || o.shown_location || ' ' || CAST(e.happened_at AS TEXT) \
    || ' ' || CAST(e.day AS TEXT) || ' ' || CAST(e.cause AS TEXT) || ' ' || CAST(e.severity AS TEXT) || ' ' || \
    COALESCE(t.slug, '-') || ' ' || CAST(e.workflow AS TEXT) || ' sum ' || CAST(SUM(e.sign) AS TEXT) FROM entry e \
    JOIN occurrence o ON o.id = e.occurrence_id JOIN asset a ON a.id = e.asset_id JOIN weakness w ON w.id = o.weakness_id \
    LEFT JOIN team t ON t.id = e.team_id GROUP BY a.key, w.rule, o.shown_location, e.happened_at, e.day, e.cause, e.severity, \
    COALESCE(t.slug, '-'), e.workflow HAVING SUM(e.sign) <> 0";
const EPISODES: &str = "SELECT 'episode ' || a.key || ' ' || w.rule || ' ' || o.shown_location || ' ' || CAST(p.number AS TEXT) \
    || ' ' || CAST(p.opened_at AS TEXT) || ' by ' || s.file_name || ' until ' || COALESCE(CAST(p.closed_at AS TEXT), '-') || \
    ' by ' || COALESCE(c.file_name, '-') || ' grade ' || COALESCE(CAST(p.grade AS TEXT), '-') FROM episode p \
    JOIN occurrence o ON o.id = p.occurrence_id JOIN asset a ON a.id = o.asset_id JOIN weakness w ON w.id = o.weakness_id \
    JOIN scan s ON s.id = p.opened_by LEFT JOIN scan c ON c.id = p.closed_by";
const WEAKNESSES: &str = "SELECT 'weakness ' || w.rule || ' ' || w.title || ' ' || w.cwe || ' at ' || CAST(w.text_at AS TEXT) || \
    ' owasp ' || CAST(w.owasp_2021 AS TEXT) || ' ' || w.facts || w.classification FROM weakness w \
    WHERE EXISTS (SELECT 1 FROM occurrence o WHERE o.weakness_id = w.id AND o.known = 1)";
const ASSETS: &str = "SELECT 'asset ' || a.key || ' ' || a.name || ' ' || a.facts || ' at ' || CAST(a.named_at AS TEXT) || \
    ' of ' || COALESCE(t.slug, '-') FROM asset a LEFT JOIN team t ON t.id = a.team_id \
    WHERE EXISTS (SELECT 1 FROM occurrence o WHERE o.asset_id = a.id AND o.known = 1)";
const OWNERS: &str = "SELECT 'owner ' || a.key || ' ' || COALESCE(t.slug, '-') FROM asset_owner w JOIN asset a ON a.id = w.asset_id \
    LEFT JOIN team t ON t.id = w.team_id \
    WHERE EXISTS (SELECT 1 FROM occurrence o WHERE o.asset_id = a.id AND o.known = 1)";
const ROLLUP: &str = "SELECT 'rollup ' || CAST(r.day AS TEXT) || ' ' || CAST(r.cause AS TEXT) || ' ' || CAST(r.severity AS TEXT) \
    || ' ' || COALESCE(t.slug, '-') || ' ' || CAST(r.workflow AS TEXT) || ' ' || CAST(r.tool AS TEXT) || ' ' || \
    CAST(r.owasp_2021 AS TEXT) || ' sum ' || CAST(SUM(r.total) AS TEXT) FROM rollup r LEFT JOIN team t ON t.id = r.team \
    GROUP BY r.day, r.cause, r.severity, COALESCE(t.slug, '-'), r.workflow, r.tool, r.owasp_2021 HAVING SUM(r.total) <> 0";
