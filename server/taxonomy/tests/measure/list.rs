//! Checked-in lists of what is left, each line with a person's judgement in its last cell.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

/// Compares what was found with the lines of `tests/measure/<name>`, whose last cell is a judgement that has to be there.
/// A line that is no longer found fails too, so that the list stays true.
pub fn compare(name: &str, heading: &str, found: &BTreeSet<String>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/measure").join(name);
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let judged: BTreeMap<&str, &str> = kept.lines().skip(1).filter_map(|line| line.rsplit_once('\t')).collect();
    if std::env::var_os("UPDATE_MEASURE").is_some() {
        let mut text = format!("{heading}\tjudgement\n");
        for line in found {
            let _ = writeln!(text, "{line}\t{}", judged.get(line.as_str()).unwrap_or(&""));
        }
        std::fs::write(&path, text).expect("the list can be written");
        return;
    }
    let new: Vec<&String> = found.iter().filter(|line| !judged.contains_key(line.as_str())).collect();
    let gone: Vec<&&str> = judged.keys().filter(|line| !found.contains(**line)).collect();
    assert!(new.is_empty() && gone.is_empty(), "{name} moved; new: {new:#?}, gone: {gone:#?}; see UPDATE_MEASURE");
    let silent: Vec<_> = judged.iter().filter(|(_, judgement)| judgement.is_empty()).collect();
    assert!(silent.is_empty(), "{name}: without a judgement: {silent:#?}");
}

/// Precision and recall of each value, from pairs of what is expected and what was found, with the agreement over all.
pub fn scores(title: &str, pairs: &[(String, String)]) -> f64 {
    let mut counts: BTreeMap<&str, [u32; 3]> = BTreeMap::new();
    for (expected, found) in pairs {
        counts.entry(expected).or_default()[0] += 1;
        counts.entry(found).or_default()[1] += 1;
        if expected == found {
            counts.entry(expected).or_default()[2] += 1;
        }
    }
    println!("{title}");
    println!("  {:<10} {:>8} {:>8} {:>6} {:>9} {:>7}", "category", "expected", "found", "agree", "precision", "recall");
    for (value, [expected, found, agree]) in &counts {
        let share = |of: u32| if of == 0 { "-".to_owned() } else { percent(*agree as usize, of as usize) };
        println!("  {value:<10} {expected:>8} {found:>8} {agree:>6} {:>9} {:>7}", share(*found), share(*expected));
    }
    let agree = pairs.iter().filter(|(expected, found)| expected == found).count();
    println!("  agreement {agree} of {} ({})", pairs.len(), percent(agree, pairs.len()));
    agree as f64 / pairs.len().max(1) as f64
}

/// A share in per cent with one decimal.
pub fn percent(part: usize, of: usize) -> String {
    format!("{:.1} %", 100.0 * part as f64 / of.max(1) as f64)
}
