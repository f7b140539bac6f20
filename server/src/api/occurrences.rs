//! `GET /api/v1/occurrences` and `POST /api/v1/occurrences`.

use super::auth::ApiSession;
use crate::forms::{problem, problem_of};
use axum::Json;
use axum::extract::Query;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use model::error::WireError;
use model::mapping::FormFields;
use serde::Deserialize;
use serde_json::json;

/// What stands in the address.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Filter text, as on the page.
    #[serde(default)]
    filter: String,
    /// The cursor of the page before this one's answer.
    #[serde(default)]
    cursor: String,
    /// How many, at most two hundred.
    #[serde(default = "hundred")]
    limit: u32,
}

fn hundred() -> u32 {
    100
}

/// A page of occurrences and the cursor of the next, empty on the last.
pub async fn list(session: ApiSession, query: Result<Query<List>, QueryRejection>) -> Response {
    let Ok(Query(query)) = query else {
        return problem(&WireError::invalid("query", "unreadable"));
    };
    match session.0.occurrences(&query.filter, query.limit, &query.cursor).await {
        Ok((items, next)) => Json(json!({ "items": items, "next": next })).into_response(),
        Err(error) => problem(&error),
    }
}

/// Writes down a finding that no scanner made: an object of texts, named as the fields of the page's form. Its `id`, of 32
/// hexadecimal digits, is the sender's own, so that what is sent twice is one finding; without it each is another.
pub async fn create(session: ApiSession, body: Result<Json<FormFields>, JsonRejection>) -> Response {
    let fields = match body {
        Ok(Json(fields)) => fields,
        Err(rejection) => match rejection.into_response().status() {
            status @ (StatusCode::PAYLOAD_TOO_LARGE | StatusCode::UNSUPPORTED_MEDIA_TYPE) => return problem_of(status),
            _ => return problem(&WireError::invalid("body", "unreadable")),
        },
    };
    match session.0.write_finding(&fields).await {
        Ok(id) => (StatusCode::CREATED, Json(json!({ "id": id }))).into_response(),
        Err(error) => problem(&error),
    }
}
