//! Bodies have bounds, and a client that sends too much still gets its answer.
//!
//! A server that answers while a client is still sending makes most clients report a broken connection instead of the
//! answer. So the rest of a refused body is read and dropped, up to a bound of its own.

use crate::forms::problem;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use futures::{Stream, StreamExt};
use model::error::{ErrorCode, WireError};

/// The largest body of anything but an upload: a filter, a form, a page of ids.
pub const SMALL: usize = 256 * 1024;

/// How much of a refused body is read and dropped.
pub const DROPPED: usize = 64 * 1024 * 1024;

/// Refuses what is not small.
pub async fn small(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let mut chunks = body.into_data_stream();
    let mut bytes = Vec::new();
    while let Some(chunk) = chunks.next().await {
        let Ok(chunk) = chunk else { return problem(&WireError::invalid("body", "unreadable")) };
        if bytes.len() + chunk.len() > SMALL {
            drop_rest(chunks).await;
            return problem(&WireError::new(ErrorCode::TooLarge));
        }
        bytes.extend_from_slice(&chunk);
    }
    next.run(Request::from_parts(parts, Body::from(bytes))).await
}

/// Reads what a client still sends and drops it.
pub async fn drop_rest(mut chunks: impl Stream<Item = Result<Bytes, axum::Error>> + Unpin) {
    let mut dropped = 0;
    while let Some(Ok(chunk)) = chunks.next().await {
        dropped += chunk.len();
        if dropped > DROPPED {
            return;
        }
    }
}
