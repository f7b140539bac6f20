//! Changes to teams, ownership, people, tokens and sessions.

use super::{Answered, Done};
use crate::path::LocalPath;
use leptos::prelude::*;
use model::policy::Role;

#[cfg(feature = "ssr")]
use super::server::{backend, finish};
#[cfg(feature = "ssr")]
use model::view::settings::NewUser;

/// Makes a team and goes to its page.
#[server(prefix = "/api/ui", endpoint = "add-team")]
pub async fn add_team(name: String, next: LocalPath) -> Answered<Done> {
    let answer = backend()?.add_team(name).await;
    finish(&next, answer.map(|slug| Done { to: format!("/teams/{slug}"), ..Done::word("team") }))
}

/// Adds a person to a team, or removes them.
#[server(prefix = "/api/ui", endpoint = "set-member")]
pub async fn set_member(slug: String, login: String, member: bool, next: LocalPath) -> Answered<Done> {
    let answer = backend()?.set_member(slug, login, member).await;
    finish(&next, answer.map(|()| Done::word("member")))
}

/// Adds an ownership rule.
#[server(prefix = "/api/ui", endpoint = "add-rule")]
pub async fn add_rule(pattern: String, slug: String, next: LocalPath) -> Answered<Done> {
    let answer = backend()?.add_rule(pattern, slug).await;
    finish(&next, answer.map(|()| Done::word("rule")))
}

/// Removes an ownership rule.
#[server(prefix = "/api/ui", endpoint = "remove-rule")]
pub async fn remove_rule(rule: i64, next: LocalPath) -> Answered<Done> {
    let answer = backend()?.remove_rule(rule).await;
    finish(&next, answer.map(|()| Done::word("rule")))
}

/// Makes a person.
#[server(prefix = "/api/ui", endpoint = "add-user")]
pub async fn add_user(login: String, name: String, role: Role, password: String, next: LocalPath) -> Answered<Done> {
    let answer = backend()?.add_user(NewUser { login, name, role, password }).await;
    finish(&next, answer.map(|()| Done::word("user_added")))
}

/// Lets a person in, or not.
#[server(prefix = "/api/ui", endpoint = "set-user-enabled")]
pub async fn set_user_enabled(login: String, enabled: bool, next: LocalPath) -> Answered<Done> {
    let word = if enabled { "user_enabled" } else { "user_disabled" };
    let answer = backend()?.set_user_enabled(login, enabled).await;
    finish(&next, answer.map(|()| Done::word(word)))
}

/// Makes an API token; its secret is shown once.
#[server(prefix = "/api/ui", endpoint = "add-token")]
pub async fn add_token(
    name: String,
    days: u32,
    #[server(default)] scope: String,
    #[server(default)] networks: String,
    next: LocalPath,
) -> Answered<Done> {
    let scope = if scope.is_empty() { "all".to_owned() } else { scope };
    let answer = backend()?.add_token(name, days, scope, networks).await;
    finish(&next, answer.map(|secret| Done { secret, ..Done::word("token_added") }))
}

/// Ends an API token.
#[server(prefix = "/api/ui", endpoint = "revoke-token")]
pub async fn revoke_token(token: i64, next: LocalPath) -> Answered<Done> {
    let answer = backend()?.revoke_token(token).await;
    finish(&next, answer.map(|()| Done::word("token_revoked")))
}

/// Ends every session of the viewer.
#[server(prefix = "/api/ui", endpoint = "sign-out-everywhere")]
pub async fn sign_out_everywhere(next: LocalPath) -> Answered<Done> {
    let answer = backend()?.sign_out_everywhere().await;
    finish(&next, answer.map(|()| Done { to: "/sign-in".to_owned(), ..Done::word("saved") }))
}
