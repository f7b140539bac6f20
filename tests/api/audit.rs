//! The audit log: its page, its export, what it says of refusals, and the command that verifies it.

use model::policy::Role;
use tests::on_both;
use tests::support::{Engine, TestServer, people};

on_both! {
    async fn acts_and_refusals_are_found_by_the_filter_and_exported(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut root = people::set_up(&server).await;
        let mut ana = people::person(&server, &mut root, "ana", Role::Member).await;
        ana.get("/settings/audit").await.expect(403);
        let refused = ana.act("/api/ui/add-team", &[("name", "T"), ("next", "/")]).await;
        assert_eq!(refused.status, 403);
        let page = root.get("/settings/audit?actor=ana&outcome=refused").await.expect(200).body;
        assert!(page.contains("POST /api/ui/add-team"), "a refusal is written down with what was asked: {page}");
        assert!(page.contains("127.0.0.1"), "and from where");
        assert!(!root.get("/settings/audit?actor=ana&outcome=done&action=ask_forbidden").await.body.contains("add-team"));
        root.act("/api/ui/set-user-enabled", &[("login", "ana"), ("enabled", "false"), ("next", "/")]).await.expect(200);
        let csv = root.get("/settings/audit.csv?subject=user:ana").await.expect(200).body;
        assert!(csv.starts_with("number,at,actor,action,outcome,subject,network,detail,was,became"), "{csv}");
        assert!(csv.contains("disable_user,done,user:ana") && csv.contains("enabled,disabled"), "{csv}");
        assert!(root.get("/settings/audit.csv?actor=root&action=export_audit").await.body.contains("export_audit"));
        for wrong in ["from=yesterday", "before=x", "outcome=maybe"] {
            root.get(&format!("/settings/audit.csv?{wrong}")).await.expect(422);
            assert!(root.get(&format!("/settings/audit?{wrong}")).await.expect(200).body.contains("role=\"alert\""));
        }
    }

    async fn the_command_line_verifies_the_log_to_the_end_that_was_anchored(engine: Engine) {
        let server = TestServer::start(engine).await;
        people::set_up(&server).await;
        let said = server.ask(&["verify-audit"]);
        assert!(said.contains("as it was written"), "{said}");
        let anchor = server.folder().join("data/postura.audit");
        let kept = std::fs::read_to_string(&anchor).unwrap();
        assert!(kept.lines().count() >= 2 && kept.starts_with("chain "), "{kept}");
        // Cutting the end off together with the head that the database keeps leaves the anchor alone to tell.
        match engine {
            Engine::Sqlite => server.execute("DROP TRIGGER audit_no_delete").await,
            Engine::Postgres => server.execute("DROP TRIGGER audit_append_only ON audit").await,
        }
        server.execute("DELETE FROM audit WHERE seq > 1").await;
        server.execute("UPDATE audit_chain SET seq = 1, mac = (SELECT mac FROM audit WHERE seq = 1)").await;
        let found = server.postura(&["verify-audit"], "");
        let said = String::from_utf8_lossy(&found.stdout).into_owned();
        assert_eq!(found.status.code(), Some(1), "{said}");
        assert!(said.contains("was cut off"), "{said}");
    }
}
