//! A file that was cut anywhere, or damaged anywhere, is refused or read, but never panics, and never passes for the whole.

use crate::support::{bytes, cuts, read, read_bytes};
use ingest::Options;
use proptest::prelude::*;

const FIXTURES: [&str; 24] = [
    "nessus/full.nessus",
    "nessus/utf16.nessus",
    "nessus/v1.nessus",
    "nessus/api_output.json",
    "nessus/api_outputs.json",
    "nessus/export.json",
    "nessus/export_chunk.json",
    "zap/plain.xml",
    "zap/plus.xml",
    "zap/plain.json",
    "zap/alerts.json",
    "burp/issues.xml",
    "burp/fields.xml",
    "nessus/fields.nessus",
    "nessus/unescaped.nessus",
    "zap/fields.json",
    "burp/rest.json",
    "burp/graphql.json",
    "burp/professional.html",
    "burp/dast.html",
    "burp/dastardly.xml",
    "sarif/code.sarif",
    "sarif/zap.sarif",
    "nmap/shop.xml",
];

/// The length of a file without the white space at its end, in any encoding.
fn length(bytes: &[u8]) -> usize {
    bytes.iter().rposition(|byte| matches!(byte, b'>' | b'}' | b']')).map_or(0, |at| at + 1)
}

#[test]
fn a_cut_anywhere_is_refused() {
    for name in FIXTURES {
        let whole = bytes(name);
        for cut in cuts(length(&whole)) {
            assert!(read_bytes(&whole[..cut], &Options::default()).is_err(), "{name} cut at {cut} was read");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damage_never_panics(which in 0..FIXTURES.len(), at in any::<prop::sample::Index>(), byte: u8, length in 0_usize..40) {
        let mut damaged = bytes(FIXTURES[which]);
        let start = at.index(damaged.len());
        let end = (start + length).min(damaged.len());
        damaged.splice(start..end, [byte]);
        // `read_bytes` checks that the rows add up wherever the file is still read.
        let _ = read_bytes(&damaged, &Options::default());
    }
}

#[test]
fn small_reads_make_no_difference() {
    struct Trickle<'a>(&'a [u8]);

    impl std::io::Read for Trickle<'_> {
        fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
            let taken = self.0.len().min(out.len()).min(7);
            out[..taken].copy_from_slice(&self.0[..taken]);
            self.0 = &self.0[taken..];
            Ok(taken)
        }
    }

    for name in FIXTURES {
        let bytes = bytes(name);
        let mut kept = crate::support::Kept::default();
        let parsed = ingest::parse(&mut Trickle(&bytes), &Options::default(), &mut kept).unwrap();
        let whole = read(name);
        assert_eq!((parsed.rows, kept.rows), (whole.parsed.rows, whole.kept.rows), "{name}");
    }
}

#[test]
fn a_part_is_read_only_where_the_importer_accepts_it_and_closes_nothing() {
    let options = || Options { accept_partial: true, ..Options::default() };
    for name in FIXTURES {
        let whole_bytes = bytes(name);
        let whole = read(name);
        let end = length(&whole_bytes);
        let mut parts = 0;
        for cut in cuts(end) {
            let Ok(part) = read_bytes(&whole_bytes[..cut], &options()) else { continue };
            parts += 1;
            assert!(part.parsed.scan.coverage.incomplete, "{name} cut at {cut} may close");
            assert!(part.parsed.scan.remarks.iter().any(|remark| remark.code == "read_in_part"), "{name} cut at {cut}");
            // What was handed over is what the whole file says, as far as it goes: a row that was cut is not among it.
            let as_far = &whole.kept.rows[..part.kept.rows.len()];
            // Only the events of Burp's REST API may say something else of an issue later on: what is known of it then, and
            // never which it is.
            let severity = |row: &model::facts::Row| (name != "burp/rest.json").then_some(row.severity);
            let told = |file: &crate::support::File, row: &model::facts::Row| {
                (file.parsed.weaknesses[row.weakness as usize].rule.clone(), row.place.clone(), severity(row))
            };
            for (cut_row, row) in part.kept.rows.iter().zip(as_far) {
                assert_eq!(told(&part, cut_row), told(&whole, row), "{name} cut at {cut}");
                let known_by = |facts: &model::facts::AssetFacts| (facts.name.clone(), facts.ip.clone());
                assert_eq!(known_by(part.facts(cut_row)), known_by(whole.facts(row)), "{name} cut at {cut}");
            }
        }
        // One answer of Nessus's API is one record: there is no part of it.
        assert!(parts > 3 || name == "nessus/api_output.json", "{name}: no part was accepted");
        let accepted = read_bytes(&whole_bytes, &options()).unwrap();
        assert_eq!(accepted.parsed.rows, whole.parsed.rows, "{name}");
        assert_eq!(accepted.parsed.scan.coverage.incomplete, whole.parsed.scan.coverage.incomplete, "{name}");
    }
}
