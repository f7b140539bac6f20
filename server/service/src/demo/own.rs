//! What real scanners say of Postura itself: the reports of wapiti and testssl.sh that `cargo xtask selfscan` brought, trimmed. The
//! address is the one that the company would have for it, the dates are the story's; the rest is as it was written.

use super::{DemoFile, at, week_start};
use anyhow::Context;
use chrono::{DateTime, Utc};
use model::{Day, MappedField, MappedFormat, Mapping, Micros};
use serde_json::Value;
use std::collections::BTreeMap;

/// Who looks after Postura.
pub(crate) const TEAM: &str = "Postura";
/// What that team owns.
pub(crate) const PATTERNS: [&str; 2] = ["*://postura.*", "postura.*"];
/// The source of the reports.
pub(crate) const SOURCE: &str = "postura";
/// The name of the mapping that reads testssl.sh.
pub(crate) const MAPPING: &str = "testssl.sh";
/// Why what wapiti says of forms is no finding.
pub(crate) const FORGERY: &str = "Falso positivo: wapiti busca un token en cada formulario. Postura pregunta al navegador de dónde viene la \
    petición (Sec-Fetch-Site y Origin) y rechaza las de otro sitio antes de leerlas; la cookie es SameSite=Lax. Probado en \
    tests/api/origin.rs y en cada autoescaneo.";

/// The address of Postura in the company.
const HOST: &str = "postura.almadia.example";
/// Where it was when wapiti scanned it.
const SCANNED: &str = "127.0.0.1:8481";
/// What testssl.sh calls the place where it found it, and the names in its certificate.
const ASKED: [&str; 2] = ["localhost/127.0.0.1", "localhost 127.0.0.1"];
const WAPITI: &str = include_str!("../../data/own/wapiti.json");
const TESTSSL: &str = include_str!("../../data/own/testssl.json");
/// The week of the story in which Postura was scanned, the last.
const WEEK: i64 = super::WEEKS - 1;

/// Both reports: wapiti's, and that of testssl.sh, for which there is a mapping.
pub(crate) fn files(today: Day) -> anyhow::Result<[DemoFile; 2]> {
    let when = at(week_start(today, WEEK), 80);
    let day = when.format("%Y-%m-%d");
    let wapiti = wapiti(when)?;
    Ok([
        DemoFile {
            name: format!("wapiti-{HOST}-{day}.json"),
            arrives: Micros::from(at(week_start(today, WEEK), 81)),
            bytes: wapiti.into_bytes(),
        },
        DemoFile {
            name: format!("testssl-{HOST}-{day}.json"),
            arrives: Micros::from(at(week_start(today, WEEK), 82)),
            bytes: TESTSSL.replace(ASKED[0], HOST).replace(ASKED[1], HOST).into_bytes(),
        },
    ])
}

/// wapiti's report with the story's date.
fn wapiti(when: DateTime<Utc>) -> anyhow::Result<String> {
    let text = WAPITI.replace(&format!("http://{SCANNED}"), &format!("https://{HOST}")).replace(SCANNED, HOST);
    let mut report: Value = serde_json::from_str(&text).context("wapiti's report")?;
    let infos = report.get_mut("infos").and_then(Value::as_object_mut).context("wapiti's report has no infos")?;
    infos.insert("date".to_owned(), when.format("%a, %d %b %Y %H:%M:%S +0000").to_string().into());
    Ok(report.to_string())
}

/// How the flat JSON of testssl.sh is read. Of the report what it calls good was left out.
pub(crate) fn mapping() -> Mapping {
    let columns = [
        (MappedField::Rule, "/id"),
        (MappedField::Severity, "/severity"),
        (MappedField::Asset, "/ip"),
        (MappedField::Port, "/port"),
        (MappedField::Cve, "/cve"),
        (MappedField::Cwe, "/cwe"),
        (MappedField::Evidence, "/finding"),
    ];
    Mapping {
        columns: columns.into_iter().map(|(field, place)| (field, place.to_owned())).collect(),
        severities: BTreeMap::from([("WARN".to_owned(), model::Severity::Info)]),
        ..Mapping::new("testssl", MappedFormat::Json { records: String::new() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reports_are_the_story_s_and_can_be_read() {
        let [wapiti, testssl] = files(Day(20_000)).unwrap();
        assert!(wapiti.arrives < testssl.arrives && mapping().validate().is_ok());
        for file in [&wapiti, &testssl] {
            let text = std::str::from_utf8(&file.bytes).unwrap();
            assert!(text.contains(HOST) && !text.contains("127.0.0.1"), "{}", file.name);
        }
        let preview = ingest::preview(&testssl.bytes, &mapping(), 1_000);
        assert!(preview.refusal.is_none() && preview.rows.len() > 10);
    }
}
