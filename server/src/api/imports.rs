//! `POST /api/v1/imports` and `GET /api/v1/imports/{id}`.

use super::auth::ApiSession;
use crate::forms::{problem, problem_of};
use crate::middleware::body::drop_rest;
use crate::state::AppState;
use axum::Json;
use axum::body::{Body, BodyDataStream};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use model::error::{ErrorCode, WireError};
use serde::Deserialize;
use serde_json::json;
use service::import::Said;
use service::request::{Known, Session};

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
///
/// A request that carries an `Idempotency-Key` can be sent again: the same key with the same address answers with the same job.
pub async fn create(
    session: ApiSession,
    State(state): State<AppState>,
    headers: HeaderMap,
    uri: Uri,
    query: Result<Query<Create>, axum::extract::rejection::QueryRejection>,
    body: Body,
) -> Response {
    let Ok(Query(query)) = query else {
        return problem(&WireError::invalid("query", "unreadable"));
    };
    // A form would become an export of its own; the body is the file itself.
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.trim_start().to_ascii_lowercase().starts_with("multipart/") {
        drop_rest(body.into_data_stream()).await;
        return problem_of(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let session = &session.0;
    let key = match idempotency_key(&headers) {
        Ok(key) => key,
        Err(error) => return problem(&error),
    };
    let known = match key {
        Some(key) => session.idempotency_begin(key, &uri.to_string()).await,
        None => Ok(Known::New),
    };
    let answer = match known {
        Ok(Known::Done(job)) => {
            drop_rest(body.into_data_stream()).await;
            Ok(job)
        }
        Ok(Known::New) => {
            let received = receive(session, &state, query, body).await;
            match key {
                Some(key) => session.idempotency_end(key, received.as_ref().ok().copied()).await.and(received),
                None => received,
            }
        }
        Err(error) => {
            drop_rest(body.into_data_stream()).await;
            Err(error)
        }
    };
    match answer {
        Ok(job) => {
            let location = format!("/api/v1/imports/{job}");
            (StatusCode::ACCEPTED, [(header::LOCATION, location)], Json(json!({ "id": job }))).into_response()
        }
        Err(error) => problem(&error),
    }
}

/// The key by which the same request is known again, if it carries one: up to two hundred visible characters.
pub(super) fn idempotency_key(headers: &HeaderMap) -> Result<Option<&str>, WireError> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let key = value.to_str().ok().filter(|key| (1..=200).contains(&key.len()) && !key.contains(' '));
    key.map(Some).ok_or_else(|| WireError::invalid("idempotency_key", "unreadable"))
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
