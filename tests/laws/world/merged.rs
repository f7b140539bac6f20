//! Assets that are one, by the merges in force: each counts as the one of the lowest key.

use super::{Mutant, World, key_as, key_of};
use crate::scene::{self, Input, Reading, Spot};
use model::{OccurrenceId, Tool};
use posture::identity::occurrence_id;
use std::collections::BTreeSet;

impl World<'_> {
    /// The keys that merges in force say are of one asset.
    pub(super) fn merges(&self) -> Vec<(String, String)> {
        let in_force = self.scene.inputs.iter().enumerate().filter(|(i, _)| self.in_force[*i]);
        let merges = in_force.filter_map(|(_, input)| match input {
            Input::Merge { tool, one, other } => Some((key_of(one.0, *tool, one.1), key_of(other.0, *tool, other.1))),
            _ => None,
        });
        merges.collect()
    }

    /// How a source's exports are understood by what is in force.
    pub fn reading(&self, of: usize) -> Reading {
        let in_force = self.scene.inputs.iter().enumerate().filter(|(i, _)| self.in_force[*i]);
        in_force.fold(Reading::default(), |reading, (_, input)| match input {
            Input::Setting { source, what } if *source == of => reading.with(*what),
            _ => reading,
        })
    }

    /// Every key of the asset that this one is of, itself included.
    pub(super) fn group(&self, key: &str) -> BTreeSet<String> {
        let merges = self.merges();
        let mut group = BTreeSet::from([key.to_owned()]);
        // Every merge that touches the group widens it; as many rounds as there are merges reach everything.
        for _ in 0..merges.len() {
            for (one, other) in &merges {
                if group.contains(one) || group.contains(other) {
                    group.extend([one.clone(), other.clone()]);
                }
            }
        }
        group
    }

    /// The key as which a machine is seen; one planted bug takes any that shares a name.
    pub(super) fn seen_as(&self, source: usize, tool: Tool, machine: usize) -> String {
        let alias = scene::machine(tool, machine).fqdn.filter(|_| self.mutant == Some(Mutant::AssetsByAlias));
        let key = || key_as(self.reading(source), source, tool, machine);
        let key = alias.map_or_else(key, |alias| self.aliases[&alias].clone());
        self.survivor(&key)
    }

    pub(super) fn survivor(&self, key: &str) -> String {
        self.group(key).pop_first().unwrap_or_else(|| key.to_owned())
    }

    /// The keys of the assets that scans in force observe.
    fn observed(&self) -> BTreeSet<String> {
        let scans = self.scans_in_force();
        let of = |(_, scan): &(usize, scene::Scan)| {
            let reading = self.reading(scan.source);
            let key = |host: &scene::Host| key_as(reading, scan.source, scan.tool, host.machine);
            scan.hosts.iter().map(key).collect::<Vec<_>>()
        };
        scans.iter().flat_map(of).collect()
    }

    /// Whether an asset goes by the name of the machine that rules speak of alone.
    pub(super) fn is_here(&self, key: &str) -> bool {
        let observed = self.observed();
        self.group(key).iter().any(|key| observed.contains(key) && key.contains(crate::border::HERE))
    }

    /// The key by whose names an asset goes: of those that a scan in force observes, the lowest.
    pub(super) fn namer(&self, key: &str) -> String {
        let observed = self.observed();
        self.group(key).into_iter().find(|key| observed.contains(key)).unwrap_or_else(|| key.to_owned())
    }

    /// Identity of a row, with the asset that survives.
    pub fn identify(&self, spot: &Spot) -> (String, OccurrenceId) {
        let key = self.survivor(&key_of(spot.source, spot.tool, spot.machine));
        let place = scene::place(spot.tool, spot.place);
        let id = occurrence_id(spot.tool, &key, scene::rule(spot.tool, spot.rule), &place);
        (key, id)
    }
}
