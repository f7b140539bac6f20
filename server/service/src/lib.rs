//! Use-cases: everything that a person, a job or the command line may do, behind one viewer.

pub mod backup;
pub mod clock;
pub mod demo;
pub mod feeds;
pub mod import;
pub mod key_place;
pub mod keys;
pub mod networks;
pub mod packages;
pub mod password;
pub mod query;
pub mod request;
pub mod retention;
pub mod runs;
pub mod schedule;
pub mod zone;

mod anchor;
mod areas;
mod auditing;
mod charting;
mod check;
mod demo_load;
mod errors;
mod masking;
mod measures;
mod one_time;
mod outbound;
mod override_file;
mod present;
mod worker;

pub use areas::MonthChecked;
pub use areas::oidc;
pub use check::Check;
pub use demo_load::DEMO_PASSWORD;
pub use ingest::Limits;
pub use password::PasswordCost;
pub use scanners::http::Certificate;
pub use scanners::{CommandRule, Surroundings};

use crate::clock::{Clock, SystemClock};
use crate::key_place::KeyPlace;
use crate::password::Passwords;
use crate::runs::Connections;
use crate::zone::Zone;
use model::Micros;
use model::text::Locale;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use store::organisation::Organisation as StoredOrganisation;
use store::{Reason, Store};
use tokio::sync::Notify;

/// What a service is opened with.
#[derive(Clone, Debug)]
pub struct ServiceConfig {
    /// `sqlite:PATH` or `postgres://…`.
    pub database_url: String,
    /// Where what belongs to the database but not into it lives.
    pub data_dir: PathBuf,
    /// Where the keys are that seal; without, in a file of the data folder.
    pub keys: Option<KeyPlace>,
    /// The organisation's IANA zone for a new database.
    pub zone: String,
    /// Whether pages say that this is demo data.
    pub demo: bool,
    /// The largest upload that is taken, in bytes.
    pub max_upload: u64,
    /// How much of an export is read before it is refused.
    pub limits: Limits,
    /// What connectors may use of this machine.
    pub surroundings: Surroundings,
    /// What the hash of a password costs.
    pub passwords: PasswordCost,
    /// The identity provider, if one can sign in there.
    pub oidc: Option<oidc::OidcSettings>,
    /// Where published files are fetched from every night, if they are.
    pub feeds: Option<feeds::FeedSettings>,
}

impl ServiceConfig {
    /// Where the keys are that seal.
    #[must_use]
    pub fn key_place(&self) -> KeyPlace {
        self.keys.clone().unwrap_or_else(|| KeyPlace::in_folder(&self.data_dir))
    }
}

/// The organisation's settings, as every request needs them.
#[derive(Clone, Debug)]
pub(crate) struct Organisation {
    /// Its name; the product's before the set-up.
    pub name: String,
    /// Its language.
    pub locale: Locale,
}

/// The use-cases, over one store.
pub struct Service {
    pub(crate) store: Store,
    pub(crate) zone: Arc<Zone>,
    pub(crate) passwords: Arc<Passwords>,
    pub(crate) data_dir: PathBuf,
    pub(crate) keys: KeyPlace,
    pub(crate) database_url: String,
    pub(crate) demo: bool,
    pub(crate) max_upload: u64,
    pub(crate) limits: Limits,
    /// Rings when a job was queued here, so that the worker need not wait for its next look.
    pub(crate) bell: Notify,
    pub(crate) anchor: Arc<anchor::Anchor>,
    /// The same for runs of scanners.
    pub(crate) runs_bell: Notify,
    /// What connectors may use of this machine, for choosing.
    pub(crate) surroundings: Surroundings,
    /// Makes connectors out of what is kept of them.
    pub(crate) connections: Arc<dyn Connections>,
    /// What this process remembers of the runs that it drives.
    pub(crate) here: runs::Here,
    /// Which process this is, among those that share the database.
    pub(crate) process: String,
    pub(crate) oidc: Option<oidc::OidcSettings>,
    pub(crate) feeds: Option<feeds::FeedSettings>,
    /// Rings when a person does not want to wait for the night.
    pub(crate) feeds_bell: Notify,
    clock: Arc<dyn Clock>,
    organisation: RwLock<Organisation>,
    /// Whether browsers reach the program over HTTPS, once it serves.
    pub(crate) https: std::sync::OnceLock<bool>,
    /// Who has read the evidence of what lately, so that looking again within the hour is one entry of the log.
    pub(crate) readers: std::sync::Mutex<std::collections::HashMap<(i64, model::OccurrenceId), Micros>>,
    /// When the audit log was last read to its end here, and what that found.
    audited: RwLock<Option<(Micros, Arc<store::audit::verify::AuditReport>)>>,
}

impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Service").field("zone", &self.zone).finish_non_exhaustive()
    }
}

impl Service {
    /// Opens the database, creating and migrating a SQLite one where there is none, and the key beside it.
    ///
    /// # Errors
    /// The database cannot be reached or migrated, the zone is unknown, or the key is missing or wrong.
    pub async fn open(config: &ServiceConfig) -> anyhow::Result<Self> {
        Self::open_with(config, Arc::new(SystemClock)).await
    }

    /// The same with another clock.
    ///
    /// # Errors
    /// As [`Service::open`].
    pub async fn open_with(config: &ServiceConfig, clock: Arc<dyn Clock>) -> anyhow::Result<Self> {
        let zone = Zone::named(&config.zone).map_err(|name| anyhow::anyhow!("no such time zone: {name}"))?;
        let zone = Arc::new(zone);
        let store = import::open_store(config, &zone, clock.now()).await?;
        let anchor = anchor::Anchor::open(&config.data_dir)?;
        let store = store.with_chain(anchor.chain(), anchor.clone());
        let settings =
            StoredOrganisation { name: "Postura".to_owned(), zone: config.zone.clone(), locale: "es".to_owned() };
        let unscoped = store.unscoped(Reason::SetUp);
        unscoped.organisation_ensure(&settings).await?;
        let stored = unscoped.organisation().await?.unwrap_or(settings);
        zone.set(&stored.zone).map_err(|name| anyhow::anyhow!("the organisation's zone is unknown: {name}"))?;
        feeds::ship(&store, clock.now()).await?;
        store.risk_ensure(clock.now()).await?;
        let organisation =
            RwLock::new(Organisation { name: stored.name, locale: stored.locale.parse().unwrap_or_default() });
        Ok(Self {
            store,
            zone,
            passwords: Arc::new(Passwords::of(config.passwords)?),
            data_dir: config.data_dir.clone(),
            keys: config.key_place(),
            database_url: config.database_url.clone(),
            demo: config.demo,
            max_upload: config.max_upload,
            limits: config.limits,
            bell: Notify::new(),
            anchor,
            runs_bell: Notify::new(),
            surroundings: config.surroundings.clone(),
            connections: Arc::new(config.surroundings.clone()),
            here: runs::Here::default(),
            process: request::new_token(),
            oidc: config.oidc.clone(),
            feeds: config.feeds.clone(),
            feeds_bell: Notify::new(),
            clock,
            organisation,
            https: std::sync::OnceLock::new(),
            readers: std::sync::Mutex::default(),
            audited: RwLock::default(),
        })
    }

    /// The same with other connectors than the real ones: for tests.
    #[must_use]
    pub fn with_connections(self, connections: Arc<dyn Connections>) -> Self {
        Self { connections, ..self }
    }

    /// Now.
    pub(crate) fn now(&self) -> Micros {
        self.clock.now()
    }

    /// The organisation's settings.
    pub(crate) fn organisation(&self) -> Organisation {
        self.organisation.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Remembers changed settings.
    pub(crate) fn remember(&self, organisation: Organisation) {
        *self.organisation.write().unwrap_or_else(PoisonError::into_inner) = organisation;
    }

    /// A new one-time token for the set-up link, or `None` once somebody exists. The one before it ends.
    ///
    /// # Errors
    /// The database failed.
    pub async fn set_up_token(&self) -> anyhow::Result<Option<String>> {
        let unscoped = self.store.unscoped(Reason::SetUp);
        if unscoped.user_any().await? {
            return Ok(None);
        }
        let token = request::new_token();
        unscoped.setup_token_set(request::token_hash(&token)).await?;
        Ok(Some(token))
    }

    /// Closes every connection.
    pub async fn close(&self) {
        self.store.close().await;
    }
}
