//! The table.

use crate::asked::{self, Question};
use crate::routes;
use crate::scene::{Asker, Scene};
use reqwest::Method;
use reqwest::header::ACCEPT;
use std::collections::BTreeSet;
use tests::on_both;
use tests::support::{Reply, client, places};

/// The status, and for redirects where to.
fn word(reply: &Reply) -> String {
    if (300..400).contains(&reply.status) {
        let to = reply.location().split(['?', '&']).next().unwrap_or_default();
        let error = reply.location().split("error=").nth(1).and_then(|rest| rest.split('&').next());
        return match error {
            Some(error) => format!("{to}:{error}"),
            None => to.to_owned(),
        };
    }
    reply.status.to_string()
}

/// Asks one question as one person.
async fn answer(asker: &Asker, question: &Question) -> String {
    let api = question.path.starts_with("/api/v1");
    let mut client = if api { asker.token.clone() } else { asker.client.clone() };
    let fields: Vec<(&str, String)> =
        question.fields.iter().map(|(name, value)| (*name, value.replace("{who}", asker.name))).collect();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let reply = match question.route {
        "POST /imports" => {
            // Not an export: whoever may import gets a job, which refuses it.
            let form = client::multipart(&[("a.txt", b"not an export")], &[]);
            let request = client.request(Method::POST, "/imports").header(ACCEPT, "application/json").multipart(form);
            client.send(request).await
        }
        "POST /scans/mappings/sample" => client.sample("sample.csv", b"Title;Severity;Host\nXSS;high;shop\n").await,
        "POST /assets/inventory" => client.inventory("inventory.csv", b"name\nsrv-1\n").await,
        "POST /api/v1/imports" => {
            let request = client.request(Method::POST, &question.path).body("not an export");
            client.send(request).await
        }
        "POST /api/v1/occurrences" => {
            let said: serde_json::Map<_, _> =
                fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
            let request = client.request(Method::POST, &question.path).json(&said);
            client.send(request).await
        }
        route if route.starts_with("GET ") => client.get(&question.path).await,
        route if route.starts_with("POST /api/ui/") => client.act(&question.path, &fields).await,
        _ => client.form(&question.path, &fields).await,
    };
    word(&reply)
}

fn assert_all_asked(listed: &BTreeSet<String>, questions: &[Question]) {
    let asked: BTreeSet<String> = questions.iter().map(|question| question.route.to_owned()).collect();
    let missing: Vec<&String> = listed.difference(&asked).collect();
    let gone: Vec<&String> = asked.difference(listed).collect();
    assert!(missing.is_empty(), "say in tests/policy/asked.rs what is to be asked of {missing:?}");
    assert!(gone.is_empty(), "nothing answers at {gone:?} any more");
}

/// The table of one list of questions, a line a question.
async fn table(scene: &Scene, questions: &[Question]) -> Vec<String> {
    let mut lines = Vec::new();
    for question in questions {
        let name = if question.note.is_empty() {
            question.route.to_owned()
        } else {
            format!("{} ({})", question.route, question.note)
        };
        let mut line = format!("{name:<46}");
        for asker in &scene.askers {
            if !question.before.is_empty() {
                let mut root = scene.root.clone();
                let fields = [
                    ("kind", question.before),
                    ("all", "yes"),
                    ("filter", "status:any"),
                    ("reason", "r"),
                    ("next", "/"),
                ];
                // Who finds it so already has nothing to change.
                let _ = root.act("/api/ui/decide", &fields).await;
            }
            line.push_str(&format!(" {}={}", asker.name, answer(asker, question).await));
        }
        lines.push(line);
    }
    lines
}

on_both! {
    async fn every_route_answers_each_asker_as_the_table_says(engine: Engine) {
        let scene = Scene::set(engine).await;
        let (pages, functions, plain) = (asked::pages(&scene), asked::functions(&scene), asked::plain(&scene));
        assert_all_asked(&routes::pages(), &pages);
        assert_all_asked(&routes::functions(), &functions);
        assert_all_asked(&routes::plain(), &plain);
        // Plain routes are asked before the functions, the last of which ends every session.
        let (last, plain) = plain.split_last().unwrap();
        let mut lines = table(&scene, &pages).await;
        lines.extend(table(&scene, plain).await);
        lines.extend(table(&scene, &functions).await);
        lines.extend(table(&scene, std::slice::from_ref(last)).await);
        places::assert_list("tests/policy/matrix.txt", &lines);
        assert!(!scene.server.log().contains("ERROR"), "{}", scene.server.log());
    }
}
