//! A preview shows what reading gives: the first records of any file, however it is cut.

use crate::support::{Kept, read_bytes};
use ingest::{HEAD, Options, Quarantined, Sink, parse, preview, suggest};
use model::facts::Row;
use model::mapping::Delimiter;
use model::view::mapping::PreviewOutcome;
use model::{MappedField, MappedFormat, Mapping, Severity};
use proptest::prelude::*;
use std::ops::ControlFlow;

/// What was handed over, in its order.
#[derive(Default)]
struct Ordered(Vec<Result<Row, Quarantined>>);

impl Sink for Ordered {
    fn row(&mut self, row: Row) -> ControlFlow<()> {
        self.0.push(Ok(row));
        ControlFlow::Continue(())
    }

    fn quarantined(&mut self, quarantined: Quarantined) -> ControlFlow<()> {
        self.0.push(Err(quarantined));
        ControlFlow::Continue(())
    }
}

/// A record: rule, severity, host, port, status.
type Record = [String; 5];

const COLUMNS: [(MappedField, &str); 5] = [
    (MappedField::Rule, "rule"),
    (MappedField::Severity, "risk"),
    (MappedField::Asset, "host"),
    (MappedField::Port, "port"),
    (MappedField::Status, "state"),
];

fn record() -> impl Strategy<Value = Record> {
    (
        "[a-c]?[\";,\né]{0,3}",
        prop_oneof![Just("high"), Just("Baja"), Just("2"), Just("7.5"), Just("odd"), Just("")],
        "(web|db|ñ)?",
        prop_oneof![Just(""), Just("443"), Just("80/udp"), Just("99999")],
        prop_oneof![4 => Just("open"), 1 => Just("fixed")],
    )
        .prop_map(|(rule, risk, host, port, state)| [rule, risk.to_owned(), host, port.to_owned(), state.to_owned()])
}

fn format() -> impl Strategy<Value = MappedFormat> {
    prop_oneof![
        Just(MappedFormat::Csv { delimiter: Delimiter::Semicolon }),
        Just(MappedFormat::Csv { delimiter: Delimiter::Auto }),
        Just(MappedFormat::Json { records: String::new() }),
        Just(MappedFormat::Json { records: "/a~1b/c".to_owned() }),
        Just(MappedFormat::JsonLines {}),
    ]
}

fn mapping(format: &MappedFormat) -> Mapping {
    let json = !matches!(format, MappedFormat::Csv { .. });
    let name = |column: &str| if json { format!("/{column}") } else { column.to_owned() };
    let mapping = Mapping::new("t", format.clone());
    Mapping {
        columns: COLUMNS.iter().map(|(field, column)| (*field, name(column))).collect(),
        no_finding: vec!["fixed".to_owned()],
        ..mapping
    }
}

fn written(format: &MappedFormat, records: &[Record], line_end: bool) -> String {
    let names = COLUMNS.map(|(_, name)| name);
    let object = |record: &Record| {
        let entries: serde_json::Map<_, _> =
            names.iter().zip(record).map(|(name, value)| ((*name).to_owned(), value.clone().into())).collect();
        serde_json::Value::Object(entries).to_string()
    };
    let objects: Vec<String> = records.iter().map(object).collect();
    let end = if line_end { "\n" } else { "" };
    match format {
        MappedFormat::Csv { .. } => {
            let quoted = |record: &Record| {
                record.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect::<Vec<_>>().join(";")
            };
            let lines: Vec<String> = std::iter::once(names.join(";")).chain(records.iter().map(quoted)).collect();
            lines.join("\r\n") + end
        }
        MappedFormat::Json { records } if records.is_empty() => format!("[{}]{end}", objects.join(",")),
        MappedFormat::Json { .. } => format!("{{\"x\": [1], \"a/b\": {{\"c\": [{}]}}}}{end}", objects.join(", ")),
        MappedFormat::JsonLines {} => objects.join("\n") + end,
    }
}

/// What reading gives, in the words of a preview; rows that are no finding are not handed over.
fn parsed(bytes: &[u8], mapping: &Mapping) -> Vec<PreviewOutcome> {
    let mut kept = Ordered::default();
    let options = Options { mapping: Some(mapping.clone()), ..Options::default() };
    let parsed = parse(&mut &*bytes, &options, &mut kept).unwrap_or_else(|refusal| panic!("{refusal}"));
    kept.0
        .into_iter()
        .map(|row| match row {
            Ok(row) => PreviewOutcome::Sighting {
                rule: parsed.weaknesses[row.weakness as usize].rule.clone(),
                title: parsed.weaknesses[row.weakness as usize].title.clone(),
                severity: row.severity,
                asset: parsed.assets[row.asset as usize].facts.name.clone(),
                place: row.place.to_string(),
            },
            Err(flawed) => {
                PreviewOutcome::Quarantined { reason: flawed.reason.word().to_owned(), detail: flawed.detail }
            }
        })
        .collect()
}

/// What a preview gives, and the number of rows that are no finding.
fn previewed(head: &[u8], mapping: &Mapping, rows: usize) -> (Vec<PreviewOutcome>, usize) {
    let all = preview(head, mapping, rows).rows;
    let seen = all.len();
    let shown: Vec<_> =
        all.into_iter().map(|row| row.outcome).filter(|it| !matches!(it, PreviewOutcome::NoFinding { .. })).collect();
    let nothing = seen - shown.len();
    (shown, nothing)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_preview_is_the_beginning_of_what_is_read(
        format in format(),
        records in prop::collection::vec(record(), 0..12),
        rows in 0_usize..14,
        line_end: bool,
    ) {
        let (mapping, text) = (mapping(&format), written(&format, &records, line_end));
        let whole = parsed(text.as_bytes(), &mapping);
        let (shown, nothing) = previewed(text.as_bytes(), &mapping, rows);
        prop_assert_eq!(shown.len() + nothing, rows.min(records.len()), "{}", text);
        prop_assert_eq!(&shown[..], &whole[..shown.len()], "{}", text);
    }

    #[test]
    fn no_bytes_make_a_panic(bytes in prop::collection::vec(prop_oneof![any::<u8>(), prop::sample::select(b"{}[]\",;:\n|x".as_slice())], 0..200), format in format()) {
        let mapping = Mapping { default_severity: Some(Severity::Low), ..mapping(&format) };
        let _ = preview(&bytes, &mapping, 5);
        let _ = suggest(&bytes);
        // `read_bytes` checks that the rows add up wherever the file is still read.
        let _ = read_bytes(&bytes, &Options { mapping: Some(mapping), ..Options::default() });
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_preview_of_the_beginning_shows_whole_records_only(
        format in format(),
        records in prop::collection::vec(record(), 1..12),
        cut in 0_usize..2000,
    ) {
        let mapping = mapping(&format);
        let many: Vec<Record> = records.iter().cycle().take(4000).cloned().collect();
        let text = written(&format, &many, true);
        let bytes = text.as_bytes();
        prop_assert!(bytes.len() > HEAD + cut);
        let whole = parsed(bytes, &mapping);
        let seen = preview(&bytes[..HEAD + cut], &mapping, usize::MAX);
        prop_assert_eq!(seen.refusal, None);
        let (shown, nothing) = previewed(&bytes[..HEAD + cut], &mapping, usize::MAX);
        prop_assert!(shown.len() + nothing > 300);
        prop_assert_eq!(&shown[..], &whole[..shown.len()]);
    }
}

#[test]
fn a_sink_can_stop_the_reading() {
    struct Full(Kept);

    impl Sink for Full {
        fn row(&mut self, row: Row) -> ControlFlow<()> {
            let _ = self.0.row(row);
            ControlFlow::Break(())
        }

        fn quarantined(&mut self, _: Quarantined) -> ControlFlow<()> {
            ControlFlow::Break(())
        }
    }

    let record = ["a", "high", "web", "", "open"].map(str::to_owned);
    for format in [MappedFormat::Csv { delimiter: Delimiter::Auto }, MappedFormat::JsonLines {}] {
        let text = written(&format, &[record.clone(), record.clone()], true);
        let mut sink = Full(Kept::default());
        let options = Options { mapping: Some(mapping(&format)), ..Options::default() };
        let refusal = parse(&mut text.as_bytes(), &options, &mut sink).unwrap_err();
        assert_eq!((refusal.code, sink.0.rows.len()), (ingest::RefusalCode::Stopped, 1));
    }
}
