//! Which packages are compiled in: for the browser, and for the server by default.

use crate::tree::{TextFile, assert_list, cargo};
use std::collections::{BTreeMap, BTreeSet};

/// The packages of a dependency tree and their versions. Packages that run in the compiler only are left out.
fn packages(arguments: &[&str]) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let fixed = ["tree", "--edges=normal,no-proc-macro", "--prefix=none", "--format={p}"];
    for line in cargo(&[&fixed, arguments].concat()).lines() {
        if let Some((name, rest)) = line.split_once(' ') {
            let version = rest.split(' ').next().unwrap_or(rest).trim_start_matches('v');
            found.entry(name.to_owned()).or_default().insert(version.to_owned());
        }
    }
    assert!(found.len() > 10, "cargo tree names too few packages: {found:?}");
    found
}

#[test]
fn the_browser_loads_listed_packages_only() {
    let graph = packages(&["--package=frontend", "--target=wasm32-unknown-unknown"]);
    let names: Vec<String> = graph.into_keys().collect();
    assert_list(
        "wasm-graph.txt",
        &names,
        "What the browser needs is worth its bytes; what it does not need (charts, parsers, time zones) stays on the server.",
    );
    for heavy in ["plotters", "quick-xml", "chrono-tz", "sqlx", "tokio", "axum"] {
        assert!(!names.iter().any(|name| name == heavy), "{heavy} has no business in the browser");
    }
}

#[test]
fn the_server_has_one_of_each_and_no_second_cryptography() {
    let graph = packages(&["--package=server"]);
    for refused in ["aws-lc-rs", "aws-lc-sys", "native-tls", "openssl", "openssl-sys"] {
        assert!(!graph.contains_key(refused), "{refused} is in the server's default build");
    }
    for single in ["chrono", "leptos", "libsqlite3-sys", "quick-xml", "rustls", "sqlx"] {
        if let Some(versions) = graph.get(single) {
            assert_eq!(versions.len(), 1, "more than one {single}: {versions:?}");
        }
    }
    assert!(graph.contains_key("sqlx") && graph.contains_key("leptos"), "the graph is not the server's");
}

#[test]
fn the_xml_reader_has_its_fixes() {
    let lock: toml::Table = TextFile::read("Cargo.lock").text.parse().unwrap();
    let least = semver::Version::new(0, 41, 0);
    for package in lock["package"].as_array().unwrap() {
        if package["name"].as_str() == Some("quick-xml") {
            let version: semver::Version = package["version"].as_str().unwrap().parse().unwrap();
            assert!(version >= least, "quick-xml {version} is older than {least}");
        }
    }
}

#[test]
fn the_binding_library_equals_the_bound_one() {
    let lock: toml::Table = TextFile::read("Cargo.lock").text.parse().unwrap();
    let version_of = |name: &str| -> Vec<String> {
        let all = lock["package"].as_array().unwrap().iter().filter(|package| package["name"].as_str() == Some(name));
        all.map(|package| package["version"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(version_of("wasm-bindgen"), version_of("wasm-bindgen-cli-support"));
}
