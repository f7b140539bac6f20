//! All SQL of the product, for SQLite and PostgreSQL: one text, one decoding, two drivers.
//!
//! The ledger is the difference of projections: every change of an input takes a step under the lock of the head row,
//! projects the occurrences that it touches with `posture`, and appends what differs (see the module `ledger`). Nothing here asks
//! a clock or a source of randomness: instants are arguments, and [`Config`] carries the rest.

pub mod assets;
pub mod audit;
pub mod backup;
pub mod blob;
mod codec;
pub mod config;
pub mod connectors;
mod content;
pub mod correlation;
mod db;
pub mod decision;
mod dialect;
pub mod error;
mod exception;
pub mod feeds;
mod filter_sql;
pub mod health;
pub mod idempotency;
mod import;
pub mod inventory;
pub mod job;
mod keys;
mod ledger;
pub mod links;
pub mod mappings;
pub mod measures;
mod memo;
pub mod merge;
pub mod metrics;
pub mod occurrences;
pub mod oidc;
pub mod organisation;
pub mod overrides;
mod owner;
mod pack;
pub mod published;
mod purge;
pub mod reports;
mod reseal;
pub mod retention;
pub mod risk;
pub mod runs;
pub mod scans;
pub mod schedules;
pub mod seal;
pub mod second_factor;
pub mod sessions;
pub mod sources;
mod sql;
mod step;
pub mod targets;
pub mod teams;
pub mod throttle;
pub mod tokens;
pub mod users;
mod value;
pub mod verify;
pub mod viewer;

pub use config::{Config, DayClock, Entropy};
pub use content::{Evidence, SealedReport};
pub use db::{Db, Engine, Record, Tx};
pub use dialect::{FILE_IS_ENCRYPTED, FileError, sqlite_file};
pub use error::{Error, Result};
pub use import::{
    Classified, ExportFacts, ImportEffect, ImportNew, ImportNo, KnownExport, Original, SourceChanged, Staged, Stager,
    Swept, Undone,
};
pub use ledger::marks::MARKED_AT_ONCE;
pub use sql::SqlBuilder;
pub use value::Value;
pub use viewer::{Denied, Reason, Scoped, Unscoped, Viewer};

use model::Micros;
use std::sync::Arc;

/// The database and what is needed to read and write it. Cheap to clone; clones share the pools.
#[derive(Clone)]
pub struct Store {
    pub(crate) db: Db,
    pub(crate) config: Arc<Config>,
    pub(crate) memo: Arc<memo::Memo>,
    pub(crate) newest: Arc<metrics::Newest>,
    /// Set for whoever asks several questions of one state of the books.
    moment: Option<Arc<memo::OneMoment>>,
    /// The chain of the audit log to which this process appends.
    pub(crate) chain: Arc<str>,
    /// Who keeps the chain's head outside the database.
    pub(crate) witness: Option<Arc<dyn audit::Witness>>,
}

impl Store {
    /// Opens the database of a URL: `sqlite:PATH` (created with mode 0600 if missing) or `postgres://…`, and brings its
    /// tables up to date.
    ///
    /// # Errors
    /// The URL is not understood, the database cannot be reached, a migration fails, or the key file lacks a key with which
    /// this database was sealed.
    pub async fn open(url: &str, config: Config, now: Micros) -> Result<Self> {
        let db = Db::open(url, &config.keys).await?;
        db.migrate().await?;
        let store = Self {
            db,
            config: Arc::new(config),
            memo: Arc::default(),
            newest: Arc::default(),
            moment: None,
            chain: Arc::from(audit::chain::ONLY),
            witness: None,
        };
        store.check_keys(now).await?;
        store.correlate_anew().await?;
        Ok(store)
    }

    /// The same store with days cut by another clock, for when the organisation's zone is read or changed.
    #[must_use]
    pub fn with_days(&self, days: Arc<dyn DayClock>) -> Self {
        let config = Config { days, ..(*self.config).clone() };
        Self { config: Arc::new(config), memo: Arc::default(), newest: Arc::default(), moment: None, ..self.clone() }
    }

    /// The same store for one page: how the books stand is asked once, whatever the page shows of them. What the page's own
    /// request changes meanwhile it does not see remembered, so that a request which changes anything does without.
    #[must_use]
    pub fn for_one_page(&self) -> Self {
        Self { moment: Some(Arc::default()), ..self.clone() }
    }

    /// Which engine is behind this store.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.db.engine()
    }

    /// Closes every connection; on SQLite this also folds the write-ahead log into the file.
    pub async fn close(&self) {
        self.db.close().await;
    }
}

/// Every static statement of the crate by name, so that a test can prepare each on both engines.
#[must_use]
pub fn catalogue() -> Vec<(&'static str, String)> {
    let modules: &[&[(&str, &str)]] = &[
        audit::STATEMENTS,
        audit::chain::STATEMENTS,
        audit::verify::STATEMENTS,
        backup::STATEMENTS,
        blob::STATEMENTS,
        content::STATEMENTS,
        correlation::STATEMENTS,
        decision::STATEMENTS,
        exception::STATEMENTS,
        feeds::STATEMENTS,
        feeds::derive::STATEMENTS,
        feeds::refresh::STATEMENTS,
        idempotency::STATEMENTS,
        job::STATEMENTS,
        links::STATEMENTS,
        filter_sql::STATEMENTS,
        filter_sql::NAMED,
        keys::STATEMENTS,
        ledger::books::STATEMENTS,
        ledger::catch_up::STATEMENTS,
        ledger::changes::STATEMENTS,
        ledger::load::STATEMENTS,
        ledger::marks::STATEMENTS,
        ledger::reclassify::STATEMENTS,
        oidc::STATEMENTS,
        organisation::STATEMENTS,
        overrides::STATEMENTS,
        overrides::FILE,
        overrides::rules::STATEMENTS,
        overrides::LOCAL,
        overrides::PARTED,
        owner::STATEMENTS,
        published::STATEMENTS,
        purge::STATEMENTS,
        reports::STATEMENTS,
        reseal::STATEMENTS,
        retention::STATEMENTS,
        risk::STATEMENTS,
        risk::WEIGHTS,
        second_factor::STATEMENTS,
        connectors::STATEMENTS,
        targets::STATEMENTS,
        schedules::STATEMENTS,
        runs::STATEMENTS,
        runs::read::STATEMENTS,
        scans::STATEMENTS,
        sessions::STATEMENTS,
        mappings::STATEMENTS,
        memo::STATEMENTS,
        metrics::STATEMENTS,
        sources::STATEMENTS,
        step::STATEMENTS,
        verify::STATEMENTS,
        teams::STATEMENTS,
        throttle::STATEMENTS,
        tokens::STATEMENTS,
        users::STATEMENTS,
        viewer::STATEMENTS,
    ];
    let all = modules
        .iter()
        .chain(&import::CATALOGUE)
        .chain(&merge::CATALOGUE)
        .chain(&inventory::CATALOGUE)
        .chain(&[occurrences::STATEMENTS])
        .chain(&assets::CATALOGUE)
        .flat_map(|statements| statements.iter());
    let mut all: Vec<_> = all.map(|(name, text)| (*name, sql::single(text))).collect();
    all.push(("store::ledger::rollup::ADD", ledger::rollup::one_row()));
    all
}
