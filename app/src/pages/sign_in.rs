//! `/sign-in`: a plain form, since the answer is a cookie.

use crate::components::form::{field, text_input};
use crate::components::frame::language_switch;
use crate::components::messages::{banner, gate};
use crate::components::page::Heading;
use crate::error::code_of;
use crate::locales::{account as t, errors, say::encode, sentences};
use crate::path::LocalPath;
use crate::visit::{Visit, locale, redirect};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::error::ErrorCode;

/// The address of this page that comes back to `here`.
pub fn sign_in_path(here: &str) -> LocalPath {
    if here == "/" {
        return LocalPath::or_root("/sign-in");
    }
    LocalPath::or_root(&format!("/sign-in?next={}", encode(here)))
}

/// The page.
pub fn sign_in() -> AnyView {
    let visit = Visit::current().0;
    if visit.me.is_some() || visit.needs_setup {
        redirect(&LocalPath::root());
        return ().into_any();
    }
    let locale = locale();
    let query = use_query_map().get_untracked();
    let next = LocalPath::or_root(&query.get("next").unwrap_or_default()).to_string();
    let problem = query.get("error").and_then(|word| code_of(&word)).map(|code| {
        let text = match code {
            ErrorCode::Throttled => t::sign_in_throttled(locale),
            ErrorCode::Internal => errors::internal(locale),
            // The identity provider's word for it.
            _ => match query.get("detail").as_deref() {
                Some("no_access") => t::provider_no_access(locale),
                Some("provider" | "late") => t::provider_failed(locale),
                _ => t::sign_in_failed(locale),
            },
        };
        banner("error", "error", String::new(), text.to_owned())
    });
    let said = sentences::done(locale, &query.get("done").unwrap_or_default(), 0, 0)
        .map(|said| banner("good", "done", String::new(), said));
    let there = format!("/sign-in/oidc?next={}", encode(&next));
    let provider = visit.provider.map(|name| {
        view! { <p><a class="p-btn" href=there rel="external">{t::provider_button(locale)}" "{name}</a></p> }
    });
    let inner = view! {
        <Heading text=t::sign_in_title(locale) class="p-title"/>
        <p class="p-hint">{t::sign_in_lead(locale)}</p>
        {problem}
        {said}
        <form class="p-form" method="post" action="/sign-in">
            <input type="hidden" name="next" value=next/>
            {field("login", t::login(locale), text_input("login", "login", "text", "username"), "")}
            {field("password", t::password(locale), text_input("password", "password", "password", "current-password"), "")}
            <button class="p-btn p-btn-primary">{t::sign_in_button(locale)}</button>
        </form>
        {provider}
        <div class="p-gate-foot">
            <p class="p-hint">{visit.organisation}</p>
            {language_switch()}
        </div>
    };
    gate(inner.into_any())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_is_kept_whole() {
        let path = sign_in_path("/findings?q=sev:high&group=issue");
        assert_eq!(path.as_str(), "/sign-in?next=/findings%3Fq%3Dsev:high%26group%3Dissue");
        assert_eq!(sign_in_path("/").as_str(), "/sign-in");
    }
}
