//! What a person is shown while defining a mapping, and how it is kept.

use crate::mapped::{all, read, spanish};
use crate::support::bytes;
use ingest::{RefusalCode, columns, preview, suggest};
use model::mapping::{DateOrder, Delimiter, SeverityNumbers};
use model::view::mapping::{Confidence, PreviewOutcome};
use model::{MappedField, MappedFormat, Mapping, Severity};

#[test]
fn suggestions_know_both_languages() {
    let found = suggest(&bytes("mapped/es.csv")).unwrap();
    assert_eq!(found.confidence, Confidence::High);
    assert_eq!(found.mapping.format, MappedFormat::Csv { delimiter: Delimiter::Semicolon });
    assert_eq!((found.mapping.columns.clone(), found.mapping.dates), (spanish().columns, DateOrder::DayFirst));
    assert_eq!(
        (found.columns[3].samples.as_slice(), found.columns[3].field),
        (["Crítica", "Alta", "Muy grave"].map(str::to_owned).as_slice(), Some(MappedField::Severity))
    );
    assert_eq!(found.columns[0].field, None);
    let whole = read("mapped/es.csv", Mapping { tool: "x".to_owned(), ..found.mapping });
    assert_eq!((whole.kept.rows.len(), whole.parsed.no_finding), (3, 1));

    let english =
        suggest(b"Issue,Target,Risk Level\nXSS,https://shop.example.com/a,3\nCSRF,https://shop.example.com/b,7.5\n")
            .unwrap();
    assert_eq!(english.confidence, Confidence::Medium);
    assert_eq!(english.mapping.columns.get(&MappedField::Url).map(String::as_str), Some("Target"));
    assert_eq!(english.mapping.severity_numbers, SeverityNumbers::Cvss);
    // What holds many hosts names the asset only where nothing names a host.
    let asset = |head: &[u8]| suggest(head).unwrap().mapping.columns.remove(&MappedField::Asset);
    assert_eq!(asset(b"Rule,Severity,Repository,IP Address\n1,2,all,10.0.0.1\n"), None);
    assert_eq!(asset(b"Rule,Severity,Repository,File\n1,2,shop,a.rs\n").as_deref(), Some("Repository"));
}

#[test]
fn suggestions_find_records_in_json() {
    let document = bytes("mapped/nested.json");
    // Also where the head is cut in the middle of the second record.
    for head in [document.as_slice(), &document[..900]] {
        let found = suggest(head).unwrap();
        assert_eq!(found.mapping.format, MappedFormat::Json { records: "/data/results".to_owned() });
        let column = |field| found.mapping.columns.get(&field).map(String::as_str);
        assert_eq!(column(MappedField::Severity), Some("/severity"));
        assert_eq!(column(MappedField::Url), Some("/target/url"));
        assert_eq!(column(MappedField::Title), Some("/rule/title"));
        assert_eq!((column(MappedField::Rule), found.confidence), (Some("/rule/id"), Confidence::High));
    }
    let lines = suggest(&bytes("mapped/lines.jsonl")).unwrap();
    assert_eq!(lines.mapping.format, MappedFormat::JsonLines {});
    assert_eq!(lines.mapping.columns.get(&MappedField::Line).map(String::as_str), Some("/start/line"));
    for head in [b"<a/>".as_slice(), b"[1, 2]", b"{}"] {
        assert_eq!(suggest(head).unwrap_err().code, RefusalCode::NotAScan);
    }
    assert_eq!(suggest(b"").unwrap_err().code, RefusalCode::Empty);
}

#[test]
fn columns_are_listed_as_the_format_has_them() {
    let csv = |delimiter| MappedFormat::Csv { delimiter };
    let table = bytes("mapped/es.csv");
    let found = columns(&table, &csv(Delimiter::Auto)).unwrap();
    assert_eq!((found.len(), found[3].name.as_str()), (13, "Gravedad"));
    // More values than a proposal shows: each may be a word that the mapping must know.
    assert_eq!(found[3].samples, ["Crítica", "Alta", "Muy grave", "Informativa", "Baja", "Media"]);
    assert_eq!(columns(&table, &csv(Delimiter::Pipe)).unwrap().len(), 1);
    let json = |records: &str| MappedFormat::Json { records: records.to_owned() };
    let document = bytes("mapped/nested.json");
    let names = |format| columns(&document, &format).unwrap().into_iter().map(|column| column.name).collect::<Vec<_>>();
    assert!(names(json("/data/results")).contains(&"/rule/id".to_owned()));
    assert_eq!(names(json("/tool/runs")), ["/at"]);
    assert_eq!(names(json("/nowhere")), Vec::<String>::new());
    assert_eq!(names(MappedFormat::JsonLines {}), Vec::<String>::new());
}

#[test]
fn a_preview_says_what_becomes_of_each_record() {
    let seen = preview(&bytes("mapped/es.csv"), &spanish(), 6);
    assert_eq!((seen.rows.len(), &seen.refusal), (6, &None));
    assert_eq!(
        seen.rows[0].outcome,
        PreviewOutcome::Sighting {
            rule: "Auditoría/W-12".to_owned(),
            title: "Inyección SQL".to_owned(),
            severity: Severity::Critical,
            asset: "tienda.example.com".to_owned(),
            place: "tcp/443".to_owned(),
        }
    );
    let quarantined =
        PreviewOutcome::Quarantined { reason: "field_invalid".to_owned(), detail: "Gravedad=Muy grave".to_owned() };
    assert_eq!((seen.rows[2].line, &seen.rows[2].outcome), (Some(4), &quarantined));
    assert_eq!(seen.rows[5].outcome, PreviewOutcome::NoFinding { status: "CORREGIDA".to_owned() });
    let other = preview(b"Name\nx\n", &spanish(), 6);
    assert_eq!((other.rows.len(), other.refusal.map(|refusal| refusal.detail)), (0, Some("Código".to_owned())));
}

#[test]
fn a_mapping_is_kept_as_json_and_takes_nothing_else() {
    for (name, mapping) in all() {
        let kept = serde_json::to_string(&mapping).unwrap();
        assert_eq!(serde_json::from_str::<Mapping>(&kept).unwrap(), mapping, "{name}");
    }
    let least = r#"{"version":1,"tool":"x","format":{"kind":"csv"},"columns":{"title":"Name","seen_at":"Date"}}"#;
    let read = serde_json::from_str::<Mapping>(least).unwrap();
    assert_eq!(read.format, MappedFormat::Csv { delimiter: Delimiter::Auto });
    assert_eq!(read.columns.keys().copied().collect::<Vec<_>>(), [MappedField::Title, MappedField::SeenAt]);
    for (from, to) in [("\"tool\"", "\"more\":1,\"tool\""), ("\"csv\"", "\"csv\",\"more\":1"), ("seen_at", "seen")] {
        assert!(serde_json::from_str::<Mapping>(&least.replace(from, to)).is_err(), "{to}");
    }
}
