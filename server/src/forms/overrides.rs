//! Rules by which people say where weaknesses belong, as plain forms.

use super::{Fields, failed, redirect};
use app::LocalPath;
use axum::Extension;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use model::error::{ErrorCode, WireError};
use model::mapping::FormFields;
use model::view::overrides::OverrideDraft;
use ports::Overrides as _;
use service::request::Session;

/// The page of rules.
const PAGE: &str = "/settings/overrides";

/// `POST /settings/overrides`: adds a rule, or takes the one back that `undo` names.
pub async fn change_override(Extension(session): Extension<Session>, Fields(fields): Fields<FormFields>) -> Response {
    let text = |name: &str| fields.get(name).cloned().unwrap_or_default();
    let draft =
        OverrideDraft { name: text("name"), matches: text("matches"), says: text("says"), reason: text("reason") };
    let (answer, word) = match fields.get("undo") {
        Some(id) => match id.parse() {
            Ok(id) => (session.undo_override(id).await, "override_undone"),
            Err(_) => (Err(WireError::new(ErrorCode::NotFound)), ""),
        },
        None => (session.add_override(draft.clone()).await, "override_added"),
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
