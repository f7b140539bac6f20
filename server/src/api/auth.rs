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
use service::request::{Scope, Session};

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
        let facts =
            facts(&Request::from_parts(parts.clone(), axum::body::Body::empty()), &CookieJar::new(), &state.proxies);
        let session = match token {
            Some(token) => Session::of_token(&state.service, &token, facts).await,
            None => Err(WireError::new(ErrorCode::Unauthenticated)),
        };
        let session = session.map_err(|error| problem(&error))?;
        if let Err(error) = session.require_scope(scopes(parts)) {
            session.audit_refused(&format!("{} /api/v1{}", parts.method, parts.uri.path())).await;
            return Err(problem(&error));
        }
        Ok(Self(session))
    }
}

/// The scopes that are enough for a request: who imports may also ask how an import stands, and write findings down.
fn scopes(parts: &Parts) -> &'static [Scope] {
    let under = |path: &str| parts.uri.path().starts_with(path);
    match parts.method.is_safe() {
        true if under("/imports") => &[Scope::Read, Scope::Import],
        true => &[Scope::Read],
        false if under("/imports") || under("/occurrences") => &[Scope::Import],
        false => &[],
    }
}
