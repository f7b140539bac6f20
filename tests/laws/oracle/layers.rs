//! The three layers at a moment, and the lines that follow from their changes.

use super::presence::Sight;
use super::{Line, Move, One, Said, What, cause, is_verdict, keys, netted};
use std::collections::BTreeSet;

/// A point in time with an order inside one instant: 0 owner, 1 end of an acceptance, 2 scans, 3 decisions by number.
pub type Moment = (i64, u8, i64);
pub const END: Moment = (i64::MAX, 9, i64::MAX);

#[derive(Clone, PartialEq)]
pub struct State {
    pub present: bool,
    pub verdict: Option<What>,
    pub workflow: &'static str,
    pub claim_failed: bool,
    pub severity: i32,
    pub team: Option<i64>,
}

impl State {
    fn open(&self) -> bool {
        self.present && self.verdict.is_none()
    }
}

impl<'a> One<'a> {
    pub(super) fn said(&self) -> Vec<&'a Said> {
        let known = keys(self.inputs);
        let effective = |d: &&Said| match &d.what {
            What::Duplicate(of) => known.contains(of) && *of != self.key,
            _ => true,
        };
        let mut said: Vec<&Said> = self.inputs.said.iter().filter(|d| d.key == self.key).filter(effective).collect();
        said.sort_by_key(|d| (d.at, d.id));
        said
    }

    /// What rules say of its severity: when, in which order within an instant, and what.
    fn rates(&self) -> Vec<(i64, i64, i32)> {
        let speaks = self.inputs.ruled.iter().filter(|r| r.speaks(&self.key));
        let mut rates: Vec<_> = speaks.filter_map(|r| Some((r.at, r.id, r.severity?))).collect();
        rates.sort();
        rates
    }

    pub(super) fn owner(&self, at: i64) -> Option<i64> {
        let asset = self.asset();
        let by_rule = self.inputs.rules.iter().rfind(|r| asset == r.asset).map(|r| r.team);
        let mut moves: Vec<&Move> = self.inputs.moves.iter().filter(|m| m.asset == asset).collect();
        moves.sort_by_key(|m| m.at);
        let last = moves.iter().rfind(|m| m.at <= at).map(|m| m.team);
        // The first owner ever reaches back, whether a rule or a person named it.
        let first = by_rule.or_else(|| moves.iter().find_map(|m| m.team));
        let begun = by_rule.is_some() || moves.iter().any(|m| m.at <= at && m.team.is_some());
        if begun { last.unwrap_or(first) } else { first }
    }

    /// The state at a moment. Acceptances end by the clock up to `expire`, if given.
    pub(super) fn state(&self, moment: Moment, expire: Option<i64>) -> State {
        let (at, phase, _) = moment;
        let looked = if phase >= 2 { at } else { at - 1 };
        let ended = if phase >= 1 { at } else { at - 1 };
        let ended = expire.map_or(ended, |limit| ended.min(limit));
        let said: Vec<&Said> = self.said().into_iter().filter(|d| (d.at, 3, d.id) <= moment).collect();
        let counted: Vec<Sight<'a>> = self.counted().into_iter().filter(|s| s.host.at <= looked).collect();
        let seen_after = |d: &Said| counted.iter().any(|s| s.scan.dated && s.host.at > d.at);
        let last = counted.iter().map(|s| s.host.at).max();
        let seen = counted.iter().filter(|s| Some(s.host.at) == last).map(|s| s.row.severity).max().unwrap_or(0);
        let severity = self.rates().iter().rfind(|r| (r.0, 3, r.1) <= moment).map_or(seen, |r| r.2);

        let verdict = said.iter().rfind(|d| is_verdict(d)).and_then(|d| match &d.what {
            What::Clear => None,
            What::Accepted(until) if *until <= ended => None,
            What::Retired | What::ByHand if seen_after(d) => None,
            what => Some(what.clone()),
        });

        let opened = self.openings().into_iter().filter(|o| *o <= looked).max();
        let closed = opened.and_then(|o| self.closing(o)).filter(|c| *c <= looked);
        let works = said.iter().filter(|d| opened.is_some_and(|o| d.at >= o) && closed.is_none_or(|c| d.at < c));
        let (mut workflow, mut claim_failed) = ("new", false);
        if let Some((d, to)) =
            works.filter_map(|d| if let What::Work(to) = d.what { Some((d, to)) } else { None }).next_back()
        {
            claim_failed = to == "fix_claimed" && seen_after(d);
            workflow = if claim_failed { "confirmed" } else { to };
        }

        let assigned =
            said.iter().filter_map(|d| if let What::Team(t) = d.what { Some(t) } else { None }).next_back().flatten();
        let team = assigned.or(self.owner(at));
        State { present: self.present(looked), verdict, workflow, claim_failed, severity, team }
    }

    pub(super) fn moments(&self) -> BTreeSet<Moment> {
        let mut moments: BTreeSet<Moment> = BTreeSet::new();
        moments.extend(self.inputs.moves.iter().map(|m| (m.at, 0, 0)));
        moments.extend(self.instants().into_iter().map(|at| (at, 2, 0)));
        moments.extend(self.rates().iter().map(|r| (r.0, 3, r.1)));
        for said in self.said() {
            moments.insert((said.at, 3, said.id));
            if let What::Accepted(until) = said.what {
                moments.insert((until, 1, 0));
            }
        }
        moments
    }

    pub(super) fn lines(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        let mut before =
            State { present: false, verdict: None, workflow: "new", claim_failed: false, severity: 0, team: None };
        let first = self.openings().first().copied();
        for moment in self.moments() {
            let after = self.state(moment, None);
            let line = |sign: i64, cause: &str, of: &State| Line {
                at: moment.0,
                sign,
                cause: cause.to_owned(),
                team: of.team,
                severity: of.severity,
                workflow: of.workflow.to_owned(),
                asset: self.asset(),
            };
            match (before.open(), after.open()) {
                (false, true) => {
                    let cause = match (moment.1, &before.verdict) {
                        (2, _) if Some(moment.0) == first => "new",
                        (2, _) => "reopened",
                        (_, Some(was)) => cause(was),
                        (_, None) => "nobody knows why",
                    };
                    lines.push(line(1, cause, &after));
                }
                (true, false) => {
                    lines.push(line(
                        -1,
                        after.verdict.as_ref().filter(|_| moment.1 == 3).map_or("fixed", cause),
                        &before,
                    ));
                }
                (true, true) => {
                    if (before.team, before.severity, before.workflow) != (after.team, after.severity, after.workflow) {
                        lines.push(line(-1, "moved", &before));
                        lines.push(line(1, "moved", &after));
                    }
                }
                (false, false) => {
                    if let (true, Some(old), Some(new)) =
                        (after.present && before.present, &before.verdict, &after.verdict)
                        && cause(old) != cause(new)
                    {
                        lines.push(line(1, cause(old), &after));
                        lines.push(line(-1, cause(new), &after));
                    }
                }
            }
            before = after;
        }
        netted(&lines)
    }
}
