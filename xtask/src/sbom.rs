//! `cargo xtask sbom`: what the program is made of, as a `CycloneDX` document, out of `cargo metadata` and the lock file alone.

use crate::project::Project;
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The package whose build is described.
const PROGRAM: &str = "server";
/// Where the document is written, in the target folder.
const FILE: &str = "postura.cdx.json";

/// Writes the document and says where.
pub fn run(project: &Project) -> Result<()> {
    let metadata = project.cargo().args(["metadata", "--locked", "--offline", "--format-version", "1"]).output()?;
    anyhow::ensure!(metadata.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&metadata.stderr));
    let metadata: Value = serde_json::from_slice(&metadata.stdout)?;
    let lock: toml::Table = std::fs::read_to_string(project.root.join("Cargo.lock"))?.parse()?;
    let document = document(&metadata, &checksums(&lock))?;
    let count = document["components"].as_array().map_or(0, Vec::len);
    let folder = metadata["target_directory"].as_str().context("cargo names no target folder")?;
    let path = std::path::Path::new(folder).join(FILE);
    std::fs::write(&path, serde_json::to_string_pretty(&document)?)?;
    project.say(&format!("{} ({count} components)", path.display()));
    Ok(())
}

/// The SHA-256 of each package, by name and version.
fn checksums(lock: &toml::Table) -> BTreeMap<(String, String), String> {
    let packages = lock.get("package").and_then(toml::Value::as_array).into_iter().flatten();
    let of = |package: &toml::Value| {
        let text = |name: &str| package.get(name).and_then(toml::Value::as_str).map(str::to_owned);
        Some(((text("name")?, text("version")?), text("checksum")?))
    };
    packages.filter_map(of).collect()
}

/// The document: every package that the program is built of, and which needs which.
fn document(metadata: &Value, checksums: &BTreeMap<(String, String), String>) -> Result<Value> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let packages: BTreeMap<String, Value> =
        list(&metadata["packages"]).into_iter().map(|package| (text(&package["id"]), package)).collect();
    let needs: BTreeMap<String, Vec<String>> = list(&metadata["resolve"]["nodes"])
        .into_iter()
        .map(|node| {
            // Dependencies of tests and of build scripts are not part of the program.
            let normal = |dependency: &Value| list(&dependency["dep_kinds"]).iter().any(|kind| kind["kind"].is_null());
            let needed = list(&node["deps"]).into_iter().filter(normal).map(|dependency| text(&dependency["pkg"]));
            (text(&node["id"]), needed.collect())
        })
        .collect();
    let program = packages.iter().find(|(_, package)| package["name"] == PROGRAM).map(|(id, _)| id.clone());
    let program = program.with_context(|| format!("there is no package {PROGRAM}"))?;
    let mut reached = BTreeSet::new();
    let mut open = vec![program.clone()];
    while let Some(id) = open.pop() {
        if reached.insert(id.clone()) {
            open.extend(needs.get(&id).into_iter().flatten().cloned());
        }
    }
    let component = |id: &String, kind: &str| {
        let package = &packages[id];
        let (name, version) = (text(&package["name"]), text(&package["version"]));
        let mut component = json!({
            "type": kind,
            "bom-ref": id,
            "name": name,
            "version": version,
            "purl": format!("pkg:cargo/{name}@{version}"),
        });
        if let Some(license) = package["license"].as_str() {
            component["licenses"] = json!([{ "expression": license.replace('/', " OR ") }]);
        }
        if let Some(checksum) = checksums.get(&(name, version)) {
            component["hashes"] = json!([{ "alg": "SHA-256", "content": checksum }]);
        }
        component
    };
    let components: Vec<Value> =
        reached.iter().filter(|id| **id != program).map(|id| component(id, "library")).collect();
    let dependencies: Vec<Value> = reached
        .iter()
        .map(|id| json!({ "ref": id, "dependsOn": needs.get(id).cloned().unwrap_or_default() }))
        .collect();
    let mut described = component(&program, "application");
    described["name"] = json!("postura");
    Ok(json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": { "component": described },
        "components": components,
        "dependencies": dependencies,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_program_needs_is_listed_and_nothing_else() {
        let package = |name: &str| json!({ "id": name, "name": name, "version": "1.0.0", "license": "MIT/Apache-2.0" });
        let needs = |name: &str, kind: Value| json!({ "pkg": name, "dep_kinds": [{ "kind": kind }] });
        let metadata = json!({
            "packages": [package("server"), package("a"), package("b"), package("test")],
            "resolve": { "nodes": [
                { "id": "server", "deps": [needs("a", Value::Null), needs("test", json!("dev"))] },
                { "id": "a", "deps": [needs("b", Value::Null)] },
                { "id": "b", "deps": [] },
                { "id": "test", "deps": [] },
            ] },
        });
        let checksums = BTreeMap::from([(("a".to_owned(), "1.0.0".to_owned()), "00".to_owned())]);
        let document = document(&metadata, &checksums).unwrap();
        let names: Vec<&str> =
            document["components"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["a", "b"]);
        assert_eq!(document["components"][0]["hashes"][0]["content"], "00");
        assert_eq!(document["components"][0]["licenses"][0]["expression"], "MIT OR Apache-2.0");
        assert_eq!(document["metadata"]["component"]["name"], "postura");
        assert_eq!(document["dependencies"].as_array().unwrap().len(), 3);
    }
}
