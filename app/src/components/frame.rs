//! The frame around every page of somebody who is signed in: rail, notices, main.

use super::form::here;
use super::marks::icon;
use super::messages::{answered, toasts};
use crate::browser::keys;
use crate::locales::common as t;
use crate::visit::{Visit, locale};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use model::policy::{Action, Role};
use model::text::{Locale, role_name};
use model::view::account::Me;

/// The frame, if anybody is signed in; the pages alone, if not.
pub fn frame(pages: fn() -> AnyView) -> AnyView {
    let Visit(shell, notice) = Visit::current();
    let Some(me) = shell.me else {
        return pages();
    };
    let notice = (!notice.is_empty()).then(|| view! { <div inner_html=notice></div> });
    view! {
        <div class="p-shell">
            {rail(&me)}
            <main class="p-main" id="main" tabindex="-1">
                {notice}
                {answered()}
                {pages()}
            </main>
        </div>
        {toasts()}
        {keys::help()}
    }
    .into_any()
}

/// The product's name and mark.
pub fn brand() -> AnyView {
    view! {
        <a class="p-brand" href="/">
            <svg class="p-logo" viewBox="0 0 18 18" aria-hidden="true">
                <path d="M2 14 7 7l4 4 5-8"></path><circle cx="16" cy="3" r="2"></circle>
            </svg>
            <span>"Postura"</span>
        </a>
    }
    .into_any()
}

/// The pages that a person may open: address, icon, name.
fn items(locale: Locale, me: &Me) -> Vec<(&'static str, &'static str, &'static str)> {
    let mut items = vec![("/findings", "findings", t::nav_findings(locale))];
    if !me.teams.is_empty() || matches!(me.role, Role::Lead | Role::Member) {
        items.push(("/my-team", "team", t::nav_my_team(locale)));
    }
    if me.may(Action::SeeFindings) {
        items.push(("/assets", "server", t::nav_assets(locale)));
    }
    if me.may(Action::SeePosture) {
        items.push(("/posture", "posture", t::nav_posture(locale)));
    }
    if me.may(Action::SeeScans) {
        items.push(("/scans", "scans", t::nav_scans(locale)));
    }
    if me.may(Action::SeeTeams) {
        items.push(("/teams", "teams", t::nav_teams(locale)));
    }
    items.push(("/settings", "settings", t::nav_settings(locale)));
    items
}

fn rail(me: &Me) -> AnyView {
    let locale = locale();
    let path = use_location().pathname;
    let items = items(locale, me).into_iter().map(move |(href, mark, name)| {
        let current = move || path.with(|path| is_within(path, href)).then_some("page");
        view! { <li><a href=href aria-current=current>{icon(mark)}<span>{name}</span></a></li> }
    });
    let initials: String =
        me.name.split_whitespace().filter_map(|word| word.chars().next()).take(2).collect::<String>().to_uppercase();
    let demo = Visit::current().0.demo;
    view! {
        <header class="p-rail">
            {brand()}
            <nav class="p-nav" aria-label=t::main_navigation(locale)><ul>{items.collect_view()}</ul></nav>
            <div class="p-rail-foot">
                {demo.then(|| view! { <p class="p-hint">{t::demo_data(locale)}</p> })}
                <a class="p-who" href="/account" title=me.name.clone()>
                    <span class="p-avatar" aria-hidden="true">{initials}</span>
                    <span class="p-who-text"><b>{me.name.clone()}</b><small>{role_name(locale, me.role)}</small></span>
                </a>
                <div class="p-rail-tools">
                    {language_switch()}
                    {theme_switch()}
                    <button class="p-btn p-btn-small p-btn-quiet p-keys-open" type="button" on:click=|_| keys::open_help()>
                        <kbd>"?"</kbd><span class="p-vh">{t::keys_show(locale)}</span>
                    </button>
                    <form method="post" action="/sign-out">
                        <button class="p-btn p-btn-small p-btn-quiet" title=t::sign_out(locale)>
                            {icon("sign-out")}<span class="p-vh">{t::sign_out(locale)}</span>
                        </button>
                    </form>
                </div>
            </div>
        </header>
    }
    .into_any()
}

/// Whether a path is the page of a rail's item, or below it. An import is a part of the scans.
fn is_within(path: &str, item: &str) -> bool {
    let below = |base: &str| path.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    below(item) || (item == "/scans" && below("/imports"))
}

/// Chooses the language by a plain form.
pub fn language_switch() -> AnyView {
    let current = locale();
    let buttons = [(Locale::En, "EN", "English"), (Locale::Es, "ES", "Español")].map(|(language, short, name)| {
        let pressed = if language == current { "true" } else { "false" };
        view! {
            <button name="locale" value=language.tag() aria-pressed=pressed lang=language.tag() title=name>
                {short}
            </button>
        }
    });
    view! {
        <form method="post" action="/preferences">
            <input type="hidden" name="next" value=here()/>
            <div class="p-seg" role="group" aria-label=t::language(current)>{buttons.into_iter().collect_view()}</div>
        </form>
    }
    .into_any()
}

/// Chooses the theme by a plain form.
pub fn theme_switch() -> AnyView {
    let current = locale();
    let theme = Visit::current().0.theme;
    let themes = [
        ("", "system", t::theme_system(current)),
        ("light", "sun", t::theme_light(current)),
        ("dark", "moon", t::theme_dark(current)),
    ];
    let buttons = themes.map(|(value, mark, name)| {
        let pressed = if value == theme { "true" } else { "false" };
        view! {
            <button name="theme" value=value aria-pressed=pressed title=name>
                {icon(mark)}<span class="p-vh">{name}</span>
            </button>
        }
    });
    view! {
        <form class="p-theme" method="post" action="/preferences">
            <input type="hidden" name="next" value=here()/>
            <div class="p-seg" role="group" aria-label=t::theme(current)>{buttons.into_iter().collect_view()}</div>
        </form>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_below_belongs_to_its_item() {
        assert!(is_within("/scans/12", "/scans"));
        assert!(is_within("/imports/3", "/scans"));
        assert!(!is_within("/teamsters", "/teams"));
    }
}
