//! Mappings as people define them on the page: plain forms, one after the other, on the beginning of a file.

use model::policy::Role;
use serde_json::Value;
use tests::on_both;
use tests::support::{Client, TestServer, people, places};

const EDIT: &str = "/scans/mappings/edit";

/// What the viewer is defining, as the page is given it.
async fn draft(client: &mut Client) -> Value {
    client.get("/api/ui/mapping-draft").await.expect(200).json()
}

/// How many records of the sample are findings, say that there is nothing, and cannot be read.
fn counts(draft: &Value) -> [i64; 3] {
    ["findings", "nothing", "quarantined"].map(|name| draft["preview"][name].as_i64().unwrap())
}

on_both! {
    async fn a_mapping_is_defined_on_a_sample_and_imports_by_it(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await;
        let file = places::fixture("mapped/es.csv");
        assert_eq!(draft(&mut admin).await, Value::Null);
        assert_eq!(admin.sample("C:\\hallazgos.csv", &file).await.expect(303).location(), EDIT);

        // The proposal, and what becomes of the records by it.
        let page = admin.get(EDIT).await.expect(200).body;
        assert!(page.contains("hallazgos.csv") && !page.contains("C:\\"), "{page}");
        assert!(page.contains("Gravedad=Muy grave"), "each row in quarantine is shown with its reason");
        let proposed = draft(&mut admin).await;
        assert_eq!(counts(&proposed), [3, 1, 3]);
        assert_eq!(proposed["mapping"]["columns"]["rule"], "Código");

        // A changed column and a word of severity are tried without being saved.
        let words = proposed["severities"].as_array().unwrap();
        let grave = words.iter().position(|word| word["word"] == "Muy grave").unwrap();
        let (word, means) = model::mapping::word_names(grave);
        let mut fields: Vec<(String, String)> = (0..words.len())
            .flat_map(|n| {
                let (word, means) = model::mapping::word_names(n);
                [(word, words[n]["word"].as_str().unwrap().to_owned()), (means, String::new())]
            })
            .filter(|(name, _)| *name != word && *name != means)
            .collect();
        fields.extend([
            (word, "Muy grave".to_owned()),
            (means, "critical".to_owned()),
            ("column.rule".to_owned(), "Vulnerabilidad".to_owned()),
            ("column.title".to_owned(), String::new()),
            ("name".to_owned(), "Casero".to_owned()),
        ]);
        let mut form: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(admin.form(EDIT, &form).await.expect(303).location(), EDIT);
        let tried = draft(&mut admin).await;
        assert_eq!(counts(&tried), [5, 1, 1]);
        assert_eq!(tried["mapping"]["columns"]["rule"], "Vulnerabilidad");

        // Without the tool's name it cannot be saved, and nothing that was said is lost.
        form.push(("act", "save"));
        assert!(admin.form(EDIT, &form).await.expect(303).location().contains("error=invalid&field=mapping"));
        assert_eq!(draft(&mut admin).await["mapping"], tried["mapping"]);
        form.push(("tool", "casero"));
        let saved = admin.form(EDIT, &form).await.expect(303);
        assert_eq!(saved.location(), "/scans/mappings?done=mapping_saved");
        assert_eq!(draft(&mut admin).await, Value::Null);
        let list = admin.get("/api/ui/mappings").await.expect(200).json();
        assert_eq!((&list["mappings"][0]["name"], &list["mappings"][0]["by"]), (&"Casero".into(), &"Rosa Root".into()));
        assert!(admin.get("/scans?mapping=Casero").await.expect(200).body.contains("<option value=\"Casero\" selected>"));

        let job = admin.offer(&[("h.csv", &file)], &[("mapping", "Casero")]).await.expect(202).json();
        let state = admin.imported(job["jobs"][0]["job"].as_i64().unwrap()).await;
        assert_eq!(state["state"], "done", "{state}");
        let summary = &admin.get("/api/ui/scan?id=1").await.expect(200).json()["summary"];
        assert_eq!((&summary["sightings"], &summary["quarantined"]), (&5.into(), &1.into()));
        assert!(!admin.rows("/findings?q=tool:other").await.is_empty());
        let audit = admin.get("/settings/audit").await.expect(200).body;
        assert!(audit.contains("mapping:Casero"), "saving is written down");
    }

    async fn a_saved_mapping_is_changed_under_its_name_and_takes_no_other(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await;
        for name in ["One", "Two"] {
            admin.sample("a.csv", b"Title,Severity,Host\nXSS,high,shop\n").await.expect(303);
            let fields = [("name", name), ("tool", "homemade"), ("act", "save")];
            assert!(admin.form(EDIT, &fields).await.expect(303).location().ends_with("done=mapping_saved"));
        }
        // A new one cannot take a name that is in use, nor can one that was opened under another.
        admin.sample("a.csv", b"Title,Severity,Host\nXSS,high,shop\n").await.expect(303);
        let taken = [("name", "One"), ("tool", "homemade"), ("act", "save")];
        assert!(admin.form(EDIT, &taken).await.expect(303).location().contains("error=conflict"));
        let open = [("name", "Two"), ("next", "/scans/mappings")];
        assert_eq!(admin.form("/api/ui/open-mapping", &open).await.expect(303).location(), EDIT);
        assert!(admin.form(EDIT, &taken).await.expect(303).location().contains("error=conflict"));
        assert!(admin.form(EDIT, &[("name", " "), ("act", "save")]).await.expect(303).location().contains("field=name"));
        // Without a sample its columns are still there; with one, what was said stays.
        let opened = draft(&mut admin).await;
        assert_eq!((&opened["preview"], &opened["mapping"]["columns"]["asset"]), (&Value::Null, &"Host".into()));
        let changed = [("name", "Two"), ("tool", "other"), ("default", "low"), ("act", "save")];
        assert!(admin.form(EDIT, &changed).await.expect(303).location().ends_with("done=mapping_saved"));
        let list = admin.get("/api/ui/mappings").await.expect(200).json();
        let tools: Vec<&Value> = (0..2).map(|n| &list["mappings"][n]["tool"]).collect();
        assert_eq!(tools, [&Value::from("homemade"), &Value::from("other")]);

        let remove = [("name", "One"), ("next", "/scans/mappings")];
        let removed = admin.form("/api/ui/remove-mapping", &remove).await.expect(303);
        assert_eq!(removed.location(), "/scans/mappings?done=mapping_removed");
        assert!(admin.form("/api/ui/remove-mapping", &remove).await.expect(303).location().contains("error=not_found"));
    }

    async fn a_draft_is_its_owners_and_bounded(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await;
        let mut analyst = people::person(&server, &mut admin, "ana", Role::Analyst).await;
        let mut auditor = people::person(&server, &mut admin, "aud", Role::Auditor).await;

        // Of a large file only the beginning is kept.
        let large = [b"Title,Severity,Host\n".to_vec(), b"XSS,high,shop.example.com\n".repeat(200_000)].concat();
        admin.sample("large.csv", &large).await.expect(303);
        let seen = draft(&mut admin).await;
        assert_eq!((&seen["preview"]["goes_on"], counts(&seen)), (&Value::Bool(true), [1_000, 0, 0]));
        assert_eq!(seen["preview"]["rows"].as_array().unwrap().len(), 10);
        let long = "x".repeat(300_000);
        admin.form(EDIT, &[("tool", &long)]).await.expect(413);
        let tool = "x".repeat(200);
        admin.form(EDIT, &[("tool", &tool)]).await.expect(303);
        assert_eq!(draft(&mut admin).await["problems"][0]["problem"], "too_long");

        // Nobody else sees it, and who only reads does not define.
        assert_eq!(draft(&mut analyst).await, Value::Null);
        assert!(analyst.form(EDIT, &[("tool", "x")]).await.expect(303).location().contains("error=not_found"));
        auditor.get("/scans/mappings").await.expect(200);
        auditor.get("/api/ui/mapping-draft").await.expect(403);
        assert!(auditor.sample("a.csv", b"Title\nx\n").await.expect(303).location().contains("error=forbidden"));

        // What is no table is refused, and what stood before stays.
        let refused = analyst.sample("a.xml", b"<a/>").await.expect(303);
        assert!(refused.location().starts_with("/scans/mappings?error=refused&field=sample&detail=not_a_scan"));
        assert!(analyst.sample("a.csv", b"").await.expect(303).location().contains("field=files"));

        // What stands in a file stays text.
        let hostile = "Title,Severity,</option><script>alert(1)</script>\n<img src=x onerror=alert(1)>,high,</textarea>\n";
        analyst.sample("<b>.csv", hostile.as_bytes()).await.expect(303);
        let fields = [("column.asset", "</option><script>alert(1)</script>"), ("no_finding", "</textarea><script>")];
        analyst.form(EDIT, &fields).await.expect(303);
        let page = analyst.get(EDIT).await.expect(200).body;
        for bad in ["<script>alert", "<img src=x", "</textarea><script>", "<b>.csv"] {
            assert!(!page.contains(bad), "{bad}");
        }
    }
}
