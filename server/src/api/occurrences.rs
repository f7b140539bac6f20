//! `GET /api/v1/occurrences`.

use super::auth::ApiSession;
use crate::forms::problem;
use axum::Json;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::response::{IntoResponse, Response};
use model::error::WireError;
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
