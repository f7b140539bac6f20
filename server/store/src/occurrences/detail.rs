//! One occurrence with everything that is known of it: what, where, evidence, proof, people.

use super::history::looks;
use super::{Look, OccurrenceRow, PersonOf, TeamOf};
use crate::content::Evidence;
use crate::correlation::Issue;
use crate::ledger::books::GivenRow;
use crate::ledger::load::{self, Loader, occurrence_columns, occurrence_tables};
use crate::ledger::units::LoadedUnit;
use crate::value::Value;
use crate::viewer::Scoped;
use crate::{Error, Result, binds};
use model::facts::{AssetFacts, EvidencePart, Place, WeaknessFacts};
use model::filter::{Filter, What};
use model::policy::Action;
use model::status::NoEffect;
use model::view::findings::Sort;
use model::{AssetId, Criticality, Day, Exposure, Micros, OccurrenceId, Severity};
use posture::{Closed, Episode, Projection};

crate::sql::statements! {
    /// What a list does not show: the newest evidence (if $2 is 1) and the weakness's prose, the place in an issue and what a
    /// person said last of that, and the exception that waits for an answer.
    FACTS = concat!(
        "SELECT ", occurrence_columns!(), ", w.facts, w.prose_index, pp.sealed AS prose, a.key AS asset_key, \
        a.facts AS asset_facts, a.criticality, a.exposure, r.pattern, ep.sealed AS evidence, ep.expired_at AS evidence_expired, \
        w.prose_pack, CAST(CASE WHEN a.merged_id IS NULL AND NOT EXISTS (SELECT 1 FROM asset m WHERE m.merged_id = a.id) \
        THEN 1 ELSE 0 END AS BIGINT) AS alone, (SELECT COUNT(*) FROM connector) AS connectors, \
        (SELECT h.marks_from FROM head h) AS marks_from, n.anchor_id, rt.rules AS rated_rules, i.kind AS said_kind, \
        iu.id AS said_id, iu.login AS said_login, iu.name AS said_name, x.id AS exception_id, x.until AS exception_until, x.reason AS exception_reason, \
        x.requested_at AS exception_at, xu.id AS asker_id, xu.login AS asker_login, xu.name AS asker_name FROM ",
        occurrence_tables!(), " LEFT JOIN ownership_rule r ON r.id = a.team_rule LEFT JOIN pack pp ON pp.id = w.prose_pack \
        LEFT JOIN pack ep ON ep.id = o.evidence_pack AND $2 = 1 LEFT JOIN correlation n ON n.occurrence_id = o.id \
        LEFT JOIN rated rt ON rt.asset_id = o.asset_id AND rt.weakness_id = o.weakness_id \
        LEFT JOIN issue_word i ON i.id = (SELECT MAX(j.id) FROM issue_word j WHERE j.occurrence_id = o.id) \
        LEFT JOIN app_user iu ON iu.id = i.user_id LEFT JOIN exception_request x ON x.id = (SELECT MAX(y.id) \
        FROM exception_request y WHERE y.answer IS NULL AND y.occurrence_id IN \
        (SELECT p.id FROM occurrence p WHERE p.id = o.id OR p.merged_id = o.id)) \
        LEFT JOIN app_user xu ON xu.id = x.requested_by WHERE o.id = $1"
    );
    /// What rules are called, and since when they hold.
    RULES = "SELECT name, reason, happened_at FROM override_rule WHERE id IN ($*) ORDER BY happened_at DESC, id DESC";
    /// Decisions with the names of those who made them and of what they refer to, the newest first.
    DECISIONS = "SELECT d.id, d.happened_at, d.kind, d.until, d.due, d.reason, u.id AS user_id, u.login AS user_login, \
        u.name AS user_name, t.id AS team_id, t.slug AS team_slug, t.name AS team_name, p.id AS person_id, \
        p.login AS person_login, p.name AS person_name, g.uuid AS target, COALESCE(g.merged_id, g.id) AS target_id, \
        COALESCE(h.known, g.known) AS target_known, x.step AS withdrawn_step FROM decision d \
        LEFT JOIN app_user u ON u.id = d.user_id LEFT JOIN team t ON t.id = d.team_id \
        LEFT JOIN app_user p ON p.id = d.person_id LEFT JOIN occurrence g ON g.id = d.target_id \
        LEFT JOIN occurrence h ON h.id = g.merged_id \
        LEFT JOIN decision_withdrawal x ON x.decision_id = d.id WHERE d.occurrence_id IN \
        (SELECT p.id FROM occurrence p WHERE p.id = $1 OR p.merged_id = $1) ORDER BY d.happened_at DESC, d.id DESC";
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
    /// The exception that waits for an answer.
    pub waiting: Option<ExceptionRow>,
    /// The same flaw as other scanners see it.
    pub issue: Issue,
    /// What each observation of the asset by the scanner says of it, oldest first.
    pub history: Vec<Look>,
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
    /// Whether marks of inventory lag behind the classes.
    pub(crate) lagging: bool,
    /// How many scanners are connected: without any nobody asks which of them saw it.
    pub connectors: i64,
    /// The rule that says how severe it is, in the scanner's place.
    pub rated: Option<Rated>,
}

/// How severe a rule says that a finding is.
#[derive(Clone, Debug)]
pub struct Rated {
    /// The rule's name.
    pub rule: String,
    /// Why.
    pub reason: String,
    /// Since when.
    pub at: Micros,
    /// How severe the scanner says that it is.
    pub told: Severity,
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

/// An exception that was asked for and that nobody has answered yet.
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
}

#[derive(sqlx::FromRow)]
struct FactsRow {
    #[sqlx(flatten)]
    row: load::OccurrenceRow,
    #[sqlx(flatten)]
    said: SaidColumns,
    #[sqlx(flatten)]
    exception: ExceptionColumns,
    facts: String,
    prose_index: i64,
    prose_pack: Option<i64>,
    prose: Option<Vec<u8>>,
    asset_key: String,
    asset_facts: String,
    criticality: Option<i64>,
    exposure: Option<i64>,
    pattern: Option<String>,
    evidence: Option<Vec<u8>>,
    evidence_expired: Option<i64>,
    alone: i64,
    marks_from: Option<i64>,
    connectors: i64,
    anchor_id: Option<i64>,
    rated_rules: Option<String>,
}

#[derive(sqlx::FromRow)]
struct SaidColumns {
    said_kind: Option<String>,
    said_id: Option<i64>,
    said_login: Option<String>,
    said_name: Option<String>,
}

#[derive(sqlx::FromRow)]
struct ExceptionColumns {
    exception_id: Option<i64>,
    exception_until: Option<i64>,
    exception_reason: Option<String>,
    exception_at: Option<i64>,
    asker_id: Option<i64>,
    asker_login: Option<String>,
    asker_name: Option<String>,
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
    target_id: Option<i64>,
    target_known: Option<i64>,
    withdrawn_step: Option<i64>,
}

impl Scoped<'_> {
    /// One occurrence. `shown` may carry `as-of:` and `known-at:` terms: what was the viewer's then is visible then, without
    /// its evidence if it is not theirs now. What is published of its CVEs is not in the row: [`Scoped::cve_facts`] says it.
    ///
    /// # Errors
    /// There is no such occurrence that the viewer may know of, stored data is damaged, or the database fails.
    pub async fn occurrence_detail(&self, id: OccurrenceId, shown: &Filter, now: Micros) -> Result<OccurrenceDetail> {
        let row = self.row_of(id, shown, now, false).await?;
        let may_see = self.may_see_evidence(&row, shown);
        let mut tx = self.store.db.snapshot().await?;
        let facts: FactsRow = tx.one(FACTS, binds![row.number, i64::from(may_see)]).await?;
        let decisions: Vec<DecisionColumns> = tx.all(DECISIONS, binds![row.number]).await?;
        let (mut detail, evidence) = (self.facts(&facts)?, self.evidence(&facts)?);
        let FactsRow { row: stored, said, exception, alone, anchor_id, rated_rules, .. } = facts;
        let given = decisions.iter().filter_map(|said| said.given(row.number)).collect();
        let unit = Loader::life(&mut tx, row.tool, stored, alone == 1, given).await?;
        // The life of one finding is told without rules: so it has the scanner's severity.
        let told = projected(&unit, now);
        if let (Some(rules), Some(told)) = (rated_rules, &told) {
            let ids = rules.split(' ').filter_map(|id| id.parse::<i64>().ok()).map(Value::from).collect::<Vec<_>>();
            let rules: Vec<(String, String, i64)> = tx.all_in(RULES, binds![], ids).await?;
            let last = rules.into_iter().next();
            let rated = |(rule, reason, at)| Rated { rule, reason, at: Micros(at), told: told.head.severity };
            detail.rated = last.map(rated);
        }
        tx.rollback().await?;
        let (evidence, evidence_expired) = match evidence {
            Some(Evidence::Here(parts)) => (Some(parts), None),
            Some(Evidence::Expired(at)) => (Some(Vec::new()), Some(at)),
            None => (None, None),
        };
        let no_effect = told.map_or_else(Vec::new, |projection| projection.without_effect);
        Ok(OccurrenceDetail {
            detail,
            evidence,
            evidence_expired,
            episodes: episodes(&unit),
            history: looks(&unit),
            decisions: decisions.into_iter().map(|row| decision(row, &no_effect)).collect::<Result<_>>()?,
            waiting: waiting(exception),
            issue: self.issue(anchor_id, said.said()).await?,
            row,
        })
    }

    /// The row of one occurrence. `shown` as for [`Scoped::occurrence_detail`].
    ///
    /// # Errors
    /// There is no such occurrence that the viewer may know of, or the database fails.
    pub async fn occurrence_row(&self, id: OccurrenceId, shown: &Filter, now: Micros) -> Result<OccurrenceRow> {
        self.row_of(id, shown, now, true).await
    }

    async fn row_of(&self, id: OccurrenceId, shown: &Filter, now: Micros, exploited: bool) -> Result<OccurrenceRow> {
        let mut filter = Filter::new().with(What::Id(vec![id]));
        for term in shown.terms() {
            if matches!(term.what, What::AsOf(_) | What::KnownAt(_)) {
                filter = filter.with(term.what.clone());
            }
        }
        let query = super::ListQuery { filter: &filter, sort: Sort::FirstSeen, cursor: None, limit: 2 };
        let found =
            if exploited { self.occurrence_list(&query, now).await? } else { self.plain_list(&query, now).await? };
        // What is part of another now leads to it; at the instant shown it may have been one of its own.
        let mut rows = found.rows;
        let own = rows.iter().position(|row| row.id == id).unwrap_or(0);
        if rows.is_empty() { Err(Error::NotFound("occurrence")) } else { Ok(rows.swap_remove(own)) }
    }

    /// Evidence is for those who own it now and may see evidence at all.
    fn may_see_evidence(&self, row: &OccurrenceRow, shown: &Filter) -> bool {
        let team = row.team.as_ref().map(|team| team.id);
        let past = shown.is_past();
        let own = !past || self.viewer.sees_everything();
        own && self.viewer.require(Action::SeeEvidence, team).is_ok()
    }

    fn evidence(&self, facts: &FactsRow) -> Result<Option<Evidence>> {
        let (pack, index) = (facts.row.head.evidence_pack, facts.row.head.evidence_index);
        match (pack, &facts.evidence, facts.evidence_expired) {
            (_, _, Some(at)) => Ok(Some(Evidence::Expired(Micros(at)))),
            (Some(pack), Some(sealed), None) => self.store.evidence_in(pack, sealed, index).map(Some),
            _ => Ok(None),
        }
    }

    fn facts(&self, row: &FactsRow) -> Result<DetailRow> {
        let mut weakness: WeaknessFacts =
            serde_json::from_str(&row.facts).map_err(|_| Error::damaged("weakness.facts"))?;
        if let (Some(pack), Some(sealed)) = (row.prose_pack, &row.prose) {
            weakness.prose = self.store.prose_in(pack, sealed, row.prose_index)?;
        }
        let small = |number: Option<i64>| number.and_then(|number| i16::try_from(number).ok());
        let head = &row.row.head;
        Ok(DetailRow {
            asset: AssetId(row.row.asset_id),
            asset_key: row.asset_key.clone(),
            asset_facts: serde_json::from_str(&row.asset_facts).map_err(|_| Error::damaged("asset.facts"))?,
            criticality: small(row.criticality).and_then(Criticality::from_number),
            exposure: small(row.exposure).and_then(Exposure::from_number),
            owner_pattern: row.pattern.clone(),
            connectors: row.connectors,
            lagging: row.marks_from.is_some(),
            weakness,
            place: serde_json::from_str(&row.row.place).map_err(|_| Error::damaged("location.place"))?,
            opened_at: Micros(head.opened_at),
            closed_at: head.closed_at.map(Micros),
            accepted_until: head.accepted_until.map(Micros),
            claim_failed: head.claim_failed == 1,
            rated: None,
        })
    }
}

impl DecisionColumns {
    /// The same as the projection takes it; nothing if it was taken back.
    fn given(&self, occurrence: i64) -> Option<GivenRow> {
        self.withdrawn_step.is_none().then(|| GivenRow {
            id: self.id,
            occurrence_id: occurrence,
            happened_at: self.happened_at,
            kind: self.kind.clone(),
            team_id: self.team_id,
            person_id: self.person_id,
            until: self.until,
            due: self.due,
            target_id: self.target_id,
            known: self.target_known,
        })
    }
}

impl SaidColumns {
    fn said(self) -> Option<(String, Option<PersonOf>)> {
        self.said_kind.map(|kind| (kind, PersonOf::of(self.said_id, self.said_login, self.said_name)))
    }
}

fn episodes(unit: &LoadedUnit) -> Vec<EpisodeRow> {
    let episodes = unit.occurrences.first().map_or(&[][..], |loaded| &loaded.episodes);
    let mut rows: Vec<EpisodeRow> =
        (1..).zip(episodes).map(|(number, episode)| EpisodeRow { number, episode: *episode }).collect();
    rows.reverse();
    rows
}

fn projected(unit: &LoadedUnit, now: Micros) -> Option<Projection> {
    let index = unit.history.index();
    unit.occurrences.first().and_then(|loaded| index.project(&loaded.facts(), now))
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

fn waiting(row: ExceptionColumns) -> Option<ExceptionRow> {
    Some(ExceptionRow {
        id: row.exception_id?,
        until: Micros(row.exception_until?),
        reason: row.exception_reason?,
        requested_by: PersonOf::of(row.asker_id, row.asker_login, row.asker_name),
        requested_at: Micros(row.exception_at?),
    })
}

impl EpisodeRow {
    /// The proof that ended it.
    #[must_use]
    pub fn closed(&self) -> Option<Closed> {
        self.episode.closed
    }
}
