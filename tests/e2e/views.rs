//! Which pages are looked at: every route of the router with an address of the demo, and what those pages become in other
//! hands, with other questions, and before anything was imported.

use std::collections::BTreeSet;
use tests::support::{Client, places};

/// Who looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// Nobody, on a server that nobody has set up.
    First,
    /// The first administrator, before anything was imported.
    Empty,
    /// Nobody, on the demo.
    Nobody,
    /// The demo's lead of the team Pagos.
    Lead,
    /// The demo's administrator.
    Admin,
}

/// A page that is looked at.
#[derive(Clone, Debug)]
pub struct View {
    /// The name of its pictures.
    pub name: &'static str,
    /// Who looks.
    pub who: Who,
    /// The route that it shows; empty for none.
    pub route: &'static str,
    /// Its address.
    pub path: String,
}

/// Addresses of the demo.
pub struct Places {
    /// A finding that is open, with evidence.
    pub finding: String,
    /// An asset of which something is said.
    pub asset: String,
    /// A scan that changed something.
    pub scan: i64,
    /// An import that was refused.
    pub refused: i64,
}

impl Places {
    /// Finds them, has a file refused, and begins to define a mapping.
    pub async fn of(admin: &mut Client) -> Self {
        let finding = admin.rows("/findings?q=tool:zap+sev:high,medium").await.remove(0);
        let asset = admin.rows("/assets?q=criticality:critical+team:pagos").await.remove(0);
        admin.inventory("inventory.csv", b"name;criticality;tags;cost\nweb-99;high;new;9\nbad 1;low;;\n").await;
        let scans = admin.get("/api/ui/scans?page=").await.expect(200).json();
        let scans = scans["scans"].as_array().unwrap();
        let scan = scans.iter().max_by_key(|scan| scan["sightings"].as_i64()).unwrap()["id"].as_i64().unwrap();
        let refused = admin.upload(&[("truncated.nessus", b"<NessusClientData_v2><Report name=\"x\">")]).await[0];
        assert_eq!(admin.imported(refused).await["state"], "refused");
        admin.scan_nothing().await;
        admin.sample("es.csv", &places::fixture("mapped/es.csv")).await;
        Self { finding, asset, scan, refused }
    }
}

/// The views, so ordered that each browser signs in once a person.
pub fn all(places: &Places, set_up: &str) -> Vec<View> {
    let view = |name, who, route, path: &str| View { name, who, route, path: path.to_owned() };
    let past = "/findings?q=as-of:2026-06-30+sev:high";
    let mut views = vec![
        view("setup", Who::First, "/setup", set_up),
        view("setup-needed", Who::First, "/", "/"),
        view("scans-empty", Who::Empty, "", "/scans"),
        view("sources-empty", Who::Empty, "", "/scans/sources"),
        view("merges-empty", Who::Empty, "", "/assets/merges"),
        view("mappings-empty", Who::Empty, "", "/scans/mappings"),
        view("mapping-none", Who::Empty, "", "/scans/mappings/edit"),
        view("findings-empty", Who::Empty, "", "/findings"),
        view("posture-empty", Who::Empty, "", "/posture"),
        view("teams-empty", Who::Empty, "", "/teams"),
        view("my-team-none", Who::Empty, "", "/my-team"),
        view("assets-empty", Who::Empty, "", "/assets"),
        view("coverage-empty", Who::Empty, "", "/assets/coverage"),
        view("inventory-empty", Who::Empty, "", "/assets/inventory"),
        view("connectors-empty", Who::Empty, "", "/scans/connectors"),
        view("targets-empty", Who::Empty, "", "/scans/targets"),
        view("schedules-empty", Who::Empty, "", "/scans/schedules"),
        view("health-empty", Who::Empty, "", "/scans/health"),
        view("sign-in", Who::Nobody, "/sign-in", "/sign-in"),
        view("sign-in-failed", Who::Nobody, "", "/sign-in?error=unauthenticated&next=/"),
        view("sign-in-code", Who::Nobody, "/sign-in/code", "/sign-in/code?error=invalid&field=code"),
        view("welcome", Who::Nobody, "/welcome", "/welcome?token=0"),
        view("my-team", Who::Lead, "/my-team", "/my-team"),
        view("findings-lead", Who::Lead, "", "/findings"),
        view("assets-lead", Who::Lead, "", "/assets"),
        view("coverage-lead", Who::Lead, "", "/assets/coverage"),
        view("forbidden", Who::Lead, "", "/scans"),
        view("posture", Who::Admin, "/posture", "/posture"),
        view("posture-2025", Who::Admin, "", "/posture?q=team:pagos&edition=2025"),
        view("findings", Who::Admin, "/findings", "/findings"),
        view("findings-issue", Who::Admin, "", "/findings?group=issue"),
        view("findings-team", Who::Admin, "", "/findings?group=team"),
        view("findings-past", Who::Admin, "", past),
        view("findings-wrong", Who::Admin, "", "/findings?q=sev:terrible"),
        view("findings-none", Who::Admin, "", "/findings?q=cve:CVE-1999-0001"),
        view("finding", Who::Admin, "/findings/{id}", ""),
        view("evidence", Who::Admin, "/findings/{id}/evidence", ""),
        view("assets", Who::Admin, "/assets", "/assets"),
        view("assets-wrong", Who::Admin, "", "/assets?q=sev:high"),
        view("assets-past", Who::Admin, "", "/assets?q=as-of:2026-06-30"),
        view("coverage", Who::Admin, "/assets/coverage", "/assets/coverage"),
        view("coverage-team", Who::Admin, "", "/assets/coverage?q=team:pagos"),
        view("inventory", Who::Admin, "/assets/inventory", "/assets/inventory"),
        view("asset", Who::Admin, "/assets/{id}", ""),
        view("scans", Who::Admin, "/scans", "/scans"),
        view("scan", Who::Admin, "/scans/{id}", ""),
        view("connectors", Who::Admin, "/scans/connectors", "/scans/connectors?edit=1"),
        view("targets", Who::Admin, "/scans/targets", "/scans/targets"),
        view("schedules", Who::Admin, "/scans/schedules", "/scans/schedules"),
        view("schedule-wrong", Who::Admin, "", "/scans/schedules?wrong=cron&why=too_often&cron=*&every=cron"),
        view("runs", Who::Admin, "/scans/runs", "/scans/runs"),
        view("run", Who::Admin, "/scans/runs/{id}", "/scans/runs/1"),
        view("calendar", Who::Admin, "/scans/calendar", "/scans/calendar"),
        view("health", Who::Admin, "/scans/health", "/scans/health"),
        view("sources", Who::Admin, "/scans/sources", "/scans/sources"),
        view("merges", Who::Admin, "/assets/merges", "/assets/merges"),
        view("mappings", Who::Admin, "/scans/mappings", "/scans/mappings"),
        view("mapping", Who::Admin, "/scans/mappings/edit", "/scans/mappings/edit"),
        view("import-refused", Who::Admin, "/imports/{job}", ""),
        view("teams", Who::Admin, "/teams", "/teams"),
        view("team", Who::Admin, "/teams/{slug}", "/teams/pagos"),
        view("settings", Who::Admin, "/settings", "/settings"),
        view("feeds", Who::Admin, "/settings/feeds", "/settings/feeds"),
        view("overrides", Who::Admin, "/settings/overrides", "/settings/overrides"),
        view("risk", Who::Admin, "/settings/risk", "/settings/risk?unexploited=30&criticality_low=40"),
        view("account", Who::Admin, "/account", "/account"),
        view("confirm", Who::Admin, "/account/confirm", "/account/confirm?next=/settings/people"),
        view("people", Who::Admin, "/settings/people", "/settings/people"),
        view("security", Who::Admin, "/settings/security", "/settings/security"),
        view("audit", Who::Admin, "/settings/audit", "/settings/audit"),
        view("glossary", Who::Admin, "/glossary", "/glossary"),
        view("writing", Who::Admin, "/findings/new", "/findings/new"),
        view("cvss", Who::Admin, "/tools/cvss", "/tools/cvss"),
        view("months", Who::Admin, "/posture/months", "/posture/months"),
        view("not-found", Who::Admin, "", "/nothing/at/all"),
    ];
    for view in &mut views {
        match view.name {
            "finding" => view.path = format!("/findings/{}", places.finding),
            "evidence" => view.path = format!("/findings/{}/evidence", places.finding),
            "asset" => view.path = format!("/assets/{}", places.asset),
            "scan" => view.path = format!("/scans/{}", places.scan),
            "import-refused" => view.path = format!("/imports/{}", places.refused),
            _ => {}
        }
    }
    views.sort_by_key(|view| view.who);
    views
}

/// Fails if a route of the router is not among the views.
pub fn assert_whole(views: &[View]) {
    let listed: BTreeSet<String> =
        leptos_axum::generate_route_list(app::App).iter().map(|route| route.path().to_owned()).collect();
    let seen: BTreeSet<String> =
        views.iter().filter(|view| !view.route.is_empty()).map(|view| view.route.to_owned()).collect();
    let missing: Vec<&String> = listed.difference(&seen).collect();
    let gone: Vec<&String> = seen.difference(&listed).collect();
    assert!(
        missing.is_empty() && gone.is_empty(),
        "say in tests/e2e/views.rs how to look at {missing:?}; gone: {gone:?}"
    );
}
