//! Staging: what an import keeps while the parser runs, before anything of it is visible.
//!
//! The parser's thread calls a [`Stager`]. A second thread compresses and seals; a task writes the sealed bytes in
//! transactions of a few megabytes. Only small numbers a row stay in memory. Nothing refers to what was staged until the
//! switch, so an import that breaks off leaves rubbish, never half a scan.

use super::seal::{Sealed, Sink, Work, run};
use super::staged::{Classified, Identity, RuleColumns, Staged};
use super::{ImportNo, SourceSettings};
use crate::blob::{self, BlobId, CHUNK};
use crate::error::{Error, Result};
use crate::sources::SourceNew;
use crate::value::Value;
use crate::{Store, binds};
use model::facts::{AssetFacts, EvidencePart, ObservationFacts, Place, Row, ScanFacts, WeaknessFacts};
use model::{Mapping, Micros};
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};
use std::sync::mpsc::{SyncSender, sync_channel};
use tokio::task::JoinHandle;

/// Raw evidence handed to the second thread at a time.
const BATCH: usize = 128 << 10;
/// Batches that may wait for the second thread: what bounds the memory of an import.
const WAITING: usize = 16;

crate::sql::statements! {
    KNOWN_TEXTS = "SELECT rule, text_hash FROM weakness WHERE tool = $1 AND rule IN ($*)";
    KNOWN_VERSIONS = "SELECT w.rule, t.hash FROM weakness_text t JOIN weakness w ON w.id = t.weakness_id \
        WHERE w.tool = $1 AND w.rule IN ($*)";
}

/// Takes an export while it is read. Its methods do not wait for the database, only for the second thread to keep up.
pub struct Stager {
    store: Store,
    import: ImportNo,
    source: SourceSettings,
    original: BlobId,
    work: SyncSender<Work>,
    sealing: JoinHandle<Result<Sealed>>,
    writing: JoinHandle<Result<()>>,
    chunk: Vec<u8>,
    bytes: i64,
    batch: Vec<Vec<EvidencePart>>,
    batch_bytes: usize,
    evidence: u32,
    places: HashMap<Place, u32>,
    rows: Vec<StagedRow>,
}

/// What stays of a row in memory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StagedRow {
    pub(crate) asset: u32,
    pub(crate) weakness: u32,
    pub(crate) place: u32,
    pub(crate) severity: model::Severity,
    pub(crate) serial: Option<u64>,
    /// The number of its evidence in the order of the file.
    pub(crate) evidence: Option<u32>,
}

/// What is known once the whole file was read.
#[derive(Clone, Debug)]
pub struct ExportFacts {
    /// SHA-256 of the decompressed bytes; if it is not told, that of the original as it was kept.
    pub export_hash: Option<[u8; 32]>,
    /// The scan.
    pub scan: ScanFacts,
    /// The assets that [`Row::asset`] counts into, and how each was observed.
    pub assets: Vec<(AssetFacts, ObservationFacts)>,
    /// The weaknesses that [`Row::weakness`] counts into.
    pub weaknesses: Vec<WeaknessFacts>,
    /// The classification of each weakness, in the same order.
    pub classified: Vec<Classified>,
    /// Rows in the file.
    pub rows: u64,
    /// Rows that state no finding.
    pub no_finding: u64,
    /// Rows that could not be understood.
    pub quarantined: u64,
    /// The scan's date, if a person stated it.
    pub stated_at: Option<Micros>,
    /// The version of the reader that read the export.
    pub reader: u32,
    /// The mapping that it was read with, if any.
    pub mapping: Option<Mapping>,
}

impl Store {
    /// Begins to stage an import. Must be called inside the runtime.
    ///
    /// # Errors
    /// There is no such import, or the database fails.
    pub async fn stager(&self, import: ImportNo, now: Micros) -> Result<Stager> {
        self.stager_under(import, None, now).await
    }

    /// The same under settings that the source is to have.
    ///
    /// # Errors
    /// As [`Store::stager`].
    pub async fn stager_under(&self, import: ImportNo, settings: Option<&SourceNew>, now: Micros) -> Result<Stager> {
        let mut tx = self.db.begin().await?;
        let mut source = super::source_of(&mut tx, import).await?;
        if let Some(settings) = settings {
            source.space.clone_from(&settings.space);
            source.prefer_fqdn = settings.prefer_fqdn;
            source.aliases.clone_from(&settings.aliases);
        }
        let original = blob::create_on(&mut tx, "original", now).await?;
        super::keep_original_on(&mut tx, import, original).await?;
        tx.commit().await?;
        let (work, todo) = sync_channel(WAITING);
        let (sink, writing) = Sink::spawn(self.clone(), import, original);
        let config = self.config.clone();
        let sealing = tokio::task::spawn_blocking(move || run(&config, import, original, &todo, &sink));
        Ok(Stager {
            store: self.clone(),
            import,
            source,
            original,
            work,
            sealing,
            writing,
            chunk: Vec::with_capacity(CHUNK),
            bytes: 0,
            batch: Vec::new(),
            batch_bytes: 0,
            evidence: 0,
            places: HashMap::new(),
            rows: Vec::new(),
        })
    }
}

impl Stager {
    /// Keeps the next bytes of the export, decompressed, as they are read.
    ///
    /// # Errors
    /// Sealing or writing has failed; [`Stager::finish`] says why.
    pub fn original(&mut self, mut bytes: &[u8]) -> Result<()> {
        self.bytes += bytes.len() as i64;
        while !bytes.is_empty() {
            let (head, rest) = bytes.split_at(bytes.len().min(CHUNK - self.chunk.len()));
            self.chunk.extend_from_slice(head);
            bytes = rest;
            if self.chunk.len() == CHUNK {
                let chunk = std::mem::replace(&mut self.chunk, Vec::with_capacity(CHUNK));
                self.send(Work::Original(chunk))?;
            }
        }
        Ok(())
    }

    /// Takes a sighting.
    ///
    /// # Errors
    /// Sealing or writing has failed; [`Stager::finish`] says why.
    pub fn row(&mut self, row: Row) -> Result<()> {
        let Row { asset, weakness, place, severity, serial, evidence, confidence: _ } = row;
        let evidence = if evidence.is_empty() { None } else { Some(self.evidence(evidence)?) };
        let next = self.places.len() as u32;
        let place = *self.places.entry(place).or_insert(next);
        let serial = serial.map(|serial| first_eight(&Sha256::digest(serial.as_bytes())));
        self.rows.push(StagedRow { asset, weakness, place, severity, serial, evidence });
        Ok(())
    }

    /// Keeps a row that could not be understood, in whatever form the caller will read it back.
    ///
    /// # Errors
    /// Sealing or writing has failed; [`Stager::finish`] says why.
    pub fn quarantined(&mut self, row: Vec<u8>) -> Result<()> {
        self.send(Work::Quarantined(row))
    }

    /// Hands over what is known at the end of the file, and waits until everything is sealed and written.
    ///
    /// # Errors
    /// The facts do not fit the rows, sealing failed, or the database failed.
    pub async fn finish(mut self, mut facts: ExportFacts) -> Result<Staged> {
        let (source, places) = (self.source.clone(), places(&mut self.places));
        let identity = Identity { source: source.clone(), rows: std::mem::take(&mut self.rows), places };
        identity.check(&facts)?;
        let known = self.known_texts(&facts).await?;
        let rules: Vec<RuleColumns> = facts.weaknesses.iter().map(RuleColumns::of).collect();
        let weaknesses = std::mem::take(&mut facts.weaknesses);
        let used = identity.used(weaknesses.len());
        self.flush()?;
        self.send(Work::Texts { weaknesses, used, known })?;
        let Self { work, sealing, writing, import, original, bytes, .. } = self;
        drop(work);
        // The texts are sealed on their thread while the identities are computed here.
        let told = facts.export_hash;
        let staged = tokio::task::spawn_blocking(move || identity.stage(facts, rules)).await.map_err(interrupted)?;
        let sealed = sealing.await.map_err(interrupted)?;
        // If writing failed, sealing failed for want of a listener: the cause is the writer's.
        writing.await.map_err(interrupted)??;
        let sealed = sealed?;
        let export_hash = told.unwrap_or(sealed.original_hash);
        Ok(Staged { import, source, original, original_bytes: bytes, export_hash, sealed, ..staged })
    }

    fn evidence(&mut self, parts: Vec<EvidencePart>) -> Result<u32> {
        self.batch_bytes += parts.iter().map(|part| part.text.len()).sum::<usize>();
        self.batch.push(parts);
        if self.batch_bytes >= BATCH {
            self.flush_evidence()?;
        }
        let number = self.evidence;
        self.evidence += 1;
        Ok(number)
    }

    fn flush_evidence(&mut self) -> Result<()> {
        self.batch_bytes = 0;
        let batch = std::mem::take(&mut self.batch);
        self.send(Work::Evidence(batch))
    }

    fn flush(&mut self) -> Result<()> {
        self.flush_evidence()?;
        let chunk = std::mem::take(&mut self.chunk);
        if chunk.is_empty() { Ok(()) } else { self.send(Work::Original(chunk)) }
    }

    fn send(&self, work: Work) -> Result<()> {
        self.work.send(work).map_err(|_| Error::damaged("sealing stopped early"))
    }

    /// The versions of the scan's texts that are stored already, by rule.
    async fn known_texts(&self, facts: &ExportFacts) -> Result<HashSet<(String, Vec<u8>)>> {
        let tool = facts.scan.tool.number();
        let rules = || facts.weaknesses.iter().map(|w| Value::from(w.rule.as_str()));
        let mut tx = self.store.db.snapshot().await?;
        let mut known: Vec<(String, Vec<u8>)> = tx.all_in(KNOWN_TEXTS, binds![tool], rules()).await?;
        if !known.is_empty() {
            known.append(&mut tx.all_in(KNOWN_VERSIONS, binds![tool], rules()).await?);
        }
        tx.rollback().await?;
        Ok(known.into_iter().collect())
    }
}

/// The places by their numbers.
fn places(places: &mut HashMap<Place, u32>) -> Vec<Place> {
    let mut by_number: Vec<(Place, u32)> = std::mem::take(places).into_iter().collect();
    by_number.sort_unstable_by_key(|(_, number)| *number);
    by_number.into_iter().map(|(place, _)| place).collect()
}

/// The first eight bytes of a hash as a number.
fn first_eight(hash: &[u8]) -> u64 {
    hash.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn interrupted(_: tokio::task::JoinError) -> Error {
    Error::damaged("staging was interrupted")
}
