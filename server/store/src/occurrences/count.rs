//! Counts over the same rows as the list.

use super::PersonOf;
use crate::Result;
use crate::filter_sql::{Clock, Selection, Sets};
use crate::sql::SqlBuilder;
use crate::viewer::Scoped;
use model::filter::{Filter, What};
use model::metrics::Metric;
use model::policy::Action;
use model::{Micros, OccurrenceId, TeamId};
use std::sync::Arc;

/// What one person has to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Load {
    /// Who; nobody for what is unassigned.
    pub person: Option<PersonOf>,
    /// How many rows.
    pub count: i64,
    /// How many of them are past their due day and open.
    pub overdue: i64,
}

/// What the rows of a filter come to.
#[derive(Clone, Copy, Debug, Default, sqlx::FromRow)]
struct Totals {
    count: i64,
    risk: i64,
}

/// An occurrence chosen for an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selected {
    /// The dense number, for decisions.
    pub number: i64,
    /// Public id.
    pub id: OccurrenceId,
    /// The team that owns it now.
    pub team: Option<TeamId>,
}

impl Scoped<'_> {
    /// How many rows the list of this filter has, exactly. What was open in the past is in the books, which are summed already.
    ///
    /// # Errors
    /// The viewer may not see findings, or the database fails.
    pub async fn occurrence_count(&self, filter: &Filter, now: Micros) -> Result<i64> {
        self.viewer.require_somewhere(Action::SeeFindings)?;
        let figures = self.viewer.require_somewhere(Action::SeePosture).is_ok();
        if filter.is_past() && figures && self.rollup_answers(filter) {
            let day = Clock::new(&self.store.config, filter, now).today;
            let book = self.metric_cells(filter, now).await?;
            let open = book.evaluate(Metric::Open, &[], day, day).unwrap_or_default();
            return Ok(open.first().map_or(0, |open| open.value));
        }
        Ok(self.totals(filter, now).await?.count)
    }

    /// The sum of the risks of the rows of this filter, as they are now.
    ///
    /// # Errors
    /// The viewer may not see findings, or the database fails.
    pub async fn occurrence_risk(&self, filter: &Filter, now: Micros) -> Result<i64> {
        Ok(self.totals(filter, now).await?.risk)
    }

    async fn totals(&self, filter: &Filter, now: Micros) -> Result<Totals> {
        self.viewer.require_somewhere(Action::SeeFindings)?;
        let totals = Box::pin(async move {
            let store = self.store;
            let sets = Sets::load(store, filter, now).await?;
            let selection = Selection::list(self.viewer, filter, &store.config, store.db.engine(), &sets, now);
            // By risk first: there is an index in that order with all that is asked, which a plain sum does not lead SQLite to. It
            // has no due days: of those, the plus leads to the index that has.
            let due = filter.terms().iter().any(|term| matches!(term.what, What::Due(_)));
            let risk = if due { "+o.risk" } else { "o.risk" };
            let mut sql = SqlBuilder::new(
                "SELECT CAST(COALESCE(SUM(g.rows_), 0) AS BIGINT) AS count, \
                 CAST(COALESCE(SUM(g.rows_ * g.risk), 0) AS BIGINT) AS risk FROM (",
            );
            selection.push_parts(&mut sql, |sql, part| {
                sql.push("SELECT ").push(risk).push(" AS risk, COUNT(*) AS rows_");
                part.push_from_where_alone(sql);
                sql.push(" GROUP BY ").push(risk);
            });
            sql.push(") g");
            let rows: Vec<Totals> = store.db.all_built(sql).await?;
            Ok(rows.first().copied().unwrap_or_default())
        });
        Ok(*self.remembered("totals", filter, now, |_| 0, totals).await?)
    }

    /// The rows of this filter by assignee, the most loaded first.
    ///
    /// # Errors
    /// The viewer may not see findings, or the database fails.
    pub async fn occurrence_people(&self, filter: &Filter, now: Micros) -> Result<Arc<Vec<Load>>> {
        self.viewer.require_somewhere(Action::SeeFindings)?;
        let bytes = |loads: &Vec<Load>| loads.len() * 2 * std::mem::size_of::<Load>();
        self.remembered("people", filter, now, bytes, Box::pin(self.loads(filter, now))).await
    }

    async fn loads(&self, filter: &Filter, now: Micros) -> Result<Vec<Load>> {
        let store = self.store;
        let sets = Sets::load(store, filter, now).await?;
        let selection = Selection::list(self.viewer, filter, &store.config, store.db.engine(), &sets, now);
        let mut sql = SqlBuilder::new(
            "SELECT u.id, u.login, u.name, g.rows_, g.overdue FROM (SELECT s.assignee, COUNT(*) AS rows_, \
             CAST(SUM(s.late) AS BIGINT) AS overdue FROM (",
        );
        let today = store.config.days.day(now);
        selection.push_parts(&mut sql, |sql, part| {
            sql.push("SELECT o.assignee AS assignee, CASE WHEN o.due IS NOT NULL AND o.due < ")
                .bind(today)
                .push(" AND ");
            part.push_open(sql);
            sql.push(" THEN 1 ELSE 0 END AS late");
            part.push_from_where_alone(sql);
        });
        sql.push(
            ") s GROUP BY s.assignee) g LEFT JOIN app_user u ON u.id = g.assignee \
             ORDER BY g.rows_ DESC, COALESCE(u.id, 0) LIMIT 200",
        );
        type Row = (Option<i64>, Option<String>, Option<String>, i64, i64);
        let rows: Vec<Row> = store.db.all_built(sql).await?;
        let loads = rows.into_iter().map(|(id, login, name, count, overdue)| Load {
            person: PersonOf::of(id, login, name),
            count,
            overdue,
        });
        Ok(loads.collect())
    }

    /// The occurrences that match, for an act on all of them: at most `limit`, in no order that means anything.
    ///
    /// # Errors
    /// The viewer may not see findings, or the database fails.
    pub async fn occurrence_select(&self, filter: &Filter, limit: u32, now: Micros) -> Result<Vec<Selected>> {
        self.viewer.require_somewhere(Action::SeeFindings)?;
        let store = self.store;
        let sets = Sets::load(store, filter, now).await?;
        let selection = Selection::list(self.viewer, filter, &store.config, store.db.engine(), &sets, now);
        let mut sql = SqlBuilder::new("SELECT DISTINCT o.id, o.uuid, o.team_id");
        selection.push_from_where_alone(&mut sql);
        sql.push(" ORDER BY o.id LIMIT ").bind(i64::from(limit));
        let rows: Vec<(i64, Vec<u8>, Option<i64>)> = store.db.all_built(sql).await?;
        rows.into_iter()
            .map(|(number, uuid, team)| {
                let uuid = uuid::Uuid::from_slice(&uuid).map_err(|_| crate::Error::damaged("uuid"))?;
                Ok(Selected { number, id: OccurrenceId(uuid), team: team.map(TeamId) })
            })
            .collect()
    }
}
