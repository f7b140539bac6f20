//! The weights of the formula of risk: what others would change, set, and taken back.
//!
//! A risk is a number of the head, made of what is known now; so are the weights. Setting others takes a step, and so does
//! taking them back: lists in the order of risk and sums of it move, no entry does. Versions keep their rows.

use super::{ALL, share, stake_of};
use crate::dialect::bulk::{self, Rows};
use crate::filter_sql::{Selection, Sets};
use crate::overrides::within;
use crate::sql::SqlBuilder;
use crate::step::{self, StepKind};
use crate::value::Value;
use crate::viewer::Scoped;
use crate::{Error, Result, Tx, binds};
use model::filter::Filter;
use model::overrides::MAX_REASON;
use model::policy::Action;
use model::risk::RiskWeights;
use model::{Criticality, Exposure, Micros, Severity};
use std::collections::BTreeMap;
use taxonomy::severity_share;

crate::sql::statements! {
    /// The weights in force.
    IN_FORCE = "SELECT id, weights FROM risk_weights WHERE withdrawn_step IS NULL ORDER BY id DESC LIMIT 1";
    /// All, the latest first.
    LIST = "SELECT r.id, r.weights, r.reason, u.name AS by_name, s.recorded_at, w.recorded_at AS withdrawn_at, \
        v.name AS withdrawn_by FROM risk_weights r JOIN step s ON s.step = r.step \
        LEFT JOIN app_user u ON u.id = r.user_id LEFT JOIN step w ON w.step = r.withdrawn_step \
        LEFT JOIN app_user v ON v.id = r.withdrawn_by ORDER BY r.id DESC";
    /// Sets others.
    ADD = "INSERT INTO risk_weights (weights, reason, user_id, step) VALUES ($1, $2, $3, $4) RETURNING id";
    /// Takes them back.
    WITHDRAW = "UPDATE risk_weights SET withdrawn_step = $2, withdrawn_by = $3 WHERE id = $1 AND withdrawn_step IS NULL";
    /// What is at stake on the assets of which this is declared; below zero for nothing.
    SET_STAKE = "UPDATE asset SET stake = $1 WHERE COALESCE(criticality, -1) = $2 AND COALESCE(exposure, -1) = $3";
    /// Every risk anew, of its three parts: the shares of the five severities are given.
    SET_ALL = "UPDATE occurrence SET risk = (CASE severity WHEN 0 THEN CAST($1 AS BIGINT) WHEN 1 THEN CAST($2 AS BIGINT) \
        WHEN 2 THEN CAST($3 AS BIGINT) WHEN 3 THEN CAST($4 AS BIGINT) ELSE CAST($5 AS BIGINT) END \
        * (SELECT w.exploitability FROM weakness w WHERE w.id = occurrence.weakness_id) \
        * (SELECT a.stake FROM asset a WHERE a.id = occurrence.asset_id) + 500000) / 1000000 WHERE known = 1";
    /// What weaknesses are called.
    NAMES = "SELECT id, tool, rule, title FROM weakness WHERE id IN ($*)";
}

/// How many weaknesses are told that move the sum most.
const MOVERS: usize = 10;

/// A version of the weights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeightsRow {
    /// Its number; 1 is what the project publishes, and has no row.
    pub version: i64,
    /// The weights.
    pub weights: RiskWeights,
    /// Why.
    pub reason: String,
    /// The name of who set it; none for the local operator.
    pub by: Option<String>,
    /// When.
    pub at: Micros,
    /// When it was taken back, if it was, and the name of who did.
    pub withdrawn: Option<(Micros, Option<String>)>,
}

/// What other weights would change of what is open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RiskChange {
    /// The sum of the risks.
    pub before: i64,
    /// The same by the other weights.
    pub after: i64,
    /// How many findings are open.
    pub open: i64,
    /// Findings that would be of a higher band.
    pub up: i64,
    /// Findings that would be of a lower one.
    pub down: i64,
    /// The weaknesses whose findings move the sum most, the most first.
    pub movers: Vec<RiskMoved>,
}

/// How the sum of a weakness's open findings moves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RiskMoved {
    /// The scanner's number.
    pub tool: i64,
    /// Its rule.
    pub rule: String,
    /// The title.
    pub title: String,
    /// How many of its findings are open.
    pub open: i64,
    /// The sum of the risks.
    pub before: i64,
    /// The same by the other weights.
    pub after: i64,
}

#[derive(sqlx::FromRow)]
struct ListRow {
    id: i64,
    weights: String,
    reason: String,
    by_name: Option<String>,
    recorded_at: i64,
    withdrawn_at: Option<i64>,
    withdrawn_by: Option<String>,
}

/// Open findings of a weakness that have the same risk: weakness, severity, criticality, exposure, EPSS, KEV, how many.
type Group = (i64, i64, Option<i64>, Option<i64>, Option<i64>, Option<i64>, i64);

impl Scoped<'_> {
    /// The weights in force, and their version.
    ///
    /// # Errors
    /// The viewer may not see findings, or the database fails.
    pub async fn risk_weights(&self) -> Result<(i64, RiskWeights)> {
        self.viewer.require_somewhere(Action::SeeFindings)?;
        let row: Option<(i64, String)> = self.store.db.optional(IN_FORCE, binds![]).await?;
        of_row(row)
    }

    /// All versions but the first, the latest first.
    ///
    /// # Errors
    /// The viewer may not see findings, or the database fails.
    pub async fn risk_versions(&self) -> Result<Vec<WeightsRow>> {
        self.viewer.require_somewhere(Action::SeeFindings)?;
        let rows: Vec<ListRow> = self.store.db.all(LIST, binds![]).await?;
        let row = |row: ListRow| {
            Ok(WeightsRow {
                version: row.id + 1,
                weights: stored(&row.weights)?,
                reason: row.reason,
                by: row.by_name,
                at: Micros(row.recorded_at),
                withdrawn: row.withdrawn_at.map(|at| (Micros(at), row.withdrawn_by)),
            })
        };
        rows.into_iter().map(row).collect()
    }

    /// What other weights would change.
    ///
    /// # Errors
    /// The viewer may not, or the database fails.
    pub async fn risk_preview(&self, other: &RiskWeights, now: Micros) -> Result<RiskChange> {
        self.viewer.require(Action::ManageRisk, None)?;
        let (_, weights) = self.risk_weights().await?;
        let (store, filter) = (self.store, Filter::new());
        let sets = Sets::load(store, &filter, now).await?;
        let selection = Selection::list(self.viewer, &filter, &store.config, store.db.engine(), &sets, now);
        let mut sql = SqlBuilder::new(
            "SELECT o.weakness_id, o.severity, a.criticality, a.exposure, w.epss, w.kev_added, COUNT(*)",
        );
        selection.push_from_where(&mut sql);
        sql.push(" GROUP BY o.weakness_id, o.severity, a.criticality, a.exposure, w.epss, w.kev_added");
        let groups: Vec<Group> = store.db.all_built(sql).await?;
        let mut change = RiskChange::default();
        let mut sums: BTreeMap<i64, (i64, i64, i64)> = BTreeMap::new();
        for group in &groups {
            let (before, after, count) = (risk_of(&weights, group), risk_of(other, group), group.6);
            change.open += count;
            change.before += before * count;
            change.after += after * count;
            match band(after).cmp(&band(before)) {
                std::cmp::Ordering::Greater => change.up += count,
                std::cmp::Ordering::Less => change.down += count,
                std::cmp::Ordering::Equal => {}
            }
            let sum = sums.entry(group.0).or_default();
            *sum = (sum.0 + before * count, sum.1 + after * count, sum.2 + count);
        }
        let mut moved: Vec<(i64, (i64, i64, i64))> =
            sums.into_iter().filter(|(_, (before, after, _))| before != after).collect();
        moved.sort_by_key(|(id, (before, after, _))| (std::cmp::Reverse((after - before).abs()), *id));
        moved.truncate(MOVERS);
        let ids = moved.iter().map(|(id, _)| Value::from(*id));
        let mut tx = store.db.snapshot().await?;
        let names: Vec<(i64, i64, String, String)> = tx.all_in(NAMES, binds![], ids).await?;
        tx.rollback().await?;
        let mut names: BTreeMap<i64, (i64, String, String)> =
            names.into_iter().map(|(id, tool, rule, title)| (id, (tool, rule, title))).collect();
        let named = moved.into_iter().filter_map(|(id, (before, after, open))| {
            let (tool, rule, title) = names.remove(&id)?;
            Some(RiskMoved { tool, rule, title, open, before, after })
        });
        change.movers = named.collect();
        Ok(change)
    }

    /// Sets other weights, by which every risk is made anew. The answer is their version.
    ///
    /// # Errors
    /// The viewer may not, the reason is missing or too long, the weights are those in force, or the database fails.
    pub async fn risk_weights_set(&self, other: &RiskWeights, reason: &str, now: Micros) -> Result<i64> {
        self.viewer.require(Action::ManageRisk, None)?;
        within("reason", reason, MAX_REASON)?;
        let mut tx = self.store.db.begin().await?;
        let locked = step::lock(&mut tx).await?;
        if in_force(&mut tx).await?.1 == *other {
            return Err(Error::Invalid { field: "weights", code: "same" });
        }
        let user = self.viewer.user();
        let taken = locked.take(&mut tx, &self.store.config, StepKind::Feed, user, now).await?;
        let (id,): (i64,) = tx.one(ADD, binds![other.to_string(), reason, user, taken.step]).await?;
        derive(&mut tx).await?;
        tx.commit().await?;
        Ok(id + 1)
    }

    /// Takes a version back: the one before it is in force again, if it was.
    ///
    /// # Errors
    /// The viewer may not, there is no such version in force or under it, or the database fails.
    pub async fn risk_weights_undo(&self, version: i64, now: Micros) -> Result<()> {
        self.viewer.require(Action::ManageRisk, None)?;
        let mut tx = self.store.db.begin().await?;
        let locked = step::lock(&mut tx).await?;
        let user = self.viewer.user();
        let taken = locked.take(&mut tx, &self.store.config, StepKind::Feed, user, now).await?;
        if tx.execute(WITHDRAW, binds![version.saturating_sub(1), taken.step, user]).await? == 0 {
            return Err(Error::NotFound("risk_weights"));
        }
        derive(&mut tx).await?;
        tx.commit().await
    }
}

/// The weights in force, and their version.
pub(super) async fn in_force(tx: &mut Tx) -> Result<(i64, RiskWeights)> {
    of_row(tx.optional(IN_FORCE, binds![]).await?)
}

fn of_row(row: Option<(i64, String)>) -> Result<(i64, RiskWeights)> {
    match row {
        Some((id, weights)) => Ok((id + 1, stored(&weights)?)),
        None => Ok((1, RiskWeights::PUBLISHED)),
    }
}

fn stored(text: &str) -> Result<RiskWeights> {
    text.parse().map_err(|()| Error::damaged("risk_weights.weights"))
}

/// Makes every share and every risk anew by the weights in force.
async fn derive(tx: &mut Tx) -> Result<()> {
    let (_, weights) = in_force(tx).await?;
    let criticalities = std::iter::once(None).chain(Criticality::ALL.iter().copied().map(Some));
    for criticality in criticalities {
        for exposure in std::iter::once(None).chain(Exposure::ALL.iter().copied().map(Some)) {
            let (said, reached) = (
                criticality.map_or(-1, |value| i64::from(value.number())),
                exposure.map_or(-1, |value| i64::from(value.number())),
            );
            tx.execute(SET_STAKE, binds![stake_of(&weights, criticality, exposure), said, reached]).await?;
        }
    }
    let all: Vec<(i64, Option<i64>, Option<i64>)> = tx.all(ALL, binds![]).await?;
    let rows = Rows::new("weakness")
        .int("id", all.iter().map(|(id, ..)| *id).collect())
        .int("exploitability", all.iter().map(|(_, epss, kev)| share(&weights, *epss, *kev)).collect());
    bulk::update(tx, rows).await?;
    let severities = [Severity::Info, Severity::Low, Severity::Medium, Severity::High, Severity::Critical];
    tx.execute(SET_ALL, severities.map(|severity| Value::from(i64::from(severity_share(severity)))).to_vec()).await?;
    Ok(())
}

/// The risk of a group's findings by weights.
fn risk_of(weights: &RiskWeights, (_, severity, criticality, exposure, epss, kev, _): &Group) -> i64 {
    let small = |number: &Option<i64>| number.and_then(|number| i16::try_from(number).ok());
    let severity = i16::try_from(*severity).ok().and_then(Severity::from_number).unwrap_or(Severity::Info);
    let stake = stake_of(
        weights,
        small(criticality).and_then(Criticality::from_number),
        small(exposure).and_then(Exposure::from_number),
    );
    super::of_head(severity, share(weights, *epss, *kev), stake)
}

/// The band of a risk: those of CVSS, at a tenth of the number.
fn band(risk: i64) -> Severity {
    Severity::of_score(u16::try_from(risk).unwrap_or(u16::MAX))
}
