//! `GET /api/v1/runs`, `GET /api/v1/runs/{id}`, `POST /api/v1/schedules/{id}/runs`.

use super::auth::ApiSession;
use super::imports::idempotency_key;
use crate::forms::problem;
use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use model::error::{ErrorCode, WireError};
use ports::Scanning as _;
use serde::Deserialize;
use serde_json::json;
use service::request::Known;

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

/// Asks for a run of a schedule now; the answer names it. A request that carries an `Idempotency-Key` can be sent again: the same
/// key for the same schedule answers with the same run.
pub async fn start(session: ApiSession, headers: HeaderMap, id: Result<Path<i64>, PathRejection>) -> Response {
    let Ok(Path(id)) = id else { return problem(&WireError::new(ErrorCode::NotFound)) };
    let session = &session.0;
    let started = async {
        let Some(key) = idempotency_key(&headers)? else { return session.run_now(id, Vec::new(), Vec::new()).await };
        match session.idempotency_begin(key, &format!("/api/v1/schedules/{id}/runs")).await? {
            Known::Done(run) => Ok(run),
            Known::New => {
                let started = session.run_now(id, Vec::new(), Vec::new()).await;
                session.idempotency_end(key, started.as_ref().ok().copied()).await.and(started)
            }
        }
    };
    match Box::pin(started).await {
        Ok(run) => (StatusCode::ACCEPTED, Json(json!({ "run": run }))).into_response(),
        Err(error) => problem(&error),
    }
}
