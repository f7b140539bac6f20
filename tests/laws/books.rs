//! Books balance: entries, lists and metrics are one number, for every filter, day and step.

use crate::laws::Verdict;
use crate::world::{Entry, World};
use crate::{border, oracle};
use model::metrics::{Dimension, Metric};
use model::{Day, Mapped, Micros};
use posture::metrics::{Cell, Key, Value, evaluate, reconcile};
use std::collections::BTreeMap;

pub type Lines = BTreeMap<String, Vec<oracle::Line>>;

type Ours = dyn Fn(&Entry) -> bool;
pub type Theirs = dyn Fn(&str, &oracle::Line) -> bool;

/// A filter over entries, once in the product's words and once in the oracle's.
struct Filter {
    name: String,
    ours: Box<Ours>,
    theirs: Box<Theirs>,
}

fn filters() -> Vec<Filter> {
    let mut filters = vec![Filter { name: "all".into(), ours: Box::new(|_| true), theirs: Box::new(|_, _| true) }];
    for severity in model::Severity::ALL {
        filters.push(Filter {
            name: format!("sev:{severity}"),
            ours: Box::new(move |e| e.line.severity == severity),
            theirs: Box::new(move |_, l| l.severity == i32::from(severity.number())),
        });
    }
    for team in [None, Some(1), Some(2), Some(3)] {
        filters.push(Filter {
            name: format!("team:{team:?}"),
            ours: Box::new(move |e| e.line.team.map(|t| t.0) == team),
            theirs: Box::new(move |_, l| l.team == team),
        });
    }
    for workflow in model::Workflow::ALL {
        filters.push(Filter {
            name: format!("status:{workflow}"),
            ours: Box::new(move |e| e.line.workflow == *workflow),
            theirs: Box::new(move |_, l| l.workflow == workflow.word()),
        });
    }
    for tool in model::Tool::ALL {
        filters.push(Filter {
            name: format!("tool:{tool}"),
            ours: Box::new(move |e| e.tool == tool),
            theirs: Box::new(move |key, _| key.starts_with(tool.word())),
        });
    }
    filters
}

/// The days of a scene, with one before and one after.
pub const DAYS: std::ops::RangeInclusive<i32> = -1..=4;

fn day(at: i64) -> i32 {
    i32::try_from(at.div_euclid(Micros::DAY)).unwrap_or(i32::MAX)
}

fn cell(entry: &Entry) -> Cell {
    let Entry { step, tool, line, .. } = *entry;
    Cell {
        day: Day(day(line.happened_at.0)),
        recorded_day: Day(i32::try_from(step).unwrap_or(0)),
        cause: line.cause,
        severity: line.severity,
        team: line.team,
        workflow: line.workflow,
        tool,
        owasp_2017: Mapped::Unmapped,
        owasp_2021: Mapped::Unmapped,
        owasp_2025: Mapped::Unmapped,
        total: i64::from(line.sign),
    }
}

/// The netted books as they were known at a step, from the ledger alone.
pub fn known_at(world: &World<'_>, step: i64) -> Result<Lines, String> {
    let names = border::names()?;
    let mut lines: Lines = BTreeMap::new();
    for entry in world.ledger.iter().filter(|e| e.step <= step) {
        let name = names.get(&entry.occurrence).map_or_else(|| entry.occurrence.to_string(), |(_, key)| key.clone());
        lines.entry(name).or_default().push(border::line(world, &entry.line));
    }
    Ok(lines.into_iter().map(|(key, lines)| (key, oracle::netted(&lines))).filter(|(_, l)| !l.is_empty()).collect())
}

/// Every number of the product at every step is the oracle's, counted row by row.
pub fn balance(world: &World<'_>, known_at: &[Lines]) -> Verdict {
    for filter in filters() {
        for (step, lines) in known_at.iter().enumerate() {
            let cells: Vec<Cell> =
                world.ledger.iter().filter(|e| e.step <= step as i64 && (filter.ours)(e)).map(cell).collect();
            let at = |what: String| move |wrong: String| format!("{what}: {wrong}");
            open(&cells, lines, &*filter.theirs).map_err(at(format!("open, {} at step {step}", filter.name)))?;
            flows(&cells, lines, &*filter.theirs).map_err(at(format!("flows, {} at step {step}", filter.name)))?;
            periods(&cells).map_err(at(format!("periods, {} at step {step}", filter.name)))?;
        }
    }
    Ok(())
}

fn value(values: &[Value], day: i32) -> i64 {
    values.iter().find(|v| v.keys == [Key::Day(Day(day))]).map_or(0, |v| v.value)
}

/// The chart of what is open, and the list behind each of its points: the occurrences that sum to one.
pub fn open(cells: &[Cell], lines: &Lines, theirs: &Theirs) -> Verdict {
    let (from, to) = (Day(*DAYS.start()), Day(*DAYS.end()));
    let chart = evaluate(Metric::Open, &[Dimension::Day], cells, from, to).map_err(|e| format!("{e:?}"))?;
    for today in DAYS {
        let mut listed = 0;
        for (key, lines) in lines {
            let counted = lines.iter().filter(|l| day(l.at) <= today && theirs(key, l));
            match counted.map(|l| l.sign).sum::<i64>() {
                0 => {}
                1 => listed += 1,
                sum => return Err(format!("{key} counts {sum} times on day {today}")),
            }
        }
        if value(&chart, today) != listed {
            return Err(format!("day {today}: {} in the chart, {listed} in the list", value(&chart, today)));
        }
        let by = [Dimension::Severity, Dimension::Team, Dimension::Status];
        let parts = evaluate(Metric::Open, &by, cells, from, Day(today)).map_err(|e| format!("{e:?}"))?;
        if parts.iter().map(|v| v.value).sum::<i64>() != listed || parts.iter().any(|v| v.value < 0) {
            return Err(format!("day {today}: the parts are {parts:?}, the list has {listed}"));
        }
    }
    Ok(())
}

/// Each flow of each day, counted from the oracle's lines.
pub fn flows(cells: &[Cell], lines: &Lines, theirs: &Theirs) -> Verdict {
    let (from, to) = (Day(*DAYS.start()), Day(*DAYS.end()));
    for metric in [Metric::New, Metric::Reopened, Metric::Fixed, Metric::Other, Metric::Moved, Metric::Net] {
        let chart = evaluate(metric, &[Dimension::Day], cells, from, to).map_err(|e| format!("{e:?}"))?;
        for today in DAYS {
            let mut count = 0;
            for (key, lines) in lines {
                for line in lines.iter().filter(|l| day(l.at) == today && theirs(key, l)) {
                    count += match (metric.word(), line.cause.as_str()) {
                        ("net", _) | ("new", "new") | ("reopened", "reopened") | ("moved", "moved") => line.sign,
                        ("fixed", "fixed") => -line.sign,
                        ("other", "false_positive" | "accepted" | "duplicate" | "retired" | "closed_by_hand") => {
                            -line.sign
                        }
                        _ => 0,
                    };
                }
            }
            if value(&chart, today) != count {
                return Err(format!("{metric} on day {today}: {} in the chart, {count} counted", value(&chart, today)));
            }
        }
    }
    Ok(())
}

/// Every period reconciles, and begins where the one before it ended.
pub fn periods(cells: &[Cell]) -> Verdict {
    for from in DAYS {
        for to in from..=*DAYS.end() {
            let books = reconcile(cells, Day(from), Day(to));
            let before = reconcile(cells, Day(from - 9), Day(from - 1));
            if !books.balances() || books.open_before != before.open_after {
                return Err(format!("{from} to {to}: {books:?} after {before:?}"));
            }
        }
    }
    Ok(())
}

/// Metrics at the head that a page may ask for.
pub fn metrics(world: &World<'_>) -> Result<Vec<(Metric, Vec<Value>)>, String> {
    let cells: Vec<Cell> = world.ledger.iter().map(cell).collect();
    let by = [Dimension::Day, Dimension::Severity, Dimension::Team, Dimension::Tool, Dimension::Status];
    let ask = |metric: &Metric| {
        let values = evaluate(*metric, &by, &cells, Day(*DAYS.start()), Day(*DAYS.end()));
        values.map(|v| (*metric, v)).map_err(|e| format!("{e:?}"))
    };
    Metric::ALL.iter().map(ask).collect()
}
