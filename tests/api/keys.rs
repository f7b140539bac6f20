//! What a token may be used for, from where and how often, and requests that are sent again.

use reqwest::Method;
use serde_json::Value;
use tests::on_both;
use tests::support::{Client, Options, TestServer, people, places};

async fn token(client: &mut Client, scope: &str, networks: &str) -> Client {
    let fields = [("name", "t"), ("days", "30"), ("scope", scope), ("networks", networks), ("next", "/settings")];
    let made = client.act("/api/ui/add-token", &fields).await.expect(200).json();
    client.with_token(made["secret"].as_str().unwrap())
}

async fn import(client: &mut Client, key: &str, name: &str) -> (u16, Value) {
    let path = format!("/api/v1/imports?file={name}");
    let body = places::fixture(crate::NESSUS);
    let request = client.request(Method::POST, &path).header("idempotency-key", key).body(body);
    let reply = client.send(request).await;
    (reply.status, reply.json())
}

on_both! {
    async fn a_token_does_what_it_is_for_and_nothing_else(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut root = people::set_up(&server).await;
        let mut read = token(&mut root, "read", "").await;
        let mut imports = token(&mut root, "import", "").await;
        read.get("/api/v1/occurrences").await.expect(200);
        imports.get("/api/v1/occurrences").await.expect(403);
        imports.get("/api/v1/metrics/open").await.expect(403);
        assert_eq!(import(&mut read, "a", "a.nessus").await.0, 403);
        let (status, made) = import(&mut imports, "a", "a.nessus").await;
        assert_eq!(status, 202, "{made}");
        let job = format!("/api/v1/imports/{}", made["id"]);
        imports.get(&job).await.expect(200);
        read.get(&job).await.expect(200);
        // Whoever brings what a scanner saw may bring what a person saw.
        let seen = serde_json::json!({"title": "An open door", "severity": "high", "where": "10.0.0.9"});
        for (client, status) in [(&mut read, 403), (&mut imports, 201)] {
            let request = client.request(Method::POST, "/api/v1/occurrences").json(&seen);
            let _ = client.send(request).await.expect(status);
        }
        let log = root.get("/settings/audit.csv?action=ask_forbidden").await.expect(200).body;
        assert!(log.contains("GET /api/v1/occurrences") && log.contains("POST /api/v1/imports"), "{log}");
        for (scope, networks) in [("write", ""), ("all", "nowhere"), ("all", "192.0.2.0/99")] {
            let fields = [("name", "t"), ("days", "30"), ("scope", scope), ("networks", networks), ("next", "/")];
            root.act("/api/ui/add-token", &fields).await.expect(422);
        }
    }

    async fn a_token_is_good_from_its_networks_alone(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut root = people::set_up(&server).await;
        token(&mut root, "all", "127.0.0.0/8 192.0.2.1").await.get("/api/v1/occurrences").await.expect(200);
        token(&mut root, "all", "192.0.2.0/24").await.get("/api/v1/occurrences").await.expect(401);
    }

    async fn the_same_request_sent_again_does_nothing_more(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut root = people::set_up(&server).await;
        let mut script = token(&mut root, "import", "").await;
        let mut other = token(&mut root, "import", "").await;
        let first = import(&mut script, "key-1", "a.nessus").await;
        assert_eq!(first.0, 202);
        assert_eq!(import(&mut script, "key-1", "a.nessus").await, first);
        let (status, body) = import(&mut script, "key-1", "b.nessus").await;
        assert_eq!((status, body["detail"].as_str()), (409, Some("key_reused")));
        assert_ne!(import(&mut script, "key-2", "a.nessus").await.1, first.1);
        assert_ne!(import(&mut other, "key-1", "a.nessus").await.1, first.1, "keys are of a token");
        assert_eq!(import(&mut script, "with space", "a.nessus").await.0, 422);
    }

    async fn who_asks_too_often_waits_and_others_do_not(engine: Engine) {
        let options = Options { settings: "api_per_minute = 30\n".to_owned(), ..Options::default() };
        let server = TestServer::start_with(engine, options).await;
        let mut root = people::set_up(&server).await;
        let mut script = token(&mut root, "read", "").await;
        let mut other = token(&mut root, "read", "").await;
        let mut refused = None;
        for _ in 0..40 {
            let reply = script.get("/api/v1/metrics/open").await;
            if reply.status == 429 {
                refused = Some(reply);
                break;
            }
        }
        let refused = refused.expect("forty in a second are too many");
        assert_eq!(refused.header("content-type"), "application/problem+json");
        assert!(refused.header("retry-after").parse::<u64>().unwrap() >= 1);
        other.get("/api/v1/metrics/open").await.expect(200);
    }

    async fn guessing_tokens_is_throttled(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut root = people::set_up(&server).await;
        let mut good = token(&mut root, "read", "").await;
        let mut throttled = 0;
        for number in 0..40 {
            let guess = root.with_token(&format!("postura_{number:064x}")).get("/api/v1/occurrences").await;
            throttled += i32::from(guess.status == 429);
        }
        assert!(throttled >= 25, "{throttled} of 40 were throttled");
        good.get("/api/v1/occurrences").await.expect(200);
    }

    async fn other_origins_get_no_word_of_permission(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut root = people::set_up(&server).await;
        let mut script = token(&mut root, "read", "").await;
        for path in ["/api/v1/occurrences", "/findings", "/api/ui/teams"] {
            let asked = script.request(Method::GET, path).header("origin", "https://evil.example");
            let reply = script.send(asked).await;
            assert_eq!(reply.header("access-control-allow-origin"), "", "{path}");
            let preflight = script.request(Method::OPTIONS, path).header("origin", "https://evil.example");
            let preflight = preflight.header("access-control-request-method", "POST");
            let reply = script.send(preflight).await;
            assert_eq!(reply.header("access-control-allow-origin"), "", "{path}");
        }
    }
}
