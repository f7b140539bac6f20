//! Exceptions: a risk is accepted until a day, for a reason, by someone else than the one who asks.

use crate::binds;
use crate::db::Tx;
use crate::decision::{DecisionEffect, DecisionRow, check_reason, insert_on, sees, visible_targets};
use crate::error::{Error, Result};
use crate::ledger::recompute_occurrences;
use crate::step::{self, StepKind};
use crate::viewer::Scoped;
use model::policy::Action;
use model::{Micros, OccurrenceId, Step, TeamId};
use std::collections::HashSet;

crate::sql::statements! {
    REQUEST = "INSERT INTO exception_request (occurrence_id, until, reason, requested_by, requested_at, overridden) \
        VALUES ($1, $2, $3, $4, $5, 0)";
    OPEN = "SELECT o.id AS occurrence_id, q.until, q.reason, q.requested_by, q.answer, o.team_id, o.is_open \
        FROM exception_request q JOIN occurrence p ON p.id = q.occurrence_id \
        JOIN occurrence o ON o.id = COALESCE(p.merged_id, p.id) WHERE q.id = $1";
    ANSWER = "UPDATE exception_request SET answer = $2, answered_by = $3, answered_at = $4, decision_id = $5, \
        overridden = $6 WHERE id = $1 AND answer IS NULL";
    ADMINS = "SELECT COUNT(*) FROM app_user WHERE role = 'admin' AND disabled_at IS NULL AND password_hash IS NOT NULL";
    PENDING = "SELECT COUNT(*) FROM exception_request WHERE answer IS NULL AND occurrence_id IN \
        (SELECT p.id FROM occurrence p WHERE p.id = $1 OR p.merged_id = $1)";
}

#[derive(sqlx::FromRow)]
struct RequestRow {
    occurrence_id: i64,
    until: i64,
    reason: String,
    requested_by: i64,
    answer: Option<String>,
    team_id: Option<i64>,
    is_open: i64,
}

impl Scoped<'_> {
    /// Asks for exceptions until an instant. Nothing changes until someone else approves. Occurrences that are not open, or
    /// for which a request waits, are counted as refused.
    ///
    /// # Errors
    /// A reason is missing, the end lies in the past, the local operator asks (a person must), or the database fails.
    pub async fn exception_request(
        &self,
        occurrences: &[OccurrenceId],
        until: Micros,
        reason: &str,
        now: Micros,
    ) -> Result<DecisionEffect> {
        check_reason(reason, true)?;
        if until <= now {
            return Err(Error::Invalid { field: "until", code: "in_the_past" });
        }
        let user = self.viewer.user.ok_or(Error::Conflict("needs_a_person"))?;
        let mut tx = self.store.db.begin().await?;
        let asked: HashSet<OccurrenceId> = occurrences.iter().copied().collect();
        let mut touched = 0;
        for target in visible_targets(&mut tx, self.viewer, &asked).await? {
            let permitted = self.viewer.require(Action::RequestException, target.team).is_ok();
            let (pending,): (i64,) = tx.one(PENDING, binds![target.id]).await?;
            if permitted && target.status.is_open() && pending == 0 {
                tx.execute(REQUEST, binds![target.id, until, reason.trim(), user, now]).await?;
                touched += 1;
            }
        }
        tx.commit().await?;
        Ok(DecisionEffect { step: None, touched, refused: asked.len() as u64 - touched })
    }

    /// Answers a request. On approval the exception holds from now. The one who asked may not approve, but where there is
    /// one administrator, who then overrides: that is kept with the answer.
    ///
    /// # Errors
    /// There is no such open request that the viewer sees, the finding is not open any more, the end has passed, the viewer
    /// asked themselves, or the database fails.
    pub async fn exception_answer(&self, request: i64, approve: bool, now: Micros) -> Result<Option<Step>> {
        let user = self.viewer.user.ok_or(Error::Conflict("needs_a_person"))?;
        let mut tx = self.store.db.begin().await?;
        let locked = step::lock(&mut tx).await?;
        let row: Option<RequestRow> = tx.optional(OPEN, binds![request]).await?;
        let row = row.filter(|row| sees(self.viewer, row.team_id.map(TeamId)));
        let row = row.ok_or(Error::NotFound("exception request"))?;
        if row.answer.is_some() {
            return Err(Error::Conflict("answered_already"));
        }
        let own = row.requested_by == user.0;
        // Taking back one's own request needs nobody else.
        let overridden = own && approve;
        if overridden && !self.is_only_administrator(&mut tx).await? {
            return Err(Error::Conflict("own_request"));
        }
        if !approve {
            let done = binds![request, "refused", user, now, Option::<i64>::None, i64::from(own)];
            tx.execute(ANSWER, done).await?;
            tx.commit().await?;
            return Ok(None);
        }
        if row.is_open == 0 {
            return Err(Error::Conflict("not_open"));
        }
        if row.until <= now.0 {
            return Err(Error::Conflict("ended_already"));
        }
        let taken = locked.take(&mut tx, &self.store.config, StepKind::Decision, Some(user), now).await?;
        let accept = DecisionRow {
            occurrence: row.occurrence_id,
            kind: "accept",
            team: None,
            person: None,
            until: Some(row.until),
            due: None,
            target: None,
        };
        let decision = insert_on(&mut tx, taken, vec![accept], &row.reason, Some(user)).await?;
        let done = binds![request, "approved", user, now, decision, i64::from(overridden)];
        tx.execute(ANSWER, done).await?;
        recompute_occurrences(&mut tx, &self.store.config, taken, &[row.occurrence_id]).await?;
        tx.commit().await?;
        Ok(Some(Step(taken.step)))
    }

    async fn is_only_administrator(&self, tx: &mut Tx) -> Result<bool> {
        let (admins,): (i64,) = tx.one(ADMINS, binds![]).await?;
        Ok(admins == 1 && self.viewer.role() == model::policy::Role::Admin)
    }
}
