//! What is asked of each route: an address, and the fields of what would change something.
//!
//! Changes that would end the scene are asked of things that are not there: who may is told "not found", who may not is told
//! "forbidden", before anything is looked for.

use crate::scene::Scene;

/// A question.
pub struct Question {
    /// The route as its list names it.
    pub route: &'static str,
    /// What is special about it; empty for the plain question.
    pub note: &'static str,
    /// The address.
    pub path: String,
    /// The fields; `{who}` becomes the asker's name.
    pub fields: Vec<(&'static str, String)>,
    /// What the administrator does before each asker, so that all find the same: a kind of decision on both findings.
    pub before: &'static str,
}

fn ask(route: &'static str, note: &'static str, path: impl Into<String>, fields: &[(&'static str, &str)]) -> Question {
    let fields = fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    Question { route, note, path: path.into(), fields, before: "" }
}

/// The questions to pages.
pub fn pages(scene: &Scene) -> Vec<Question> {
    let get = |route, note, path: &str| ask(route, note, path, &[]);
    vec![
        get("GET /", "", "/"),
        get("GET /setup", "", "/setup?token=0"),
        get("GET /sign-in", "", "/sign-in"),
        get("GET /sign-in/code", "", "/sign-in/code"),
        get("GET /welcome", "", "/welcome?token=0"),
        get("GET /account", "", "/account"),
        get("GET /account/confirm", "", "/account/confirm?next=/settings/people"),
        get("GET /settings/people", "", "/settings/people"),
        get("GET /posture", "", "/posture"),
        get("GET /findings", "", "/findings"),
        get("GET /findings/{id}", "ours", &format!("/findings/{}", scene.ours)),
        get("GET /findings/{id}", "theirs", &format!("/findings/{}", scene.theirs)),
        get("GET /findings/{id}/evidence", "ours", &format!("/findings/{}/evidence", scene.ours)),
        get("GET /findings/{id}/evidence", "theirs", &format!("/findings/{}/evidence", scene.theirs)),
        get("GET /scans", "", "/scans"),
        get("GET /scans/{id}", "", "/scans/1"),
        get("GET /scans/sources", "", "/scans/sources"),
        get("GET /scans/connectors", "", "/scans/connectors"),
        get("GET /scans/targets", "", "/scans/targets"),
        get("GET /scans/schedules", "", "/scans/schedules"),
        get("GET /scans/runs", "", "/scans/runs"),
        get("GET /scans/runs/{id}", "not there", "/scans/runs/999999"),
        get("GET /scans/calendar", "", "/scans/calendar"),
        get("GET /scans/health", "", "/scans/health"),
        get("GET /assets/merges", "", "/assets/merges"),
        get("GET /posture/months", "", "/posture/months"),
        get("GET /scans/mappings", "", "/scans/mappings"),
        get("GET /scans/mappings/edit", "", "/scans/mappings/edit"),
        get("GET /assets", "", "/assets"),
        get("GET /assets/coverage", "", "/assets/coverage"),
        get("GET /assets/inventory", "", "/assets/inventory"),
        get("GET /assets/{id}", "ours", &format!("/assets/{}", scene.assets[0])),
        get("GET /assets/{id}", "theirs", &format!("/assets/{}", scene.assets[1])),
        get("GET /imports/{job}", "", &format!("/imports/{}", scene.job)),
        get("GET /teams", "", "/teams"),
        get("GET /teams/{slug}", "ours", "/teams/ours"),
        get("GET /teams/{slug}", "theirs", "/teams/theirs"),
        get("GET /my-team", "", "/my-team"),
        get("GET /my-team", "ours", "/my-team?team=ours"),
        get("GET /my-team", "theirs", "/my-team?team=theirs"),
        get("GET /settings", "", "/settings"),
        get("GET /settings/feeds", "", "/settings/feeds"),
        get("GET /settings/risk", "", "/settings/risk"),
        get("GET /settings/risk", "try", "/settings/risk?unexploited=40"),
        get("GET /settings/overrides", "", "/settings/overrides"),
        get("GET /settings/overrides", "try", "/settings/overrides?matches=tool:zap&says=inventory"),
        get("GET /settings/security", "", "/settings/security"),
        get("GET /settings/audit", "", "/settings/audit?outcome=refused"),
        get("GET /glossary", "", "/glossary"),
        get("GET /tools/cvss", "", "/tools/cvss"),
        get("GET /findings/new", "", "/findings/new"),
    ]
}

/// The questions to server functions.
pub fn functions(scene: &Scene) -> Vec<Question> {
    let get = |route: &'static str, note, query: &str| {
        ask(route, note, format!("{}?{query}", route.trim_start_matches("GET ")), &[])
    };
    let post = |route: &'static str, note, fields: &[(&'static str, &str)]| {
        let mut question = ask(route, note, route.trim_start_matches("POST "), fields);
        question.fields.push(("next", "/".to_owned()));
        question
    };
    let (ours, theirs) = (scene.ours.as_str(), scene.theirs.as_str());
    let decide = |note, kind, before, id| {
        let question = post("POST /api/ui/decide", note, &[("kind", kind), ("ids[]", id), ("reason", "because")]);
        Question { before, ..question }
    };
    vec![
        get("GET /api/ui/findings", "", "query[q]="),
        get("GET /api/ui/finding", "ours", &format!("id={ours}")),
        get("GET /api/ui/finding", "theirs", &format!("id={theirs}")),
        get("GET /api/ui/scans", "", "page="),
        get("GET /api/ui/scan", "", "id=1"),
        get("GET /api/ui/import", "", &format!("job={}", scene.job)),
        get("GET /api/ui/months-page", "", "language=es"),
        get("GET /api/ui/mappings", "", ""),
        get("GET /api/ui/mapping-draft", "", ""),
        get("GET /api/ui/assets-page", "list", "page=list&language=es&query[q]="),
        get("GET /api/ui/assets-page", "coverage", "page=coverage&language=es&query[q]="),
        get("GET /api/ui/assets-page", "inventory", "page=inventory&language=es&query[q]="),
        get("GET /api/ui/assets-page", "ours", &format!("page={}&language=es&query[q]=", scene.assets[0])),
        get("GET /api/ui/assets-page", "theirs", &format!("page={}&language=es&query[q]=", scene.assets[1])),
        get("GET /api/ui/mapping-page", "", "language=es"),
        get("GET /api/ui/drawn", "merges", "path=/assets/merges&query=&language=es"),
        get("GET /api/ui/drawn", "connectors", "path=/scans/connectors&query=&language=es"),
        get("GET /api/ui/drawn", "targets", "path=/scans/targets&query=&language=es"),
        get("GET /api/ui/drawn", "schedules", "path=/scans/schedules&query=&language=es"),
        get("GET /api/ui/drawn", "runs", "path=/scans/runs&query=&language=es"),
        get("GET /api/ui/drawn", "a run that is not there", "path=/scans/runs/999999&query=&language=es"),
        get("GET /api/ui/drawn", "calendar", "path=/scans/calendar&query=&language=es"),
        get("GET /api/ui/drawn", "health", "path=/scans/health&query=&language=es"),
        get("GET /api/ui/drawn", "sources", "path=/scans/sources&query=&language=es"),
        get("GET /api/ui/teams", "", ""),
        get("GET /api/ui/team", "ours", "slug=ours"),
        get("GET /api/ui/team", "theirs", "slug=theirs"),
        get("GET /api/ui/my-team", "ours", "slug=ours"),
        get("GET /api/ui/my-team", "theirs", "slug=theirs"),
        get("GET /api/ui/posture", "", "query[q]="),
        get("GET /api/ui/settings", "", ""),
        get("GET /api/ui/drawn", "rules", "path=/settings/overrides&query=&language=es"),
        get("GET /api/ui/drawn", "account", "path=/account&query=&language=es"),
        get("GET /api/ui/drawn", "people", "path=/settings/people&query=&language=es"),
        get("GET /api/ui/drawn", "security", "path=/settings/security&query=&language=es"),
        get("GET /api/ui/drawn", "audit", "path=/settings/audit&query=&language=es"),
        get("GET /api/ui/drawn", "glossary", "path=/glossary&query=&language=es"),
        get("GET /api/ui/drawn", "calculator", "path=/tools/cvss&query=&language=es"),
        get("GET /api/ui/drawn", "feeds", "path=/settings/feeds&query=&language=es"),
        decide("comment ours", "comment", "", ours),
        decide("comment theirs", "comment", "", theirs),
        decide("work ours", "confirm", "reset", ours),
        decide("work theirs", "confirm", "reset", theirs),
        decide("reset ours", "reset", "confirm", ours),
        decide("reset theirs", "reset", "confirm", theirs),
        decide("verdict ours", "false_positive", "clear_verdict", ours),
        decide("clear verdict ours", "clear_verdict", "false_positive", ours),
        post("POST /api/ui/decide", "due ours", &[("kind", "assign"), ("ids[]", ours), ("day", "2030-01-01")]),
        post("POST /api/ui/decide", "due theirs", &[("kind", "assign"), ("ids[]", theirs), ("day", "2030-01-01")]),
        post("POST /api/ui/decide", "team of ours", &[("kind", "assign"), ("ids[]", ours), ("team", "ours")]),
        post(
            "POST /api/ui/decide",
            "nothing there",
            &[("kind", "comment"), ("ids[]", "00000000-0000-8000-8000-000000000000"), ("reason", "c")],
        ),
        post("POST /api/ui/answer-exception", "not there", &[("request", "999999"), ("approve", "true")]),
        post("POST /api/ui/import-act", "not there", &[("job", "999999"), ("act", "cancel")]),
        post("POST /api/ui/date-scan", "not there", &[("scan", "999999"), ("at", "2026-01-01")]),
        post("POST /api/ui/reparse-scan", "not there", &[("scan", "999999")]),
        post("POST /api/ui/undo-scan", "not there", &[("scan", "999999"), ("redo", "false")]),
        post("POST /api/ui/add-source", "", &[("name", "source of {who}"), ("space", "space"), ("zone", "UTC")]),
        post(
            "POST /api/ui/set-source",
            "not there",
            &[("name", "none of this name"), ("space", "s"), ("zone", "UTC"), ("closing", "both")],
        ),
        post("POST /api/ui/merge-assets", "not there", &[("one", "999998"), ("other", "999999"), ("reason", "r")]),
        post("POST /api/ui/split-assets", "not there", &[("merge", "999999")]),
        post("POST /api/ui/say-issue", "ours", &[("id", &scene.ours), ("kind", "apart")]),
        post("POST /api/ui/say-issue", "theirs", &[("id", &scene.theirs), ("kind", "rule")]),
        post("POST /api/ui/say-of-asset", "ours", &[("id", &scene.assets[0]), ("tags", "{who}")]),
        post("POST /api/ui/say-of-asset", "not there", &[("id", "999999")]),
        post("POST /api/ui/apply-inventory", "", &[]),
        post("POST /api/ui/drop-inventory", "", &[]),
        post("POST /api/ui/publish-month", "not over", &[("month", "2999-01")]),
        post("POST /api/ui/open-mapping", "not there", &[("name", "none of this name")]),
        post("POST /api/ui/remove-mapping", "not there", &[("name", "none of this name")]),
        post("POST /api/ui/add-team", "", &[("name", "team of {who}")]),
        post("POST /api/ui/set-member", "ours", &[("slug", "ours"), ("login", "member"), ("member", "true")]),
        post("POST /api/ui/set-member", "theirs", &[("slug", "theirs"), ("login", "other_lead"), ("member", "true")]),
        post("POST /api/ui/add-rule", "", &[("pattern", "none-{who}-*"), ("slug", "ours")]),
        post("POST /api/ui/remove-rule", "not there", &[("rule", "999999")]),
        post(
            "POST /api/ui/add-user",
            "",
            &[("login", "of-{who}"), ("name", "Made"), ("role", "member"), ("password", "correct horse battery")],
        ),
        post("POST /api/ui/set-user-enabled", "", &[("login", "teamless"), ("enabled", "true")]),
        post("POST /api/ui/add-token", "", &[("name", "another"), ("days", "1")]),
        post("POST /api/ui/revoke-token", "not there", &[("token", "999999")]),
        post("POST /api/ui/sign-out-everywhere", "", &[]),
    ]
}

/// The questions to the plain routes and, with tokens, to the API.
pub fn plain(scene: &Scene) -> Vec<Question> {
    vec![
        ask("POST /sign-in", "", "/sign-in", &[("login", "{who}"), ("password", "not the password"), ("next", "/")]),
        ask(
            "POST /setup",
            "",
            "/setup",
            &[
                ("token", "0"),
                ("organisation", "O"),
                ("zone", "UTC"),
                ("login", "eve"),
                ("name", "Eve"),
                ("password", "correct horse battery"),
            ],
        ),
        ask("POST /sign-in/code", "", "/sign-in/code", &[("code", "000000"), ("next", "/")]),
        ask("GET /sign-in/oidc", "no provider", "/sign-in/oidc?next=/", &[]),
        ask("GET /sign-in/oidc/back", "no provider", "/sign-in/oidc/back?state=0&code=0", &[]),
        ask("POST /account", "not there", "/account", &[("act", "end_session"), ("session", "0000000000000000")]),
        ask(
            "POST /account/confirm",
            "too long",
            "/account/confirm",
            &[("password", &"x".repeat(1_100)), ("next", "/teams")],
        ),
        ask(
            "POST /settings/people",
            "not there",
            "/settings/people",
            &[("act", "reset"), ("login", "none of this name")],
        ),
        ask("POST /welcome", "not there", "/welcome", &[("token", "0"), ("password", "correct horse battery staple")]),
        ask("POST /csp-report", "", "/csp-report", &[]),
        ask("POST /preferences", "", "/preferences", &[("theme", "dark"), ("next", "/teams")]),
        ask("GET /posture/{chart}", "", "/posture/trend.csv", &[]),
        ask("GET /posture/months/{month}", "not published", "/posture/months/2001-01.json", &[]),
        ask("GET /findings.csv", "", "/findings.csv", &[]),
        ask("POST /imports", "", "/imports", &[]),
        ask("POST /imports/recognize", "", "/imports/recognize", &[]),
        ask("POST /scans/mappings/sample", "", "/scans/mappings/sample", &[]),
        ask(
            "POST /scans/mappings/edit",
            "save",
            "/scans/mappings/edit",
            &[("act", "save"), ("name", "{who}"), ("tool", "t")],
        ),
        ask("POST /scans/connectors", "not there", "/scans/connectors", &[("test", "999999")]),
        ask(
            "POST /scans/targets",
            "not there",
            "/scans/targets",
            &[("id", "999999"), ("name", "of {who}"), ("targets", "shop.test")],
        ),
        ask("POST /scans/schedules", "not there", "/scans/schedules", &[("run", "999999")]),
        ask("POST /scans/runs", "not there", "/scans/runs", &[("stop", "999999")]),
        ask("POST /findings/new", "nothing said", "/findings/new", &[("title", "")]),
        ask(
            "POST /findings/verify",
            "not there",
            "/findings/verify",
            &[("id", "00000000-0000-8000-8000-000000000000"), ("schedule", "999999")],
        ),
        ask("POST /scans/calendar", "not there", "/scans/calendar", &[("unplan", "999999")]),
        ask("POST /settings/risk", "undo", "/settings/risk", &[("undo", "999999")]),
        ask("POST /settings/overrides", "undo", "/settings/overrides", &[("undo", "999999")]),
        ask("POST /settings/overrides", "drop", "/settings/overrides", &[("waiting", "drop")]),
        ask("POST /settings/overrides/file", "", "/settings/overrides/file", &[]),
        ask("GET /settings/overrides.toml", "", "/settings/overrides.toml", &[]),
        ask("POST /settings/feeds", "", "/settings/feeds", &[]),
        ask("POST /settings/feeds/refresh", "", "/settings/feeds/refresh", &[]),
        ask("POST /assets/inventory", "", "/assets/inventory", &[]),
        ask("GET /assets/inventory.csv", "", "/assets/inventory.csv", &[]),
        ask("GET /settings/audit.csv", "", "/settings/audit.csv", &[]),
        ask("GET /scans/{id}/quarantine", "", "/scans/1/quarantine", &[]),
        ask("POST /api/v1/imports", "", "/api/v1/imports?file=a.nessus", &[]),
        ask("GET /api/v1/imports/{id}", "", format!("/api/v1/imports/{}", scene.job), &[]),
        ask("GET /api/v1/occurrences", "", "/api/v1/occurrences", &[]),
        ask("POST /api/v1/occurrences", "nothing said", "/api/v1/occurrences", &[("title", "")]),
        ask("GET /api/v1/metrics/{name}", "", "/api/v1/metrics/open", &[]),
        ask("GET /api/v1/runs", "", "/api/v1/runs", &[]),
        ask("GET /api/v1/runs/{id}", "not there", "/api/v1/runs/999999", &[]),
        ask("POST /api/v1/schedules/{id}/runs", "not there", "/api/v1/schedules/999999/runs", &[]),
        ask("POST /sign-out", "", "/sign-out", &[]),
    ]
}
