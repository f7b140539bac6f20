//! Connectors, targets, schedules, runs and tests by hand, as plain forms.

use super::{Fields, failed, redirect};
use app::LocalPath;
use axum::Extension;
use axum::response::{IntoResponse, Response};
use model::cadence::Picked;
use model::error::{ErrorCode, WireError};
use model::mapping::FormFields;
use model::view::scanning::{ConnectorDraft, LoginDraft, ScheduleAct, ScheduleDraft, TargetDraft};
use ports::{Answer, Scanning as _};
use service::request::Session;

/// What a form did: a word, and more for the address.
type Did = Answer<(&'static str, Vec<(&'static str, String)>)>;

/// Fields that never come back in an address.
const SECRET: [&str; 4] = ["key", "secret", "authorities", "login_password"];

/// Leads back to a page: with what was done, or with what is wrong and everything that was written.
fn back(page: &str, fields: &FormFields, did: Did) -> Response {
    match did {
        Ok((word, more)) => {
            let mut pairs = vec![("did", word.to_owned())];
            pairs.extend(more);
            redirect(&LocalPath::or_root(page).with(&pairs)).into_response()
        }
        Err(error) if matches!(error.code, ErrorCode::Invalid | ErrorCode::Conflict) && !error.field.is_empty() => {
            let why = if error.detail.is_empty() { error.code.word() } else { &error.detail };
            let mut pairs = vec![("wrong", error.field.clone()), ("why", why.to_owned())];
            let kept = fields.iter().filter(|(name, _)| !SECRET.contains(&name.as_str()));
            pairs.extend(kept.map(|(name, value)| {
                let name = if name == "id" { "edit" } else { name.as_str() };
                (name, value.chars().take(1_000).collect())
            }));
            redirect(&LocalPath::or_root(page).with(&pairs)).into_response()
        }
        Err(error) => failed(page, &error, &[]),
    }
}

fn text(fields: &FormFields, name: &str) -> String {
    fields.get(name).map(|text| text.trim().to_owned()).unwrap_or_default()
}

/// The number of a field; the field is told if it is none.
fn number(fields: &FormFields, name: &str) -> Answer<i64> {
    text(fields, name).parse().map_err(|_| WireError::invalid(name, "unreadable"))
}

/// The number of what a button is about, if that button was pressed.
fn pressed(fields: &FormFields, name: &str) -> Option<Answer<i64>> {
    fields.get(name).map(|id| id.parse().map_err(|_| WireError::new(ErrorCode::NotFound)))
}

/// `POST /scans/connectors`: saves a connector, or tests, switches or trusts the one that a button names.
pub async fn change_connector(Extension(session): Extension<Session>, Fields(fields): Fields<FormFields>) -> Response {
    let did = connector(&session, &fields).await;
    back("/scans/connectors", &fields, did)
}

async fn connector(session: &Session, fields: &FormFields) -> Did {
    if let Some(id) = pressed(fields, "test") {
        let fault = session.test_connector(id?).await?;
        return Ok(("tested", vec![("fault", fault)]));
    }
    if let Some(id) = pressed(fields, "switch") {
        session.switch_connector(id?, text(fields, "to") == "on").await?;
        return Ok(("switched", Vec::new()));
    }
    if let Some(id) = pressed(fields, "confirm") {
        let id = id?;
        let known = session.connectors().await?.connectors.into_iter().find(|one| one.id == id);
        let known = known.ok_or_else(|| WireError::new(ErrorCode::NotFound))?;
        let pinned = ("pinned".to_owned(), text(fields, "fingerprint"));
        session.set_connector(ConnectorDraft { trust: pinned.0, fingerprint: pinned.1, ..known.settings }).await?;
        return Ok(("saved", Vec::new()));
    }
    let of = |name: &str| text(fields, name);
    let draft = ConnectorDraft {
        id: fields.get("id").and_then(|id| id.parse().ok()),
        name: of("name"),
        kind: of("kind"),
        address: of("address"),
        source: of("source"),
        at_a_time: number(fields, "at_a_time")?,
        pull: number(fields, "pull")?,
        trust: of("trust"),
        authorities: of("authorities"),
        fingerprint: of("fingerprint"),
        confirmed: of("confirmed"),
        folder: of("folder"),
        command: of("command"),
        report_dir: of("report_dir"),
        plan: of("plan"),
        scanner: of("scanner"),
        pool: of("pool"),
        adopt: of("adopt"),
        mapping: of("mapping"),
        key: of("key"),
        secret: of("secret"),
        user: of("user"),
    };
    session.set_connector(draft).await?;
    Ok(("saved", Vec::new()))
}

/// `POST /scans/targets`: says what may be scanned.
pub async fn change_target(Extension(session): Extension<Session>, Fields(fields): Fields<FormFields>) -> Response {
    let of = |name: &str| text(&fields, name);
    let draft = TargetDraft {
        id: fields.get("id").and_then(|id| id.parse().ok()),
        name: of("name"),
        targets: of("targets"),
        exclude: of("exclude"),
        allow: of("allow"),
        zone: of("zone"),
        blackouts: of("blackouts"),
        authorised_by: of("authorised_by"),
        authorisation: of("authorisation"),
        authorised_until: of("authorised_until"),
        login: LoginDraft {
            url: of("login_url"),
            body: of("login_body"),
            json: of("login_kind") == "json",
            user: of("login_user"),
            // As it was written: spaces may belong to it.
            password: fields.get("login_password").cloned().unwrap_or_default(),
            page: of("login_page"),
            sign: of("login_sign"),
        },
    };
    let did = session.set_target(draft).await.map(|_| ("saved", Vec::new()));
    back("/scans/targets", &fields, did)
}

/// `POST /scans/schedules`: saves a schedule, or pauses, resumes or runs the one that a button names.
pub async fn change_schedule(Extension(session): Extension<Session>, Fields(fields): Fields<FormFields>) -> Response {
    let run = fields.contains_key("run");
    match schedule(&session, &fields).await {
        // Whoever asks for a run wants to watch it.
        Ok((word, more)) if run => {
            let id = more.into_iter().next().map(|(_, id)| id).unwrap_or_default();
            back(&format!("/scans/runs/{id}"), &fields, Ok((word, Vec::new())))
        }
        did => back("/scans/schedules", &fields, did),
    }
}

async fn schedule(session: &Session, fields: &FormFields) -> Did {
    if let Some(id) = pressed(fields, "run") {
        let run = session.run_now(id?, Vec::new(), Vec::new()).await?;
        return Ok(("started", vec![("run", run.to_string())]));
    }
    if let Some(id) = pressed(fields, "pause") {
        session.act_schedule(id?, ScheduleAct::Pause).await?;
        return Ok(("paused", Vec::new()));
    }
    if let Some(id) = pressed(fields, "resume") {
        session.act_schedule(id?, ScheduleAct::Resume).await?;
        return Ok(("resumed", Vec::new()));
    }
    let of = |name: &str| text(fields, name);
    let picked = Picked::of(&of("every"), &of("weekday"), &of("month_day"), &of("time"), &of("cron"));
    let draft = ScheduleDraft {
        id: fields.get("id").and_then(|id| id.parse().ok()),
        name: of("name"),
        connector: of("connector"),
        target: of("target"),
        cron: picked.ok_or_else(|| WireError::invalid("cron", "unreadable"))?.to_string(),
        zone: of("zone"),
        missed: of("missed"),
        overlap: of("overlap"),
        jitter: number(fields, "jitter")?,
        time_limit: number(fields, "time_limit")?,
        intensity: of("intensity"),
        choice: of("choice"),
    };
    session.set_schedule(draft).await?;
    Ok(("saved", Vec::new()))
}

/// `POST /scans/runs`: stops a run.
pub async fn change_run(Extension(session): Extension<Session>, Fields(fields): Fields<FormFields>) -> Response {
    let id = pressed(&fields, "stop").unwrap_or_else(|| Err(WireError::new(ErrorCode::NotFound)));
    let (page, did) = match id {
        Ok(id) => {
            let did = session.stop_run(id).await.map(|()| ("stopped", Vec::new()));
            (format!("/scans/runs/{id}"), did)
        }
        Err(error) => ("/scans/runs".to_owned(), Err(error)),
    };
    back(&page, &fields, did)
}

/// `POST /findings/verify`: starts a scan of exactly one finding, and leads to it.
pub async fn verify_fix(Extension(session): Extension<Session>, Fields(fields): Fields<FormFields>) -> Response {
    let finding = text(&fields, "id");
    let page = format!("/findings/{finding}");
    let started = match number(&fields, "schedule") {
        Ok(schedule) => session.verify_fix(finding, schedule).await,
        Err(error) => Err(error),
    };
    match started {
        Ok(run) => back(&format!("/scans/runs/{run}"), &fields, Ok(("started", Vec::new()))),
        Err(error) => failed(&page, &error, &[]),
    }
}

/// `POST /scans/calendar`: plans a test by hand, or takes one back.
pub async fn change_calendar(Extension(session): Extension<Session>, Fields(fields): Fields<FormFields>) -> Response {
    let did = match pressed(&fields, "unplan") {
        Some(Ok(id)) => session.unplan_test(id).await,
        Some(Err(error)) => Err(error),
        None => match number(&fields, "hours") {
            Ok(hours) => {
                let of = |name: &str| text(&fields, name);
                session.plan_test(of("name"), of("who"), of("at"), hours).await
            }
            Err(error) => Err(error),
        },
    };
    back("/scans/calendar", &fields, did.map(|()| ("planned", Vec::new())))
}
