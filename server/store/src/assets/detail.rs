//! One asset in full: its names, who owned it when, what was said of it, which scans looked.

use super::list::{AssetQuery, AssetRow};
use crate::inventory::attributes;
use crate::occurrences::{PersonOf, TeamOf};
use crate::viewer::Scoped;
use crate::{Error, Result, binds};
use model::facts::AssetFacts;
use model::filter::{Filter, What};
use model::policy::Action;
use model::view::assets::AssetSort;
use model::{AssetId, Attributes, Micros, ScanId, TeamId, Tool};

crate::sql::statements! {
    /// What an asset is part of, or itself, and what the newest record says of that.
    WHOLE = "SELECT w.id, w.facts FROM asset a JOIN asset w ON w.id = COALESCE(a.merged_id, a.id) WHERE a.id = $1";
    /// What records in force have called it.
    NAMES = "SELECT DISTINCT d.names FROM observation b JOIN observed d ON d.id = b.observed_id JOIN scan s ON s.id = b.scan_id \
        WHERE b.asset_id IN (SELECT p.id FROM asset p WHERE p.id = $1 OR p.merged_id = $1) AND s.withdrawn_step IS NULL LIMIT 200";
    /// Who owned it from when.
    OWNERS = "SELECT w.at, t.id, t.slug, t.name FROM asset_owner w LEFT JOIN team t ON t.id = w.team_id \
        WHERE w.asset_id = $1 ORDER BY w.at DESC, w.id DESC LIMIT 50";
    /// What was said of it, the newest first.
    SAID = "SELECT h.at, h.declared, h.criticality, h.exposure, h.environment, h.tags, h.file, t.id AS team_id, \
        t.slug AS team_slug, t.name AS team_name, u.id AS user_id, u.login, u.name AS user_name FROM asset_attribute h \
        LEFT JOIN team t ON t.id = h.owner LEFT JOIN app_user u ON u.id = h.user_id WHERE h.asset_id = $1 \
        ORDER BY h.id DESC LIMIT 50";
    /// The scans in force that looked at it, the newest first, each with how many there are in all.
    LOOKS = "SELECT b.scan_id, b.tool, b.at, b.reached, b.credentialed, s.file_name, COUNT(*) OVER () FROM observation b \
        JOIN scan s ON s.id = b.scan_id WHERE b.asset_id IN (SELECT p.id FROM asset p WHERE p.id = $1 OR p.merged_id = $1) \
        AND s.withdrawn_step IS NULL ORDER BY b.at DESC, b.scan_id DESC \
        LIMIT 30";
}

/// An asset in full.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetDetail {
    /// As in the list.
    pub row: AssetRow,
    /// What the newest record says of it.
    pub facts: AssetFacts,
    /// What records in force have called it, if they differ.
    pub names: Vec<AssetFacts>,
    /// Who owned it from when, the newest first; the last reaches back.
    pub owners: Vec<OwnedFrom>,
    /// What was said of it, the newest first.
    pub said: Vec<SaidOf>,
    /// The last scans that looked at it, the newest first.
    pub looks: Vec<LookedAt>,
    /// How many scans looked at it in all.
    pub looks_count: i64,
}

/// A stretch of ownership.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnedFrom {
    /// From when.
    pub at: Micros,
    /// Which team; nobody.
    pub team: Option<TeamOf>,
}

/// What was said of an asset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaidOf {
    /// From when it holds.
    pub at: Micros,
    /// What.
    pub attributes: Attributes,
    /// The team that was named as its owner.
    pub owner: Option<TeamOf>,
    /// The inventory's file; empty for a person at the asset's page.
    pub file: String,
    /// Who said it; none for the local operator.
    pub by: Option<PersonOf>,
}

/// One scan's look at an asset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookedAt {
    /// The scan.
    pub scan: ScanId,
    /// Its file.
    pub file: String,
    /// The scanner.
    pub tool: Tool,
    /// When.
    pub at: Micros,
    /// Whether it reached the asset.
    pub reached: bool,
    /// Whether it could look from inside, if the export says so.
    pub signed_in: Option<bool>,
}

#[derive(sqlx::FromRow)]
struct SaidRow {
    at: i64,
    declared: i64,
    criticality: Option<i64>,
    exposure: Option<i64>,
    environment: String,
    tags: String,
    file: String,
    team_id: Option<i64>,
    team_slug: Option<String>,
    team_name: Option<String>,
    user_id: Option<i64>,
    login: Option<String>,
    user_name: Option<String>,
}

type OwnerRow = (i64, Option<i64>, Option<String>, Option<String>);
type LookRow = (i64, i64, i64, i64, Option<i64>, String, i64);

impl Scoped<'_> {
    /// One asset. `shown` may carry `as-of:` and `known-at:` terms, at which its row is shown; the histories are whole.
    ///
    /// # Errors
    /// There is no such asset that the viewer may know of, stored data is damaged, or the database fails.
    pub async fn asset_detail(&self, id: AssetId, shown: &Filter, now: Micros) -> Result<AssetDetail> {
        self.viewer.require_somewhere(Action::SeeFindings)?;
        // What is part of another leads to it.
        let whole: Option<(i64, String)> = self.store.db.optional(WHOLE, binds![id]).await?;
        let (id, facts) = whole.ok_or(Error::NotFound("asset"))?;
        let mut filter = Filter::new().with(What::Asset(vec![format!("#{id}")]));
        for term in shown.terms().iter().filter(|term| matches!(term.what, What::AsOf(_) | What::KnownAt(_))) {
            filter = filter.with(term.what.clone());
        }
        let query = AssetQuery { filter: &filter, sort: AssetSort::Name, cursor: None, limit: 1 };
        let row = self.asset_list(&query, now).await?.rows.into_iter().next().ok_or(Error::NotFound("asset"))?;
        let mut tx = self.store.db.snapshot().await?;
        let names: Vec<(String,)> = tx.all(NAMES, binds![id]).await?;
        let owners: Vec<OwnerRow> = tx.all(OWNERS, binds![id]).await?;
        let said: Vec<SaidRow> = tx.all(SAID, binds![id]).await?;
        let looks: Vec<LookRow> = tx.all(LOOKS, binds![id]).await?;
        tx.rollback().await?;
        let owned = |(at, id, slug, name)| OwnedFrom { at: Micros(at), team: TeamOf::of(id, slug, name) };
        Ok(AssetDetail {
            row,
            facts: read_facts(&facts)?,
            names: names.iter().map(|(names,)| read_facts(names)).collect::<Result<_>>()?,
            owners: owners.into_iter().map(owned).collect(),
            said: said.into_iter().map(said_of).collect::<Result<_>>()?,
            looks_count: looks.first().map_or(0, |look| look.6),
            looks: looks.into_iter().map(look).collect::<Result<_>>()?,
        })
    }
}

fn read_facts(text: &str) -> Result<AssetFacts> {
    serde_json::from_str(text).map_err(|error| Error::damaged(format!("asset facts: {error}")))
}

fn said_of(row: SaidRow) -> Result<SaidOf> {
    let told = attributes(row.declared, row.criticality, row.exposure, &row.environment, &row.tags)?;
    Ok(SaidOf {
        at: Micros(row.at),
        attributes: Attributes { owner: row.team_id.map(TeamId), ..told },
        owner: TeamOf::of(row.team_id, row.team_slug, row.team_name),
        file: row.file,
        by: PersonOf::of(row.user_id, row.login, row.user_name),
    })
}

fn look((scan, tool, at, reached, credentialed, file, _): LookRow) -> Result<LookedAt> {
    let tool = i16::try_from(tool).ok().and_then(Tool::from_number).ok_or_else(|| Error::damaged("tool"))?;
    let signed_in = credentialed.map(|credentialed| credentialed == 1);
    Ok(LookedAt { scan: ScanId(scan), file, tool, at: Micros(at), reached: reached == 1, signed_in })
}
