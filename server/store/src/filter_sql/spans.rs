//! What the organisation says of assets, as it was. Attributes hold from the day on which they were said, so that a past list
//! and every figure take those of their own day: an asset whose attributes begin or cease to match brings its open findings
//! in or takes them out on that day, as moved ones.

use super::terms::{any, escaped};
use super::{Selection, push_step};
use crate::sql::SqlBuilder;
use model::Cause;
use model::filter::{Filter, Known, What};

/// Columns that hold attributes.
pub(crate) struct Columns {
    criticality: &'static str,
    exposure: &'static str,
    environment: &'static str,
    tags: &'static str,
}

/// What holds now: the columns of `asset a`.
pub(crate) const NOW: Columns =
    Columns { criticality: "a.criticality", exposure: "a.exposure", environment: "a.environment", tags: "a.tags" };

/// What held for some time: the columns of a stretch `v`.
pub(crate) const THEN: Columns =
    Columns { criticality: "v.criticality", exposure: "v.exposure", environment: "v.environment", tags: "v.tags" };

/// Appends what a term asks of attributes: true or false, never null.
pub(crate) fn push_attribute(sql: &mut SqlBuilder, columns: &Columns, what: &What) {
    match what {
        What::Criticality(values) => any(sql, values, |sql, value| {
            push_number(sql, columns.criticality, value.map(|value| value.number()));
        }),
        What::Exposure(values) => any(sql, values, |sql, value| {
            push_number(sql, columns.exposure, value.map(|value| value.number()));
        }),
        What::Environment(values) => any(sql, values, |sql, value| {
            sql.push(columns.environment).push(" = ").bind(value.as_deref().unwrap_or_default());
        }),
        What::Tag(values) => any(sql, values, |sql, value| match value {
            None => {
                sql.push(columns.tags).push(" = ''");
            }
            Some(tag) => {
                sql.push(columns.tags).push(" LIKE ").bind(format!("% {} %", escaped(tag))).push(" ESCAPE '\\'");
            }
        }),
        _ => {
            sql.push("1 = 1");
        }
    }
}

fn push_number(sql: &mut SqlBuilder, column: &'static str, value: Option<i16>) {
    match value {
        None => sql.push(column).push(" IS NULL"),
        Some(value) => sql.push(column).push(" IS NOT NULL AND ").push(column).push(" = ").bind(value),
    };
}

/// Appends the stretches of days in which each asset had the same attributes, `[from_day, to_day)`, as a relation without a
/// name: one row an asset and stretch. What nobody had said anything of yet has a stretch too.
pub(crate) fn push_spans(sql: &mut SqlBuilder, known: Option<Known>) {
    let bound = |sql: &mut SqlBuilder, column: &'static str| {
        if let Some(known) = known {
            sql.push(" AND ").push(column).push(" <= ");
            push_step(sql, known);
        }
    };
    sql.push(
        "(SELECT a5.id AS asset_id, CAST(-1000000 AS BIGINT) AS from_day, COALESCE((SELECT MIN(n.day) \
         FROM asset_attribute n WHERE n.asset_id = a5.id",
    );
    bound(sql, "n.step");
    sql.push(
        "), 1000000) AS to_day, CAST(0 AS BIGINT) AS declared, CAST(NULL AS BIGINT) AS criticality, \
         CAST(NULL AS BIGINT) AS exposure, '' AS environment, '' AS tags FROM asset a5 \
         UNION ALL SELECT h.asset_id, h.day, COALESCE((SELECT MIN(n.day) FROM asset_attribute n \
         WHERE n.asset_id = h.asset_id AND n.day > h.day",
    );
    bound(sql, "n.step");
    sql.push(
        "), 1000000), h.declared, h.criticality, h.exposure, h.environment, h.tags FROM asset_attribute h \
         WHERE NOT EXISTS (SELECT 1 FROM asset_attribute m WHERE m.asset_id = h.asset_id AND m.day = h.day AND m.id > h.id",
    );
    bound(sql, "m.step");
    sql.push(")");
    bound(sql, "h.step");
    sql.push(")");
}

/// Whether a filter asks what the organisation says of assets.
pub(super) fn asks(filter: &Filter) -> bool {
    filter.terms().iter().any(|term| term.what.is_attribute())
}

impl Selection<'_> {
    /// Appends the ledger's entries, cut to the stretches in which the asset's attributes match where the filter asks for
    /// any. What was open when a stretch began came in then, what is open when it ends goes out: entries at noon of that
    /// day (in UTC: an instant for who asks for one), moved.
    pub(super) fn push_entries(&self, sql: &mut SqlBuilder) {
        if !asks(self.filter) {
            sql.push("entry");
            return;
        }
        sql.push("(WITH spans AS (SELECT v.asset_id, v.from_day, v.to_day FROM ");
        push_spans(sql, self.filter.known_at());
        sql.push(" v WHERE 1 = 1");
        for term in self.filter.terms().iter().filter(|term| term.what.is_attribute()) {
            sql.push(if term.negated { " AND NOT (" } else { " AND (" });
            push_attribute(sql, &THEN, &term.what);
            sql.push(")");
        }
        sql.push(
            ") SELECT n1.occurrence_id, n1.severity, n1.team_id, n1.workflow, n1.day, n1.step, n1.cause, n1.happened_at, \
             n1.sign FROM spans JOIN entry n1 ON n1.asset_id = spans.asset_id \
             WHERE n1.day >= spans.from_day AND n1.day < spans.to_day \
             UNION ALL SELECT n2.occurrence_id, n2.severity, n2.team_id, n2.workflow, spans.from_day, n2.step, ",
        );
        sql.bind(Cause::Moved.number());
        sql.push(
            ", spans.from_day * 86400000000 + 43200000000, n2.sign FROM spans JOIN entry n2 \
             ON n2.asset_id = spans.asset_id WHERE n2.day < spans.from_day \
             UNION ALL SELECT n3.occurrence_id, n3.severity, n3.team_id, n3.workflow, spans.to_day, n3.step, ",
        );
        sql.bind(Cause::Moved.number());
        sql.push(
            ", spans.to_day * 86400000000 + 43200000000, -n3.sign FROM spans JOIN entry n3 \
             ON n3.asset_id = spans.asset_id WHERE n3.day < spans.to_day AND spans.to_day < 1000000)",
        );
    }
}
