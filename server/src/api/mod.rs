//! The REST API, version 1: authorised by a token alone, never by a cookie.

mod auth;
mod imports;
mod metrics;
mod occurrences;
mod runs;

use crate::forms::problem;
use crate::middleware::body::SMALL;
use crate::middleware::{problems, rate};
use crate::state::AppState;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{get, post};
use model::error::{ErrorCode, WireError};

/// The routes below `/api/v1`.
pub fn routes(state: &AppState) -> Router<AppState> {
    Router::new()
        .route("/imports", post(imports::create).layer(DefaultBodyLimit::disable()))
        .route("/imports/{id}", get(imports::show))
        .route("/occurrences", get(occurrences::list))
        .route("/occurrences", post(occurrences::create).layer(DefaultBodyLimit::max(SMALL)))
        .route("/runs", get(runs::list))
        .route("/runs/{id}", get(runs::show))
        .route("/schedules/{id}/runs", post(runs::start))
        .route("/metrics/{name}", get(metrics::show))
        .fallback(async || problem(&WireError::new(ErrorCode::NotFound)))
        .layer(middleware::from_fn_with_state(state.clone(), rate::limit))
        .layer(middleware::from_fn(problems::all))
}
