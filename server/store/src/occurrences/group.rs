//! The list in groups: by weakness (what people call an issue) or by team. A view, never a parser's choice.

use super::TeamOf;
use super::paging::{Kind, MAX_PAGE, Order, Page, SortKey};
use crate::correlation::Correlated;
use crate::filter_sql::{Selection, Sets};
use crate::sql::SqlBuilder;
use crate::viewer::Scoped;
use crate::{Error, Result};
use model::cursor::{Cursor, Key};
use model::filter::Filter;
use model::policy::Action;
use model::{Mapped, Micros, Severity, Tool, WeaknessId};
use std::sync::Arc;

/// A group of rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What its rows share.
    pub of: GroupOf,
    /// How many rows.
    pub count: i64,
    /// On how many assets.
    pub assets: i64,
    /// The worst severity in it, as it was.
    pub worst: Severity,
}

/// What the rows of a group share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupOf {
    /// A weakness.
    Weakness {
        /// Which.
        id: WeaknessId,
        /// The scanner.
        tool: Tool,
        /// Its rule.
        rule: String,
        /// The title.
        title: String,
        /// Primary category, edition 2021.
        owasp_2021: Mapped,
        /// Primary category, edition 2025.
        owasp_2025: Mapped,
        /// Other scanners that see the same flaw, and whether the issue is more, or less, than the rule's own findings.
        also: Vec<Tool>,
        joined: bool,
    },
    /// A team, or nobody.
    Team(Option<TeamOf>),
}

#[derive(sqlx::FromRow)]
struct WeaknessRow {
    id: i64,
    tool: i64,
    rule: String,
    title: String,
    owasp_2021: i64,
    owasp_2025: i64,
    rows_: i64,
    assets: i64,
    worst: i64,
}

/// About how many bytes a group holds.
const GROUP: usize = 300;

type TeamRow = (Option<i64>, Option<String>, Option<String>, i64, i64, i64);

impl Scoped<'_> {
    /// The rows by weakness: the worst first, then the largest.
    ///
    /// # Errors
    /// The viewer may not see findings, the cursor is of another order, or the database fails.
    pub async fn occurrence_groups_by_weakness(
        &self,
        filter: &Filter,
        cursor: Option<&Cursor>,
        limit: u32,
        now: Micros,
    ) -> Result<Arc<Page<Group>>> {
        self.viewer.require_somewhere(Action::SeeFindings)?;
        let limit = limit.clamp(1, MAX_PAGE);
        let what = format!("issues {limit} {}", cursor.map(Cursor::to_string).unwrap_or_default());
        let bytes = |page: &Page<Group>| page.rows.len() * GROUP;
        self.remembered(&what, filter, now, bytes, Box::pin(self.issues(filter, cursor, limit, now))).await
    }

    async fn issues(&self, filter: &Filter, cursor: Option<&Cursor>, limit: u32, now: Micros) -> Result<Page<Group>> {
        let store = self.store;
        let sets = Sets::load(store, filter, now).await?;
        let selection = Selection::list(self.viewer, filter, &store.config, store.db.engine(), &sets, now);
        let int = |sql| SortKey { sql, kind: Kind::Int };
        let correlated = self.correlated().await?;
        let order = Order { number: 100, keys: vec![int("g.worst"), int("g.rows_"), int("g.id")], descending: true };
        if let Some(cursor) = cursor {
            order.check(cursor)?;
        }
        let mut sql = SqlBuilder::new(
            "SELECT w3.id, w3.tool, w3.rule, w3.title, w3.owasp_2021, w3.owasp_2025, g.rows_, g.assets, g.worst FROM (\
             SELECT s.id, COUNT(*) AS rows_, COUNT(DISTINCT s.asset_id) AS assets, MAX(s.severity) AS worst FROM (",
        );
        // Where no two scanners see the same, an index has all that is asked.
        let own = if correlated.is_empty() { "o.weakness_id" } else { ISSUE };
        selection.push_parts(&mut sql, |sql, part| {
            sql.push("SELECT ")
                .push(own)
                .push(" AS id, o.asset_id AS asset_id, ")
                .push(part.severity())
                .push(" AS severity");
            part.push_from_where_alone(sql);
        });
        sql.push(") s GROUP BY s.id) g JOIN weakness w3 ON w3.id = g.id");
        if let Some(cursor) = cursor {
            sql.push(" WHERE ");
            order.push_after(&mut sql, cursor);
        }
        order.push_order(&mut sql, cursor.is_some_and(|cursor| cursor.back));
        sql.push(" LIMIT ").bind(i64::from(limit) + 1);
        let rows: Vec<WeaknessRow> = store.db.all_built(sql).await?;
        let page =
            order.page(rows, limit, cursor, |row| vec![Key::Int(row.worst), Key::Int(row.rows_), Key::Int(row.id)]);
        let rows = page.rows.into_iter().map(|row| weakness(row, &correlated)).collect::<Result<_>>()?;
        Ok(Page { rows, next: page.next, previous: page.previous })
    }

    /// The rows by team, as it was at the instant shown: the worst first, then the largest. Teams are few, so there are
    /// no pages.
    ///
    /// # Errors
    /// The viewer may not see findings, or the database fails.
    pub async fn occurrence_groups_by_team(&self, filter: &Filter, now: Micros) -> Result<Arc<Vec<Group>>> {
        self.viewer.require_somewhere(Action::SeeFindings)?;
        let bytes = |groups: &Vec<Group>| groups.len() * GROUP;
        self.remembered("teams", filter, now, bytes, Box::pin(self.by_team(filter, now))).await
    }

    async fn by_team(&self, filter: &Filter, now: Micros) -> Result<Vec<Group>> {
        let store = self.store;
        let sets = Sets::load(store, filter, now).await?;
        let selection = Selection::list(self.viewer, filter, &store.config, store.db.engine(), &sets, now);
        let mut sql = SqlBuilder::new(
            "SELECT t.id, t.slug, t.name, g.rows_, g.assets, g.worst FROM (SELECT s.team, COUNT(*) AS rows_, \
             COUNT(DISTINCT s.asset_id) AS assets, MAX(s.severity) AS worst FROM (",
        );
        selection.push_parts(&mut sql, |sql, part| {
            sql.push("SELECT ").push(part.team()).push(" AS team, o.asset_id AS asset_id, ");
            sql.push(part.severity()).push(" AS severity");
            part.push_from_where_alone(sql);
        });
        sql.push(
            ") s GROUP BY s.team) g LEFT JOIN team t ON t.id = g.team ORDER BY g.worst DESC, g.rows_ DESC, COALESCE(t.id, 0) LIMIT 1000",
        );
        let rows: Vec<TeamRow> = store.db.all_built(sql).await?;
        rows.into_iter()
            .map(|(id, slug, name, count, assets, worst)| {
                Ok(Group { of: GroupOf::Team(TeamOf::of(id, slug, name)), count, assets, worst: severity(worst)? })
            })
            .collect()
    }
}

fn severity(number: i64) -> Result<Severity> {
    i16::try_from(number).ok().and_then(Severity::from_number).ok_or_else(|| Error::damaged("severity"))
}

/// The weakness after which a row's issue is called.
const ISSUE: &str = "COALESCE((SELECT c.weakness_id FROM correlation c WHERE c.occurrence_id = o.id), o.weakness_id)";

fn weakness(row: WeaknessRow, correlated: &Correlated) -> Result<Group> {
    let mapped = |number: i64| i16::try_from(number).map(Mapped::from_number).map_err(|_| Error::damaged("owasp"));
    let tool = i16::try_from(row.tool).ok().and_then(Tool::from_number).ok_or_else(|| Error::damaged("tool"))?;
    Ok(Group {
        of: GroupOf::Weakness {
            id: WeaknessId(row.id),
            tool,
            rule: row.rule,
            title: row.title,
            owasp_2021: mapped(row.owasp_2021)?,
            owasp_2025: mapped(row.owasp_2025)?,
            also: correlated.also(row.id, tool),
            joined: correlated.touches(row.id),
        },
        count: row.rows_,
        assets: row.assets,
        worst: severity(row.worst)?,
    })
}
