//! What a person sees and says of weaknesses: published exploitation, rules of classification, the glossary, the calculator.

use crate::NESSUS;
use model::policy::Role;
use serde_json::Value;
use tests::on_both;
use tests::support::{Client, TestServer, html, people, places};

const RULES: &str = "/settings/overrides";

/// The first finding of a list, as the API gives it.
async fn record(script: &mut Client, filter: &str) -> Value {
    let path = format!("/api/v1/occurrences?filter={}", html::encode(filter));
    script.get(&path).await.expect(200).json()["items"][0].clone()
}

on_both! {
    async fn published_files_are_loaded_and_stand_on_findings(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await.in_language("es");
        let page = admin.get("/settings/feeds").await.expect(200).body;
        assert!(page.contains("incluido con el programa") && page.contains("25 ago 2025"), "the snapshot says its day");
        admin.import(&[("full.nessus", &places::fixture(NESSUS))]).await;
        let mut script = people::token(&mut admin, "script").await;

        let scores = "#model_version:v2025.03.14,score_date:2026-01-02T12:55:00Z\ncve,epss,percentile\n\
                      CVE-2025-0001,0.91234,0.995\nCVE-2025-0002,0.1,0.2\n<b>,0.1,0.2\n";
        let loaded = admin.feed("epss", "scores.csv", scores.as_bytes()).await.expect(303);
        assert_eq!(loaded.location(), "/settings/feeds?done=feed&n=2");
        let listed = r#"{"catalogVersion":"2026.01.02","vulnerabilities":[
            {"cveID":"CVE-2025-0002","dateAdded":"2025-12-24","knownRansomwareCampaignUse":"Known"}]}"#;
        admin.feed("kev", "kev.json", listed.as_bytes()).await.expect(303);
        let page = admin.get("/settings/feeds").await.expect(200).body;
        assert!(page.contains("&lt;b&gt;,0.1,0.2") && !page.contains("<b>,0.1"), "bad rows are shown as text");
        let log = admin.get("/settings/audit").await.expect(200).body;
        assert!(log.contains("epss:2026-01-02"), "loading is written down");

        let ids = admin.rows("/findings?q=kev:true%20epss:%3E0.9").await;
        assert_eq!(ids.len(), 2, "{ids:?}");
        assert!(admin.rows("/findings?q=epss:%3E0.95").await.is_empty());
        let row = record(&mut script, "kev:true").await;
        assert_eq!((&row["kev_added"], &row["epss"]), (&"2025-12-24".into(), &0.912_34.into()), "{row}");
        let finding = admin.get(&format!("/findings/{}", ids[0])).await.expect(200).body;
        for said in ["En el catálogo KEV desde el 24 dic 2025", "usada por ransomware", "EPSS 91,2", "Qué hacer primero"] {
            assert!(finding.contains(said), "{said}");
        }
        assert!(finding.contains("× 1,00") && finding.contains("/100"), "the risk shows its arithmetic");
        assert!(row["risk"].as_i64().unwrap() > 0 && !admin.rows("/findings?sort=risk").await.is_empty());
        assert!(finding.contains("Vector de ataque"), "the vector is spelled out");

        // ENISA's list names no day of its own; it stands beside CISA's.
        let european = br#"[{"id":"EUVD-2025-1","aliases":"CVE-2025-0002\nGHSA-1","exploitedSince":"Dec 20, 2025, 1:02:03 PM"}]"#;
        let refused = admin.feed("euvd", "euvd.json", european).await.expect(303);
        assert!(refused.location().contains("error=invalid&field=day"), "{}", refused.location());
        let path = server.folder().join("euvd.json");
        std::fs::write(&path, european).unwrap();
        let told = server.ask(&["feeds", "load", "euvd", path.to_str().unwrap(), "--day", "2026-01-02"]);
        assert!(told.contains("euvd of 2026-01-02: 1 rows, 1 changed here"), "{told}");
        let finding = admin.get(&format!("/findings/{}", ids[0])).await.expect(200).body;
        assert!(finding.contains("EUVD de ENISA desde el 20 dic 2025") && finding.contains("EUVD del 2 ene 2026"));
        assert_eq!(record(&mut script, "kev:true").await["kev_added"], "2025-12-20");

        // What is older, no such file, or none's business is refused.
        let older = scores.replace("2026-01-02", "2026-01-01");
        let refused = admin.feed("epss", "older.csv", older.as_bytes()).await.expect(303);
        assert!(refused.location().contains("error=conflict") && refused.location().contains("feed_older"));
        let refused = admin.feed("kev", "x.json", b"{}").await.expect(303);
        assert!(refused.location().contains("error=refused"), "{}", refused.location());
        let refused = admin.feed("epss", "x.csv", b"cve,epss,percentile\nCVE-2025-0001,0.1,0.2\n").await.expect(303);
        assert!(refused.location().contains("error=invalid&field=day"), "{}", refused.location());
        let mut analyst = people::person(&server, &mut admin, "ana", Role::Analyst).await;
        assert!(!analyst.get("/settings/feeds").await.expect(200).body.contains("multipart/form-data"));
        assert!(analyst.feed("epss", "s.csv", scores.as_bytes()).await.expect(303).location().contains("error=forbidden"));
    }

    async fn a_rule_is_tried_applied_written_out_and_taken_back(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await.in_language("es");
        admin.import(&[("full.nessus", &places::fixture(NESSUS))]).await;
        let mut script = people::token(&mut admin, "script").await;
        let fields = [
            ("name", "Servidor HTTP"),
            ("matches", "rule:100001"),
            ("says", "2021:A05,2025:A02"),
            ("reason", "<script>alert(1)</script>"),
        ];
        let query: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={}", html::encode(value))).collect();
        let page = admin.get(&format!("{RULES}?{}", query.join("&"))).await.expect(200).body;
        assert!(page.contains("Aplicar la regla") && !page.contains("<script>alert(1)"), "it is tried first");
        let before = record(&mut script, "rule:100001").await;
        let open = admin.rows("/findings?q=rule:100001").await.len();
        assert!(page.contains(&format!("Habla de {open} hallazgo")), "how many it is about");
        assert_eq!(admin.form(RULES, &fields).await.expect(303).location(), format!("{RULES}?done=override_added&n=1"));
        let after = record(&mut script, "rule:100001").await;
        assert_eq!((&after["owasp_2021"][0], &after["basis_2021"]), (&"A05".into(), &"person".into()));
        assert_eq!(admin.rows("/findings?q=owasp25:A02%20rule:100001").await.len(), open);

        let file: toml::Table = admin.get("/settings/overrides.toml").await.expect(200).body.parse().unwrap();
        assert_eq!(file["rule"][0]["match"].as_str(), Some("rule:100001"));
        let mut auditor = people::person(&server, &mut admin, "aud", Role::Auditor).await;
        let page = auditor.get(RULES).await.expect(200).body;
        assert!(page.contains("Servidor HTTP") && page.contains("Rosa Root") && !page.contains("name=\"undo\""));
        assert!(auditor.form(RULES, &fields).await.expect(303).location().contains("error=forbidden"));
        for (matches, code) in [("asset:#1", "asset_number"), ("sev:high", "term"), ("owasp", "term")] {
            let fields = [("matches", matches), ("says", "inventory"), ("name", "n"), ("reason", "r")];
            let location = admin.form(RULES, &fields).await.expect(303).location().to_owned();
            assert!(location.contains(&format!("error=invalid&field=match&detail={code}")), "{location}");
        }
        let undone = admin.form(RULES, &[("undo", "1")]).await.expect(303);
        assert_eq!(undone.location(), format!("{RULES}?done=override_undone&n=1"));
        assert_eq!(record(&mut script, "rule:100001").await, before);
        assert!(admin.form(RULES, &[("undo", "1")]).await.expect(303).location().contains("error=not_found"));
    }

    async fn rules_are_written_out_and_read_back(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await.in_language("es");
        admin.import(&[("full.nessus", &places::fixture(NESSUS))]).await;
        let rule = |name, matches, says| [("name", name), ("matches", matches), ("says", says), ("reason", "r < s")];
        admin.form(RULES, &rule("uno", "rule:100001", "2021:A05,2025:A02")).await.expect(303);
        admin.form(RULES, &rule("dos", "tool:nessus title:\"*http*\"", "inventory")).await.expect(303);
        let rules = |file: &str| -> Vec<Vec<String>> {
            let file: toml::Table = file.parse().unwrap();
            let of = |rule: &toml::Value| ["name", "match", "says", "reason"].map(|key| rule[key].to_string()).to_vec();
            file["rule"].as_array().unwrap().iter().map(of).collect()
        };
        let file = admin.get("/settings/overrides.toml").await.expect(200).body;
        let open = admin.rows("/findings").await;

        // What is wrong is told by its line, and nothing is applied.
        let bad = file.replace("2021:A05,2025:A02", "2021:A77");
        let line = 1 + bad[..bad.find("2021:A77").unwrap()].matches('\n').count();
        assert_eq!(admin.rules(&bad, true).await.expect(303).location(), RULES);
        let page = admin.get(RULES).await.expect(200).body;
        assert!(page.contains(&format!(">{line}<")) && page.contains("2021:A77") && !page.contains("Aplicar el fichero"));
        let refused = admin.form(RULES, &[("waiting", "apply")]).await.expect(303);
        assert!(refused.location().contains("error=invalid&field=rules"), "{}", refused.location());

        // Without its rules the file brings them back: shown first, then applied.
        for id in ["1", "2"] {
            admin.form(RULES, &[("undo", id)]).await.expect(303);
        }
        assert_ne!(admin.rows("/findings").await, open);
        admin.rules(&file, false).await.expect(303);
        let page = admin.get(RULES).await.expect(200).body;
        assert!(page.contains("Añade 2 reglas") && page.contains("Aplicar el fichero"), "it is shown first");
        let done = admin.form(RULES, &[("waiting", "apply")]).await.expect(303).location().to_owned();
        assert!(done.starts_with(&format!("{RULES}?done=overrides_loaded&n=")), "{done}");
        let again = admin.get("/settings/overrides.toml").await.expect(200).body;
        assert_eq!((rules(&again), admin.rows("/findings").await), (rules(&file), open));
        assert!(admin.form(RULES, &[("waiting", "apply")]).await.expect(303).location().contains("error=not_found"));

        // The same on the command line.
        let path = server.folder().join("rules.toml");
        std::fs::write(&path, "version = 1\n").unwrap();
        let path = path.to_str().unwrap();
        let told = server.ask(&["override", "import", path, "--replace", "--dry-run"]);
        assert!(told.contains("would be taken back: uno") && told.contains("weaknesses would move"), "{told}");
        assert!(server.ask(&["override", "import", path, "--replace"]).contains("weaknesses moved"));
        assert!(server.ask(&["override", "export"]).contains("version = 1"));
        let mut auditor = people::person(&server, &mut admin, "aud", Role::Auditor).await;
        assert!(auditor.rules(&file, false).await.expect(303).location().contains("error=forbidden"));
        assert!(!auditor.get(RULES).await.expect(200).body.contains("multipart/form-data"));
    }

    async fn the_weights_of_risk_are_tried_set_and_taken_back(engine: Engine) {
        const RISK: &str = "/settings/risk";
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await.in_language("es");
        admin.import(&[("full.nessus", &places::fixture(NESSUS))]).await;
        let mut script = people::token(&mut admin, "script").await;
        let worst = |row: &Value| row["risk"].as_i64().unwrap();
        let before = record(&mut script, "sev:critical,high").await;
        let page = admin.get(RISK).await.expect(200).body;
        assert!(page.contains("En vigor: versión 1") && !page.contains("Aplicar los pesos"));
        let page = admin.get(&format!("{RISK}?unexploited=90&reason=porque")).await.expect(200).body;
        assert!(page.contains("Aplicar los pesos") && page.contains("Índice de riesgo") && page.contains("Lo que más se mueve"));
        let page = admin.get(&format!("{RISK}?criticality_low=99")).await.expect(200).body;
        assert!(page.contains("lo peor no puede pesar menos") && !page.contains("Aplicar los pesos"));

        let fields = [("unexploited", "90"), ("reason", "porque < sí")];
        assert_eq!(admin.form(RISK, &fields).await.expect(303).location(), format!("{RISK}?done=risk_set"));
        let after = record(&mut script, "sev:critical,high").await;
        assert!(worst(&after) > worst(&before), "{before} {after}");
        let finding = admin.rows("/findings?sort=risk").await.swap_remove(0);
        let finding = admin.get(&format!("/findings/{finding}")).await.expect(200).body;
        assert!(finding.contains("Pesos, versión 2") && finding.contains("× 0,90"), "the arithmetic names the version");
        let page = admin.get(RISK).await.expect(200).body;
        assert!(page.contains("En vigor: versión 2") && page.contains("porque &lt; sí"));
        let refused = admin.form(RISK, &fields).await.expect(303);
        assert!(refused.location().contains("error=invalid&field=weights&detail=same"), "{}", refused.location());

        let mut analyst = people::person(&server, &mut admin, "ana", Role::Analyst).await;
        assert!(!analyst.get(RISK).await.expect(200).body.contains("<textarea"));
        assert!(analyst.form(RISK, &fields).await.expect(303).location().contains("error=forbidden"));
        assert_eq!(admin.form(RISK, &[("undo", "2")]).await.expect(303).location(), format!("{RISK}?done=risk_undone"));
        assert_eq!(worst(&record(&mut script, "sev:critical,high").await), worst(&before));
    }

    async fn the_glossary_and_the_calculator_are_pages(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await.in_language("es");
        let page = admin.get("/glossary").await.expect(200).body;
        assert!(page.contains("id=\"A03-2021\"") && page.contains("id=\"A10-2025\""), "each category has its place");
        let scored = "/tools/cvss?version=3.1&AV=N&AC=L&PR=N&UI=N&S=U&C=H&I=H&A=H";
        let page = admin.get(scored).await.expect(200).body;
        assert!(page.contains("9,8") && page.contains("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"), "the vector is scored");
        assert!(admin.get("/tools/cvss?version=4.0&AV=N").await.expect(200).body.contains("Falta elegir"));
        admin.get("/api/ui/drawn?path=/tools/cvss&query=version%3D9&language=es").await.expect(404);
        admin.get("/api/ui/drawn?path=/nowhere&query=&language=es").await.expect(404);
    }
}
