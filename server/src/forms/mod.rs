//! Plain forms and downloads: what must set cookies, take files or send files, and so is no server function.

mod account;
mod csv;
mod fields;
mod upload;

pub use account::{preferences, set_up, sign_in, sign_out};
pub use csv::{chart_csv, findings_csv, quarantine};
pub use fields::{Fields, Pairs};
pub use upload::{recognize, upload};

use app::LocalPath;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use model::error::WireError;

/// Leads to a path of this origin: the only way in which a handler redirects.
fn redirect(path: &LocalPath) -> Redirect {
    Redirect::to(path.as_str())
}

/// An error for a client that reads JSON (RFC 9457).
pub(crate) fn problem(error: &WireError) -> Response {
    let status = StatusCode::from_u16(error.code.http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = serde_json::json!({
        "type": "about:blank",
        "title": error.code.word(),
        "status": status.as_u16(),
        "code": error.code.word(),
        "field": error.field,
        "detail": error.detail,
        "reference": error.reference,
    });
    let content_type = [(header::CONTENT_TYPE, "application/problem+json")];
    (status, content_type, body.to_string()).into_response()
}
