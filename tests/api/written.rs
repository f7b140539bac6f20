//! Findings that people write down: checked like any input, kept like any finding, and nothing that was said is lost.

use model::policy::Role;
use reqwest::Method;
use serde_json::{Value, json};
use tests::on_both;
use tests::support::{TestServer, html, people};

/// The form's page.
const FORM: &str = "/findings/new";
/// The form's id, as the page draws one.
const ID: &str = "0123456789abcdef0123456789abcdef";

const GOOD: [(&str, &str); 11] = [
    ("id", ID),
    ("title", "Anybody reads <b>others'</b> invoices"),
    ("cvss", "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:N/A:N"),
    ("where", "https://shop.example.org/invoices/7"),
    ("method", "GET"),
    ("parameter", "id"),
    ("cwe", "CWE-639"),
    ("description", "As <customer A> & with another's number\n<script>alert(1)</script>"),
    ("evidence", "GET /invoices/8 HTTP/1.1\nCookie: session=5f2b7c"),
    ("solution", "Ask whose it is."),
    ("seen", "2026-03-10"),
];

/// The form with some fields said otherwise.
fn with<'a>(others: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = GOOD.into_iter().filter(|(name, _)| others.iter().all(|(other, _)| other != name));
    kept.chain(others.iter().copied()).collect()
}

/// The findings that there are.
fn records(server: &TestServer) -> Vec<Value> {
    let lines = server.ask(&["occurrences", "--json"]);
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

on_both! {
    async fn a_finding_that_is_written_down_is_one_like_any_other(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await;
        let to = admin.form(FORM, &GOOD).await.expect(303).location().to_owned();
        let (path, done) = to.split_once('?').unwrap();
        assert!(path.starts_with("/findings/") && done == "done=finding_written", "{to}");
        let rows = records(&server);
        let [row] = &rows[..] else { panic!("{rows:#?}") };
        assert_eq!((row["severity"].as_str(), row["asset"].as_str()), (Some("medium"), Some("https://shop.example.org")));
        assert_eq!((&row["owasp_2021"][0], row["basis_2021"].as_str()), (&Value::from("A01"), Some("cwe_list")), "{row}");
        let page = admin.get(path).await.expect(200).body;
        assert!(!page.contains("<b>others"), "escaped");
        let text = html::text(&page);
        for said in ["As <customer A> & with another's number", "<script>alert(1)</script>", "Ask whose it is.", "By hand"] {
            assert!(text.contains(said), "{said}: {text}");
        }
        assert!(!text.contains("5f2b7c"), "a cookie is covered, as any is");

        // Sent once more, as by a second click, it is the same finding and the same scan; elsewhere it is refused.
        assert!(admin.form(FORM, &GOOD).await.expect(303).location().starts_with(path));
        assert_eq!((records(&server).len(), server.column("SELECT CAST(id AS TEXT) FROM scan").await.len()), (1, 1));
        let elsewhere = admin.form(FORM, &with(&[("where", "https://shop.example.org/other")])).await.expect(422);
        assert!(html::text(&elsewhere.body).contains("It is written down elsewhere already"));

        // What is learned of it later is said by its form, which shows what there is and nothing that is covered.
        let form = admin.get(&format!("{FORM}?of={}", path.trim_start_matches("/findings/"))).await.expect(200).body;
        assert!(form.contains("As &lt;customer A&gt; &amp; with") && !form.contains("5f2b7c"), "{form}");
        let of = path.trim_start_matches("/findings/");
        let mended = with(&[("of", of), ("title", "All invoices are open"), ("severity", "critical"), ("evidence", ""), ("seen", "2026-03-11")]);
        assert!(admin.form(FORM, &mended).await.expect(303).location().starts_with(path));
        let rows = records(&server);
        let [row] = &rows[..] else { panic!("{rows:#?}") };
        assert_eq!((row["severity"].as_str(), row["title"].as_str()), (Some("critical"), Some("All invoices are open")));
        let text = html::text(&admin.get(path).await.expect(200).body);
        assert!(text.contains("GET /invoices/8"), "evidence that is not said anew stays: {text}");

        // Said on the same day once more it is later all the same, and never before it was seen last.
        let again = with(&[("of", of), ("severity", "high"), ("title", "All invoices, of all years"), ("seen", "2026-03-11")]);
        assert!(admin.form(FORM, &again).await.expect(303).location().starts_with(path));
        assert_eq!(records(&server)[0]["title"], "All invoices, of all years");
        let earlier = admin.form(FORM, &with(&[("of", of), ("seen", "2026-03-10")])).await.expect(422);
        assert!(html::text(&earlier.body).contains("It was seen later than that"));

        // It is an import, and can be undone as one; the audit log says who wrote.
        let scans = server.column("SELECT CAST(id AS TEXT) FROM scan ORDER BY id DESC").await;
        for scan in scans {
            assert!(server.ask(&["undo", &scan]).contains("out of the books"));
        }
        assert_eq!(records(&server).len(), 0);
        assert!(server.postura(&["verify-ledger"], "").status.success());
        let log = admin.get("/settings/audit?action=write_finding").await.expect(200).body;
        assert_eq!(log.matches("\"p-mono\">finding:").count(), 3, "{log}");
    }

    async fn what_cannot_be_taken_is_shown_again_with_all_that_was_said(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await;
        let long = "x".repeat(20_001);
        let cases: [(&[(&str, &str)], &str); 17] = [
            (&[("title", " ")], "A title is needed"),
            (&[("cvss", "")], "Choose a severity"),
            (&[("severity", "awful")], "Choose a severity"),
            (&[("cvss", "CVSS:3.1/AV:N")], "That CVSS vector"),
            (&[("where", "")], "A whole URL"),
            (&[("where", "https://")], "A whole URL"),
            (&[("where", "shop.example.org/invoices/7")], "without a port or a path"),
            (&[("where", "10.0.0.256")], "A whole URL"),
            (&[("where", "10.0.0.5"), ("port", "many")], "A port is written"),
            (&[("method", "GET / HTTP")], "A method is a word"),
            (&[("title", "a\u{0}b")], "“Title” holds characters"),
            (&[("seen", "0026-11-27")], "too long ago"),
            (&[("cwe", "CWE-99999999")], "One of those CWE"),
            (&[("cve", "2021-44228")], "A CVE id"),
            (&[("seen", "2199-01-01")], "has not come yet"),
            (&[("description", &long)], "“Description” is too long"),
            (&[("id", "../../etc/passwd")], "cannot be taken like that"),
        ];
        for (said, sentence) in cases {
            let reply = admin.form(FORM, &with(said)).await.expect(422);
            let text = html::text(&reply.body);
            assert!(text.contains(sentence), "{said:?}: {text}");
            assert!(reply.body.contains("Cookie: session=5f2b7c") && reply.body.contains("Ask whose it is."), "{said:?}");
            assert!(reply.body.contains("value=\"CWE-639\"") || said[0].0 == "cwe", "{said:?}");
            assert!(!reply.body.contains("<script>alert(1)"), "escaped");
        }
        assert_eq!(server.column("SELECT CAST(COUNT(*) AS TEXT) FROM scan").await, ["0"]);
        admin.get(&format!("{FORM}?of=00000000-0000-8000-8000-000000000000")).await.expect(404);
    }

    async fn only_who_may_import_writes_findings_down(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await;
        admin.form(FORM, &GOOD).await.expect(303);
        let of = records(&server)[0]["id"].as_str().unwrap().to_owned();
        for role in [Role::Member, Role::Lead, Role::Executive, Role::Auditor] {
            let mut other = people::person(&server, &mut admin, role.word(), role).await;
            other.get(FORM).await.expect(403);
            other.get(&format!("{FORM}?of={of}")).await.expect(403);
            let answer = other.form(FORM, &with(&[("of", &of), ("title", "Nothing at all")])).await.expect(303);
            assert!(answer.location().contains("error=forbidden"), "{role:?}: {}", answer.location());
        }
        assert_eq!(records(&server)[0]["title"], "Anybody reads <b>others'</b> invoices");
    }

    async fn programs_write_findings_down_too(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await;
        let mut program = people::token(&mut admin, "bot").await;
        let mut send = async |body: Value| {
            let request = program.request(Method::POST, "/api/v1/occurrences").json(&body);
            program.send(request).await
        };
        let said = json!({"title": "Badge reader left open", "severity": "high", "where": "10.0.0.9", "port": "4050/tcp"});
        let mut own = said.clone();
        own["id"] = ID.into();
        // Under an id of one's own it is one finding, however often it is sent; without one each is another.
        let first = send(own.clone()).await.expect(201).json();
        assert_eq!(send(own).await.expect(201).json(), first);
        let other = send(said.clone()).await.expect(201).json();
        assert_ne!(other, first);
        let rows = records(&server);
        let mut ids: Vec<&str> = rows.iter().filter_map(|row| row["id"].as_str()).collect();
        let mut told = [&first, &other].map(|answer| answer["id"].as_str().unwrap());
        ids.sort_unstable();
        told.sort_unstable();
        assert_eq!(ids, told);
        assert!(rows.iter().all(|row| row["asset"] == "10.0.0.9" && row["location"] == "tcp/4050"), "{rows:#?}");
        for (bad, status, field) in [
            (json!({"title": "x", "where": "10.0.0.9"}), 422, "severity"),
            (json!({"title": "x", "where": "10.0.0.9", "severity": "high", "owner": "me"}), 422, "owner"),
            (json!({"title": 7}), 422, "body"),
            (json!([said]), 422, "body"),
        ] {
            let refused = send(bad.clone()).await.expect(status).json();
            assert_eq!((refused["code"].as_str(), refused["field"].as_str()), (Some("invalid"), Some(field)), "{bad}");
        }
        let _ = send(json!({"title": "x".repeat(300_000)})).await.expect(413);
        assert_eq!(records(&server).len(), 2);
    }

    async fn a_host_stays_what_scanners_call_it_and_findings_by_hand_say_nothing_of_each_other(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await;
        // The one source is not the usual one, and networks of its own.
        let plant = [("name", "plant"), ("space", "plant"), ("zone", "UTC"), ("next", "/scans")];
        let _ = admin.act("/api/ui/add-source", &plant).await.expect(200);
        let scan = r#"<?xml version="1.0" ?><NessusClientData_v2><Report name="week"><ReportHost name="srv-1.example.org">
<HostProperties><tag name="HOST_END_TIMESTAMP">1772442000</tag><tag name="host-ip">192.0.2.20</tag>
<tag name="host-fqdn">srv-1.example.org</tag></HostProperties><ReportItem port="443" svc_name="www" protocol="tcp" severity="3"
pluginID="100001" pluginName="Old" pluginFamily="Web"><description>d</description></ReportItem></ReportHost></Report>
</NessusClientData_v2>"#;
        let _ = admin.offer(&[("week.nessus", scan.as_bytes())], &[("source", "plant")]).await;
        for _ in 0..100 {
            if !records(&server).is_empty() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        let slug = people::team(&mut admin, "Servers", &[], &["srv-*"]).await;
        let ids = ["a", "b", "c"].map(|letter| letter.repeat(32));
        for (id, port) in ids.iter().zip(["22/tcp", "23/tcp", "24/tcp"]) {
            let said = [
                ("id", id.as_str()),
                ("title", "Open to everybody"),
                ("severity", "high"),
                ("where", "192.0.2.20"),
                ("port", port),
                ("source", "plant"),
                ("seen", "2026-03-10"),
            ];
            let _ = admin.form(FORM, &said).await.expect(303);
        }
        let rows = records(&server);
        assert_eq!(rows.len(), 4);
        for row in &rows {
            assert_eq!((row["asset"].as_str(), row["team"].as_str()), (Some("srv-1.example.org"), Some(slug.as_str())), "{row}");
            assert_eq!(row["not_retested"], false, "{row}");
        }
        assert_eq!(server.column("SELECT DISTINCT name FROM series WHERE name LIKE 'manual/%'").await.len(), 3);
        // No mapping may pass for what people write down.
        let mapping = r#"{"version": 1, "tool": "Manual", "format": {"kind": "csv"}, "columns": {"title": "t", "severity": "s", "asset": "a"}}"#;
        let file = server.folder().join("mapping.json");
        std::fs::write(&file, mapping).unwrap();
        let refused = server.postura(&["mapping", "save", "own", file.to_str().unwrap()], "");
        assert!(String::from_utf8_lossy(&refused.stderr).contains("tool: taken"), "{refused:?}");
    }

    async fn a_finding_on_what_a_source_calls_otherwise_is_mended_where_it_is(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await;
        let first = with(&[("id", "ffffffffffffffffffffffffffffffff")]);
        let _ = admin.form(FORM, &first).await.expect(303);
        assert!(server.postura(&["source", "set", "default", "--alias", "localhost=shop"], "").status.success());
        let to = admin.form(FORM, &with(&[("where", "http://localhost/a")])).await.expect(303).location().to_owned();
        let of = to.split(['/', '?']).nth(2).unwrap();
        let form = admin.get(&format!("{FORM}?of={of}")).await.expect(200).body;
        assert!(form.contains("value=\"2026-03-10\""), "a correction is no news: {form}");
        let mended = with(&[("of", of), ("title", "Otherwise"), ("where", "http://elsewhere.example.org/")]);
        assert!(admin.form(FORM, &mended).await.expect(303).location().contains(of));
        let rows = records(&server);
        let there: Vec<_> = rows.iter().filter(|row| row["asset"] == "http://shop").map(|row| row["title"].as_str()).collect();
        assert_eq!((rows.len(), there), (2, vec![Some("Otherwise")]), "{rows:#?}");
    }
}
