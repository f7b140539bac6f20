//! Packs: many small texts compressed and sealed together.
//!
//! A pack, version 1, before compression: the version byte, the count, the length of each item as varints, then the items.
//! An item of evidence, version-less inside it: for each part one byte for its kind, its length, its text.

use crate::codec::{Reader, put};
use crate::config::Config;
use crate::error::{Error, Result};
use model::facts::{EvidenceKind, EvidencePart};

/// Raw bytes after which a pack is closed.
const FULL: usize = 256 << 10;
/// What a pack may expand to: its items are bounded rows of an export.
const LIMIT: usize = 256 << 20;
/// zstd's level: fast, since an import waits for it.
const LEVEL: i32 = 1;
/// Packs of one import: see [`id`].
const PER_IMPORT: i64 = 1 << 20;

/// What a pack holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Evidence,
    Prose,
    Quarantine,
}

impl Purpose {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Evidence => "evidence",
            Self::Prose => "prose",
            Self::Quarantine => "quarantine",
        }
    }
}

/// The id of an import's pack, known before the pack is written.
pub(crate) fn id(import: i64, number: i64) -> i64 {
    import * PER_IMPORT + number
}

/// Collects items until a pack is full.
pub(crate) struct Packer {
    lengths: Vec<u8>,
    items: u32,
    body: Vec<u8>,
}

impl Packer {
    pub(crate) fn new() -> Self {
        Self { lengths: Vec::new(), items: 0, body: Vec::with_capacity(FULL + (FULL >> 2)) }
    }

    /// Adds an item that `write` appends; its index in the pack.
    pub(crate) fn add(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> u32 {
        let start = self.body.len();
        write(&mut self.body);
        put(&mut self.lengths, (self.body.len() - start) as u64);
        self.items += 1;
        self.items - 1
    }

    /// The bytes of the last item, to look at before the next is added.
    pub(crate) fn tail(&self, from: usize) -> &[u8] {
        &self.body[from..]
    }

    /// Where the next item will begin.
    pub(crate) fn position(&self) -> usize {
        self.body.len()
    }

    /// Takes the last item back; `from` is where it began.
    pub(crate) fn forget(&mut self, from: usize) {
        let mut length = Vec::new();
        put(&mut length, (self.body.len() - from) as u64);
        self.lengths.truncate(self.lengths.len() - length.len());
        self.body.truncate(from);
        self.items -= 1;
    }

    pub(crate) fn is_full(&self) -> bool {
        self.body.len() >= FULL
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.items == 0
    }

    /// The packed bytes and the number of items; the packer is empty again.
    pub(crate) fn take(&mut self) -> (Vec<u8>, u32) {
        let mut raw = Vec::with_capacity(self.lengths.len() + self.body.len() + 6);
        raw.push(1);
        put(&mut raw, self.items.into());
        raw.append(&mut self.lengths);
        raw.append(&mut self.body);
        (raw, std::mem::take(&mut self.items))
    }
}

/// Compresses and seals for a place.
pub(crate) fn seal(config: &Config, place: &str, raw: &[u8]) -> Result<Vec<u8>> {
    let compressed = zstd::bulk::compress(raw, LEVEL).map_err(|e| Error::damaged(format!("zstd: {e}")))?;
    Ok(config.keys.seal(place, &compressed, config.entropy.as_ref())?)
}

/// Opens and decompresses from a place.
pub(crate) fn open(config: &Config, place: &str, sealed: &[u8]) -> Result<Vec<u8>> {
    let compressed = config.keys.open(place, sealed)?;
    zstd::bulk::decompress(&compressed, bound(&compressed)).map_err(|e| Error::damaged(format!("zstd: {e}")))
}

/// The size that the frame states, within the limit.
fn bound(compressed: &[u8]) -> usize {
    let stated = zstd::zstd_safe::get_frame_content_size(compressed).ok().flatten().unwrap_or(0);
    usize::try_from(stated).unwrap_or(LIMIT).min(LIMIT)
}

/// The place of a pack's sealed bytes.
pub(crate) fn place(pack: i64) -> String {
    format!("pack:sealed:{pack}")
}

/// How many items a pack's raw bytes have.
pub(crate) fn count(raw: &[u8]) -> Result<u32> {
    let mut reader = Reader::new(raw, "pack")?;
    u32::try_from(reader.count()?).map_err(|_| reader.damaged())
}

/// One item of a pack's raw bytes.
pub(crate) fn item(raw: &[u8], index: u32) -> Result<&[u8]> {
    let mut reader = Reader::new(raw, "pack")?;
    let count = reader.count()?;
    let (mut start, mut length) = (0usize, None);
    for at in 0..count {
        let here = reader.count()?;
        if at < index as usize {
            start += here;
        } else if at == index as usize {
            length = Some(here);
        }
    }
    let length = length.ok_or_else(|| reader.damaged())?;
    reader.bytes(start)?;
    reader.bytes(length)
}

/// Appends evidence as an item.
pub(crate) fn write_evidence(parts: &[EvidencePart], out: &mut Vec<u8>) {
    for part in parts {
        out.push(kind_number(part.kind));
        put(out, part.text.len() as u64);
        out.extend_from_slice(part.text.as_bytes());
    }
}

/// Reads an item of evidence.
pub(crate) fn read_evidence(mut item: &[u8]) -> Result<Vec<EvidencePart>> {
    let damaged = || Error::damaged("evidence");
    let mut parts = Vec::new();
    while let Some((kind, rest)) = item.split_first() {
        let kind = kind_of(*kind).ok_or_else(damaged)?;
        let (length, used) = varint(rest).ok_or_else(damaged)?;
        let text = rest.get(used..used + length).ok_or_else(damaged)?;
        parts.push(EvidencePart { kind, text: String::from_utf8(text.to_vec()).map_err(|_| damaged())? });
        item = &rest[used + length..];
    }
    Ok(parts)
}

fn varint(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut number = 0usize;
    for (at, byte) in bytes.iter().enumerate().take(9) {
        number |= usize::from(byte & 0x7f) << (at * 7);
        if byte & 0x80 == 0 {
            return Some((number, at + 1));
        }
    }
    None
}

const KINDS: [EvidenceKind; 6] = [
    EvidenceKind::Output,
    EvidenceKind::Attack,
    EvidenceKind::Detail,
    EvidenceKind::Request,
    EvidenceKind::Response,
    EvidenceKind::Field,
];

/// The stored number of a kind: 1 to 6, never reused.
fn kind_number(kind: EvidenceKind) -> u8 {
    match kind {
        EvidenceKind::Output => 1,
        EvidenceKind::Attack => 2,
        EvidenceKind::Detail => 3,
        EvidenceKind::Request => 4,
        EvidenceKind::Response => 5,
        EvidenceKind::Field => 6,
    }
}

fn kind_of(number: u8) -> Option<EvidenceKind> {
    KINDS.into_iter().find(|kind| kind_number(*kind) == number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_come_back() {
        let mut packer = Packer::new();
        let texts = ["", "one", &"long ".repeat(100)];
        for text in texts {
            packer.add(|out| out.extend_from_slice(text.as_bytes()));
        }
        let from = packer.position();
        packer.add(|out| out.extend_from_slice(b"forgotten"));
        assert_eq!(packer.tail(from), b"forgotten");
        packer.forget(from);
        let (raw, count) = packer.take();
        assert_eq!(count, 3);
        assert!(packer.is_empty());
        for (index, text) in (0..).zip(texts) {
            assert_eq!(item(&raw, index).unwrap(), text.as_bytes());
        }
        assert!(item(&raw, 3).is_err());
    }

    #[test]
    fn evidence_comes_back() {
        let parts: Vec<EvidencePart> =
            KINDS.into_iter().map(|kind| EvidencePart { kind, text: format!("{kind:?} ñ\n") }).collect();
        let mut item = Vec::new();
        write_evidence(&parts, &mut item);
        assert_eq!(read_evidence(&item).unwrap(), parts);
        assert!(read_evidence(&item[..item.len() - 1]).is_err());
    }
}
