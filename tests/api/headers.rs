//! The headers of every answer, and the flags of cookies.

use crate::NESSUS;
use reqwest::header::SET_COOKIE;
use std::collections::BTreeSet;
use tests::on_both;
use tests::support::{Client, Reply, TestServer, html, people, places};

fn nonce(reply: &Reply) -> String {
    let policy = reply.header("content-security-policy");
    let (_, rest) = policy.split_once("'nonce-").unwrap_or_else(|| panic!("{} has no nonce: {policy}", reply.asked));
    rest.split('\'').next().unwrap().to_owned()
}

fn assert_headers(reply: &Reply) {
    let is = |name: &str, value: &str| assert_eq!(reply.header(name), value, "{}: {name}", reply.asked);
    is("x-content-type-options", "nosniff");
    is("referrer-policy", "same-origin");
    is("x-frame-options", "DENY");
    is("cross-origin-opener-policy", "same-origin");
    is("server", "");
    let policy = reply.header("content-security-policy");
    for part in [
        "default-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
        "style-src 'self'",
    ] {
        assert!(policy.contains(part), "{}: {part} in {policy}", reply.asked);
    }
    assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{policy}");
    let cached = ["/pkg/", "/assets/"].iter().any(|folder| reply.asked.contains(folder)) && reply.status == 200;
    assert_eq!(reply.header("cache-control") == "no-store", !cached, "{}: cache-control", reply.asked);
}

on_both! {
    async fn a_page_is_compressed_for_the_site_alone(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await;
        for (path, site, compressed) in [
            ("/findings", Some("same-origin"), true),
            ("/findings", Some("none"), true),
            ("/findings", Some("cross-site"), false),
            ("/findings", Some("same-site"), false),
            ("/findings", None, false),
            ("/pkg/postura.css", Some("cross-site"), true),
        ] {
            let mut request = admin.request(reqwest::Method::GET, path).header("accept-encoding", "gzip");
            if let Some(site) = site {
                request = request.header("sec-fetch-site", site);
            }
            let reply = admin.send(request).await.expect(200);
            assert_eq!(!reply.header("content-encoding").is_empty(), compressed, "{path} {site:?}");
        }
    }

    async fn every_answer_has_them(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut nobody = Client::new(&server);
        let mut admin = people::set_up(&server).await;
        admin.import(&[("full.nessus", &places::fixture(NESSUS))]).await;
        let mut script = people::token(&mut admin, "script").await;
        let paths = [
            "/", "/sign-in", "/findings", "/posture", "/scans", "/scans/1", "/teams", "/my-team", "/settings", "/nothing",
            "/pkg/postura.css", "/pkg/postura.js", "/pkg/nothing.js", "/assets/favicon.svg", "/api/v1/occurrences", "/api/v1/x",
            "/api/ui/teams", "/posture/trend.csv", "/findings.csv",
        ];
        let mut nonces = BTreeSet::new();
        for path in paths {
            for client in [&mut nobody, &mut admin, &mut script] {
                let reply = client.get(path).await;
                assert_headers(&reply);
                assert!(nonces.insert(nonce(&reply)), "{}: a nonce is used twice", reply.asked);
            }
        }
        assert!(nonces.iter().all(|nonce| nonce.len() >= 16));
    }

    async fn scripts_of_a_page_carry_its_nonce_and_no_style_is_inline(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await;
        admin.import(&[("full.nessus", &places::fixture(NESSUS))]).await;
        for path in ["/findings", "/posture", "/scans", "/teams", "/settings", "/nothing"] {
            let page = admin.get(path).await;
            let nonce = nonce(&page);
            for (at, _) in page.body.match_indices("<script") {
                let tag = page.body[at..].split('>').next().unwrap();
                let own = html::attribute(tag, "nonce");
                let from = html::attribute(tag, "src");
                assert!(own.as_deref() == Some(&nonce) || from.is_some_and(|from| from.starts_with('/')), "{path}: {tag}");
            }
            assert!(!page.body.contains(" style=\""), "{path} has a style attribute");
            assert!(!page.body.contains("<style"), "{path} has a style element");
            for handler in [" onclick=", " onload=", " onerror=", "javascript:"] {
                assert!(!page.body.contains(handler), "{path}: {handler}");
            }
        }
    }

    async fn the_sessions_cookie_is_bound_to_the_site(engine: Engine) {
        let server = TestServer::start(engine).await;
        people::set_up(&server).await;
        let mut client = Client::new(&server);
        let reply = client.form("/sign-in", &[("login", "root"), ("password", people::PASSWORD), ("next", "/")]).await.expect(303);
        let cookies: Vec<&str> = reply.headers.get_all(SET_COOKIE).iter().map(|value| value.to_str().unwrap()).collect();
        let session = cookies.iter().find(|cookie| cookie.starts_with("__Host-session=")).expect("a session begins");
        for flag in ["; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/"] {
            assert!(session.contains(flag), "{flag}: {session}");
        }
        assert!(!session.contains("Domain="), "{session}");
        let value = client.cookies()["__Host-session"].clone();
        assert_eq!(value.len(), 64, "32 random bytes");

        let reply = client.form("/sign-out", &[]).await.expect(303);
        assert_eq!(reply.location(), "/sign-in");
        assert!(!client.cookies().contains_key("__Host-session"));
        let mut thief = Client::new(&server);
        let request = thief.bare(reqwest::Method::GET, "/api/ui/teams").header("cookie", format!("__Host-session={value}"));
        assert_eq!(thief.send(request).await.status, 401, "the session has ended on the server too");
    }
}
