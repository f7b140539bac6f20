//! Plain forms and downloads: what must set cookies, take files or send files, and so is no server function.

mod account;
mod csv;
mod feeds;
mod fields;
mod inventory;
mod mapping;
mod oidc;
mod overrides;
mod own;
mod risk;
mod scanning;
mod upload;
mod written;

pub use account::{preferences, set_up, sign_in, sign_in_code, sign_out};
pub use csv::{audit_csv, chart_csv, findings_csv, inventory_csv, published_month, quarantine};
pub use feeds::{load_feed, refresh_feeds};
pub use fields::{Fields, Pairs};
pub use inventory::take_inventory;
pub use mapping::{edit_mapping, sample_mapping};
pub use oidc::{oidc_begin, oidc_finish};
pub use overrides::{change_override, override_file, take_override_file};
pub use own::{change_account, change_people, confirm, welcome};
pub use risk::change_risk;
pub use scanning::{change_calendar, change_connector, change_run, change_schedule, change_target, verify_fix};
pub use upload::{recognize, upload};
pub use written::write_finding;

use app::LocalPath;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use model::error::{ErrorCode, WireError};

/// Leads to a path of this origin: the only way in which a handler redirects.
fn redirect(path: &LocalPath) -> Redirect {
    Redirect::to(path.as_str())
}

/// Leads back to a page, which says what went wrong by the error's code, field, detail and reference.
pub(crate) fn failed(page: &str, error: &WireError, keep: &[(&str, &str)]) -> Response {
    if error.code == ErrorCode::Confirm {
        return redirect(&LocalPath::confirm(&LocalPath::or_root(page))).into_response();
    }
    let mut pairs = vec![
        ("error", error.code.word().to_owned()),
        ("field", error.field.clone()),
        ("detail", error.detail.clone()),
        ("reference", error.reference.clone()),
    ];
    pairs.extend(keep.iter().map(|(key, value)| (*key, (*value).to_owned())));
    redirect(&LocalPath::or_root(page).with(&pairs)).into_response()
}

/// The problem of a status that the router or a layer answered with, for a client that reads JSON (RFC 9457).
pub(crate) fn problem_of(status: StatusCode) -> Response {
    let word = match status {
        StatusCode::METHOD_NOT_ALLOWED => "method_not_allowed",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "unsupported_media_type",
        StatusCode::NOT_FOUND => "not_found",
        StatusCode::PAYLOAD_TOO_LARGE => "too_large",
        status if status.is_client_error() => "invalid",
        _ => "internal",
    };
    let body = serde_json::json!({ "type": "about:blank", "title": word, "status": status.as_u16(), "code": word });
    (status, [(header::CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response()
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
