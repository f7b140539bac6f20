//! Importing again: the same bytes, the same scan in another order, the same findings in other words.

use crate::files::{host, nessus};
use crate::office::{Office, day, plainly};
use serde_json::Value;
use tests::support::places;

/// Every example that the project has of a format, if it can be read.
fn fixtures() -> Vec<(String, Vec<u8>)> {
    let folders = ["burp", "nessus", "sarif", "zap"];
    let root = places::root().join("tests/fixtures");
    let mut found: Vec<(String, Vec<u8>)> = folders
        .iter()
        .flat_map(|folder| std::fs::read_dir(root.join(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap()))
        .collect();
    found.sort();
    found
}

/// The blocks between `open` and `close` of a text, turned round.
fn turned(text: &str, open: &str, close: &str) -> String {
    let Some((head, rest)) = text.split_once(open) else { return text.to_owned() };
    let body = rest.rfind(close).unwrap() + close.len();
    let (body, tail) = rest.split_at(body);
    let mut blocks: Vec<&str> = body.split(open).collect();
    blocks.reverse();
    format!("{head}{}{tail}", blocks.iter().map(|block| format!("{open}{block}\n")).collect::<String>())
}

/// Every array of a JSON value, turned round.
fn turn(value: &mut Value) {
    match value {
        Value::Array(items) => {
            items.reverse();
            items.iter_mut().for_each(turn);
        }
        Value::Object(fields) => fields.values_mut().for_each(turn),
        _ => {}
    }
}

/// Files that say the same as an example of the project, their elements in another order.
fn permuted() -> Vec<(&'static str, Vec<u8>, Vec<u8>)> {
    let text = |name: &str| String::from_utf8(places::fixture(name)).unwrap();
    let nessus = text("nessus/full.nessus");
    let items = nessus.split("</ReportHost>").map(|part| turned(part, "<ReportItem", "</ReportItem>"));
    let items = items.collect::<Vec<_>>().join("</ReportHost>");
    let mut zap: Value = serde_json::from_str(&text("zap/plain.json")).unwrap();
    turn(&mut zap);
    let burp = text("burp/issues.xml");
    vec![
        ("hosts.nessus", nessus.clone().into_bytes(), turned(&nessus, "<ReportHost ", "</ReportHost>").into_bytes()),
        ("items.nessus", nessus.into_bytes(), items.into_bytes()),
        ("plain.json", places::fixture("zap/plain.json"), zap.to_string().into_bytes()),
        ("issues.xml", burp.clone().into_bytes(), turned(&burp, "<issue>", "</issue>").into_bytes()),
    ]
}

tests::on_both! {
    async fn any_file_twice_changes_nothing(engine: Engine) {
        let office = Office::open(engine).await;
        let mut files = Vec::new();
        for (name, bytes) in fixtures() {
            if office.try_import(&name, &bytes, &plainly()).await.is_some() {
                files.push((name, bytes));
            }
        }
        assert!(files.len() > 30, "most examples can be imported: {}", files.len());
        let before = office.shown().await;
        let books = office.service.verify_ledger().await.unwrap();
        office.today(130);
        for (name, bytes) in &files {
            let again = office.import_with(name, bytes, &plainly()).await;
            assert!(again.already_imported, "{name}");
            assert_eq!((again.new, again.reopened, again.closed, again.not_retested), (0, 0, 0, 0), "{name}");
        }
        assert_eq!(office.shown().await, before);
        let after = office.service.verify_ledger().await.unwrap();
        assert_eq!((after.entries, after.step, after.occurrences), (books.entries, books.step, books.occurrences));
        office.assert_sound().await;
    }

    async fn the_order_of_elements_is_no_matter(engine: Engine) {
        for (name, plain, other) in permuted() {
            assert_ne!(plain, other, "{name}");
            let (one, two) = (Office::open(engine).await, Office::open(engine).await);
            one.import_with(name, &plain, &plainly()).await;
            two.import_with(name, &other, &plainly()).await;
            let shown = one.shown().await;
            assert!(shown.len() > 3, "{name}: {}", shown.len());
            assert_eq!(shown, two.shown().await, "{name}");
            // And as a second export of the same scan it adds nothing.
            let again = one.import_with(name, &other, &plainly()).await;
            assert_eq!((again.new, again.reopened, again.closed, again.not_retested), (0, 0, 0, 0), "{name}");
            assert_eq!(one.shown().await, shown, "{name}");
            one.assert_sound().await;
        }
    }

    async fn other_output_and_another_severity_are_the_same_finding(engine: Engine) {
        let office = Office::open(engine).await;
        let mut scan = nessus(day(0), vec![host("10.0.0.1", &[(100, 443), (101, 22)])]);
        office.import("1.nessus", &scan.text()).await;
        let before = office.findings("").await;
        scan.ended = day(7);
        for row in &mut scan.hosts[0].rows {
            (row.severity, row.output) = (4, format!("Seen again, pid {}", row.plugin * 7));
        }
        let summary = office.import("2.nessus", &scan.text()).await;
        assert_eq!((summary.new, summary.same, summary.reopened, summary.closed), (0, 3, 0, 0));
        let after = office.findings("").await;
        assert_eq!(after.iter().map(|row| &row.id).collect::<Vec<_>>(), before.iter().map(|row| &row.id).collect::<Vec<_>>());
        for row in &after {
            assert_eq!((row.severity.as_str(), row.episodes), ("critical", 1));
            let page = office.finding(&row.id).await;
            assert_eq!((page.episodes.len(), page.history.len()), (1, 2));
            assert!(page.evidence.unwrap().iter().any(|part| part.text.contains("pid")), "evidence is the newest");
        }
        // What it was rated then stays.
        let then = office.findings("as-of:2026-01-06").await;
        assert_eq!(then.iter().map(|row| row.severity.as_str()).collect::<Vec<_>>(), ["high"; 2]);
        office.assert_sound().await;
    }
}
