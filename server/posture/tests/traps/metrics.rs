//! Metrics: stocks, flows, buckets and reconciliation.

use model::metrics::{Dimension, Metric};
use model::{Cause, Day, Mapped, Severity, TeamId, Tool, Workflow};
use posture::metrics::{Cell, Key, Refused, Value, evaluate, reconcile};

fn cell(day: i32, cause: Cause, total: i64) -> Cell {
    Cell {
        day: Day(day),
        recorded_day: Day(day),
        cause,
        severity: Severity::High,
        team: None,
        workflow: Workflow::New,
        tool: Tool::Nessus,
        owasp_2017: Mapped::Unmapped,
        owasp_2021: Mapped::Unmapped,
        owasp_2025: Mapped::Unmapped,
        total,
    }
}

/// Three new on day 10, one fixed on 12, one accepted on 13 and back on 20, one reopened on 45.
fn story() -> Vec<Cell> {
    vec![
        cell(10, Cause::New, 3),
        cell(12, Cause::Fixed, -1),
        cell(13, Cause::Accepted, -1),
        cell(20, Cause::Accepted, 1),
        cell(45, Cause::Reopened, 1),
    ]
}

fn ask(metric: Metric, dimensions: &[Dimension], from: i32, to: i32) -> Vec<(Vec<Key>, i64)> {
    let values = evaluate(metric, dimensions, &story(), Day(from), Day(to)).unwrap();
    values.into_iter().map(|Value { keys, value }| (keys, value)).collect()
}

#[test]
fn a_stock_is_the_running_sum_at_the_end_of_each_day() {
    let day = |day, value| (vec![Key::Day(Day(day))], value);
    assert_eq!(
        ask(Metric::Open, &[Dimension::Day], 9, 14),
        [day(10, 3), day(11, 3), day(12, 2), day(13, 1), day(14, 1)]
    );
    assert_eq!(ask(Metric::Open, &[], 0, 14), [(vec![], 1)]);
}

#[test]
fn a_stock_counts_what_came_before_the_period() {
    assert_eq!(ask(Metric::Open, &[Dimension::Day], 40, 40), [(vec![Key::Day(Day(40))], 2)]);
}

#[test]
fn weeks_begin_on_monday_and_months_on_the_first() {
    // Day 0 is Thursday, 1970-01-01; day 4 is a Monday.
    let key = |day, value| (vec![Key::Day(Day(day))], value);
    assert_eq!(ask(Metric::Open, &[Dimension::Week], 9, 20), [key(4, 3), key(11, 1), key(18, 2)]);
    assert_eq!(ask(Metric::Open, &[Dimension::Month], 9, 50), [key(0, 2), key(31, 3)]);
    assert_eq!(ask(Metric::New, &[Dimension::Month], 9, 50), [key(0, 3)]);
}

#[test]
fn the_last_bucket_ends_with_the_period() {
    assert_eq!(ask(Metric::Open, &[Dimension::Month], 9, 13), [(vec![Key::Day(Day(0))], 1)]);
}

#[test]
fn closures_are_positive_numbers() {
    assert_eq!(ask(Metric::Fixed, &[], 0, 50), [(vec![], 1)]);
    assert_eq!(ask(Metric::Other, &[], 0, 14), [(vec![], 1)]);
    assert_eq!(ask(Metric::Other, &[], 0, 50), [], "given and expired");
    assert_eq!(ask(Metric::Net, &[], 0, 50), [(vec![], 3)]);
}

#[test]
fn every_period_reconciles() {
    for from in 0..50 {
        for to in from..50 {
            assert!(reconcile(&story(), Day(from), Day(to)).balances());
        }
    }
    let books = reconcile(&story(), Day(12), Day(50));
    let all = [books.open_before, books.new, books.reopened, books.fixed, books.other, books.moved, books.open_after];
    assert_eq!(all, [3, 0, 1, 1, 0, 0, 3]);
}

#[test]
fn a_move_changes_parts_and_not_the_whole() {
    let mut cells = story();
    cells.push(cell(14, Cause::Moved, -1));
    cells.push(Cell { team: Some(TeamId(4)), ..cell(14, Cause::Moved, 1) });
    let by = |dimensions: &[Dimension]| evaluate(Metric::Open, dimensions, &cells, Day(0), Day(14)).unwrap();
    assert_eq!(by(&[]), [Value { keys: vec![], value: 1 }]);
    assert_eq!(by(&[Dimension::Team]), [Value { keys: vec![Key::Team(Some(TeamId(4)))], value: 1 }]);
}

#[test]
fn questions_without_an_answer_are_refused() {
    let ask = |dimensions: &[Dimension], to| evaluate(Metric::Open, dimensions, &story(), Day(0), Day(to));
    assert_eq!(ask(&[Dimension::Day, Dimension::Week], 9), Err(Refused::TwoTimes));
    assert_eq!(ask(&[Dimension::Day], 100_000), Err(Refused::TooManyBuckets));
    assert!(ask(&[Dimension::Month], 100_000).is_ok());
}

#[test]
fn words_are_read_back() {
    assert!(Metric::ALL.iter().all(|m| m.word().parse() == Ok(*m)));
    assert!(Dimension::ALL.iter().all(|d| d.word().parse() == Ok(*d)));
}
