//! Of which categories a scan has checks. A category without a finding is clean only where somebody checked; what was not checked
//! is not exercised, which is something else.
//!
//! ZAP's and Burp's checks are in the published tables. What Nessus and other tools check is known by what they have found: the
//! caller knows that, and [`ran`] says which of it a scan ran.

use crate::table::nth;
use crate::zap::{ZapRule, ZapScan, zap_rules};
use crate::{burp_types, classify_all};
use model::facts::{ScanCoverage, WeaknessFacts};
use model::{Category, Edition, Mapped, Tool};
use std::sync::LazyLock;

/// Categories, edition by edition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checked([u16; 3]);

impl Checked {
    /// Adds where something belongs in an edition.
    pub fn add(&mut self, edition: Edition, mapped: Mapped) {
        if let (Mapped::To(category), Some(bits)) = (mapped, self.0.get_mut(nth(edition))) {
            *bits |= 1 << category.number();
        }
    }

    /// Adds all of another.
    pub fn join(&mut self, other: Self) {
        for (ours, theirs) in self.0.iter_mut().zip(other.0) {
            *ours |= theirs;
        }
    }

    /// Whether a category of an edition is among them.
    #[must_use]
    pub fn has(self, edition: Edition, category: Category) -> bool {
        self.0.get(nth(edition)).is_some_and(|bits| bits & (1 << category.number()) != 0)
    }

    /// Where a weakness belongs, first and also.
    fn of(tool: Tool, weakness: &WeaknessFacts) -> Self {
        let mut checked = Self::default();
        for found in classify_all(tool, weakness) {
            checked.add(found.edition, found.primary);
            for category in found.also {
                checked.add(found.edition, Mapped::To(category));
            }
        }
        checked
    }
}

/// What each rule of ZAP looks for.
static ZAP: LazyLock<Vec<(&ZapRule, Checked)>> = LazyLock::new(|| {
    let of = |rule: &'static ZapRule| {
        let facts =
            WeaknessFacts { rule: rule.reference.to_owned(), cwe: rule.cwe.clone(), ..WeaknessFacts::default() };
        (rule, Checked::of(Tool::Zap, &facts))
    };
    zap_rules().map(of).collect()
});

/// What Burp's scanner looks for.
static BURP: LazyLock<Checked> = LazyLock::new(|| {
    let mut all = Checked::default();
    for kind in burp_types() {
        let facts = WeaknessFacts { rule: kind.index.to_string(), cwe: kind.cwe.clone(), ..WeaknessFacts::default() };
        all.join(Checked::of(Tool::Burp, &facts));
    }
    all
});

/// Of which categories a scan has checks, by the published table of its tool; `None` for a tool that has none. A scan that proves
/// nothing by its silence has checked nothing: one that was cut off, and issues that a person chose out of a project of Burp's.
#[must_use]
pub fn checked_by_table(tool: Tool, coverage: &ScanCoverage) -> Option<Checked> {
    match tool {
        _ if coverage.incomplete => Some(Checked::default()),
        Tool::Zap => Some(zap(coverage)),
        Tool::Burp if coverage.whole_project => Some(*BURP),
        Tool::Burp => Some(Checked::default()),
        Tool::Nessus | Tool::Other => None,
    }
}

fn zap(coverage: &ScanCoverage) -> Checked {
    let told = coverage.ran_there.as_ref().and_then(|ran| ran.rules.as_ref());
    let mut checked = Checked::default();
    for (rule, of) in &*ZAP {
        let ran = match (told, rule.scan) {
            (Some(_), _) => ran(coverage, &rule.rule().to_string()) == Some(true),
            (None, ZapScan::Passive) => rule.plain,
            (None, ZapScan::Active) if coverage.active_rules.is_empty() => coverage.active_proven && rule.plain,
            (None, ZapScan::Active) => coverage.active_rules.binary_search(&rule.rule()).is_ok(),
            (None, ZapScan::Tool) => false,
        };
        if ran {
            checked.join(*of);
        }
    }
    checked
}

/// Whether a scan ran a rule, by its scanner's own account; `None` if that does not tell.
#[must_use]
pub fn ran(coverage: &ScanCoverage, rule: &str) -> Option<bool> {
    if let Some(plugins) = &coverage.plugin_set {
        // A check of compliance is of the plugin before the slash.
        let plugin = rule.split('/').next().and_then(|plugin| plugin.parse::<u32>().ok());
        return Some(plugin.is_some_and(|plugin| plugins.binary_search(&plugin).is_ok()));
    }
    let rules = coverage.ran_there.as_ref()?.rules.as_ref()?;
    Some(rules.binary_search_by(|known| known.as_str().cmp(rule)).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::facts::RanThere;

    fn of_2021(checked: Checked) -> Vec<u8> {
        Category::all().filter(|one| checked.has(Edition::Y2021, *one)).map(Category::number).collect()
    }

    fn zap_of(coverage: ScanCoverage) -> Vec<u8> {
        of_2021(checked_by_table(Tool::Zap, &coverage).unwrap())
    }

    #[test]
    fn a_passive_scan_checks_less_than_an_active_one() {
        let passive = zap_of(ScanCoverage::default());
        let active = zap_of(ScanCoverage { active_proven: true, ..ScanCoverage::default() });
        assert!(
            passive.iter().all(|one| active.contains(one)) && passive.len() < active.len(),
            "{passive:?} {active:?}"
        );
        assert!(passive.contains(&5) && !passive.contains(&10) && active.contains(&10), "{passive:?} {active:?}");
        let named = zap_of(ScanCoverage { active_proven: true, active_rules: vec![40_046], ..ScanCoverage::default() });
        assert!(named.contains(&10) && named.len() <= active.len(), "{named:?}");
    }

    #[test]
    fn what_the_scanner_tells_is_all_that_ran() {
        let told = |rules: &[&str]| ScanCoverage {
            ran_there: Some(RanThere {
                rules: Some(rules.iter().map(|rule| (*rule).to_owned()).collect()),
                ..RanThere::default()
            }),
            ..ScanCoverage::default()
        };
        assert_eq!(zap_of(told(&["40018"])), [3], "SQL injection alone");
        assert_eq!(zap_of(told(&[])), [0_u8; 0]);
        assert_eq!((ran(&told(&["a", "b"]), "b"), ran(&told(&["a", "b"]), "c")), (Some(true), Some(false)));
        assert_eq!(ran(&ScanCoverage::default(), "b"), None);
        let plugins = ScanCoverage { plugin_set: Some(vec![19_506, 21_157]), ..ScanCoverage::default() };
        assert_eq!(
            (ran(&plugins, "19506"), ran(&plugins, "21157/1.1"), ran(&plugins, "1")),
            (Some(true), Some(true), Some(false))
        );
    }

    #[test]
    fn silence_that_proves_nothing_checks_nothing() {
        let whole = ScanCoverage { whole_project: true, ..ScanCoverage::default() };
        assert!(of_2021(checked_by_table(Tool::Burp, &whole).unwrap()).contains(&3));
        assert_eq!(checked_by_table(Tool::Burp, &ScanCoverage::default()), Some(Checked::default()));
        let cut = ScanCoverage { incomplete: true, ..whole };
        for tool in Tool::ALL {
            assert_eq!(checked_by_table(tool, &cut), Some(Checked::default()));
        }
        assert_eq!(checked_by_table(Tool::Nessus, &ScanCoverage::default()), None);
    }
}
