//! When each scanner last reached an asset, and last looked from inside.

use super::chosen::Chosen;
use crate::sql::SqlBuilder;
use crate::viewer::Scoped;
use crate::{Error, Result};
use model::facts::AssetKind;
use model::filter::Filter;
use model::policy::Action;
use model::{AssetId, Micros, TeamId, Tool};
use posture::tested::Tests;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A scanner's last tests of an asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tested {
    /// The scanner.
    pub tool: Tool,
    /// How many times it reached the asset.
    pub times: i64,
    /// When it last did.
    pub at: Micros,
    /// When it last did and could look from inside, if ever.
    pub signed_in: Option<Micros>,
}

/// An asset with its last tests, for figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetLooks {
    /// Its id.
    pub id: AssetId,
    /// The team that owned it at the instant shown.
    pub team: Option<TeamId>,
    /// What figures ask of it.
    pub tests: Tests,
}

/// What the looks of all the assets of a filter say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looks {
    /// The assets, by id.
    pub assets: Vec<AssetLooks>,
}

type Row = (i64, i64, i64, i64, Option<i64>);

type At = Option<i64>;
/// Id, team, kind, declared, and the last test and the last one from inside of each of [`Tool::ALL`].
type LooksRow = (i64, At, i64, i64, At, At, At, At, At, At, At, At);

impl Scoped<'_> {
    /// Every asset of a filter with its last tests, by scanner.
    ///
    /// # Errors
    /// The viewer may not see findings, stored data is damaged, or the database fails.
    pub async fn asset_looks(&self, filter: &Filter, now: Micros) -> Result<Arc<Looks>> {
        self.viewer.require_somewhere(Action::SeeFindings)?;
        let bytes = |looks: &Looks| looks.assets.len() * 300;
        self.remembered("looks", filter, now, bytes, Box::pin(self.looks(filter, now))).await
    }

    /// The instant from which ages of tests are counted in the list of a filter: the minute that it is, or the end of the day shown.
    #[must_use]
    pub fn asset_reference(&self, filter: &Filter, now: Micros) -> Micros {
        Chosen::new(self.viewer, filter, &self.store.config, now).reference()
    }

    async fn looks(&self, filter: &Filter, now: Micros) -> Result<Looks> {
        let chosen = Chosen::new(self.viewer, filter, &self.store.config, now);
        let mut sql = SqlBuilder::new("SELECT a.id, a.team_id, a.kind, a.declared");
        for tool in Tool::ALL {
            for signed_in in [false, true] {
                sql.push(
                    ", (SELECT b.at FROM observation b JOIN scan s ON s.id = b.scan_id WHERE b.asset_id = a.id AND ",
                );
                chosen.push_in_force(&mut sql);
                sql.push(" AND b.reached = 1 AND b.tool = ").bind(tool.number());
                sql.push(if signed_in { " AND b.credentialed = 1" } else { "" });
                sql.push(" ORDER BY b.at DESC LIMIT 1)");
            }
        }
        chosen.push_from_where(&mut sql);
        sql.push(" ORDER BY a.id");
        let rows: Vec<LooksRow> = self.store.db.all_built(sql).await?;
        let parts = self.looks_at_parts(&chosen).await?;
        let assets = rows.into_iter().map(|(id, team, kind, declared, n, ns, z, zs, b, bs, o, os)| {
            let mut last = [(n, ns), (z, zs), (b, bs), (o, os)];
            for (_, tool, at, inside) in parts.iter().filter(|part| part.0 == id) {
                if let Some(slot) = Tool::ALL.iter().position(|one| i64::from(one.number()) == *tool) {
                    last[slot] = (last[slot].0.max(*at), last[slot].1.max(*inside));
                }
            }
            let last = last.map(|(at, inside)| (at.map(Micros), inside.map(Micros)));
            let kind = if kind == 2 { AssetKind::Origin } else { AssetKind::Host };
            let tests = Tests { kind, declared: declared == 1, last: Tool::ALL.into_iter().zip(last).collect() };
            AssetLooks { id: AssetId(id), team: team.map(TeamId), tests }
        });
        Ok(Looks { assets: assets.collect() })
    }

    /// The last tests of assets that are part of others, by what they are part of and scanner.
    async fn looks_at_parts(&self, chosen: &Chosen<'_>) -> Result<Vec<(i64, i64, At, At)>> {
        let mut sql = SqlBuilder::new(
            "SELECT p.merged_id, b.tool, MAX(b.at), MAX(CASE WHEN b.credentialed = 1 THEN b.at END) FROM asset p \
             JOIN observation b ON b.asset_id = p.id JOIN scan s ON s.id = b.scan_id WHERE p.merged_id IS NOT NULL \
             AND b.reached = 1 AND ",
        );
        chosen.push_in_force(&mut sql);
        sql.push(" GROUP BY p.merged_id, b.tool");
        self.store.db.all_built(sql).await
    }

    /// The last tests of some assets at the instant that a filter shows.
    pub(super) async fn tests_of(
        &self,
        ids: &[AssetId],
        filter: &Filter,
        now: Micros,
    ) -> Result<BTreeMap<AssetId, Vec<Tested>>> {
        let chosen = Chosen::new(self.viewer, filter, &self.store.config, now);
        let mut sql = SqlBuilder::new(
            "SELECT COALESCE(p.merged_id, p.id), b.tool, COUNT(*), MAX(b.at), MAX(CASE WHEN b.credentialed = 1 THEN b.at END) \
             FROM observation b JOIN scan s ON s.id = b.scan_id JOIN asset p ON p.id = b.asset_id WHERE b.reached = 1 AND ",
        );
        chosen.push_in_force(&mut sql);
        sql.push(" AND b.asset_id IN (SELECT q.id FROM asset q WHERE q.id IN ").bind_list(ids.iter().copied());
        sql.push(" OR q.merged_id IN ").bind_list(ids.iter().copied());
        sql.push(") GROUP BY COALESCE(p.merged_id, p.id), b.tool ORDER BY 1, 2");
        let rows: Vec<Row> = self.store.db.all_built(sql).await?;
        let mut tests: BTreeMap<AssetId, Vec<Tested>> = BTreeMap::new();
        for (asset, tool, times, at, signed_in) in rows {
            let tool = i16::try_from(tool).ok().and_then(Tool::from_number).ok_or_else(|| Error::damaged("tool"))?;
            let tested = Tested { tool, times, at: Micros(at), signed_in: signed_in.map(Micros) };
            tests.entry(AssetId(asset)).or_default().push(tested);
        }
        Ok(tests)
    }
}
