//! Known vulnerabilities of what the lock file names, by the `RustSec` advisories where a copy is at hand.

use crate::tree::{TextFile, assert_none, root};
use semver::{Version, VersionReq};
use std::path::Path;

/// Advisories that do not concern this project, each with its reason. One that no longer applies must go.
const EXPLAINED: [(&str, &str); 1] =
    [("RUSTSEC-2024-0436", "paste is not maintained, and works: a macro at compile time, by way of leptos")];

/// Where what was found is written down.
const RECORD: &str = "server/service/audited.txt";

/// What one advisory says.
struct Advisory {
    id: String,
    package: String,
    /// Withdrawn advisories say nothing.
    withdrawn: bool,
    /// `unmaintained`, `unsound`, `notice`; nothing for a vulnerability.
    informational: Option<String>,
    fixed_or_never: Vec<VersionReq>,
}

impl Advisory {
    /// Reads the TOML block that begins the file.
    fn parse(text: &str) -> Self {
        let (_, rest) = text.split_once("```toml\n").expect("an advisory begins with TOML");
        let (block, _) = rest.split_once("\n```").expect("the TOML block ends");
        let table: toml::Table = block.parse().expect("the block is TOML");
        let advisory = &table["advisory"];
        let requirements = |key: &str| -> Vec<VersionReq> {
            let listed = table.get("versions").and_then(|versions| versions.get(key)).and_then(toml::Value::as_array);
            let texts = listed.into_iter().flatten().filter_map(toml::Value::as_str);
            texts.map(|text| text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))).collect()
        };
        Self {
            id: advisory["id"].as_str().expect("an advisory has an id").to_owned(),
            package: advisory["package"].as_str().expect("an advisory names a package").to_owned(),
            withdrawn: advisory.get("withdrawn").is_some(),
            informational: advisory.get("informational").and_then(toml::Value::as_str).map(str::to_owned),
            fixed_or_never: [requirements("patched"), requirements("unaffected")].concat(),
        }
    }

    fn concerns(&self, version: &Version) -> bool {
        !self.withdrawn && !self.fixed_or_never.iter().any(|fixed| fixed.matches(version))
    }
}

/// The advisories of one package.
fn advisories(database: &Path, package: &str) -> Vec<Advisory> {
    let Ok(entries) = std::fs::read_dir(database.join("crates").join(package)) else { return Vec::new() };
    let texts = entries.flatten().map(|entry| std::fs::read_to_string(entry.path()).expect("an advisory can be read"));
    texts.map(|text| Advisory::parse(&text)).collect()
}

#[test]
fn no_package_has_a_known_vulnerability() {
    let database = root().join("../shared/advisory-db");
    if !database.is_dir() {
        println!("SKIPPED (shared absent): known vulnerabilities of the lock file's packages");
        return;
    }
    let lock_text = TextFile::read("Cargo.lock").text;
    let lock: toml::Table = lock_text.parse().unwrap();
    let mut found = Vec::new();
    // The project's own crates have no source, and may share a name with somebody else's.
    let foreign = |package: &&toml::Value| package.get("source").is_some();
    for package in lock["package"].as_array().unwrap().iter().filter(foreign) {
        let (name, version) = (package["name"].as_str().unwrap(), package["version"].as_str().unwrap());
        let version: Version = version.parse().unwrap();
        for advisory in advisories(&database, name).iter().filter(|advisory| advisory.concerns(&version)) {
            let kind = advisory.informational.as_deref().unwrap_or("vulnerable");
            found.push((advisory.id.clone(), format!("{} {version}: {kind}, {}", advisory.package, advisory.id)));
        }
    }
    let explained = |id: &str| EXPLAINED.iter().any(|(listed, _)| *listed == id);
    let stale: Vec<&str> =
        EXPLAINED.iter().map(|(id, _)| *id).filter(|id| !found.iter().any(|(other, _)| other == id)).collect();
    assert!(stale.is_empty(), "these no longer apply: {stale:?}");
    let offences: Vec<String> = found.into_iter().filter(|(id, _)| !explained(id)).map(|(_, text)| text).collect();
    record(&database, &lock_text, offences.len());
    assert_none(offences, "take a version without the defect, or explain why it does not matter here:");
}

/// Writes down what was compared and found, for the page of Postura's own security, if lists are to be written.
fn record(database: &Path, lock: &str, vulnerable: usize) {
    if std::env::var_os("POSTURA_TIDY_WRITE").is_none() {
        return;
    }
    let folders = std::fs::read_dir(database.join("crates")).expect("the advisories can be listed").flatten();
    let advisories: usize =
        folders.filter_map(|folder| std::fs::read_dir(folder.path()).ok()).map(Iterator::count).sum();
    let (packages, fingerprint) = service::packages::fingerprint(lock);
    let on = chrono::Utc::now().date_naive();
    let file = root().join(RECORD);
    let kept = std::fs::read_to_string(&file).expect("the record is there");
    let comments: String = kept.lines().filter(|line| line.starts_with('#')).map(|line| format!("{line}\n")).collect();
    let explained = EXPLAINED.len();
    let text = format!(
        "{comments}on {on}\nadvisories {advisories}\npackages {packages}\nvulnerable {vulnerable}\nexplained {explained}\n\
         lock {fingerprint}\n"
    );
    std::fs::write(file, text).expect("the record can be written");
}

#[test]
fn the_record_of_the_comparison_is_whole() {
    let text = TextFile::read(RECORD).text;
    let said = |key: &str| text.lines().find_map(|line| line.strip_prefix(key)).unwrap_or_default().to_owned();
    assert!(said("on ").parse::<chrono::NaiveDate>().is_ok(), "{text}");
    for key in ["advisories ", "packages "] {
        assert!(said(key).parse::<u32>().is_ok_and(|number| number > 100), "{key}: {text}");
    }
    assert_eq!(said("vulnerable "), "0", "{text}");
    assert_eq!(said("explained "), EXPLAINED.len().to_string(), "{text}");
    assert_eq!(said("lock ").len(), 16, "{text}");
}

#[test]
fn an_advisory_says_which_versions_it_concerns() {
    let text = "```toml\n[advisory]\nid = \"RUSTSEC-2020-0001\"\npackage = \"thing\"\n\n[versions]\npatched = [\">= 1.2.3\"]\n\
                unaffected = [\"< 1.0.0\"]\n```\n# Thing\n";
    let advisory = Advisory::parse(text);
    let concerns = |version: &str| advisory.concerns(&version.parse().unwrap());
    assert!(concerns("1.2.2") && concerns("1.0.0"));
    assert!(!concerns("1.2.3") && !concerns("0.9.9") && !concerns("2.0.0"));
}
