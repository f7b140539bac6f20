//! What is said when something is wrong: a code, a field, nothing of the inside.

use crate::NESSUS;
use crate::clean::{assert_clean, assert_problem};
use reqwest::Method;
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use tests::on_both;
use tests::support::{Client, TestServer, html, people, places};

on_both! {
    async fn the_api_says_what_is_wrong_in_words_of_its_own(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await;
        let mut client = people::token(&mut admin, "script").await;
        let wrong = [
            ("/api/v1/occurrences?filter=sev:terrible", 422, "invalid"),
            ("/api/v1/occurrences?filter=%22open", 422, "invalid"),
            ("/api/v1/occurrences?cursor=zzz", 422, "invalid"),
            ("/api/v1/occurrences?limit=0", 422, "invalid"),
            ("/api/v1/occurrences?limit=201", 422, "invalid"),
            ("/api/v1/occurrences?limit=many", 422, "invalid"),
            ("/api/v1/occurrences?colour=red", 422, "invalid"),
            ("/api/v1/metrics/happiness", 404, "not_found"),
            ("/api/v1/metrics/open?by=colour", 422, "invalid"),
            ("/api/v1/metrics/open?from=yesterday", 422, "invalid"),
            ("/api/v1/metrics/open?as_of=2026-13-01", 422, "invalid"),
            ("/api/v1/metrics/open?known_at=soon", 422, "invalid"),
            ("/api/v1/metrics/open?by=day,week", 422, "invalid"),
            ("/api/v1/imports/999999", 404, "not_found"),
            ("/api/v1/imports/first", 404, "not_found"),
            ("/api/v1/imports/99999999999999999999", 404, "not_found"),
            ("/api/v1/nothing", 404, "not_found"),
            ("/api/v1", 404, "not_found"),
        ];
        for (path, status, code) in wrong {
            let reply = client.get(path).await;
            assert_problem(&server, &reply, status, code);
        }
        for (method, path) in [(Method::DELETE, "/api/v1/occurrences"), (Method::PUT, "/api/v1/imports")] {
            let request = client.request(method, path);
            let reply = client.send(request).await;
            assert_clean(&server, &reply);
            assert!(matches!(reply.status, 404 | 405), "{}: {}", reply.asked, reply.status);
        }
        let request = client.request(Method::POST, "/api/v1/imports").body("x");
        let reply = client.send(request).await;
        assert_problem(&server, &reply, 422, "invalid");
    }

    async fn server_functions_say_no_more_than_a_code(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await;
        let wrong = [
            "/api/ui/scan", "/api/ui/scan?id=first", "/api/ui/scan?id=99999", "/api/ui/finding?id=%00", "/api/ui/finding?id=x",
            "/api/ui/findings?query[sort]=colour", "/api/ui/findings?query[page]=zzz", "/api/ui/team?slug=nobody",
            "/api/ui/my-team?slug=nobody", "/api/ui/posture?query[edition]=1999", "/api/ui/scans?page=first",
            "/api/ui/import?job=-1", "/api/ui/nothing",
        ];
        for path in wrong {
            let reply = admin.get(path).await;
            assert_clean(&server, &reply);
            assert!((400..500).contains(&reply.status), "{}: {} {}", reply.asked, reply.status, reply.body);
        }
        let changes = [
            ("/api/ui/decide", vec![("kind", "colour"), ("next", "/")]),
            ("/api/ui/decide", vec![("kind", "confirm"), ("ids[]", "x"), ("next", "/")]),
            ("/api/ui/decide", vec![("kind", "confirm"), ("all", "yes"), ("filter", "sev:terrible"), ("next", "/")]),
            ("/api/ui/undo-scan", vec![("scan", "first"), ("redo", "false"), ("next", "/")]),
            ("/api/ui/undo-scan", vec![("scan", "99999"), ("redo", "false"), ("next", "/")]),
            ("/api/ui/add-team", vec![]),
            ("/api/ui/add-team", vec![("name", ""), ("next", "/")]),
            ("/api/ui/add-source", vec![("name", "a"), ("space", "b"), ("zone", "Nowhere/At-All"), ("next", "/")]),
            ("/api/ui/add-user", vec![("login", "x"), ("name", "x"), ("role", "king"), ("password", "y"), ("next", "/")]),
            ("/api/ui/add-user", vec![("login", "x"), ("name", "x"), ("role", "lead"), ("password", "short"), ("next", "/")]),
            ("/api/ui/add-token", vec![("name", "x"), ("days", "99999"), ("next", "/")]),
            ("/api/ui/add-rule", vec![("pattern", "*"), ("slug", "nobody"), ("next", "/")]),
            ("/api/ui/nothing", vec![]),
        ];
        for (path, fields) in changes {
            let reply = admin.act(path, &fields).await;
            assert_clean(&server, &reply);
            assert!((400..500).contains(&reply.status), "{} {fields:?}: {} {}", reply.asked, reply.status, reply.body);
            let plain = admin.form(path, &fields).await;
            assert_clean(&server, &plain);
            assert!((300..500).contains(&plain.status), "{} {fields:?}: {}", plain.asked, plain.status);
        }
    }

    async fn plain_forms_and_files_say_no_more_than_a_code(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await;
        let mut nobody = Client::new(&server);
        for path in ["/sign-in", "/setup", "/preferences", "/imports"] {
            for (kind, body) in [
                ("application/x-www-form-urlencoded", "a=b"),
                ("application/x-www-form-urlencoded", "%%%&&&=\u{0}"),
                ("application/json", "{"),
                ("multipart/form-data", "x"),
                ("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: nonsense\r\n\r\n"),
                ("text/plain", ""),
            ] {
                for client in [&mut nobody, &mut admin] {
                    let request = client.request(Method::POST, path).header(CONTENT_TYPE, kind).body(body);
                    let reply = client.send(request.header(ACCEPT, "application/json")).await;
                    assert_clean(&server, &reply);
                    assert!((300..500).contains(&reply.status), "{} {kind}: {}", reply.asked, reply.status);
                }
            }
        }
        for path in ["/posture/trend.pdf", "/posture/colour.csv", "/findings.csv?q=sev:terrible", "/findings.csv?sort=colour"] {
            let reply = admin.get(path).await;
            assert_clean(&server, &reply);
            assert!((400..500).contains(&reply.status), "{}: {}", reply.asked, reply.status);
        }
        for path in ["/pkg/nothing.js", "/pkg/..%2f..%2fpostura.toml", "/assets/fonts/nothing.woff2", "/pkg/x.exe"] {
            let reply = admin.get(path).await;
            assert_clean(&server, &reply);
            assert!((400..500).contains(&reply.status), "{}: {}", reply.asked, reply.status);
        }
    }

    async fn pages_of_errors_have_their_status_and_a_heading(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await;
        admin.import(&[("full.nessus", &places::fixture(NESSUS))]).await;
        let wrong = [
            "/nothing", "/findings/nothing", "/findings/00000000-0000-8000-8000-000000000000", "/scans/999999", "/scans/x",
            "/imports/999999", "/teams/nobody", "/my-team?team=nobody",
        ];
        for path in wrong {
            let page = admin.get(path).await;
            assert_clean(&server, &page);
            assert_eq!(page.status, 404, "{path}");
            let heading = html::element(&page.body, "h1").unwrap_or_else(|| panic!("{path} has no heading"));
            assert!(!html::text(&format!("<h1{heading}")).is_empty(), "{path}");
        }
        let bad = admin.get("/findings?q=sev:terrible").await.expect(200);
        assert!(bad.body.contains("q-error"), "a filter that cannot be read is marked, not a failure");
        assert!(html::finding_ids(&bad.body).is_empty());
    }
}
