//! Tokens: what the API takes for permission, and what it does not.

use crate::NESSUS;
use crate::clean::assert_problem;
use tests::on_both;
use tests::support::{Client, TestServer, people, places};

const ROUTES: [&str; 3] = ["/api/v1/imports/1", "/api/v1/occurrences", "/api/v1/metrics/open"];

/// What an unwelcome client is told, on each route alike.
async fn refused(server: &TestServer, mut client: Client) -> Vec<String> {
    // Who tries many tokens is told to wait; here each kind is tried as if it were the first.
    server.execute("DELETE FROM sign_in_failure").await;
    let mut said = Vec::new();
    for route in ROUTES {
        let reply = client.get(route).await;
        assert_problem(server, &reply, 401, "unauthenticated");
        said.push(reply.body);
    }
    let request = client.request(reqwest::Method::POST, "/api/v1/imports?file=a.nessus").body(places::fixture(NESSUS));
    let reply = client.send(request).await;
    assert_problem(server, &reply, 401, "unauthenticated");
    said.push(reply.body);
    said
}

on_both! {
    async fn a_token_that_does_not_count_is_told_one_thing(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await;
        let revoked = people::token(&mut admin, "revoked").await;
        let mut expired = people::token(&mut admin, "expired").await;
        let _ = expired.get(ROUTES[1]).await.expect(200);

        let settings = admin.get("/api/ui/settings").await.expect(200).json();
        let tokens = settings[0]["tokens"].as_array().unwrap();
        let id = tokens.iter().find(|token| token["name"] == "revoked").unwrap()["id"].to_string();
        let _ = admin.act("/api/ui/revoke-token", &[("token", &id), ("next", "/settings")]).await.expect(200);
        server.execute("UPDATE api_token SET created_at = 0, expires_at = 1 WHERE name = 'expired'").await;

        let nobody = Client::new(&server);
        let mut said = refused(&server, nobody.with_token(&"0".repeat(64))).await;
        said.extend(refused(&server, nobody.with_token("")).await);
        said.extend(refused(&server, nobody.with_token("' OR 1=1 --")).await);
        said.extend(refused(&server, revoked).await);
        said.extend(refused(&server, expired).await);
        said.extend(refused(&server, nobody).await);
        said.dedup();
        assert_eq!(said.len(), 1, "the words tell apart what they must not: {said:#?}");
    }

    async fn a_cookie_does_not_open_the_api(engine: Engine) {
        let server = TestServer::start(engine).await;
        let admin = people::set_up(&server).await;
        refused(&server, admin).await;
    }

    async fn a_token_does_not_open_the_pages(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await;
        let mut token = people::token(&mut admin, "script").await;
        let page = token.get("/findings").await;
        assert!(page.status == 302 || page.status == 303, "{}", page.status);
        assert!(page.location().starts_with("/sign-in"), "{}", page.location());
        assert_eq!(token.get("/api/ui/teams").await.status, 401);
    }

    async fn the_token_of_who_may_not_sign_in_ends(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await;
        let mut person = people::person(&server, &mut admin, "ana", model::policy::Role::Analyst).await;
        let mut token = people::token(&mut person, "ana's").await;
        let _ = token.get(ROUTES[1]).await.expect(200);
        let fields = [("login", "ana"), ("enabled", "false"), ("next", "/settings")];
        let _ = admin.act("/api/ui/set-user-enabled", &fields).await.expect(200);
        refused(&server, token).await;
        assert_eq!(person.get("/api/ui/teams").await.status, 401, "nor does the session go on");
    }
}
