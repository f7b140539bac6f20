//! The list of assets.

use super::chosen::Chosen;
use super::tested::Tested;
use crate::filter_sql::{Selection, Sets};
use crate::inventory::attributes;
use crate::occurrences::paging::{Kind, Order, SortKey};
use crate::occurrences::{MAX_PAGE, Page, TeamOf};
use crate::sql::SqlBuilder;
use crate::viewer::Scoped;
use crate::{Error, Result};
use model::cursor::{Cursor, Key};
use model::facts::AssetKind;
use model::filter::{Filter, What};
use model::policy::Action;
use model::view::assets::AssetSort;
use model::{AssetId, Attributes, Micros, Severity};
use std::collections::BTreeMap;

/// What the list of assets is asked for.
#[derive(Clone, Debug)]
pub struct AssetQuery<'a> {
    /// Which assets.
    pub filter: &'a Filter,
    /// In which order.
    pub sort: AssetSort,
    /// From where; none for the first page.
    pub cursor: Option<&'a Cursor>,
    /// How many, at most [`MAX_PAGE`].
    pub limit: u32,
}

/// An asset in the list, as it was at the instant shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetRow {
    /// Its id.
    pub id: AssetId,
    /// Its key: what any record of it is known by.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Host or web origin.
    pub kind: AssetKind,
    /// The team that owned it.
    pub team: Option<TeamOf>,
    /// The pattern of the rule by which it does now; none in the past, or where the inventory names the team.
    pub pattern: Option<String>,
    /// What the organisation said of it; the owner is that of [`AssetRow::team`].
    pub attributes: Attributes,
    /// Open findings that the viewer may see, by severity; inventory left out.
    pub open: OpenBy,
    /// The last tests by scanner.
    pub tested: Vec<Tested>,
}

/// How many are open, by severity, in the order of [`Severity::ALL`].
pub type OpenBy = [i64; 5];

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    key: String,
    name: String,
    kind: i64,
    team_id: Option<i64>,
    team_slug: Option<String>,
    team_name: Option<String>,
    pattern: Option<String>,
    declared: i64,
    criticality: Option<i64>,
    exposure: Option<i64>,
    environment: String,
    tags: String,
}

impl Scoped<'_> {
    /// A page of the assets that the viewer may see.
    ///
    /// # Errors
    /// The viewer may not see findings, the cursor is of another order, or the database fails.
    pub async fn asset_list(&self, query: &AssetQuery<'_>, now: Micros) -> Result<Page<AssetRow>> {
        self.viewer.require_somewhere(Action::SeeFindings)?;
        let order = order(query.sort);
        if let Some(cursor) = query.cursor {
            order.check(cursor)?;
        }
        let limit = query.limit.clamp(1, MAX_PAGE);
        let mut sql = SqlBuilder::new(
            "SELECT a.id, a.key, a.name, a.kind, t.id AS team_id, t.slug AS team_slug, t.name AS team_name, r.pattern, \
             a.declared, a.criticality, a.exposure, a.environment, a.tags FROM (SELECT a.id, a.key, a.name, a.kind, \
             a.team_id, a.team_rule, a.declared, a.criticality, a.exposure, a.environment, a.tags",
        );
        Chosen::new(self.viewer, query.filter, &self.store.config, now).push_from_where(&mut sql);
        if let Some(cursor) = query.cursor {
            sql.push(" AND ");
            order.push_after(&mut sql, cursor);
        }
        let back = query.cursor.is_some_and(|cursor| cursor.back);
        order.push_order(&mut sql, back);
        sql.push(" LIMIT ").bind(i64::from(limit) + 1);
        sql.push(") a LEFT JOIN team t ON t.id = a.team_id LEFT JOIN ownership_rule r ON r.id = a.team_rule");
        order.push_order(&mut sql, back);
        let rows: Vec<Row> = self.store.db.all_built(sql).await?;
        let page = order.page(rows, limit, query.cursor, |row| keys(row, query.sort));
        let ids: Vec<AssetId> = page.rows.iter().map(|row| AssetId(row.id)).collect();
        let mut open = self.open_on(&ids, query.filter, now).await?;
        let mut tested = self.tests_of(&ids, query.filter, now).await?;
        let rows = page.rows.into_iter().map(|row| {
            let id = AssetId(row.id);
            read(row, open.remove(&id).unwrap_or_default(), tested.remove(&id).unwrap_or_default())
        });
        Ok(Page { rows: rows.collect::<Result<_>>()?, next: page.next, previous: page.previous })
    }

    /// How many assets the list of this filter has.
    ///
    /// # Errors
    /// The viewer may not see findings, or the database fails.
    pub async fn asset_count(&self, filter: &Filter, now: Micros) -> Result<i64> {
        self.viewer.require_somewhere(Action::SeeFindings)?;
        let count = Box::pin(async move {
            let mut sql = SqlBuilder::new("SELECT COUNT(*)");
            Chosen::new(self.viewer, filter, &self.store.config, now).push_from_where(&mut sql);
            let rows: Vec<(i64,)> = self.store.db.all_built(sql).await?;
            Ok(rows.first().map_or(0, |row| row.0))
        });
        Ok(*self.remembered("assets", filter, now, |_| 0, count).await?)
    }

    /// What is open on some assets at the instant that a filter shows.
    async fn open_on(&self, ids: &[AssetId], shown: &Filter, now: Micros) -> Result<BTreeMap<AssetId, OpenBy>> {
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let numbers = ids.iter().map(|id| format!("#{id}")).collect();
        let mut filter = Filter::new().with(What::Asset(numbers));
        for term in shown.terms().iter().filter(|term| matches!(term.what, What::AsOf(_) | What::KnownAt(_))) {
            filter = filter.with(term.what.clone());
        }
        if !filter.is_past() {
            return self.open_by_asset(&filter, now).await;
        }
        let bytes = |open: &BTreeMap<AssetId, OpenBy>| open.len() * std::mem::size_of::<(AssetId, OpenBy)>();
        let open = self.remembered("open on", &filter, now, bytes, Box::pin(self.open_by_asset(&filter, now))).await?;
        Ok(BTreeMap::clone(&open))
    }

    async fn open_by_asset(&self, filter: &Filter, now: Micros) -> Result<BTreeMap<AssetId, OpenBy>> {
        let sets = Sets::load(self.store, filter, now).await?;
        let (config, engine) = (&self.store.config, self.store.db.engine());
        let selection = Selection::list(self.viewer, filter, config, engine, &sets, now);
        let mut sql = SqlBuilder::default();
        selection.push_parts(&mut sql, |sql, part| {
            sql.push("SELECT o.asset_id, ").push(part.severity()).push(", COUNT(*)");
            part.push_from_where_alone(sql);
            sql.push(" GROUP BY o.asset_id, ").push(part.severity());
        });
        let rows: Vec<(i64, i64, i64)> = self.store.db.all_built(sql).await?;
        let mut open: BTreeMap<AssetId, OpenBy> = BTreeMap::new();
        for (asset, severity, count) in rows {
            let at = Severity::ALL.iter().position(|one| i64::from(one.number()) == severity);
            let slot = at.and_then(|at| open.entry(AssetId(asset)).or_default().get_mut(at));
            *slot.ok_or_else(|| Error::damaged("severity"))? += count;
        }
        Ok(open)
    }
}

fn order(sort: AssetSort) -> Order {
    let int = |sql| SortKey { sql, kind: Kind::Int };
    match sort {
        AssetSort::Name => Order {
            number: 110,
            keys: vec![SortKey { sql: "a.name", kind: Kind::Text }, int("a.id")],
            descending: false,
        },
        AssetSort::Criticality => Order {
            number: 111,
            keys: vec![int("COALESCE(a.criticality, 0)"), int("COALESCE(a.exposure, 0)"), int("a.id")],
            descending: true,
        },
    }
}

fn keys(row: &Row, sort: AssetSort) -> Vec<Key> {
    match sort {
        AssetSort::Name => vec![Key::Text(row.name.clone()), Key::Int(row.id)],
        AssetSort::Criticality => {
            vec![Key::Int(row.criticality.unwrap_or(0)), Key::Int(row.exposure.unwrap_or(0)), Key::Int(row.id)]
        }
    }
}

fn read(row: Row, open: OpenBy, tested: Vec<Tested>) -> Result<AssetRow> {
    let team = TeamOf::of(row.team_id, row.team_slug, row.team_name);
    let said = attributes(row.declared, row.criticality, row.exposure, &row.environment, &row.tags)?;
    Ok(AssetRow {
        id: AssetId(row.id),
        key: row.key,
        name: row.name,
        kind: if row.kind == 2 { AssetKind::Origin } else { AssetKind::Host },
        attributes: Attributes { owner: team.as_ref().map(|team| team.id), ..said },
        team,
        pattern: row.pattern,
        open,
        tested,
    })
}
