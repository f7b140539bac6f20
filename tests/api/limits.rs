//! What is too large is refused, early and whole.

use crate::NESSUS;
use crate::clean::assert_clean;
use reqwest::Method;
use std::time::Duration;
use tests::on_both;
use tests::support::{Options, TestServer, client, people, places};

/// The settings of a server that takes small files only.
fn small() -> Options {
    Options { settings: "max_upload = 20000\n".to_owned(), ..Options::default() }
}

on_both! {
    async fn a_file_beyond_the_limit_is_refused_and_leaves_nothing(engine: Engine) {
        let server = TestServer::start_with(engine, small()).await;
        let mut admin = people::set_up(&server).await;
        let mut script = people::token(&mut admin, "script").await;
        let large = vec![b'<'; 300_000];
        let reply = admin.offer(&[("large.nessus", &large)], &[]).await;
        assert_clean(&server, &reply);
        assert_eq!(reply.status, 413, "{}", reply.body);
        let form = admin.request(Method::POST, "/imports").header("accept", "text/html");
        let page = admin.send(form.multipart(client::multipart(&[("large.nessus", &large)], &[]))).await;
        assert_eq!((page.status, page.location()), (303, "/scans?error=too_large&field=files"));
        let request = script.request(Method::POST, "/api/v1/imports?file=large.nessus").body(large);
        let reply = script.send(request).await;
        assert_clean(&server, &reply);
        assert_eq!(reply.status, 413, "{}", reply.body);

        let scans = admin.get("/api/ui/scans?page=").await.expect(200).json();
        assert_eq!(scans["scans"].as_array().unwrap().len(), 0);
        assert_eq!(scans["imports"].as_array().unwrap().len(), 0, "{scans:#}");
        assert_eq!(scans["max_upload"], 20_000, "the page says the limit that holds");
        let done = admin.import(&[("full.nessus", &places::fixture(NESSUS))]).await;
        assert_eq!(done[0]["state"], "done", "what fits is taken after what did not");
    }

    async fn who_hangs_up_costs_nothing_but_their_answer(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await;
        let pages = ["/settings/feeds", "/settings/people", "/findings", "/teams", "/scans/connectors", "/posture"];
        for wait in [0, 2, 5, 10, 20, 40, 80] {
            for page in pages {
                let asked = admin.request(Method::GET, page).send();
                let answer = tokio::time::timeout(Duration::from_millis(wait), asked).await;
                // Read or not, the answer ends here.
                drop(answer);
            }
        }
        for page in pages {
            admin.get(page).await.expect(200);
        }
        assert!(!server.log().contains("panicked"), "{}", server.log());
    }

    async fn forms_filters_and_fields_have_limits(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await;
        let long = "a".repeat(5_000);
        let reply = admin.get(&format!("/api/ui/findings?query[q]={long}")).await.expect(200).json();
        assert!(!reply["filter_error"].is_null(), "a filter of five thousand letters is not read");
        let mut script = people::token(&mut admin, "script").await;
        let reply = script.get(&format!("/api/v1/occurrences?filter={long}")).await;
        assert_clean(&server, &reply);
        assert_eq!(reply.status, 422);
        let many: String = (0..70).map(|n| format!("cwe:{n}+")).collect();
        assert_eq!(script.get(&format!("/api/v1/occurrences?filter={many}")).await.status, 422);

        let huge = "a".repeat(400_000);
        for path in ["/sign-in", "/preferences", "/api/ui/add-team", "/api/ui/decide"] {
            let fields = [("login", huge.as_str()), ("password", "x"), ("name", huge.as_str()), ("kind", "comment"), ("next", "/")];
            let reply = admin.act(path, &fields).await;
            assert_clean(&server, &reply);
            assert!((400..500).contains(&reply.status), "{path}: {}", reply.status);
        }
        for (name, most) in [("/api/ui/add-team", 120), ("/api/ui/add-source", 120)] {
            let text = "n".repeat(most + 1);
            let fields = [("name", text.as_str()), ("space", "s"), ("zone", "UTC"), ("next", "/")];
            let reply = admin.act(name, &fields).await;
            assert_eq!((reply.status, reply.json()["detail"].as_str()), (422, Some("too_long")), "{name}: {}", reply.body);
        }
        let password = "p".repeat(2_000);
        let fields = [("login", "long"), ("name", "Long"), ("role", "member"), ("password", password.as_str()), ("next", "/")];
        assert_eq!(admin.act("/api/ui/add-user", &fields).await.status, 422, "no password is as long as a book");
    }

    async fn an_upload_without_files_is_refused(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await;
        for (files, fields) in [
            (vec![], vec![]),
            (vec![("a.nessus", &b"x"[..])], vec![("source", "s".repeat(500))]),
        ] {
            let fields: Vec<(&'static str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let reply = admin.offer(&files, &fields).await;
            assert_clean(&server, &reply);
            assert!(matches!(reply.status, 413 | 422), "{}: {}", reply.status, reply.body);
        }
        let scans = admin.get("/api/ui/scans?page=").await.expect(200).json();
        assert_eq!(scans["imports"].as_array().unwrap().len(), 0, "{scans:#}");
    }
}
