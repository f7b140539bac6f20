//! `POST /api/v1/imports` and `GET /api/v1/imports/{id}`.

use super::auth::ApiSession;
use crate::forms::problem;
use crate::middleware::body::drop_rest;
use crate::state::AppState;
use axum::Json;
use axum::body::{Body, BodyDataStream};
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use model::error::{ErrorCode, WireError};
use serde::Deserialize;
use serde_json::json;
use service::import::Said;
use service::request::Session;

/// What stands in the address; the body is the export itself.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Create {
    /// The file's name, for people.
    file: String,
    /// The source's name; the default source if empty.
    #[serde(default)]
    source: String,
    /// Burp: the export holds all issues of the project.
    #[serde(default)]
    whole_project: bool,
    /// Read a file that ends early as far as it goes.
    #[serde(default)]
    accept_partial: bool,
    /// The name of the saved mapping by which it is read, for tools without a reader of their own.
    #[serde(default)]
    mapping: String,
}

/// Takes an export and answers at once with the job that imports it.
pub async fn create(
    session: ApiSession,
    State(state): State<AppState>,
    query: Result<Query<Create>, axum::extract::rejection::QueryRejection>,
    body: Body,
) -> Response {
    let Ok(Query(query)) = query else {
        return problem(&WireError::invalid("query", "unreadable"));
    };
    match receive(&session.0, &state, query, body).await {
        Ok(job) => {
            let location = format!("/api/v1/imports/{job}");
            (StatusCode::ACCEPTED, [(header::LOCATION, location)], Json(json!({ "id": job }))).into_response()
        }
        Err(error) => problem(&error),
    }
}

async fn receive(session: &Session, state: &AppState, query: Create, body: Body) -> Result<i64, WireError> {
    let mut chunks = body.into_data_stream();
    let received = pour(session, state, query, &mut chunks).await;
    if received.is_err() {
        drop_rest(chunks).await;
    }
    received
}

async fn pour(
    session: &Session,
    state: &AppState,
    query: Create,
    chunks: &mut BodyDataStream,
) -> Result<i64, WireError> {
    session.may_import()?;
    let Create { file, source, whole_project, accept_partial, mapping } = query;
    let said = Said { source, whole_project, preview: false, accept_partial, mapping };
    let mut upload = session.upload(&file, &said).await?;
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| WireError::invalid("body", "unreadable"))?;
        upload.push(chunk, state.max_upload).await?;
    }
    upload.finish().await
}

/// Where an import stands, and its summary once it is done.
pub async fn show(session: ApiSession, Path(id): Path<String>) -> Response {
    let Ok(id) = id.parse() else {
        return problem(&WireError::new(ErrorCode::NotFound));
    };
    match session.0.import_status(id).await {
        Ok(status) => Json(status).into_response(),
        Err(error) => problem(&error),
    }
}
