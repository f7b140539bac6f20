//! What the rules in force say of a weakness.

use crate::db::Tx;
use crate::ledger::load::tool_of;
use crate::ledger::rollup::Owasp;
use crate::{Error, Result, binds};
use model::filter::Filter;
use model::overrides::{EDITIONS, Says, Subject, asks_assets};
use model::{Basis, Mapped};
use serde_json::{Value, json};

/// The rules in force, in the order in which they were added.
const IN_FORCE: &str = "SELECT id, name, matches, says FROM override_rule WHERE withdrawn_step IS NULL ORDER BY id";

/// This module's statements.
pub(crate) const STATEMENTS: &[(&str, &str)] = &[("store::overrides::rules::IN_FORCE", IN_FORCE)];

/// What a rule is about, and what it says.
pub(crate) struct Rule {
    id: i64,
    name: String,
    matches: Filter,
    says: Says,
}

impl Rule {
    /// A rule.
    pub(super) fn new(id: i64, name: &str, matches: &Filter, says: Says) -> Self {
        Self { id, name: name.to_owned(), matches: matches.clone(), says }
    }

    /// Its number.
    pub(super) fn id(&self) -> i64 {
        self.id
    }

    /// What it is about.
    pub(super) fn matches(&self) -> &Filter {
        &self.matches
    }

    /// Whether it asks for assets.
    pub(super) fn asks_assets(&self) -> bool {
        asks_assets(&self.matches)
    }

    /// Whether it says how severe findings are.
    pub(super) fn rates(&self) -> bool {
        matches!(self.says, Says::Severity(_))
    }

    /// Whether it speaks of weaknesses on single assets, not of weaknesses wherever they are.
    pub(super) fn is_local(&self) -> bool {
        self.rates() || self.asks_assets()
    }
}

/// The rules in force.
pub(crate) struct Rules(Vec<Rule>);

/// What rules say of a weakness in place of the other bases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ruled {
    /// The categories.
    pub(crate) owasp: Owasp,
    /// Why, as it is stored of weaknesses.
    pub(crate) classification: String,
}

impl Rules {
    /// Rules in the order in which they speak.
    pub(super) fn of_rules(rules: Vec<Rule>) -> Self {
        Self(rules)
    }

    /// Reads them.
    pub(crate) async fn load(tx: &mut Tx) -> Result<Self> {
        let rows: Vec<(i64, String, String, String)> = tx.all(IN_FORCE, binds![]).await?;
        let rule = |(id, name, matches, text): (i64, String, String, String)| {
            Ok(Rule { id, name, matches: filter(&matches)?, says: says(&text)? })
        };
        Ok(Self(rows.into_iter().map(rule).collect::<Result<_>>()?))
    }

    /// Those that speak of weaknesses on single assets.
    pub(super) fn local(&self) -> impl Iterator<Item = &Rule> {
        self.0.iter().filter(|rule| rule.is_local())
    }

    /// What they say of a weakness, wherever it is, of which the other bases say this; `None` if they say nothing.
    pub(crate) fn of(&self, subject: &Subject<'_>, base: Owasp, why: &str) -> Option<Ruled> {
        self.spoken(base, why, |rule| !rule.is_local() && subject.is_kept_by(&rule.matches))
    }

    /// What they say of it on an asset of which these of those that ask for assets speak.
    pub(super) fn at(&self, subject: &Subject<'_>, here: &[i64], base: Owasp, why: &str) -> Option<Ruled> {
        self.spoken(base, why, |rule| match rule.asks_assets() {
            true => here.contains(&rule.id),
            false => subject.is_kept_by(&rule.matches),
        })
    }

    fn spoken(&self, base: Owasp, why: &str, speaks: impl Fn(&Rule) -> bool) -> Option<Ruled> {
        let mut stands = mapped(base);
        let mut by: [Option<&Rule>; 3] = [None; 3];
        for rule in self.0.iter().filter(|rule| speaks(rule)) {
            let after = rule.says.of(stands);
            for (at, by) in by.iter_mut().enumerate() {
                let named = match rule.says {
                    Says::NotAWeakness => true,
                    Says::Categories(said) => said[at].is_some(),
                    Says::Severity(_) => false,
                };
                if named || after[at] != stands[at] {
                    *by = Some(rule);
                }
            }
            stands = after;
        }
        by.iter().any(Option::is_some).then(|| Ruled {
            owasp: stands.map(|mapped| mapped.number().into()),
            classification: told(why, stands, by),
        })
    }
}

/// The stored reasons with a person's in the place of those that rules decide: an entry an edition.
fn told(why: &str, stands: [Mapped; 3], by: [Option<&Rule>; 3]) -> String {
    let mut entries = match serde_json::from_str(why) {
        Ok(Value::Array(entries)) => entries,
        _ => Vec::new(),
    };
    for ((edition, primary), rule) in EDITIONS.iter().zip(stands).zip(by) {
        let Some(rule) = rule else { continue };
        let entry = json!({
            "edition": edition,
            "primary": primary,
            "also": [],
            "basis": Basis::Person,
            "evidence": { "kind": "person", "rule": rule.name },
        });
        match entries.iter_mut().find(|known| known["edition"] == json!(edition)) {
            Some(known) => *known = entry,
            None => entries.push(entry),
        }
    }
    Value::Array(entries).to_string()
}

/// What rules ask of a stored weakness.
pub(crate) fn subject<'a>(tool: i64, rule: &'a str, title: &'a str, cwe: &'a str, cve: &'a str) -> Result<Subject<'a>> {
    Ok(Subject { tool: tool_of(tool)?, rule, title, cwe, cve })
}

/// Stored categories.
pub(crate) fn mapped(owasp: Owasp) -> [Mapped; 3] {
    owasp.map(|number| i16::try_from(number).map_or(Mapped::Unmapped, Mapped::from_number))
}

/// A stored filter.
pub(super) fn filter(text: &str) -> Result<Filter> {
    Filter::parse(text).map_err(|error| Error::damaged(format!("override_rule.matches: {error}")))
}

/// What a stored rule says.
pub(super) fn says(text: &str) -> Result<Says> {
    text.parse().map_err(|()| Error::damaged("override_rule.says"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Tool;

    #[test]
    fn the_later_rule_decides_edition_by_edition() {
        let rule = |name: &str, matches: &str, says: &str| Rule {
            id: name.len().try_into().unwrap(),
            name: name.to_owned(),
            matches: Filter::parse(matches).unwrap(),
            says: says.parse().unwrap(),
        };
        let rules = Rules(vec![
            rule("all", "tool:zap", "2021:A01,2025:A01"),
            rule("one", "rule:7", "2025:A09"),
            rule("none", "rule:8", "inventory"),
            rule("there", "rule:7 tag:pci", "2021:A02"),
            rule("severe", "rule:7", "severity:low"),
        ]);
        let subject = |rule| Subject { tool: Tool::Zap, rule, title: "", cwe: "", cve: "" };
        let why = r#"[{"edition":"2017","kept":1},{"edition":"2021"}]"#;
        let ruled = rules.of(&subject("7"), [5, 3, 5], why).unwrap();
        assert_eq!(ruled.owasp, [5, 1, 9]);
        let told: Value = serde_json::from_str(&ruled.classification).unwrap();
        assert_eq!((&told[0]["kept"], &told[1]["evidence"]["rule"]), (&json!(1), &json!("all")));
        assert_eq!((&told[2]["evidence"]["rule"], &told[2]["basis"]), (&json!("one"), &json!("person")));
        let at = |here: &[i64]| rules.at(&subject("7"), here, [5, 3, 5], why).unwrap();
        assert_eq!((at(&[]).owasp, at(&[5]).owasp), ([5, 1, 9], [5, 2, 9]), "on an asset of which the fourth speaks");
        assert_eq!(rules.of(&subject("8"), [5, 3, 5], "{}").unwrap().owasp, [-1; 3]);
        assert_eq!(rules.of(&Subject { tool: Tool::Burp, ..subject("9") }, [5, 3, 5], why), None);
    }
}
