//! The service on a database of its own, with a clock that the test sets and a scanner in memory.

use crate::fake::Fake;
use model::Micros;
use model::RunState;
use model::view::scanning::{ConnectorDraft, RunPage, RunView, ScheduleDraft, TargetDraft};
use ports::Scanning as _;
use service::clock::{Clock as _, SetClock};
use service::request::Session;
use service::{Limits, Service, ServiceConfig, Surroundings};
use std::sync::Arc;
use tests::support::{Engine, engine, places};

/// 2026-01-05T00:00:00Z, a Monday, in seconds.
pub const START: i64 = 1_767_571_200;
/// An hour in seconds.
pub const HOUR: i64 = 3_600;

/// Seconds after [`START`].
pub fn at(seconds: i64) -> Micros {
    Micros((START + seconds) * 1_000_000)
}

/// A service, as a server opens one.
pub struct Office {
    pub service: Arc<Service>,
    pub session: Session,
    pub fake: Fake,
    pub clock: Arc<SetClock>,
    config: ServiceConfig,
    // Deletes the files at the end.
    _folder: tempfile::TempDir,
}

impl Office {
    /// On an empty database, with what this machine allows and no fake.
    pub async fn open_with(engine: Engine, surroundings: Surroundings) -> Self {
        let office = Self::open(engine).await;
        let folder = office.config.data_dir.join("runs");
        let config =
            ServiceConfig { surroundings: Surroundings { runs: folder, ..surroundings }, ..office.config.clone() };
        let service = Arc::new(Service::open_with(&config, office.clock.clone()).await.unwrap());
        tokio::spawn(Arc::clone(&service).work());
        let session = Session::operator(&service, "test").await.unwrap();
        Self { service, session, config, ..office }
    }

    /// On an empty database, with the fake connected, a target that may be scanned and an hourly schedule.
    pub async fn open(engine: Engine) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = match engine {
            Engine::Sqlite => format!("sqlite:{}", folder.path().join("postura.db").display()),
            Engine::Postgres => engine::create(&engine::new_name(), None).await,
        };
        let config = ServiceConfig {
            database_url: url,
            data_dir: folder.path().to_owned(),
            keys: None,
            oidc: None,
            feeds: None,
            zone: "UTC".to_owned(),
            demo: false,
            max_upload: 1 << 30,
            limits: Limits::default(),
            surroundings: Surroundings::default(),
            passwords: service::PasswordCost::default(),
        };
        let (clock, fake) = (Arc::new(SetClock::new(at(0))), Fake::default());
        fake.memory.lock().unwrap().result = places::fixture("zap/plain.json");
        let service = Self::replica_of(&config, &clock, &fake).await;
        // Works on imports beside, until the test ends.
        tokio::spawn(Arc::clone(&service).work());
        let session = Session::operator(&service, "test").await.unwrap();
        let office = Self { service, session, fake, clock, config, _folder: folder };
        office.session.set_connector(connector("zap")).await.unwrap();
        office.session.set_target(target()).await.unwrap();
        office
    }

    async fn replica_of(config: &ServiceConfig, clock: &Arc<SetClock>, fake: &Fake) -> Arc<Service> {
        let service = Service::open_with(config, clock.clone()).await.unwrap();
        Arc::new(service.with_connections(Arc::new(fake.clone())))
    }

    /// Another process on the same database.
    pub async fn replica(&self) -> Arc<Service> {
        Self::replica_of(&self.config, &self.clock, &self.fake).await
    }

    /// Another process on the same database, over HTTP as this one.
    pub async fn another(&self) -> Arc<Service> {
        Arc::new(Service::open_with(&self.config, self.clock.clone()).await.unwrap())
    }

    pub async fn schedule(&self, name: &str) -> i64 {
        self.session.set_schedule(schedule(name)).await.unwrap()
    }

    /// Sets the clock.
    pub fn now(&self, seconds: i64) {
        self.clock.set(at(seconds));
    }

    /// Beats and drives until nothing waits for a look, the clock going on by a few seconds each time, for at most so long.
    /// A clock never goes back: where an import of before took it past `from`, it goes on from there.
    pub async fn drive(&self, from: i64, seconds: i64) {
        let from = from.max(self.clock.now().0 / 1_000_000 - START);
        drive(&self.service, &self.clock, from, seconds).await;
        // An import takes as long as it takes, whatever the clock says.
        for more in 0..200 {
            if !self.states().await.contains(&RunState::Importing) {
                break;
            }
            drive(&self.service, &self.clock, from + seconds + more * 5, 5).await;
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    }

    pub async fn run(&self, id: i64) -> RunPage {
        self.session.run(id).await.unwrap()
    }

    pub async fn runs(&self) -> Vec<RunView> {
        self.session.runs(None, String::new()).await.unwrap().runs
    }

    pub async fn states(&self) -> Vec<RunState> {
        self.runs().await.into_iter().rev().map(|run| run.state).collect()
    }
}

/// Drives a replica: beats, takes each run as far as it goes.
async fn drive(service: &Arc<Service>, clock: &SetClock, from: i64, seconds: i64) {
    for now in (from..from + seconds).step_by(5) {
        clock.set(at(now));
        service.beat().await.unwrap();
        while service.drive_one().await.unwrap() {}
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

pub fn connector(name: &str) -> ConnectorDraft {
    ConnectorDraft {
        name: name.to_owned(),
        kind: "zap".to_owned(),
        address: "http://scanner.test:8080".to_owned(),
        at_a_time: 5,
        key: "the key of the scanner".to_owned(),
        ..ConnectorDraft::default()
    }
}

pub fn target() -> TargetDraft {
    TargetDraft {
        name: "shop".to_owned(),
        targets: "https://shop.test/".to_owned(),
        exclude: "https://shop.test/logout".to_owned(),
        authorised_by: "Ana, CISO".to_owned(),
        authorised_until: "2030-12-31".to_owned(),
        ..TargetDraft::default()
    }
}

pub fn schedule(name: &str) -> ScheduleDraft {
    ScheduleDraft {
        id: None,
        name: name.to_owned(),
        connector: "zap".to_owned(),
        target: "shop".to_owned(),
        cron: "0 * * * *".to_owned(),
        zone: "Europe/Madrid".to_owned(),
        missed: "all".to_owned(),
        overlap: "wait".to_owned(),
        jitter: 0,
        time_limit: 60,
        intensity: "normal".to_owned(),
        choice: "7".to_owned(),
    }
}
