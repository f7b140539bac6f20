//! What the figures about time rest on: how long each finding of a filter lasted, grouped. `posture::measures` evaluates them.

use crate::filter_sql::{Clock, Selection, Sets, defaults_to_open};
use crate::metrics::NO_TEAM;
use crate::sql::SqlBuilder;
use crate::viewer::Scoped;
use crate::{Error, Result};
use model::filter::{Filter, StatusIs};
use model::metrics::{Dimension, Measure};
use model::policy::Action;
use model::{Day, Edition, Mapped, Micros, Severity, TeamId, Tool};
use posture::measures::{HOLDS, Lot};
use posture::metrics::Key;
use std::sync::Arc;

/// A measure and how it is asked.
#[derive(Clone, Copy, Debug)]
pub struct MeasureQuery<'a> {
    /// Which.
    pub measure: Measure,
    /// What it is cut by: of severity, team, tool and category. Others are refused.
    pub by: &'a [Dimension],
    /// Of which findings.
    pub filter: &'a Filter,
    /// The first day of the period, where the measure has one.
    pub from: Option<Day>,
    /// The last day of the period, where the measure has one.
    pub to: Option<Day>,
}

/// A group of findings alike. Of due days, `days` is the due day, and `closed_at` tells whether it was kept.
#[derive(sqlx::FromRow)]
struct Row {
    severity: i64,
    team: i64,
    tool: i64,
    owasp_2021: i64,
    owasp_2025: i64,
    days: i64,
    happened: i64,
    closed_at: Option<i64>,
    total: i64,
}

impl Scoped<'_> {
    /// The lots of a measure.
    ///
    /// # Errors
    /// The viewer may not see figures, the measure knows no such dimension or cannot be told of the past, or the database fails.
    pub async fn measure_lots(&self, query: MeasureQuery<'_>, now: Micros) -> Result<Arc<Vec<Lot>>> {
        self.viewer.require_somewhere(Action::SeePosture)?;
        let MeasureQuery { measure, by, filter, from, to } = query;
        let by = by.iter().map(|dimension| column(*dimension)).collect::<Result<Vec<_>>>()?;
        let past = filter.is_past();
        if past && !measure.is_of_any_day() {
            return Err(Error::Conflict("not_of_the_past"));
        }
        // How long something lasts is asked of what has ended too.
        let all = measure.has_period() && defaults_to_open(filter);
        let filter = if all { filter.clone().status(StatusIs::Any) } else { filter.clone() };
        let what = format!("{measure} {by:?} {from:?} {to:?}");
        let lots = Box::pin(async {
            let store = self.store;
            let sets = Sets::load(store, &filter, now).await?;
            let selection = Selection::list(self.viewer, &filter, &store.config, store.db.engine(), &sets, now);
            let clock = Clock::new(&store.config, &filter, now);
            let sql = grouped(measure, &by, &selection, &clock, from, to);
            let rows: Vec<Row> = store.db.all_built(sql).await?;
            rows.into_iter().map(|row| lot(measure, &by, row, &clock)).collect()
        });
        let bytes = |lots: &Vec<Lot>| lots.len() * (std::mem::size_of::<Lot>() + by.len() * std::mem::size_of::<Key>());
        self.remembered(&what, &filter, now, bytes, lots).await
    }
}

/// The column of a dimension, if measures know it.
fn column(dimension: Dimension) -> Result<Dimension> {
    match dimension {
        Dimension::Severity | Dimension::Team | Dimension::Tool | Dimension::Owasp2021 | Dimension::Owasp2025 => {
            Ok(dimension)
        }
        _ => Err(Error::Conflict("no_such_dimension")),
    }
}

/// The statement: the filter's findings with their dates, what the measure makes of each, and how many are alike.
fn grouped(
    measure: Measure,
    by: &[Dimension],
    selection: &Selection<'_>,
    clock: &Clock<'_>,
    from: Option<Day>,
    to: Option<Day>,
) -> SqlBuilder {
    let mut sql = SqlBuilder::new("SELECT ");
    for (dimension, asked, not_asked) in [
        (Dimension::Severity, "s.severity, ", "CAST(0 AS BIGINT) AS severity, "),
        (Dimension::Team, "s.team, ", "CAST(0 AS BIGINT) AS team, "),
        (Dimension::Tool, "s.tool, ", "CAST(0 AS BIGINT) AS tool, "),
        (Dimension::Owasp2021, "s.owasp_2021, ", "CAST(0 AS BIGINT) AS owasp_2021, "),
        (Dimension::Owasp2025, "s.owasp_2025, ", "CAST(0 AS BIGINT) AS owasp_2025, "),
    ] {
        sql.push(if by.contains(&dimension) { asked } else { not_asked });
    }
    push_outcome(&mut sql, measure, clock);
    let classes = by.iter().any(|dimension| matches!(dimension, Dimension::Owasp2021 | Dimension::Owasp2025));
    sql.push(", COUNT(*) AS total FROM (");
    selection.push_parts(&mut sql, |sql, part| {
        sql.push("SELECT o.id, o.tool, ");
        if classes {
            sql.push(part.owasp(Edition::Y2021)).push(" AS owasp_2021, ");
            sql.push(part.owasp(Edition::Y2025)).push(" AS owasp_2025, ");
        }
        sql.push("o.status, o.first_seen, o.last_seen, o.closed_at, o.due, o.not_retested, COALESCE(")
            .push(part.team())
            .push(", 0) AS team, ")
            .push(part.severity())
            .push(" AS severity");
        if classes {
            part.push_from_where(sql);
        } else {
            part.push_from_where_alone(sql);
        }
    });
    sql.push(") s");
    push_period(&mut sql, measure, clock, from, to);
    sql.push(" GROUP BY 1, 2, 3, 4, 5, 6, 7, 8");
    sql
}

/// Appends `days`, `happened` and `closed_at`. A state number is a status; a day has 86,400,000,000 microseconds.
fn push_outcome(sql: &mut SqlBuilder, measure: Measure, clock: &Clock<'_>) {
    match measure {
        Measure::Age => {
            sql.push("(").bind(clock.reference);
            sql.push(" - s.first_seen) / 86400000000 AS days, CAST(1 AS BIGINT) AS happened, CAST(NULL AS BIGINT) AS closed_at");
        }
        Measure::Debt => {
            sql.bind(clock.today);
            sql.push(" - s.due AS days, CAST(1 AS BIGINT) AS happened, CAST(NULL AS BIGINT) AS closed_at");
        }
        Measure::DueKept => {
            sql.push(
                "s.due AS days, CAST(CASE WHEN s.status = 5 THEN 1 ELSE 0 END AS BIGINT) AS happened, s.closed_at",
            );
        }
        Measure::TimeToFix => {
            // Nobody knows how long what is closed without a proof, or was not re-tested, has been there: until it was last seen.
            sql.push("(CASE WHEN s.status = 5 THEN s.closed_at WHEN s.status > 5 OR s.not_retested <> 0 THEN s.last_seen ELSE ");
            sql.bind(clock.reference);
            sql.push(
                " END - s.first_seen) / 86400000000 AS days, \
                 CAST(CASE WHEN s.status = 5 THEN 1 ELSE 0 END AS BIGINT) AS happened, CAST(NULL AS BIGINT) AS closed_at",
            );
        }
        Measure::TimeToDecide => {
            sql.push("(COALESCE(f.at, CASE WHEN s.status = 5 THEN s.closed_at ELSE ").bind(clock.reference);
            sql.push(
                " END) - s.first_seen) / 86400000000 AS days, \
                 CAST(CASE WHEN f.at IS NULL THEN 0 ELSE 1 END AS BIGINT) AS happened, CAST(NULL AS BIGINT) AS closed_at",
            );
        }
        Measure::ReopenRate => {
            sql.push("CAST(0 AS BIGINT) AS days, CAST(CASE WHEN n.opened_at - e.closed_at <= ")
                .bind(HOLDS * Micros::DAY);
            sql.push(" THEN 1 ELSE 0 END AS BIGINT) AS happened, CAST(NULL AS BIGINT) AS closed_at");
        }
    }
}

/// Appends what else the measure looks at, and the period.
fn push_period(sql: &mut SqlBuilder, measure: Measure, clock: &Clock<'_>, from: Option<Day>, to: Option<Day>) {
    let instant = match measure {
        Measure::Age => return,
        Measure::Debt => {
            sql.push(" WHERE s.due < ").bind(clock.today);
            return;
        }
        Measure::DueKept => {
            // A due day that is still ahead is neither kept nor broken, and a verdict ends the promise.
            sql.push(" WHERE s.status <= 5 AND s.due < ").bind(clock.today);
            for (day, compared) in [(from, " AND s.due >= "), (to, " AND s.due <= ")] {
                if let Some(day) = day {
                    sql.push(compared).bind(day);
                }
            }
            return;
        }
        Measure::TimeToFix => {
            sql.push(" WHERE s.status <> 6");
            "s.first_seen"
        }
        Measure::TimeToDecide => {
            sql.push(
                " LEFT JOIN (SELECT d.occurrence_id, MIN(d.happened_at) AS at FROM decision d WHERE d.kind <> 'comment' \
                 AND NOT EXISTS (SELECT 1 FROM decision_withdrawal x WHERE x.decision_id = d.id) GROUP BY d.occurrence_id) f \
                 ON f.occurrence_id = s.id WHERE 1 = 1",
            );
            "s.first_seen"
        }
        Measure::ReopenRate => {
            sql.push(
                " JOIN episode e ON e.occurrence_id = s.id LEFT JOIN episode n ON n.occurrence_id = e.occurrence_id \
                 AND n.number = e.number + 1 WHERE e.closed_at IS NOT NULL",
            );
            "e.closed_at"
        }
    };
    if let Some(day) = from {
        sql.push(" AND ").push(instant).push(" >= ").bind(clock.start(day));
    }
    if let Some(day) = to {
        sql.push(" AND ").push(instant).push(" < ").bind(clock.start(Day(day.0 + 1)));
    }
}

fn lot(measure: Measure, by: &[Dimension], row: Row, clock: &Clock<'_>) -> Result<Lot> {
    let small = |number: i64, what: &'static str| i16::try_from(number).map_err(|_| Error::damaged(what));
    let key = |dimension: &Dimension| {
        Ok(match dimension {
            Dimension::Severity => {
                let severity = Severity::from_number(small(row.severity, "severity")?);
                Key::Severity(severity.ok_or_else(|| Error::damaged("severity"))?)
            }
            Dimension::Team => Key::Team((row.team != NO_TEAM).then_some(TeamId(row.team))),
            Dimension::Tool => {
                let tool = Tool::from_number(small(row.tool, "tool")?);
                Key::Tool(tool.ok_or_else(|| Error::damaged("tool"))?)
            }
            Dimension::Owasp2025 => Key::Owasp(Mapped::from_number(small(row.owasp_2025, "owasp")?)),
            _ => Key::Owasp(Mapped::from_number(small(row.owasp_2021, "owasp")?)),
        })
    };
    let kept = |closed: i64| i64::from(clock.day(Micros(closed)).0) <= row.days;
    let (days, happened) = match measure {
        Measure::DueKept => (0, row.happened != 0 && row.closed_at.is_some_and(kept)),
        _ => (row.days, row.happened != 0),
    };
    Ok(Lot { keys: by.iter().map(key).collect::<Result<_>>()?, days, happened, count: row.total })
}

#[cfg(test)]
mod tests {
    use model::{Micros, Status};

    #[test]
    fn the_statements_know_the_statuses_by_number() {
        assert_eq!((Status::Fixed.number(), Status::FalsePositive.number(), Micros::DAY), (5, 6, 86_400_000_000));
        assert!(Status::ALL.iter().all(|status| status.is_open() == (status.number() < 5)));
    }
}
