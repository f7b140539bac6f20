//! What a person does on the pages, against the real program and a ZAP that answers over HTTP.

use fakes::{Fake, Zap};
use model::policy::Role;
use std::time::Duration;
use tests::on_both;
use tests::support::{Client, TestServer, people};

/// Asks a page again and again until it says something.
pub async fn until(client: &mut Client, path: &str, said: &str) -> String {
    for _ in 0..600 {
        let page = client.get(path).await.expect(200).body;
        if page.contains(said) {
            return page;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    panic!("{path} never says {said:?}");
}

/// Sends a form that is taken.
pub async fn saved(client: &mut Client, path: &str, fields: &[(&str, &str)]) {
    let to = client.form(path, fields).await.expect(303);
    assert!(to.location().contains("did="), "{path}: {}", to.location());
}

on_both! {
    async fn an_analyst_connects_a_zap_schedules_a_scan_and_sees_what_it_changed(engine: Engine) {
        let zap = Fake::start(Zap::default(), None).await;
        zap.state().pace = 100;
        let server = TestServer::start(engine).await;
        let mut root = people::set_up(&server).await;
        let mut ana = people::person(&server, &mut root, "ana", Role::Analyst).await;
        // Nothing but what is missing is said, in both languages.
        assert!(ana.get("/scans/schedules").await.expect(200).body.contains("It needs a connector"));
        let mut spanish = ana.clone().in_language("es");
        assert!(spanish.get("/scans/connectors").await.expect(200).body.contains("Conectar un escáner"));
        let url = zap.url();
        let connector = |key: &'static str| {
            vec![
                ("name", "Lab"),
                ("kind", "zap"),
                ("address", url.as_str()),
                ("confirmed", "127.0.0.1"),
                ("key", key),
                ("at_a_time", "1"),
                ("pull", "0"),
            ]
        };
        saved(&mut ana, "/scans/connectors", &connector("wrong")).await;
        let page = ana.get("/scans/connectors").await.expect(200).body;
        assert!(page.contains("the key is wrong, or ZAP does not permit our address"), "{page}");
        let mut right = connector("zap-key");
        right.push(("id", "1"));
        saved(&mut ana, "/scans/connectors", &right).await;
        let page = ana.get("/scans/connectors").await.expect(200).body;
        assert!(page.contains("It can start scans") && !page.contains("zap-key"), "{page}");

        let target = [("name", "Shop"), ("targets", "http://shop.example/"), ("authorised_by", "Ana, CISO"), ("authorised_until", "2099-01-01")];
        saved(&mut ana, "/scans/targets", &target).await;
        let schedule = [
            ("name", "Mondays"),
            ("connector", "Lab"),
            ("target", "Shop"),
            ("every", "week"),
            ("weekday", "1"),
            ("time", "02:30"),
            ("zone", "Europe/Madrid"),
            ("missed", "once"),
            ("overlap", "skip"),
            ("jitter", "0"),
            ("time_limit", "60"),
            ("intensity", "normal"),
        ];
        saved(&mut ana, "/scans/schedules", &schedule).await;
        let page = ana.get("/scans/schedules").await.expect(200).body;
        assert!(page.contains("Every Monday at 02:30") && page.matches("02:30").count() > 5, "{page}");
        // A wrong one is told with its place, and what was written stays.
        let wrong = [&schedule[..3], &[("every", "cron"), ("cron", "* * * * *"), ("jitter", "0"), ("time_limit", "60")]].concat();
        let to = ana.form("/scans/schedules", &wrong).await.expect(303).location().to_owned();
        let page = ana.get(&to).await.expect(200).body;
        assert!(page.contains("more often than every five minutes") && page.contains("* * * * *"), "{page}");

        let to = ana.form("/scans/schedules", &[("run", "1")]).await.expect(303).location().to_owned();
        assert!(to.starts_with("/scans/runs/1"), "{to}");
        let page = until(&mut ana, "/scans/runs/1", "What changed").await;
        assert!(page.contains("The scanner has accepted it."), "{page}");
        assert!(page.contains("/findings?q="), "{page}");
        // A program that asks again after a lost answer starts nothing twice.
        let mut script = people::token(&mut ana, "script").await;
        let mut asked = Vec::new();
        for (schedule, status) in [(1, 202), (1, 202), (999, 409)] {
            let request = script.request(reqwest::Method::POST, &format!("/api/v1/schedules/{schedule}/runs"));
            asked.push(script.send(request.header("idempotency-key", "monday")).await.expect(status).json());
        }
        assert!(asked[0]["run"].is_i64() && asked[0] == asked[1] && asked[0]["run"] != 1, "{asked:?}");
        for path in ["/scans/runs", "/scans/calendar", "/scans/health"] {
            let page = ana.get(path).await.expect(200).body;
            assert!(page.contains("Mondays"), "{path}: {page}");
        }
        assert!(!server.log().contains("ERROR"), "{}", server.log());
    }
}
