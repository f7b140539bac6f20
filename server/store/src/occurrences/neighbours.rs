//! The findings nearest to one that are not it: of the same rule, and differing in the fewest fields of the identity.

use super::OccurrenceDetail;
use crate::sql::SqlBuilder;
use crate::viewer::{Scope, Scoped, team_values};
use crate::{Error, Result};
use model::OccurrenceId;
use model::facts::Place;
use model::filter::{Filter, Mark, StatusIs, What};
use model::policy::Action;
use posture::identity::explain;

/// How many are compared: those on the same asset first, then those at the same place on others.
const COMPARED: i64 = 50;

/// How many are shown.
const SHOWN: usize = 5;

/// A finding that would be the same one if some fields were equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Neighbour {
    /// Its id.
    pub id: OccurrenceId,
    /// The asset's name.
    pub asset: String,
    /// Where on the asset.
    pub location: String,
    /// The fields of its identity that differ, with its own values.
    pub differs: Vec<(&'static str, String)>,
}

/// The findings around one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Neighbours {
    /// The nearest, the nearest first.
    pub nearest: Vec<Neighbour>,
    /// How many other occurrences of the weakness are open, that the viewer may see.
    pub open: i64,
    /// The filter whose rows those are.
    pub open_filter: Filter,
}

type Row = (Vec<u8>, String, String, String, String, i64);

impl Scoped<'_> {
    /// The nearest findings that the viewer may see, and how many are open of the same rule.
    ///
    /// # Errors
    /// The viewer may not see findings, stored data is damaged, or the database fails.
    pub async fn occurrence_neighbours(&self, of: &OccurrenceDetail) -> Result<Neighbours> {
        self.viewer.require_somewhere(Action::SeeFindings)?;
        let others = Filter::new().rule(of.row.tool, &of.row.rule).status(StatusIs::Open);
        let others = if of.row.inventory { others.with(What::Is(Mark::Inventory)) } else { others };
        let mut sql = SqlBuilder::new(
            "SELECT n.uuid, a.key, a.name, n.shown_location, l.place, (SELECT COUNT(*) FROM occurrence o",
        );
        // Where marks lag, the classes say what is inventory.
        if of.detail.lagging {
            sql.push(
                " JOIN weakness w ON w.id = o.weakness_id LEFT JOIN parted pt ON pt.asset_id = o.asset_id \
                 AND pt.weakness_id = o.weakness_id AND pt.until_step IS NULL \
                 WHERE CASE WHEN COALESCE(pt.owasp_2021, w.owasp_2021) = -1 THEN 1 ELSE 0 END = ",
            );
        } else {
            sql.push(" WHERE o.inventory = ");
        }
        sql.bind(i64::from(of.row.inventory)).push(" AND o.is_open = 1 AND o.known = 1");
        self.push_others(&mut sql, of);
        sql.push(") FROM (SELECT o.id, o.uuid, o.asset_id, o.location_id, o.shown_location, CASE WHEN o.asset_id = ");
        sql.bind(of.detail.asset);
        sql.push(" THEN 0 WHEN o.location_id = (SELECT p.location_id FROM occurrence p WHERE p.id = ")
            .bind(of.row.number);
        sql.push(") THEN 1 ELSE 2 END AS distance FROM occurrence o WHERE o.known = 1");
        self.push_others(&mut sql, of);
        sql.push(" ORDER BY distance, o.id LIMIT ").bind(COMPARED);
        sql.push(
            ") n JOIN asset a ON a.id = n.asset_id JOIN location l ON l.id = n.location_id ORDER BY n.distance, n.id",
        );
        let rows: Vec<Row> = self.store.db.all_built(sql).await?;
        let own = explain(of.row.tool, &of.detail.asset_key, &of.row.rule, &of.detail.place);
        let mut nearest = Vec::with_capacity(rows.len());
        let mut open = 0;
        for (uuid, key, asset, location, place, of_rule) in rows {
            open = of_rule;
            let place: Place =
                serde_json::from_str(&place).map_err(|e| Error::damaged(format!("location.place: {e}")))?;
            let mut differs = explain(of.row.tool, &key, &of.row.rule, &place);
            differs.retain(|field| !own.contains(field));
            let id = OccurrenceId(uuid::Uuid::from_slice(&uuid).map_err(|_| Error::damaged("uuid"))?);
            nearest.push(Neighbour { id, asset, location, differs });
        }
        // The sort is stable: of those that differ in as many fields, those on the same asset stay first.
        nearest.sort_by_key(|neighbour| neighbour.differs.len());
        nearest.truncate(SHOWN);
        Ok(Neighbours { nearest, open, open_filter: others.except(What::Id(vec![of.row.id])) })
    }

    /// Appends that an occurrence is another one of the same weakness, and visible to the viewer.
    fn push_others(&self, sql: &mut SqlBuilder, of: &OccurrenceDetail) {
        sql.push(" AND o.weakness_id = ").bind(of.row.weakness).push(" AND o.id <> ").bind(of.row.number);
        if let Scope::Teams(teams) = &self.viewer.teams {
            sql.push(" AND o.team_id IN ").bind_list(team_values(teams));
        }
    }
}
