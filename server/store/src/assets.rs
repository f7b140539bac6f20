//! Assets: the list with owners and why, one in full, and how much of them was looked at.

mod chosen;
mod detail;
mod exercised;
mod list;
mod tested;

pub use detail::{AssetDetail, LookedAt, OwnedFrom, SaidOf};
pub use list::{AssetQuery, AssetRow, OpenBy};
pub use tested::{AssetLooks, Looks, Tested};

use crate::sql::SqlBuilder;
use crate::viewer::Scoped;
use crate::{Error, Result, binds};
use chosen::Chosen;
use model::facts::AssetFacts;
use model::filter::Filter;
use model::policy::Action;
use model::{Micros, TeamId};
use std::sync::Arc;

/// The statements of this module and of those below it, for [`crate::catalogue`].
pub(crate) const CATALOGUE: [&[(&str, &str)]; 3] = [STATEMENTS, detail::STATEMENTS, exercised::STATEMENTS];

crate::sql::statements! {
    FACTS = "SELECT facts FROM asset WHERE key = $1";
}

/// How many assets a team has, and how many of them were looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Observed {
    /// The team, or nobody.
    pub team: Option<TeamId>,
    /// Its assets.
    pub assets: i64,
    /// Those that a scan in force reached in the time asked for.
    pub observed: i64,
}

impl Scoped<'_> {
    /// What the newest export says of the asset of a key, for those who bring exports.
    ///
    /// # Errors
    /// The viewer may not import, stored data is damaged, or the database fails.
    pub async fn asset_facts(&self, key: &str) -> Result<Option<AssetFacts>> {
        self.viewer.require(Action::Import, None)?;
        let found: Option<(String,)> = self.store.db.optional(FACTS, binds![key]).await?;
        let read =
            |(facts,): (String,)| serde_json::from_str(&facts).map_err(|e| Error::damaged(format!("asset.facts: {e}")));
        found.map(read).transpose()
    }

    /// By team: how many assets there are, and how many a scan in force reached from one instant to another, both included.
    ///
    /// # Errors
    /// The viewer may not see figures, or the database fails.
    pub async fn asset_observed(&self, since: Micros, until: Micros, now: Micros) -> Result<Arc<Vec<Observed>>> {
        self.viewer.require_somewhere(Action::SeePosture)?;
        let what = format!("observed {since} {until}");
        let bytes = |teams: &Vec<Observed>| std::mem::size_of_val(teams.as_slice());
        self.remembered(&what, &Filter::new(), now, bytes, Box::pin(self.observed(since, until, now))).await
    }

    async fn observed(&self, since: Micros, until: Micros, now: Micros) -> Result<Vec<Observed>> {
        let mut sql = SqlBuilder::new(
            "SELECT a.team_id, COUNT(*), COUNT(n.asset_id) FROM asset a LEFT JOIN (SELECT DISTINCT \
             COALESCE(p.merged_id, p.id) AS asset_id FROM observation b JOIN scan s ON s.id = b.scan_id \
             JOIN asset p ON p.id = b.asset_id WHERE b.at >= ",
        );
        sql.bind(since).push(" AND b.at <= ").bind(until);
        sql.push(" AND b.reached = 1 AND s.withdrawn_step IS NULL) n ON n.asset_id = a.id WHERE ");
        let everything = Filter::new();
        Chosen::new(self.viewer, &everything, &self.store.config, now).push_where(&mut sql);
        sql.push(" GROUP BY a.team_id ORDER BY COALESCE(a.team_id, 0)");
        let rows: Vec<(Option<i64>, i64, i64)> = self.store.db.all_built(sql).await?;
        let observed =
            rows.into_iter().map(|(team, assets, observed)| Observed { team: team.map(TeamId), assets, observed });
        Ok(observed.collect())
    }
}
