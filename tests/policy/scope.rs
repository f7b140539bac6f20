//! What a page or a list holds for whom: a team's people see their team's findings and nothing of another's.

use crate::scene::Scene;
use model::policy::{Action, allowed};
use serde_json::Value;
use tests::on_both;
use tests::support::html;

/// Who sees both findings, one of them, or none.
fn visible(name: &str, scene: &Scene) -> Vec<String> {
    match name {
        "lead" | "member" => vec![scene.ours.clone()],
        "other_lead" => vec![scene.theirs.clone()],
        "teamless" => vec![],
        _ => {
            let mut both = vec![scene.ours.clone(), scene.theirs.clone()];
            both.sort();
            both
        }
    }
}

fn sorted(mut ids: Vec<String>) -> Vec<String> {
    ids.sort();
    ids
}

on_both! {
    async fn lists_numbers_and_files_hold_what_is_ones_own(engine: Engine) {
        let scene = Scene::set(engine).await;
        for asker in scene.askers.iter().filter(|asker| asker.name != "nobody") {
            let (mut client, mut token) = (asker.client.clone(), asker.token.clone());
            let want = visible(asker.name, &scene);
            for filter in ["", "status:any", "team:ours,theirs,none", "effect:new@1", "scan:1", "new:2026-03-01..2026-03-03", "-team:none"] {
                let rows = sorted(client.rows(&format!("/findings?q={filter}")).await);
                assert_eq!(rows, want, "{} with {filter:?}", asker.name);
            }
            let list = token.get("/api/v1/occurrences").await.expect(200).json();
            let ids = list["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned());
            assert_eq!(sorted(ids.collect()), want, "{}", asker.name);
            let csv = client.get("/findings.csv").await.expect(200).body;
            let ids = csv.lines().skip(1).map(|line| line.split(',').next().unwrap().to_owned());
            assert_eq!(sorted(ids.collect()), want, "{}", asker.name);
            let cells = token.get("/api/v1/metrics/open").await.expect(200).json();
            let open: i64 = cells["cells"].as_array().unwrap().iter().map(|cell| cell["value"].as_i64().unwrap()).sum();
            assert_eq!(usize::try_from(open).unwrap(), want.len(), "{}", asker.name);
            let cells = token.get("/api/v1/metrics/open?by=team").await.expect(200).json();
            assert_eq!(cells["cells"].as_array().unwrap().len(), want.len(), "{}: {cells}", asker.name);
            let posture = client.get("/api/ui/posture?query[q]=").await.expect(200).json();
            assert_eq!(posture["open"]["value"], open, "{}", asker.name);
            assert_eq!(posture["assets"], i64::try_from(want.len()).unwrap(), "{}", asker.name);
            let groups = client.get("/api/ui/findings?query[q]=&query[group]=team").await.expect(200).json();
            assert_eq!(groups["groups"].as_array().unwrap().len(), want.len(), "{}", asker.name);
        }
    }

    async fn another_teams_words_are_on_no_page(engine: Engine) {
        let scene = Scene::set(engine).await;
        for asker in scene.askers.iter().filter(|asker| ["lead", "member", "teamless"].contains(&asker.name)) {
            let mut client = asker.client.clone();
            let pages = [
                "/findings", "/findings?q=asset:web-*", "/findings?q=web-1", "/posture", "/teams", "/teams/ours", "/my-team", "/settings",
                "/assets", "/assets?q=team:theirs", "/assets?q=web-1", "/assets/coverage", "/assets/coverage?q=team:theirs",
                "/findings?group=team", "/findings?q=team:theirs", "/posture?q=team:theirs",
            ];
            for page in pages {
                let body = client.get(page).await.body;
                for word in ["web-1.example.com", scene.theirs.as_str(), "Theirs"] {
                    assert!(!body.contains(word), "{} reads {word} on {page}", asker.name);
                }
            }
            for filter in ["asset:web-*", "web-1", "team:theirs"] {
                let total = client.get(&format!("/api/ui/findings?query[q]={filter}")).await.expect(200).json()["total"].clone();
                assert_eq!(total, 0, "{} counts {filter}", asker.name);
            }
        }
    }

    async fn a_bulk_act_touches_what_is_ones_own(engine: Engine) {
        let scene = Scene::set(engine).await;
        let lead = scene.askers.iter().find(|asker| asker.name == "lead").unwrap();
        let admin = scene.askers.iter().find(|asker| asker.name == "admin").unwrap();
        let (mut lead, mut admin) = (lead.client.clone(), admin.client.clone());
        let fields = [("kind", "confirm"), ("all", "yes"), ("filter", "status:open"), ("next", "/")];
        let done = lead.act("/api/ui/decide", &fields).await.expect(200).json();
        assert_eq!(done["count"], 1, "{done}");
        let fields = [("kind", "confirm"), ("ids[]", &scene.theirs), ("ids[]", &scene.ours), ("next", "/")];
        let _ = lead.act("/api/ui/decide", &fields.map(|(name, value)| (name, value as &str))).await;
        let theirs = admin.get(&format!("/api/ui/finding?id={}", scene.theirs)).await.expect(200).json();
        assert_eq!(theirs["row"]["status"], "new");
        assert_eq!(theirs["decisions"].as_array().unwrap().len(), 0);
        let ours = admin.get(&format!("/api/ui/finding?id={}", scene.ours)).await.expect(200).json();
        assert_eq!(ours["row"]["status"], "confirmed");
    }

    async fn evidence_is_for_those_who_work_on_it_or_audit_it(engine: Engine) {
        let scene = Scene::set(engine).await;
        for asker in scene.askers.iter().filter(|asker| asker.name != "nobody") {
            let mut client = asker.client.clone();
            let role = match asker.name {
                "other_lead" => "lead",
                "teamless" => "member",
                name => name,
            };
            let may = allowed(role.parse().unwrap(), Action::SeeEvidence) != model::policy::Access::Deny;
            for id in visible(asker.name, &scene) {
                let finding = client.get(&format!("/api/ui/finding?id={id}")).await.expect(200).json();
                let page = client.get(&format!("/findings/{id}")).await.expect(200).body;
                assert_eq!(finding["evidence"] != Value::Null, may, "{}", asker.name);
                assert_eq!(page.contains("secret of "), may, "{}", asker.name);
                assert!(html::element(&page, "h1").is_some());
            }
        }
    }
}
