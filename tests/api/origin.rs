//! Requests that another site makes a browser send change nothing; nor does any GET.

use crate::NESSUS;
use crate::clean::assert_clean;
use reqwest::Method;
use reqwest::header::{COOKIE, ORIGIN};
use serde_json::{Value, json};
use tests::on_both;
use tests::support::{Client, TestServer, client, people, places};

/// The functions that change something, with fields that would.
const CHANGES: [(&str, &str); 13] = [
    ("/api/ui/add-team", "name=Theirs&next=/"),
    ("/api/ui/set-member", "slug=ours&login=root&member=true&next=/"),
    ("/api/ui/add-rule", "pattern=*&slug=ours&next=/"),
    ("/api/ui/remove-rule", "rule=1&next=/"),
    ("/api/ui/add-user", "login=eve&name=Eve&role=admin&password=correct%20horse%20battery&next=/"),
    ("/api/ui/set-user-enabled", "login=root&enabled=false&next=/"),
    ("/api/ui/add-token", "name=theirs&days=30&next=/"),
    ("/api/ui/sign-out-everywhere", "next=/"),
    ("/api/ui/undo-scan", "scan=1&redo=false&next=/"),
    ("/api/ui/add-source", "name=theirs&space=x&zone=UTC&next=/"),
    ("/api/ui/decide", "all=yes&filter=status:open&kind=retire&reason=x&next=/"),
    ("/preferences", "theme=dark&next=/"),
    ("/sign-out", ""),
];

/// Everything that a change would change, as the pages' own functions give it.
async fn state(admin: &mut Client) -> Value {
    let mut state = Vec::new();
    for path in ["scans?page=", "teams", "findings?query[q]=status:any"] {
        state.push(admin.get(&format!("/api/ui/{path}")).await.expect(200).json());
    }
    let mut settings = admin.get("/api/ui/settings").await.expect(200).json();
    // When a session was last seen is no change that anybody made.
    settings[0].as_object_mut().unwrap().remove("sessions");
    state.push(settings);
    json!(state)
}

async fn prepared(server: &TestServer) -> Client {
    let mut admin = people::set_up(server).await;
    people::team(&mut admin, "Ours", &["root"], &["*"]).await;
    admin.import(&[("full.nessus", &places::fixture(NESSUS))]).await;
    admin
}

on_both! {
    async fn another_sites_request_is_refused(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = prepared(&server).await;
        let before = state(&mut admin).await;
        let cookie: Vec<String> = admin.cookies().iter().map(|(name, value)| format!("{name}={value}")).collect();
        let cookie = cookie.join("; ");
        let evil = [
            vec![("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")],
            vec![("origin", "https://evil.example")],
            vec![("origin", "null")],
            vec![("sec-fetch-site", "cross-site")],
            vec![("sec-fetch-site", "same-site")],
        ];
        for headers in &evil {
            for (path, body) in CHANGES {
                let mut request = admin.bare(Method::POST, path).header(COOKIE, &cookie).header("accept", "text/html");
                for (name, value) in headers {
                    request = request.header(*name, *value);
                }
                let request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
                let reply = admin.send(request).await;
                assert_eq!(reply.status, 403, "{} with {headers:?}", reply.asked);
                assert_clean(&server, &reply);
            }
            let form = client::multipart(&[("b.nessus", &places::fixture("nessus/entities.nessus"))], &[]);
            let mut request = admin.bare(Method::POST, "/imports").header(COOKIE, &cookie).multipart(form);
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let reply = admin.send(request).await;
            assert_eq!(reply.status, 403, "{} with {headers:?}", reply.asked);
        }
        assert_eq!(before, state(&mut admin).await);
    }

    async fn no_get_changes_anything(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = prepared(&server).await;
        let before = state(&mut admin).await;
        for (path, query) in CHANGES {
            let reply = admin.get(&format!("{path}?{query}")).await;
            assert!(reply.status != 200 || reply.header("content-type").starts_with("text/html"), "{}: 200", reply.asked);
            let head = admin.request(Method::HEAD, &format!("{path}?{query}"));
            admin.send(head).await;
        }
        let pages = ["/", "/findings", "/scans", "/scans/1", "/teams", "/teams/ours", "/posture", "/my-team", "/settings", "/setup?token=x"];
        for page in pages {
            admin.get(page).await;
        }
        assert_eq!(before, state(&mut admin).await);
        assert!(!admin.cookies().contains_key("theme"));
    }

    async fn the_sites_own_requests_are_taken(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = prepared(&server).await;
        let made = admin.form("/api/ui/add-team", &[("name", "Theirs"), ("next", "/teams")]).await;
        assert_eq!((made.status, made.location()), (303, "/teams/theirs?done=team"));
        let request = admin.request(Method::POST, "/preferences").header(ORIGIN, server.origin());
        let reply = admin.send(request.header("content-type", "application/x-www-form-urlencoded").body("locale=en")).await;
        assert_eq!((reply.status, reply.location()), (303, "/"));
        assert_eq!(admin.cookies().get("locale").map(String::as_str), Some("en"));
    }
}
