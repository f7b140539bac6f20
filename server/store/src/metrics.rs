//! The cells that every figure is summed from: out of the day roll-up where its dimensions answer the filter, else out of
//! the ledger; cut to the viewer in either case. `posture::metrics` evaluates them.

mod newest;

use crate::filter_sql::{Selection, Sets, keeps_inventory};
use crate::sql::SqlBuilder;
use crate::viewer::{Scope, Scoped};
use crate::{Error, Result};
use model::filter::{Filter, Known, Mark, StatusIs, TeamIs, Term, What};
use model::policy::Action;
use model::{Cause, Day, Edition, Mapped, Micros, Severity, TeamId, Tool, Workflow};
use posture::metrics::{Book, Cell};
use std::sync::Arc;

pub(crate) use newest::{Newest, STATEMENTS};

/// What the roll-up holds for "no team": ids of teams begin at 1.
pub(crate) const NO_TEAM: i64 = 0;

#[derive(sqlx::FromRow)]
struct Row {
    day: i64,
    recorded_day: i64,
    cause: i64,
    severity: i64,
    team: i64,
    workflow: i64,
    tool: i64,
    owasp_2017: i64,
    owasp_2021: i64,
    owasp_2025: i64,
    total: i64,
}

/// Where cells are read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cells {
    /// The day roll-up.
    Rollup,
    /// The ledger.
    Ledger,
}

impl Scoped<'_> {
    /// The cells of a filter. An `as-of:` term cuts them at its day, a `known-at:` term at that knowledge.
    ///
    /// # Errors
    /// The viewer may not see figures, or the database fails.
    pub async fn metric_cells(&self, filter: &Filter, now: Micros) -> Result<Arc<Book>> {
        self.viewer.require_somewhere(Action::SeePosture)?;
        let book = Box::pin(async move {
            Ok(Book::new(match self.rollup_answers(filter) {
                true if filter.known_at().is_none() => match filter.as_of() {
                    // A day of the past is the newest book up to there.
                    Some(day) => {
                        let mut cells = self.newest_cells(&filter.clone().without("as-of"), now).await?;
                        cells.retain(|cell| cell.day <= day);
                        cells
                    }
                    None => self.newest_cells(filter, now).await?,
                },
                true => self.metric_cells_from(Cells::Rollup, filter, now).await?,
                false => self.metric_cells_from(Cells::Ledger, filter, now).await?,
            }))
        });
        self.remembered("cells", filter, now, |book| 2 * std::mem::size_of_val(book.cells()), book).await
    }

    /// The cells of a filter, read from where the caller says: for the check that both say the same.
    ///
    /// # Errors
    /// The viewer may not see figures, the roll-up cannot answer this, or the database fails.
    pub async fn metric_cells_from(&self, from: Cells, filter: &Filter, now: Micros) -> Result<Vec<Cell>> {
        self.viewer.require_somewhere(Action::SeePosture)?;
        let sql = match from {
            Cells::Rollup if self.rollup_answers(filter) => rollup(filter),
            Cells::Rollup => return Err(Error::Conflict("not_in_the_rollup")),
            Cells::Ledger => {
                let store = self.store;
                let sets = Sets::load(store, filter, now).await?;
                let selection = Selection::entries(self.viewer, filter, &store.config, store.db.engine(), &sets, now);
                ledger(&selection, None)
            }
        };
        let rows: Vec<Row> = self.store.db.all_built(sql).await?;
        rows.into_iter().map(read).collect()
    }

    /// Whether the roll-up has every dimension that the filter and the viewer's scope ask for.
    #[must_use]
    pub fn rollup_answers(&self, filter: &Filter) -> bool {
        self.viewer.teams == Scope::Everything
            && filter.terms().iter().all(|term| {
                matches!(
                    &term.what,
                    What::Severity(_)
                        | What::Owasp(..)
                        | What::Team(_)
                        | What::Tool(_)
                        | What::Status(_)
                        | What::Is(Mark::Inventory)
                        | What::AsOf(_)
                        | What::KnownAt(Known::Day(_))
                )
            })
    }
}

/// The sums of the ledger, or of what was posted to it after a step.
fn ledger(selection: &Selection<'_>, after: Option<i64>) -> SqlBuilder {
    let mut sql = SqlBuilder::new(
        "SELECT x.day, k.recorded_day, x.cause, x.severity, COALESCE(x.team_id, 0) AS team, x.workflow, o.tool, ",
    );
    sql.push(selection.owasp(Edition::Y2017)).push(" AS owasp_2017, ");
    sql.push(selection.owasp(Edition::Y2021)).push(" AS owasp_2021, ");
    sql.push(selection.owasp(Edition::Y2025)).push(" AS owasp_2025, CAST(SUM(x.sign) AS BIGINT) AS total");
    selection.push_from_where(&mut sql);
    if let Some(step) = after {
        sql.push(" AND x.step > ").bind(step);
    }
    sql.push(" GROUP BY x.day, k.recorded_day, x.cause, x.severity, x.team_id, x.workflow, o.tool");
    for edition in [Edition::Y2017, Edition::Y2021, Edition::Y2025] {
        sql.push(", ").push(selection.owasp(edition));
    }
    sql.push(" HAVING SUM(x.sign) <> 0");
    sql
}

fn rollup(filter: &Filter) -> SqlBuilder {
    let mut sql = SqlBuilder::new(
        "SELECT r.day, r.recorded_day, r.cause, r.severity, r.team, r.workflow, r.tool, r.owasp_2017, r.owasp_2021, \
         r.owasp_2025, r.total FROM rollup r WHERE r.total <> 0",
    );
    if !keeps_inventory(filter) {
        sql.push(" AND r.owasp_2021 <> -1");
    }
    for Term { negated, what } in filter.terms() {
        sql.push(if *negated { " AND NOT (" } else { " AND (" });
        match what {
            What::Severity(values) => {
                sql.push("r.severity IN ").bind_list(values.iter().map(|v| v.number()));
            }
            What::Owasp(edition, values) => {
                sql.push(match edition {
                    Edition::Y2017 => "r.owasp_2017 IN ",
                    Edition::Y2021 => "r.owasp_2021 IN ",
                    Edition::Y2025 => "r.owasp_2025 IN ",
                });
                sql.bind_list(values.iter().map(|v| v.number()));
            }
            What::Tool(values) => {
                sql.push("r.tool IN ").bind_list(values.iter().map(|v| v.number()));
            }
            What::Team(values) => {
                let slugs = values.iter().filter_map(TeamIs::slug);
                if values.contains(&TeamIs::Unowned) {
                    sql.push("r.team = 0 OR ");
                }
                sql.push("r.team IN (SELECT t.id FROM team t WHERE t.slug IN ").bind_list(slugs).push(")");
            }
            What::Status(values) => push_statuses(&mut sql, values),
            What::Is(_) => {
                sql.push("r.owasp_2021 = -1");
            }
            What::AsOf(day) => {
                sql.push("r.day <= ").bind(*day);
            }
            What::KnownAt(Known::Day(day)) => {
                sql.push("r.recorded_day <= ").bind(*day);
            }
            _ => {
                sql.push("1 = 1");
            }
        }
        sql.push(")");
    }
    sql
}

/// As in the ledger: entries know the workflow of what was open, and nothing of what was not.
fn push_statuses(sql: &mut SqlBuilder, values: &[StatusIs]) {
    for (index, value) in values.iter().enumerate() {
        sql.push(if index == 0 { "" } else { " OR " });
        match value {
            StatusIs::Open | StatusIs::Any => sql.push("1 = 1"),
            StatusIs::Closed => sql.push("1 = 0"),
            StatusIs::One(status) => sql.push("r.workflow = ").bind(if status.is_open() { status.number() } else { 0 }),
        };
    }
}

fn read(row: Row) -> Result<Cell> {
    let small = |number: i64, what: &'static str| i16::try_from(number).map_err(|_| Error::damaged(what));
    let day = |number: i64| i32::try_from(number).map(Day).map_err(|_| Error::damaged("day"));
    Ok(Cell {
        day: day(row.day)?,
        recorded_day: day(row.recorded_day)?,
        cause: Cause::from_number(small(row.cause, "cause")?).ok_or_else(|| Error::damaged("cause"))?,
        severity: Severity::from_number(small(row.severity, "severity")?).ok_or_else(|| Error::damaged("severity"))?,
        team: (row.team != NO_TEAM).then_some(TeamId(row.team)),
        workflow: Workflow::from_number(small(row.workflow, "workflow")?).ok_or_else(|| Error::damaged("workflow"))?,
        tool: Tool::from_number(small(row.tool, "tool")?).ok_or_else(|| Error::damaged("tool"))?,
        owasp_2017: Mapped::from_number(small(row.owasp_2017, "owasp")?),
        owasp_2021: Mapped::from_number(small(row.owasp_2021, "owasp")?),
        owasp_2025: Mapped::from_number(small(row.owasp_2025, "owasp")?),
        total: row.total,
    })
}
