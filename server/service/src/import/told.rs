//! What a scanner told beside its export, added to what the export says.

use model::Tool;
use model::facts::{AssetFacts, AssetKind, ObservationFacts, RanThere};
use std::collections::{BTreeMap, BTreeSet};
use store::ExportFacts;

/// So many targets of one scan are kept as visited; what is beyond is as if it had not been visited.
const MAX_VISITED: usize = 20_000;

/// The addresses that a scanner visited, as coverage has them.
pub(crate) fn visited<'u>(urls: impl Iterator<Item = &'u str>) -> BTreeMap<String, Vec<String>> {
    let distinct: BTreeSet<(String, String)> = urls.filter_map(posture::coverage::visit).collect();
    let mut visited: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (origin, target) in distinct.into_iter().take(MAX_VISITED) {
        visited.entry(origin).or_default().push(target);
    }
    visited
}

/// Settles what ran where: what the scanner told stands before what the export says itself. An origin that was visited and of which
/// the export has nothing was observed, and is empty.
pub(super) fn settle(facts: &mut ExportFacts, told: Option<RanThere>) {
    let said = facts.scan.coverage.ran_there.take();
    if told.is_none() && said.is_none() {
        return;
    }
    let (told, mut said) = (told.unwrap_or_default(), said.unwrap_or_default());
    said.visited = said.visited.map(|visited| {
        let urls: Vec<String> = visited
            .iter()
            .flat_map(|(origin, targets)| targets.iter().map(move |target| format!("{origin}{target}")))
            .collect();
        self::visited(urls.iter().map(String::as_str))
    });
    let told = RanThere {
        rules: told.rules.or(said.rules),
        visited: told.visited.or(said.visited),
        signed_in: told.signed_in.or(said.signed_in),
        asked: told.asked,
    };
    if !told.asked.is_empty() {
        facts.scan.name.clone_from(&told.asked);
    }
    if matches!(facts.scan.tool, Tool::Zap | Tool::Other) {
        let known: BTreeSet<String> =
            facts.assets.iter().map(|(asset, _)| posture::identity::origin_of(&asset.name)).collect();
        let origins = told.visited.iter().flat_map(BTreeMap::keys).filter(|origin| !known.contains(*origin));
        let unseen = origins.map(|origin| {
            let asset = AssetFacts { kind: AssetKind::Origin, name: origin.clone(), ..AssetFacts::default() };
            (asset, ObservationFacts { reached: true, ..ObservationFacts::default() })
        });
        facts.assets.extend(unseen.collect::<Vec<_>>());
    }
    for (asset, observation) in &mut facts.assets {
        if asset.kind == AssetKind::Origin {
            observation.credentialed = observation.credentialed.or(told.signed_in);
        }
    }
    facts.scan.coverage.ran_there = Some(told);
}
