//! What stands in a form or in an address. Where it cannot be read, the answer is a problem without the library's words.

use super::problem;
use axum::extract::{Form, FromRequest, FromRequestParts, Query, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use model::error::{ErrorCode, WireError};
use serde::de::DeserializeOwned;

/// The fields of a form.
pub struct Fields<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Fields<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        match Form::from_request(request, state).await {
            Ok(Form(fields)) => Ok(Self(fields)),
            Err(rejection) => Err(unreadable("form", rejection.into_response().status())),
        }
    }
}

/// The pairs of an address.
pub struct Pairs<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Pairs<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        match Query::from_request_parts(parts, state).await {
            Ok(Query(pairs)) => Ok(Self(pairs)),
            Err(rejection) => Err(unreadable("query", rejection.into_response().status())),
        }
    }
}

/// The problem for a rejection of that status.
pub(super) fn unreadable(what: &str, status: StatusCode) -> Response {
    problem(&match status {
        StatusCode::PAYLOAD_TOO_LARGE => WireError::new(ErrorCode::TooLarge),
        _ => WireError::invalid(what, "unreadable"),
    })
}
