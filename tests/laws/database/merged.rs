//! Merges of a scene, as people ask a store for them.

use super::driver::{Done, Driver, Joined, Outcome, wrong};
use crate::scene::{self, Input};
use crate::{border, oracle};
use model::{AssetId, Micros};
use std::collections::{BTreeMap, BTreeSet};
use store::Error;

impl Driver<'_> {
    /// Makes two assets one, or takes them apart. What is not possible yet is tried again after every step.
    pub(super) async fn toggle_merge(&mut self, input: usize) -> Done<Outcome> {
        if let Some(known) = self.merges.iter().position(|m| m.input == input && m.in_force) {
            self.split(known).await?;
        } else if !self.waiting.remove(&input) {
            self.waiting.insert(input);
            self.retry().await?;
        }
        Ok(Outcome::Done)
    }

    /// Tries the merges that wait; whether one came about.
    pub(super) async fn retry(&mut self) -> Done<bool> {
        let mut done = false;
        for input in self.waiting.clone() {
            let Input::Merge { tool, one, other } = &self.scene.inputs[input] else { continue };
            let known: Vec<(String, i64)> = self.base.raw.all("SELECT key, id FROM asset").await;
            let known: BTreeMap<String, i64> = known.into_iter().collect();
            let id = |(source, machine): (usize, usize)| {
                known.get(&self.asset(source, &scene::machine(*tool, machine))).copied().map(AssetId)
            };
            let (Some(one), Some(other)) = (id(*one), id(*other)) else { continue };
            let scoped = self.base.store.scoped(&self.base.people.operator);
            match scoped.asset_merge(one, other, "one machine", false, Micros(self.now)).await {
                Ok(merged) => {
                    self.merges.push(Joined { input, merge: merged.merge, in_force: true });
                    self.waiting.remove(&input);
                    done = true;
                }
                Err(Error::Conflict("one_already" | "duplicates_in_a_circle")) => {}
                Err(error) => return Err(wrong(error)),
            }
        }
        Ok(done)
    }

    pub(super) async fn split(&mut self, known: usize) -> Done<()> {
        let scoped = self.base.store.scoped(&self.base.people.operator);
        scoped.asset_split(self.merges[known].merge, Micros(self.now)).await.map_err(wrong)?;
        self.merges[known].in_force = false;
        Ok(())
    }

    /// The merges in force, by input.
    pub(super) fn merged(&self) -> BTreeSet<usize> {
        self.merges.iter().filter(|m| m.in_force).map(|m| m.input).collect()
    }

    /// The merges in force, in the oracle's words.
    pub(super) fn told_merges(&self) -> Vec<(String, String)> {
        let told = self.merged().into_iter().filter_map(|input| match &self.scene.inputs[input] {
            Input::Merge { tool, one, other } => {
                Some((border::asset(one.0, *tool, one.1), border::asset(other.0, *tool, other.1)))
            }
            _ => None,
        });
        told.collect()
    }

    /// Whether the store knows an id, counted or not.
    pub(super) async fn has_row(&mut self, spot: &scene::Spot) -> Done<bool> {
        let id = self.id(spot);
        let known: Vec<(Vec<u8>,)> = self.base.raw.all("SELECT uuid FROM occurrence").await;
        Ok(known.iter().any(|(uuid,)| uuid.as_slice() == id.0.as_bytes()))
    }

    /// The oracle's key of what a person points at, as it counts now.
    pub(super) fn counted_as(&self, spot: &scene::Spot) -> String {
        oracle::rekeyed(&self.told_merges(), &border::oracle_key(spot).1)
    }
}
