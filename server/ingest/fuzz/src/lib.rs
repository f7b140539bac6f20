//! What must hold of every format's parser, whatever the bytes: it comes back, its books balance, and what it hands over is no
//! larger than what it was given.
//!
//! The fuzzer and the tests of `ingest` share this file, so that both cover whatever stands in [`FORMATS`].

use ingest::{ExportFormat, FORMATS, Limits, Options, Parsed, Quarantined, Refusal, Sink};
use model::facts::{AssetFacts, Place, Row, WeaknessFacts};
use std::ops::ControlFlow;

/// Limits that small inputs reach.
const LIMITS: Limits = Limits {
    max_bytes: 512 << 10,
    max_event: 32 << 10,
    max_depth: 24,
    max_rows: 2_000,
    max_attributes: 40,
    max_entries: 1_000,
};

/// How many bytes a parser may make of one: a NUL in base64 becomes `\x00`, a bad byte U+FFFD, and a row says some things in two
/// places.
const GROWTH: usize = 16;

/// Bytes that each record may have without any in the file: names of fields, words that it shares with other records.
const PER_RECORD: usize = 1024;

/// A format's name as folders and commands have it: `Nessus v2 XML` is `nessus-v2-xml`.
pub fn slug(format: &dyn ExportFormat) -> String {
    let word = |part: &str| part.to_ascii_lowercase();
    let parts = format.name().split(|character: char| !character.is_ascii_alphanumeric());
    parts.filter(|part| !part.is_empty()).map(word).collect::<Vec<_>>().join("-")
}

/// The format of a slug.
pub fn format_of(name: &str) -> Option<&'static dyn ExportFormat> {
    FORMATS.iter().copied().find(|format| slug(*format) == name)
}

/// Gives the bytes to a format's parser, recognized or not, and checks what must hold.
///
/// # Errors
/// The refusal, which is as good an answer as any.
///
/// # Panics
/// If something does not hold.
pub fn check(format: &dyn ExportFormat, bytes: &[u8]) -> Result<Parsed, Refusal> {
    let options = Options { limits: LIMITS, ..Options::default() };
    let mut seen = Seen::default();
    let mut input = bytes;
    let parsed = format.parse(&mut input, &options, &mut seen);
    // What was handed over before a refusal was held by someone, so it is bounded too.
    let records = seen.rows + seen.quarantined;
    assert!(seen.text <= bound(bytes.len(), records), "{records} rows hold {} of {} bytes", seen.text, bytes.len());
    let parsed = parsed?;
    assert_eq!(parsed.rows, seen.rows + parsed.quarantined + parsed.no_finding, "rows do not add up");
    assert_eq!(parsed.quarantined, seen.quarantined, "quarantined rows do not add up");
    let (assets, weaknesses) = (parsed.assets.len(), parsed.weaknesses.len());
    assert!(seen.assets <= assets && seen.weaknesses <= weaknesses, "a row points outside the tables");
    for asset in &parsed.assets {
        assert!(asset.passed.is_sorted_by(|one, next| one < next), "passed checks are not distinct and sorted");
        assert!(asset.passed.last().is_none_or(|last| (*last as usize) < weaknesses), "a passed check is not known");
    }
    let texts = parsed.assets.iter().map(|asset| asset_texts(&asset.facts)).sum::<usize>()
        + parsed.weaknesses.iter().map(weakness_texts).sum::<usize>()
        + parsed.scan.remarks.iter().map(|remark| remark.detail.len()).sum::<usize>();
    let records = (assets + weaknesses + parsed.scan.remarks.len()) as u64;
    assert!(texts <= bound(bytes.len(), records), "{records} records hold {texts} of {} bytes", bytes.len());
    Ok(parsed)
}

fn bound(bytes: usize, records: u64) -> usize {
    GROWTH * bytes + PER_RECORD * (1 + usize::try_from(records).unwrap_or(usize::MAX / PER_RECORD - 1))
}

/// What has been handed over.
#[derive(Default)]
struct Seen {
    rows: u64,
    quarantined: u64,
    /// Bytes of all texts.
    text: usize,
    /// One more than the largest index.
    assets: usize,
    weaknesses: usize,
}

impl Sink for Seen {
    fn row(&mut self, row: Row) -> ControlFlow<()> {
        self.rows += 1;
        self.assets = self.assets.max(row.asset as usize + 1);
        self.weaknesses = self.weaknesses.max(row.weakness as usize + 1);
        let evidence = row.evidence.iter().map(|part| part.text.len()).sum::<usize>();
        let words = [&row.confidence, &row.serial].into_iter().flatten().map(String::len).sum::<usize>();
        self.text += evidence + words + place_texts(&row.place);
        ControlFlow::Continue(())
    }

    fn quarantined(&mut self, quarantined: Quarantined) -> ControlFlow<()> {
        self.quarantined += 1;
        assert!(quarantined.raw.len() <= Quarantined::MAX_RAW, "a quarantined row is not cut");
        self.text += quarantined.raw.len() + quarantined.detail.len();
        ControlFlow::Continue(())
    }
}

fn place_texts(place: &Place) -> usize {
    match place {
        Place::Port { protocol, service, .. } => protocol.len() + service.len(),
        Place::Request { method, target, parameter } => method.len() + target.len() + parameter.len(),
        Place::Insertion { path, point } => path.len() + point.len(),
        Place::Code { path, fingerprint, .. } => path.len() + fingerprint.len(),
        Place::Whole => 0,
    }
}

fn asset_texts(facts: &AssetFacts) -> usize {
    let AssetFacts { kind: _, name, agent_uuid, ip, fqdn, netbios, mac, os } = facts;
    name.len() + [agent_uuid, ip, fqdn, netbios, mac, os].into_iter().flatten().map(String::len).sum::<usize>()
}

fn weakness_texts(facts: &WeaknessFacts) -> usize {
    let prose = &facts.prose;
    let texts = [&facts.rule, &facts.title, &facts.family, &facts.kind, &facts.service];
    let prose = [&prose.synopsis, &prose.description, &prose.solution, &prose.references];
    let lists = [&facts.cve, &facts.cvss, &facts.refs];
    texts.into_iter().chain(prose).chain(lists.into_iter().flatten()).map(String::len).sum()
}
