//! What source files look like, crate by crate and folder by folder.

use crate::tree::{assert_none, files, root};
use std::collections::BTreeSet;

/// Longer files hold more than one thing.
const LONGEST: usize = 500;

/// Files that may be longer. Only ever shrinks.
const LONGER: [&str; 0] = [];

#[test]
fn files_are_short() {
    let sources = files(&[".rs"]);
    let long = sources.iter().map(|file| (file.text.lines().count(), file.path.as_str()));
    let offences = long
        .filter(|(lines, path)| *lines > LONGEST && !LONGER.contains(path))
        .map(|(lines, path)| format!("{path}: {lines}"))
        .collect();
    assert_none(offences, "split these files by what they hold:");
}

#[test]
fn views_have_no_style_attributes() {
    let sources = files(&[".rs"]);
    let bound = |line: &str| line.contains(" style:") && line.contains('=');
    let mut offences = Vec::new();
    for file in &sources {
        let view = file.is_below(&["app/src"]);
        if view || file.is_below(&["server/src", "server/charts", "server/report", "server/service"]) {
            offences.extend(file.hits(|line| line.contains(" style=") || (view && bound(line))));
        }
    }
    assert_none(offences, "the content security policy refuses style attributes: use a class, or an attribute of SVG:");
}

#[test]
fn text_areas_come_from_one_component() {
    let sources = files(&[".rs"]);
    let with: Vec<&str> = sources
        .iter()
        .filter(|file| file.is_below(&["app/src"]) && file.hits(|line| line.contains("<textarea")).next().is_some())
        .map(|file| file.path.as_str())
        .collect();
    assert!(with.len() <= 1, "leptos renders the text of <textarea> unescaped; one component sees to it: {with:?}");
}

#[test]
fn nothing_is_left_for_later() {
    let marks = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("XX", "X:"),
        concat!("#[ign", "ore"),
        concat!("unimpl", "emented!("),
    ];
    let mut offences = Vec::new();
    for file in files(&[".rs", ".toml", ".sql", ".css", ".js"]) {
        for (index, line) in file.text.lines().enumerate() {
            if marks.iter().any(|mark| line.contains(mark)) {
                offences.push(format!("{}:{}: {}", file.path, index + 1, line.trim()));
            }
        }
    }
    assert_none(offences, "finish it, or take it out:");
}

#[test]
fn files_name_no_persons_machine() {
    let places = [
        concat!("/wo", "rk/"),
        concat!("/ro", "ot/"),
        concat!("/ho", "me/"),
        concat!("/Us", "ers/"),
        concat!("C:\\", "Users"),
    ];
    let mut offences = Vec::new();
    // What scanners wrote may name such places; the project's own files may not.
    for file in files(&[".rs", ".toml", ".sql", ".css", ".js", ".md", ".txt", ".sh", "run"]) {
        if file.path.contains("/fixtures/") {
            continue;
        }
        for (index, line) in file.text.lines().enumerate() {
            if places.iter().any(|place| line.contains(place)) {
                offences.push(format!("{}:{}: {}", file.path, index + 1, line.trim()));
            }
        }
    }
    assert_none(offences, "say it without the path of one machine:");
}

#[test]
fn every_crate_takes_the_workspaces_lints() {
    let manifests = files(&["Cargo.toml"]);
    let without: Vec<String> = manifests
        .iter()
        .filter(|file| file.path != "Cargo.toml")
        .filter(|file| {
            let manifest: toml::Table = file.text.parse().unwrap_or_else(|error| panic!("{}: {error}", file.path));
            manifest.get("lints").and_then(|lints| lints.get("workspace")).and_then(toml::Value::as_bool) != Some(true)
        })
        .map(|file| file.path.clone())
        .collect();
    assert_none(without, "add `[lints] workspace = true`:");
}

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |engine: &str| -> BTreeSet<String> {
        let folder = root().join("migrations").join(engine);
        let entries = std::fs::read_dir(&folder).expect("the folder of migrations is there").flatten();
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
    };
    let (sqlite, postgres) = (names("sqlite"), names("postgres"));
    assert_eq!(sqlite, postgres, "a migration has the same number and name for both databases");
    let numbers: Vec<&str> = sqlite.iter().filter_map(|name| name.split('_').next()).collect();
    let distinct: BTreeSet<&str> = numbers.iter().copied().collect();
    assert_eq!(numbers.len(), distinct.len(), "no two migrations have one number");
    let four_digits = |number: &&str| number.len() == 4 && number.bytes().all(|byte| byte.is_ascii_digit());
    assert!(numbers.iter().all(four_digits), "migrations are numbered in four digits");
}
