//! What is published about exploitation, as the page and the command line show it.

use crate::errors::OrWire;
use crate::request::Session;
use crate::zone::day_stamp;
use async_trait::async_trait;
use model::policy::Action;
use model::view::feeds::{FeedRow, FeedsPage};
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
            listed: file.listed,
            quarantined: file.quarantined,
            flaws: file.flaws,
            loaded: self.stamp(file.at),
            by: file.by,
            in_force: file.in_force,
        });
        Ok(FeedsPage { files: rows.collect(), may_load: self.viewer()?.may(Action::ManageFeeds) })
    }
}
