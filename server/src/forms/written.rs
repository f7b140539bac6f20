//! Findings that people write down, as a plain form.

use super::{Fields, failed, redirect};
use crate::router;
use crate::state::AppState;
use app::{Entered, LocalPath};
use axum::Extension;
use axum::body::Body;
use axum::extract::{FromRequest, Request, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use model::error::ErrorCode;
use model::mapping::FormFields;
use service::request::Session;

/// The form's page.
const PAGE: &str = "/findings/new";

/// `POST /findings/new`: writes a finding down and leads to it. What cannot be taken is shown again with all that was said, for it
/// may be an hour's work.
pub async fn write_finding(
    State(state): State<AppState>,
    Extension(session): Extension<Session>,
    request: Request,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let fields = match Fields::<FormFields>::from_request(Request::from_parts(parts.clone(), body), &state).await {
        Ok(Fields(fields)) => fields,
        Err(refused) => return refused,
    };
    let error = match session.write_finding(&fields).await {
        Ok(id) => {
            let done = [("done", "finding_written".to_owned())];
            return redirect(&LocalPath::or_root(&format!("/findings/{id}")).with(&done)).into_response();
        }
        Err(error) => error,
    };
    if matches!(error.code, ErrorCode::Unauthenticated | ErrorCode::Forbidden) {
        return failed(PAGE, &error, &[]);
    }
    let status = StatusCode::from_u16(error.code.http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    parts.method = Method::GET;
    parts.extensions.insert(Entered(fields, error));
    let mut page = router::page(State(state), Extension(session), Request::from_parts(parts, Body::empty())).await;
    *page.status_mut() = status;
    page
}
