//! From a filter and a viewer to the assets that they mean, now or at the end of a day: the one place where assets are chosen,
//! for lists, counts and figures alike.

use crate::Config;
use crate::filter_sql::spans::push_spans;
use crate::filter_sql::{Clock, any, containing, push_asset, push_step};
use crate::sql::SqlBuilder;
use crate::viewer::{Scope, Viewer, team_values};
use model::filter::{Compare, Filter, Mark, TeamIs, TestedIs, What, When};
use model::{Day, Micros, Tool};

/// A filter of assets as one viewer asks it at one instant.
pub(crate) struct Chosen<'a> {
    viewer: &'a Viewer,
    filter: &'a Filter,
    clock: Clock<'a>,
    past: bool,
}

impl<'a> Chosen<'a> {
    pub(crate) fn new(viewer: &'a Viewer, filter: &'a Filter, config: &'a Config, now: Micros) -> Self {
        let past = filter.is_past();
        Self { viewer, filter, clock: Clock::new(config, filter, now), past }
    }

    /// The instant from which ages of tests are counted.
    pub(crate) fn reference(&self) -> Micros {
        self.clock.reference
    }

    /// Appends ` FROM … WHERE …`; `a` has the columns of `asset`, team and attributes as they were at the instant shown.
    pub(crate) fn push_from_where(&self, sql: &mut SqlBuilder) {
        sql.push(" FROM ");
        if self.past {
            self.push_then(sql);
        } else {
            sql.push("asset");
        }
        sql.push(" a WHERE ");
        self.push_where(sql);
    }

    /// Appends the conditions alone.
    pub(crate) fn push_where(&self, sql: &mut SqlBuilder) {
        // An asset whose every scan was undone is not there, unless somebody declares that it is.
        // One that is part of another is there as that.
        sql.push("a.merged_id IS NULL AND (a.declared = 1 OR EXISTS (SELECT 1");
        self.push_looks(sql);
        sql.push("))");
        if let Scope::Teams(teams) = &self.viewer.teams {
            sql.push(" AND (a.team_id IN ").bind_list(team_values(teams));
            if self.past {
                sql.push(" OR a.team_now IN ").bind_list(team_values(teams));
            }
            sql.push(")");
        }
        for term in self.filter.terms() {
            if matches!(term.what, What::AsOf(_) | What::KnownAt(_)) {
                continue;
            }
            sql.push(if term.negated { " AND NOT (" } else { " AND (" });
            self.push_term(sql, &term.what);
            sql.push(")");
        }
    }

    /// Appends the assets with team and attributes as they were at the end of the day shown.
    fn push_then(&self, sql: &mut SqlBuilder) {
        let end = self.clock.reference;
        sql.push(
            "(SELECT a0.id, a0.key, a0.name, a0.kind, a0.facts, a0.merged_id, a0.team_id AS team_now, CAST(NULL AS BIGINT) AS team_rule, \
             v.declared, v.criticality, v.exposure, v.environment, v.tags, (SELECT w.team_id FROM asset_owner w \
             WHERE w.asset_id = a0.id ORDER BY CASE WHEN w.at <= ",
        );
        // The last owner until then; the first reaches back.
        sql.bind(end).push(" THEN 0 ELSE 1 END, CASE WHEN w.at <= ").bind(end);
        sql.push(" THEN -w.at ELSE w.at END LIMIT 1) AS team_id FROM asset a0 JOIN ");
        push_spans(sql, self.filter.known_at());
        let day = self.clock.today;
        sql.push(" v ON v.asset_id = a0.id WHERE v.from_day <= ")
            .bind(day)
            .push(" AND v.to_day > ")
            .bind(day)
            .push(")");
    }

    /// Appends ` FROM … WHERE …` of the looks at `a` that count: of scans in force, until the instant shown.
    fn push_looks(&self, sql: &mut SqlBuilder) {
        sql.push(
            " FROM observation b JOIN scan s ON s.id = b.scan_id WHERE b.asset_id IN \
             (SELECT p.id FROM asset p WHERE p.id = a.id OR p.merged_id = a.id) AND ",
        );
        self.push_in_force(sql);
    }

    /// Appends whether a look `b` of a scan `s` counts.
    pub(crate) fn push_in_force(&self, sql: &mut SqlBuilder) {
        match self.filter.known_at() {
            None => {
                sql.push("s.withdrawn_step IS NULL");
            }
            Some(known) => {
                sql.push("s.step <= ");
                push_step(sql, known);
                sql.push(" AND (s.withdrawn_step IS NULL OR s.withdrawn_step > ");
                push_step(sql, known);
                sql.push(")");
            }
        }
        if self.past {
            sql.push(" AND b.at <= ").bind(self.clock.reference);
        }
    }

    fn push_term(&self, sql: &mut SqlBuilder, what: &What) {
        match what {
            What::Text(text) => {
                push_asset(sql, what);
                sql.push(" OR lower(a.key) LIKE ").bind(containing(text)).push(" ESCAPE '\\'");
            }
            What::Team(values) => any(sql, values, |sql, value| match value {
                TeamIs::Unowned => {
                    sql.push("a.team_id IS NULL");
                }
                TeamIs::Slug(slug) => {
                    sql.push("a.team_id IS NOT NULL AND a.team_id IN (SELECT t.id FROM team t WHERE t.slug = ");
                    sql.bind(slug.as_str()).push(")");
                }
            }),
            What::Is(Mark::Declared) => {
                sql.push("a.declared = 1");
            }
            What::Is(Mark::Host) => {
                sql.push("a.kind = 1");
            }
            What::Is(Mark::Origin) => {
                sql.push("a.kind = 2");
            }
            What::Tested(is, tool) => self.push_tested(sql, *is, *tool, false),
            What::SignedIn(is, tool) => self.push_tested(sql, *is, *tool, true),
            what => push_asset(sql, what),
        }
    }

    /// Appends "the last test was then", of any scanner or of one.
    fn push_tested(&self, sql: &mut SqlBuilder, is: TestedIs, tool: Option<Tool>, signed_in: bool) {
        let since = |sql: &mut SqlBuilder, turned: bool, from: Option<Micros>| {
            sql.push(if turned { "NOT EXISTS (SELECT 1" } else { "EXISTS (SELECT 1" });
            self.push_looks(sql);
            sql.push(" AND b.reached = 1");
            if signed_in {
                sql.push(" AND b.credentialed = 1");
            }
            if let Some(tool) = tool {
                sql.push(" AND b.tool = ").bind(tool.number());
            }
            if let Some(from) = from {
                sql.push(" AND b.at >= ").bind(from);
            }
            sql.push(")");
        };
        match is {
            TestedIs::Never => since(sql, true, None),
            TestedIs::When(when) => {
                let (from, to) = self.bounds(when);
                since(sql, false, from);
                if to.is_some() {
                    sql.push(" AND ");
                    since(sql, true, to);
                }
            }
        }
    }

    /// What the last test must not lie before, and what it must lie before.
    fn bounds(&self, when: When) -> (Option<Micros>, Option<Micros>) {
        let ago = |days: u32| Micros(self.clock.reference.0 - i64::from(days) * Micros::DAY);
        let after = |at: Micros| Micros(at.0 + 1);
        let start = |day: Day| self.clock.start(day);
        match when {
            When::Ago(Compare::Less, days) => (Some(after(ago(days))), None),
            When::Ago(Compare::AtMost, days) => (Some(ago(days)), None),
            When::Ago(Compare::AtLeast, days) => (None, Some(after(ago(days)))),
            When::Ago(Compare::More, days) => (None, Some(ago(days))),
            When::Day(Compare::Less, day) => (None, Some(start(day))),
            When::Day(Compare::AtMost, day) => (None, Some(start(Day(day.0 + 1)))),
            When::Day(Compare::AtLeast, day) => (Some(start(day)), None),
            When::Day(Compare::More, day) => (Some(start(Day(day.0 + 1))), None),
            When::Between(from, to) => (Some(start(from)), Some(start(Day(to.0 + 1)))),
        }
    }
}
