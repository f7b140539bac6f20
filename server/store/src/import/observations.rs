//! Observations on their way to the database. What one says beside its time and place is kept once for all scans that find the
//! asset like that.

use super::assets;
use super::observe::Placed;
use super::staged::Staged;
use crate::binds;
use crate::codec::pack_sightings;
use crate::db::Tx;
use crate::dialect::bulk::{self, Rows};
use crate::error::Result;
use crate::value::Value;
use model::ScanId;
use posture::Observation;
use sha2::{Digest, Sha256};
use std::collections::HashMap;

crate::sql::statements! {
    KNOWN = "SELECT hash, id FROM observed WHERE hash IN ($*)";
    LAST = "SELECT COALESCE(MAX(id), 0) FROM observed";
    OBSERVED_OF_SCAN = "SELECT observed_id FROM observation WHERE scan_id = $1";
    FORGET = "DELETE FROM observation WHERE scan_id = $1";
    FORGET_UNSHARED = "DELETE FROM observed WHERE NOT EXISTS (SELECT 1 FROM observation b WHERE b.observed_id = observed.id) \
        AND id IN ($*)";
}

/// Bytes of observations that are written at a time: what bounds the memory of a large scan.
const WRITTEN: usize = 4 << 20;

/// What an observation says of its asset.
struct Said {
    hash: Vec<u8>,
    names: String,
    passed: String,
    sightings: Vec<u8>,
}

/// Observations on their way to the database.
#[derive(Default)]
pub(super) struct Observations {
    assets: Vec<i64>,
    at: Vec<i64>,
    reached: Vec<i64>,
    credentialed: Vec<Option<i64>>,
    coverages: Vec<Option<i64>>,
    said: Vec<Said>,
    bytes: usize,
}

impl Observations {
    /// Adds what the staged asset of that number was seen to be, with the number of a coverage of its own if it has one.
    pub(super) fn add(
        &mut self,
        observation: &Observation,
        coverage: Option<i64>,
        staged: &Staged,
        placed: &Placed<'_>,
        number: usize,
    ) -> Result<()> {
        let asset = placed.assets.ids[number];
        self.assets.push(asset);
        self.coverages.push(coverage);
        self.at.push(observation.at.0);
        self.reached.push(observation.reached.into());
        self.credentialed.push(observation.credentialed.map(i64::from));
        let names = assets::json(&staged.assets[number].facts)?;
        let said = Said::new(asset, names, observation.passed.join("\n"), pack_sightings(&observation.sightings));
        self.bytes += said.names.len() + said.passed.len() + said.sightings.len();
        self.said.push(said);
        Ok(())
    }

    /// Whether it is time to write them.
    pub(super) fn is_full(&self) -> bool {
        self.bytes >= WRITTEN
    }

    /// Writes them as those of a scan.
    pub(super) async fn write(self, tx: &mut Tx, staged: &Staged, placed: &Placed<'_>) -> Result<()> {
        let asked = self.assets.iter().zip(&self.said).filter(|(asset, _)| !placed.assets.fresh.contains(asset));
        let asked = asked.map(|(_, said)| Value::from(said.hash.as_slice()));
        let known: Vec<(Vec<u8>, i64)> = tx.all_in(KNOWN, binds![], asked).await?;
        let known: HashMap<Vec<u8>, i64> = known.into_iter().collect();
        let (mut last,): (i64,) = tx.one(LAST, binds![]).await?;
        let (mut ids, mut new, mut numbers) = (Vec::with_capacity(self.said.len()), Vec::new(), Vec::new());
        for said in self.said {
            if let Some(id) = known.get(&said.hash) {
                ids.push(*id);
                continue;
            }
            last += 1;
            ids.push(last);
            numbers.push(last);
            new.push(said);
        }
        insert(tx, numbers, new).await?;
        let rows = Rows::new("observation")
            .int("scan_id", vec![placed.scan.0; self.assets.len()])
            .int("tool", vec![staged.scan.tool.number().into(); self.assets.len()])
            .int("asset_id", self.assets)
            .int("at", self.at)
            .int("reached", self.reached)
            .opt_int("credentialed", self.credentialed)
            .opt_int("coverage_id", self.coverages)
            .int("observed_id", ids);
        bulk::insert(tx, rows).await
    }
}

impl Said {
    fn new(asset: i64, names: String, passed: String, sightings: Vec<u8>) -> Self {
        let mut hash = Sha256::new();
        hash.update(asset.to_le_bytes());
        for part in [names.as_bytes(), passed.as_bytes(), &sightings] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        Self { hash: hash.finalize().to_vec(), names, passed, sightings }
    }
}

async fn insert(tx: &mut Tx, numbers: Vec<i64>, new: Vec<Said>) -> Result<()> {
    let (mut hashes, mut names, mut passed, mut sightings) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for said in new {
        hashes.push(said.hash);
        names.push(said.names);
        passed.push(said.passed);
        sightings.push(said.sightings);
    }
    let rows = Rows::new("observed")
        .int("id", numbers)
        .bytes("hash", hashes)
        .text("names", names)
        .text("passed", passed)
        .bytes("sightings", sightings);
    bulk::insert(tx, rows).await
}

/// Destroys what a scan observed, and of what it said all that no other scan says.
pub(crate) async fn forget(tx: &mut Tx, scan: ScanId) -> Result<()> {
    let said: Vec<(i64,)> = tx.all(OBSERVED_OF_SCAN, binds![scan]).await?;
    tx.execute(FORGET, binds![scan]).await?;
    tx.execute_in(FORGET_UNSHARED, binds![], said.into_iter().map(|(id,)| Value::from(id))).await?;
    Ok(())
}
