//! The order of the bases.

use crate::cwe::decide;
use crate::evidence::{Classification, Evidence};
use crate::rules::Rule;
use crate::wasc::wasc_class;
use crate::{burp_type, rules, tag, zap_rule};
use model::facts::WeaknessFacts;
use model::{Basis, Category, Edition, Mapped, Tool};
use std::cell::OnceCell;

/// Where a weakness stands in an edition. Rules that people wrote are the caller's: they come before this.
#[must_use]
pub fn classify(tool: Tool, weakness: &WeaknessFacts, edition: Edition) -> Classification {
    in_edition(tool, weakness, edition, &OnceCell::new())
}

/// The same; the rule that matches does not depend on the edition and is looked for once, if at all.
fn in_edition(tool: Tool, weakness: &WeaknessFacts, edition: Edition, rule: &Found) -> Classification {
    by_tag(weakness, edition)
        .or_else(|| by_cwe(weakness, edition))
        .or_else(|| by_tool(tool, weakness, edition, rule))
        .unwrap_or_else(|| Classification::unmapped(edition))
}

/// The project's rule that matches a weakness, once it was looked for.
type Found = OnceCell<Option<&'static Rule>>;

/// Where a weakness stands in 2017, 2021 and 2025.
#[must_use]
pub fn classify_all(tool: Tool, weakness: &WeaknessFacts) -> [Classification; 3] {
    let rule = OnceCell::new();
    [Edition::Y2017, Edition::Y2021, Edition::Y2025].map(|edition| in_edition(tool, weakness, edition, &rule))
}

/// Of several tags for one edition, the primary is the one that the CWEs agree with, else the lowest.
fn by_tag(weakness: &WeaknessFacts, edition: Edition) -> Option<Classification> {
    let mut tagged: Vec<(Category, &String)> =
        weakness.refs.iter().filter_map(|tag| Some((tag::category(tag, edition)?, tag))).collect();
    tagged.sort();
    let preferred = agreed(tagged.iter().map(|(category, _)| *category), &weakness.cwe, edition)?;
    let (_, tag) = tagged.iter().find(|(category, _)| *category == preferred)?;
    let evidence = Evidence::Tag { tag: (*tag).clone() };
    let rest = tagged.iter().map(|(category, _)| *category);
    Classification::from_categories(edition, std::iter::once(preferred).chain(rest), Basis::ScannerTag, evidence)
}

/// The first of the sorted categories, unless the CWEs point at another of them.
fn agreed(mut categories: impl Iterator<Item = Category>, cwe: &[u32], edition: Edition) -> Option<Category> {
    let first = categories.next()?;
    let by_cwe = decide(edition, cwe).and_then(|verdict| verdict.categories.first().copied());
    Some(by_cwe.filter(|wanted| *wanted == first || categories.any(|c| c == *wanted)).unwrap_or(first))
}

fn by_cwe(weakness: &WeaknessFacts, edition: Edition) -> Option<Classification> {
    let verdict = decide(edition, &weakness.cwe)?;
    let (basis, evidence) = match verdict.ancestor {
        None => (Basis::CweList, Evidence::Cwe { cwe: verdict.cwe }),
        Some((ancestor, steps)) => (Basis::CweAncestor, Evidence::Ancestor { cwe: verdict.cwe, ancestor, steps }),
    };
    Classification::from_categories(edition, verdict.categories, basis, evidence)
}

/// The project's copy of the tool's own tables, then the project's rules for the tool; a WASC class outranks a rule that does not
/// know the weakness for a mere fact, for it is the scanner that names it.
fn by_tool(tool: Tool, weakness: &WeaknessFacts, edition: Edition, rule: &Found) -> Option<Classification> {
    let table = match tool {
        Tool::Nessus | Tool::Other => None,
        Tool::Zap => zap_rule(&weakness.rule).and_then(|rule| {
            let evidence = Evidence::TableTag { rule: rule.reference.to_owned(), name: rule.name.to_owned() };
            let tags = rule.tags(edition).iter().copied();
            agreed(tags.clone(), &rule.cwe, edition)
                .and_then(|first| {
                    let all = std::iter::once(first).chain(tags);
                    Classification::from_categories(edition, all, Basis::ToolTable, evidence)
                })
                .or_else(|| by_table_cwe(rule.reference, rule.name, &rule.cwe, edition))
        }),
        Tool::Burp => burp_type(&weakness.rule)
            .and_then(|kind| by_table_cwe(&kind.index.to_string(), kind.name, &kind.cwe, edition)),
    };
    table.or_else(|| {
        let rule = *rule.get_or_init(|| rules::first_match(tool, weakness));
        let fact = rule.filter(|rule| rule.is_inventory()).and_then(|rule| by_rule(rule, edition));
        fact.or_else(|| by_wasc(weakness, edition)).or_else(|| by_rule(rule?, edition))
    })
}

fn by_wasc(weakness: &WeaknessFacts, edition: Edition) -> Option<Classification> {
    let classes = weakness.refs.iter().filter_map(|reference| wasc_class(reference));
    let mut found =
        classes.filter_map(|class| by_table_cwe(&format!("WASC-{}", class.number), class.name, &[class.cwe], edition));
    found.next()
}

fn by_table_cwe(rule: &str, name: &str, cwe: &[u32], edition: Edition) -> Option<Classification> {
    let verdict = decide(edition, cwe)?;
    let evidence = Evidence::TableCwe {
        rule: rule.to_owned(),
        name: name.to_owned(),
        cwe: verdict.cwe,
        ancestor: verdict.ancestor.map(|(ancestor, _)| ancestor),
    };
    Classification::from_categories(edition, verdict.categories, Basis::ToolTable, evidence)
}

fn by_rule(rule: &Rule, edition: Edition) -> Option<Classification> {
    let evidence = Evidence::Rule { id: rule.id().to_owned() };
    if rule.is_inventory() {
        let (primary, basis) = (Mapped::NotAWeakness, Basis::Inventory);
        return Some(Classification { edition, primary, also: Vec::new(), basis, evidence });
    }
    Classification::from_categories(edition, rule.category(edition), Basis::ToolTable, evidence)
}
