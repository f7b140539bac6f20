//! Published files, fetched every night from where the settings say. The database decides which replica does; how it went is kept,
//! and what is in force stays so until something newer was read to its end.

use super::settings::{FeedSettings, origin};
use super::{FeedError, MAX_FEED};
use crate::Service;
use crate::errors::{OrWire, internal};
use crate::request::Session;
use anyhow::Context;
use model::audit::AuditAct;
use model::error::WireError;
use model::feeds::FeedKind;
use model::policy::Action;
use model::view::feeds::{FeedLoaded, FeedTrouble};
use model::{Day, Micros};
use scanners::http::{Ask, Patience};
use std::sync::Arc;
use std::time::Duration;
use store::audit::AuditNew;
use store::{Error, Reason};
use url::Url;

/// How often is looked what is due.
const LOOK: Duration = Duration::from_secs(60);
/// How long a server may take: its whole file within ten minutes.
const PATIENCE: Patience = Patience {
    connect: Duration::from_secs(15),
    answer: Duration::from_secs(60),
    idle: Duration::from_secs(60),
    body: Duration::from_secs(600),
};
/// How often a server may lead on to another of its addresses: that of the newest file leads to the day's.
const HOPS: u8 = 3;
/// How long a replica has for its turn, in microseconds; another takes over after it.
const TURN: i64 = 45 * 60 * 1_000_000;
/// The first pause after a failure, in microseconds; it doubles, up to the next night.
const PAUSE: i64 = 30 * 60 * 1_000_000;

/// What fetching gave: a file that was loaded, nothing new, or why it went wrong.
pub type Refreshed = Result<Option<FeedLoaded>, FeedTrouble>;

impl Service {
    /// Fetches what is due, until the task is ended; at once if the settings name nothing.
    pub async fn refresh_feeds(self: Arc<Self>) {
        let Some(settings) = &self.feeds else { return };
        loop {
            if let Err(error) = Box::pin(self.refresh_due(settings)).await {
                tracing::error!(error = format!("{error:#}"), "how lists were fetched could not be kept");
            }
            tokio::select! {
                () = self.feeds_bell.notified() => {}
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }

    /// Fetches everything that the settings name now, due or not.
    ///
    /// # Errors
    /// The settings name nothing, or the database failed.
    pub async fn refresh_feeds_now(&self) -> anyhow::Result<Vec<(FeedKind, Refreshed)>> {
        let settings = self.feeds.as_ref().context("the settings name nothing to be fetched: see [feeds]")?;
        let mut all = Vec::new();
        for (kind, url) in &settings.from {
            self.store.feed_refresh_ensure(*kind, self.now()).await?;
            all.push((*kind, Box::pin(self.refresh(settings, *kind, url)).await?));
        }
        Ok(all)
    }

    /// Fetches what is due. Where nothing is, that is only read.
    async fn refresh_due(&self, settings: &FeedSettings) -> anyhow::Result<()> {
        let kept = self.store.feed_refreshes().await?;
        for (kind, url) in &settings.from {
            let now = self.now();
            match kept.iter().find(|row| row.kind == *kind) {
                Some(row) if row.look_at > now => continue,
                Some(_) => {}
                None => self.store.feed_refresh_ensure(*kind, now).await?,
            }
            if self.store.feed_refresh_take(*kind, Micros(now.0 + TURN), now).await? {
                // How it went is kept and logged.
                let _went = Box::pin(self.refresh(settings, *kind, url)).await?;
            }
        }
        Ok(())
    }

    /// Fetches a file, loads it, and keeps how that went.
    async fn refresh(&self, settings: &FeedSettings, kind: FeedKind, url: &Url) -> anyhow::Result<Refreshed> {
        let refreshed = self.fetched(settings, kind, url).await;
        let now = self.now();
        let night = settings.next(&self.zone.name(), now);
        match &refreshed {
            Ok(_) => self.store.feed_refresh_good(kind, night, now).await?,
            Err(trouble) => {
                let told = serde_json::to_string(trouble)?;
                tracing::warn!(%kind, from = origin(url), why = told, "a list could not be fetched");
                let all = self.store.feed_refreshes().await?;
                let failures = all.iter().find(|row| row.kind == kind).map_or(0, |row| row.failures);
                let again = Micros((now.0 + (PAUSE << failures.clamp(0, 6))).min(night.0));
                self.store.feed_refresh_bad(kind, &told, again).await?;
            }
        }
        Ok(refreshed)
    }

    async fn fetched(&self, settings: &FeedSettings, kind: FeedKind, url: &Url) -> Refreshed {
        let ask = Ask::get(url.path()).at_most(MAX_FEED).following(HOPS);
        let answer = settings.way.ask(url, ask, PATIENCE).await.and_then(scanners::http::Answer::ok);
        let answer = answer.map_err(|fault| FeedTrouble::Server {
            code: fault.code.word().to_owned(),
            detail: fault.detail.clone(),
        })?;
        let read = self.read_feed(kind, answer.body).await.map_err(|error| match error {
            FeedError::Refused(refusal) => FeedTrouble::Refused { refusal },
            FeedError::Failed(error) => FeedTrouble::Internal { reference: error.reference },
        })?;
        let now = self.now();
        let today = Day::from(self.zone.local(now).date());
        let day = read.day.map_or(today, Day::from);
        let file = url.path_segments().and_then(|mut parts| parts.next_back()).unwrap_or_default();
        let file = crate::import::shown_name(file);
        let new = read.to_load(day, if file.is_empty() { kind.word() } else { &file }, origin(url));
        let loaded = match self.store.feed_fetched(&new, read.day.is_some(), now).await {
            Ok(Some(changed)) => changed,
            Ok(None) => return Ok(None),
            Err(Error::Conflict("feed_older")) => return Err(FeedTrouble::Older),
            Err(Error::Invalid { field: "day", .. }) => return Err(FeedTrouble::Future),
            Err(error) => return Err(FeedTrouble::Internal { reference: internal(&error).reference }),
        };
        let subject = format!("{kind}:{day}");
        let entry = AuditNew {
            action: AuditAct::LoadFeed.word(),
            subject: &subject,
            network: "local",
            detail: origin(url),
            ..AuditNew::default()
        };
        match self.store.unscoped(Reason::Job).audit("feeds", &entry, now).await {
            Ok(()) => Ok(Some(read.loaded(day, loaded))),
            Err(error) => Err(FeedTrouble::Internal { reference: internal(&error).reference }),
        }
    }
}

impl Session {
    /// Has everything that the settings name fetched soon, without waiting for the night.
    ///
    /// # Errors
    /// The viewer may not, the settings name nothing, or the database failed.
    pub async fn refresh_feeds(&self) -> Result<(), WireError> {
        let scoped = self.scoped(Action::ManageFeeds)?;
        if self.service.feeds.is_none() {
            return Err(WireError::invalid("feeds", "missing"));
        }
        scoped.feed_refresh_now(self.now()).await.wire()?;
        self.audit(AuditAct::LoadFeed, "feeds", "").await?;
        self.service.feeds_bell.notify_one();
        Ok(())
    }
}
