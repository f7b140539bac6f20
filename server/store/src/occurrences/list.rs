//! The list: one row an occurrence, or one row an event where the filter asks what happened.

use super::paging::{Kind, MAX_PAGE, Order, Page, SortKey};
use super::{PersonOf, TeamOf};
use crate::feeds::Exploited;
use crate::filter_sql::{Basis, Selection, Sets, one_openness};
use crate::sql::SqlBuilder;
use crate::viewer::Scoped;
use crate::{Error, Result};
use model::cursor::{Cursor, Key};
use model::filter::Filter;
use model::policy::Action;
use model::status::NotRetested;
use model::view::findings::Sort;
use model::{Cause, Day, Mapped, Micros, OccurrenceId, Severity, Status, Tool, WeaknessId};
use std::collections::BTreeSet;

/// A due day for those that have none, so that they sort last.
const NO_DUE: i64 = 4_000_000;

/// About how many bytes a row holds.
const ROW: usize = 1_500;

/// What a list is asked for.
#[derive(Clone, Debug)]
pub struct ListQuery<'a> {
    /// Which rows.
    pub filter: &'a Filter,
    /// In which order.
    pub sort: Sort,
    /// From where; none for the first page.
    pub cursor: Option<&'a Cursor>,
    /// How many, at most [`MAX_PAGE`].
    pub limit: u32,
}

/// An occurrence in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OccurrenceRow {
    /// The dense number, for decisions.
    pub number: i64,
    /// Public id.
    pub id: OccurrenceId,
    /// The scanner.
    pub tool: Tool,
    /// Its rule.
    pub rule: String,
    /// The weakness.
    pub weakness: WeaknessId,
    /// The weakness's title.
    pub title: String,
    /// Severity, as it was at the instant shown.
    pub severity: Severity,
    /// Shown status: of the instant shown; of now in a list of events.
    pub status: Status,
    /// Why it counts as not re-tested, if it is open and does.
    pub not_retested: Option<NotRetested>,
    /// A fact rather than a weakness.
    pub inventory: bool,
    /// The asset's name.
    pub asset: String,
    /// Where on the asset.
    pub location: String,
    /// CWE numbers.
    pub cwe: Vec<u32>,
    /// CVE ids.
    pub cve: Vec<String>,
    /// Primary category, edition 2021.
    pub owasp_2021: Mapped,
    /// Primary category, edition 2025.
    pub owasp_2025: Mapped,
    /// The classification's why, as it was stored: JSON.
    pub classification: String,
    /// The team, as it was at the instant shown.
    pub team: Option<TeamOf>,
    /// Who works on it.
    pub assignee: Option<PersonOf>,
    /// By when.
    pub due: Option<Day>,
    /// First sighting.
    pub first_seen: Micros,
    /// Last sighting.
    pub last_seen: Micros,
    /// How many stretches of presence.
    pub episodes: i64,
    /// What happened, in a list of events.
    pub event: Option<Event>,
    /// What is published of the exploitation of its CVEs.
    pub exploited: Exploited,
    /// The risk now, 0 to 100.
    pub risk: i64,
}

/// What happened to an occurrence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: Micros,
    /// Why.
    pub cause: Cause,
    /// +1 where it opened, −1 where it closed.
    pub sign: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    number: i64,
    uuid: Vec<u8>,
    tool: i64,
    rule: String,
    weakness: i64,
    title: String,
    severity: i64,
    status: i64,
    not_retested: i64,
    asset: String,
    location: String,
    cwe: String,
    cve: String,
    owasp_2021: i64,
    owasp_2025: i64,
    classification: String,
    team_id: Option<i64>,
    team_slug: Option<String>,
    team_name: Option<String>,
    person_id: Option<i64>,
    person_login: Option<String>,
    person_name: Option<String>,
    due: Option<i64>,
    first_seen: i64,
    last_seen: i64,
    episodes: i64,
    event_at: i64,
    event_cause: i64,
    event_sign: i64,
    open_now: i64,
    risk: i64,
}

/// What is chosen and cut: only the page's rows are led to their weaknesses, assets and names.
const COLUMNS: &str = " AS team, o.id AS number, o.uuid AS uuid, o.tool AS tool, o.weakness_id AS weakness, \
    o.asset_id AS asset_id, o.not_retested AS not_retested, o.shown_location AS location, \
    o.assignee AS assignee, o.due AS due, o.first_seen AS first_seen, o.last_seen AS last_seen, o.episodes AS episodes, \
    o.risk AS risk, ";

const OUTER: &str = "SELECT r.number, r.uuid, r.tool, w.rule, r.weakness, w.title, r.severity, r.status, \
    r.not_retested, a.name AS asset, r.location, w.cwe, w.cve, COALESCE(pt.owasp_2021, w.owasp_2021) AS owasp_2021, \
    COALESCE(pt.owasp_2025, w.owasp_2025) AS owasp_2025, COALESCE(ps.classification, w.classification) AS classification, \
    t.id AS team_id, t.slug AS team_slug, t.name AS team_name, u.id AS person_id, u.login AS person_login, \
    u.name AS person_name, r.due, r.first_seen, r.last_seen, r.episodes, r.event_at, r.event_cause, r.event_sign, \
    r.open_now, r.risk FROM (";

const NAMES: &str = ") r JOIN weakness w ON w.id = r.weakness JOIN asset a ON a.id = r.asset_id \
    LEFT JOIN parted pt ON pt.asset_id = r.asset_id AND pt.weakness_id = r.weakness AND pt.until_step IS NULL \
    LEFT JOIN parted_said ps ON ps.id = pt.said_id \
    LEFT JOIN team t ON t.id = r.team LEFT JOIN app_user u ON u.id = r.assignee";

impl Scoped<'_> {
    /// A page of the list.
    ///
    /// # Errors
    /// The viewer may not see findings, the cursor is of another order, or the database fails.
    pub async fn occurrence_list(&self, query: &ListQuery<'_>, now: Micros) -> Result<Page<OccurrenceRow>> {
        self.viewer.require_somewhere(Action::SeeFindings)?;
        if !query.filter.is_past() {
            return self.listed(query, now).await;
        }
        // What was open then is summed out of the ledger, which takes its time.
        let cursor = query.cursor.map(Cursor::to_string).unwrap_or_default();
        let what = format!("list {:?} {} {cursor}", query.sort, query.limit);
        let bytes = |page: &Page<OccurrenceRow>| page.rows.len() * ROW;
        let page = self.remembered(&what, query.filter, now, bytes, Box::pin(self.listed(query, now))).await?;
        Ok(Page::clone(&page))
    }

    async fn listed(&self, query: &ListQuery<'_>, now: Micros) -> Result<Page<OccurrenceRow>> {
        let mut page = self.plain_list(query, now).await?;
        let weaknesses: BTreeSet<i64> =
            page.rows.iter().filter(|row| !row.cve.is_empty()).map(|row| row.weakness.0).collect();
        if !weaknesses.is_empty() {
            let weaknesses: Vec<i64> = weaknesses.into_iter().collect();
            let found = self.exploited(&weaknesses, query.filter, now).await?;
            for row in &mut page.rows {
                row.exploited = found.get(&row.weakness.0).copied().unwrap_or_default();
            }
        }
        Ok(page)
    }

    /// The same without what is published of the rows' CVEs.
    pub(super) async fn plain_list(&self, query: &ListQuery<'_>, now: Micros) -> Result<Page<OccurrenceRow>> {
        let store = self.store;
        let sets = Sets::load(store, query.filter, now).await?;
        let engine = store.db.engine();
        let selection = Selection::list(self.viewer, query.filter, &store.config, engine, &sets, now);
        let limit = query.limit.clamp(1, MAX_PAGE);
        let order = order(query.sort, selection.basis(), one_openness(query.filter));
        if let Some(cursor) = query.cursor {
            order.check(cursor)?;
        }
        let rows: Vec<Row> = store.db.all_built(statement(&selection, query, &order, limit)).await?;
        let page = order.page(rows, limit, query.cursor, |row| keys(row, query.sort, selection.basis(), &order));
        let rows = page.rows.into_iter().map(|row| read(row, selection.basis())).collect::<Result<_>>()?;
        Ok(Page { rows, next: page.next, previous: page.previous })
    }
}

/// The inner statements choose and cut the page; only its rows are joined to names.
fn statement(selection: &Selection<'_>, query: &ListQuery<'_>, order: &Order, limit: u32) -> SqlBuilder {
    let cursor = query.cursor;
    let back = cursor.is_some_and(|cursor| cursor.back);
    let most = i64::from(limit) + 1;
    let mut sql = SqlBuilder::new(OUTER);
    selection.push_parts(&mut sql, |sql, part| {
        sql.push("SELECT * FROM (SELECT * FROM (");
        push_rows(sql, part, query.sort);
        sql.push(") q");
        if let Some(cursor) = cursor {
            sql.push(" WHERE ");
            order.push_after(sql, cursor);
        }
        order.push_order(sql, back);
        sql.push(" LIMIT ").bind(most).push(") cut");
    });
    sql.push(NAMES);
    order.push_order(&mut sql, back);
    sql.push(" LIMIT ").bind(most);
    sql
}

fn push_rows(sql: &mut SqlBuilder, part: &Selection<'_>, sort: Sort) {
    sql.push("SELECT ").push(part.severity()).push(" AS severity, ");
    part.push_status(sql);
    sql.push(" AS status, CAST(CASE WHEN ");
    part.push_open(sql);
    sql.push(" THEN 1 ELSE 0 END AS BIGINT) AS open_now, ").push(part.team()).push(COLUMNS);
    sql.push(match part.basis() {
        Basis::Events(..) => "x.happened_at AS event_at, x.cause AS event_cause, x.sign AS event_sign",
        _ => "CAST(0 AS BIGINT) AS event_at, CAST(0 AS BIGINT) AS event_cause, CAST(0 AS BIGINT) AS event_sign",
    });
    if sort == Sort::Asset {
        sql.push(", a.name AS asset");
        part.push_from_where(sql);
    } else {
        part.push_from_where_alone(sql);
    }
}

fn order(sort: Sort, basis: Basis, one_openness: bool) -> Order {
    let int = |sql| SortKey { sql, kind: Kind::Int };
    let mut keys = match sort {
        Sort::Severity if basis == Basis::Head && !one_openness => {
            vec![int("open_now"), int("severity"), int("first_seen")]
        }
        Sort::Severity => vec![int("severity"), int("first_seen")],
        Sort::FirstSeen => vec![int("first_seen")],
        Sort::LastSeen => vec![int("last_seen")],
        Sort::Due => vec![int("COALESCE(due, 4000000)"), int("(4 - severity)")],
        Sort::Asset => vec![SortKey { sql: "asset", kind: Kind::Text }, int("(4 - severity)")],
        Sort::Risk => vec![int("risk"), int("severity"), int("first_seen")],
    };
    keys.push(int("number"));
    let events = matches!(basis, Basis::Events(..));
    if events {
        keys.extend([int("event_at"), int("event_cause"), int("event_sign"), int("severity"), int("status")]);
        keys.push(int("COALESCE(team, 0)"));
    }
    let number = sort as u8 * 4 + u8::from(events) * 2 + u8::from(one_openness);
    Order { number, descending: !matches!(sort, Sort::Due | Sort::Asset), keys }
}

fn keys(row: &Row, sort: Sort, basis: Basis, order: &Order) -> Vec<Key> {
    let mut keys = match sort {
        Sort::Severity => vec![Key::Int(row.open_now), Key::Int(row.severity), Key::Int(row.first_seen)],
        Sort::FirstSeen => vec![Key::Int(row.first_seen)],
        Sort::LastSeen => vec![Key::Int(row.last_seen)],
        Sort::Due => vec![Key::Int(row.due.unwrap_or(NO_DUE)), Key::Int(4 - row.severity)],
        Sort::Asset => vec![Key::Text(row.asset.clone()), Key::Int(4 - row.severity)],
        Sort::Risk => vec![Key::Int(row.risk), Key::Int(row.severity), Key::Int(row.first_seen)],
    };
    keys.push(Key::Int(row.number));
    if matches!(basis, Basis::Events(..)) {
        keys.extend([row.event_at, row.event_cause, row.event_sign, row.severity, row.status].map(Key::Int));
        keys.push(Key::Int(row.team_id.unwrap_or(0)));
    }
    if keys.len() > order.keys.len() {
        // The order does not begin with openness.
        keys.remove(0);
    }
    keys
}

fn read(row: Row, basis: Basis) -> Result<OccurrenceRow> {
    let small = |number: i64, what: &'static str| i16::try_from(number).map_err(|_| Error::damaged(what));
    let severity = Severity::from_number(small(row.severity, "severity")?).ok_or_else(|| Error::damaged("severity"))?;
    let status = Status::from_number(small(row.status, "status")?).ok_or_else(|| Error::damaged("status"))?;
    let event = match basis {
        Basis::Events(..) => Some(Event {
            at: Micros(row.event_at),
            cause: Cause::from_number(small(row.event_cause, "cause")?).ok_or_else(|| Error::damaged("cause"))?,
            sign: row.event_sign,
        }),
        _ => None,
    };
    let not_retested = if status.is_open() { NotRetested::from_number(small(row.not_retested, "mark")?) } else { None };
    let owasp_2021 = Mapped::from_number(small(row.owasp_2021, "owasp")?);
    Ok(OccurrenceRow {
        number: row.number,
        id: OccurrenceId(uuid::Uuid::from_slice(&row.uuid).map_err(|_| Error::damaged("uuid"))?),
        tool: Tool::from_number(small(row.tool, "tool")?).ok_or_else(|| Error::damaged("tool"))?,
        rule: row.rule,
        weakness: WeaknessId(row.weakness),
        title: row.title,
        severity,
        status,
        not_retested,
        inventory: owasp_2021 == Mapped::NotAWeakness,
        asset: row.asset,
        location: row.location,
        cwe: row.cwe.split_whitespace().filter_map(|number| number.parse().ok()).collect(),
        cve: row.cve.split_whitespace().map(str::to_owned).collect(),
        owasp_2021,
        owasp_2025: Mapped::from_number(small(row.owasp_2025, "owasp")?),
        classification: row.classification,
        team: TeamOf::of(row.team_id, row.team_slug, row.team_name),
        assignee: PersonOf::of(row.person_id, row.person_login, row.person_name),
        due: row.due.and_then(|due| i32::try_from(due).ok()).map(Day),
        first_seen: Micros(row.first_seen),
        last_seen: Micros(row.last_seen),
        episodes: row.episodes,
        event,
        exploited: Exploited::default(),
        risk: row.risk,
    })
}
