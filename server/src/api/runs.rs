//! `GET /api/v1/runs`, `GET /api/v1/runs/{id}`, `POST /api/v1/schedules/{id}/runs`.

use super::auth::ApiSession;
use crate::forms::problem;
use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use model::error::{ErrorCode, WireError};
use ports::Scanning as _;
use serde::Deserialize;
use serde_json::json;

/// What stands in the address.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Runs of this schedule only.
    schedule: Option<i64>,
    /// Where the page before ended.
    #[serde(default)]
    page: String,
}

/// Runs, newest first, and where the next page begins.
pub async fn list(session: ApiSession, query: Result<Query<List>, QueryRejection>) -> Response {
    let Ok(Query(List { schedule, page })) = query else {
        return problem(&WireError::invalid("query", "unreadable"));
    };
    match session.0.runs(schedule, page).await {
        Ok(page) => Json(page).into_response(),
        Err(error) => problem(&error),
    }
}

/// A run with its log and what it changed.
pub async fn show(session: ApiSession, id: Result<Path<i64>, PathRejection>) -> Response {
    let Ok(Path(id)) = id else { return problem(&WireError::new(ErrorCode::NotFound)) };
    match session.0.run(id).await {
        Ok(page) => Json(page).into_response(),
        Err(error) => problem(&error),
    }
}

/// Asks for a run of a schedule now; the answer names it.
pub async fn start(session: ApiSession, id: Result<Path<i64>, PathRejection>) -> Response {
    let Ok(Path(id)) = id else { return problem(&WireError::new(ErrorCode::NotFound)) };
    match session.0.run_now(id, Vec::new(), Vec::new()).await {
        Ok(run) => (StatusCode::ACCEPTED, Json(json!({ "run": run }))).into_response(),
        Err(error) => problem(&error),
    }
}
