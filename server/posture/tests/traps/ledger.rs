//! The ledger is the difference of projections.

use crate::story::{Story, hour};
use model::{AssetId, Cause, Severity, Workflow};
use posture::newest::{Told, newest};
use posture::{Line, VerdictGiven, delta, net};

fn line(at: i64, sign: i8, cause: Cause) -> Line {
    let (severity, workflow, asset) = (Severity::High, Workflow::New, AssetId(1));
    Line { happened_at: hour(at), sign, cause, team: None, severity, workflow, asset }
}

#[test]
fn what_is_taken_back_is_a_copy_with_the_sign_turned() {
    let before = Story::nessus().seen(1).absent(2).told().lines;
    let after = Story::nessus().seen(1).absent(2).seen(2).told().lines;
    assert_eq!(delta(&before, &after), [line(2, 1, Cause::Fixed)]);
}

#[test]
fn nothing_new_posts_nothing() {
    let lines = Story::nessus().seen(1).verdict(2, VerdictGiven::FalsePositive).told().lines;
    assert_eq!(delta(&lines, &lines), []);
    assert_eq!(delta(&[], &[]), []);
}

#[test]
fn entries_net_to_the_projection() {
    let steps = [
        Story::nessus().seen(5),
        Story::nessus().seen(5).absent(7),
        Story::nessus().seen(3).seen(5).absent(7),
        Story::nessus().seen(3).absent(4).seen(5).absent(7),
        Story::nessus().seen(5).absent(7),
    ];
    let mut entries: Vec<Line> = Vec::new();
    for story in steps {
        let lines = story.told().lines;
        entries.extend(delta(&net(entries.iter().copied()), &lines));
        assert_eq!(net(entries.iter().copied()), lines);
    }
    entries.extend(delta(&net(entries.iter().copied()), &[]));
    assert_eq!(net(entries.into_iter()), [], "what has left the projection has left the books");
}

#[test]
fn equal_lines_are_counted_not_merged() {
    let twice = [line(1, -1, Cause::Fixed), line(1, -1, Cause::Fixed)];
    assert_eq!(delta(&twice, &twice[..1]), [line(1, 1, Cause::Fixed)]);
    assert_eq!(net(twice.into_iter()), twice);
}

#[test]
fn a_sign_turns_by_one_entry_for_each_unit() {
    let (plus, minus) = (line(1, 1, Cause::Accepted), line(1, -1, Cause::Accepted));
    assert_eq!(delta(&[plus], &[minus]), [minus, minus]);
}

#[test]
fn text_is_that_of_the_newest_sighting() {
    let told = |at, hash| Told { at: hour(at), export_hash: [hash; 32] };
    assert_eq!(newest([(told(5, 1), "new"), (told(2, 9), "late file")]), Some("new"));
    assert_eq!(newest([(told(5, 2), "b"), (told(5, 1), "a")]), Some("b"), "the hash decides at one instant");
    assert_eq!(newest::<()>([]), None);
}
