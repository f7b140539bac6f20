//! EPSS scores and the catalogue of known exploited vulnerabilities, in the forms in which they are published.

use ingest::feeds::{EpssRow, FeedSink, KevRow, read_epss, read_euvd, read_kev};
use ingest::{Limits, QuarantineReason, Quarantined, RefusalCode};
use std::fmt::Write as _;
use std::io::Write as _;
use std::ops::ControlFlow;

struct Kept<T> {
    rows: Vec<T>,
    quarantined: Vec<Quarantined>,
    max: usize,
}

impl<T> Kept<T> {
    fn all() -> Self {
        Self { rows: Vec::new(), quarantined: Vec::new(), max: usize::MAX }
    }
}

impl<T> FeedSink<T> for Kept<T> {
    fn row(&mut self, row: T) -> ControlFlow<()> {
        self.rows.push(row);
        if self.rows.len() >= self.max { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn quarantined(&mut self, quarantined: Quarantined) -> ControlFlow<()> {
        self.quarantined.push(quarantined);
        ControlFlow::Continue(())
    }
}

const EPSS: &str = "#model_version:v2025.03.14,score_date:2025-11-26T12:55:00Z
cve,epss,percentile
CVE-1999-0001,0.01297,0.78841
CVE-1999-0002,1.5,0.1
not a CVE,0.1,0.1
CVE-1999-0003
CVE-2021-44228,0.94358,0.99956
";

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn scores_are_read_in_plain_and_in_gzip_and_bad_rows_are_quarantined() {
    for bytes in [EPSS.as_bytes().to_vec(), gzip(EPSS)] {
        let mut kept = Kept::all();
        let seen = read_epss(&mut &bytes[..], &Limits::default(), &mut kept).unwrap();
        assert_eq!(
            (seen.model.as_str(), seen.day.map(|day| day.to_string())),
            ("v2025.03.14", Some("2025-11-26".into()))
        );
        assert_eq!((seen.rows, seen.quarantined), (2, 3));
        let last = EpssRow { cve: "CVE-2021-44228".into(), probability: 943_580, percentile: 999_560 };
        assert_eq!(kept.rows.last(), Some(&last));
        let bad: Vec<_> =
            kept.quarantined.iter().map(|bad| (bad.line.unwrap(), bad.reason, bad.detail.as_str())).collect();
        assert_eq!(
            bad,
            [
                (4, QuarantineReason::FieldInvalid, "epss"),
                (5, QuarantineReason::FieldInvalid, "cve"),
                (6, QuarantineReason::FieldMissing, "epss"),
            ]
        );
        assert!(kept.quarantined[1].raw.starts_with(b"not a CVE"));
    }
    // Without the comment, as before 2021.
    let mut kept = Kept::all();
    let seen = read_epss(&mut &b"cve,epss,percentile\nCVE-2020-0001,0.1,0.2\n"[..], &Limits::default(), &mut kept);
    assert_eq!(seen.map(|seen| (seen.rows, seen.day)), Ok((1, None)));
}

const KEV: &str = r#"{"title": "CISA Catalog of Known Exploited Vulnerabilities", "catalogVersion": "2025.08.25",
"dateReleased": "2025-08-25T17:04:19.9796Z", "count": 4, "vulnerabilities": [
{"cveID": "CVE-2025-48384", "dateAdded": "2025-08-25", "dueDate": "2025-09-15", "knownRansomwareCampaignUse": "Unknown", "cwes": ["CWE-59"]},
{"cveID": "CVE-2021-44228", "dateAdded": "2021-12-10", "dueDate": "2021-12-24", "knownRansomwareCampaignUse": "Known"},
{"cveID": "CVE-2021-1", "dateAdded": "2021-12-10"}, {"dateAdded": "2021-12-10"}, "tomato",
{"cveID": "CVE-2020-0001", "dateAdded": "yesterday"}]}"#;

#[test]
fn the_catalogue_is_read_and_bad_rows_are_quarantined() {
    let mut kept = Kept::all();
    let seen = read_kev(&mut KEV.as_bytes(), &Limits::default(), &mut kept).unwrap();
    assert_eq!(
        (seen.version.as_str(), seen.released.map(|day| day.to_string())),
        ("2025.08.25", Some("2025-08-25".into()))
    );
    let told: Vec<_> = kept.rows.iter().map(|row: &KevRow| (row.cve.as_str(), row.ransomware)).collect();
    assert_eq!(told, [("CVE-2025-48384", false), ("CVE-2021-44228", true)]);
    let bad: Vec<_> = kept.quarantined.iter().map(|bad| (bad.reason, bad.detail.as_str())).collect();
    assert_eq!(
        bad,
        [
            (QuarantineReason::FieldInvalid, "cveID"),
            (QuarantineReason::FieldMissing, "cveID"),
            (QuarantineReason::FieldMissing, "cveID"),
            (QuarantineReason::FieldInvalid, "dateAdded"),
        ]
    );
}

const EUVD: &str = r#"[
{"id": "EUVD-2025-1", "aliases": "CVE-2025-48384\nGHSA-vwqx-4fm8-6qc9\n", "exploitedSince": "Aug 25, 2025, 12:00:00 AM", "baseScore": 8.0},
{"id": "EUVD-2021-2", "aliases": "cve-2021-44228\nCVE-2021-45046", "exploitedSince": "Dec 10, 2021, 3:04:05 PM", "enisaIdVendor": [{"vendor": {"name": "x"}}]},
{"id": "EUVD-2020-3", "aliases": "GHSA-1", "exploitedSince": "Dec 10, 2021, 3:04:05 PM"},
{"id": "EUVD-2020-4", "aliases": "CVE-2020-0001"}, "tomato",
{"id": "EUVD-2020-5", "aliases": "CVE-2020-0002", "exploitedSince": "yesterday"}]"#;

#[test]
fn the_european_list_is_read_as_a_list_and_as_a_page_and_bad_records_are_quarantined() {
    for text in [EUVD.to_owned(), format!("{{\"total\": 6, \"items\": {EUVD}}}")] {
        let mut kept = Kept::all();
        let seen = read_euvd(&mut &gzip(&text)[..], &Limits::default(), &mut kept).unwrap();
        assert_eq!((seen.rows, seen.quarantined), (3, 4));
        let told: Vec<_> = kept.rows.iter().map(|row: &KevRow| format!("{} {}", row.cve, row.added)).collect();
        assert_eq!(told, ["CVE-2025-48384 2025-08-25", "CVE-2021-44228 2021-12-10", "CVE-2021-45046 2021-12-10"]);
        let bad: Vec<_> = kept.quarantined.iter().map(|bad| (bad.reason, bad.detail.as_str())).collect();
        assert_eq!(
            bad,
            [
                (QuarantineReason::FieldMissing, "aliases"),
                (QuarantineReason::FieldMissing, "exploitedSince"),
                (QuarantineReason::FieldMissing, "aliases"),
                (QuarantineReason::FieldInvalid, "exploitedSince"),
            ]
        );
    }
}

#[test]
fn what_is_no_such_file_is_refused() {
    let limits = Limits::default();
    let euvd = |text: &str| read_euvd(&mut text.as_bytes(), &limits, &mut Kept::all()).unwrap_err().code;
    assert_eq!(
        [euvd("{}"), euvd("7"), euvd("[{")],
        [RefusalCode::NotAScan, RefusalCode::Malformed, RefusalCode::Truncated]
    );
    let epss = |text: &str| read_epss(&mut text.as_bytes(), &limits, &mut Kept::all()).unwrap_err().code;
    assert_eq!(epss(""), RefusalCode::Empty);
    assert_eq!(epss("a,b,c\n1,2,3\n"), RefusalCode::NotAScan);
    assert_eq!(epss("#model_version:v1\n"), RefusalCode::Truncated);
    assert_eq!(epss("cve,epss,percentile\n\"CVE-2020-0001,0.1"), RefusalCode::Truncated);
    let kev = |text: &str| read_kev(&mut text.as_bytes(), &limits, &mut Kept::all()).unwrap_err().code;
    assert_eq!(kev("{}"), RefusalCode::NotAScan);
    assert_eq!(kev("[]"), RefusalCode::Malformed);
    assert_eq!(kev(&KEV[..KEV.len() - 2]), RefusalCode::Truncated);
    let few = Limits { max_rows: 1, ..limits };
    assert_eq!(read_kev(&mut KEV.as_bytes(), &few, &mut Kept::all()).unwrap_err().code, RefusalCode::TooManyRows);
    let mut enough = Kept { max: 1, ..Kept::all() };
    assert_eq!(read_epss(&mut EPSS.as_bytes(), &limits, &mut enough).unwrap_err().code, RefusalCode::Stopped);
}

/// The published file has some 300,000 rows; in a release build they take less than two seconds.
#[test]
fn a_file_of_the_real_size_is_read_quickly() {
    let mut text = String::from("#model_version:v2025.03.14,score_date:2025-11-26T12:55:00Z\ncve,epss,percentile\n");
    for n in 0..300_000_u32 {
        let _ = writeln!(
            text,
            "CVE-{}-{:05},0.{:05},0.{:05}",
            1999 + n / 12_000,
            1_000 + n % 12_000,
            n % 100_000,
            n % 99_991
        );
    }
    let bytes = gzip(&text);
    let begun = std::time::Instant::now();
    let mut kept = Kept::all();
    let seen = read_epss(&mut &bytes[..], &Limits::default(), &mut kept).unwrap();
    let took = begun.elapsed();
    println!("300,000 rows of EPSS in {took:?}");
    assert_eq!((seen.rows, seen.quarantined), (300_000, 0));
    assert!(cfg!(debug_assertions) || took.as_secs_f64() < 2.0, "{took:?}");
}
