//! Which crate may do what, and depend on whom.

use crate::tree::{TextFile, assert_list, assert_none, cargo, files};
use serde_json::Value;
use std::collections::BTreeMap;

/// The crates below `service`, by folder: what they do depends on nothing but their input.
const BELOW_SERVICE: [&str; 9] = [
    "app/model",
    "app/ports",
    "server/charts",
    "server/ingest",
    "server/posture",
    "server/report",
    "server/scanners",
    "server/store",
    "server/taxonomy",
];

/// The crates that are pure functions: no executor, no database, no network.
const PURE: [&str; 5] = ["charts", "ingest", "model", "posture", "taxonomy"];

/// The workspace's crates and the names of what they depend on, tests' dependencies apart.
fn crates() -> BTreeMap<String, Vec<String>> {
    dependencies(|dependency| dependency["kind"].as_str() != Some("dev"))
}

fn dependencies(counts: impl Fn(&Value) -> bool) -> BTreeMap<String, Vec<String>> {
    let metadata: Value = serde_json::from_str(&cargo(&["metadata", "--no-deps", "--format-version=1"])).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    packages
        .iter()
        .map(|package| {
            let all = package["dependencies"].as_array().unwrap().iter();
            let names = all.filter(|dependency| counts(dependency)).map(|dependency| text(&dependency["name"]));
            (text(&package["name"]), names.collect())
        })
        .collect()
}

fn text(value: &Value) -> String {
    value.as_str().expect("a name").to_owned()
}

/// Who depends on something outside the list of those who may.
fn trespassers(depends: impl Fn(&str) -> bool, may: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for (name, dependencies) in crates() {
        let named = dependencies.iter().filter(|dependency| depends(dependency) && !may.contains(&name.as_str()));
        found.extend(named.map(|dependency| format!("{name} depends on {dependency}")));
    }
    found
}

#[test]
fn sqlx_belongs_to_the_store() {
    assert_none(trespassers(|name| name.starts_with("sqlx"), &["store", "tests"]), "ask the database through `store`:");
}

#[test]
fn sql_belongs_to_the_store() {
    let begins = ["\"SELECT ", "\"INSERT INTO ", "\"UPDATE ", "\"DELETE FROM ", "\"WITH ", "\"CREATE TABLE "];
    let sources = files(&[".rs"]);
    let outside = sources.iter().filter(|file| !file.is_below(&["server/store", "tests"]));
    let offences = outside.flat_map(|file| file.hits(|line| begins.iter().any(|begin| line.contains(begin)))).collect();
    assert_none(offences, "SQL belongs to `store`:");
}

#[test]
fn sql_text_is_made_in_one_module() {
    let sources = files(&[".rs"]);
    let made: Vec<&str> = sources
        .iter()
        .filter(|file| !file.is_below(&["tests"]) && file.hits(|line| line.contains("AssertSqlSafe")).next().is_some())
        .map(|file| file.path.as_str())
        .collect();
    assert!(made.len() <= 1, "text that is not static becomes SQL in one module only: {made:?}");
}

#[test]
fn leptos_belongs_to_what_shows_pages() {
    let offences = trespassers(|name| name.starts_with("leptos"), &["app", "frontend", "server"]);
    assert_none(offences, "pages are the business of `app`:");
}

#[test]
fn nothing_but_tests_depends_on_the_server() {
    assert_none(trespassers(|name| name == "server", &["tests"]), "the server is the end of the chain:");
}

#[test]
fn the_app_reaches_data_through_ports_alone() {
    let inner = ["charts", "ingest", "posture", "report", "scanners", "service", "store", "taxonomy"];
    let offences = trespassers(
        |name| inner.contains(&name),
        &["charts", "report", "scanners", "server", "service", "store", "tests", "xtask"],
    );
    assert_none(offences, "`app`, `frontend`, `ports` and `model` know no crate of the server's side:");
}

#[test]
fn pure_crates_depend_on_no_executor_database_or_network() {
    let impure = ["async-trait", "axum", "futures", "hyper", "reqwest", "sqlx", "tokio", "tokio-util", "tower"];
    let all = crates();
    let mut offences = Vec::new();
    for name in PURE {
        let dependencies = all.get(name).unwrap_or_else(|| panic!("there is no crate {name}"));
        offences.extend(
            dependencies.iter().filter(|one| impure.contains(&one.as_str())).map(|one| format!("{name}: {one}")),
        );
    }
    assert_none(offences, "these crates are sync and pure:");
}

#[test]
fn pure_crates_have_no_async_functions() {
    let folders = ["app/model", "server/charts", "server/ingest", "server/posture", "server/taxonomy"];
    let sources = files(&[".rs"]);
    let pure = sources.iter().filter(|file| file.is_below(&folders));
    let offences =
        pure.flat_map(|file| file.hits(|line| line.contains("async fn") || line.contains(".await"))).collect();
    assert_none(offences, "these crates are sync and pure:");
}

#[test]
fn no_clock_and_no_randomness_below_the_service() {
    let sources_of_surprise = [
        "Utc::now",
        "Local::now",
        "SystemTime::now",
        "rand::",
        "OsRng",
        "ThreadRng",
        "getrandom",
        "new_v4(",
        "now_v7(",
    ];
    let sources = files(&[".rs"]);
    // Programs that only measure are no part of the library.
    let below = sources.iter().filter(|file| file.is_below(&BELOW_SERVICE) && file.is_library());
    let offences =
        below.flat_map(|file| file.hits(|line| sources_of_surprise.iter().any(|word| line.contains(word)))).collect();
    assert_none(offences, "instants and random bytes are parameters below `service`:");
}

#[test]
fn xml_is_read_by_one_reader() {
    let sources = files(&[".rs"]);
    let readers: Vec<&TextFile> = sources
        .iter()
        .filter(|file| !file.is_below(&["tests", "xtask"]) && file.is_library())
        .filter(|file| file.hits(|line| line.contains("quick_xml::")).next().is_some())
        .collect();
    let paths: Vec<&str> = readers.iter().map(|file| file.path.as_str()).collect();
    assert!(
        !readers.is_empty() && readers.iter().all(|file| file.is_below(&["server/ingest/src/bounded"])),
        "XML is read by the one reader that bounds depth and size, and expands nothing: {paths:?}"
    );
}

#[test]
fn doors_past_the_viewer_are_counted() {
    let sources = files(&[".rs"]);
    let doors: Vec<String> = sources
        .iter()
        .filter(|file| !file.is_below(&["tests"]) && file.is_library())
        .map(|file| (file.hits(|line| line.contains(".unscoped(")).count(), file))
        .filter(|(count, _)| *count > 0)
        .map(|(count, file)| format!("{count} {}", file.path))
        .collect();
    assert_list("unscoped.txt", &doors, "A new door past the viewer needs a reason that a reviewer believes.");
}
