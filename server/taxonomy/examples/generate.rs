//! Writes the tables under `data` from the JSON files that were gathered from the sources named in `data/README.md`.
//!
//! `cargo run -p taxonomy --example generate -- INPUT [OUTPUT]`, where INPUT holds `cwe_owasp.json`,
//! `zap_alert_tags.json`, `burp_issue_types.json` and `kev.json`; OUTPUT is this crate's `data` folder unless given. The same input
//! gives the same bytes.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

const EDITIONS: [&str; 3] = ["2017", "2021", "2025"];

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args_os().skip(1);
    let input = PathBuf::from(arguments.next().ok_or("usage: generate INPUT [OUTPUT]")?);
    let output = arguments.next().map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("data"), PathBuf::from);
    let cwe = read(&input.join("cwe_owasp.json"))?;
    fs::write(output.join("cwe.tsv"), names_and_parents(&cwe))?;
    fs::write(output.join("owasp_cwe.tsv"), lists(&cwe))?;
    fs::write(output.join("zap.tsv"), zap(&read(&input.join("zap_alert_tags.json"))?))?;
    fs::write(output.join("burp.tsv"), burp(&read(&input.join("burp_issue_types.json"))?))?;
    fs::write(output.join("kev.tsv"), kev(&read(&input.join("kev.json"))?))?;
    Ok(())
}

fn read(path: &Path) -> io::Result<Value> {
    Ok(serde_json::from_str(&fs::read_to_string(path)?)?)
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn numbers(value: &Value) -> BTreeSet<u64> {
    let one = value.as_u64();
    value.as_array().into_iter().flatten().filter_map(Value::as_u64).chain(one).collect()
}

fn words(value: &Value) -> BTreeSet<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn joined<T: ToString>(items: impl IntoIterator<Item = T>) -> String {
    items.into_iter().map(|item| item.to_string()).collect::<Vec<_>>().join(",")
}

/// Weaknesses, and the categories and deprecated entries that scanners still cite, with their parents in view 1000.
fn names_and_parents(cwe: &Value) -> String {
    let mut names: BTreeMap<u64, String> = BTreeMap::new();
    let cited = members(&cwe["deprecated_or_category_ids"]).map(|(id, entry)| (id, &entry["name"]));
    for (id, name) in cited.chain(members(&cwe["cwe_names"])) {
        if let Ok(id) = id.parse() {
            names.insert(id, text(name));
        }
    }
    let mut out = String::from("id\tname\tparents\n");
    for (id, name) in names {
        let parents = joined(numbers(&cwe["parents_view_1000"][id.to_string()]));
        let _ = writeln!(out, "{id}\t{name}\t{parents}");
    }
    out
}

/// The lists of mapped CWEs. Where a list names a CWE in two categories, the one that MITRE's view agrees with is first.
fn lists(cwe: &Value) -> String {
    let mut rows: BTreeSet<(&str, u64, bool, u64)> = BTreeSet::new();
    for edition in EDITIONS {
        let mitre = &cwe[format!("owasp_{edition}_mitre")];
        for (category, entry) in members(&cwe[format!("owasp_{edition}")]) {
            let Ok(number) = category.trim_start_matches('A').parse::<u64>() else { continue };
            for id in numbers(&entry["cwe"]) {
                let disputed = mitre.is_object() && !numbers(&mitre[category]["cwe"]).contains(&id);
                rows.insert((edition, id, disputed, number));
            }
            // The category has a CWE number of its own in MITRE's view; some scanners cite that.
            for own in [&entry["category_cwe_id"], &mitre[category]["category_cwe_id"]] {
                if let Some(own) = own.as_u64() {
                    rows.insert((edition, own, false, number));
                }
            }
        }
    }
    let mut out = String::from("edition\tcwe\tcategory\n");
    for (edition, id, _, category) in rows {
        let _ = writeln!(out, "{edition}\t{id}\tA{category:02}");
    }
    out
}

/// A row for each alert, and one for each rule whose alerts all carry a suffix (reports without alertRef name the rule).
fn zap(zap: &Value) -> String {
    let mut rows: BTreeMap<(u64, u64), String> = BTreeMap::new();
    let alerts = members(&zap["alerts"]).map(|(id, entry)| (id, entry, &entry["cwe_tags"], "alert"));
    let bare = members(&zap["plugins"]).filter(|(id, _)| zap["alerts"][id.as_str()].is_null());
    for (id, entry, tags, level) in bare.map(|(id, entry)| (id, entry, &Value::Null, "rule")).chain(alerts) {
        let (rule, nth) = id.split_once('-').unwrap_or((id, "0"));
        let (Ok(rule), Ok(nth)) = (rule.parse(), nth.parse()) else { continue };
        let cwe: BTreeSet<u64> = numbers(&entry["cwe"]).union(&numbers(tags)).copied().collect();
        let systemic = if level == "alert" {
            words(&entry["other_tags"]).contains("SYSTEMIC")
        } else {
            let refs = words(&entry["alert_refs"]);
            !refs.is_empty() && refs.iter().all(|r| words(&zap["alerts"][r]["other_tags"]).contains("SYSTEMIC"))
        };
        let mut row =
            format!("{id}\t{level}\t{}\t{}\t{}", text(&entry["name"]), text(&entry["scan_type"]), joined(cwe));
        for edition in EDITIONS {
            let _ = write!(row, "\t{}", joined(words(&entry[format!("owasp_{edition}")])));
        }
        let _ = write!(row, "\t{}\t{}", joined(words(&entry["owasp_api_2023"])), u8::from(systemic));
        rows.insert((rule, nth), row);
    }
    let mut out =
        String::from("ref\tlevel\tname\tscan\tcwe\towasp_2017\towasp_2021\towasp_2025\towasp_api_2023\tsystemic\n");
    for row in rows.values() {
        out.push_str(row);
        out.push('\n');
    }
    out
}

fn burp(burp: &Value) -> String {
    let mut rows: BTreeMap<u64, String> = BTreeMap::new();
    for entry in burp["issue_types"].as_array().into_iter().flatten() {
        if let Some(index) = entry["type_index"].as_u64() {
            rows.insert(index, format!("{index}\t{}\t{}", text(&entry["name"]), joined(numbers(&entry["cwe"]))));
        }
    }
    let mut out = String::from("type\tname\tcwe\n");
    for row in rows.values() {
        out.push_str(row);
        out.push('\n');
    }
    out
}

/// The catalogue of known exploited vulnerabilities: its day in the heading, then a row a CVE.
fn kev(kev: &Value) -> String {
    let mut rows: BTreeMap<(u64, u64), String> = BTreeMap::new();
    for entry in kev["vulnerabilities"].as_array().into_iter().flatten() {
        let id = text(&entry["cveID"]);
        let mut parts = id.split('-').skip(1).map(str::parse);
        let (Some(Ok(year)), Some(Ok(number))) = (parts.next(), parts.next()) else { continue };
        let ransomware = u8::from(entry["knownRansomwareCampaignUse"] == "Known");
        rows.insert(
            (year, number),
            format!("{id}\t{}\t{}\t{ransomware}", text(&entry["dateAdded"]), text(&entry["dueDate"])),
        );
    }
    let released: String = text(&kev["dateReleased"]).chars().take(10).collect();
    let mut out = format!("cve\tadded\tdue\transomware\t{released}\n");
    for row in rows.values() {
        out.push_str(row);
        out.push('\n');
    }
    out
}
