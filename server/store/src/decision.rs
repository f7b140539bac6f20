//! What people say of occurrences: one act on one or many is one step, and its effect is in the books at once.
//!
//! An illegal move is refused when it is made, never on replay. An exception is never given directly: see
//! `exception`.

use crate::db::Tx;
use crate::dialect::bulk::{self, Rows};
use crate::error::{Error, Result};
use crate::ledger::recompute_occurrences;
use crate::step::{self, StepKind, Taken};
use crate::value::Value;
use crate::viewer::{Scope, Scoped};
use crate::{Viewer, binds};
use model::policy::Action;
use model::{Day, Micros, OccurrenceId, Status, Step, TeamId, UserId, Workflow};
use std::collections::HashSet;

/// The most characters of a reason.
const REASON: usize = 4000;
/// How far a chain of duplicates is followed.
const CHAIN: usize = 1000;

crate::sql::statements! {
    // An id that is part of another means that one.
    TARGETS = "SELECT DISTINCT o.id, o.team_id, o.status, o.workflow FROM occurrence p \
        JOIN occurrence o ON o.id = COALESCE(p.merged_id, p.id) WHERE o.known = 1 AND p.uuid IN ($*)";
    LAST = "SELECT COALESCE(MAX(id), 0) FROM decision";
    DUPLICATE_OF = "SELECT d.kind, COALESCE(t.merged_id, d.target_id) FROM decision d \
        LEFT JOIN occurrence t ON t.id = d.target_id WHERE d.occurrence_id IN (SELECT p.id FROM occurrence p WHERE p.id = $1 \
        OR p.merged_id = $1) AND d.kind IN ('false_positive', 'accept', 'duplicate', 'retire', 'close_by_hand', \
        'clear_verdict') AND (d.kind <> 'duplicate' OR COALESCE(t.merged_id, d.target_id) <> $1) \
        AND NOT EXISTS (SELECT 1 FROM decision_withdrawal x WHERE x.decision_id = d.id) \
        ORDER BY d.happened_at DESC, d.id DESC LIMIT 1";
    DECIDED = "SELECT o.id, o.team_id, x.step FROM decision d JOIN occurrence p ON p.id = d.occurrence_id \
        JOIN occurrence o ON o.id = COALESCE(p.merged_id, p.id) \
        LEFT JOIN decision_withdrawal x ON x.decision_id = d.id WHERE d.id = $1";
    WITHDRAW = "INSERT INTO decision_withdrawal (decision_id, step, user_id) VALUES ($1, $2, $3)";
    EXPIRED = "SELECT id FROM occurrence WHERE status = 7 AND accepted_until <= $1";
}

/// An act on an occurrence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// It is real.
    Confirm,
    /// Work has begun.
    Start,
    /// Said to be fixed.
    ClaimFix,
    /// Back to new.
    Reset,
    /// The scanner is wrong.
    FalsePositive,
    /// The same as another occurrence.
    Duplicate {
        /// The other.
        of: OccurrenceId,
    },
    /// The asset is gone.
    Retire,
    /// Closed without proof.
    CloseByHand,
    /// The verdict is taken back; of an exception, it is revoked.
    ClearVerdict,
    /// Given to a team; `None` gives it back to the asset's owner.
    AssignTeam(Option<TeamId>),
    /// Given to a person, or taken from one.
    AssignPerson(Option<UserId>),
    /// Due by a day, or by none.
    Due(Option<Day>),
    /// A remark.
    Comment,
}

/// What an act did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DecisionEffect {
    /// The step; `None` if nothing was touched.
    pub step: Option<Step>,
    /// Occurrences that it was written for.
    pub touched: u64,
    /// Those where it is not possible, not permitted, or that the viewer cannot see.
    pub refused: u64,
}

/// An occurrence as far as an act's legality asks.
#[derive(Clone, Copy)]
pub(crate) struct Target {
    pub(crate) id: i64,
    pub(crate) team: Option<TeamId>,
    pub(crate) status: Status,
    workflow: Workflow,
}

/// A decision's row.
pub(crate) struct DecisionRow {
    pub(crate) occurrence: i64,
    pub(crate) kind: &'static str,
    pub(crate) team: Option<i64>,
    pub(crate) person: Option<i64>,
    pub(crate) until: Option<i64>,
    pub(crate) due: Option<i64>,
    pub(crate) target: Option<i64>,
}

impl Scoped<'_> {
    /// Writes acts for occurrences, in one step: those where every act is possible and permitted; the others are counted.
    ///
    /// # Errors
    /// A reason is missing or too long, a duplicate's target is unknown, a team or person is unknown, or the database fails.
    pub async fn decide(
        &self,
        occurrences: &[OccurrenceId],
        acts: &[Act],
        reason: &str,
        now: Micros,
    ) -> Result<DecisionEffect> {
        check_reason(reason, acts.iter().any(|act| act.is_verdict()))?;
        let mut tx = self.store.db.begin().await?;
        let locked = step::lock(&mut tx).await?;
        let asked: HashSet<OccurrenceId> = occurrences.iter().copied().collect();
        let visible = visible_targets(&mut tx, self.viewer, &asked).await?;
        let mut rows = Vec::new();
        let mut touched = Vec::new();
        for target in visible {
            if let Some(mut ready) = self.rows_for(&mut tx, target, acts).await? {
                touched.push(target.id);
                rows.append(&mut ready);
            }
        }
        let refused = (asked.len() - touched.len()) as u64;
        if touched.is_empty() || rows.is_empty() {
            return Ok(DecisionEffect { refused, ..DecisionEffect::default() });
        }
        let config = &self.store.config;
        let taken = locked.take(&mut tx, config, StepKind::Decision, self.viewer.user, now).await?;
        insert_on(&mut tx, taken, rows, reason, self.viewer.user).await?;
        recompute_occurrences(&mut tx, config, taken, &touched).await?;
        tx.commit().await?;
        Ok(DecisionEffect { step: Some(Step(taken.step)), touched: touched.len() as u64, refused })
    }

    /// Withdraws a decision: the books become what they would be without it. It stays to be read.
    ///
    /// # Errors
    /// The viewer cannot see such a decision, it is withdrawn already, or the database fails.
    pub async fn decision_withdraw(&self, decision: i64, now: Micros) -> Result<Step> {
        let mut tx = self.store.db.begin().await?;
        let locked = step::lock(&mut tx).await?;
        let row: Option<(i64, Option<i64>, Option<i64>)> = tx.optional(DECIDED, binds![decision]).await?;
        let (occurrence, team, withdrawn) = row.ok_or(Error::NotFound("decision"))?;
        if !sees(self.viewer, team.map(TeamId)) {
            return Err(Error::NotFound("decision"));
        }
        if withdrawn.is_some() {
            return Err(Error::Conflict("withdrawn_already"));
        }
        let config = &self.store.config;
        let taken = locked.take(&mut tx, config, StepKind::Undo, self.viewer.user, now).await?;
        tx.execute(WITHDRAW, binds![decision, taken.step, self.viewer.user]).await?;
        recompute_occurrences(&mut tx, config, taken, &[occurrence]).await?;
        tx.commit().await?;
        Ok(Step(taken.step))
    }

    /// The rows of acts on a target, if all are possible and permitted there.
    async fn rows_for(&self, tx: &mut Tx, target: Target, acts: &[Act]) -> Result<Option<Vec<DecisionRow>>> {
        let mut rows = Vec::with_capacity(acts.len());
        for act in acts {
            if self.viewer.require(act.action(), target.team).is_err() || !act.is_legal(&target) {
                return Ok(None);
            }
            let mut row = act.row(target.id);
            if let Act::Duplicate { of } = act {
                let of = HashSet::from([*of]);
                let others = visible_targets(tx, self.viewer, &of).await?;
                let other = others.first().ok_or(Error::NotFound("occurrence"))?;
                if leads_to(tx, other.id, target.id).await? {
                    return Ok(None);
                }
                row.target = Some(other.id);
            }
            rows.push(row);
        }
        Ok(Some(rows))
    }
}

impl crate::Store {
    /// Brings the heads of exceptions that have ended up to date. The books had their end from the start; this moves only
    /// what lists show. For the start of the server and from time to time.
    ///
    /// # Errors
    /// The database fails.
    pub async fn acceptances_expire(&self, now: Micros) -> Result<u64> {
        let mut tx = self.db.begin().await?;
        let locked = step::lock(&mut tx).await?;
        let ended: Vec<(i64,)> = tx.all(EXPIRED, binds![now]).await?;
        let ended: Vec<i64> = ended.into_iter().map(|(id,)| id).collect();
        if ended.is_empty() {
            return Ok(0);
        }
        // No input changed, so no step is taken: only heads can differ.
        recompute_occurrences(&mut tx, &self.config, locked.again(&self.config, now), &ended).await?;
        tx.commit().await?;
        Ok(ended.len() as u64)
    }
}

/// Refuses a reason that is too long, or that is missing where one is asked for.
pub(crate) fn check_reason(reason: &str, needed: bool) -> Result<()> {
    if needed && reason.trim().is_empty() {
        return Err(Error::Invalid { field: "reason", code: "missing" });
    }
    if reason.chars().count() > REASON {
        return Err(Error::Invalid { field: "reason", code: "too_long" });
    }
    Ok(())
}

/// Whether a viewer sees what a team owns.
pub(crate) fn sees(viewer: &Viewer, team: Option<TeamId>) -> bool {
    match &viewer.teams {
        Scope::Everything => true,
        Scope::Teams(teams) => team.is_some_and(|team| teams.contains(&team)),
    }
}

/// The occurrences that exist and that the viewer sees.
pub(crate) async fn visible_targets(
    tx: &mut Tx,
    viewer: &Viewer,
    asked: &HashSet<OccurrenceId>,
) -> Result<Vec<Target>> {
    let mut asked: Vec<OccurrenceId> = asked.iter().copied().collect();
    asked.sort_unstable();
    let rows: Vec<(i64, Option<i64>, i64, i64)> =
        tx.all_in(TARGETS, binds![], asked.into_iter().map(Value::from)).await?;
    let targets = rows.into_iter().map(|(id, team, status, workflow)| {
        let damaged = || Error::damaged(format!("occurrence {id}"));
        let status = i16::try_from(status).ok().and_then(Status::from_number).ok_or_else(damaged)?;
        let workflow = i16::try_from(workflow).ok().and_then(Workflow::from_number).ok_or_else(damaged)?;
        Ok(Target { id, team: team.map(TeamId), status, workflow })
    });
    let targets: Vec<Target> = targets.collect::<Result<_>>()?;
    Ok(targets.into_iter().filter(|target| sees(viewer, target.team)).collect())
}

/// Whether a chain of duplicates that begins at `from` comes to `to`.
pub(crate) async fn leads_to(tx: &mut Tx, from: i64, to: i64) -> Result<bool> {
    let mut at = from;
    for _ in 0..CHAIN {
        if at == to {
            return Ok(true);
        }
        match tx.optional::<(String, Option<i64>)>(DUPLICATE_OF, binds![at]).await? {
            Some((kind, Some(target))) if kind == "duplicate" => at = target,
            _ => return Ok(false),
        }
    }
    // Longer chains cannot be told from cycles, so they count as one.
    Ok(true)
}

/// Appends decisions at a step.
pub(crate) async fn insert_on(
    tx: &mut Tx,
    taken: Taken,
    rows: Vec<DecisionRow>,
    reason: &str,
    user: Option<UserId>,
) -> Result<i64> {
    let (last,): (i64,) = tx.one(LAST, binds![]).await?;
    let count = rows.len();
    let rows = Rows::new("decision")
        .int("id", (last + 1..).take(count).collect())
        .int("occurrence_id", rows.iter().map(|row| row.occurrence).collect())
        .int("happened_at", vec![taken.recorded_at.0; count])
        .text("kind", rows.iter().map(|row| row.kind.to_owned()).collect())
        .opt_int("team_id", rows.iter().map(|row| row.team).collect())
        .opt_int("person_id", rows.iter().map(|row| row.person).collect())
        .opt_int("until", rows.iter().map(|row| row.until).collect())
        .opt_int("due", rows.iter().map(|row| row.due).collect())
        .opt_int("target_id", rows.iter().map(|row| row.target).collect())
        .text("reason", vec![reason.trim().to_owned(); count])
        .opt_int("user_id", vec![user.map(|user| user.0); count])
        .int("step", vec![taken.step; count]);
    bulk::insert(tx, rows).await?;
    Ok(last + 1)
}

impl Act {
    /// What the policy table calls it.
    #[must_use]
    pub fn action(self) -> Action {
        match self {
            Self::Confirm | Self::Start | Self::ClaimFix | Self::Reset => Action::Work,
            Self::AssignTeam(_) => Action::AssignTeam,
            Self::AssignPerson(_) | Self::Due(_) => Action::Assign,
            Self::Comment => Action::Comment,
            _ => Action::Decide,
        }
    }

    fn is_verdict(self) -> bool {
        matches!(self, Self::FalsePositive | Self::Duplicate { .. } | Self::Retire | Self::CloseByHand)
    }

    /// Whether it means something where the occurrence stands.
    fn is_legal(self, target: &Target) -> bool {
        let moves_to = |workflow| target.status.is_open() && target.workflow != workflow;
        match self {
            Self::Confirm => moves_to(Workflow::Confirmed),
            Self::Start => moves_to(Workflow::InProgress),
            Self::ClaimFix => moves_to(Workflow::FixClaimed),
            Self::Reset => moves_to(Workflow::New),
            Self::FalsePositive | Self::Duplicate { .. } | Self::Retire | Self::CloseByHand => target.status.is_open(),
            Self::ClearVerdict => !target.status.is_open() && target.status != Status::Fixed,
            Self::AssignTeam(_) | Self::AssignPerson(_) | Self::Due(_) | Self::Comment => true,
        }
    }

    fn row(self, occurrence: i64) -> DecisionRow {
        let plain =
            |kind| DecisionRow { occurrence, kind, team: None, person: None, until: None, due: None, target: None };
        match self {
            Self::Confirm => plain("confirm"),
            Self::Start => plain("start"),
            Self::ClaimFix => plain("claim_fix"),
            Self::Reset => plain("reset"),
            Self::FalsePositive => plain("false_positive"),
            Self::Duplicate { .. } => plain("duplicate"),
            Self::Retire => plain("retire"),
            Self::CloseByHand => plain("close_by_hand"),
            Self::ClearVerdict => plain("clear_verdict"),
            Self::AssignTeam(team) => DecisionRow { team: team.map(|team| team.0), ..plain("assign_team") },
            Self::AssignPerson(person) => {
                DecisionRow { person: person.map(|person| person.0), ..plain("assign_person") }
            }
            Self::Due(due) => DecisionRow { due: due.map(|day| day.0.into()), ..plain("due") },
            Self::Comment => plain("comment"),
        }
    }
}
