//! `GET /api/v1/metrics/{name}`.

use super::auth::ApiSession;
use crate::forms::problem;
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Response};
use model::error::WireError;
use serde::Deserialize;
use serde_json::json;
use service::query::MetricRequest;

/// What stands in the address.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Show {
    /// Dimensions, parted by commas.
    #[serde(default)]
    by: String,
    /// First day.
    from: Option<String>,
    /// Last day.
    to: Option<String>,
    /// The day that counts as today.
    as_of: Option<String>,
    /// A step or a day: what was known then.
    known_at: Option<String>,
    /// Filter text, as on the page.
    #[serde(default)]
    filter: String,
}

/// A metric's cells: the dimensions asked for and `value`; sparse and sorted.
pub async fn show(
    session: ApiSession,
    Path(name): Path<String>,
    query: Result<Query<Show>, QueryRejection>,
) -> Response {
    let Ok(Query(query)) = query else {
        return problem(&WireError::invalid("query", "unreadable"));
    };
    let request = MetricRequest {
        name,
        by: query.by,
        from: query.from,
        to: query.to,
        as_of: query.as_of,
        known_at: query.known_at,
        filter: query.filter,
    };
    match session.0.metric(&request).await {
        Ok(cells) => Json(json!({ "cells": cells })).into_response(),
        Err(error) => problem(&error),
    }
}
