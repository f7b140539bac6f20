//! Every error of the API is a problem of RFC 9457, whoever made it: a handler, the router, or a layer.

use crate::forms::problem_of;
use axum::extract::Request;
use axum::http::header;
use axum::middleware::Next;
use axum::response::Response;

/// Puts a problem in the place of an error that is none. What tells a client how to go on stays.
pub async fn all(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE).map(|kind| kind.as_bytes().to_vec());
    if !(status.is_client_error() || status.is_server_error()) || kind.as_deref() == Some(b"application/problem+json") {
        return response;
    }
    let mut answer = problem_of(status);
    for name in [header::ALLOW, header::RETRY_AFTER] {
        if let Some(value) = response.headers().get(&name) {
            answer.headers_mut().insert(name, value.clone());
        }
    }
    answer
}
