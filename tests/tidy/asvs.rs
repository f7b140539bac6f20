//! The table of what Postura meets of the OWASP Application Security Verification Standard says where, and there is such a place.

use crate::tree::{TextFile, assert_none, root};

/// The chapters whose subject Postura has.
const CHAPTERS: [u32; 16] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];

#[test]
fn each_requirement_is_met_somewhere_or_said_not_to_be() {
    let table = TextFile::read("tests/tidy/asvs.txt").text;
    let mut offences = Vec::new();
    let mut before = Vec::new();
    let mut met = 0;
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [number, state, place, remark] = cells[..] else {
            offences.push(format!("not four cells: {line}"));
            continue;
        };
        let parts: Vec<u32> = number.split('.').filter_map(|part| part.parse().ok()).collect();
        if parts.len() != 3 || !CHAPTERS.contains(&parts[0]) || parts <= before {
            offences.push(format!("{number} is no number, or out of order"));
        }
        before = parts;
        let told = match state {
            "met" => !place.is_empty() && root().join(place).is_file(),
            "not met" | "n/a" => !remark.is_empty(),
            _ => false,
        };
        met += u32::from(state == "met");
        if !told {
            offences.push(format!("{number} {state}: {place} {remark}"));
        }
    }
    assert!(met > 100, "{met} requirements are met");
    assert_none(offences, "say where a requirement is met, or why it is not:");
}
