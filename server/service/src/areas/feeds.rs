//! What is published about exploitation, as the page and the command line show it.

use crate::errors::OrWire;
use crate::request::Session;
use crate::zone::day_stamp;
use async_trait::async_trait;
use model::Micros;
use model::feeds::FeedKind;
use model::policy::Action;
use model::view::feeds::{FeedRefreshRow, FeedRow, FeedsPage};
use ports::{Answer, Feeds};

/// How many files are listed.
const LISTED: u32 = 20;

#[async_trait]
impl Feeds for Session {
    async fn feeds(&self) -> Answer<FeedsPage> {
        let files = self.scoped(Action::SeeFindings)?.feed_list(LISTED).await.wire()?;
        let rows = files.into_iter().map(|file| FeedRow {
            kind: file.kind,
            day: day_stamp(self.locale(), file.day),
            version: file.version,
            file: file.file,
            origin: file.origin,
            listed: file.listed,
            quarantined: file.quarantined,
            flaws: file.flaws,
            loaded: self.stamp(file.at),
            by: file.by,
            in_force: file.in_force,
        });
        let files = rows.collect();
        Ok(FeedsPage { files, refreshes: self.refreshes().await?, may_load: self.viewer()?.may(Action::ManageFeeds) })
    }
}

impl Session {
    /// What the settings name to be fetched, and how that went.
    async fn refreshes(&self) -> Answer<Vec<FeedRefreshRow>> {
        let Some(settings) = &self.service.feeds else { return Ok(Vec::new()) };
        let kept = self.service.store.feed_refreshes().await.wire()?;
        let stamp = |at: Micros| self.stamp(at);
        let row = |(kind, origin): (FeedKind, &str)| {
            let found = kept.iter().find(|row| row.kind == kind);
            FeedRefreshRow {
                kind,
                origin: origin.to_owned(),
                good: found.and_then(|row| row.good_at).map(stamp),
                tried: found.and_then(|row| row.tried_at).map(stamp),
                next: found.map(|row| row.look_at).filter(|at| *at > self.now()).map(stamp),
                failures: found.map_or(0, |row| row.failures),
                trouble: found.and_then(|row| serde_json::from_str(&row.trouble).ok()),
            }
        };
        Ok(settings.origins().map(row).collect())
    }
}
