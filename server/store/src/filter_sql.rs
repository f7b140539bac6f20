//! From a filter and a viewer to SQL: the one place where rows are chosen, for lists, counts, groups, metrics and details
//! alike, so that no number includes a row that its reader cannot open.
//!
//! A [`Selection`] cannot be made without a viewer, and the scope is the first condition that it writes. Three relations
//! answer the three kinds of question; each names its rows' severity, team and workflow *as they were*:
//!
//! - [`Basis::Head`]: what the head's projection says now;
//! - [`Basis::AsOf`]: the occurrences whose entries up to a day and step sum to one. Most of what was open then is open now
//!   and nothing has touched it since, so that statements ask for two parts ([`Selection::push_parts`]): the head's rows
//!   without an entry after that, in the head's own orders, and the sums of the rest;
//! - [`Basis::Events`]: the netted entries of some causes within a range of days, one row each.
//!
//! [`Basis::Entries`] is the ledger itself, for sums.

use crate::db::Engine;
use crate::feeds::Moment;
use crate::sql::SqlBuilder;
use crate::viewer::{Scope, Viewer};
use crate::{Config, Value, dialect};
use model::filter::{Filter, Known, StatusIs, Term, What};
use model::metrics::Flow;
use model::{Cause, Day, Micros};

mod classes;
mod named;
mod sets;
pub(crate) mod spans;
mod terms;
use named::Named;
pub(crate) use named::STATEMENTS as NAMED;
pub(crate) use named::push_asset;
pub(crate) use sets::{STATEMENTS, Sets};
pub(crate) use terms::{any, containing};

/// Which relation a question is put to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Basis {
    /// The head's projection.
    Head,
    /// What was open at the end of a day.
    AsOf(Day, Part),
    /// What happened between two days, both included.
    Events(Flow, Day, Day),
    /// Every entry up to a day, if one is given.
    Entries(Option<Day>),
}

/// Which of the occurrences that were open then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// All of them.
    Whole,
    /// Those that no later entry has touched: they are now what they were then.
    Untouched,
    /// Those that a later entry has touched.
    Touched,
}

/// A filter as one viewer asks it at one instant.
#[derive(Clone, Copy)]
pub(crate) struct Selection<'a> {
    viewer: &'a Viewer,
    filter: &'a Filter,
    basis: Basis,
    engine: Engine,
    sets: &'a Sets,
    clock: Clock<'a>,
}

/// The instants that a filter's words stand for.
#[derive(Clone, Copy)]
pub(crate) struct Clock<'a> {
    config: &'a Config,
    /// Now.
    pub(crate) now: Micros,
    /// What ages and due days are counted from: the end of the day shown, else the minute that it is.
    pub(crate) reference: Micros,
    /// The day of the reference.
    pub(crate) today: Day,
}

impl<'a> Clock<'a> {
    pub(crate) fn new(config: &'a Config, filter: &Filter, now: Micros) -> Self {
        let mut clock = Self { config, now, reference: now.minute(), today: config.days.day(now) };
        if let Some(day) = filter.as_of()
            && day < clock.today
        {
            clock.reference = Micros(clock.start(Day(day.0 + 1)).0 - 1);
            clock.today = day;
        }
        clock
    }

    /// The day of an instant in the organisation's zone.
    pub(crate) fn day(&self, at: Micros) -> Day {
        self.config.days.day(at)
    }

    /// The first instant of a day in the organisation's zone. The clock only says which day an instant is in, so the
    /// boundary is searched: no zone is further than two days from the same day in UTC.
    pub(crate) fn start(&self, day: Day) -> Micros {
        let utc = i64::from(day.0).saturating_mul(Micros::DAY);
        let (mut low, mut high) = (utc - 2 * Micros::DAY, utc + 2 * Micros::DAY);
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if self.config.days.day(Micros(middle)) < day { low = middle } else { high = middle }
        }
        Micros(high)
    }
}

/// The moment at which a filter asks about exploitation: the end of the day that it shows.
pub(crate) fn exploit_moment(config: &Config, filter: &Filter, now: Micros) -> Moment {
    Moment { day: Clock::new(config, filter, now).today, known: filter.known_at() }
}

/// The same, if that is in the past.
fn then(config: &Config, filter: &Filter, now: Micros) -> Option<Moment> {
    filter.is_past().then(|| exploit_moment(config, filter, now))
}

impl<'a> Selection<'a> {
    /// What a list shows: the relation follows from the filter.
    pub(crate) fn list(
        viewer: &'a Viewer,
        filter: &'a Filter,
        config: &'a Config,
        engine: Engine,
        sets: &'a Sets,
        now: Micros,
    ) -> Self {
        let clock = Clock::new(config, filter, now);
        let basis = match filter.terms().iter().find_map(|term| match term.what {
            What::Flow(flow, from, to) if !term.negated => Some((flow, from, to)),
            _ => None,
        }) {
            Some((flow, from, to)) => Basis::Events(flow, from, filter.as_of().map_or(to, |day| day.min(to))),
            None if filter.is_past() => Basis::AsOf(clock.today, Part::Whole),
            None => Basis::Head,
        };
        Self { viewer, filter, basis, engine, sets, clock }
    }

    /// What a metric sums.
    pub(crate) fn entries(
        viewer: &'a Viewer,
        filter: &'a Filter,
        config: &'a Config,
        engine: Engine,
        sets: &'a Sets,
        now: Micros,
    ) -> Self {
        let clock = Clock::new(config, filter, now);
        Self { viewer, filter, basis: Basis::Entries(filter.as_of()), engine, sets, clock }
    }

    /// The moment in the past of which exploitation is asked, if it is.
    fn then(&self) -> Option<Moment> {
        then(self.clock.config, self.filter, self.clock.now)
    }

    pub(crate) fn basis(&self) -> Basis {
        self.basis
    }

    /// Appends what `each` writes of each part that the rows consist of, as one `UNION ALL`; a part says by itself how its rows'
    /// severity, team and status are called. What was open at a day has two, unless most is touched since, or what the
    /// organisation says of assets is asked too, whose stretches every entry is cut to.
    pub(crate) fn push_parts(&self, sql: &mut SqlBuilder, mut each: impl FnMut(&mut SqlBuilder, &Self)) {
        match self.basis {
            Basis::AsOf(day, Part::Whole) if self.sets.settled() && !spans::asks(self.filter) => {
                each(sql, &Self { basis: Basis::AsOf(day, Part::Untouched), ..*self });
                sql.push(" UNION ALL ");
                each(sql, &Self { basis: Basis::AsOf(day, Part::Touched), ..*self });
            }
            _ => each(sql, self),
        }
    }

    /// Whether the rows are as the head has them.
    fn is_of_head(&self) -> bool {
        matches!(self.basis, Basis::Head | Basis::AsOf(_, Part::Untouched))
    }

    /// The severity as it was.
    pub(crate) fn severity(&self) -> &'static str {
        if self.is_of_head() { "o.severity" } else { "x.severity" }
    }

    /// The team as it was.
    pub(crate) fn team(&self) -> &'static str {
        if self.is_of_head() { "o.team_id" } else { "x.team_id" }
    }

    /// The workflow as it was.
    fn workflow(&self) -> &'static str {
        if self.is_of_head() { "o.workflow" } else { "x.workflow" }
    }

    /// Appends the shown status: at the head an exception that has run out shows its workflow again.
    pub(crate) fn push_status(&self, sql: &mut SqlBuilder) {
        match self.basis {
            Basis::AsOf(..) | Basis::Entries(_) => {
                sql.push(self.workflow());
            }
            Basis::Head | Basis::Events(..) if !self.sets.run_out() => {
                sql.push("o.status");
            }
            Basis::Head | Basis::Events(..) => {
                sql.push("CASE WHEN o.status = 7 AND o.accepted_until <= ").bind(self.clock.now);
                sql.push(" THEN o.workflow ELSE o.status END");
            }
        }
    }

    /// Appends whether a row is open as shown.
    pub(crate) fn push_open(&self, sql: &mut SqlBuilder) {
        if self.is_of_head() && !self.sets.run_out() {
            sql.push("o.is_open = 1");
        } else if self.is_of_head() {
            sql.push("(o.is_open = 1 OR (o.status = 7 AND o.accepted_until <= ").bind(self.clock.now).push("))");
        } else {
            sql.push("1 = 1");
        }
    }

    /// Appends ` FROM … WHERE …` with the scope first and every term of the filter; `w` and `a` are the row's weakness and asset.
    pub(crate) fn push_from_where(&self, sql: &mut SqlBuilder) {
        self.push_from(sql, true);
    }

    /// The same for those who ask nothing of weaknesses and assets: they are joined only if the filter does.
    pub(crate) fn push_from_where_alone(&self, sql: &mut SqlBuilder) {
        let asks = |(number, term): (usize, &Term)| Named::is_named(&term.what) && self.sets.named(number).is_none();
        let joined = self.asks_classes() || self.filter.terms().iter().enumerate().any(asks);
        self.push_from(sql, joined);
    }

    fn push_from(&self, sql: &mut SqlBuilder, joined: bool) {
        sql.push(" FROM ");
        self.push_relation(sql);
        if joined {
            sql.push(" JOIN asset a ON a.id = o.asset_id");
            self.push_weakness(sql);
        }
        sql.push(" WHERE ");
        self.push_scope(sql);
        self.push_defaults(sql);
        for (number, term) in self.filter.terms().iter().enumerate() {
            let own = matches!((self.basis, &term.what), (Basis::Events(..), What::Flow(..)) if !term.negated)
                && self.is_first_flow(&term.what);
            // The entries are cut to the attributes that held when they were posted.
            let cut = self.basis != Basis::Head && term.what.is_attribute();
            let asked = own || cut || self.sets.merged(number);
            if asked || matches!(term.what, What::AsOf(_) | What::KnownAt(_)) {
                continue;
            }
            sql.push(if term.negated { " AND NOT (" } else { " AND (" });
            self.push_term(sql, number, &term.what);
            sql.push(")");
        }
    }

    /// Whether this is the term that became the relation.
    fn is_first_flow(&self, what: &What) -> bool {
        let first = self.filter.terms().iter().find(|term| !term.negated && matches!(term.what, What::Flow(..)));
        first.is_some_and(|term| std::ptr::eq(&term.what, what))
    }

    fn push_relation(&self, sql: &mut SqlBuilder) {
        match self.basis {
            Basis::Head | Basis::AsOf(_, Part::Untouched) => {
                sql.push("occurrence o");
            }
            Basis::AsOf(day, part) => {
                sql.push("(SELECT e.occurrence_id, e.severity, e.team_id, e.workflow FROM ");
                self.push_entries(sql);
                sql.push(" e WHERE e.day <= ").bind(day);
                self.push_known(sql, "e.step");
                if part == Part::Touched {
                    sql.push(" AND e.occurrence_id IN (SELECT l.occurrence_id FROM entry l WHERE ");
                    push_later(sql, self.filter, day);
                    sql.push(")");
                }
                sql.push(
                    " GROUP BY e.occurrence_id, e.severity, e.team_id, e.workflow HAVING SUM(e.sign) = 1) x \
                     JOIN occurrence o ON o.id = x.occurrence_id",
                );
            }
            Basis::Events(flow, from, to) => {
                sql.push(
                    "(SELECT e.occurrence_id, e.severity, e.team_id, e.workflow, e.cause, e.happened_at, \
                     CAST(SUM(e.sign) AS BIGINT) AS sign FROM ",
                );
                self.push_entries(sql);
                sql.push(" e WHERE e.day >= ")
                    .bind(from)
                    .push(" AND e.day <= ")
                    .bind(to)
                    .push(" AND e.cause IN ")
                    .bind_list(causes(flow));
                self.push_known(sql, "e.step");
                sql.push(
                    " GROUP BY e.occurrence_id, e.severity, e.team_id, e.workflow, e.cause, e.happened_at \
                     HAVING SUM(e.sign) <> 0) x JOIN occurrence o ON o.id = x.occurrence_id",
                );
            }
            Basis::Entries(_) => {
                self.push_entries(sql);
                sql.push(" x JOIN step k ON k.step = x.step JOIN occurrence o ON o.id = x.occurrence_id");
            }
        }
    }

    /// Appends the bound on knowledge, if the filter has one.
    fn push_known(&self, sql: &mut SqlBuilder, step: &'static str) {
        if let Some(known) = self.filter.known_at() {
            sql.push(" AND ").push(step).push(" <= ");
            push_step(sql, known);
        }
    }

    /// The viewer's own rows: a team of theirs owns it now, or owned it at the instant shown.
    fn push_scope(&self, sql: &mut SqlBuilder) {
        match &self.viewer.teams {
            Scope::Everything => {
                sql.push("1 = 1");
            }
            Scope::Teams(teams) => {
                sql.push("(o.team_id IN ").bind_list(teams.iter().map(|team| Value::from(*team)));
                if !self.is_of_head() {
                    sql.push(" OR x.team_id IN ").bind_list(teams.iter().map(|team| Value::from(*team)));
                }
                sql.push(")");
            }
        }
        if let Basis::Entries(until) = self.basis {
            if let Some(day) = until {
                sql.push(" AND x.day <= ").bind(day);
            }
            self.push_known(sql, "x.step");
        }
    }

    /// What a list leaves out unless the filter asks for it.
    fn push_defaults(&self, sql: &mut SqlBuilder) {
        if !keeps_inventory(self.filter) {
            sql.push(" AND ");
            self.push_inventory(sql, false);
        }
        if self.is_of_head() {
            // Kept for the books' sake alone: no sighting in force knows it.
            sql.push(" AND o.known = 1");
        }
        if let Basis::AsOf(day, Part::Untouched) = self.basis {
            let (before, after) = dialect::without_later_entry(self.engine);
            sql.push(" AND ");
            self.push_open(sql);
            sql.push(" AND ").push(before);
            push_later(sql, self.filter, day);
            sql.push(after);
        }
        if self.basis == Basis::Head && defaults_to_open(self.filter) {
            sql.push(" AND ");
            self.push_open(sql);
        }
    }
}

/// Appends whether an entry `l` came after what is shown: on a later day, or in a step that is not known yet.
fn push_later(sql: &mut SqlBuilder, filter: &Filter, day: Day) {
    sql.push("(l.day > ").bind(day);
    if let Some(known) = filter.known_at() {
        sql.push(" OR l.step > ");
        push_step(sql, known);
    }
    sql.push(")");
}

/// Appends the last step of a knowledge.
pub(crate) fn push_step(sql: &mut SqlBuilder, known: Known) {
    match known {
        Known::Step(step) => sql.bind(step),
        Known::Day(day) => {
            sql.push("(SELECT COALESCE(MAX(k2.step), 0) FROM step k2 WHERE k2.recorded_day <= ").bind(day).push(")")
        }
    };
}

/// Whether the filter speaks of inventory, or names its rows in a way that counts inventory too.
pub(crate) fn keeps_inventory(filter: &Filter) -> bool {
    use model::Mapped;
    use model::filter::Mark;
    filter.terms().iter().any(|term| match &term.what {
        What::Is(Mark::Inventory) => true,
        What::Owasp(_, values) => !term.negated && values.contains(&Mapped::NotAWeakness),
        What::Effect(_) | What::Scan(_) | What::Id(_) => true,
        _ => false,
    })
}

/// Whether the filter leaves the status to the list.
pub(crate) fn defaults_to_open(filter: &Filter) -> bool {
    !filter.terms().iter().any(|term| {
        matches!(term.what, What::Status(_) | What::Effect(_) | What::Scan(_) | What::Id(_) | What::Flow(..))
    })
}

/// Whether every row is open, or none is, so that a list needs no order by openness.
pub(crate) fn one_openness(filter: &Filter) -> bool {
    let open = |value: &StatusIs| match value {
        StatusIs::Open => Some(true),
        StatusIs::Closed => Some(false),
        StatusIs::One(status) => Some(status.is_open()),
        StatusIs::Any => None,
    };
    defaults_to_open(filter)
        || filter.terms().iter().any(|term| match &term.what {
            What::Status(values) => {
                !term.negated
                    && values.first().and_then(open).is_some_and(|first| values.iter().all(|v| open(v) == Some(first)))
            }
            _ => false,
        })
}

/// The stored numbers of a flow's causes.
pub(crate) fn causes(flow: Flow) -> impl Iterator<Item = i16> {
    Cause::ALL.iter().copied().filter(move |cause| Flow::of(*cause) == flow).map(Cause::number)
}
