//! Signing in at the organisation's identity provider: the way there and the way back.

use super::{failed, redirect};
use crate::middleware::session::{OIDC_COOKIE, no_oidc_cookie, oidc_cookie, session_cookie};
use app::LocalPath;
use axum::Extension;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::Cookie;
use serde::Deserialize;
use service::oidc::Back;
use service::request::Session;

/// What leads to the provider.
#[derive(Default, Deserialize)]
pub struct There {
    #[serde(default)]
    next: String,
    /// True if the person is to prove anew who they are, though the provider knows.
    #[serde(default)]
    again: bool,
}

/// `GET /sign-in/oidc`: leads to the provider. This is the one redirect that leaves the origin; where it leads the provider says, which
/// the operator's settings name.
pub async fn oidc_begin(
    Extension(session): Extension<Session>,
    jar: CookieJar,
    Query(there): Query<There>,
) -> Response {
    let next = LocalPath::or_root(&there.next);
    match session.oidc_begin(next.as_str(), there.again).await {
        Ok(begun) => (jar.add(oidc_cookie(&begun.browser)), Redirect::to(&begun.to)).into_response(),
        Err(error) => failed("/sign-in", &error, &[("next", next.as_str())]),
    }
}

/// What the provider sends the browser back with.
#[derive(Default, Deserialize)]
pub struct Answer {
    #[serde(default)]
    code: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    iss: String,
}

/// `GET /sign-in/oidc/back`: ends the sign-in, once.
pub async fn oidc_finish(
    Extension(session): Extension<Session>,
    jar: CookieJar,
    Query(answer): Query<Answer>,
) -> Response {
    let browser = jar.get(OIDC_COOKIE).map(Cookie::value).unwrap_or_default().to_owned();
    let jar = jar.add(no_oidc_cookie());
    let back = Back { browser, state: answer.state, code: answer.code, issuer: answer.iss };
    match Box::pin(session.oidc_finish(back)).await {
        Ok(came) => {
            let next = LocalPath::or_root(&came.next);
            let to = if came.signed_in.pending {
                LocalPath::or_root("/sign-in/code").with(&[("next", next.to_string())])
            } else {
                next
            };
            (jar.add(session_cookie(came.signed_in.token)), redirect(&to)).into_response()
        }
        Err(error) => (jar, failed("/sign-in", &error, &[])).into_response(),
    }
}
