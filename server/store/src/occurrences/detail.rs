//! One occurrence with everything that is known of it: what, where, evidence, proof, people.

use super::history::looks;
use super::{Look, OccurrenceRow, PersonOf, TeamOf};
use crate::content::Evidence;
use crate::ledger::load::Loader;
use crate::ledger::units::LoadedUnit;
use crate::viewer::Scoped;
use crate::{Error, Result, binds};
use model::facts::{AssetFacts, EvidencePart, Place, WeaknessFacts};
use model::filter::{Filter, StatusIs, What};
use model::policy::Action;
use model::status::NoEffect;
use model::view::findings::Sort;
use model::{AssetId, Criticality, Day, Exposure, Micros, OccurrenceId, UserId};
use posture::{Closed, Episode};

crate::sql::statements! {
    /// What a list does not show, and where the newest evidence and the weakness's prose are.
    FACTS = "SELECT o.asset_id, o.evidence_pack, o.evidence_index, o.opened_at, o.closed_at, o.accepted_until, \
        o.claim_failed, w.facts, w.prose_pack, w.prose_index, l.place, a.key AS asset_key, a.facts AS asset_facts, a.criticality, a.exposure, \
        r.pattern FROM occurrence o JOIN weakness w ON w.id = o.weakness_id JOIN location l ON l.id = o.location_id \
        JOIN asset a ON a.id = o.asset_id LEFT JOIN ownership_rule r ON r.id = a.team_rule WHERE o.id = $1";
    /// Decisions with the names of those who made them and of what they refer to, the newest first.
    DECISIONS = "SELECT d.id, d.happened_at, d.kind, d.until, d.due, d.reason, u.id AS user_id, u.login AS user_login, \
        u.name AS user_name, t.id AS team_id, t.slug AS team_slug, t.name AS team_name, p.id AS person_id, \
        p.login AS person_login, p.name AS person_name, g.uuid AS target, x.step AS withdrawn_step FROM decision d \
        LEFT JOIN app_user u ON u.id = d.user_id LEFT JOIN team t ON t.id = d.team_id \
        LEFT JOIN app_user p ON p.id = d.person_id LEFT JOIN occurrence g ON g.id = d.target_id \
        LEFT JOIN decision_withdrawal x ON x.decision_id = d.id WHERE d.occurrence_id IN \
        (SELECT p.id FROM occurrence p WHERE p.id = $1 OR p.merged_id = $1) ORDER BY d.happened_at DESC, d.id DESC";
    /// Exceptions that were asked for, the newest first.
    EXCEPTIONS = "SELECT x.id, x.until, x.reason, x.requested_at, x.answer, x.answered_at, x.overridden, \
        q.id AS by_id, q.login AS by_login, q.name AS by_name, a.id AS answer_id, a.login AS answer_login, \
        a.name AS answer_name FROM exception_request x JOIN app_user q ON q.id = x.requested_by \
        LEFT JOIN app_user a ON a.id = x.answered_by WHERE x.occurrence_id IN \
        (SELECT p.id FROM occurrence p WHERE p.id = $1 OR p.merged_id = $1) ORDER BY x.id DESC";
}

/// One occurrence in full.
#[derive(Clone, Debug)]
pub struct OccurrenceDetail {
    /// The row, as in the list.
    pub row: OccurrenceRow,
    /// What a list does not show.
    pub detail: DetailRow,
    /// What the scanner saw, if the viewer may see it now and it is still kept.
    pub evidence: Option<Vec<EvidencePart>>,
    /// When the evidence was taken away, if it was.
    pub evidence_expired: Option<Micros>,
    /// Stretches of presence, the newest first, with their numbers from 1.
    pub episodes: Vec<EpisodeRow>,
    /// What people said, the newest first.
    pub decisions: Vec<DecisionRow>,
    /// Exceptions that were asked for, the newest first.
    pub exceptions: Vec<ExceptionRow>,
    /// What each observation of the asset by the scanner says of it, oldest first.
    pub history: Vec<Look>,
    /// How many other occurrences of the weakness are open, that the viewer may see.
    pub siblings: i64,
    /// The filter whose rows those are.
    pub siblings_filter: Filter,
}

/// What a list does not show.
#[derive(Clone, Debug)]
pub struct DetailRow {
    /// The asset.
    pub asset: AssetId,
    /// The asset's key.
    pub asset_key: String,
    /// What the newest export says of the asset.
    pub asset_facts: AssetFacts,
    /// How much depends on the asset, if anybody has said so.
    pub criticality: Option<Criticality>,
    /// Who can reach it, if anybody has said so.
    pub exposure: Option<Exposure>,
    /// The pattern of the rule by which a team owns the asset.
    pub owner_pattern: Option<String>,
    /// The weakness with its prose.
    pub weakness: WeaknessFacts,
    /// Where, as the scanner said it.
    pub place: Place,
    /// When the last episode opened.
    pub opened_at: Micros,
    /// When it closed.
    pub closed_at: Option<Micros>,
    /// Until when the risk is accepted.
    pub accepted_until: Option<Micros>,
    /// Somebody said that it is fixed, and a scan saw it again.
    pub claim_failed: bool,
}

/// A stretch of presence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EpisodeRow {
    /// From 1.
    pub number: i64,
    /// From when, by which scan, until when with what proof.
    pub episode: Episode,
}

/// What a person said.
#[derive(Clone, Debug)]
pub struct DecisionRow {
    /// Its number.
    pub id: i64,
    /// When.
    pub at: Micros,
    /// What: the stored word, such as `false_positive`.
    pub kind: String,
    /// Who; nobody for the local operator.
    pub who: Option<PersonOf>,
    /// The team that it names.
    pub team: Option<TeamOf>,
    /// The person that it names.
    pub person: Option<PersonOf>,
    /// Until when.
    pub until: Option<Micros>,
    /// By when.
    pub due: Option<Day>,
    /// The other finding.
    pub target: Option<OccurrenceId>,
    /// Why.
    pub reason: String,
    /// Taken back.
    pub withdrawn: bool,
    /// Why it moves nothing now, if so.
    pub no_effect: Option<NoEffect>,
}

/// An exception that was asked for.
#[derive(Clone, Debug)]
pub struct ExceptionRow {
    /// Its number.
    pub id: i64,
    /// Until when.
    pub until: Micros,
    /// Why.
    pub reason: String,
    /// Who asked.
    pub requested_by: Option<PersonOf>,
    /// When.
    pub requested_at: Micros,
    /// `approved` or `refused`; none while it waits.
    pub answer: Option<String>,
    /// Who answered.
    pub answered_by: Option<PersonOf>,
    /// When.
    pub answered_at: Option<Micros>,
    /// Answered by the one who asked, as the only administrator.
    pub overridden: bool,
}

#[derive(sqlx::FromRow)]
struct FactsRow {
    asset_id: i64,
    evidence_index: i64,
    opened_at: i64,
    closed_at: Option<i64>,
    accepted_until: Option<i64>,
    claim_failed: i64,
    facts: String,
    prose_index: i64,
    place: String,
    asset_key: String,
    asset_facts: String,
    criticality: Option<i64>,
    exposure: Option<i64>,
    pattern: Option<String>,
    evidence_pack: Option<i64>,
    prose_pack: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct DecisionColumns {
    id: i64,
    happened_at: i64,
    kind: String,
    until: Option<i64>,
    due: Option<i64>,
    reason: String,
    user_id: Option<i64>,
    user_login: Option<String>,
    user_name: Option<String>,
    team_id: Option<i64>,
    team_slug: Option<String>,
    team_name: Option<String>,
    person_id: Option<i64>,
    person_login: Option<String>,
    person_name: Option<String>,
    target: Option<Vec<u8>>,
    withdrawn_step: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct ExceptionColumns {
    id: i64,
    until: i64,
    reason: String,
    requested_at: i64,
    answer: Option<String>,
    answered_at: Option<i64>,
    overridden: i64,
    by_id: i64,
    by_login: String,
    by_name: String,
    answer_id: Option<i64>,
    answer_login: Option<String>,
    answer_name: Option<String>,
}

impl Scoped<'_> {
    /// One occurrence. `shown` may carry `as-of:` and `known-at:` terms: what was the viewer's then is visible then, without
    /// its evidence if it is not theirs now.
    ///
    /// # Errors
    /// There is no such occurrence that the viewer may know of, stored data is damaged, or the database fails.
    pub async fn occurrence_detail(&self, id: OccurrenceId, shown: &Filter, now: Micros) -> Result<OccurrenceDetail> {
        let row = self.occurrence_row(id, shown, now).await?;
        let mut tx = self.store.db.snapshot().await?;
        let facts: FactsRow = tx.one(FACTS, binds![row.number]).await?;
        let units = Loader::of_life().occurrences(&mut tx, row.tool, &[row.number]).await?;
        let decisions: Vec<DecisionColumns> = tx.all(DECISIONS, binds![row.number]).await?;
        let exceptions: Vec<ExceptionColumns> = tx.all(EXCEPTIONS, binds![row.number]).await?;
        tx.rollback().await?;
        let unit = units.first().ok_or(Error::NotFound("occurrence"))?;
        let others = Filter::new().rule(row.tool, &row.rule).status(StatusIs::Open);
        let others = if row.inventory { others.with(What::Is(model::filter::Mark::Inventory)) } else { others };
        // Counted by the rule, which all its findings share, so that it is counted once.
        let siblings = self.occurrence_count(&others, now).await? - i64::from(row.status.is_open());
        let (evidence, evidence_expired) = match self.evidence(&row, &facts, shown).await? {
            Some(Evidence::Here(parts)) => (Some(parts), None),
            Some(Evidence::Expired(at)) => (Some(Vec::new()), Some(at)),
            None => (None, None),
        };
        let no_effect = without_effect(unit, now);
        Ok(OccurrenceDetail {
            evidence,
            evidence_expired,
            episodes: episodes(unit),
            history: looks(unit),
            decisions: decisions.into_iter().map(|row| decision(row, &no_effect)).collect::<Result<_>>()?,
            exceptions: exceptions.into_iter().map(exception).collect(),
            siblings: siblings.max(0),
            siblings_filter: others.except(What::Id(vec![id])),
            detail: self.facts(facts).await?,
            row,
        })
    }

    /// The row of one occurrence. `shown` as for [`Scoped::occurrence_detail`].
    ///
    /// # Errors
    /// There is no such occurrence that the viewer may know of, or the database fails.
    pub async fn occurrence_row(&self, id: OccurrenceId, shown: &Filter, now: Micros) -> Result<OccurrenceRow> {
        let mut filter = Filter::new().with(What::Id(vec![id]));
        for term in shown.terms() {
            if matches!(term.what, What::AsOf(_) | What::KnownAt(_)) {
                filter = filter.with(term.what.clone());
            }
        }
        let query = super::ListQuery { filter: &filter, sort: Sort::FirstSeen, cursor: None, limit: 2 };
        // What is part of another now leads to it; at the instant shown it may have been one of its own.
        let mut rows = self.occurrence_list(&query, now).await?.rows;
        let own = rows.iter().position(|row| row.id == id).unwrap_or(0);
        if rows.is_empty() { Err(Error::NotFound("occurrence")) } else { Ok(rows.swap_remove(own)) }
    }

    /// The evidence, for those who own it now and may see evidence at all.
    async fn evidence(&self, row: &OccurrenceRow, facts: &FactsRow, shown: &Filter) -> Result<Option<Evidence>> {
        let team = row.team.as_ref().map(|team| team.id);
        let past = shown.as_of().is_some() || shown.known_at().is_some();
        let own = !past || self.viewer.sees_everything();
        if !own || self.viewer.require(Action::SeeEvidence, team).is_err() {
            return Ok(None);
        }
        match facts.evidence_pack {
            Some(pack) => self.store.evidence_at(pack, facts.evidence_index).await.map(Some),
            None => Ok(None),
        }
    }

    async fn facts(&self, row: FactsRow) -> Result<DetailRow> {
        let mut weakness: WeaknessFacts =
            serde_json::from_str(&row.facts).map_err(|_| Error::damaged("weakness.facts"))?;
        if let Some(pack) = row.prose_pack {
            weakness.prose = self.store.prose_at(pack, row.prose_index).await?;
        }
        let small = |number: Option<i64>| number.and_then(|number| i16::try_from(number).ok());
        Ok(DetailRow {
            asset: AssetId(row.asset_id),
            asset_key: row.asset_key,
            asset_facts: serde_json::from_str(&row.asset_facts).map_err(|_| Error::damaged("asset.facts"))?,
            criticality: small(row.criticality).and_then(Criticality::from_number),
            exposure: small(row.exposure).and_then(Exposure::from_number),
            owner_pattern: row.pattern,
            weakness,
            place: serde_json::from_str(&row.place).map_err(|_| Error::damaged("location.place"))?,
            opened_at: Micros(row.opened_at),
            closed_at: row.closed_at.map(Micros),
            accepted_until: row.accepted_until.map(Micros),
            claim_failed: row.claim_failed == 1,
        })
    }
}

fn episodes(unit: &LoadedUnit) -> Vec<EpisodeRow> {
    let episodes = unit.occurrences.first().map_or(&[][..], |loaded| &loaded.episodes);
    let mut rows: Vec<EpisodeRow> =
        (1..).zip(episodes).map(|(number, episode)| EpisodeRow { number, episode: *episode }).collect();
    rows.reverse();
    rows
}

fn without_effect(unit: &LoadedUnit, now: Micros) -> Vec<(i64, NoEffect)> {
    let index = unit.history.index();
    let projection = unit.occurrences.first().and_then(|loaded| index.project(&loaded.facts(), now));
    projection.map_or_else(Vec::new, |projection| projection.without_effect)
}

fn decision(row: DecisionColumns, no_effect: &[(i64, NoEffect)]) -> Result<DecisionRow> {
    let target = row.target.map(|bytes| uuid::Uuid::from_slice(&bytes).map(OccurrenceId)).transpose();
    Ok(DecisionRow {
        id: row.id,
        at: Micros(row.happened_at),
        kind: row.kind,
        who: PersonOf::of(row.user_id, row.user_login, row.user_name),
        team: TeamOf::of(row.team_id, row.team_slug, row.team_name),
        person: PersonOf::of(row.person_id, row.person_login, row.person_name),
        until: row.until.map(Micros),
        due: row.due.and_then(|due| i32::try_from(due).ok()).map(Day),
        target: target.map_err(|_| Error::damaged("occurrence.uuid"))?,
        reason: row.reason,
        withdrawn: row.withdrawn_step.is_some(),
        no_effect: no_effect.iter().find(|(id, _)| *id == row.id).map(|(_, why)| *why),
    })
}

fn exception(row: ExceptionColumns) -> ExceptionRow {
    ExceptionRow {
        id: row.id,
        until: Micros(row.until),
        reason: row.reason,
        requested_by: Some(PersonOf { id: UserId(row.by_id), login: row.by_login, name: row.by_name }),
        requested_at: Micros(row.requested_at),
        answer: row.answer,
        answered_by: PersonOf::of(row.answer_id, row.answer_login, row.answer_name),
        answered_at: row.answered_at.map(Micros),
        overridden: row.overridden == 1,
    }
}

impl EpisodeRow {
    /// The proof that ended it.
    #[must_use]
    pub fn closed(&self) -> Option<Closed> {
        self.episode.closed
    }
}
