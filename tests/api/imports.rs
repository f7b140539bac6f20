//! Imports as people steer them: previewed, stopped, accepted in part, out of archives, dated afterwards, read again.

use crate::NESSUS;
use serde_json::Value;
use std::io::{Cursor, Write};
use tests::on_both;
use tests::support::{Client, TestServer, people, places};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const NUMBERS: [&str; 11] = [
    "assets",
    "rows",
    "sightings",
    "quarantined",
    "no_finding",
    "not_a_weakness",
    "new",
    "same",
    "reopened",
    "closed",
    "not_retested",
];

fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

async fn offer(client: &mut Client, name: &str, bytes: &[u8], fields: &[(&'static str, &str)]) -> i64 {
    let reply = client.offer(&[(name, bytes)], fields).await.expect(202).json();
    reply["jobs"][0]["job"].as_i64().unwrap()
}

/// Says something of an import, and gives the job that goes on with it.
async fn act(client: &mut Client, job: i64, act: &str) -> Option<i64> {
    let fields = [("job", job.to_string()), ("act", act.to_owned()), ("next", "/".to_owned())];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    let done = client.act("/api/ui/import-act", &fields).await.expect(200).json();
    done["to"].as_str().unwrap_or_default().strip_prefix("/imports/").map(|job| job.parse().unwrap())
}

async fn scans(client: &mut Client) -> Vec<Value> {
    client.get("/api/ui/scans?page=").await.expect(200).json()["scans"].as_array().unwrap().clone()
}

/// An export whose import takes longer than a worker is silent.
fn large() -> String {
    let items = |host: usize| -> String {
        let item = |number: usize| {
            let (port, plugin) = (number % 60_000, 10_000 + number % 400);
            format!(
                "<ReportItem port=\"{port}\" svc_name=\"www\" protocol=\"tcp\" severity=\"2\" pluginID=\"{plugin}\" \
                 pluginName=\"Check {plugin}\" pluginFamily=\"General\"><plugin_output>{host} {number}</plugin_output>\
                 </ReportItem>"
            )
        };
        (1..6_000).map(item).collect()
    };
    let host = |host: usize| {
        format!(
            "<ReportHost name=\"10.1.0.{host}\"><HostProperties><tag name=\"HOST_END\">Mon Mar  2 09:00:00 2026</tag>\
             </HostProperties>{}</ReportHost>",
            items(host)
        )
    };
    let hosts: String = (1..5).map(host).collect();
    format!("<NessusClientData_v2><Report name=\"large\">{hosts}</Report></NessusClientData_v2>")
}

on_both! {
    async fn a_worker_says_how_far_it_is_while_the_import_writes(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await;
        let job = offer(&mut admin, "large.nessus", large().as_bytes(), &[]).await;
        let state = admin.imported(job).await;
        assert_eq!(state["state"], "done", "{state}");
        let scan = admin.get("/api/ui/scan?id=1").await.expect(200).json();
        assert_eq!(scan["summary"]["rows"], 4 * 5_999);
    }

    async fn a_preview_says_what_the_import_then_does_and_changes_nothing(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await;
        admin.import(&[("zap.xml", &places::fixture("zap/plain.xml"))]).await;
        let before = (scans(&mut admin).await, admin.rows("/findings?q=status:any").await);
        let job = offer(&mut admin, "full.nessus", &places::fixture(NESSUS), &[("preview", "on")]).await;
        let state = admin.imported(job).await;
        assert_eq!(state["state"], "previewed", "{state}");
        let told = state["summary"].clone();
        assert_eq!(before, (scans(&mut admin).await, admin.rows("/findings?q=status:any").await));
        // The server reads a form in its order: what is said of files must stand before them.
        let form = admin.get("/scans").await.expect(200).body;
        let at = |name: &str| form.find(&format!("name=\"{name}\"")).unwrap_or_else(|| panic!("no field {name}"));
        assert!(at("preview") < at("files") && at("whole_project") < at("files"));
        let page = admin.get(&format!("/imports/{job}")).await.expect(200).body;
        assert!(page.contains("name=\"act\" value=\"discard\""), "the page offers both ways on");

        let next = act(&mut admin, job, "import").await.unwrap();
        let done = admin.imported(next).await;
        assert_eq!(done["state"], "done", "{done}");
        let scan = admin.get(&format!("/api/ui/scan?id={}", done["scan"])).await.expect(200).json();
        for number in NUMBERS {
            assert_eq!(told[number], scan["summary"][number], "{number}");
        }
        // A decision is taken once.
        let again = [("job", job.to_string()), ("act", "discard".to_owned()), ("next", "/".to_owned())];
        let again = again.each_ref().map(|(name, value)| (*name, value.as_str()));
        admin.act("/api/ui/import-act", &again).await.expect(409);

        let job = offer(&mut admin, "burp.xml", &places::fixture("burp/issues.xml"), &[("preview", "on")]).await;
        assert_eq!(admin.imported(job).await["state"], "previewed");
        assert_eq!(act(&mut admin, job, "discard").await, None);
        assert_eq!(admin.imported(job).await["state"], "canceled");
        assert_eq!(scans(&mut admin).await.len(), 2);
    }

    async fn a_part_is_imported_when_a_person_says_so_and_closes_nothing(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await;
        let whole = places::fixture(NESSUS);
        admin.import(&[("full.nessus", &whole)]).await;
        let open = admin.rows("/findings").await.len();
        let text = String::from_utf8(whole).unwrap();
        let cut = text.rfind("<ReportItem").unwrap() + 20;
        let job = offer(&mut admin, "cut.nessus", &text.as_bytes()[..cut], &[]).await;
        let state = admin.imported(job).await;
        assert_eq!((&state["state"], &state["code"]), (&"refused".into(), &"truncated".into()));
        assert!(state["readable"].as_u64().unwrap() > 0, "{state}");
        let next = act(&mut admin, job, "accept").await.unwrap();
        let done = admin.imported(next).await;
        let scan = admin.get(&format!("/api/ui/scan?id={}", done["scan"])).await.expect(200).json();
        assert_eq!(scan["summary"]["closed"], 0);
        assert_eq!(admin.rows("/findings").await.len(), open);
        let codes: Vec<&str> = scan["remarks"].as_array().unwrap().iter().map(|r| r[0].as_str().unwrap()).collect();
        assert!(codes.contains(&"read_in_part"), "{codes:?}");
        // The command line says the same.
        let path = server.folder().join("cut.nessus");
        std::fs::write(&path, &text.as_bytes()[..cut - 1]).unwrap();
        let path = path.to_str().unwrap();
        assert_eq!(server.postura(&["import", path], "").status.code(), Some(2));
        assert_eq!(server.postura(&["import", "--accept-partial", path], "").status.code(), Some(0));
    }

    async fn each_file_of_an_archive_is_an_import_of_its_own(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await;
        let (nessus, zap) = (places::fixture(NESSUS), places::fixture("zap/plain.xml"));
        let bytes = archive(&[("weekly/full.nessus", &nessus), ("notes.txt", b"no scan"), ("../../zap.xml", &zap)]);
        let job = offer(&mut admin, "all.zip", &bytes, &[]).await;
        let state = admin.imported(job).await;
        assert_eq!(state["state"], "unpacked", "{state}");
        let mut outcomes = Vec::new();
        for child in state["jobs"].as_array().unwrap() {
            let state = admin.imported(child.as_i64().unwrap()).await;
            outcomes.push(state["state"].as_str().unwrap().to_owned());
        }
        assert_eq!(outcomes, ["done", "refused", "done"]);
        let files: Vec<String> =
            scans(&mut admin).await.iter().map(|scan| scan["file"].as_str().unwrap().to_owned()).collect();
        assert_eq!(files, ["zap.xml", "full.nessus"]);
        let path = server.folder().join("all.zip");
        std::fs::write(&path, &bytes).unwrap();
        let output = server.postura(&["import", "--json", path.to_str().unwrap()], "");
        assert_eq!(output.status.code(), Some(2), "the note is refused, the rest had been imported");
        let lines = String::from_utf8(output.stdout).unwrap();
        let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), 2);
        assert!(lines.iter().all(|line| line["already_imported"] == true), "{lines:?}");
    }

    async fn a_file_is_recognized_by_its_first_bytes(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await;
        for (head, known) in [
            (places::fixture(NESSUS), "Nessus v2 XML"),
            (places::fixture("zap/plain.json"), "ZAP JSON"),
            (b"PK\x03\x04".to_vec(), "ZIP"),
            (b"nothing at all".to_vec(), ""),
        ] {
            let request = admin.request(reqwest::Method::POST, "/imports/recognize").body(head);
            let seen = admin.send(request).await.expect(200).json();
            assert_eq!(seen["format"], known, "{seen}");
            assert_eq!(seen["refusal"].is_null(), !known.is_empty(), "{seen}");
        }
    }

    async fn a_scan_without_a_date_gets_one_and_an_original_is_read_again(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await;
        admin.import(&[("alerts.json", &places::fixture("zap/alerts.json"))]).await;
        let scan = admin.get("/api/ui/scan?id=1").await.expect(200).json();
        assert_eq!(scan["dated"], false);
        let dated = |at: &'static str| [("scan", "1"), ("at", at), ("next", "/")];
        admin.act("/api/ui/date-scan", &dated("soon")).await.expect(422);
        admin.act("/api/ui/date-scan", &dated("2999-01-01")).await.expect(422);
        admin.act("/api/ui/date-scan", &dated("2026-03-02T09:00")).await.expect(200);
        let after = admin.get("/api/ui/scan?id=1").await.expect(200).json();
        assert_eq!((&after["dated"], &after["summary"]["new"]), (&true.into(), &scan["summary"]["new"]));

        let rows = admin.rows("/findings?q=status:any").await;
        let output = server.postura(&["reparse", "--json", "1"], "");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let told: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(told["before"], told["after"]);
        let again = admin.act("/api/ui/reparse-scan", &[("scan", "1"), ("next", "/")]).await.expect(200).json();
        let job = again["to"].as_str().unwrap().strip_prefix("/imports/").unwrap().parse().unwrap();
        assert_eq!(admin.imported(job).await["state"], "done");
        assert_eq!(admin.rows("/findings?q=status:any").await, rows);
        assert_eq!(admin.get("/api/ui/scan?id=1").await.expect(200).json()["at"], after["at"]);
        let lines = admin.get("/scans/1/quarantine").await.expect(200);
        assert!(lines.header("content-disposition").starts_with("attachment"));
        let first: Value = serde_json::from_str(lines.body.lines().next().unwrap()).unwrap();
        assert_eq!(first["reason"], "field_missing");
        assert!(first["raw"].as_str().unwrap().contains("uri"), "{first}");
        let books = server.postura(&["verify-ledger", "--evidence"], "");
        assert!(books.status.success(), "{}", String::from_utf8_lossy(&books.stdout));
    }

    async fn a_table_of_another_tool_is_read_by_a_saved_mapping(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await;
        let path = |name: &str| server.folder().join(name).to_str().unwrap().to_owned();
        let table = "Regla;Título;Gravedad;Activo;URL\nX-1;Inyección;Crítica;;https://tienda.example.com/pagar?id=1\n\
                     X-2;Puerto abierto;baja;10.0.0.9;\nX-3;Rara;muy mala;10.0.0.9;\n";
        std::fs::write(path("hallazgos.csv"), table).unwrap();
        let suggested = server.postura(&["mapping", "suggest", &path("hallazgos.csv")], "");
        let mut mapping: Value = serde_json::from_slice(&suggested.stdout).unwrap();
        mapping["tool"] = "casero".into();
        std::fs::write(path("casero.json"), mapping.to_string()).unwrap();
        let shown = server.postura(&["mapping", "preview", &path("casero.json"), &path("hallazgos.csv")], "");
        let shown = String::from_utf8(shown.stdout).unwrap();
        assert_eq!(shown.lines().count(), 3, "{shown}");
        assert!(shown.contains("casero/X-1") && shown.contains("quarantined: field_invalid"), "{shown}");
        assert!(server.postura(&["mapping", "save", "Casero", &path("casero.json")], "").status.success());
        assert_eq!(server.postura(&["mapping", "list"], "").stdout, b"Casero\n");
        assert!(admin.get("/scans").await.expect(200).body.contains("<option value=\"Casero\">"));

        let unknown = admin.offer(&[("h.csv", table.as_bytes())], &[("mapping", "Otro")]).await;
        assert_eq!(unknown.expect(422).json()["field"], "mapping");
        let job = offer(&mut admin, "hallazgos.csv", table.as_bytes(), &[("mapping", "Casero")]).await;
        let state = admin.imported(job).await;
        assert_eq!(state["state"], "done", "{state}");
        let scan = admin.get("/api/ui/scan?id=1").await.expect(200).json();
        let summary = &scan["summary"];
        assert_eq!((&summary["tool"], &summary["new"], &summary["quarantined"]), (&"other".into(), &2.into(), &1.into()));
        let listed = server.postura(&["occurrences", "--json", "--filter", "tool:other status:any"], "");
        let listed = String::from_utf8(listed.stdout).unwrap();
        let rules: Vec<Value> = listed.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["rule_id"].clone()).collect();
        assert_eq!(rules.len(), 2, "{listed}");
        assert!(rules.contains(&"casero/X-1".into()), "{listed}");
        // Read again it needs the mapping that it was read with, even when that is saved no more.
        assert!(server.postura(&["mapping", "remove", "Casero"], "").status.success());
        let again = server.postura(&["reparse", "--json", "1"], "");
        assert!(again.status.success(), "{}", String::from_utf8_lossy(&again.stderr));
        let again: Value = serde_json::from_slice(&again.stdout).unwrap();
        assert_eq!(again["before"], again["after"]);
        assert!(server.postura(&["verify-ledger", "--evidence"], "").status.success());
    }
}
