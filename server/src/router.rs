//! The routes, and the layers around them.

use crate::middleware::body;
use crate::middleware::headers::{self, PageNonce};
use crate::middleware::{compression, rate, session};
use crate::state::AppState;
use crate::{api, assets, forms, reports};
use axum::body::{Body, to_bytes};
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::{Extension, Router, middleware};
use leptos::nonce::Nonce;
use leptos::prelude::{provide_context, use_context};
use leptos_axum::{LeptosRoutes, generate_route_list};
use model::error::WireError;
use model::policy::Action;
use ports::{Account, Answer, Backend, Scanning};
use service::request::Session;
use std::sync::Arc;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;

/// Everything that the program answers.
///
/// The API stands outside the session's layer, so that a cookie never authorises it; the rest stands behind the check of
/// the request's origin.
pub fn router(state: AppState) -> Router {
    let doors = middleware::from_fn_with_state(state.clone(), rate::doors);
    let pages = Router::new()
        .route("/api/ui/{*function}", any(server_function))
        .leptos_routes_with_handler(generate_route_list(app::App), get(page))
        .route("/sign-in", post(forms::sign_in).layer(doors.clone()))
        .route("/sign-in/code", post(forms::sign_in_code).layer(doors.clone()))
        .route("/sign-in/oidc", get(forms::oidc_begin).layer(doors.clone()))
        .route("/sign-in/oidc/back", get(forms::oidc_finish).layer(doors.clone()))
        .route("/account", post(forms::change_account))
        .route("/account/confirm", post(forms::confirm))
        .route("/settings/people", post(forms::change_people))
        .route("/welcome", post(forms::welcome).layer(doors.clone()))
        .route("/sign-out", post(forms::sign_out))
        .route("/setup", post(forms::set_up).layer(doors))
        .route("/preferences", post(forms::preferences))
        .route("/posture/{chart}", get(forms::chart_csv))
        .route("/posture/months/{month}", get(forms::published_month))
        .route("/findings.csv", get(forms::findings_csv))
        .route("/findings/new", post(forms::write_finding))
        .route("/findings/verify", post(forms::verify_fix))
        .route("/scans/{id}/quarantine", get(forms::quarantine))
        .route("/imports/recognize", post(forms::recognize))
        .route("/scans/mappings/edit", post(forms::edit_mapping))
        .route("/scans/connectors", post(forms::change_connector))
        .route("/scans/targets", post(forms::change_target))
        .route("/scans/schedules", post(forms::change_schedule))
        .route("/scans/runs", post(forms::change_run))
        .route("/scans/calendar", post(forms::change_calendar))
        .route("/settings/risk", post(forms::change_risk))
        .route("/settings/overrides", post(forms::change_override))
        .route("/settings/overrides.toml", get(forms::override_file))
        .route("/assets/inventory.csv", get(forms::inventory_csv))
        .route("/settings/audit.csv", get(forms::audit_csv))
        .layer(middleware::from_fn(body::small))
        .route("/imports", post(forms::upload).layer(DefaultBodyLimit::disable()))
        .route("/settings/feeds", post(forms::load_feed).layer(DefaultBodyLimit::disable()))
        .route("/settings/feeds/refresh", post(forms::refresh_feeds))
        .route("/settings/overrides/file", post(forms::take_override_file).layer(DefaultBodyLimit::disable()))
        .route("/scans/mappings/sample", post(forms::sample_mapping).layer(DefaultBodyLimit::disable()))
        .route("/assets/inventory", post(forms::take_inventory).layer(DefaultBodyLimit::disable()))
        .fallback(page)
        .layer(middleware::from_fn_with_state(state.clone(), session::bind))
        .layer(CsrfLayer::new());
    let reports = Router::new()
        .route("/csp-report", post(reports::take))
        .layer(DefaultBodyLimit::max(reports::LARGEST))
        .layer(middleware::from_fn_with_state(state.clone(), rate::limit));
    Router::new()
        .merge(pages)
        .nest("/api/v1", api::routes(&state))
        .merge(reports)
        .route("/pkg/{*path}", get(assets::pkg))
        .route("/assets/fonts/{*path}", get(assets::assets))
        .route("/assets/icons.svg", get(assets::assets))
        .route("/assets/favicon.svg", get(assets::assets))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(state.clone(), headers::secure))
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn(compression::for_own))
        .with_state(state)
}

/// Renders a page.
pub(crate) async fn page(
    State(state): State<AppState>,
    Extension(session): Extension<Session>,
    mut request: Request,
) -> Response {
    match visit(&session).await {
        Ok(visit) => request.extensions_mut().insert(visit),
        Err(error) => return forms::problem(&error),
    };
    let options = state.leptos.clone();
    let handler = leptos_axum::render_app_async_with_context(provide_request, move || app::shell(options.clone()));
    handler(request).await.into_response()
}

/// What a page knows from the start. Whoever may say what is scanned is told which scanners do not answer.
async fn visit(session: &Session) -> Answer<app::Visit> {
    let shell = session.shell().await?;
    let told = shell.me.as_ref().is_some_and(|me| me.may(Action::ManageSchedules));
    let notice = if told { app::notice(shell.locale, &session.failing().await?) } else { String::new() };
    Ok(app::Visit(shell, notice))
}

/// Answers a server function.
///
/// Leptos answers every error with one status; here each has the status of its code.
async fn server_function(request: Request) -> Response {
    let response = leptos_axum::handle_server_fns_with_context(provide_request, request).await.into_response();
    if response.status() != StatusCode::INTERNAL_SERVER_ERROR {
        return response;
    }
    let (mut parts, said) = response.into_parts();
    let said = to_bytes(said, body::SMALL).await.unwrap_or_default();
    if let Ok(error) = serde_json::from_slice::<WireError>(&said)
        && let Ok(status) = StatusCode::from_u16(error.code.http_status())
    {
        parts.status = status;
    }
    Response::from_parts(parts, Body::from(said))
}

/// What pages and server functions alike get for one request: its backend and the nonce of its response.
fn provide_request() {
    let Some(parts) = use_context::<Parts>() else { return };
    if let Some(session) = parts.extensions.get::<Session>() {
        provide_context(Backend(Arc::new(session.clone())));
    }
    if let Some(visit) = parts.extensions.get::<app::Visit>() {
        provide_context(visit.clone());
    }
    if let Some(entered) = parts.extensions.get::<app::Entered>() {
        provide_context(entered.clone());
    }
    if let Some(PageNonce(nonce)) = parts.extensions.get::<PageNonce>() {
        provide_context(Nonce::from_value(Arc::clone(nonce)));
    }
}

/// Says no more than that something failed; the panic itself is in the log.
fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    tracing::error!("a handler panicked");
    forms::problem_of(StatusCode::INTERNAL_SERVER_ERROR)
}
