//! Rules by which people say where weaknesses belong, as plain forms.

use super::upload::{drop_rest, text};
use super::{Fields, failed, redirect};
use app::LocalPath;
use axum::Extension;
use axum::extract::Multipart;
use axum::extract::multipart::MultipartRejection;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use model::error::{ErrorCode, WireError};
use model::mapping::FormFields;
use model::overrides::MAX_FILE;
use model::view::overrides::OverrideDraft;
use ports::Overrides as _;
use service::request::Session;

/// The page of rules.
const PAGE: &str = "/settings/overrides";

/// `POST /settings/overrides`: adds a rule, takes the one back that `undo` names, or applies or drops the file that waits.
pub async fn change_override(Extension(session): Extension<Session>, Fields(fields): Fields<FormFields>) -> Response {
    let text = |name: &str| fields.get(name).cloned().unwrap_or_default();
    let draft =
        OverrideDraft { name: text("name"), matches: text("matches"), says: text("says"), reason: text("reason") };
    let (answer, word) = match (fields.get("undo"), fields.get("waiting").map(String::as_str)) {
        (Some(id), _) => match id.parse() {
            Ok(id) => (session.undo_override(id).await, "override_undone"),
            Err(_) => (Err(WireError::new(ErrorCode::NotFound)), ""),
        },
        (None, Some("apply")) => (Box::pin(session.apply_override_file()).await, "overrides_loaded"),
        (None, Some(_)) => (session.drop_override_file().await.map(|()| 0), "overrides_dropped"),
        (None, None) => (session.add_override(draft.clone()).await, "override_added"),
    };
    match answer {
        Ok(moved) => {
            let done = [("done", word.to_owned()), ("n", moved.to_string())];
            redirect(&LocalPath::or_root(PAGE).with(&done)).into_response()
        }
        Err(error) => {
            let OverrideDraft { name, matches, says, reason } = &draft;
            failed(PAGE, &error, &[("name", name), ("matches", matches), ("says", says), ("reason", reason)])
        }
    }
}

/// `POST /settings/overrides/file`: takes a file of rules within the bound, and leads to the page that shows what it would do.
pub async fn take_override_file(
    Extension(session): Extension<Session>,
    form: Result<Multipart, MultipartRejection>,
) -> Response {
    let may = session.may_rule();
    let taken = match (may, form) {
        (Ok(()), Ok(mut form)) => {
            let taken = take(&session, &mut form).await;
            drop_rest(form).await;
            taken
        }
        (Ok(()), Err(_)) => Err(unreadable()),
        (Err(error), form) => {
            if let Ok(form) = form {
                drop_rest(form).await;
            }
            Err(error)
        }
    };
    match taken {
        Ok(()) => redirect(&LocalPath::or_root(PAGE)).into_response(),
        Err(error) => failed(PAGE, &error, &[]),
    }
}

/// The file, and before it whether its rules replace those in force.
async fn take(session: &Session, form: &mut Multipart) -> Result<(), WireError> {
    let mut replaces = false;
    while let Some(mut field) = form.next_field().await.map_err(|_| unreadable())? {
        match field.name() {
            Some("replaces") => replaces = text(field).await? == "yes",
            Some("rules") => {
                let name = field.file_name().unwrap_or_default().to_owned();
                let mut bytes = Vec::new();
                while let Some(chunk) = field.chunk().await.map_err(|_| unreadable())? {
                    if bytes.len() + chunk.len() > MAX_FILE {
                        return Err(WireError::new(ErrorCode::TooLarge));
                    }
                    bytes.extend_from_slice(&chunk);
                }
                let rules = String::from_utf8(bytes).map_err(|_| unreadable())?;
                if rules.is_empty() || rules.contains('\0') {
                    return Err(unreadable());
                }
                return session.take_override_file(name, rules, replaces).await;
            }
            _ => {}
        }
    }
    Err(WireError::invalid("files", "missing"))
}

fn unreadable() -> WireError {
    WireError::invalid("files", "unreadable")
}

/// `GET /settings/overrides.toml`: the rules in force as a file.
pub async fn override_file(Extension(session): Extension<Session>) -> Response {
    match session.override_file().await {
        Ok(file) => match toml::to_string(&file) {
            Ok(text) => {
                let headers = [
                    (header::CONTENT_TYPE, "application/toml; charset=utf-8"),
                    (header::CONTENT_DISPOSITION, "attachment; filename=\"overrides.toml\""),
                ];
                (headers, text).into_response()
            }
            // Strings and numbers always become TOML.
            Err(_) => super::problem(&WireError::internal(String::new())),
        },
        Err(error) => super::problem(&error),
    }
}
