//! Places that a scanner visited, compared with that of an occurrence.

use super::zap_rules::{FILE_RULES, HOST_RULES, zap_plugin};
use crate::decision::OccurrenceFacts;
use crate::identity::{origin_of, systemic, template};
use model::Tool;
use model::facts::Place;
use std::collections::BTreeMap;

/// A visited address as coverage keeps it: its web origin, and its target templated as identity does it. `None` if it is none.
#[must_use]
pub fn visit(url: &str) -> Option<(String, String)> {
    let (_, rest) = url.split_once("://").filter(|(scheme, _)| !scheme.is_empty())?;
    let target = rest.find(['/', '?', '#']).map_or("", |at| &rest[at..]);
    Some((origin_of(url), template(target)))
}

/// Whether the place of an occurrence was visited on one of its asset's origins.
pub(super) fn visited(tool: Tool, visited: &BTreeMap<String, Vec<String>>, occurrence: &OccurrenceFacts<'_>) -> bool {
    let mut origins = visited.values().filter(|places| !places.is_empty());
    let plugin = zap_plugin(occurrence.rule).parse::<u32>().ok();
    // What is one finding for the whole origin was looked for wherever the scan went there.
    let whole = tool == Tool::Zap
        && (systemic(occurrence.rule) || plugin.is_some_and(|plugin| HOST_RULES.binary_search(&plugin).is_ok()));
    let Place::Request { target, .. } = occurrence.place else { return origins.next().is_some() };
    if whole {
        return origins.next().is_some();
    }
    let place = template(target);
    if tool == Tool::Zap && plugin.is_some_and(|plugin| FILE_RULES.binary_search(&plugin).is_ok()) {
        let path = place.split('?').next().unwrap_or_default();
        let folder = &path[..path.rfind('/').map_or(0, |at| at + 1)];
        return origins.any(|places| places.iter().any(|known| known.starts_with(folder)));
    }
    origins.any(|places| places.binary_search(&place).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_kept_as_identity_has_them() {
        let visit = |url: &str| visit(url).unwrap();
        assert_eq!(visit("HTTP://Shop.test:80/items?id=7&a=b#x"), ("http://shop.test".into(), "/items?a&id".into()));
        assert_eq!(visit("http://127.0.0.1:18081"), ("http://127.0.0.1:18081".into(), "/".into()));
        assert_eq!(visit("https://shop.test/user/17?"), ("https://shop.test".into(), "/user/{n}".into()));
        assert_eq!(super::visit("/items"), None);
    }
}
