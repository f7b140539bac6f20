//! Defining a mapping: a file's first bytes come in, and then the form says, step by step, how they are to be read.

use super::upload::drop_rest;
use super::{Fields, failed, redirect};
use app::LocalPath;
use axum::Extension;
use axum::extract::Multipart;
use axum::extract::multipart::MultipartRejection;
use axum::response::{IntoResponse, Response};
use model::error::WireError;
use model::mapping::FormFields;
use service::import::HEAD;
use service::request::Session;

/// The page of saved mappings.
const LIST: &str = "/scans/mappings";
/// The page on which one is defined.
const EDIT: &str = "/scans/mappings/edit";

/// `POST /scans/mappings/sample`: takes the first bytes of a file, and drops the rest.
pub async fn sample_mapping(
    Extension(session): Extension<Session>,
    form: Result<Multipart, MultipartRejection>,
) -> Response {
    let mut keep = false;
    let taken = match form {
        Ok(mut form) => {
            let taken = take(&session, &mut form, &mut keep).await;
            drop_rest(form).await;
            taken
        }
        Err(_) => session.may_define().and(Err(unreadable())),
    };
    match taken {
        Ok(()) => redirect(&LocalPath::or_root(EDIT)).into_response(),
        Err(error) => failed(if keep { EDIT } else { LIST }, &error, &[]),
    }
}

/// `POST /scans/mappings/edit`: changes the mapping as the form says, and saves it if its button says so.
pub async fn edit_mapping(Extension(session): Extension<Session>, Fields(fields): Fields<FormFields>) -> Response {
    let save = fields.get("act").is_some_and(|act| act == "save");
    match session.edit_mapping(&fields, save).await {
        Ok(()) if save => {
            redirect(&LocalPath::or_root(LIST).with(&[("done", "mapping_saved".to_owned())])).into_response()
        }
        Ok(()) => redirect(&LocalPath::or_root(EDIT)).into_response(),
        Err(error) => failed(EDIT, &error, &[]),
    }
}

async fn take(session: &Session, form: &mut Multipart, keep: &mut bool) -> Result<(), WireError> {
    session.may_define()?;
    while let Some(mut field) = form.next_field().await.map_err(|_| unreadable())? {
        match field.name() {
            Some("keep") => *keep = true,
            Some("sample") => {
                let name = field.file_name().unwrap_or_default().to_owned();
                let mut head = Vec::new();
                while head.len() < HEAD
                    && let Some(chunk) = field.chunk().await.map_err(|_| unreadable())?
                {
                    let room = HEAD - head.len();
                    head.extend_from_slice(chunk.get(..room).unwrap_or(&chunk));
                }
                if head.is_empty() {
                    return Err(WireError::invalid("files", "missing"));
                }
                return session.sample_mapping(&name, &head, *keep).await;
            }
            _ => {}
        }
    }
    Err(WireError::invalid("files", "missing"))
}

fn unreadable() -> WireError {
    WireError::invalid("files", "unreadable")
}
