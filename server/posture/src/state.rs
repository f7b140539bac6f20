//! The three layers replayed in time order: presence from looks, verdict and workflow from decisions.
//!
//! Within one instant: a change of owner, the end of an acceptance, what scans saw, what people said.

use crate::decision::{Decision, DecisionKind, VerdictGiven};
use crate::history::AssetHistory;
use crate::ledger::Line;
use crate::projection::{Closed, Episode, Head};
use crate::timeline::{Look, What};
use model::status::NoEffect;
use model::{Cause, Day, Grade, Micros, ScanId, Severity, Status, TeamId, UserId, Workflow};

/// What a replay leaves behind.
#[derive(Clone)]
pub(crate) struct Replay {
    pub(crate) lines: Vec<Line>,
    pub(crate) episodes: Vec<Episode>,
    pub(crate) head: Head,
    pub(crate) without_effect: Vec<(i64, NoEffect)>,
    /// The latest end of an acceptance that was reached.
    pub(crate) last_expiry: Option<Micros>,
}

/// Replays looks and decisions. With `expire_until`, an acceptance that ends later is still in force at the end.
pub(crate) fn replay(
    history: &AssetHistory,
    looks: &[Look],
    decisions: &[Decision],
    expire_until: Option<Micros>,
) -> Option<Replay> {
    let owners = owners(history);
    let mut decisions: Vec<&Decision> = decisions.iter().collect();
    decisions.sort_unstable_by_key(|d| (d.at, d.id));
    let mut machine = Machine::new(history, owners.first().map(|(_, team)| *team).unwrap_or_default());
    let (mut owners, mut looks, mut decisions) =
        (owners.iter().skip(1).peekable(), looks.iter().peekable(), decisions.iter().peekable());
    loop {
        let expiry = machine.expiry().filter(|end| expire_until.is_none_or(|until| *end <= until));
        let times = [
            owners.peek().map(|(at, _)| *at),
            expiry,
            looks.peek().map(|look| look.at),
            decisions.peek().map(|decision| decision.at),
        ];
        // The first of the earliest: the order of the four is the order within an instant.
        let Some((kind, at)) =
            times.into_iter().enumerate().filter_map(|(i, t)| Some((i, t?))).min_by_key(|(i, t)| (*t, *i))
        else {
            break;
        };
        match kind {
            0 => owners.next().into_iter().for_each(|(_, team)| machine.owner(at, *team)),
            1 => machine.expire(at),
            2 => looks.next().into_iter().for_each(|look| machine.look(look)),
            _ => decisions.next().into_iter().for_each(|decision| machine.decide(decision)),
        }
    }
    machine.finish()
}

/// Owner changes in time order; the first owner reaches back to the beginning, "nobody yet" is not an owner.
fn owners(history: &AssetHistory) -> Vec<(Micros, Option<TeamId>)> {
    let mut changes: Vec<_> = history.owners.iter().map(|change| (change.at, change.team)).collect();
    changes.sort_by_key(|(at, _)| *at);
    changes.into_iter().skip_while(|(_, team)| team.is_none()).collect()
}

/// What an open line counts under.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Counted {
    team: Option<TeamId>,
    severity: Severity,
    workflow: Workflow,
}

struct Machine<'a> {
    history: &'a AssetHistory,
    lines: Vec<Line>,
    episodes: Vec<Episode>,
    without_effect: Vec<(i64, NoEffect)>,
    last_expiry: Option<Micros>,
    /// What the books count now, if they count it as open.
    standing: Option<Counted>,
    verdict: Option<VerdictGiven>,
    workflow: Workflow,
    claim_failed: bool,
    /// What the last sighting says.
    severity: Severity,
    /// What a person says in its place.
    rated: Option<Severity>,
    owner: Option<TeamId>,
    assigned: Option<TeamId>,
    assignee: Option<UserId>,
    due: Option<Day>,
    first_seen: Option<Micros>,
    last_seen: Option<Micros>,
}

impl<'a> Machine<'a> {
    fn new(history: &'a AssetHistory, owner: Option<TeamId>) -> Self {
        Self {
            history,
            lines: Vec::new(),
            episodes: Vec::new(),
            without_effect: Vec::new(),
            last_expiry: None,
            standing: None,
            verdict: None,
            workflow: Workflow::New,
            claim_failed: false,
            severity: Severity::Info,
            rated: None,
            owner,
            assigned: None,
            assignee: None,
            due: None,
            first_seen: None,
            last_seen: None,
        }
    }

    fn present(&self) -> bool {
        self.episodes.last().is_some_and(|episode| episode.closed.is_none())
    }

    fn expiry(&self) -> Option<Micros> {
        match self.verdict {
            Some(VerdictGiven::Accepted { until }) => Some(until),
            _ => None,
        }
    }

    fn team(&self) -> Option<TeamId> {
        self.assigned.or(self.owner)
    }

    /// The severity that counts.
    fn effective(&self) -> Severity {
        self.rated.unwrap_or(self.severity)
    }

    /// Brings the books in line with the layers. `cause` is that of an opening or closing; a change of what an open
    /// line counts under is always a move.
    fn post(&mut self, at: Micros, cause: Cause) {
        let open = self.present() && self.verdict.is_none();
        let now = open.then(|| Counted { team: self.team(), severity: self.effective(), workflow: self.workflow });
        match (self.standing, now) {
            (None, Some(new)) => self.line(at, 1, cause, new),
            (Some(old), None) => self.line(at, -1, cause, old),
            (Some(old), Some(new)) if old != new => {
                self.line(at, -1, Cause::Moved, old);
                self.line(at, 1, Cause::Moved, new);
            }
            _ => {}
        }
        self.standing = now;
    }

    fn line(&mut self, happened_at: Micros, sign: i8, cause: Cause, under: Counted) {
        let Counted { team, severity, workflow } = under;
        self.lines.push(Line { happened_at, sign, cause, team, severity, workflow, asset: self.history.asset });
    }

    fn owner(&mut self, at: Micros, team: Option<TeamId>) {
        self.owner = team;
        self.post(at, Cause::Moved);
    }

    fn expire(&mut self, at: Micros) {
        self.last_expiry = Some(at);
        self.verdict = None;
        self.post(at, Cause::Accepted);
    }

    fn look(&mut self, look: &Look) {
        match look.what {
            What::Seen(severity) => self.seen(look, severity),
            What::Absent(grade) => self.absent(look.at, look.scan, grade),
        }
    }

    fn seen(&mut self, look: &Look, severity: Severity) {
        self.severity = severity;
        self.first_seen.get_or_insert(look.at);
        self.last_seen = Some(look.at);
        let mut cause = Cause::Reopened;
        if self.present() {
            if self.workflow == Workflow::FixClaimed {
                self.workflow = Workflow::Confirmed;
                self.claim_failed = true;
            }
        } else {
            if self.episodes.is_empty() {
                cause = Cause::New;
            }
            self.episodes.push(Episode { opened_at: look.at, opened_by: look.scan, closed: None });
            self.workflow = Workflow::New;
            self.claim_failed = false;
        }
        // An undated scan opens and does nothing else.
        if look.dated && self.verdict.is_some_and(VerdictGiven::ended_by_sighting) {
            self.verdict = None;
        }
        self.post(look.at, cause);
    }

    fn absent(&mut self, at: Micros, by: ScanId, grade: Grade) {
        if let Some(episode) = self.episodes.last_mut().filter(|episode| episode.closed.is_none()) {
            episode.closed = Some(Closed { at, by, grade });
            self.post(at, Cause::Fixed);
        }
    }

    fn decide(&mut self, decision: &Decision) {
        match decision.kind {
            DecisionKind::Confirm => self.work(decision, Workflow::Confirmed),
            DecisionKind::Start => self.work(decision, Workflow::InProgress),
            DecisionKind::ClaimFix => self.work(decision, Workflow::FixClaimed),
            DecisionKind::Reset => self.work(decision, Workflow::New),
            DecisionKind::Verdict(given) => self.judge(decision, given),
            DecisionKind::ClearVerdict => match self.verdict.take() {
                Some(was) => self.post(decision.at, was.cause()),
                None => self.without_effect.push((decision.id, NoEffect::NothingToClear)),
            },
            DecisionKind::AssignTeam(team) => {
                self.assigned = team;
                self.post(decision.at, Cause::Moved);
            }
            DecisionKind::AssignPerson(person) => self.assignee = person,
            DecisionKind::Due(day) => self.due = day,
            DecisionKind::Rate(severity) => {
                self.rated = Some(severity);
                self.post(decision.at, Cause::Moved);
            }
            DecisionKind::Comment => {}
        }
    }

    fn work(&mut self, decision: &Decision, to: Workflow) {
        if !self.present() {
            self.without_effect.push((decision.id, NoEffect::NoEpisode));
            return;
        }
        self.workflow = to;
        self.claim_failed = false;
        self.post(decision.at, Cause::Moved);
    }

    /// A verdict in place of another takes that one back first, so that the sums by cause count the verdicts that stand.
    fn judge(&mut self, decision: &Decision, given: VerdictGiven) {
        if matches!(given, VerdictGiven::Accepted { until } if until <= decision.at) {
            self.without_effect.push((decision.id, NoEffect::AlreadyExpired));
            return;
        }
        if let Some(was) = self.verdict.take_if(|was| was.cause() != given.cause()) {
            self.post(decision.at, was.cause());
        }
        self.verdict = Some(given);
        self.post(decision.at, given.cause());
    }

    fn finish(self) -> Option<Replay> {
        let (team, present) = (self.team(), self.present());
        // What is fixed waits for no date: an exception that ends meanwhile must leave the head as it is.
        let accepted_until = self.expiry().filter(|_| present);
        let last = *self.episodes.last()?;
        let status =
            if present { self.verdict.map_or(self.workflow.status(), VerdictGiven::status) } else { Status::Fixed };
        let head = Head {
            status,
            open: status.is_open(),
            present,
            severity: self.effective(),
            team,
            workflow: self.workflow,
            accepted_until,
            first_seen: self.first_seen?,
            last_seen: self.last_seen?,
            opened_at: last.opened_at,
            closed_at: last.closed.map(|closed| closed.at),
            episodes: u32::try_from(self.episodes.len()).unwrap_or(u32::MAX),
            not_retested: None,
            assignee: self.assignee,
            due: self.due,
            claim_failed: self.claim_failed,
        };
        let Self { lines, episodes, without_effect, last_expiry, .. } = self;
        Some(Replay { lines, episodes, head, without_effect, last_expiry })
    }
}
