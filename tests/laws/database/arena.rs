//! Fresh databases that cost little: copies of one with its tables, teams, people and sources made.

use model::policy::Role;
use model::{Day, Micros, SourceId, UserId};
use posture::ClosingPolicy;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Connection, Executor, FromRow, PgConnection, SqliteConnection};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use store::seal::KeyRing;
use store::sources::SourceNew;
use store::users::UserNew;
use store::{Config, Reason, Store, Viewer};
use tests::support::{Engine, engine};

/// Slugs of the teams that scenes number from 1.
pub const TEAMS: [&str; 3] = ["one", "two", "three"];

/// Empties a database of what scenes write, past triggers and references: quicker than another copy, whose connections
/// would have to prepare every statement anew.
const EMPTY: &str = "SET session_replication_role = replica; DELETE FROM entry; DELETE FROM rollup; DELETE FROM episode; \
    DELETE FROM decision_withdrawal; DELETE FROM exception_request; DELETE FROM decision; DELETE FROM observation; DELETE FROM observed; \
    DELETE FROM occurrence; DELETE FROM location; DELETE FROM weakness_text; DELETE FROM reclassification; DELETE FROM weakness; DELETE FROM asset_owner; DELETE FROM asset_merge; \
    DELETE FROM asset; DELETE FROM scan; DELETE FROM described; DELETE FROM coverage; DELETE FROM series; DELETE FROM import; DELETE FROM pack; \
    DELETE FROM blob_chunk; DELETE FROM blob; DELETE FROM ownership_rule; DELETE FROM parted; DELETE FROM parted_said; DELETE FROM rated; DELETE FROM override_rule; DELETE FROM step; DELETE FROM audit; \
    \
    UPDATE source SET space = 'office', zone = 'UTC', aliases = '[]', prefer_fqdn = CASE WHEN name IN ('source 2', 'source 3') \
    THEN 1 ELSE 0 END, closing = CASE WHEN name IN ('source 0', 'source 2') THEN 'both' ELSE 'rule_ran_there' END; \
    UPDATE head SET step = 0, recorded_at = 0; SET session_replication_role = DEFAULT";

/// Where a test's databases come from.
pub struct Arena {
    engine: Engine,
    folder: tempfile::TempDir,
    /// Names of the template and of the two databases that a law may compare.
    names: [String; 3],
    /// How many copies were made: a file whose last user may not be gone yet is not written over.
    copies: AtomicU64,
    /// Databases of a server that wait for the next scene.
    idle: Mutex<[Option<Base>; 2]>,
    people: People,
}

/// Who and what every copy holds.
#[derive(Clone)]
pub struct People {
    pub operator: Viewer,
    /// Asks for exceptions; the scenes' first person.
    pub analyst: Viewer,
    /// Answers them; the second.
    pub admin: Viewer,
    /// The scenes' two sources, then two that take a host's name before its address.
    pub sources: [SourceId; 4],
}

/// A copy.
pub struct Base {
    pub store: Store,
    pub raw: Raw,
    pub people: People,
}

/// A connection past the store.
pub enum Raw {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// A row of either engine.
pub trait Read: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}
impl<T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin> Read for T {}

impl Arena {
    pub async fn new(engine: Engine) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let names = [(); 3].map(|()| engine::new_name());
        let url = match engine {
            Engine::Sqlite => format!("sqlite:{}", folder.path().join(&names[0]).display()),
            Engine::Postgres => engine::create(&names[0], None).await,
        };
        let store = Store::open(&url, config(), Micros(0)).await.unwrap();
        let people = people(&store).await;
        store.close().await;
        Self { engine, folder, names, copies: AtomicU64::new(0), idle: Mutex::default(), people }
    }

    /// A fresh copy: the first or the second, whose last use must be over.
    pub async fn base(&self, which: usize) -> Base {
        let idle = self.idle.lock().unwrap()[which].take();
        if let Some(mut base) = idle {
            base.raw.spoil("", EMPTY).await;
            // What the store remembers of the books that were there before goes with them.
            base.store = base.store.with_days(config().days);
            return base;
        }
        let (template, name) = (&self.names[0], &self.names[1 + which]);
        let (url, raw) = match self.engine {
            Engine::Sqlite => {
                let path = |name: &str| -> PathBuf { self.folder.path().join(name) };
                for old in std::fs::read_dir(self.folder.path()).unwrap() {
                    let old = old.unwrap();
                    if old.file_name().to_string_lossy().starts_with(&format!("{name}.")) {
                        std::fs::remove_file(old.path()).unwrap();
                    }
                }
                let copy = path(&format!("{name}.{}", self.copies.fetch_add(1, Ordering::Relaxed)));
                std::fs::copy(path(template), &copy).unwrap();
                let url = format!("sqlite:{}", copy.display());
                let raw = SqliteConnection::connect(&url).await.unwrap();
                (url, Raw::Sqlite(raw))
            }
            Engine::Postgres => {
                let url = engine::create(name, Some(template)).await;
                let raw = PgConnection::connect(&url).await.unwrap();
                (url, Raw::Postgres(raw))
            }
        };
        let store = Store::open(&url, config(), Micros(0)).await.unwrap();
        Base { store, raw, people: self.people.clone() }
    }

    /// Takes back a copy that no longer is in use.
    pub async fn done(&self, which: usize, base: Base) {
        match base.raw {
            Raw::Postgres(_) => self.idle.lock().unwrap()[which] = Some(base),
            Raw::Sqlite(connection) => {
                base.store.close().await;
                connection.close().await.unwrap();
            }
        }
    }
}

async fn people(store: &Store) -> People {
    let operator = store.unscoped(Reason::LocalOperator).operator("test", Micros(0)).await.unwrap();
    let scoped = store.scoped(&operator);
    for (number, slug) in (1..).zip(TEAMS) {
        assert_eq!(scoped.team_create(slug, slug, Micros(0)).await.unwrap().0, number, "scenes number teams from 1");
    }
    let mut persons = Vec::new();
    for (number, (login, role)) in (1..).zip([("ana", Role::Analyst), ("root", Role::Admin)]) {
        let password_hash = Some("$argon2id$not-checked-here".to_owned());
        let new = UserNew { login: login.to_owned(), name: login.to_owned(), password_hash, role, locale: None };
        let id = scoped.user_create(&new, Micros(0)).await.unwrap();
        assert_eq!(id, UserId(number), "scenes number people from 1");
        persons.push(store.unscoped(Reason::Job).user_viewer(id).await.unwrap().unwrap());
    }
    let mut sources = [SourceId(0); 4];
    for (number, source) in sources.iter_mut().enumerate() {
        let new = SourceNew {
            name: format!("source {number}"),
            space: "office".to_owned(),
            zone: "UTC".to_owned(),
            closing: if number % 2 == 0 { ClosingPolicy::Both } else { ClosingPolicy::RuleRanThere },
            prefer_fqdn: number >= 2,
            aliases: Vec::new(),
        };
        *source = scoped.source_create(&new, Micros(0)).await.unwrap();
    }
    let [analyst, admin] = [persons[0].clone(), persons[1].clone()];
    People { operator, analyst, admin, sources }
}

fn config() -> Config {
    let counter = AtomicU64::new(1);
    Config {
        keys: Arc::new(KeyRing::from_master(&[7; 32])),
        days: Arc::new(|at: Micros| Day(i32::try_from(at.0.div_euclid(Micros::DAY)).unwrap())),
        // So that marks lag in nearly every scene.
        marks: 1,
        entropy: Arc::new(move |bytes: &mut [u8]| {
            for chunk in bytes.chunks_mut(8) {
                let mixed = counter.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
                chunk.copy_from_slice(&mixed.to_le_bytes()[..chunk.len()]);
            }
        }),
    }
}

impl Raw {
    pub async fn all<T: Read>(&mut self, sql: &'static str) -> Vec<T> {
        match self {
            Self::Sqlite(connection) => sqlx::query_as(sql).fetch_all(connection).await.unwrap(),
            Self::Postgres(connection) => sqlx::query_as(sql).fetch_all(connection).await.unwrap(),
        }
    }

    /// Changes the database past the store, as a bug would.
    pub async fn spoil(&mut self, sqlite: &str, postgres: &str) {
        match self {
            Self::Sqlite(connection) => {
                connection.execute(AssertSqlSafe(sqlite.to_owned())).await.unwrap();
            }
            Self::Postgres(connection) => {
                connection.execute(AssertSqlSafe(postgres.to_owned())).await.unwrap();
            }
        }
    }
}
