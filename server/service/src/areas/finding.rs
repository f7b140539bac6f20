//! One finding, in full.

use super::decide::moves;
use super::insight;
use crate::errors::OrWire;
use crate::masking::covered;
use crate::present::{classifications, count};
use crate::request::Session;
use crate::zone::day_stamp;
use model::audit::AuditAct;
use model::error::{ErrorCode, WireError};
use model::facts::EvidencePart;
use model::filter::Filter;
use model::policy::Action;
use model::view::findings::{
    ClassificationView, DecisionView, EpisodeView, ExceptionView, FindingPage, HistorySquare, NeighbourView,
    RevealedPage, Seen,
};
use model::{Edition, Mapped, OccurrenceId};
use posture::identity::explain;
use std::sync::PoisonError;
use store::occurrences::{DecisionRow, EpisodeRow, ExceptionRow, Look, Looked, Neighbour, OccurrenceDetail};
use taxonomy::{Classification, Evidence, cvss_score, cwe_name};

/// How many scans the row of squares shows.
const SQUARES: usize = 30;

/// The page of a finding.
pub(super) async fn page(session: &Session, id: &str) -> Result<FindingPage, WireError> {
    let scoped = session.scoped(Action::SeeFindings)?;
    let id: OccurrenceId = id.parse().map_err(|_| WireError::new(ErrorCode::NotFound))?;
    let found = scoped.occurrence_detail(id, &Filter::new(), session.now()).await.wire()?;
    let around = scoped.occurrence_neighbours(&found).await.wire()?;
    let OccurrenceDetail { mut row, detail, evidence, evidence_expired, episodes, decisions, waiting, history, issue } =
        found;
    let team = row.team.as_ref().map(|team| team.id);
    let identity = explain(row.tool, &detail.asset_key, &row.rule, &detail.place);
    let mut insight = insight::of(session, &mut row, &detail, issue).await?;
    insight.verify = super::verify::view(session, &row, &detail, &history).await?;
    let weakness = detail.weakness;
    let (teams, people) = session.choices().await?;
    let seen = evidence.as_ref().is_some_and(|parts| !parts.is_empty());
    if seen {
        session.audit_reading(id).await?;
    }
    let mut masked = false;
    let evidence = evidence.map(|parts| {
        let covered = parts.into_iter().map(|part| {
            let (text, any) = covered(&part.text);
            masked |= any;
            EvidencePart { text, ..part }
        });
        covered.collect::<Vec<_>>()
    });
    let skipped = history.len().saturating_sub(SQUARES);
    Ok(FindingPage {
        last_seen: session.stamp(row.last_seen),
        synopsis: weakness.prose.synopsis,
        description: weakness.prose.description,
        solution: weakness.prose.solution,
        references: weakness.prose.references.lines().map(str::to_owned).collect(),
        fields: weakness.prose.fields,
        cwe: weakness.cwe.iter().map(|cwe| (*cwe, cwe_name(*cwe).unwrap_or_default().to_owned())).collect(),
        cve: weakness.cve,
        cvss: weakness
            .cvss
            .into_iter()
            .map(|vector| (cvss_score(&vector).map(|score| score.tenths), vector))
            .map(|(score, vector)| (vector, score))
            .collect(),
        classification: classifications(&row.classification).into_iter().map(classification).collect(),
        evidence,
        masked: masked && session.require(Action::RevealSecrets, team).is_ok(),
        evidence_expired: evidence_expired.map(|at| session.stamp(at)),
        identity: identity.into_iter().map(|(key, value)| (key.to_owned(), value)).collect(),
        siblings: count(around.open, &around.open_filter),
        neighbours: around.nearest.into_iter().map(neighbour_view).collect(),
        owner_pattern: detail.owner_pattern.unwrap_or_default(),
        history: history.into_iter().skip(skipped).map(|look| square(session, look)).collect(),
        episodes: episodes.into_iter().map(|episode| episode_view(session, episode)).collect(),
        decisions: decisions.into_iter().map(|decision| decision_view(session, decision)).collect(),
        not_retested_why: row.not_retested.map(|why| why.word().to_owned()).unwrap_or_default(),
        claim_failed: detail.claim_failed,
        moves: moves(session, row.status, team)?,
        exception: waiting.map(|exception| exception_view(session, exception)),
        teams,
        people,
        insight: Some(Box::new(insight)),
        drawn: String::new(),
        row: session.row(row, Edition::Y2021),
    })
}

/// A finding's evidence with its secrets, for who may see them; that they were seen is written down.
pub(super) async fn revealed(session: &Session, id: &str) -> Result<RevealedPage, WireError> {
    let scoped = session.scoped(Action::RevealSecrets)?;
    let id: OccurrenceId = id.parse().map_err(|_| WireError::new(ErrorCode::NotFound))?;
    let found = scoped.occurrence_detail(id, &Filter::new(), session.now()).await.wire()?;
    session.require(Action::RevealSecrets, found.row.team.as_ref().map(|team| team.id))?;
    session.audit(AuditAct::RevealSecrets, &format!("finding:{id}"), "").await?;
    Ok(RevealedPage { title: found.row.title, evidence: found.evidence.unwrap_or_default() })
}

/// How long a reader of evidence counts as the same one.
const HOUR: i64 = 3_600_000_000;
/// How many readings are remembered; when there are more, all are forgotten, and are written down again.
const READINGS: usize = 20_000;

impl Session {
    /// Writes down that the viewer read a finding's evidence, once an hour.
    async fn audit_reading(&self, id: OccurrenceId) -> Result<(), WireError> {
        let who = self.viewer()?.user().map_or(0, |user| user.0);
        let now = self.now();
        {
            let mut readers = self.service.readers.lock().unwrap_or_else(PoisonError::into_inner);
            if readers.get(&(who, id)).is_some_and(|at| now.0 - at.0 < HOUR) {
                return Ok(());
            }
            if readers.len() >= READINGS {
                readers.clear();
            }
            readers.insert((who, id), now);
        }
        self.audit(AuditAct::ReadEvidence, &format!("finding:{id}"), "").await
    }
}

fn neighbour_view(neighbour: Neighbour) -> NeighbourView {
    let Neighbour { id, asset, location, differs } = neighbour;
    let differs = differs.into_iter().map(|(field, value)| (field.to_owned(), value)).collect();
    NeighbourView { id: id.to_string(), asset, location, differs }
}

fn classification(found: Classification) -> ClassificationView {
    let evidence = match found.evidence {
        Evidence::Person { rule } => rule,
        Evidence::Tag { tag } => tag,
        Evidence::Cwe { cwe } => format!("CWE-{cwe}"),
        Evidence::Ancestor { cwe, ancestor, .. } => format!("CWE-{cwe} → CWE-{ancestor}"),
        Evidence::TableTag { rule, name } => format!("{rule} {name}"),
        Evidence::TableCwe { rule, name, cwe, ancestor } => match ancestor {
            None => format!("{rule} {name} → CWE-{cwe}"),
            Some(ancestor) => format!("{rule} {name} → CWE-{cwe} → CWE-{ancestor}"),
        },
        Evidence::Rule { id } => id,
        Evidence::Nothing => String::new(),
    };
    ClassificationView {
        edition: found.edition,
        primary: found.primary,
        also: found.also.into_iter().map(Mapped::To).collect(),
        basis: found.basis,
        evidence,
    }
}

fn square(session: &Session, look: Look) -> HistorySquare {
    let seen = match look.looked {
        Looked::Seen => Seen::Present,
        Looked::Absent(_) => Seen::Absent,
        Looked::NotLooked(_) => Seen::NotLooked,
    };
    HistorySquare { at: session.stamp(look.at), scan: look.scan.0, seen }
}

fn episode_view(session: &Session, row: EpisodeRow) -> EpisodeView {
    EpisodeView {
        number: row.number,
        opened: session.stamp(row.episode.opened_at),
        opened_by: row.episode.opened_by.0,
        closed: row.closed().map(|closed| (session.stamp(closed.at), closed.by.0, closed.grade)),
    }
}

fn decision_view(session: &Session, row: DecisionRow) -> DecisionView {
    let locale = session.locale();
    let what = row
        .team
        .map(|team| team.name)
        .or(row.person.map(|person| person.name))
        .or(row.until.map(|at| day_stamp(locale, session.service.zone.day(at)).text))
        .or(row.due.map(|day| day_stamp(locale, day).text))
        .or(row.target.map(|id| id.to_string()))
        .unwrap_or_default();
    DecisionView {
        at: session.stamp(row.at),
        who: row.who.map(|who| who.name).unwrap_or_default(),
        kind: row.kind,
        what,
        reason: row.reason,
        without_effect: row.withdrawn || row.no_effect.is_some(),
    }
}

fn exception_view(session: &Session, row: ExceptionRow) -> ExceptionView {
    let asked_by = row.requested_by.as_ref().map(|person| person.id);
    let own = session.viewer_if_any().and_then(store::Viewer::user) == asked_by;
    ExceptionView {
        id: row.id,
        until: day_stamp(session.locale(), session.service.zone.day(row.until)),
        reason: row.reason,
        requested_by: row.requested_by.map(|person| person.name).unwrap_or_default(),
        may_answer: !own && session.require(Action::ApproveException, None).is_ok(),
    }
}
