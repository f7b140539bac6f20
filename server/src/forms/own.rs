//! One's own account and the people that an administrator manages, as plain forms.

use super::account::once_cookie;
use super::{Fields, failed, redirect};
use crate::middleware::session::{no_session_cookie, session_cookie};
use app::LocalPath;
use axum::Extension;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use model::error::{ErrorCode, WireError};
use model::mapping::FormFields;
use model::policy::Role;
use ports::Settings as _;
use serde::Deserialize;
use service::request::Session;

/// One's own account.
const ACCOUNT: &str = "/account";
/// The page of people.
const PEOPLE: &str = "/settings/people";

/// What an act left to show or to set.
enum Left {
    Nothing,
    /// The token of a session in place of the one before.
    Session(String),
    /// Something that is shown once.
    Once(String),
    /// Nobody is signed in any more.
    SignedOut,
}

/// Leads back to a page with what was done.
fn done(jar: CookieJar, page: &str, answer: Result<(Left, &str), WireError>) -> Response {
    let (left, word) = match answer {
        Ok(answer) => answer,
        Err(error) => return failed(page, &error, &[]),
    };
    let to = redirect(&LocalPath::or_root(page).with(&[("done", word.to_owned())]));
    match left {
        Left::Nothing => to.into_response(),
        Left::Session(token) => (jar.add(session_cookie(token)), to).into_response(),
        Left::Once(secret) => (jar.add(once_cookie(secret)), to).into_response(),
        Left::SignedOut => (jar.add(no_session_cookie()), redirect(&LocalPath::or_root("/sign-in"))).into_response(),
    }
}

/// `POST /account`: the act that `act` names.
pub async fn change_account(
    Extension(session): Extension<Session>,
    jar: CookieJar,
    Fields(fields): Fields<FormFields>,
) -> Response {
    let text = |name: &str| fields.get(name).cloned().unwrap_or_default();
    let codes = |codes: Vec<String>| Left::Once(format!("codes.{}", codes.join(".")));
    let answer = match text("act").as_str() {
        "password" => {
            let changed = session.change_password(text("current"), text("password")).await;
            changed.map(|token| (Left::Session(token), "password"))
        }
        "second_begin" => session.second_factor_begin().await.map(|()| (Left::Nothing, "")),
        "second_confirm" => session.second_factor_confirm(&text("code")).await.map(|made| (codes(made), "second_on")),
        "second_remove" => session.second_factor_remove().await.map(|()| (Left::Nothing, "second_removed")),
        "codes" => session.recovery_codes().await.map(|made| (codes(made), "codes")),
        "end_session" => session.end_session(&text("session")).await.map(|()| (Left::Nothing, "sessions")),
        "end_others" => session.end_other_sessions().await.map(|()| (Left::Nothing, "sessions")),
        "end_all" => session.sign_out_everywhere().await.map(|()| (Left::SignedOut, "")),
        _ => Err(WireError::new(ErrorCode::NotFound)),
    };
    done(jar, ACCOUNT, answer)
}

/// What the page that proves again who one is sends.
#[derive(Deserialize)]
pub struct Confirm {
    password: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    next: String,
}

/// `POST /account/confirm`: goes on to where the sensitive act is.
pub async fn confirm(
    Extension(session): Extension<Session>,
    jar: CookieJar,
    Fields(form): Fields<Confirm>,
) -> Response {
    let next = LocalPath::or_root(&form.next);
    match session.confirm(form.password, &form.code).await {
        Ok(token) => {
            let to = next.with(&[("done", "confirmed".to_owned())]);
            (jar.add(session_cookie(token)), redirect(&to)).into_response()
        }
        Err(error) => failed("/account/confirm", &error, &[("next", next.as_str())]),
    }
}

/// `POST /settings/people`: the act that `act` names, on the person of `login`.
pub async fn change_people(
    Extension(session): Extension<Session>,
    jar: CookieJar,
    Fields(fields): Fields<FormFields>,
) -> Response {
    let text = |name: &str| fields.get(name).cloned().unwrap_or_default();
    let login = text("login");
    let role = text("role").parse::<Role>().map_err(|()| WireError::invalid("role", "unknown"));
    let link = |token: String| Left::Once(format!("link.{token}"));
    let answer = match (text("act").as_str(), role) {
        ("invite", Ok(role)) => {
            session.invite(login.trim(), text("name").trim(), role).await.map(|token| (link(token), "invited"))
        }
        ("role", Ok(role)) => session.change_role(&login, role).await.map(|()| (Left::Nothing, "role")),
        ("invite" | "role", Err(error)) => Err(error),
        ("reset", _) => session.reset_link(&login).await.map(|token| (link(token), "reset")),
        ("end_sessions", _) => session.end_sessions_of(&login).await.map(|()| (Left::Nothing, "sessions")),
        ("second_remove", _) => {
            session.remove_second_factor_of(&login).await.map(|()| (Left::Nothing, "second_removed"))
        }
        ("enable", _) => session.set_user_enabled(login, true).await.map(|()| (Left::Nothing, "user_enabled")),
        ("disable", _) => session.set_user_enabled(login, false).await.map(|()| (Left::Nothing, "user_disabled")),
        _ => Err(WireError::new(ErrorCode::NotFound)),
    };
    done(jar, PEOPLE, answer)
}

/// What the page of a link to choose a password sends.
#[derive(Deserialize)]
pub struct Welcome {
    token: String,
    password: String,
}

/// `POST /welcome`: keeps the password, and leads to the sign-in.
pub async fn welcome(Extension(session): Extension<Session>, Fields(form): Fields<Welcome>) -> Response {
    match session.accept_link(&form.token, form.password).await {
        Ok(()) => redirect(&LocalPath::or_root("/sign-in?done=welcome")).into_response(),
        Err(error) => failed("/welcome", &error, &[("token", &form.token)]),
    }
}
