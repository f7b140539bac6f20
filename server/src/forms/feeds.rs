//! `POST /settings/feeds`: a published file on exploitation comes in; `POST /settings/feeds/refresh`: all that the settings name are
//! fetched now.

use super::upload::{drop_rest, text};
use super::{failed, redirect};
use app::LocalPath;
use axum::Extension;
use axum::extract::Multipart;
use axum::extract::multipart::{Field, MultipartRejection};
use axum::response::{IntoResponse, Response};
use model::error::{ErrorCode, WireError};
use model::view::feeds::FeedLoaded;
use service::feeds::{FeedError, MAX_FEED};
use service::request::Session;

/// The page of files.
const PAGE: &str = "/settings/feeds";

/// Takes a file with its kind and, if it does not say, its day.
pub async fn load_feed(
    Extension(session): Extension<Session>,
    form: Result<Multipart, MultipartRejection>,
) -> Response {
    let taken = match form {
        Ok(mut form) => {
            let taken = take(&session, &mut form).await;
            drop_rest(form).await;
            taken
        }
        Err(_) => session.may_load_feeds().and(Err(WireError::invalid("files", "unreadable"))),
    };
    match taken {
        Ok(loaded) => {
            let done = [("done", "feed".to_owned()), ("n", loaded.listed.to_string())];
            redirect(&LocalPath::or_root(PAGE).with(&done)).into_response()
        }
        Err(error) => failed(PAGE, &error, &[]),
    }
}

/// Has everything that the settings name fetched, without waiting for the night.
pub async fn refresh_feeds(Extension(session): Extension<Session>) -> Response {
    match session.refresh_feeds().await {
        Ok(()) => redirect(&LocalPath::or_root(PAGE).with(&[("done", "feeds_asked".to_owned())])).into_response(),
        Err(error) => failed(PAGE, &error, &[]),
    }
}

async fn take(session: &Session, form: &mut Multipart) -> Result<FeedLoaded, WireError> {
    session.may_load_feeds()?;
    let (mut kind, mut day) = (None, String::new());
    while let Some(field) = form.next_field().await.map_err(|_| WireError::invalid("files", "unreadable"))? {
        match field.name() {
            Some("kind") => kind = text(field).await?.parse().ok(),
            Some("day") => day = text(field).await?,
            Some("file") => {
                let kind = kind.ok_or_else(|| WireError::invalid("kind", "missing"))?;
                let name = field.file_name().unwrap_or_default().to_owned();
                let bytes = whole(field).await?;
                return session.load_feed(kind, &name, bytes, &day).await.map_err(|error| match error {
                    FeedError::Refused(refusal) => {
                        WireError { detail: refusal.code, ..WireError::new(ErrorCode::Refused) }
                    }
                    FeedError::Failed(error) => error,
                });
            }
            _ => {}
        }
    }
    Err(WireError::invalid("files", "missing"))
}

/// A file's bytes, up to the bound.
async fn whole(mut field: Field<'_>) -> Result<Vec<u8>, WireError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|_| WireError::invalid("files", "unreadable"))? {
        if bytes.len() + chunk.len() > MAX_FEED {
            return Err(WireError::new(ErrorCode::TooLarge));
        }
        bytes.extend_from_slice(&chunk);
    }
    if bytes.is_empty() { Err(WireError::invalid("files", "missing")) } else { Ok(bytes) }
}
