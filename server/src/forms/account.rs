//! Signing in and out, the first run, and the two harmless preferences.

use super::{Fields, failed, redirect};
use crate::middleware::session::{LOCALE_COOKIE, THEME_COOKIE, no_session_cookie, preference_cookie, session_cookie};
use app::LocalPath;
use axum::Extension;
use axum::http::HeaderName;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::Cookie;
use model::text::Locale;
use model::view::account::{SetUp, SignedIn};
use ports::Account;
use serde::Deserialize;
use service::request::Session;

/// What the sign-in page sends.
#[derive(Deserialize)]
pub struct SignIn {
    login: String,
    password: String,
    #[serde(default)]
    next: String,
}

/// Signs in; a wrong password and an unknown login look alike.
pub async fn sign_in(Extension(session): Extension<Session>, jar: CookieJar, Fields(form): Fields<SignIn>) -> Response {
    let next = LocalPath::or_root(&form.next);
    match session.sign_in(form.login, form.password).await {
        Ok(SignedIn { token, pending }) => {
            let to =
                if pending { LocalPath::or_root("/sign-in/code").with(&[("next", next.to_string())]) } else { next };
            (jar.add(session_cookie(token)), redirect(&to)).into_response()
        }
        Err(error) => failed("/sign-in", &error, &[("next", next.as_str())]),
    }
}

/// What the page of the second factor sends.
#[derive(Deserialize)]
pub struct Code {
    code: String,
    #[serde(default)]
    next: String,
}

/// Ends a sign-in that waits for a second factor.
pub async fn sign_in_code(
    Extension(session): Extension<Session>,
    jar: CookieJar,
    Fields(form): Fields<Code>,
) -> Response {
    let next = LocalPath::or_root(&form.next);
    match session.sign_in_code(form.code).await {
        Ok(token) => (jar.add(session_cookie(token)), redirect(&next)).into_response(),
        Err(error) => failed("/sign-in/code", &error, &[("next", next.as_str())]),
    }
}

/// The cookie in which a secret goes from a plain form to the page that shows it once: two minutes, and only the server reads
/// it.
pub(super) fn once_cookie(secret: String) -> Cookie<'static> {
    let text = format!("postura_once={secret}; Path=/; HttpOnly; Secure; SameSite=Strict; Max-Age=120");
    Cookie::parse(text).unwrap_or_else(|_| Cookie::new("postura_once", ""))
}

/// Ends the session.
pub async fn sign_out(Extension(session): Extension<Session>, jar: CookieJar) -> Response {
    match session.sign_out().await {
        Ok(()) => {
            // Whatever a browser kept all the same goes; the cookies of language and colours stay.
            let clear = [(HeaderName::from_static("clear-site-data"), "\"cache\", \"storage\"")];
            (jar.add(no_session_cookie()), clear, redirect(&LocalPath::or_root("/sign-in"))).into_response()
        }
        Err(error) => failed("/sign-in", &error, &[]),
    }
}

/// What the set-up page sends.
#[derive(Deserialize)]
pub struct SetUpForm {
    token: String,
    organisation: String,
    zone: String,
    login: String,
    name: String,
    password: String,
    #[serde(default)]
    locale: Option<Locale>,
}

/// Makes the first administrator and signs them in.
pub async fn set_up(
    Extension(session): Extension<Session>,
    jar: CookieJar,
    Fields(form): Fields<SetUpForm>,
) -> Response {
    let token = form.token.clone();
    let input = SetUp {
        token: form.token,
        organisation: form.organisation,
        zone: form.zone,
        login: form.login,
        name: form.name,
        password: form.password,
        locale: form.locale.unwrap_or_default(),
    };
    match session.set_up(input).await {
        Ok(cookie) => (jar.add(session_cookie(cookie)), redirect(&LocalPath::or_root("/scans"))).into_response(),
        Err(error) => failed("/setup", &error, &[("token", &token)]),
    }
}

/// What the switches of language and theme send.
#[derive(Deserialize)]
pub struct Preferences {
    locale: Option<Locale>,
    theme: Option<String>,
    #[serde(default)]
    next: String,
}

/// Remembers a language or a theme.
pub async fn preferences(mut jar: CookieJar, Fields(form): Fields<Preferences>) -> Response {
    if let Some(locale) = form.locale {
        jar = jar.add(preference_cookie(LOCALE_COOKIE, locale.tag().to_owned()));
    }
    if let Some(theme) = form.theme.filter(|theme| matches!(theme.as_str(), "light" | "dark" | "")) {
        jar = jar.add(preference_cookie(THEME_COOKIE, theme));
    }
    (jar, redirect(&LocalPath::or_root(&form.next))).into_response()
}
