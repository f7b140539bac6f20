//! `/posture/months`: what months were said to be when they were published. A page of plain links and one plain form, so that
//! the browser takes what the server drew as it is.

use crate::components::load::{load, show};
use crate::components::page::{Heading, crumbs};
use crate::locales::{months as tm, posture as tp};
use crate::server_fns;
use crate::visit::locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The page.
pub fn months() -> AnyView {
    let query = use_query_map();
    let asked = move || (query.with(|query| query.get("month").unwrap_or_default()), locale());
    show(load(asked, |(month, language)| server_fns::months_page(month, language)), draw)
}

fn draw(html: String) -> AnyView {
    let locale = locale();
    view! {
        {crumbs(vec![("/posture".to_owned(), tp::title(locale).to_owned())], tm::title(locale).to_owned())}
        <Heading text=tm::title(locale) class="p-title"/>
        <div inner_html=html></div>
    }
    .into_any()
}
