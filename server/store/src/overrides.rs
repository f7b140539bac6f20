//! Rules by which people say where weaknesses belong.
//!
//! The rules are inputs; what they say of a weakness is derived and stands in its row, over what the other bases say. A rule
//! that is added or taken back takes a step and touches weaknesses and roll-ups, no entry. Of several rules that speak of a
//! weakness the later ones decide, edition by edition, so that the order in which scans come does not matter. Rules that ask
//! for assets, and those that say how severe findings are, are followed pair by pair: see [`parted`].

mod file;
mod local;
mod parted;
pub(crate) mod rules;

pub(crate) use file::STATEMENTS as FILE;
pub use file::{OverrideChange, OverrideDraftFile};
pub(crate) use local::{Local, STATEMENTS as LOCAL};
pub(crate) use parted::{Pair, STATEMENTS as PARTED, follow, strays};
pub(crate) use rules::{Ruled, Rules};

use crate::dialect::bulk::{self, Rows};
use crate::ledger::reclassify::reclassify;
use crate::ledger::rollup::Owasp;
use crate::step::{self, StepKind, Taken};
use crate::value::Value;
use crate::viewer::Scoped;
use crate::{Config, Error, Result, Tx, binds};
use model::filter::Filter;
use model::overrides::{MAX_NAME, MAX_REASON, MatchProblem, Says, Subject, check_matches};
use model::policy::Action;
use model::{Edition, Mapped, Micros, Step, UserId};
use rules::Rule;
use std::collections::{BTreeMap, BTreeSet};

crate::sql::statements! {
    /// Adds a rule.
    ADD = "INSERT INTO override_rule (name, matches, says, reason, user_id, step, happened_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id";
    /// Takes a rule back.
    WITHDRAW = "UPDATE override_rule SET withdrawn_step = $2, withdrawn_by = $3 WHERE id = $1";
    /// What a rule is about, and whether it was taken back.
    ONE = "SELECT matches, says, withdrawn_step FROM override_rule WHERE id = $1";
    /// All rules, those in force first and the latest first.
    LIST = "SELECT r.id, r.name, r.matches, r.says, r.reason, u.name AS by_name, r.step, s.recorded_at, r.withdrawn_step, \
        w.recorded_at AS withdrawn_at, v.name AS withdrawn_by FROM override_rule r JOIN step s ON s.step = r.step \
        LEFT JOIN app_user u ON u.id = r.user_id LEFT JOIN step w ON w.step = r.withdrawn_step \
        LEFT JOIN app_user v ON v.id = r.withdrawn_by \
        ORDER BY CASE WHEN r.withdrawn_step IS NULL THEN 0 ELSE 1 END, r.id DESC";
    /// Where weaknesses stand.
    STANDING = "SELECT id, tool, rule, title, cwe, cve, owasp_2017, owasp_2021, owasp_2025, classification, base_2017, \
        base_2021, base_2025, base_classification FROM weakness WHERE id IN ($*)";
    /// The same of all.
    ALL_STANDING = "SELECT id, tool, rule, title, cwe, cve, owasp_2017, owasp_2021, owasp_2025, classification, base_2017, \
        base_2021, base_2025, base_classification FROM weakness";
    /// What was known until now, for those who ask about then.
    KEEP = "INSERT INTO reclassification (weakness_id, step, owasp_2017, owasp_2021, owasp_2025, classification) \
        SELECT id, $1, owasp_2017, owasp_2021, owasp_2025, classification FROM weakness WHERE id IN ($*) \
        ON CONFLICT (weakness_id, step) DO NOTHING";
}

/// A rule to be added.
#[derive(Clone, Copy, Debug)]
pub struct OverrideNew<'a> {
    /// Its name, for people.
    pub name: &'a str,
    /// Which weaknesses it is about, and on which assets.
    pub matches: &'a Filter,
    /// What it says of them.
    pub says: Says,
    /// Why.
    pub reason: &'a str,
}

impl OverrideNew<'_> {
    /// The rule under a number.
    fn rule(&self, id: i64) -> Rule {
        Rule::new(id, self.name, self.matches, self.says)
    }
}

/// A rule, in force or taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverrideRow {
    /// Its number.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Which weaknesses it is about.
    pub matches: Filter,
    /// What it says of them.
    pub says: Says,
    /// Why.
    pub reason: String,
    /// The name of who added it; none for the local operator.
    pub by: Option<String>,
    /// The step that learned it.
    pub step: Step,
    /// When.
    pub at: Micros,
    /// When it was taken back, if it was, and the name of who did.
    pub withdrawn: Option<(Micros, Option<String>)>,
}

/// How many weaknesses a rule would move from where to where in an edition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    /// The edition.
    pub edition: Edition,
    /// Where they stand.
    pub from: Mapped,
    /// Where they would.
    pub to: Mapped,
    /// How many.
    pub weaknesses: i64,
}

#[derive(sqlx::FromRow)]
struct ListRow {
    id: i64,
    name: String,
    matches: String,
    says: String,
    reason: String,
    by_name: Option<String>,
    step: i64,
    recorded_at: i64,
    withdrawn_at: Option<i64>,
    withdrawn_by: Option<String>,
}

/// A weakness as rules see it, with what stands in its row.
#[derive(Clone, Debug, sqlx::FromRow)]
struct Standing {
    id: i64,
    tool: i64,
    rule: String,
    title: String,
    cwe: String,
    cve: String,
    owasp_2017: i64,
    owasp_2021: i64,
    owasp_2025: i64,
    classification: String,
    base_2017: Option<i64>,
    base_2021: Option<i64>,
    base_2025: Option<i64>,
    base_classification: String,
}

impl Standing {
    /// The categories in force.
    fn owasp(&self) -> Owasp {
        [self.owasp_2017, self.owasp_2021, self.owasp_2025]
    }

    /// What the other bases say, and why.
    fn base(&self) -> (Owasp, &str) {
        match [self.base_2017, self.base_2021, self.base_2025] {
            [Some(o17), Some(o21), Some(o25)] => ([o17, o21, o25], &self.base_classification),
            _ => (self.owasp(), &self.classification),
        }
    }

    /// Whether a rule says otherwise.
    fn is_ruled(&self) -> bool {
        self.base_2021.is_some()
    }

    /// Whether its row says something else once the rules say this.
    fn is_moved_by(&self, ruled: Option<&Ruled>) -> bool {
        let (base, why) = self.base();
        let (owasp, said) = ruled.map_or((base, why), |ruled| (ruled.owasp, ruled.classification.as_str()));
        owasp != self.owasp() || said != self.classification || ruled.is_some() != self.is_ruled()
    }

    /// What rules ask of it.
    fn subject(&self) -> Result<Subject<'_>> {
        rules::subject(self.tool, &self.rule, &self.title, &self.cwe, &self.cve)
    }

    fn ruled(&self, rules: &Rules) -> Result<Option<Ruled>> {
        let (base, why) = self.base();
        Ok(rules.of(&self.subject()?, base, why))
    }

    /// What the rules say of it where these of those that ask for assets speak, if that is something else than elsewhere.
    fn parted(&self, rules: &Rules, here: &[i64]) -> Result<Option<Ruled>> {
        let (base, why) = self.base();
        let ruled = rules.at(&self.subject()?, here, base, why);
        Ok(if ruled == self.ruled(rules)? { None } else { ruled })
    }
}

impl Scoped<'_> {
    /// Adds a rule and applies it. The answer is its number, and how many weaknesses it moved; of a rule about assets, or of how
    /// severe something is, on how many assets.
    ///
    /// # Errors
    /// The viewer may not; the name or the reason is missing or too long; the filter is about something else than weaknesses; or
    /// the database fails.
    pub async fn override_add(&self, new: &OverrideNew<'_>, now: Micros) -> Result<(i64, u64)> {
        self.viewer.require(Action::ManageOverrides, None)?;
        check(new)?;
        let mut tx = self.store.db.begin().await?;
        let locked = step::lock(&mut tx).await?;
        let taken = locked.take(&mut tx, &self.store.config, StepKind::Override, self.viewer.user(), now).await?;
        let id = add(&mut tx, new, self.viewer.user(), taken).await?;
        let moved = apply(&mut tx, &self.store.config, taken, &new.rule(id)).await?;
        tx.commit().await?;
        Ok((id, moved))
    }

    /// Takes a rule back: everything is as if it had never been, rules that came later included. The answer is how many
    /// weaknesses moved.
    ///
    /// # Errors
    /// The viewer may not, there is no such rule in force, or the database fails.
    pub async fn override_undo(&self, id: i64, now: Micros) -> Result<u64> {
        self.viewer.require(Action::ManageOverrides, None)?;
        let mut tx = self.store.db.begin().await?;
        let locked = step::lock(&mut tx).await?;
        let found: Option<(String, String, Option<i64>)> = tx.optional(ONE, binds![id]).await?;
        let Some((matches, says, None)) = found else { return Err(Error::NotFound("override")) };
        let taken = locked.take(&mut tx, &self.store.config, StepKind::Override, self.viewer.user(), now).await?;
        tx.execute(WITHDRAW, binds![id, taken.step, self.viewer.user()]).await?;
        let rule = Rule::new(id, "", &rules::filter(&matches)?, rules::says(&says)?);
        let moved = apply(&mut tx, &self.store.config, taken, &rule).await?;
        tx.commit().await?;
        Ok(moved)
    }

    /// All rules, those in force first and the latest first.
    ///
    /// # Errors
    /// The viewer may not see scans, or the database fails.
    pub async fn override_list(&self) -> Result<Vec<OverrideRow>> {
        self.viewer.require(Action::SeeScans, None)?;
        let mut tx = self.store.db.snapshot().await?;
        let rows = rows(&mut tx).await?;
        tx.rollback().await?;
        Ok(rows)
    }

    /// What a rule would move, edition by edition, and nothing else. Of one that says how severe something is, nothing.
    ///
    /// # Errors
    /// The viewer may not, the filter is about something else than weaknesses, or the database fails.
    pub async fn override_preview(&self, matches: &Filter, says: Says) -> Result<Vec<Move>> {
        self.viewer.require(Action::ManageOverrides, None)?;
        check_matches(matches).map_err(unfit)?;
        let rule = Rule::new(i64::MAX, "", matches, says);
        let mut tx = self.store.db.snapshot().await?;
        let stand: BTreeSet<(i64, Owasp)> = match rule.asks_assets() {
            true => parted::about(&mut tx, &rule).await?,
            false => about(&mut tx, &rule).await?.into_iter().map(|row| (row.id, row.owasp())).collect(),
        };
        tx.rollback().await?;
        let mut moves = BTreeMap::new();
        for (_, owasp) in stand {
            let before = rules::mapped(owasp);
            count(&mut moves, before, says.of(before));
        }
        Ok(counted(moves))
    }
}

/// Weaknesses by edition, and by where they stand and would stand.
type Moves = BTreeMap<(Edition, Mapped, Mapped), i64>;

/// Counts a weakness that would stand elsewhere.
fn count(moves: &mut Moves, before: [Mapped; 3], after: [Mapped; 3]) {
    for (edition, (from, to)) in model::overrides::EDITIONS.iter().zip(before.into_iter().zip(after)) {
        if from != to {
            *moves.entry((*edition, from, to)).or_insert(0) += 1;
        }
    }
}

/// What was counted.
fn counted(moves: Moves) -> Vec<Move> {
    moves.into_iter().map(|((edition, from, to), weaknesses)| Move { edition, from, to, weaknesses }).collect()
}

/// All rules, those in force first and the latest first.
async fn rows(tx: &mut Tx) -> Result<Vec<OverrideRow>> {
    let rows: Vec<ListRow> = tx.all(LIST, binds![]).await?;
    rows.into_iter().map(ListRow::read).collect()
}

/// Checks a rule that is to be added.
fn check(new: &OverrideNew<'_>) -> Result<()> {
    within("name", new.name, MAX_NAME)?;
    within("reason", new.reason, MAX_REASON)?;
    check_matches(new.matches).map_err(unfit)
}

impl ListRow {
    fn read(self) -> Result<OverrideRow> {
        Ok(OverrideRow {
            id: self.id,
            name: self.name,
            matches: rules::filter(&self.matches)?,
            says: rules::says(&self.says)?,
            reason: self.reason,
            by: self.by_name,
            step: Step(self.step),
            at: Micros(self.recorded_at),
            withdrawn: self.withdrawn_at.map(|at| (Micros(at), self.withdrawn_by)),
        })
    }
}

/// Refuses a text that says nothing, is longer than so many characters, or cannot be stored.
pub(crate) fn within(field: &'static str, text: &str, most: usize) -> Result<()> {
    let bad = text.trim().is_empty() || text.chars().count() > most || text.contains('\0');
    if bad { Err(Error::Invalid { field, code: "length" }) } else { Ok(()) }
}

fn unfit(problem: MatchProblem) -> Error {
    Error::Invalid { field: "match", code: problem.word() }
}

/// Adds a rule; its number.
async fn add(tx: &mut Tx, new: &OverrideNew<'_>, user: Option<UserId>, taken: Taken) -> Result<i64> {
    let OverrideNew { name, matches, says, reason } = *new;
    let binds = binds![name, matches.to_string(), says.to_string(), reason, user, taken.step, taken.recorded_at];
    Ok(tx.one::<(i64,)>(ADD, binds).await?.0)
}

/// The weaknesses that a rule is about.
async fn about(tx: &mut Tx, rule: &Rule) -> Result<Vec<Standing>> {
    let rows: Vec<Standing> = tx.all(ALL_STANDING, binds![]).await?;
    let mut kept = Vec::new();
    for row in rows {
        if row.subject()?.is_kept_by(rule.matches()) {
            kept.push(row);
        }
    }
    Ok(kept)
}

/// Derives anew what the rules in force say where one of them speaks or spoke. The answer is of how many weaknesses, or of how
/// many on how many assets, they say something else than before.
async fn apply(tx: &mut Tx, config: &Config, taken: Taken, rule: &Rule) -> Result<u64> {
    let mut moved = 0;
    if !rule.is_local() {
        let rows = about(tx, rule).await?;
        moved = settle(tx, taken, rows).await?;
    }
    let pairs = Box::pin(follow(tx, config, taken)).await?;
    Ok(if rule.is_local() { pairs } else { moved })
}

/// Derives anew what the rules in force say of weaknesses. The answer is of how many they say something else than before.
async fn settle(tx: &mut Tx, taken: Taken, rows: Vec<Standing>) -> Result<u64> {
    let rules = Rules::load(tx).await?;
    let mut after: Vec<(Standing, Option<Ruled>)> = Vec::new();
    for row in rows {
        let ruled = row.ruled(&rules)?;
        if row.is_moved_by(ruled.as_ref()) {
            after.push((row, ruled));
        }
    }
    tx.execute_in(KEEP, binds![taken.step], after.iter().map(|(row, _)| Value::from(row.id))).await?;
    let mut moved = Vec::with_capacity(after.len());
    let (mut ids, mut stands) = (Vec::new(), Vec::new());
    for (row, ruled) in after {
        let (base, why) = row.base();
        let now = Stands { base, why: why.to_owned(), ruled };
        moved.push((row.id, row.owasp(), now.owasp()));
        ids.push(row.id);
        stands.push(now);
    }
    let count = ids.len() as u64;
    bulk::update(tx, columns(Rows::new("weakness").int("id", ids), stands)).await?;
    reclassify(tx, taken, moved).await?;
    Ok(count)
}

/// Where a weakness stands: what the other bases say and why, and what rules say in their place.
#[derive(Clone, Debug)]
pub(crate) struct Stands {
    pub(crate) base: Owasp,
    pub(crate) why: String,
    pub(crate) ruled: Option<Ruled>,
}

impl Stands {
    /// The categories in force.
    pub(crate) fn owasp(&self) -> Owasp {
        self.ruled.as_ref().map_or(self.base, |ruled| ruled.owasp)
    }
}

/// The columns of where weaknesses stand.
pub(crate) fn columns(rows: Rows, stands: Vec<Stands>) -> Rows {
    let of = |edition: usize| stands.iter().map(|one| one.owasp()[edition]).collect();
    let base = |edition: usize| stands.iter().map(|one| one.ruled.as_ref().map(|_| one.base[edition])).collect();
    let rows = rows.int("owasp_2017", of(0)).int("owasp_2021", of(1)).int("owasp_2025", of(2));
    let rows = rows.opt_int("base_2017", base(0)).opt_int("base_2021", base(1)).opt_int("base_2025", base(2));
    let (why, base_why) = stands
        .into_iter()
        .map(|one| match one.ruled {
            Some(ruled) => (ruled.classification, one.why),
            None => (one.why, String::new()),
        })
        .unzip();
    rows.text("classification", why).text("base_classification", base_why)
}

/// Weaknesses that do not stand where their bases and the rules in force put them.
pub(crate) async fn astray(tx: &mut Tx) -> Result<Vec<i64>> {
    let rules = Rules::load(tx).await?;
    let rows: Vec<Standing> = tx.all(ALL_STANDING, binds![]).await?;
    let mut found = Vec::new();
    for row in rows {
        let ruled = row.ruled(&rules)?;
        let stands = match &ruled {
            Some(ruled) => {
                row.is_ruled()
                    && (row.owasp(), row.classification.as_str()) == (ruled.owasp, ruled.classification.as_str())
            }
            None => !row.is_ruled(),
        };
        if !stands {
            found.push(row.id);
        }
    }
    Ok(found)
}
