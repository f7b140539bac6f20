//! Charts of a made-up company, in both languages and sizes.

use charts::{
    Bar, Compare, Flow, FlowNames, FlowPoint, Note, Numbers, SeverityBars, Size, TeamBars, TeamRow, Trend, TrendPoint,
};
use model::Severity;

/// The severities, worst first.
pub const SEVERITIES: [(Severity, &str); 5] = [
    (Severity::Critical, "Critical"),
    (Severity::High, "High"),
    (Severity::Medium, "Medium"),
    (Severity::Low, "Low"),
    (Severity::Info, "Info"),
];

/// A trend of the given values, a label a point.
pub fn trend(size: Size, values: &[i64]) -> Trend {
    let points = values.iter().enumerate().map(|(week, value)| TrendPoint {
        label: format!("W{}", week + 1),
        name: format!("Week {}: {value} open", week + 1),
        href: format!("/findings?q=status:open+as-of:W{}", week + 1),
        value: *value,
    });
    Trend {
        title: "Open findings, 52 weeks".to_owned(),
        summary: "Peaked in March; six months of steady decline.".to_owned(),
        size,
        numbers: Numbers::ENGLISH,
        period: "Week".to_owned(),
        name: "Open".to_owned(),
        points: points.collect(),
        compare: None,
        notes: Vec::new(),
        none: "Nothing was imported yet".to_owned(),
        only_one: "A second scan draws the trend".to_owned(),
    }
}

/// A year in weeks: up to a peak, then down, with some noise that is always the same.
pub fn year() -> Vec<i64> {
    (0..52_i64).map(|week| 1400 - (week - 20).pow(2) / 2 + (week * 37 % 23) * 6).collect()
}

/// The year, with the year before and two notes.
pub fn full_trend(size: Size) -> Trend {
    let compare = (0..52_i64).map(|week| (week > 7).then_some(900 + week * 5 + (week * 17 % 11) * 8)).collect();
    Trend {
        compare: Some(Compare { name: "A year before".to_owned(), values: compare }),
        notes: vec![
            Note { at: 22, text: "Apache KEV".to_owned() },
            Note { at: 26, text: "ERP joins".to_owned() },
            Note { at: 49, text: "New scanner".to_owned() },
            Note { at: 52, text: "never drawn".to_owned() },
        ],
        ..trend(size, &year())
    }
}

/// A flow of the given (new, reopened, fixed, other).
pub fn flow(size: Size, counts: &[[i64; 4]]) -> Flow {
    let points = counts.iter().enumerate().map(|(month, [new, reopened, fixed, other])| FlowPoint {
        label: ["O", "N", "D", "J", "F", "M", "A", "M", "J", "J", "A", "S"][month % 12].to_owned(),
        new: *new,
        reopened: *reopened,
        fixed: *fixed,
        other: *other,
        links: [("new", *new), ("reopened", *reopened), ("fixed", *fixed), ("other", *other)]
            .map(|(what, count)| (format!("Month {}: {count} {what}", month + 1), format!("/findings?q=event:{what}"))),
    });
    Flow {
        title: "New against fixed".to_owned(),
        summary: "Since March more is closed with proof than comes in.".to_owned(),
        size,
        numbers: Numbers::ENGLISH,
        period: "Month".to_owned(),
        names: FlowNames {
            new: "New".to_owned(),
            reopened: "Reopened".to_owned(),
            fixed: "Fixed, with proof".to_owned(),
            other: "Closed otherwise".to_owned(),
            net: "Net".to_owned(),
        },
        points: points.collect(),
        none: "Nothing happened in this time".to_owned(),
    }
}

/// Twelve months.
pub fn months() -> Vec<[i64; 4]> {
    let up = [90, 97, 122, 142, 151, 133, 97, 85, 92, 70, 65, 58];
    let down = [70, 74, 90, 101, 112, 141, 149, 142, 150, 141, 150, 139];
    up.into_iter().zip(down).zip(0..).map(|((up, down), n)| [up - n % 5, n % 5, down, 5 + n * 7 % 9]).collect()
}

/// A team's bar of the given counts, worst first.
pub fn team(label: &str, counts: [i64; 5]) -> TeamRow {
    let parts = SEVERITIES.into_iter().zip(counts).map(|((severity, word), value)| Bar {
        severity,
        value,
        name: format!("{label}, {word}: {value} open"),
        href: format!("/findings?q=team:{label}+sev:{severity:?}"),
    });
    let sum: i64 = counts.iter().fold(0, |sum, count| sum.saturating_add(*count));
    TeamRow {
        label: label.to_owned(),
        name: format!("{label}: {sum} open"),
        href: format!("/findings?q=team:{label}"),
        parts: parts.collect(),
    }
}

/// The bars of the given teams.
pub fn teams(size: Size, rows: Vec<TeamRow>) -> TeamBars {
    TeamBars {
        title: "Open by team".to_owned(),
        summary: "Infrastructure holds a third of everything that is open.".to_owned(),
        size,
        numbers: Numbers::SPANISH,
        teams: "Team".to_owned(),
        all: "All".to_owned(),
        severities: SEVERITIES.map(|(severity, word)| (severity, word.to_owned())).to_vec(),
        rows,
        none: "No team yet".to_owned(),
    }
}

/// Six teams, one of them with a long name, one with nothing.
pub fn company() -> Vec<TeamRow> {
    vec![
        team("Infrastructure and networks of the north", [9, 61, 180, 122, 30]),
        team("Portal", [4, 31, 140, 90, 12]),
        team("Intranet", [2, 38, 112, 61, 8]),
        team("Payments", [1, 12, 20, 11, 4]),
        team("Mobile API", [0, 1, 17, 22, 3]),
        team("Unowned", [0, 0, 0, 0, 0]),
    ]
}

/// Open by severity.
pub fn severity(size: Size, counts: [i64; 5]) -> SeverityBars {
    let bars = team("Company", counts).parts.into_iter();
    SeverityBars {
        title: "Open by severity".to_owned(),
        summary: "One in six is critical or high.".to_owned(),
        size,
        numbers: Numbers::ENGLISH,
        headers: ["Severity".to_owned(), "Open".to_owned()],
        bars: bars.zip(SEVERITIES).map(|(bar, (_, word))| (word.to_owned(), bar)).collect(),
        none: "Nothing is open".to_owned(),
    }
}
