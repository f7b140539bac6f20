//! Acts on findings: one or many, each in one step of the ledger.

use crate::errors::OrWire;
use crate::query::filter;
use crate::request::Session;
use chrono::NaiveDate;
use model::audit::AuditAct;
use model::error::{ErrorCode, WireError};
use model::filter::{Filter, StatusIs, What};
use model::policy::Action;
use model::view::findings::{Decide, DecideKind, Decided};
use model::{Day, Micros, OccurrenceId, Status, TeamId, UserId};
use store::decision::Act;

/// The most findings of one act.
const MOST: u32 = 20_000;
/// The longest reason.
const REASON: usize = 4_000;

/// What a viewer may do to a finding of that status and team, in the order in which a page offers it.
pub(super) fn moves(session: &Session, status: Status, team: Option<TeamId>) -> Result<Vec<DecideKind>, WireError> {
    use DecideKind::{
        Assign, ClaimFix, ClearVerdict, CloseByHand, Comment, Confirm, Duplicate, FalsePositive, RequestException,
        Reset, Retire, Start,
    };
    session.viewer()?;
    let all: &[DecideKind] = match status {
        Status::New => &[Confirm, Start, ClaimFix, FalsePositive, RequestException, Duplicate, Retire, CloseByHand],
        Status::Confirmed => &[Start, ClaimFix, FalsePositive, RequestException, Duplicate, Retire, CloseByHand, Reset],
        Status::InProgress => &[ClaimFix, FalsePositive, RequestException, Duplicate, Retire, CloseByHand, Reset],
        Status::FixClaimed => &[Start, FalsePositive, RequestException, Duplicate, Retire, CloseByHand, Reset],
        Status::Fixed => &[],
        Status::FalsePositive | Status::Accepted | Status::Duplicate | Status::Retired | Status::ClosedByHand => {
            &[ClearVerdict]
        }
    };
    let may = |kind: &DecideKind| session.require(action(*kind), team).is_ok();
    Ok(all.iter().chain(&[Assign, Comment]).copied().filter(|kind| may(kind)).collect())
}

/// The action of the policy table that an act needs.
fn action(kind: DecideKind) -> Action {
    match kind {
        DecideKind::Confirm | DecideKind::Start | DecideKind::ClaimFix | DecideKind::Reset => Action::Work,
        DecideKind::FalsePositive
        | DecideKind::Duplicate
        | DecideKind::Retire
        | DecideKind::CloseByHand
        | DecideKind::ClearVerdict => Action::Decide,
        DecideKind::RequestException => Action::RequestException,
        DecideKind::Assign => Action::Assign,
        DecideKind::Comment => Action::Comment,
    }
}

/// Does it, in one step for all: where it is possible and permitted; the rest is counted.
pub(super) async fn decide(session: &Session, input: Decide) -> Result<Decided, WireError> {
    if input.reason.chars().count() > REASON {
        return Err(WireError::invalid("reason", "too_long"));
    }
    if needs_reason(input.kind) && input.reason.trim().is_empty() {
        return Err(WireError::invalid("reason", "missing"));
    }
    let scoped = session.scoped(action(input.kind))?;
    let ids = selection(session, &input).await?;
    let now = session.now();
    let done = if input.kind == DecideKind::RequestException {
        scoped.exception_request(&ids, until(session, &input.day)?, &input.reason, now).await.wire()?
    } else {
        let acts = acts(session, &input).await?;
        scoped.decide(&ids, &acts, &input.reason, now).await.wire()?
    };
    let word = serde_json::to_value(input.kind).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default();
    session.audit_as(&word, "findings", &format!("{} touched, {} refused", done.touched, done.refused)).await?;
    if done.touched == 0 && ids.len() == 1 {
        let known = Filter::new().with(What::Id(ids)).status(StatusIs::Any);
        if session.scoped(Action::SeeFindings)?.occurrence_count(&known, now).await.wire()? == 0 {
            return Err(WireError::new(ErrorCode::NotFound));
        }
        return Err(WireError { detail: "no_such_move".to_owned(), ..WireError::new(ErrorCode::Conflict) });
    }
    let number = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    Ok(Decided { touched: number(done.touched), refused: number(done.refused) })
}

/// Approves or refuses an exception.
pub(super) async fn answer(session: &Session, request: i64, approve: bool) -> Result<(), WireError> {
    session.scoped(Action::ApproveException)?.exception_answer(request, approve, session.now()).await.wire()?;
    let word = if approve { AuditAct::ApproveException } else { AuditAct::RefuseException };
    session.audit(word, &format!("exception:{request}"), "").await
}

fn needs_reason(kind: DecideKind) -> bool {
    matches!(
        kind,
        DecideKind::FalsePositive
            | DecideKind::RequestException
            | DecideKind::Retire
            | DecideKind::CloseByHand
            | DecideKind::Comment
    )
}

/// The findings that the act names.
async fn selection(session: &Session, input: &Decide) -> Result<Vec<OccurrenceId>, WireError> {
    let ids: Vec<OccurrenceId> = if input.filter.is_empty() {
        let ids = input.ids.iter().map(|id| id.parse().map_err(|_| WireError::invalid("ids", "unreadable")));
        ids.collect::<Result<_, _>>()?
    } else {
        let scoped = session.scoped(Action::SeeFindings)?;
        let chosen = scoped.occurrence_select(&filter(&input.filter)?, MOST + 1, session.now()).await.wire()?;
        chosen.into_iter().map(|one| one.id).collect()
    };
    match ids.len() {
        0 if input.filter.is_empty() => Err(WireError::invalid("ids", "missing")),
        0 => Err(WireError::new(ErrorCode::NotFound)),
        n if n > MOST as usize => Err(WireError::new(ErrorCode::TooLarge)),
        _ => Ok(ids),
    }
}

/// The acts that an input consists of; an assignment may be three.
async fn acts(session: &Session, input: &Decide) -> Result<Vec<Act>, WireError> {
    Ok(vec![match input.kind {
        DecideKind::Confirm => Act::Confirm,
        DecideKind::Start => Act::Start,
        DecideKind::ClaimFix => Act::ClaimFix,
        DecideKind::Reset => Act::Reset,
        DecideKind::FalsePositive => Act::FalsePositive,
        DecideKind::Retire => Act::Retire,
        DecideKind::CloseByHand => Act::CloseByHand,
        DecideKind::ClearVerdict => Act::ClearVerdict,
        DecideKind::Comment => Act::Comment,
        DecideKind::Duplicate => {
            Act::Duplicate { of: input.target.trim().parse().map_err(|_| WireError::invalid("target", "unreadable"))? }
        }
        DecideKind::RequestException => return Ok(Vec::new()),
        DecideKind::Assign => return assignment(session, input).await,
    }])
}

async fn assignment(session: &Session, input: &Decide) -> Result<Vec<Act>, WireError> {
    let mut acts = Vec::new();
    if !input.team.is_empty() {
        session.require(Action::AssignTeam, None)?;
        acts.push(Act::AssignTeam(team(session, &input.team).await?));
    }
    if !input.person.is_empty() {
        acts.push(Act::AssignPerson(person(session, &input.person).await?));
    }
    match input.day.as_str() {
        "" => {}
        "none" => acts.push(Act::Due(None)),
        text => acts.push(Act::Due(Some(day(text)?))),
    }
    if acts.is_empty() { Err(WireError::invalid("team", "missing")) } else { Ok(acts) }
}

async fn team(session: &Session, slug: &str) -> Result<Option<TeamId>, WireError> {
    if slug == "none" {
        return Ok(None);
    }
    let found = session.visible_teams().await?.into_iter().find(|team| team.slug == slug);
    found.map(|team| Some(TeamId(team.id))).ok_or_else(|| WireError::invalid("team", "unknown"))
}

async fn person(session: &Session, login: &str) -> Result<Option<UserId>, WireError> {
    if login == "none" {
        return Ok(None);
    }
    let found = session.assignable().await?.into_iter().find(|person| person.login == login);
    found.map(|person| Some(UserId(person.id))).ok_or_else(|| WireError::invalid("person", "unknown"))
}

fn day(text: &str) -> Result<Day, WireError> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").map(Day::from).map_err(|_| WireError::invalid("day", "not_a_day"))
}

/// The end of an exception: the beginning of a day, so that numbers cut by days and the head agree.
fn until(session: &Session, text: &str) -> Result<Micros, WireError> {
    let day = day(text)?;
    if day <= session.today() {
        return Err(WireError::invalid("day", "past"));
    }
    Ok(session.service.zone.start_of(day))
}
