//! The fake of ZAP beside recordings of the real one: what was asked then is asked again, in the same order, and the answers must
//! have the same status and the same shape.

use crate::support::{client, code};
use fakes::{Fake, Zap};
use model::scanner::FaultCode;
use scanners::Trust;
use scanners::http::Ask;
use serde_json::Value;
use std::path::Path;

/// What the fake does not speak: neither our client nor those of others that are tried ask for it.
const NOT_SPOKEN: [&str; 5] =
    ["bad_host_header", "accessUrl_refused", "reports_templateDetails", "stats", "other_mdreport"];

/// Reports were written into a folder of the machine that recorded them; the fake has another.
const REPORT: &str = "-report_";

/// An exchange: its name, what was asked, the status and the body of the answer, if there was one.
fn exchanges(folder: &Path) -> Vec<(String, Value)> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<_> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|e| e == "json"))
        .collect();
    files.sort();
    let read = |path: &std::path::PathBuf| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        (name, serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap())
    };
    files.iter().map(read).collect()
}

/// Where an answer's shape is not that of the recorded one: a member that the real one does not have, or of another type.
fn differs(ours: &Value, real: &Value, place: &str) -> Option<String> {
    match (ours, real) {
        (Value::Object(ours), Value::Object(real)) => ours.iter().find_map(|(name, value)| match real.get(name) {
            Some(real) => differs(value, real, &format!("{place}.{name}")),
            // Counted by what was found then.
            None if place.ends_with("tags") => None,
            None => Some(format!("{place}.{name} is not in the real one")),
        }),
        (Value::Array(ours), Value::Array(real)) => {
            ours.iter().zip(real.iter().cycle()).find_map(|(one, other)| differs(one, other, &format!("{place}[]")))
        }
        _ if std::mem::discriminant(ours) == std::mem::discriminant(real) => None,
        _ => Some(format!("{place} is {ours}, really {real}")),
    }
}

#[tokio::test]
async fn answers_have_the_shape_of_recorded_ones() {
    let all = exchanges(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/recordings/zap/api"));
    if all.is_empty() {
        eprintln!("SKIPPED (shared absent): recordings/zap/api");
        return;
    }
    let zap = Zap { key: "testkey123".to_owned(), ..Zap::default() };
    let fake = Fake::start(zap, None).await;
    // It was recorded without a browser.
    fake.state().parts.remove("ajaxSpider");
    let client = client(&fake.url(), &Trust::System);
    let (mut compared, mut silent, mut unspoken, mut flaws) = (0, 0, Vec::new(), Vec::new());
    for (name, exchange) in &all {
        if name.contains(REPORT) || NOT_SPOKEN.iter().any(|part| name.ends_with(part)) {
            continue;
        }
        let (asked, answered) = (&exchange["request"], &exchange["response"]);
        let path = asked["path"].as_str().unwrap();
        let mut ask = if asked["method"] == "POST" { Ask::post(path) } else { Ask::get(path) };
        if let Some(body) = asked["body"].as_str() {
            let pairs: Vec<(String, String)> = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
            ask = ask.form(&pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect::<Vec<_>>());
        }
        if let Some(key) = asked["headers"]["X-ZAP-API-Key"].as_str() {
            ask = ask.header("x-zap-api-key".parse().unwrap(), key).unwrap();
        }
        let ours = client.ask(ask).await;
        let Some(status) = answered["status"].as_u64() else {
            assert_eq!(code(ours), FaultCode::ClosedSilently, "{name}");
            silent += 1;
            continue;
        };
        let ours = ours.unwrap_or_else(|fault| panic!("{name}: {fault}"));
        let said = ours.words();
        if status == 200 && (said.starts_with("Bad View") || said.starts_with("Bad Action")) {
            unspoken.push(name.as_str());
            continue;
        }
        if u64::from(ours.status) != status {
            flaws.push(format!("{name}: status {} ({said}), really {status}", ours.status));
            continue;
        }
        compared += 1;
        let real = answered["body"].as_str().and_then(|body| serde_json::from_str::<Value>(body).ok());
        if let (Some(real), Ok(ours)) = (real, ours.json::<Value>()) {
            flaws.extend(differs(&ours, &real, name));
        }
    }
    assert!(flaws.is_empty(), "{flaws:#?}\nnot spoken: {unspoken:?}");
    assert!(compared > 70 && silent == 2, "{compared} compared, {silent} silent, not spoken: {unspoken:?}");
}
