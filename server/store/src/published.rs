//! Published months: what a month was said to be, with the step that knew it. Append-only; triggers of both engines see to it.

use crate::viewer::Scoped;
use crate::{Error, Result, Store, binds, pack};
use model::policy::Action;
use model::{Micros, Step};

crate::sql::statements! {
    /// Keeps a month, unless it was published before.
    KEEP = "INSERT INTO published_month (month, step, published_at, user_id, hash, sealed) VALUES ($1, $2, $3, $4, $5, $6) \
        ON CONFLICT (month) DO NOTHING";
    /// All of them without their bytes, the newest first.
    LIST = "SELECT p.month, p.step, p.published_at, u.name, p.hash FROM published_month p \
        LEFT JOIN app_user u ON u.id = p.user_id ORDER BY p.month DESC";
    /// One's bytes and their hash.
    BYTES = "SELECT sealed, hash FROM published_month WHERE month = $1";
    /// The last step.
    HEAD = "SELECT step FROM head WHERE id = 1";
}

/// A published month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedMonth {
    /// `2026-09`.
    pub month: String,
    /// The last step that it knows.
    pub step: Step,
    /// When it was published.
    pub at: Micros,
    /// The name of who published it; none for the local operator.
    pub by: Option<String>,
    /// SHA-256 of its bytes.
    pub hash: Vec<u8>,
}

/// A month's bytes, and the hash that was kept of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedBytes {
    /// As they were published.
    pub bytes: Vec<u8>,
    /// SHA-256 as it was when they were kept.
    pub hash: Vec<u8>,
}

/// The place of a month's sealed bytes.
/// Where a month is sealed.
pub(crate) fn place(month: &str) -> String {
    format!("published_month:sealed:{month}")
}

impl Store {
    /// The last step of the books.
    ///
    /// # Errors
    /// The database fails.
    pub async fn last_step(&self) -> Result<Step> {
        let row: Option<(i64,)> = self.db.optional(HEAD, binds![]).await?;
        row.map(|(step,)| Step(step)).ok_or_else(|| Error::damaged("there is no head"))
    }

    /// The bytes of a published month.
    ///
    /// # Errors
    /// The month was not published, its bytes were changed, or the database fails.
    pub async fn published_bytes(&self, month: &str) -> Result<PublishedBytes> {
        let row: Option<(Vec<u8>, Vec<u8>)> = self.db.optional(BYTES, binds![month]).await?;
        let (sealed, hash) = row.ok_or(Error::NotFound("published_month"))?;
        Ok(PublishedBytes { bytes: pack::open(&self.config, &place(month), &sealed)?, hash })
    }

    /// All published months, the newest first.
    ///
    /// # Errors
    /// The database fails.
    pub async fn published_months(&self) -> Result<Vec<PublishedMonth>> {
        let rows: Vec<Listed> = self.db.all(LIST, binds![]).await?;
        let month = |(month, step, at, by, hash)| PublishedMonth { month, step: Step(step), at: Micros(at), by, hash };
        Ok(rows.into_iter().map(month).collect())
    }
}

/// A published month as it is listed: month, step, instant, who, hash.
type Listed = (String, i64, i64, Option<String>, Vec<u8>);

impl Scoped<'_> {
    /// Keeps the bytes of a month for ever, with the last step that they know and their SHA-256.
    ///
    /// # Errors
    /// The viewer may not, the month was published before, or the database fails.
    pub async fn month_publish(
        &self,
        month: &str,
        step: Step,
        bytes: &[u8],
        hash: [u8; 32],
        now: Micros,
    ) -> Result<()> {
        self.viewer.require(Action::Publish, None)?;
        let sealed = pack::seal(&self.store.config, &place(month), bytes)?;
        let values = binds![month, step.0, now, self.viewer.user(), hash, sealed];
        match self.store.db.execute(KEEP, values).await? {
            0 => Err(Error::Conflict("published")),
            _ => Ok(()),
        }
    }
}
