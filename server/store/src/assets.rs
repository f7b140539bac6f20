//! Assets with their owners and why, and how much of each team's was looked at.

use crate::Result;
use crate::occurrences::TeamOf;
use crate::sql::SqlBuilder;
use crate::viewer::{Scope, Scoped, team_values};
use model::facts::AssetKind;
use model::filter::Filter;
use model::policy::Action;
use model::{AssetId, Micros, TeamId};
use std::sync::Arc;

/// An asset in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// Its id.
    pub id: AssetId,
    /// Its name.
    pub name: String,
    /// Host or web origin.
    pub kind: AssetKind,
    /// The team that owns it.
    pub team: Option<TeamOf>,
    /// The pattern of the rule by which it does.
    pub pattern: Option<String>,
    /// When a scan in force last observed it.
    pub observed_at: Option<Micros>,
    /// How many open findings it has, inventory left out.
    pub open: i64,
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

type Row = (i64, String, i64, Option<i64>, Option<String>, Option<String>, Option<String>, Option<i64>, i64);

impl Scoped<'_> {
    /// Assets by name after one (the first if none): all that the viewer may see, or one team's (`Some(None)`: nobody's).
    /// At most `limit` and 500.
    ///
    /// # Errors
    /// The viewer may not see findings, or the database fails.
    pub async fn asset_list(
        &self,
        of: Option<Option<TeamId>>,
        after: Option<(&str, AssetId)>,
        limit: u32,
        now: Micros,
    ) -> Result<Vec<Asset>> {
        self.viewer.require_somewhere(Action::SeeFindings)?;
        let mut sql = SqlBuilder::new(
            "SELECT a.id, a.name, a.kind, t.id, t.slug, t.name, r.pattern, (SELECT MAX(b.at) FROM observation b \
             JOIN scan s ON s.id = b.scan_id WHERE s.withdrawn_step IS NULL AND b.asset_id IN \
             (SELECT p.id FROM asset p WHERE p.id = a.id OR p.merged_id = a.id)), \
             (SELECT COUNT(*) FROM occurrence o WHERE o.asset_id = a.id AND o.known = 1 AND o.inventory = 0 \
             AND (o.is_open = 1 OR (o.status = 7 AND o.accepted_until <= ",
        );
        sql.bind(now);
        sql.push("))");
        if let Scope::Teams(teams) = &self.viewer.teams {
            sql.push(" AND o.team_id IN ").bind_list(team_values(teams));
        }
        sql.push(") FROM asset a LEFT JOIN team t ON t.id = a.team_id LEFT JOIN ownership_rule r ON r.id = a.team_rule WHERE ");
        self.push_asset_scope(&mut sql);
        match of {
            None => {}
            Some(None) => {
                sql.push(" AND a.team_id IS NULL");
            }
            Some(Some(team)) => {
                sql.push(" AND a.team_id = ").bind(team);
            }
        }
        if let Some((name, id)) = after {
            sql.push(" AND (a.name, a.id) > (").bind(name).push(", ").bind(id).push(")");
        }
        sql.push(" ORDER BY a.name, a.id LIMIT ").bind(i64::from(limit.min(500)));
        let rows: Vec<Row> = self.store.db.all_built(sql).await?;
        let assets = rows.into_iter().map(|(id, name, kind, team, slug, team_name, pattern, observed, open)| Asset {
            id: AssetId(id),
            name,
            kind: if kind == 2 { AssetKind::Origin } else { AssetKind::Host },
            team: TeamOf::of(team, slug, team_name),
            pattern,
            observed_at: observed.map(Micros),
            open,
        });
        Ok(assets.collect())
    }

    /// By team: how many assets there are, and how many a scan in force reached from one instant to another, both included.
    ///
    /// # Errors
    /// The viewer may not see figures, or the database fails.
    pub async fn asset_observed(&self, since: Micros, until: Micros, now: Micros) -> Result<Arc<Vec<Observed>>> {
        self.viewer.require_somewhere(Action::SeePosture)?;
        let what = format!("observed {since} {until}");
        let bytes = |teams: &Vec<Observed>| std::mem::size_of_val(teams.as_slice());
        self.remembered(&what, &Filter::new(), now, bytes, Box::pin(self.observed(since, until))).await
    }

    async fn observed(&self, since: Micros, until: Micros) -> Result<Vec<Observed>> {
        let mut sql = SqlBuilder::new(
            "SELECT a.team_id, COUNT(*), COUNT(n.asset_id) FROM asset a LEFT JOIN (SELECT DISTINCT \
             COALESCE(p.merged_id, p.id) AS asset_id FROM observation b JOIN scan s ON s.id = b.scan_id \
             JOIN asset p ON p.id = b.asset_id WHERE b.at >= ",
        );
        sql.bind(since).push(" AND b.at <= ").bind(until);
        sql.push(" AND b.reached = 1 AND s.withdrawn_step IS NULL) n ON n.asset_id = a.id WHERE ");
        self.push_asset_scope(&mut sql);
        sql.push(" GROUP BY a.team_id ORDER BY COALESCE(a.team_id, 0)");
        let rows: Vec<(Option<i64>, i64, i64)> = self.store.db.all_built(sql).await?;
        let observed =
            rows.into_iter().map(|(team, assets, observed)| Observed { team: team.map(TeamId), assets, observed });
        Ok(observed.collect())
    }

    /// Assets of the viewer's teams. Appended to ` WHERE `; other conditions follow.
    fn push_asset_scope(&self, sql: &mut SqlBuilder) {
        // An asset whose every scan was undone is not there; one that is part of another is there as that.
        sql.push(
            "a.merged_id IS NULL AND (EXISTS (SELECT 1 FROM observation b2 JOIN scan s2 ON s2.id = b2.scan_id \
             WHERE b2.asset_id = a.id AND s2.withdrawn_step IS NULL) OR EXISTS (SELECT 1 FROM asset p2 \
             JOIN observation b3 ON b3.asset_id = p2.id JOIN scan s3 ON s3.id = b3.scan_id WHERE p2.merged_id = a.id \
             AND s3.withdrawn_step IS NULL))",
        );
        if let Scope::Teams(teams) = &self.viewer.teams {
            sql.push(" AND a.team_id IN ").bind_list(team_values(teams));
        }
    }
}
