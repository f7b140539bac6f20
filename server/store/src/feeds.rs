//! What is published about the exploitation of vulnerabilities: EPSS scores and the catalogue of those known to be exploited.
//!
//! It is world, not knowledge: what a file says holds from the file's own day on, and a view of a day before shows what held
//! then. Only the newest file of a kind keeps its rows; of the CVEs that weaknesses carry, what changed is kept for ever.
//! A file takes a step, for figures that ask about exploitation move with it.

pub(crate) mod derive;
mod exploited;
pub(crate) mod refresh;
mod rows;

pub use exploited::{CveFacts, Exploitation, Exploited, KevFacts};
pub(crate) use exploited::{Moment, push_term};
pub use refresh::FeedRefresh;
pub use rows::{EpssScore, KevListed, Published};

use crate::step::{self, StepKind};
use crate::viewer::Scoped;
use crate::{Error, Result, Store, binds};
use model::feeds::{FeedFlaw, FeedKind};
use model::policy::Action;
use model::{Day, Micros, UserId};

crate::sql::statements! {
    /// The newest file of a kind.
    NEWEST = "SELECT day, packed, step FROM feed WHERE kind = $1 ORDER BY day DESC LIMIT 1";
    /// Makes room for another file of the same day.
    DROP_DAY = "DELETE FROM feed WHERE kind = $1 AND day = $2";
    /// Keeps what a file says of itself, and its rows.
    ADD = "INSERT INTO feed (kind, day, version, file, listed, quarantined, flaws, packed, step, user_id, origin) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    /// Only the newest keeps its rows.
    DROP_ROWS = "UPDATE feed SET packed = NULL WHERE kind = $1 AND day < $2 AND packed IS NOT NULL";
    /// The newest files.
    LIST = "SELECT f.kind, f.day, f.version, f.file, f.listed, f.quarantined, f.flaws, \
        CAST(CASE WHEN f.packed IS NULL THEN 0 ELSE 1 END AS BIGINT) AS in_force, s.recorded_at, u.name, f.origin FROM feed f JOIN step s ON s.step = f.step LEFT JOIN app_user u ON u.id = f.user_id \
        ORDER BY f.day DESC, f.kind LIMIT $1";
}

/// A file to be loaded.
#[derive(Clone, Debug)]
pub struct FeedNew<'a> {
    /// The day of which it speaks.
    pub day: Day,
    /// Its own version; empty if it names none.
    pub version: &'a str,
    /// The file's name, for people; empty for the snapshot that ships with the program.
    pub file: &'a str,
    /// Where it was fetched from; empty if it was not.
    pub origin: &'a str,
    /// How many rows could not be read.
    pub quarantined: u64,
    /// The first of them.
    pub flaws: &'a [FeedFlaw],
    /// What could be read.
    pub rows: &'a Published,
}

/// A file that was loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedFile {
    /// What it is.
    pub kind: FeedKind,
    /// The day of which it speaks.
    pub day: Day,
    /// Its own version; empty if it names none.
    pub version: String,
    /// The file's name; empty for the snapshot that ships with the program.
    pub file: String,
    /// Where it was fetched from; empty if it was not.
    pub origin: String,
    /// Rows that were read.
    pub listed: i64,
    /// Rows that could not be read.
    pub quarantined: i64,
    /// The first of these.
    pub flaws: Vec<FeedFlaw>,
    /// Whether it is the one in force.
    pub in_force: bool,
    /// When it was loaded.
    pub at: Micros,
    /// The name of who loaded it.
    pub by: Option<String>,
}

#[derive(sqlx::FromRow)]
struct FileRow {
    kind: String,
    day: i64,
    version: String,
    file: String,
    listed: i64,
    quarantined: i64,
    flaws: String,
    in_force: i64,
    recorded_at: i64,
    name: Option<String>,
    origin: String,
}

impl Store {
    /// Loads the snapshot that ships with the program, unless a file of its day or a later one was loaded before.
    ///
    /// # Errors
    /// The database fails.
    pub async fn feed_ensure(&self, new: &FeedNew<'_>, now: Micros) -> Result<()> {
        let newest: Option<(i64, Option<Vec<u8>>, i64)> =
            self.db.optional(NEWEST, binds![new.rows.kind().word()]).await?;
        if newest.is_some_and(|(day, ..)| day >= i64::from(new.day.0)) {
            return Ok(());
        }
        match self.feed_add(new, None, now).await {
            // Another replica was faster.
            Ok(_) | Err(Error::Conflict("feed_older")) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Loads a file that was fetched, as [`Scoped::feed_load`] does. One that says what is in force is not loaded again, which none
    /// is the answer for: `stated` is whether it says its own day, without which the day is no difference.
    ///
    /// # Errors
    /// As [`Scoped::feed_load`].
    pub async fn feed_fetched(&self, new: &FeedNew<'_>, stated: bool, now: Micros) -> Result<Option<u64>> {
        let newest: Option<(i64, Option<Vec<u8>>, i64)> =
            self.db.optional(NEWEST, binds![new.rows.kind().word()]).await?;
        if let Some((day, Some(packed), _)) = newest {
            let same_day = !stated || day == i64::from(new.day.0);
            if same_day && Published::unpack(new.rows.kind(), &packed)? == *new.rows {
                return Ok(None);
            }
        }
        self.feed_add(new, None, now).await.map(Some)
    }

    async fn feed_add(&self, new: &FeedNew<'_>, user: Option<UserId>, now: Micros) -> Result<u64> {
        if new.day.0 > self.config.days.day(now).0 + 1 {
            return Err(Error::Invalid { field: "day", code: "in_the_future" });
        }
        let (kind, packed) = (new.rows.kind().word(), new.rows.pack()?);
        let flaws = serde_json::to_string(new.flaws).map_err(|e| Error::damaged(format!("feed.flaws: {e}")))?;
        let mut tx = self.db.begin().await?;
        let locked = step::lock(&mut tx).await?;
        let newest: Option<(i64, Option<Vec<u8>>, i64)> = tx.optional(NEWEST, binds![kind]).await?;
        if newest.is_some_and(|(day, ..)| day > i64::from(new.day.0)) {
            return Err(Error::Conflict("feed_older"));
        }
        let taken = locked.take(&mut tx, &self.config, StepKind::Feed, user, now).await?;
        tx.execute(DROP_DAY, binds![kind, new.day]).await?;
        let quarantined = i64::try_from(new.quarantined).unwrap_or(i64::MAX);
        let binds = binds![
            kind,
            new.day,
            new.version,
            new.file,
            new.rows.listed(),
            quarantined,
            flaws,
            packed,
            taken.step,
            user,
            new.origin
        ];
        tx.execute(ADD, binds).await?;
        tx.execute(DROP_ROWS, binds![kind, new.day]).await?;
        let changed = derive::follow(&mut tx, taken, new.day, new.rows).await?;
        tx.commit().await?;
        Ok(changed)
    }
}

impl Scoped<'_> {
    /// Loads a published file. The answer is of how many CVEs of this database it says something else than was known.
    ///
    /// # Errors
    /// The viewer may not, its day is after tomorrow, a file of a later day is loaded already, or the database fails.
    pub async fn feed_load(&self, new: &FeedNew<'_>, now: Micros) -> Result<u64> {
        self.viewer.require(Action::ManageFeeds, None)?;
        self.store.feed_add(new, self.viewer.user(), now).await
    }

    /// The newest files, the newest first.
    ///
    /// # Errors
    /// The viewer may not see findings, or the database fails.
    pub async fn feed_list(&self, limit: u32) -> Result<Vec<FeedFile>> {
        self.viewer.require_somewhere(Action::SeeFindings)?;
        let rows: Vec<FileRow> = self.store.db.all(LIST, binds![limit]).await?;
        rows.into_iter().map(FileRow::file).collect()
    }
}

impl FileRow {
    fn file(self) -> Result<FeedFile> {
        Ok(FeedFile {
            kind: self.kind.parse().map_err(|()| Error::damaged("feed.kind"))?,
            day: rows::day(self.day)?,
            version: self.version,
            file: self.file,
            origin: self.origin,
            listed: self.listed,
            quarantined: self.quarantined,
            flaws: serde_json::from_str(&self.flaws).map_err(|e| Error::damaged(format!("feed.flaws: {e}")))?,
            in_force: self.in_force == 1,
            at: Micros(self.recorded_at),
            by: self.name,
        })
    }
}

/// The newest file of a kind with its rows, and the step that learned it.
pub(crate) async fn in_force(tx: &mut crate::Tx, kind: FeedKind) -> Result<Option<(Day, i64, Published)>> {
    let newest: Option<(i64, Option<Vec<u8>>, i64)> = tx.optional(NEWEST, binds![kind.word()]).await?;
    let Some((day, Some(packed), step)) = newest else { return Ok(None) };
    Ok(Some((rows::day(day)?, step, Published::unpack(kind, &packed)?)))
}
