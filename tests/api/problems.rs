//! Every error of every route of the API is a problem of RFC 9457, whoever made it.

use crate::clean::assert_problem;
use reqwest::Method;
use std::collections::BTreeSet;
use tests::on_both;
use tests::support::{Client, Options, TestServer, people, places};

/// The routes of the API with their methods, as the router's source names them.
fn routes() -> BTreeSet<(String, Method)> {
    let source = std::fs::read_to_string(places::root().join("server/src/api/mod.rs")).unwrap();
    let calls = source.split(".route(").skip(1);
    let route = |call: &str| {
        let path = call.split('"').nth(1).unwrap().replace("{id}", "1").replace("{name}", "open");
        let method = call.split(',').nth(1).unwrap().trim().split('(').next().unwrap().to_uppercase();
        (format!("/api/v1{path}"), method.parse().unwrap())
    };
    calls.map(route).collect()
}

on_both! {
    async fn each_route_answers_wrong_requests_with_a_problem(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut root = people::set_up(&server).await;
        let mut script = people::token(&mut root, "script").await;
        let routes = routes();
        assert!(routes.len() >= 7, "{routes:?}");
        for (path, method) in &routes {
            let mut nobody = Client::new(&server);
            let reply = nobody.send(nobody.bare(method.clone(), path)).await;
            assert_problem(&server, &reply, 401, "unauthenticated");
            for other in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS] {
                // GET answers HEAD too, whose body nobody sees.
                if routes.iter().any(|(known, method)| known == path && *method == other) {
                    continue;
                }
                let reply = script.send(script.request(other, path)).await;
                assert_problem(&server, &reply, 405, "method_not_allowed");
                assert!(reply.header("allow").contains(method.as_str()), "{path}: {}", reply.header("allow"));
            }
            let reply = script.send(script.request(method.clone(), &format!("{path}/nothing/at/all"))).await;
            assert_problem(&server, &reply, 404, "not_found");
            let query = "?colour=red";
            let reply = script.send(script.request(method.clone(), &format!("{path}{query}"))).await;
            if reply.status >= 400 {
                assert_problem(&server, &reply, reply.status, reply.json()["code"].as_str().unwrap());
            }
        }
        let form = reqwest::multipart::Form::new().text("file", "x");
        let reply = script.send(script.request(Method::POST, "/api/v1/imports?file=a.nessus").multipart(form)).await;
        assert_problem(&server, &reply, 415, "unsupported_media_type");
    }

    async fn what_is_too_large_or_too_often_is_a_problem(engine: Engine) {
        let settings = "max_upload = 20000\napi_per_minute = 8\n".to_owned();
        let server = TestServer::start_with(engine, Options { settings, ..Options::default() }).await;
        let mut root = people::set_up(&server).await;
        let mut script = people::token(&mut root, "script").await;
        let large = script.request(Method::POST, "/api/v1/imports?file=a.nessus").body(vec![b'<'; 50_000]);
        let reply = script.send(large).await;
        assert_problem(&server, &reply, 413, "too_large");
        let mut last = script.get("/api/v1/occurrences").await;
        for _ in 0..40 {
            if last.status == 429 {
                break;
            }
            last = script.get("/api/v1/occurrences").await;
        }
        assert_problem(&server, &last, 429, "throttled");
        assert!(last.header("retry-after").parse::<u64>().is_ok_and(|seconds| seconds > 0));
    }
}
