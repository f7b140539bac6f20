//! When published files are fetched, and how that went.

use crate::viewer::Scoped;
use crate::{Error, Result, Store, binds};
use model::Micros;
use model::feeds::FeedKind;
use model::policy::Action;

crate::sql::statements! {
    /// A kind that is fetched from now on.
    ENSURE = "INSERT INTO feed_refresh (kind, look_at, failures, trouble) VALUES ($1, $2, 0, '') ON CONFLICT (kind) DO NOTHING";
    /// One replica takes the turn.
    TAKE = "UPDATE feed_refresh SET look_at = $3, tried_at = $2 WHERE kind = $1 AND look_at <= $2";
    /// It went well.
    GOOD = "UPDATE feed_refresh SET look_at = $2, good_at = $3, failures = 0, trouble = '' WHERE kind = $1";
    /// It did not.
    BAD = "UPDATE feed_refresh SET look_at = $2, failures = failures + 1, trouble = $3 WHERE kind = $1";
    /// A person does not want to wait.
    NOW = "UPDATE feed_refresh SET look_at = $1 WHERE look_at > $1";
    /// All of them.
    LIST = "SELECT kind, look_at, tried_at, good_at, failures, trouble FROM feed_refresh ORDER BY kind";
}

/// When a kind of file is fetched, and how that went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedRefresh {
    /// Which.
    pub kind: FeedKind,
    /// When next.
    pub look_at: Micros,
    /// When it was tried last.
    pub tried_at: Option<Micros>,
    /// When it went well last.
    pub good_at: Option<Micros>,
    /// How often it failed in a row.
    pub failures: i64,
    /// Why it failed, as the service wrote it; empty if it did not.
    pub trouble: String,
}

#[derive(sqlx::FromRow)]
struct Row {
    kind: String,
    look_at: i64,
    tried_at: Option<i64>,
    good_at: Option<i64>,
    failures: i64,
    trouble: String,
}

impl Row {
    fn refresh(self) -> Result<FeedRefresh> {
        Ok(FeedRefresh {
            kind: self.kind.parse().map_err(|()| Error::damaged("feed_refresh.kind"))?,
            look_at: Micros(self.look_at),
            tried_at: self.tried_at.map(Micros),
            good_at: self.good_at.map(Micros),
            failures: self.failures,
            trouble: self.trouble,
        })
    }
}

impl Store {
    /// Notes that a kind of file is fetched, for the first time at once.
    ///
    /// # Errors
    /// The database fails.
    pub async fn feed_refresh_ensure(&self, kind: FeedKind, now: Micros) -> Result<()> {
        self.db.execute(ENSURE, binds![kind.word(), now]).await?;
        Ok(())
    }

    /// Takes the turn of fetching a kind of file if it is due, until `again`, when another may. False if it is not due, or another
    /// was faster.
    ///
    /// # Errors
    /// The database fails.
    pub async fn feed_refresh_take(&self, kind: FeedKind, again: Micros, now: Micros) -> Result<bool> {
        Ok(self.db.execute(TAKE, binds![kind.word(), now, again]).await? == 1)
    }

    /// Notes that fetching went well, and when it is due next.
    ///
    /// # Errors
    /// The database fails.
    pub async fn feed_refresh_good(&self, kind: FeedKind, next: Micros, now: Micros) -> Result<()> {
        self.db.execute(GOOD, binds![kind.word(), next, now]).await?;
        Ok(())
    }

    /// Notes why fetching went wrong, and when it is due next.
    ///
    /// # Errors
    /// The database fails.
    pub async fn feed_refresh_bad(&self, kind: FeedKind, trouble: &str, next: Micros) -> Result<()> {
        self.db.execute(BAD, binds![kind.word(), next, trouble]).await?;
        Ok(())
    }

    /// When each kind of file is fetched, and how that went.
    ///
    /// # Errors
    /// The database fails.
    pub async fn feed_refreshes(&self) -> Result<Vec<FeedRefresh>> {
        let rows: Vec<Row> = self.db.all(LIST, binds![]).await?;
        rows.into_iter().map(Row::refresh).collect()
    }
}

impl Scoped<'_> {
    /// Makes every kind of file that is fetched due now.
    ///
    /// # Errors
    /// The viewer may not, or the database fails.
    pub async fn feed_refresh_now(&self, now: Micros) -> Result<()> {
        self.viewer.require(Action::ManageFeeds, None)?;
        self.store.db.execute(NOW, binds![now]).await?;
        Ok(())
    }
}
