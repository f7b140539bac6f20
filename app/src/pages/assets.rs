//! `/assets` and what is below it: the list, one asset, coverage, the inventory. Plain links and forms, drawn by the server
//! alone.

use crate::components::load::{load, show};
use crate::components::page::{Heading, crumbs};
use crate::server_fns::{self, DrawnAssets};
use crate::visit::locale;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::text::Locale;
use model::view::assets::AssetsQuery;

/// The list.
pub fn assets() -> AnyView {
    page(|| "list".to_owned())
}

/// How much was looked at.
pub fn coverage() -> AnyView {
    page(|| "coverage".to_owned())
}

/// The declared inventory.
pub fn inventory() -> AnyView {
    page(|| "inventory".to_owned())
}

/// One asset.
pub fn asset() -> AnyView {
    let params = use_params_map();
    page(move || params.with(|params| params.get("id")).unwrap_or_default())
}

fn page(which: impl Fn() -> String + Send + Sync + 'static) -> AnyView {
    let query = use_query_map();
    let asked = move || {
        let query = query.with(|query| {
            let get = |key| query.get(key).unwrap_or_default();
            AssetsQuery { q: get("q"), sort: get("sort"), page: get("page"), days: get("days") }
        });
        (which(), query, locale())
    };
    show(load(asked, ask), draw)
}

async fn ask((page, query, language): (String, AssetsQuery, Locale)) -> server_fns::Answered<DrawnAssets> {
    server_fns::assets_page(page, query, language).await
}

fn draw(page: DrawnAssets) -> AnyView {
    let DrawnAssets { title, above, before, html } = page;
    let class = if above.is_empty() { "" } else { "p-title" };
    let way = (!above.is_empty()).then(|| crumbs(above, title.clone()));
    view! {
        <div inner_html=before></div>
        {way}
        <Heading text=title class=class/>
        <div inner_html=html></div>
    }
    .into_any()
}
