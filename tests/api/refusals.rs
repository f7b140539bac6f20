//! Files that are no exports, or worse: each is refused with a reason, and nothing of it can be seen.

use crate::NESSUS;
use crate::clean;
use serde_json::Value;
use std::io::Write;
use tests::on_both;
use tests::support::{Client, TestServer, html, people, places};

/// Every hostile file, and others that are no scan.
fn files() -> Vec<(String, Vec<u8>)> {
    let folder = places::root().join("tests/fixtures/hostile");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| format!("hostile/{}", entry.unwrap().file_name().to_string_lossy()))
        .collect();
    names.push("nessus/policy_only.nessus".to_owned());
    names.push("burp/items.xml".to_owned());
    names.sort();
    let mut files: Vec<(String, Vec<u8>)> =
        names.into_iter().map(|name| (name.clone(), places::fixture(&name))).collect();
    // These go beyond limits that the tests of the parser set low.
    files.retain(|(name, _)| {
        !["large_attribute", "large_string", "many_attributes"].iter().any(|large| name.contains(large))
    });
    files.push(("picture.png".to_owned(), b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec()));
    files.push(("zeros.nessus".to_owned(), vec![0; 5_000]));
    files.push(("../../etc/passwd".to_owned(), b"root:x:0:0:root".to_vec()));
    files
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

async fn visible(client: &mut Client) -> (Value, Vec<String>, Value) {
    let scans = client.get("/api/ui/scans?page=").await.expect(200).json()["scans"].clone();
    let rows = client.rows("/findings?q=status:any").await;
    let teams = client.get("/api/ui/teams").await.expect(200).json();
    (scans, rows, teams)
}

on_both! {
    async fn nothing_of_a_refused_file_can_be_seen(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await;
        admin.import(&[("full.nessus", &places::fixture(NESSUS))]).await;
        let before = visible(&mut admin).await;
        for (name, bytes) in files() {
            let job = admin.upload(&[(name.as_str(), bytes.as_slice())]).await[0];
            let state = admin.imported(job).await;
            assert_eq!(state["state"], "refused", "{name}: {state}");
            let code = state["code"].as_str().unwrap();
            assert!(!code.is_empty() && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{name}: {code}");
            let page = admin.get(&format!("/imports/{job}")).await.expect(200);
            let text = html::text(html::element(&page.body, "main").unwrap());
            assert!(text.len() > 60, "{name}: the page says why: {text}");
            for word in ["panicked", ".rs:", "quick_xml", "quick-xml", "serde"] {
                assert!(!text.contains(word), "{name}: {text}");
            }
        }
        assert_eq!(before, visible(&mut admin).await);
        let books = server.postura(&["verify-ledger"], "");
        assert!(books.status.success(), "{}", String::from_utf8_lossy(&books.stderr));
    }

    async fn a_truncated_export_is_taken_once_it_is_whole(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await;
        let whole = places::fixture(NESSUS);
        let cut = &whole[..whole.len() * 2 / 3];
        let ends = admin.import(&[("full.nessus", cut), ("full.nessus", &whole)]).await;
        assert_eq!(ends[0]["state"], "refused", "{ends:#?}");
        assert_eq!((&ends[1]["state"], &ends[1]["already_imported"]), (&Value::from("done"), &Value::from(false)));
        let rows = admin.rows("/findings").await;
        assert!(!rows.is_empty());
    }

    async fn a_compressed_export_is_the_same_export(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await;
        let plain = places::fixture(NESSUS);
        let wrapped = gzip(&plain);
        let ends = admin.import(&[("full.nessus.gz", &wrapped), ("full.nessus", &plain)]).await;
        assert_eq!((&ends[0]["state"], &ends[0]["already_imported"]), (&Value::from("done"), &Value::from(false)));
        assert_eq!((&ends[1]["state"], &ends[1]["already_imported"]), (&Value::from("done"), &Value::from(true)));
        // Cut in the middle, wrapped twice, and a bomb.
        let bomb = gzip(&vec![b' '; 64 << 20]);
        for (bytes, code) in [
            (&wrapped[..wrapped.len() / 2], "truncated"),
            (&gzip(&wrapped), "unsupported_format"),
            (&gzip(&[br#"<NessusClientData_v2><Report name="r">"#, b"<x/>".repeat(16 << 20).as_slice()].concat()), "too_dense"),
            (&bomb, "empty"),
        ] {
            let ends = admin.import(&[("wrapped.gz", bytes)]).await;
            assert_eq!((&ends[0]["state"], &ends[0]["code"]), (&Value::from("refused"), &Value::from(code)));
        }
        assert_eq!(admin.get("/api/ui/scans?page=").await.expect(200).json()["scans"].as_array().unwrap().len(), 1);
    }

    async fn what_the_reader_remarks_stands_on_the_page_of_the_scan(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await;
        let ends = admin.import(&[("alerts.json", &places::fixture("zap/alerts.json"))]).await;
        assert_eq!(ends[0]["state"], "done");
        let scans = admin.get("/api/ui/scans?page=").await.expect(200).json();
        let page = admin.get(&format!("/scans/{}", scans["scans"][0]["id"])).await.expect(200);
        let text = html::text(html::element(&page.body, "main").unwrap());
        assert!(text.contains("Una lista de hallazgos") || text.contains("A list of findings"), "{text}");
    }

    async fn the_command_line_refuses_one_and_imports_the_others(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await;
        let fixture = |name: &str| places::root().join("tests/fixtures").join(name).display().to_string();
        let files = [fixture("hostile/entity_bomb.nessus"), fixture(NESSUS), fixture("hostile/empty.nessus")];
        let mut arguments = vec!["import", "--json"];
        arguments.extend(files.iter().map(String::as_str));
        let done = server.postura(&arguments, "");
        assert_eq!(done.status.code(), Some(2));
        let printed = String::from_utf8(done.stdout).unwrap();
        let objects: Vec<Value> = printed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(objects.len(), 1, "{printed}");
        assert_eq!(objects[0]["file"], "full.nessus");
        let said = String::from_utf8(done.stderr).unwrap();
        for file in [&files[0], &files[2]] {
            assert!(said.lines().any(|line| line.contains(file.as_str())), "{said}");
        }
        let rows = i64::try_from(admin.rows("/findings").await.len()).unwrap();
        let open = server.ask(&["metrics", "open", "--json"]);
        assert_eq!(serde_json::from_str::<Value>(open.trim()).unwrap()["value"], rows);
        let problem = admin.get("/api/v1/occurrences").await;
        clean::assert_problem(&server, &problem, 401, "unauthenticated");
    }
}
