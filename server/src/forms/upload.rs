//! `POST /imports`: takes files as they stream in, and answers with the jobs that will import them.

use super::{failed, problem, redirect};
use crate::middleware::body::DROPPED;
use crate::state::AppState;
use app::LocalPath;
use axum::Extension;
use axum::body::Bytes;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use model::error::{ErrorCode, WireError};
use serde::Serialize;
use serde_json::json;
use service::import::Said;
use service::request::Session;

/// The most files of one form.
const MOST_FILES: usize = 100;

/// A file that was taken, and the job that imports it.
#[derive(Serialize)]
struct Taken {
    job: i64,
    file: String,
}

/// Takes the files. A page that runs JavaScript asks for JSON; a plain form is led to where the import can be watched.
pub async fn upload(
    State(state): State<AppState>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
    form: Result<Multipart, MultipartRejection>,
) -> Response {
    let wants_json =
        headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|value| value.contains("json"));
    let received = match form {
        Ok(mut form) => {
            let received = receive(&state, &session, &mut form).await;
            if received.is_err() {
                drop_rest(form).await;
            }
            received
        }
        Err(_) => session.may_import().and(Err(unreadable())),
    };
    match received {
        Ok(jobs) if wants_json => (StatusCode::ACCEPTED, axum::Json(json!({ "jobs": jobs }))).into_response(),
        Ok(jobs) => redirect(&watch(&jobs)).into_response(),
        Err(error) if wants_json => problem(&error),
        Err(error) => failed("/scans", &error, &[]),
    }
}

/// Says what files are by their first bytes, while the rest is on its way.
pub async fn recognize(Extension(session): Extension<Session>, head: Bytes) -> Response {
    match session.glance(&head) {
        Ok(seen) => axum::Json(seen).into_response(),
        Err(error) => problem(&error),
    }
}

/// Where a person watches these imports: one on its own page, several in the list.
fn watch(jobs: &[Taken]) -> LocalPath {
    match jobs {
        [Taken { job, .. }] => LocalPath::or_root(&format!("/imports/{job}")),
        _ => LocalPath::or_root("/scans"),
    }
}

async fn receive(state: &AppState, session: &Session, form: &mut Multipart) -> Result<Vec<Taken>, WireError> {
    session.may_import()?;
    let mut said = Said::default();
    let mut jobs = Vec::new();
    while let Some(mut field) = form.next_field().await.map_err(|_| WireError::invalid("files", "unreadable"))? {
        match field.name() {
            Some("source") => said.source = text(field).await?,
            Some("whole_project") => said.whole_project = !text(field).await?.is_empty(),
            Some("mapping") => said.mapping = text(field).await?,
            Some("preview") => said.preview = !text(field).await?.is_empty(),
            Some("files") => {
                let name = field.file_name().unwrap_or_default().to_owned();
                let Some(first) = field.chunk().await.map_err(|_| unreadable())? else {
                    if name.is_empty() {
                        continue;
                    }
                    return Err(WireError::invalid("files", "empty"));
                };
                if jobs.len() == MOST_FILES {
                    return Err(WireError::new(ErrorCode::TooLarge));
                }
                let mut upload = session.upload(&name, &said).await?;
                upload.push(first, state.max_upload).await?;
                while let Some(chunk) = field.chunk().await.map_err(|_| unreadable())? {
                    upload.push(chunk, state.max_upload).await?;
                }
                jobs.push(Taken { job: upload.finish().await?, file: name });
            }
            _ => {}
        }
    }
    if jobs.is_empty() { Err(WireError::invalid("files", "missing")) } else { Ok(jobs) }
}

/// Reads what a client still sends and drops it, so that the client gets its answer.
pub(super) async fn drop_rest(mut form: Multipart) {
    let mut dropped = 0;
    while let Ok(Some(mut field)) = form.next_field().await {
        while let Ok(Some(chunk)) = field.chunk().await {
            dropped += chunk.len();
            if dropped > DROPPED {
                return;
            }
        }
    }
}

fn unreadable() -> WireError {
    WireError::invalid("files", "unreadable")
}

/// A short field's text.
pub(super) async fn text(mut field: axum::extract::multipart::Field<'_>) -> Result<String, WireError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|_| unreadable())? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > 200 {
            return Err(WireError::new(ErrorCode::TooLarge));
        }
    }
    String::from_utf8(bytes).map_err(|_| unreadable())
}
