//! Every chart against a file in `tests/golden`. `POSTURA_UPDATE_GOLDEN=1` writes the files anew: look at them after.

mod samples;

use std::path::Path;

use charts::{Size, Sparkline};
use samples::{company, flow, full_trend, months, severity, team, teams, trend, year};

const SIZES: [(Size, &str); 2] = [(Size::Wide, "wide"), (Size::Narrow, "narrow")];

fn check(name: &str, svg: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(format!("{name}.svg"));
    // One element a line, so that a change can be read.
    let text = svg.replace("><", ">\n<") + "\n";
    if std::env::var_os("POSTURA_UPDATE_GOLDEN").is_some() {
        assert!(std::fs::write(&path, text).is_ok(), "{} is not written", path.display());
        return;
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(text == expected, "{name} differs from {}", path.display());
}

#[test]
fn trends() {
    for (size, word) in SIZES {
        check(&format!("trend-{word}"), &full_trend(size).svg());
        check(&format!("trend-plain-{word}"), &trend(size, &year()[..12]).svg());
    }
    check("trend-empty", &trend(Size::Wide, &[]).svg());
    check("trend-one", &trend(Size::Wide, &[412]).svg());
    check("trend-zero", &trend(Size::Wide, &[0, 0, 0]).svg());
    check("trend-huge", &trend(Size::Wide, &[i64::MAX, 0, i64::MAX / 2]).svg());
    check("trend-long", &trend(Size::Narrow, &[year(), year()].concat()).svg());
}

#[test]
fn flows() {
    for (size, word) in SIZES {
        check(&format!("flow-{word}"), &flow(size, &months()).svg());
    }
    check("flow-empty", &flow(Size::Wide, &[]).svg());
    check("flow-one", &flow(Size::Wide, &[[3, 1, 2, 0]]).svg());
    check("flow-zero", &flow(Size::Wide, &[[0; 4]; 4]).svg());
    check("flow-long", &flow(Size::Narrow, &months().into_iter().cycle().take(104).collect::<Vec<_>>()).svg());
}

#[test]
fn bars() {
    for (size, word) in SIZES {
        check(&format!("teams-{word}"), &teams(size, company()).svg());
        check(&format!("severity-{word}"), &severity(size, [12, 200, 520, 391, 100]).svg());
    }
    check("teams-empty", &teams(Size::Wide, Vec::new()).svg());
    check("teams-huge", &teams(Size::Wide, vec![team("A", [i64::MAX; 5]), team("B", [1; 5])]).svg());
    check("severity-zero", &severity(Size::Wide, [0; 5]).svg());
}

#[test]
fn sparklines() {
    for (name, values) in [("spark", &year()[..13]), ("spark-flat", &[5, 5, 5]), ("spark-one", &[5])] {
        check(name, &Sparkline { values: values.to_vec() }.svg());
    }
}

#[test]
fn tables_hold_the_numbers_of_the_chart() {
    let table = flow(Size::Wide, &[[3, 1, 2, 5]]).table();
    assert_eq!(table.headers, ["Month", "New", "Reopened", "Fixed, with proof", "Closed otherwise", "Net"]);
    assert_eq!(table.rows, [["O", "3", "1", "2", "5", "-3"]]);

    let table = teams(Size::Wide, vec![team("Portal", [1, 2, 3, 4, 5])]).table();
    assert_eq!(table.headers, ["Team", "Critical", "High", "Medium", "Low", "Info", "All"]);
    assert_eq!(table.rows, [["Portal", "1", "2", "3", "4", "5", "15"]]);

    let table = full_trend(Size::Wide).table();
    assert_eq!(table.headers, ["Week", "Open", "A year before"]);
    assert_eq!((table.rows.len(), table.rows[0][2].as_str(), table.rows[8][2].as_str()), (52, "", "972"));

    assert_eq!(severity(Size::Wide, [1, 0, 0, 0, 9]).table().rows[4], ["Info", "9"]);
}
