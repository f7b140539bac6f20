//! `POST /csp-report`: what browsers say that the content security policy refused. Nobody need be signed in, so that the body is
//! small, the network is counted, and what is kept has bounds.

use crate::state::AppState;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::Value;

/// The largest report that is read, in bytes.
pub const LARGEST: usize = 8 * 1024;

/// Takes a report, and says nothing about it.
pub async fn take(State(state): State<AppState>, body: Bytes) -> StatusCode {
    if let Some((page, directive, blocked)) = read(&body)
        && let Err(error) = state.service.policy_report(&page, &directive, &blocked).await
    {
        tracing::error!(error = format!("{error:#}"), "a report of a browser could not be kept");
    }
    StatusCode::NO_CONTENT
}

/// The page, the directive and what was refused (CSP level 3, §5.3, "report-uri").
fn read(body: &[u8]) -> Option<(String, String, String)> {
    let report: Value = serde_json::from_slice(body).ok()?;
    let report = report.get("csp-report")?;
    let text = |name: &str| report.get(name).and_then(Value::as_str).map(str::to_owned);
    let directive = text("effective-directive").or_else(|| text("violated-directive"))?;
    Some((text("document-uri")?, directive, text("blocked-uri").unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_reports_are_read() {
        let body = br#"{"csp-report":{"document-uri":"http://h/p?q=1","effective-directive":"img-src","blocked-uri":"http://x/y"}}"#;
        let expected = ("http://h/p?q=1".to_owned(), "img-src".to_owned(), "http://x/y".to_owned());
        assert_eq!(read(body), Some(expected));
        for other in [&b"{}"[..], b"[]", b"", b"\xff", br#"{"csp-report":{"document-uri":1}}"#] {
            assert_eq!(read(other), None);
        }
    }
}
