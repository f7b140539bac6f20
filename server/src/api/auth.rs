//! `Authorization: Bearer …`: every route of the API takes an [`ApiSession`], which only a valid token makes.

use crate::forms::problem;
use crate::middleware::session::facts;
use crate::state::AppState;
use axum::extract::{FromRequestParts, Request};
use axum::http::header;
use axum::http::request::Parts;
use axum::response::Response;
use axum_extra::extract::CookieJar;
use model::error::{ErrorCode, WireError};
use service::request::Session;

/// The session of a token's owner.
pub struct ApiSession(pub Session);

impl FromRequestParts<AppState> for ApiSession {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        let token = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "))
            .map(str::to_owned);
        let facts = facts(&Request::from_parts(parts.clone(), axum::body::Body::empty()), &CookieJar::new());
        let session = match token {
            Some(token) => Session::of_token(&state.service, &token, facts).await,
            None => Err(WireError::new(ErrorCode::Unauthenticated)),
        };
        session.map(Self).map_err(|error| problem(&error))
    }
}
