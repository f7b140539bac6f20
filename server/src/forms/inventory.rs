//! An inventory comes in: the file is kept until the person has looked at what it would change.

use super::upload::drop_rest;
use super::{failed, redirect};
use app::LocalPath;
use axum::Extension;
use axum::extract::Multipart;
use axum::extract::multipart::MultipartRejection;
use axum::response::{IntoResponse, Response};
use model::error::{ErrorCode, WireError};
use service::request::Session;

/// The page of the inventory.
const PAGE: &str = "/assets/inventory";

/// `POST /assets/inventory`: takes a file within the bound, and leads to the page that shows what it would change.
pub async fn take_inventory(
    Extension(session): Extension<Session>,
    form: Result<Multipart, MultipartRejection>,
) -> Response {
    let taken = match form {
        Ok(mut form) => {
            let taken = take(&session, &mut form).await;
            drop_rest(form).await;
            taken
        }
        Err(_) => session.may_declare().and(Err(unreadable())),
    };
    match taken {
        Ok(()) => redirect(&LocalPath::or_root(PAGE)).into_response(),
        Err(error) => failed(PAGE, &error, &[]),
    }
}

async fn take(session: &Session, form: &mut Multipart) -> Result<(), WireError> {
    session.may_declare()?;
    while let Some(mut field) = form.next_field().await.map_err(|_| unreadable())? {
        if field.name() != Some("inventory") {
            continue;
        }
        let name = field.file_name().unwrap_or_default().to_owned();
        let mut bytes = Vec::new();
        while let Some(chunk) = field.chunk().await.map_err(|_| unreadable())? {
            if (bytes.len() + chunk.len()) as u64 > session.most_inventory() {
                return Err(WireError::new(ErrorCode::TooLarge));
            }
            bytes.extend_from_slice(&chunk);
        }
        if bytes.is_empty() {
            break;
        }
        return session.take_inventory(&name, bytes).await;
    }
    Err(WireError::invalid("files", "missing"))
}

fn unreadable() -> WireError {
    WireError::invalid("files", "unreadable")
}
