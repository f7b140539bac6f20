//! The second thread of an import: packs, compresses and seals; and the task that writes what it sealed.

use super::ImportNo;
use crate::blob::{self, BlobId};
use crate::codec::TextHash;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::pack::{self, Packer, Purpose};
use crate::{Store, binds};
use model::facts::{EvidencePart, WeaknessFacts};
use posture::EvidenceRef;
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};
use std::sync::mpsc::Receiver;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Sealed bytes written in one transaction.
const WRITE: usize = 4 << 20;
/// Sealed packs and chunks that may wait for the writer.
const WAITING: usize = 8;

crate::sql::statements! {
    INSERT_PACK = "INSERT INTO pack (id, import_id, purpose, items, sealed) VALUES ($1, $2, $3, $4, $5)";
}

/// What the second thread is given to do.
pub(crate) enum Work {
    Original(Vec<u8>),
    Evidence(Vec<Vec<EvidencePart>>),
    Quarantined(Vec<u8>),
    /// The weaknesses; which of them have rows; which versions of their texts are stored already.
    Texts {
        weaknesses: Vec<WeaknessFacts>,
        used: Vec<bool>,
        known: HashSet<(String, Vec<u8>)>,
    },
}

/// What the second thread found out.
#[derive(Debug, Default)]
pub(crate) struct Sealed {
    /// By the number of the evidence in the file.
    pub(crate) evidence: Vec<SealedEvidence>,
    /// By the number of the weakness; `None` for one without rows.
    pub(crate) texts: Vec<Option<SealedText>>,
    pub(crate) evidence_packs: Vec<i64>,
    /// SHA-256 of the original's bytes.
    pub(crate) original_hash: [u8; 32],
}

/// Where a row's evidence went, and its keyed hash.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SealedEvidence {
    pub(crate) at: EvidenceRef,
    pub(crate) mac: [u8; 16],
}

/// A weakness's text in the form in which it is stored.
#[derive(Debug)]
pub(crate) struct SealedText {
    /// The facts without prose.
    pub(crate) facts: String,
    pub(crate) hash: TextHash,
    /// Where the prose went; `None` if this version is stored already.
    pub(crate) prose: Option<EvidenceRef>,
}

enum Piece {
    Pack { id: i64, purpose: Purpose, items: u32, sealed: Vec<u8> },
    Chunk { seq: i64, sealed: Vec<u8> },
}

/// Where sealed pieces go.
pub(crate) struct Sink {
    sender: mpsc::Sender<Piece>,
}

impl Sink {
    /// Starts the task that writes.
    pub(crate) fn spawn(store: Store, import: ImportNo, original: BlobId) -> (Self, JoinHandle<Result<()>>) {
        let (sender, receiver) = mpsc::channel(WAITING);
        (Self { sender }, tokio::spawn(write(store, import, original, receiver)))
    }

    fn send(&self, piece: Piece) -> Result<()> {
        self.sender.blocking_send(piece).map_err(|_| Error::damaged("writing stopped early"))
    }
}

async fn write(store: Store, import: ImportNo, original: BlobId, mut pieces: mpsc::Receiver<Piece>) -> Result<()> {
    let mut waiting: Vec<Piece> = Vec::new();
    let mut bytes = 0;
    loop {
        let piece = pieces.recv().await;
        let ended = piece.is_none();
        if let Some(piece) = piece {
            bytes += piece.len();
            waiting.push(piece);
        }
        if (ended || bytes >= WRITE) && !waiting.is_empty() {
            let mut tx = store.db.begin().await?;
            for piece in waiting.drain(..) {
                match piece {
                    Piece::Pack { id, purpose, items, sealed } => {
                        let binds = binds![id, import.0, purpose.word(), items, sealed];
                        tx.execute(INSERT_PACK, binds).await?;
                    }
                    Piece::Chunk { seq, sealed } => blob::append_on(&mut tx, original, seq, sealed).await?,
                }
            }
            tx.commit().await?;
            bytes = 0;
        }
        if ended {
            return Ok(());
        }
    }
}

impl Piece {
    fn len(&self) -> usize {
        match self {
            Self::Pack { sealed, .. } | Self::Chunk { sealed, .. } => sealed.len(),
        }
    }
}

/// The second thread's loop: ends when the stager has nothing more to give.
pub(crate) fn run(
    config: &Config,
    import: ImportNo,
    original: BlobId,
    todo: &Receiver<Work>,
    sink: &Sink,
) -> Result<Sealed> {
    let mut sealer = Sealer { config, import, sink, packs: 0, sealed: Sealed::default() };
    let mut evidence = EvidencePacker { packer: Packer::new(), pack: None, seen: HashMap::new() };
    let mut quarantine = Packer::new();
    let mut original_hash = Sha256::new();
    let mut chunks = 0;
    while let Ok(work) = todo.recv() {
        match work {
            Work::Original(raw) => {
                original_hash.update(&raw);
                sink.send(Piece::Chunk { seq: chunks, sealed: blob::seal(config, original, chunks, &raw)? })?;
                chunks += 1;
            }
            Work::Evidence(batch) => {
                for parts in batch {
                    evidence.add(&mut sealer, &parts)?;
                }
            }
            Work::Quarantined(row) => {
                quarantine.add(|out| out.extend_from_slice(&row));
                if quarantine.is_full() {
                    sealer.close(&mut quarantine, Purpose::Quarantine)?;
                }
            }
            Work::Texts { weaknesses, used, known } => sealer.texts(weaknesses, &used, &known)?,
        }
    }
    evidence.close(&mut sealer)?;
    sealer.close(&mut quarantine, Purpose::Quarantine)?;
    Ok(Sealed { original_hash: original_hash.finalize().into(), ..sealer.sealed })
}

struct Sealer<'a> {
    config: &'a Config,
    import: ImportNo,
    sink: &'a Sink,
    packs: i64,
    sealed: Sealed,
}

impl Sealer<'_> {
    /// The next pack's id.
    fn next_pack(&mut self) -> i64 {
        self.packs += 1;
        pack::id(self.import.0, self.packs - 1)
    }

    /// Seals what a packer holds under a new id.
    fn close(&mut self, packer: &mut Packer, purpose: Purpose) -> Result<()> {
        if packer.is_empty() {
            return Ok(());
        }
        let id = self.next_pack();
        self.close_as(packer, purpose, id)
    }

    fn close_as(&mut self, packer: &mut Packer, purpose: Purpose, id: i64) -> Result<()> {
        let (raw, items) = packer.take();
        let sealed = pack::seal(self.config, &pack::place(id), &raw)?;
        self.sink.send(Piece::Pack { id, purpose, items, sealed })
    }

    /// Hashes every text and packs the prose of those that are new.
    fn texts(
        &mut self,
        weaknesses: Vec<WeaknessFacts>,
        used: &[bool],
        known: &HashSet<(String, Vec<u8>)>,
    ) -> Result<()> {
        let mut packer = Packer::new();
        let mut pack = None;
        for (mut weakness, used) in weaknesses.into_iter().zip(used) {
            if !used {
                self.sealed.texts.push(None);
                continue;
            }
            let json = |e: serde_json::Error| Error::damaged(format!("weakness {e}"));
            let prose = serde_json::to_vec(&std::mem::take(&mut weakness.prose)).map_err(json)?;
            let facts = serde_json::to_string(&weakness).map_err(json)?;
            let mut hash = Sha256::new();
            hash.update((facts.len() as u64).to_le_bytes());
            hash.update(&facts);
            hash.update(&prose);
            let mut short: TextHash = [0; 8];
            short.copy_from_slice(&hash.finalize()[..8]);
            let prose = if known.contains(&(weakness.rule, short.to_vec())) {
                None
            } else {
                let id = *pack.get_or_insert_with(|| self.next_pack());
                let index = packer.add(|out| out.extend_from_slice(&prose));
                if packer.is_full() {
                    self.close_as(&mut packer, Purpose::Prose, id)?;
                    pack = None;
                }
                Some(EvidenceRef { pack: id, index })
            };
            self.sealed.texts.push(Some(SealedText { facts, hash: short, prose }));
        }
        match pack {
            Some(id) => self.close_as(&mut packer, Purpose::Prose, id),
            None => Ok(()),
        }
    }
}

/// Packs evidence; the same evidence twice in one import is kept once.
struct EvidencePacker {
    packer: Packer,
    pack: Option<i64>,
    seen: HashMap<[u8; 16], EvidenceRef>,
}

impl EvidencePacker {
    fn add(&mut self, sealer: &mut Sealer<'_>, parts: &[EvidencePart]) -> Result<()> {
        let from = self.packer.position();
        let index = self.packer.add(|out| pack::write_evidence(parts, out));
        let mut mac = [0; 16];
        mac.copy_from_slice(&sealer.config.keys.content_mac(&[self.packer.tail(from)])[..16]);
        if let Some(at) = self.seen.get(&mac) {
            self.packer.forget(from);
            sealer.sealed.evidence.push(SealedEvidence { at: *at, mac });
            return Ok(());
        }
        let pack = match self.pack {
            Some(pack) => pack,
            None => {
                let pack = sealer.next_pack();
                sealer.sealed.evidence_packs.push(pack);
                *self.pack.insert(pack)
            }
        };
        let at = EvidenceRef { pack, index };
        self.seen.insert(mac, at);
        sealer.sealed.evidence.push(SealedEvidence { at, mac });
        if self.packer.is_full() { self.close(sealer) } else { Ok(()) }
    }

    fn close(&mut self, sealer: &mut Sealer<'_>) -> Result<()> {
        match self.pack.take() {
            Some(pack) => sealer.close_as(&mut self.packer, Purpose::Evidence, pack),
            None => Ok(()),
        }
    }
}
