//! The packed formats of facts that stay for ever. Each begins with a version byte; numbers are LEB128 varints, signed
//! ones in zigzag.
//!
//! **Sightings, version 1** (`observed.sightings`): the count, then one record a row of the export, sorted by
//! occurrence: the occurrence minus the one before; a byte with the severity in bits 0–2, bit 3 "has a serial", bit 4 "has
//! evidence"; the location; the serial's hash as 8 bytes little-endian; the pack minus the one before (signed) and the
//! index in it.
//!
//! **Texts, version 1** (`described.packed`): the count, then sorted by weakness: its number minus the one before, and the 8
//! bytes of its text's hash.
//!
//! **Times, version 2** (`scan.weaknesses`): compressed by zstd, for each weakness of the texts the instant of its newest sighting
//! in the scan minus the one before (signed). A scan of before texts were shared has version 1: the texts, each followed by its
//! instant.
//!
//! **Changed, version 1** (`scan.effects`): four sets of occurrences (new, reopened, closed, not re-tested), each its count,
//! then sorted each number minus the one before.

use crate::error::{Error, Result};
use model::{Micros, Severity};
use posture::{EvidenceRef, Sighting};
use std::collections::BTreeSet;

const VERSION: u8 = 1;
const TIMES_VERSION: u8 = 2;
/// Bytes of the longest varint.
const VARINT: usize = 10;
const HAS_SERIAL: u8 = 8;
const HAS_EVIDENCE: u8 = 16;

/// The hash of a weakness's text, by which versions are told apart.
pub(crate) type TextHash = [u8; 8];

/// Packs sightings, which must be sorted by occurrence.
pub(crate) fn pack_sightings(sightings: &[Sighting]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(2 + sightings.len() * 6);
    bytes.push(VERSION);
    put(&mut bytes, sightings.len() as u64);
    let (mut occurrence, mut pack) = (0, 0);
    for sighting in sightings {
        put(&mut bytes, sighting.occurrence.abs_diff(occurrence));
        occurrence = sighting.occurrence;
        let mut flags = severity_bits(sighting.severity);
        if sighting.serial.is_some() {
            flags |= HAS_SERIAL;
        }
        if sighting.evidence.is_some() {
            flags |= HAS_EVIDENCE;
        }
        bytes.push(flags);
        put_signed(&mut bytes, sighting.location);
        if let Some(serial) = sighting.serial {
            bytes.extend_from_slice(&serial.to_le_bytes());
        }
        if let Some(evidence) = sighting.evidence {
            put_signed(&mut bytes, evidence.pack.wrapping_sub(pack));
            pack = evidence.pack;
            put(&mut bytes, evidence.index.into());
        }
    }
    bytes
}

/// Reads what [`pack_sightings`] wrote.
pub(crate) fn unpack_sightings(bytes: &[u8]) -> Result<Vec<Sighting>> {
    let mut reader = Reader::new(bytes, "sightings")?;
    let count = reader.count()?;
    let mut sightings = Vec::with_capacity(count.min(bytes.len()));
    let (mut occurrence, mut pack) = (0i64, 0i64);
    for _ in 0..count {
        occurrence = occurrence.wrapping_add(reader.number()? as i64);
        let flags = reader.byte()?;
        let severity = Severity::from_number((flags & 7).into()).ok_or_else(|| reader.damaged())?;
        let location = reader.signed()?;
        let serial = if flags & HAS_SERIAL != 0 { Some(u64::from_le_bytes(reader.array()?)) } else { None };
        let evidence = if flags & HAS_EVIDENCE != 0 {
            pack = pack.wrapping_add(reader.signed()?);
            let index = u32::try_from(reader.number()?).map_err(|_| reader.damaged())?;
            Some(EvidenceRef { pack, index })
        } else {
            None
        };
        sightings.push(Sighting { occurrence, severity, serial, location, evidence });
    }
    Ok(sightings)
}

/// How one scan described one weakness.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Described {
    pub(crate) weakness: i64,
    pub(crate) text: TextHash,
    /// When the scan last saw the weakness.
    pub(crate) at: Micros,
}

/// Packs which texts weaknesses have, sorted by weakness.
pub(crate) fn pack_texts(described: &[Described]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(2 + described.len() * 10);
    bytes.push(VERSION);
    put(&mut bytes, described.len() as u64);
    let mut weakness = 0;
    for one in described {
        put(&mut bytes, one.weakness.abs_diff(weakness));
        weakness = one.weakness;
        bytes.extend_from_slice(&one.text);
    }
    bytes
}

/// The weaknesses alone of what [`pack_texts`] wrote.
pub(crate) fn weaknesses_of(texts: &[u8]) -> Result<Vec<i64>> {
    let mut reader = Reader::new(texts, "texts")?;
    let count = reader.count()?;
    let mut weaknesses = Vec::with_capacity(count.min(texts.len()));
    let mut weakness = 0i64;
    for _ in 0..count {
        weakness = weakness.wrapping_add(reader.number()? as i64);
        let _text: TextHash = reader.array()?;
        weaknesses.push(weakness);
    }
    Ok(weaknesses)
}

/// Packs when weaknesses were seen, in the order of their texts.
pub(crate) fn pack_times(described: &[Described]) -> Result<Vec<u8>> {
    let mut times = Vec::with_capacity(described.len() * 6);
    let mut at = 0;
    for one in described {
        put_signed(&mut times, one.at.0.wrapping_sub(at));
        at = one.at.0;
    }
    let mut bytes = vec![TIMES_VERSION];
    let compressed = zstd::bulk::compress(&times, zstd::DEFAULT_COMPRESSION_LEVEL);
    bytes.append(&mut compressed.map_err(|e| Error::damaged(format!("times: {e}")))?);
    Ok(bytes)
}

/// Reads what [`pack_texts`] and [`pack_times`] wrote.
pub(crate) fn unpack_times(texts: &[u8], times: &[u8]) -> Result<Vec<Described>> {
    let mut reader = Reader::new(texts, "texts")?;
    let count = reader.count()?;
    let Some((&TIMES_VERSION, compressed)) = times.split_first() else { return Err(Error::damaged("times")) };
    let times = zstd::bulk::decompress(compressed, count.min(texts.len()) * VARINT);
    let times = times.map_err(|e| Error::damaged(format!("times: {e}")))?;
    let mut times = Reader::of(&times, "times");
    let mut described = Vec::with_capacity(count.min(texts.len()));
    let (mut weakness, mut at) = (0i64, 0i64);
    for _ in 0..count {
        weakness = weakness.wrapping_add(reader.number()? as i64);
        at = at.wrapping_add(times.signed()?);
        described.push(Described { weakness, text: reader.array()?, at: Micros(at) });
    }
    Ok(described)
}

/// Reads version 1 of weaknesses, texts and instants in one.
pub(crate) fn unpack_weaknesses(bytes: &[u8]) -> Result<Vec<Described>> {
    let mut reader = Reader::new(bytes, "weaknesses")?;
    let count = reader.count()?;
    let mut described = Vec::with_capacity(count.min(bytes.len()));
    let (mut weakness, mut at) = (0i64, 0i64);
    for _ in 0..count {
        weakness = weakness.wrapping_add(reader.number()? as i64);
        let text = reader.array()?;
        at = at.wrapping_add(reader.signed()?);
        described.push(Described { weakness, text, at: Micros(at) });
    }
    Ok(described)
}

/// What the import of a scan changed: the occurrences behind each number of its result.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Changed {
    /// Unknown before.
    pub(crate) new: BTreeSet<i64>,
    /// Fixed before, open after.
    pub(crate) reopened: BTreeSet<i64>,
    /// Open before, fixed after.
    pub(crate) closed: BTreeSet<i64>,
    /// Open, and left out by the newest scan of a series that saw them before.
    pub(crate) not_retested: BTreeSet<i64>,
}

/// Packs what an import changed.
pub(crate) fn pack_changed(changed: &Changed) -> Vec<u8> {
    let Changed { new, reopened, closed, not_retested } = changed;
    let mut bytes = vec![VERSION];
    for set in [new, reopened, closed, not_retested] {
        put(&mut bytes, set.len() as u64);
        let mut before = 0;
        for occurrence in set {
            put(&mut bytes, occurrence.abs_diff(before));
            before = *occurrence;
        }
    }
    bytes
}

/// Reads what [`pack_changed`] wrote.
pub(crate) fn unpack_changed(bytes: &[u8]) -> Result<Changed> {
    let mut reader = Reader::new(bytes, "effects")?;
    let mut set = || -> Result<BTreeSet<i64>> {
        let mut occurrence = 0i64;
        (0..reader.count()?)
            .map(|_| {
                occurrence = occurrence.wrapping_add(reader.number()? as i64);
                Ok(occurrence)
            })
            .collect()
    };
    Ok(Changed { new: set()?, reopened: set()?, closed: set()?, not_retested: set()? })
}

fn severity_bits(severity: Severity) -> u8 {
    // The numbers of severities are 0 to 4.
    severity as i16 as u8
}

/// Appends a varint.
pub(crate) fn put(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Appends a signed number as a varint.
pub(crate) fn put_signed(bytes: &mut Vec<u8>, number: i64) {
    put(bytes, ((number << 1) ^ (number >> 63)) as u64);
}

/// Reads numbers and says which value was damaged when they end too early.
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
    what: &'static str,
}

impl<'a> Reader<'a> {
    /// Checks the version byte.
    pub(crate) fn new(bytes: &'a [u8], what: &'static str) -> Result<Self> {
        let mut reader = Self { rest: bytes, what };
        if reader.byte()? == VERSION { Ok(reader) } else { Err(reader.damaged()) }
    }

    /// Of bytes that carry no version of their own.
    pub(crate) fn of(bytes: &'a [u8], what: &'static str) -> Self {
        Self { rest: bytes, what }
    }

    /// What has not been read yet.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub(crate) fn byte(&mut self) -> Result<u8> {
        let (first, rest) = self.rest.split_first().ok_or_else(|| self.damaged())?;
        self.rest = rest;
        Ok(*first)
    }

    pub(crate) fn number(&mut self) -> Result<u64> {
        let mut number = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(self.damaged())
    }

    pub(crate) fn count(&mut self) -> Result<usize> {
        usize::try_from(self.number()?).map_err(|_| self.damaged())
    }

    pub(crate) fn signed(&mut self) -> Result<i64> {
        let number = self.number()?;
        Ok((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    pub(crate) fn bytes(&mut self, length: usize) -> Result<&'a [u8]> {
        let (head, rest) = self.rest.split_at_checked(length).ok_or_else(|| self.damaged())?;
        self.rest = rest;
        Ok(head)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (head, rest) = self.rest.split_first_chunk::<N>().ok_or_else(|| self.damaged())?;
        self.rest = rest;
        Ok(*head)
    }

    pub(crate) fn damaged(&self) -> Error {
        Error::damaged(self.what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sightings_come_back_and_truncations_are_told() {
        let row = |occurrence, severity, serial, location, evidence| Sighting {
            occurrence,
            severity,
            serial,
            location,
            evidence,
        };
        let sightings = vec![
            row(3, Severity::Info, None, 1, None),
            row(3, Severity::Critical, Some(u64::MAX), 900, Some(EvidenceRef { pack: 1 << 30, index: 7 })),
            row(70_000, Severity::Low, None, 2, Some(EvidenceRef { pack: 5, index: 0 })),
            row(i64::MAX, Severity::High, Some(0), i64::MAX, Some(EvidenceRef { pack: i64::MAX, index: u32::MAX })),
        ];
        let packed = pack_sightings(&sightings);
        assert_eq!(unpack_sightings(&packed).unwrap(), sightings);
        for end in 0..packed.len() {
            assert!(unpack_sightings(&packed[..end]).is_err(), "cut at {end}");
        }
    }

    #[test]
    fn what_an_import_changed_comes_back() {
        let set = |ids: &[i64]| ids.iter().copied().collect();
        let changed = Changed { new: set(&[1, 2, 300]), closed: set(&[i64::MAX]), ..Changed::default() };
        let packed = pack_changed(&changed);
        assert_eq!(unpack_changed(&packed).unwrap(), changed);
        for end in 0..packed.len() {
            assert!(unpack_changed(&packed[..end]).is_err(), "cut at {end}");
        }
    }

    #[test]
    fn weaknesses_come_back() {
        let one = |weakness, byte, at| Described { weakness, text: [byte; 8], at: Micros(at) };
        let weaknesses = vec![one(1, 1, i64::MAX), one(2, 0, i64::MIN), one(1 << 40, 255, 0)];
        let (texts, times) = (pack_texts(&weaknesses), pack_times(&weaknesses).unwrap());
        assert_eq!(unpack_times(&texts, &times).unwrap(), weaknesses);
        for end in 0..times.len() {
            assert!(unpack_times(&texts, &times[..end]).is_err(), "cut at {end}");
        }
        for end in 0..texts.len() {
            assert!(unpack_times(&texts[..end], &times).is_err(), "cut at {end}");
        }
    }

    #[test]
    fn weaknesses_of_before_texts_were_shared_are_read() {
        let packed = [1, 1, 3, 7, 7, 7, 7, 7, 7, 7, 7, 20];
        let described = Described { weakness: 3, text: [7; 8], at: Micros(10) };
        assert_eq!(unpack_weaknesses(&packed).unwrap(), [described]);
        assert!(unpack_weaknesses(&[9]).is_err());
    }
}
