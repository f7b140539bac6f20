//! Each term of the filter language as a condition.

use super::named::{Named, push_asset, push_weakness};
use super::{Basis, Selection, causes};
use crate::Value;
use crate::sql::SqlBuilder;
use model::filter::{Compare, DueIs, Mark, PersonIs, StatusIs, TeamIs, What, When};
use model::{Day, Edition, Mapped, Micros, Status};

impl Selection<'_> {
    /// Appends a condition that is true or false, never null, so that it can be turned.
    pub(super) fn push_term(&self, sql: &mut SqlBuilder, number: usize, what: &What) {
        let named = self.sets.named(number);
        if let What::Team(values) = what {
            self.push_team(sql, values, named.and_then(Named::teams));
            return;
        }
        if let What::Owasp(edition, values) = what
            && self.parts()
        {
            self.push_class(sql, named, what, *edition, values);
            return;
        }
        if let Some(named) = named {
            named.push(sql, self.engine);
            return;
        }
        match what {
            What::Severity(values) => {
                sql.push(self.severity()).push(" IN ").bind_list(values.iter().map(|v| v.number()));
            }
            What::Owasp(..)
            | What::Rule(_)
            | What::Cwe(_)
            | What::Cve(_)
            | What::Title(_)
            | What::Kev(_)
            | What::Epss(..) => push_weakness(sql, what, self.then()),
            What::Asset(_) | What::Criticality(_) | What::Exposure(_) | What::Environment(_) | What::Tag(_) => {
                push_asset(sql, what);
            }
            // No list of findings is asked this: the language refuses it there.
            What::Tested(..) | What::SignedIn(..) | What::Is(Mark::Declared | Mark::Host | Mark::Origin) => {
                sql.push("1 = 0");
            }
            What::Tool(values) => {
                sql.push("o.tool IN ").bind_list(values.iter().map(|v| v.number()));
            }
            What::Id(values) => {
                // An id that is part of another by now leads to it.
                sql.push("o.id IN (SELECT p.id FROM occurrence p WHERE p.uuid IN ").bind_list(values.iter().copied());
                sql.push(
                    " UNION ALL SELECT p.merged_id FROM occurrence p WHERE p.merged_id IS NOT NULL AND p.uuid IN ",
                );
                sql.bind_list(values.iter().copied()).push(")");
            }
            What::Status(values) => self.push_statuses(sql, values),
            What::Age(when) => self.push_since(sql, "o.first_seen", *when),
            What::Seen(when) => self.push_since(sql, "o.last_seen", *when),
            What::Due(due) => self.push_due(sql, *due),
            What::Assignee(values) => any(sql, values, |sql, value| self.push_person(sql, value)),
            What::Is(Mark::Inventory) => {
                self.push_inventory(sql, true);
            }
            What::Is(Mark::NotRetested) => {
                sql.push("o.not_retested <> 0 AND ");
                self.push_open(sql);
            }
            What::Is(Mark::Regressed) => {
                sql.push("o.episodes > 1 AND o.present = 1");
            }
            What::Source(values) => {
                sql.push(
                    "EXISTS (SELECT 1 FROM episode p JOIN scan s ON s.id = p.opened_by JOIN source q ON q.id = s.source_id \
                     WHERE p.occurrence_id = o.id AND q.name IN ",
                );
                sql.bind_list(values.iter().map(String::as_str)).push(")");
            }
            What::Issue(values) => any(sql, values, |sql, (tool, rule)| push_issue(sql, *tool, rule)),
            What::Scan(values) => any(sql, values, |sql, scan| {
                self.sets.push_seen(sql, *scan, self.engine);
            }),
            What::Effect(values) => any(sql, values, |sql, (effect, scan)| {
                self.sets.push_effect(sql, *effect, *scan, self.engine);
            }),
            What::Flow(flow, from, to) => self.push_event(sql, *flow, *from, *to),
            What::Text(text) => {
                push_weakness(sql, what, self.then());
                sql.push(" OR ");
                push_asset(sql, what);
                sql.push(" OR lower(o.shown_location) LIKE ");
                sql.bind(containing(text)).push(" ESCAPE '\\'");
            }
            What::Team(_) | What::AsOf(_) | What::KnownAt(_) => {
                sql.push("1 = 1");
            }
        }
    }

    /// Where rules part a weakness, what it is there decides; elsewhere what it is.
    fn push_class(
        &self,
        sql: &mut SqlBuilder,
        named: Option<&Named>,
        what: &What,
        edition: Edition,
        values: &[Mapped],
    ) {
        let parted = |sql: &mut SqlBuilder| {
            sql.push(
                "EXISTS (SELECT 1 FROM parted p9 WHERE p9.asset_id = o.asset_id AND p9.weakness_id = o.weakness_id",
            );
            self.push_in_force(sql, "p9.step", "p9.until_step");
        };
        parted(sql);
        sql.push(match edition {
            Edition::Y2017 => " AND p9.owasp_2017 IN ",
            Edition::Y2021 => " AND p9.owasp_2021 IN ",
            Edition::Y2025 => " AND p9.owasp_2025 IN ",
        });
        sql.bind_list(values.iter().map(|value| value.number())).push(") OR ((");
        match named {
            Some(named) => named.push(sql, self.engine),
            None => push_weakness(sql, what, self.then()),
        }
        sql.push(") AND NOT ");
        parted(sql);
        sql.push("))");
    }

    fn push_team(&self, sql: &mut SqlBuilder, values: &[TeamIs], named: Option<&[i64]>) {
        let (team, named) = (self.team(), named.unwrap_or_default());
        let unowned = values.contains(&TeamIs::Unowned);
        if unowned {
            sql.push(team).push(if named.is_empty() { " IS NULL" } else { " IS NULL OR " });
        }
        // Of one team, the index has the rows in the list's order; in an empty list nothing is, and nothing is unknown.
        match named {
            [] if unowned => sql,
            [] => sql.push("1 = 0"),
            [one] => sql.push("(").push(team).push(" IS NOT NULL AND ").push(team).push(" = ").bind(*one).push(")"),
            several => {
                sql.push("(").push(team).push(" IS NOT NULL AND ").push(team).push(" IN ");
                sql.bind_list(several.iter().copied()).push(")")
            }
        };
    }

    fn push_statuses(&self, sql: &mut SqlBuilder, values: &[StatusIs]) {
        any(sql, values, |sql, value| match (value, self.basis) {
            (StatusIs::Any, _) => {
                sql.push("1 = 1");
            }
            (StatusIs::Open, _) => self.push_open(sql),
            (StatusIs::Closed, _) => {
                sql.push("NOT ");
                self.push_open(sql);
            }
            (StatusIs::One(status), Basis::Head) if self.sets.run_out() => {
                self.push_status(sql);
                sql.push(" = ").bind(status.number());
            }
            (StatusIs::One(status), Basis::Head) => {
                // Says what the status says already, for the indexes of what is open and what is not.
                sql.push(if status.is_open() { "o.is_open = 1" } else { "o.is_open = 0" });
                sql.push(" AND o.status = ").bind(status.number());
            }
            (StatusIs::One(status), _) => {
                // Entries know the workflow of what was open; of a closed one there is none.
                sql.push(self.workflow()).push(" = ").bind(if status.is_open() { status.number() } else { 0 });
            }
        });
    }

    /// `age:` and `seen:`: days count back from the reference, dates are those of the organisation's zone.
    fn push_since(&self, sql: &mut SqlBuilder, column: &'static str, when: When) {
        let ago = |days: u32| Micros(self.clock.reference.0 - i64::from(days) * Micros::DAY);
        let next = |day: Day| self.clock.start(Day(day.0 + 1));
        match when {
            When::Ago(Compare::Less, days) => sql.push(column).push(" > ").bind(ago(days)),
            When::Ago(Compare::AtMost, days) => sql.push(column).push(" >= ").bind(ago(days)),
            When::Ago(Compare::AtLeast, days) => sql.push(column).push(" <= ").bind(ago(days)),
            When::Ago(Compare::More, days) => sql.push(column).push(" < ").bind(ago(days)),
            When::Day(Compare::Less, day) => sql.push(column).push(" < ").bind(self.clock.start(day)),
            When::Day(Compare::AtMost, day) => sql.push(column).push(" < ").bind(next(day)),
            When::Day(Compare::AtLeast, day) => sql.push(column).push(" >= ").bind(self.clock.start(day)),
            When::Day(Compare::More, day) => sql.push(column).push(" >= ").bind(next(day)),
            When::Between(from, to) => {
                sql.push(column).push(" >= ").bind(self.clock.start(from));
                sql.push(" AND ").push(column).push(" < ").bind(next(to))
            }
        };
    }

    /// The day is asked as the indexes have it, in which what has none is due last.
    fn push_due(&self, sql: &mut SqlBuilder, due: DueIs) {
        let ahead = |days: u32| Day(self.clock.today.0.saturating_add(i32::try_from(days).unwrap_or(i32::MAX)));
        match due {
            DueIs::Unset => {
                sql.push("o.due IS NULL");
                return;
            }
            DueIs::Overdue => {
                sql.push("o.due IS NOT NULL AND COALESCE(o.due, 4000000) < ").bind(self.clock.today).push(" AND ");
                self.push_open(sql);
                return;
            }
            DueIs::When(_) => sql.push("o.due IS NOT NULL AND COALESCE(o.due, 4000000) "),
        };
        if let DueIs::When(when) = due {
            match when {
                When::Ago(compare, days) => sql.push(sign(compare)).bind(ahead(days)),
                When::Day(compare, day) => sql.push(sign(compare)).bind(day),
                When::Between(from, to) => {
                    sql.push(">= ").bind(from).push(" AND COALESCE(o.due, 4000000) <= ").bind(to)
                }
            };
        }
    }

    fn push_person(&self, sql: &mut SqlBuilder, person: &PersonIs) {
        match person {
            PersonIs::Nobody => {
                sql.push("o.assignee IS NULL");
            }
            PersonIs::Me => {
                sql.push("(o.assignee IS NOT NULL AND o.assignee = ");
                sql.bind(self.viewer.user().map_or(Value::Int(Some(-1)), Value::from)).push(")");
            }
            PersonIs::Login(login) => {
                sql.push("(o.assignee IS NOT NULL AND o.assignee IN (SELECT u2.id FROM app_user u2 WHERE u2.login = ");
                sql.bind(login.to_lowercase()).push("))");
            }
        }
    }

    /// An event within a range that the netted entries still have.
    fn push_event(&self, sql: &mut SqlBuilder, flow: model::metrics::Flow, from: Day, to: Day) {
        sql.push("EXISTS (SELECT 1 FROM entry e3 WHERE e3.occurrence_id = o.id AND e3.day >= ").bind(from);
        sql.push(" AND e3.day <= ").bind(to).push(" AND e3.cause IN ").bind_list(causes(flow));
        self.push_known(sql, "e3.step");
        sql.push(" GROUP BY e3.happened_at, e3.cause, e3.severity, e3.team_id, e3.workflow HAVING SUM(e3.sign) <> 0)");
    }
}

/// Appends "is shown in the issue of that rule": those of the rule that no other issue has, and what other scanners saw of it.
fn push_issue(sql: &mut SqlBuilder, tool: model::Tool, rule: &str) {
    let of_rule = |sql: &mut SqlBuilder| {
        sql.push("(SELECT w9.id FROM weakness w9 WHERE w9.tool = ").bind(tool.number());
        sql.push(" AND w9.rule = ").bind(rule).push(")");
    };
    sql.push("o.id IN (SELECT c9.occurrence_id FROM correlation c9 WHERE c9.weakness_id IN ");
    of_rule(sql);
    sql.push(") OR (o.weakness_id IN ");
    of_rule(sql);
    sql.push(" AND NOT EXISTS (SELECT 1 FROM correlation c8 WHERE c8.occurrence_id = o.id))");
}

/// Alternatives.
pub(crate) fn any<T>(sql: &mut SqlBuilder, values: &[T], mut push: impl FnMut(&mut SqlBuilder, &T)) {
    for (index, value) in values.iter().enumerate() {
        sql.push(if index == 0 { "(" } else { " OR (" });
        push(sql, value);
        sql.push(")");
    }
    if values.is_empty() {
        sql.push("1 = 0");
    }
}

fn sign(compare: Compare) -> &'static str {
    match compare {
        Compare::Less => "< ",
        Compare::AtMost => "<= ",
        Compare::AtLeast => ">= ",
        Compare::More => "> ",
    }
}

/// A text in which nothing stands for anything else.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// The pattern of what contains a text.
pub(crate) fn containing(text: &str) -> String {
    format!("%{}%", escaped(&text.to_lowercase()))
}

/// A name in which `*` stands for any run of characters.
pub(crate) fn wildcards(name: &str) -> String {
    escaped(&name.to_lowercase()).replace('*', "%")
}

/// The head's open statuses are the workflow's numbers; the shown status of an entry relies on it.
const _: () = {
    assert!(Status::New as i16 == model::Workflow::New as i16);
    assert!(Status::Confirmed as i16 == model::Workflow::Confirmed as i16);
    assert!(Status::InProgress as i16 == model::Workflow::InProgress as i16);
    assert!(Status::FixClaimed as i16 == model::Workflow::FixClaimed as i16);
    assert!(Status::Accepted as i16 == 7);
};
