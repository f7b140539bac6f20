//! Pages that the server draws whole: plain forms and texts, for which the browser carries no code of its own.

use crate::components::load::{REFRESH, again_after, load, show};
use crate::components::messages::gate;
use crate::components::page::{Heading, crumbs};
use crate::server_fns::{self, DrawnPage};
use crate::visit::locale;
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_matched, use_url};
use std::time::Duration;

/// The page of this address.
pub fn drawn() -> AnyView {
    loaded(draw)
}

/// The same for who is not signed in.
pub fn gated() -> AnyView {
    loaded(|page| gate(view! { <Heading text=page.title class="p-title"/><div inner_html=page.html></div> }.into_any()))
}

fn loaded(draw: fn(DrawnPage) -> AnyView) -> AnyView {
    // This route's own path and query, which stay as they are when it is left: the address in the bar is the next page's then.
    let (path, url, search) = (use_matched(), use_url(), use_location().search);
    let asked = move || {
        url.track();
        (path.get(), search.get_untracked(), locale())
    };
    show(load(asked, |(path, query, language)| server_fns::drawn(path, query, language)), draw)
}

fn draw(page: DrawnPage) -> AnyView {
    if page.again {
        again_after(Duration::from_secs(3));
    }
    let refresh = page.again.then(|| view! { <noscript inner_html=REFRESH></noscript> });
    let above = page.above.into_iter().collect();
    view! {
        {crumbs(above, page.title.clone())}
        <Heading text=page.title class="p-title"/>
        {refresh}
        <div inner_html=page.html></div>
    }
    .into_any()
}
