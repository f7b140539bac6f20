//! The checked-in table of outcomes.

use crate::files::Outcome;
use std::path::Path;

/// A file's line: name, format, version, assets, rows, sightings, quarantined, no finding; or the refusal.
pub fn line(name: &str, outcome: &Outcome) -> String {
    match outcome {
        Outcome::Read(file) => {
            let parsed = &file.parsed;
            format!(
                "{name} | {} | {} | {} | {} | {} | {} | {}\n",
                parsed.scan.format,
                parsed.scan.tool_version,
                parsed.assets.len(),
                parsed.rows,
                file.rows.len(),
                parsed.quarantined,
                parsed.no_finding
            )
        }
        Outcome::Refused(refusal) => format!("{name} | refused: {refusal}\n"),
    }
}

/// Compares the table with the checked-in one, or writes that anew if the environment asks for it.
pub fn compare(lines: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance/table.txt");
    let table = format!("file | format | version | assets | rows | sightings | quarantined | no finding\n{lines}");
    if std::env::var_os("UPDATE_CONFORMANCE").is_some() {
        std::fs::write(&path, table).expect("the table can be written");
        return;
    }
    let known = std::fs::read_to_string(&path).expect("the table");
    for (known, now) in known.lines().zip(table.lines()) {
        assert_eq!(known, now);
    }
    assert_eq!(known.lines().count(), table.lines().count());
}
