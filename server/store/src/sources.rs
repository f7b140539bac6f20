//! Sources: where exports come from, and how their files are to be understood.

use crate::db::Tx;
use crate::ledger::load::closing_policy;
use crate::viewer::{Scoped, Unscoped};
use crate::{Error, Result, binds};
use model::policy::Action;
use model::{Micros, SourceId, TargetAlias};
use posture::ClosingPolicy;

crate::sql::statements! {
    /// A new source.
    INSERT = "INSERT INTO source (name, space, zone, closing, prefer_fqdn, created_at, aliases) \
        VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id";
    /// A new source, unless it exists.
    ENSURE = "INSERT INTO source (name, space, zone, closing, prefer_fqdn, created_at, aliases) \
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (name) DO NOTHING";
    /// By name.
    BY_NAME = "SELECT id, name, space, zone, closing, prefer_fqdn, CAST(0 AS BIGINT), aliases FROM source WHERE name = $1";
    /// By id.
    BY_ID = "SELECT id, name, space, zone, closing, prefer_fqdn, CAST(0 AS BIGINT), aliases FROM source WHERE id = $1";
    /// Other settings.
    SET = "UPDATE source SET space = $2, zone = $3, closing = $4, prefer_fqdn = $5, aliases = $6 WHERE id = $1";
    /// All of them with the number of scans in force.
    LIST = "SELECT c.id, c.name, c.space, c.zone, c.closing, c.prefer_fqdn, (SELECT COUNT(*) FROM scan s \
        WHERE s.source_id = c.id AND s.withdrawn_step IS NULL), c.aliases FROM source c ORDER BY c.name";
}

/// The source that the upload page and the command line share.
pub const DEFAULT: &str = "default";

/// A source to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceNew {
    /// Its name.
    pub name: String,
    /// The address space in which its hosts and origins are named.
    pub space: String,
    /// The IANA zone of times without one.
    pub zone: String,
    /// What it asks of a proof.
    pub closing: ClosingPolicy,
    /// Hosts are told apart by name before address.
    pub prefer_fqdn: bool,
    /// What names mean that each scanner understands in its own way, by target.
    pub aliases: Vec<TargetAlias>,
}

impl SourceNew {
    /// Whether exports read alike under other settings, so that none must be read again.
    #[must_use]
    pub fn reads_as(&self, other: &Self) -> bool {
        let of = |one: &Self| (one.space.clone(), one.zone.clone(), one.prefer_fqdn, one.aliases.clone());
        of(self) == of(other)
    }
}

/// A source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its id.
    pub id: SourceId,
    /// Its settings.
    pub settings: SourceNew,
    /// How many scans in force it has; counted by the list only.
    pub scans: i64,
}

type Row = (i64, String, String, String, String, i64, i64, String);

impl Scoped<'_> {
    /// Makes a source.
    ///
    /// # Errors
    /// The viewer may not, the name is taken (`source_name_key`), or the database fails.
    pub async fn source_create(&self, new: &SourceNew, now: Micros) -> Result<SourceId> {
        self.viewer.require(Action::ManageSources, None)?;
        if new.name.trim().is_empty() || new.space.trim().is_empty() {
            return Err(Error::Invalid { field: "name", code: "empty" });
        }
        let mut tx = self.store.db.begin().await?;
        let (id,): (i64,) = tx.one(INSERT, values(new, now)?).await?;
        tx.commit().await?;
        Ok(SourceId(id))
    }

    /// The source of that name, made with default settings if it does not exist: an import names its source.
    ///
    /// # Errors
    /// The viewer may not import, or the database fails.
    pub async fn source_ensure(&self, name: &str, zone: &str, now: Micros) -> Result<Source> {
        self.viewer.require(Action::Import, None)?;
        let name = name.trim();
        if name.is_empty() {
            return Err(Error::Invalid { field: "source", code: "empty" });
        }
        let found: Option<Row> = self.store.db.optional(BY_NAME, binds![name]).await?;
        if let Some(row) = found {
            return source(row);
        }
        let new = SourceNew {
            name: name.to_owned(),
            space: DEFAULT.to_owned(),
            zone: zone.to_owned(),
            closing: ClosingPolicy::Both,
            prefer_fqdn: false,
            aliases: Vec::new(),
        };
        let mut tx = self.store.db.begin().await?;
        tx.execute(ENSURE, values(&new, now)?).await?;
        let row: Row = tx.one(BY_NAME, binds![name]).await?;
        tx.commit().await?;
        source(row)
    }

    /// All sources by name.
    ///
    /// # Errors
    /// The viewer may not see scans, or the database fails.
    pub async fn source_list(&self) -> Result<Vec<Source>> {
        self.viewer.require(Action::SeeScans, None)?;
        let rows: Vec<Row> = self.store.db.all(LIST, binds![]).await?;
        rows.into_iter().map(source).collect()
    }
}

impl Unscoped<'_> {
    /// A source by id, for a job.
    ///
    /// # Errors
    /// There is none, or the database fails.
    pub async fn source(&self, id: SourceId) -> Result<Source> {
        let row: Option<Row> = self.store.db.optional(BY_ID, binds![id]).await?;
        source(row.ok_or(Error::NotFound("source"))?)
    }
}

/// A source inside a transaction.
pub(crate) async fn on(tx: &mut Tx, id: SourceId) -> Result<Source> {
    let row: Option<Row> = tx.optional(BY_ID, binds![id]).await?;
    source(row.ok_or(Error::NotFound("source"))?)
}

/// Gives a source other settings; its name stays.
pub(crate) async fn set_on(tx: &mut Tx, id: SourceId, new: &SourceNew) -> Result<()> {
    let binds =
        binds![id, new.space.trim(), new.zone.as_str(), word(new.closing), new.prefer_fqdn, json(&new.aliases)?];
    tx.execute(SET, binds).await?;
    Ok(())
}

fn values(new: &SourceNew, now: Micros) -> Result<Vec<crate::Value>> {
    let (name, space, zone) = (new.name.trim(), new.space.trim(), new.zone.as_str());
    Ok(binds![name, space, zone, word(new.closing), new.prefer_fqdn, now, json(&new.aliases)?])
}

fn word(closing: ClosingPolicy) -> &'static str {
    match closing {
        ClosingPolicy::RuleRanThere => "rule_ran_there",
        ClosingPolicy::Both => "both",
    }
}

fn json(aliases: &[TargetAlias]) -> Result<String> {
    serde_json::to_string(aliases).map_err(|e| Error::damaged(format!("source.aliases: {e}")))
}

/// A source's aliases as they are stored.
pub(crate) fn aliases(text: &str) -> Result<Vec<TargetAlias>> {
    serde_json::from_str(text).map_err(|e| Error::damaged(format!("source.aliases: {e}")))
}

fn source((id, name, space, zone, closing, prefer_fqdn, scans, told): Row) -> Result<Source> {
    let closing = closing_policy(&closing)?;
    let settings = SourceNew { name, space, zone, closing, prefer_fqdn: prefer_fqdn == 1, aliases: aliases(&told)? };
    Ok(Source { id: SourceId(id), settings, scans })
}
