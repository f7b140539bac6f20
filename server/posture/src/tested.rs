//! The metric `Coverage(w)`: how much of what is in scope was looked at. Absence of findings is no proof of anything where
//! nobody looked, so what was not looked at is counted and shown.

use model::facts::AssetKind;
use model::{Micros, Tool};

/// When a scanner last reached an asset, and when it last did and looked from inside.
pub type Last = (Option<Micros>, Option<Micros>);

/// What figures ask of one asset, at the instant shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tests {
    /// Host or web origin.
    pub kind: AssetKind,
    /// It stands in the inventory.
    pub declared: bool,
    /// The last tests by scanner.
    pub last: Vec<(Tool, Last)>,
}

impl Tests {
    /// When a scanner last reached it, of all or of one.
    #[must_use]
    pub fn tested(&self, tool: Option<Tool>) -> Option<Micros> {
        self.of(tool).filter_map(|(at, _)| at).max()
    }

    /// When a scanner last looked from inside, of all or of one.
    #[must_use]
    pub fn signed_in(&self, tool: Option<Tool>) -> Option<Micros> {
        self.of(tool).filter_map(|(_, at)| at).max()
    }

    fn of(&self, tool: Option<Tool>) -> impl Iterator<Item = Last> + '_ {
        self.last.iter().filter(move |(one, _)| tool.is_none_or(|tool| tool == *one)).map(|(_, last)| *last)
    }
}

/// Whether a scanner looks at assets of a kind: Nessus at hosts, ZAP and Burp at web origins, others at either.
#[must_use]
pub fn looks_at(tool: Tool, kind: AssetKind) -> bool {
    match tool {
        Tool::Nessus => kind == AssetKind::Host,
        Tool::Zap | Tool::Burp => kind == AssetKind::Origin,
        Tool::Other => true,
    }
}

/// Whether an instant lies within so many days before another, both ends included.
#[must_use]
pub fn within(at: Option<Micros>, reference: Micros, days: u32) -> bool {
    at.is_some_and(|at| at.0 >= reference.0 - i64::from(days) * Micros::DAY)
}

/// How much of what is in scope was looked at within a window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// The scope is the inventory; else, while nothing is declared, what scans have seen.
    pub declared: bool,
    /// Assets in scope.
    pub in_scope: i64,
    /// Reached by a scanner within the window.
    pub tested: i64,
    /// Looked at from inside within the window.
    pub signed_in: i64,
    /// Not reached within the window: `in_scope − tested`.
    pub blind: i64,
    /// Never reached.
    pub never: i64,
    /// Seen by scans, and not in the inventory.
    pub undeclared: i64,
}

/// Whether the inventory is the scope: as soon as one of the assets is declared.
#[must_use]
pub fn has_inventory<'a>(assets: impl IntoIterator<Item = &'a Tests>) -> bool {
    assets.into_iter().any(|asset| asset.declared)
}

/// `Coverage(w)` of some assets: in-scope assets with a successful test in the window ÷ in-scope assets, and what is beside it.
/// `declared` says whether the inventory is the scope (see [`has_inventory`]).
#[must_use]
pub fn coverage<'a>(
    assets: impl IntoIterator<Item = &'a Tests>,
    declared: bool,
    reference: Micros,
    days: u32,
) -> Coverage {
    let mut coverage = Coverage { declared, ..Coverage::default() };
    for asset in assets {
        if declared && !asset.declared {
            coverage.undeclared += 1;
            continue;
        }
        let tested = asset.tested(None);
        let fresh = within(tested, reference, days);
        coverage.in_scope += 1;
        coverage.tested += i64::from(fresh);
        coverage.blind += i64::from(!fresh);
        coverage.never += i64::from(tested.is_none());
        coverage.signed_in += i64::from(within(asset.signed_in(None), reference, days));
    }
    coverage
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asset(declared: bool, last: &[(Tool, Option<i64>, Option<i64>)]) -> Tests {
        let day = |day: Option<i64>| day.map(|day| Micros(day * Micros::DAY));
        let last = last.iter().map(|(tool, at, inside)| (*tool, (day(*at), day(*inside)))).collect();
        Tests { kind: AssetKind::Host, declared, last }
    }

    #[test]
    fn the_scope_is_the_inventory_as_soon_as_there_is_one() {
        let now = Micros(100 * Micros::DAY);
        let assets = [
            asset(true, &[(Tool::Nessus, Some(70), Some(60)), (Tool::Zap, Some(90), None)]),
            asset(true, &[(Tool::Nessus, Some(69), Some(69))]),
            asset(true, &[(Tool::Nessus, None, None)]),
            asset(false, &[(Tool::Nessus, Some(99), Some(99))]),
        ];
        assert!(has_inventory(&assets));
        let of = coverage(&assets, true, now, 30);
        assert_eq!((of.in_scope, of.tested, of.blind, of.never, of.undeclared, of.signed_in), (3, 1, 2, 1, 1, 0));
        // The window's end counts.
        assert_eq!(coverage(&assets, true, now, 31).tested, 2);
        let seen = [assets[1].clone(), assets[3].clone()].map(|one| Tests { declared: false, ..one });
        assert!(!has_inventory(&seen));
        let of = coverage(&seen, false, now, 30);
        assert_eq!((of.in_scope, of.tested, of.signed_in, of.undeclared), (2, 1, 1, 0));
        assert_eq!(coverage(&[], true, now, 30), Coverage { declared: true, ..Coverage::default() });
    }
}
