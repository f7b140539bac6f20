//! The HTML document, the router, and the frame around every page.

use crate::browser::{drop_zone, keys};
use crate::components::frame::frame;
use crate::components::messages::nothing_at_this_address;
use crate::locales::common as t;
use crate::pages;
use crate::visit::{Live, Visit, locale, me, redirect};
use leptos::prelude::*;
use leptos::server::SharedValue;
use leptos_meta::{MetaTags, provide_meta_context};
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::hooks::use_location;
use leptos_router::{SsrMode, path};

/// The whole document. The server draws it; the browser never does.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let visit = Visit::current().0;
    let theme = Some(visit.theme).filter(|theme| theme == "light" || theme == "dark");
    view! {
        <!DOCTYPE html>
        <html lang=visit.locale.tag() data-theme=theme>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="robots" content="noindex"/>
                <link rel="icon" href="/assets/favicon.svg" type="image/svg+xml"/>
                <link rel="preload" href="/assets/fonts/inter-latin-wght-normal.woff2" r#as="font" type="font/woff2" crossorigin="anonymous"/>
                <link rel="preload" href="/assets/fonts/source-serif-4-latin-wght-normal.woff2" r#as="font" type="font/woff2" crossorigin="anonymous"/>
                <link rel="stylesheet" href="/pkg/postura.css"/>
                <HydrationScripts options=options/>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// Everything within the body.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let visit = SharedValue::new(Visit::current).into_inner();
    provide_context(visit);
    provide_context(Live::new());
    view! {
        <a class="p-skip" href="#main" rel="external">{t::skip_to_content(locale())}</a>
        <Router>
            {frame(routes)}
        </Router>
    }
}

fn routes() -> AnyView {
    keys::listen();
    drop_zone::listen();
    view! {
        <FlatRoutes fallback=|| nothing_at_this_address()>
            <Route path=path!("/") view=pages::home::home ssr=SsrMode::Async/>
            <Route path=path!("/setup") view=pages::setup::setup ssr=SsrMode::Async/>
            <Route path=path!("/sign-in") view=pages::sign_in::sign_in ssr=SsrMode::Async/>
            <Route path=path!("/sign-in/code") view=pages::drawn::gated ssr=SsrMode::Async/>
            <Route path=path!("/welcome") view=pages::drawn::gated ssr=SsrMode::Async/>
            <Route path=path!("/account") view=|| guarded(pages::drawn::drawn) ssr=SsrMode::Async/>
            <Route path=path!("/account/confirm") view=|| guarded(pages::drawn::drawn) ssr=SsrMode::Async/>
            <Route path=path!("/settings/people") view=|| guarded(pages::drawn::drawn) ssr=SsrMode::Async/>
            <Route path=path!("/posture") view=|| guarded(pages::posture::posture) ssr=SsrMode::Async/>
            <Route path=path!("/posture/months") view=|| guarded(pages::months::months) ssr=SsrMode::Async/>
            <Route path=path!("/findings") view=|| guarded(pages::findings::findings) ssr=SsrMode::Async/>
            <Route path=path!("/findings/new") view=|| guarded(pages::drawn::drawn) ssr=SsrMode::Async/>
            <Route path=path!("/findings/:id/evidence") view=|| guarded(pages::drawn::drawn) ssr=SsrMode::Async/>
            <Route path=path!("/findings/:id") view=|| guarded(pages::finding::finding) ssr=SsrMode::Async/>
            <Route path=path!("/assets") view=|| guarded(pages::assets::assets) ssr=SsrMode::Async/>
            <Route path=path!("/assets/coverage") view=|| guarded(pages::assets::coverage) ssr=SsrMode::Async/>
            <Route path=path!("/assets/inventory") view=|| guarded(pages::assets::inventory) ssr=SsrMode::Async/>
            <Route path=path!("/assets/merges") view=|| guarded(pages::drawn::drawn) ssr=SsrMode::Async/>
            <Route path=path!("/assets/:id") view=|| guarded(pages::assets::asset) ssr=SsrMode::Async/>
            <Route path=path!("/scans") view=|| guarded(pages::scans::scans) ssr=SsrMode::Async/>
            <Route path=path!("/scans/sources") view=|| guarded(pages::drawn::drawn) ssr=SsrMode::Async/>
            <Route path=path!("/scans/connectors") view=|| guarded(pages::drawn::drawn) ssr=SsrMode::Async/>
            <Route path=path!("/scans/targets") view=|| guarded(pages::drawn::drawn) ssr=SsrMode::Async/>
            <Route path=path!("/scans/schedules") view=|| guarded(pages::drawn::drawn) ssr=SsrMode::Async/>
            <Route path=path!("/scans/runs") view=|| guarded(pages::drawn::drawn) ssr=SsrMode::Async/>
            <Route path=path!("/scans/runs/:id") view=|| guarded(pages::drawn::drawn) ssr=SsrMode::Async/>
            <Route path=path!("/scans/calendar") view=|| guarded(pages::drawn::drawn) ssr=SsrMode::Async/>
            <Route path=path!("/scans/health") view=|| guarded(pages::drawn::drawn) ssr=SsrMode::Async/>
            <Route path=path!("/scans/mappings") view=|| guarded(pages::mappings::mappings) ssr=SsrMode::Async/>
            <Route path=path!("/scans/mappings/edit") view=|| guarded(pages::mapping::mapping) ssr=SsrMode::Async/>
            <Route path=path!("/scans/:id") view=|| guarded(pages::scan::scan) ssr=SsrMode::Async/>
            <Route path=path!("/imports/:job") view=|| guarded(pages::import::import) ssr=SsrMode::Async/>
            <Route path=path!("/teams") view=|| guarded(pages::teams::teams) ssr=SsrMode::Async/>
            <Route path=path!("/teams/:slug") view=|| guarded(pages::team::team) ssr=SsrMode::Async/>
            <Route path=path!("/my-team") view=|| guarded(pages::my_team::my_team) ssr=SsrMode::Async/>
            <Route path=path!("/settings/feeds") view=|| guarded(pages::drawn::drawn) ssr=SsrMode::Async/>
            <Route path=path!("/settings/risk") view=|| guarded(pages::drawn::drawn) ssr=SsrMode::Async/>
            <Route path=path!("/settings/overrides") view=|| guarded(pages::drawn::drawn) ssr=SsrMode::Async/>
            <Route path=path!("/settings/security") view=|| guarded(pages::drawn::drawn) ssr=SsrMode::Async/>
            <Route path=path!("/settings/audit") view=|| guarded(pages::drawn::drawn) ssr=SsrMode::Async/>
            <Route path=path!("/glossary") view=|| guarded(pages::drawn::drawn) ssr=SsrMode::Async/>
            <Route path=path!("/tools/cvss") view=|| guarded(pages::drawn::drawn) ssr=SsrMode::Async/>
            <Route path=path!("/settings") view=|| guarded(pages::settings::settings) ssr=SsrMode::Async/>
        </FlatRoutes>
    }
    .into_any()
}

/// A page for people who are signed in; others are sent to sign in first, and back.
fn guarded(page: fn() -> AnyView) -> AnyView {
    if me().is_some() {
        return page();
    }
    let location = use_location();
    let here = location.pathname.get_untracked();
    let query = location.search.get_untracked();
    let here = if query.is_empty() { here } else { format!("{here}?{}", query.trim_start_matches('?')) };
    redirect(&pages::sign_in::sign_in_path(&here));
    ().into_any()
}
