//! `postura classify`: where a weakness belongs, and why.

use super::DONE;
use app::locales::{learn, words};
use clap::Args;
use model::facts::WeaknessFacts;
use model::text::Locale;
use model::{Edition, Mapped, Tool};
use serde_json::json;
use std::io::Write;
use taxonomy::{Classification, Evidence, MAPPING_VERSION, api_2023, classify_all, cwe_name, glossary, rule_info};

/// Say to which OWASP category a weakness belongs, and why. No database is needed; rules that people wrote are not asked.
#[derive(Args, Debug)]
pub struct Classify {
    /// The scanner: nessus, zap, burp or other.
    #[arg(long, default_value = "other", value_parser = tool, value_name = "TOOL")]
    tool: Tool,
    /// The scanner's own id: a Nessus plugin, a ZAP alertRef or rule, a Burp type.
    #[arg(long, default_value = "", value_name = "ID")]
    rule: String,
    /// The title, as the scanner writes it.
    #[arg(long, default_value = "", value_name = "TEXT")]
    title: String,
    /// The family of a Nessus plugin.
    #[arg(long, default_value = "", value_name = "TEXT")]
    family: String,
    /// CWE numbers.
    #[arg(long, value_delimiter = ',', value_parser = cwe, value_name = "N,…")]
    cwe: Vec<u32>,
    /// CVE ids.
    #[arg(long, value_delimiter = ',', value_name = "CVE,…")]
    cve: Vec<String>,
    /// The scanner's tags and references: `OWASP_2021_A03`, `OWASP:2021-A3`, `WASC:19`.
    #[arg(long = "tag", value_delimiter = ',', value_name = "TAG,…")]
    tags: Vec<String>,
    /// One JSON object an edition.
    #[arg(long)]
    json: bool,
}

fn tool(word: &str) -> Result<Tool, String> {
    word.parse().map_err(|()| format!("one of {}", Tool::ALL.map(Tool::word).join(", ")))
}

/// A CWE as `79` or `CWE-79`.
fn cwe(text: &str) -> Result<u32, String> {
    let digits = text.trim().trim_start_matches(|c: char| !c.is_ascii_digit());
    digits.parse().map_err(|_| "a number, such as 79".to_owned())
}

impl Classify {
    /// Prints a line or more an edition.
    pub fn run(self) -> anyhow::Result<u8> {
        let (tool, json) = (self.tool, self.json);
        let facts = self.facts();
        let api = api_2023(tool, &facts);
        let mut out = std::io::stdout().lock();
        for found in classify_all(tool, &facts) {
            if json {
                let basis = words::basis(Locale::En, found.basis);
                let line = json!({
                    "classification": found, "why": found.to_string(), "basis": basis, "mapping_version": MAPPING_VERSION,
                    "api_2023": api,
                });
                writeln!(out, "{line}")?;
            } else {
                write!(out, "{}", paragraph(&found))?;
            }
        }
        for number in api.iter().filter(|_| !json) {
            writeln!(out, "API 2023  API{number} {}", learn::api_name(Locale::En, *number))?;
        }
        Ok(DONE)
    }

    fn facts(self) -> WeaknessFacts {
        let mut facts = WeaknessFacts {
            rule: self.rule,
            title: self.title,
            family: self.family,
            cwe: self.cwe,
            cve: self.cve.iter().map(|cve| cve.trim().to_ascii_uppercase()).collect(),
            refs: self.tags,
            ..WeaknessFacts::default()
        };
        facts.cwe.sort_unstable();
        facts.cwe.dedup();
        facts
    }
}

/// An edition's answer: the category by name, what decided, and the reason in words.
fn paragraph(found: &Classification) -> String {
    let head = match found.primary {
        Mapped::To(category) => format!("{category}{}", name(found.edition, category)),
        Mapped::Unmapped => "unmapped".to_owned(),
        Mapped::NotAWeakness => "not a weakness".to_owned(),
    };
    let mut text = format!("{}  {head}\n", found.edition);
    text += &format!("      {found}\n      basis: {}\n", words::basis(Locale::En, found.basis));
    if let Some(detail) = detail(&found.evidence) {
        text += &format!("      {detail}\n");
    }
    if !found.also.is_empty() {
        let also: Vec<String> =
            found.also.iter().map(|category| format!("{category}{}", name(found.edition, *category))).collect();
        text += &format!("      also: {}\n", also.join(", "));
    }
    text
}

fn name(edition: Edition, category: model::Category) -> String {
    glossary(edition, category).map_or_else(String::new, |entry| format!(" {}", entry.name(Locale::En)))
}

/// What the very thing that decided says.
fn detail(evidence: &Evidence) -> Option<String> {
    match evidence {
        Evidence::Cwe { cwe } | Evidence::Ancestor { cwe, .. } | Evidence::TableCwe { cwe, .. } => {
            cwe_name(*cwe).map(|name| format!("CWE-{cwe}: {name}"))
        }
        Evidence::Rule { id } => rule_info(id).map(|rule| rule.why.to_owned()),
        Evidence::Person { .. } | Evidence::Tag { .. } | Evidence::TableTag { .. } | Evidence::Nothing => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Program {
        #[command(flatten)]
        classify: Classify,
    }

    fn says(arguments: &[&str]) -> String {
        let Ok(program) = Program::try_parse_from(std::iter::once(&"classify").chain(arguments)) else {
            return "refused".to_owned();
        };
        let tool = program.classify.tool;
        classify_all(tool, &program.classify.facts()).iter().map(paragraph).collect()
    }

    #[test]
    fn each_edition_says_category_evidence_and_basis() {
        let said = says(&["--cwe", "79", "--tool", "zap", "--rule", "40012"]);
        assert!(said.contains("2021  A03 Injection\n      CWE-79 → A03:2021 by OWASP's list\n"), "{said}");
        assert!(said.contains("2025  A05 Injection\n"), "{said}");
        assert!(said.contains("basis: OWASP's own list of CWEs\n      CWE-79: "), "{said}");
    }

    #[test]
    fn rules_give_their_reason_and_facts_are_no_weakness() {
        let said =
            says(&["--tool", "nessus", "--title", "SNMP Agent Default Community Name (public)", "--family", "SNMP"]);
        assert!(said.contains("A05 Security Misconfiguration\n      rule network-settings → A05:2021"), "{said}");
        assert!(said.contains("A service or protocol is set more openly than it has to be."), "{said}");
        assert!(says(&["--tool", "nessus", "--rule", "19506"]).contains("2025  not a weakness\n"));
        assert!(says(&["--title", "tomato"]).contains("2021  unmapped\n      no basis: unmapped in 2021\n"));
    }

    #[test]
    fn what_cannot_be_is_refused() {
        assert_eq!(says(&["--tool", "tomato"]), "refused");
        assert_eq!(says(&["--cwe", "tomato"]), "refused");
        assert_eq!(says(&["--cwe", "CWE-79,89"]), says(&["--cwe", "89", "--cwe", "79"]));
    }
}
