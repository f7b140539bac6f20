//! The headers that every response carries: a strict content security policy with one nonce a response, and the rest.

use crate::state::AppState;
use axum::extract::{Request, State};
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use std::fmt::Write;
use std::sync::Arc;

/// The nonce of one response. The pages get it through the request's extensions.
#[derive(Clone, Debug)]
pub struct PageNonce(pub Arc<str>);

/// Browsers come back over HTTPS alone, for a year.
const HSTS: &str = "max-age=31536000";

/// Headers whose values never change.
const FIXED: [(HeaderName, &str); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    ),
    (header::X_FRAME_OPTIONS, "DENY"),
];

/// Makes a nonce, lets the page use it and sets the headers.
pub async fn secure(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let nonce = nonce();
    request.extensions_mut().insert(PageNonce(Arc::from(nonce.as_str())));
    let path = request.uri().path();
    let cacheable = ["/assets/fonts/", "/pkg/"].iter().any(|folder| path.starts_with(folder))
        || ["/assets/icons.svg", "/assets/favicon.svg"].contains(&path);
    let mut response = next.run(request).await;
    let cacheable = cacheable && response.status().is_success();
    set(response.headers_mut(), &nonce, cacheable);
    if state.https {
        response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(HSTS));
    }
    response
}

fn set(headers: &mut HeaderMap, nonce: &str, cacheable: bool) {
    for (name, value) in FIXED {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Ok(value) = HeaderValue::from_str(&policy(nonce)) {
        headers.insert(header::CONTENT_SECURITY_POLICY, value);
    }
    if !cacheable {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

/// The policy. No `strict-dynamic`: every script is of this origin, and leptos gives its preload links no nonce.
fn policy(nonce: &str) -> String {
    format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
         font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'; report-uri /csp-report"
    )
}

fn nonce() -> String {
    let bytes: [u8; 16] = rand::random();
    bytes.iter().fold(String::with_capacity(32), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
