//! The page of Postura's own security, what browsers report, and evidence whose secrets are covered.

use model::policy::Role;
use tests::on_both;
use tests::support::{Client, TestServer, people};

/// A Nessus export whose output holds secrets.
fn nessus() -> Vec<u8> {
    r#"<?xml version="1.0" ?><NessusClientData_v2><Report name="a"><ReportHost name="h"><HostProperties>
<tag name="HOST_END_TIMESTAMP">1772442000</tag><tag name="host-ip">192.0.2.1</tag></HostProperties>
<ReportItem port="80" svc_name="www" protocol="tcp" severity="3" pluginID="100001" pluginName="P" pluginFamily="F">
<synopsis>s</synopsis><description>d</description><solution>u</solution>
<plugin_output>user=ana&amp;password=hunter2-of-ana
Cookie: JSESSIONID=0123456789abcdef
port open</plugin_output></ReportItem></ReportHost></Report></NessusClientData_v2>"#
        .as_bytes()
        .to_vec()
}

on_both! {
    async fn secrets_in_evidence_are_covered_and_seeing_them_is_written_down(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut root = people::set_up(&server).await;
        root.import(&[("a.nessus", &nessus())]).await;
        let id = root.rows("/findings").await.remove(0);
        let mut auditor = people::person(&server, &mut root, "aud", Role::Auditor).await;
        for client in [&mut root, &mut auditor] {
            for path in [format!("/findings/{id}"), format!("/api/ui/finding?id={id}")] {
                let body = client.get(&path).await.expect(200).body;
                assert!(body.contains("port open") && body.contains("password="), "{path}");
                assert!(!body.contains("hunter2") && !body.contains("0123456789abcdef"), "{path} shows a secret");
            }
        }
        assert!(root.get(&format!("/findings/{id}")).await.body.contains(&format!("/findings/{id}/evidence")));
        assert!(!auditor.get(&format!("/findings/{id}")).await.body.contains(&format!("/findings/{id}/evidence")));
        auditor.get(&format!("/findings/{id}/evidence")).await.expect(403);
        let shown = root.get(&format!("/findings/{id}/evidence")).await.expect(200).body;
        assert!(shown.contains("hunter2-of-ana") && shown.contains("0123456789abcdef"));
        let log = root.get(&format!("/settings/audit.csv?subject=finding:{id}")).await.expect(200).body;
        assert_eq!(log.matches("reveal_secrets,done").count(), 1, "{log}");
        assert_eq!(log.matches("read_evidence,done").count(), 2, "one for each reader: {log}");
    }

    async fn what_browsers_report_is_kept_within_bounds_and_shown_to_administrators(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut root = people::set_up(&server).await;
        assert!(root.get("/sign-in").await.header("content-security-policy").contains("report-uri /csp-report"));
        let report = |number: usize| {
            format!(
                r#"{{"csp-report":{{"document-uri":"http://h/findings?q=secret{number}","effective-directive":"img-src-{number}",
                "blocked-uri":"https://evil.example/x?y"}}}}"#
            )
        };
        let mut browser = Client::new(&server);
        for number in [1, 1, 2] {
            let request = browser.bare(reqwest::Method::POST, "/csp-report").body(report(number));
            assert_eq!(browser.send(request).await.status, 204);
        }
        for body in ["", "{}", "not json", &"x".repeat(9_000)] {
            let request = browser.bare(reqwest::Method::POST, "/csp-report").body(body.to_owned());
            assert!(matches!(browser.send(request).await.status, 204 | 413));
        }
        let page = root.get("/settings/security").await.expect(200).body;
        assert!(page.contains("img-src-1") && page.contains("https://evil.example/x"), "{page}");
        assert!(!page.contains("secret1"), "a query is not kept");
        let mut ana = people::person(&server, &mut root, "ana", Role::Analyst).await;
        ana.get("/settings/security").await.expect(403);
    }

    async fn the_doctor_looks_at_keys_log_and_clock(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut root = people::set_up(&server).await;
        let said = server.ask(&["doctor"]);
        for part in [
            "audit log are as they were written", "newest of 1 keys", "clock is not behind", "has room", "the database is whole",
            "are of migration", "read the audit log's anchor", "look a backup was written within a week",
        ] {
            assert!(said.contains(part), "{part}: {said}");
        }
        assert!(server.ask(&["backup", "b.backup"]).contains("sealed"));
        assert!(root.get("/settings/security").await.expect(200).body.contains("/settings/audit?action=backup"));
        assert!(server.ask(&["doctor"]).contains("ok   a backup was written within a week, the last at"));
        let rotated = server.ask(&["keys", "rotate"]);
        assert!(rotated.contains("0 are left"), "{rotated}");
        assert!(server.ask(&["keys", "show"]).starts_with("2 keys"));
        let early = server.postura(&["keys", "retire"], "");
        assert!(!early.status.success(), "a day has not passed");
        let lost = server.folder().join("data/postura.key");
        let kept = std::fs::read(&lost).unwrap();
        std::fs::write(&lost, format!("{}\n", "0".repeat(64))).unwrap();
        let refused = server.postura(&["doctor"], "");
        assert!(!refused.status.success());
        assert!(String::from_utf8_lossy(&refused.stdout).contains("another key"), "{refused:?}");
        std::fs::write(&lost, kept).unwrap();
        let apart = server.folder().join("apart.key");
        std::fs::rename(&lost, &apart).unwrap();
        assert!(server.ask(&["--key-file", apart.to_str().unwrap(), "keys", "show"]).starts_with("2 keys"));
    }

    async fn a_lost_way_in_is_found_at_the_command_line(engine: Engine) {
        let server = TestServer::start(engine).await;
        people::set_up(&server).await;
        let said = server.ask(&["user", "reset", "root", "--second-factor"]);
        let path = said.lines().find(|line| line.starts_with("/welcome?token=")).unwrap().to_owned();
        let mut client = Client::new(&server);
        client.get(&path).await.expect(200);
        let token = path.split_once('=').unwrap().1;
        let fields = [("token", token), ("password", "otra frase bien distinta")];
        assert_eq!(client.form("/welcome", &fields).await.expect(303).location(), "/sign-in?done=welcome");
        people::sign_in(&server, "root", "otra frase bien distinta").await;
    }
}
