//! `/`: sends everybody to where they begin.

use crate::components::load::{load, show};
use crate::components::messages::gate;
use crate::components::page::Heading;
use crate::locales::account as t;
use crate::path::LocalPath;
use crate::server_fns;
use crate::visit::{Visit, home_of, locale, me, redirect};
use leptos::prelude::*;
use model::policy::{Action, Role};
use model::view::findings::{FindingsPage, FindingsQuery};

/// The page.
pub fn home() -> AnyView {
    let visit = Visit::current().0;
    let Some(me) = visit.me else {
        if visit.needs_setup {
            return needs_setup();
        }
        redirect(&LocalPath::or_root("/sign-in"));
        return ().into_any();
    };
    if matches!(me.role, Role::Admin | Role::Analyst | Role::Auditor) {
        return show(load(FindingsQuery::default, server_fns::findings), begin);
    }
    redirect(&LocalPath::or_root(home_of(me.role, false, false)));
    ().into_any()
}

/// The security team begins with its list, or with an import where there is nothing to list.
fn begin(page: FindingsPage) -> AnyView {
    if let Some(me) = me() {
        let to = home_of(me.role, page.nothing_imported, me.may(Action::Import));
        redirect(&LocalPath::or_root(to));
    }
    ().into_any()
}

/// Nobody can sign in yet: says how to begin.
fn needs_setup() -> AnyView {
    let locale = locale();
    let inner = view! {
        <Heading text=t::setup_needs_link(locale) class="p-title"/>
        <p>{t::setup_needs_link_how(locale)}</p>
        <p class="p-hint">{t::setup_link_lost(locale)}</p>
        <div class="p-gate-foot">{crate::components::frame::language_switch()}</div>
    };
    gate(inner.into_any())
}
