//! The four routes of the REST API, as a script uses them.

use crate::NESSUS;
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;
use tests::on_both;
use tests::support::{Client, TestServer, people, places};

/// Sends an export and waits; the import as the API shows it at the end.
async fn import(client: &mut Client, file: &str, bytes: Vec<u8>) -> Value {
    let request = client.request(reqwest::Method::POST, &format!("/api/v1/imports?file={file}")).body(bytes);
    let taken = client.send(request).await.expect(202);
    let place = taken.location().to_owned();
    assert_eq!(place, format!("/api/v1/imports/{}", taken.json()["id"]));
    for _ in 0..600 {
        let import = client.get(&place).await.expect(200).json();
        if !matches!(import["state"].as_str(), Some("queued" | "running")) {
            return import;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the import does not end");
}

/// The pages of a list of occurrences.
async fn pages(client: &mut Client, filter: &str, limit: usize) -> Vec<Vec<Value>> {
    let (mut pages, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/api/v1/occurrences?filter={filter}&limit={limit}&cursor={cursor}");
        let page = client.get(&path).await.expect(200).json();
        pages.push(page["items"].as_array().unwrap().clone());
        cursor = page["next"].as_str().unwrap().to_owned();
        if cursor.is_empty() {
            return pages;
        }
    }
}

async fn value(client: &mut Client, path: &str) -> i64 {
    let cells = client.get(path).await.expect(200).json();
    cells["cells"].as_array().unwrap().iter().map(|cell| cell["value"].as_i64().unwrap()).sum()
}

on_both! {
    async fn an_export_becomes_occurrences_and_numbers(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await;
        let mut client = people::token(&mut admin, "script").await;
        let done = import(&mut client, "full.nessus", places::fixture(NESSUS)).await;
        assert_eq!(done["state"], "done", "{done}");

        let open: Vec<Value> = pages(&mut client, "", 200).await.concat();
        assert!(open.len() >= 4, "{open:#?}");
        let small = pages(&mut client, "", 2).await;
        assert!(small.iter().rev().skip(1).all(|page| page.len() == 2), "every page but the last is full");
        let ids = |rows: &[Value]| rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
        assert_eq!(ids(&small.concat()), ids(&open), "pages neither lose nor repeat a row");
        assert_eq!(ids(&open).iter().collect::<BTreeSet<_>>().len(), open.len());
        let first = &open[0];
        for field in ["tool", "rule_id", "title", "severity", "status", "asset", "first_seen", "last_seen", "basis_2021"] {
            assert!(first[field].as_str().is_some_and(|text| !text.is_empty()), "{field}: {first:#}");
        }

        let count = i64::try_from(open.len()).unwrap();
        assert_eq!(value(&mut client, "/api/v1/metrics/open").await, count);
        assert_eq!(value(&mut client, "/api/v1/metrics/new").await, count);
        assert_eq!(value(&mut client, "/api/v1/metrics/open?by=severity,team").await, count);
        assert_eq!(value(&mut client, "/api/v1/metrics/open?by=owasp_2021").await, count);
        assert_eq!(value(&mut client, "/api/v1/metrics/fixed").await, 0);
        let high = pages(&mut client, "sev:high", 200).await.concat().len();
        assert_eq!(value(&mut client, "/api/v1/metrics/open?filter=sev:high").await, i64::try_from(high).unwrap());
    }

    async fn the_same_bytes_twice_change_nothing(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await;
        let mut client = people::token(&mut admin, "script").await;
        let first = import(&mut client, "a.nessus", places::fixture(NESSUS)).await;
        let before: Vec<Value> = pages(&mut client, "status:any", 200).await.concat();
        let again = import(&mut client, "b.nessus", places::fixture(NESSUS)).await;
        assert_eq!(again["state"], "done", "{again}");
        assert_eq!(again["already_imported"], true, "{again}");
        assert_eq!(again["scan"], first["scan"]);
        let after: Vec<Value> = pages(&mut client, "status:any", 200).await.concat();
        assert_eq!(before, after);
    }

    async fn the_command_line_says_what_the_api_says(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await;
        let mut client = people::token(&mut admin, "script").await;
        import(&mut client, "full.nessus", places::fixture(NESSUS)).await;
        for by in ["", "severity", "owasp_2021,severity", "day", "tool,status"] {
            let there = client.get(&format!("/api/v1/metrics/open?by={by}")).await.expect(200).json();
            let mut arguments = vec!["metrics", "open", "--json"];
            if !by.is_empty() {
                arguments.extend(["--by", by]);
            }
            let here = server.ask(&arguments);
            let here: Vec<Value> = here.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            assert_eq!(there["cells"], Value::Array(here), "by {by:?}");
        }
        let here = server.ask(&["occurrences", "--json"]);
        let here: Vec<Value> = here.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let mut there: Vec<Value> = pages(&mut client, "", 200).await.concat();
        let by_id = |a: &Value, b: &Value| a["id"].as_str().cmp(&b["id"].as_str());
        let mut here = here;
        here.sort_by(by_id);
        there.sort_by(by_id);
        assert_eq!(here, there);
    }
}
