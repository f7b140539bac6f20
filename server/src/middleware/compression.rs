//! Who gets compressed answers. The length of a compressed page that holds both a secret and what the asker wrote tells something of
//! the secret (BREACH, CVE-2013-3587), and another site can make a browser ask with the user's cookies and see lengths on the
//! wire. So pages are compressed for the site's own requests, and for who carries a token of their own; what is public always is.

use axum::extract::Request;
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;

/// Whether a browser says that the site itself asks, or the person by the address bar (<https://www.w3.org/TR/fetch-metadata/>).
fn is_own(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").and_then(|value| value.to_str().ok());
    matches!(site, Some("same-origin" | "none")) || headers.contains_key(header::AUTHORIZATION)
}

/// Takes the wish for compression from requests that another site may have brought about.
pub async fn for_own(mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let public = path.starts_with("/pkg/") || path.starts_with("/assets/fonts/");
    if !public && !is_own(request.headers()) {
        request.headers_mut().remove(header::ACCEPT_ENCODING);
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn only_the_sites_own_requests_are_answered_in_short() {
        let of = |site: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert("sec-fetch-site", HeaderValue::from_static(site));
            is_own(&headers)
        };
        assert!(of("same-origin") && of("none"));
        assert!(!of("cross-site") && !of("same-site") && !is_own(&HeaderMap::new()));
    }
}
