//! The pages of the demo, by the routes of the router: a page that nobody has thought of fails here.

use std::collections::BTreeSet;
use tests::support::Client;
use tests::support::html::encode;

/// Pages without numbers of findings.
const WITHOUT: [&str; 10] = [
    "/",
    "/setup",
    "/sign-in",
    "/scans/mappings",
    "/scans/mappings/edit",
    "/imports/{job}",
    "/settings",
    "/sign-in/code",
    "/welcome",
    "/account/confirm",
];

/// A page as somebody asks for it.
#[derive(Clone, Debug)]
pub struct View {
    /// The route that answers.
    pub route: &'static str,
    /// The address.
    pub address: String,
    /// Whether it must lead to lists by numbers; where others do, their numbers are followed too.
    pub numbers: bool,
}

/// The addresses of every page of the demo, now, on a day of the past and as known at a step.
pub async fn of(admin: &mut Client) -> Vec<View> {
    let scans = admin.get("/api/ui/scans?page=").await.expect(200).json();
    let scans = scans["scans"].as_array().unwrap().clone();
    let newest: Vec<String> = scans.iter().take(6).map(|scan| format!("/scans/{}", scan["id"])).collect();
    let middle = admin.get(&format!("/api/ui/scan?id={}", scans[scans.len() / 2]["id"])).await.expect(200).json();
    let finding = with_siblings(admin).await;
    let then = (chrono::Utc::now() - chrono::TimeDelta::days(75)).format("%Y-%m-%d");
    let pasts = [format!("as-of:{then}"), format!("known-at:{}", middle["step"])];
    let mut views = Vec::new();
    let mut add = |route, addresses: Vec<String>, numbers| {
        views.extend(addresses.into_iter().map(|address| View { route, address, numbers }));
    };
    let posture = |q: &str| format!("/posture?q={}", encode(q));
    add("/posture", vec!["/posture".to_owned(), "/posture?edition=2025&q=team:pagos".to_owned()], true);
    add("/posture", pasts.iter().map(|past| posture(&format!("team:pagos {past}"))).collect(), true);
    let groups = |q: &str| ["issue", "team"].map(|group| format!("/findings?group={group}&q={}", encode(q)));
    add("/findings", groups("tool:zap").to_vec(), true);
    add("/findings", groups(&format!("tool:zap {}", pasts[0])).to_vec(), true);
    add("/findings", pasts.iter().map(|past| format!("/findings?q={}", encode(past))).collect(), false);
    add("/findings", vec!["/findings?sort=due".to_owned()], false);
    add("/findings/{id}", vec![format!("/findings/{finding}")], true);
    add("/findings/{id}/evidence", vec![format!("/findings/{finding}/evidence")], false);
    add("/scans", vec!["/scans".to_owned()], false);
    add("/scans/{id}", [vec!["/scans/1".to_owned()], newest].concat(), true);
    add("/teams", vec!["/teams".to_owned()], true);
    add("/teams/{slug}", vec!["/teams/pagos".to_owned()], true);
    add("/my-team", vec!["/my-team?team=pagos".to_owned()], true);
    add("/posture/months", vec!["/posture/months".to_owned()], false);
    add("/", vec!["/".to_owned()], false);
    let assets = admin.get("/assets").await.expect(200).body;
    let one = tests::support::html::links(&assets)
        .into_iter()
        .map(|link| link.href)
        .find(|href| href.strip_prefix("/assets/").is_some_and(|id| id.starts_with(|c: char| c.is_ascii_digit())));
    add("/assets/{id}", one.into_iter().collect(), false);
    for route in ["/assets", "/assets/coverage", "/assets/inventory", "/assets/merges", "/scans/sources"] {
        add(route, vec![route.to_owned()], false);
    }
    for route in [
        "/account",
        "/settings",
        "/settings/people",
        "/settings/audit",
        "/settings/security",
        "/settings/feeds",
        "/settings/overrides",
        "/settings/risk",
        "/glossary",
        "/tools/cvss",
        "/findings/new",
    ] {
        add(route, vec![route.to_owned()], false);
    }
    for route in
        ["/scans/connectors", "/scans/targets", "/scans/schedules", "/scans/runs", "/scans/calendar", "/scans/health"]
    {
        add(route, vec![route.to_owned()], false);
    }
    add("/scans/runs/{id}", vec![admin.scan_nothing().await], false);
    add("/scans/mappings", vec!["/scans/mappings".to_owned()], false);
    add("/scans/mappings/edit", vec!["/scans/mappings/edit".to_owned()], false);
    let here: BTreeSet<String> = views.iter().map(|view| view.route.to_owned()).collect();
    let without: BTreeSet<String> = WITHOUT.iter().map(|route| (*route).to_owned()).collect();
    let routes = leptos_axum::generate_route_list(app::App);
    let forgotten: Vec<&str> = routes
        .iter()
        .map(|route| route.path())
        .filter(|path| !here.contains(*path) && !without.contains(*path))
        .collect();
    assert!(forgotten.is_empty(), "say here which addresses these pages have: {forgotten:?}");
    views
}

/// A finding of a rule that others are of too.
async fn with_siblings(admin: &mut Client) -> String {
    let groups = admin.get("/findings?group=issue&q=team:pagos").await.expect(200).body;
    let links = super::numbers::linked_numbers(&groups);
    let (most, _) = links.iter().max_by_key(|(_, number)| *number).unwrap();
    admin.rows(&most.href).await.swap_remove(0)
}
