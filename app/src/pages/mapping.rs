//! `/scans/mappings/edit`: a mapping while a person defines it. Each press of a button is a plain form, so that the page is what
//! the server has, with a script and without; the browser takes what the server drew as it is.

use crate::components::load::{load, show};
use crate::components::messages::{button_link, empty};
use crate::components::page::{Heading, crumbs};
use crate::locales::{mappings as tm, scans as ts};
use crate::server_fns::{self, DrawnDraft};
use crate::visit::locale;
use leptos::prelude::*;

/// The page.
pub fn mapping() -> AnyView {
    show(load(locale, server_fns::mapping_page), draw)
}

fn draw(page: Option<DrawnDraft>) -> AnyView {
    let locale = locale();
    let Some(page) = page else {
        let back = button_link("/scans/mappings".to_owned(), tm::see_all(locale), true);
        return view! {
            <div class="p-head"><Heading text=tm::new(locale)/></div>
            {empty("table", tm::nothing_open(locale), tm::nothing_open_more(locale).to_owned(), back)}
        }
        .into_any();
    };
    let title = if page.name.is_empty() { tm::new(locale).to_owned() } else { page.name };
    let above = [("/scans", ts::title(locale)), ("/scans/mappings", tm::title(locale))];
    view! {
        {crumbs(above.map(|(href, text)| (href.to_owned(), text.to_owned())).to_vec(), title.clone())}
        <Heading text=title class="p-title"/>
        <div inner_html=page.html></div>
    }
    .into_any()
}
