//! Verdict and workflow: what people said, replayed as facts.

use crate::story::{Story, hour};
use model::status::NoEffect;
use model::{Cause, Status, TeamId, Workflow};
use posture::{DecisionKind, VerdictGiven};

const ACCEPTED: VerdictGiven = VerdictGiven::Accepted { until: model::Micros(10 * 3_600_000_000) };

#[test]
fn an_acceptance_posts_both_its_entries_at_once() {
    let story = Story::nessus().seen(1).verdict(2, ACCEPTED);
    let lines = [(1, 1, Cause::New), (2, -1, Cause::Accepted), (10, 1, Cause::Accepted)];
    assert_eq!(story.clone().now(3).lines(), lines);
    assert_eq!(story.clone().now(11).lines(), lines);
    assert_eq!(story.clone().now(3).told().head.status, Status::Accepted);
    assert_eq!(story.clone().now(9).told().head.accepted_until, Some(hour(10)));
    assert_eq!(story.now(10).told().head.status, Status::New);
}

#[test]
fn an_acceptance_that_is_revoked_does_not_expire_too() {
    let story = Story::nessus().seen(1).verdict(2, ACCEPTED).said(3, DecisionKind::ClearVerdict);
    assert_eq!(story.lines(), [(1, 1, Cause::New), (2, -1, Cause::Accepted), (3, 1, Cause::Accepted)]);
}

#[test]
fn an_acceptance_of_what_was_fixed_meanwhile_expires_without_a_trace() {
    let story = Story::nessus().seen(1).verdict(2, ACCEPTED).absent(5);
    assert_eq!(story.lines(), [(1, 1, Cause::New), (2, -1, Cause::Accepted)]);
    for now in [9, 11] {
        let head = story.clone().now(now).told().head;
        assert_eq!((head.status, head.accepted_until), (Status::Fixed, None));
    }
}

#[test]
fn a_regression_under_an_acceptance_is_open_when_that_ends() {
    let story = Story::nessus().seen(1).verdict(2, ACCEPTED).absent(5).seen(6);
    assert_eq!(story.lines(), [(1, 1, Cause::New), (2, -1, Cause::Accepted), (10, 1, Cause::Accepted)]);
}

#[test]
fn an_acceptance_that_had_ended_before_it_was_given_does_nothing() {
    let story = Story::nessus().seen(1).verdict(12, ACCEPTED);
    assert_eq!(story.lines(), [(1, 1, Cause::New)]);
    assert_eq!(story.told().without_effect, [(0, NoEffect::AlreadyExpired)]);
}

#[test]
fn a_later_sighting_ends_retired_and_closed_by_hand() {
    for verdict in [VerdictGiven::Retired, VerdictGiven::ClosedByHand] {
        let story = Story::nessus().seen(1).verdict(2, verdict).seen(3);
        let cause = verdict.cause();
        assert_eq!(story.lines(), [(1, 1, Cause::New), (2, -1, cause), (3, 1, Cause::Reopened)]);
        assert_eq!(story.episodes(), [(1, None)], "presence has not changed");
    }
}

#[test]
fn a_later_sighting_does_not_end_the_other_verdicts() {
    for verdict in [VerdictGiven::FalsePositive, VerdictGiven::Duplicate { of: 9 }] {
        let story = Story::nessus().seen(1).verdict(2, verdict).absent(3).seen(4);
        assert_eq!(story.told().head.status, verdict.status());
        assert_eq!(story.lines(), [(1, 1, Cause::New), (2, -1, verdict.cause())]);
    }
}

#[test]
fn a_scan_dated_before_a_decision_moves_presence_only() {
    // The file of hour 2 comes late; the verdict of hour 3 was given after the scanner looked.
    let story = Story::nessus().seen(1).verdict(3, VerdictGiven::ClosedByHand).seen(2);
    assert_eq!(story.told().head.status, Status::ClosedByHand);
    let claim = Story::nessus().seen(1).said(3, DecisionKind::ClaimFix).seen(2);
    assert_eq!(claim.told().head.status, Status::FixClaimed);
}

#[test]
fn decisions_come_after_the_scans_of_their_instant() {
    let story = Story::nessus().seen(1).verdict(2, VerdictGiven::Retired).seen(2);
    assert_eq!(story.told().head.status, Status::Retired);
}

#[test]
fn a_later_sighting_fails_a_claim() {
    let head = Story::nessus().seen(1).said(2, DecisionKind::ClaimFix).seen(3).told().head;
    assert_eq!((head.workflow, head.claim_failed), (Workflow::Confirmed, true));
}

#[test]
fn only_a_scan_makes_fixed() {
    assert_eq!(Story::nessus().seen(1).said(2, DecisionKind::ClaimFix).told().head.status, Status::FixClaimed);
}

#[test]
fn a_new_episode_starts_at_new_and_keeps_its_assignment() {
    let story = Story::nessus()
        .owner(0, 1)
        .seen(1)
        .said(2, DecisionKind::Confirm)
        .said(2, DecisionKind::AssignTeam(Some(TeamId(5))))
        .absent(3)
        .seen(4);
    let head = story.told().head;
    assert_eq!((head.workflow, head.team), (Workflow::New, Some(TeamId(5))));
}

#[test]
fn work_on_what_is_not_open_stays_listed_without_effect() {
    let story = Story::nessus().seen(1).absent(2).said(3, DecisionKind::Start).said(4, DecisionKind::ClearVerdict);
    assert_eq!(story.told().without_effect, [(0, NoEffect::NoEpisode), (1, NoEffect::NothingToClear)]);
}

#[test]
fn the_last_word_wins_by_when_it_was_said() {
    let story = Story::nessus().seen(1).verdict(5, VerdictGiven::FalsePositive).verdict(3, VerdictGiven::Retired);
    assert_eq!(story.told().head.status, Status::FalsePositive);
    let causes: Vec<Cause> = story.lines().into_iter().map(|(.., cause)| cause).collect();
    assert_eq!(causes, [Cause::New, Cause::Retired, Cause::FalsePositive, Cause::Retired]);
}

#[test]
fn the_first_owner_reaches_back_and_later_ones_are_moves() {
    let story = Story::nessus().owner(4, 1).owner(6, 2).seen(1);
    assert_eq!(story.lines(), [(1, 1, Cause::New), (6, -1, Cause::Moved), (6, 1, Cause::Moved)]);
    assert_eq!(story.told().lines[0].team, Some(TeamId(1)));
}

#[test]
fn taking_an_assignment_back_gives_it_to_the_owner() {
    let assign = |team| DecisionKind::AssignTeam(team);
    let story = Story::nessus().owner(0, 1).seen(1).said(2, assign(Some(TeamId(5)))).said(3, assign(None));
    assert_eq!(story.told().head.team, Some(TeamId(1)));
}

#[test]
fn a_move_of_the_asset_does_not_move_what_is_assigned() {
    let story = Story::nessus().owner(0, 1).seen(1).said(2, DecisionKind::AssignTeam(Some(TeamId(5)))).owner(3, 2);
    assert_eq!(story.told().head.team, Some(TeamId(5)));
    assert_eq!(story.lines().len(), 3, "new, and the one move of hour 2");
}
