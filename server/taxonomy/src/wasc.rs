//! The threat classification of the Web Application Security Consortium, which ZAP and Tenable's web scans refer to.

use crate::table::rows;
use std::sync::LazyLock;

/// A class of the threat classification, version 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WascClass {
    /// Its number: 19 for WASC-19.
    pub number: u32,
    /// Its name.
    pub name: &'static str,
    /// The CWE that says the same.
    pub cwe: u32,
}

static CLASSES: LazyLock<Vec<WascClass>> = LazyLock::new(|| {
    let of = |row: Vec<&'static str>| match row[..] {
        [number, name, cwe] => Some(WascClass { number: number.parse().ok()?, name, cwe: cwe.parse().ok()? }),
        _ => None,
    };
    rows(include_str!("../data/wasc.tsv")).filter_map(of).collect()
});

/// The class that a reference names, by number (`WASC:19`) or, as Tenable writes it, by name (`WASC:SQL Injection`).
pub(crate) fn wasc_class(reference: &str) -> Option<&'static WascClass> {
    let class = reference.get(..5).filter(|head| head.eq_ignore_ascii_case("WASC:")).and(reference.get(5..))?.trim();
    let number = class.strip_prefix("WASC-").unwrap_or(class).parse().ok();
    CLASSES.iter().find(|known| number == Some(known.number) || known.name.eq_ignore_ascii_case(class))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_found_by_number_and_by_name() {
        assert_eq!(CLASSES.iter().map(|class| class.number).collect::<Vec<_>>(), (1..=49).collect::<Vec<_>>());
        assert_eq!(wasc_class("WASC:19").map(|class| (class.name, class.cwe)), Some(("SQL Injection", 89)));
        assert_eq!(wasc_class("WASC:Cross-site request forgery").map(|class| class.number), Some(9));
        for other in ["WASC:", "WASC:456", "WASC:Tomato", "CWE:79", "", "WASCé"] {
            assert_eq!(wasc_class(other), None, "{other}");
        }
    }
}
