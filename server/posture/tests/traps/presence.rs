//! Presence: from scans only, in scan time.

use crate::story::{Story, hour};
use model::status::NotRetested;
use model::{Cause, Grade, ScanId, Severity, Status};
use posture::NewestScan;

#[test]
fn seen_and_then_not_seen_by_a_scan_that_covered_it_is_fixed() {
    let story = Story::nessus().seen(1).absent(2);
    assert_eq!(story.lines(), [(1, 1, Cause::New), (2, -1, Cause::Fixed)]);
    let told = story.told();
    assert_eq!((told.head.status, told.head.closed_at), (Status::Fixed, Some(hour(2))));
    let closed = told.episodes[0].closed.unwrap();
    assert_eq!((closed.by, closed.grade), (ScanId(1), Grade::RuleRanThere));
}

#[test]
fn a_later_sighting_is_a_new_episode_and_a_regression() {
    let story = Story::nessus().seen(1).absent(2).seen(3);
    assert_eq!(story.episodes(), [(1, Some(2)), (3, None)]);
    assert_eq!(story.lines().last(), Some(&(3, 1, Cause::Reopened)));
}

#[test]
fn what_nothing_in_force_saw_is_in_no_books() {
    assert_eq!(Story::nessus().absent(1).tell(), None);
}

#[test]
fn a_late_file_changes_the_past_not_today() {
    let late = Story::nessus().seen(1).seen(3).absent(2);
    assert_eq!(late.episodes(), [(1, Some(2)), (3, None)]);
}

#[test]
fn at_one_instant_seen_wins_over_absent() {
    let story = Story::nessus().seen(1).absent(2).seen(2);
    assert_eq!(story.episodes(), [(1, None)]);
}

#[test]
fn at_one_instant_the_highest_severity_counts() {
    let story = Story::nessus().seen(1).seen_with(1, |o| o.sightings[0].severity = Severity::Critical);
    assert_eq!(story.told().head.severity, Severity::Critical);
    assert_eq!(story.lines(), [(1, 1, Cause::New)]);
}

#[test]
fn a_change_of_severity_is_a_move_on_its_day() {
    let story = Story::nessus().seen(1).seen_with(2, |o| o.sightings[0].severity = Severity::Low);
    assert_eq!(story.lines(), [(1, 1, Cause::New), (2, -1, Cause::Moved), (2, 1, Cause::Moved)]);
}

#[test]
fn a_burp_serial_counts_only_once() {
    let serial = |n| move |o: &mut posture::Observation| o.sightings[0].serial = Some(n);
    let whole = |o: &mut posture::Observation| crate::story::cover(o, |c| c.whole_project = true);
    // The same finding exported again after a fix fakes no regression; a new serial is one.
    let story = Story::burp().seen_with(1, serial(5)).absent_with(2, whole).seen_with(3, serial(5));
    assert_eq!(story.episodes(), [(1, Some(2))]);
    assert_eq!(story.clone().seen_with(4, serial(6)).episodes(), [(1, Some(2)), (4, None)]);
    // It is no absence either.
    let again = Story::burp().seen_with(1, serial(5)).seen_with(2, |o| {
        serial(5)(o);
        whole(o);
    });
    assert_eq!(again.episodes(), [(1, None)]);
    assert_eq!(again.told().head.not_retested, Some(NotRetested::SameFinding));
    assert_eq!(again.told().head.last_seen, hour(1));
}

#[test]
fn an_undated_scan_opens_what_no_dated_scan_saw() {
    let undated = |o: &mut posture::Observation| o.dated = false;
    assert_eq!(Story::nessus().seen_with(5, undated).lines(), [(5, 1, Cause::New)]);
    // A dated sighting, however late it comes, takes its place.
    assert_eq!(Story::nessus().seen_with(5, undated).seen(9).lines(), [(9, 1, Cause::New)]);
}

#[test]
fn an_undated_scan_neither_closes_nor_reopens() {
    let undated = |o: &mut posture::Observation| o.dated = false;
    assert_eq!(Story::nessus().seen(1).absent_with(2, undated).episodes(), [(1, None)]);
    assert_eq!(Story::nessus().seen(1).absent(2).seen_with(3, undated).episodes(), [(1, Some(2))]);
}

#[test]
fn open_and_not_looked_for_again_is_not_retested() {
    let story = Story::nessus().seen(1).absent_with(2, |o| o.reached = false);
    assert_eq!(story.told().head.not_retested, Some(NotRetested::NotReached));
    // A later scan of any series that saw it answers.
    let answered = story.seen_with(3, |o| o.series = model::SeriesId(2));
    assert_eq!(answered.told().head.not_retested, None);
}

#[test]
fn a_host_that_the_series_no_longer_scans_is_not_retested() {
    let mut story = Story::nessus().seen(1);
    story.history.newest = vec![NewestScan { series: model::SeriesId(1), scan: ScanId(99), at: hour(8) }];
    assert_eq!(story.told().head.not_retested, Some(NotRetested::AssetNotScanned));
}

#[test]
fn scans_of_a_series_that_never_saw_it_say_nothing_of_retesting() {
    let story = Story::nessus().seen(1).absent_with(2, |o| {
        o.series = model::SeriesId(2);
        o.reached = false;
    });
    assert_eq!(story.told().head.not_retested, None);
}

#[test]
fn rows_of_one_scan_keep_the_order_of_the_file() {
    let story = Story::zap("10112").seen_with(1, |o| {
        let row = o.sightings[0];
        let rows =
            (0..40).flat_map(|occurrence| [3, 1, 2].map(|location| posture::Sighting { occurrence, location, ..row }));
        o.sightings = rows.collect();
    });
    let index = story.history.index();
    for occurrence in 0..40 {
        let places: Vec<i64> = index.sightings(occurrence).map(|(_, sighting)| sighting.location).collect();
        assert_eq!(places, [3, 1, 2], "occurrence {occurrence}");
    }
}
